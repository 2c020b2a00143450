package org.noisebook.runs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Echo;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.TextTable;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;
import org.noisebook.solver.CombSearch;
import org.noisebook.solver.EchoLine;

/**
 * Whether the lines of a spectrum stand at equal distances, by {@link CombSearch} with one phase per line and one per bin.
 *
 * <p>Noise has the median power of each sixteenth of the spectrum. Spacings from a fortieth (at least 16 bins) to a sixth of it are tried. A
 * power spectrum has no phases, so that only one per bin is left.
 *
 * <p><b>Error</b>: p is exact for lines at random places. <b>Cost</b>: draws times bins² times 5 ns.
 */
public final class CombReport implements Report {
    private static final double[] WIDTHS = {0.7, 2, 5};
    private static final int REACH = 6;
    private static final double SNR = 2.5;
    private static final int SHORTEST = 16;
    private static final int FEWEST = 192;
    private static final int MOST = 10_000;

    private final Frame found = new Frame("one phase per", "spacing", "low", "high", "first", "width", "lines", "p");
    private final double level;
    private final int draws;
    private final int bins;
    private final CombSearch best;
    private final double p;
    private final boolean both;
    private final double[] unit;

    /**
     * The report on a table of power, or of real and imaginary parts, after a column of equally spaced frequencies if there is one.
     *
     * @throws IllegalArgumentException in one line that names column, row and remedy
     */
    public CombReport(TextTable table, double level, int draws, Stream stream) {
        Check.that(level > 0 && level < 1, "--level must be in (0, 1), got " + Numbers.format(level));
        int fewest = (int) Math.max(19, Math.ceil(2 / level - 1e-9) - 1);
        Check.that(draws >= fewest && draws <= 10_000, "--draws must be in [" + fewest + ", 10000], got " + draws);
        List<String> names = table.names();
        Check.that(
                names.stream().noneMatch(Numbers::isDecimal),
                "line 1 must name the columns, got the number "
                        + Echo.of(names.stream()
                                .filter(Numbers::isDecimal)
                                .findFirst()
                                .orElse("")));
        double[][] x =
                IntStream.range(0, names.size()).mapToObj(k -> column(table, k)).toArray(double[][]::new);
        bins = table.rows();
        Check.that(
                bins >= FEWEST && bins <= MOST,
                "a spectrum must have " + FEWEST + " to " + MOST + " rows, got " + bins);
        int skip = CombSearch.isEven(x[0]) && names.size() > 1 ? 1 : 0;
        unit = skip == 1 ? new double[] {x[0][0], (x[0][bins - 1] - x[0][0]) / (bins - 1)} : new double[] {0, 1};
        both = names.size() - skip == 2;
        Check.that(
                both || names.size() - skip == 1,
                "a spectrum must have one column of power, or two of real and imaginary parts, after equally spaced frequencies if any,"
                        + " got the columns " + Echo.of(String.join(", ", names)));
        double[] re = x[skip];
        double[] im = both ? x[skip + 1] : new double[bins];
        Check.that(
                both || Arrays.stream(re).allMatch(v -> v >= 0),
                "column '" + Echo.of(names.get(skip)) + "' must hold power of 0 or more");
        double[] power = IntStream.range(0, bins)
                .mapToDouble(k -> both ? re[k] * re[k] + im[k] * im[k] : re[k])
                .toArray();
        double[] scale = CombSearch.scale(power);
        double[][] d = new double[3][bins];
        for (int k = 0; k < bins; k++) {
            d[0][k] = re[k] * scale[k];
            d[1][k] = im[k] * scale[k];
            d[2][k] = Math.sqrt(power[k]) * scale[k];
        }
        this.level = level;
        this.draws = draws;
        CombSearch bin = search("bin", stream.part(0), line -> centre -> line.perBin(d[2], centre));
        CombSearch mode =
                both ? search("line", stream.part(1), line -> centre -> line.perMode(d[0], d[1], centre)) : bin;
        best = mode.p() <= bin.p() ? mode : bin;
        p = Math.min(1, (both ? 2 : 1) * best.p());
    }

    private static double[] column(TextTable table, int k) {
        return IntStream.range(0, table.rows())
                .mapToDouble(row -> {
                    double number =
                            Numbers.isDecimal(table.text(row, k)) ? Numbers.parse(table.text(row, k)) : Double.NaN;
                    Check.that(
                            Math.abs(number) <= Scores.LARGEST,
                            "column '" + Echo.of(table.names().get(k)) + "' must hold a number in every row, got '"
                                    + Echo.of(table.text(row, k)) + "' in row " + (row + 1) + " below the names");
                    return number;
                })
                .toArray();
    }

    private CombSearch search(String phase, Stream stream, Function<EchoLine, IntToDoubleFunction> by) {
        double[][] evidence = Arrays.stream(WIDTHS)
                .mapToObj(w -> IntStream.range(0, bins)
                        .mapToDouble(by.apply(EchoLine.of(w, SNR, (int) Math.ceil(REACH * w))))
                        .toArray())
                .toArray(double[][]::new);
        CombSearch is = CombSearch.of(evidence, WIDTHS, Math.max(SHORTEST, bins / 40.0), bins / 6.0, draws, stream);
        found.add(
                phase,
                is.spacing() * unit[1],
                is.low() * unit[1],
                is.high() * unit[1],
                unit[0] + is.first() * unit[1],
                WIDTHS[is.width()] * unit[1],
                is.lines(),
                is.p());
        return is;
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
        String significance = " (" + Wording.probability(p) + (both ? ", the smaller of two doubled)." : ").");
        if (!isComb()) {
            return List.of(
                    "No comb: lines at equal distances are not shown" + significance,
                    "Next: average more spectra, or cut the table to the band where lines are expected.");
        }
        return List.of(
                "A comb: lines stand every " + number(best.spacing() * unit[1]) + " (" + number(best.low() * unit[1])
                        + " to " + number(best.high() * unit[1]) + "), " + best.lines() + " of them" + significance,
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
                "Spacings from " + number(Math.max(SHORTEST, bins / 40.0) * unit[1]) + " to "
                        + number(bins / 6.0 * unit[1])
                        + " and half widths of 0.7, 2 and 5 bins were tried; p is the share of " + draws
                        + " shuffles of the spectrum's blocks, which keep its lines and break the comb, that look as regular.",
                List.of(
                        "first: the place of the first line. The interval is where the log likelihood is within 2 of its largest.",
                        both
                                ? "One phase per line is better if the lines have the shape of a resonance; if only one per bin finds the"
                                        + " comb, they have not."
                                : "Power has no phases; with real and imaginary parts one phase per line could be tried, which finds"
                                        + " weaker combs."),
                found));
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("combs", found);
    }
}
