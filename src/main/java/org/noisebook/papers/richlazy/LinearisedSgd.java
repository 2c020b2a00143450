package org.noisebook.papers.richlazy;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Points;
import org.noisebook.linalg.Kernels;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.SubsetSampler;

/**
 * SGD on the tangent model of a network, f(w_0, x) + ∇f(w_0, x)·(w − w_0), in kernel space: what training would do if the
 * network were linear in its weights.
 *
 * <p>A step adds η/B Σ y_i ℓ′_i Θ_0(x_i, ·), with ℓ′ = 1 for the hinge, over the unfitted points of the batch to the predictions F; so it needs a row of the
 * kernel a unfitted point, and none for a batch that is fitted, which only costs its draw. The batches are those of
 * {@link HingeSgd} on the network from the same stream; in the lazy limit both agree (Chizat, Oyallon and Bach 2019,
 * arXiv 1812.07956).
 *
 * <p><b>Special cases</b>: a kernel that is zero on the training points is reported as capped at once. Predictions that leave the finite numbers end the run as diverged; a kernel value that is no
 * finite number does so too.
 *
 * <p><b>Error</b>: rounding in float64, whatever the precision of the network.
 *
 * <p><b>When it misleads</b>: agreement of predictions does not mean that weights or features stayed. <b>Cost</b>: a
 * kernel row of a point when it is unfitted and not among those kept, which are 1 GB used last; n additions an unfitted point of a
 * batch.
 */
public final class LinearisedSgd {
    private static final long ROW_MEMORY = 1L << 30;
    /** Rows that are read at once. */
    private static final int STRIP = 64;

    private static final int STEPS_BETWEEN_INTERRUPT_CHECKS = 64;

    private LinearisedSgd() {}

    /**
     * How a run ended.
     *
     * @param end stop reason and counts of steps, as of the network
     * @param predictions F on the probes of the kernel, the training points first
     */
    public record Outcome(HingeSgd.Outcome end, double[] predictions) {}

    /**
     * Trains.
     *
     * @param kernel Θ_0 on the training points and, after them, any points whose predictions are wanted
     * @param points the training points, for their labels
     * @param order draws the batches
     * @throws IllegalArgumentException for a noise other than that of minibatches
     * @throws CancellationException if the thread is interrupted
     */
    public static Outcome run(HingeSgd rule, ProbeKernel kernel, Points points, Stream order) {
        return run(rule, kernel, points, order, 0);
    }

    /** Trains until the loss on the training points, the mean of ℓ(κ − y F), is at most this. */
    static Outcome run(HingeSgd rule, ProbeKernel kernel, Points points, Stream order, double loss) {
        if (kernel.size() < points.count()) {
            throw new IllegalArgumentException("the kernel must hold all " + points.count() + " training points, got "
                    + kernel.size() + " probes");
        }
        if (rule.batchSize() > points.count()) {
            throw new IllegalArgumentException(
                    "batchSize must be in [1, trainSize=" + points.count() + "], got " + rule.batchSize());
        }
        if (rule.noise() != GradientNoise.MINIBATCH) {
            throw new IllegalArgumentException("the tangent model needs noise MINIBATCH, got " + rule.noise());
        }
        return new Descent(rule, kernel, points, order, loss).run();
    }

    private static long keepable(long size) {
        return Math.max(STRIP, ROW_MEMORY / Double.BYTES / (size + Kernels.PAD));
    }

    /**
     * The bytes a run needs, its kernel included.
     *
     * @param factorLength numbers in a row of the kernel's factors
     */
    static long memory(long trainSize, long size, long factorLength) {
        long rows = Math.min(trainSize, keepable(size)) + 3L * STRIP;
        return Double.BYTES * size * (rows + factorLength);
    }

    /** One run under way. */
    private static final class Descent {
        private final HingeSgd rule;
        private final ProbeKernel.Reader reader;
        private final int size;
        private final int trainSize;
        private final byte[] label;
        private final SubsetSampler batches;
        private final double[] predictions;
        /** Rows of the kernel, the one used longest ago first. */
        private final LinkedHashMap<Integer, double[]> rows = new LinkedHashMap<>(16, 0.75f, true);

        private final long keepable;
        /** Whether no training point moves anything, as where every ReLU is off. */
        private final boolean still;

        /** Sum of the losses of the training points at which to stop. */
        private final double enough;

