package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;

/**
 * What samples drawn with wrong fields are worth, and what estimators say of the density that the flow makes.
 *
 * <p><b>Shapes</b>: arrays have one entry an ε. <b>Special cases</b>: NaN where a particle diverged. With y = ρ̂(1)/ρ(1) of the flow (ε =
 * 0) at points of ρ(1), estimators of KL(ρ(1) ‖ ρ̂(1)) are means of −log y, of −log y + y − 1 and, with the sign as printed, of
 * −log y − (y − 1).
 *
 * @param distance W_1 of the samples to ρ(1)
 * @param mean of the samples
 * @param variance of the samples
 * @param plainDivergence mean of −log y
 * @param plainVariance of −log y over points
 * @param controlledDivergence mean of −log y + y − 1
 * @param controlledVariance its variance over points
 * @param controlledLeast its least value
 * @param printedDivergence mean of −log y − (y − 1)
 * @param printedVariance its variance over points
 * @param printedLeast its least value
 */
public record InterpolantErrorResult(
        @Parameter("W1 of samples to the target, by ε") double[] distance,

        @Parameter("mean of the samples, by ε") double[] mean,

        @Parameter("variance of the samples, by ε") double[] variance,

        @Parameter("KL of the flow by the mean of −log y") double plainDivergence,

        @Parameter("variance of −log y") double plainVariance,

        @Parameter("KL of the flow by the mean of −log y + y − 1")
        double controlledDivergence,

        @Parameter("variance of −log y + y − 1") double controlledVariance,

        @Parameter("least value of −log y + y − 1") double controlledLeast,

        @Parameter("KL of the flow by the mean of −log y − (y − 1)")
        double printedDivergence,

        @Parameter("variance of −log y − (y − 1)") double printedVariance,

        @Parameter("least value of −log y − (y − 1)") double printedLeast) {

    /** Copies the arrays. */
    public InterpolantErrorResult {
        distance = distance.clone();
        mean = mean.clone();
        variance = variance.clone();
    }

    @Override
    public double[] distance() {
        return distance.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] variance() {
        return variance.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InterpolantErrorResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {
            distance,
            mean,
            variance,
            plainDivergence,
            plainVariance,
            controlledDivergence,
            controlledVariance,
            controlledLeast,
            printedDivergence,
            printedVariance,
            printedLeast
        };
    }
}
