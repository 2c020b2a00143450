package org.noisebook.opencl;

import java.util.Arrays;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.PlainPerceptron;

/**
 * Trains perceptrons, with one work group per replica, step by step or by fast-forward: draws, steps and stopping tests
 * run on the device, many steps per launch, with the bits of the exact engine.
 *
 * <p><b>Special cases</b>: if weights become so large that margins may overflow, the host checks for overflow after
 * every change. The device needs float64. <b>Cost</b>: memory for the points, 64 bytes per point, and for fast-forward
 * {@link PerceptronReplicas.FastForward#mostKept} numbers per replica.
 *
 * @param slots largest number of replicas at a time
 * @param items items per work group
 * @param lanes numbers that the single item of a one-item group processes at once: 8 or 16
 */
record OpenclPerceptrons(OpenclQueue queue, int slots, int items, int lanes) {
    /** The numbers of a replica between launches, in the order of {@code perceptron.cl}. */
    private enum Number {
        STATUS,
        STEP,
        LAST_STEP,
        UPDATES,
        MAX_STEPS,
        LOOK_COUNT,
        MORE_LOOKS,
        COPIES,
        CLEAN,
        CHECKED,
        ROUND,
        RANDOM,
        RANDOM_1,
        RANDOM_2,
        RANDOM_3,
        SPARE,
        HAS_SPARE,
        THRESHOLD,
        STEP_LENGTH,
        LARGEST_NORM,
        BOUND,
        SLACK,
        SCREEN_NOISE,
        SCREEN_SIGNAL,
        NEAR_RADIUS,
        UNFITTED,
        SINCE_SCREEN,
        CANDIDATES,
        NEAR_COUNT,
        NEAR_BUILT,
        NEAR_PAYS,
        NEAR_SPENT,
        TRACKED,
        VALID,
        ROWS_KEPT,
        KEPT
    }

    private static final int NUMBERS = Number.values().length;
    private static final long DOUBT = 3;

    /** Numbers of integer and of double lists of length {@code trainSize}. */
    private static final int INT_LISTS = 8;

    private static final int DOUBLE_LISTS = 3;

    /** Number of records per launch, as in {@code perceptron.cl}. */
    private static final int LOOKS = 16;

    private static final long FIRST_BUDGET = 4096;
    private static final long LARGEST_BUDGET = 1L << 40;

