package org.noisebook.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine.Ended;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;

/**
 * Particles of several replicas side by side: blocks of them, as {@link Ensemble} numbers them for their noise, share one array.
 *
 * <p>All particles run through the same times, so a batch stays full to its end, and whose blocks lie beside each other does not matter.
 * Products round as their shapes have it, so a batch has as many columns as dimension and components say, whether there are particles for
 * all of them or not.
 *
 * <p><b>Special cases</b>: a particle that diverges ends infinite or NaN, alone. <b>Error</b>: rounding, in another order than the exact
 * engine's, and in the same one whatever is beside a particle.
 *
 * <p><b>Cost</b>: a batch that is not full costs as much as a full one.
 */
final class TensorParticles {
    /** Numbers of a mixture's first product: 1 MB, with 2¹⁸ the best of 2¹⁵ to 2²¹ numbers. */
    private static final int CACHED = 1 << 17;
    /** On a card: 128 MB. */
    private static final int CARD = 1 << 24;

    private final int numbers;

    TensorParticles() {
        this(Nd4j.getEnvironment().isCPU() ? CACHED : CARD);
    }

    /** With so many numbers of a mixture's first product at once at most, if one block needs no more. */
    TensorParticles(int numbers) {
        this.numbers = numbers;
    }

    void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended) {
        if (replicas.jobs().isEmpty()) {
            return;
        }
        double[] times = replicas.times();
        Ensemble.check(replicas.dimension(), times, new double[replicas.dimension()][0]);
        int components = replicas.drift().apply(times[0]).components();
        int most = Math.max(1, numbers / TensorMixture.rows(replicas.dimension(), components) / Ensemble.BLOCK);
        Deque<Block> queue = new ArrayDeque<>();
        int next = 0;
        try (TensorProgram memory = new TensorProgram()) {
            ParticleBatch batch = new ParticleBatch(memory, replicas, components, most);
            while (next < replicas.jobs().size() || !queue.isEmpty()) {
                while (queue.size() < most && next < replicas.jobs().size()) {
                    ParticleReplicas.Job job = replicas.jobs().get(next).get();
                    Ensemble.check(replicas.dimension(), times, job.start());
                    Replica replica = new Replica(next, job);
                    if (replica.blocks == 0) {
                        ended.accept(next, new ParticleReplicas.End(replica.x, 0, 0));
                    }
                    queue.addAll(replica.blocks());
                    next++;
                }
                List<Block> blocks = new ArrayList<>();
                while (blocks.size() < most && !queue.isEmpty()) {
                    blocks.add(queue.remove());
                }
                if (blocks.isEmpty()) {
                    return;
                }
                batch.run(blocks);
                for (Block block : blocks) {
                    block.replica.end(replicas.evaluations(), ended);
                }
            }
        }
    }

    /** A job that runs. */
    private static final class Replica {
        private final int job;
        private final Noise noise;
        /** Where particles are. */
        private final double[][] x;

        private final int blocks;
        private int ended;
        private double energy;

        Replica(int job, ParticleReplicas.Job start) {
            this.job = job;
            noise = start.noise();
            x = Arrays.stream(start.start()).map(double[]::clone).toArray(double[][]::new);
            blocks = (x[0].length + Ensemble.BLOCK - 1) / Ensemble.BLOCK;
        }

        List<Block> blocks() {
            List<Block> list = new ArrayList<>();
            for (int block = 0; block < blocks; block++) {
                list.add(new Block(this, block));
            }
            return list;
        }

        /** One more block has ended. */
        void end(long evaluations, Ended<ParticleReplicas.End> sink) {
            ended++;
            if (ended == blocks) {
                sink.accept(job, new ParticleReplicas.End(x, energy, evaluations));
            }
        }
    }

    /**
     * Some particles of a replica.
     *
     * @param number of the block in its replica
     */
    record Block(Replica replica, int number) {
        private int first() {
            return number * Ensemble.BLOCK;
        }

        int count() {
            return Math.min(Ensemble.BLOCK, replica.x[0].length - first());
        }

        Noise.Block noise() {
            return replica.noise.block(number);
        }

        /** Copies coordinate j of the particles to an array. */
        void read(int j, double[] to, int at) {
            System.arraycopy(replica.x[j], first(), to, at, count());
        }

        /** Copies coordinate j of the particles from an array. */
        void write(int j, double[] from, int at) {
            System.arraycopy(from, at, replica.x[j], first(), count());
        }

        void addEnergy(double energy) {
            replica.energy += energy;
        }
    }
}
