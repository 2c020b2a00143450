package org.noisebook.solver;

import org.noisebook.rng.Stream;

/**
 * Where the standard normal numbers of the steps of a sampler come from: a function of block and step or interval.
 *
 * <p>Immutable; the same numbers whoever asks and in whatever order blocks run.
 */
public interface Noise {
    /** For samplers that take none. */
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
         * The numbers of one step; fewer particles get the first of those that more would.
         *
         * @param step 0 for the first
         * @param from time
         * @param to time
         * @param count particles
         * @param out out[m][j][k]
         */
        void fill(int step, double from, double to, int count, double[][][] out);
    }

    /** Numbers addressed by block and step: refining the steps gives another path. */
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
