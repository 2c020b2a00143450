package org.noisebook.opencl;

import java.util.Arrays;
import org.noisebook.data.Points;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.ReplicaEngine.Ended;
import org.noisebook.model.StopReason;

/**
 * Trains fully connected networks in float32 by the rule of {@link HingeSgd}, a group of items a replica: draws, steps and
 * stops on the device, many steps a launch, with the bits of the exact engine.
 *
 * <p>y F ≥ κ is decided without float64: the host finds for each point the float from where on an output counts as fitted.
 *
 * <p><b>Special cases</b>: where all outputs of a batch are 0 the replica waits for the host, which looks whether anything
 * can move, by the exact engine. <b>Cost</b>: memory of {@link #slotBytes} a replica.
 */
final class OpenclNetworks {
    private static final String[] FILES = {"group.cl", "random.cl", "activation.cl", "network.cl"};
    /** Accumulators of a read-out, as in {@code network.cl}. */
    private static final int SUMS = 64;
    /** Points that go forward at once where nothing goes back, at least. */
    private static final int ROOM = 32;
    /** Lists of {@code room} integers, and of {@code trainSize}. */
    private static final int LISTS = 5;

    private static final int MARKS = 3;

    /** Places in a replica's longs behind its stream's. */
    private static final int UPDATES = 7;

    private static final int LAST_STEP = 8;
    private static final int NEXT_ZERO_CHECK = 11;
    private static final int END = 13;
    private static final int MOST_STEPS = 14;
    private static final int ONLY_UNFITTED = 16;
    private static final int LONGS = 17;
    private static final long DIVERGED = 3;
    private static final long ASKING = 4;

    private static final int FIRST_LAUNCH = 16;
    private static final int LONGEST_LAUNCH = 1 << 20;

    private final OpenclQueue queue;
    private final int slots;
    private final int items;
    private final OpenclQueue.Kernel train;
    private final OpenclQueue.Kernel outputs;

    /**
     * Builds the kernels.
     *
     * @param slots replicas at a time, at most
     * @param items of a group
     * @param lanes numbers that an item takes at once: 1, 4, 8 or 16
     */
    OpenclNetworks(OpenclQueue queue, int slots, int items, int lanes) {
        this.queue = queue;
        this.slots = slots;
        this.items = items;
        String options = "-D ITEMS=" + items + " -D V=" + lanes;
        this.train = queue.build("train", options, FILES);
        this.outputs = queue.build("outputs", options, FILES);
    }

    static void check(Network network, GradientNoise noise, Loss loss, Precision precision) {
        if (!(network instanceof FullyConnected connected)) {
            throw refused("network", "fullyConnected", Schema.formatValue(network));
        }
        if (connected.activation() == Activation.ERF) {
            throw refused("activation", "another than erf", Schema.formatValue(network));
        }
        if (noise == GradientNoise.GAUSSIAN) {
            throw refused("noise", "minibatch or unfitted", Schema.formatValue(noise));
        }
        if (loss != Loss.HINGE) {
            throw refused("loss", "hinge", Schema.formatValue(loss));
        }
        if (precision != Precision.FLOAT32) {
            throw refused("precision", "float32", Schema.formatValue(precision));
        }
    }

    private static IllegalArgumentException refused(String name, String what, String got) {
        return new IllegalArgumentException(name + " must be " + what + " to run on OpenCL, got " + got);
    }

    void train(HingeReplicas replicas, Ended<HingeReplicas.End> ended) {
        check(replicas.network(), GradientNoise.MINIBATCH, Loss.HINGE, replicas.precision());
        checkSame("batchSize", Math.min(replicas.batchSize(), replicas.trainSize()), replicas.batchSize());
        if (!replicas.jobs().isEmpty()) {
            try (Training training = new Training(replicas, ended)) {
                training.run();
            }
        }
    }

    private static void checkSame(String name, int all, int got) {
        if (got != all) {
            throw new IllegalArgumentException(name + " must be " + all + ", got " + got);
        }
    }