    void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
        if (!queue.device().hasDouble()) {
            throw new IllegalArgumentException("device must have float64 to train perceptrons, got "
                    + queue.device().name());
        }
        if (!replicas.jobs().isEmpty()) {
            try (Training training = new Training(replicas, ended)) {
                training.run();
            }
        }
    }

    /** All jobs in progress. */
    private final class Training extends OpenclBatch<PerceptronReplicas.Job, Training.Running> {
        private final PerceptronReplicas shared;
        private final ResultListener<PerceptronReplicas.TrainingEnd> ended;
        private final int size;
        private final int dimension;
        private final int stride;
        private final boolean wide;
        private final int realBytes;
        private final long mostKept;
        private final OpenclQueue.Kernel kernel;
        private final int replicaCount;
        private final long[] numbers;
        private final OpenclQueue.Buffer state;
        private final OpenclQueue.Buffer rows;
        private final OpenclQueue.Buffer weights;
        private final OpenclQueue.Buffer margins;
        private final OpenclQueue.Buffer doubles;
        private final OpenclQueue.Buffer kept;
        private final OpenclQueue.Buffer ints;
        /** Steps after which weights are recorded, the steps before which they were recorded, and those weights. */
        private final OpenclQueue.Buffer at;

        private final OpenclQueue.Buffer seen;

        /** A replica in progress. */
        private static final class Running {
            final int number;
            final long[] at;
            final double[][] weightsAt;
            final double largestNorm;
            int looks;

            Running(int number, long[] at, double largestNorm) {
                this.number = number;
                this.at = at;
                this.weightsAt = new double[at.length][];
                this.largestNorm = largestNorm;
            }

            /** Records the weights before a step. */
            void see(long before, double[] u) {
                for (; looks < at.length && at[looks] < before; looks++) {
                    weightsAt[looks] = u;
                }
            }
        }

        Training(PerceptronReplicas shared, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
            super(OpenclPerceptrons.this.queue, shared.jobs());
            this.shared = shared;
            this.ended = ended;
            this.size = shared.trainSize();
            this.dimension = shared.dimension();
            this.stride = Kernels.padded(dimension);
            this.wide = shared.precision() == Precision.FLOAT64;
            this.realBytes = OpenclQueue.bytesOf(wide);
            this.mostKept = shared.fastForward()
                    .map(PerceptronReplicas.FastForward::mostKept)
                    .orElse(1L);
            this.replicaCount = count();
            int count = replicaCount;
            String options = "-D ITEMS=" + items + " -D V=" + lanes + (wide ? " -D REAL64" : "");
            String skips = shared.fastForward().isPresent() ? " -D FAST_FORWARD" : "";
            this.kernel = queue.build("descend", options + skips, "group.cl", "random.cl", "perceptron.cl");
            this.numbers = new long[count * NUMBERS];
            this.state = bytes((long) numbers.length * Long.BYTES);
            this.rows = bytes((long) count * size * stride * realBytes);
            this.weights = bytes((long) count * stride * realBytes);
            this.margins = bytes((long) count * size * realBytes);
            this.doubles = bytes((long) count * doubleLength() * Double.BYTES);
            this.kept = bytes(count * mostKept * Double.BYTES);
            this.ints = bytes((long) count * INT_LISTS * size * Integer.BYTES);
            this.at = bytes((long) count * 2 * LOOKS * Long.BYTES);
            this.seen = bytes((long) count * LOOKS * dimension * Double.BYTES);
        }

        private long doubleLength() {
            return (long) DOUBLE_LISTS * size + stride;
        }

        /** Number of replicas that fit on the device. */
        private int count() {
            long points = (long) size * stride * realBytes;
            long all = points
                    + (doubleLength() + mostKept) * Double.BYTES
                    + (long) size * (realBytes + INT_LISTS * Integer.BYTES);
            long largest = Math.max(Math.max(points, mostKept * Double.BYTES), (long) INT_LISTS * size * Integer.BYTES);
            return fitting(slots, all, largest);
        }

        void run() {
            run(state, numbers, replicaCount, FIRST_BUDGET, LARGEST_BUDGET);
        }

        @Override
        void launch(long budget) {
            queue.launch(
                    kernel,
                    replicaCount,
                    items,
                    budget,
                    size,
                    dimension,
                    stride,
                    shared.batchSize(),
                    mostKept,
                    state,
                    rows,
                    weights,
                    margins,
                    doubles,
                    kept,
                    ints,
                    at,
                    seen);
        }

        private long get(int slot, Number number) {
            return numbers[slot * NUMBERS + number.ordinal()];
        }

        private void set(int slot, Number number, long value) {
            numbers[slot * NUMBERS + number.ordinal()] = value;
        }

        private void set(int slot, Number number, double value) {
            set(slot, number, Double.doubleToRawLongBits(value));
        }

        @Override
        Running start(int slot, int number, PerceptronReplicas.Job job) {
            Running replica = new Running(number, job.at(), PlainPerceptron.largestNorm(job.rows(), size, dimension));
            queue.write(rows, (long) slot * size * stride, padded(job.rows()), wide);
            queue.write(weights, (long) slot * stride, new double[stride], wide);
            double[] lists = new double[2 * size];
            for (int i = 0; i < size; i++) {
                lists[i] = job.rows()[i * dimension];
                lists[size + i] = StrictMath.sqrt(PlainPerceptron.tailSquares(job.rows(), i * dimension, dimension));
            }
            queue.write(doubles, slot * doubleLength() * Double.BYTES, lists);
            int[] start = new int[INT_LISTS * size];
            for (int i = 0; i < size; i++) {
                start[i] = i;
            }
            // Initially no point has a row of the Gram matrix.
            Arrays.fill(start, 6 * size, 7 * size, -1);
            queue.write(ints, (long) slot * start.length * Integer.BYTES, start);
            Arrays.fill(numbers, slot * NUMBERS, (slot + 1) * NUMBERS, 0);
            long[] stream = job.order().state();
            System.arraycopy(stream, 0, numbers, slot * NUMBERS + Number.RANDOM.ordinal(), stream.length);
            set(slot, Number.MAX_STEPS, job.sampleCap() / shared.batchSize());
            set(slot, Number.THRESHOLD, job.threshold());
            set(slot, Number.STEP_LENGTH, job.stepLength());
            set(slot, Number.LARGEST_NORM, replica.largestNorm);
            set(
                    slot,
                    Number.SLACK,
                    shared.fastForward()
                            .map(PerceptronReplicas.FastForward::slack)
                            .orElse(0.0));
            set(slot, Number.SCREEN_NOISE, -1.0);
            set(slot, Number.UNFITTED, size);
            set(slot, Number.CANDIDATES, size);
            ask(slot, replica);
            return replica;
        }

        /** Rows padded with zeros. */
        private double[] padded(double[] from) {
            double[] to = new double[size * stride];
            for (int i = 0; i < size; i++) {
                System.arraycopy(from, i * dimension, to, i * stride, dimension);
            }
            return to;
        }

        /** Tells the device after which steps to record the weights next. */
        private void ask(int slot, Running replica) {
            long[] steps =
                    Arrays.copyOfRange(replica.at, replica.looks, Math.min(replica.at.length, replica.looks + LOOKS));
            queue.write(at, (long) slot * 2 * LOOKS * Long.BYTES, steps);
            set(slot, Number.LOOK_COUNT, steps.length);
            set(slot, Number.MORE_LOOKS, replica.looks + steps.length < replica.at.length ? 1 : 0);
        }

        /** Fetches the weights that the device recorded. */
        private void look(int slot, Running replica, int copies) {
            long[] steps = new long[copies];
            double[] all = new double[copies * dimension];
            queue.read(at, ((long) slot * 2 + 1) * LOOKS * Long.BYTES, steps);
            queue.read(seen, (long) slot * LOOKS * dimension * Double.BYTES, all);
            for (int k = 0; k < copies; k++) {
                replica.see(steps[k], Arrays.copyOfRange(all, k * dimension, (k + 1) * dimension));
            }
            ask(slot, replica);
        }

        /** Fetches recorded weights, reports replicas that have ended, and resolves undecided cases. */
        @Override
        boolean settle(int slot, Running replica) {
            int copies = (int) get(slot, Number.COPIES);
            if (copies > 0) {
                look(slot, replica, copies);
            }
            long status = get(slot, Number.STATUS);
            if (status == RUNNING) {
                return false;
            }
            double[] u = queue.read(weights, (long) slot * stride, dimension, wide);
            if (status == DOUBT && PlainPerceptron.finite(u, dimension, replica.largestNorm, shared.precision())) {
                set(slot, Number.STATUS, RUNNING);
                return false;
            }
            replica.see(Long.MAX_VALUE, u);
            set(slot, Number.STATUS, FITTED);
            HingeSgd.Outcome outcome = new HingeSgd.Outcome(
                    REASONS.get((int) status), get(slot, Number.LAST_STEP), get(slot, Number.UPDATES));
            ended.accept(replica.number, new PerceptronReplicas.TrainingEnd(outcome, u, replica.weightsAt));
            return true;
        }
    }
}
