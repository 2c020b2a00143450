package org.noisebook.notebook;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.ArrayView;
import org.noisebook.data.Numbers;

/** Values as text: arrays with type and shape first, what holds other values with those; long ones are cut, and say so. */
final class ValueText {
    private static final int DIGITS = 6;
    private static final int MOST_ENTRIES = 16;
    private static final int FIRST_ENTRIES = 10;
    private static final int LAST_ENTRIES = 3;
    private static final int MOST_ROWS = 10;
    private static final int FIRST_ROWS = 5;
    private static final int LAST_ROWS = 2;
    private static final String DOTS = "…";
    private static final int MOST_HELD = 100;
    private static final int MOST_DEPTH = 5;
    /** How Java names an array that is no text. */
    private static final Pattern ARRAY = Pattern.compile("\\[+(?:[ZBCSIJFD]|L[^;]+;)@[0-9a-f]+");

    private ValueText() {}

    /** Any value. */
    static String of(Object value) {
        return value != null && value.getClass().isArray() ? array(value) : inline(value, MOST_DEPTH);
    }

    private static String array(Object array) {
        Class<?> entry = array.getClass().getComponentType();
        int length = Array.getLength(array);
        StringBuilder type = new StringBuilder("[" + length + "]");
        List<Object> level = List.of(array);
        for (; entry.isArray(); entry = entry.getComponentType()) {
            level = level.stream().flatMap(ValueText::entries).toList();
            type.append('[').append(width(level)).append(']');
        }
        type.insert(0, entry.isPrimitive() ? entry : entry.getSimpleName());
        if (length == 0) {
            return type.toString();
        }
        return array.getClass().getComponentType().isArray()
                ? type + ":\n" + String.join("\n", rows(length, r -> row(Array.get(array, r))))
                : type + ": " + row(array);
    }

    private static Stream<Object> entries(Object array) {
        return array == null
                ? Stream.of()
                : IntStream.range(0, Array.getLength(array)).mapToObj(i -> Array.get(array, i));
    }

    /** The common length of all arrays; empty if there is none. */
    private static String width(List<Object> arrays) {
        List<String> widths = arrays.stream()
                .map(row -> row == null ? "" : Integer.toString(Array.getLength(row)))
                .distinct()
                .toList();
        return widths.size() == 1 ? widths.get(0) : "";
    }

    private static String row(Object row) {
        return row == null ? "null" : list(Array.getLength(row), i -> entry(row, i));
    }

    private static String entry(Object array, int i) {
        Object entry = Array.get(array, i);
        return array.getClass().getComponentType().isPrimitive() ? format(entry) : inline(entry, MOST_DEPTH);
    }

    private static String format(Object entry) {
        if (entry instanceof Float f) {
            return Numbers.brief(Double.parseDouble(f.toString()), DIGITS);
        }
        return entry instanceof Double d ? Numbers.brief(d, DIGITS) : entry.toString();
    }

    /** A value within a line; below the last depth what a container holds is left out. */
    private static String inline(Object value, int depth) {
        if (value == null) {
            return "null";
        }
        if (value.getClass().isArray()) {
            return depth == 0 ? "[" + DOTS + "]" : "[" + row(value) + "]";
        }
        if (value instanceof BaseStream<?, ?>) {
            return "a stream that has not run yet: end it, for example with .toArray()";
        }
        if (value instanceof Optional<?> some && some.isPresent()) {
            return "Optional[" + inline(some.get(), depth) + "]";
        }
        boolean plain = isPlain(value);
        if (plain && value instanceof Collection<?> many) {
            return "[" + some(many, depth, entry -> inline(entry, depth - 1)) + "]";
        }
        if (plain && value instanceof Map<?, ?> map) {
            return "{"
                    + some(
                            map.entrySet(),
                            depth,
                            entry -> inline(entry.getKey(), depth - 1) + "=" + inline(entry.getValue(), depth - 1))
                    + "}";
        }
        String own = String.valueOf(value);
        return value instanceof Record && depth > 0 && ARRAY.matcher(own).find() ? record(value, depth, own) : own;
    }

    /** Whether what holds others has no text of its own making. */
    private static boolean isPlain(Object value) {
        try {
            return value.getClass()
                    .getMethod("toString")
                    .getDeclaringClass()
                    .getName()
                    .startsWith("java.util.");
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static <T> String some(Collection<T> all, int depth, Function<T, String> text) {
        if (depth == 0 && !all.isEmpty()) {
            return DOTS;
        }
        List<String> texts = new ArrayList<>();
        Iterator<T> next = all.iterator();
        while (next.hasNext() && texts.size() < MOST_HELD) {
            texts.add(text.apply(next.next()));
        }
        if (next.hasNext()) {
            texts.add(DOTS + " " + (all.size() - texts.size()) + " more");
        }
        return String.join(", ", texts);
    }

    /** A record whose own text names arrays by their addresses. */
    private static String record(Object record, int depth, String own) {
        try {
            List<String> parts = new ArrayList<>();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                parts.add(component.getName() + "="
                        + inline(component.getAccessor().invoke(record), depth - 1));
            }
            return record.getClass().getSimpleName() + "[" + String.join(", ", parts) + "]";
        } catch (ReflectiveOperationException | RuntimeException e) {
            return own;
        }
    }

    /** An array of another library; above two axes its entries in row-major order. */
    static String of(ArrayView array) {
        long[] shape = array.shape();
        StringBuilder head = new StringBuilder(array.kind() + " [");
        long size = 1;
        for (int k = 0; k < shape.length; k++) {
            head.append(k == 0 ? "" : ", ").append(shape[k]);
            size *= shape[k];
        }
        head.append(']');
        if (size == 0 || size > Integer.MAX_VALUE || !array.hasNumbers()) {
            return head.toString();
        }
        if (shape.length == 2) {
            int width = (int) shape[1];
            return head + ":\n"
                    + String.join("\n", rows((int) shape[0], r -> list(width, c -> format(array.at(r, c)))));
        }
        return head + ": " + list((int) size, i -> format(array.at(place(i, shape))));
    }

    private static long[] place(int index, long[] shape) {
        long[] place = new long[shape.length];
        long rest = index;
        for (int k = shape.length - 1; k >= 0; k--) {
            place[k] = rest % shape[k];
            rest /= shape[k];
        }
        return place;
    }

    private static String list(int length, IntFunction<String> entry) {
        return String.join(", ", few(length, MOST_ENTRIES, FIRST_ENTRIES, LAST_ENTRIES, entry));
    }

    private static List<String> rows(int length, IntFunction<String> row) {
        return few(length, MOST_ROWS, FIRST_ROWS, LAST_ROWS, row).stream()
                .map(line -> "  " + line)
                .toList();
    }

    private static List<String> few(int length, int most, int first, int last, IntFunction<String> entry) {
        List<String> texts = new ArrayList<>();
        boolean cut = length > most;
        for (int i = 0; i < (cut ? first : length); i++) {
            texts.add(entry.apply(i));
        }
        if (cut) {
            texts.add(DOTS);
            for (int i = length - last; i < length; i++) {
                texts.add(entry.apply(i));
            }
        }
        return texts;
    }
}
