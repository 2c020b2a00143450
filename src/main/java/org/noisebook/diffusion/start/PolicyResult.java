package org.noisebook.diffusion.start;

import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * What was learned of the first noise.
 *
 * <p><b>Special cases</b>: {@code error} is NaN for digits, {@code rate} and {@code plainRate} for the Gaussian; all but {@code plainRate} are where the
 * learning diverged.
 *
 * @param error distance of the learned mean from the best one over the length of that
 * @param divergence from N(0, 1), in nats
 * @param kept share of ratios within the clip
 * @param rate share of fresh samples that are the digit, by its exact probability above all others
 */
public record PolicyResult(
        @Parameter("relative distance of the mean from the best")
        double error,

        @Parameter("divergence of the noise from N(0, 1), in nats")
        double divergence,

        @Parameter("share of ratios within the clip") double kept,

        @Parameter("share of samples that are the digit") double rate,

        @Parameter("the same from plain noise") double plainRate)
        implements Ended {
    /** A law that is not finite diverged. */
    @Override
    public Ends ends() {
        return Double.isFinite(divergence) ? Ends.all(1) : new Ends(0, 0, 1);
    }
}
