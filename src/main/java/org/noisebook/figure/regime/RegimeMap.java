package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.ColourBar;
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
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.figure.sgd.NetworkPlane;
import org.noisebook.model.Ends;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of a network by how far it moves: kernel alignment, representation alignment and weight change, against
 * the line where the test error leaves that of lazy training.
 */
public final class RegimeMap implements Figure {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final int REPLICAS = 3;
    private static final int PROBES = 256;
    private static final double LAZY_WINDOW = 0.01;

    @Override
    public String id() {
        return "regime-map";
    }

    @Override
    public String title() {
        return "How far a network moves in the (α, T) plane: kernel, representation, weights";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static RegimeConfig config(NetworkConfig training) {
        return new RegimeConfig(Schema.with(training, "probeSize", PROBES), 0, false);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        NetworkConfig base = NetworkPlane.base(preset);
        List<RegimeConfig> cells = new ArrayList<>();
        for (double temperature : NetworkPlane.temperatures(preset)) {
            for (double outputScale : NetworkPlane.outputScales(preset)) {
                cells.add(config(NetworkCells.at(base, outputScale, temperature)));
            }
        }
        Results<RegimeConfig, RegimeResult> results = experiment.run(Sweep.of(STUDY, cells, REPLICAS));
        NetworkPlane<RegimeResult> plane = NetworkPlane.of(preset, training -> results.of(config(training)));
        Sheet sheet = new Sheet();
        double[][] error = plane.means(result -> result.training().testError(), false);
        double[][] boundary = boundary(preset, plane, error);
        addShare(
                sheet,
                plane,
                "kernel",
                "Kernel alignment",
                "KA",
                r -> r.movement().kernelAlignment());
        sheet.contour("kernel", RegimeReport.LAZY, "0.9");
        addShare(
                sheet,
                plane,
                "representation",
                "Representation alignment, centred",
                "CKA",
                r -> r.movement().centredRepresentationAlignment());
        plane.addLogMap(
                sheet,
                "weights",
                "Weight change",
                "|Δw|/|w₀|",
                plane.means(result -> result.movement().relativeWeightChange(), true));
        double[] shown = Arrays.stream(error)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> !Double.isNaN(x))
                .sorted()
                .toArray();
        plane.addMap(
                sheet,
                "error",
                "Test error",
                ColourBar.of(
                        "test error", Math.floor(100 * shown[0]) / 100, Math.ceil(100 * shown[shown.length - 1]) / 100),
                error);
        for (String panel : List.of("kernel", "representation", "weights", "error")) {
            sheet.line(
                    panel,
                    "error boundary",
                    "test error half-way from lazy to best",
                    1,
                    boundary[0],
                    boundary[1],
                    Sheet.Kind.BORDER);
        }
        Map<String, String> columns = Map.of("kernel", "y", "representation", "y", "weights", "y", "error", "y");
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(), base.network().width(), columns),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption(preset, base, onBoundary(preset, plane, boundary)),
                String.valueOf(REPLICAS),
                claims(preset, plane));
    }

    private static void addShare(
            Sheet sheet,
            NetworkPlane<RegimeResult> plane,
            String name,
            String title,
            String symbol,
            ToDoubleFunction<RegimeResult> value) {
        plane.addMap(sheet, name, title, ColourBar.of(symbol, 0, 1), plane.means(value, false));
    }

    /** For each temperature the α where the test error first passes half-way between the best and the lazy one. */
    private static double[][] boundary(Preset preset, NetworkPlane<RegimeResult> plane, double[][] error) {
        double[] outputScales = NetworkPlane.outputScales(preset);
        double[] temperatures = NetworkPlane.temperatures(preset);
        Ends[][] ends = plane.ends();
        int[] lazy = lazyCorner(preset, plane);
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < temperatures.length; j++) {
            for (int i = 0; i < outputScales.length; i++) {
                best = ends[j][i].allFitted() ? Math.min(best, error[j][i]) : best;
            }
        }
        double level = (best + error[lazy[0]][lazy[1]]) / 2;
        List<double[]> crossings = new ArrayList<>();
        for (int j = 0; j < temperatures.length; j++) {
            int row = j;
            int[] whole = IntStream.range(0, outputScales.length)
                    .filter(i -> ends[row][i].allFitted())
                    .toArray();
            double alpha = TrainingCells.crossingOrNaN(
                    Arrays.stream(whole).mapToDouble(i -> outputScales[i]).toArray(),
                    Arrays.stream(whole).mapToDouble(i -> error[row][i]).toArray(),
                    level);
            if (!Double.isNaN(alpha)) {
                crossings.add(new double[] {alpha, temperatures[j]});
            }
        }
        return new double[][] {
            crossings.stream().mapToDouble(point -> point[0]).toArray(),
            crossings.stream().mapToDouble(point -> point[1]).toArray()
        };
    }

    /**
     * What the kernel does where the error changes: the range of alignments along the boundary, and by what factor α is larger,
     * at equal T, where alignment passes 0.9.
     */
    private static String onBoundary(Preset preset, NetworkPlane<RegimeResult> plane, double[][] boundary) {
        double[] outputScales = NetworkPlane.outputScales(preset);
        double[] temperatures = NetworkPlane.temperatures(preset);
        double[][] alignment = plane.means(result -> result.movement().kernelAlignment(), false);
        Ends[][] ends = plane.ends();
        List<Double> along = new ArrayList<>();
        List<Double> octaves = new ArrayList<>();
        for (int k = 0; k < boundary[0].length; k++) {
            int row = Arrays.binarySearch(temperatures, boundary[1][k]);
            int[] whole = IntStream.range(0, outputScales.length)
                    .filter(i -> ends[row][i].allFitted())
                    .toArray();
            double[] alpha =
                    Arrays.stream(whole).mapToDouble(i -> outputScales[i]).toArray();
            double[] values =
                    Arrays.stream(whole).mapToDouble(i -> alignment[row][i]).toArray();
            for (int i = 1; i < alpha.length; i++) {
                if (alpha[i - 1] <= boundary[0][k] && boundary[0][k] < alpha[i]) {
                    double share =
                            StrictMath.log(boundary[0][k] / alpha[i - 1]) / StrictMath.log(alpha[i] / alpha[i - 1]);
                    along.add(values[i - 1] + share * (values[i] - values[i - 1]));
                }
            }
            double lazy = TrainingCells.crossingOrNaN(alpha, values, RegimeReport.LAZY);
            if (!Double.isNaN(lazy)) {
                octaves.add(StrictMath.log(lazy / boundary[0][k]) / StrictMath.log(2));
            }
        }
        return String.format(
                Locale.ROOT,
                "on it KA is %.2f to %.2f, and KA passes 0.9 at α that is 2^%.1f times larger on average over %d temperatures:"
                        + " the kernel has turned well before the error changes",
                along.stream().mapToDouble(x -> x).min().orElse(Double.NaN),
                along.stream().mapToDouble(x -> x).max().orElse(Double.NaN),
                octaves.stream().mapToDouble(x -> x).average().orElse(Double.NaN),
                octaves.size());
    }

    /** Row and column of the largest α and lowest T at which all replicas fitted. */
    private static int[] lazyCorner(Preset preset, NetworkPlane<RegimeResult> plane) {
        int column = NetworkPlane.outputScales(preset).length - 1;
        Ends[][] ends = plane.ends();
        int row = 0;
        while (row + 1 < ends.length && !ends[row][column].allFitted()) {
            row++;
        }
        return new int[] {row, column};
    }

    private static List<Claim> claims(Preset preset, NetworkPlane<RegimeResult> plane) {
        int[] lazy = lazyCorner(preset, plane);
        List<RegimeResult> runs = plane.cell(lazy[0], lazy[1]);
        String source = "lazy limit, α → ∞ at small noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";
        return List.of(
                Claim.theory(
                        "map-lazy-kernel-alignment",
                        "kernel alignment at the largest α and the lowest T that fits",
                        1,
                        LAZY_WINDOW,
                        Estimate.ofMean(runs.stream()
                                .mapToDouble(run -> run.movement().kernelAlignment())
                                .toArray()),
                        source),
                Claim.theory(
                        "map-lazy-representation-alignment",
                        "centred representation alignment there",
                        1,
                        LAZY_WINDOW,
                        Estimate.ofMean(runs.stream()
                                .mapToDouble(run -> run.movement().centredRepresentationAlignment())
                                .toArray()),
                        source));
    }

    private static String caption(Preset preset, NetworkConfig base, String onBoundary) {
        return (preset == Preset.QUICK ? "Digits" : "Fashion-MNIST") + " by parity, " + NetworkCells.describe(base)
                + ", at most " + base.sampleCap() + " samples; means over " + REPLICAS + " replicas on " + PROBES
                + " test points. (a) Kernel alignment, cosine of the tangent kernels before and after; black line: 0.9, above"
                + " which the kit calls a network lazy. (b) Linear CKA of the last hidden layer. (c) Weight change, geometric"
                + " means. (d) Test error on " + base.testSize()
                + " points that all replicas share. Orange dotted in all:"
                + " for each T the α where the test error first passes half-way between the best cell and the lazy corner"
                + " (largest α, lowest T that fits); " + onBoundary
                + ". The best cell is the lowest of many means, so the"
                + " level is a little low. Blue dotted: upper edge of the cells where all replicas fitted, Tₘₐₓ; red: theory's"
                + " exponent with a fitted prefactor; light blue: T = h/α, above which noise shows. Hatched cells show the mean"
                + " over those replicas that fitted.";
    }
}
