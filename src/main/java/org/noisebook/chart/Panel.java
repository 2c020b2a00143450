package org.noisebook.chart;

/** One plot of a {@link Plate}. */
public sealed interface Panel permits CurveChart, HeatMap, ImageSheet {
    /** The short title above the plot; may be empty. */
    String title();

    /** The horizontal axis. */
    Axis x();

    /** The vertical axis. */
    Axis y();
}
