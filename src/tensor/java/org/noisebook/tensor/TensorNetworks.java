package org.noisebook.tensor;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.noisebook.experiment.Schema;
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
 * Trains fully connected networks side by side, by the rule of {@link HingeSgd}: a step is one batched product a layer and
 * direction for all of them.
 *
 * <p>Replicas sit in lanes. Blocks of steps are drawn on the host from each replica's own stream, copied in at once, run
 * without a look from the host, and counted from what they left behind. A lane whose replica has ended gets the next job;
 * when no job is left and half of the lanes or more are empty, the others move to fewer lanes.
 *
 * <p><b>Special cases</b>: a replica may run on for a while after its end, by steps that move nothing: it was fitted, at its
 * cap, or dead. One that diverged goes back to the block's start and repeats its steps up to the divergence, apart from the
 * others. A network whose outputs are all 0 and that no unfitted point moves is found at a block's end and reported as capped.
 * The sign is a batch whose outputs are all lost in the rounding of F, which is read here of fitted points too: steps and
 * updates are those of {@link HingeSgd} where such outputs are exactly 0 from then on, and may be others where they are tiny,
 * where some weight still moved, or where a fitted point was in the batch. Looks at all points come at the end of blocks: an
 * output that is no finite number, of a point that no batch holds, may be found later than by {@link HingeSgd}. The length of
 * blocks follows from the slots and the batch size alone.
 *
 * <p><b>Error</b>: rounding of the products and of the activation, and in float32 of y F/κ, where the exact rule compares y F
 * with κ. Products of one replica do not depend on the others: on one OpenMP thread results are the same bits in any lane,
 * beside any others.
 *
 * <p><b>Cost</b>: that of all points of all batches forward and back, fitted ones too; memory a lane of all training points,
 * twice the weights and a batch's activities. Points and weights of all batches at once take 1 GB at most, or what a lane of
 * each takes.
 */
final class TensorNetworks {
    /** Steps of a block: many enough that what is done once a block costs little. */
    private static final int STEPS = 64;
    /** Points in the batches of a block. */
    private static final int MOST_PLACES = 1 << 18;
    /** Units in the last place of the largest output by which two products of one point differ: seldom more than four. */
    private static final double ROUNDING = 64;
    /** Bytes of points and weights that the lanes of all batches may take. */
    private static final long MOST_BYTES = 1L << 30;

    private final int slots;
    private final long weightBytes;
    private final int batches;

    /** At most so many lanes. */
    TensorNetworks(int slots) {
        this(slots, Long.MAX_VALUE, 1);
    }

    /**
     * At most so many lanes, and no more than hold weights of so many bytes.
     *
     * @param weightBytes on cores, those of a cache in which weights stay from step to step
     * @param batches how many threads may train at once, which share the memory
     */
    TensorNetworks(int slots, long weightBytes, int batches) {
        this.slots = slots;
        this.weightBytes = weightBytes;
        this.batches = batches;
    }

    static void check(Network network, GradientNoise noise, Loss loss) {
        if (!(network instanceof FullyConnected)) {
            throw new IllegalArgumentException(
                    "network must be fullyConnected to run on ND4J, got " + Schema.formatValue(network));
        }
        if (noise != GradientNoise.MINIBATCH) {
            throw new IllegalArgumentException(
                    "noise must be minibatch to run on ND4J, got " + Schema.formatValue(noise));
        }
        if (loss != Loss.HINGE) {
            throw new IllegalArgumentException("loss must be hinge to run on ND4J, got " + Schema.formatValue(loss));
        }
    }

    void train(HingeReplicas replicas, Ended<HingeReplicas.End> ended) {
        check(replicas.network(), replicas.noise(), replicas.loss());
        if (!replicas.jobs().isEmpty()) {
            try (Training training = new Training(replicas, ended, lanes(replicas), steps(replicas))) {
                training.run();
            }
        }
    }

    private int lanes(HingeReplicas replicas) {
        long numberBytes = replicas.precision() == Precision.FLOAT32 ? Float.BYTES : Double.BYTES;
        long weights = Arrays.stream(replicas.network().blockSizes(replicas.inputDimension()))
                .asLongStream()
                .sum();
        long all = 2 * weights + (long) replicas.trainSize() * replicas.inputDimension();
        long fit = Math.min(MOST_BYTES / batches / (numberBytes * all), weightBytes / (numberBytes * weights));
        return (int) Math.max(1, Math.min(Math.min(slots, replicas.jobs().size()), fit));
    }

    /** Steps of a block: the same however many lanes there are. */
    private int steps(HingeReplicas replicas) {
        return (int) Math.max(1, Math.min(STEPS, MOST_PLACES / ((long) slots * replicas.batchSize())));
    }

    /** All jobs under way. */
    private static final class Training implements AutoCloseable {
        private final HingeReplicas replicas;
        private final Ended<HingeReplicas.End> ended;
        private final int steps;
        private NetworkLanes lanes;
        private NetworkReplica[] places;
        private int next;
        private int alive;

        Training(HingeReplicas replicas, Ended<HingeReplicas.End> ended, int count, int steps) {
            this.replicas = replicas;
            this.ended = ended;
            this.steps = steps;
            this.lanes = open(count);
            this.places = new NetworkReplica[count];
        }

