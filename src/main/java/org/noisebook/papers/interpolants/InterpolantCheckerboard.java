package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.LearningRate;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.stats.Estimate;

/** Samples of a checkerboard drawn with a learned one-sided field, with and without noise. */
public final class InterpolantCheckerboard extends Story {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String SOURCE = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, figures 9 and 10";

    private static final double[] DIFFUSIONS = {0, 0.5, 1};
    private static final String[] NAMES = {"ODE", "ε = 0.5", "ε = 1"};
    private static final String[] KEYS = {"ode", "half", "one"};
    private static final Reduction<InterpolantFieldStudy.Result> LOSS = mean(InterpolantFieldStudy.Result::loss);
    private static final Reduction<InterpolantFieldStudy.Result> ERROR = mean(run -> 2 * run.excess());
    private static final String FILLED_SHARE = "share of samples in filled squares, ";
    private static final int CELLS = InterpolantFieldStudy.CELLS;
    private static final double REACH = InterpolantFieldStudy.REACH;
    /** Half the side length of the board, and the coordinates of its edges. */
    private static final double SIDE = 4;

    private static final double[] ENDS = {-SIDE, SIDE};
    /** Density of the target in a filled square. */
    private static final double FILLED = 1.0 / 32;

    private static final ColourBar BAR = ColourBar.of("density, target = 1", 0, 2);

    /** The figure of a learned checkerboard, sampled with and without injected noise. */
    public InterpolantCheckerboard() {
        super("interpolant-checkerboard", "Checkerboard drawn with a learned field and noise", STUDY.sources());
    }

    /** The study: a shortened training in the quick preset, the published recipe otherwise. */
    private static InterpolantFieldStudy.Config checkerboard(Board board) {
        InterpolantFieldStudy.Config recipe = STUDY.defaults();
        return board.choose(
                Schema.with(recipe, "field", shorter(recipe.field(), 1000), "particles", 2000, "steps", 50), recipe);
    }

    private static FieldConfig shorter(FieldConfig field, int steps) {
        var training = new FieldConfig.Training(steps, 250, new LearningRate.Cosine(4e-3), 0.99, false, false, 0, 0);
        return Schema.with(field, "training", training);
    }

    /** The one-dimensional pair, without samples. */
    private static InterpolantFieldStudy.Config line(FieldConfig field) {
        return new InterpolantFieldStudy.Config(
                field, InterpolantFieldStudy.Companion.NONE, Doubles.of(), 100, 0.03, 2);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the ODE on the same fields, subtracted or in the denominator");
        board.title(
                "Noise brings more samples into the squares, but unevenly",
                "Noise does not bring more samples into the squares",
                "Noise may bring more samples into the squares");
        board.subtitle("Density of samples of a learned velocity, and their share inside the filled squares");
        board.sixDigits();
        int n = board.replicas(3, 8);
        FieldConfig line = board.choose(shorter(FieldConfig.line(), 600), FieldConfig.line());
        FieldConfig latent = Schema.with(line, "schedule", PathSchedule.linear(2), "training.antithetic", true);
        var squares = board.cell(STUDY, checkerboard(board));
        var still = board.cell(STUDY, line(line));
        var noisy = board.cell(STUDY, line(latent));
        tellMaps(board, squares);
        tellShares(board, squares);
        board.claim("smoothing", "ratio of mean squared errors of a learned b, γ = 0 to γ² = 2t(1−t), is above 1")
                .above(1)
                .judge(still.over(noisy, InterpolantFieldStudy.Result::excess), SOURCE);
        if (board.preset() != Preset.QUICK) {
            tellReference(board, squares, still, noisy);
        }
        board.caption(
                "A network learned the velocity of the one-sided linear interpolant from noise to a checkerboard in {}"
                        + " steps. (a, b) Samples of dX = (b + ε s) dt + √(2ε) dW, ε = 0 to t = 1, ε = 1 to t = 0.97 and"
                        + " without noise from there: density over that of a filled square, from {} samples of each of {}"
                        + " trainings. Lines: the squares, every other one filled in the target. (c) Share of samples"
                        + " in filled squares, means over trainings with 95 % t intervals; 1 in the target.",
                squares.config().field().training().steps(), squares.config().particles(), n);
    }

