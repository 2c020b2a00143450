package org.noisebook.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A packed table of text cells: one string for all, and one end index per cell, so 10⁶ rows take tens of MB.
 *
 * <p><b>Special cases</b>: cells are stripped of blanks; a table may have no rows.
 */
public final class TextTable {
    private static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

    private final List<String> names;
    private final String text;
    private final int[] ends;
    private final List<String> notes;
    private final boolean decimalCommas;

    private TextTable(List<String> names, String text, int[] ends, List<String> notes, boolean decimalCommas) {
        this.names = List.copyOf(names);
        this.text = text;
        this.ends = ends;
        this.notes = List.copyOf(notes);
        this.decimalCommas = decimalCommas;
    }

    /** The same table with a note on how it was read. */
    TextTable noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new TextTable(names, text, ends, more, decimalCommas);
    }

    /** The same table, written where commas are decimal signs. */
    TextTable withDecimalCommas() {
        return new TextTable(names, text, ends, notes, true);
    }

    /** Whether it was written where commas are decimal signs, as semicolons between columns show. */
    public boolean hasDecimalCommas() {
        return decimalCommas;
    }

    /** How it was read, where that is not plain. */
    public List<String> notes() {
        return notes;
    }

    /** Column names in order. */
    public List<String> names() {
        return names;
    }

    public int rows() {
        return ends.length / names.size();
    }

    public String text(int row, int column) {
        int at = row * names.size() + column;
        return text.substring(at == 0 ? 0 : ends[at - 1], ends[at]);
    }

    /**
     * A cell with a plain decimal of at most 15 digits, such as -0.125, as a number; NaN for others. Allocates nothing.
     */
    public double plain(int row, int column) {
        int at = row * names.size() + column;
        int from = at == 0 ? 0 : ends[at - 1];
        int end = ends[at];
        boolean minus = from < end && text.charAt(from) == '-';
        int start = from + (minus ? 1 : 0);
        long digits = 0;
        int point = -1;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '.' && point < 0 && i > start && i < end - 1) {
                point = i;
            } else if (c >= '0' && c <= '9') {
                digits = 10 * digits + (c - '0');
            } else {
                return Double.NaN;
            }
        }
        if (end == start || end - start > 15) {
            return Double.NaN;
        }
        // Both numbers are exact, so the quotient is the nearest double.
        double value = point < 0 ? digits : digits / TENS[end - point - 1];
        return minus ? -value : value;
    }

    /** The index of a column; −1 if no column has this name. */
    public int column(String name) {
        return names.indexOf(name);
    }

    /**
     * A column as codes of its distinct texts, in order of appearance.
     *
     * @param as normalises a text before comparison
     */
    public Coded coded(int column, UnaryOperator<String> as) {
        Map<String, Integer> spelled = new HashMap<>();
        Map<String, Integer> places = new HashMap<>();
        List<String> different = new ArrayList<>();
        int[] code = new int[rows()];
        for (int row = 0; row < code.length; row++) {
            if (row > 0 && isRepeated(row, column)) {
                code[row] = code[row - 1];
                continue;
            }
            String cell = text(row, column);
            Integer known = spelled.get(cell);
            if (known == null) {
                String read = as.apply(cell);
                known = places.computeIfAbsent(read, name -> {
                    different.add(name);
                    return different.size() - 1;
                });
                spelled.put(cell, known);
            }
            code[row] = known;
        }
        return new Coded(List.copyOf(different), code, spelled.size());
    }

    /** Whether a cell equals the one above it. */
    private boolean isRepeated(int row, int column) {
        int at = row * names.size() + column;
        int above = at - names.size();
        int from = above == 0 ? 0 : ends[above - 1];
        int length = ends[at] - ends[at - 1];
        return length == ends[above] - from && text.regionMatches(from, text, ends[at - 1], length);
    }

    /**
     * The distinct names in a column, and the code of each row.
     *
     * @param spellings number of distinct texts before normalisation, at least the number of names
     */
    public record Coded(List<String> names, int[] code, int spellings) {}

    /** Builds a table row by row. */
    public static final class Builder {
        private final List<String> names;
        private final StringBuilder text = new StringBuilder();
        private int[] ends = new int[1024];
        private int cells;

        /**
         * A builder for a table with these columns.
         *
         * @throws IllegalArgumentException if two have the same name
         */
        public Builder(List<String> names) {
            this.names = names;
            for (int k = 0; k < names.size(); k++) {
                if (names.indexOf(names.get(k)) < k) {
                    throw new IllegalArgumentException(
                            "column names must differ, got " + Quoted.of(names.get(k)) + " twice");
                }
            }
        }

        /** Appends a cell, stripped of surrounding blanks. */
        void add(String all, int from, int to) {
            int start = from;
            int end = to;
            while (start < end && all.charAt(start) <= ' ') {
                start++;
            }
            while (end > start && all.charAt(end - 1) <= ' ') {
                end--;
            }
            text.append(all, start, end);
            if (cells == ends.length) {
                ends = Arrays.copyOf(ends, 2 * cells);
            }
            ends[cells++] = text.length();
        }

        /** Appends a cell. */
        public void add(String cell) {
            add(cell, 0, cell.length());
        }

        /** The finished table; no cells may be added afterwards. */
        public TextTable build() {
            if (cells % names.size() != 0) {
                throw new IllegalStateException("cells must fill rows of " + names.size() + ", got " + cells);
            }
            return new TextTable(names, text.toString(), Arrays.copyOf(ends, cells), List.of(), false);
        }
    }
}
