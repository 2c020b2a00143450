package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The largest temperature that reaches zero loss, T_max, against α for networks of one to five hidden layers: its exponent
 * in the feature regime against (D − 1)/(D + 1), and its independence of α in the lazy regime.
 */
public final class NetworkTmax implements Figure {
    private static final int[] DEPTHS = {1, 2, 3, 5};
    private static final double[] OUTPUT_SCALES = TrainingCells.powers(0x1p-16, 8, 10);
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

    @Override
    public String id() {
        return "network-tmax";
    }

    @Override
    public String title() {
        return "The largest temperature that trains, T_max(α), for four depths";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    private static int replicas(Preset preset) {
        return preset.choose(8, 32);
    }

    private static NetworkConfig base(int depth) {
        return NetworkCells.withDepth(
                Schema.with(NetworkCells.GAUSSIAN, "sampleCap", SAMPLE_CAP, "testSize", 0, "probeSize", 0), depth);
    }

    /** T_max of every depth, α and replica: temperatures are tried from above, two half-octaves at a time. */
    private static double[][][] search(Preset preset, Experiment experiment) {
        int replicas = replicas(preset);
        double[][][] found = new double[DEPTHS.length][OUTPUT_SCALES.length][replicas];
        int width = NetworkCells.GAUSSIAN.network().width();
        double temperature = HIGHEST_PER_WIDTH * width;
        for (int octave = 0; octave < OCTAVES; octave++) {
            double[] pair = {temperature, temperature / HALF_OCTAVE};
            List<NetworkConfig> cells = new ArrayList<>();
            for (int d = 0; d < DEPTHS.length; d++) {
                for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                    if (Arrays.stream(found[d][a]).anyMatch(t -> t == 0)) {
                        cells.addAll(NetworkCells.along(base(DEPTHS[d]), OUTPUT_SCALES[a], pair));
                    }
                }
            }
            if (cells.isEmpty()) {
                break;
            }
            Results<NetworkConfig, NetworkResult> results =
                    experiment.run(Sweep.of(NetworkCells.STUDY, cells, replicas));
            for (int d = 0; d < DEPTHS.length; d++) {
                for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                    NetworkConfig first = NetworkCells.at(base(DEPTHS[d]), OUTPUT_SCALES[a], pair[0]);
                    if (cells.contains(first)) {
                        read(first, pair, OUTPUT_SCALES[a], results, found[d][a]);
                    }
                }
            }
            temperature /= 2;
        }
        return found;
    }

    private static void read(
            NetworkConfig base,
            double[] pair,
            double outputScale,
            Results<NetworkConfig, NetworkResult> results,
            double[] found) {
        for (double temperature : pair) {
            List<NetworkResult> runs = results.of(NetworkCells.at(base, outputScale, temperature));
            for (int r = 0; r < found.length; r++) {
                if (found[r] == 0 && runs.get(r).fitted()) {
                    found[r] = temperature;
                }
            }
        }
    }

    /** Tries a quarter of an octave above what was found, which halves the step of the grid. */
    private static void refine(double[][][] found, Experiment experiment) {
        int replicas = found[0][0].length;
        List<NetworkConfig> cells = new ArrayList<>();
        for (int d = 0; d < DEPTHS.length; d++) {
            for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                double[] above = Arrays.stream(found[d][a])
                        .filter(t -> t > 0)
                        .distinct()
                        .map(t -> t * QUARTER_OCTAVE)
                        .toArray();
                cells.addAll(NetworkCells.along(base(DEPTHS[d]), OUTPUT_SCALES[a], above));
            }
        }
        Results<NetworkConfig, NetworkResult> results = experiment.run(Sweep.of(NetworkCells.STUDY, cells, replicas));
        for (int d = 0; d < DEPTHS.length; d++) {
            for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                for (int r = 0; r < replicas; r++) {
                    double above = found[d][a][r] * QUARTER_OCTAVE;
                    if (above > 0
                            && results.of(NetworkCells.at(base(DEPTHS[d]), OUTPUT_SCALES[a], above))
                                    .get(r)
                                    .fitted()) {
                        found[d][a][r] = above;
                    }
                }
            }
        }
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        double[][][] found = search(preset, experiment);
        refine(found, experiment);
        int replicas = replicas(preset);
        Sheet sheet = new Sheet();
        String plane = "tmax";
        sheet.panel(plane, "Border of convergence", Axis.log2("output scale α"), Axis.log2("temperature Tₘₐₓ = η/B"));
        String slopes = "slopes";
        sheet.panel(
                slopes,
                "Exponent at α ≤ 2⁻⁴",
                Axis.linear("hidden layers D").range(0.5, 5.5),
                Axis.linear("exponent k"));
        List<Claim> claims = new ArrayList<>();
        Estimate[] exponents = new Estimate[DEPTHS.length];
        Ends[] whole = new Ends[DEPTHS.length];
        for (int d = 0; d < DEPTHS.length; d++) {
            int depth = DEPTHS[d];
            Estimate[] estimates = new Estimate[OUTPUT_SCALES.length];
            Ends[] ends = new Ends[OUTPUT_SCALES.length];
            for (int a = 0; a < OUTPUT_SCALES.length; a++) {
                int missing =
                        (int) Arrays.stream(found[d][a]).filter(t -> t == 0).count();
                ends[a] = new Ends(replicas - missing, missing, 0);
                estimates[a] = Estimate.ofGeometricMean(found[d][a]);
            }
            Estimate exponent = fit("tmax" + depth, found[d], 0, FEATURE_END, experiment);
            double theory = NetworkCells.featureExponent(depth);
            String series =
                    "D = " + depth + ": k = " + exponent.brief() + String.format(Locale.ROOT, " (%.3f)", theory);
            sheet.points(plane, series, d, OUTPUT_SCALES, estimates, ends);
            double[] feature =
                    Arrays.stream(OUTPUT_SCALES).filter(a -> a <= FEATURE_END).toArray();
            double[] means =
                    Arrays.stream(estimates).mapToDouble(Estimate::mean).toArray();
            sheet.line(
                    plane,
                    series,
                    "",
                    d,
                    feature,
                    NetworkCells.law(feature, means, theory),
                    Sheet.Kind.MEASURED_PREFACTOR);
            exponents[d] = exponent;
            whole[d] = new Ends(replicas, 0, 0);
            claims.add(Claim.theory(
                    "network-tmax-exponent-d" + depth,
                    "T_max ~ α^k with k = (D−1)/(D+1) at α ≤ 2⁻⁴, D = " + depth,
                    theory,
                    SLOPE_WINDOW,
                    exponent,
                    "scaling argument, stability limit η_max ~ w^−(D−1); window ± 0.05 of the reference"));
            claims.add(Claim.theory(
                    "network-tmax-lazy-d" + depth,
                    "T_max does not depend on α at α ≥ 2⁵ (exponent 0), D = " + depth,
                    0,
                    ZERO_EXPONENT_WINDOW,
                    fit("tmaxLazy" + depth, found[d], LAZY_START, Double.POSITIVE_INFINITY, experiment),
                    "lazy weights stay of order 1 whatever α; window ± 0.1"));
        }
        double[] depths = Arrays.stream(DEPTHS).asDoubleStream().toArray();
        sheet.points(slopes, "measured", 0, depths, exponents, whole);
        double[] fine = TrainingCells.powers(1, StrictMath.pow(5, 1.0 / 40), 41);
        sheet.line(
                slopes,
                "theory",
                "(D − 1)/(D + 1)",
                0,
                fine,
                Arrays.stream(fine).map(d -> (d - 1) / (d + 1)).toArray(),
                Sheet.Kind.THEORY);
        sheet.legend(plane, Corner.BELOW);
        sheet.legend(slopes, Corner.BELOW);
        String n = String.valueOf(replicas);
        NetworkConfig config = NetworkCells.GAUSSIAN;
        String caption = "(a) The largest temperature at which training reaches zero loss within "
                + SAMPLE_CAP + " samples: points x ~ N(0, 1₁₀) with y = sign(x₁), h = "
                + config.network().width() + ", P = "
                + config.trainSize() + ", B = " + config.batchSize()
                + ", ReLU, float32. Temperatures were tried downwards"
                + " by half-octaves until one fitted, then a quarter-octave above it. Geometric means over " + n
                + " replicas with 95 % t intervals of the logarithms."
                + " Dashed: theory's exponent (D − 1)/(D + 1) with a measured prefactor. (b) Exponent of T_max against α at"
                + " α ≤ 2⁻⁴ with 95 % bootstrap intervals over " + n
                + " replicas, the error of this grid added, which the intervals of (a) do not hold; solid: theory. Legend of (a): these exponents, theory in brackets.";
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(), config.network().width(), Map.of(plane, "y")),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    /**
     * The exponent over α in [low, high] with the error that the grid of temperatures adds, as if it were independent between
     * α and common to all replicas; a cell without T_max for every replica is left out.
     */
    private static Estimate fit(String name, double[][] found, double low, double high, Experiment experiment) {
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
                experiment.streams().at("bootstrap/" + name));
        return fit.exponent().withError(GRID_ERROR / StrictMath.sqrt(squares));
    }
}
