package org.noisebook.tensor;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.linalg.Precision;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.StopReason;
import org.noisebook.rng.SubsetSampler;

/**
 * The host side of one replica of {@link TensorNetworks}: its batches, and the counters of {@link HingeSgd}.
 *
 * <p>Blocks of steps are drawn before they run and counted after it. A point counts as fitted if either a step or an
 * evaluation of all points finds it fitted while no weight changes, so that rounding differences between the two cannot
 * prevent the end of training.
 */
final class NetworkReplica {
    private final int number;
    private final HingeReplicas.Job job;
    private final double[] trainStart;
    private final double[] testStart;
    private final int batchSize;
    private final long maxSteps;
    private final SubsetSampler batches;
    private final int[] batch;
    /** The batches of the block, one step after another. */
    private int[] drawn = new int[0];

    private long steps;
    private long lastStep;
    private long updates;
    private long cleanSamples;
    private boolean allSeen;
    /** The update count at which a point was last found fitted. */
    private final long[] fittedAt;

    private int fitted;
    private long nextZeroCheck = 1;
    /** The outcome that applies if its outputs stay 0 from now on. */
    private Optional<HingeSgd.Outcome> zero = Optional.empty();

    NetworkReplica(int number, HingeReplicas.Job job, double[] trainStart, double[] testStart) {
        this.number = number;
        this.job = job;
        this.trainStart = trainStart;
        this.testStart = testStart;
        this.batchSize = job.rule().batchSize();
        this.maxSteps = job.rule().sampleCap() / batchSize;
        this.batches = new SubsetSampler(trainStart.length, job.order());
        this.batch = new int[batchSize];
        this.fittedAt = new long[trainStart.length];
        Arrays.fill(fittedAt, -1);
    }

    int number() {
        return number;
    }

    HingeReplicas.Job job() {
        return job;
    }

    double[] trainStart() {
        return trainStart;
    }

    double[] testStart() {
        return testStart;
    }

    /** Number of steps left. */
    long left() {
        return maxSteps - steps;
    }

    /** Draws the batches of a block of steps and writes the data for {@link NetworkLanes#begin} into this lane. */
    void draw(int count, int lane, Block block) {
        drawn = new int[count * batchSize];
        double rate = job.rule().learningRate() / batchSize;
        for (int k = 0; k < count; k++) {
            boolean runs = k < left();
            if (runs) {
                batches.draw(batch, batchSize);
                System.arraycopy(batch, 0, drawn, k * batchSize, batchSize);
            }
            for (int b = 0; b < batchSize; b++) {
                int point = drawn[k * batchSize + b];
                double label = runs ? job.train().label(point) : 0;
                block.set(
                        block.place(k, lane) + b,
                        lane * trainStart.length + point,
                        -trainStart[point],
                        -label / job.rule().margin(),
                        label * rate);
            }
        }
    }

    /**
     * Evaluates the steps of a block.
     *
     * @return the first step of the block, from 0, with a non-finite output; −1 if there is none
     */
    int count(int count, int lane, Block block, double[] distances, double[] factors) {
        int runs = (int) Math.min(count, left());
        for (int k = 0; k < runs; k++) {
            steps++;
            int from = block.place(k, lane);
            int unfitted = 0;
            boolean allZero = true;
            for (int b = 0; b < batchSize; b++) {
                int point = drawn[k * batchSize + b];
                double distance = distances[from + b];
                if (!Double.isFinite(distance)) {
                    return k;
                }
                allZero &= distance == -trainStart[point];
                if (factors[from + b] != 0) {
                    unfitted++;
                } else {
                    fit(point);
                }
            }
            if (!allZero) {
                zero = Optional.empty();
            }
            if (unfitted > 0) {
                if (allZero && steps >= nextZeroCheck) {
                    nextZeroCheck = 2 * steps;
                    zero = Optional.of(zero.orElse(outcome(StopReason.SAMPLE_CAP)));
                }
                updates++;
                fitted = 0;
                lastStep = steps;
                cleanSamples = 0;
                allSeen = false;
            } else {
                cleanSamples += batchSize;
            }
        }
        return -1;
    }

