package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantFieldConfig;
import org.noisebook.field.InterpolantFieldResult;
import org.noisebook.field.InterpolantFieldStudy;
import org.noisebook.field.LearningRate;
import org.noisebook.field.LossFloor;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.Ends;
import org.noisebook.model.StopReason;
import org.noisebook.stats.Estimate;

/** A learned one-sided field of the checkerboard sampled with and without noise, and learned fields on the line against their floors. */
public final class InterpolantCheckerboard implements Figure {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String PAPER = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String RECIPE =
            "the same recipe trained once elsewhere; spread between trainings taken from here";

    private static final double[] DIFFUSIONS = {0, 0.5, 1};
    private static final String[] NAMES = {"ODE", "ε = 0.5", "ε = 1"};
    private static final String[] KEYS = {"ode", "half", "one"};
    /** Of one training elsewhere. */
    private static final double[] REFERENCE_SHARES = {0.887, 0.941, 0.960};

    private static final double REFERENCE_LOSS = -2.93;
    /** Where half of all points lie without structure. */
    private static final double CHANCE = 0.5;

    private static final int CELLS = InterpolantFieldResult.CELLS;
    private static final double REACH = InterpolantFieldResult.REACH;
    /** Density of the target in a filled square. */
    private static final double FILLED = 1.0 / 32;

    private static final double MAP_TOP = 2;
    /** Cells a side of the target's map, four to a square. */
    private static final int TARGET_CELLS = 10;

    private static final int EVERY = 5;

    @Override
    public String id() {
        return "interpolant-checkerboard";
    }

