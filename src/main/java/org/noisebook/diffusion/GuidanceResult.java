package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * Quality of guided samples.
 *
 * <p><b>Special cases</b>: all but {@code finiteShare} and {@code evaluations} are NaN, and the pictures missing, where a sample is not finite;
 * {@code classDoubt} is NaN for a law with one class, {@code pictures} is empty on the line.
 *
 * @param variance of samples of one class, summed over coordinates and averaged over classes by their weights
 * @param frechetBias the mean distance of as many points of the mixture, to first order, with fixed shares of the classes as the samples
 *     have, at w = 0 without
 * @param classDoubt mean probability of all classes but the one asked for, given the sample, by the exact law
 * @param precision share of samples among fresh data points, by third neighbours
 * @param pictures the first sample of each class, row-major, one after the other; NaN for a class without one
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
        implements Ended {
    /** A run with a sample that is not finite diverged. */
    @Override
    public Ends ends() {
        return finiteShare == 1 ? Ends.all(1) : new Ends(0, 0, 1);
    }
}
