package org.noisebook.sgd;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * The result of one perceptron run. It does not depend on when the run checks whether it has finished.
 *
 * <p>With u = w − w_0, w_1 is u's component on the teacher axis and w_⊥ the others. Trajectory arrays are copied in and
 * out and compared by value; records are taken at floor(10^(k/recordsPerDecade)) steps and at the last change.
 *
 * @param relativeWeightChange |u|/|w_0|, w_0 ~ N(0, I_d)
 * @param testError P(y F ≤ 0) on fresh data in closed form, n_χ(λ*)
 */
public record PerceptronResult(
        @Parameter("why the run ended: fitted, diverged or sampleCap")
        StopReason stopReason,

        @Parameter("index of the last step that changed a weight")
        long steps,

        @Parameter(value = "learningRate · steps", symbol = "t*")
        double time,

        @Parameter("steps with at least one unfitted point in the batch")
        long activeUpdates,

        @Parameter(value = "weight on the teacher axis", symbol = "w₁*")
        double signal,

        @Parameter(value = "norm of the other weights", symbol = "|w⊥|")
        double noise,

        @Parameter(value = "signal / noise", symbol = "λ*") double ratio,

        @Parameter(value = "norm of the weight change over the norm of the initial weights", symbol = "|Δw|/|w₀|")
        double relativeWeightChange,

        @Parameter(value = "probability of an error on fresh data, closed form", symbol = "ε")
        double testError,

        @Parameter("the same on testSize fresh points") double testErrorSampled,
        @Parameter("times of the trajectory records") Doubles trajectoryTime,
        @Parameter("signal at these times") Doubles trajectorySignal,
        @Parameter("noise at these times") Doubles trajectoryNoise)
        implements Trained {}
