package org.noisebook.stats;

import java.util.Arrays;
import org.apache.commons.math3.special.Gamma;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.linalg.Cholesky;

/**
 * The covariance of a Gaussian process of one variable, for {@link GaussianProcess}.
 *
 * <p>{@link Fractional} and {@link Markov} start at 0 and are ∫ k(t − r) dW_r of one Brownian motion, so that their covariance is ∫ k(v) k(v + |t − s|) dv
 * up to min(s, t); {@link Lines} are stationary and have derivatives (Daems, Opper, Crevecoeur, Birdal 2023, arXiv 2310.12975; Fang et al. 2023,
 * arXiv 2311.04465).
 */
public sealed interface ProcessKernel {
    /** Cov(X(s), X(t)). */
    double at(double s, double t);

    /**
     * The covariance of the derivatives of the given orders, 0 or 2.
     *
     * @throws IllegalArgumentException if they do not exist
     */
    default double at(double s, int first, double t, int second) {
        if (first != 0 || second != 0) {
            throw new IllegalArgumentException(
                    "derivatives exist for lines alone, got orders " + first + " and " + second);
        }
        return at(s, t);
    }

    /**
     * dX = −θX dt + dB for fractional Brownian motion of type II, k(u) = u^{H−½} E(−θu)/Γ(H + ½), E = M(1, H + ½, ·) by Kummer's series.
     *
     * <p><b>Error</b>: 1e-10 relative to the variances, by a double-exponential rule. <b>Cost</b>: 20 µs.
     *
     * @param hurst H in (0, 1)
     * @param theta θ at least 0
     */
    record Fractional(double hurst, double theta) implements ProcessKernel {
        private static final double STEP = 0.125;
        private static final double FIRST = -5.75;
        private static final double LAST = 3.5;

        /** Checks the ranges. */
        public Fractional {
            check(hurst > 0 && hurst < 1, "hurst must be in (0, 1), got ", hurst);
            check(theta >= 0 && theta < Double.POSITIVE_INFINITY, "theta must be at least 0, got ", theta);
        }

        private double response(double u, double gamma) {
            double a = hurst + 0.5;
            double z = theta * u;
            double sum = 1;
            double term = 1;
            for (int k = 1; term > 1e-17 * Math.abs(sum) || k <= z; k++) {
                term *= z / k;
                sum += a == 1 ? 0 : term * (a - 1) / (a - 1 + k);
            }
            return StrictMath.exp((a - 1) * StrictMath.log(u) - z) * sum / gamma;
        }

        @Override
        public double at(double s, double t) {
            double end = Math.min(s, t);
            if (end <= 0) {
                return 0;
            }
            double gap = Math.abs(t - s);
            double gamma = Gamma.gamma(hurst + 0.5);
            double sum = 0;
            for (double x = FIRST; x < LAST; x += STEP) {
                double e = StrictMath.exp(-Math.PI * StrictMath.sinh(x));
                double v = end / (1 + e);
                double slope = end * Math.PI * StrictMath.cosh(x) * e / ((1 + e) * (1 + e));
                if (v > 0 && slope > 0) {
                    sum += response(v, gamma) * response(v + gap, gamma) * slope;
                }
            }
            return sum * STEP;
        }
    }

    /**
     * A sum of Ornstein–Uhlenbeck processes with one Brownian motion, k(u) = Σ weight e^{−rate u}.
     *
     * @param rates positive, or 0 for Brownian motion itself
     * @param weights as many
     */
    record Markov(Doubles rates, Doubles weights) implements ProcessKernel {
        private static final double APART = 1e-3;
        private static final double SMALL = 1e-3;

        /** Checks the lengths. */
        public Markov {
            check(
                    rates.size() == weights.size() && rates.size() > 0,
                    "weights must be as many as rates, got ",
                    weights.size());
        }

        /** dX = −θX dt + dW. */
        public static Markov brownian(double theta) {
            return new Markov(Doubles.of(theta), Doubles.of(1));
        }

        /** A geometric grid of rates around 1. */
        public static double[] grid(int terms, double ratio) {
            double[] rates = new double[terms];
            for (int k = 0; k < terms; k++) {
                rates[k] = StrictMath.pow(ratio, k - (terms - 1) / 2.0);
            }
            return rates;
        }

