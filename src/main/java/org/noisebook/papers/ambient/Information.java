package org.noisebook.papers.ambient;

import java.util.Arrays;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.linalg.Cholesky;

/**
 * Fisher information on the means of an equal mixture of Gaussians of one variance that is seen with noise.
 *
 * <p>J = ∫ ∂p ∂pᵀ/p dy by the trapezoidal rule, which converges faster than any power here; that on one parameter is 1/(J⁻¹)_ii.
 */
enum Information {
    /** Two means ±μ, variance known. */
    SEPARATION,
    /** Two means ±μ and the variance. */
    VARIANCE,
    /** Three means, variance and weights known. */
    MEANS;

    private static final int POINTS = 8000;

    private static final double REACH = 10;

    /** J of one sample: means ±μ, or −2μ, 0 and 2μ. */
    double[][] of(double mean, double variance, double noise) {
        double[] means = this == MEANS ? new double[] {-2 * mean, 0, 2 * mean} : new double[] {-mean, mean};
        int count = this == SEPARATION ? 1 : means.length;
        double s = variance + noise * noise;
        double end = means[means.length - 1] + REACH * Math.sqrt(s);
        double step = 2 * end / POINTS;
        double constant = 1 / (means.length * Math.sqrt(2 * StrictMath.PI * s));
        double[][] sum = new double[count][count];
        for (int n = 0; n <= POINTS; n++) {
            double y = -end + n * step;
            double p = 0;
            double[] d = new double[3];
            for (int k = 0; k < means.length; k++) {
                double off = y - means[k];
                double density = constant * StrictMath.exp(-off * off / (2 * s));
                p += density;
                d[this == MEANS ? k : 0] += density * (this == MEANS ? 1 : Math.signum(means[k])) * off / s;
                d[this == VARIANCE ? 1 : 2] += this == MEANS ? 0 : density * (off * off / s - 1) / (2 * s);
            }
            for (int i = 0; i < count && p > 0; i++) {
                for (int j = 0; j < count; j++) {
                    sum[i][j] += step * d[i] * d[j] / p;
                }
            }
        }
        return sum;
    }

    /** a + b for each element, with weights. */
    static double[][] sum(double weightA, double[][] a, double weightB, double[][] b) {
        double[][] sum = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum[i][j] = weightA * a[i][j] + weightB * b[i][j];
            }
        }
        return sum;
    }

    /** The information on the first parameter when the others must be learned as well. */
    static double first(double[][] j) {
        double[] flat = Arrays.stream(j).flatMapToDouble(Arrays::stream).toArray();
        return 1 / Cholesky.of(j.length, flat).orElseThrow().inverse()[0];
    }

    /** Information on the first parameter of a noisy sample alone, over that of a clean one. */
    double alone(double mean, double variance, double noise) {
        return first(of(mean, variance, noise)) / first(of(mean, variance, 0));
    }

    /** What noisy samples add to a share of clean ones, for each, over a clean one's information. */
    double beside(double share, double mean, double variance, double noise) {
        double[][] clean = of(mean, variance, 0);
        double all = first(sum(share, clean, 1 - share, of(mean, variance, noise)));
        return (all - share * first(clean)) / ((1 - share) * first(clean));
    }

    /** Slope of a logarithm against log noise, least squares. */
    static double slope(double[] noise, double... logs) {
        SimpleRegression fit = new SimpleRegression();
        for (int k = 0; k < noise.length; k++) {
            fit.addData(StrictMath.log(noise[k]), logs[k]);
        }
        return fit.getSlope();
    }
}
