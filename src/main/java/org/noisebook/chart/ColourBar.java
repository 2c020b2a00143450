package org.noisebook.chart;

import java.util.Objects;

/**
 * The colour scale of a {@link HeatMap}: words with symbol, scale and an explicit range.
 *
 * <p><i>Special cases</i>: values beyond the range get the end colour, and that end of the bar is pointed.
 *
 * @param label words, symbol and unit
 * @param scale linear or logarithmic
 * @param min value of the first colour
 * @param max value of the last colour
 * @param map the colours
 */
public record ColourBar(String label, Scale scale, double min, double max, ColourMap map) {
    /** Checks the range. */
    public ColourBar {
        Objects.requireNonNull(map, "map");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(scale, "scale");
        scale.checkRange(min, max);
    }

    /** A linear colour scale. */
    public static ColourBar of(String label, double min, double max) {
        return new ColourBar(label, Scale.LINEAR, min, max, ColourMap.VIRIDIS);
    }

    /** A logarithmic colour scale with ticks at powers of ten. */
    public static ColourBar log10(String label, double min, double max) {
        return new ColourBar(label, Scale.LOG10, min, max, ColourMap.VIRIDIS);
    }

    /** A logarithmic colour scale with ticks at powers of two. */
    public static ColourBar log2(String label, double min, double max) {
        return new ColourBar(label, Scale.LOG2, min, max, ColourMap.VIRIDIS);
    }

    /** A linear colour scale of differences, white at 0 and to the same depth on both sides. */
    public static ColourBar differences(String label, double bound) {
        return new ColourBar(label, Scale.LINEAR, -bound, bound, ColourMap.DIVERGING);
    }
}
