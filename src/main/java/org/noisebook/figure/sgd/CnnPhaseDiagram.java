package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.data.Task;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of a convolutional network beside that of a fully connected one on the same points, and whether the
 * two ways out of the lazy regime, more noise and a smaller α, move the test error in opposite directions.
 */
public final class CnnPhaseDiagram implements Figure {
    /** What the figures of this network and of its pictures rest on. */
    static final List<String> SOURCES = Stream.concat(
                    NetworkCells.SOURCES.stream(),
                    Stream.of(
                            "Sandler, Howard, Zhu, Zhmoginov, Chen 2018, MobileNetV2: Inverted Residuals and Linear"
                                    + " Bottlenecks, arXiv 1801.04381",
                            "Tan et al. 2019, MnasNet: Platform-Aware Neural Architecture Search for Mobile, arXiv"
                                    + " 1807.11626",
                            "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST, arXiv 1708.07747"))
            .toList();

    /** Dense steps of the forecast, seconds each at the authors' size. */
    private static final int FULLY_CONNECTED_STEPS = 100;

    private static final int CONVOLUTIONAL_STEPS = 2;

    @Override
    public String id() {
        return "cnn-phase-diagram";
    }

    @Override
    public String title() {
        return "Two ways out of the lazy regime: a convolutional and a fully connected network in the (α, T) plane";
    }

