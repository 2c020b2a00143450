package org.noisebook.model;

/** A result that reports how its run, or each of its several runs, ended. */
public interface Ended {
    /** How the runs ended. */
    Ends ends();
}
