package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The largest temperature at which training reaches zero loss, T_max, against α for networks of one to five hidden layers: its
 * exponent in the feature regime, (D − 1)/(D + 1) in theory, and its independence of α in the lazy regime.
 */
public final class NetworkTmax extends Story {
    private static final int[] DEPTHS = {1, 2, 3, 5};
    private static final double[] OUTPUT_SCALES = powers(0x1p-16, 8, 10);
    /** Largest α of the fit of the exponent, and smallest α of the lazy plateau. */
    private static final double FEATURE_END = 0x1p-4;

    private static final double LAZY_START = 0x1p5;
    private static final double HIGHEST_PER_WIDTH = 1;
    private static final int OCTAVES = 20;
    private static final double HALF_OCTAVE = StrictMath.sqrt(2);
    private static final double QUARTER_OCTAVE = StrictMath.sqrt(HALF_OCTAVE);
    /** Standard deviation of ln T_max from the grid of quarter octaves. */
    private static final double GRID_ERROR = StrictMath.log(QUARTER_OCTAVE) / StrictMath.sqrt(12);

    private static final double SLOPE_WINDOW = 0.05;
    private static final double ZERO_EXPONENT_WINDOW = 0.1;
    private static final NetworkConfig BASE =
            Schema.with(NetworkCells.GAUSSIAN, "sampleCap=600000, testSize=0, probeSize=0");
    private static final int WIDTH = BASE.network().width();

    /** The figure. */
    public NetworkTmax() {
        super("network-tmax", "The largest temperature that trains, T_max(α), for four depths", NetworkCells.SOURCES);
    }

