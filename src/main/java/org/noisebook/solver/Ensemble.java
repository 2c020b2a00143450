package org.noisebook.solver;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Moves many particles over a time grid, block by block: each block runs through all steps before the next one starts,
 * so that its data stay in the cache.
 *
 * <p>Blocks are numbered and of fixed size, so that particles receive the same noise for any number of threads.
 *
 * <p><b>Special cases</b>: diverging particles end as infinite or NaN, and {@link #diverged} counts them. A grid of a
 * single time moves nothing.
 */
public final class Ensemble {
    /** Number of particles per block. */
    public static final int BLOCK = 512;

    private Ensemble() {}

    /** Called for a block before and after every step; several threads may call at once for different blocks. */
    public interface Observer {
        /** An observer that does nothing. */
        Observer NONE = (first, step, t, x, count) -> {};

        /**
         * Called before a step with the noise of the step, as needed for the likelihood of a path.
         *
         * @param first index of the first particle of the block
         * @param step number of the step as in {@link #after}, so the first is 1
         * @param x positions of the block, as left by the last {@link #after}; may be changed
         * @param noise noise[m][j][k] as in {@link Sampler.Stepper#step}; may be changed
         */
        default void before(int first, int step, double from, double to, double[][] x, int count, double[][][] noise) {}

        /**
         * Called after a step; step 0 is the start.
         *
         * @param first index of the first particle of the block
         * @param x positions of the block; may be changed, for example by guidance
         */
        void after(int first, int step, double t, double[][] x, int count);
    }

    /**
     * Moves all particles from the first time of the grid to the last, in place.
     *
     * @param sampler the method
     * @param times at least one, ascending or descending
     * @param x x[j][k], coordinate j of particle k
     * @param noise source of the noise
     * @param threads at least 1; affects only the run time
     * @return field evaluations per particle; the largest number if blocks differ
     * @throws CancellationException if the thread is interrupted; x then holds the results of finished blocks only
     */
    public static long run(Sampler sampler, double[] times, double[][] x, Noise noise, int threads, Observer observer) {
        check(sampler.dimension(), times, x);
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        int blocks = (x[0].length + BLOCK - 1) / BLOCK;
        AtomicLong evaluations = new AtomicLong();
        SharedTasks.run(blocks, threads, () -> {
            Worker worker = new Worker(sampler, times, x, noise, observer);
            return block -> evaluations.accumulateAndGet(worker.move(block), Math::max);
        });
        return evaluations.get();
    }

    /**
     * Moves all particles like {@link #run} and records their paths.
     *
     * @param every positions are recorded at the start and after every so many steps
     * @return path[k][j][i], coordinate j of particle k at the i-th of these times
     */
    public static double[][][] paths(Sampler sampler, double[] times, double[][] x, Noise noise, int every) {
        double[][][] path = new double[x[0].length][x.length][(times.length - 1) / every + 1];
        run(sampler, times, x, noise, 1, (first, step, t, now, count) -> {
            for (int k = 0; step % every == 0 && k < count; k++) {
                for (int j = 0; j < now.length; j++) {
                    path[first + k][j][step / every] = now[j][k];
                }
            }
        });
        return path;
    }

    /** The number of particles with a non-finite coordinate. */
    public static int diverged(double[][] x) {
        int particles = 0;
        for (int k = 0; k < x[0].length; k++) {
            boolean finite = true;
            for (double[] coordinate : x) {
                finite &= Double.isFinite(coordinate[k]);
            }
            particles += finite ? 0 : 1;
        }
        return particles;
    }

    /**
     * Checks that particles and times are valid.
     *
     * @throws IllegalArgumentException if particles or times are invalid
     */
    public static void check(int dimension, double[] times, double[][] x) {
        if (x.length != dimension) {
            throw new IllegalArgumentException(
                    "particles must have the sampler's dimension=" + dimension + ", got " + x.length);
        }
        for (double[] coordinate : x) {
            if (coordinate.length != x[0].length) {
                throw new IllegalArgumentException("coordinates must have as many particles each, got " + x[0].length
                        + " and " + coordinate.length);
            }
        }
        if (times.length == 0) {
            throw new IllegalArgumentException("times must hold at least one, got none");
        }
        double direction = Math.signum(times[times.length - 1] - times[0]);
        for (int i = 0; i < times.length; i++) {
            boolean onward = i == 0 || (times[i] - times[i - 1]) * direction > 0;
            if (!onward || !Double.isFinite(times[i])) {
                throw new IllegalArgumentException("times must be finite and ascend or descend, got "
                        + (i == 0 ? "" : times[i - 1] + " then ") + times[i] + " at index " + i);
            }
        }
    }

    /** The memory of one thread. */
    private static final class Worker {
        private final Sampler sampler;
        private final double[] times;
        private final double[][] x;
        private final Noise noise;
        private final Observer observer;
        private final double[][] own;
        private final double[][][] draws;

        Worker(Sampler sampler, double[] times, double[][] x, Noise noise, Observer observer) {
            this.sampler = sampler;
            this.times = times;
            this.x = x;
            this.noise = noise;
            this.observer = observer;
            own = new double[x.length][BLOCK];
            draws = new double[sampler.noises()][x.length][BLOCK];
        }

        long move(int block) {
            int first = block * BLOCK;
            int count = Math.min(BLOCK, x[0].length - first);
            for (int j = 0; j < x.length; j++) {
                System.arraycopy(x[j], first, own[j], 0, count);
            }
            Noise.Block source = noise.block(block);
            Sampler.Stepper stepper = sampler.begin(BLOCK);
            observer.after(first, 0, times[0], own, count);
            for (int step = 1; step < times.length; step++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("sampling interrupted");
                }
                double from = times[step - 1];
                double to = times[step];
                source.fill(step - 1, from, to, count, draws);
                observer.before(first, step, from, to, own, count, draws);
                stepper.step(from, to, own, count, draws);
                observer.after(first, step, to, own, count);
            }
            for (int j = 0; j < x.length; j++) {
                System.arraycopy(own[j], 0, x[j], first, count);
            }
            return stepper.evaluations();
        }
    }
}
