package org.noisebook.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.data.Echo;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.stats.AutoRegression;
import org.noisebook.stats.OrnsteinUhlenbeck;
import org.noisebook.stats.RankCorrelation;
import org.noisebook.stats.RollingWindow;

/**
 * Whether a series returns more slowly after kicks than it did at first, with the error rates of every signal at its length.
 *
 * <p>The verdict is that of the drift test of {@link OrnsteinUhlenbeck#slowing} with noise free to drift, its p from series of the fitted
 * process with a constant rate. Trends of variance and autocorrelation (Kendall's τ in a rolling window) are judged by AR(1) surrogates.
 * Anomalies are one-step errors over their standard deviation in the past; they do not count for the test.
 *
 * <p><b>Error</b>: level 0.05 is 0.04 to 0.07 for 40 values and more. <b>Cost</b>: draws times n times 2 µs.
 */
public final class SeriesReport implements Report {
    /** Fewest values. */
    public static final int SHORTEST = 40;

    private static final int LONGEST = 100_000;
    private static final double LARGE = 0.5;
    private static final int MEMORY = 30;
    private static final int MOST_SHOWN = 10;

    /**
     * What is asked.
     *
     * @param column name of the series
     * @param window width of the rolling window over the length, in (0, 1)
     * @param bandwidth standard deviation of the smoother over the length, in (0, 1]
     * @param level of tests, in (0, 1)
     * @param draws behind each p, at least 19
     * @param anomalies whether to look for single values
     */
    public record Options(String column, double window, double bandwidth, double level, int draws, boolean anomalies) {
        /** Checks the ranges. */
        public Options {
            check("window", window > 0 && window < 1, "(0, 1)", window);
            check("bandwidth", bandwidth > 0 && bandwidth <= 1, "(0, 1]", bandwidth);
            check("level", level > 0 && level < 1, "(0, 1)", level);
            check("draws", draws >= 19 && draws <= 1_000_000, "[19, 1000000]", draws);
            check("draws", draws + 1 >= 1 / level, "[1/level − 1, 1000000], level " + Numbers.format(level), draws);
        }

        private static void check(String name, boolean holds, String range, double got) {
            if (!holds) {
                throw new IllegalArgumentException(
                        "--" + name + " must be in " + range + ", got " + Numbers.format(got));
            }
        }
    }

    /** A trend, its p, and how often chance alone gives a large one. */
    private record Trend(String name, double tau, double p, double large) {}

    private final int length;
    private final Options options;
    private final double p;
    private final OrnsteinUhlenbeck fit;
    private final List<Trend> trends = new ArrayList<>();
    private final Frame anomalies = new Frame("row", "value", "expected", "errors away");

    private SeriesReport(double[] raw, Options options, Stream stream) {
        length = raw.length;
        this.options = options;
        double[] x = withoutAnomalies(raw);
        fit = OrnsteinUhlenbeck.fit(x, 1, 1, true, true);
        OrnsteinUhlenbeck constant = OrnsteinUhlenbeck.fit(x, 1, 1, false, true);
        double slowing = OrnsteinUhlenbeck.slowing(x, 1, 1, true);
        Stream noise = stream.part(0);
        int above = 0;
        for (int b = 0; b < options.draws; b++) {
            above += OrnsteinUhlenbeck.slowing(constant.sample(length, noise), 1, 1, true) >= slowing ? 1 : 0;
        }
        p = (1.0 + above) / (options.draws + 1);
        trends(x, stream.part(1));
    }

    /** Whether the first column rises by equal steps. */
    private static boolean isTime(TextTable table) {
        double[] t = IntStream.range(0, table.rows())
                .mapToDouble(
                        row -> Numbers.isDecimal(table.text(row, 0)) ? Numbers.parse(table.text(row, 0)) : Double.NaN)
                .toArray();
        return t.length > 1
                && t[1] > t[0]
                && IntStream.range(2, t.length)
                        .allMatch(k -> Math.abs(t[k] - t[k - 1] - (t[1] - t[0])) < 1e-6 * (t[1] - t[0]) * t.length);
    }

