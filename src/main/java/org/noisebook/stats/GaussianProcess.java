package org.noisebook.stats;

import java.util.Arrays;
import org.noisebook.linalg.Cholesky;

/**
 * A Gaussian process given noisy values, or second derivatives, at some places: mean kᵀC⁻¹y, covariance k(s, t) − kᵀC⁻¹k, evidence log N(y; 0, C).
 *
 * <p>Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, equations 2.25, 2.26 and 2.30, and section 9.4 for derivatives.
 *
 * <p><b>Shapes</b>: places, orders, values, variances {@code [observation]}. <b>Special cases</b>: observations that follow from others need a
 * variance above 0. <b>Error</b>: rounding times the condition of C. <b>Cost</b>: n³/2 once, n a mean, n² a covariance; not for more than a few thousand observations.
 */
public final class GaussianProcess {
    private final ProcessKernel kernel;
    private final double[] places;
    private final int[] orders;
    private final double[] half;
    private final double[] pull;
    private final double evidence;

    private GaussianProcess(ProcessKernel kernel, double[] places, int[] orders, double[] values, Cholesky root) {
        this.kernel = kernel;
        this.places = places;
        this.orders = orders;
        half = root.inverseLower();
        int n = places.length;
        pull = new double[n];
        double[] white = halved(values);
        double square = 0;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k <= i; k++) {
                pull[k] += half[i * n + k] * white[i];
            }
            square += white[i] * white[i];
        }
        evidence = -(square + root.logDeterminant() + n * StrictMath.log(2 * Math.PI)) / 2;
    }

    /** Given values: orders 0. */
    public static GaussianProcess given(ProcessKernel kernel, double[] places, double[] values, double variance) {
        double[] variances = new double[places.length];
        Arrays.fill(variances, variance);
        return given(kernel, places, new int[places.length], values, variances);
    }

    /**
     * Given values (order 0) and second derivatives (order 2), each with the variance of its noise.
     *
     * @throws IllegalArgumentException if lengths differ or the covariance is not positive definite
     */
    public static GaussianProcess given(
            ProcessKernel kernel, double[] places, int[] orders, double[] values, double... variances) {
        int n = places.length;
        if (orders.length != n || values.length != n || variances.length != n) {
            throw new IllegalArgumentException("orders, values and variances must be as many as places, " + n + ", got "
                    + orders.length + ", " + values.length + ", " + variances.length);
        }
        double[] c = covariance(kernel, places, orders);
        for (int i = 0; i < n; i++) {
            c[i * n + i] += variances[i];
        }
        Cholesky root = Cholesky.of(n, c)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "the covariance of " + n
                                        + " observations is not positive definite in double precision: raise the variance of their noise"));
        return new GaussianProcess(kernel, places.clone(), orders.clone(), values, root);
    }

    /** The covariance of observations without noise, row-major. */
    public static double[] covariance(ProcessKernel kernel, double[] places, int... orders) {
        int n = places.length;
        double[] c = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k <= i; k++) {
                c[i * n + k] = kernel.at(places[i], orders[i], places[k], orders[k]);
                c[k * n + i] = c[i * n + k];
            }
        }
        return c;
    }

    private double[] halved(double... values) {
        int n = values.length;
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k <= i; k++) {
                out[i] += half[i * n + k] * values[k];
            }
        }
        return out;
    }

    private double[] row(double t) {
        double[] row = new double[places.length];
        Arrays.setAll(row, i -> kernel.at(t, 0, places[i], orders[i]));
        return row;
    }

    /** The mean at t. */
    public double mean(double t) {
        double[] row = row(t);
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += row[i] * pull[i];
        }
        return sum;
    }

    /** The covariance at s and t. */
    public double covariance(double s, double t) {
        double[] left = halved(row(s));
        double[] right = halved(row(t));
        double sum = kernel.at(s, t);
        for (int i = 0; i < left.length; i++) {
            sum -= left[i] * right[i];
        }
        return sum;
    }

    /** The log density of the values. */
    public double evidence() {
        return evidence;
    }
}
