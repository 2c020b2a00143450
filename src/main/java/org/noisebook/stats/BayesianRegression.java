package org.noisebook.stats;

import org.noisebook.linalg.Cholesky;

/**
 * Linear regression with a normal prior on its weights: what is predicted, with the noise and with what is unknown of the weights.
 *
 * <p>y = wᵀφ + ε, w ~ N(0, σ²/r): A = ΦᵀΦ + r, mean m = A⁻¹Φᵀy, epistemic variance σ² φᵀA⁻¹φ. Source: Bishop 2006, Pattern
 * Recognition and Machine Learning, equations 3.53, 3.54, 3.59 and 3.91 to 3.95.
 *
 * <p><b>Shapes</b>: rows [n][p], n &gt; p, a constant column included if wanted. <b>Range</b>: ridge r positive. <b>Error</b>: exact but for σ².
 * <b>Cost</b>: np² + p³ a round. The noise is taken as equal everywhere; not for rows that depend on each other more than through φ.
 */
public final class BayesianRegression {
    private static final int ROUNDS = 100;
    private static final double CLOSE = 1e-6;

    private final double[] weights;
    private final double[] inverseLower;
    private final double noise;

    private BayesianRegression(double[] weights, double[] inverseLower, double noise) {
        this.weights = weights;
        this.inverseLower = inverseLower;
        this.noise = noise;
    }

    /** The posterior given rows, their values and r; σ² = Σ(y − mᵀφ)²/(n − γ), γ = p − r tr A⁻¹. */
    public static BayesianRegression of(double[][] rows, double[] y, double ridge) {
        if (!(ridge > 0)) {
            throw new IllegalArgumentException("ridge must be positive, got " + ridge);
        }
        return fit(rows, y, ridge, 1);
    }

    /** The posterior with the r of largest evidence, by r = γσ²/mᵀm from r = 1, at most 100 rounds. */
    public static BayesianRegression ofEvidence(double[][] rows, double... y) {
        return fit(rows, y, 1, ROUNDS);
    }

    private static BayesianRegression fit(double[][] rows, double[] y, double first, int rounds) {
        int n = rows.length;
        int p = n == 0 ? 0 : rows[0].length;
        if (n <= p || y.length != n) {
            throw new IllegalArgumentException("rows must be more than columns and as many as values, got " + n
                    + " rows of " + p + " and " + y.length + " values");
        }
        double[] square = new double[p * p];
        double[] right = new double[p];
        for (int k = 0; k < n; k++) {
            double[] row = rows[k];
            for (int i = 0; i < p; i++) {
                right[i] += row[i] * y[k];
                for (int j = 0; j <= i; j++) {
                    square[i * p + j] += row[i] * row[j];
                    square[j * p + i] = square[i * p + j];
                }
            }
        }
        double ridge = first;
        BayesianRegression fit = new BayesianRegression(right, square, 0);
        boolean settled = false;
        for (int round = 0; round < rounds && !settled; round++) {
            double[] matrix = square.clone();
            for (int i = 0; i < p; i++) {
                matrix[i * p + i] += ridge;
            }
            double[] lower = Cholesky.of(p, matrix)
                    .orElseThrow(() -> new IllegalArgumentException("rows must be finite"))
                    .inverseLower();
            double[] half = times(lower, right);
            double[] weights = new double[p];
            for (int i = 0; i < p; i++) {
                for (int j = 0; j <= i; j++) {
                    weights[j] += lower[i * p + j] * half[i];
                }
            }
            double rest = 0;
            for (int k = 0; k < n; k++) {
                double error = y[k] - dot(weights, rows[k]);
                rest += error * error;
            }
            double known = p - ridge * dot(lower, lower);
            double noise = rest / (n - known);
            fit = new BayesianRegression(weights, lower, noise);
            double next = Math.max(1e-9 * n, known * noise / Math.max(Double.MIN_NORMAL, dot(weights, weights)));
            settled = Math.abs(next - ridge) < CLOSE * ridge;
            ridge = next;
        }
        return fit;
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] times(double[] lower, double... x) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j <= i; j++) {
                out[i] += lower[i * x.length + j] * x[j];
            }
        }
        return out;
    }

    /** mᵀφ. */
    public double mean(double... row) {
        return dot(weights, row);
    }

    /** σ² φᵀA⁻¹φ. */
    public double epistemic(double... row) {
        double[] half = times(inverseLower, row);
        return noise * dot(half, half);
    }

    /** σ². */
    public double noise() {
        return noise;
    }

    /** The standard deviation of a new value at a row. */
    public double deviation(double... row) {
        return Math.sqrt(noise + epistemic(row));
    }
}
