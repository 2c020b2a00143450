package org.noisebook.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.stats.ClopperPearson;

/**
 * Radii that counts of a smoothed classifier certify, with what more draws could give.
 *
 * <p>Columns {@code sigma}, {@code n} and {@code hits}: noise, draws, and draws in the class that is certified, chosen on other draws. The radius
 * is σΦ⁻¹ of the lower bound of {@link ClopperPearson} at the error asked; the price is its distance to σΦ⁻¹(hits/n).
 */
public final class CertifyReport implements Report {
    private static final List<String> COLUMNS = List.of("sigma", "n", "hits");
    private static final int SHOWN = 20;

    private final double error;
    private final Frame radii = frame();
    private final Frame first = frame();
    private final List<Double> certified = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private final int rows;

    /**
     * The report on a table.
     *
     * @param error of each certificate, in (0, 0.5]
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public CertifyReport(TextTable table, double error) {
        Check.that(error > 0 && error <= 0.5, "--error must be in (0, 0.5], got " + Numbers.format(error));
        COLUMNS.forEach(name -> Check.that(
                table.column(name) >= 0,
                "a table of counts needs the columns sigma, n and hits, got "
                        + Quoted.of(String.join(", ", table.names()))));
        this.error = error;
        rows = table.rows();
        for (int row = 0; row < rows; row++) {
            double sigma = number(table, "sigma", row);
            double n = number(table, "n", row);
            double hits = number(table, "hits", row);
            check(sigma > 0 && sigma < Double.POSITIVE_INFINITY, table, "sigma", "above 0", row);
            check(n >= 1 && n <= 1e15 && n == Math.rint(n), table, "n", "a whole number from 1 to 1e15", row);
            check(hits >= 0 && hits <= n && hits == Math.rint(hits), table, "hits", "a whole number from 0 to n", row);
            long k = (long) hits;
            long all = (long) n;
            double radius = ClopperPearson.radius(k, all, error, sigma);
            double unlimited = k == all ? Double.POSITIVE_INFINITY : ClopperPearson.radius(hits / n, sigma);
            Object[] cells = {
                row + 1,
                sigma,
                n,
                hits,
                rounded(hits / n),
                rounded(ClopperPearson.low(k, all, 0.025)),
                rounded(ClopperPearson.high(k, all, 0.025)),
                rounded(radius),
                k == all ? "" : rounded(unlimited),
                rounded(ClopperPearson.radius(all, all, error, sigma))
            };
            radii.add(cells);
            if (row < SHOWN) {
                first.add(cells);
            }
            certified.add(radius);
            shares.add(unlimited > 0 ? radius / unlimited : Double.NaN);
        }
    }

    private static Frame frame() {
        return new Frame("row", "sigma", "n", "hits", "share", "low", "high", "radius", "unlimited", "largest");
    }

    private static double number(TextTable table, String name, int row) {
        String cell = table.text(row, table.column(name));
        return Numbers.isDecimal(cell) ? Numbers.parse(cell) : Double.NaN;
    }

    private static void check(boolean holds, TextTable table, String name, String range, int row) {
        Check.that(
                holds,
                "column '" + name + "' must be " + range + ", got '" + Quoted.of(table.text(row, table.column(name)))
                        + "' in row " + (row + 1) + " below the names");
    }

    private static double rounded(double x) {
        return Double.isNaN(x) ? x : Math.rint(x * 1e6) / 1e6;
    }

    private static double median(double... values) {
        double[] sorted =
                Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        int n = sorted.length;
        return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    private int count() {
        return (int) certified.stream().filter(r -> r > 0).count();
    }

    @Override
    public String title() {
        return "Certified radii of " + Wording.count(rows, "point");
    }

    @Override
    public List<String> answer() {
        double middle = median(certified.stream().mapToDouble(r -> r).toArray());
        return List.of(count() + " of " + Wording.count(rows, "point") + " certified, median radius "
                + String.format(Locale.ROOT, "%.3f", middle) + " (0 for the others).");
    }

    @Override
    public List<String> preface() {
        return List.of("Each certificate is wrong with probability " + Numbers.format(error)
                + " at most, if its class was chosen on other draws than those counted.");
    }

    @Override
    public List<Section> sections() {
        double kept = median(shares.stream().mapToDouble(s -> s).toArray());
        String more = rows > SHOWN ? "The first " + SHOWN + " points; --out writes all." : "All points.";
        return List.of(
                new Section(
                        "How large are the radii?",
                        more
                                + " A smoothed classifier has the class of all points within the radius, measured as the noise.",
                        List.of(
                                "low and high: 95 % interval of the share; unlimited: the radius if that share were exact;"
                                        + " largest: what so many draws certify if all hit."),
                        first),
                new Section(
                        "What would more draws give?",
                        String.format(
                                Locale.ROOT,
                                "In the median, draws so few keep %.0f %% of the radius of an exact share; what is lost falls as 1/√n.",
                                100 * Math.min(1, kept)),
                        List.of("A radius near the largest is limited by n, not by the classifier.")));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("radii", radii);
    }
}
