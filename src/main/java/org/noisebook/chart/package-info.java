/**
 * Figures on paper: curves with intervals, phase diagrams and plates of them, as SVG and PNG.
 *
 * <p>A panel ({@link org.noisebook.chart.CurveChart}, {@link org.noisebook.chart.HeatMap}) is an immutable description;
 * a {@link org.noisebook.chart.Plate} lays panels out and writes them. XChart draws curves and markers inside the plot
 * rectangle; frame, ticks, text, whiskers, cells and colour bars are painted here. No other package touches XChart. The
 * layout uses a fixed table of glyph widths, so the SVG bytes do not depend on the fonts of the machine.
 */
package org.noisebook.chart;
