package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.chart.Strip;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

/** Cells wait for one sweep, everything plotted is tabulated, and claims that cannot be lost or won are refused. */
class BoardTest {
    private static final Perceptron STUDY = new Perceptron();
    private static final PerceptronConfig BASE =
            Schema.with(PerceptronConfig.standard(), "dimension", 4, "trainSize", 16);
    private static final Estimate ONE = new Estimate(1, 0.01, 0.98, 1.02, 9);

    private final List<Sweep<?, ?>> sweeps = new ArrayList<>();
    private final Experiment experiment = new Experiment(
                    1, Cache.inMemory(), new LocalRunner(1, Optional.empty()), Progress.SILENT)
            .withLog(sweeps::add);

    private Story.Drawing draw(Consumer<Board> tell) {
        return new Story("toy", "A toy", List.of("none")) {
            @Override
            protected void tell(Board board) {
                board.replicas(3, 5);
                board.control("none: a toy");
                tell.accept(board);
                if (Stream.of("p", "p0").noneMatch(name -> has(board, name))) {
                    plot(board);
                }
            }
        }.draw(Preset.QUICK, experiment);
    }

    private static boolean has(Board board, String plot) {
        try {
            return board.plot(plot) != null;
        } catch (NullPointerException none) {
            return false;
        }
    }

    private static Plot plot(Board board) {
        return board.plot("p", "p", Axis.log2("size P"), Axis.log10("ratio"));
    }

    @Test
    void waitingCellsRunInOneSweepInTheOrderOfTheirDeclaration() {
        draw(board -> {
            Line<PerceptronConfig, PerceptronResult> line = board.line(STUDY, BASE, "chi", 0, 1);
            Cell<PerceptronConfig, PerceptronResult> more = board.cell(STUDY, BASE, 2);
            assertThat(sweeps).isEmpty();
            assertThat(line.at(1).runs()).hasSize(3);
            assertThat(more.runs()).hasSize(2);
            board.fixed("data");
            assertThat(board.cell(STUDY, BASE).runs()).hasSize(3);
        });
        assertThat(sweeps).hasSize(2);
        assertThat(sweeps.get(0).cells()).extracting(Sweep.Cell::replicas).containsExactly(3, 3, 2);
        assertThat(sweeps.get(1).fixed()).containsExactly("data");
    }

    @Test
    void aConfigThatIsDeclaredAgainIsTheSameCell() {
        draw(board -> {
            Cell<PerceptronConfig, PerceptronResult> cell = board.cell(STUDY, BASE);
            assertThat(board.line(STUDY, BASE, "chi", 0, BASE.chi()).at(BASE.chi()))
                    .isSameAs(cell);
            Estimate resampled =
                    cell.the(Reduction.resampledMean(() -> board.stream("bootstrap/ratio"), PerceptronResult::ratio));
            assertThat(resampled.mean()).isEqualTo(cell.mean(PerceptronResult::ratio));
            assertThat(cell.known((config, streams) -> streams.replica())).containsExactly(0, 1, 2);
            assertThat(plot(board).points("own n", new double[] {1}, resampled)).isNotNull();
        });
        assertThat(sweeps).hasSize(1);
        assertThat(sweeps.get(0).cells()).hasSize(2);
    }

    @Test
    void whatIsPlottedStandsInTheTableAndTheStampKnowsTheReplicas() {
        Story.Drawing drawing = draw(board -> {
            Line<PerceptronConfig, PerceptronResult> line = board.line(STUDY, BASE, "trainSize", 16, 32);
            plot(board)
                    .points("ratio", line, geometric(PerceptronResult::ratio))
                    .points("twice", line, x -> mean(run -> x * run.ratio()))
                    .points("bare", new double[] {4, 6}, 1, 2)
                    .law("ratio", line, x -> 2 * x)
                    .column("half", "x", x -> x / 2);
            board.plot("other", "o", Axis.linear("x"), Axis.linear("y")).law("line", new double[] {1}, x -> x);
        });
        assertThat(drawing.replicas()).isEqualTo("3, 95 % intervals");
        assertThat(drawing.data().column("series"))
                .containsExactly("ratio", "ratio", "twice", "twice", "bare", "bare", "ratio", "ratio", "line");
        assertThat(drawing.data().doubles("half")).containsExactly(8, 16, 8, 16, 2, 3, 8, 16, Double.NaN);
        assertThat(drawing.data().doubles("n")).containsExactly(3, 3, 3, 3, 1, 1, 0, 0, 0);
        assertThat(drawing.data().doubles("low")[5]).isNaN();
    }

