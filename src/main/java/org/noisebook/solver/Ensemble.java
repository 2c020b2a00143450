package org.noisebook.solver;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Moves many particles over a grid of times, block by block: a block runs through all steps before the next, so that its
 * numbers stay in cache.
 *
 * <p>Blocks are numbered and of fixed size, so that the same particles meet the same noise for any number of threads.
 */
public final class Ensemble {
    /** Particles of a block. */
    public static final int BLOCK = 512;

    private Ensemble() {}

    /** Told of a block after every step; blocks may be told of by several threads at once. */
    public interface Observer {
        /** Sees nothing. */
        Observer NONE = (first, step, t, x, count) -> {};

        /**
         * After a step; step 0 is the start.
         *
         * @param first index of the first particle of the block
         * @param x of the block; may be changed, which is what guidance does
         */
        void after(int first, int step, double t, double[][] x, int count);
    }

    /**
     * Moves all particles from the first time of the grid to the last, in place.
     *
     * @param sampler how
     * @param times at least one, ascending or descending
     * @param x x[j][k], coordinate j of particle k
     * @param noise where its noise comes from
     * @param threads at least 1; changes nothing but the time it takes
     * @return evaluations of fields a particle
     * @throws CancellationException if the thread is interrupted
     */
    public static long run(Sampler sampler, double[] times, double[][] x, Noise noise, int threads, Observer observer) {
        check(sampler, times, x, threads);
        int count = x[0].length;
        int blocks = (count + BLOCK - 1) / BLOCK;
        AtomicLong evaluations = new AtomicLong();
        Workers.run(blocks, threads, () -> {
            double[][] own = new double[x.length][BLOCK];
            double[][][] draws = new double[sampler.noises()][x.length][BLOCK];
            return block -> evaluations.accumulateAndGet(
                    runBlock(sampler, times, x, noise, observer, block, own, draws), Math::max);
        });
        return evaluations.get();
    }

    private static void check(Sampler sampler, double[] times, double[][] x, int threads) {
        if (x.length != sampler.dimension()) {
            throw new IllegalArgumentException(
                    "particles must have the sampler's dimension=" + sampler.dimension() + ", got " + x.length);
        }
        if (times.length < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "times and threads must be at least 1, got " + times.length + " and " + threads);
        }
        double direction = Math.signum(times[times.length - 1] - times[0]);
        boolean monotone = IntStream.range(1, times.length)
                .allMatch(i -> Math.signum(times[i] - times[i - 1]) == direction && direction != 0);
        if (!monotone || !Double.isFinite(times[0])) {
            throw new IllegalArgumentException("times must ascend or descend, each finite");
        }
    }

    private static long runBlock(
            Sampler sampler,
            double[] times,
            double[][] x,
            Noise noise,
            Observer observer,
            int block,
            double[][] own,
            double[][][] draws) {
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
            source.fill(step - 1, times[step - 1], times[step], count, draws);
            stepper.step(times[step - 1], times[step], own, count, draws);
            observer.after(first, step, times[step], own, count);
        }
        for (int j = 0; j < x.length; j++) {
            System.arraycopy(own[j], 0, x[j], first, count);
        }
        return stepper.evaluations();
    }
}
