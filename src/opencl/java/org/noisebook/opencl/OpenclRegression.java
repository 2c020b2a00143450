package org.noisebook.opencl;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Kernels;
import org.noisebook.model.Mlp;
import org.noisebook.model.RegressionReplicas;

/**
 * Trains networks by regression, with one work group per replica and many steps per launch, with the bits of the exact
 * engine. The host draws the batches of a launch and stores them.
 *
 * <p><b>Special cases</b>: needs float64 for the losses. <b>Cost</b>: memory of one slot per replica: six times the
 * weights and twice the activities.
 *
 * @param slots largest number of replicas at a time
 * @param items items per work group
 * @param lanes floats that an item processes at once: 1, 8 or 16
 */
record OpenclRegression(OpenclQueue queue, int slots, int items, int lanes) {
    private static final String[] FILES = {"group.cl", "activation.cl", "regression.cl"};
    /** Numbers per step that are common to all weights. */
    private static final int RATES = 3;
    /** Number of arrays of weight size: weights, gradient, two moments, average. */
    private static final int PLANES = 5;

    /** Bytes of a replica's batches per launch, unless one step needs more. */
    private static final long BATCHES = 1L << 24;

    private static final int MOST_STEPS = 1024;
    /** Positions in a replica's longs. */
    private static final int STEPS = 1;

    private static final int LONGS = 2;

    void train(RegressionReplicas replicas, ResultListener<RegressionReplicas.TrainingEnd> ended) {
        if (!queue.device().hasDouble()) {
            throw new IllegalArgumentException("device must have float64 to train fields, got "
                    + queue.device().name());
        }
        if (!replicas.jobs().isEmpty()) {
            try (Training training = new Training(replicas, ended)) {
                training.run();
            }
        }
    }

    private static int stride(int units) {
        return Kernels.padded(units + 1);
    }

    /** Expands packed weights into the kernels' layout: rows padded with zeros. */
    static double[] rows(int[] widths, double[] packed) {
        return copy(widths, packed, true);
    }

    private static double[] copy(int[] widths, double[] from, boolean pads) {
        double[] to = new double[(int) length(widths, pads)];
        int at = 0;
        int rowAt = 0;
        for (int l = 1; l < widths.length; l++) {
            for (int i = 0; i <= widths[l - 1]; i++) {
                System.arraycopy(from, pads ? at : rowAt, to, pads ? rowAt : at, widths[l]);
                at += widths[l];
                rowAt += stride(widths[l]);
            }
        }
        return to;
    }

    private static long length(int[] widths, boolean pads) {
        return IntStream.range(1, widths.length)
                .mapToLong(l -> (widths[l - 1] + 1L) * (pads ? stride(widths[l]) : widths[l]))
                .sum();
    }

    /** A replica in progress. */
    private static final class Running {
        final int number;
        final RegressionReplicas.Job job;
        final double[] losses;
        int made;
        double power1 = 1;
        double power2 = 1;
        double averaged;

        Running(int number, RegressionReplicas.Job job, int steps) {
            this.number = number;
            this.job = job;
            losses = new double[steps];
        }
    }

    /** All jobs in progress. */
    private final class Training extends OpenclBatch<RegressionReplicas.Job, Running> {
        private final RegressionReplicas replicas;
        private final ResultListener<RegressionReplicas.TrainingEnd> ended;
        private final int[] widths;
        private final int layers;
        private final int rows;
        private final int inputStride;
        private final int outputs;
        /** Doubles per step: known parts, targets, scales and rates. */
        private final int numbers;

        private final int most;
        private final int slotCount;
        private final long plane;
        private final long weightLength;
        private final long hiddenLength;
        private final long scratchLength;
        private final Running[] running;
        private final long[] states;
        private final OpenclQueue.Kernel train;
        private final OpenclQueue.Buffer shape;
        private final OpenclQueue.Buffer weights;
        private final OpenclQueue.Buffer scratch;
        private final OpenclQueue.Buffer inputs;
        private final OpenclQueue.Buffer wanted;
        private final OpenclQueue.Buffer losses;
        private final OpenclQueue.Buffer state;

