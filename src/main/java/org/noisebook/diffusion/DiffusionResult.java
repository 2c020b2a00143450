package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * Samples of a diffusion against their law, and log densities along its flow.
 *
 * <p><b>Shapes</b>: arrays have one entry a coordinate, or a bin or time as they say; those of what a config did not ask for are empty.
 * They are copied in and out and compared by value. <b>Special cases</b>: NaN for numbers that a config did not ask for, or
 * that the dimension or method does not have, and for distances where a sample is not finite.
 *
 * @param stopReason completed, or diverged if a sample is not finite
 */
public record DiffusionResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("evaluations of the score for a sample") double evaluations,

        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("KS distance of the samples to their law, on the line")
        double ks,

        @Parameter("(sliced) W1 of the samples and as many fresh points of their law")
        double distance,

        @Parameter("the same of two sets of points of the law")
        double sampleDistance,

        @Parameter("energy distance of the same, without bias, of so many points each")
        double energy,

        @Parameter("mean of the samples, by coordinate") Doubles mean,

        @Parameter("variance of the samples, by coordinate") Doubles variance,

        @Parameter("mean of their law, by coordinate") Doubles lawMean,

        @Parameter("variance of their law, by coordinate") Doubles lawVariance,

        @Parameter("root mean square over coordinates of the error of the mean in its standard errors")
        double meanError,

        @Parameter("root mean square distance of samples from where the exact flow takes the same noise")
        double pathError,

        @Parameter("share of samples in each bin of the first coordinate")
        Doubles shares,

        @Parameter("share of the law in each bin of the first coordinate")
        Doubles lawShares,

        @Parameter("mean of x_τ started at 1, at τ = 0.1, 0.2, … 1")
        Doubles forwardMean,

        @Parameter("standard deviation of x_τ started at 1, at τ = 0.1, 0.2, … 1")
        Doubles forwardStdDev,

        @Parameter("mean of −log p along the flow") double negativeLogLikelihood,

        @Parameter("mean of −log p in closed form, of the same points")
        double exactNegativeLogLikelihood,

        @Parameter("largest error of log p along the flow, with the exact density at its end")
        double logDensityError,

        @Parameter("the same with the prior there") double priorLogDensityError,

        @Parameter("mean over points of log p by one Hutchinson probe minus that by the exact divergence")
        double hutchinsonError,

        @Parameter("its standard error") double hutchinsonStdError)
        implements Trained {}
