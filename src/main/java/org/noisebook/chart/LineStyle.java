package org.noisebook.chart;

/**
 * What a line means, and so how it is drawn.
 *
 * <p>Dash lengths vary with the colour index, so that lines of one style still separate in grey.
 */
public enum LineStyle {
    /** Theory without a free parameter. */
    SOLID,
    /** Theory with a measured prefactor. */
    DASHED,
    /** A guide to the eye, or a bound. */
    DOTTED
}