    @Override
    public String title() {
        return "Checkerboard samples of a learned field, with and without noise, and learned losses against their floors";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    /** Quick: fewer and smaller steps; full: the recipe. */
    private static InterpolantFieldConfig board(Preset preset) {
        InterpolantFieldConfig recipe = InterpolantFieldConfig.standard();
        return preset == Preset.QUICK
                ? Schema.with(recipe, "field", shorter(recipe.field(), 1500, 400), "particles", 6000, "steps", 50)
                : recipe;
    }

    private static FieldConfig shorter(FieldConfig field, int steps, int batchSize) {
        return Schema.with(
                field,
                "training.steps",
                steps,
                "training.batchSize",
                batchSize,
                "training.learningRate",
                new LearningRate.Cosine(4e-3),
                "training.averaging",
                0.99);
    }

    /** The pair on the line without sampling: γ = 0, or γ² = 2 t (1 − t) with pairs ±z. */
    private static InterpolantFieldConfig line(Preset preset, boolean noisy) {
        FieldConfig recipe = FieldConfig.line();
        FieldConfig field = preset == Preset.QUICK ? shorter(recipe, 1200, 400) : recipe;
        if (noisy) {
            field = Schema.with(field, "schedule", PathSchedule.linear(2), "training.antithetic", true);
        }
        return new InterpolantFieldConfig(field, InterpolantFieldConfig.Companion.NONE, new double[0], 100, 0.03, 2);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int trainings = preset.choose(4, 8);
        InterpolantFieldConfig board = board(preset);
        InterpolantFieldConfig still = line(preset, false);
        InterpolantFieldConfig noisy = line(preset, true);
        Results<InterpolantFieldConfig, InterpolantFieldResult> results =
                experiment.run(Sweep.of(STUDY, List.of(board, still, noisy), trainings));
        Sheet sheet = new Sheet();
        addMaps(sheet, results.of(board));
        addShares(sheet, results.of(board));
        addLosses(sheet, results.of(still), results.of(noisy));
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).size(170, 0.95),
                caption(board, still, trainings),
                Integer.toString(trainings),
                claims(preset, results, board, still, noisy));
    }

    private static String caption(InterpolantFieldConfig board, InterpolantFieldConfig line, int trainings) {
        return String.format(
                Locale.ROOT,
                "A network of %d × %d ReLU units learned the velocity of the one-sided linear interpolant to the checkerboard in %d steps"
                        + " of %d points. (a) The target; (b–d) samples of dX = (b + ε s) dt + √(2ε) dW, ε = 0 to t = 1, else to t = 0.97 and"
                        + " without noise from there: density over that of a filled square, from %d samples of each of %d trainings. (e) Share of"
                        + " samples in filled squares. (f) Loss L_b over the training for the 2→3-mode pair on the line, linear, γ = 0 and γ ="
                        + " √(2t(1−t)) with pairs ±z, %d × %d units, %d steps of %d points; lines: least possible loss. Points: means with"
                        + " 95 %% t intervals over %d trainings.",
                board.field().network().layers(),
                board.field().network().width(),
                board.field().training().steps(),
                board.field().training().batchSize(),
                board.particles(),
                trainings,
                line.field().network().layers(),
                line.field().network().width(),
                line.field().training().steps(),
                line.field().training().batchSize(),
                trainings);
    }

    private static double[] centres(int cells) {
        return IntStream.range(0, cells)
                .mapToDouble(i -> SixDigits.of(-REACH + (i + 0.5) * 2 * REACH / cells))
                .toArray();
    }

    private static Axis axis(String label) {
        return Axis.linear(label).range(-REACH, REACH);
    }

    private static ColourBar bar() {
        return ColourBar.of("density × 32", 0, MAP_TOP);
    }

    private static void addMaps(Sheet sheet, List<InterpolantFieldResult> runs) {
        double[] wide = centres(TARGET_CELLS);
        double[][] target = new double[TARGET_CELLS][TARGET_CELLS];
        for (int row = 0; row < TARGET_CELLS; row++) {
            for (int column = 0; column < TARGET_CELLS; column++) {
                target[row][column] = Target.Checkerboard.isFilled(wide[column], wide[row]) ? 1 : 0;
            }
        }
        sheet.cells("target", "Target", axis("x₁"), axis("x₂"), bar(), wide, wide, target);
        double[] centres = centres(CELLS);
        Ends[][] ends = new Ends[CELLS][CELLS];
        for (Ends[] row : ends) {
            Arrays.fill(row, ends(runs));
        }
        for (int i = 0; i < DIFFUSIONS.length; i++) {
            sheet.cells(KEYS[i], NAMES[i], axis("x₁"), axis("x₂"), bar(), centres, centres, density(runs, i), ends);
        }
    }

    private static Ends ends(List<InterpolantFieldResult> runs) {
        int whole = (int) runs.stream()
                .filter(run -> run.stopReason() == StopReason.COMPLETED)
                .count();
        return new Ends(whole, 0, runs.size() - whole);
    }

    /** Mean over trainings, over the density of a filled square, to two decimals. */
    private static double[][] density(List<InterpolantFieldResult> runs, int diffusion) {
        double area = (2 * REACH / CELLS) * (2 * REACH / CELLS);
        double[][] density = new double[CELLS][CELLS];
        for (InterpolantFieldResult run : runs) {
            double[] shares = run.cellShares();
            for (int row = 0; row < CELLS; row++) {
                for (int column = 0; column < CELLS; column++) {
                    density[row][column] += shares[(diffusion * CELLS + row) * CELLS + column];
                }
            }
        }
        for (double[] row : density) {
            for (int column = 0; column < CELLS; column++) {
                row[column] = Math.rint(100 * row[column] / (runs.size() * area * FILLED)) / 100;
            }
        }
        return density;
    }

    private static void addShares(Sheet sheet, List<InterpolantFieldResult> runs) {
        String panel = "shares";
        sheet.panel(
                panel,
                "Filled squares",
                Axis.linear("noise ε").range(-0.1, 1.1),
                Axis.linear("share of samples").range(CHANCE, 1.02));
        Estimate[] shares = new Estimate[DIFFUSIONS.length];
        Ends[] ends = new Ends[DIFFUSIONS.length];
        for (int i = 0; i < DIFFUSIONS.length; i++) {
            shares[i] = SixDigits.of(share(runs, i));
            ends[i] = ends(runs);
        }
        sheet.points(panel, "samples", 0, DIFFUSIONS, shares, ends);
        sheet.line(panel, "target", "target", 1, new double[] {-0.1, 1.1}, new double[] {1, 1}, Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BOTTOM_RIGHT);
    }

    private static Estimate share(List<InterpolantFieldResult> runs, int diffusion) {
        return mean(runs, run -> run.filledShare()[diffusion]);
    }

    private static Estimate mean(List<InterpolantFieldResult> runs, ToDoubleFunction<InterpolantFieldResult> value) {
        return Estimate.ofMean(runs.stream().mapToDouble(value).toArray());
    }

    private static double floor(InterpolantFieldConfig config) {
        return LossFloor.of(new MixtureInterpolant(
                        new Target.TwoModes().mixture().orElseThrow(),
                        new Target.ThreeModes().mixture().orElseThrow(),
                        config.field().schedule()))
                .velocityFloor();
    }

    private static void addLosses(Sheet sheet, List<InterpolantFieldResult> still, List<InterpolantFieldResult> noisy) {
        String panel = "losses";
        sheet.panel(
                panel,
                "Learning on the line",
                Axis.linear("share of the training").range(0, 1),
                Axis.linear("loss of b, L_b").range(-12, -4));
        addCourse(sheet, panel, "γ = 0", 0, still);
        addCourse(sheet, panel, "γ² = 2t(1−t)", 1, noisy);
        addFloor(sheet, panel, "floor, γ = 0", 0, floor(line(Preset.QUICK, false)));
        addFloor(sheet, panel, "floor, γ² = 2t(1−t)", 1, floor(line(Preset.QUICK, true)));
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addFloor(Sheet sheet, String panel, String name, int colour, double floor) {
        double level = SixDigits.of(floor);
        sheet.line(panel, name, name, colour, new double[] {0, 1}, new double[] {level, level}, Sheet.Kind.THEORY);
    }

    /** The loss of training, means over each part of the course. */
    private static void addCourse(
            Sheet sheet, String panel, String name, int colour, List<InterpolantFieldResult> runs) {
        List<double[]> courses =
                runs.stream().map(InterpolantFieldResult::trainingLoss).toList();
        int points = courses.get(0).length / EVERY;
        double[] x = new double[points];
        Estimate[] y = new Estimate[points];
        Ends[] ends = new Ends[points];
        for (int i = 0; i < points; i++) {
            int from = i * EVERY;
            x[i] = SixDigits.of((i + 0.5) / points);
            y[i] = SixDigits.of(Estimate.ofMean(courses.stream()
                    .mapToDouble(
                            course -> Arrays.stream(course, from, from + EVERY).sum() / EVERY)
                    .toArray()));
            ends[i] = ends(runs);
        }
        sheet.points(panel, name, colour, x, y, ends);
    }

    private static List<Claim> claims(
            Preset preset,
            Results<InterpolantFieldConfig, InterpolantFieldResult> results,
            InterpolantFieldConfig board,
            InterpolantFieldConfig still,
            InterpolantFieldConfig noisy) {
        List<Claim> claims = new ArrayList<>();
        claims.add(sign(
                "checkerboard-half",
                "share of samples in filled squares at ε = 0.5 less that of the ODE is above 0",
                mean(results.of(board), run -> run.filledShare()[1] - run.filledShare()[0]),
                0));
        claims.add(sign(
                "checkerboard-one",
                "share of samples in filled squares at ε = 1 less that of the ODE is above 0",
                mean(results.of(board), run -> run.filledShare()[2] - run.filledShare()[0]),
                0));
        claims.add(sign(
                "checkerboard-smoothing",
                "mean squared error of b learned on the line with γ = 0 over that with γ² = 2t(1−t) is above 1",
                Estimate.ofGeometricMean(IntStream.range(0, results.of(still).size())
                        .mapToDouble(r -> results.of(still).get(r).excess()
                                / results.of(noisy).get(r).excess())
                        .toArray()),
                1));
        if (preset != Preset.QUICK) {
            for (int i = 0; i < DIFFUSIONS.length; i++) {
                claims.add(regression(
                        "checkerboard-share-" + i,
                        "share of samples in filled squares, " + NAMES[i],
                        REFERENCE_SHARES[i],
                        share(results.of(board), i)));
            }
            claims.add(regression(
                    "checkerboard-loss",
                    "L_b of the checkerboard on fresh points",
                    REFERENCE_LOSS,
                    mean(results.of(board), InterpolantFieldResult::loss)));
            claims.add(regression(
                    "checkerboard-line-loss",
                    "L_b on the line, γ = 0, on fresh points",
                    -10.91,
                    mean(results.of(still), InterpolantFieldResult::loss)));
            claims.add(regression(
                    "checkerboard-line-error",
                    "mean squared error of b on the line, γ = 0",
                    0.706,
                    mean(results.of(still), run -> 2 * run.excess())));
            claims.add(regression(
                    "checkerboard-line-noisy-loss",
                    "L_b on the line, γ² = 2t(1−t), on fresh points",
                    -9.08,
                    mean(results.of(noisy), InterpolantFieldResult::loss)));
            claims.add(regression(
                    "checkerboard-line-noisy-error",
                    "mean squared error of b on the line, γ² = 2t(1−t)",
                    0.220,
                    mean(results.of(noisy), run -> 2 * run.excess())));
        }
        return claims;
    }

    private static Claim sign(String id, String statement, Estimate measured, double bound) {
        return new Claim(
                id,
                Claim.Kind.THEORY,
                statement,
                Double.NaN,
                bound,
                Double.POSITIVE_INFINITY,
                measured,
                PAPER + ", figures 9 and 10");
    }

    /** The reference is one training, as far from the mean of many as one of these is. */
    private static Claim regression(String id, String statement, double reference, Estimate measured) {
        double spread = measured.stdError() * Math.sqrt(measured.n());
        return Claim.regression(id, statement, reference, spread, measured, RECIPE);
    }
}
