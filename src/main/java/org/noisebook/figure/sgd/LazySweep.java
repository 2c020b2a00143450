package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Preset;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * Lazy trainings over sizes and temperatures of one dataset: what the figures of lazy scaling share.
 *
 * @param name in words
 * @param title of its panel
 * @param base everything but P and T, with its α
 * @param sizes P
 * @param temperatures T = η/B
 * @param replicas of every cell
 */
record LazySweep(String name, String title, NetworkConfig base, int[] sizes, double[] temperatures, int replicas) {
    /**
     * Exponents are fitted between these temperatures per number that the read-out averages: 32 margins, and weight
     * changes below a tenth.
     */
    static final double FIT_LOW = 0x1p-10;

    static final double FIT_HIGH = 0x1p-6;

    private static final int BATCH = 4;

    /** Gaussian points and images. */
    static List<LazySweep> of(Preset preset) {
        NetworkConfig gaussian = Schema.with(
                NetworkCells.GAUSSIAN,
                "network",
                new FullyConnected(3, 64, Activation.RELU),
                "outputScale",
                NetworkCells.LAZY,
                "batchSize",
                BATCH);
        NetworkConfig images = Schema.with(
                NetworkConfig.standard(),
                "network",
                new FullyConnected(3, 64, Activation.RELU),
                "outputScale",
                NetworkCells.LAZY,
                "batchSize",
                BATCH,
                "testSize",
                768);
        double[] fine = TrainingCells.powers(0x1p-6, 2, 12);
        if (preset == Preset.QUICK) {
            return List.of(
                    new LazySweep("Gaussian", "Gaussian points", gaussian, new int[] {128, 256, 512, 1024}, fine, 32),
                    new LazySweep("digits", "Handwritten digits", images, new int[] {128, 256, 512, 1024}, fine, 24),
                    new LazySweep(
                            "Fashion-MNIST",
                            "Fashion-MNIST",
                            Schema.with(images, "dataset", DataSource.FASHION_TEST, "testSize", 4096),
                            new int[] {256, 512, 1024, 2048},
                            TrainingCells.powers(0x1p-4, 4, 5),
                            8));
        }
        NetworkConfig authors = Schema.with(
                images,
                "dataset",
                DataSource.FASHION_MNIST,
                "network",
                new FullyConnected(5, 128, Activation.RELU),
                "batchSize",
                16,
                "testSize",
                32_768,
                "sampleCap",
                1L << 24);
        return List.of(
                new LazySweep(
                        "Gaussian", "Gaussian points", gaussian, new int[] {128, 256, 512, 1024, 2048, 4096}, fine, 60),
                new LazySweep("digits", "Handwritten digits", images, new int[] {64, 128, 256, 512, 1024}, fine, 40),
                new LazySweep(
                        "Fashion-MNIST",
                        "Fashion-MNIST",
                        authors,
                        new int[] {1024, 2048, 4096, 8192, 16_384},
                        TrainingCells.powers(0x1p-5, 2, 11),
                        5));
    }

    /** The name in ids of claims. */
    String key() {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    NetworkConfig config(int size, double temperature) {
        return NetworkCells.at(Schema.with(base, "trainSize", size), base.outputScale(), temperature);
    }

    List<NetworkConfig> along(int size) {
        return Arrays.stream(temperatures).mapToObj(t -> config(size, t)).toList();
    }

    /** All sweeps in one. */
    static Sweep<NetworkConfig, NetworkResult> together(List<LazySweep> sweeps) {
        List<Sweep.Cell<NetworkConfig>> cells = new ArrayList<>();
        for (LazySweep sweep : sweeps) {
            for (int size : sweep.sizes) {
                sweep.along(size).forEach(config -> cells.add(new Sweep.Cell<>(config, sweep.replicas)));
            }
        }
        return new Sweep<>(NetworkCells.STUDY, cells, Set.of());
    }

    /** The temperatures of the fit at which every replica of every size fitted. */
    double[] fitted(Results<NetworkConfig, NetworkResult> results) {
        int fanIn = readOut();
        return Arrays.stream(temperatures)
                .filter(t -> t >= FIT_LOW * fanIn && t <= FIT_HIGH * fanIn)
                .filter(t -> Arrays.stream(sizes)
                        .allMatch(size ->
                                TrainingCells.ends(results.of(config(size, t))).allFitted()))
                .toArray();
    }

    /** Weights of the read-out, by whose number it divides: h in a fully connected network. */
    private int readOut() {
        int[] blocks = base.network().blockSizes(base.dataset().inputDimension(base.dimension()));
        return blocks[blocks.length - 1];
    }

    /** Geometric means over sizes, {@code [temperature][replica]}: their slope is that of the balanced plane. */
    double[][] againstTemperature(
            double[] chosen, Results<NetworkConfig, NetworkResult> results, ToDoubleFunction<NetworkResult> value) {
        double[][] means = new double[chosen.length][];
        for (int t = 0; t < chosen.length; t++) {
            double temperature = chosen[t];
            means[t] = means(Arrays.stream(sizes)
                    .mapToObj(size -> results.values(config(size, temperature), value))
                    .toArray(double[][]::new));
        }
        return means;
    }

    /** Geometric means over the chosen temperatures, {@code [size][replica]}. */
    double[][] againstSize(
            double[] chosen, Results<NetworkConfig, NetworkResult> results, ToDoubleFunction<NetworkResult> value) {
        double[][] means = new double[sizes.length][];
        for (int s = 0; s < sizes.length; s++) {
            int size = sizes[s];
            means[s] = means(Arrays.stream(chosen)
                    .mapToObj(t -> results.values(config(size, t), value))
                    .toArray(double[][]::new));
        }
        return means;
    }

    private double[] means(double[][] values) {
        double[] means = new double[replicas];
        for (int r = 0; r < replicas; r++) {
            double sum = 0;
            for (double[] cell : values) {
                sum += StrictMath.log(cell[r]);
            }
            means[r] = StrictMath.exp(sum / values.length);
        }
        return means;
    }

    double[] sizesAsDoubles() {
        return Arrays.stream(sizes).asDoubleStream().toArray();
    }
}