    /**
     * The smallest float that counts as fitted for y = 1, the largest for y = −1; NaN where the start is no finite number.
     * y (f − f_0) is monotone in f also as doubles round it.
     */
    static float threshold(int label, double start, double margin) {
        if (!Double.isFinite(start)) {
            return Float.NaN;
        }
        int low = -Float.floatToIntBits(Float.POSITIVE_INFINITY);
        int high = -low;
        while (low < high) {
            int middle = (int) (((long) low + high) >> 1);
            if (Loss.HINGE.slope(margin - (ofOrder(middle) - label * start)) == 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return label * ofOrder(high);
    }

    /** Floats in their order, by whole numbers in theirs. */
    private static float ofOrder(int order) {
        return Float.intBitsToFloat(order < 0 ? Integer.MIN_VALUE - order : order);
    }

    /** All jobs under way. */
    private final class Training extends OpenclBatch<HingeReplicas.Job, Training.Running> {
        private final HingeReplicas replicas;
        private final Ended<HingeReplicas.End> ended;
        private final FullyConnected network;
        private final int inputs;
        private final int size;
        private final int stride;
        private final int room;
        private final long weightLength;
        private final int scratchLength;
        private final float inputScale;
        private final int replicaCount;
        private final long[] states;
        private final OpenclQueue.Buffer weights;
        private final OpenclQueue.Buffer scratch;
        private final OpenclQueue.Buffer lists;
        private final OpenclQueue.Buffer points;
        private final OpenclQueue.Buffer pulls;
        private final OpenclQueue.Buffer thresholds;
        private final OpenclQueue.Buffer marks;
        private final OpenclQueue.Buffer state;

        private record Running(int number, HingeReplicas.Job job, double[] trainStart, double[] testStart) {}

        Training(HingeReplicas replicas, Ended<HingeReplicas.End> ended) {
            super(OpenclNetworks.this.queue, replicas.jobs());
            this.replicas = replicas;
            this.ended = ended;
            this.network = (FullyConnected) replicas.network();
            this.inputs = replicas.inputDimension();
            this.size = replicas.trainSize();
            this.stride = Kernels.padded(network.width());
            this.room = Kernels.padded(Math.max(ROOM, replicas.batchSize()));
            this.weightLength = (inputs + (network.depth() - 1L) * network.width() + 1) * stride;
            this.inputScale = (float) (1 / StrictMath.sqrt(inputs));
            long perGroup = (2L * network.depth() + 4) * room * stride + (SUMS + 1L) * room;
            this.replicaCount = count(perGroup);
            this.scratchLength = (int) perGroup;
            this.states = new long[replicaCount * LONGS];
            this.weights = floats(replicaCount * weightLength);
            this.scratch = floats((long) replicaCount * scratchLength);
            this.lists = floats((long) replicaCount * LISTS * room);
            this.points = floats((long) replicaCount * size * inputs);
            this.pulls = floats((long) replicaCount * size);
            this.thresholds = floats((long) replicaCount * size);
            this.marks = floats((long) replicaCount * MARKS * size);
            this.state = floats(2L * replicaCount * LONGS);
        }

        private int count(long perGroup) {
            long pointLength = (long) size * inputs;
            long all = weightLength + perGroup + pointLength + LISTS * room + (2L + MARKS) * size;
            long largest = Math.max(Math.max(weightLength, perGroup), pointLength);
            // Places in it are counted by ints.
            return fitting(
                    slots, all * Float.BYTES, largest > Integer.MAX_VALUE ? Long.MAX_VALUE : largest * Float.BYTES);
        }

        private OpenclQueue.Buffer floats(long length) {
            return bytes(length * Float.BYTES);
        }

        void run() {
            run(state, states, replicaCount, FIRST_LAUNCH, LONGEST_LAUNCH);
        }

        @Override
        Running start(int slot, int number, HingeReplicas.Job job) {
            HingeSgd rule = job.rule();
            check(network, rule.noise(), rule.loss(), replicas.precision());
            checkSame("batchSize", replicas.batchSize(), rule.batchSize());
            checkSame("trainSize", size, job.train().count());
            checkSame("inputDimension", inputs, job.train().dimension());
            put(slot, job.weights());
            queue.write(points, (long) slot * size * inputs * Float.BYTES, scaled(job.train()));
            double[] trainStart = outputs(slot, points, (long) slot * size * inputs, size);
            Running replica = new Running(number, job, trainStart, outputs(slot, job.test()));
            float[] pull = new float[size];
            float[] threshold = new float[size];
            for (int i = 0; i < size; i++) {
                int label = job.train().label(i);
                pull[i] = label * (float) (rule.learningRate() / rule.batchSize());
                threshold[i] = threshold(label, trainStart[i], rule.margin());
            }
            queue.write(pulls, (long) slot * size * Float.BYTES, pull);
            queue.write(thresholds, (long) slot * size * Float.BYTES, threshold);
            queue.write(marks, (long) slot * MARKS * size * Float.BYTES, new int[MARKS * size]);
            Arrays.fill(states, slot * LONGS, (slot + 1) * LONGS, 0);
            long[] stream = job.order().state();
            System.arraycopy(stream, 0, states, slot * LONGS, stream.length);
            states[slot * LONGS + NEXT_ZERO_CHECK] = 1;
            states[slot * LONGS + ONLY_UNFITTED] = rule.noise() == GradientNoise.UNFITTED ? 1 : 0;
            states[slot * LONGS + MOST_STEPS] = rule.sampleCap() / rule.batchSize();
            return replica;
        }

        private float[] scaled(Points from) {
            int[] all = new int[from.count()];
            Arrays.setAll(all, i -> i);
            float[] rows = new float[from.count() * inputs];
            from.gather(all, from.count(), inputScale, rows, 0, inputs);
            return rows;
        }

        @Override
        void launch(long budget) {
            queue.launch(
                    train,
                    replicaCount,
                    items,
                    inputs,
                    network.width(),
                    network.depth(),
                    room,
                    network.activation().ordinal(),
                    (float) network.scale(1),
                    (float) network.scale(network.depth()),
                    scratchLength,
                    size,
                    replicas.batchSize(),
                    (int) budget,
                    weights,
                    weightLength,
                    scratch,
                    lists,
                    points,
                    pulls,
                    thresholds,
                    marks,
                    state);
        }

        /** f(w, x) of points on the device under a slot's weights; uses all groups' scratch. */
        private double[] outputs(int slot, OpenclQueue.Buffer of, long place, int count) {
            float[] out = new float[count];
            if (count > 0) {
                int groups = Math.min(replicaCount, (count + room - 1) / room);
                try (OpenclQueue.Buffer to = queue.buffer((long) count * Float.BYTES)) {
                    queue.launch(
                            outputs,
                            groups,
                            items,
                            inputs,
                            network.width(),
                            network.depth(),
                            room,
                            network.activation().ordinal(),
                            (float) network.scale(1),
                            (float) network.scale(network.depth()),
                            scratchLength,
                            weights,
                            slot * weightLength,
                            scratch,
                            lists,
                            of,
                            place,
                            count,
                            to,
                            0L);
                    queue.read(to, 0, out);
                }
            }
            double[] values = new double[count];
            Arrays.setAll(values, i -> out[i]);
            return values;
        }

        private double[] outputs(int slot, Points others) {
            if (others.count() == 0) {
                return new double[0];
            }
            try (OpenclQueue.Buffer rows = queue.buffer((long) others.count() * inputs * Float.BYTES)) {
                queue.write(rows, 0, scaled(others));
                return outputs(slot, rows, 0, others.count());
            }
        }

        private void put(int slot, double[] from) {
            float[] rows = new float[(int) weightLength];
            for (int k = 0; k < from.length; k++) {
                rows[k / network.width() * stride + k % network.width()] = (float) from[k];
            }
            queue.write(weights, slot * weightLength * Float.BYTES, rows);
        }

        private double[] take(int slot, int count) {
            float[] rows = new float[(int) weightLength];
            queue.read(weights, slot * weightLength * Float.BYTES, rows);
            double[] all = new double[count];
            Arrays.setAll(all, k -> rows[k / network.width() * stride + k % network.width()]);
            return all;
        }

        /** Reports what ended, and answers what asks. */
        @Override
        boolean settle(int slot, Running replica) {
            if (states[slot * LONGS + END] == RUNNING) {
                return false;
            }
            HingeReplicas.Job job = replica.job();
            int at = slot * LONGS;
            double[] end = take(slot, job.weights().length);
            if (states[at + END] == ASKING && !isStuck(replica, end)) {
                states[at + END] = RUNNING;
                return false;
            }
            StopReason reason = states[at + END] == FITTED
                    ? StopReason.FITTED
                    : states[at + END] == DIVERGED ? StopReason.DIVERGED : StopReason.SAMPLE_CAP;
            HingeSgd.Outcome outcome = new HingeSgd.Outcome(reason, states[at + LAST_STEP], states[at + UPDATES]);
            boolean lost = reason == StopReason.DIVERGED;
            double[] none = new double[0];
            double[] trainEnd = lost ? none : outputs(slot, points, (long) slot * size * inputs, size);
            double[] testEnd = lost ? none : outputs(slot, job.test());
            double change = lost ? Double.NaN : job.relativeKernelChange(network, end);
            states[at + END] = FITTED;
            ended.accept(
                    replica.number(),
                    new HingeReplicas.End(
                            outcome, end, replica.trainStart(), trainEnd, replica.testStart(), testEnd, change));
            return true;
        }

        private boolean isStuck(Running replica, double[] now) {
            double[] start = replica.trainStart();
            Points train = replica.job().train();
            double margin = replica.job().rule().margin();
            return replica.job()
                    .isStuck(
                            network,
                            replicas.precision(),
                            now,
                            i -> !Double.isFinite(start[i])
                                    || Loss.HINGE.slope(margin - train.label(i) * (0 - start[i])) == 0);
        }
    }
}