    /**
     * The report on a column of a table; of two columns whose first rises by equal steps, of the second.
     *
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public static SeriesReport of(TextTable table, Options options, Stream stream) {
        String column = options.column;
        if (column.isEmpty() && (table.names().size() == 1 || table.names().size() == 2 && isTime(table))) {
            column = table.names().get(table.names().size() - 1);
        }
        if (table.column(column) < 0) {
            throw new IllegalArgumentException("--column must name the series, "
                    + (column.isEmpty() ? "got none" : "got '" + Echo.of(column) + "'") + "; columns: "
                    + Echo.of(String.join(", ", table.names())));
        }
        if (Numbers.isDecimal(column)) {
            throw new IllegalArgumentException(
                    "line 1 must name the columns, got the number " + Echo.of(column) + ": put a line of names above");
        }
        double[] x = Scores.of(table, column, new ArrayList<>());
        for (int row = 0; row < x.length; row++) {
            if (Double.isNaN(x[row])) {
                throw new IllegalArgumentException("column '" + Echo.of(column)
                        + "' must hold a number in every row of a series, got '"
                        + Echo.of(table.text(row, table.column(column))) + "' in row " + (row + 1)
                        + " below the names: fill it in, or cut the table there");
            }
        }
        if (x.length < SHORTEST || x.length > LONGEST) {
            throw new IllegalArgumentException("column '" + Echo.of(column) + "' must hold " + SHORTEST + " to "
                    + LONGEST + " numbers, got " + x.length);
        }
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        if (sorted[x.length / 10] == sorted[x.length - 1 - x.length / 10]) {
            throw new IllegalArgumentException("column '" + Echo.of(column) + "' must hold numbers that vary, got "
                    + Numbers.format(sorted[x.length / 2]) + " in most rows");
        }
        return new SeriesReport(
                x,
                new Options(column, options.window, options.bandwidth, options.level, options.draws, options.anomalies),
                stream);
    }

    private double[] taus(double... x) {
        double[] rest = RollingWindow.residuals(x, options.bandwidth * length);
        int window = Math.max(5, Math.min(length - 5, (int) (options.window * length)));
        return new double[] {
            RankCorrelation.trend(RollingWindow.variances(rest, window)),
            RankCorrelation.trend(RollingWindow.autocorrelations(rest, window))
        };
    }

    private void trends(double[] x, Stream stream) {
        AutoRegression process = AutoRegression.of(RollingWindow.residuals(x, options.bandwidth * length));
        double[] tau = taus(x);
        int[] above = new int[2];
        int[] large = new int[2];
        for (int b = 0; b < options.draws; b++) {
            double[] chance = taus(process.sample(length, stream));
            for (int k = 0; k < 2; k++) {
                above[k] += chance[k] >= tau[k] ? 1 : 0;
                large[k] += chance[k] > LARGE ? 1 : 0;
            }
        }
        for (int k = 0; k < 2; k++) {
            trends.add(new Trend(
                    k == 0 ? "variance" : "autocorrelation",
                    tau[k],
                    (1.0 + above[k]) / (options.draws + 1),
                    (double) large[k] / options.draws));
        }
    }

    /**
     * The series with anomalies replaced by what was expected: errors of the AR(1) prediction over their root mean square in the past,
     * without earlier anomalies (Student's t). The value after an anomaly is predicted from it or from what was expected, whichever is
     * nearer, so that a spike is one anomaly and so is a shift.
     */
    private double[] withoutAnomalies(double... raw) {
        double[] x = raw.clone();
        AutoRegression process = AutoRegression.of(x);
        double cut = new TDistribution(null, MEMORY)
                .inverseCumulativeProbability(1 - options.level / (2.0 * (length - 1 - MEMORY)));
        double[] past = new double[MEMORY];
        int known = 0;
        for (int k = 1; k < length; k++) {
            double expected = process.mean() + process.coefficient() * (x[k - 1] - process.mean());
            double other = process.mean() + process.coefficient() * (raw[k - 1] - process.mean());
            if (Math.abs(raw[k] - other) < Math.abs(raw[k] - expected)) {
                expected = other;
            }
            double error = raw[k] - expected;
            double away = error / Math.sqrt(Arrays.stream(past).map(e -> e * e).sum() / MEMORY);
            if (known >= MEMORY && Math.abs(away) > cut) {
                anomalies.add(k + 1, raw[k], expected, away);
                x[k] = expected;
            } else {
                past[known++ % MEMORY] = error;
            }
        }
        return x;
    }

