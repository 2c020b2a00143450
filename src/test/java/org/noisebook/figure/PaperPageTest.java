package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Study;

/** The pages of the papers are those of the committed claims, and no figure or study is without one. */
class PaperPageTest {
    private static final Path ROOT = Path.of("");

    @Test
    void everyFigureHasOnePaper() throws IOException {
        assertThat(PaperPage.all(ROOT).stream().flatMap(page -> page.figures().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        Catalogue.figures().stream().map(Story::id).toList());
    }

    @Test
    void everyStudyHasAPaper() throws IOException {
        assertThat(PaperPage.all(ROOT).stream().flatMap(page -> page.studies().stream()))
                .containsAll(Catalogue.studies().stream().map(Study::id).toList());
    }

    @Test
    void theCommittedPagesAreFresh() throws IOException {
        for (Map.Entry<Path, String> page : PaperPage.pages(ROOT).entrySet()) {
            assertThat(Files.readString(page.getKey()))
                    .as("%s, written by 'noisebook docs'", page.getKey())
                    .isEqualTo(page.getValue());
        }
    }

    @Test
    void claimIdsAreUniqueAndBelongToTheirFigure() throws IOException {
        Frame claims = Frame.parseCsv(Files.readString(Path.of("figures", "claims.csv")));
        Set<String> ids = PaperPage.claims(ROOT).values().stream()
                .flatMap(List::stream)
                .map(Claim::id)
                .collect(Collectors.toSet());
        PaperPage.claims(ROOT)
                .values()
                .forEach(all -> all.stream()
                        .filter(claim -> claim.kind() == Claim.Kind.THEORY || claim.kind() == Claim.Kind.BOUND)
                        .forEach(claim -> assertThat(claim.control())
                                .as("the control of %s", claim.id())
                                .isNotEqualTo(claim.id())
                                .matches(control -> control.matches("(run|none): .+") || ids.contains(control))));
        assertThat(claims.column("id")).doesNotHaveDuplicates();
        for (int row = 0; row < claims.rows(); row++) {
            assertThat(claims.text(row, "id")).startsWith(claims.text(row, "figure") + "-");
            assertThat(claims.text(row, "expected")).isNotEqualTo("NaN");
        }
    }

    private static final String TABLE =
            "id,figure,panel,kind,expected,windowLow,windowHigh,measured,low,high,n,verdict,statement,source,"
                    + "control,resolution,needed\n"
                    + "perceptron-density-a,perceptron-density,p,bound,0,0,Infinity,1,0.5,1.5,4,reproduced,is above,s,c,0.5,Infinity\n"
                    + "perceptron-density-b,perceptron-density,p,theory,1,0.9,1.1,2,1.5,2.5,4,not reproduced,is one,s,c,0.5,0.1\n";

    @Test
    void failuresStandFirstAndFullBeforeQuick(@TempDir Path root) throws IOException {
        Path papers = Files.createDirectories(root.resolve("src/site/papers"));
        Files.writeString(
                papers.resolve("1.md"),
                "# A paper\ncite: Author 2000\nfigures: perceptron-density\nstudies: perceptron\n\nIt says.\n"
                        + "claims: 1 it moves: perceptron-density-b\nclaims: 2 it rests\nEnd.\n");
        Files.createDirectories(root.resolve("figures/full"));
        Files.writeString(root.resolve("figures/claims.csv"), TABLE);
        Files.writeString(root.resolve("figures/full/claims.csv"), TABLE.replace("2,1.5,2.5", "1.2,1.15,1.25"));
        String page = PaperPage.pages(root).get(Path.of("src/site/markdown/papers/1.md"));
        assertThat(page)
                .contains(
                        "It says.\n| claim | judged on |",
                        "\nEnd.",
                        "| 2 it rests | not tested on images | – | – | – | – |\n")
                .contains(
                        "| 1 it moves | `perceptron-density-b` (full): is one | 1.200 ± 0.050 | not reproduced | 0.050 | 4 |\n")
                .contains("| `perceptron-density-b` | is one | c | theory | [0.9, 1.1] | 1.200 ± 0.050 | 0.050 |"
                        + " **not reproduced** | 2.0 ± 0.5 | 0.5 | **not reproduced** |")
                .contains("| `perceptron-density-a` | is above | c | bound | above 0 | ")
                .contains("each was judged in its own", "Not drawn yet.");
        assertThat(page.indexOf("perceptron-density-b")).isLessThan(page.indexOf("`perceptron-density-a`"));
    }

    /** A preset that judged nothing has no column, a picture that is not there no reference. */
    @Test
    void onlyWhatIsThereIsShown(@TempDir Path root) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("src/site/papers")).resolve("1.md"),
                "# A paper\ncite: Author 2000\nfigures: perceptron-density perceptron-exponents\nstudies: perceptron\n\nIt says.\n");
        Files.createDirectories(root.resolve("figures"));
        Files.writeString(root.resolve("figures/perceptron-density.svg"), "<svg/>");
        Files.writeString(
                root.resolve("figures/claims.csv"),
                TABLE.replace("1,0.5,1.5", "4e-308,4e-308,4e-308").replace("2,1.5,2.5", "NaN,NaN,NaN"));
        Map<Path, String> pages = PaperPage.pages(root);
        assertThat(pages.get(Path.of("src/site/markdown/papers/1.md")))
                .contains(
                        "| claim | says | control | kind | window | quick | resolves | verdict |\n",
                        "quick](",
                        "Not drawn yet.")
                .contains("| above 0 | below 1e−300 | 0 | reproduced |", "| [0.9, 1.1] | – | ")
                .doesNotContain("full", "perceptron-exponents.svg", "judged in its own");
    }

    @Test
    void aTableOfClaimsHoldsOnlyWhatWasJudged(@TempDir Path root) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("src/site/papers")).resolve("1.md"),
                "# A paper\ncite: B\nfigures: perceptron-density\nstudies: perceptron\n\nclaims: 1 it moves: nothing\n");
        assertThatThrownBy(() -> PaperPage.pages(root)).hasMessage("no committed claim nothing");
    }

    @Test
    void aPageWithoutItsHeadIsRefused() {
        assertThatThrownBy(() -> PaperPage.parse("1", "# A paper\nby: nobody\n\ntext"))
                .hasMessage("line 2 of the page of 1 must begin with 'cite: '");
        assertThat(PaperPage.parse("1", "# A\ncite: B\nfigures: a b\nstudies: c\n\ntext")
                        .figures())
                .isEqualTo(List.of("a", "b"));
    }
}
