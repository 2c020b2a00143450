package org.noisebook.model;

/** A result that tells how it ended: one run, or the many that it holds. */
public interface Ended {
    /** How its runs ended. */
    Ends ends();
}
