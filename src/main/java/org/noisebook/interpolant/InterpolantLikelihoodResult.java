package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
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
        @Parameter("log density, by point") Doubles logDensity,

        @Parameter("its standard error, by point") Doubles stdError,

        @Parameter("standard deviation over sets of probes, by point")
        Doubles stdDev,

        @Parameter("exact log density at the first time, by point")
        Doubles startExact,

        @Parameter("exact log density at time 1, by point") Doubles endExact,

        @Parameter("largest error against the density of the first time")
        double largestError,

        @Parameter("largest error against the density of time 1")
        double largestEndError) {}
