package org.noisebook.model;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.SubsetSampler;

/**
 * The training set and the weights of one perceptron on the primitive engine, in either precision, and plain SGD on them.
 *
 * <p>Rows are z = y·x, so z_1 = |x_1| and y F = u·z/√d, and labels drop out. A point is unfitted when u·z &lt; κ√d.
 * Weights start at 0.
 *
 * <p><b>Cost</b>: about 10 ns per drawn sample at d = 128. No allocation in a step. Belongs to one thread.
 */
public abstract class PlainPerceptron {
    private static final int STEPS_BETWEEN_INTERRUPT_CHECKS = 4096;

    final int size;
    final int dimension;
    final int stride;
    final double threshold;
    final double stepLength;
    final Kernels kernels;
    private double largestNorm;
    /** Upper bound on the absolute value of any weight. */
    private double weightBound;

    PlainPerceptron(int size, int dimension, double threshold, double stepLength, Kernels kernels) {
        this.size = size;
        this.dimension = dimension;
        this.stride = Kernels.padded(dimension);
        this.threshold = threshold;
        this.stepLength = stepLength;
        this.kernels = kernels;
    }

    /**
     * A perceptron whose points are still to be {@link #store stored}.
     *
     * @param size P
     * @param dimension d
     * @param threshold κ√d
     * @param stepLength η/(B√d)
     */
    public static PlainPerceptron of(
            Precision precision, int size, int dimension, double threshold, double stepLength, Kernels kernels) {
        return switch (precision) {
            case FLOAT64 -> new DoublePerceptron(size, dimension, threshold, stepLength, kernels);
            case FLOAT32 -> new FloatPerceptron(size, dimension, threshold, stepLength, kernels);
        };
    }

    /** Runs one training of an engine's list. */
    static PerceptronReplicas.TrainingEnd train(PerceptronReplicas replicas, PerceptronReplicas.Job job) {
        int dimension = replicas.dimension();
        PlainPerceptron perceptron = of(
                replicas.precision(),
                replicas.trainSize(),
                dimension,
                job.threshold(),
                job.stepLength(),
                Kernels.fastest());
        for (int i = 0; i < replicas.trainSize(); i++) {
            perceptron.store(i, job.rows(), i * dimension);
        }
        Looks looks = new Looks(perceptron, job.at());
        HingeSgd.Outcome outcome =
                perceptron.descend(replicas.batchSize(), job.sampleCap(), job.order(), looks::before);
        looks.before(Long.MAX_VALUE);
        return new PerceptronReplicas.TrainingEnd(outcome, perceptron.copyOfWeights(), looks.weightsAt);
    }

    /** Records u after given steps: the weights before the first later change. */
    private static final class Looks {
        private final PlainPerceptron perceptron;
        private final long[] at;
        private final double[][] weightsAt;
        private int done;

        Looks(PlainPerceptron perceptron, long[] at) {
            this.perceptron = perceptron;
            this.at = at;
            this.weightsAt = new double[at.length][];
        }

        void before(long step) {
            if (done == at.length || at[done] >= step) {
                return;
            }
            double[] weights = perceptron.copyOfWeights();
            for (; done < at.length && at[done] < step; done++) {
                weightsAt[done] = weights;
            }
        }
    }

    /**
     * Stores a point.
     *
     * @param i its number
     * @param from array that holds z in {@code dimension} numbers from {@code offset} on
     * @return |z_⊥|, the norm of all components but the first
     */
    public final double store(int i, double[] from, int offset) {
        put(i * stride, from, offset);
        double squares = tailSquares(from, offset, dimension);
        largestNorm = Math.max(largestNorm, StrictMath.sqrt(squares + from[offset] * from[offset]));
        return StrictMath.sqrt(squares);
    }

    /**
     * |z_⊥|² of the z stored from {@code offset} on: the squares of all components but the first, in ascending order.
     */
    public static double tailSquares(double[] from, int offset, int dimension) {
        double squares = 0;
        for (int j = 1; j < dimension; j++) {
            squares += from[offset + j] * from[offset + j];
        }
        return squares;
    }

    /** The largest |z| of rows {@code [size][dimension]}. */
    public static double largestNorm(double[] rows, int size, int dimension) {
        double largest = 0;
        for (int i = 0; i < size; i++) {
            double first = rows[i * dimension];
            largest = Math.max(largest, tailSquares(rows, i * dimension, dimension) + first * first);
        }
        return StrictMath.sqrt(largest);
    }

