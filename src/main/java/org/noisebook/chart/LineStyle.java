package org.noisebook.chart;

/**
 * The meaning of a line, which sets its style.
 *
 * <p>Dash lengths vary with the colour index, so that lines of one style still separate in grey.
 */
public enum LineStyle {
    /** Theory without a free parameter. */
    SOLID,
    /** Theory's shape through a measured point. */
    LONG_DASHED,
    /** A constant from a reference. */
    DASH_DOTTED,
    /** A fit. */
    DOTTED,
    /** A measured border, or a guide to the eye. */
    DASHED,
    /** A path in order of time: solid, with an arrow head half-way. */
    ARROW,
    /** An interval, solid, with a ring at what it is of, the place in the middle of the list. */
    RING
}