    /** Bars of unequal widths: a density, whose area is that of the shares. */
    @Test
    void histogramsAreDensities() {
        Story.Drawing drawing = draw(board -> plot(board).histogram("seen", new double[] {1, 2, 4}, 0.25, 0.75));
        assertThat(drawing.data().column("kind")).containsOnly("band", "sample");
        assertThat(drawing.data().doubles("x")).containsExactly(1, 1, 2, 2, 4, 4, 1, 1, 2, 2, 4, 4);
        assertThat(Arrays.copyOf(drawing.data().doubles("high"), 6)).containsExactly(0, 0.25, 0.25, 0.375, 0.375, 0);
    }

    /** A region of the upper two rows, cut by its right column: its middle lies between the rows and left of the middle. */
    @Test
    void aRegionHasItsNameWhereItIsWidest() {
        draw(board -> {
            double[] xs = {1, 2, 4, 8, 16};
            double[] ys = {1, 10, 100};
            var plane = board.plane(STUDY, xs, ys, (x, y) -> BASE);
            assertThat(plane.middle((j, i) -> j >= 1 && i <= 3, 1, 1)).containsExactly(Math.sqrt(8), Math.sqrt(1000));
            assertThat(plane.middle((j, i) -> j == 0 && i == 4, 1, 1)).containsExactly(16, 1);
            assertThat(plane.middle((j, i) -> false, 1, 1)).isEmpty();
            Plane.Region right = (j, i) -> i > 0;
            assertThat(plane.middle((j, i) -> right.holds(j, i) && i < 2, 1, 1)).containsExactly(2, 10);
            plot(board).law("line", new double[] {1}, x -> x);
        });
    }

    @Test
    void pairedCellsShareTheirDraws() {
        draw(board -> {
            Cell<PerceptronConfig, PerceptronResult> cell = board.cell(STUDY, BASE);
            assertThat(cell.less(cell, PerceptronResult::ratio)).isEqualTo(new Estimate(0, 0, 0, 0, 3));
            assertThat(cell.over(cell, PerceptronResult::ratio).mean()).isEqualTo(1);
        });
    }

    private Claim only(Consumer<Board> tell) {
        return draw(tell).claims().get(0);
    }

