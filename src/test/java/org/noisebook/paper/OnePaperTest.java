package org.noisebook.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.figure.Board;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.PlantedBoard;
import org.noisebook.paper.ToyPaper.Config;
import org.noisebook.paper.ToyPaper.Result;
import org.noisebook.paper.ToyPaper.Way;
import org.noisebook.rng.Streams;

/** The form of a paper, on the smallest one. */
class OnePaperTest {
    private static final ToyPaper TOY = new ToyPaper();

    @Test
    void theHeadIsThatOfStudyFigureAndPage() {
        assertThat(TOY.id()).isEqualTo("toy-power");
        assertThat(TOY.version()).isEqualTo(3);
        assertThat(TOY.sources()).containsExactly("Author 2000, On Powers, arXiv 0000.00000", "Other 1999, On Roots");
        assertThat(TOY.studies()).containsExactly(TOY);
        assertThat(TOY.story().id()).isEqualTo("toy-powers");
        assertThat(TOY.story().home()).isEqualTo(ToyPaper.class);
        assertThat(TOY.page())
                .hasValue(new PaperPage(
                        "toy-paper",
                        "On Powers",
                        "Author 2000, arXiv 0000.00000",
                        List.of("toy-powers"),
                        List.of("toy-power"),
                        "Powers grow."));
    }

    /** Further studies come with a paper, with their sources; a page that is a file is none of its. */
    @Test
    void furtherStudiesComeWithAPaper() {
        OnePaper<?, ?> two = new TwoStudies();
        assertThat(two.studies()).map(Study::id).containsExactly("toy-two", "toy-further");
        assertThat(two.sources()).containsExactly("Author 2001, On Roots, arXiv 0000.00001");
        assertThat(two.story().sources()).containsExactly("Author 2001, On Roots, arXiv 0000.00001", "Other 1999");
        assertThat(two.page()).isEmpty();
        assertThat(two.run("", 1).ends()).as("no real number is NaN").isEqualTo(EndCounts.all(1));
    }

    /** A number. */
    public record One(
            @Parameter(standard = "1", value = "a number") int one) {}

    /** As many. */
    public record Many(@Parameter("as many") int many) implements Outcome {}

    @Paper(
            key = "toy-two",
            cite = "Author 2001, On Roots, arXiv 0000.00001",
            study = "toy-two",
            version = 1,
            does = "Counts",
            figure = "toy-two",
            shows = "Counts",
            streams = "none",
            with = Further.class)
    private static final class TwoStudies extends OnePaper<One, Many> {
        @Override
        protected Many measure(One c, Streams streams) {
            return new Many(c.one());
        }

        @Override
        protected void tell(Board board) {
            board.caption("None.");
        }
    }

    /** Another study of it. */
    @StudyInfo(id = "toy-further", version = 1, title = "Counts", streams = "none", sources = "Other 1999")
    public static final class Further extends PaperStudy<One, Many> {
        @Override
        protected Many measure(One c, Streams streams) {
            return new Many(c.one());
        }
    }

    @Test
    void theStandardConfigStandsInTheRecord() {
        assertThat(TOY.defaults()).isEqualTo(new Config(2, 1.5, Way.PLAIN));
        assertThat(TOY.run("number=3", 1).value()).isEqualTo(9);
    }

    /** However the config was made. */
    @Test
    void rangesAreCheckedBeforeARun() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TOY.run(new Config(2, 4.5, Way.PLAIN), Streams.of(1)))
                .withMessage("number must be in (0, 2 power=2], got 4.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TOY.run("power=10", 1))
                .withMessage("power must be in [1, 9], got 10");
    }

    @Test
    void aRunThatDivergesHasNoNumbers() {
        Result lost = TOY.run("power=9, number=9", 1);
        assertThat(lost).isEqualTo(new Result(Double.NaN, Doubles.of(), 0));
        assertThat(lost.ends()).isEqualTo(new EndCounts(0, 0, 1));
        assertThat(TOY.run("", 1).ends()).isEqualTo(EndCounts.all(1));
    }

    /** A claim ends with the place and the condition of its cell. */
    @Test
    void claimsSayWhereTheyHold() {
        List<Claim> claims = PlantedBoard.claims(TOY.story(), (config, r) -> TOY.run((Config) config, Streams.of(r)));
        assertThat(claims.stream().map(Claim::id))
                .containsExactly("toy-powers-square", "toy-powers-inverse", "toy-powers-ratio", "toy-powers-alone");
        assertThat(claims.stream().map(Claim::statement))
                .containsExactly(
                        "power, b = 2; plain",
                        "power, way = inverse; of two",
                        "power over its inverse; of two",
                        "power; cubes");
        assertThat(claims.get(0).measured().mean()).isEqualTo(4);
        assertThat(claims.get(2).measured().mean()).isCloseTo(16, within(1e-12));
    }

    /** Component, element and cell with their sign; a claim on no result is found. */
    @Test
    void readingsNameWhatMovesAClaim() {
        ClaimReadings readings = new ClaimReadings(TOY);
        assertThat(readings.lines())
                .startsWith("toy-powers-square\ttheory\t3.6 to 4.4\t+ 1.00 value at number=2\n"
                        + "toy-powers-inverse\tbound\t-inf to 0.5\t"
                        + "+ 1.00 value − 1.00 lower[1] at number=2, way=inverse\n")
                .endsWith("toy-powers-alone\tbound\t3 to inf\tnothing\n");
        assertThat(readings.idle()).singleElement().asString().startsWith("toy-powers-alone reads ");
        assertThat(readings.plantings()).isLessThan(readings.most());
    }
}
