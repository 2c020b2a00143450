/**
 * Printed figures, and charts for exploration.
 *
 * <p>A panel ({@link org.noisebook.chart.CurveChart}, {@link org.noisebook.chart.HeatMap}, {@link
 * org.noisebook.chart.ImageSheet}) is an immutable description; a {@link org.noisebook.chart.Plate} lays panels out,
 * paints them and writes them as SVG and PNG. The layout uses a fixed table of glyph widths, so the SVG bytes do not
 * depend on the fonts of the machine. {@link org.noisebook.chart.Charts} turns results into XChart charts for
 * interactive exploration and styling; no other package uses XChart.
 */
package org.noisebook.chart;
