package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.BayesianRegression;
import org.noisebook.stats.Estimate;

/**
 * How well linear autoregression forecasts the last third of a series from the rest, and what a stuck sensor does to it.
 *
 * <p>Least squares on up to ten lags (of smallest BIC), judged against the better of "no change" and "the mean" on the first part. Intervals
 * are t intervals over ten blocks of the last third; that of the coverage is wider by √1.5, as σ is fitted to twice as many rows, and takes
 * no less than the deviation of independent rows. A run of L equal readings is called stuck if n q^(L−1) &lt; 0.001, q the
 * larger share elsewhere, of equal neighbours or of that reading, at least 1/n. <b>Cost</b>: n times 100 operations a lag.
 */
public final class ForecastReport implements Report {
    private static final int SHORTEST = 60;
    private static final int LONGEST = 100_000;
    private static final int BLOCKS = 10;
    private static final double RARE = 1e-3;
    private static final double NINETY = 1.6448536269514722;

    private final Series series;
    private final int horizon;
    private final double[] x;
    private final int first;
    private final String baseline;
    private final BayesianRegression fit;
    private final int lags;
    private final Estimate gain;
    private final Estimate coverage;
    private final Frame faults =
            new Frame("sensor", "rms error, ratio", "epistemic variance, ratio", "covered by 90 %");
    private int from;
    private int length;

    private ForecastReport(Series series, int horizon) {
        this.series = series;
        this.horizon = horizon;
        double[] raw = series.values();
        first = raw.length * 2 / 3;
        double middle = Arrays.stream(raw, 0, first).average().orElseThrow();
        double wide = Arrays.stream(raw, 0, first)
                .map(v -> Math.abs(v - middle))
                .average()
                .orElseThrow();
        Check.that(
                wide > 1e-12 * Math.abs(middle),
                "column '" + Quoted.of(series.column()) + "' must hold numbers that vary in its first two thirds, got "
                        + Numbers.format(raw[0]) + " there");
        x = Arrays.stream(raw).map(v -> (v - middle) / wide).toArray();
        int most = Math.max(1, Math.min(10, first / 20));
        lags = IntStream.rangeClosed(1, most)
                .boxed()
                .min((a, b) -> Double.compare(bic(a, most), bic(b, most)))
                .orElseThrow();
        fit = fit(lags, lags);
        double[] still = new double[2];
        for (int t = 0; t + horizon < first; t++) {
            still[0] += StrictMath.pow(x[t + horizon] - x[t], 2);
            still[1] += StrictMath.pow(x[t + horizon], 2);
        }
        boolean change = still[0] <= still[1];
        baseline = change ? "no change" : "the mean of the first two thirds";
        int n = x.length - first;
        double[][] blocks = new double[3][BLOCKS];
        for (int k = 0; k < n; k++) {
            double y = x[first + k];
            double[] row = row(lags, first + k - horizon);
            int block = (int) ((long) k * BLOCKS / n);
            blocks[0][block] += StrictMath.pow(y - (change ? x[first + k - horizon] : 0), 2);
            blocks[1][block] += StrictMath.pow(y - fit.mean(row), 2);
            blocks[2][block] += Math.abs(y - fit.mean(row)) <= NINETY * fit.deviation(row) ? 1 : 0;
        }
        double all = Arrays.stream(blocks[0]).sum() / BLOCKS;
        gain = Estimate.ofMean(IntStream.range(0, BLOCKS)
                .mapToDouble(b -> all == 0 ? 0 : (blocks[0][b] - blocks[1][b]) / all)
                .toArray());
        Estimate covered = Estimate.ofMean(
                Arrays.stream(blocks[2]).map(c -> c * BLOCKS / n).toArray());
        coverage = Estimate.ofStdError(
                covered.mean(),
                Math.sqrt(1.5 * Math.max(covered.stdError() * covered.stdError(), 0.9 * 0.1 / n)),
                BLOCKS);
        double rms = Math.sqrt(Arrays.stream(blocks[1]).sum() / n);
        double[] working = IntStream.range(0, n)
                .mapToDouble(k -> fit.epistemic(row(lags, first + k - horizon)))
                .toArray();
        add("stuck at its mean", 0, rms, working);
        add("stuck at its first reading", x[0], rms, working);
        add("dead, at 0", -middle / wide, rms, working);
        findRun(raw);
    }

    private double bic(int p, int most) {
        int n = first - most - horizon;
        return n * StrictMath.log(Math.max(Double.MIN_NORMAL, fit(p, most).noise() * (n - p - 1) / n))
                + (p + 1) * StrictMath.log(n);
    }

    private BayesianRegression fit(int p, int begin) {
        int[] rows = IntStream.range(begin - 1, first - horizon).toArray();
        double[] y = Arrays.stream(rows).mapToDouble(t -> x[t + horizon]).toArray();
        return BayesianRegression.of(
                Arrays.stream(rows).mapToObj(t -> row(p, t)).toArray(double[][]::new), y, 1e-8);
    }

    private double[] row(int p, int t) {
        return IntStream.rangeClosed(0, p)
                .mapToDouble(j -> j == 0 ? 1 : x[t - j + 1])
                .toArray();
    }

