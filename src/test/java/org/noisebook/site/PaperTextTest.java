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
                "# A paper\ncite: Author 2000\nfigures: perceptron-density perceptron-exponents\nstudies: perceptron\n\n"
                        + text);
        Files.createDirectories(root.resolve("figures/full"));
        Files.writeString(root.resolve("figures/perceptron-density.svg"), SAYS);
        Files.writeString(root.resolve("figures/claims.csv"), TABLE);
        return PaperText.pages(root).get(Path.of("src/site/markdown/papers/1.md"));
    }

    /** The picture, a row a claim in plain words, the first paragraph; everything else folds. */
    @Test
    void aPageOpensWithItsPictureAndItsRows(@TempDir Path root) throws IOException {
        String page = page(root, "It says.\n\nIt says more.\n");
        String picture = "(../../../../figures/perceptron-density.svg)";
        assertThat(page)
                .startsWith("# A paper\n\nAuthor 2000\n\n[![It moves]" + picture + "]" + picture
                        + "\n\n**It moves.** A toy.\n\n| claim | measured | verdict |\n")
                .contains(
                        "| It is above | <!-- bar perceptron-density-a -->1.0 ± 0.5; predicted above 0 | agrees |\n"
                                + "\n[and 1 more: disagrees](#claims)\n\nIt says.\n\n<details>",
                        "environment/noisebook figures perceptron-density\n"
                                + "Edition.of(new PerceptronDensity(), Preset.QUICK, Notebook.experiment())\n",
                        "<summary>All 2 claims</summary>",
                        "| <a id=\"perceptron-density-b\"></a>`perceptron-density-b` | is one | c | theory, [0.9, 1.1] |"
                                + " 2.0 ± 0.5 | 0.5 | 4 | **not reproduced** |\n")
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
                .contains(".**\n\n[Claims: both agree](#claims)\n\nIt says.", "Shown above. \n\n```\n")
                .doesNotContain(" . ", "** .", "| claim | measured");
    }

    /** A headline of several claims has the number of the first, all from the full edition where it has them. */
    @Test
    void headlinesStandBeforeWhatDecidesThem(@TempDir Path root) throws IOException {
        page(root, "");
        Files.writeString(root.resolve("figures/full/claims.csv"), TABLE.replace("2,1.5,2.5", "1.2,1.15,1.25"));
        assertThat(page(root, "It says.\n\nclaims: 1 It moves: its speed: perceptron-density-b perceptron-density-a\n"))
                .contains(
                        "| <a id=\"claim-1\"></a>1 It moves | <!-- bar perceptron-density-b perceptron-density-a -->its speed: 1.200 ± 0.050; predicted"
                                + " [0.9, 1.1] | **1 agrees, 1 disagrees** |\n\nIt says.",
                        "<summary>The measurements that decide the rows above</summary>",
                        "| **1 It moves** | | | | | | | |\n| `perceptron-density-b` | is one | c |")
                .doesNotContain("| It is above |");
        assertThatThrownBy(() -> page(root, "claims: 1 It moves: its speed: nothing\n"))
                .hasMessage("no committed claim nothing");
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
