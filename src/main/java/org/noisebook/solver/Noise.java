package org.noisebook.solver;

import org.noisebook.rng.Stream;

/**
 * Source of the standard normal numbers for a sampler's steps, as a function of block and step or time interval.
 *
 * <p>Immutable; the numbers do not depend on the caller or on the order in which blocks run.
 */
public interface Noise {
    /** The noise source for deterministic samplers. */
    Noise NONE = block -> (step, from, to, count, out) -> {
        if (out.length > 0) {
            throw new IllegalStateException("a sampler that takes noise was given none");
        }
    };

    /** The numbers of one block, for one thread. */
    Block block(long block);

    /** Fills the noise of a block. */
    interface Block {
        /**
         * The numbers of one step; a smaller block gets a prefix of the numbers for a larger one.
         *
         * @param step 0 for the first
         * @param from time
         * @param to time
         * @param count particles
         * @param out out[m][j][k]
         */
        void fill(int step, double from, double to, int count, double[][][] out);
    }

    /** Noise addressed by block and step: refining the steps gives a different path, unlike with {@link Brownian}. */
    static Noise independent(Stream stream) {
        return block -> {
            Stream own = stream.part(block);
            return (step, from, to, count, out) -> {
                Stream draws = own.part(step);
                for (int k = 0; k < count; k++) {
                    for (double[][] vector : out) {
                        for (double[] coordinate : vector) {
                            coordinate[k] = draws.nextGaussian();
                        }
                    }
                }
            };
        };
    }

    /**
     * Noise given in advance: drawn by {@link #draw}, recovered from a trajectory, or designed.
     *
     * @param numbers numbers[step][m][j][k], k over all particles; not copied, so do not change it during a run
     */
    static Noise recorded(double[][][][] numbers) {
        return block -> (step, from, to, count, out) -> {
            int first = Math.toIntExact(block * Ensemble.BLOCK);
            for (int m = 0; m < out.length; m++) {
                for (int j = 0; j < out[m].length; j++) {
                    if (step >= numbers.length
                            || m >= numbers[step].length
                            || j >= numbers[step][m].length
                            || first + count > numbers[step][m][j].length) {
                        throw new IllegalArgumentException("recorded noise must cover step " + step + ", vector " + m
                                + ", coordinate " + j + " of particles up to " + (first + count) + ", got less");
                    }
                    System.arraycopy(numbers[step][m][j], first, out[m][j], 0, count);
                }
            }
        };
    }

    /**
     * The noise that a run would receive, in the form of {@link #recorded}; replaying it gives the same bytes.
     *
     * <p><b>Cost</b>: memory for noises × dimension numbers per step and particle.
     */
    default double[][][][] draw(double[] times, int noises, int dimension, int particles) {
        double[][][][] numbers = new double[Math.max(0, times.length - 1)][noises][dimension][particles];
        double[][][] part = new double[noises][dimension][Ensemble.BLOCK];
        for (int first = 0; first < particles; first += Ensemble.BLOCK) {
            int count = Math.min(Ensemble.BLOCK, particles - first);
            Block source = block(first / Ensemble.BLOCK);
            for (int step = 0; step < numbers.length; step++) {
                source.fill(step, times[step], times[step + 1], count, part);
                for (int m = 0; m < noises; m++) {
                    for (int j = 0; j < dimension; j++) {
                        System.arraycopy(part[m][j], 0, numbers[step][m][j], first, count);
                    }
                }
            }
        }
        return numbers;
    }
}
