package org.noisebook.kernel;

/**
 * Where a statement stands.
 *
 * @param cell the cell's number
 * @param code the cell's text
 * @param start where in it the statement starts
 */
record Place(int cell, String code, int start) {
    /** The line of a position in the statement, from 1. */
    int line(int offset) {
        int end = Math.min(code.length(), start + offset);
        return (int) code.substring(0, end).chars().filter(c -> c == '\n').count() + 1;
    }

    /** The column of a position in the statement, in characters as people count them, from 1. */
    int column(int offset) {
        int end = Math.min(code.length(), start + offset);
        return code.codePointCount(code.lastIndexOf('\n', end - 1) + 1, end) + 1;
    }

    /** The text of a line. */
    String text(int line) {
        String[] lines = code.split("\n", -1);
        return line >= 1 && line <= lines.length ? lines[line - 1] : "";
    }
}
