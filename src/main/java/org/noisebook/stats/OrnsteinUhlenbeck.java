package org.noisebook.stats;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Stream;

/**
 * An Ornstein–Uhlenbeck process dx = −λ(x − m) dt + s dW, observed at equal distances Δ, whose rate and noise may drift.
 *
 * <p>log λ and log s change linearly from the first interval to the last and are constant within an interval, so that steps are
 * exact: x' − m' = a(x − m) + √v z with a = e^{−λΔ}, v = s²(1 − a²)/(2λ) (Gillespie 1996,
 * doi:10.1103/PhysRevE.54.2084). The mean m is a polynomial of time. A fit maximises the likelihood of all values given the first by
 * Fisher scoring. The test of slowing is the signed root of the likelihood ratio between a drifting and a constant rate (compare Boettiger
 * and Hastings 2012, doi:10.1098/rsif.2012.0125); noise that drifts in both leaves it standard normal without slowing.
 *
 * <p><b>Units</b>: λ per time, s² per time. <b>Error</b>: the level of the test is asymptotic; measured 0.05 to 0.06 at nominal 0.05 for
 * 100 to 300 values. <b>Cost</b>: about 1 µs a value and fit.
 *
 * @param spacing Δ, positive
 * @param rateFirst λ of the first interval, positive
 * @param rateLast λ of the last interval, positive
 * @param noiseFirst s of the first interval, positive
 * @param noiseLast s of the last interval, positive
 */
