package org.noisebook.papers.sgdnoise;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The temperature T_c at which noise ends the lazy regime, against the number of points, defined by weight change or test error at
 * several levels, and its exponent a compared with γ/δ.
 */
public final class NetworkTc extends Story {
    private static final List<Level> LEVELS = List.of(
            new Level(true, 0.05, "weights-5", "|Δw|/|w₀| = 0.05", "weights move 5 %"),
            new Level(true, 0.1, "weights-10", "|Δw|/|w₀| = 0.10", "weights move 10 %"),
            new Level(false, 0.95, "error-95", "ε = 0.95 ε₁", "error −5 %"),
            new Level(false, 0.9, "error-90", "ε = 0.90 ε₁", "error −10 %"),
            new Level(false, 0.8, "error-80", "ε = 0.80 ε₁", "error −20 %"));
    private static final List<Level> SHOWN = List.of(LEVELS.get(0), LEVELS.get(2), LEVELS.get(3));
    /** First colour of the definitions shown; those before are the colours of data sets. */
    private static final int FIRST_COLOUR = 4;

    /**
     * The error of the noisy lazy plateau is the mean between these temperatures per width, 8 and 32 margins: above the
     * crossover from gradient descent to SGD at T ≈ hκ/2, while the relative weight change is still some thousandths.
     */
    private static final double PLATEAU_LOW = 0x1p-12;

    private static final double PLATEAU_HIGH = 0x1p-10;

    /** Height at which the slope triangle starts, above the points. */
    private static final double TRIANGLE = 10;

    /** A temperature counts if this share of the replicas fitted. */
    static final double ADMITTED = 0.75;

    /** Replicas needed to resolve the exponent from the error to a tenth, from an independent pilot on MNIST. */
    private static final double DECISIVE = 300;

    /** The figure. */
    public NetworkTc() {
        super("network-tc", "Where noise ends lazy training: T_c against the number of points", NetworkCells.SOURCES);
    }

    /** A definition of T_c: where the geometric mean of the weight change, or the mean error over its plateau, meets a level. */
    record Level(boolean byWeights, double value, String key, String text, String words) {}

    /**
     * The data of one dataset, {@code [size][temperature][replica]}, for each size up to where three quarters of its replicas fitted;
     * the replicas that fitted at all these temperatures, which alone count; and the logarithms of the weight changes at the chosen
     * temperatures of the fit, {@code [size][replica]} and {@code [temperature][replica]}.
     */
    record Cube(
            LazySweep sweep,
            double[] chosen,
            int[][] fitted,
            double[][] temperatures,
            double[][][] logChanges,
            double[][][] errors,
            double[][] bySize,
            double[][] byTemperature) {
        /** T_c of every size for these replicas; NaN if the level is not reached. */
        double[] escape(Level level, int[] replicas) {
            return IntStream.range(0, logChanges.length)
                    .mapToDouble(s -> escape(level, s, replicas))
                    .toArray();
        }

        /** T_c of one size. */
        private double escape(Level level, int s, int... replicas) {
            int[] here = NetworkCells.among(fitted[s], replicas);
            return level.byWeights
                    ? Line.crossing(temperatures[s], NetworkCells.meansOfLogs(logChanges[s], here), level.value)
                    : lastFall(temperatures[s], relative(s, here), level.value);
        }

        /** The mean error at each temperature relative to the noisy lazy plateau. */
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

        /** The temperature above which the error stays below the level; dips by scatter on the plateau do not count. */
        static double lastFall(double[] x, double[] y, double level) {
            int k = y.length - 1;
            while (k >= 0 && y[k] < level) {
                k--;
            }
            return k < 0 || k == y.length - 1
                    ? Double.NaN
                    : Line.crossing(Arrays.copyOfRange(x, k, k + 2), Arrays.copyOfRange(y, k, k + 2), level);
        }

        /** The exponent −d ln T_c/d ln P. */
        double exponent(Level level, int[] replicas) {
            return -NetworkCells.slope(sweep.sizes(), escape(level, replicas));
        }

        /** The ratio γ/δ from weight changes ~ T^δ P^γ at the temperatures of the fit. */
        double law(int[] replicas) {
            return NetworkCells.slope(sweep.sizes(), NetworkCells.meansOfLogs(bySize, replicas))
                    / NetworkCells.slope(chosen, NetworkCells.meansOfLogs(byTemperature, replicas));
        }

        /** The exponent for a definition of T_c, divided by its predicted value γ/δ. */
        Estimate ratio(Board board, String stream, Level level) {
            return board.bootstrap(stream, sweep.replicas(), r -> exponent(level, r) / law(r));
        }
    }

    static Cube cube(LazySweep sweep) {
        List<Line<NetworkConfig, NetworkResult>> lines =
                sweep.plane().lines().map(line -> line.range(ADMITTED)).toList();
        ToDoubleFunction<NetworkResult> change = NetworkResult::relativeWeightChange;
        double[] chosen = sweep.fitted();
        return new Cube(
                sweep,
                chosen,
                lines.stream().map(Line::fitted).toArray(int[][]::new),
                lines.stream().map(Line::x).toArray(double[][]::new),
                lines.stream()
                        .map(line -> NetworkCells.logs(line.values(change)))
                        .toArray(double[][][]::new),
                lines.stream()
                        .map(line -> line.values(NetworkResult::testError))
                        .toArray(double[][][]::new),
                NetworkCells.logs(sweep.againstSize(chosen, change)),
                NetworkCells.logs(sweep.againstTemperature(chosen, change)));
    }