    private void fit(int point) {
        if (fittedAt[point] != updates) {
            fittedAt[point] = updates;
            fitted++;
        }
    }

    /** An outcome at the current step. */
    HingeSgd.Outcome outcome(StopReason reason) {
        return new HingeSgd.Outcome(reason, lastStep, updates);
    }

    /** Whether every point is fitted. */
    boolean isFitted() {
        return fitted == trainStart.length;
    }

    /** Whether all points should be evaluated now. */
    boolean wantsLook() {
        return left() <= 0 || !allSeen && 2 * cleanSamples >= trainStart.length;
    }

    /**
     * Evaluates all points. Before the last step, a point counts as fitted only if it is above its margin by more than
     * rounding, so that no step could find otherwise and the outcome does not depend on the time of evaluation.
     *
     * @param outputs f(w, x)
     * @param rounding rounding error of an output, relative to the largest
     * @return whether they are finite
     */
    boolean look(double[] outputs, double rounding) {
        allSeen = true;
        double largest = 0;
        for (int i = 0; i < outputs.length; i++) {
            if (!Double.isFinite(outputs[i])) {
                return false;
            }
            largest = Math.max(largest, Math.abs(outputs[i]) + Math.abs(trainStart[i]));
        }
        double margin = job.rule().margin() + (left() > 0 ? rounding * largest : 0);
        for (int i = 0; i < outputs.length; i++) {
            if (job.train().label(i) * (outputs[i] - trainStart[i]) >= margin) {
                fit(i);
            }
        }
        return true;
    }

    /** The outcome if the network can never move again; empty unless there is a sign of it. The next step clears it. */
    Optional<HingeSgd.Outcome> zero() {
        Optional<HingeSgd.Outcome> sign = zero;
        zero = Optional.empty();
        return sign;
    }

    /** The data for the steps of a block, in consecutive places. */
    static final class Block {
        private final HingeReplicas replicas;
        private final int lanes;
        private final int batchSize;
        final int[] at;
        final double[] start;
        final double[] signs;
        final double[] rates;
        /** The largest finite number of the precision. */
        private final double largest;

        /** A block of zeros. */
        Block(int steps, int lanes, HingeReplicas replicas) {
            this.replicas = replicas;
            this.lanes = lanes;
            this.batchSize = replicas.batchSize();
            int length = steps * lanes * batchSize;
            this.at = new int[length];
            this.start = new double[length];
            this.signs = new double[length];
            this.rates = new double[length];
            this.largest = replicas.precision() == Precision.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
        }

        /** The place where a lane's batch begins in a step. */
        int place(int step, int lane) {
            return (step * lanes + lane) * batchSize;
        }

        void set(int place, int row, double distance, double sign, double rate) {
            at[place] = row;
            start[place] = distance;
            // With a tiny margin, 0 times infinity must not occur.
            signs[place] = Math.max(-largest, Math.min(largest, sign));
            rates[place] = rate;
        }

        /** The data for one lane, as a block with that lane alone. */
        Block only(int lane) {
            int steps = at.length / (lanes * batchSize);
            Block block = new Block(steps, 1, replicas);
            for (int k = 0; k < steps; k++) {
                int from = place(k, lane);
                int to = block.place(k, 0);
                for (int b = 0; b < batchSize; b++) {
                    // Places not filled by any step point to the first row.
                    block.at[to + b] = Math.max(0, at[from + b] - lane * replicas.trainSize());
                }
                System.arraycopy(start, from, block.start, to, batchSize);
                System.arraycopy(signs, from, block.signs, to, batchSize);
                System.arraycopy(rates, from, block.rates, to, batchSize);
            }
            return block;
        }
    }
}