        private NetworkLanes open(int count) {
            return new NetworkLanes(replicas, count, steps);
        }

        void run() {
            admit();
            while (alive > 0) {
                runBlock();
                admit();
                if (2 * alive <= places.length && alive > 0) {
                    compact();
                }
            }
        }

        /** Gives empty lanes the next jobs. */
        private void admit() {
            for (int lane = 0; lane < places.length; lane++) {
                while (places[lane] == null && next < replicas.jobs().size()) {
                    checkInterrupt();
                    int number = next++;
                    HingeReplicas.Job job = replicas.jobs().get(number).get();
                    check(job);
                    lanes.set(lane, job.train(), job.weights());
                    places[lane] =
                            new NetworkReplica(number, job, lanes.outputs(lane), lanes.outputs(lane, job.test()));
                    alive++;
                    settle(lane);
                }
            }
        }

        private void check(HingeReplicas.Job job) {
            TensorNetworks.check(
                    replicas.network(), job.rule().noise(), job.rule().loss());
            replicas.check(job);
        }

        private void runBlock() {
            long longest = 0;
            for (NetworkReplica replica : places) {
                longest = Math.max(longest, replica == null ? 0 : replica.left());
            }
            int count = (int) Math.min(steps, longest);
            NetworkReplica.Block block = new NetworkReplica.Block(steps, places.length, replicas);
            for (int lane = 0; lane < places.length; lane++) {
                if (places[lane] != null) {
                    places[lane].draw(count, lane, block);
                }
            }
            lanes.keep();
            lanes.begin(block);
            runSteps(lanes, count);
            double[] distances = lanes.distances();
            double[] factors = lanes.factors();
            for (int lane = 0; lane < places.length; lane++) {
                if (places[lane] != null) {
                    int own = (int) Math.min(count, places[lane].left());
                    int divergedAt = places[lane].count(count, lane, block, distances, factors);
                    if (divergedAt >= 0) {
                        replay(lane, block, divergedAt);
                        finish(lane, places[lane].outcome(StopReason.DIVERGED));
                    } else {
                        // Steps after the cap, there only for the others, add 0 times infinite activities.
                        if (own < count && !isFinite(lanes.weights(lane))) {
                            replay(lane, block, own);
                        }
                        settle(lane);
                    }
                }
            }
        }

        private static boolean isFinite(double[] values) {
            return Arrays.stream(values).allMatch(Double::isFinite);
        }

        /** Brings a lane to where some steps of the block lead, without a step of the others, whose weights may be huge by now. */
        private void replay(int lane, NetworkReplica.Block block, int count) {
            try (NetworkLanes alone = open(1)) {
                alone.setKept(0, lanes, lane);
                alone.begin(block.only(lane));
                runSteps(alone, count);
                lanes.set(lane, alone, 0);
            }
        }

        private static void runSteps(NetworkLanes of, int count) {
            for (int k = 0; k < count; k++) {
                checkInterrupt();
                of.step(k);
            }
        }

        /** Finds out whether the replica of a lane has ended. */
        private void settle(int lane) {
            NetworkReplica replica = places[lane];
            Optional<HingeSgd.Outcome> zero = replica.zero();
            if (zero.isPresent()
                    && replica.job()
                            .isStuck(
                                    replicas.network(),
                                    replicas.precision(),
                                    lanes.weights(lane),
                                    replica.trainStart())) {
                finish(lane, zero.get());
            } else if (!replica.isFitted() && replica.wantsLook() && !replica.look(lanes.outputs(lane), rounding())) {
                finish(lane, replica.outcome(StopReason.DIVERGED));
            } else if (replica.isFitted()) {
                finish(lane, replica.outcome(StopReason.FITTED));
            } else if (replica.left() == 0) {
                finish(lane, replica.outcome(StopReason.SAMPLE_CAP));
            }
        }

        private double rounding() {
            return ROUNDING * (replicas.precision() == Precision.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0));
        }

        private void finish(int lane, HingeSgd.Outcome outcome) {
            NetworkReplica replica = places[lane];
            HingeReplicas.Job job = replica.job();
            places[lane] = null;
            alive--;
            boolean finite = outcome.stopReason() != StopReason.DIVERGED;
            double[] weights = lanes.weights(lane);
            double[] none = new double[0];
            ended.accept(
                    replica.number(),
                    new HingeReplicas.End(
                            outcome,
                            weights,
                            replica.trainStart(),
                            finite ? lanes.outputs(lane) : none,
                            replica.testStart(),
                            finite ? lanes.outputs(lane, job.test()) : none,
                            finite
                                    ? job.relativeKernelChange(replicas.network(), weights, new TensorGram()::gram)
                                    : Double.NaN));
        }

        /** Moves what is alive to as many lanes as it needs. */
        private void compact() {
            NetworkLanes fewer = open(alive);
            NetworkReplica[] moved = new NetworkReplica[alive];
            int to = 0;
            for (int lane = 0; lane < places.length; lane++) {
                if (places[lane] != null) {
                    fewer.set(to, lanes, lane);
                    moved[to++] = places[lane];
                }
            }
            lanes.close();
            lanes = fewer;
            places = moved;
        }

        private static void checkInterrupt() {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
        }

        @Override
        public void close() {
            lanes.close();
        }
    }
}
