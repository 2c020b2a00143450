package org.noisebook.sgd;

import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.PlainPerceptron;
import org.noisebook.rng.Stream;

/**
 * Training set and weights of one perceptron run, with the components of the points along and across the teacher axis.
 *
 * <p>Row i is the i-th point of the data stream, so a smaller set is a prefix of a larger one.
 */
final class PerceptronPoints {
    private static final int POINTS_BETWEEN_INTERRUPT_CHECKS = 4096;
    private static final long SIGNAL_PART = 0;
    private static final long NOISE_PART = 1;

    final PlainPerceptron perceptron;
    final int size;
    final int dimension;
    final int stride;
    final double threshold;
    final double stepLength;
    /** z_1 and |z_⊥| of every point. */
    final double[] signalPart;

    final double[] noisePart;
    private final double[] reference;

    private PerceptronPoints(PerceptronConfig config, Kernels kernels) {
        this.size = config.trainSize();
        this.dimension = config.dimension();
        this.stride = Kernels.padded(dimension);
        this.threshold = threshold(config);
        this.stepLength = stepLength(config);
        this.perceptron = PlainPerceptron.of(config.precision(), size, dimension, threshold, stepLength, kernels);
        this.signalPart = new double[size];
        this.noisePart = new double[size];
        this.reference = new double[dimension];
    }

    static PerceptronPoints of(PerceptronConfig config, Kernels kernels, Stream data) {
        PerceptronPoints points = new PerceptronPoints(config, kernels);
        draw(config, data, (i, row) -> {
            points.signalPart[i] = row[0];
            points.noisePart[i] = points.perceptron.store(i, row, 0);
        });
        return points;
    }

    /** The threshold κ√d of u·z. */
    static double threshold(PerceptronConfig config) {
        return config.margin() * StrictMath.sqrt(config.dimension());
    }

    /** The step length η/(B√d). */
    static double stepLength(PerceptronConfig config) {
        return config.learningRate() / (config.batchSize() * StrictMath.sqrt(config.dimension()));
    }

    /** Memory in bytes of a run with this config. */
    static long bytes(PerceptronConfig config) {
        long element = config.precision() == Precision.FLOAT64 ? Double.BYTES : Float.BYTES;
        int stride = Kernels.padded(config.dimension());
        long perPoint = stride * element + 4L * Double.BYTES + 5L * Integer.BYTES;
        boolean tracks = config.sampler() == PerceptronConfig.Sampler.FAST_FORWARD;
        long tracked = tracks ? MarginTracker.mostKept(config.trainSize(), stride) * Double.BYTES : 0;
        return perPoint * config.trainSize() + tracked;
    }

    /** Receives z of point i, in an array that the next point overwrites. */
    interface Taker {
        void take(int i, double[] row);
    }

    /** Draws the points in order. */
    static void draw(PerceptronConfig config, Stream data, Taker taker) {
        Stream signals = data.part(SIGNAL_PART);
        Stream noises = data.part(NOISE_PART);
        double[] row = new double[config.dimension()];
        for (int i = 0; i < config.trainSize(); i++) {
            if (i % POINTS_BETWEEN_INTERRUPT_CHECKS == 0) {
                PerceptronRun.checkInterrupt();
            }
            row[0] = sampleSignal(config.chi(), signals);
            for (int j = 1; j < row.length; j++) {
                row[j] = noises.nextGaussian();
            }
            taker.take(i, row);
        }
    }

    /** |x_1| of density ∝ x^χ e^(−x²/2): the square root of twice a gamma number of shape (χ+1)/2. */
    static double sampleSignal(double chi, Stream stream) {
        return StrictMath.sqrt(2 * stream.nextGamma((chi + 1) / 2));
    }

    /** Collects the unfitted among the first {@code count} candidates, in order, and returns their number. */
    int unfitted(int[] candidates, int count, int[] found) {
        return perceptron.unfitted(candidates, count, found);
    }

    /** Collects the points that can be unfitted while w_1 ≥ signal and |w_⊥| ≤ noise, and returns their number. */
    int screen(double signal, double noise, double slack, int[] found) {
        double gain = signal * (1 - slack);
        double loss = noise * (1 + slack);
        int n = 0;
        for (int i = 0; i < size; i++) {
            found[n] = i;
            if (gain * signalPart[i] - loss * noisePart[i] < threshold) {
                n++;
            }
        }
        return n;
    }

    /**
     * Among candidates whose margins were just computed, collects those that can be unfitted while w_⊥ stays within
     * {@code radius} of its current value, and returns their number. Resets {@link #displacement} to 0.
     */
    int near(int[] candidates, int count, double radius, double slack, int[] found) {
        System.arraycopy(perceptron.weights(), 0, reference, 0, dimension);
        double signal = signal() * slack;
        double loss = radius * (1 + slack) + noise() * slack;
        int n = 0;
        for (int k = 0; k < count; k++) {
            int i = candidates[k];
            found[n] = i;
            if (perceptron.margin(k) - signal * signalPart[i] - loss * noisePart[i] < threshold) {
                n++;
            }
        }
        return n;
    }

    /** Distance of w_⊥ from its value at the last call of {@link #near}. */
    double displacement() {
        double[] weights = perceptron.weights();
        double even = 0;
        double odd = 0;
        int j = 1;
        for (; j + 1 < dimension; j += 2) {
            double a = weights[j] - reference[j];
            double b = weights[j + 1] - reference[j + 1];
            even = Math.fma(a, a, even);
            odd = Math.fma(b, b, odd);
        }
        if (j < dimension) {
            double a = weights[j] - reference[j];
            even = Math.fma(a, a, even);
        }
        return StrictMath.sqrt(even + odd);
    }

    /** u += η/(B√d) Σ z over the listed points. */
    void update(int[] points, int count) {
        perceptron.update(points, count);
    }

    double signal() {
        return perceptron.weight(0);
    }

    /** |u_⊥|. */
    double noise() {
        return PlainPerceptron.noise(perceptron.weights(), dimension);
    }

    /** The fraction of testSize fresh points that weights u misclassify or leave undecided. */
    static double sampleTestError(PerceptronConfig config, double[] u, Stream test) {
        int count = config.testSize();
        int errors = 0;
        for (int i = 0; i < count; i++) {
            if (i % POINTS_BETWEEN_INTERRUPT_CHECKS == 0) {
                PerceptronRun.checkInterrupt();
            }
            double sum = u[0] * sampleSignal(config.chi(), test);
            for (int j = 1; j < config.dimension(); j++) {
                sum = Math.fma(u[j], test.nextGaussian(), sum);
            }
            if (sum <= 0) {
                errors++;
            }
        }
        return (double) errors / count;
    }
}
