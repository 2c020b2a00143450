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
}
