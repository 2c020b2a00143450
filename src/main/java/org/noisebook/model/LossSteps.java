package org.noisebook.model;

/** The steps of a sequence whose outputs count in the loss, and are rows of the tangent kernel. */
public enum LossSteps {
    /** Each of them. */
    EVERY,
    /** The last alone. */
    LAST;

    /** The first step that counts. */
    int first(int steps) {
        return this == EVERY ? 0 : steps - 1;
    }
}
