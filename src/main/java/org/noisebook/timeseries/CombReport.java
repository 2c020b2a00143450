package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;

/**
 * Whether the lines of a spectrum stand at equal distances, by {@link CombSearch} with one phase per line and one per bin.
 *
 * <p>Noise has the median power of each sixteenth of the spectrum. Spacings from a fortieth (at least 16 bins) to a sixth of it are tried. A
 * power spectrum has no phases, so that only one per bin is left. The interval ends where Σ L is lower by 2 with one phase per line, and by
 * 8 with one per bin, for which 2 is too little: bins are not independent evidence of a place.
 *
 * <p><b>Error</b>: p is exact for lines at random places; intervals cover about 95 % or more of simulated combs. <b>Cost</b>: draws times bins² times 5 ns.
 */
public final class CombReport implements Report {
    private static final double[] WIDTHS = {0.7, 2, 5};
    private static final int REACH = 6;
    private static final double SNR = 2.5;
    private static final int SHORTEST = 16;
    private static final int FEWEST = 192;
    private static final int MOST = 10_000;

    private static final double[] DROPS = {8, 2};
    /** Of a bin over noise, so that sums of evidence keep their small parts. */
    private static final double STRONGEST = 1e9;

    private static final double POSSIBLE = 0.25;
    /** Two doubled p of {@code MOST} shuffles can be this small. */
    private static final double LOWEST = 2e-4;

    private final Frame found =
            new Frame("evidence by", "spacing", "low", "high", "first", "width", "places", "lines seen", "p");
    private final double level;
    private final int draws;
    private final int bins;
    private final CombSearch best;
    private final double p;
    private final boolean both;
    private final double[] unit;
    private final String read;

    /**
     * The report on a table of power, or of real and imaginary parts, after a column of equally spaced frequencies if there is one.
     *
     * @param asked number of shuffles, 0 for 99 or what the level needs
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public CombReport(TextTable table, double level, int asked, Stream stream) {
        Check.that(
                level >= LOWEST && level < 1,
                "--level must be in [" + Numbers.format(LOWEST) + ", 1), got " + Numbers.format(level));
        int fewest = (int) Math.max(19, Math.ceil(2 / level - 1e-9) - 1);
        this.draws = asked == 0 ? Math.max(99, fewest) : asked;
        Check.that(
                draws >= fewest && draws <= MOST,
                "--draws must be in [" + fewest + ", 10000] for --level " + Numbers.format(level) + ", got " + draws);
        List<String> names = table.names();
        Check.that(
                names.stream().noneMatch(Numbers::isDecimal),
                "line 1 must name the columns, got the number "
                        + Quoted.of(names.stream()
                                .filter(Numbers::isDecimal)
                                .findFirst()
                                .orElse("")));
        bins = table.rows();
        double[][] x =
                IntStream.range(0, names.size()).mapToObj(k -> column(table, k)).toArray(double[][]::new);
        Check.that(
                bins >= FEWEST && bins <= MOST,
                "a spectrum must have " + FEWEST + " to " + MOST + " rows, got " + bins);
        int columns = names.size();
        boolean even = columns > 1 && CombSearch.isEven(x[0]);
        int skip = columns == 3 || even ? 1 : 0;
        both = columns - skip == 2;
        Check.that(
                both || columns - skip == 1,
                "a spectrum must have one column of power, or two of real and imaginary parts, after equally spaced frequencies if any,"
                        + " got the columns " + Quoted.of(String.join(", ", names)));
        Check.that(
                skip == 0 && (!both || hasSigns(x[0]) && hasSigns(x[1])) || even,
                "column '" + Quoted.of(names.get(0)) + "' must hold frequencies that rise by equal steps, got "
                        + uneven(table, x[0])
                        + " below the names: sort the rows, fill in what is missing, or leave the column out");
        Check.that(
                !both || hasSigns(x[skip]) && hasSigns(x[skip + 1]),
                "columns '" + Quoted.of(names.get(skip)) + "' and '" + Quoted.of(names.get(columns - 1))
                        + "' must be real and imaginary parts, got no number below 0 in one of them: leave all but power out");
        unit = even ? new double[] {x[0][0], (x[0][bins - 1] - x[0][0]) / (bins - 1)} : new double[] {0, 1};
        read = (even ? "frequencies from '" + Quoted.of(names.get(0)) + "', " : "bins in the order of rows, ")
                + (both ? "real parts from '" : "power from '") + Quoted.of(names.get(skip)) + "'"
                + (both ? ", imaginary parts from '" + Quoted.of(names.get(skip + 1)) + "'" : "");
        Check.that(
                both || Arrays.stream(x[skip]).allMatch(v -> v >= 0),
                "column '" + Quoted.of(names.get(skip)) + "' must hold power of 0 or more");
        double most = Arrays.stream(x)
                .skip(skip)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElse(0);
        double[] re = Arrays.stream(x[skip])
                .map(v -> v / Math.max(Double.MIN_VALUE, most))
                .toArray();
        double[] im = both
                ? Arrays.stream(x[skip + 1])
                        .map(v -> v / Math.max(Double.MIN_VALUE, most))
                        .toArray()
                : new double[bins];
        double[] power = IntStream.range(0, bins)
                .mapToDouble(k -> both ? re[k] * re[k] + im[k] * im[k] : re[k])
                .toArray();
        double[] scale = CombSearch.scale(power);
        double[][] d = new double[3][bins];
        for (int k = 0; k < bins; k++) {
            double size = Math.sqrt(power[k]) * scale[k];
            double factor = scale[k] * Math.min(1, STRONGEST / size);
            d[0][k] = re[k] * factor;
            d[1][k] = im[k] * factor;
            d[2][k] = Math.min(size, STRONGEST);
        }
        this.level = level;
        CombSearch bin = search("power", DROPS[0], stream.part(0), line -> centre -> line.perBin(d[2], centre));
        CombSearch mode = both
                ? search("phases", DROPS[1], stream.part(1), line -> centre -> line.perMode(d[0], d[1], centre))
                : bin;
        best = mode.p() <= bin.p() ? mode : bin;
        p = Math.min(1, (both ? 2 : 1) * best.p());
    }

    private static boolean hasSigns(double... x) {
        return Arrays.stream(x).anyMatch(v -> v < 0) && Arrays.stream(x).anyMatch(v -> v > 0);
    }

    /** The first row whose step is not the median step, and its number. */
    private static String uneven(TextTable table, double... x) {
        double step = IntStream.range(1, x.length)
                .mapToDouble(k -> x[k] - x[k - 1])
                .sorted()
                .toArray()[(x.length - 1) / 2];
        int row = IntStream.range(1, x.length)
                .filter(k -> !(Math.abs(x[k] - x[k - 1] - step) < 0.2 * step))
                .findFirst()
                .orElse(x.length - 1);
        return "'" + Quoted.of(table.text(row, 0)) + "' in row " + (row + 1);
    }

