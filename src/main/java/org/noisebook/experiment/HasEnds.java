package org.noisebook.experiment;

/** A result that reports how its run, or each of its several runs, ended. */
public interface HasEnds {
    /** How the runs ended. */
    EndCounts ends();
}