        Descent(HingeSgd rule, ProbeKernel kernel, Points points, Stream order, double loss) {
            this.rule = rule;
            this.reader = kernel.reader();
            this.size = kernel.size();
            this.trainSize = points.count();
            this.label = points.label();
            this.batches = new SubsetSampler(trainSize, order);
            this.predictions = new double[size];
            this.keepable = keepable(size);
            this.enough = loss * trainSize;
            this.still = Arrays.stream(kernel.diagonal()).limit(trainSize).allMatch(value -> value == 0);
        }

        Outcome run() {
            int[] batch = new int[rule.batchSize()];
            double[] pull = new double[batch.length];
            double perPoint = rule.learningRate() / rule.batchSize();
            long maxSteps = rule.sampleCap() / rule.batchSize();
            long lastStep = 0;
            long updates = 0;
            for (long step = 1; step <= maxSteps; step++) {
                if (step % STEPS_BETWEEN_INTERRUPT_CHECKS == 0
                        && Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                batches.draw(batch, batch.length);
                int unfitted = 0;
                for (int i : batch) {
                    double slope = rule.loss().slope(gap(i));
                    if (slope != 0) {
                        pull[unfitted] = slope;
                        batch[unfitted++] = i;
                    }
                }
                if (unfitted == 0) {
                    continue;
                }
                if (still) {
                    return outcome(StopReason.SAMPLE_CAP, 0, 0);
                }
                for (int start = 0; start < unfitted; start += STRIP) {
                    int[] strip = Arrays.copyOfRange(batch, start, Math.min(unfitted, start + STRIP));
                    readRows(strip);
                    for (int k = 0; k < strip.length; k++) {
                        add(perPoint * label[strip[k]] * pull[start + k], rows.get(strip[k]));
                    }
                }
                updates++;
                lastStep = step;
                double left = loss();
                if (Double.isNaN(left)) {
                    return outcome(StopReason.DIVERGED, lastStep, updates);
                }
                if (left <= enough) {
                    return outcome(left == 0 ? StopReason.FITTED : StopReason.COMPLETED, lastStep, updates);
                }
            }
            return outcome(StopReason.SAMPLE_CAP, lastStep, updates);
        }

        private Outcome outcome(StopReason reason, long lastStep, long updates) {
            return new Outcome(new HingeSgd.Outcome(reason, lastStep, updates), predictions);
        }

        private double gap(int i) {
            return rule.margin() - label[i] * predictions[i];
        }

        private void add(double factor, double[] row) {
            for (int j = 0; j < size; j++) {
                predictions[j] = Math.fma(factor, row[j], predictions[j]);
            }
        }

        /** Reads rows that are not there, all at once, in the place of those used longest ago. */
        private void readRows(int[] batch) {
            int[] missing = new int[batch.length];
            int number = 0;
            for (int i : batch) {
                if (rows.get(i) == null) {
                    missing[number++] = i;
                }
            }
            if (number == 0) {
                return;
            }
            int stride = Kernels.padded(size);
            double[] strip = new double[number * stride];
            reader.rows(missing, number, strip);
            for (int k = 0; k < number; k++) {
                double[] row = new double[stride];
                if (rows.size() >= keepable) {
                    Iterator<double[]> oldest = rows.values().iterator();
                    row = oldest.next();
                    oldest.remove();
                }
                System.arraycopy(strip, k * stride, row, 0, stride);
                rows.put(missing[k], row);
            }
        }

        /** The losses of the training points, added; NaN if a prediction is no finite number. */
        private double loss() {
            double sum = 0;
            double finite = 0;
            for (int i = 0; i < trainSize; i++) {
                sum += rule.loss().of(gap(i));
                finite += predictions[i] * 0;
            }
            return sum + finite;
        }
    }

    /** How far apart two functions are on probes: ‖F − G‖/‖F‖; 0 for equal ones, NaN if F is zero or its squares overflow. */
    static double distance(double[] network, double[] linearised) {
        double squares = 0;
        double norm = 0;
        for (int i = 0; i < network.length; i++) {
            double difference = network[i] - linearised[i];
            squares = Math.fma(difference, difference, squares);
            norm = Math.fma(network[i], network[i], norm);
        }
        return norm > 0 && Double.isFinite(norm) ? StrictMath.sqrt(squares / norm) : Double.NaN;
    }
}