    /**
     * Steps until every point is fitted: u ← u + η/(B√d) Σ z over the unfitted points of a new batch.
     *
     * @param sampleCap the run ends after this many drawn samples (steps times batch size)
     * @param order draws the batches
     * @param beforeChange receives the number of each step that changes u, before it does
     * @return reason for the end; last step that changed u, including a diverging one; number of steps that changed it
     * @throws CancellationException if the thread is interrupted
     */
    public final HingeSgd.Outcome descend(int batchSize, long sampleCap, Stream order, LongConsumer beforeChange) {
        SubsetSampler batches = new SubsetSampler(size, order);
        int[] batch = new int[batchSize];
        int[] unfitted = new int[size];
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        long maxSteps = sampleCap / batchSize;
        long lastStep = 0;
        long updates = 0;
        long cleanSamples = 0;
        boolean checked = false;
        for (long step = 1; step <= maxSteps; step++) {
            if (step % STEPS_BETWEEN_INTERRUPT_CHECKS == 1
                    && Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            batches.draw(batch, batchSize);
            int count = unfitted(batch, batchSize, unfitted);
            if (count > 0) {
                beforeChange.accept(step);
                update(unfitted, count);
                lastStep = step;
                updates++;
                if (!finite()) {
                    return new HingeSgd.Outcome(StopReason.DIVERGED, lastStep, updates);
                }
                cleanSamples = 0;
                checked = false;
            } else if (!checked) {
                cleanSamples += batchSize;
                // At most one look at all points between two changes, since a second would find the same.
                if (2 * cleanSamples >= size) {
                    checked = true;
                    if (unfitted(all, size, unfitted) == 0) {
                        return new HingeSgd.Outcome(StopReason.FITTED, lastStep, updates);
                    }
                }
            }
        }
        boolean fitted = unfitted(all, size, unfitted) == 0;
        return new HingeSgd.Outcome(fitted ? StopReason.FITTED : StopReason.SAMPLE_CAP, lastStep, updates);
    }

    /** Collects the unfitted among the first {@code count} candidates, in order, and returns their number. */
    public abstract int unfitted(int[] candidates, int count, int[] found);

    /** The margin of the k-th candidate of the last {@link #unfitted} call. */
    public abstract double margin(int k);

    /** out[k] = u·z of the k-th listed point. */
    public abstract void margins(int[] list, int count, double[] out);

    /** out[k] = z·z′ of a point and the k-th listed point. */
    public abstract void gramRow(int point, int[] list, int count, double[] out);

    /** u += η/(B√d) Σ z over the listed points. */
    public final void update(int[] points, int count) {
        add(points, count);
        weightBound += count * stepLength * largestNorm;
    }

    /** Whether weights and margins are still finite; the weights are inspected only if in doubt. */
    public final boolean finite() {
        return bounded(weightBound, largestNorm, precision()) || finite(weights(), dimension, largestNorm, precision());
    }

    /** Whether weights bounded by {@code weightBound} guarantee finite margins. */
    public static boolean bounded(double weightBound, double largestNorm, Precision precision) {
        return weightBound * largestNorm < overflow(precision);
    }

    /**
     * Whether the largest margin that these weights can give is finite.
     *
     * @param u the weights
     * @param largestNorm the largest |z|
     */
    public static boolean finite(double[] u, int dimension, double largestNorm, Precision precision) {
        return Math.hypot(u[0], noise(u, dimension)) * largestNorm < overflow(precision);
    }

    /** The bound beyond which margins are not trusted. */
    private static double overflow(Precision precision) {
        return precision == Precision.FLOAT64 ? Double.MAX_VALUE : Float.MAX_VALUE;
    }

    /** |u_⊥|, the norm of all components but the first. */
    public static double noise(double[] u, int dimension) {
        double even = 0;
        double odd = 0;
        int j = 1;
        for (; j + 1 < dimension; j += 2) {
            even = Math.fma(u[j], u[j], even);
            odd = Math.fma(u[j + 1], u[j + 1], odd);
        }
        if (j < dimension) {
            even = Math.fma(u[j], u[j], even);
        }
        return StrictMath.sqrt(even + odd);
    }

    /** u followed by zeros; the weights themselves or a copy that the next call overwrites. */
    public abstract double[] weights();

    /** u_j. */
    public abstract double weight(int j);

    private double[] copyOfWeights() {
        return Arrays.copyOf(weights(), dimension);
    }

    abstract void put(int position, double[] from, int offset);

    abstract void add(int[] points, int count);

    abstract Precision precision();
}
