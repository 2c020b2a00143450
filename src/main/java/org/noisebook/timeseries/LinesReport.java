package org.noisebook.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;

/** The lines of a series at uneven times, up to a frequency that the times can tell from its aliases. */
public final class LinesReport implements Report {
    private static final int SHORTEST = 20;
    private static final int LONGEST = 5_000;
    private static final int MOST = 6;
    private static final String UNEVEN = "delete the row, times may be uneven";
    private static final double WIDE = 1.96;
    private static final double SHARED = 1_000;
    private static final int DIGITS = 3;
    private static final int MOST_DIGITS = 12;
    private static final double LARGEST_GRID = 1e8;

    private final String column;
    private final int length;
    private final double level;
    private final double highest;
    private final double nyquist;
    private final double span;
    private final boolean even;
    private final List<LineSpectrum> found;
    private final Frame lines = new Frame("frequency", "low", "high", "period", "amplitude", "share", "p", "p red");
    private final Frame shown = new Frame(lines.names());

    private LinesReport(String column, double[] t, double[] x, double asked, double level) {
        this.column = column;
        this.level = level;
        length = t.length;
        double[] gaps = IntStream.range(1, length)
                .mapToDouble(i -> t[i] - t[i - 1])
                .sorted()
                .toArray();
        double limit = 0.5 / LineSpectrum.step(t);
        double usual = Math.min(limit, 0.5 / gaps[gaps.length / 2]);
        Check.that(
                asked <= limit * (1 + 1e-9),
                "--highest must be in (0, " + Numbers.brief(limit, 4)
                        + "], the Nyquist frequency of these times, got " + Numbers.format(asked)
                        + ": beyond, every line has an alias below");
        nyquist = limit;
        span = t[length - 1] - t[0];
        even = limit < SHARED * usual;
        highest = asked > 0 ? asked : usual;
        double work = highest * span * length;
        Check.that(
                work <= LARGEST_GRID,
                "--highest must be lower: too many frequencies to search, got " + Numbers.brief(highest, 4));
        List<LineSpectrum> all = LineSpectrum.of(t, x, highest, level, MOST);
        found = all.stream().filter(line -> line.falseAlarm() <= level).toList();
        for (LineSpectrum line : all) {
            double f = line.frequency();
            double wide = WIDE * line.stdError();
            lines.add(f, f - wide, f + wide, 1 / f, line.amplitude(), line.share(), line.falseAlarm(), line.redAlarm());
            int digits = digits(f, wide);
            shown.add(
                    Numbers.brief(f, digits),
                    Numbers.brief(f - wide, digits),
                    Numbers.brief(f + wide, digits),
                    Numbers.brief(1 / f, digits),
                    line.amplitude(),
                    line.share(),
                    line.falseAlarm(),
                    isSlow(line) ? "slow" : Numbers.format(line.redAlarm(), 3));
        }
    }

    /** Significant digits of a number that show two of its error. */
    private static int digits(double value, double error) {
        double ratio = StrictMath.log10(value / error);
        return ratio < MOST_DIGITS ? Math.max(DIGITS, (int) Math.ceil(ratio) + 2) : MOST_DIGITS;
    }

    private boolean isSlow(LineSpectrum line) {
        return line.frequency() * span < 1;
    }

