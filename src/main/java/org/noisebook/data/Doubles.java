package org.noisebook.data;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.stream.DoubleStream;

/**
 * An immutable list of numbers with value equality, so that a record that contains one is also a value.
 *
 * <p><b>Special cases</b>: NaN equals NaN, and 0 is not −0, as in {@link Arrays#equals(double[], double[])}.
 * <b>Cost</b>: one copy in and one for each {@link #toArray()}; {@link #get(int)} and {@link #stream()} copy nothing.
 */
public final class Doubles {
    private final double[] values;

    private Doubles(double[] values) {
        this.values = values;
    }

    /** These numbers, copied. */
    public static Doubles of(double... values) {
        return new Doubles(values.clone());
    }

    /** The number at a place, counted from 0. */
    public double get(int index) {
        return values[index];
    }

    /** The number at a place; NaN beyond the end, for example where a run diverged and its lists are empty. */
    public double orNaN(int index) {
        return index < values.length ? values[index] : Double.NaN;
    }

    public double last() {
        return values[values.length - 1];
    }

    public int size() {
        return values.length;
    }

    /** A copy. */
    public double[] toArray() {
        return values.clone();
    }

    /** The numbers in order. */
    public DoubleStream stream() {
        return Arrays.stream(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Doubles that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** {@code [1; 2.5; 3]}, with the shortest numbers that read back the same. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("; ", "[", "]");
        for (double value : values) {
            text.add(Numbers.format(value));
        }
        return text.toString();
    }
}
