package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Preset;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * Lazy trainings over sizes and temperatures of one dataset: what the figures of lazy scaling share.
 *
 * @param name in words
 * @param colour of its points in every figure and preset
 * @param base everything but P and T, with its α
 * @param replicas of every cell
 * @param plane its cells, T = η/B along x and P along y
 */
record LazySweep(
        String name, int colour, NetworkConfig base, int replicas, Plane<NetworkConfig, NetworkResult> plane) {
    /**
     * Exponents are fitted between these temperatures per number that the read-out averages: 32 margins, and weight
     * changes below a tenth.
     */
    static final double FIT_LOW = 0x1p-10;

    static final double FIT_HIGH = 0x1p-6;

    /** MNIST with the lazy network of the authors at their sizes, in the full preset; Gaussian points and images. */
    static List<LazySweep> of(Board board) {
        String lazy = "network=fullyConnected(depth=3, width=64, activation=relu), outputScale=2^15, batchSize=4";
        NetworkConfig gaussian = Schema.with(NetworkCells.GAUSSIAN, lazy);
        NetworkConfig images = Schema.with(NetworkConfig.standard(), lazy + ", testSize=768");
        double[] fine = powers(0x1p-6, 2, 12);
        LazySweep drawn = of(board, "Gaussian", 0, gaussian, powers(128, 2, 4), fine, 32);
        LazySweep digits = of(board, "digits", 1, images, powers(128, 2, 4), fine, 24);
        if (board.preset() == Preset.QUICK) {
            NetworkConfig fashion = Schema.with(images, "dataset=fashionTest, testSize=4096");
            return List.of(
                    drawn,
                    digits,
                    of(board, "Fashion-MNIST", 2, fashion, powers(256, 2, 4), powers(0x1p-4, 4, 5), 8));
        }
        NetworkConfig authors = Schema.with(
                images,
                "dataset=mnist, network=fullyConnected(depth=5, width=128, activation=relu), batchSize=16, testSize=4096,"
                        + " testDraw=own, sampleCap=2^22");
        return List.of(
                of(board, "MNIST", 3, authors, powers(1024, 2, 5), powers(0x1p-5, 2, 9), 32), drawn, digits);
    }

    /** Declares the trainings at these P and T. */
    static LazySweep of(
            Board board,
            String name,
            int colour,
            NetworkConfig base,
            double[] sizes,
            double[] temperatures,
            int replicas) {
        return new LazySweep(
                name,
                colour,
                base,
                replicas,
                board.plane(
                        NetworkCells.STUDY,
                        temperatures,
                        sizes,
                        (t, size) -> NetworkCells.at(Schema.with(base, "trainSize", (int) size), base.outputScale(), t),
                        (t, size) -> replicas));
    }

    /** The name in ids of claims. */
    String key() {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    double[] sizes() {
        return plane.ys();
    }

    /** The temperatures of the fit at which every replica of every size fitted. */
    double[] fitted() {
        return fitted(FIT_LOW, FIT_HIGH);
    }

    /** The same between other temperatures per number that the read-out averages. */
    double[] fitted(double low, double high) {
        int fanIn = readOut();
        double[] temperatures = plane.xs();
        return IntStream.range(0, temperatures.length)
                .filter(k -> temperatures[k] >= low * fanIn && temperatures[k] <= high * fanIn)
                .filter(k -> plane.column(k).cells().stream().allMatch(Cell::isWhole))
                .mapToDouble(k -> temperatures[k])
                .toArray();
    }

    /** Weights of the read-out, by whose number it divides: h in a fully connected network. */
    private int readOut() {
        int[] blocks = base.network().blockSizes(base.dataset().inputDimension(base.dimension()));
        return blocks[blocks.length - 1];
    }

    /** Geometric means over sizes, {@code [temperature][replica]}: their slope is that of the balanced plane. */
    double[][] againstTemperature(double[] chosen, ToDoubleFunction<NetworkResult> value) {
        double[] temperatures = plane.xs();
        return Arrays.stream(chosen)
                .mapToObj(t -> means(plane.column(Arrays.binarySearch(temperatures, t)), value))
                .toArray(double[][]::new);
    }

    /** Geometric means over the chosen temperatures, {@code [size][replica]}. */
    double[][] againstSize(double[] chosen, ToDoubleFunction<NetworkResult> value) {
        return IntStream.range(0, sizes().length)
                .mapToObj(s -> means(plane.row(s).where(t -> Arrays.binarySearch(chosen, t) >= 0), value))
                .toArray(double[][]::new);
    }

    /** A geometric mean over cells for each replica. */
    private static double[] means(Line<NetworkConfig, NetworkResult> cells, ToDoubleFunction<NetworkResult> value) {
        return cells.perReplica(value, values -> {
            double sum = 0;
            for (double one : values) {
                sum += StrictMath.log(one);
            }
            return StrictMath.exp(sum / values.length);
        });
    }
}
