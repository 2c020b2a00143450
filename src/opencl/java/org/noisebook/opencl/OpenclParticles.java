package org.noisebook.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.noisebook.experiment.ResultListener;
import org.noisebook.model.ParticleBlocks;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/**
 * Moves particles with drifts of exact mixtures or trained networks: blocks of several replicas in parallel and many
 * steps per launch, with the bits of the exact engine.
 *
 * <p>The host computes the coefficients of the drift at the times of all stages and, for SDEs, draws the noise.
 *
 * <p><b>Special cases</b>: a diverging particle ends as infinite or NaN without affecting others. The device needs
 * float64. <b>Cost</b>: memory for a particle's weights or activities, and twice its coordinates per step of a launch.
 */
final class OpenclParticles {
    /** Numbers per step besides the drifts, as in {@code particles.cl}. */
    private static final int SCALARS = 9;

    private static final String[] FILES = {"group.cl", "activation.cl", "particles.cl"};
    private static final int WEIGHTS = 4;
    private static final int SPREAD = 3;
    private static final int LAST = 8;

    /** Largest numbers of parallel blocks, multiply-adds and noise values per launch: some tens of ms and of MB. */
    private static final int BLOCKS = 256;

    private static final long LAUNCH = 1L << 27;
    private static final long NUMBERS = 1L << 22;

    /** A thread holds a few vectors of this length. */
    static final int MOST_DIMENSIONS = 128;

    private final OpenclQueue queue;
    private final int items;
    private final int lanes;
    private final int mostBlocks;

    /**
     * Creates the part of an engine that moves particles.
     *
     * @param items items per work group
     * @param lanes floats that an item processes at once; for doubles half as many; items × lanes is a power of two up
     *     to a block
     */
    OpenclParticles(OpenclQueue queue, int items, int lanes) {
        this(queue, items, lanes, BLOCKS);
    }

    /** The same with at most the given number of parallel blocks. */
    OpenclParticles(OpenclQueue queue, int items, int lanes, int mostBlocks) {
        this.mostBlocks = mostBlocks;
        this.queue = queue;
        this.items = items;
        this.lanes = (lanes + 1) / 2;
    }

