package org.noisebook.field;

import java.util.Arrays;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Numbers;
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
 */
public record Copies(Estimate share, double distance, double strange) {
    private static final double QUANTILE = 0.01;

    /**
     * Counts copies.
     *
     * @param train standardised training points
     * @param fresh points the training has not seen, x[j][k]
     * @param samples x[j][k]
     */
    public static Copies of(ClassPoints train, double[][] fresh, double[][] samples) {
        double[] real = NearestPictures.of(train, fresh).distance();
        double[] drawn = NearestPictures.of(train, samples).distance();
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
        return new Copies(share, q, 1 - (double) atMost(drawn, farthest) / drawn.length);
    }

    /** The answer in a sentence. */
    public String sentence() {
        return share.low() > 0
                ? "Copies: " + percent(share.mean()) + " of samples copy a training row beyond chance (95 %: "
                        + percent(share.low()) + " to " + percent(share.high()) + ")."
                : "No copies found: 0 % of samples copy a training row beyond chance, at most " + percent(share.high())
                        + " (95 %).";
    }

    private static String percent(double share) {
        return Numbers.brief(100 * share, 2) + " %";
    }

    private static int atMost(double[] distances, double q) {
        return (int) Arrays.stream(distances).filter(distance -> distance <= q).count();
    }
}
