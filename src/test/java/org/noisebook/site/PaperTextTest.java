package org.noisebook.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the papers are those of the committed figures and claims. */
class PaperTextTest {
    private static final Path ROOT = Path.of("");

    private static final String TABLE =
            "id,figure,panel,kind,expected,windowLow,windowHigh,measured,low,high,n,verdict,statement,source,"
                    + "control,resolution,needed\n"
                    + "perceptron-density-a,perceptron-density,p,bound,0,0,Infinity,1,0.5,1.5,4,reproduced,is above,s,c,0.5,Infinity\n"
                    + "perceptron-density-b,perceptron-density,p,theory,1,0.9,1.1,2,1.5,2.5,4,not reproduced,is one,s,c,0.5,0.1\n";

    private static final String SAYS =
            "<svg>\n<metadata>{\"titles\":[\"It moves\",\"It rests\",\"It may\"],\"subtitle\":\"A toy\","
                    + "\"sayings\":[{\"words\":\"It is above\",\"ids\":[\"perceptron-density-a\"]}],\"shown\":[],\"parts\":[]}</metadata></svg>";

    @Test
    void theCommittedPagesAreFresh() throws IOException {
        for (Map.Entry<Path, String> page : PaperText.pages(ROOT).entrySet()) {
            assertThat(Files.readString(page.getKey()))
                    .as("%s, written by 'noisebook docs'", page.getKey())
                    .isEqualTo(page.getValue());
        }
    }

