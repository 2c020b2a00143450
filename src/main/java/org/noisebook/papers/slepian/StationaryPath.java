package org.noisebook.papers.slepian;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.noisebook.rng.Stream;

/**
 * Gaussian paths of a stationary covariance on a grid, by circulant embedding (Dietrich and Newsam 1997,
 * doi:10.1137/S1064827592240555).
 *
 * <p>The covariance r(kh), k = 0 … n, is continued evenly to a circle of 2n points, whose eigenvalues are its Fourier transform; a path is
 * the transform of white noise times their roots. Real and imaginary part are two independent paths.
 *
 * <p><b>Shapes</b>: n points, a power of two. <b>Special cases</b>: a covariance with an eigenvalue below −10⁻⁸ of the largest is refused:
 * it is no covariance, or it has not decayed at nh. <b>Error</b>: exact up to rounding. <b>Cost</b>: 2n log 2n for two paths.
 */
public final class StationaryPath {
    private static final double ROUNDING = 1e-8;

    private final double[] scale;

    /**
     * Prepares paths.
     *
     * @param points n, a power of two from 2
     * @param step h, positive
     * @param covariance r(t), t ≥ 0
     */
    public StationaryPath(int points, double step, DoubleUnaryOperator covariance) {
        if (Integer.bitCount(points) != 1 || points < 2 || points > 1 << 29) {
            throw new IllegalArgumentException("points must be a power of two in [2, 2^29], got " + points);
        }
        if (!(step > 0)) {
            throw new IllegalArgumentException("step must be positive, got " + step);
        }
        double[] circle = new double[2 * points];
        for (int k = 0; k <= points; k++) {
            circle[k] = covariance.applyAsDouble(k * step);
            circle[(2 * points - k) % circle.length] = circle[k];
        }
        double[][] transform = {circle, new double[circle.length]};
        FastFourierTransformer.transformInPlace(transform, DftNormalization.STANDARD, TransformType.FORWARD);
        double largest = 0;
        double least = 0;
        for (double value : transform[0]) {
            largest = Math.max(largest, value);
            least = Math.min(least, value);
        }
        if (!(least >= -ROUNDING * largest)) {
            throw new IllegalArgumentException("covariance must have a spectrum of at least 0 on " + points
                    + " points, got " + least + " of " + largest + ": take more points, or another covariance");
        }
        scale = new double[circle.length];
        for (int k = 0; k < scale.length; k++) {
            scale[k] = Math.sqrt(Math.max(0, transform[0][k]) / scale.length);
        }
    }

    /** Two independent paths: [2][n]. */
    public double[][] sample(Stream stream) {
        double[][] white = new double[2][scale.length];
        for (int k = 0; k < scale.length; k++) {
            white[0][k] = scale[k] * stream.nextGaussian();
            white[1][k] = scale[k] * stream.nextGaussian();
        }
        FastFourierTransformer.transformInPlace(white, DftNormalization.STANDARD, TransformType.FORWARD);
        int n = scale.length / 2;
        return new double[][] {Arrays.copyOf(white[0], n), Arrays.copyOf(white[1], n)};
    }
}
