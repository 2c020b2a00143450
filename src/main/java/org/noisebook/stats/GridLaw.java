package org.noisebook.stats;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A law on an even grid of a line, for expectations without sampling.
 *
 * <p>Point k of n is from + k (to − from)/(n − 1) and has the probability w_k/Σw; for smooth densities that vanish at both ends, sums are
 * integrals up to rounding once the grid is finer than the narrowest width (trapezium rule; Trefethen, Weideman 2014,
 * doi:10.1137/130932132).
 *
 * <p><b>Cost</b>: n per operation.
 */
public final class GridLaw {
    private final double from;
    private final double spacing;
    private final double[] weights;

    private GridLaw(double from, double spacing, double... weights) {
        this.from = from;
        this.spacing = spacing;
        this.weights = weights;
    }

    /** The law of a logarithm of density, up to a constant. */
    public static GridLaw of(double from, double to, int points, DoubleUnaryOperator logDensity) {
        if (!(from < to) || points < 2) {
            throw new IllegalArgumentException(
                    "a grid needs from < to and two points, got " + from + ", " + to + ", " + points);
        }
        GridLaw even = new GridLaw(from, (to - from) / (points - 1), new double[points]);
        double[] logs = new double[points];
        Arrays.setAll(logs, k -> logDensity.applyAsDouble(even.point(k)));
        return even.with(logs);
    }

    /** The law on this grid with these logarithms of density, up to a constant. */
    public GridLaw with(double... logs) {
        double largest = Arrays.stream(logs).max().orElseThrow();
        double[] w = Arrays.stream(logs).map(l -> StrictMath.exp(l - largest)).toArray();
        return weighing(w);
    }

    /** The law on this grid with these weights, not negative and not all 0. */
    public GridLaw weighing(double... w) {
        double sum = Arrays.stream(w).sum();
        if (w.length != weights.length || !(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a law needs " + weights.length + " weights with a positive sum, got "
                    + w.length + " of sum " + sum);
        }
        return new GridLaw(from, spacing, Arrays.stream(w).map(v -> v / sum).toArray());
    }

    /** Number of points. */
    public int size() {
        return weights.length;
    }

    /** Distance between points. */
    public double spacing() {
        return spacing;
    }

    /** Point k. */
    public double point(int k) {
        return from + k * spacing;
    }

    /** Probability of point k. */
    public double weight(int k) {
        return weights[k];
    }

    /** Logarithm of the density at point k. */
    public double logDensity(int k) {
        return StrictMath.log(weights[k] / spacing);
    }

    /** Expectation of a function. */
    public double mean(DoubleUnaryOperator function) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            sum += weights[k] == 0 ? 0 : weights[k] * function.applyAsDouble(point(k));
        }
        return sum;
    }

    /** Variance. */
    public double variance() {
        double mean = mean(x -> x);
        return mean(x -> (x - mean) * (x - mean));
    }

    /** Kullback-Leibler divergence of another law on the same grid from this one, Σ w log(w/v). */
    public double divergence(GridLaw other) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            sum += weights[k] == 0 ? 0 : weights[k] * StrictMath.log(weights[k] / other.weights[k]);
        }
        return sum;
    }
}
