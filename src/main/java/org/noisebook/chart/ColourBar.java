package org.noisebook.chart;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Objects;

/**
 * The colour scale of a {@link HeatMap}: label, scale and explicit range.
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

    /** The colour index of the class "neither", grey. */
    public static final int NEITHER = 4;

    /** A flat colour for each of three classes, the values 1, 2 and 3, and one for neither; no bar is drawn. */
    public static ColourBar classes() {
        return new ColourBar("", Scale.LINEAR, 0.5, NEITHER + 0.5, ColourMap.CLASSES);
    }

    boolean isShown() {
        return map != ColourMap.CLASSES;
    }

    /** A linear colour scale. */
    public static ColourBar of(String label, double min, double max) {
        return new ColourBar(label, Scale.LINEAR, min, max, ColourMap.VIRIDIS);
    }

    /** A logarithmic colour scale with ticks at powers of ten. */
    public static ColourBar log10(String label, double min, double max) {
        return new ColourBar(label, Scale.LOG10, min, max, ColourMap.VIRIDIS);
    }

    /**
     * A linear colour scale that covers all numbers, with ends at multiples of 1/{@code per}; 0 to 1 if there are none.
     */
    public static ColourBar around(String label, double per, double[][]... values) {
        DoubleSummaryStatistics known = Arrays.stream(values)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> !Double.isNaN(x))
                .summaryStatistics();
        return known.getCount() == 0
                ? of(label, 0, 1)
                : of(label, Math.floor(per * known.getMin()) / per, Math.ceil(per * known.getMax()) / per);
    }

    /**
     * A logarithmic colour scale over whole decades that covers all positive finite numbers; 1 to 10 if there are none.
     */
    public static ColourBar decades(String label, double[][] value) {
        DoubleSummaryStatistics known = Arrays.stream(value)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> x > 0 && x < Double.POSITIVE_INFINITY)
                .map(StrictMath::log10)
                .summaryStatistics();
        return known.getCount() == 0
                ? log10(label, 1, 10)
                : log10(
                        label,
                        StrictMath.pow(10, Math.floor(known.getMin())),
                        StrictMath.pow(10, Math.ceil(known.getMax())));
    }

    /**
     * A logarithmic colour scale, white at {@code middle} and equally saturated at a given factor above and below it.
     */
    public static ColourBar ratios(String label, double middle, double factor) {
        return new ColourBar(label, Scale.LOG10, middle / factor, middle * factor, ColourMap.DIVERGING);
    }

    /** A linear colour scale for differences, white at 0 and equally saturated at both ends. */
    public static ColourBar differences(String label, double bound) {
        return new ColourBar(label, Scale.LINEAR, -bound, bound, ColourMap.DIVERGING);
    }
}
