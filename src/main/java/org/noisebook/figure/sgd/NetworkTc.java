package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The temperature T_c at which noise pushes a network out of the lazy regime, against the number of points: by the weight
 * change and by the test error at several levels, and its exponent a against γ/δ.
 */
public final class NetworkTc extends Story {
    private static final double[] WEIGHT_LEVELS = {0.05, 0.1};
    private static final double[] ERROR_LEVELS = {0.95, 0.9, 0.8};
    /**
     * The error of the noisy lazy plateau is the mean between these temperatures per width, 8 and 32 margins: above the
     * crossover from gradient descent to SGD at T ≈ hκ/2, and where weights still move by thousandths.
     */
    private static final double PLATEAU_LOW = 0x1p-12;

    private static final double PLATEAU_HIGH = 0x1p-10;

    /** The figure. */
    public NetworkTc() {
        super(
                "network-tc",
                "The temperature at which noise ends the lazy regime, against the number of points",
                NetworkCells.SOURCES);
    }

    /** A definition of T_c: where the geometric mean of the weight change, or the mean error over its plateau, meets a level. */
    record Level(boolean byWeights, double value) {
        String text() {
            return byWeights
                    ? String.format(Locale.ROOT, "|Δw|/|w₀| = %.2f", value)
                    : String.format(Locale.ROOT, "ε = %.2f ε₁", value);
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
                        ? Line.crossing(temperatures[s], NetworkCells.geometricMeans(changes[s], replicas), level.value)
                        : lastFall(temperatures[s], relative(s, replicas), level.value);
            }
            return escapes;
        }

        /** The mean error at each temperature over that of the noisy lazy plateau. */
        private double[] relative(int s, int[] replicas) {
            double[] curve = Arrays.stream(errors[s])
                    .mapToDouble(cell ->
                            Arrays.stream(replicas).mapToDouble(r -> cell[r]).sum())
                    .toArray();
            double width = sweep.base().network().width();
            double plateau = IntStream.range(0, curve.length)
                    .filter(k ->
                            temperatures[s][k] >= PLATEAU_LOW * width && temperatures[s][k] <= PLATEAU_HIGH * width)
                    .mapToDouble(k -> curve[k])
                    .average()
                    .orElse(Double.NaN);
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
                    : Line.crossing(Arrays.copyOfRange(x, k, k + 2), Arrays.copyOfRange(y, k, k + 2), level);
        }

