package org.noisebook.field;

import org.noisebook.experiment.Parameter;

/**
 * What matching leaves of the distance.
 *
 * @param cost mean of |x_1 − x_0|²
 */
public record MatchedPairsResult(
        @Parameter("mean squared distance of a pair") double cost) {}
