package org.noisebook.notebook;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Numbers;

/**
 * A movable control in a notebook, with the output for each of its positions; made by {@link Controls}.
 *
 * <p>A kernel that can talk to its page, as the kit's, draws anew in place as the reader moves. Anywhere else the first frame
 * is shown, that of {@link #start}.
 */
public final class Control {
    /** Its appearance: a slider, a list or a check box. */
    public enum Kind {
        SLIDER,
        CHOICE,
        TOGGLE
    }

    /** Pages hold the name of each. */
    static final int MOST_POSITIONS = 10_000;

    private static final int DIGITS = 6;

    private final Kind kind;
    private final String label;
    private final List<?> values;
    private final List<String> names;
    private final int start;
    private final IntFunction<?> draw;

    private Control(Kind kind, String label, List<?> values, List<String> names, int start, IntFunction<?> draw) {
        this.kind = kind;
        this.label = label;
        this.values = values;
        this.names = names;
        this.start = start;
        this.draw = draw;
    }

    static Control of(Kind kind, String label, List<?> values, IntFunction<?> draw) {
        if (values.isEmpty() || values.size() > MOST_POSITIONS) {
            throw new IllegalArgumentException(label + " must have from 1 to " + MOST_POSITIONS + " positions");
        }
        return new Control(
                kind, label, values, values.stream().map(Control::name).toList(), 0, draw);
    }

    private static String name(Object value) {
        return value instanceof Double number ? Numbers.brief(number, DIGITS) : ValueText.of(value);
    }

    /** How it looks. */
    public Kind kind() {
        return kind;
    }

    /** The label next to it. */
    public String label() {
        return label;
    }

    /** The names of its positions, in order. */
    public List<String> names() {
        return names;
    }

    /** The position at which it begins, from 0; the first, unless {@link #at} says otherwise. */
    public int start() {
        return start;
    }

    /**
     * The same control with another initial position.
     *
     * @param value one of its values; of numbers the nearest is taken
     * @throws IllegalArgumentException if it is none of them
     */
    public Control at(Object value) {
        int found = values.indexOf(value);
        if (found < 0 && value instanceof Number number && values.stream().allMatch(Number.class::isInstance)) {
            found = IntStream.range(0, values.size())
                    .reduce((a, b) -> distance(b, number) < distance(a, number) ? b : a)
                    .orElseThrow();
        }
        if (found < 0) {
            throw new IllegalArgumentException(label + " has no value " + name(value));
        }
        return new Control(kind, label, values, names, found, draw);
    }

    private double distance(int position, Number value) {
        return Math.abs(((Number) values.get(position)).doubleValue() - value.doubleValue());
    }

    /** Calls what it was made with: a value to show, for the position of this number. */
    public Object draw(int position) {
        return draw.apply(position);
    }

    /** Label and first position. */
    @Override
    public String toString() {
        return label + ": " + names.get(start);
    }
}
