package org.noisebook.chart;

/**
 * The meaning of a line, which determines its style.
 *
 * <p>Dash lengths vary with the colour index, so that lines of one style remain distinct in greyscale.
 */
public enum LineStyle {
    /** Theory without free parameters. */
    SOLID,
    /** The shape predicted by theory, through a measured point. */
    LONG_DASHED,
    /** A constant from a reference. */
    DASH_DOTTED,
    /** A fit. */
    DOTTED,
    /** A measured boundary, or a guide to the eye. */
    DASHED,
    /** A path in order of time: solid, with an arrow head half-way along. */
    ARROW,
    /** An interval, solid, with a ring at its estimate, the middle point of the list. */
    RING
}
