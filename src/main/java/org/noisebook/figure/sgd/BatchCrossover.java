package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Preset;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Lazy trainings without visible margin over sizes and all batch sizes 1, 2, 4, …, P at one learning rate, and their
 * first steps alone: what B* is read off.
 *
 * @param key in ids
 * @param name in words
 * @param base everything but P and B
 * @param sizes P, powers of two
 * @param replicas of every cell
 * @param lines of every size, along B
 * @param firstSteps of every size
 */
record BatchCrossover(
        String key,
        String name,
        NetworkConfig base,
        double[] sizes,
        int replicas,
        List<Line<NetworkConfig, NetworkResult>> lines,
        List<Cell<NetworkConfig, NetworkResult>> firstSteps) {
    /** The prefactor of the noise phase is taken at this many of the smallest batches. */
    static final int NOISE_BATCHES = 2;

    /** B* is measured where the weight change is so many times its value at B = P. */
    static final double DOUBLING = 2;

    /** η/h, so that noise moves the weights by a few hundredths at most. */
    private static final double RATE_PER_WIDTH = 0x1p-8;

    /** Margins of 2^-20 do not show; the weights need more digits than float32 has. */
    private static final double OUTPUT_SCALE = 0x1p20;

    /** Gaussian points in a wide network of one hidden layer and in a deeper narrow one, and images. */
    static List<BatchCrossover> of(Board board) {
        NetworkConfig shallow = lazy(NetworkCells.GAUSSIAN, new FullyConnected(1, 128, Activation.RELU));
        NetworkConfig deep = lazy(NetworkCells.GAUSSIAN, (FullyConnected) NetworkCells.GAUSSIAN.network());
        if (board.preset() == Preset.QUICK) {
            double[] sizes = powers(128, 2, 4);
            NetworkConfig digits = lazy(NetworkConfig.standard(), new FullyConnected(3, 32, Activation.RELU));
            return List.of(
                    of(board, "gaussian-d1", "Gaussian, D = 1", shallow, sizes, 12),
                    of(board, "gaussian-d3", "Gaussian, D = 3", deep, sizes, 12),
                    of(board, "digits", "digits, D = 3", digits, sizes, 12));
        }
        double[] sizes = powers(128, 2, 6);
        NetworkConfig images = Schema.with(
                lazy(NetworkConfig.standard(), new FullyConnected(5, 128, Activation.GELU)),
                "dataset",
                DataSource.FASHION_MNIST);
        return List.of(
                of(board, "gaussian-d1", "Gaussian, D = 1", shallow, sizes, 32),
                of(board, "gaussian-d3", "Gaussian, D = 3", deep, sizes, 32),
                of(board, "fashion", "Fashion-MNIST, D = 5", images, powers(1024, 2, 4), 8));
    }

    /** Declares every training and every first step. */
    private static BatchCrossover of(
            Board board, String key, String name, NetworkConfig base, double[] sizes, int replicas) {
        board.replicas(replicas);
        List<Line<NetworkConfig, NetworkResult>> lines = new ArrayList<>();
        List<Cell<NetworkConfig, NetworkResult>> firstSteps = new ArrayList<>();
        for (double size : sizes) {
            NetworkConfig sized = Schema.with(base, "trainSize", (int) size);
            lines.add(board.along(
                    NetworkCells.STUDY,
                    powers(1, 2, Math.getExponent(size) + 1),
                    batch -> Schema.with(sized, "batchSize", (int) batch)));
            firstSteps.add(board.cell(NetworkCells.STUDY, firstStep(sized)));
        }
        return new BatchCrossover(key, name, base, sizes, replicas, lines, firstSteps);
    }

    private static NetworkConfig lazy(NetworkConfig data, FullyConnected network) {
        return Schema.with(
                data,
                "network",
                network,
                "outputScale",
                OUTPUT_SCALE,
                "learningRate",
                RATE_PER_WIDTH * network.width(),
                "precision",
                Precision.FLOAT64,
                "sampleCap",
                1L << 24,
                "probeSize",
                0,
                "testSize",
                0);
    }

    /** A training after its first step at B = P. */
    static NetworkConfig firstStep(NetworkConfig config) {
        return Schema.with(config, "batchSize", config.trainSize(), "sampleCap", (long) config.trainSize());
    }

    /** Along B at the largest P. */
    Line<NetworkConfig, NetworkResult> largest() {
        return lines.get(lines.size() - 1);
    }

    /**
     * Weight changes {@code [size][batch][replica]}, and those of the first step {@code [size][replica]}. A batch size
     * at which a replica did not fit is NaN.
     */
    record Curves(double[] sizes, double[][][] changes, double[][] firstSteps) {
        /** B times the weight change at the smallest batches, per size: the law of noise at B = 1. */
        double[] noise(int[] replicas) {
            double[] noise = new double[sizes.length];
            for (int s = 0; s < noise.length; s++) {
                double[] curve = NetworkCells.geometricMeans(changes[s], replicas);
                double log = 0;
                for (int b = 0; b < NOISE_BATCHES; b++) {
                    log += StrictMath.log(curve[b] * (1 << b)) / NOISE_BATCHES;
                }
                noise[s] = StrictMath.exp(log);
            }
            return noise;
        }

        /** d ln noise/d ln P. */
        double gamma(int[] replicas) {
            return NetworkCells.slope(sizes, noise(replicas));
        }

        /** Per size, the batch size at which the weight change is twice that at B = P; NaN where there is none. */
        double[] measured(int[] replicas) {
            double[] crossings = new double[sizes.length];
            for (int s = 0; s < crossings.length; s++) {
                double[] curve = NetworkCells.geometricMeans(changes[s], replicas);
                double level = DOUBLING * curve[curve.length - 1];
                crossings[s] = Arrays.stream(curve).anyMatch(Double::isNaN)
                        ? Double.NaN
                        : Line.crossing(powers(1, 2, curve.length), curve, level);
            }
            return crossings;
        }

        /** Per size, the batch size at which the law of noise meets the first step. */
        double[] predicted(int[] replicas) {
            double[] crossings = noise(replicas);
            double[] firstStep = NetworkCells.geometricMeans(firstSteps, replicas);
            Arrays.setAll(crossings, s -> crossings[s] / firstStep[s]);
            return crossings;
        }

        /** Per replica, the weight change at one batch size over that at another, at the largest size. */
        Estimate plateau(int batch, int overBatch) {
            double[][] largest = changes[sizes.length - 1];
            return Estimate.ofGeometricMean(ratios(largest[batch], largest[overBatch]));
        }

        /** Per replica, the weight change at B = P over the first step, at the largest size. */
        Estimate overFirstStep() {
            double[][] ratios = overFirstSteps();
            return Estimate.ofGeometricMean(ratios[ratios.length - 1]);
        }

        /** Per replica, weight changes of the largest size over the first step, {@code [batch][replica]}. */
        double[][] overFirstSteps() {
            return Arrays.stream(changes[sizes.length - 1])
                    .map(change -> ratios(change, firstSteps[sizes.length - 1]))
                    .toArray(double[][]::new);
        }

        private static double[] ratios(double[] over, double[] under) {
            double[] ratios = over.clone();
            Arrays.setAll(ratios, r -> over[r] / under[r]);
            return ratios;
        }
    }

    /** How the replicas ended at each size: fitted where a replica did at every batch size, diverged where at any. */
    Ends[] ends() {
        return lines.stream()
                .map(line -> IntStream.range(0, replicas)
                        .mapToObj(r -> Ends.of(line.cells().stream()
                                .map(cell -> cell.runs().get(r))
                                .toList()))
                        .map(ends -> ends.allFitted()
                                ? Ends.all(1)
                                : new Ends(0, ends.diverged() > 0 ? 0 : 1, ends.diverged() > 0 ? 1 : 0))
                        .reduce(Ends.NONE, Ends::and))
                .toArray(Ends[]::new);
    }

    Curves curves() {
        return new Curves(
                sizes,
                lines.stream()
                        .map(line -> line.cells().stream()
                                .map(BatchCrossover::changes)
                                .toArray(double[][]::new))
                        .toArray(double[][][]::new),
                firstSteps.stream()
                        .map(cell -> cell.values(NetworkResult::relativeWeightChange))
                        .toArray(double[][]::new));
    }

    private static double[] changes(Cell<NetworkConfig, NetworkResult> cell) {
        double[] values = cell.values(NetworkResult::relativeWeightChange);
        if (!cell.isWhole()) {
            Arrays.fill(values, Double.NaN);
        }
        return values;
    }
}
