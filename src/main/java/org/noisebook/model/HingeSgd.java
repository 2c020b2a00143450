package org.noisebook.model;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.noisebook.data.Numbers;
import org.noisebook.data.Points;
import org.noisebook.rng.Stream;
import org.noisebook.rng.SubsetSampler;

/**
 * Plain SGD on the hinge loss of a centred network, from its current weights until every point is fitted; optionally on
 * another {@link Loss}.
 *
 * <p>F(w, x) = f(w, x) − f(w_0, x); the loss of a batch is the mean of max(0, κ − y F) with margin κ = 1/α, so a step
 * is w ← w + η/B Σ y ∇f over the points of the batch with y F &lt; κ. Each step draws a new uniform subset (Sclocchi,
 * Geiger and Wyart 2023, arXiv 2301.13703). Other points have zero gradient and are skipped, which changes no bit; a
 * point found fitted is not evaluated again until a weight has changed.
 *
 * <p>Another loss ℓ(κ − y F) weights a point by ℓ′; {@link Loss#SQUARED} trains all points until the cap.
 *
 * <p>This is {@link GradientNoise#MINIBATCH}; the other kinds of noise are its controls, whose steps need the outputs
 * of all points. Their steps also count as batchSize samples, so that equal caps mean equal times, and they stop at the
 * first step with no unfitted point.
 *
 * <p><b>Special cases</b>: a non-finite output ends the run as diverged. A network with all outputs 0 whose weights no
 * unfitted point moves, for example because every ReLU of a layer is off, is reported as capped at once. <b>Error</b>:
 * in float32 F is accurate to about 1e−7 |f|; margins below a few hundred times that (α above about 2^17 at width 128)
 * need float64. <b>Cost</b>: a forward pass for each point of a batch that is not known to be fitted, and two to three
 * times as much for each unfitted one; for a control a forward pass for all points, P/B times as many. No array is
 * allocated in a step.
 *
 * @param margin κ
 * @param learningRate η
 * @param batchSize B; at most the number of points
 * @param noise the source of randomness in a step
 * @param sampleCap the run stops after this many drawn samples (steps times batch size)
 * @param loss ℓ
 */