        /**
         * Fractional Brownian motion with the weights ω = A⁻¹b of least mean square error up to tEnd: A_ij = (T − (1 − e^{−gT})/g)/g, g = γ_i + γ_j,
         * b_i = γ^{−a}(T P(a, γT) − (a/γ) P(a + 1, γT)), a = H + ½, P the incomplete gamma function.
         *
         * @throws IllegalArgumentException if rates lie so close that A is no longer positive definite in double precision
         */
        public static Markov fractional(double hurst, double tEnd, double... rates) {
            int n = rates.length;
            double[] b = pull(hurst, tEnd, rates);
            Cholesky root = Cholesky.of(n, gram(tEnd, rates))
                    .orElseThrow(
                            () -> new IllegalArgumentException("terms must be fewer or ratio larger: the matrix of " + n
                                    + " rates is not positive definite in double precision"));
            double[] inverse = root.inverse();
            double[] weights = new double[n];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    weights[i] += inverse[i * n + k] * b[k];
                }
            }
            return new Markov(Doubles.of(rates), Doubles.of(weights));
        }

        private static double[] gram(double tEnd, double... rates) {
            int n = rates.length;
            double[] a = new double[n * n];
            for (int i = 0; i < n * n; i++) {
                double g = rates[i / n] + rates[i % n];
                double z = g * tEnd;
                a[i] = tEnd
                        * tEnd
                        * (z < SMALL
                                ? 0.5 - z / 6 + z * z / 24 - z * z * z / 120
                                : (z + StrictMath.expm1(-z)) / (z * z));
            }
            return a;
        }

        private static double[] pull(double hurst, double tEnd, double... rates) {
            double a = hurst + 0.5;
            double[] b = new double[rates.length];
            for (int i = 0; i < b.length; i++) {
                double z = rates[i] * tEnd;
                b[i] = StrictMath.pow(rates[i], -a)
                        * (tEnd * Gamma.regularizedGammaP(a, z) - a / rates[i] * Gamma.regularizedGammaP(a + 1, z));
            }
            return b;
        }

        /** ∫ E(B − this)² dt over ∫ E B² dt = T^{2H+1}/(2H(2H + 1)Γ(a)²) up to tEnd. */
        public double relativeError(double hurst, double tEnd) {
            double[] w = weights.toArray();
            double[] a = gram(tEnd, rates.toArray());
            double[] b = pull(hurst, tEnd, rates.toArray());
            double gamma = Gamma.gamma(hurst + 0.5);
            double whole = StrictMath.pow(tEnd, 2 * hurst + 1) / (2 * hurst * (2 * hurst + 1) * gamma * gamma);
            double error = whole;
            for (int i = 0; i < w.length; i++) {
                error -= 2 * w[i] * b[i];
                for (int k = 0; k < w.length; k++) {
                    error += w[i] * a[i * w.length + k] * w[k];
                }
            }
            return error / whole;
        }

        /** dX = −θX dt + d(this): one rate more, or two where θ is a rate (both are then set apart by 1e-3, to an error of 1e-7). */
        public Markov returning(double theta) {
            if (theta == 0) {
                return this;
            }
            int n = rates.size();
            double[] rate = new double[2 * n + 1];
            double[] weight = new double[2 * n + 1];
            int used = n + 1;
            rate[n] = theta;
            for (int k = 0; k < n; k++) {
                boolean close = Math.abs(rates.get(k) - theta) < APART * theta;
                double middle = (rates.get(k) + theta) / 2;
                double own = close ? middle * (1 - APART) : rates.get(k);
                double other = close ? middle * (1 + APART) : theta;
                int place = close ? used++ : n;
                rate[k] = own;
                rate[place] = other;
                weight[k] = weights.get(k) * own / (own - other);
                weight[place] -= weights.get(k) * other / (own - other);
            }
            return new Markov(Doubles.of(Arrays.copyOf(rate, used)), Doubles.of(Arrays.copyOf(weight, used)));
        }

        @Override
        public double at(double s, double t) {
            double end = Math.min(s, t);
            double gap = Math.abs(t - s);
            double sum = 0;
            for (int i = 0; i < rates.size(); i++) {
                double far = weights.get(i) * StrictMath.exp(-rates.get(i) * gap);
                for (int k = 0; k < rates.size(); k++) {
                    sum += far * weights.get(k) * integral(rates.get(i) + rates.get(k), end);
                }
            }
            return sum;
        }

        /** ∫ e^{−gv} dv from 0 to end. */
        public static double integral(double g, double end) {
            return g == 0 ? end : -StrictMath.expm1(-g * end) / g;
        }
    }

    /**
     * A power spectrum of Gaussian lines, Σ w cos(2πμd) e^{−(2πs)²d²/2} with d = s − t.
     *
     * @param frequencies μ, at least 0, in periods a unit
     * @param weights w, at least 0
     * @param width s, their standard deviation
     */
    record Lines(Doubles frequencies, Doubles weights, double width) implements ProcessKernel {
        /** Checks the lengths. */
        public Lines {
            check(frequencies.size() == weights.size(), "weights must be as many as frequencies, got ", weights.size());
            check(width >= 0 && width < Double.POSITIVE_INFINITY, "width must be at least 0, got ", width);
        }

        @Override
        public double at(double s, double t) {
            return at(s, 0, t, 0);
        }

        @Override
        public double at(double s, int first, double t, int second) {
            double sum = 0;
            for (int q = 0; q < weights.size(); q++) {
                sum += weights.get(q) == 0
                        ? 0
                        : weights.get(q) * line(frequencies.get(q), width, s - t, first + second);
            }
            return sum;
        }

        /**
         * The derivative of order 0, 2 or 4 of cos(2πμd) e^{−(2πs)²d²/2}, the real part of a polynomial of p = 2πiμ − (2πs)²d times e^{…}.
         *
         * @throws IllegalArgumentException for another order
         */
        public static double line(double frequency, double width, double d, int order) {
            check(order == 0 || order == 2 || order == 4, "order must be 0, 2 or 4, got ", order);
            double w = 2 * Math.PI * frequency;
            double v = 4 * Math.PI * Math.PI * width * width;
            double real = 1;
            double imaginary = 0;
            if (order > 0) {
                real = v * d * v * d - w * w;
                imaginary = -2 * w * v * d;
            }
            if (order == 2) {
                real -= v;
            } else if (order == 4) {
                double square = real * real - imaginary * imaginary - 6 * v * real + 3 * v * v;
                imaginary = 2 * real * imaginary - 6 * v * imaginary;
                real = square;
            }
            return StrictMath.exp(-v * d * d / 2) * (real * StrictMath.cos(w * d) - imaginary * StrictMath.sin(w * d));
        }
    }

    private static void check(boolean holds, String message, double got) {
        if (!holds) {
            throw new IllegalArgumentException(message + Numbers.format(got));
        }
    }
}
