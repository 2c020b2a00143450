package org.noisebook.model;

/** The steps of a sequence whose outputs enter the loss and form rows of the tangent kernel. */
public enum LossSteps {
    /** Every step. */
    EVERY,
    /** Only the last step. */
    LAST;

    /** The first step whose output counts. */
    int first(int steps) {
        return this == EVERY ? 0 : steps - 1;
    }
}
