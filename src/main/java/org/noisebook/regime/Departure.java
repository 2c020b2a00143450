package org.noisebook.regime;

import org.noisebook.experiment.Parameter;

/** The measures of a {@link org.noisebook.checkpoint.Linearisation} without their intervals; NaN after divergence and where the outputs did not move. */
public record Departure(
        @Parameter(value = "distance from the linearisation at the start", symbol = "δ₁")
        double start,

        @Parameter(value = "distance from the linearisation at the end", symbol = "δ₁′")
        double end,

        @Parameter(value = "change of the slopes", symbol = "δ_s")
        double slope) {
    /** All NaN. */
    public static final Departure NONE = new Departure(Double.NaN, Double.NaN, Double.NaN);
}
