package org.noisebook.runs;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;

/**
 * Cells of a table as scores: numbers with a decimal point or comma, percentages, and runs that failed (inf, NaN or no score).
 *
 * <p><b>Special cases</b>: a comma is a decimal comma where the whole column says so, and points before
 * it are those of thousands; where every comma may be one of thousands the column is refused, unless semicolons separate the columns; a percentage is its hundredth only where every score is one.
 */
public final class Scores {
    /** Spellings of a run without a score. */
    private static final List<String> FAILED = List.of(
            "",
            "na",
            "n/a",
            "nan",
            "null",
            "none",
            "inf",
            "+inf",
            "-inf",
            "infinity",
            "-infinity",
            "failed",
            "crashed",
            "diverged",
            "oom");

    private static final Pattern THOUSANDS = Pattern.compile("[-+]?[1-9]\\d{0,2},\\d{3}");
    private static final Pattern GERMAN = Pattern.compile("[-+]?[1-9]\\d{0,2}(\\.\\d{3})+,\\d+");

    /** Sums of fourth powers of such numbers do not overflow. */
    public static final double LARGEST = 1e50;

    private Scores() {}

    /** Whether a text marks a run without a score. */
    public static boolean isFailed(String cell) {
        return cell.length() <= 9 && FAILED.contains(cell.toLowerCase(Locale.ROOT));
    }

    /** Whether a text is a score or none. */
    static boolean isScore(String cell) {
        return isFailed(cell) || !Double.isNaN(parse(cell));
    }

    /** Whether a text is true or false, which as a score are 1 and 0. */
    static boolean isTruth(String cell) {
        return cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false");
    }

    /** A label as it is compared: numbers that are equal are one, such as 0 and 0.0. */
    public static String label(String cell) {
        char c = cell.isEmpty() ? 'x' : cell.charAt(cell.length() - 1);
        if (c != '0' && c != '.' || cell.indexOf('.') < 0) {
            return cell;
        }
        return cell.matches("[-+]?\\d+\\.0*") ? cell.substring(0, cell.indexOf('.')) : cell;
    }

    /** A number, percentages as their number before the sign; NaN if there is none. */
    public static double parse(String cell) {
        String text = cell;
        int last = text.length() - 1;
        if (last > 0 && text.charAt(last) == '%') {
            text = text.substring(0, last).strip();
        }
        int comma = text.indexOf(',');
        if (comma >= 0) {
            if (text.indexOf('.') >= 0 && GERMAN.matcher(text).matches()) {
                text = text.replace(".", "");
                comma = text.indexOf(',');
            }
            if (text.indexOf('.') >= 0 || text.indexOf(',', comma + 1) >= 0) {
                return Double.NaN;
            }
            text = text.replace(',', '.');
        }
        char end = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
        if (end > '9' || end < '.' || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Refuses a mean with its deviation, such as 0.8 ± 0.01. */
    static void refuseSummary(String column, String cell) {
        if (cell.contains("±") || cell.contains("+-") || cell.contains("+/-")) {
            throw new IllegalArgumentException("column '" + Quoted.of(column) + "' sums runs up, as in '"
                    + Quoted.of(cell) + "': write the table as it was before, one row a run");
        }
    }

    /**
     * A column of scores, NaN where a run failed.
     *
     * @param notes what was read otherwise than it stands, with counts
     * @throws IllegalArgumentException in one line that names column, row and what to do
     */
    public static double[] of(TextTable table, String column, List<String> notes) {
        return of(table, column, notes, "correct it, or leave it empty if the run failed");
    }

    /** The same where another remedy is to be named for a cell that holds no number. */
    public static double[] of(TextTable table, String column, List<String> notes, String remedy) {
        int at = table.column(column);
        double[] value = new double[table.rows()];
        int failed = 0;
        int percent = 0;
        int commas = 0;
        int thousands = 0;
        int firstComma = -1;
        int firstPoint = -1;
        int firstPlain = -1;
        for (int row = 0; row < value.length; row++) {
            value[row] = table.plain(row, at);
            if (!Double.isNaN(value[row]) && firstPoint >= 0 && firstPlain >= 0) {
                continue;
            }
            String cell = table.text(row, at);
            if (isFailed(cell)) {
                value[row] = Double.NaN;
                failed++;
                continue;
            }
            value[row] = isTruth(cell) ? cell.length() == 4 ? 1 : 0 : parse(cell);
            if (!(Math.abs(value[row]) <= LARGEST)) {
                refuseSummary(column, cell);
                throw new IllegalArgumentException("column '" + Quoted.of(column)
                        + "' must hold numbers in [-1e50, 1e50], got '" + Quoted.of(cell) + "' in row " + (row + 1)
                        + " below the names: "
                        + (cell.equals(column) ? "remove the row, which repeats the names" : remedy));
            }
            boolean isPercent = cell.endsWith("%");
            percent += isPercent ? 1 : 0;
            firstPlain = !isPercent && firstPlain < 0 ? row : firstPlain;
            boolean comma = cell.indexOf(',') >= 0;
            commas += comma ? 1 : 0;
            firstComma = comma && firstComma < 0 ? row : firstComma;
            thousands += THOUSANDS.matcher(cell).matches() ? 1 : 0;
            firstPoint = firstPoint < 0 && !comma && cell.indexOf('.') >= 0 ? row : firstPoint;
        }
        if (firstComma >= 0 && firstPoint >= 0) {
            throw new IllegalArgumentException("column '" + Quoted.of(column) + "' must have one decimal sign, got '"
                    + Quoted.of(table.text(firstComma, at)) + "' in row " + (firstComma + 1) + " and '"
                    + Quoted.of(table.text(firstPoint, at)) + "' in row " + (firstPoint + 1) + ": write points");
        }
        if (commas > 0 && thousands == commas && !table.hasDecimalCommas()) {
            String cell = table.text(firstComma, at);
            throw new IllegalArgumentException("column '" + Quoted.of(column)
                    + "' may hold decimals or thousands, got '"
                    + Quoted.of(cell) + "' in row " + (firstComma + 1) + ": write " + Quoted.of(cell.replace(',', '.'))
                    + " or " + Quoted.of(cell.replace(",", ""))
                    + "; with semicolons between columns commas are decimal");
        }
        if (percent > 0 && firstPlain >= 0) {
            throw new IllegalArgumentException("column '" + Quoted.of(column)
                    + "' must hold percentages throughout or not at"
                    + " all, got '" + Quoted.of(table.text(firstPlain, at)) + "' without % in row " + (firstPlain + 1)
                    + ": write all with or without %");
        }
        if (commas > 0) {
            notes.add(commas + " scores with a decimal comma, such as " + Quoted.of(table.text(firstComma, at))
                    + ", are read as decimals.");
        }
        if (percent > 0) {
            for (int row = 0; row < value.length; row++) {
                value[row] /= 100;
            }
            notes.add(percent + " percentages are read as their hundredths.");
        }
        if (failed == value.length) {
            throw new IllegalArgumentException(
                    "column '" + Quoted.of(column) + "' must hold numbers, got none: name another");
        }
        return value;
    }
}
