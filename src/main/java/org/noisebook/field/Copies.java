package org.noisebook.field;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Numbers;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * The share of samples that copy training points: those whose nearest training point is closer than the 1 % quantile q
 * of fresh points' distances, less what fresh points themselves give: c = (p − p_0)/(1 − p_0).
 *
 * <p>The interval is Newcombe's for a difference of proportions from two Wilson intervals (1998,
 * doi:10.1002/(SICI)1097-0258(19980430)17:8&lt;873::AID-SIM779&gt;3.0.CO;2-I, method 10), so it includes that q comes
 * from a sample. <b>Special cases</b>: with fewer than 100 fresh points q is their least distance, and the interval wide.
 * Samples that avoid training points hide copies. <b>Cost</b>: d multiply-adds per point and training point.
 *
 * @param share c, in [0, 1]
 * @param distance q, in standardised coordinates
 * @param strange share of samples farther from every training point than any fresh point is
 * @param rows number of training points
 * @param fresh number of fresh points
 * @param equal number of samples that equal a training point
 * @param freshEqual number of fresh points that do
 * @param known number of samples that equal a fresh point
 */
public record Copies(
        Estimate share, double distance, double strange, int rows, int fresh, int equal, int freshEqual, int known) {
    private static final int FEW = 300;
    private static final double QUANTILE = 0.01;

    /**
     * Counts copies.
     *
     * @param train standardised training points
     * @param fresh points the training has not seen, x[j][k]
     * @param samples x[j][k]
     */
    public static Copies of(ClassPoints train, double[][] fresh, double[][] samples) {
        NearestPictures nearReal = NearestPictures.of(train, fresh);
        NearestPictures nearDrawn = NearestPictures.of(train, samples);
        double[] real = nearReal.distance();
        double[] drawn = nearDrawn.distance();
        double[] sorted = real.clone();
        Arrays.sort(sorted);
        double q = sorted[Math.max(0, (int) Math.rint(QUANTILE * sorted.length) - 1)];
        Estimate base = Estimate.ofProportion(atMost(real, q), real.length);
        Estimate own = Estimate.ofProportion(atMost(drawn, q), samples[0].length);
        double p0 = (double) atMost(real, q) / real.length;
        double p = (double) atMost(drawn, q) / samples[0].length;
        double low = p - p0 - Math.hypot(p - own.low(), base.high() - p0);
        double high = p - p0 + Math.hypot(own.high() - p, p0 - base.low());
        double rest = 1 - p0;
        Estimate share = new Estimate(
                        (p - p0) / rest, (high - low) / (2 * 1.96 * rest), low / rest, high / rest, samples[0].length)
                .cut(0, 1);
        double farthest = sorted[sorted.length - 1];
        Set<ByteBuffer> freshRows = IntStream.range(0, real.length)
                .mapToObj(k -> row(fresh.length, j -> (float) fresh[j][k]))
                .collect(Collectors.toSet());
        return new Copies(
                share,
                q,
                1 - (double) atMost(drawn, farthest) / drawn.length,
                train.count(),
                real.length,
                equal(train, nearDrawn.index(), samples),
                equal(train, nearReal.index(), fresh),
                (int) IntStream.range(0, drawn.length)
                        .filter(k -> freshRows.contains(row(fresh.length, j -> (float) samples[j][k])))
                        .count());
    }

    private interface Coordinate {
        float at(int j);
    }

    private static ByteBuffer row(int dimension, Coordinate x) {
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES);
        for (int j = 0; j < dimension; j++) {
            row.putFloat(j * Float.BYTES, x.at(j) + 0f);
        }
        return row;
    }

    private static int equal(ClassPoints train, int[] nearest, double[][] x) {
        return (int) IntStream.range(0, nearest.length)
                .filter(k -> nearest[k] >= 0
                        && IntStream.range(0, x.length).allMatch(j -> train.x(nearest[k], j) == (float) x[j][k]))
                .count();
    }

    /**
     * Whether fresh points were trained on: more of them equal training points than training points equal one another.
     *
     * @param duplicates training points that repeat an earlier one
     */
    public boolean notFresh(int duplicates) {
        return Estimate.ofProportion(freshEqual, fresh).low()
                > 2 * Estimate.ofProportion(duplicates, rows).high();
    }

    /** Whether there are copies: more near samples than chance explains, or samples equal to rows as no fresh point is. */
    boolean shown() {
        return share.low() > 0 || equal > 0 && freshEqual == 0;
    }

    /** The answer in sentences. */
    public String sentence() {
        String numbers = Wording.count(share.n(), "sample") + ", " + Wording.count(rows, "training row") + ", "
                + Wording.count(fresh, "held-out row") + ").";
        String equals = equal == 0 ? "" : same(equal, "training") + "; of the held-out rows " + freshEqual + ". ";
        return (shown() ? "Copies: " : "No copies shown: ")
                + equals
                + (share.low() > 0
                        ? percent(share.mean()) + " of samples copy a training row beyond chance (95 %: "
                                + percent(share.low()) + " to " + percent(share.high()) + "; " + numbers
                        : (equal == 0 ? "at most " : "At most ") + percent(share.high())
                                + " of samples copy a training row beyond chance (95 %; " + numbers)
                + (known == 0 ? "" : " " + same(known, "held-out") + ".")
                + (fresh < FEW ? " So few held-out rows show only many copies: hold out " + FEW + "." : "");
    }

    private static String same(int count, String row) {
        return Wording.count(count, "sample") + (count == 1 ? " equals a " : " equal a ") + row + " row";
    }

    private static String percent(double share) {
        return Numbers.brief(100 * share, 2) + " %";
    }

    private static int atMost(double[] distances, double q) {
        return (int) Arrays.stream(distances).filter(distance -> distance <= q).count();
    }
}