    /**
     * The report on a column of a table.
     *
     * @param time column of times, empty for the first
     * @param named column of values, empty for the only other one
     * @param highest frequency searched, 0 for what the times allow
     * @param level chance of a false line in white noise
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public static LinesReport of(TextTable table, String time, String named, double highest, double level) {
        Check.that(level > 0 && level < 1, "--level must be in (0, 1), got " + Numbers.format(level));
        Check.that(highest >= 0, "--highest must be above 0, got " + Numbers.format(highest));
        List<String> names = table.names();
        Check.that(
                names.size() > 1,
                "lines needs a column of times and one of values, got only '" + Quoted.of(names.get(0)) + "'");
        String times = time.isEmpty() ? names.get(0) : time;
        String column = named.isEmpty() && names.size() == 2 ? names.get(times.equals(names.get(0)) ? 1 : 0) : named;
        double[] t = Series.numbers(table, "--time must name the times", times, UNEVEN);
        double[] x = Series.numbers(table, "--column must name the series", column, UNEVEN);
        Check.that(
                x.length >= SHORTEST && x.length <= LONGEST,
                "column '" + Quoted.of(column) + "' must hold " + SHORTEST + " to " + LONGEST + " numbers, got "
                        + x.length + Series.remedy(x.length, LONGEST));
        for (int row = 1; row < t.length; row++) {
            Check.that(
                    t[row] > t[row - 1],
                    "column '" + Quoted.of(times) + "' must rise, got " + table.text(row, table.column(times))
                            + " in row " + (row + 1) + " below the names: sort by time, one row a time");
        }
        Check.that(
                Arrays.stream(x).distinct().count() > 1,
                "column '" + Quoted.of(column) + "' must hold numbers that vary, got " + Numbers.format(x[0])
                        + " in most rows");
        return new LinesReport(column, t, x, highest, level);
    }

    /** The lines shown at the level. */
    public List<LineSpectrum> found() {
        return found;
    }

    @Override
    public String title() {
        return "Lines in '" + Quoted.of(column) + "', " + length + " values, frequencies up to "
                + Numbers.brief(highest, 4);
    }

    /** Whether red noise explains the line, or it is slower than the record. */
    private boolean isDoubtful(LineSpectrum line) {
        return line.redAlarm() > level;
    }

    @Override
    public List<String> answer() {
        List<String> all = new ArrayList<>();
        boolean trusted = found.stream().anyMatch(line -> !isDoubtful(line));
        boolean red = found.stream().anyMatch(line -> isDoubtful(line) && !isSlow(line));
        if (red && !trusted) {
            all.add("No line can be trusted: red noise, whose neighbours are correlated, explains each.");
        }
        boolean none = found.isEmpty();
        List<Integer> order = IntStream.range(0, Math.max(1, found.size()))
                .boxed()
                .sorted(Comparator.comparing(k -> !none && isDoubtful(found.get(k))))
                .toList();
        for (int k : order) {
            LineSpectrum line = none ? null : found.get(k);
            String at = number("frequency", k) + " [" + number("low", k) + " to " + number("high", k) + "], period "
                    + number("period", k) + ", has " + Wording.probability(lines.doubles("p")[k]) + " in white noise";
            all.add(
                    none
                            ? "No line shown: the strongest, at frequency " + at + "."
                            : isSlow(line)
                                    ? "Drift, no line: its period, " + number("period", k)
                                            + ", is longer than the record, " + Numbers.brief(span, DIGITS) + "."
                                    : (isDoubtful(line) ? "Candidate" : "Line") + " at frequency " + at + ", "
                                            + Wording.probability(line.redAlarm()) + " in red noise.");
        }
        all.add(
                trusted
                        ? !even
                                ? "Next: times share no step, so that no alias is exact; confirm the line in each half of the series."
                                : "Next: make sure that nothing was recorded above " + Numbers.brief(nyquist, 4)
                                        + ", the Nyquist frequency of these times: f and "
                                        + Numbers.brief(2 * nyquist, 4) + " − f look alike."
                        : red
                                ? "Next: look for the candidates in a second series; a line keeps its frequency, red noise does not."
                                : "Next: record a longer series; a line must explain more than noise does at any frequency.");
        return all;
    }

    private String number(String name, int row) {
        return shown.text(row, name);
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "Which lines, in order?",
                Wording.count(found.size(), "line") + " at level " + Numbers.format(level)
                        + "; the last row is the strongest that was not.",
                List.of(
                        "Each explains the share of what a straight trend and earlier lines left; p is Baluev's bound for white noise at any frequency searched."
                                + " p red is the same beside noise with memory, fitted with and without the line: an Ornstein–Uhlenbeck process and white"
                                + " noise. Intervals are 95 %."),
                shown));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("lines", lines);
    }
}
