package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Preset;
import org.noisebook.figure.TrainingCells;
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
 */
record BatchCrossover(String key, String name, NetworkConfig base, int[] sizes, int replicas) {
    /** The prefactor of the noise phase is taken at this many of the smallest batches. */
    static final int NOISE_BATCHES = 2;

    /** B* is measured where the weight change is so many times its value at B = P. */
    static final double DOUBLING = 2;

    /** η/h, so that noise moves the weights by a few hundredths at most. */
    private static final double RATE_PER_WIDTH = 0x1p-8;

    /** Margins of 2^-20 do not show; the weights need more digits than float32 has. */
    private static final double OUTPUT_SCALE = 0x1p20;

    /** Gaussian points in a wide network of one hidden layer and in a deeper narrow one, and images. */
    static List<BatchCrossover> of(Preset preset) {
        NetworkConfig shallow = lazy(NetworkCells.GAUSSIAN, new FullyConnected(1, 128, Activation.RELU));
        NetworkConfig deep = lazy(NetworkCells.GAUSSIAN, (FullyConnected) NetworkCells.GAUSSIAN.network());
        if (preset == Preset.QUICK) {
            int[] sizes = {128, 256, 512, 1024};
            NetworkConfig digits = lazy(NetworkConfig.standard(), new FullyConnected(3, 32, Activation.RELU));
            return List.of(
                    new BatchCrossover("gaussian-d1", "Gaussian, D = 1", shallow, sizes, 12),
                    new BatchCrossover("gaussian-d3", "Gaussian, D = 3", deep, sizes, 12),
                    new BatchCrossover("digits", "digits, D = 3", digits, sizes, 12));
        }
        int[] sizes = {128, 256, 512, 1024, 2048, 4096};
        NetworkConfig images = Schema.with(
                lazy(NetworkConfig.standard(), new FullyConnected(5, 128, Activation.GELU)),
                "dataset",
                DataSource.FASHION_MNIST);
        return List.of(
                new BatchCrossover("gaussian-d1", "Gaussian, D = 1", shallow, sizes, 32),
                new BatchCrossover("gaussian-d3", "Gaussian, D = 3", deep, sizes, 32),
                new BatchCrossover("fashion", "Fashion-MNIST, D = 5", images, new int[] {1024, 2048, 4096, 8192}, 8));
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

    NetworkConfig config(int size, double batch) {
        return Schema.with(base, "trainSize", size, "batchSize", (int) batch);
    }

    /** 1, 2, 4, …, P. */
    static double[] batches(int size) {
        return TrainingCells.powers(1, 2, Integer.numberOfTrailingZeros(size) + 1);
    }

    /** Every training and every first step. */
    List<NetworkConfig> cells() {
        List<NetworkConfig> cells = new ArrayList<>();
        for (int size : sizes) {
            Arrays.stream(batches(size)).forEach(batch -> cells.add(config(size, batch)));
            cells.add(firstStep(config(size, 1)));
        }
        return cells;
    }

    double[] sizesAsDoubles() {
        return Arrays.stream(sizes).asDoubleStream().toArray();
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
                        : TrainingCells.crossingOrNaN(batches((int) sizes[s]), curve, level);
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
            return NetworkCells.paired(over, under, (above, below) -> above / below);
        }
    }

    /** How the replicas ended at one size: fitted where a replica did at every batch size, diverged where at any. */
    Ends ends(int size, Results<NetworkConfig, NetworkResult> results) {
        List<List<NetworkResult>> cells = Arrays.stream(batches(size))
                .mapToObj(batch -> results.of(config(size, batch)))
                .toList();
        int fitted = 0;
        int diverged = 0;
        for (int replica = 0; replica < replicas; replica++) {
            int r = replica;
            Ends ends =
                    TrainingCells.ends(cells.stream().map(runs -> runs.get(r)).toList());
            fitted += ends.allFitted() ? 1 : 0;
            diverged += ends.diverged() > 0 ? 1 : 0;
        }
        return new Ends(fitted, replicas - fitted - diverged, diverged);
    }

    Curves curves(Results<NetworkConfig, NetworkResult> results) {
        double[][][] changes = new double[sizes.length][][];
        double[][] firstSteps = new double[sizes.length][];
        for (int s = 0; s < sizes.length; s++) {
            int size = sizes[s];
            changes[s] = Arrays.stream(batches(size))
                    .mapToObj(batch -> changes(config(size, batch), results))
                    .toArray(double[][]::new);
            firstSteps[s] = results.values(firstStep(config(size, 1)), NetworkResult::relativeWeightChange);
        }
        return new Curves(sizesAsDoubles(), changes, firstSteps);
    }

    private static double[] changes(NetworkConfig config, Results<NetworkConfig, NetworkResult> results) {
        double[] values = results.values(config, NetworkResult::relativeWeightChange);
        if (!TrainingCells.ends(results.of(config)).allFitted()) {
            Arrays.fill(values, Double.NaN);
        }
        return values;
    }
}
