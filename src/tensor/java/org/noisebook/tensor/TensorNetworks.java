package org.noisebook.tensor;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.StopReason;

/**
 * Trains fully connected networks in parallel by the rule of {@link HingeSgd}, where a step is one batched product per
 * layer and direction for all of them.
 *
 * <p>Each replica has a lane. Blocks of steps are drawn on the host from each replica's own stream, copied in at once,
 * run without the host, and evaluated afterwards. A lane whose replica has ended gets the next job; if no jobs are left
 * and at least half of the lanes are empty, the others move to fewer lanes.
 *
 * <p><b>Special cases</b>: a replica may run on for a while after its end, in steps that change nothing because it was
 * fitted, at its cap, or dead. A diverged replica returns to the start of the block and repeats its steps up to the
 * divergence, separately from the others. A network whose outputs are all 0 and that no unfitted point moves is found
 * at a block's end and reported as capped. The criterion is a batch whose outputs are all below the rounding error of
 * F, which is computed here for fitted points too. Steps and updates are those of {@link HingeSgd} if such outputs are
 * exactly 0 from then on; they may differ if outputs are tiny, if some weight still moved, or if a fitted point was in
 * the batch. All points are evaluated only at the end of blocks, so a non-finite output of a point outside the batches
 * may be found later than by {@link HingeSgd}. The length of blocks depends only on the slots and the batch size.
 *
 * <p><b>Error</b>: rounding of the products and of the activation, and in float32 of y F/κ, where the exact rule
 * compares y F with κ. Products of one replica do not depend on the others: on one OpenMP thread results are
 * bit-identical in any lane and with any other replicas. <b>Cost</b>: that of a forward and a backward pass of all
 * points in all batches, including fitted ones; each lane needs memory for all training points, twice the weights and a
 * batch's activities. Points and weights of all concurrent batches take at most 1 GB, or one lane each if that is more.
 */
final class TensorNetworks {
    /** Number of steps in a block: enough that the overhead per block is small. */
    private static final int STEPS = 64;
    /** Largest number of points in the batches of a block. */
    private static final int MOST_PLACES = 1 << 18;
    /** Largest difference of two products for one point, in ulps of the largest output; it seldom exceeds four. */
    private static final double ROUNDING = 64;
    /** Largest number of bytes for points and weights in the lanes of all batches. */
    private static final long MOST_BYTES = 1L << 30;

    private final int slots;
    private final long weightBytes;
    private final int batches;

    /** Trains in at most the given number of lanes. */
    TensorNetworks(int slots) {
        this(slots, Long.MAX_VALUE, 1);
    }

    /**
     * Trains in at most the given number of lanes, limited so that their weights take at most {@code weightBytes}.
     *
     * @param weightBytes on CPU cores, the part of a cache in which weights stay from step to step
     * @param batches number of threads that may train concurrently and share the memory
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

    void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
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

    /** Number of steps in a block, which does not depend on the number of lanes. */
    private int steps(HingeReplicas replicas) {
        return (int) Math.max(1, Math.min(STEPS, MOST_PLACES / ((long) slots * replicas.batchSize())));
    }

    /** All jobs in progress. */
    private static final class Training implements AutoCloseable {
        private final HingeReplicas replicas;
        private final ResultListener<HingeReplicas.TrainingEnd> ended;
        private final int steps;
        private NetworkLanes lanes;
        private NetworkReplica[] places;
        private int next;
        private int alive;

        Training(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended, int count, int steps) {
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

        /** Assigns the next jobs to empty lanes. */
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
                        // Steps after the cap, made only for the other lanes, add 0 times infinite activities.
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

        /** Advances a lane by some steps of the block without the other lanes, whose weights may already be huge. */
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

        /** Determines whether the replica of a lane has ended. */
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
                    new HingeReplicas.TrainingEnd(
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

        /** Moves the remaining replicas to as many lanes as they need. */
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
