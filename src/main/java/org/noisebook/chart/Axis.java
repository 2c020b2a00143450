package org.noisebook.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A plot axis: label with symbol, scale and range.
 *
 * <p><i>Special cases</i>: {@code min} and {@code max} are both NaN for an automatic range, which covers the data with
 * round ends. Values that the scale cannot show (NaN, or not positive on a log axis) are omitted without an error.
 * Names that do not fit beside each other are thinned out; a line break in a name below the plot starts a new row.
 *
 * @param label words, symbol and unit, as in {@code "signal w₁*"}
 * @param scale linear or logarithmic
 * @param min lower end, or NaN
 * @param max upper end, or NaN
 * @param names labels at 1, 2, … in place of numbers; empty for numbers
 * @param ticks numbers that are labelled; empty for round ones, as in figures that were drawn before they could be chosen
 */
public record Axis(String label, Scale scale, double min, double max, List<String> names, List<Double> ticks) {
    /** Checks the range. */
    public Axis {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(scale, "scale");
        names = List.copyOf(names);
        ticks = ticks == null ? List.of() : List.copyOf(ticks);
        if (!(Double.isNaN(min) && Double.isNaN(max))) {
            scale.checkRange(min, max);
        }
    }

    /** An axis of numbers. */
    Axis(String label, Scale scale, double min, double max) {
        this(label, scale, min, max, List.of(), List.of());
    }

    /** A categorical axis with names at 1, 2, … */
    public static Axis named(String label, List<String> names) {
        return new Axis(label, Scale.LINEAR, 0.5, names.size() + 0.5, names, List.of());
    }

    /** A linear axis with automatic range. */
    public static Axis linear(String label) {
        return new Axis(label, Scale.LINEAR, Double.NaN, Double.NaN);
    }

    /** A log axis with ticks at powers of ten and automatic range. */
    public static Axis log10(String label) {
        return new Axis(label, Scale.LOG10, Double.NaN, Double.NaN);
    }

    /** A log axis with ticks at powers of two and automatic range. */
    public static Axis log2(String label) {
        return new Axis(label, Scale.LOG2, Double.NaN, Double.NaN);
    }

    /** A scale that is logarithmic above 1 and linear below, with ticks at 0 and powers of ten. */
    public static Axis log10AndZero(String label) {
        return new Axis(label, Scale.LOG10_AND_ZERO, Double.NaN, Double.NaN);
    }

    /** The same axis with fixed ends. */
    public Axis range(double newMin, double newMax) {
        scale.checkRange(newMin, newMax);
        return new Axis(label, scale, newMin, newMax, names, ticks);
    }

    /** The same axis with labels at these numbers alone. */
    public Axis ticks(double... at) {
        return new Axis(label, scale, min, max, names, Arrays.stream(at).boxed().toList());
    }

    /** Whether the range follows the data. */
    public boolean isAutomatic() {
        return Double.isNaN(min);
    }
}