        Training(RegressionReplicas replicas, ResultListener<RegressionReplicas.TrainingEnd> ended) {
            super(OpenclRegression.this.queue, replicas.jobs());
            this.replicas = replicas;
            this.ended = ended;
            this.widths = replicas.widths();
            this.layers = widths.length - 1;
            this.rows = replicas.batchSize();
            this.inputStride = stride(widths[0]);
            this.outputs = widths[layers];
            this.numbers = rows * (2 * outputs + 1) + RATES;
            this.plane = length(widths, true);
            this.weightLength = PLANES * plane
                    + IntStream.range(1, layers)
                            .mapToLong(l -> (long) widths[l + 1] * stride(widths[l]))
                            .sum();
            this.hiddenLength = IntStream.range(1, layers)
                    .mapToLong(l -> (long) rows * stride(widths[l]))
                    .sum();
            this.scratchLength = 2 * hiddenLength + (long) rows * stride(outputs);
            long inputBytes = (long) rows * inputStride * Float.BYTES;
            long wantedBytes = (long) numbers * Double.BYTES;
            long fit = Math.max(1, BATCHES / (inputBytes + wantedBytes));
            this.most = (int) Math.min(fit, Math.min(replicas.steps(), MOST_STEPS));
            long own = Math.max(weightLength, scratchLength) * Float.BYTES;
            // Positions in it are ints.
            long largest = own > Integer.MAX_VALUE ? Long.MAX_VALUE : Math.max(own, most * (inputBytes + wantedBytes));
            long replicaBytes = (weightLength + scratchLength) * Float.BYTES + most * (inputBytes + wantedBytes);
            this.slotCount = fitting(slots, replicaBytes, largest);
            String options = "-D ITEMS=" + items + " -D V=" + lanes;
            this.train = queue.build("regress", options, FILES);
            this.running = new Running[slotCount];
            this.states = new long[slotCount * LONGS];
            this.shape = bytes((long) widths.length * Integer.BYTES);
            this.weights = bytes(slotCount * weightLength * Float.BYTES);
            this.scratch = bytes(slotCount * scratchLength * Float.BYTES);
            this.inputs = bytes(slotCount * most * inputBytes);
            this.wanted = bytes(slotCount * most * wantedBytes);
            this.losses = bytes((long) slotCount * most * Double.BYTES);
            this.state = bytes((long) states.length * Long.BYTES);
            queue.write(shape, 0, widths);
        }

        void run() {
            run(state, states, slotCount, 1, most);
        }

        @Override
        Running start(int slot, int number, RegressionReplicas.Job job) {
            double[] all = Arrays.copyOf(rows(widths, job.weights()), (int) weightLength);
            queue.write(weights, slot * weightLength, all, false);
            states[slot * LONGS] = RUNNING;
            return running[slot] = new Running(number, job, replicas.steps());
        }

        /** Draws batches of all replicas, in parallel if there are cores. */
        @Override
        void launch(long budget) {
            int[] going = IntStream.range(0, slotCount)
                    .filter(slot -> states[slot * LONGS] == RUNNING)
                    .toArray();
            Drawn[] drawn = Arrays.stream(going)
                    .parallel()
                    .mapToObj(slot -> draw(running[slot], budget))
                    .toArray(Drawn[]::new);
            for (int g = 0; g < going.length; g++) {
                long block = (long) going[g] * most;
                states[going[g] * LONGS + STEPS] = drawn[g].wanted.length / numbers;
                queue.write(inputs, block * rows * inputStride * Float.BYTES, drawn[g].inputs);
                queue.write(wanted, block * numbers * Double.BYTES, drawn[g].wanted);
            }
            queue.write(state, 0, states);
            queue.launch(
                    train,
                    slotCount,
                    items,
                    layers,
                    shape,
                    replicas.activation().ordinal(),
                    rows,
                    most,
                    weights,
                    plane,
                    weightLength,
                    scratch,
                    hiddenLength,
                    scratchLength,
                    inputs,
                    wanted,
                    losses,
                    state);
        }

        /** The data of a replica that a launch reads. */
        private record Drawn(float[] inputs, double[] wanted) {}

        private Drawn draw(Running replica, long budget) {
            int steps = (int) Math.min(budget, replicas.steps() - replica.made);
            float[] in = new float[steps * rows * inputStride];
            double[] out = new double[steps * numbers];
            for (int step = 0; step < steps; step++) {
                RegressionReplicas.Batch batch = replica.job.batches().get();
                for (int k = 0; k < rows; k++) {
                    int at = (step * rows + k) * inputStride;
                    for (int i = 0; i < widths[0]; i++) {
                        in[at + i] = (float) batch.inputs()[i][k];
                    }
                    in[at + widths[0]] = 1;
                }
                int at = step * numbers;
                for (int j = 0; j < outputs; j++) {
                    System.arraycopy(batch.known()[j], 0, out, at + j * rows, rows);
                    System.arraycopy(batch.target()[j], 0, out, at + (outputs + j) * rows, rows);
                }
                System.arraycopy(batch.scale(), 0, out, at + 2 * outputs * rows, rows);
                replica.power1 *= Mlp.BETA_1;
                replica.power2 *= Mlp.BETA_2;
                replica.averaged = Math.fma(replicas.averaging(), replica.averaged, 1);
                double eta = replicas.learningRate().applyAsDouble(replica.made + step);
                at += numbers - RATES;
                out[at] = eta / (1 - replica.power1);
                out[at + 1] = 1 / Math.sqrt(1 - replica.power2);
                out[at + 2] = replicas.averaging() > 0 ? 1 / replica.averaged : 0;
            }
            return new Drawn(in, out);
        }

        @Override
        boolean settle(int slot, Running replica) {
            int steps = (int) states[slot * LONGS + STEPS];
            double[] own = queue.read(losses, (long) slot * most, steps, true);
            System.arraycopy(own, 0, replica.losses, replica.made, steps);
            replica.made += steps;
            if (states[slot * LONGS] == RUNNING && replica.made < replicas.steps()) {
                return false;
            }
            long from = slot * weightLength + (replicas.averaging() > 0 ? (PLANES - 1) * plane : 0);
            double[] packed = copy(widths, queue.read(weights, from, (int) plane, false), false);
            states[slot * LONGS] = FITTED;
            ended.accept(
                    replica.number,
                    new RegressionReplicas.TrainingEnd(packed, Arrays.copyOf(replica.losses, replica.made)));
            return true;
        }
    }
}
