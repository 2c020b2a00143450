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
 * Plain SGD on the hinge loss of a centred network, from its present weights until every point is fitted; or on another {@link Loss}.
 *
 * <p>F(w, x) = f(w, x) − f(w_0, x); the loss of a batch is the mean of max(0, κ − y F) with margin κ = 1/α, so that a
 * step is w ← w + η/B Σ y ∇f over the points of the batch with y F &lt; κ. A batch is a fresh uniform subset at every
 * step (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703). Other points have gradient zero and are left out, which
 * changes no bit; a point that was found fitted is not looked at again until a weight has moved.
 *
 * <p>Another loss ℓ(κ − y F) weighs a point by ℓ′; {@link Loss#SQUARED} trains all points to the cap.
 *
 * <p>That is {@link GradientNoise#MINIBATCH}; the other noises are its controls, whose steps need the outputs of all
 * points. A step of theirs counts batchSize samples too, so that equal caps are equal times, and they stop at the first
 * step that finds no point unfitted.
 *
 * <p><b>Special cases</b>: an output that is no finite number ends the run as diverged. A network whose outputs are all
 * 0 and whose weights no unfitted point moves, as where every ReLU of a layer is off, is reported as capped at once.
 *
 * <p><b>Error</b>: in float32 F is known to about 1e−7 |f|; margins below a few hundred times that (α above 2^17
 * or so at width 128) want float64.
 *
 * <p><b>Cost</b>: a forward pass for each point of a batch that is not known to be fitted, and two to three times as
 * much for each unfitted one; for a control a forward pass for all points, P/B times as many. No array is allocated in a step.
 *
 * @param margin κ
 * @param learningRate η
 * @param batchSize B; at most as many as there are points
 * @param noise what makes a step random
 * @param sampleCap the run stops after this many drawn samples (steps times batch size)
 * @param loss ℓ
 */
public record HingeSgd(
        double margin, double learningRate, int batchSize, GradientNoise noise, long sampleCap, Loss loss) {
    private static final int STEPS_BETWEEN_INTERRUPT_CHECKS = 64;

    /** SGD. */
    public HingeSgd(double margin, double learningRate, int batchSize, long sampleCap) {
        this(margin, learningRate, batchSize, GradientNoise.MINIBATCH, sampleCap);
    }

    /** On the hinge loss. */
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
     * @param stopReason why
     * @param steps index of the last step that had an unfitted point
     * @param activeUpdates how many steps had one
     */
    public record Outcome(StopReason stopReason, long steps, long activeUpdates) {}

    /** The most points of a step: B, or all for a control. */
    public int pointsAStep(int trainSize) {
        return noise == GradientNoise.MINIBATCH ? batchSize : trainSize;
    }

    /** The step size for one of P points' gradients: η over the number of points in the mean, B or all. */
    public double perPoint(int trainSize) {
        return learningRate / (noise == GradientNoise.GAUSSIAN ? trainSize : batchSize);
    }

    /** √((1/B − 1/P)/(P − 1)) in units of 1/P: how far Gaussian noise spreads the weight of one of P points. */
    public double spread(int trainSize) {
        double p = trainSize;
        return batchSize < p ? StrictMath.sqrt((p / batchSize - 1) * p / (p - 1)) : 0;
    }

    /**
     * Trains.
     *
     * @param engine holds w_0 and, afterwards, the weights at the end; its capacity is at least {@link #pointsAStep}
     * @param points to fit
     * @param order draws what is random in a step
     * @throws CancellationException if the thread is interrupted
     */
    public Outcome run(NetworkEngine engine, Points points, Stream order) {
        return run(engine, points, order, new long[0], step -> {});
    }

    /**
     * Trains with an observer, which may run points forward but must not change the weights.
     *
     * @param at ascending numbers of steps after which to look, 0 for the start; those after the end are left out
     * @param watcher is told the step
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

    /** One run under way. */
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
        /** The update count under which a point was last found fitted, and unfitted. */
        private final long[] fittedAt;

        private final long[] unfittedAt;
        private int fitted;
        private long updates;
        /** Whether the outputs looked at last were all exactly 0. */
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
         * Runs the points of {@code index} forward and collects the unfitted ones.
         *
         * @return how many they are; −1 if an output is no finite number
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
         * Makes the step of a control of its unfitted points; a minibatch is drawn already.
         *
         * @return how many points it has
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

        /** All points went forward, so that the place of a point is its index. */
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

        /** Looks at every point that has not been seen under these weights; whether all outputs are finite. */
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
         * Whether every output is exactly 0 and no unfitted point moves a weight. The first alone is not enough: a
         * read-out of zeros, or two halves that cancel, can move. An update adds point after point, so that batches
         * move nothing that a single point does not. Leaves weights and batch as they are.
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
