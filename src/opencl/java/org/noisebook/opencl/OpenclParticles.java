package org.noisebook.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine.Ended;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/**
 * Moves particles of exact mixtures, the blocks of several replicas side by side and many steps a launch, with the bits of the exact engine.
 *
 * <p>The host takes the mixtures at the times of all stages and, for SDEs, draws the noise.
 *
 * <p><b>Special cases</b>: a particle that diverges ends infinite or NaN, alone. Needs float64 on the device. <b>Cost</b>: a particle's
 * weights, and for each step of a launch twice its coordinates, in memory.
 */
final class OpenclParticles {
    /** Numbers of a step beside its mixtures, as in {@code particles.cl}. */
    private static final int SCALARS = 9;

    private static final int WEIGHTS = 4;
    private static final int SPREAD = 3;
    private static final int LAST = 8;

    /** Blocks side by side at most, multiply-adds of a launch, and numbers of its noise: some tens of milliseconds and of MB. */
    private static final int BLOCKS = 256;

    private static final long LAUNCH = 1L << 27;
    private static final long NUMBERS = 1L << 22;

    /** A thread keeps some vectors of so many numbers. */
    private static final int MOST_DIMENSIONS = 128;

    private final OpenclQueue queue;
    private final int items;
    private final int lanes;
    private final int mostBlocks;

    /**
     * An engine's part.
     *
     * @param items of a group
     * @param lanes floats that an item takes at once; of doubles half as many; with items a power of two up to a block
     */
    OpenclParticles(OpenclQueue queue, int items, int lanes) {
        this(queue, items, lanes, BLOCKS);
    }

    /** With at most so many blocks side by side. */
    OpenclParticles(OpenclQueue queue, int items, int lanes, int mostBlocks) {
        this.mostBlocks = mostBlocks;
        this.queue = queue;
        this.items = items;
        this.lanes = (lanes + 1) / 2;
    }

    /** Some particles of a replica. */
    private record Block(Replica replica, int number) {
        int first() {
            return number * Ensemble.BLOCK;
        }

        int count() {
            return Math.min(Ensemble.BLOCK, replica.x[0].length - first());
        }
    }

    /** A job under way. */
    private static final class Replica {
        final int job;
        final ParticleReplicas.Job start;
        final double[][] x;
        /** Of each block and step. */
        final double[][] energy;

        int ended;

        Replica(int job, ParticleReplicas.Job start, int steps) {
            this.job = job;
            this.start = start;
            x = Arrays.stream(start.start()).map(double[]::clone).toArray(double[][]::new);
            energy = new double[(x[0].length + Ensemble.BLOCK - 1) / Ensemble.BLOCK][steps];
        }

        /** As the exact engine adds them: step after step, block after block. */
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

