package org.noisebook.field;

import org.noisebook.experiment.Parameter;

/** What matching leaves of the distance. */
public record MatchedPairsResult(
        @Parameter("mean squared distance of a pair") double cost) {}
