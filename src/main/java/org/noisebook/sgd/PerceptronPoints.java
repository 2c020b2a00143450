package org.noisebook.sgd;

import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * The training set and the weights of one perceptron run, in either precision.
 *
 * <p>Rows are z = y·x, so that z_1 = |x_1| and y F = u·z/√d; labels disappear. A point is unfitted when
 * u·z &lt; κ√d.
 *
 * <p>Row i is the i-th point of the data stream, so a smaller set is a prefix of a larger one.
 */
abstract class PerceptronPoints {
    private static final int POINTS_BETWEEN_INTERRUPT_CHECKS = 4096;
    private static final long SIGNAL_PART = 0;
    private static final long NOISE_PART = 1;

    final int size;
    final int dimension;
    final int stride;
    final double threshold;
    final double stepLength;
    final Kernels kernels;
    /** z_1 and |z_⊥| of every point. */
    final double[] signalPart;

    final double[] noisePart;
    private final double[] reference;
    private final double largestNorm;
    /** No weight exceeds this in size. */
    private double weightBound;

    PerceptronPoints(PerceptronConfig config, Kernels kernels, Stream data) {
        this.size = config.trainSize();
        this.dimension = config.dimension();
        this.stride = Kernels.padded(dimension);
        this.threshold = config.margin() * StrictMath.sqrt(dimension);
        this.stepLength = config.learningRate() / (config.batchSize() * StrictMath.sqrt(dimension));
        this.kernels = kernels;
        this.signalPart = new double[size];
        this.noisePart = new double[size];
        this.reference = new double[dimension];
        this.largestNorm = draw(config.chi(), data);
    }

    static PerceptronPoints of(PerceptronConfig config, Kernels kernels, Stream data) {
        return switch (config.precision()) {
            case FLOAT64 -> new InDouble(config, kernels, data);
            case FLOAT32 -> new InFloat(config, kernels, data);
        };
    }

    /** The bytes that a run of this config holds. */
    static long bytes(PerceptronConfig config) {
        long element = config.precision() == Precision.FLOAT64 ? Double.BYTES : Float.BYTES;
        int stride = Kernels.padded(config.dimension());
        long perPoint = stride * element + 4L * Double.BYTES + 5L * Integer.BYTES;
        boolean tracks = config.sampler() == PerceptronConfig.Sampler.FAST_FORWARD;
        long tracked = tracks ? MarginTracker.mostKept(config.trainSize(), stride) * Double.BYTES : 0;
        return perPoint * config.trainSize() + tracked;
    }

    private double draw(double chi, Stream data) {
        allocate();
        Stream signals = data.part(SIGNAL_PART);
        Stream noises = data.part(NOISE_PART);
        double largest = 0;
        for (int i = 0; i < size; i++) {
            if (i % POINTS_BETWEEN_INTERRUPT_CHECKS == 0) {
                PerceptronRun.checkInterrupt();
            }
            signalPart[i] = sampleSignal(chi, signals);
            int offset = i * stride;
            store(offset, signalPart[i]);
            double squares = 0;
            for (int j = 1; j < dimension; j++) {
                double z = noises.nextGaussian();
                store(offset + j, z);
                squares += z * z;
            }
            noisePart[i] = StrictMath.sqrt(squares);
            largest = Math.max(largest, squares + signalPart[i] * signalPart[i]);
        }
        return StrictMath.sqrt(largest);
    }

    /** |x_1| of density ∝ x^χ e^(−x²/2): the root of twice a gamma number of shape (χ+1)/2. */
    static double sampleSignal(double chi, Stream stream) {
        return StrictMath.sqrt(2 * stream.nextGamma((chi + 1) / 2));
    }

    /** Collects the unfitted among the first {@code count} candidates, in their order; gives their number. */
    abstract int unfitted(int[] candidates, int count, int[] found);

