package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;

/**
 * Log densities of points, computed and exact.
 *
 * <p><b>Shapes</b>: one entry a point. <b>Special cases</b>: errors and deviations are NaN where nothing is random, or there is no such number.
 *
 * @param logDensity at the first time: along the ODE, the mean over copies; by paths, the logarithm of their mean
 * @param stdError its standard error over copies
 * @param stdDev of one copy around the mean, for probes
 * @param startExact exact log density at the first time, 1 − cut
 * @param endExact exact log density at time 1
 * @param largestError of the log densities against {@code startExact}
 * @param largestEndError of the log densities against {@code endExact}
 */
public record InterpolantLikelihoodResult(
        @Parameter("log density, by point") double[] logDensity,

        @Parameter("its standard error, by point") double[] stdError,

        @Parameter("standard deviation over sets of probes, by point")
        double[] stdDev,

        @Parameter("exact log density at the first time, by point")
        double[] startExact,

        @Parameter("exact log density at time 1, by point") double[] endExact,

        @Parameter("largest error against the density of the first time")
        double largestError,

        @Parameter("largest error against the density of time 1")
        double largestEndError) {

    /** Copies the arrays. */
    public InterpolantLikelihoodResult {
        logDensity = logDensity.clone();
        stdError = stdError.clone();
        stdDev = stdDev.clone();
        startExact = startExact.clone();
        endExact = endExact.clone();
    }

    @Override
    public double[] logDensity() {
        return logDensity.clone();
    }

    @Override
    public double[] stdError() {
        return stdError.clone();
    }

    @Override
    public double[] stdDev() {
        return stdDev.clone();
    }

    @Override
    public double[] startExact() {
        return startExact.clone();
    }

    @Override
    public double[] endExact() {
        return endExact.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InterpolantLikelihoodResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {logDensity, stdError, stdDev, startExact, endExact, largestError, largestEndError};
    }
}
