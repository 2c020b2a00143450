package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.sgd.NetworkCells.power;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of a convolutional network beside that of a fully connected one on the same points, and whether the
 * two ways out of the lazy regime, more noise and a smaller α, move the test error in opposite directions.
 *
 * <p>Theory has no law of T_max for the CNN, as paths through its two skips pass 11, 14 or 17 weight layers: it is no
 * homogeneous function of its weights. Where the edge meets the top of the plane it is a lower bound. Grid and replicas were
 * chosen after trial runs, more of them where signs were open; windows were not.
 */
public final class CnnPhaseDiagram extends Story {
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

    private static final String ESCAPE =
            "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: raising T and lowering α both leave the lazy regime";
    private static final Reduction<NetworkResult> KERNEL =
            Reduction.geometric(NetworkResult::relativeKernelChange).ofWhole();
    private static final Reduction<NetworkResult> WEIGHTS = Reduction.geometric(NetworkResult::relativeWeightChange);

    /** The figure. */
    public CnnPhaseDiagram() {
        super(
                "cnn-phase-diagram",
                "Two ways out of the lazy regime: a convolutional and a fully connected network in the (α, T) plane",
                SOURCES);
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

    private static NetworkConfig data(Preset preset) {
        return Schema.with(
                NetworkConfig.standard(),
                switch (preset) {
                    case QUICK -> "dataset=fashionTest14, trainSize=256, testSize=2048, sampleCap=2^16";
                    case FULL -> "dataset=fashionMnist, trainSize=1024, testSize=8192, batchSize=64, sampleCap=2^18";
                    case AUTHORS ->
                        "dataset=cifar10, task=animals, trainSize=1024, testSize=2^15, batchSize=64, sampleCap=2^20";
                });
    }

    /** Measured on the runs of the full network phase diagram. */
    @Override
    protected double shareOfWork() {
        return 0.34;
    }

    @Override
    protected void tell(Board board) {
        double[] outputScales = board.choose(powers(0.5, 16, 5), powers(0x1p-14, 8, 9), powers(0x1p-14, 2, 26));
        // T = η/B; the larger presets have the learning rates of the authors, 2^-13 to 2^10, the full one thinned.
        double[] temperatures = board.choose(powers(0x1p-4, 4, 5), powers(0x1p-19, 8, 8), powers(0x1p-19, 2, 24));
        double largest = outputScales[outputScales.length - 1];
        int few = board.choose(2, 4);
        int many = board.choose(32, 8);
        List<NetworkPlane<NetworkConfig, NetworkResult>> planes = Arrays.stream(Side.values())
                .map(side -> NetworkPlane.of(
                        board,
                        side.base(board.preset()),
                        outputScales,
                        temperatures,
                        (a, t) -> a == largest || a == outputScales[0] && t == temperatures[0] ? many : few))
                .toList();
        List<double[][]> errors = planes.stream()
                .map(plane -> plane.cells().means(NetworkResult::testError))
                .toList();
        ColourBar bar = NetworkPlane.errorBar(errors.toArray(double[][][]::new));
        for (Side side : Side.values()) {
            double[][] error = errors.get(side.ordinal());
            planes.get(side.ordinal()).map(board, side.key + " error", side.title + ": test error", bar, error);
        }
        List<String> regimes = new ArrayList<>();
        for (Side side : Side.values()) {
            var plane = planes.get(side.ordinal());
            double[][] kernel = plane.cells().geometricMeans(NetworkResult::relativeKernelChange);
            regimes.add(plane.regimes(board, side.key + " kernel", side.title + ": kernel change", kernel));
        }
        for (Side side : Side.values()) {
            tellWays(board, side, planes.get(side.ordinal()).cells());
        }
        board.stamp(few + " to " + many);
        board.layout(Plate::sharedLegend);
        NetworkConfig data = data(board.preset());
        board.caption(
                "{}, P = {}, B = {}, ReLU, float32, at most {} samples. FC, fully connected: D = {}, h = {}; CNN: inverted"
                        + " residuals of 17 weight layers, h = {}. (a, b) Test error on {} points, (c, d) change of the"
                        + " tangent kernel on {} of them, geometric means: over {} replicas, {} in the last column and the"
                        + " lower left cell. Short dashes: upper edge of the fitted cells, Tₘₐₓ.{} Solid (FC):"
                        + " T = h/α, below which theory sees no noise. Regimes: lazy below ½ (black line); features by α"
                        + " where the kernel changes more even at the lowest T that fits; by T where only noise makes it so"
                        + " ({} cells). (e, f) From the lazy corner, largest α and lowest T, up to the highest T that fits"
                        + " and to the smallest α: paired change of the test error with 95 % t intervals, n = {}, without"
                        + " the sampling error of the test set.",
                board.choose(
                        "Fashion-MNIST at 14 × 14 pixels by parity",
                        "Fashion-MNIST by parity",
                        "CIFAR-10, animals against vehicles"),
                data.trainSize(),
                data.batchSize(),
                data.sampleCap(),
                Side.FULLY_CONNECTED.network(board.preset()).depth(),
                Side.FULLY_CONNECTED.network(board.preset()).width(),
                Side.CONVOLUTIONAL.network(board.preset()).width(),
                data.testSize(),
                data.probeSize(),
                few,
                many,
                board.choose("", " Long dashes (FC): (D − 1)/(D + 1), its prefactor fitted."),
                String.join(" and ", regimes),
                many);
    }

    /**
     * The two ways out of the lazy corner, which is the largest α at the lowest T: step by step up to the highest T at
     * which every replica fits, and at once to the smallest α.
     */
    private static void tellWays(Board board, Side side, Plane<NetworkConfig, NetworkResult> cells) {
        int lazy = cells.xs().length - 1;
        double lowest = cells.ys()[0];
        double highest = cells.ys()[Math.max(0, cells.highestWhole(lazy))];
        double smallest = cells.xs()[0];
        var corner = cells.at(0, lazy);
        var noisy = cells.column(lazy).where(t -> t > lowest && t <= highest);
        var featured = cells.row(0).where(a -> a == smallest);
        String from = power(cells.xs()[lazy]);
        Plot plot = board.plot(
                        side.key + " ways",
                        side.title + ": two ways out",
                        Axis.log10("weight change |Δw|/|w₀|"),
                        Axis.linear("change of test error"))
                .points("T raised at α = " + from, noisy.against(WEIGHTS), noisy.less(corner, NetworkResult::testError))
                .points(
                        "α lowered to " + power(smallest) + " at T = " + power(lowest),
                        featured.against(WEIGHTS),
                        featured.less(corner, NetworkResult::testError));
        double[] moved = Stream.of(List.of(corner), noisy.cells(), featured.cells())
                .flatMap(List::stream)
                .filter(Cell::isWhole)
                .mapToDouble(cell -> cell.the(WEIGHTS).mean())
                .sorted()
                .toArray();
        double[] ends = moved.length == 0 ? moved : new double[] {moved[0], moved[moved.length - 1]};
        plot.colour(7).named("").law("no change", ends, x -> 0);
        Optional<Cell<NetworkConfig, NetworkResult>> raised =
                noisy.size() == 0 ? Optional.empty() : Optional.of(noisy.at(highest));
        claimWays(
                board,
                side,
                "T = " + power(highest) + " against " + power(lowest) + " at α = " + from + ", " + side.words,
                "α = " + power(smallest) + " against " + from + " at T = " + power(lowest) + ", " + side.words,
                corner,
                raised,
                cells.at(0, 0));
    }

    private static void claimWays(
            Board board,
            Side side,
            String noise,
            String features,
            Cell<NetworkConfig, NetworkResult> corner,
            Optional<Cell<NetworkConfig, NetworkResult>> raised,
            Cell<NetworkConfig, NetworkResult> lowered) {
        double limit = NetworkPlane.LAZY_LIMIT;
        String least = "at the largest α and lowest T the tangent kernel changes by less than " + limit;
        claim(board, side, "kernel", "lazy", least + " of its norm: lazy, " + side.words)
                .below(limit)
                .of(corner.the(KERNEL))
                .from(ESCAPE);
        String leaves = " leaves the lazy regime, a kernel change above " + limit + ", ";
        claim(board, side, "kernel", "escape-noise", "raising T" + leaves + noise)
                .above(limit)
                .of(raised.map(cell -> cell.the(KERNEL)).orElse(Estimate.ofMean()))
                .from(ESCAPE);
        claim(board, side, "kernel", "escape-alpha", "lowering α" + leaves + features)
                .above(limit)
                .of(lowered.the(KERNEL))
                .from(ESCAPE);
        String helps = " changes the error on this test set by less than 0 (helps), ";
        claim(board, side, "ways", "noise", "noise" + helps + noise)
                .below(0)
                .of(raised.map(cell -> cell.less(corner, NetworkResult::testError))
                        .orElse(Estimate.ofMean()))
                .from(NetworkCells.SIGN);
        claim(board, side, "ways", "alpha", "lowering α" + helps + features)
                .below(0)
                .of(lowered.less(corner, NetworkResult::testError))
                .from(NetworkCells.SIGN);
        String opposite = "more noise and a smaller α change the error in opposite directions: the product of the two"
                + " mean changes is below 0, ";
        claim(board, side, "ways", "opposite", opposite + noise + "; " + features)
                .below(0)
                .of(raised.map(cell -> product(board, side, change(cell, corner), change(lowered, corner)))
                        .orElse(Estimate.ofMean()))
                .from(NetworkCells.SIGN);
    }

    private static ClaimDraft claim(Board board, Side side, String panel, String name, String statement) {
        return board.claim(name + "-" + side.key, statement).in(side.key + " " + panel);
    }

    private static double[] change(Cell<NetworkConfig, NetworkResult> cell, Cell<NetworkConfig, NetworkResult> corner) {
        return cell.paired(corner, NetworkResult::testError, (after, before) -> after - before);
    }

    /** The product of both mean changes of the error, replicas resampled for both together. */
    private static Estimate product(Board board, Side side, double[] byNoise, double[] byAlpha) {
        return byNoise.length == 0 || byAlpha.length == 0
                ? Estimate.ofMean()
                : board.bootstrap(
                        "bootstrap/cnn-phase/" + side.key,
                        byNoise.length,
                        chosen -> mean(byNoise, chosen) * mean(byAlpha, chosen));
    }

    private static double mean(double[] values, int[] chosen) {
        return Arrays.stream(chosen).mapToDouble(r -> values[r]).average().orElse(Double.NaN);
    }
}
