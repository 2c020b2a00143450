package org.noisebook.seeds.generator;

/** The measured quantity of a sample. */
public enum SeedResponse {
    /** log ρ_c(x), exact; of pictures that of the Gaussian of their class. */
    LOG_DENSITY,
    /** How far x lies from what the condition asks for: Mahalanobis distance in its component, or distance from the nearest picture. */
    DISTANCE,
    /** The component of largest responsibility, or the class that a picture most probably shows. */
    COMPONENT,
    /** The responsibility of that component, or the probability of the class that was asked for. */
    CONFIDENCE,
    /** The first coordinate of x, or the column of the centre of ink. */
    ACROSS,
    /** The second coordinate of x, or the row of the centre of ink. */
    DOWN,
    /** The mean coordinate of x: the ink of a picture, from −1 to 1. */
    MEAN
}
