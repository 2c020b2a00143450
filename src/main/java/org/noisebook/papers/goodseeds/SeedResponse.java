package org.noisebook.papers.goodseeds;

/** The measured quantity of a sample. */
public enum SeedResponse {
    /** The exact log density log ρ_c(x); for pictures that of the Gaussian of their class. */
    LOG_DENSITY,
    /** Distance of x from the condition's target: Mahalanobis distance in its component, or to the nearest picture. */
    DISTANCE,
    /** The component with the largest responsibility, or the most probable class of a picture. */
    COMPONENT,
    /** The responsibility of that component, or the probability of the requested class. */
    CONFIDENCE,
    /** The first coordinate of x, or the column of the centre of ink. */
    ACROSS,
    /** The second coordinate of x, or the row of the centre of ink. */
    DOWN,
    /** The mean coordinate of x: the ink of a picture, from −1 to 1. */
    MEAN
}
