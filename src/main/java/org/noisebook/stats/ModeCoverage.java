package org.noisebook.stats;

import java.util.Arrays;

/**
 * How well generated points cover the target: precision and recall.
 *
 * <p>Precision is the fraction of generated points inside the union of balls around the real points, each of which
 * extends to the k-th nearest real neighbour; recall is the fraction of real points inside such balls around the
 * generated ones (Kynkäänniemi et al. 2019, arXiv:1904.06991, equations 1 and 2).
 *
 * <p><b>Shapes</b>: points coordinate-major {@code x[j][k]}. <b>Special cases</b>: balls are closed. <b>Error</b>: the
 * Wilson intervals cover the sampling of the counted points, not that of the ball centres. Both values depend on sample
 * sizes and k, and stay below 1 for two samples of one distribution. <b>Cost</b>: d (n + m)² operations on all
 * processors; the result does not depend on their number. <b>Not for</b> comparing samples of different sizes.
 *
 * @param precision fraction of generated points near real ones
 * @param recall fraction of real points near generated ones
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

    /** Squared distances to the k-th neighbour, where the point itself is the zeroth. */
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
