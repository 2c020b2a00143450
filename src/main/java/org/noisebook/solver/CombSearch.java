package org.noisebook.solver;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;

/**
 * The comb of equally spaced lines that evidence for single lines speaks for most, and how often lines at random places would do so.
 *
 * <p>z = (Σ L − N m)/(s √N) over the N centres of a comb, L the evidence of {@link EchoLine} at a centre, m and s its mean and deviation over
 * all centres; the largest z over spacings, first lines and widths is compared with those after shuffling blocks of half the smallest spacing,
 * which keep lines and break the comb. Spacing, first line and width are then those of the largest Σ L near by; the spacing's interval is where it is
 * within 2 of that.
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
 * @param lines its number of lines
 * @param p share of shuffles with so large a z, both counted with the data
 */
public record CombSearch(
        double z, int width, double spacing, double low, double high, double first, int lines, double p) {
    private static final double NEAR = 2;
    private static final int PARTS = 16;
    private static final double EVEN = 0.2;
    private static final int TRIED = 24;
    private static final double STEP = 0.25;

    /** The search between two spacings of at least 16 bins, with a number of shuffles. */
    public static CombSearch of(
            double[][] evidence, double[] widths, double smallest, double largest, int draws, Stream stream) {
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
        return best.refined(evidence, above / (draws + 1.0));
    }

    /** The comb of the largest Σ L whose middle and ends are within 6 bins of these. */
    private CombSearch refined(double[][] evidence, double share) {
        double half = (lines - 1) / 2.0;
        double[] profile = new double[2 * TRIED + 1];
        double[] place = {Double.NEGATIVE_INFINITY, width, 0, 0};
        for (int i = -TRIED; i <= TRIED; i++) {
            double trial = spacing + i * STEP / half;
            profile[i + TRIED] = Double.NEGATIVE_INFINITY;
            for (int w = 0; w < evidence.length; w++) {
                for (int j = -TRIED; j <= TRIED; j++) {
                    double middle = first + half * spacing + j * STEP;
                    double sum = 0;
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
                .filter(k -> profile[k] > top - NEAR)
                .toArray();
        return new CombSearch(
                z,
                (int) place[1],
                place[2],
                spacing + (near[0] - TRIED - 0.5) * STEP / half,
                spacing + (near[near.length - 1] - TRIED + 0.5) * STEP / half,
                place[3] - half * place[2],
                lines,
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
        return new CombSearch(top, width, spacing, spacing, spacing, first, lines, 1);
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
