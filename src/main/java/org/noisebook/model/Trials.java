package org.noisebook.model;

import java.util.Objects;

/**
 * Input sequences with a class label at every step: memory that a task fills and a recurrent network reads.
 *
 * <p><b>Shapes</b>: {@code input[count][steps][inputs]}, row-major; {@code label[count][steps]}. <b>Special cases</b>:
 * inputs and labels start at 0; values that are not overwritten remain. <b>Cost</b>: 8 bytes per input. Not for use by
 * two threads at once.
 */
public final class Trials {
    private final int count;
    private final int steps;
    private final int inputs;
    private final double[] input;
    private final int[] label;

    private Trials(int count, int steps, int inputs, double[] input, int[] label) {
        this.count = count;
        this.steps = steps;
        this.inputs = inputs;
        this.input = input;
        this.label = label;
    }

    /** Memory for the given number of trials, set to zero. */
    public static Trials of(int count, int steps, int inputs) {
        if (count < 0) {
            throw new IllegalArgumentException("count must be in [0, 2147483647], got " + count);
        }
        atLeastOne("steps", steps);
        atLeastOne("inputs", inputs);
        if ((long) count * steps * inputs > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException(
                    "count · steps · inputs must be below 2^31, got " + count + " · " + steps + " · " + inputs);
        }
        return new Trials(count, steps, inputs, new double[count * steps * inputs], new int[count * steps]);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be in [1, 2147483647], got " + value);
        }
    }

    public int count() {
        return count;
    }

    public int steps() {
        return steps;
    }

    /** Input channels. */
    public int inputs() {
        return inputs;
    }

    /** The input to a channel at one step. */
    public double input(int trial, int step, int channel) {
        return input[at(trial, step) * inputs + Objects.checkIndex(channel, inputs)];
    }

    /** The class at one step. */
    public int label(int trial, int step) {
        return label[at(trial, step)];
    }

    /** Sets the input to a channel at one step. */
    public void putInput(int trial, int step, int channel, double value) {
        input[at(trial, step) * inputs + Objects.checkIndex(channel, inputs)] = value;
    }

    /** Sets the class at one step. */
    public void putLabel(int trial, int step, int value) {
        label[at(trial, step)] = value;
    }

    private int at(int trial, int step) {
        return Objects.checkIndex(trial, count) * steps + Objects.checkIndex(step, steps);
    }

    /** A copy of the first {@code size} trials. */
    public Trials first(int size) {
        if (size < 0 || size > count) {
            throw new IllegalArgumentException("size must be in [0, count=" + count + "], got " + size);
        }
        Trials part = of(size, steps, inputs);
        System.arraycopy(input, 0, part.input, 0, part.input.length);
        System.arraycopy(label, 0, part.label, 0, part.label.length);
        return part;
    }

    /** Copies the inputs at one step of trials {@code from, from + 1, …}, one row per trial. */
    void copyInputs(int from, int size, int step, double[] target, int offset, int stride) {
        for (int i = 0; i < size; i++) {
            int start = ((from + i) * steps + step) * inputs;
            System.arraycopy(input, start, target, offset + i * stride, inputs);
        }
    }
}