public record HingeSgd(
        double margin, double learningRate, int batchSize, GradientNoise noise, long sampleCap, Loss loss) {
    private static final int STEPS_BETWEEN_INTERRUPT_CHECKS = 64;

    /** SGD on the hinge loss. */
    public HingeSgd(double margin, double learningRate, int batchSize, long sampleCap) {
        this(margin, learningRate, batchSize, GradientNoise.MINIBATCH, sampleCap);
    }

    /** Training on the hinge loss with the given noise. */
    public HingeSgd(double margin, double learningRate, int batchSize, GradientNoise noise, long sampleCap) {
        this(margin, learningRate, batchSize, noise, sampleCap, Loss.HINGE);
    }

    public HingeSgd {
        Objects.requireNonNull(noise, "noise");
        Objects.requireNonNull(loss, "loss");
        checkPositive("margin", margin);
        checkPositive("learningRate", learningRate);
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize must be in [1, trainSize], got " + batchSize);
        }
        if (sampleCap < 1) {
            throw new IllegalArgumentException("sampleCap must be at least 1, got " + sampleCap);
        }
    }

    private static void checkPositive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be positive and finite, got " + Numbers.format(value));
        }
    }

    /**
     * How a run ended; the weights are in the engine.
     *
     * @param stopReason reason for the end
     * @param steps index of the last step that had an unfitted point
     * @param activeUpdates number of steps that had one
     */
    public record Outcome(StopReason stopReason, long steps, long activeUpdates) {}

    /** The largest number of points in a step: B, or all points for a control. */
    public int pointsAStep(int trainSize) {
        return noise == GradientNoise.MINIBATCH ? batchSize : trainSize;
    }

    /** The step size for the gradient of one of P points: η over the number of points in the mean, B or P. */
    public double perPoint(int trainSize) {
        return learningRate / (noise == GradientNoise.GAUSSIAN ? trainSize : batchSize);
    }

    /** √((1/B − 1/P)/(P − 1)) in units of 1/P: the standard deviation of a point's weight under Gaussian noise. */
    public double spread(int trainSize) {
        double p = trainSize;
        return batchSize < p ? StrictMath.sqrt((p / batchSize - 1) * p / (p - 1)) : 0;
    }

    /**
     * Trains.
     *
     * @param engine holds w_0 and, afterwards, the weights at the end; its capacity is at least {@link #pointsAStep}
     * @param points to fit
     * @param order source of the randomness in a step
     * @throws CancellationException if the thread is interrupted
     */
    public Outcome run(NetworkEngine engine, Points points, Stream order) {
        return run(engine, points, order, new long[0], step -> {});
    }

    /**
     * Trains with an observer, which may run forward passes but must not change the weights.
     *
     * @param at ascending step numbers after which the observer is called, 0 for the start
     * @param watcher receives the step number
     */
    public Outcome run(NetworkEngine engine, Points points, Stream order, long[] at, LongConsumer watcher) {
        if (batchSize > points.count()) {
            throw new IllegalArgumentException(
                    "batchSize must be in [1, trainSize=" + points.count() + "], got " + batchSize);
        }
        int most = pointsAStep(points.count());
        if (most > engine.capacity()) {
            String name = noise == GradientNoise.MINIBATCH ? "batchSize" : "trainSize";
            throw new IllegalArgumentException(
                    name + " must be in [1, capacity=" + engine.capacity() + "], got " + most);
        }
        return new Descent(this, engine, points, order).run(at, watcher);
    }

    /** A run in progress. */
    private static final class Descent {
        private final double margin;
        private final int batchSize;
        private final GradientNoise noise;
        private final Loss loss;
        private final double spread;

        private final long maxSteps;
        private final double perPoint;
        private final NetworkEngine engine;
        private final Points points;
        private final int size;
        private final double[] start;
        private final Stream order;
        private final SubsetSampler batches;
        private final int[] batch;
        private final double[] gaussian;
        private final int[] index;
        private final int[] place;
        private final double[] factor;
        private final double[] out;
        /** The update count at which a point was last found fitted, and last found unfitted. */
        private final long[] fittedAt;

        private final long[] unfittedAt;
        private int fitted;
        private long updates;
        /** Whether the most recent outputs were all exactly 0. */
        private boolean allZero;

        Descent(HingeSgd rule, NetworkEngine engine, Points points, Stream order) {
            this.margin = rule.margin;
            this.batchSize = rule.batchSize;
            this.noise = rule.noise;
            this.loss = rule.loss;
            this.maxSteps = rule.sampleCap / rule.batchSize;
            this.engine = engine;
            this.points = points;
            this.size = points.count();
            this.perPoint = rule.perPoint(size);
            this.spread = rule.spread(size);
            this.gaussian = new double[noise == GradientNoise.GAUSSIAN ? size : 0];
            this.order = order;
            this.start = engine.outputs(points);
            this.batches = new SubsetSampler(size, order);
            this.batch = new int[rule.pointsAStep(size)];
            Arrays.setAll(batch, i -> i);
            int capacity = engine.capacity();
            this.index = new int[capacity];
            this.place = new int[capacity];
            this.factor = new double[capacity];
            this.out = new double[capacity];
            this.fittedAt = new long[size];
            this.unfittedAt = new long[size];
            Arrays.fill(fittedAt, -1);
            Arrays.fill(unfittedAt, -1);
        }

        Outcome run(long[] at, LongConsumer watcher) {
            int looks = 0;
            long lastStep = 0;
            long cleanSamples = 0;
            boolean allSeen = false;
            long nextZeroCheck = 1;
            for (long step = 1; step <= maxSteps; step++) {
                if (step % STEPS_BETWEEN_INTERRUPT_CHECKS == 0
                        && Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                for (; looks < at.length && at[looks] < step; looks++) {
                    watcher.accept(at[looks]);
                }
                if (noise == GradientNoise.MINIBATCH) {
                    batches.draw(batch, batchSize);
                }
                int count = 0;
                for (int i : batch) {
                    if (fittedAt[i] != updates) {
                        index[count++] = i;
                    }
                }
                int unfitted = look(count);
                if (unfitted < 0) {
                    return new Outcome(StopReason.DIVERGED, lastStep, updates);
                }
                if (unfitted > 0) {
                    if (allZero && step >= nextZeroCheck) {
                        nextZeroCheck = 2 * step;
                        if (isStuck()) {
                            return new Outcome(StopReason.SAMPLE_CAP, lastStep, updates);
                        }
                        look(count);
                    }
                    engine.update(place, factor, weigh(unfitted));
                    updates++;
                    fitted = 0;
                    lastStep = step;
                    cleanSamples = 0;
                    allSeen = false;
                    continue;
                }
                cleanSamples += batchSize;
                if (!allSeen && 2 * cleanSamples >= size) {
                    allSeen = true;
                    if (!lookAtAll()) {
                        return new Outcome(StopReason.DIVERGED, lastStep, updates);
                    }
                }
                if (fitted == size) {
                    return new Outcome(StopReason.FITTED, lastStep, updates);
                }
            }
            if (!lookAtAll()) {
                return new Outcome(StopReason.DIVERGED, lastStep, updates);
            }
            StopReason end = loss == Loss.HINGE ? StopReason.SAMPLE_CAP : StopReason.COMPLETED;
            return new Outcome(fitted == size ? StopReason.FITTED : end, lastStep, updates);
        }

        /**
         * Runs the points in {@code index} forward and collects the unfitted ones.
         *
         * @return the number of unfitted points; −1 if an output is not finite
         */
        private int look(int count) {
            if (count == 0) {
                return 0;
            }
            engine.forward(points, index, count, out);
            int unfitted = 0;
            allZero = true;
            for (int k = 0; k < count; k++) {
                int i = index[k];
                allZero &= out[k] == 0;
                double value = out[k] - start[i];
                if (!Double.isFinite(value)) {
                    return -1;
                }
                int label = points.label(i);
                double pull = loss.slope(margin - label * value);
                if (pull != 0) {
                    unfittedAt[i] = updates;
                    place[unfitted] = k;
                    factor[unfitted++] = perPoint * label * pull;
                } else if (fittedAt[i] != updates) {
                    fittedAt[i] = updates;
                    fitted++;
                }
            }
            return unfitted;
        }

        /**
         * Builds the step of a control from its unfitted points; a minibatch has already been drawn.
         *
         * @return the number of points in the step
         */
        private int weigh(int unfitted) {
            return switch (noise) {
                case MINIBATCH -> unfitted;
                case UNFITTED -> select(unfitted);
                case GAUSSIAN -> {
                    perturb(unfitted);
                    yield unfitted;
                }
            };
        }

        /** Keeps a uniform subset of at most batchSize, in ascending order (Knuth, TAOCP 2, 3.4.2, algorithm S). */
        private int select(int unfitted) {
            int wanted = Math.min(batchSize, unfitted);
            int kept = 0;
            for (int k = 0; kept < wanted; k++) {
                int left = unfitted - k;
                int missing = wanted - kept;
                if (missing == left || order.nextIndex(left) < missing) {
                    place[kept] = place[k];
                    factor[kept++] = factor[k];
                }
            }
            return kept;
        }

        /** All points were run forward, so the place of a point is its index. */
        private void perturb(int unfitted) {
            if (spread == 0) {
                return;
            }
            double sum = 0;
            for (int i = 0; i < size; i++) {
                gaussian[i] = order.nextGaussian();
                sum += gaussian[i];
            }
            double mean = sum / size;
            for (int k = 0; k < unfitted; k++) {
                factor[k] *= 1 + spread * (gaussian[place[k]] - mean);
            }
        }

        /** Evaluates every point not yet evaluated at these weights; returns whether all outputs are finite. */
        private boolean lookAtAll() {
            for (int i = 0; i < size; ) {
                int count = 0;
                for (; i < size && count < index.length; i++) {
                    if (fittedAt[i] != updates && unfittedAt[i] != updates) {
                        index[count++] = i;
                    }
                }
                if (look(count) < 0) {
                    return false;
                }
            }
            return true;
        }

        /**
         * Whether every output is exactly 0 and no unfitted point moves a weight. Zero outputs alone are not
         * sufficient: a network with a zero read-out, or with two halves that cancel, can still train. An update adds
         * points one by one, so a batch moves nothing that no single point moves. Weights and batch stay.
         */
        private boolean isStuck() {
            for (double value : engine.outputs(points)) {
                if (value != 0) {
                    return false;
                }
            }
            double[] before = engine.weights();
            int first = index[0];
            boolean stuck = true;
            for (int i = 0; i < size && stuck; i++) {
                index[0] = i;
                if (look(1) > 0) {
                    engine.update(place, factor, 1);
                    stuck = Arrays.equals(engine.weights(), before);
                }
            }
            engine.set(before);
            index[0] = first;
            return stuck;
        }
    }
}
