package org.noisebook.papers.variance;

import org.noisebook.experiment.HasEnds;

/** The result of all trainings of one fully crossed design of seeds. */
public interface CrossedResult extends HasEnds {
    /** Shares of the sources in the variance of the response. */
    SeedShares shares();
}
