package org.noisebook.model;

/**
 * The loss of a point as a function of the gap κ − y F between the margin and the network's signed output.
 *
 * <p>The loss of a batch is the mean over its points. Derivatives are with respect to the gap.
 */
public enum Loss {
    /** max(0, gap): a point at or beyond the margin has no gradient, and training ends when all points are there. */
    HINGE,
    /** gap²/2 = (F − y κ)²/2, least squares to targets ±κ: training ends at its cap. */
    SQUARED;

    /** The loss. */
    public double of(double gap) {
        return this == HINGE ? Math.max(0, gap) : 0.5 * gap * gap;
    }

    /** Its derivative; 0 at the corner of the hinge. */
    public double slope(double gap) {
        return this == SQUARED ? gap : gap > 0 ? 1 : 0;
    }

    /** Its second derivative; 0 at the corner of the hinge. */
    public double curvature() {
        return this == SQUARED ? 1 : 0;
    }
}
