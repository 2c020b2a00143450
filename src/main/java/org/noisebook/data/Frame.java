package org.noisebook.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A small table of named columns, such as the data of a figure, the results of a sweep or the content of a CSV file.
 *
 * <p>Cells are integers, doubles or text. Rows are appended; a frame must not be changed after it is passed on.
 *
 * <p><b>Special cases</b>: NaN prints as {@code NaN}; a text cell with a comma, quote or line end is quoted.
 */
public final class Frame {
    private final Map<String, List<Object>> columns = new LinkedHashMap<>();
    private int rows;

    /** A frame with these columns and no rows. */
    public Frame(String... names) {
        for (String name : names) {
            if (columns.put(name, new ArrayList<>()) != null) {
                throw new IllegalArgumentException("column names must differ, got " + Quoted.of(name) + " twice");
            }
        }
    }

    /** A frame with these columns and no rows. */
    public Frame(List<String> names) {
        this(names.toArray(String[]::new));
    }

    /** Appends a row of {@code Integer}, {@code Long}, {@code Double} or {@code String} cells. */
    public void add(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("a row must have " + columns.size() + " cells, got " + cells.length);
        }
        for (Object cell : cells) {
            Objects.requireNonNull(cell, "cell");
            if (!(cell instanceof Integer
                    || cell instanceof Long
                    || cell instanceof Double
                    || cell instanceof String)) {
                throw new IllegalArgumentException("cells must be whole numbers, doubles or text, got "
                        + cell.getClass().getSimpleName());
            }
        }
        int k = 0;
        for (List<Object> column : columns.values()) {
            Object cell = cells[k++];
            column.add(cell instanceof Integer i ? Long.valueOf(i) : cell);
        }
        rows++;
    }

    /** Appends a row of cells, given individually or in lists. */
    public void addAll(Object... parts) {
        add(Arrays.stream(parts)
                .flatMap(part -> part instanceof List<?> cells ? cells.stream() : Stream.of(part))
                .toArray());
    }

    /** Column names in order. */
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    public int rows() {
        return rows;
    }

    /** The cells of a column: {@code Long}, {@code Double} or {@code String}. */
    public List<Object> column(String name) {
        List<Object> column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException(
                    "unknown column '" + Quoted.of(name) + "'; columns: " + Quoted.of(names().toString()));
        }
        return Collections.unmodifiableList(column);
    }

    /** A numeric column. */
    public double[] doubles(String name) {
        return column(name).stream()
                .mapToDouble(cell -> {
                    if (cell instanceof Number number) {
                        return number.doubleValue();
                    }
                    throw new IllegalArgumentException(
                            "column '" + name + "' must hold numbers, got '" + Quoted.of(cell.toString()) + "'");
                })
                .toArray();
    }

    /** A cell as in the CSV file, unquoted. */
    public String text(int row, String name) {
        Object cell = column(name).get(row);
        return cell instanceof Double d ? Numbers.format(d) : cell.toString();
    }

    /** The table as CSV with a header line and line feeds. */
    public String csv() {
        StringBuilder out = new StringBuilder();
        out.append(String.join(",", columns.keySet().stream().map(Frame::quote).toList()))
                .append('\n');
        for (int row = 0; row < rows; row++) {
            out.append(csvLine(row)).append('\n');
        }
        return out.toString();
    }

    private String csvLine(int row) {
        List<String> cells = new ArrayList<>();
        for (String name : columns.keySet()) {
            cells.add(quote(text(row, name)));
        }
        return String.join(",", cells);
    }

    private static String quote(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /**
     * Reads CSV text as a frame of text cells.
     *
     * @throws IllegalArgumentException with the line number if rows differ in length or a quote is not closed
     */
    public static Frame parseCsv(String text) {
        CsvRows rows = new CsvRows(text, 0, ',');
        List<String> header = rows.next();
        if (header.isEmpty()) {
            throw new IllegalArgumentException("line 1: no header");
        }
        Frame frame = new Frame(header);
        for (List<String> row = rows.next(); !row.isEmpty(); row = rows.next()) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "line " + rows.line() + ": expected " + header.size() + " cells, got " + row.size());
            }
            frame.add(row.toArray());
        }
        return frame;
    }

    /**
     * The table for a terminal: aligned columns, numbers right-aligned, doubles with {@code digits} significant digits.
     */
    public String print(int digits) {
        List<String[]> cells = new ArrayList<>();
        cells.add(columns.keySet().toArray(String[]::new));
        for (int row = 0; row < rows; row++) {
            String[] texts = new String[columns.size()];
            int k = 0;
            for (List<Object> column : columns.values()) {
                Object cell = column.get(row);
                texts[k++] = cell instanceof Double d ? Numbers.format(d, digits) : cell.toString();
            }
            cells.add(texts);
        }
        boolean[] numeric = new boolean[columns.size()];
        int index = 0;
        for (List<Object> column : columns.values()) {
            numeric[index++] = !column.isEmpty() && column.stream().allMatch(Number.class::isInstance);
        }
        return Aligned.print(cells, numeric);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return "Frame" + Arrays.asList(names().toArray()) + " of " + rows + " rows";
    }
}
