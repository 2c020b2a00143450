package org.noisebook.diffusion;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * What is known of the data that a diffusion samples.
 *
 * <p>In configs: {@code none}, {@code component(index=2)}, {@code known(coordinates=32, filling=exact)}.
 */
public sealed interface DiffusionCondition
        permits DiffusionCondition.None, DiffusionCondition.Component, DiffusionCondition.Known {
    /** Nothing. */
    record None() implements DiffusionCondition {}

    /**
     * The component of the mixture, by the score s + ∇ log p_τ(component | x) ({@link Guidance} at w = 1).
     *
     * @param index from 0
     */
    record Component(
            @Parameter(value = "which component", range = "[0, 1000000]")
            int index) implements DiffusionCondition {
        /** Validates; too large an index fails in the run. */
        public Component {
            Ranges.check(Component.class, index);
        }
    }

    /** How known coordinates enter. */
    enum Filling {
        /** By the score of the others given them, exactly. */
        EXACT,
        /**
         * Before every step they are replaced by known values with the noise of that time (Song et al. 2021, appendix I.2): not exact
         * whatever the steps, since the score is told the values only under noise.
         */
        REPLACEMENT
    }

    /** The first coordinates of one point of the data, which is drawn from the stream {@code observed}. */
    record Known(
            @Parameter(value = "known coordinates, the first ones and not all", range = "[1, 1000000]")
            int coordinates,

            @Parameter("how known coordinates enter: exact or replacement")
            Filling filling)
            implements DiffusionCondition {
        /** Validates; too many coordinates fail in the run. */
        public Known {
            Ranges.check(Known.class, coordinates, filling);
        }

        /** One coordinate, exactly. */
        public static Known standard() {
            return new Known(1, Filling.EXACT);
        }
    }
}
