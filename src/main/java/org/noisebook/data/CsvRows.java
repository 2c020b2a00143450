package org.noisebook.data;

import java.util.ArrayList;
import java.util.List;

/** Reads the rows of CSV text and knows the line on which each begins; an empty line is a row with one empty cell. */
final class CsvRows {
    private final String text;
    private final char separator;
    private int at;
    private int line;
    private int next;

    /** Starts at a position in the text. */
    CsvRows(String text, int begin, char separator) {
        this.text = text;
        this.separator = separator;
        this.at = begin;
        this.next = 1 + lines(text, 0, begin);
    }

    private static int lines(String text, int from, int to) {
        return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
    }

    /** Receives cells. */
    interface Sink {
        /** Receives one cell. */
        void add(String text, int from, int to);
    }

    /**
     * Reads the next row.
     *
     * @return the number of cells, 0 after the last row
     * @throws IllegalArgumentException if a quote is not closed
     */
    int next(Sink sink) {
        if (at >= text.length()) {
            return 0;
        }
        line = next;
        int cells = 0;
        do {
            cell(sink);
            cells++;
        } while (at < text.length() && text.charAt(at++) == separator);
        next++;
        return cells;
    }

    /** The cells of the next row; empty after the last row. */
    List<String> next() {
        List<String> cells = new ArrayList<>();
        next((from, start, end) -> cells.add(from.substring(start, end)));
        return cells;
    }

    /** Skips blank lines. */
    void skipBlank() {
        int end = at;
        while (end < text.length() && text.charAt(end) <= ' ' && text.charAt(end) != separator) {
            if (text.charAt(end++) == '\n') {
                at = end;
                next++;
            }
        }
        at = end == text.length() ? end : at;
    }

    /** The line on which the last row read begins. */
    int line() {
        return line;
    }

    private void cell(Sink sink) {
        String quoted = at < text.length() && text.charAt(at) == '"' ? quoted() : "";
        int from = at;
        while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
            at++;
        }
        boolean carriage = at < text.length() && text.charAt(at) == '\n' && at > from && text.charAt(at - 1) == '\r';
        int to = carriage ? at - 1 : at;
        if (quoted.isEmpty()) {
            sink.add(text, from, to);
        } else {
            String cell = quoted + text.substring(from, to);
            sink.add(cell, 0, cell.length());
        }
    }

    private String quoted() {
        StringBuilder out = new StringBuilder();
        int open = at;
        do {
            int close = text.indexOf('"', at + 1);
            if (close < 0) {
                throw new IllegalArgumentException("line " + next + ": a quote is not closed");
            }
            // A quote inside a quoted cell is written twice.
            out.append(text, at == open ? at + 1 : at, close);
            at = close + 1;
        } while (at < text.length() && text.charAt(at) == '"');
        next += lines(text, open, at);
        return out.toString();
    }
}
