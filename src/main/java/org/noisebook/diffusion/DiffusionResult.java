package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * Samples of a diffusion compared with their distribution, and log densities along its flow.
 *
 * <p><b>Shapes</b>: arrays have one entry per coordinate, or per bin or time where stated; those that a config does not
 * request are empty. They are copied in and out and compared by value. <b>Special cases</b>: NaN for numbers that a
 * config does not request or that do not exist for the dimension or method, and distances if a sample is not finite.
 *
 * @param stopReason completed, or diverged if a sample is not finite
 */
public record DiffusionResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("score evaluations per sample") double evaluations,

        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("KS distance of the samples from their distribution, in one dimension")
        double ks,

        @Parameter("(sliced) W1 between the samples and as many fresh points of their distribution")
        double distance,

        @Parameter("the same between two sets of points of the distribution")
        double sampleDistance,

        @Parameter("unbiased energy distance of the same, with this many points each")
        double energy,

        @Parameter("mean of the samples, per coordinate") Doubles mean,

        @Parameter("variance of the samples, per coordinate")
        Doubles variance,

        @Parameter("mean of the distribution, per coordinate")
        Doubles lawMean,

        @Parameter("variance of the distribution, per coordinate")
        Doubles lawVariance,

        @Parameter("error of the mean in standard errors, root mean square over coordinates")
        double meanError,

        @Parameter("root mean square distance of samples from where the exact flow takes the same noise")
        double pathError,

        @Parameter("share of samples in each bin of the first coordinate")
        Doubles shares,

        @Parameter("share of the distribution in each bin of the first coordinate")
        Doubles lawShares,

        @Parameter("mean of x_τ started at 1, at τ = 0.1, 0.2, … 1")
        Doubles forwardMean,

        @Parameter("standard deviation of x_τ started at 1, at τ = 0.1, 0.2, … 1")
        Doubles forwardStdDev,

        @Parameter("mean of −log p along the flow") double negativeLogLikelihood,

        @Parameter("mean of −log p in closed form, for the same points")
        double exactNegativeLogLikelihood,

        @Parameter("largest error of log p along the flow, with the exact density at its end")
        double logDensityError,

        @Parameter("the same with the prior at its end") double priorLogDensityError,

        @Parameter("log p with one Hutchinson probe minus log p with the exact divergence, mean over points")
        double hutchinsonError,

        @Parameter("its standard error") double hutchinsonStdError)
        implements Trained {}
