package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.sgd.NetworkCells.power;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Plane;
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
 * The (α, T) plane of a convolutional network beside that of a fully connected one on the same points, and that more noise and
 * a smaller α both lead out of the lazy regime.
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
                "testDraw=own, "
                        + switch (preset) {
                            case QUICK -> "dataset=fashionTest14, trainSize=256, testSize=2048, sampleCap=2^16";
                            case FULL ->
                                "dataset=fashionMnist, trainSize=1024, testSize=8192, batchSize=64, sampleCap=2^18";
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
        int many = 8;
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
            claim(board, side, planes.get(side.ordinal()).cells());
        }
        board.stamp(few + " to " + many);
        board.layout(Plate::sharedLegend);
        NetworkConfig data = data(board.preset());
        board.caption(
                "{}, P = {}, B = {}, ReLU, float32, at most {} samples. FC, fully connected: D = {}, h = {}; CNN: inverted"
                        + " residuals of 17 weight layers, h = {}. (a, b) Test error on {} points, each replica its own, (c, d) change of the"
                        + " tangent kernel on {} of them, geometric means: over {} replicas, {} in the last column and the"
                        + " lower left cell. Short dashes: upper edge of the fitted cells, Tₘₐₓ.{} Solid (FC):"
                        + " T = h/α, below which theory sees no noise. Regimes: lazy below ½ (black line); features by α"
                        + " where the kernel changes more even at the lowest T that fits; by T where only noise makes it so"
                        + " ({} cells).",
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
                String.join(" and ", regimes));
    }

    /** The corner of the largest α and the lowest T is lazy, and both ways lead out of it. */
    private static void claim(Board board, Side side, Plane<NetworkConfig, NetworkResult> cells) {
        int lazy = cells.xs().length - 1;
        int highest = cells.highestWhole(lazy);
        double limit = NetworkPlane.LAZY_LIMIT;
        String leaves = " leaves the lazy regime, a kernel change above " + limit + ", ";
        String noise = "raising T" + leaves + "T = " + power(cells.ys()[Math.max(0, highest)]) + " against "
                + power(cells.ys()[0]) + " at α = " + power(cells.xs()[lazy]) + ", " + side.words;
        String features = "lowering α" + leaves + "α = " + power(cells.xs()[0]) + " against " + power(cells.xs()[lazy])
                + " at T = " + power(cells.ys()[0]) + ", " + side.words;
        claim(
                        board,
                        side,
                        "lazy",
                        "at the largest α and lowest T the tangent kernel changes by less than " + limit
                                + " of its norm: lazy, " + side.words)
                .below(limit)
                .of(cells.at(0, lazy).the(KERNEL))
                .from(ESCAPE);
        claim(board, side, "escape-noise", noise)
                .above(limit)
                .of(highest < 1 ? Estimate.ofMean() : cells.at(highest, lazy).the(KERNEL))
                .from(ESCAPE);
        claim(board, side, "escape-alpha", features)
                .above(limit)
                .of(cells.at(0, 0).the(KERNEL))
                .from(ESCAPE);
    }

    private static ClaimDraft claim(Board board, Side side, String name, String statement) {
        return board.claim(name + "-" + side.key, statement).in(side.key + " kernel");
    }
}
