package org.noisebook.stats;

import java.util.Arrays;

/**
 * How well generated points cover the target: precision and recall.
 *
 * <p>Precision is the share of generated points inside the union of balls around real points, each reaching to the k-th
 * neighbour among the real ones; recall the share of real points inside such balls around generated ones (Kynkäänniemi et
 * al. 2019, arXiv:1904.06991, equations 1 and 2).
 *
 * <p><b>Shapes</b>: points coordinate-major {@code x[j][k]}.
 *
 * <p><b>Special cases</b>: a point on the rim of a ball is inside.
 *
 * <p><b>Error</b>: both carry Wilson's interval, but only over the points counted,
 * not over those that make the balls: both depend on sample sizes and k, and two samples of one law do not reach 1.
 *
 * <p><b>Cost</b>: d (n + m)² operations over all processors, the result not depending on their number.
 *
 * <p><b>Not for</b> comparing samples of different sizes.
 *
 * @param precision share of generated points near real ones
 * @param recall share of real points near generated ones
 */
public record ModeCoverage(Estimate precision, Estimate recall) {

    /**
     * Precision and recall.
     *
     * @param neighbours k, below the sizes of both samples; 3 is usual
     */
    public static ModeCoverage of(double[][] real, double[][] generated, int neighbours) {
        Samples.check(real, generated);
        int least = Math.min(real[0].length, generated[0].length);
        if (neighbours < 1 || neighbours >= least) {
            throw new IllegalArgumentException(
                    "neighbours must be in [1, points - 1=" + (least - 1) + "], got " + neighbours);
        }
        return new ModeCoverage(
                inside(generated, real, radii(real, neighbours)),
                inside(real, generated, radii(generated, neighbours)));
    }

    /** Squared distances to the k-th neighbour, the point itself being the zeroth. */
    private static double[] radii(double[][] x, int neighbours) {
        return Samples.reduce(x, x, (i, squared) -> {
            double[] least = new double[neighbours + 1];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            for (double distance : squared) {
                if (distance < least[neighbours]) {
                    insert(distance, least);
                }
            }
            return least[neighbours];
        });
    }

    private static void insert(double value, double[] ascending) {
        int place = ascending.length - 1;
        while (place > 0 && ascending[place - 1] > value) {
            ascending[place] = ascending[place - 1];
            place--;
        }
        ascending[place] = value;
    }

    private static Estimate inside(double[][] x, double[][] centres, double[] radii) {
        double[] inside = Samples.reduce(x, centres, (i, squared) -> {
            for (int k = 0; k < radii.length; k++) {
                if (squared[k] <= radii[k]) {
                    return 1;
                }
            }
            return 0;
        });
        return Estimate.ofProportion(Arrays.stream(inside).filter(v -> v > 0).count(), inside.length);
    }
}
