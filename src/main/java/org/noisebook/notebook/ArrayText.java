package org.noisebook.notebook;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.noisebook.data.Numbers;
import org.noisebook.tensor.TensorView;

/** Arrays as text: type and shape first, then a few entries. */
final class ArrayText {
    private static final int DIGITS = 6;
    private static final int MOST_ENTRIES = 16;
    private static final int FIRST_ENTRIES = 10;
    private static final int LAST_ENTRIES = 3;
    private static final int MOST_ROWS = 10;
    private static final int FIRST_ROWS = 5;
    private static final int LAST_ROWS = 2;
    private static final String DOTS = "…";

    private ArrayText() {}

    /** A one-dimensional array of primitives, or a two-dimensional one. */
    static String of(Object array) {
        Class<?> entry = array.getClass().getComponentType();
        int length = Array.getLength(array);
        if (!entry.isArray()) {
            return entry + "[" + length + "]" + entries(array);
        }
        String type = entry.getComponentType() + "[" + length + "][" + width(array) + "]";
        List<String> rows = rows(length, r -> row(Array.get(array, r)));
        return rows.isEmpty() ? type : type + ":\n" + String.join("\n", rows);
    }

    /** The common length of all rows; empty if there is none. */
    private static String width(Object array) {
        String width = "";
        for (int r = 0; r < Array.getLength(array); r++) {
            Object row = Array.get(array, r);
            String own = row == null ? "" : Integer.toString(Array.getLength(row));
            if (own.isEmpty() || r > 0 && !own.equals(width)) {
                return "";
            }
            width = own;
        }
        return width;
    }

    private static String row(Object row) {
        return row == null ? "null" : list(Array.getLength(row), i -> format(Array.get(row, i)));
    }

    private static String entries(Object array) {
        String list = list(Array.getLength(array), i -> format(Array.get(array, i)));
        return list.isEmpty() ? "" : ": " + list;
    }

    private static String format(Object entry) {
        if (entry instanceof Float f) {
            return Numbers.brief(Double.parseDouble(f.toString()), DIGITS);
        }
        return entry instanceof Double d ? Numbers.brief(d, DIGITS) : entry.toString();
    }

    /** An ND4J array; above two axes its entries in row-major order. */
    static String of(TensorView tensor) {
        long[] shape = tensor.shape();
        StringBuilder head = new StringBuilder("INDArray " + tensor.dataType() + " [");
        long size = 1;
        for (int k = 0; k < shape.length; k++) {
            head.append(k == 0 ? "" : ", ").append(shape[k]);
            size *= shape[k];
        }
        head.append(']');
        if (size == 0 || size > Integer.MAX_VALUE || !tensor.hasNumbers()) {
            return head.toString();
        }
        if (shape.length == 2) {
            int width = (int) shape[1];
            return head + ":\n"
                    + String.join("\n", rows((int) shape[0], r -> list(width, c -> format(tensor.at(r, c)))));
        }
        return head + ": " + list((int) size, i -> format(tensor.at(place(i, shape))));
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
