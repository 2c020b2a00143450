package org.noisebook.masked;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * What unmasked sentences are like.
 *
 * <p><b>Special cases</b>: {@code divergence} is NaN of one token, times and their tests are of sentences from left to right, which have none.
 *
 * @param calls evaluations of the conditionals a sentence: one a step of time, or one a token
 * @param excess mean −log p of sentences by their language less its expectation, a token: 0 for exact samples, above for tokens that do not
 *     fit, below for too likely ones
 * @param divergence Kullback–Leibler, of the law of neighbours from the exact one, plugged in: (cells − 1)/2n for n exact pairs
 * @param entropy of one token, with the correction of Miller and Madow
 * @param times mean time of each unmasking, the first of them first
 * @param timeTests p-value of each against order statistics of uniform numbers, Kolmogorov and Smirnov's on at most
 *     {@link MaskedStudy#TESTED} sentences
 * @param shares of the symbols among tokens
 */
public record MaskedResult(
        @Parameter("evaluations of the conditionals a sentence")
        double calls,

        @Parameter("excess of -log p a token") double excess,

        @Parameter("divergence of the law of neighbours") double divergence,

        @Parameter("entropy of a token") double entropy,

        @Parameter("mean times of unmasking") Doubles times,

        @Parameter("p-values of the times") Doubles timeTests,

        @Parameter("shares of symbols") Doubles shares)
        implements Ended {
    @Override
    public Ends ends() {
        return Ends.all(1);
    }
}
