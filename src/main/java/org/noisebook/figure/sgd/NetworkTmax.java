package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The largest temperature that reaches zero loss, T_max, against α for networks of one to five hidden layers: its exponent
 * in the feature regime against (D − 1)/(D + 1), and its independence of α in the lazy regime.
 */
public final class NetworkTmax extends Story {
    private static final int[] DEPTHS = {1, 2, 3, 5};
    private static final double[] OUTPUT_SCALES = powers(0x1p-16, 8, 10);
    /** The exponent is fitted to α up to here, and the lazy plateau from here. */
    private static final double FEATURE_END = 0x1p-4;

    private static final double LAZY_START = 0x1p5;
    private static final double HIGHEST_PER_WIDTH = 4;
    private static final int OCTAVES = 22;
    private static final double HALF_OCTAVE = StrictMath.sqrt(2);
    private static final double QUARTER_OCTAVE = StrictMath.sqrt(HALF_OCTAVE);
    /** Standard deviation of ln T_max on a grid of quarter octaves. */
    private static final double GRID_ERROR = StrictMath.log(QUARTER_OCTAVE) / StrictMath.sqrt(12);

    private static final double SLOPE_WINDOW = 0.05;
    private static final double ZERO_EXPONENT_WINDOW = 0.1;
    private static final int SAMPLE_CAP = 600_000;
    private static final int WIDTH = NetworkCells.GAUSSIAN.network().width();

    /** The figure. */
    public NetworkTmax() {
        super("network-tmax", "The largest temperature that trains, T_max(α), for four depths", NetworkCells.SOURCES);
    }

