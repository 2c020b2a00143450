package org.noisebook.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Precision;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.PlainPerceptron;
import org.noisebook.model.StopReason;
import org.noisebook.rng.SubsetSampler;

/**
 * Trains perceptrons in parallel, where a step is two batched products for all of them.
 *
 * <p>Weights are stored in units of the step length, v = u/stepLength, so a step is g = θ − Z v with θ =
 * threshold/stepLength for the points of the batches, m = 1 where g &gt; 0, else 0, and v ← v + Zᵀ m. The points of
 * many steps are gathered at once, and the number of points that changed v in each step is read back once. The
 * evaluation of all points that ends a training run may therefore come late, when nothing changes any more; this does
 * not affect the result.
 *
 * <p>Such an evaluation ends a run only if every margin is above its threshold by more than rounding, so that no step
 * could have decided otherwise; otherwise the run ends once steps have drawn {@link #CERTAIN} P samples without a
 * change. The end thus does not depend on the time of the evaluation, which depends on the other replicas.
 *
 * <p><b>Shapes</b>: points [slots, P, d], weights [slots, 1, d], the points of the steps of a block [steps, slots, B,
 * d]. <b>Cost</b>: on the CPU about 1.5 μs per product and replica; a step allocates nothing. The points of all
 * concurrent batches take at most 1 GB outside the heap, or those of one replica per batch if that is more.
 */
final class TensorPerceptrons {
    /** Largest number of bytes for the points in all slots of all batches. */
    private static final long ROWS_BYTES = 1L << 30;

    private static final int MOST_STEPS = 256;
    /** Count of numbers gathered at once, which stay in a CPU cache. */
    private static final int COLLECTED = 1 << 19;

    /** Multiple of P samples after which an unfitted point has been drawn, except with probability e^(−40). */
    private static final int CERTAIN = 40;

    /** Bound on the rounding error of a margin in units of ε √d |v| |z|: several times the error observed. */
    private static final double ROUNDING = 2;

    private final int slots;
    private final int batches;

    /**
     * Creates the part of an engine that trains perceptrons.
     *
     * @param slots largest number of parallel replicas
     * @param batches number of concurrent batches of them
     */
    TensorPerceptrons(int slots, int batches) {
        this.slots = slots;
        this.batches = batches;
    }