    /** Collects the points that can be unfitted while w_1 ≥ signal and |w_⊥| ≤ noise; gives their number. */
    final int screen(double signal, double noise, double slack, int[] found) {
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
     * Of the candidates whose margins were just computed, collects those that can be unfitted while w_⊥ stays within
     * {@code radius} of where it is now; gives their number. {@link #displacement} starts again at 0.
     */
    final int near(int[] candidates, int count, double radius, double slack, int[] found) {
        for (int j = 0; j < dimension; j++) {
            reference[j] = weight(j);
        }
        double signal = signal() * slack;
        double loss = radius * (1 + slack) + noise() * slack;
        int n = 0;
        for (int k = 0; k < count; k++) {
            int i = candidates[k];
            found[n] = i;
            if (margin(k) - signal * signalPart[i] - loss * noisePart[i] < threshold) {
                n++;
            }
        }
        return n;
    }

    /** How far w_⊥ is from where {@link #near} was last called. */
    final double displacement() {
        double even = 0;
        double odd = 0;
        int j = 1;
        for (; j + 1 < dimension; j += 2) {
            double a = weight(j) - reference[j];
            double b = weight(j + 1) - reference[j + 1];
            even = Math.fma(a, a, even);
            odd = Math.fma(b, b, odd);
        }
        if (j < dimension) {
            double a = weight(j) - reference[j];
            even = Math.fma(a, a, even);
        }
        return StrictMath.sqrt(even + odd);
    }

    /** The margin of the k-th candidate of the last {@link #unfitted} call. */
    abstract double margin(int k);

    /** out[k] = u·z of the k-th listed point. */
    abstract void margins(int[] list, int count, double[] out);

    /** out[k] = z·z of a point and the k-th listed one. */
    abstract void gramRow(int point, int[] list, int count, double[] out);

    /** u += η/(B√d) Σ z over the listed points. */
    final void update(int[] points, int count) {
        add(points, count);
        weightBound += count * stepLength * largestNorm;
    }

    /** Whether weights and margins are still finite numbers; a look at the weights only when there is any doubt. */
    final boolean finite() {
        if (weightBound * largestNorm < overflow()) {
            return true;
        }
        return Math.hypot(signal(), noise()) * largestNorm < overflow();
    }

    abstract void allocate();

    abstract void store(int position, double value);

    abstract void add(int[] points, int count);

    /** Margins beyond this are not trusted. */
    abstract double overflow();

    abstract double weight(int j);

    final double signal() {
        return weight(0);
    }

    /** |u_⊥|. */
    final double noise() {
        double even = 0;
        double odd = 0;
        int j = 1;
        for (; j + 1 < dimension; j += 2) {
            even = Math.fma(weight(j), weight(j), even);
            odd = Math.fma(weight(j + 1), weight(j + 1), odd);
        }
        if (j < dimension) {
            even = Math.fma(weight(j), weight(j), even);
        }
        return StrictMath.sqrt(even + odd);
    }

    /** The share of {@code count} fresh points that are misclassified or undecided. */
    final double sampleTestError(double chi, int count, Stream test) {
        if (count == 0 || !finite()) {
            return Double.NaN;
        }
        int errors = 0;
        for (int i = 0; i < count; i++) {
            if (i % POINTS_BETWEEN_INTERRUPT_CHECKS == 0) {
                PerceptronRun.checkInterrupt();
            }
            double sum = signal() * sampleSignal(chi, test);
            for (int j = 1; j < dimension; j++) {
                sum = Math.fma(weight(j), test.nextGaussian(), sum);
            }
            if (sum <= 0) {
                errors++;
            }
        }
        return (double) errors / count;
    }

    private static final class InDouble extends PerceptronPoints {
        private double[] rows;
        private final double[] weights;
        private final double[] margins;

        InDouble(PerceptronConfig config, Kernels kernels, Stream data) {
            super(config, kernels, data);
            weights = new double[stride];
            margins = new double[size];
        }

        @Override
        void allocate() {
            rows = new double[Kernels.DOUBLE_LEAD + size * stride];
        }

        @Override
        void store(int position, double value) {
            rows[Kernels.DOUBLE_LEAD + position] = value;
        }

        @Override
        int unfitted(int[] candidates, int count, int[] found) {
            kernels.dots(rows, Kernels.DOUBLE_LEAD, stride, candidates, count, weights, margins);
            int n = 0;
            for (int k = 0; k < count; k++) {
                if (margins[k] < threshold) {
                    found[n++] = candidates[k];
                }
            }
            return n;
        }

        @Override
        double margin(int k) {
            return margins[k];
        }

        @Override
        void margins(int[] list, int count, double[] out) {
            kernels.dots(rows, Kernels.DOUBLE_LEAD, stride, list, count, weights, out);
        }

        @Override
        void gramRow(int point, int[] list, int count, double[] out) {
            int start = Kernels.DOUBLE_LEAD + point * stride;
            double[] row = java.util.Arrays.copyOfRange(rows, start, start + stride);
            kernels.dots(rows, Kernels.DOUBLE_LEAD, stride, list, count, row, out);
        }

        @Override
        void add(int[] points, int count) {
            for (int k = 0; k < count; k++) {
                kernels.addScaled(stepLength, rows, Kernels.DOUBLE_LEAD + points[k] * stride, stride, weights);
            }
        }

        @Override
        double overflow() {
            return Double.MAX_VALUE;
        }

        @Override
        double weight(int j) {
            return weights[j];
        }
    }

    private static final class InFloat extends PerceptronPoints {
        private float[] rows;
        private final float[] weights;
        private final float[] margins;
        private final float floatThreshold;
        private final float floatStep;

        InFloat(PerceptronConfig config, Kernels kernels, Stream data) {
            super(config, kernels, data);
            weights = new float[stride];
            margins = new float[size];
            floatThreshold = (float) threshold;
            floatStep = (float) stepLength;
        }

        @Override
        void allocate() {
            rows = new float[Kernels.FLOAT_LEAD + size * stride];
        }

        @Override
        void store(int position, double value) {
            rows[Kernels.FLOAT_LEAD + position] = (float) value;
        }

        @Override
        int unfitted(int[] candidates, int count, int[] found) {
            kernels.dots(rows, Kernels.FLOAT_LEAD, stride, candidates, count, weights, margins);
            int n = 0;
            for (int k = 0; k < count; k++) {
                if (margins[k] < floatThreshold) {
                    found[n++] = candidates[k];
                }
            }
            return n;
        }

        @Override
        double margin(int k) {
            return margins[k];
        }

        @Override
        void margins(int[] list, int count, double[] out) {
            into(list, count, weights, out);
        }

        @Override
        void gramRow(int point, int[] list, int count, double[] out) {
            int start = Kernels.FLOAT_LEAD + point * stride;
            into(list, count, java.util.Arrays.copyOfRange(rows, start, start + stride), out);
        }

        private void into(int[] list, int count, float[] vector, double[] out) {
            kernels.dots(rows, Kernels.FLOAT_LEAD, stride, list, count, vector, margins);
            for (int k = 0; k < count; k++) {
                out[k] = margins[k];
            }
        }

        @Override
        void add(int[] points, int count) {
            for (int k = 0; k < count; k++) {
                kernels.addScaled(floatStep, rows, Kernels.FLOAT_LEAD + points[k] * stride, stride, weights);
            }
        }

        @Override
        double overflow() {
            return Float.MAX_VALUE;
        }

        @Override
        double weight(int j) {
            return weights[j];
        }
    }
}