    /** Returns nothing, since the number of runs of a search cannot be predicted. */
    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return "";
    }

    /** T_max of every replica at one depth and α; 0 until it is found. */
    private record Border(int depth, double outputScale, double[] found) {
        Trial trial(Board board, double temperature) {
            NetworkConfig config = NetworkCells.at(NetworkCells.withDepth(BASE, depth), outputScale, temperature);
            return new Trial(temperature, board.cell(NetworkCells.STUDY, config), found);
        }

        boolean whole() {
            return Arrays.stream(found).allMatch(t -> t > 0);
        }

        EndCounts ends() {
            int missing = (int) Arrays.stream(found).filter(t -> t == 0).count();
            return new EndCounts(found.length - missing, missing, 0);
        }
    }

    /** A trial temperature at one depth and α. */
    private record Trial(double temperature, Cell<NetworkConfig, NetworkResult> cell, double[] found) {
        /** Sets T_max of the replicas that fit at this temperature, if their value so far is the given one. */
        void take(double before) {
            for (int r = 0; r < found.length; r++) {
                if (found[r] == before && cell.runs().get(r).fitted()) {
                    found[r] = temperature;
                }
            }
        }
    }

    /**
     * T_max for every depth and α: temperatures are tried from above, two half-octaves at a time, and then a quarter of an
     * octave above the result, which halves the grid spacing.
     */
    private static Map<Integer, List<Border>> search(Board board, int replicas) {
        List<Border> all = Arrays.stream(DEPTHS)
                .boxed()
                .flatMap(d -> Arrays.stream(OUTPUT_SCALES).mapToObj(a -> new Border(d, a, new double[replicas])))
                .toList();
        double temperature = HIGHEST_PER_WIDTH * WIDTH;
        for (int octave = 0; octave < OCTAVES; octave++) {
            double high = temperature;
            List<Trial> trials = all.stream()
                    .filter(border -> !border.whole())
                    .flatMap(border -> Stream.of(border.trial(board, high), border.trial(board, high / HALF_OCTAVE)))
                    .toList();
            trials.forEach(trial -> trial.take(0));
            temperature /= 2;
        }
        Map<Trial, Double> above = new LinkedHashMap<>();
        for (Border border : all) {
            for (double t :
                    Arrays.stream(border.found).filter(t -> t > 0).distinct().toArray()) {
                above.put(border.trial(board, t * QUARTER_OCTAVE), t);
            }
        }
        above.forEach(Trial::take);
        return all.stream().collect(Collectors.groupingBy(Border::depth));
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other depths, whose exponents differ by more than the window");
        board.title(
                "The strongest trainable noise grows with α at small α, then saturates",
                "The strongest trainable noise does not grow with α as predicted",
                "The strongest trainable noise grows with α roughly as predicted");
        board.subtitle("Largest noise at which training still converges, against the output scale, for four depths");
        int n = board.replicas(4, 32);
        Map<Integer, List<Border>> borders = search(board, n);
        Plot plot = board.plot(
                        "tmax",
                        "The largest noise that still trains",
                        NetworkCells.ALPHA,
                        Axis.log2("noise T_max = rate / batch size"))
                .column(NetworkCells.PER_WIDTH, "y", t -> t / WIDTH);
        Estimate[] exponents = new Estimate[DEPTHS.length];
        for (int d = 0; d < DEPTHS.length; d++) {
            int depth = DEPTHS[d];
            List<Border> along = borders.get(depth);
            exponents[d] = fit(board, "tmax" + depth, along, 0, FEATURE_END);
            double theory = NetworkCells.featureExponent(depth);
            plot.named(depth + (depth == 1 ? " layer: " : " layers: ") + Words.exponent(exponents[d], theory));
            tellBorder(plot, "D = " + depth + ": k = " + Words.exponent(exponents[d], theory), along, theory);
            board.plot("tmax")
                    .claim("exponent-d" + depth, "T_max grows as α^k with k = (D−1)/(D+1) at α ≤ 2⁻⁴, D = " + depth)
                    .says("At small α, the largest noise grows as predicted | exponent of growth with α")
                    .theory(theory, SLOPE_WINDOW)
                    .of(exponents[d])
                    .from("scaling argument, stability limit η_max ~ w^−(D−1); window ± 0.05 of the reference");
            board.claim("lazy-d" + depth, "T_max does not depend on α at α ≥ 2⁵ (exponent 0), D = " + depth)
                    .in("tmax")
                    .says("At large α, the largest noise is independent of α | exponent of growth with α")
                    .theory(0, ZERO_EXPONENT_WINDOW)
                    .of(fit(board, "tmaxLazy" + depth, along, LAZY_START, Double.POSITIVE_INFINITY))
                    .from("lazy weights stay of order 1 for any α; window ± 0.1");
        }
        board.caption(
                "The largest temperature at which training reaches zero loss within {} samples: x ~ N(0, 1₁₀), y = sign(x₁),"
                        + " h = {}, P = {}, B = {}, ReLU, float32. Temperatures were tried downwards by half-octaves until one"
                        + " fitted, then a quarter-octave above it. Geometric means over {} replicas with 95 % t intervals of the"
                        + " logarithms. Dashed: theoretical exponent, measured prefactor. Legend: exponent k at α ≤ 2⁻⁴ with"
                        + " half its 95 % bootstrap interval, including the error of this grid, which the intervals of points"
                        + " do not.",
                BASE.sampleCap(), WIDTH, BASE.trainSize(), BASE.batchSize(), n);
    }

    private static void tellBorder(Plot plot, String series, List<Border> along, double theory) {
        Estimate[] means = along.stream()
                .map(border -> Estimate.ofGeometricMeanOrNone(border.found))
                .toArray(Estimate[]::new);
        double[] feature =
                Arrays.stream(OUTPUT_SCALES).filter(a -> a <= FEATURE_END).toArray();
        double[] y = Arrays.stream(means).mapToDouble(Estimate::mean).toArray();
        plot.points(
                        series,
                        OUTPUT_SCALES,
                        means,
                        along.stream().map(Border::ends).toArray(EndCounts[]::new))
                .line(LineKind.ANCHORED, series, feature, NetworkCells.law(feature, y, theory));
    }

    /**
     * The exponent over α in [low, high], including the error from the temperature grid, taken as independent between α and
     * common to all replicas; cells without T_max for every replica are left out.
     */
    private static Estimate fit(Board board, String name, List<Border> along, double low, double high) {
        List<Border> used = along.stream()
                .filter(border -> border.whole() && border.outputScale >= low && border.outputScale <= high)
                .toList();
        double[] scales = used.stream().mapToDouble(Border::outputScale).toArray();
        double mean = Arrays.stream(scales).map(StrictMath::log).average().orElse(Double.NaN);
        double squares = Arrays.stream(scales)
                .map(a -> (StrictMath.log(a) - mean) * (StrictMath.log(a) - mean))
                .sum();
        PowerFit fit = PowerFit.of(
                scales, used.stream().map(Border::found).toArray(double[][]::new), board.stream("bootstrap/" + name));
        return fit.exponent().withError(GRID_ERROR / StrictMath.sqrt(squares));
    }
}
