package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;

/** How rough a path is: its Hurst index with interval, whether it is the same on longer times, and how many values a better answer needs. */
public final class HurstReport implements Report {
    private static final int SHORTEST = 40;
    private static final int LONGEST = 10_000;
    private static final int[] SPACINGS = {1, 2, 4};
    private static final double WIDE = 1.96;
    private static final double AIM = 0.05;
    private static final double ROUGH = 0.15;
    private static final double PERSISTENT = 0.6;

    /** Random walks lie below in 1 of 1000 cases. */
    private static final double NARROW = 0.1;

    private static final String RIVALS =
            " Short memory of the increments or noise of measurement gives such an H too: H then nears 1/2 on every fourth value, and a"
                    + " second reading of one time differs.";
    private static final Wording TWO = Wording.of(0.1);

    private final String column;
    private final boolean noise;
    private final int length;
    private final Frame fits = new Frame("every", "increments", "H", "standard error", "low", "high");
    private final HurstFit fit;
    private final HurstFit slow;
    private final boolean stationary;

    private HurstReport(String column, double[] x, boolean noise) {
        this.column = column;
        this.noise = noise;
        int power = Math.getExponent(Arrays.stream(x).map(Math::abs).max().orElseThrow());
        double[] unit = Arrays.stream(x).map(v -> Math.scalb(v, -power)).toArray();
        double[] path = noise ? summed(unit) : unit;
        HurstFit[] all = new HurstFit[SPACINGS.length];
        for (int k = 0; k < all.length; k++) {
            int spacing = SPACINGS[k];
            double[] increments = IntStream.range(0, (path.length - 1) / spacing)
                    .mapToDouble(i -> path[(i + 1) * spacing] - path[i * spacing])
                    .toArray();
            Check.that(
                    IntStream.range(1, increments.length).anyMatch(i -> increments[i] != increments[0]),
                    "column '" + Quoted.of(column)
                            + "' must not rise by equal steps, nor repeat every second or fourth value");
            all[k] = HurstFit.of(increments);
            fits.add(spacing, increments.length, all[k].hurst(), all[k].stdError(), end(all[k], -1), end(all[k], 1));
        }
        length = path.length - 1;
        fit = all[0];
        slow = all[all.length - 1];
        stationary = !noise
                && (fit.hurst() < ROUGH || end(slow, 1) < ROUGH || fit.hurst() < PERSISTENT && spread(path) < NARROW);
    }

    /** The variance of the levels over that of fractional Brownian motion, n²ᴴ/((2H + 1)(2H + 2)) squared steps. */
    private double spread(double... path) {
        double steps = IntStream.range(1, path.length)
                .mapToDouble(i -> path[i] - path[i - 1])
                .map(d -> d * d)
                .average()
                .orElseThrow();
        double h = 2 * fit.hurst();
        return new Variance().evaluate(path) * (h + 1) * (h + 2) / (steps * StrictMath.pow(path.length, h));
    }

    private static double[] summed(double... x) {
        double[] path = new double[x.length + 1];
        for (int k = 0; k < x.length; k++) {
            path[k + 1] = path[k] + x[k];
        }
        return path;
    }

    /**
     * The report on a column of a table.
     *
     * @param named the column, empty for the only one or the one beside equally spaced times
     * @param noise whether its values are increments, not a path
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public static HurstReport of(TextTable table, String named, boolean noise) {
        Series series = Series.of(table, named, SHORTEST, LONGEST);
        return new HurstReport(series.column(), series.values(), noise);
    }

    private static double end(HurstFit fit, int sign) {
        return Math.max(0, Math.min(1, fit.hurst() + sign * WIDE * fit.stdError()));
    }

    /** Whether the interval leaves out ½. */
    public boolean hasMemory() {
        return end(fit, -1) > 0.5 || end(fit, 1) < 0.5;
    }

    /** Whether H differs on longer times by more than the errors allow. */
    public boolean isMixed() {
        return Math.abs(fit.hurst() - slow.hurst()) > WIDE * Math.hypot(fit.stdError(), slow.stdError());
    }

    private static String number(HurstFit fit) {
        return "H = " + TWO.score(fit.hurst()) + " [" + TWO.score(end(fit, -1), end(fit, 1)) + "]";
    }

    @Override
    public String title() {
        return "Hurst index of '" + Quoted.of(column) + "', " + length + " increments";
    }

    @Override
    public List<String> answer() {
        double needed = length * StrictMath.pow(WIDE * fit.stdError() / AIM, 2);
        if (stationary) {
            return List.of(
                    "Noise or path? The values stay in a band, as noise does, so that " + number(fit)
                            + " of their changes says little.",
                    "Next: the series looks like noise, not like a path: try --noise.");
        }
        if (fit.hurst() > 1 - AIM && !(noise && isMixed())) {
            return List.of(
                    "Smooth: changes keep their direction, at the end of the range, " + number(fit) + ".",
                    noise
                            ? "Next: the series looks like a path, not like increments: leave out --noise."
                            : "Next: the path is smooth: take out a trend or a wave (noisebook lines), or analyse its steps as a path.");
        }
        if (isMixed()) {
            return List.of(
                    "No single H describes the series: every value gives " + number(fit) + ", every fourth "
                            + number(slow) + ".",
                    "Next: use neither H." + RIVALS);
        }
        String kind = !hasMemory()
                ? "No memory shown: the interval includes 1/2, a random walk, "
                : fit.hurst() > 0.5
                        ? "Memory: increments tend to keep their direction, "
                        : "Memory: increments tend to reverse, ";
        String next = needed <= length
                ? "Next: the interval is within 0.05; a test of another model is worth more than more data."
                : "Next: for an interval of 0.05 to each side record about " + (long) Math.ceil(needed)
                        + " increments, " + TWO.score(needed / length) + " times as many.";
        return List.of(kind + number(fit) + ".", next + (hasMemory() ? RIVALS : ""));
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "Is H the same on longer times?",
                isMixed() ? "No: it changes by more than chance." : "No change is shown.",
                List.of(
                        "Increments of the path between every first, second and fourth value, fitted as fractional Gaussian noise with free mean"
                                + " and scale by restricted likelihood; intervals are 95 %, by Fisher's information."),
                fits));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("hurst", fits);
    }
}