    private static String page(Path root, String text) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("src/main/java/org/noisebook/papers"))
                        .resolve("1.md"),
                "# A paper\ncite: Author 2000, [arXiv 2301.13703](https://arxiv.org/abs/2301.13703)\nfigures: perceptron-density perceptron-exponents\nstudies: perceptron\n\n"
                        + text);
        Files.createDirectories(root.resolve("figures/full"));
        Files.writeString(root.resolve("figures/perceptron-density.svg"), SAYS);
        Files.writeString(root.resolve("figures/claims.csv"), TABLE);
        return PaperText.pages(root).get(Path.of("src/site/markdown/papers/1.md"));
    }

    /** Running text is sorted into sections; what is left over folds, and so do figures and claims. */
    @Test
    void runningTextComesOutInTheOrderOfAPage(@TempDir Path root) throws IOException {
        String page = page(
                root,
                "Noise moves.\nThe paper says so (doi:10.1000/1). Here it is tried.\n\nIt says more. In practice: measure it. In Java:"
                        + " `it()`.\n");
        String picture = "(../../../../figures/perceptron-density.svg)";
        assertThat(page)
                .startsWith(
                        "# A paper\n\nAuthor 2000, [arXiv 2301.13703](https://arxiv.org/abs/2301.13703)\n\n## The question\n\nNoise"
                                + " moves.\n\n## What the paper says\n\nThe paper says so ([doi:10.1000/1](https://doi.org/10.1000/1))."
                                + "\n\n## What we did\n\nHere it is tried.\n\n[![It moves]" + picture + "]"
                                + picture
                                + "\n\n**It moves.** A toy.\n\n## What we found\n\n| claim | predicted | measured | verdict |\n")
                .contains(
                        "| It is above | above 0 | <!-- bar perceptron-density-a -->is above: [1.0 ± 0.5](#perceptron-density-a) | agrees |\n"
                                + "| Is one | [0.9, 1.1] | <!-- bar perceptron-density-b -->[2.0 ± 0.5](#perceptron-density-b) |"
                                + " **disagrees** |\n\n## What it means\n\nMeasure it.\n\n## Try it\n\n```\n"
                                + "environment/noisebook figures perceptron-density\n```\n\nIn Java: `it()`.\n\n[All claims](#claims)",
                        "</summary>\n\nIt says more.\n\n</details>",
                        "Edition.of(new PerceptronDensity(), Preset.QUICK, Notebook.experiment())\n",
                        "<summary>2 claims: 1 finding, 1 law</summary>",
                        "| <a id=\"perceptron-density-b\"></a>`perceptron-density-b` | law | is one | c | [0.9, 1.1] |"
                                + " 2.0 ± 0.5 | 0.5 | 4 | **disagrees** |\n")
                .doesNotContain("perceptron-exponents");
        assertThat(page.indexOf("`perceptron-density-b`")).isLessThan(page.indexOf("`perceptron-density-a`"));
    }

    /** A figure without a grey line and without claims in words leaves no empty sentence and no empty table. */
    @Test
    void aBarePageHasNothingEmpty(@TempDir Path root) throws IOException {
        page(root, "It says.");
        String bare = SAYS.replace("\"subtitle\":\"A toy\"", "\"subtitle\":\"\"")
                .replaceFirst("\"sayings\":\\[.*?]}]", "\"sayings\":[]");
        Files.writeString(root.resolve("figures/perceptron-density.svg"), bare);
        Files.writeString(root.resolve("figures/claims.csv"), TABLE.replace("2,1.5,2.5", "1,0.95,1.05"));
        assertThat(PaperText.pages(root).get(Path.of("src/site/markdown/papers/1.md")))
                .contains(
                        ".**\n\n## What we found\n\n[2 claims: both agree](#claims)\n\n## Try it\n",
                        "Shown above. \n\n```\n")
                .doesNotContain(" . ", "** .", "| claim | predicted | measured", "## What it means");
    }

    /** A row in words has the number of each claim that it names, from the full edition where it has them, and counts the others. */
    @Test
    void aWrittenPageHasItsOwnRows(@TempDir Path root) throws IOException {
        page(root, "");
        Files.writeString(root.resolve("figures/full/claims.csv"), TABLE.replace("2,1.5,2.5", "1.2,1.15,1.25"));
        String text =
                "# Does it move?\n\nYes.\n\n## What we found\n\nA limit.\n\nclaims: It moves: its speed: perceptron-density-b%s\n\n## Aside"
                        + "\n\nMore.\n\n## Try it\n\nenvironment/noisebook run perceptron\n";
        String window = "[0.9, 1.1]";
        String measured = " | <!-- bar perceptron-density-b";
        assertThat(page(root, text.formatted(" perceptron-density-a")))
                .startsWith(
                        "# Does it move?\n\n*A paper.* Author 2000, [arXiv 2301.13703](https://arxiv.org/abs/2301.13703)\n\n**In short.** Yes.\n\n")
                .contains(
                        "| It moves | " + window + "; above 0" + measured
                                + " perceptron-density-a -->its speed: [1.2](#perceptron-density-b) (is one), [1](#perceptron-density-a)"
                                + " (is above) | **1 agrees, 1 disagrees** |\n\nA limit.\n\n## Try it\n",
                        "figures perceptron-density\nenvironment/noisebook run perceptron\n```\n",
                        "</summary>\n\n### Aside\n\nMore.\n\n</details>")
                .doesNotContain("| It is above |", "claims: It");
        assertThat(page(root, text.formatted(" perceptron-density-*")))
                .contains("| It moves | " + window + measured
                        + " -->its speed: [1.200 ± 0.050](#perceptron-density-b) | **disagrees**; 1 other: agrees |\n");
        assertThatThrownBy(() -> page(root, "claims: It moves: its speed: nothing\n"))
                .hasMessage("no committed claim nothing");
    }

    /** A written page stands open in 500 words at most, without tables, quotation and what is folded; its rows are eight at most. */
    @Test
    void pagesAreShort() throws IOException {
        for (Map.Entry<Path, String> page : PaperText.pages(ROOT).entrySet()) {
            String open = page.getValue().replaceAll("(?s)<details>.*?</details>|<!--.*?-->|(?m)^> .*?$", "");
            String words = open.replaceAll("(?m)^\\|.*$", "").strip();
            if (page.getKey().startsWith("src") && !page.getKey().endsWith("index.md")) {
                assertThat(words.split("\\s+")).as(page.getKey().toString()).hasSizeLessThanOrEqualTo(500);
                assertThat(open.split("(?m)^\\| ")).as(page.getKey().toString()).hasSizeLessThanOrEqualTo(1 + 2 + 8);
                assertThat(open).contains("## Try it", "## Claims").doesNotContainPattern("\\d cases");
            }
        }
    }

    /** What is undecided is told, not shown. */
    @Test
    void anUndecidedSheetIsNoPicture(@TempDir Path root) throws IOException {
        page(root, "It says.");
        Files.writeString(root.resolve("figures/claims.csv"), TABLE.replace("1,0.5,1.5", "1,-0.5,2.5"));
        assertThat(PaperText.pages(root).get(Path.of("src/site/markdown/papers/1.md")))
                .contains("### [It may](", "Undecided so far. A toy.")
                .doesNotContain("![");
    }
}