    @Override
    public List<String> sources() {
        return SOURCES;
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL, Preset.AUTHORS);
    }

    /** The two networks, in the order of their panels. */
    private enum Side {
        FULLY_CONNECTED("fc", "FC", "fully connected"),
        CONVOLUTIONAL("cnn", "CNN", "CNN");

        private final String key;
        private final String title;
        private final String words;

        Side(String key, String title, String words) {
            this.key = key;
            this.title = title;
            this.words = words;
        }

        private Network network(Preset preset) {
            int channels = preset == Preset.AUTHORS ? 3 : 1;
            return this == CONVOLUTIONAL
                    ? new InvertedResidual(channels, preset.choose(4, 32), Activation.RELU)
                    : new FullyConnected(5, preset.choose(32, 128), Activation.RELU);
        }

        private NetworkConfig base(Preset preset) {
            return Schema.with(data(preset), "network", network(preset));
        }
    }

    /** More of them on the ways out of the lazy regime: at the largest α and, at the lowest T, at the smallest. */
    private static int replicas(Preset preset, boolean onWay) {
        return preset == Preset.QUICK ? onWay ? 32 : 2 : onWay ? 8 : 4;
    }

    private static NetworkConfig data(Preset preset) {
        return switch (preset) {
            case QUICK ->
                Schema.with(
                        NetworkConfig.standard(),
                        "dataset",
                        DataSource.FASHION_TEST_14,
                        "trainSize",
                        256,
                        "testSize",
                        2048,
                        "sampleCap",
                        1 << 16);
            case FULL ->
                Schema.with(
                        NetworkConfig.standard(),
                        "dataset",
                        DataSource.FASHION_MNIST,
                        "trainSize",
                        1024,
                        "testSize",
                        8192,
                        "batchSize",
                        64,
                        "sampleCap",
                        1 << 18);
            case AUTHORS ->
                Schema.with(
                        NetworkConfig.standard(),
                        "dataset",
                        DataSource.CIFAR10,
                        "task",
                        new Task.Animals(),
                        "trainSize",
                        1024,
                        "testSize",
                        32_768,
                        "batchSize",
                        64,
                        "sampleCap",
                        1 << 20);
        };
    }

    private static double[] outputScales(Preset preset) {
        return switch (preset) {
            case QUICK -> TrainingCells.powers(0.5, 16, 5);
            case FULL -> TrainingCells.powers(0x1p-14, 8, 9);
            case AUTHORS -> TrainingCells.powers(0x1p-14, 2, 26);
        };
    }

    /** T = η/B; the other presets have the learning rates of the authors, 2^-13 to 2^10, the full one thinned. */
    private static double[] temperatures(Preset preset) {
        return switch (preset) {
            case QUICK -> TrainingCells.powers(0x1p-4, 4, 5);
            case FULL -> TrainingCells.powers(0x1p-19, 8, 8);
            case AUTHORS -> TrainingCells.powers(0x1p-19, 2, 24);
        };
    }

    private static Sweep<NetworkConfig, NetworkResult> sweep(Preset preset, Side side) {
        double[] outputScales = outputScales(preset);
        double[] temperatures = temperatures(preset);
        List<Sweep.Cell<NetworkConfig>> cells = new ArrayList<>();
        for (int j = 0; j < temperatures.length; j++) {
            for (int i = 0; i < outputScales.length; i++) {
                cells.add(new Sweep.Cell<>(
                        NetworkCells.at(side.base(preset), outputScales[i], temperatures[j]),
                        replicas(preset, i == outputScales.length - 1 || (i == 0 && j == 0))));
            }
        }
        return new Sweep<>(NetworkCells.STUDY, cells, Set.of());
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        if (preset == Preset.QUICK) {
            return "";
        }
        long runs = 0;
        double seconds = 0;
        for (Side side : Side.values()) {
            long sideRuns = sweep(preset, side).runs();
            int steps = side == Side.CONVOLUTIONAL ? CONVOLUTIONAL_STEPS : FULLY_CONNECTED_STEPS;
            runs += sideRuns;
            seconds += NetworkForecast.secondsOfPlane(side.base(preset), sideRuns, steps, experiment);
        }
        return NetworkForecast.text(runs, "about", seconds, experiment);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Results<NetworkConfig, NetworkResult> results =
                experiment.run(sweep(preset, Side.FULLY_CONNECTED).and(sweep(preset, Side.CONVOLUTIONAL)));
        List<NetworkPlane<NetworkResult>> planes = Arrays.stream(Side.values())
                .map(side ->
                        NetworkPlane.of(side.base(preset), outputScales(preset), temperatures(preset), results::of))
                .toList();
        Sheet sheet = new Sheet();
        List<double[][]> errors = planes.stream()
                .map(plane -> plane.means(NetworkResult::testError, false))
                .toList();
        for (Side side : Side.values()) {
            planes.get(side.ordinal())
                    .addMap(
                            sheet,
                            side.key + " error",
                            side.title + ": test error",
                            NetworkPlane.errorBar(errors.toArray(double[][][]::new)),
                            errors.get(side.ordinal()));
        }
        List<String> regimes = new ArrayList<>();
        for (Side side : Side.values()) {
            NetworkPlane<NetworkResult> plane = planes.get(side.ordinal());
            regimes.add(plane.addRegimes(
                    sheet,
                    side.key + " kernel",
                    side.title + ": kernel change",
                    plane.means(NetworkResult::relativeKernelChange, true)));
        }
        List<Claim> claims = new ArrayList<>();
        for (Side side : Side.values()) {
            Ways ways = Ways.of(planes.get(side.ordinal()));
            ways.add(sheet, side);
            claims.addAll(ways.claims(side, experiment));
        }
        Map<String, Integer> widths = Map.of(
                Side.FULLY_CONNECTED.key, Side.FULLY_CONNECTED.network(preset).width(),
                Side.CONVOLUTIONAL.key, Side.CONVOLUTIONAL.network(preset).width());
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(),
                        panel -> widths.get(panel.substring(0, panel.indexOf(' '))),
                        Map.of("fc error", "y", "cnn error", "y", "fc kernel", "y", "cnn kernel", "y")),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption(preset, regimes),
                replicas(preset, false) + " to " + replicas(preset, true),
                claims);
    }

    /**
     * The two ways out of the lazy corner, which is the largest α at the lowest T: step by step up to the highest T at
     * which every replica fits, and at once to the smallest α. Both start from the corner itself.
     */
    private record Ways(
            double[] temperatures,
            List<List<NetworkResult>> byNoise,
            double[] outputScales,
            List<List<NetworkResult>> byAlpha) {

        static Ways of(NetworkPlane<NetworkResult> plane) {
            int lazy = plane.outputScales().length - 1;
            int highest = Math.max(0, plane.highestFitted(lazy));
            return new Ways(
                    Arrays.copyOf(plane.temperatures(), highest + 1),
                    IntStream.rangeClosed(0, highest)
                            .mapToObj(j -> plane.cell(j, lazy))
                            .toList(),
                    new double[] {plane.outputScales()[lazy], plane.outputScales()[0]},
                    List.of(plane.cell(0, lazy), plane.cell(0, 0)));
        }

        private List<NetworkResult> corner() {
            return byNoise.get(0);
        }

        /** The cell at the end of a way; no runs where nothing beyond the corner fits. */
        private static List<NetworkResult> end(List<List<NetworkResult>> way) {
            return way.size() < 2 ? List.of() : way.get(way.size() - 1);
        }

        private static boolean fitted(List<NetworkResult> cell) {
            return TrainingCells.ends(cell).allFitted();
        }

        void add(Sheet sheet, Side side) {
            String panel = side.key + " ways";
            sheet.panel(
                    panel,
                    side.title + ": two ways out",
                    Axis.log10("weight change |Δw|/|w₀|"),
                    Axis.linear("change of test error"));
            addWay(sheet, panel, "T raised at α = " + NetworkCells.power(outputScales[0]), 0, byNoise);
            addWay(
                    sheet,
                    panel,
                    "α lowered to " + NetworkCells.power(outputScales[1]) + " at T = "
                            + NetworkCells.power(temperatures[0]),
                    1,
                    byAlpha);
            double[] moved = Stream.of(byNoise, byAlpha)
                    .flatMap(List::stream)
                    .filter(Ways::fitted)
                    .mapToDouble(cell -> moved(cell).mean())
                    .sorted()
                    .toArray();
            double[] ends = moved.length == 0 ? moved : new double[] {moved[0], moved[moved.length - 1]};
            sheet.line(panel, "no change", "", 7, ends, new double[ends.length], Sheet.Kind.THEORY);
        }

        private void addWay(Sheet sheet, String panel, String series, int colour, List<List<NetworkResult>> way) {
            List<List<NetworkResult>> beyond = way.subList(1, way.size());
            sheet.points(
                    panel,
                    series,
                    colour,
                    beyond.stream().mapToDouble(cell -> moved(cell).mean()).toArray(),
                    beyond.stream()
                            .map(cell -> NetworkCells.errorChange(corner(), cell))
                            .toArray(Estimate[]::new),
                    beyond.stream().map(TrainingCells::ends).toArray(Ends[]::new));
        }

        private static Estimate moved(List<NetworkResult> cell) {
            return mean(cell, NetworkResult::relativeWeightChange);
        }

        private static Estimate mean(List<NetworkResult> cell, ToDoubleFunction<NetworkResult> value) {
            return Estimate.ofGeometricMean(cell.stream().mapToDouble(value).toArray());
        }

        List<Claim> claims(Side side, Experiment experiment) {
            String most = NetworkCells.power(temperatures[temperatures.length - 1]);
            String least = NetworkCells.power(outputScales[1]);
            String noise = "T = " + most + " against " + NetworkCells.power(temperatures[0]) + " at α = "
                    + NetworkCells.power(outputScales[0]) + ", " + side.words;
            String features = "α = " + least + " against " + NetworkCells.power(outputScales[0]) + " at T = "
                    + NetworkCells.power(temperatures[0]) + ", " + side.words;
            String limit = NetworkPlane.LAZY_LIMIT + "";
            return List.of(
                    kernelClaim(
                            "cnn-phase-lazy-" + side.key,
                            "at the largest α and lowest T the tangent kernel changes by less than " + limit
                                    + " of its norm: lazy, " + side.words,
                            0,
                            NetworkPlane.LAZY_LIMIT,
                            corner()),
                    kernelClaim(
                            "cnn-phase-escape-noise-" + side.key,
                            "raising T leaves the lazy regime, a kernel change above " + limit + ", " + noise,
                            NetworkPlane.LAZY_LIMIT,
                            Double.POSITIVE_INFINITY,
                            end(byNoise)),
                    kernelClaim(
                            "cnn-phase-escape-alpha-" + side.key,
                            "lowering α leaves the lazy regime, a kernel change above " + limit + ", " + features,
                            NetworkPlane.LAZY_LIMIT,
                            Double.POSITIVE_INFINITY,
                            end(byAlpha)),
                    NetworkCells.signClaim(
                            "cnn-phase-noise-" + side.key,
                            "noise changes the error on this test set by less than 0 (helps), " + noise,
                            NetworkCells.errorChange(corner(), end(byNoise))),
                    NetworkCells.signClaim(
                            "cnn-phase-alpha-" + side.key,
                            "lowering α changes the error on this test set by less than 0 (helps), " + features,
                            NetworkCells.errorChange(corner(), end(byAlpha))),
                    NetworkCells.signClaim(
                            "cnn-phase-opposite-" + side.key,
                            "more noise and a smaller α change the error in opposite directions: the product of the two"
                                    + " mean changes is below 0, " + noise + "; " + features,
                            product(experiment, side)));
        }

        private static Claim kernelClaim(
                String id, String statement, double low, double high, List<NetworkResult> cell) {
            Estimate change = fitted(cell) ? mean(cell, NetworkResult::relativeKernelChange) : Estimate.ofMean();
            return new Claim(
                    id,
                    Claim.Kind.THEORY,
                    statement,
                    Double.NaN,
                    low,
                    high,
                    change,
                    "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: raising T and lowering α both leave the lazy"
                            + " regime");
        }

        /** The product of both mean changes of the error, replicas resampled for both together. */
        private Estimate product(Experiment experiment, Side side) {
            if (!Stream.of(corner(), end(byNoise), end(byAlpha)).allMatch(Ways::fitted)) {
                return Estimate.ofMean();
            }
            return Bootstrap.of(
                    corner().size(),
                    experiment.streams().at("bootstrap/cnn-phase/" + side.key),
                    chosen -> change(end(byNoise), chosen) * change(end(byAlpha), chosen));
        }

        private double change(List<NetworkResult> cell, int[] chosen) {
            return Arrays.stream(chosen)
                    .mapToDouble(r -> cell.get(r).testError() - corner().get(r).testError())
                    .average()
                    .orElse(Double.NaN);
        }
    }

    private static String caption(Preset preset, List<String> regimes) {
        NetworkConfig data = data(preset);
        String task = switch (preset) {
            case QUICK -> "Fashion-MNIST at 14 × 14 pixels by parity";
            case FULL -> "Fashion-MNIST by parity";
            case AUTHORS -> "CIFAR-10, animals against vehicles";
        };
        int onWays = replicas(preset, true);
        return task + ", P = " + data.trainSize() + ", B = " + data.batchSize() + ", ReLU, float32, at most "
                + data.sampleCap() + " samples. FC, fully connected: D = "
                + Side.FULLY_CONNECTED.network(preset).depth() + ", h = "
                + Side.FULLY_CONNECTED.network(preset).width()
                + "; CNN: inverted residuals of 17 weight layers, h = "
                + Side.CONVOLUTIONAL.network(preset).width() + ". (a, b) Test error on " + data.testSize()
                + " points, the same for all, so that colours differ within its sampling error too; (c, d) change of"
                + " the tangent kernel on " + data.probeSize() + " of them, geometric means: means over "
                + replicas(preset, false) + " replicas, and over " + onWays
                + " in the last column and the lower left cell. Dotted: upper edge of the cells where all replicas"
                + " fitted, Tₘₐₓ; where it meets the top of the plane it is a lower bound."
                + preset.choose(
                        "",
                        " Dashed (FC): theory's exponent (D − 1)/(D + 1) with a prefactor fitted to that edge at"
                                + " α ≤ 1.")
                + " Theory has no law of Tₘₐₓ for the CNN, as paths through its two skips pass 11, 14 or 17 weight"
                + " layers: it is no homogeneous function of its weights. Solid (FC): T = h/α, below which theory sees"
                + " no noise. Regimes in (c, d) by kernel change: lazy below ½ (black line); features by α where it is"
                + " larger even at the lowest temperature that fits; by T where only noise makes it so ("
                + String.join(" and ", regimes)
                + " cells). (e, f) From the lazy corner, largest α and lowest T, up to the highest T at which all"
                + " replicas fitted, and to the smallest α: change of the test error against the weight change"
                + " (geometric mean). Differences are taken replica by replica on the same points, weights and"
                + " test set, n = " + onWays
                + ", so that the 95 % t intervals do not hold the sampling error of the test set: below 0"
                + " a way helps on this set. Grid and replicas were chosen after trial runs, more of them where"
                + " signs were open; windows were not.";
    }
}
