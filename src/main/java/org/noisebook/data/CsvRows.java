package org.noisebook.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of CSV text one after another, with the line on which each begins; an empty line is a row of one empty cell. */
final class CsvRows {
    private final String text;
    private final char separator;
    private int at;
    private int line;
    private int next;

    /** Begins at a place in the text. */
    CsvRows(String text, int begin, char separator) {
        this.text = text;
        this.separator = separator;
        this.at = begin;
        this.next = 1 + lines(text, 0, begin);
    }

    private static int lines(String text, int from, int to) {
        return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
    }

    /**
     * The cells of the next row, none behind the last.
     *
     * @throws IllegalArgumentException for a quote that is not closed
     */
    Optional<List<String>> next() {
        if (at >= text.length()) {
            return Optional.empty();
        }
        line = next;
        List<String> cells = new ArrayList<>();
        do {
            cells.add(cell());
        } while (at < text.length() && text.charAt(at++) == separator);
        next++;
        return Optional.of(cells);
    }

    /** The line on which the row begins that was read last. */
    int line() {
        return line;
    }

    private String cell() {
        String quoted = at < text.length() && text.charAt(at) == '"' ? quoted() : "";
        int from = at;
        while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
            at++;
        }
        boolean carriage = at < text.length() && text.charAt(at) == '\n' && at > from && text.charAt(at - 1) == '\r';
        String plain = text.substring(from, carriage ? at - 1 : at);
        return quoted.isEmpty() ? plain : quoted + plain;
    }

    private String quoted() {
        StringBuilder out = new StringBuilder();
        int open = at;
        do {
            int close = text.indexOf('"', at + 1);
            if (close < 0) {
                throw new IllegalArgumentException("line " + next + ": a quote is not closed");
            }
            // A quote within is written twice.
            out.append(text, at == open ? at + 1 : at, close);
            at = close + 1;
        } while (at < text.length() && text.charAt(at) == '"');
        next += lines(text, open, at);
        return out.toString();
    }
}
