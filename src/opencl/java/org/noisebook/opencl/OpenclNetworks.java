package org.noisebook.opencl;

import java.util.Arrays;
import java.util.Locale;
import org.noisebook.data.Points;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;

/**
 * Trains networks by the rule of {@link HingeSgd}, with one work group per replica: draws, steps and stopping tests run
 * on the device, many steps per launch, with the bits of the exact engine.
 *
 * <p>For hinge loss in float32 with minibatch or unfitted noise, y F ≥ κ is decided without float64: the host finds for
 * each point the float from which an output counts as fitted. Everything else needs float64 on the device.
 *
 * <p><b>Special cases</b>: if all outputs of a batch are 0, the replica waits for the host, which tests with the exact
 * engine whether anything can move. <b>Cost</b>: memory of one slot per replica.
 *
 * @param slots largest number of replicas at a time
 * @param items items per work group
 * @param lanes floats that an item processes at once: 1, 8 or 16; for doubles half as many
 */
record OpenclNetworks(OpenclQueue queue, int slots, int items, int lanes) {
    private static final String[] FILES = {
        "group.cl", "random.cl", "activation.cl", "layers.cl", "maps.cl", "network.cl"
    };
    /** Smallest number of points in a forward pass that needs no backward pass. */
    private static final int ROOM = 32;
    /** Numbers of lists of {@code trainSize} integers, and of {@code room} doubles. */
    private static final int MARKS = 3;

    private static final int FACTORS = 2;

    /** Positions in a replica's longs, after its stream's. */
    private static final int UPDATES = 7;

    private static final int LAST_STEP = 8;
    private static final int NEXT_ZERO_CHECK = 11;
    private static final int END = 13;
    private static final int MOST_STEPS = 14;
    private static final int NOISE = 16;
    private static final int SQUARED = 17;
    private static final int MARGIN = 18;
    private static final int SPREAD = 19;
    private static final int LONGS = 20;
    private static final long CAPPED = 2;
    private static final long ASKING = 4;

    private static final int FIRST_LAUNCH = 16;
    private static final int LONGEST_LAUNCH = 1 << 20;

    private OpenclQueue.Kernel kernel(String name, Network network, boolean wide, boolean inDouble) {
        String options = "-D ITEMS=" + items + " -D V=" + (wide ? (lanes + 1) / 2 : lanes) + (wide ? " -D REAL64" : "")
                + (inDouble ? " -D WIDE" : "") + " -D MAPS=" + (network instanceof InvertedResidual ? 1 : 0);
        return queue.build(name, options, FILES);
    }

    static void check(GradientNoise noise, Loss loss, Precision precision, boolean hasDouble) {
        if (!hasDouble && inDouble(noise, loss, precision)) {
            String got = noise + ", " + loss + " and " + precision;
            throw new IllegalArgumentException(
                    "noise, loss and precision must be minibatch or unfitted, hinge and float32 on a device without float64"
                            + " to run on OpenCL, got " + got.toLowerCase(Locale.ROOT));
        }
    }

    /** Whether the weight of a point is computed in float64. */
    private static boolean inDouble(GradientNoise noise, Loss loss, Precision precision) {
        return noise == GradientNoise.GAUSSIAN || loss != Loss.HINGE || precision != Precision.FLOAT32;
    }