    /**
     * Moves all particles.
     *
     * @throws IllegalArgumentException if the device has no float64 or no room for a block, or there are too many dimensions
     * @throws CancellationException if the thread is interrupted
     */
    void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
        if (!queue.device().hasDouble()) {
            throw new IllegalArgumentException("device must have float64 to move particles, got "
                    + queue.device().name());
        }
        OpenclDrift drift = OpenclDrift.of(replicas);
        ParticleBlocks.move(
                replicas,
                fitting(replicas, drift),
                blocks -> {
                    try (Moving moving = new Moving(replicas, drift, blocks)) {
                        moving.run();
                    }
                },
                ended);
    }

    /** Number of blocks that run in parallel. */
    private int fitting(ParticleReplicas replicas, OpenclDrift drift) {
        long dimension = replicas.dimension();
        if (dimension > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "dimension must be in [1, " + MOST_DIMENSIONS + "] on OpenCL, got " + dimension);
        }
        long drifts = replicas.stages().stages() * drift.record();
        long fixed = drifts + drift.weights().length;
        long largest = queue.device().largestBuffer() / Double.BYTES;
        long room = queue.device().memory() / 2 / Double.BYTES - fixed;
        long fit = Math.min(
                room / (Ensemble.BLOCK * (3 * dimension + drift.memory())),
                largest / (Ensemble.BLOCK * Math.max(dimension, drift.memory())));
        if (fit < 1 || fixed > Math.min(largest, Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(Ensemble.BLOCK + " particles of " + dimension + " dimensions with "
                    + drift.text() + " need more memory than " + queue.device().name() + " gives");
        }
        return (int) Math.min(fit, Math.min(mostBlocks, Math.max(1, NUMBERS / Ensemble.BLOCK / dimension)));
    }

    /** Moves some blocks over all times. */
    private final class Moving implements AutoCloseable {
        private final ParticleReplicas replicas;
        private final double[] times;
        private final int dimension;
        private final boolean noisy;
        private final OdeMethod stages;
        private final OpenclDrift drift;
        private final List<ParticleBlocks.Block> blocks;
        private final List<Noise.Block> noises = new ArrayList<>();
        private final int columns;
        private final int most;
        private final OpenclQueue.Kernel move;
        private final OpenclQueue.Kernel squares;
        private final List<OpenclQueue.Buffer> buffers = new ArrayList<>();

        Moving(ParticleReplicas replicas, OpenclDrift drift, List<ParticleBlocks.Block> blocks) {
            this.replicas = replicas;
            this.drift = drift;
            this.times = replicas.times();
            this.dimension = replicas.dimension();
            this.noisy = replicas.method() instanceof SdeMethod;
            this.stages = replicas.stages();
            this.blocks = blocks;
            this.columns = blocks.size() * Ensemble.BLOCK;
            long work = columns * stages.stages() * drift.work();
            long drifts = stages.stages() * drift.record();
            long numbers = (long) columns * dimension;
            long room = queue.device().memory() / 2 / Double.BYTES
                    - numbers
                    - (long) columns * drift.memory()
                    - drift.weights().length;
            long largest = Math.min(queue.device().largestBuffer() / Double.BYTES, Integer.MAX_VALUE);
            long fit = Math.min(room / (2 * numbers + drifts), largest / Math.max(numbers, drifts));
            long launch = Math.min(LAUNCH / work, NUMBERS / numbers);
            this.most = (int) Math.max(1, Math.min(times.length - 1, Math.min(fit, launch)));
            blocks.forEach(block -> noises.add(block.noise()));
            String method = " -D D=" + dimension + " -D STAGES=" + stages.stages() + (noisy ? " -D SDE" : "");
            this.move = kernel("move", method + drift.options());
            this.squares = kernel("squares", " -D D=1 -D STAGES=1");
        }

        private OpenclQueue.Kernel kernel(String name, String more) {
            String options = "-D ITEMS=" + items + " -D V=" + lanes + more;
            return queue.build(name, options, FILES);
        }

        private OpenclQueue.Buffer doubles(long length) {
            OpenclQueue.Buffer buffer = queue.buffer(length * Double.BYTES);
            buffers.add(buffer);
            return buffer;
        }

        void run() {
            double[] x = new double[dimension * columns];
            int[] counts = blocks.stream().mapToInt(ParticleBlocks.Block::count).toArray();
            copy(x, false);
            OpenclQueue.Buffer particles = doubles(x.length);
            OpenclQueue.Buffer memory = doubles((long) drift.memory() * columns);
            OpenclQueue.Buffer nets = doubles(drift.nets().length);
            OpenclQueue.Buffer weights = doubles(drift.weights().length);
            OpenclQueue.Buffer described = doubles(most * stages.stages() * drift.record());
            OpenclQueue.Buffer scalars = doubles((long) most * SCALARS);
            OpenclQueue.Buffer noise = doubles(noisy ? (long) most * x.length : 1);
            OpenclQueue.Buffer moved = doubles((long) most * x.length);
            OpenclQueue.Buffer size = doubles(counts.length);
            OpenclQueue.Buffer sums = doubles((long) most * counts.length);
            queue.write(particles, 0, x);
            queue.write(size, 0, counts);
            queue.write(nets, 0, drift.nets());
            queue.write(weights, 0, drift.weights(), false);
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
                        drift.memory(),
                        drift.record(),
                        steps,
                        particles,
                        memory,
                        nets,
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
                    int step = first + k / counts.length;
                    blocks.get(k % counts.length).addEnergy(energy[k] / Math.abs(times[step + 1] - times[step]));
                }
            }
            queue.read(particles, 0, x);
            copy(x, true);
        }

        /** Copies between the arrays of the blocks and a single array of all columns. */
        private void copy(double[] x, boolean back) {
            for (int b = 0; b < blocks.size(); b++) {
                for (int j = 0; j < dimension; j++) {
                    int at = j * columns + b * Ensemble.BLOCK;
                    if (back) {
                        blocks.get(b).write(j, x, at);
                    } else {
                        blocks.get(b).read(j, x, at);
                    }
                }
            }
        }

        /** Computes drifts at the times of all stages, and factors of steps. */
        private void describe(int first, int steps, OpenclQueue.Buffer described, OpenclQueue.Buffer scalars) {
            double[] all = new double[(int) (steps * stages.stages() * drift.record())];
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
                    double[] numbers = drift.numbers().apply(stages.time(stage, from, to));
                    System.arraycopy(numbers, 0, all, at, numbers.length);
                    at += numbers.length;
                }
                scalar[own + LAST] = h / weight;
                if (noisy) {
                    scalar[own + SPREAD] = Math.sqrt(2 * replicas.diffusion() * Math.abs(h));
                }
            }
            queue.write(described, 0, all);
            queue.write(scalars, 0, scalar);
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
