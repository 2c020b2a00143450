package org.noisebook.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
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
import org.noisebook.model.NetworkEngine;
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
    private static final String[] FILES = {"random.cl", "activation.cl", "network.cl"};
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
    private static final long RUNNING = 0;
    private static final long FITTED = 1;
    private static final long DIVERGED = 3;
    private static final long ASKING = 4;

    /** Nanoseconds that a launch should take: a card that drives a screen kills launches of seconds. */
    private static final long LAUNCH_NANOS = 40_000_000;

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
    private final class Training implements AutoCloseable {
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
        private final Running[] running;
        private final long[] states;
        private final List<OpenclQueue.Buffer> buffers = new ArrayList<>();
        private final OpenclQueue.Buffer weights;
        private final OpenclQueue.Buffer scratch;
        private final OpenclQueue.Buffer lists;
        private final OpenclQueue.Buffer points;
        private final OpenclQueue.Buffer pulls;
        private final OpenclQueue.Buffer thresholds;
        private final OpenclQueue.Buffer marks;
        private final OpenclQueue.Buffer state;
        private int next;

        private record Running(int number, HingeReplicas.Job job, double[] trainStart, double[] testStart) {}

        Training(HingeReplicas replicas, Ended<HingeReplicas.End> ended) {
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
            int count = count(perGroup);
            this.scratchLength = (int) perGroup;
            this.running = new Running[count];
            this.states = new long[count * LONGS];
            this.weights = floats(count * weightLength);
            this.scratch = floats((long) count * scratchLength);
            this.lists = floats((long) count * LISTS * room);
            this.points = floats((long) count * size * inputs);
            this.pulls = floats((long) count * size);
            this.thresholds = floats((long) count * size);
            this.marks = floats((long) count * MARKS * size);
            this.state = floats(2L * count * LONGS);
        }

        /** How many replicas fit onto the device. */
        private int count(long perGroup) {
            OpenclDevice device = queue.device();
            long pointLength = (long) size * inputs;
            long all = weightLength + perGroup + pointLength + LISTS * room + (2L + MARKS) * size;
            long largest = Math.max(Math.max(weightLength, perGroup), pointLength);
            // A tenth is left to the driver and to test points.
            long fit = Math.min(device.memory() / 10 * 9 / all, device.largestBuffer() / largest) / Float.BYTES;
            if (fit < 1 || largest > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a replica needs " + all * Float.BYTES + " bytes, more than " + device.name() + " gives");
            }
            return (int) Math.min(Math.min(slots, replicas.jobs().size()), fit);
        }

        private OpenclQueue.Buffer floats(long length) {
            OpenclQueue.Buffer buffer = queue.buffer(length * Float.BYTES);
            buffers.add(buffer);
            return buffer;
        }

        void run() {
            int budget = 16;
            Arrays.fill(states, FITTED);
            // FITTED in a free slot's END lets its group return at once.
            int alive = admit();
            while (alive > 0) {
                checkInterrupt();
                queue.write(state, 0, states);
                long start = System.nanoTime();
                launch(budget);
                queue.read(state, 0, states);
                long nanos = System.nanoTime() - start;
                if (nanos < LAUNCH_NANOS / 2 && budget < LONGEST_LAUNCH) {
                    budget *= 2;
                } else if (nanos > LAUNCH_NANOS && budget > 1) {
                    budget /= 2;
                }
                for (int slot = 0; slot < running.length; slot++) {
                    if (running[slot] != null && states[slot * LONGS + END] != RUNNING) {
                        settle(slot);
                    }
                }
                alive = admit();
            }
        }

        private void checkInterrupt() {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
        }

        /** Gives free slots the next jobs; how many replicas are under way. */
        private int admit() {
            int alive = 0;
            for (int slot = 0; slot < running.length; slot++) {
                if (running[slot] == null && next < replicas.jobs().size()) {
                    checkInterrupt();
                    int number = next++;
                    start(slot, number, replicas.jobs().get(number).get());
                }
                alive += running[slot] == null ? 0 : 1;
            }
            return alive;
        }

        private void start(int slot, int number, HingeReplicas.Job job) {
            HingeSgd rule = job.rule();
            check(network, rule.noise(), rule.loss(), replicas.precision());
            checkSame("batchSize", replicas.batchSize(), rule.batchSize());
            checkSame("trainSize", size, job.train().count());
            checkSame("inputDimension", inputs, job.train().dimension());
            put(slot, job.weights());
            queue.write(points, (long) slot * size * inputs * Float.BYTES, scaled(job.train()));
            double[] trainStart = outputs(slot, points, (long) slot * size * inputs, size);
            running[slot] = new Running(number, job, trainStart, outputs(slot, job.test()));
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
        }

        private float[] scaled(Points from) {
            int[] all = new int[from.count()];
            Arrays.setAll(all, i -> i);
            float[] rows = new float[from.count() * inputs];
            from.gather(all, from.count(), inputScale, rows, 0, inputs);
            return rows;
        }

        private void launch(int budget) {
            queue.launch(
                    train,
                    running.length,
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
                    budget,
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
                int groups = Math.min(running.length, (count + room - 1) / room);
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
        private void settle(int slot) {
            Running replica = running[slot];
            HingeReplicas.Job job = replica.job();
            int at = slot * LONGS;
            double[] end = take(slot, job.weights().length);
            if (states[at + END] == ASKING && !isStuck(replica, end)) {
                states[at + END] = RUNNING;
                return;
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
            running[slot] = null;
            states[at + END] = FITTED;
            ended.accept(
                    replica.number(),
                    new HingeReplicas.End(
                            outcome, end, replica.trainStart(), trainEnd, replica.testStart(), testEnd, change));
        }

        /** Whether every output is exactly 0 and no unfitted point moves a weight, as {@link HingeSgd} asks. */
        private boolean isStuck(Running replica, double[] now) {
            Points train = replica.job().train();
            HingeSgd rule = replica.job().rule();
            NetworkEngine engine = network.engine(inputs, Math.min(ROOM, size), replicas.precision());
            engine.set(now);
            if (Arrays.stream(engine.outputs(train)).anyMatch(value -> value != 0)) {
                return false;
            }
            double[] out = new double[1];
            for (int i = 0; i < size; i++) {
                engine.forward(train, new int[] {i}, 1, out);
                double pull = Loss.HINGE.slope(rule.margin() - train.label(i) * (out[0] - replica.trainStart()[i]));
                if (pull != 0 && Double.isFinite(replica.trainStart()[i])) {
                    double factor = rule.learningRate() / rule.batchSize() * train.label(i) * pull;
                    engine.update(new int[] {0}, new double[] {factor}, 1);
                    if (!Arrays.equals(engine.weights(), now)) {
                        return false;
                    }
                }
            }
            return true;
        }

        @Override
        public void close() {
            buffers.forEach(OpenclQueue.Buffer::close);
        }
    }
}