        /** −d ln T_c/d ln P. */
        double exponent(Level level, int[] replicas) {
            return -NetworkCells.slope(sweep.sizes(), escape(level, replicas));
        }
    }

    static Cube cube(LazySweep sweep) {
        List<Line<NetworkConfig, NetworkResult>> lines = IntStream.range(0, sweep.sizes().length)
                .mapToObj(s -> sweep.plane().row(s).wholeRange())
                .toList();
        return new Cube(
                sweep,
                lines.stream().map(Line::x).toArray(double[][]::new),
                lines.stream()
                        .map(line -> line.values(NetworkResult::relativeWeightChange))
                        .toArray(double[][][]::new),
                lines.stream()
                        .map(line -> line.values(NetworkResult::testError))
                        .toArray(double[][][]::new));
    }

    private static List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        Arrays.stream(WEIGHT_LEVELS).forEach(value -> levels.add(new Level(true, value)));
        Arrays.stream(ERROR_LEVELS).forEach(value -> levels.add(new Level(false, value)));
        return levels;
    }

    @Override
    protected void tell(Board board) {
        List<LazySweep> sweeps = LazySweep.of(board);
        List<LazySweep> shown = sweeps.subList(0, 2);
        shown.forEach(sweep -> tellEscape(board, sweep));
        for (LazySweep sweep : shown) {
            Plot plot = board.plot(
                            sweep.name() + " error",
                            "Test error, " + sweep.name(),
                            Axis.log2("temperature T = η/B"),
                            Axis.linear("test error ε"))
                    .column(
                            NetworkCells.PER_WIDTH,
                            "x",
                            t -> t / sweep.base().network().width());
            for (int s = 0; s < sweep.sizes().length; s++) {
                plot.points(
                        "P = " + (int) sweep.sizes()[s], sweep.plane().row(s), NetworkCells.testError(sweep.base()));
            }
        }
        shown.forEach(sweep -> tellLocal(board, sweep));
        String n = LazyScaling.replicas(shown);
        board.stamp(n);
        board.caption(
                "(a, b) T_c against P at α = 2¹⁵: where the geometric mean of the weight change reaches a level, and where"
                        + " the mean test error falls for good below a share of ε₁, its mean on the noisy lazy plateau, T/h from 2⁻¹² to"
                        + " 2⁻¹⁰; interpolated in logarithms, 95 % bootstrap intervals over whole replicas. A level not met by all sizes has no exponent, one"
                        + " not met in more than 1 of 40 resamples no interval. Dotted: T_c ∝ P^(−γ/δ), γ and δ of the same runs for T/h from"
                        + " 2⁻¹⁰ to 2⁻⁶. a = −d ln T_c/d ln P. (c, d) The errors, means with 95 % intervals that hold the sampling of the test points."
                        + " (e, f) δ between neighbouring T, γ at each: κ bends them at low T, curvature at high T. {}. Gaussian:"
                        + " x ~ N(0, 1₁₀), y = sign(x₁). ReLU, float32. Replicas: {}.",
                LazyScaling.describe(shown), n);
    }

    private static void tellEscape(Board board, LazySweep sweep) {
        Cube cube = cube(sweep);
        double[] sizes = sweep.sizes();
        double[] chosen = sweep.fitted();
        int n = sweep.replicas();
        Plot plot = board.plot(
                        sweep.name(),
                        sweep.title(),
                        Axis.log2("training points P"),
                        Axis.log2("escape temperature T_c = η/B"))
                .column(
                        NetworkCells.PER_WIDTH,
                        "y",
                        t -> t / sweep.base().network().width());
        for (Level level : levels()) {
            String name = "bootstrap/tc/" + sweep.key() + "/" + level.key();
            Estimate[] escapes = new Estimate[sizes.length];
            Arrays.setAll(
                    escapes,
                    s -> board.bootstrap(name + "/" + (int) sizes[s], n, replicas -> cube.escape(level, replicas)[s]));
            Estimate exponent = board.bootstrap(name, n, replicas -> cube.exponent(level, replicas));
            String a = Double.isNaN(exponent.mean()) ? "not met by all P" : "a = " + exponent.brief();
            plot.points(level.text() + ": " + a, sizes, escapes, n);
            ClaimDraft claim = board.claim(
                            sweep.key() + "-" + level.key(),
                            "T_c ~ P^−a with a δ/γ = 1, T_c where " + level.text() + ", " + sweep.name())
                    .in(sweep.name());
            // By weights it is arithmetic of the fit of γ and δ.
            (level.byWeights ? claim.identity(1, Claim.STANDARD_WINDOW) : claim.theory(1))
                    .of(board.bootstrap(
                            name + "/ratio",
                            n,
                            replicas -> cube.exponent(level, replicas) / law(cube, chosen, replicas)))
                    .from("Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ");
        }
        double law = law(cube, chosen, NetworkCells.all(n));
        double first = cube.escape(levels().get(0), NetworkCells.all(n))[0];
        plot.colour(0)
                .named(String.format(Locale.ROOT, "∝ P^(−γ/δ), γ/δ = %.3f measured", law))
                .fit("law", sizes, size -> first * StrictMath.pow(size / sizes[0], -law));
    }

    /** The exponents from neighbouring temperatures and from the sizes at one temperature, a number each replica. */
    private static void tellLocal(Board board, LazySweep sweep) {
        int width = sweep.base().network().width();
        double[] whole = sweep.fitted(0, Double.POSITIVE_INFINITY);
        double[] sizes = sweep.sizes();
        Estimate[] gamma = new Estimate[whole.length];
        Estimate[] delta = new Estimate[Math.max(0, whole.length - 1)];
        double[] between = new double[delta.length];
        for (int k = 0; k < whole.length; k++) {
            gamma[k] = Estimate.ofMean(sweep.plane()
                    .columnAt(whole[k])
                    .perReplica(NetworkResult::relativeWeightChange, here -> NetworkCells.slope(sizes, here)));
            if (k > 0) {
                double[] pair = {whole[k - 1], whole[k]};
                double[][] both = sweep.againstTemperature(pair, NetworkResult::relativeWeightChange);
                delta[k - 1] = Estimate.ofMean(IntStream.range(0, sweep.replicas())
                        .mapToDouble(r -> NetworkCells.slope(pair, new double[] {both[0][r], both[1][r]}))
                        .toArray());
                between[k - 1] = StrictMath.sqrt(pair[0] * pair[1]);
            }
        }
        Plot plot = board.plot(
                        sweep.name() + " local",
                        "Local exponents, " + sweep.name(),
                        Axis.log2("temperature T = η/B"),
                        Axis.linear("exponent"))
                .column(NetworkCells.PER_WIDTH, "x", t -> t / width)
                .points("δ", between, delta, sweep.replicas())
                .points("γ", whole, gamma, sweep.replicas());
        if (between.length > 0) {
            plot.like("δ").law("perceptron, κ ≪ T", between, t -> 1);
        }
    }

    /** γ/δ of these replicas over those chosen temperatures that every size's range holds. */
    static double law(Cube cube, double[] chosen, int[] replicas) {
        double[] held = Arrays.stream(chosen)
                .filter(t -> Arrays.stream(cube.temperatures).allMatch(range -> Arrays.binarySearch(range, t) >= 0))
                .toArray();
        double[] sizes = cube.sweep.sizes();
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
}
