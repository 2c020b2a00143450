package org.noisebook.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.noisebook.experiment.ResultListener;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;

/**
 * Blocks of particles from several replicas, moved together, as many at once as an engine takes; blocks are numbered by
 * {@link Ensemble} to address their noise.
 */
public final class ParticleBlocks {
    private ParticleBlocks() {}

    /**
     * Moves the particles of all replicas.
     *
     * @param most largest number of blocks at once
     * @param mover moves blocks over all times
     */
    public static void move(
            ParticleReplicas replicas,
            int most,
            Consumer<List<Block>> mover,
            ResultListener<ParticleReplicas.FinalState> ended) {
        double[] times = replicas.times();
        List<Block> waiting = new ArrayList<>();
        for (int next = 0; next < replicas.jobs().size() || !waiting.isEmpty(); ) {
            while (waiting.size() < most && next < replicas.jobs().size()) {
                ParticleReplicas.Job job = replicas.jobs().get(next).get();
                Ensemble.check(replicas.dimension(), times, job.start());
                Replica replica = new Replica(next++, job, times.length - 1);
                for (int block = 0; block < replica.energy.length; block++) {
                    waiting.add(new Block(replica, block));
                }
                if (replica.energy.length == 0) {
                    ended.accept(replica.job, new ParticleReplicas.FinalState(replica.x, 0, 0));
                }
            }
            List<Block> blocks = waiting.subList(0, Math.min(waiting.size(), most));
            if (!blocks.isEmpty()) {
                mover.accept(blocks);
            }
            for (Block block : blocks) {
                Replica replica = block.replica;
                if (++replica.ended == replica.energy.length) {
                    ended.accept(
                            replica.job,
                            new ParticleReplicas.FinalState(replica.x, replica.sum(), replicas.evaluations()));
                }
            }
            blocks.clear();
        }
    }

    /** A job in progress. */
    private static final class Replica {
        private final int job;
        private final Noise noise;
        private final double[][] x;
        /** Energy of each block in each part of the path. */
        private final double[][] energy;

        private int ended;

        Replica(int job, ParticleReplicas.Job start, int steps) {
            this.job = job;
            noise = start.noise();
            x = Arrays.stream(start.start()).map(double[]::clone).toArray(double[][]::new);
            energy = new double[(x[0].length + Ensemble.BLOCK - 1) / Ensemble.BLOCK][Math.max(1, steps)];
        }

        /** Sum in the order of the exact engine: by step, then by block. */
        double sum() {
            double sum = 0;
            for (double[] block : energy) {
                for (double part : block) {
                    sum += part;
                }
            }
            return sum;
        }
    }

    /** A block of particles of one replica. */
    public static final class Block {
        private final Replica replica;
        private final int number;
        private int parts;

        private Block(Replica replica, int number) {
            this.replica = replica;
            this.number = number;
        }

        private int first() {
            return number * Ensemble.BLOCK;
        }

        /** Number of particles. */
        public int count() {
            return Math.min(Ensemble.BLOCK, replica.x[0].length - first());
        }

        /** Path noise of this block. */
        public Noise.Block noise() {
            return replica.noise.block(number);
        }

        /** Copies coordinate j of the particles to an array. */
        public void read(int j, double[] to, int at) {
            System.arraycopy(replica.x[j], first(), to, at, count());
        }

        /** Copies coordinate j of the particles from an array. */
        public void write(int j, double[] from, int at) {
            System.arraycopy(from, at, replica.x[j], first(), count());
        }

        /** Adds the energy of the next part of the path, a step or the whole path. */
        public void addEnergy(double part) {
            replica.energy[number][parts++] = part;
        }
    }
}
