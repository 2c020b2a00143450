package org.noisebook.papers.sgdnoise;

import static org.noisebook.cells.NetworkCells.power;
import static org.noisebook.figure.Line.powers;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) planes of a convolutional and a fully connected network on the same points, and two ways out of the lazy regime: more noise
 * and a smaller α.
 *
 * <p>There is no theory of T_max for the CNN: it is not a homogeneous function of its weights, because paths through its two skips
 * pass 11, 14 or 17 weight layers. Where the edge meets the top of the plane, it is a lower bound. Grid and replicas were chosen
 * after trial runs, with more replicas where signs were undecided; windows were not.
 */
public final class CnnPhaseDiagram extends Story {
    /** Sources of the network and of its images. */
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

    /** Share of the capped work, measured on the runs of the full network phase diagram. */
    @Override
    protected double shareOfWork() {
        return 0.34;
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "A small output scale or strong noise ends lazy training",
                "Lazy training does not end where predicted",
                "A small output scale or strong noise ends lazy training");
        board.subtitle("Relative change of the tangent kernel, against output scale and SGD noise");
        double[] outputScales = board.choose(powers(0.5, 16, 5), powers(0x1p-14, 8, 9), powers(0x1p-14, 2, 26));
        // T = η/B; the larger presets have the learning rates of the authors, 2^-13 to 2^10, the full one thinned.
        double[] temperatures = board.choose(powers(0x1p-4, 4, 5), powers(0x1p-19, 8, 8), powers(0x1p-19, 2, 24));
        double largest = outputScales[outputScales.length - 1];
        int few = board.choose(2, 4);
        int many = 8;
        Plane.Point<Integer> count =
                (a, t) -> a == largest || a == outputScales[0] && t == temperatures[0] ? many : few;
        NetworkConfig data = Schema.with(
                Schema.with(NetworkConfig.standard(), "testDraw=own, trainSize=1024, batchSize=64"),
                board.choose(
                        "dataset=fashionTest14, trainSize=256, testSize=2048, batchSize=8, sampleCap=2^16",
                        "dataset=fashionMnist, testSize=8192, sampleCap=2^18",
                        "dataset=cifar10, task=animals, testSize=2^15, sampleCap=2^20"));
        String connected =
                "network=fullyConnected(depth=5, width=%d, activation=relu)".formatted(board.choose(32, 128));
        String residual = "network=invertedResidual(channels=%d, width=%d, activation=relu)"
                .formatted(board.choose(1, 1, 3), board.choose(4, 32));
        var left = NetworkPlane.of(board, Schema.with(data, connected), outputScales, temperatures, count);
        var right = NetworkPlane.of(board, Schema.with(data, residual), outputScales, temperatures, count);
        tell(board, left, "fc", "Fully connected network", "fully connected");
        tell(board, right, "cnn", "Convolutional network", "CNN");
        board.stamp(few + " to " + many);
        board.caption(
                "{}, P = {}, B = {}, ReLU. (a) D = 5, h = {}; (b) inverted residuals of 17 weight layers, h = {}. Change of the"
                        + " tangent kernel on test points, geometric means over {} replicas, {} in the last column and the lower left cell."
                        + " Lazy: less than ½; features by small α: more even at the lowest T that fits; features by noise: more only with noise.{}",
                board.choose(
                        "Fashion-MNIST at 14 × 14 pixels by parity",
                        "Fashion-MNIST by parity",
                        "CIFAR-10, animals against vehicles"),
                data.trainSize(),
                data.batchSize(),
                board.choose(32, 128),
                board.choose(4, 32),
                few,
                many,
                board.choose(
                        "",
                        " Dashed in (a): Tₘₐₓ with the predicted exponent (D − 1)/(D + 1) and a fitted prefactor."));
    }

    /** Claims that the corner of the largest α and the lowest T is lazy, and that both ways lead out of it. */
    private static void tell(
            Board board, NetworkPlane<NetworkConfig, NetworkResult> plane, String key, String title, String words) {
        Plot plot = plane.kernelMap(board, key + " kernel", title, NetworkResult::relativeKernelChange);
        Plane<NetworkConfig, NetworkResult> cells = plane.cells();
        int lazy = cells.xs().length - 1;
        int highest = cells.highestWhole(lazy);
        double limit = NetworkPlane.LAZY_LIMIT;
        String leaves = " brings the relative kernel change above " + limit + ", ";
        String says = "Lazy at large α and weak noise; features elsewhere";
        String corner =
                "at the largest α and lowest T, the relative kernel change is below " + limit + " (lazy), " + words;
        plot.claim("lazy-" + key, corner)
                .control("run: the smallest α and the highest T of the same plane, whose kernel change is above 0.5")
                .says(says)
                .below(limit)
                .judge(cells.at(0, lazy).the(KERNEL), ESCAPE);
        String noise = "raising T" + leaves + "T = " + power(cells.ys()[Math.max(0, highest)]) + " against "
                + power(cells.ys()[0]) + " at α = " + power(cells.xs()[lazy]) + ", " + words;
        plot.claim("escape-noise-" + key, noise)
                .control("run: the largest α at the lowest T of the same plane, whose kernel change is below 0.5")
                .says(says)
                .above(limit)
                .judge(highest < 1 ? Estimate.NONE : cells.at(highest, lazy).the(KERNEL), ESCAPE);
        String features = "lowering α" + leaves + "α = " + power(cells.xs()[0]) + " against " + power(cells.xs()[lazy])
                + " at T = " + power(cells.ys()[0]) + ", " + words;
        plot.claim("escape-alpha-" + key, features)
                .control("run: the largest α at the lowest T of the same plane, whose kernel change is below 0.5")
                .says(says)
                .above(limit)
                .judge(cells.at(0, 0).the(KERNEL), ESCAPE);
    }
}