    /** What all lags at one value do to the forecasts, beside the epistemic variances from the true lags. */
    private void add(String sensor, double value, double rms, double... working) {
        double[] stuck = new double[lags + 1];
        Arrays.fill(stuck, value);
        stuck[0] = 1;
        int n = working.length;
        double forecast = fit.mean(stuck);
        double epistemic = fit.epistemic(stuck);
        double reach = NINETY * fit.deviation(stuck);
        double[] away = Arrays.stream(x, first, x.length)
                .map(y -> Math.abs(y - forecast))
                .toArray();
        double[] ratios =
                Arrays.stream(working).map(own -> epistemic / own).sorted().toArray();
        double share = (double) Arrays.stream(away).filter(a -> a <= reach).count() / n;
        double error = Math.sqrt(Arrays.stream(away).map(a -> a * a).sum() / n);
        faults.add(sensor, digits(error / rms), digits(ratios[n / 2]), Wording.percent(share));
    }

    private static String digits(double ratio) {
        return String.format(Locale.ROOT, ratio < 100 ? "%.2f" : "%.0f", ratio);
    }

    /** The longest run of equal readings, length 0 if chance explains it. */
    private void findRun(double... raw) {
        int equal = 0;
        int run = 1;
        for (int t = 1; t < raw.length; t++) {
            run = raw[t] == raw[t - 1] ? run + 1 : 1;
            equal += run > 1 ? 1 : 0;
            if (run > length) {
                length = run;
                from = t - run + 1;
            }
        }
        double same = Arrays.stream(raw).filter(v -> v == raw[from]).count() - length;
        double q = Math.max(same, Math.max(1, equal - length + 1)) / Math.max(1, raw.length - length);
        length = raw.length * StrictMath.pow(q, length - 1) < RARE ? length : 0;
    }

    /**
     * The report on a column of a table.
     *
     * @param named the column, empty for the only one or the one beside equally spaced times
     * @param horizon rows ahead, at most a tenth of them
     */
    public static ForecastReport of(TextTable table, String named, int horizon) {
        Check.that(
                table.rows() <= LONGEST,
                "a series must have at most " + LONGEST + " rows, got " + table.rows()
                        + ": cut it, or thin it to the step of the forecasts you need");
        Series series = Series.of(table, named, SHORTEST, LONGEST);
        int most = series.values().length / 10;
        Check.that(
                horizon >= 1 && horizon <= most,
                "--horizon must be in [1, " + most + "], a tenth of the rows, got " + horizon);
        return new ForecastReport(series, horizon);
    }

    @Override
    public String title() {
        return "Forecasts of '" + Quoted.of(series.column()) + "', " + series.values().length + " values";
    }

    @Override
    public List<String> answer() {
        String ahead = Wording.count(horizon, "row") + " ahead";
        String better = gain.low() > 0
                ? "Linear autoregression forecasts " + ahead + " better than " + baseline
                        + ": mean square error lower by " + Wording.percent(gain) + "."
                : "It is not shown that linear autoregression forecasts " + ahead + " better than " + baseline
                        + ": mean square error " + change(gain.mean()) + " (95 % interval: "
                        + (change(gain.low()).equals(change(gain.high()))
                                ? "the same"
                                : "from " + change(gain.low()) + " to " + change(gain.high()))
                        + ").";
        String stuck = length > 0
                ? "Stuck: rows " + (from + 1) + " to " + (from + length) + " all hold "
                        + Numbers.format(series.values()[from] + 0.0)
                        + ". If a sensor hung, cut the series there before any fit; if the quantity is truly constant there, as rain in a dry"
                        + " spell, it is no fault."
                : "No stuck sensor: no reading repeats longer than by chance.";
        return List.of(better, stuck);
    }

    private static String change(double gain) {
        long percent = Math.round(100 * Math.abs(gain));
        return percent == 0 ? "equal within 0.5 %" : percent + " % " + (gain > 0 ? "lower" : "higher");
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        boolean low = coverage.high() < 0.9;
        boolean high = coverage.low() > 0.9;
        String next = low
                ? "Too narrow, at the 5 % level: the last third may differ from the rest, or errors may be neither normal nor independent."
                : high
                        ? "Too wide, at the 5 % level: the last third may be calmer, or errors may have heavy tails."
                        : "As promised.";
        return List.of(
                new Section(
                        "Does it forecast?",
                        "Least squares on " + Wording.count(lags, "lag") + ", fitted to rows 1 to " + first
                                + ", tried on the rest.",
                        List.of("A network is worth its price only if it beats this on the same rows.")),
                new Section(
                        "Do its 90 % intervals cover?",
                        Wording.percent(coverage) + " of new rows lie inside. " + next, List.of()),
                new Section(
                        "Would it notice a stuck sensor?",
                        "Every input of the forecasts is set to one value; ratios are to forecasts from the true inputs.",
                        List.of(
                                "A large epistemic variance says that inputs are unlike the data. A sensor stuck inside the data does not raise"
                                        + " it: look for repeated readings."),
                        faults));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("faults", faults);
    }
}