    void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
        if (replicas.jobs().isEmpty()) {
            return;
        }
        long numbers = (long) replicas.trainSize() * replicas.dimension();
        long bytes = numbers * (replicas.precision() == Precision.FLOAT64 ? Double.BYTES : Float.BYTES);
        long fitting = ROWS_BYTES / batches / bytes;
        int width = (int)
                Math.max(1, Math.min(fitting, Math.min(slots, replicas.jobs().size())));
        try (Descents descents = new Descents(replicas, ended, width)) {
            descents.run();
        }
    }

    private static CustomOp product(INDArray x, INDArray y, INDArray out, double factor, double keep) {
        return DynamicCustomOp.builder("matmul")
                .addInputs(x, y)
                .addOutputs(out)
                .addFloatingPointArguments(factor, keep)
                .addIntegerArguments(0, 0, 0)
                .build();
    }

    /** One replica in progress, with everything that the host knows about it. */
    private static final class Replica {
        final int number;
        private final long[] at;
        final SubsetSampler batches;
        final long maxSteps;
        final double stepLength;
        /** The threshold θ. */
        final double threshold;

        final double largestNorm;
        final double[][] weightsAt;
        int looks;
        long step;
        long lastStep;
        long updates;
        long cleanSamples;
        /** Whether all points have been evaluated since the last change. */
        boolean looked;
        /** Upper bound on the absolute value of any weight. */
        double weightBound;

        /** The job's points are not stored. */
        Replica(PerceptronReplicas shared, int number, PerceptronReplicas.Job job) {
            this.number = number;
            this.at = job.at();
            this.batches = new SubsetSampler(shared.trainSize(), job.order());
            this.maxSteps = job.sampleCap() / shared.batchSize();
            this.stepLength = rounded(job.stepLength(), shared.precision());
            this.threshold = threshold(rounded(job.threshold(), shared.precision()), stepLength, shared.precision());
            this.largestNorm = PlainPerceptron.largestNorm(job.rows(), shared.trainSize(), shared.dimension());
            this.weightsAt = new double[at.length][];
        }

        private static double rounded(double x, Precision precision) {
            return precision == Precision.FLOAT64 ? x : (float) x;
        }

        /** The threshold θ, positive if κ√d is positive, and infinite if that is infinite. */
        private static double threshold(double threshold, double stepLength, Precision precision) {
            if (threshold == 0 || threshold == Double.POSITIVE_INFINITY) {
                return threshold;
            }
            double smallest = precision == Precision.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
            return rounded(Math.max(threshold / stepLength, smallest), precision);
        }

        boolean looksNow() {
            return looks < at.length && at[looks] <= step;
        }

        /** Number of steps that can be made before the next check, at most {@code most}. */
        long stepsTo(long most) {
            long steps = Math.min(most, maxSteps - step);
            if (looks < at.length) {
                steps = Math.min(steps, at[looks] - step);
            }
            return steps;
        }

        /** How much {@code points} points add to the bound on the weights. */
        double growth(double points) {
            return points * stepLength * largestNorm;
        }

        /** Records a step and the number of points that changed the weights in it. */
        void note(double points, int batchSize) {
            step++;
            if (points > 0) {
                lastStep = step;
                updates++;
                cleanSamples = 0;
                looked = false;
                weightBound += growth(points);
            } else {
                cleanSamples += batchSize;
            }
        }
    }

    /** The arrays of a block of steps for a given number of slots, and their operations. */
    private static final class Block implements AutoCloseable {
        final int width;
        final int steps;
        private final int batchSize;
        private final boolean all;
        private final INDArray flat;
        private final INDArray collected;
        private final INDArray thresholds;
        private final INDArray gaps;
        private final INDArray unfitted;
        private final List<CustomOp> margins = new ArrayList<>();
        private final List<Step> masks = new ArrayList<>();
        private final List<CustomOp> changes = new ArrayList<>();
        private final Sum count;

        Block(PerceptronReplicas shared, INDArray allRows, INDArray allWeights, int width) {
            int d = shared.dimension();
            int p = shared.trainSize();
            DataType type = allRows.dataType();
            this.width = width;
            this.batchSize = shared.batchSize();
            this.all = batchSize == p;
            long aStep = (long) width * batchSize * d;
            this.steps = (int) Math.max(1, Math.min(MOST_STEPS, COLLECTED / aStep));
            INDArray rows = allRows.get(NDArrayIndex.interval(0, width), NDArrayIndex.all(), NDArrayIndex.all());
            INDArray weights = allWeights.get(NDArrayIndex.interval(0, width), NDArrayIndex.all(), NDArrayIndex.all());
            this.flat = rows.reshape('c', (long) width * p, d);
            this.collected = all ? Nd4j.empty(type) : Nd4j.create(type, (long) steps * width * batchSize, d);
            this.thresholds = Nd4j.create(type, steps, width, batchSize);
            this.gaps = Nd4j.create(type, steps, width, batchSize);
            this.unfitted = Nd4j.create(type, steps, width);
            this.count = new Sum(gaps, unfitted, 2);
            INDArray column = weights.reshape('c', width, d, 1);
            for (int s = 0; s < steps; s++) {
                INDArray batch = all ? rows : collected(s, s + 1).reshape('c', width, batchSize, d);
                INDArray gap = gaps.get(NDArrayIndex.point(s), NDArrayIndex.all(), NDArrayIndex.all());
                INDArray gapColumn = gap.reshape('c', width, batchSize, 1);
                margins.add(product(batch, column, gapColumn, -1, 1));
                masks.add(new Step(gapColumn, gapColumn, 0));
                changes.add(product(gap.reshape('c', width, 1, batchSize), batch, weights, 1, 1));
            }
        }

        private INDArray collected(int from, int to) {
            long aStep = (long) width * batchSize;
            return collected.get(NDArrayIndex.interval(from * aStep, to * aStep), NDArrayIndex.all());
        }

        /** Sets θ of every slot; −∞ if nothing is to change. */
        void setThresholds(double[] theta) {
            try (INDArray host = Nd4j.createFromArray(theta);
                    INDArray typed = host.castTo(gaps.dataType())) {
                typed.reshape(1, width, 1).broadcast(thresholds);
            }
        }

        /**
         * Performs steps.
         *
         * @param indices indices of the points, among the rows of all slots, {@code [number][width][batchSize]}
         * @return {@code [steps][width]}, the number of points that changed the weights
         */
        double[] step(int number, int[] indices) {
            if (!all) {
                Nd4j.pullRows(flat, number == steps ? collected : collected(0, number), 1, indices);
            }
            gaps.assign(thresholds);
            for (int s = 0; s < number; s++) {
                Nd4j.exec(margins.get(s));
                Nd4j.exec(masks.get(s));
                Nd4j.exec(changes.get(s));
            }
            Nd4j.exec(count);
            return unfitted.data().asDouble();
        }

        @Override
        public void close() {
            if (!all) {
                collected.close();
            }
            thresholds.close();
            gaps.close();
            unfitted.close();
        }
    }

    /** The training runs in progress; active ones occupy the first slots. */
    private static final class Descents implements AutoCloseable {
        private final PerceptronReplicas shared;
        private final ResultListener<PerceptronReplicas.TrainingEnd> ended;
        private final int size;
        private final int dimension;
        private final int batchSize;
        private final INDArray rows;
        private final INDArray weights;
        private final INDArray margins;
        private final List<Replica> live = new ArrayList<>();
        private final int[] batch;
        private int next;
        private Block block;

        Descents(PerceptronReplicas shared, ResultListener<PerceptronReplicas.TrainingEnd> ended, int width) {
            this.shared = shared;
            this.ended = ended;
            this.size = shared.trainSize();
            this.dimension = shared.dimension();
            this.batchSize = shared.batchSize();
            this.batch = new int[batchSize];
            DataType type = shared.precision() == Precision.FLOAT64 ? DataType.DOUBLE : DataType.FLOAT;
            this.rows = Nd4j.create(type, width, size, dimension);
            this.weights = Nd4j.create(type, width, 1, dimension);
            this.margins = Nd4j.create(type, size, 1);
            this.block = new Block(shared, rows, weights, width);
        }

        void run() {
            while (live.size() < block.width) {
                live.add(admit(live.size()));
            }
            block.setThresholds(thresholds());
            while (!live.isEmpty()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                int steps = plan();
                if (steps > 0) {
                    note(steps, block.step(steps, draw(steps)));
                }
                boolean other = false;
                for (int slot = live.size() - 1; slot >= 0; slot--) {
                    other |= settle(slot);
                }
                if (other) {
                    rearrange();
                }
            }
        }

        /** Assigns the next job to a slot. */
        private Replica admit(int slot) {
            PerceptronReplicas.Job job = shared.jobs().get(next).get();
            Replica replica = new Replica(shared, next++, job);
            try (INDArray host = Nd4j.createFromArray(job.rows())) {
                rowsOf(slot).assign(host.reshape('c', size, dimension));
            }
            weightsOf(slot).assign(0);
            look(replica, slot);
            return replica;
        }

        private INDArray rowsOf(int slot) {
            return rows.get(NDArrayIndex.point(slot), NDArrayIndex.all(), NDArrayIndex.all());
        }

        private INDArray weightsOf(int slot) {
            return weights.get(NDArrayIndex.point(slot), NDArrayIndex.all(), NDArrayIndex.all());
        }

        /** Number of steps that can be made before one of the replicas must be checked. */
        private int plan() {
            long steps = block.steps;
            for (Replica replica : live) {
                steps = replica.stepsTo(steps);
            }
            for (Replica replica : live) {
                double bound = replica.weightBound + replica.growth((double) steps * batchSize);
                if (!PlainPerceptron.bounded(bound, replica.largestNorm, shared.precision())) {
                    // A replica that may overflow is checked after every step.
                    steps = Math.min(steps, 1);
                }
            }
            return (int) steps;
        }

        private int[] draw(int steps) {
            int width = block.width;
            int[] indices = new int[batchSize == size ? 0 : steps * width * batchSize];
            for (int slot = 0; slot < live.size() && indices.length > 0; slot++) {
                SubsetSampler batches = live.get(slot).batches;
                for (int s = 0; s < steps; s++) {
                    batches.draw(batch, batchSize);
                    int place = (s * width + slot) * batchSize;
                    for (int k = 0; k < batchSize; k++) {
                        indices[place + k] = slot * size + batch[k];
                    }
                }
            }
            return indices;
        }

        private void note(int steps, double[] unfitted) {
            for (int slot = 0; slot < live.size(); slot++) {
                for (int s = 0; s < steps; s++) {
                    live.get(slot).note(unfitted[s * block.width + slot], batchSize);
                }
            }
        }

        /** Checks a replica; returns whether it has ended and its slot holds another replica or none. */
        private boolean settle(int slot) {
            Replica replica = live.get(slot);
            look(replica, slot);
            Optional<StopReason> stop = stop(replica, slot);
            if (stop.isEmpty()) {
                return false;
            }
            double[] u = weights(replica, slot);
            Arrays.fill(replica.weightsAt, replica.looks, replica.weightsAt.length, u);
            HingeSgd.Outcome outcome = new HingeSgd.Outcome(stop.get(), replica.lastStep, replica.updates);
            ended.accept(replica.number, new PerceptronReplicas.TrainingEnd(outcome, u, replica.weightsAt));
            if (next < shared.jobs().size()) {
                live.set(slot, admit(slot));
                return true;
            }
            int last = live.size() - 1;
            if (slot < last) {
                rowsOf(slot).assign(rowsOf(last));
                weightsOf(slot).assign(weightsOf(last));
                live.set(slot, live.get(last));
            }
            live.remove(last);
            return true;
        }

        private void look(Replica replica, int slot) {
            if (replica.looksNow()) {
                double[] u = weights(replica, slot);
                for (; replica.looksNow(); replica.looks++) {
                    replica.weightsAt[replica.looks] = u;
                }
            }
        }

        /** The reason why a replica ends; empty while it continues. */
        private Optional<StopReason> stop(Replica replica, int slot) {
            if (!PlainPerceptron.bounded(replica.weightBound, replica.largestNorm, shared.precision())
                    && !PlainPerceptron.finite(
                            weights(replica, slot), dimension, replica.largestNorm, shared.precision())) {
                return Optional.of(StopReason.DIVERGED);
            }
            if (replica.cleanSamples >= (long) CERTAIN * size) {
                return Optional.of(StopReason.FITTED);
            }
            if (replica.step == replica.maxSteps) {
                boolean fitted = lowestMargin(slot) >= replica.threshold;
                return Optional.of(fitted ? StopReason.FITTED : StopReason.SAMPLE_CAP);
            }
            if (!replica.looked && 2 * replica.cleanSamples >= size) {
                replica.looked = true;
                if (lowestMargin(slot) >= replica.threshold + rounding(replica, slot)) {
                    return Optional.of(StopReason.FITTED);
                }
            }
            return Optional.empty();
        }

        /** The smallest v·z over all points. */
        private double lowestMargin(int slot) {
            rowsOf(slot).mmuli(weightsOf(slot).reshape('c', dimension, 1), margins);
            return margins.minNumber().doubleValue();
        }

        private double rounding(Replica replica, int slot) {
            double unit = shared.precision() == Precision.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
            double[] v = weightsOf(slot).reshape(dimension).toDoubleVector();
            double norm = Math.hypot(v[0], PlainPerceptron.noise(v, dimension));
            return ROUNDING * unit * Math.sqrt(dimension) * norm * replica.largestNorm;
        }

        /** The weights u. */
        private double[] weights(Replica replica, int slot) {
            double[] u = weightsOf(slot).reshape(dimension).toDoubleVector();
            for (int j = 0; j < dimension; j++) {
                u[j] = Replica.rounded(replica.stepLength * u[j], shared.precision());
            }
            return u;
        }

        /** Called after a slot has got another replica or none: empty slots do not change, and too many are removed. */
        private void rearrange() {
            if (!live.isEmpty() && 2 * live.size() <= block.width) {
                block.close();
                block = new Block(shared, rows, weights, live.size());
            }
            block.setThresholds(thresholds());
        }

        private double[] thresholds() {
            double[] theta = new double[block.width];
            Arrays.fill(theta, Double.NEGATIVE_INFINITY);
            for (int slot = 0; slot < live.size(); slot++) {
                theta[slot] = live.get(slot).threshold;
            }
            return theta;
        }

        @Override
        public void close() {
            block.close();
            rows.close();
            weights.close();
            margins.close();
        }
    }
}