    private static void tellMaps(Board board, Cell<?, InterpolantFieldStudy.Result> squares) {
        Axis x = Axis.linear("x₁").range(-REACH, REACH);
        Axis y = Axis.linear("x₂").range(-REACH, REACH);
        double[] centres = SixDigits.of(Line.centres(-REACH, REACH, CELLS));
        EndCounts[][] ends = new EndCounts[CELLS][CELLS];
        Arrays.stream(ends).forEach(row -> Arrays.fill(row, squares.ends()));
        for (int i = 0; i < DIFFUSIONS.length; i += 2) {
            String title = i == 0 ? "Learned, no noise" : "Learned, noise ε = 1";
            Plot plot = board.map(KEYS[i], title, x, y, BAR, centres, centres, density(squares, i), ends);
            for (double line = -SIDE; line <= SIDE; line += SIDE / 2) {
                double[] place = {line, line};
                plot.colour(Plot.GREY).named("").line(LineKind.SAMPLE, "grid", ENDS, place);
                plot.colour(Plot.GREY).named("").line(LineKind.SAMPLE, "grid", place, ENDS);
            }
        }
    }

    /** Mean density over trainings, relative to that of a filled square, to two decimals. */
    private static double[][] density(Cell<?, InterpolantFieldStudy.Result> squares, int diffusion) {
        double target = FILLED * (2 * REACH / CELLS) * (2 * REACH / CELLS);
        double[][] density = new double[CELLS][CELLS];
        for (int row = 0; row < CELLS; row++) {
            for (int column = 0; column < CELLS; column++) {
                int place = (diffusion * CELLS + row) * CELLS + column;
                double share = squares.mean(run -> run.cellShares().get(place));
                density[row][column] = Math.rint(100 * share / target) / 100;
            }
        }
        return density;
    }

    private static Reduction<InterpolantFieldStudy.Result> filled(int diffusion) {
        return mean(run -> run.filledShare().get(diffusion));
    }

    private static void tellShares(Board board, Cell<?, InterpolantFieldStudy.Result> squares) {
        Axis x = Axis.linear("noise ε").range(-0.1, 1.1);
        Axis y = Axis.linear("share of samples in filled squares").range(board.choose(0.7, 0.75), 1.02);
        Plot plot = board.plot("shares", "In the squares?", x, y)
                .points("filled squares", DIFFUSIONS, squares, InterpolantCheckerboard::filled)
                .level(LineKind.THEORY, "target", 1, -0.1, 1.1);
        for (int k = 1; k < KEYS.length; k++) {
            int i = k;
            plot.claim(KEYS[k], FILLED_SHARE + NAMES[k] + ", minus that of the ODE is above 0")
                    .says(
                            k == 2
                                    ? "Noise ε = 1 brings more samples into the filled squares | difference of shares in the squares"
                                    : "")
                    .above(0)
                    .of(
                            squares,
                            run -> run.filledShare().get(i) - run.filledShare().get(0))
                    .from(SOURCE);
        }
    }

    private static void tellReference(
            Board board,
            Cell<?, InterpolantFieldStudy.Result> squares,
            Cell<?, InterpolantFieldStudy.Result> still,
            Cell<?, InterpolantFieldStudy.Result> noisy) {
        double[] shares = {0.887, 0.941, 0.960};
        for (int k = 0; k < DIFFUSIONS.length; k++) {
            reference(board, "share-" + k, FILLED_SHARE + NAMES[k], shares[k], squares.the(filled(k)));
        }
        reference(board, "loss", "L_b of the checkerboard on fresh points", -2.93, squares.the(LOSS));
        line(board, "line", "γ = 0", still, -10.91, 0.706);
        line(board, "line-noisy", "γ² = 2t(1−t)", noisy, -9.08, 0.220);
    }

    private static void line(
            Board board,
            String id,
            String latent,
            Cell<?, InterpolantFieldStudy.Result> cell,
            double loss,
            double error) {
        reference(board, id + "-loss", "L_b on the line, " + latent + ", on fresh points", loss, cell.the(LOSS));
        reference(board, id + "-error", "mean squared error of b on the line, " + latent, error, cell.the(ERROR));
    }

    /** A regression claim; the reference is one training, with the scatter of one of these. */
    private static void reference(Board board, String name, String statement, double value, Estimate measured) {
        board.claim(name, statement)
                .regression(value, 0)
                .ofRuns(1)
                .judge(measured, "one recorded training of the same recipe; scatter between trainings at root seed 2");
    }
}
