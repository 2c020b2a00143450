package org.noisebook.data;

import java.util.List;

/** Prints rows of text in aligned columns, for a terminal. */
public final class Aligned {
    private Aligned() {}

    /** The rows with two blanks between columns; {@code right} marks the right-aligned columns. */
    public static String print(List<String[]> rows, boolean[] right) {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int k = 0; k < row.length; k++) {
                widths[k] = Math.max(widths[k], length(row[k]));
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int k = 0; k < row.length; k++) {
                String pad = " ".repeat(widths[k] - length(row[k]));
                line.append(k == 0 ? "" : "  ").append(right[k] ? pad + row[k] : row[k] + pad);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
