package org.noisebook.papers.fractional;

import org.noisebook.stats.ProcessKernel.Markov;

/**
 * A sum of Ornstein–Uhlenbeck processes with one Brownian motion in steps: z′ = Fz + noise of covariance Q, F = e^{−γΔ},
 * Q_ij = (1 − e^{−(γ_i+γ_j)Δ})/(γ_i + γ_j), X = cᵀz; Kalman's filter and the best linear control.
 */
final class MarkovFilter {
    private final double[] c;
    private final double[] decay;
    private final double[] push;
    private final double[][] noise;
    private final double[] variances;
    private final double[][] gains;

    /** For {@code count} values at distance {@code step} with noise of a variance. */
    MarkovFilter(Markov process, double step, int count, double variance) {
        c = process.weights().toArray();
        int n = c.length;
        decay = new double[n];
        push = new double[n];
        noise = new double[n][n];
        for (int i = 0; i < n; i++) {
            double rate = process.rates().get(i);
            decay[i] = StrictMath.exp(-rate * step);
            push[i] = Markov.integral(rate, step);
            for (int k = 0; k < n; k++) {
                noise[i][k] = Markov.integral(rate + process.rates().get(k), step);
            }
        }
        variances = new double[count];
        gains = new double[count][n];
        double[][] p = new double[n][n];
        for (int t = 0; t < count; t++) {
            double total = variance;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    p[i][k] = decay[i] * p[i][k] * decay[k] + noise[i][k];
                    gains[t][i] += p[i][k] * c[k];
                }
                total += c[i] * gains[t][i];
            }
            variances[t] = total;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    p[i][k] -= gains[t][i] * gains[t][k] / total;
                }
            }
        }
    }

    /** Σ e²/S and Σ log S of the errors of prediction. */
    double[] errors(double... values) {
        double[] z = new double[c.length];
        double squares = 0;
        double logs = 0;
        for (int t = 0; t < values.length; t++) {
            double error = values[t];
            for (int i = 0; i < z.length; i++) {
                z[i] *= decay[i];
                error -= c[i] * z[i];
            }
            for (int i = 0; i < z.length; i++) {
                z[i] += gains[t][i] * error / variances[t];
            }
            squares += error * error / variances[t];
            logs += StrictMath.log(variances[t]);
        }
        return new double[] {squares, logs};
    }

    /** The log density of the values. */
    double evidence(double... values) {
        double[] errors = errors(values);
        return -(errors[0] + errors[1] + values.length * StrictMath.log(2 * Math.PI)) / 2;
    }

    /**
     * The largest bound E log p(values | X) − ½ E ∫ u² dt over controls dW + u dt that are linear in z and held for a step, by backward recursion of
     * its value −½ zᵀAz + bᵀz + constant; every {@code each}-th step ends at a value.
     */
    double bound(double step, int each, double variance, double... values) {
        int n = c.length;
        double[][] a = new double[n][n];
        double[] b = new double[n];
        double constant = 0;
        for (int j = values.length * each; j > 0; j--) {
            if (j % each == 0) {
                double y = values[j / each - 1];
                constant -= (StrictMath.log(2 * Math.PI * variance) + y * y / variance) / 2;
                for (int i = 0; i < n; i++) {
                    b[i] += c[i] * y / variance;
                    for (int k = 0; k < n; k++) {
                        a[i][k] += c[i] * c[k] / variance;
                    }
                }
            }
            double[] pulled = new double[n];
            double whole = step;
            double along = 0;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    pulled[i] += a[i][k] * push[k];
                    constant -= a[i][k] * noise[i][k] / 2;
                }
                whole += push[i] * pulled[i];
                along += b[i] * push[i];
            }
            constant += along * along / (2 * whole);
            for (int i = 0; i < n; i++) {
                b[i] = decay[i] * (b[i] - pulled[i] * along / whole);
                for (int k = 0; k < n; k++) {
                    a[i][k] = decay[i] * (a[i][k] - pulled[i] * pulled[k] / whole) * decay[k];
                }
            }
        }
        return constant;
    }
}
