package org.noisebook.sgd;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * How the residual of two features oscillated and what the weak one gained.
 *
 * <p>Means are over the steps that are not discarded; NaN after divergence.
 *
 * @param meanResidual mean of e = 1 − F
 * @param weakCourse w from the start on, one entry every {@code recordEvery} steps; NaN from a divergence on
 */
public record FeatureOscillationResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter(value = "mean residual", symbol = "⟨e⟩") double meanResidual,

        @Parameter(value = "mean squared residual", symbol = "⟨e²⟩")
        double meanSquaredResidual,

        @Parameter(value = "mean growth of the logarithm of the strong weight in a step", symbol = "⟨ln|1+2ηe|⟩")
        double meanLogFactor,

        @Parameter(value = "size of the strong weight at the end", symbol = "|s|")
        double strong,

        @Parameter(value = "weak weight at the end", symbol = "w")
        double weak,

        @Parameter("weak weight, by record") Doubles weakCourse)
        implements Trained {
    /** ⟨e⟩/(η⟨e²⟩), which Jensen's inequality brings near 1; NaN without an oscillation. */
    public double jensenRatio(double learningRate) {
        return meanResidual / (learningRate * meanSquaredResidual);
    }
}