    /** Nothing: how many runs a search takes cannot be foretold. */
    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return "";
    }

    /** A temperature that is tried, and what was found so far at that depth and α, by replica. */
    private record Trial(double temperature, Cell<NetworkConfig, NetworkResult> cell, double[] found) {
        /** Replicas that fit have found it, if they found nothing before. */
        void first() {
            take(0);
        }

        /** Replicas that fit have found it, if they found a quarter of an octave less before. */
        void above() {
            take(temperature);
        }

        private void take(double before) {
            for (int r = 0; r < found.length; r++) {
                if (found[r] * QUARTER_OCTAVE == before && cell.runs().get(r).fitted()) {
                    found[r] = temperature;
                }
            }
        }
    }

    private static Trial trial(Board board, int d, int a, double temperature, double[] found) {
        NetworkConfig base = NetworkCells.withDepth(
                Schema.with(NetworkCells.GAUSSIAN, "sampleCap", SAMPLE_CAP, "testSize", 0, "probeSize", 0), DEPTHS[d]);
        var cell = board.cell(NetworkCells.STUDY, NetworkCells.at(base, OUTPUT_SCALES[a], temperature));
        return new Trial(temperature, cell, found);
    }

    /**
     * T_max of every depth, α and replica: temperatures are tried from above, two half-octaves at a time, then a quarter of
     * an octave above what was found, which halves the step of the grid.
     */
    private static double[][][] search(Board board, int replicas) {
        double[][][] found = new double[DEPTHS.length][OUTPUT_SCALES.length][replicas];
        double temperature = HIGHEST_PER_WIDTH * WIDTH;
        for (int octave = 0; octave < OCTAVES; octave++) {
            List<Trial> trials = new ArrayList<>();
            for (int d = 0; d < DEPTHS.length; d++) {
                for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                    if (Arrays.stream(found[d][a]).anyMatch(t -> t == 0)) {
                        trials.add(trial(board, d, a, temperature, found[d][a]));
                        trials.add(trial(board, d, a, temperature / HALF_OCTAVE, found[d][a]));
                    }
                }
            }
            trials.forEach(Trial::first);
            temperature /= 2;
        }
        List<Trial> trials = new ArrayList<>();
        for (int d = 0; d < DEPTHS.length; d++) {
            for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                double[] one = found[d][a];
                for (double t : Arrays.stream(one).filter(t -> t > 0).distinct().toArray()) {
                    trials.add(trial(board, d, a, t * QUARTER_OCTAVE, one));
                }
            }
        }
        trials.forEach(Trial::above);
        return found;
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(8, 32);
        double[][][] found = search(board, n);
        Plot border = board.plot(
                        "tmax",
                        "Border of convergence",
                        Axis.log2("output scale α"),
                        Axis.log2("temperature Tₘₐₓ = η/B"))
                .column(NetworkCells.PER_WIDTH, "y", t -> t / WIDTH);
        Estimate[] exponents = new Estimate[DEPTHS.length];
        for (int d = 0; d < DEPTHS.length; d++) {
            exponents[d] = fit(board, "tmax" + DEPTHS[d], found[d], 0, FEATURE_END);
            tellBorder(border, DEPTHS[d], found[d], exponents[d]);
        }
        border.legend(Corner.BELOW);
        board.plot(
                        "slopes",
                        "Exponent at α ≤ 2⁻⁴",
                        Axis.linear("hidden layers D").range(0.5, 5.5),
                        Axis.linear("exponent k"))
                .points("measured", Arrays.stream(DEPTHS).asDoubleStream().toArray(), exponents, n)
                .colour(0)
                .named("(D − 1)/(D + 1)")
                .law("theory", powers(1, StrictMath.pow(5, 1.0 / 40), 41), d -> (d - 1) / (d + 1))
                .legend(Corner.BELOW);
        for (int d = 0; d < DEPTHS.length; d++) {
            board.claim("exponent-d" + DEPTHS[d], "T_max ~ α^k with k = (D−1)/(D+1) at α ≤ 2⁻⁴, D = " + DEPTHS[d])
                    .in("slopes")
                    .says("T_max ∝ α^((D−1)/(D+1)) at small α")
                    .theory(NetworkCells.featureExponent(DEPTHS[d]))
                    .within(SLOPE_WINDOW)
                    .of(exponents[d])
                    .from("scaling argument, stability limit η_max ~ w^−(D−1); window ± 0.05 of the reference");
            board.claim("lazy-d" + DEPTHS[d], "T_max does not depend on α at α ≥ 2⁵ (exponent 0), D = " + DEPTHS[d])
                    .in("tmax")
                    .says("T_max does not depend on α at large α")
                    .theory(0)
                    .within(ZERO_EXPONENT_WINDOW)
                    .of(fit(board, "tmaxLazy" + DEPTHS[d], found[d], LAZY_START, Double.POSITIVE_INFINITY))
                    .from("lazy weights stay of order 1 whatever α; window ± 0.1");
        }
        NetworkConfig config = NetworkCells.GAUSSIAN;
        board.caption(
                "(a) The largest temperature at which training reaches zero loss within {} samples: points x ~ N(0, 1₁₀)"
                        + " with y = sign(x₁), h = {}, P = {}, B = {}, ReLU, float32. Temperatures were tried downwards"
                        + " by half-octaves until one fitted, then a quarter-octave above it. Geometric means over {}"
                        + " replicas with 95 % t intervals of the logarithms. Dashed: theory's exponent (D − 1)/(D + 1)"
                        + " with a measured prefactor. (b) Exponent of T_max against α at α ≤ 2⁻⁴ with 95 % bootstrap"
                        + " intervals over {} replicas, the error of this grid added, which the intervals of (a) do not"
                        + " hold; solid: theory. Legend of (a): these exponents, theory in brackets.",
                SAMPLE_CAP, WIDTH, config.trainSize(), config.batchSize(), n, n);
    }

    private static void tellBorder(Plot plot, int depth, double[][] found, Estimate exponent) {
        Estimate[] means = Arrays.stream(found).map(Estimate::ofGeometricMean).toArray(Estimate[]::new);
        Ends[] ends = Arrays.stream(found)
                .map(one -> {
                    int missing = (int) Arrays.stream(one).filter(t -> t == 0).count();
                    return new Ends(one.length - missing, missing, 0);
                })
                .toArray(Ends[]::new);
        double theory = NetworkCells.featureExponent(depth);
        String series = "D = " + depth + ": k = " + exponent.brief() + String.format(Locale.ROOT, " (%.3f)", theory);
        double[] feature =
                Arrays.stream(OUTPUT_SCALES).filter(a -> a <= FEATURE_END).toArray();
        double[] y = Arrays.stream(means).mapToDouble(Estimate::mean).toArray();
        plot.points(series, OUTPUT_SCALES, means, ends)
                .line(LineKind.ANCHORED, series, feature, NetworkCells.law(feature, y, theory));
    }

    /**
     * The exponent over α in [low, high] with the error that the grid of temperatures adds, as if it were independent between
     * α and common to all replicas; a cell without T_max for every replica is left out.
     */
    private static Estimate fit(Board board, String name, double[][] found, double low, double high) {
        int[] used = IntStream.range(0, OUTPUT_SCALES.length)
                .filter(a -> OUTPUT_SCALES[a] >= low && OUTPUT_SCALES[a] <= high)
                .filter(a -> Arrays.stream(found[a]).allMatch(t -> t > 0))
                .toArray();
        double[] scales = Arrays.stream(used).mapToDouble(a -> OUTPUT_SCALES[a]).toArray();
        double mean = Arrays.stream(scales).map(StrictMath::log).average().orElse(Double.NaN);
        double squares = Arrays.stream(scales)
                .map(a -> (StrictMath.log(a) - mean) * (StrictMath.log(a) - mean))
                .sum();
        PowerFit fit = PowerFit.of(
                scales,
                Arrays.stream(used).mapToObj(a -> found[a]).toArray(double[][]::new),
                board.stream("bootstrap/" + name));
        return fit.exponent().withError(GRID_ERROR / StrictMath.sqrt(squares));
    }
}
