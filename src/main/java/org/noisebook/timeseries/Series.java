package org.noisebook.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Scores;

/** A column of a table whose rows are times at equal distances. */
final class Series {
    private final String column;
    private final double[] values;

    private Series(String column, double... values) {
        this.column = column;
        this.values = values;
    }

    String column() {
        return column;
    }

    double[] values() {
        return values.clone();
    }

    /**
     * Whether the first column holds no numbers, as dates, or rises by equal steps.
     *
     * @throws IllegalArgumentException if it holds numbers that do not
     */
    private static boolean isTime(TextTable table) {
        double[] t = IntStream.range(0, table.rows())
                .mapToDouble(
                        row -> Numbers.isDecimal(table.text(row, 0)) ? Numbers.parse(table.text(row, 0)) : Double.NaN)
                .toArray();
        if (Arrays.stream(t).anyMatch(Double::isNaN)) {
            return Arrays.stream(t).allMatch(Double::isNaN);
        }
        double step = t.length < 2 ? 1 : t[1] - t[0];
        int uneven = IntStream.range(1, t.length)
                .filter(k -> !(t[k] > t[k - 1] && Math.abs(t[k] - t[k - 1] - step) <= 1e-6 * step * t.length))
                .findFirst()
                .orElse(0);
        Check.that(
                uneven == 0,
                "column '" + Quoted.of(table.names().get(0)) + "' must rise by equal steps, got "
                        + table.text(uneven, 0)
                        + " in row " + (uneven + 1)
                        + " below the names: sort by time and fill in what is missing, or name the series by --column");
        return true;
    }

    /**
     * Reads a column.
     *
     * @param named the column, empty for the only one or the one beside equally spaced times
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    static Series of(TextTable table, String named, int shortest, int longest) {
        int last = table.names().size() - 1;
        String column = named.isEmpty() && (last == 0 || last == 1 && isTime(table))
                ? table.names().get(last)
                : named;
        double[] x = numbers(table, "--column must name the series", column, "fill it in, or cut the table there");
        String begin = "column '" + Quoted.of(column) + "' must hold ";
        Check.that(
                x.length >= shortest && x.length <= longest,
                begin + shortest + " to " + longest + " numbers, got " + x.length + remedy(x.length, longest));
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        int tenth = x.length / 10;
        Check.that(
                sorted[tenth] < sorted[x.length - 1 - tenth],
                begin + "numbers that vary, got " + Numbers.format(sorted[x.length / 2]) + " in most rows");
        return new Series(column, x);
    }

    /** What to do about a series of the wrong length. */
    static String remedy(int length, int longest) {
        return length > longest
                ? ": keep every " + ((length - 1) / longest + 1) + ". row, or cut the series"
                : ": record more";
    }

    /**
     * A column of numbers.
     *
     * @param option what is said if it is not there
     * @param remedy what is said of a row without a number
     */
    static double[] numbers(TextTable table, String option, String column, String remedy) {
        Check.that(
                table.column(column) >= 0,
                option + ", got " + (column.isEmpty() ? "none" : "'" + Quoted.of(column) + "'") + "; columns: "
                        + Quoted.of(String.join(", ", table.names())));
        Check.that(
                !Numbers.isDecimal(column),
                "line 1 must name the columns, got the number " + Quoted.of(column) + ": put a line of names above");
        double[] x = Scores.of(table, column, new ArrayList<>(), "correct it");
        for (int row = 0; row < x.length; row++) {
            Check.that(
                    !Double.isNaN(x[row]),
                    "column '" + Quoted.of(column) + "' must hold a number in every row of a series, got '"
                            + Quoted.of(table.text(row, table.column(column))) + "' in row " + (row + 1)
                            + " below the names: " + remedy);
        }
        return x;
    }
}
