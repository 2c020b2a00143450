package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.noisebook.cells.NetworkCells;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * Training runs in the lazy regime over sizes and temperatures for one dataset, shared by the figures on lazy scaling.
 *
 * @param name name in words
 * @param colour of its points in every figure and preset
 * @param base all settings except P and T
 * @param replicas number of replicas of every cell
 * @param plane the cells, T = η/B along x and P along y
 */
record LazySweep(String name, int colour, NetworkConfig base, int replicas, Plane<NetworkConfig, NetworkResult> plane) {
    /**
     * Exponents are fitted where noise dominates: from T = 4κ times the number of weights that the read-out averages.
     */
    private static final double NOISY = 4;

    /** Training counts as lazy if the weight change at every size is below this. */
    private static final double LAZY = 0.02;

    private static final String SMALL =
            "network=fullyConnected(depth=3, width=64, activation=relu), outputScale=2^15, batchSize=4";
    static final NetworkConfig IMAGES = Schema.with(NetworkConfig.standard(), SMALL + ", testSize=768");
    /** The authors' lazy network on MNIST. */
    static final NetworkConfig AUTHORS = Schema.with(
            IMAGES,
            "dataset=mnist, network=fullyConnected(depth=5, width=128, activation=relu), batchSize=16, testSize=4096,"
                    + " testDraw=own, sampleCap=2^22");

    private static final Reduction<NetworkResult> CHANGE = Reduction.geometric(NetworkResult::relativeWeightChange);

    /** The two sweeps of all presets: Gaussian points and digits. */
    public static List<LazySweep> shared(Board board) {
        NetworkConfig gaussian = Schema.with(
                NetworkCells.GAUSSIAN, SMALL + ", testSize=" + board.choose(4096, NetworkCells.GAUSSIAN.testSize()));
        // The highest temperature, beyond every T_c here, costs more than all others together.
        double[] warm = board.choose(new double[] {0x1p-6, 0x1p-4, 0x1p-2, 0.5, 1, 2, 4, 8, 16}, powers(0x1p-6, 2, 12));
        return List.of(
                of(board, "Gaussian", 0, gaussian, powers(128, 2, 4), warm, board.choose(16, 32)),
                of(board, "digits", 1, IMAGES, powers(128, 2, 4), warm, 24));
    }

    /** The sweeps of a preset: Gaussian points, digits, and Fashion-MNIST or, beyond quick, the authors' MNIST runs. */
    public static List<LazySweep> of(Board board) {
        List<LazySweep> shared = shared(board);
        if (board.preset() == Preset.QUICK) {
            NetworkConfig fashion = Schema.with(IMAGES, "dataset=fashionTest, testSize=4096");
            return List.of(
                    shared.get(0),
                    shared.get(1),
                    of(board, "Fashion-MNIST", 2, fashion, powers(256, 2, 4), powers(0x1p-6, 4, 4), 8));
        }
        // The last half octave, for T_c by the error at the smallest P, where networks do not train an octave above.
        double[] wide = Arrays.copyOf(powers(0x1p-7, 2, 11), 12);
        wide[11] = wide[10] * StrictMath.sqrt(2);
        return List.of(of(board, "MNIST", 3, AUTHORS, powers(1024, 2, 5), wide, 32), shared.get(0), shared.get(1));
    }

    /** Declares the training runs at these P and T. */
    static LazySweep of(
            Board board,
            String name,
            int colour,
            NetworkConfig base,
            double[] sizes,
            double[] temperatures,
            int replicas) {
        Plane.Point<NetworkConfig> config =
                (t, size) -> NetworkCells.at(Schema.with(base, "trainSize", (int) size), base.outputScale(), t);
        var plane = board.plane(NetworkCells.STUDY, temperatures, sizes, config, (t, size) -> replicas);
        return new LazySweep(name, colour, base, replicas, plane);
    }

    /** The name in legends. */
    String words() {
        return name.replace("small margin", "at larger α");
    }

    /** The name in claim ids. */
    String key() {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    double[] sizes() {
        return plane.ys();
    }

    /**
     * The temperatures used in the fit, at which every replica of every size fitted: from 4κ times the number of
     * read-out weights (h in a fully connected network) to the last one before weights at some size move by 2 %.
     */
    double[] fitted() {
        int[] blocks = base.network().blockSizes(base.dataset().inputDimension(base.dimension()));
        double noisy = NOISY * blocks[blocks.length - 1] / base.outputScale();
        return Arrays.stream(whole())
                .filter(t -> t >= noisy)
                .takeWhile(t -> plane.columnAt(t).cells().stream()
                        .allMatch(cell -> cell.the(CHANGE).mean() < LAZY))
                .toArray();
    }

    /** The temperatures at which every replica of every size fitted. */
    double[] whole() {
        return Arrays.stream(plane.xs())
                .filter(t -> plane.columnAt(t).cells().stream().allMatch(Cell::isWhole))
                .toArray();
    }

    /** Geometric means over sizes, {@code [temperature][replica]}; their slope equals that over the balanced plane. */
    double[][] againstTemperature(double[] chosen, ToDoubleFunction<NetworkResult> value) {
        return Arrays.stream(chosen)
                .mapToObj(t -> means(plane.columnAt(t), value))
                .toArray(double[][]::new);
    }

    /** Geometric means over the chosen temperatures, {@code [size][replica]}. */
    double[][] againstSize(double[] chosen, ToDoubleFunction<NetworkResult> value) {
        return plane.lines()
                .map(line -> means(line.where(t -> Arrays.binarySearch(chosen, t) >= 0), value))
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
