package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * Log densities of points, computed and exact.
 *
 * <p><b>Shapes</b>: one entry a point. <b>Special cases</b>: errors and deviations are NaN where nothing is random, or there is no such number.
 *
 * @param logDensity at the first time: along the ODE, the mean over copies; by paths, the logarithm of their mean
 * @param startExact exact log density at the first time, 1 − cut
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
