package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantFieldConfig;
import org.noisebook.field.InterpolantFieldResult;
import org.noisebook.field.InterpolantFieldStudy;
import org.noisebook.field.LossFloor;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/** A learned one-sided field of the checkerboard sampled with and without noise, and learned fields on the line against their floors. */
public final class InterpolantCheckerboard extends Story {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String SOURCE = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, figures 9 and 10";

    private static final double[] DIFFUSIONS = {0, 0.5, 1};
    private static final String[] NAMES = {"ODE", "ε = 0.5", "ε = 1"};
    private static final String[] KEYS = {"ode", "half", "one"};
    private static final int CELLS = InterpolantFieldResult.CELLS;
    private static final double REACH = InterpolantFieldResult.REACH;
    /** Density of the target in a filled square. */
    private static final double FILLED = 1.0 / 32;

    private static final ColourBar BAR = ColourBar.of("density × 32", 0, 2);
    private static final int EVERY = 5;
    private static final PathSchedule NOISY = PathSchedule.linear(2);

    /** The figure. */
    public InterpolantCheckerboard() {
        super(
                "interpolant-checkerboard",
                "Checkerboard samples of a learned field, with and without noise, and learned losses against their floors",
                STUDY.sources());
    }

    /** Quick: fewer and smaller steps; full: the recipe. */
    private static InterpolantFieldConfig checkerboard(Board board) {
        InterpolantFieldConfig recipe = InterpolantFieldConfig.standard();
        return board.choose(
                Schema.with(recipe, "field", shorter(recipe.field(), 1500), "particles", 6000, "steps", 50), recipe);
    }

    private static FieldConfig shorter(FieldConfig field, int steps) {
        return Schema.with(
                field,
                "training.learningRate=cosine(start=0.004), training.averaging=0.99, training.batchSize=400, training.steps="
                        + steps);
    }

    /** The pair on the line without sampling. */
    private static InterpolantFieldConfig line(FieldConfig field) {
        return new InterpolantFieldConfig(field, InterpolantFieldConfig.Companion.NONE, Doubles.of(), 100, 0.03, 2);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(4, 8);
        FieldConfig line = board.choose(shorter(FieldConfig.line(), 1200), FieldConfig.line());
        Cell<InterpolantFieldConfig, InterpolantFieldResult> squares = board.cell(STUDY, checkerboard(board));
        Cell<InterpolantFieldConfig, InterpolantFieldResult> still = board.cell(STUDY, line(line));
        Cell<InterpolantFieldConfig, InterpolantFieldResult> noisy =
                board.cell(STUDY, line(Schema.with(line, "schedule", NOISY, "training.antithetic", true)));
        tellMaps(board, squares);
        tellShares(board, squares);
        tellLosses(board, still, noisy);
        if (board.preset() != Preset.QUICK) {
            tellReference(board, squares, still, noisy);
        }
        board.layout(plate -> plate.size(plate.widthMm(), 0.95));
        FieldConfig field = squares.config().field();
        board.caption(
                "A network of {} × {} ReLU units learned the velocity of the one-sided linear interpolant to the checkerboard in {}"
                        + " steps of {} points. (a) The target; (b–d) samples of dX = (b + ε s) dt + √(2ε) dW, ε = 0 to t = 1, else to t ="
                        + " 0.97 and without noise from there: density over that of a filled square, from {} samples of each of {}"
                        + " trainings. (e) Share of samples in filled squares. (f) Loss L_b over the training for the 2→3-mode pair on the"
                        + " line, linear, γ = 0 and γ = √(2t(1−t)) with pairs ±z, {} × {} units, {} steps of {} points; lines: least"
                        + " possible loss. Points: means with 95 % t intervals over {} trainings.",
                field.network().layers(),
                field.network().width(),
                field.training().steps(),
                field.training().batchSize(),
                squares.config().particles(),
                n,
                line.network().layers(),
                line.network().width(),
                line.training().steps(),
                line.training().batchSize(),
                n);
    }

    private static double[] centres(int cells) {
        return SixDigits.of(Line.centres(-REACH, REACH, cells));
    }

    private static void tellMaps(Board board, Cell<?, InterpolantFieldResult> squares) {
        Axis x = Axis.linear("x₁").range(-REACH, REACH);
        Axis y = Axis.linear("x₂").range(-REACH, REACH);
        // Four cells to a square.
        double[] wide = centres(10);
        double[][] target = Arrays.stream(wide)
                .mapToObj(row -> Arrays.stream(wide)
                        .map(column -> Target.Checkerboard.isFilled(column, row) ? 1 : 0)
                        .toArray())
                .toArray(double[][]::new);
        board.exactMap("target", "Target", x, y, BAR, wide, wide, target);
        double[] centres = centres(CELLS);
        Ends[][] ends = new Ends[CELLS][CELLS];
        Arrays.setAll(ends, row -> {
            Arrays.fill(ends[row], squares.ends());
            return ends[row];
        });
        for (int i = 0; i < DIFFUSIONS.length; i++) {
            board.map(KEYS[i], NAMES[i], x, y, BAR, centres, centres, density(squares, i), ends);
        }
    }