public record OrnsteinUhlenbeck(
        double spacing, double rateFirst, double rateLast, double noiseFirst, double noiseLast) {
    /** Largest and smallest λΔ of a fit: beyond them the data are white noise or a random walk. */
    private static final double FASTEST = 12;

    private static final double SLOWEST = 1e-5;
    private static final int MOST_STEPS = 60;
    private static final double ENOUGH = 1e-7;
    private static final double SMALL = 1e-3;
    private static final int SHORTEST = 8;

    /** Rejects numbers that are not positive and finite. */
    public OrnsteinUhlenbeck {
        for (double value : new double[] {spacing, rateFirst, rateLast, noiseFirst, noiseLast}) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("spacing, rates and noises must be in (0, inf), got " + value);
            }
        }
    }

    /** The rate at a fraction of the way from the first to the last interval. */
    public double rate(double u) {
        return rateFirst * StrictMath.pow(rateLast / rateFirst, u);
    }

    /** The noise at a fraction of the way from the first to the last interval. */
    public double noise(double u) {
        return noiseFirst * StrictMath.pow(noiseLast / noiseFirst, u);
    }

    /** a and v of interval k of n values. */
    private double[] step(int k, int n) {
        double u = n < 3 ? 0 : k / (n - 2.0);
        double a = StrictMath.exp(-rate(u) * spacing);
        double noise = noise(u);
        return new double[] {a, -noise * noise * StrictMath.expm1(-2 * rate(u) * spacing) / (2 * rate(u))};
    }

    /** The variance of each of n values about the mean, the first from the stationary law. */
    public double[] variances(int n) {
        double[] variance = new double[n];
        variance[0] = noiseFirst * noiseFirst / (2 * rateFirst);
        for (int k = 1; k < n; k++) {
            double[] step = step(k - 1, n);
            variance[k] = step[0] * step[0] * variance[k - 1] + step[1];
        }
        return variance;
    }

    /** A series of n values about 0, the first from the stationary law. */
    public double[] sample(int n, Stream stream) {
        double[] x = new double[n];
        x[0] = noiseFirst / Math.sqrt(2 * rateFirst) * stream.nextGaussian();
        for (int k = 1; k < n; k++) {
            double[] step = step(k - 1, n);
            x[k] = step[0] * x[k - 1] + Math.sqrt(step[1]) * stream.nextGaussian();
        }
        return x;
    }

    /** The log-likelihood of a series about 0 given its first value. */
    public double logLikelihood(double... x) {
        return new Fit(x, spacing, -1, true, true).at(parameters()).value;
    }

    private double[] parameters() {
        return new double[] {
            StrictMath.log(rateFirst), StrictMath.log(rateLast), StrictMath.log(noiseFirst), StrictMath.log(noiseLast)
        };
    }

    /**
     * The process of largest likelihood.
     *
     * @param x at least {@value #SHORTEST} numbers that are not all equal, with a mean that is a polynomial of time
     * @param degree of that polynomial, −1 for a mean of 0
     * @param rateDrifts whether λ may drift
     * @param noiseDrifts whether s may drift
     */
    public static OrnsteinUhlenbeck fit(
            double[] x, double spacing, int degree, boolean rateDrifts, boolean noiseDrifts) {
        Fit fit = new Fit(x, spacing, degree, rateDrifts, noiseDrifts);
        return fit.process(fit.best(fit.start()));
    }

    /**
     * The signed root of twice the log likelihood ratio of a drifting over a constant rate, positive if the rate falls.
     *
     * @param noiseDrifts whether the noise may drift in both; if not, growing noise is mistaken for slowing
     */
    public static double slowing(double[] x, double spacing, int degree, boolean noiseDrifts) {
        Fit constant = new Fit(x, spacing, degree, false, noiseDrifts);
        Fit drifting = new Fit(x, spacing, degree, true, noiseDrifts);
        double[] null0 = constant.best(constant.start());
        double[] start = new double[null0.length + 1];
        start[0] = null0[0];
        System.arraycopy(null0, 0, start, 1, null0.length);
        double[] best = drifting.best(start);
        double gain = Math.max(0, drifting.at(best).value - constant.at(null0).value);
        return Math.copySign(Math.sqrt(2 * gain), best[0] - best[1]);
    }

    /**
     * The p of {@link #slowing} with noise that may drift, from series of the fitted process with a constant rate.
     *
     * <p><b>Error</b>: level 0.05 is 0.02 to 0.07 for 60 to 150 values, also where neighbours correlate by 0.9.
     */
    public static double slowingP(double[] x, int degree, int draws, Stream stream) {
        OrnsteinUhlenbeck constant = fit(x, 1, degree, false, true);
        double observed = slowing(x, 1, degree, true);
        int above = 0;
        for (int b = 0; b < draws; b++) {
            above += slowing(constant.sample(x.length, stream), 1, degree, true) >= observed ? 1 : 0;
        }
        return (1.0 + above) / (draws + 1);
    }

    /** The log-likelihood with its gradient and Fisher information. */
    private record Point(double value, double[] gradient, double[] information) {}

    /** The likelihood of a series as a function of log λ, log s (one number each, or two if it drifts) and the mean. */
    private static final class Fit {
        private final double[] x;
        private final double spacing;
        private final int rates;
        private final int noises;
        private final int means;
        private final double scale;
        private final double[][] basis;

        Fit(double[] x, double spacing, int degree, boolean rateDrifts, boolean noiseDrifts) {
            double mean = degree < 0 ? 0 : Estimate.mean(x);
            double square = Arrays.stream(x)
                            .map(value -> (value - mean) * (value - mean))
                            .sum()
                    / x.length;
            if (!(square > 0 && square < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("x must hold finite numbers that are not all equal");
            }
            scale = degree < 0 ? 1 : Math.sqrt(square);
            this.x = Arrays.stream(x).map(value -> (value - mean) / scale).toArray();
            this.spacing = spacing;
            rates = rateDrifts ? 2 : 1;
            noises = noiseDrifts ? 2 : 1;
            means = degree + 1;
            basis = new double[means][x.length];
            for (int k = 0; k < x.length; k++) {
                double u = x.length < 2 ? 0 : 2.0 * k / (x.length - 1) - 1;
                double power = 1;
                for (int j = 0; j < means; j++) {
                    basis[j][k] = power;
                    power *= u;
                }
            }
        }

        double[] start() {
            if (x.length < SHORTEST) {
                throw new IllegalArgumentException("x must have at least " + SHORTEST + " numbers, got " + x.length);
            }
            double product = 0;
            double square = 0;
            for (int k = 1; k < x.length; k++) {
                product += x[k - 1] * x[k];
                square += x[k - 1] * x[k - 1];
            }
            double spread = square / x.length;
            double a = Math.max(0.02, Math.min(0.98, product / square));
            double[] start = new double[rates + noises + means];
            double rate = -StrictMath.log(a) / spacing;
            Arrays.fill(start, 0, rates, StrictMath.log(rate));
            Arrays.fill(start, rates, rates + noises, StrictMath.log(Math.sqrt(2 * rate * spread)));
            return start;
        }

        OrnsteinUhlenbeck process(double... p) {
            return new OrnsteinUhlenbeck(
                    spacing,
                    StrictMath.exp(p[0]),
                    StrictMath.exp(p[rates - 1]),
                    scale * StrictMath.exp(p[rates]),
                    scale * StrictMath.exp(p[rates + noises - 1]));
        }

        Point at(double... p) {
            int count = p.length;
            double value = 0;
            double[] gradient = new double[count];
            double[] information = new double[count * count];
            double[] mean = new double[count];
            double[] spread = new double[count];
            int n = x.length;
            double steps = Math.max(1, n - 2);
            double rate = StrictMath.exp(p[0]);
            double faster = StrictMath.exp((p[rates - 1] - p[0]) / steps);
            double power = StrictMath.exp(2 * p[rates]);
            double stronger = StrictMath.exp(2 * (p[rates + noises - 1] - p[rates]) / steps);
            double a = StrictMath.exp(-rate * spacing);
            double product = 1;
            for (int k = 0; k < n - 1; k++) {
                double u = k / steps;
                if (k > 0) {
                    rate *= faster;
                    power *= stronger;
                    a = rates == 2 ? StrictMath.exp(-rate * spacing) : a;
                }
                double decay = rate * spacing;
                double v = decay < SMALL
                        ? -power * StrictMath.expm1(-2 * decay) / (2 * rate)
                        : power * (1 - a * a) / (2 * rate);
                double before = x[k];
                double after = x[k + 1];
                for (int j = 0; j < means; j++) {
                    double m = p[rates + noises + j];
                    before -= m * basis[j][k];
                    after -= m * basis[j][k + 1];
                    mean[rates + noises + j] = basis[j][k + 1] - a * basis[j][k];
                }
                double byRate = power * spacing * a * a / v - 1;
                split(mean, 0, rates, u, -decay * a * before);
                split(spread, 0, rates, u, byRate);
                split(spread, rates, noises, u, 2);
                double r = after - a * before;
                double z = r * r / v;
                value -= 0.5 * z;
                // The logarithm of a product costs one logarithm in sixteen.
                product *= 2 * Math.PI * v;
                if (k % 16 == 15 || k == n - 2) {
                    value -= 0.5 * StrictMath.log(product);
                    product = 1;
                }
                for (int i = 0; i < count; i++) {
                    double m = mean[i] / v;
                    double w = 0.5 * spread[i];
                    gradient[i] += m * r + w * (z - 1);
                    for (int j = 0; j <= i; j++) {
                        information[i * count + j] += m * mean[j] + w * spread[j];
                    }
                }
            }
            return new Point(value, gradient, information);
        }

        private static void split(double[] into, int at, int count, double u, double slope) {
            into[at] = count == 1 ? slope : (1 - u) * slope;
            if (count == 2) {
                into[at + 1] = u * slope;
            }
        }

        /** Scoring, damped where a step would lower the likelihood. */
        double[] best(double... start) {
            int count = start.length;
            double[] p = start.clone();
            Point now = at(p);
            double damping = 1e-3;
            for (int step = 0; step < MOST_STEPS && damping < 1e9; step++) {
                double[] matrix = now.information.clone();
                for (int i = 0; i < count; i++) {
                    matrix[i * count + i] = matrix[i * count + i] * (1 + damping) + damping;
                }
                Optional<Cholesky> root = Cholesky.of(count, matrix);
                if (root.isEmpty()) {
                    damping *= 10;
                    continue;
                }
                double[] inverse = root.get().inverse();
                double[] next = p.clone();
                for (int i = 0; i < count; i++) {
                    for (int j = 0; j < count; j++) {
                        next[i] += inverse[i * count + j] * now.gradient[j];
                    }
                    if (i < rates) {
                        next[i] = Math.max(
                                StrictMath.log(SLOWEST / spacing),
                                Math.min(StrictMath.log(FASTEST / spacing), next[i]));
                    }
                }
                Point there = at(next);
                if (there.value >= now.value) {
                    boolean done = there.value - now.value < ENOUGH;
                    p = next;
                    now = there;
                    damping = Math.max(1e-9, damping / 10);
                    if (done) {
                        break;
                    }
                } else {
                    damping *= 10;
                }
            }
            return p;
        }
    }
}
