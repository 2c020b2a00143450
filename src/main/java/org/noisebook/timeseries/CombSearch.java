package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;

/**
 * The comb of equally spaced lines that evidence for single lines speaks for most, and how often lines at random places would do so.
 *
 * <p>z = (Σ L − N m)/(s √N) over the N centres of a comb, L the evidence of {@link EchoLine} at a centre, m and s its mean and deviation over
 * all centres; the largest z over spacings, first lines and widths is compared with those after shuffling blocks of half the smallest spacing,
 * which keep lines and break the comb. Spacing, first line and width are then those of the largest Σ L near by; the spacing's interval is where it is
 * within a given drop of that. Before, the spacing is divided by the largest number up to 6 for which the places between have half of the mean L of
 * the lines or more, at four widths or more from each other, or multiplied by 2 or 3 if all but every second or third line have less than a tenth and
 * three standard errors less;
 * there, L counts up to 3, so that no single line decides, and from its mean over all centres.
 *
 * <p><b>Shapes</b>: {@code evidence[width][centre]}. <b>Units</b>: bins. <b>Special cases</b>: centres are visited in steps of a width, rounded
 * down. <b>Cost</b>: bins² log(largest/smallest spacing)/width² for each of the draws + 1 searches. Not for spacings below 16 bins.
 *
 * @param z the largest z
 * @param width index of its width
 * @param spacing its spacing
 * @param low the lower end of the interval of the spacing
 * @param high the upper end
 * @param first the centre of its first line
 * @param lines its number of places in the spectrum
 * @param seen those of positive L
 * @param midway mean L midway between lines over that of lines, NaN if they are not four widths apart
 * @param alternate mean L of the weaker of odd and even lines over that of the others
 * @param p share of shuffles with so large a z, both counted with the data
 */