    /** The p of the drift test. */
    public double p() {
        return p;
    }

    /** Whether the rate of return falls, at the level of the options. */
    public boolean isSlowing() {
        return p <= options.level;
    }

    @Override
    public String title() {
        return "Early warning in '" + Echo.of(options.column) + "', " + length + " values";
    }

    @Override
    public List<String> answer() {
        String now = "e^(-rate) from " + correlation(fit.rateFirst()) + " to " + correlation(fit.rateLast());
        return List.of(
                isSlowing()
                        ? "Warning: the series returns more slowly after kicks than it did (" + Wording.probability(p)
                                + "; " + now + ")."
                        : "No warning: a falling rate of return is not shown (" + Wording.probability(p) + "; " + now
                                + ").");
    }

    private static String correlation(double rate) {
        return Wording.correlation(StrictMath.exp(-rate));
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        List<Section> all = new ArrayList<>();
        all.add(new Section(
                "Does the rate of return fall?",
                "Likelihood ratio of a drifting over a constant rate; the noise may drift in both, so that growing noise alone is no warning.",
                List.of(
                        (anomalies.rows() == 0
                                        ? ""
                                        : Wording.count(anomalies.rows(), "single anomal")
                                                        .replaceFirst("anomal$", "anomaly is")
                                                        .replaceFirst("anomals$", "anomalies are")
                                                + " replaced by what was expected (--anomalies lists them). ")
                                + Wording.percent(options.level)
                                + " of series that do not slow down give a warning; p is from "
                                + options.draws + " series of the fitted process with a constant rate.",
                        "The test assumes linear restoring forces and a linear trend of the mean. It does not know why a rate falls:"
                                + " a smooth, harmless change looks the same as an approaching transition. A series chosen because it ended in a"
                                + " jump gives false warnings.")));
        Frame table = new Frame("trend of", "tau", "p", "chance gives tau > 0.5 in");
        trends.forEach(t -> table.add(t.name, rounded(t.tau), rounded(t.p), Wording.percent(t.large)));
        all.add(new Section(
                "Do variance and autocorrelation rise?",
                "Kendall's tau in a rolling window, against " + options.draws + " AR(1) surrogates of the same length.",
                List.of(
                        "A rise of the variance alone may be growing noise; the last column is the false-alarm rate of a large trend"
                                + " at this length."),
                table));
        if (options.anomalies) {
            Frame first = new Frame(anomalies.names());
            for (int row = 0; row < Math.min(MOST_SHOWN, anomalies.rows()); row++) {
                int at = row;
                first.add(anomalies.names().stream()
                        .map(name -> anomalies.column(name).get(at))
                        .map(cell -> cell instanceof Double d ? (Object) rounded(d) : cell)
                        .toArray());
            }
            all.add(new Section(
                    "Are there single anomalies?",
                    anomalies.rows() == 0
                            ? "None beyond what chance gives in " + Wording.percent(options.level) + " of series."
                            : Wording.count(anomalies.rows(), "value") + " beyond what chance gives in "
                                    + Wording.percent(options.level) + " of series"
                                    + (anomalies.rows() > MOST_SHOWN ? "; the first " + MOST_SHOWN + ":" : ":"),
                    List.of("Each error of prediction is divided by its root mean square over the " + MEMORY
                            + " values before, so that noisy stretches do not count as anomalies."),
                    anomalies.rows() == 0 ? new Frame() : first));
        }
        return all;
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Numbers.parse(Numbers.format(value, 3)) : value;
    }

    @Override
    public Map<String, Frame> frames() {
        Frame signals = new Frame("signal", "value", "p", "largeByChance");
        signals.add("rateFirst", fit.rateFirst(), Double.NaN, Double.NaN);
        signals.add("rateLast", fit.rateLast(), p, Double.NaN);
        trends.forEach(t -> signals.add(t.name, t.tau, t.p, t.large));
        Map<String, Frame> frames = new LinkedHashMap<>();
        frames.put("signals", signals);
        if (options.anomalies) {
            frames.put("anomalies", anomalies);
        }
        return frames;
    }
}
