package org.noisebook.chart;

/** Where the legend of a panel stands. */
public enum Corner {
    /** The emptiest corner, or below the plot if every corner would hide data; always below for a heat map. */
    AUTO,
    /** Inside the plot, top left. */
    TOP_LEFT,
    /** Inside the plot, top right. */
    TOP_RIGHT,
    /** Inside the plot, bottom left. */
    BOTTOM_LEFT,
    /** Inside the plot, bottom right. */
    BOTTOM_RIGHT,
    /** Outside, at the right of the plot. */
    RIGHT,
    /** Outside at the right, each name as near as can be to where its series ends. */
    ENDS,
    /** Outside, below the plot. */
    BELOW,
    /** No legend in this panel. */
    NONE;

    boolean isInside() {
        return this == TOP_LEFT || this == TOP_RIGHT || this == BOTTOM_LEFT || this == BOTTOM_RIGHT;
    }

    boolean isTop() {
        return this == TOP_LEFT || this == TOP_RIGHT;
    }

    boolean isLeft() {
        return this == TOP_LEFT || this == BOTTOM_LEFT;
    }
}
