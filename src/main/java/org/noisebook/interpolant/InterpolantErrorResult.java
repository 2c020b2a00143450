package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * What samples drawn with wrong fields are worth, and what estimators say of the density that the flow makes.
 *
 * <p><b>Shapes</b>: arrays have one entry an ε. <b>Special cases</b>: NaN where a particle diverged. With y = ρ̂(1)/ρ(1) of the flow (ε =
 * 0) at points of ρ(1), estimators of KL(ρ(1) ‖ ρ̂(1)) are means of −log y, of −log y + y − 1 and, with the sign as printed, of
 * −log y − (y − 1).
 */
public record InterpolantErrorResult(
        @Parameter("W1 of samples to the target, by ε") Doubles distance,

        @Parameter("mean of the samples, by ε") Doubles mean,

        @Parameter("variance of the samples, by ε") Doubles variance,

        @Parameter("KL of the flow by the mean of −log y") double plainDivergence,

        @Parameter("variance of −log y") double plainVariance,

        @Parameter("KL of the flow by the mean of −log y + y − 1")
        double controlledDivergence,

        @Parameter("variance of −log y + y − 1") double controlledVariance,

        @Parameter("least value of −log y + y − 1") double controlledLeast,

        @Parameter("KL of the flow by the mean of −log y − (y − 1)")
        double printedDivergence,

        @Parameter("variance of −log y − (y − 1)") double printedVariance,

        @Parameter("least value of −log y − (y − 1)") double printedLeast) {}