    @Test
    void claimsHaveTheirKindsWindowAndPlace() {
        Claim theory = only(board -> {
            plot(board);
            board.claim("a", "is one").in("p").theory(1).of(ONE).from("s");
        });
        assertThat(theory)
                .isEqualTo(new Claim(
                        "toy-a",
                        "toy",
                        "p",
                        Claim.Kind.THEORY,
                        "is one",
                        1,
                        0.9,
                        1.1,
                        ONE,
                        "s",
                        "",
                        "none: a toy",
                        (1.1 - 0.9) / 2,
                        Claim.Role.LAW));
        Claim negative = only(board -> board.claim("n", "is").theory(-2).of(ONE).from("s"));
        assertThat(negative.windowLow()).isEqualTo(-2.2);
        assertThat(negative.windowHigh()).isEqualTo(-1.8);
        Claim bound =
                only(board -> board.claim("b", "is above").above(2).of(ONE).from("s"));
        assertThat(bound.verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(bound.panel()).isEqualTo(Claim.NO_PANEL);
        assertThat(bound.expected()).isEqualTo(2);
        Claim regression = only(board -> board.claim("c", "was")
                .regression(1.1, 0.03)
                .planned(9, 0.12)
                .of(ONE)
                .from("s"));
        assertThat(regression.windowHigh() - 1.1).isCloseTo(3.3 * 0.05, within(1e-12));
    }

    /** The verdict of the main claim chooses the title; claims of one wording share a row, and failures without one are named. */
    @Test
    void theTitleIsThatOfTheMainClaim() {
        Story.Drawing drawing = draw(board -> {
            board.title("x is 1", "x is not 1", "x may be 1");
            board.subtitle("x, a size");
            plot(board).points("seen", new double[] {1, 2}, ONE, ONE);
            board.claim("near", "x").says("x is as predicted").theory(1).judge(ONE, "s");
            board.claim("far", "x").says("x is as predicted").theory(2).judge(ONE, "s");
            board.claim("held", "x").says("x is large").above(0.5).judge(ONE, "s");
            board.claim("bare", "y, at 1").theory(3).judge(ONE, "s");
            board.claim("quiet", "z").theory(1).judge(ONE, "s");
            board.claim("sure", "z").identity(1, 0.1).judge(ONE, "s");
        });
        Plate plate = drawing.plate();
        assertThat(plate.title()).isEqualTo("x is not 1");
        assertThat(plate.strip().rows())
                .extracting(Strip.Row::claim)
                .containsExactly("x is as predicted", "x is large");
        assertThat(plate.strip().rest()).isEqualTo("and 2 more: 1 agrees, 1 disagrees (y)");
        assertThat(plate.svg())
                .contains(", a size", "1 of 2 disagrees", "worst of 2: 1 [0.98, 1.0]")
                .doesNotContain("✗");
    }

    @Test
    void aLaterClaimMayLead() {
        Consumer<Board> claims = board -> {
            board.title("x is large", "x is small", "x may be large");
            plot(board).points("seen", new double[] {1, 2}, ONE, ONE);
            board.claim("far", "x").says("x is as predicted").theory(2).judge(ONE, "s");
            board.claim("held", "x").says("x is large").above(0.5).judge(ONE, "s");
        };
        Plate plate = draw(claims.andThen(board -> board.leads("held"))).plate();
        assertThat(plate.title()).isEqualTo("x is large");
        assertThat(plate.strip().rows())
                .extracting(Strip.Row::claim)
                .containsExactly("x is large", "x is as predicted");
        assertThatThrownBy(() -> draw(claims.andThen(board -> board.leads("hold"))))
                .hasMessageContaining("-hold must be a claim with words");
    }

    /** Claims that are neither drawn nor said have no row; a row names its measure, or else has that of its axis. */
    @Test
    void rowsAreDrawnAndNameTheirMeasures() {
        Story.Drawing drawing = draw(board -> {
            plot(board).points("seen", new double[] {1, 2}, ONE, ONE);
            Plot pictures = board.pictures("shades", "Shades", List.of("row"), 2, 1, new double[][] {{0}, {1}}, 0, 1)
                    .grouped(1)
                    .beside(0, "a", List.of(board.cell(STUDY, BASE)), run -> 0.1234);
            pictures.claim("held", "x").says("x is large | share").above(0.5).judge(ONE, "s");
            board.claim("bare", "y, at 3").theory(3).judge(ONE, "s");
            board.plot("p").claim("axis", "x of p").theory(3).judge(ONE, "s");
        });
        Strip strip = drawing.plate().strip();
        assertThat(strip.rows()).extracting(Strip.Row::claim).containsExactly("x is large", "x of p");
        assertThat(strip.rows()).extracting(Strip.Row::measure).containsExactly("share", "ratio");
        assertThat(strip.rest()).isEqualTo("and 1 more: disagrees (y)");
        assertThat(drawing.plate().svg()).contains(">a<", ">0.12<");
        assertThat(Recipe.parse(drawing.recipe())
                        .plate(drawing.data(), drawing.claims())
                        .svg())
                .isEqualTo(drawing.plate().svg());
    }

    @Test
    void titlesAreShortAndWithoutMarks() {
        for (String title : List.of("word ".repeat(13), "w".repeat(73), "✓ held", "is it?")) {
            assertThatThrownBy(() -> draw(board -> board.title(title))).hasMessageContaining("at most 12 words");
        }
        assertThatThrownBy(() -> draw(board -> board.subtitle("w".repeat(101))))
                .hasMessageContaining("at most 18 words");
    }

    /** What is not shown stands in the table all the same. */
    @Test
    void aPictureShowsThePanelsThatItNames() {
        Story.Drawing drawing = draw(board -> {
            plot(board).points("seen", new double[] {1, 2}, ONE, ONE);
            board.plot("other", "Other", Axis.linear("x"), Axis.linear("y")).law("line", new double[] {1, 2}, x -> x);
            board.show("p");
        });
        assertThat(drawing.plate().panels()).hasSize(1);
        assertThat(drawing.data().column("panel")).contains("p", "other");
    }

    @Test
    void aNoisierRunDoesNotWidenItsPlannedWindow() {
        Estimate noisy = new Estimate(2, 10, -20, 22, 9);
        Claim claim = only(board -> board.claim("c", "was")
                .regression(1.1, 0.03)
                .planned(9, 0.12)
                .of(noisy)
                .from("s"));
        assertThat(claim.verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void anIntervalEndsWhereTheQuantityDoes() {
        Estimate beyond = new Estimate(0.99, 0.01, 0.97, 1.01, 5);
        Claim claim = only(
                board -> board.claim("c", "a share").above(0.9, 0, 1).of(beyond).from("s"));
        assertThat(claim.measured()).isEqualTo(new Estimate(0.99, 0.01, 0.97, 1, 5));
    }

    @Test
    void aRegressionNeedsAPlannedErrorAndTheKitsOwnHaveTheirs() {
        assertRefused(
                "toy-c must have a planned error",
                board -> board.claim("c", "was").regression(1.1, 0.03).of(ONE).from("s"));
        Board board = new Board("seed-norm", Preset.QUICK, experiment);
        plot(board);
        board.claim("wide-correlation", "was").regression(0.985, 0.01).of(ONE).from("s");
        Claim claim = board.drawing("").claims().get(0);
        double planned = 0.004864 / Math.sqrt(ONE.n());
        assertThat(claim.windowHigh() - 0.985).isCloseTo(3.3 * Math.hypot(0.01, planned), within(1e-12));
    }

    private void assertRefused(String message, Consumer<Board> tell) {
        assertThatThrownBy(() -> draw(tell)).hasMessageContaining(message);
    }

    @Test
    void claimsThatCannotBeWonOrLostAreRefused() {
        assertRefused(
                "toy-a has no expected value",
                board -> board.claim("a", "s").of(ONE).from("s"));
        assertRefused(
                "toy-a could not be won with 16 of 16",
                board -> board.claim("a", "s").above(0.9).proportion(3, 16).from("s"));
        assertRefused(
                "toy-a could not be won with 32 replicas that all agree",
                board -> board.claim("a", "s")
                        .above(0.9)
                        .of(Estimate.ofProportion(32, 32))
                        .from("s"));
        assertRefused(
                "toy-a could not fail",
                board -> board.claim("a", "s").between(0, 1).range(0, 1).of(ONE).from("s"));
        assertRefused("toy-a has no control", board -> {
            board.control("");
            board.claim("a", "s").above(0.5).of(ONE).from("s");
        });
        assertThat(only(board -> {
                    board.claim("a", "s")
                            .control("claim: b")
                            .above(0.5, 0, 1)
                            .of(ONE)
                            .from("s");
                }))
                .matches(claim -> claim.control().equals("toy-b") && claim.needed() == 0.25);
        assertRefused(
                "no plot 'q'",
                board -> board.claim("a", "s").in("q").above(0.5).of(ONE).from("s"));
    }

    @Test
    void figuresStayReadable() {
        assertRefused("at most 900 characters, got 901", board -> board.caption("x".repeat(901)));
        assertRefused("at most 6 panels, got 7", board -> {
            for (int k = 0; k < 7; k++) {
                board.plot("p" + k, "p", Axis.linear("x"), Axis.linear("y"));
            }
        });
        assertRefused("must begin with 'bootstrap', got 'noise'", board -> board.stream("noise"));
        assertThat(Words.say("{} at {}, {}", ONE, 0.5, "x")).isEqualTo("1.000 ± 0.020 at 0.5, x");
        assertThatThrownBy(() -> Words.say("{}")).hasMessageContaining("fewer values");
        assertThatThrownBy(() -> Words.say("", 1)).hasMessageContaining("more values");
    }

    @Test
    void intervalsOnOtherScalesStayWhereTheNumberCanBe() {
        Reduction<Double> mean = mean((Double x) -> x);
        List<Double> shares = List.of(0.9, 0.99, 0.999);
        assertThat(mean.of(shares).high()).isGreaterThan(1);
        assertThat(mean.onLogit().of(shares).high()).isLessThan(1);
        assertThat(mean.onLog().of(List.of(0.1, 1.0, 0.01)).low()).isPositive();
        assertThat(mean.onSharedPoints(4).of(shares).stdError())
                .isCloseTo(Math.hypot(mean.of(shares).stdError(), StrictMath.sqrt(0.963 * 0.037 / 4)), within(1e-12));
    }

    @Test
    void curvesCrossOnLogarithmicAxes() {
        assertThat(Line.crossing(new double[] {1, 4}, new double[] {1, 16}, 4)).isCloseTo(2, within(1e-12));
        assertThat(Line.crossing(new double[] {1, 4}, new double[] {1, 2}, 4)).isNaN();
    }
}