    void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
        boolean hasDouble = queue.device().hasDouble();
        check(replicas.noise(), replicas.loss(), replicas.precision(), hasDouble);
        if (!replicas.jobs().isEmpty()) {
            try (Training training = new Training(replicas, ended)) {
                training.run();
            }
        }
    }

    /**
     * The smallest float that counts as fitted for y = 1, the largest for y = −1; NaN if the start is not finite. the
     * double rounding of y (f − f_0) is also monotone in f.
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

    /** Maps integers to floats in the same order. */
    private static float ofOrder(int order) {
        return Float.intBitsToFloat(order < 0 ? Integer.MIN_VALUE - order : order);
    }

    /** All jobs in progress. */
    private final class Training extends OpenclBatch<HingeReplicas.Job, Training.Running> {
        private final HingeReplicas replicas;
        private final ResultListener<HingeReplicas.TrainingEnd> ended;
        private final Network network;
        private final OpenclLayers layers;
        private final int inputs;
        private final int size;
        private final int room;
        private final long pointsLength;
        private final boolean wide;
        private final boolean inDouble;
        private final OpenclQueue.Kernel train;
        private final OpenclQueue.Kernel outputs;
        private final int replicaCount;
        private final long[] states;
        private final OpenclQueue.Buffer shape;
        private final OpenclQueue.Buffer scales;
        private final OpenclQueue.Buffer weights;
        private final OpenclQueue.Buffer scratch;
        private final OpenclQueue.Buffer lists;
        private final OpenclQueue.Buffer points;
        private final OpenclQueue.Buffer pulls;
        private final OpenclQueue.Buffer thresholds;
        private final OpenclQueue.Buffer factors;
        private final OpenclQueue.Buffer marks;
        private final OpenclQueue.Buffer edges;
        private final OpenclQueue.Buffer state;

        private record Running(int number, HingeReplicas.Job job, double[] trainStart, double[] testStart) {}

        Training(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
            super(OpenclNetworks.this.queue, replicas.jobs());
            this.replicas = replicas;
            this.ended = ended;
            this.network = replicas.network();
            this.size = replicas.trainSize();
            int most = replicas.noise() == GradientNoise.GAUSSIAN ? size : replicas.batchSize();
            this.room = Kernels.padded(Math.max(ROOM, most));
            this.inputs = replicas.inputDimension();
            this.layers = OpenclLayers.of(network, inputs, room);
            this.pointsLength = (long) size * inputs;
            this.wide = replicas.precision() == Precision.FLOAT64;
            this.inDouble = inDouble(replicas.noise(), replicas.loss(), replicas.precision());
            this.replicaCount = count();
            this.train = kernel("train", network, wide, inDouble);
            this.outputs = kernel("outputs", network, wide, inDouble);
            this.states = new long[replicaCount * LONGS];
            this.shape = bytes((long) layers.shape().length * Integer.BYTES);
            queue.write(shape, 0, layers.shape());
            this.scales = bytes((long) layers.scales().length * Double.BYTES);
            queue.write(scales, 0, layers.scales(), wide);
            this.weights = numbers(layers.weightLength(), wide);
            this.scratch = numbers(layers.scratchLength(), wide);
            this.lists = numbers(layers.listLength(), false);
            this.points = numbers(pointsLength, wide);
            this.pulls = numbers(size, inDouble);
            this.thresholds = numbers(size, inDouble);
            this.factors = numbers(FACTORS * (long) room, inDouble);
            this.marks = numbers((long) MARKS * size, false);
            double[] edge = Stream.layerEdges();
            this.edges = bytes((long) edge.length * Double.BYTES);
            queue.write(edges, 0, edge);
            this.state = numbers(LONGS, true);
        }

        private int count() {
            long rules = (2L * size + FACTORS * room) * OpenclQueue.bytesOf(inDouble);
            long whole = (layers.listLength() + (long) MARKS * size) * Integer.BYTES;
            long numbers = layers.weightLength() + layers.scratchLength() + pointsLength;
            long largest = Math.max(Math.max(layers.weightLength(), layers.scratchLength()), pointsLength);
            // Positions in it are ints.
            return fitting(
                    slots,
                    numbers * OpenclQueue.bytesOf(wide) + rules + whole,
                    largest > Integer.MAX_VALUE ? Long.MAX_VALUE : largest * OpenclQueue.bytesOf(wide));
        }

        /** Memory for {@code length} numbers of each replica. */
        private OpenclQueue.Buffer numbers(long length, boolean wide) {
            return bytes(replicaCount * length * OpenclQueue.bytesOf(wide));
        }

        void run() {
            run(state, states, replicaCount, FIRST_LAUNCH, LONGEST_LAUNCH);
        }

        @Override
        Running start(int slot, int number, HingeReplicas.Job job) {
            HingeSgd rule = job.rule();
            replicas.check(job);
            queue.write(weights, slot * layers.weightLength(), layers.unpack(job.weights()), wide);
            write(job.train(), points, slot * pointsLength);
            double[] trainStart = outputs(slot, points, slot * pointsLength, size);
            Running replica = new Running(number, job, trainStart, outputs(slot, job.test()));
            double perPoint = rule.perPoint(size);
            double[] pull = new double[size];
            double[] threshold = trainStart.clone();
            for (int i = 0; i < size; i++) {
                int label = job.train().label(i);
                pull[i] = perPoint * label;
                if (!inDouble) {
                    threshold[i] = threshold(label, trainStart[i], rule.margin());
                }
            }
            queue.write(pulls, (long) slot * size, pull, inDouble);
            queue.write(thresholds, (long) slot * size, threshold, inDouble);
            queue.write(marks, (long) slot * MARKS * size * Integer.BYTES, new int[MARKS * size]);
            Arrays.fill(states, slot * LONGS, (slot + 1) * LONGS, 0);
            long[] stream = job.order().state();
            System.arraycopy(stream, 0, states, slot * LONGS, stream.length);
            states[slot * LONGS + NEXT_ZERO_CHECK] = 1;
            states[slot * LONGS + NOISE] = rule.noise().ordinal();
            states[slot * LONGS + SQUARED] = rule.loss() == Loss.SQUARED ? 1 : 0;
            states[slot * LONGS + MARGIN] = Double.doubleToRawLongBits(rule.margin());
            states[slot * LONGS + SPREAD] = Double.doubleToRawLongBits(rule.spread(size));
            states[slot * LONGS + MOST_STEPS] = rule.sampleCap() / rule.batchSize();
            return replica;
        }

        /** Copies points to the device, starting at a given number. */
        private void write(Points from, OpenclQueue.Buffer to, long place) {
            int[] all = new int[from.count()];
            Arrays.setAll(all, i -> i);
            if (wide) {
                double[] rows = new double[all.length * inputs];
                from.gather(all, all.length, layers.inputScale(), rows, 0, inputs);
                queue.write(to, place * Double.BYTES, rows);
            } else {
                float[] rows = new float[all.length * inputs];
                from.gather(all, all.length, (float) layers.inputScale(), rows, 0, inputs);
                queue.write(to, place * Float.BYTES, rows);
            }
        }

        @Override
        void launch(long budget) {
            queue.launch(
                    train,
                    replicaCount,
                    items,
                    shape,
                    scales,
                    size,
                    replicas.batchSize(),
                    (int) budget,
                    weights,
                    layers.weightLength(),
                    scratch,
                    lists,
                    points,
                    pulls,
                    thresholds,
                    factors,
                    marks,
                    edges,
                    state);
        }

        /** f(w, x) for points on the device at a slot's weights; uses the scratch memory of all groups. */
        private double[] outputs(int slot, OpenclQueue.Buffer of, long place, int count) {
            int groups = Math.min(replicaCount, (count + room - 1) / room);
            try (OpenclQueue.Buffer to = queue.buffer((long) count * OpenclQueue.bytesOf(wide))) {
                queue.launch(
                        outputs,
                        groups,
                        items,
                        shape,
                        scales,
                        weights,
                        slot * layers.weightLength(),
                        scratch,
                        lists,
                        of,
                        place,
                        count,
                        to);
                return queue.read(to, 0, count, wide);
            }
        }

        private double[] outputs(int slot, Points others) {
            if (others.count() == 0) {
                return new double[0];
            }
            long length = (long) others.count() * inputs;
            try (OpenclQueue.Buffer rows = queue.buffer(length * OpenclQueue.bytesOf(wide))) {
                write(others, rows, 0);
                return outputs(slot, rows, 0, others.count());
            }
        }

        /** Reports replicas that have ended, and answers requests. */
        @Override
        boolean settle(int slot, Running replica) {
            if (states[slot * LONGS + END] == RUNNING) {
                return false;
            }
            HingeReplicas.Job job = replica.job();
            int at = slot * LONGS;
            long place = slot * layers.weightLength();
            double[] end = layers.pack(queue.read(weights, place, (int) layers.weightLength(), wide));
            if (states[at + END] == ASKING && !job.isStuck(network, replicas.precision(), end, replica.trainStart())) {
                states[at + END] = RUNNING;
                return false;
            }
            StopReason reason = states[at + END] == CAPPED && job.rule().loss() != Loss.HINGE
                    ? StopReason.COMPLETED
                    : REASONS.get((int) states[at + END]);
            HingeSgd.Outcome outcome = new HingeSgd.Outcome(reason, states[at + LAST_STEP], states[at + UPDATES]);
            boolean lost = reason == StopReason.DIVERGED;
            double[] none = new double[0];
            double[] trainEnd = lost ? none : outputs(slot, points, slot * pointsLength, size);
            double[] testEnd = lost ? none : outputs(slot, job.test());
            double change = lost ? Double.NaN : job.relativeKernelChange(network, end);
            states[at + END] = FITTED;
            ended.accept(
                    replica.number(),
                    new HingeReplicas.TrainingEnd(
                            outcome, end, replica.trainStart(), trainEnd, replica.testStart(), testEnd, change));
            return true;
        }
    }
}
