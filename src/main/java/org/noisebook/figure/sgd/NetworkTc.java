package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * The temperature T_c at which noise pushes a network out of the lazy regime, against the number of points: by the weight
 * change and by the test error at several levels, and its exponent a against γ/δ.
 */
public final class NetworkTc implements Figure {
    private static final double[] WEIGHT_LEVELS = {0.05, 0.1};
    private static final double[] ERROR_LEVELS = {0.95, 0.9, 0.8};
    /** The error without noise is the mean over so many of the lowest temperatures. */
    private static final int PLATEAU = 5;

    @Override
    public String id() {
        return "network-tc";
    }

    @Override
    public String title() {
        return "The temperature at which noise ends the lazy regime, against the number of points";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    /** A definition of T_c: where the geometric mean of the weight change, or the mean error over its plateau, meets a level. */
    record Level(boolean byWeights, double value) {
        String text() {
            return byWeights
                    ? String.format(Locale.ROOT, "|Δw|/|w₀| = %.2f", value)
                    : String.format(Locale.ROOT, "ε = %.2f ε₀", value);
        }

        String key() {
            return String.format(Locale.ROOT, "%s-%.0f", byWeights ? "weights" : "error", 100 * value);
        }
    }

    /** One dataset's numbers, {@code [size][temperature][replica]}; each size as far as all its replicas fitted. */
    record Cube(LazySweep sweep, double[][] temperatures, double[][][] changes, double[][][] errors) {

        /** T_c of every size for these replicas; NaN where the level is not met. */
        double[] escape(Level level, int[] replicas) {
            double[] escapes = new double[changes.length];
            for (int s = 0; s < escapes.length; s++) {
                escapes[s] = level.byWeights
                        ? TrainingCells.crossingOrNaN(
                                temperatures[s], NetworkCells.geometricMeans(changes[s], replicas), level.value)
                        : lastFall(temperatures[s], relative(errors[s], replicas), level.value);
            }
            return escapes;
        }

        private static double[] relative(double[][] errors, int[] replicas) {
            double[] curve = Arrays.stream(errors)
                    .mapToDouble(cell ->
                            Arrays.stream(replicas).mapToDouble(r -> cell[r]).sum())
                    .toArray();
            double plateau = Arrays.stream(curve).limit(PLATEAU).average().orElse(Double.NaN);
            return Arrays.stream(curve).map(error -> error / plateau).toArray();
        }

        /** Above this temperature the error stays below the level; the scatter of the plateau does not count. */
        static double lastFall(double[] x, double[] y, double level) {
            int k = y.length - 1;
            while (k >= 0 && y[k] < level) {
                k--;
            }
            return k < 0 || k == y.length - 1
                    ? Double.NaN
                    : TrainingCells.crossing(Arrays.copyOfRange(x, k, k + 2), Arrays.copyOfRange(y, k, k + 2), level);
        }

        /** −d ln T_c/d ln P. */
        double exponent(Level level, int[] replicas) {
            return -NetworkCells.slope(sweep.sizesAsDoubles(), escape(level, replicas));
        }
    }

    static Cube cube(LazySweep sweep, Results<NetworkConfig, NetworkResult> results) {
        int sizes = sweep.sizes().length;
        double[][] temperatures = new double[sizes][];
        double[][][] changes = new double[sizes][][];
        double[][][] errors = new double[sizes][][];
        for (int s = 0; s < sizes; s++) {
            int size = sweep.sizes()[s];
            DoublePredicate allFitted =
                    t -> TrainingCells.ends(results.of(sweep.config(size, t))).allFitted();
            double[] fitted = Arrays.stream(sweep.temperatures())
                    .dropWhile(allFitted.negate())
                    .takeWhile(allFitted)
                    .toArray();
            temperatures[s] = fitted;
            changes[s] = values(sweep, size, fitted, results, NetworkResult::relativeWeightChange);
            errors[s] = values(sweep, size, fitted, results, NetworkResult::testError);
        }
        return new Cube(sweep, temperatures, changes, errors);
    }

    private static double[][] values(
            LazySweep sweep,
            int size,
            double[] temperatures,
            Results<NetworkConfig, NetworkResult> results,
            ToDoubleFunction<NetworkResult> value) {
        return Arrays.stream(temperatures)
                .mapToObj(t -> results.values(sweep.config(size, t), value))
                .toArray(double[][]::new);
    }

    private static List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        Arrays.stream(WEIGHT_LEVELS).forEach(value -> levels.add(new Level(true, value)));
        Arrays.stream(ERROR_LEVELS).forEach(value -> levels.add(new Level(false, value)));
        return levels;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<LazySweep> sweeps = LazySweep.of(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(LazySweep.together(sweeps));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        for (LazySweep sweep : sweeps.subList(0, 2)) {
            Cube cube = cube(sweep, results);
            drawEscape(sheet, cube, results, claims, experiment);
        }
        for (LazySweep sweep : sweeps.subList(0, 2)) {
            drawErrors(sheet, sweep, results);
        }
        String n = LazyScaling.replicas(sweeps.subList(0, 2));
        Map<String, String> columns =
                Map.of("Gaussian", "y", "digits", "y", "Gaussian error", "x", "digits error", "x");
        String caption =
                "(a, b) T_c against P at α = 2¹⁵: where the geometric mean of the weight change reaches a level, and where"
                        + " the mean test error falls for good below a share of ε₀, its mean over the five lowest temperatures; by"
                        + " interpolation of logarithms among the temperatures, without a gap, at which all replicas fitted, with 95 % bootstrap intervals over"
                        + " whole replicas. A level that is not met by all sizes has no exponent, one not met in more than 1 of 40 resamples no"
                        + " interval. Dashed: T_c ∝ P^(−γ/δ) with γ and δ measured on the same runs, through the first point of |Δw|/|w₀| = 0.05. a = −d ln T_c/d ln P. "
                        + "(c, d) The errors behind it, means with 95 % intervals that hold the sampling error of the test set ("
                        + sweeps.get(0).base().testSize() + " and "
                        + sweeps.get(1).base().testSize() + " points). "
                        + "Gaussian: x ~ N(0, 1₁₀), y = sign(x₁); both D = 3, h = 64, B = 4, ReLU, float32. Replicas: "
                        + n + ".";
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(), sweeps.get(0).base().network().width(), columns),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    private static void drawEscape(
            Sheet sheet,
            Cube cube,
            Results<NetworkConfig, NetworkResult> results,
            List<Claim> claims,
            Experiment experiment) {
        LazySweep sweep = cube.sweep;
        String panel = sweep.name();
        String key = sweep.key();
        sheet.panel(panel, sweep.title(), Axis.log2("training points P"), Axis.log2("escape temperature T_c = η/B"));
        double[] sizes = sweep.sizesAsDoubles();
        double[] chosen = sweep.fitted(results);
        int colour = 0;
        for (Level level : levels()) {
            String name = "bootstrap/tc/" + key + "/" + level.key();
            Estimate[] estimates = new Estimate[sizes.length];
            Ends[] ends = new Ends[sizes.length];
            for (int s = 0; s < sizes.length; s++) {
                int size = s;
                estimates[s] = Bootstrap.of(
                        sweep.replicas(),
                        experiment.streams().at(name + "/" + sweep.sizes()[s]),
                        replicas -> cube.escape(level, replicas)[size]);
                ends[s] = new Ends(sweep.replicas(), 0, 0);
            }
            Estimate exponent = Bootstrap.of(
                    sweep.replicas(), experiment.streams().at(name), replicas -> cube.exponent(level, replicas));
            Estimate ratio = Bootstrap.of(
                    sweep.replicas(),
                    experiment.streams().at(name + "/ratio"),
                    replicas -> cube.exponent(level, replicas) / law(cube, chosen, replicas));
            String a = Double.isNaN(exponent.mean()) ? "not met by all P" : "a = " + exponent.brief();
            sheet.points(panel, level.text() + ": " + a, colour, sizes, estimates, ends);
            claims.add(Claim.theory(
                    "network-tc-" + key + "-" + level.key(),
                    "T_c ~ P^−a with a δ/γ = 1, T_c where " + level.text() + ", " + sweep.name(),
                    1,
                    ratio,
                    "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ"));
            colour++;
        }
        double law = law(cube, chosen, NetworkCells.all(sweep.replicas()));
        double[] first = cube.escape(levels().get(0), NetworkCells.all(sweep.replicas()));
        sheet.line(
                panel,
                "law",
                String.format(Locale.ROOT, "∝ P^(−γ/δ), γ/δ = %.3f measured", law),
                0,
                sizes,
                Arrays.stream(sizes)
                        .map(size -> first[0] * StrictMath.pow(size / sizes[0], -law))
                        .toArray(),
                Sheet.Kind.FIT);
    }

    /** γ/δ of these replicas over those chosen temperatures that every size's range holds. */
    static double law(Cube cube, double[] chosen, int[] replicas) {
        double[] held = Arrays.stream(chosen)
                .filter(t -> Arrays.stream(cube.temperatures).allMatch(range -> Arrays.binarySearch(range, t) >= 0))
                .toArray();
        double[] sizes = cube.sweep.sizesAsDoubles();
        double[][] curves = new double[sizes.length][held.length];
        double gamma = 0;
        double delta = 0;
        for (int s = 0; s < sizes.length; s++) {
            double[] curve = NetworkCells.geometricMeans(cube.changes[s], replicas);
            for (int t = 0; t < held.length; t++) {
                curves[s][t] = curve[Arrays.binarySearch(cube.temperatures[s], held[t])];
            }
            delta += NetworkCells.slope(held, curves[s]) / sizes.length;
        }
        for (int t = 0; t < held.length; t++) {
            int at = t;
            gamma += NetworkCells.slope(
                            sizes, Arrays.stream(curves).mapToDouble(c -> c[at]).toArray())
                    / held.length;
        }
        return gamma / delta;
    }

    private static void drawErrors(Sheet sheet, LazySweep sweep, Results<NetworkConfig, NetworkResult> results) {
        String panel = sweep.name() + " error";
        sheet.panel(
                panel, "Test error, " + sweep.name(), Axis.log2("temperature T = η/B"), Axis.linear("test error ε"));
        for (int s = 0; s < sweep.sizes().length; s++) {
            NetworkCells.addErrors(
                    sheet,
                    panel,
                    "P = " + sweep.sizes()[s],
                    s,
                    sweep.temperatures(),
                    sweep.along(sweep.sizes()[s]),
                    results);
        }
    }
}
