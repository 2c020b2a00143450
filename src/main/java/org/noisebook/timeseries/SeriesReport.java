package org.noisebook.timeseries;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.OrnsteinUhlenbeck;

/**
 * Whether a series returns more slowly after kicks than it did at first, with the error rates of every signal at its length.
 *
 * <p>The verdict is that of the drift test of {@link OrnsteinUhlenbeck#slowing} with noise free to drift, its p from series of the fitted
 * process with a constant rate. Trends of variance and autocorrelation (windows of half the series, smoother of 1/40) are judged by AR(1)
 * surrogates. {@link OutlierScan} are replaced before.
 *
 * <p><b>Error</b>: level 0.05 is at most 0.07 for 40 values and more. <b>Cost</b>: draws times n times 5 µs.
 */
public final class SeriesReport implements Report {
    private static final int SHORTEST = 40;
    private static final int LONGEST = 10_000;
    private static final double LARGE = 0.5;

    private final String column;
    private final double level;
    private final int draws;
    private final double p;
    private final OrnsteinUhlenbeck fit;
    private final Frame trends = new Frame("trend of", "tau", "p", "chance gives tau > 0.5 in");
    private final Frame lone = new Frame("row", "value", "expected", "errors away");
    private final int length;
    private final boolean listed;

    private SeriesReport(
            String column, double[] raw, double level, int draws, boolean anomalies, Stream noise, Stream surrogates) {
        this.column = column;
        this.level = level;
        this.draws = draws;
        length = raw.length;
        listed = anomalies;
        OutlierScan errors = OutlierScan.of(raw, level);
        errors.found().forEach(one -> lone.add(one.index() + 1, raw[one.index()], one.expected(), one.away()));
        double[] x = errors.rest();
        fit = OrnsteinUhlenbeck.fit(x, 1, 1, true, true);
        p = OrnsteinUhlenbeck.slowingP(x, 1, draws, noise);
        var judged = RollingWindow.judged(x, 0.5, 0.025, draws, surrogates);
        for (int k = 0; k < 2; k++) {
            RollingWindow.Judged of = judged.get(k);
            trends.add(k == 0 ? "variance" : "autocorrelation", of.tau(), of.p(), of.above(LARGE));
        }
    }

    /**
     * The report on a column of a table.
     *
     * @param named the column, empty for the only one or the one beside equally spaced times
     * @param level of tests, in (0, 1)
     * @param draws behind each p, at least 19 and 1/level − 1
     * @param anomalies whether to list single values
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public static SeriesReport of(
            TextTable table, String named, double level, int draws, boolean anomalies, Stream stream) {
        Check.that(level > 0 && level < 1, "--level must be in (0, 1), got " + Numbers.format(level));
        int fewest = (int) Math.max(19, Math.ceil(1 / level - 1e-9) - 1);
        Check.that(
                draws >= fewest && draws <= 1_000_000,
                "--draws must be in [" + fewest + ", 1000000] at level " + Numbers.format(level) + ", got " + draws);
        Series series = Series.of(table, named, SHORTEST, LONGEST);
        return new SeriesReport(
                series.column(), series.values(), level, draws, anomalies, stream.part(0), stream.part(1));
    }

    /** Whether the rate of return falls, at the level asked. */
    public boolean isSlowing() {
        return p <= level;
    }

    @Override
    public String title() {
        return "Early warning in '" + Quoted.of(column) + "', " + length + " values";
    }

    @Override
    public List<String> answer() {
        String numbers = " (" + Wording.probability(p) + "; correlation of neighbours from "
                + neighbours(fit.rateFirst()) + " to " + neighbours(fit.rateLast()) + ").";
        return List.of((isSlowing()
                        ? "Warning: the series returns more slowly after kicks than it did"
                        : "No warning: a falling rate of return is not shown")
                + numbers);
    }

    private static String neighbours(double rate) {
        double correlation = StrictMath.exp(-rate);
        return correlation < 0.005 ? "0 or less" : Wording.correlation(correlation);
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        String share = Wording.percent(level);
        String replaced = lone.rows() == 0
                ? ""
                : "Single values replaced by what was expected (--anomalies lists them): " + lone.rows() + ". ";
        List<Section> all = new ArrayList<>();
        all.add(new Section(
                "Does the rate of return fall?",
                "Likelihood ratio of a drifting over a constant rate; the noise may drift in both, so that growing noise alone is no warning.",
                List.of(
                        replaced + share
                                + " of series of the fitted process with a constant rate give a warning; p is from "
                                + draws + " of them.",
                        "The test assumes linear restoring forces and a linear trend of the mean. A step or bend of the mean, or measurement"
                                + " noise that fades, looks like slowing, and so does a smooth, harmless change: look at the series first."
                                + " A series chosen because it ended in a jump gives false warnings.")));
        all.add(new Section(
                "Do variance and autocorrelation rise?",
                "Kendall's tau in a rolling window of half the series, against " + draws + " AR(1) surrogates.",
                List.of(
                        "A rise of the variance alone may be growing noise; the last column is the false-alarm rate of a large trend"
                                + " at this length."),
                trends));
        if (listed) {
            all.add(new Section(
                    "Are there single anomalies?",
                    Wording.count(lone.rows(), "value") + " beyond what chance gives in " + share
                            + " of series of normal noise.",
                    List.of(
                            "Each error of prediction is divided by its root mean square over the values before, so that noisy"
                                    + " stretches do not count as anomalies."),
                    lone.rows() == 0 ? new Frame() : lone));
        }
        return all;
    }

    @Override
    public Map<String, Frame> frames() {
        Frame drift = new Frame("rateFirst", "rateLast", "noiseFirst", "noiseLast", "p");
        drift.add(fit.rateFirst(), fit.rateLast(), fit.noiseFirst(), fit.noiseLast(), p);
        return new LinkedHashMap<>(Map.of("drift", drift, "trends", trends, "anomalies", lone));
    }
}
