package org.noisebook.diffusion;

/** What a restoration starts from at a time τ of its path, as a x + b y + √V z with an x that stands for the data. */
public enum RestoringStart {
    /** Noise √V z alone, without b y. */
    NOISE,
    /** x = y, the observation. */
    OBSERVED,
    /** x = E[x_0 | y]. */
    MEAN,
    /** x a draw of the posterior. */
    EXACT
}