    @Override
    protected void tell(Board board) {
        board.control("none: the window rules out a T_c that does not fall with P, and one that falls as P^−2γ/δ");
        board.title(
                "With more training data, less noise ends lazy training",
                "More data, less noise to end lazy training, but no power law",
                "With more training data, less noise ends lazy training");
        board.subtitle("Noise that ends lazy training" + board.choose("", " on MNIST")
                + ", by weight change and test error, against training points");
        TcHeadline.tell(board);
        board.show(board.choose(new String[] {"Gaussian", "digits"}, new String[] {"MNIST"}));
        List<LazySweep> sweeps = board.preset() == Preset.QUICK
                ? LazySweep.shared(board)
                : LazySweep.of(board).subList(0, 2);
        List<Estimate[]> found = sweeps.stream()
                .map(sweep -> tellEscape(board, sweep, cube(sweep)))
                .toList();
        List<String> names = LEVELS.stream().map(Level::words).toList();
        LazyScaling.plotOverTheory(
                board,
                "ratios",
                "Exponents over prediction",
                names,
                Axis.log2("measured over predicted").range(0.4, 6),
                sweeps,
                found);
        sweeps.forEach(sweep -> claim(board.plot("ratios"), sweep, found.get(sweeps.indexOf(sweep))));
        String n = LazyScaling.replicas(sweeps);
        board.stamp(n);
        board.caption(
                "(a, b) α = 2¹⁵: where the geometric mean of the weight change reaches 5 %, and where the mean test error falls"
                        + " for good by 5 or 10 % from its noisy lazy plateau (T/h from 2⁻¹² to 2⁻¹⁰); 95 % bootstrap intervals over"
                        + " whole replicas. Triangle: P^(−γ/δ), from weight changes ~ T^δ P^γ of the same runs,"
                        + " T from 4h/α to where weights move by 2 %. (c) −d ln T_c/d ln P over γ/δ. A"
                        + " level not met by all P has no exponent. {}. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). ReLU. Replicas: {}.",
                LazyScaling.describe(sweeps), n);
    }

    private static void claim(Plot plot, LazySweep sweep, Estimate... ratios) {
        String falls = "T_c falls with P ";
        String byError = sweep.words() + ", by test error: " + falls;
        double window = Claim.STANDARD_WINDOW * StrictMath.sqrt(Math.max(1, DECISIVE / sweep.replicas()));
        String within = "as predicted within " + Math.round(100 * window) + " % | exponent / predicted";
        List<Level> errorsFirst =
                LEVELS.stream().sorted(Comparator.comparing(Level::byWeights)).toList();
        for (Level level : errorsFirst) {
            ClaimDraft claim = plot.claim(
                            sweep.key() + "-" + level.key,
                            "T_c falls as P^−a with a δ/γ = 1, T_c defined by " + level.text + ", " + sweep.name())
                    .says(
                            level.byWeights
                                    ? "By weight change: " + falls + "as predicted | exponent / predicted"
                                    : byError + within);
            claim.theory(1, level.byWeights ? Claim.STANDARD_WINDOW : window)
                    .judge(ratios[LEVELS.indexOf(level)], "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ");
        }
    }

    /**
     * Plots T_c against P for one weight change and two decreases of the error, with the prediction from weight changes; returns the
     * exponent over γ/δ for every definition.
     */
    private static Estimate[] tellEscape(Board board, LazySweep sweep, Cube cube) {
        double[] sizes = sweep.sizes();
        int n = sweep.replicas();
        int width = sweep.base().network().width();
        Plot plot = board.plot(
                        sweep.name(), sweep.name(), NetworkCells.SIZES, Axis.log2("noise T_c = rate / batch size"))
                .column(NetworkCells.PER_WIDTH, "y", t -> t / width);
        Estimate[] ratios = new Estimate[LEVELS.size()];
        for (int k = 0; k < ratios.length; k++) {
            Level level = LEVELS.get(k);
            String stream = "bootstrap/tc/" + sweep.key() + "/" + level.key;
            ratios[k] = cube.ratio(board, stream + "/ratio", level);
            if (SHOWN.contains(level)) {
                Estimate[] escapes = new Estimate[sizes.length];
                Arrays.setAll(escapes, s -> {
                    String size = stream + "/" + (int) sizes[s];
                    return board.bootstrap(size, n, replicas -> cube.escape(level, s, replicas));
                });
                plot.colour(FIRST_COLOUR + SHOWN.indexOf(level)).points(level.words, sizes, escapes, n);
            }
        }
        double law = cube.law(NetworkCells.all(n));
        plot.slope(String.format(Locale.ROOT, "predicted slope −%.2f", law), 2.2 * sizes[0], TRIANGLE, 2, -law);
        return ratios;
    }
}