    private static double[] column(TextTable table, int k) {
        return IntStream.range(0, table.rows())
                .mapToDouble(row -> {
                    double number =
                            Numbers.isDecimal(table.text(row, k)) ? Numbers.parse(table.text(row, k)) : Double.NaN;
                    Check.that(
                            Double.isFinite(number),
                            "column '" + Quoted.of(table.names().get(k))
                                    + "' must hold a finite number in every row, got '" + Quoted.of(table.text(row, k))
                                    + "' in row " + (row + 1) + " below the names");
                    return number;
                })
                .toArray();
    }

    private CombSearch search(
            String evidenceBy, double drop, Stream stream, Function<EchoLine, IntToDoubleFunction> by) {
        double[][] evidence = Arrays.stream(WIDTHS)
                .mapToObj(w -> IntStream.range(0, bins)
                        .mapToDouble(by.apply(EchoLine.of(w, SNR, (int) Math.ceil(REACH * w))))
                        .toArray())
                .toArray(double[][]::new);
        CombSearch is = CombSearch.of(evidence, WIDTHS, smallest(), bins / 6.0, drop, draws, stream);
        found.add(
                evidenceBy,
                is.spacing() * unit[1],
                is.low() * unit[1],
                is.high() * unit[1],
                unit[0] + is.first() * unit[1],
                WIDTHS[is.width()] * unit[1],
                is.lines(),
                is.seen(),
                is.p());
        return is;
    }

    private double smallest() {
        return Math.max(SHORTEST, bins / 40.0);
    }

    private String searched() {
        return "Spacings from " + number(smallest() * unit[1]) + " to " + number(bins / 6.0 * unit[1])
                + (unit[1] == 1 ? " bins" : " (" + number(smallest()) + " to " + number(bins / 6.0) + " bins)");
    }

    /** What speaks for half and for double the spacing. */
    private String others() {
        double d = best.spacing();
        String half = Double.isNaN(best.midway())
                ? " cannot be told from it, as lines are wide"
                : best.midway() < POSSIBLE ? " fits worse" : " is possible";
        String twice = best.alternate() > POSSIBLE ? " fits worse" : " is possible";
        boolean inside = d >= smallest() && d <= bins / 6.0;
        return searched() + " were searched"
                + (inside ? "" : "; this one, outside, fits better than its multiple or part inside")
                + ". Half of it, " + number(d / 2 * unit[1]) + "," + half + "; double, " + number(2 * d * unit[1]) + ","
                + twice + ". Other parts and multiples of it are not excluded.";
    }

    /** Whether a comb is found, at the level asked. */
    public boolean isComb() {
        return p <= level;
    }

    @Override
    public String title() {
        return "Comb of lines in a spectrum of " + bins + " bins";
    }

    @Override
    public List<String> answer() {
        double least = (both ? 2 : 1) / (draws + 1.0);
        String significance = " (" + (p <= least ? "p at most " + Numbers.format(p, 2) : Wording.probability(p))
                + (both ? ", the smaller of two doubled)." : ").");
        if (!isComb()) {
            return List.of(
                    "No comb: lines at equal distances are not shown" + significance,
                    searched() + " were searched.",
                    "Next: average more spectra, or cut the table to the band where lines are expected.");
        }
        return List.of(
                "A comb: lines stand every " + number(best.spacing() * unit[1]) + (unit[1] == 1 ? " bins" : "")
                        + " (95 % interval " + number(best.low() * unit[1]) + " to " + number(best.high() * unit[1])
                        + "), or a multiple of it: a line is likelier than noise at " + best.seen() + " of "
                        + best.lines() + " places" + significance,
                others(),
                "Next: look at the spectrum at these places, and test the spacing on data that were not used here.");
    }

    private static String number(double x) {
        return Numbers.format(x, 5);
    }

    @Override
    public List<String> preface() {
        return List.of();
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "Which comb fits best?",
                searched()
                        + " and half widths of 0.7, 2 and 5 bins were tried; p is the share of " + draws
                        + " shuffles of the spectrum's blocks, which keep its lines and break the comb, that look as regular.",
                List.of(
                        "Read: " + read + ".",
                        "first: the place of the first line. The interval, of about 95 %, is where the log likelihood is within 8 (power) or 2"
                                + " (phases) of its largest.",
                        both
                                ? "Phases are better evidence if the lines have the shape of a resonance; if only power finds the comb,"
                                        + " they have not."
                                : "Power has no phases; with real and imaginary parts the phases inside a line could be used, which finds"
                                        + " weaker combs."),
                found));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("combs", found);
    }
}
