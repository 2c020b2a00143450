package org.noisebook.masked;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * How masks are taken off, from t = 1, where all tokens are masked, to 0; a token is masked at t with probability t.
 *
 * <p>In configs: {@code grid(steps=1024, bits=24)}, {@code firstHitting}, {@code leftToRight}.
 */
public sealed interface Unmasking permits Unmasking.Grid, Unmasking.FirstHitting, Unmasking.LeftToRight {
    /**
     * In equal steps of time every masked token is drawn anew, and apart from the others, among all symbols and the mask, by the largest of log
     * weight plus Gumbel noise.
     *
     * @param bits of the uniform numbers behind the noise: 24 as in float32, 53 as in float64
     */
    record Grid(
            @Parameter(value = "steps", range = "[1, 1000000]")
            int steps,

            @Parameter(value = "bits of uniform numbers", range = "[10, 53]")
            int bits)
            implements Unmasking {
        /** Validates. */
        public Grid {
            Ranges.check(Grid.class, steps, bits);
        }

        /** 1024 steps in float64. */
        public static Grid standard() {
            return new Grid(1024, 53);
        }
    }

    /** The times of unmasking come first, τ ← τ u^(1/k) with k tokens masked; at each one of them, any, is drawn given the others. */
    record FirstHitting() implements Unmasking {}

    /** Token after token from the left: exact samples of the language. */
    record LeftToRight() implements Unmasking {}
}