public record CombSearch(
        double z,
        int width,
        double spacing,
        double low,
        double high,
        double first,
        int lines,
        int seen,
        double midway,
        double alternate,
        double p) {
    private static final double APART = 4;
    private static final int MOST_PARTS = 6;
    private static final int FEWEST = 3;
    private static final double MUCH = 3;
    private static final double HALF = 0.5;
    private static final double TENTH = 0.1;
    private static final int PARTS = 16;
    private static final double EVEN = 0.2;
    private static final int TRIED = 24;
    private static final double STEP = 0.25;

    /** The search between two spacings of at least 16 bins, with a number of shuffles; the interval ends where Σ L is lower by {@code drop}. */
    public static CombSearch of(
            double[][] evidence,
            double[] widths,
            double smallest,
            double largest,
            double drop,
            int draws,
            Stream stream) {
        CombSearch best = best(evidence, widths, smallest, largest);
        int block = (int) (smallest / 2);
        int[] order =
                IntStream.range(0, (evidence[0].length + block - 1) / block).toArray();
        int above = 1;
        for (int draw = 0; draw < draws; draw++) {
            stream.shuffle(order);
            double[][] shuffled = Arrays.stream(evidence)
                    .map(of -> Arrays.stream(order)
                            .flatMap(k -> IntStream.range(k * block, Math.min(of.length, (k + 1) * block)))
                            .mapToDouble(k -> of[k])
                            .toArray())
                    .toArray(double[][]::new);
            above += best(shuffled, widths, smallest, largest).z >= best.z ? 1 : 0;
        }
        double share = above / (draws + 1.0);
        CombSearch near = best.refined(evidence, widths, drop, share);
        return near.moved(clear(evidence[near.width]), APART * widths[near.width])
                .refined(evidence, widths, drop, share);
    }

    /** The comb of a part or a multiple of the spacing, if lines stand between its lines or only at some of them. */
    private CombSearch moved(double[] of, double apart) {
        double own = mean(of, spacing, first, 1, 0);
        double deviation = Math.sqrt(Arrays.stream(of).map(x -> x * x).sum() / of.length);
        for (int m = FEWEST; m > 1; m--) {
            for (int at = 0; at < m; at++) {
                int number = (lines - at + m - 1) / m;
                double mean = mean(of, spacing, first, m, at);
                double others = (own * lines - mean * number) / (lines - number);
                double error = deviation * Math.sqrt(1.0 / number + 1.0 / (lines - number));
                if (number >= FEWEST && others < TENTH * mean && mean - others > MUCH * error) {
                    return at(of.length, spacing * m, first + at * spacing);
                }
            }
        }
        for (int k = MOST_PARTS; k > 1 && own > 0; k--) {
            CombSearch part = at(of.length, spacing / k, first);
            double between = mean(of, part.spacing, part.first, 1, 0) * part.lines - own * lines;
            if (part.spacing >= apart && between / (part.lines - lines) >= HALF * own) {
                return part;
            }
        }
        return this;
    }

    /** Evidence of at most 3 less its mean. */
    private static double[] clear(double... of) {
        double mean = Arrays.stream(of).map(x -> Math.min(MUCH, x)).sum() / of.length;
        return Arrays.stream(of).map(x -> Math.min(MUCH, x) - mean).toArray();
    }

    private CombSearch at(int bins, double d, double place) {
        double from = place - Math.floor(place / d) * d;
        int number = (int) ((bins - 0.5 - from) / d) + 1;
        return new CombSearch(z, width, d, d, d, from, number, 0, 0, 0, p);
    }

    /** The mean over every m-th place from the {@code at}-th. */
    private static double mean(double[] of, double d, double from, int m, int at) {
        double sum = 0;
        int number = 0;
        for (double x = from + at * d; x < of.length - 0.5; x += m * d) {
            sum += at(of, x);
            number++;
        }
        return sum / number;
    }

    /** The comb of the largest Σ L whose middle and ends are within 6 bins of these. */
    private CombSearch refined(double[][] evidence, double[] widths, double drop, double share) {
        double half = (lines - 1) / 2.0;
        double[] profile = new double[2 * TRIED + 1];
        double[] place = {Double.NEGATIVE_INFINITY, width, spacing, first + half * spacing};
        for (int i = -TRIED; i <= TRIED; i++) {
            double trial = spacing + i * STEP / half;
            profile[i + TRIED] = Double.NEGATIVE_INFINITY;
            for (int w = 0; w < evidence.length; w++) {
                for (int j = -TRIED; j <= TRIED; j++) {
                    double middle = first + half * spacing + j * STEP;
                    double sum = 2 * Math.abs(j * STEP) > spacing ? Double.NEGATIVE_INFINITY : 0;
                    for (int n = 0; n < lines; n++) {
                        sum += at(evidence[w], middle + (n - half) * trial);
                    }
                    profile[i + TRIED] = Math.max(profile[i + TRIED], sum);
                    if (sum > place[0]) {
                        place = new double[] {sum, w, trial, middle};
                    }
                }
            }
        }
        double top = place[0];
        int[] near = IntStream.range(0, profile.length)
                .filter(k -> profile[k] > top - drop)
                .toArray();
        double from = place[3] - half * place[2];
        int best = (int) place[1];
        double step = place[2];
        int seen = (int) IntStream.range(0, lines)
                .filter(n -> at(evidence[best], from + n * step) > 0)
                .count();
        double[] clear = clear(evidence[best]);
        double even = mean(clear, step, from, 2, 0);
        double odd = mean(clear, step, from, 2, 1);
        return new CombSearch(
                z,
                best,
                place[2],
                spacing + (near[0] - TRIED - 0.5) * STEP / half,
                spacing + (near[near.length - 1] - TRIED + 0.5) * STEP / half,
                from,
                lines,
                seen,
                step >= 2 * APART * widths[best]
                        ? mean(clear, step, from + step / 2, 1, 0) / mean(clear, step, from, 1, 0)
                        : Double.NaN,
                Math.min(even, odd) / Math.max(even, odd),
                share);
    }

    private static double at(double[] of, double x) {
        int k = Math.max(0, Math.min(of.length - 2, (int) x));
        double share = Math.max(0, Math.min(1, x - k));
        return of[k] + share * (of[k + 1] - of[k]);
    }

    private static CombSearch best(double[][] evidence, double[] widths, double smallest, double largest) {
        double top = Double.NEGATIVE_INFINITY;
        int width = 0;
        double spacing = smallest;
        int first = 0;
        int bins = evidence[0].length;
        for (int w = 0; w < widths.length; w++) {
            double[] of = evidence[w];
            double mean = Arrays.stream(of).sum() / bins;
            double square = Arrays.stream(of).map(x -> (x - mean) * (x - mean)).sum() / bins;
            double scale = square > 0 ? 1 / Math.sqrt(square) : 0;
            int stride = Math.max(1, (int) widths[w]);
            for (double d = smallest; d <= largest; d *= 1 + (double) stride / bins) {
                for (int at = 0; at < d; at += stride) {
                    double sum = 0;
                    int lines = 0;
                    for (double x = at + 0.5; x < bins; x += d) {
                        sum += of[(int) x];
                        lines++;
                    }
                    double z = (sum - lines * mean) * scale / Math.sqrt(lines);
                    if (z > top) {
                        top = z;
                        width = w;
                        spacing = d;
                        first = at;
                    }
                }
            }
        }
        int lines = (int) ((bins - 0.5 - first) / spacing) + 1;
        return new CombSearch(top, width, spacing, spacing, spacing, first, lines, 0, 0, 0, 1);
    }

    /**
     * What brings the median power of each sixteenth of a spectrum to that of noise with E|n|² = 1, bin by bin.
     *
     * @throws IllegalArgumentException if half of a part has equal power
     */
    public static double[] scale(double... power) {
        double[] scale = new double[power.length];
        for (int part = 0; part < PARTS; part++) {
            int from = part * power.length / PARTS;
            int to = (part + 1) * power.length / PARTS;
            double[] sorted = Arrays.copyOfRange(power, from, to);
            Arrays.sort(sorted);
            if (!(sorted[sorted.length / 4] < sorted[3 * sorted.length / 4] && sorted[sorted.length / 2] > 0)) {
                throw new IllegalArgumentException(
                        "a spectrum must vary, got equal power in most of rows " + (from + 1) + " to " + to);
            }
            Arrays.fill(scale, from, to, Math.sqrt(StrictMath.log(2) / sorted[sorted.length / 2]));
        }
        return scale;
    }

    /** Whether numbers rise by equal steps, within a fifth of a step. */
    public static boolean isEven(double... x) {
        double step = (x[x.length - 1] - x[0]) / (x.length - 1);
        return step > 0 && IntStream.range(0, x.length).allMatch(k -> Math.abs(x[k] - x[0] - k * step) < EVEN * step);
    }
}
