package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * How good samples of an exact interpolant are.
 *
 * <p><b>Shapes</b>: arrays have one entry a coordinate. <b>Special cases</b>: NaN where there is no such number: Kolmogorov–Smirnov in more
 * than one dimension, errors of paths without a fine solution, all but shares and evaluations where a particle diverged.
 *
 * @param distance on the line W_1 to the exact law at the end, in closed form; else sliced W_1 over 64 directions to as many exact samples
 * @param variance unbiased
 * @param energy ∫ E |u|² dt of the drift u, that of the step's method
 */
public record InterpolantResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("share of particles that are finite") double finiteShare,

        @Parameter("W1 to the exact law, sliced in several dimensions")
        double distance,

        @Parameter("standard error of a sliced distance over directions")
        double distanceError,

        @Parameter("Kolmogorov-Smirnov distance to the exact law")
        double kolmogorovSmirnov,

        @Parameter("its p-value") double pValue,

        @Parameter("mean of the samples, by coordinate") Doubles mean,

        @Parameter("variance of the samples, by coordinate") Doubles variance,

        @Parameter("mean of the exact law, by coordinate") Doubles exactMean,

        @Parameter("variance of the exact law, by coordinate")
        Doubles exactVariance,

        @Parameter("covariance of start and end, by coordinate")
        Doubles startCovariance,

        @Parameter("integral of the mean squared drift") double energy,

        @Parameter("mean squared distance of start and end") double displacement,

        @Parameter("evaluations of a field for a particle") double evaluations,

        @Parameter("mean distance to the fine solution") double pathError,

        @Parameter("standard error of the path error") double pathErrorError,

        @Parameter("second moment less that of the fine solution")
        double momentError,

        @Parameter("standard error of the moment error") double momentErrorError)
        implements Trained {}