    /**
     * Moves all.
     *
     * @throws IllegalArgumentException if the device has no float64 or no room for a block, or there are too many dimensions
     * @throws CancellationException if the thread is interrupted
     */
    void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended) {
        if (!queue.device().hasDouble()) {
            throw new IllegalArgumentException("device must have float64 to move particles, got "
                    + queue.device().name());
        }
        double[] times = replicas.times();
        int components = replicas.drift().apply(times[0]).components();
        int most = fitting(replicas, components);
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
                    ended.accept(replica.job, new ParticleReplicas.End(replica.x, 0, 0));
                }
            }
            if (!waiting.isEmpty()) {
                List<Block> blocks = waiting.subList(0, Math.min(waiting.size(), most));
                try (Moving moving = new Moving(replicas, times, components, blocks)) {
                    moving.run();
                }
                for (Block block : blocks) {
                    Replica replica = block.replica();
                    if (++replica.ended == replica.energy.length) {
                        ended.accept(
                                replica.job,
                                new ParticleReplicas.End(replica.x, replica.sum(), replicas.evaluations()));
                    }
                }
                blocks.clear();
            }
        }
    }

    /** Doubles that describe the mixtures of a step. */
    private static long mixtures(ParticleReplicas replicas, int components) {
        long dimension = replicas.dimension();
        return replicas.stages().stages() * components * (2 * dimension * (dimension + 1) + 1);
    }

    /** Blocks that go side by side. */
    private int fitting(ParticleReplicas replicas, int components) {
        long dimension = replicas.dimension();
        if (dimension > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "dimension must be in [1, " + MOST_DIMENSIONS + "] on OpenCL, got " + dimension);
        }
        long mixtures = mixtures(replicas, components);
        long largest = queue.device().largestBuffer() / Double.BYTES;
        long room = queue.device().memory() / 2 / Double.BYTES - mixtures;
        long fit = Math.min(
                room / (Ensemble.BLOCK * (3 * dimension + components)),
                largest / (Ensemble.BLOCK * Math.max(dimension, components)));
        if (fit < 1 || mixtures > Math.min(largest, Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(Ensemble.BLOCK + " particles of " + dimension + " dimensions with "
                    + components + " components need more memory than "
                    + queue.device().name() + " gives");
        }
        return (int) Math.min(fit, Math.min(mostBlocks, Math.max(1, NUMBERS / Ensemble.BLOCK / dimension)));
    }

    /** Some blocks over all times. */
    private final class Moving implements AutoCloseable {
        private final ParticleReplicas replicas;
        private final double[] times;
        private final int dimension;
        private final boolean noisy;
        private final OdeMethod stages;
        private final List<Block> blocks;
        private final List<Noise.Block> noises = new ArrayList<>();
        private final int columns;
        private final int components;
        private final long mixtures;
        private final int most;
        private final OpenclQueue.Kernel move;
        private final OpenclQueue.Kernel squares;
        private final List<OpenclQueue.Buffer> buffers = new ArrayList<>();

        Moving(ParticleReplicas replicas, double[] times, int components, List<Block> blocks) {
            this.replicas = replicas;
            this.times = times;
            this.dimension = replicas.dimension();
            this.noisy = replicas.method() instanceof SdeMethod;
            this.stages = replicas.stages();
            this.blocks = blocks;
            this.columns = blocks.size() * Ensemble.BLOCK;
            this.components = components;
            this.mixtures = mixtures(replicas, components);
            long work = (long) columns * stages.stages() * components * (2L * dimension * dimension + 16);
            long numbers = (long) columns * dimension;
            long room = queue.device().memory() / 2 / Double.BYTES - numbers - (long) columns * components;
            long largest = Math.min(queue.device().largestBuffer() / Double.BYTES, Integer.MAX_VALUE);
            long fit = Math.min(room / (2 * numbers + mixtures), largest / Math.max(numbers, mixtures));
            long launch = Math.min(LAUNCH / work, NUMBERS / numbers);
            this.most = (int) Math.max(1, Math.min(times.length - 1, Math.min(fit, launch)));
            blocks.forEach(block -> noises.add(block.replica().start.noise().block(block.number())));
            this.move =
                    kernel("move", " -D D=" + dimension + " -D STAGES=" + stages.stages() + (noisy ? " -D SDE" : ""));
            this.squares = kernel("squares", " -D D=1 -D STAGES=1");
        }

        private OpenclQueue.Kernel kernel(String name, String more) {
            String options = "-D REAL64 -D ITEMS=" + items + " -D V=" + lanes + more;
            return queue.build(name, options, "group.cl", "particles.cl");
        }

        private OpenclQueue.Buffer doubles(long length) {
            OpenclQueue.Buffer buffer = queue.buffer(length * Double.BYTES);
            buffers.add(buffer);
            return buffer;
        }

        void run() {
            double[] x = new double[dimension * columns];
            int[] counts = blocks.stream().mapToInt(Block::count).toArray();
            copy(x, false);
            OpenclQueue.Buffer particles = doubles(x.length);
            OpenclQueue.Buffer weights = doubles((long) components * columns);
            OpenclQueue.Buffer described = doubles(most * mixtures);
            OpenclQueue.Buffer scalars = doubles((long) most * SCALARS);
            OpenclQueue.Buffer noise = doubles(noisy ? (long) most * x.length : 1);
            OpenclQueue.Buffer moved = doubles((long) most * x.length);
            OpenclQueue.Buffer size = doubles(counts.length);
            OpenclQueue.Buffer sums = doubles((long) most * counts.length);
            queue.write(particles, 0, x);
            queue.write(size, 0, counts);
            for (int first = 0; first < times.length - 1; first += most) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("sampling interrupted");
                }
                int steps = Math.min(most, times.length - 1 - first);
                describe(first, steps, described, scalars);
                if (noisy) {
                    queue.write(noise, 0, draw(first, steps));
                }
                queue.launch(
                        move,
                        columns / lanes / items,
                        items,
                        columns,
                        components,
                        steps,
                        particles,
                        weights,
                        described,
                        scalars,
                        noise,
                        moved);
                double[] energy = new double[steps * counts.length];
                int groups = (energy.length + items - 1) / items;
                queue.launch(squares, groups, items, dimension, columns, Ensemble.BLOCK, steps, size, moved, sums);
                queue.read(sums, 0, energy);
                for (int k = 0; k < energy.length; k++) {
                    Block block = blocks.get(k % counts.length);
                    int step = first + k / counts.length;
                    block.replica().energy[block.number()][step] = energy[k] / Math.abs(times[step + 1] - times[step]);
                }
            }
            queue.read(particles, 0, x);
            copy(x, true);
        }

        /** Between the blocks' own arrays and one of all columns. */
        private void copy(double[] x, boolean back) {
            for (int b = 0; b < blocks.size(); b++) {
                int first = blocks.get(b).first();
                for (int j = 0; j < dimension; j++) {
                    double[] own = blocks.get(b).replica().x[j];
                    int at = j * columns + b * Ensemble.BLOCK;
                    System.arraycopy(
                            back ? x : own,
                            back ? at : first,
                            back ? own : x,
                            back ? first : at,
                            blocks.get(b).count());
                }
            }
        }

        /** Mixtures at the times of all stages, and factors of steps. */
        private void describe(int first, int steps, OpenclQueue.Buffer described, OpenclQueue.Buffer scalars) {
            double[] all = new double[(int) (steps * mixtures)];
            double[] scalar = new double[steps * SCALARS];
            int at = 0;
            for (int step = 0; step < steps; step++) {
                double from = times[first + step];
                double to = times[first + step + 1];
                double h = to - from;
                double weight = 0;
                int own = step * SCALARS;
                for (int stage = 0; stage < stages.stages(); stage++) {
                    scalar[own + WEIGHTS + stage] = stages.weight(stage);
                    weight += stages.weight(stage);
                    scalar[own + stage] = stages.node(stage) * h;
                    at = add(replicas.drift().apply(stages.time(stage, from, to)), all, at);
                }
                scalar[own + LAST] = h / weight;
                if (noisy) {
                    scalar[own + SPREAD] = Math.sqrt(2 * replicas.diffusion() * Math.abs(h));
                }
            }
            queue.write(described, 0, all);
            queue.write(scalars, 0, scalar);
        }

        private int add(AffineMixture mixture, double[] all, int start) {
            int at = start;
            double[][] parts = {mixture.roots(), mixture.shifts(), mixture.costs(), mixture.offsets(), mixture.slopes()
            };
            for (int k = 0; k < components; k++) {
                for (double[] part : parts) {
                    int length = part.length / components;
                    System.arraycopy(part, k * length, all, at, length);
                    at += length;
                }
            }
            return at;
        }

        private double[] draw(int first, int steps) {
            double[] all = new double[steps * dimension * columns];
            double[][][] part = new double[1][dimension][Ensemble.BLOCK];
            for (int b = 0; b < blocks.size(); b++) {
                int count = blocks.get(b).count();
                for (int step = 0; step < steps; step++) {
                    int number = first + step;
                    noises.get(b).fill(number, times[number], times[number + 1], count, part);
                    for (int j = 0; j < dimension; j++) {
                        System.arraycopy(
                                part[0][j], 0, all, (step * dimension + j) * columns + b * Ensemble.BLOCK, count);
                    }
                }
            }
            return all;
        }

        @Override
        public void close() {
            buffers.forEach(OpenclQueue.Buffer::close);
        }
    }
}
