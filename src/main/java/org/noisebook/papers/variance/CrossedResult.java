package org.noisebook.papers.variance;

import org.noisebook.model.Ended;

/** A result of all trainings of one cross of seeds. */
public interface CrossedResult extends Ended {
    /** Whose variance their response has. */
    SeedShares shares();
}
