package org.noisebook.chart;

import java.util.Objects;

/**
 * The colour scale of a {@link HeatMap}: words with symbol, scale and an explicit range.
 *
 * <p><i>Special cases</i>: values beyond the range get the end colour, and that end of the bar is pointed.
 *
 * @param label words, symbol and unit
 * @param scale linear or logarithmic
 * @param min value of the darkest colour
 * @param max value of the lightest colour
 */
public record ColourBar(String label, Scale scale, double min, double max) {
    /** Checks the range. */
    public ColourBar {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(scale, "scale");
        scale.checkRange(min, max);
    }

    /** A linear colour scale. */
    public static ColourBar of(String label, double min, double max) {
        return new ColourBar(label, Scale.LINEAR, min, max);
    }

    /** A logarithmic colour scale with ticks at powers of ten. */
    public static ColourBar log10(String label, double min, double max) {
        return new ColourBar(label, Scale.LOG10, min, max);
    }

    /** A logarithmic colour scale with ticks at powers of two. */
    public static ColourBar log2(String label, double min, double max) {
        return new ColourBar(label, Scale.LOG2, min, max);
    }
}
