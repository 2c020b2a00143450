package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;
import org.noisebook.experiment.Parameter;

/**
 * Quality of guided samples.
 *
 * <p><b>Special cases</b>: if a sample is not finite, all but {@code finiteShare} and {@code evaluations} is NaN,
 * without pictures; {@code classDoubt} is NaN for a distribution with one class; {@code pictures} is empty on the line.
 *
 * @param variance variance of samples of one class, summed over coordinates and averaged over classes by their weights
 * @param frechetBias the mean distance of equally many points of the mixture, to first order, with fixed class
 *     proportions as in the samples, but not for w = 0
 * @param classDoubt mean exact probability, given the sample, of all classes except the requested one
 * @param precision fraction of samples inside the third-neighbour balls of new data points
 * @param pictures the first sample of each class, row-major, one after another; NaN for a class without samples
 */
public record GuidanceResult(
        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("evaluations of both scores per sample") double evaluations,

        @Parameter("mean of the first coordinate") double mean,

        @Parameter("variance within classes, summed over coordinates")
        double variance,

        @Parameter("Fréchet distance from the data") double frechet,

        @Parameter("mean Fréchet distance of equally many exact samples")
        double frechetBias,

        @Parameter("mean exact probability of classes not requested")
        double classDoubt,

        @Parameter("share of samples among data points") double precision,

        @Parameter("share of data points among samples") double recall,

        @Parameter("the first sample of each class") Doubles pictures)
        implements HasEnds {
    /** A run with a non-finite sample counts as diverged. */
    @Override
    public EndCounts ends() {
        return finiteShare == 1 ? EndCounts.all(1) : new EndCounts(0, 0, 1);
    }
}
