package org.noisebook.experiment;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;

/**
 * Checks the components of a record against the ranges in their {@link Parameter}: whenever a {@link Schema} builds a
 * record, and by a one-line call in its compact constructor if it has one.
 *
 * <p>A range is {@code [1, trainSize]}, with a round bracket at an excluded end; {@code 0 or [2, 10]}; or {@code each
 * in [0, 1]} for {@link Doubles}. An end is a number, another component, a multiple of one such as {@code 5 levels}, or
 * {@code min(4096, trainSize)}.
 *
 * <p><b>Cost</b>: ranges are parsed once per class; a check takes about 20 ns per component.
 */
public final class Ranges {
    private static final Pattern FORM = Pattern.compile("(each in |0 or )?([\\[(])([^,]+), (.+)([])])");
    private static final Pattern MULTIPLE = Pattern.compile("([0-9]+) (\\w+)");
    private static final Pattern LEAST = Pattern.compile("min\\((.+), (.+)\\)");

    private static final ClassValue<Ranges> OF = new ClassValue<>() {
        @Override
        protected Ranges computeValue(Class<?> type) {
            return new Ranges(type);
        }
    };

    private final List<String> names;
    /** Ranges by component index. */
    private final Map<Integer, Range> ranges = new TreeMap<>();
    /** Whether a component may be a record. */
    private final boolean hasParts;

    private Ranges(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        this.names = Arrays.stream(components).map(RecordComponent::getName).toList();
        this.hasParts = Arrays.stream(components)
                .map(RecordComponent::getType)
                .anyMatch(part -> part.isRecord() || part.isInterface());
        for (int k = 0; k < components.length; k++) {
            Parameter parameter = components[k].getAnnotation(Parameter.class);
            if (parameter != null && !parameter.range().isEmpty()) {
                ranges.put(k, new Range(k, parameter.range()));
            }
        }
    }

    /**
     * Rejects null values and values outside their ranges; components that bound others are checked first.
     *
     * @param values all components in order
     * @throws IllegalArgumentException such as {@code batchSize must be in [1, trainSize=512], got 0}
     */
    public static void check(Class<? extends Record> type, Object... values) {
        Ranges own = OF.get(type);
        if (values.length != own.names.size()) {
            throw new IllegalStateException(type.getSimpleName() + " must check its components " + own.names);
        }
        for (int k = 0; k < values.length; k++) {
            Objects.requireNonNull(values[k], own.names.get(k));
        }
        for (Range range : own.ranges.values()) {
            range.check(values);
        }
    }

    /** Checks the values from which a record is to be built. */
    static void ofParts(Class<?> type, Object... values) {
        if (!OF.get(type).ranges.isEmpty()) {
            check(type.asSubclass(Record.class), values);
        }
    }

    /** Checks a whole record and the records in it, for records whose constructors do not check. */
    public static void check(Record made) {
        Ranges own = OF.get(made.getClass());
        if (own.ranges.isEmpty() && !own.hasParts) {
            return;
        }
        Object[] values = Schema.valuesOf(made);
        check(made.getClass(), values);
        for (Object value : values) {
            if (value instanceof Record part) {
                check(part);
            }
        }
    }

    /** The range of one component. */
    private final class Range {
        private final int component;
        private final boolean orZero;
        private final boolean withLow;
        private final boolean withHigh;
        private final List<End> low;
        private final List<End> high;

        Range(int component, String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalStateException("not a range: " + text);
            }
            this.component = component;
            this.orZero = "0 or ".equals(form.group(1));
            this.withLow = form.group(2).equals("[");
            this.withHigh = form.group(5).equals("]");
            this.low = ends(form.group(3));
            this.high = ends(form.group(4));
        }

        private List<End> ends(String text) {
            Matcher least = LEAST.matcher(text);
            return least.matches() ? List.of(end(least.group(1)), end(least.group(2))) : List.of(end(text));
        }

        private End end(String text) {
            Matcher multiple = MULTIPLE.matcher(text);
            boolean times = multiple.matches();
            int index = names.indexOf(times ? multiple.group(2) : text);
            if (index >= 0) {
                return new End(text, index, times ? Long.parseLong(multiple.group(1)) : 1L);
            }
            double number = Numbers.parse(text);
            boolean whole = number == Math.rint(number) && Math.abs(number) <= 1e18;
            return new End(text, index, whole ? (Number) (long) number : (Number) number);
        }

        void check(Object[] values) {
            Stream.concat(low.stream(), high.stream())
                    .map(end -> ranges.get(end.component))
                    .filter(Objects::nonNull)
                    .forEach(other -> other.check(values));
            if (values[component] instanceof Doubles many) {
                many.stream().forEach(value -> check(value, values));
            } else {
                check((Number) values[component], values);
            }
        }

        private void check(Number value, Object[] values) {
            boolean inside = low.stream().allMatch(end -> below(end.in(values), value, withLow))
                    && high.stream().allMatch(end -> below(value, end.in(values), withHigh));
            if (!inside && !(orZero && value.doubleValue() == 0)) {
                throw new IllegalArgumentException(names.get(component) + " must be " + (orZero ? "0 or " : "") + "in "
                        + (withLow ? "[" : "(") + bound(low, values) + ", " + bound(high, values)
                        + (withHigh ? "]" : ")") + ", got " + text(value));
            }
        }

        private static String bound(List<End> ends, Object[] values) {
            StringJoiner joiner = ends.size() == 1 ? new StringJoiner("") : new StringJoiner(", ", "min(", ")");
            for (End end : ends) {
                joiner.add(end.component < 0 ? end.text : end.text + "=" + text((Number) values[end.component]));
            }
            return joiner.toString();
        }
    }

    /** A number or, if {@code component} is not negative, that multiple of another component. */
    private record End(String text, int component, Number number) {
        Number in(Object[] values) {
            if (component < 0) {
                return number;
            }
            Number other = (Number) values[component];
            return other instanceof Double d
                    ? (Number) (number.longValue() * d)
                    : number.longValue() * other.longValue();
        }
    }

    private static boolean below(Number a, Number b, boolean orEqual) {
        if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() < b.doubleValue() || orEqual && a.doubleValue() == b.doubleValue();
        }
        return a.longValue() < b.longValue() || orEqual && a.longValue() == b.longValue();
    }

    private static String text(Number value) {
        return value instanceof Double d ? Numbers.format(d) : value.toString();
    }
}