    /** Mean over trainings, over the density of a filled square, to two decimals. */
    private static double[][] density(Cell<?, InterpolantFieldResult> squares, int diffusion) {
        double area = (2 * REACH / CELLS) * (2 * REACH / CELLS);
        double[][] density = new double[CELLS][CELLS];
        for (InterpolantFieldResult run : squares.runs()) {
            double[] shares = run.cellShares().toArray();
            for (int row = 0; row < CELLS; row++) {
                for (int column = 0; column < CELLS; column++) {
                    density[row][column] += shares[(diffusion * CELLS + row) * CELLS + column];
                }
            }
        }
        for (double[] row : density) {
            for (int column = 0; column < CELLS; column++) {
                row[column] = Math.rint(100 * row[column] / (squares.runs().size() * area * FILLED)) / 100;
            }
        }
        return density;
    }

    private static void tellShares(Board board, Cell<?, InterpolantFieldResult> squares) {
        Plot plot = board.plot(
                        "shares",
                        "Filled squares",
                        Axis.linear("noise ε").range(-0.1, 1.1),
                        Axis.linear("share of samples").range(0.5, 1.02))
                .points(
                        "samples",
                        DIFFUSIONS,
                        squares,
                        i -> mean(run -> run.filledShare().get(i)))
                .law("target", new double[] {-0.1, 1.1}, e -> 1)
                .legend(Corner.BOTTOM_RIGHT);
        for (int k = 1; k < KEYS.length; k++) {
            int i = k;
            plot.claim(
                            KEYS[k],
                            "share of samples in filled squares at " + NAMES[k] + " less that of the ODE is above 0")
                    .above(0)
                    .of(squares.the(mean(
                            run -> run.filledShare().get(i) - run.filledShare().get(0))))
                    .from(SOURCE);
        }
    }

    private static void tellLosses(
            Board board,
            Cell<InterpolantFieldConfig, InterpolantFieldResult> still,
            Cell<InterpolantFieldConfig, InterpolantFieldResult> noisy) {
        Plot plot = board.plot(
                "losses",
                "Learning on the line",
                Axis.linear("share of the training").range(0, 1),
                Axis.linear("loss of b, L_b").range(-12, -4));
        course(plot, "γ = 0", still);
        course(plot, "γ² = 2t(1−t)", noisy);
        floor(plot.colour(0), "floor, γ = 0", PathSchedule.linear(0));
        floor(plot.colour(1), "floor, γ² = 2t(1−t)", NOISY);
        plot.claim(
                        "smoothing",
                        "mean squared error of b learned on the line with γ = 0 over that with γ² = 2t(1−t) is above 1")
                .above(1)
                .of(still.over(noisy, InterpolantFieldResult::excess))
                .from(SOURCE);
    }

    /** The loss of training, means over each part of the course. */
    private static void course(Plot plot, String name, Cell<?, InterpolantFieldResult> cell) {
        int points = cell.runs().get(0).trainingLoss().size() / EVERY;
        double[] x = Line.centres(0, 1, points);
        plot.points(
                name,
                x,
                cell,
                i -> mean(run ->
                        run.trainingLoss().stream().skip(i * EVERY).limit(EVERY).sum() / EVERY));
    }

    private static void floor(Plot plot, String name, PathSchedule schedule) {
        double floor = LossFloor.of(new Pair.TwoToThree().interpolant(schedule)).velocityFloor();
        plot.law(name, new double[] {0, 1}, share -> floor);
    }

    private static void tellReference(
            Board board,
            Cell<?, InterpolantFieldResult> squares,
            Cell<?, InterpolantFieldResult> still,
            Cell<?, InterpolantFieldResult> noisy) {
        double[] shares = {0.887, 0.941, 0.960};
        for (int k = 0; k < DIFFUSIONS.length; k++) {
            int i = k;
            reference(
                    board,
                    "share-" + k,
                    "share of samples in filled squares, " + NAMES[k],
                    shares[k],
                    squares.the(mean(run -> run.filledShare().get(i))));
        }
        Reduction<InterpolantFieldResult> loss = mean(InterpolantFieldResult::loss);
        Reduction<InterpolantFieldResult> error = mean(run -> 2 * run.excess());
        String ofLoss = "L_b on the line, {}, on fresh points";
        String ofError = "mean squared error of b on the line, {}";
        String latent = "γ² = 2t(1−t)";
        reference(board, "loss", "L_b of the checkerboard on fresh points", -2.93, squares.the(loss));
        reference(board, "line-loss", Words.say(ofLoss, "γ = 0"), -10.91, still.the(loss));
        reference(board, "line-error", Words.say(ofError, "γ = 0"), 0.706, still.the(error));
        reference(board, "line-noisy-loss", Words.say(ofLoss, latent), -9.08, noisy.the(loss));
        reference(board, "line-noisy-error", Words.say(ofError, latent), 0.220, noisy.the(error));
    }

    /** The reference is one training, as far from the mean of many as one of these is. */
    private static void reference(Board board, String name, String statement, double value, Estimate measured) {
        board.claim(name, statement)
                .regression(value, 0)
                .ofRuns(1)
                .of(measured)
                .from("the same recipe trained once elsewhere; spread between trainings of root seed 2");
    }
}
