package org.noisebook.papers.slepian;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.noisebook.papers.slepian.SlepianIntervals.Config;
import org.noisebook.rng.Stream;

/**
 * The law of the intervals between zeros under independence, from E₀(t) = −r′(t)/(√(−r″(0)) √(1 − r(t)²)).
 *
 * <p>An interval is a sum of G draws from the density −E₀′, G geometric with parameter ½; its transform is
 * (1 − sL)/(1 + sL), L that of E₀. Its mean is π/√(−r″(0)), and its tail decays with θ, 1 = θ ∫ E₀ e^{θt} dt. Where r is not monotone, the
 * density may be negative: then there are no such intervals.
 */
final class IntervalLaw {
    private static final double NEAR = 1e-4;
    private static final int HALVINGS = 100;
    private static final GaussIntegrator PANEL = new GaussIntegratorFactory().legendre(16, 0, 1);

    private final Config c;
    private final double curvature;

    IntervalLaw(Config c) {
        this.c = c;
        double d = c.dimension();
        curvature = switch (c.covariance()) {
            case DIFFUSION -> d / 8;
            case ACCELERATION -> 0.75;
            case OSCILLATING -> 1 + c.frequency() * c.frequency();
        };
    }

    /** r(t). */
    double covariance(double t) {
        double y = StrictMath.exp(-t / 2);
        return switch (c.covariance()) {
            case DIFFUSION -> StrictMath.exp(-c.dimension() / 2 * logCosh(t));
            case ACCELERATION -> 1.5 * y - 0.5 * y * y * y;
            case OSCILLATING -> StrictMath.exp(-t * t / 2) * StrictMath.cos(c.frequency() * t);
        };
    }

    /** log cosh(t/2) = log(1 + 2 sinh²(t/4)), without cancellation at small t. */
    private static double logCosh(double t) {
        if (t > 80) {
            return t / 2 - StrictMath.log(2);
        }
        double sinh = StrictMath.sinh(t / 4);
        return StrictMath.log1p(2 * sinh * sinh);
    }

    /** E₀(t), from 1 at t = 0. */
    double expected(double t) {
        if (t < 1e-7) {
            return 1;
        }
        double r = covariance(t);
        double y = StrictMath.exp(-t / 2);
        double omega = c.frequency();
        double slope;
        double below;
        switch (c.covariance()) {
            case DIFFUSION -> {
                slope = c.dimension() / 4 * StrictMath.tanh(t / 2) * r;
                below = -StrictMath.expm1(-c.dimension() / 2 * logCosh(t));
            }
            case ACCELERATION -> {
                double off = -StrictMath.expm1(-t / 2);
                slope = 0.75 * y * -StrictMath.expm1(-t);
                below = off * off * (2 + y) / 2;
            }
            default -> {
                double bell = StrictMath.exp(-t * t / 2);
                double half = StrictMath.sin(omega * t / 2);
                slope = bell * (t * StrictMath.cos(omega * t) + omega * StrictMath.sin(omega * t));
                below = -StrictMath.expm1(-t * t / 2) + 2 * bell * half * half;
            }
        }
        return slope / Math.sqrt(curvature * below * (1 + r));
    }

    /** Rice's mean interval π/√(−r″(0)). */
    double rice() {
        return Math.PI / Math.sqrt(curvature);
    }

    /** The rate at which E₀ decays; 4 for a Gaussian tail. */
    private double decay() {
        return switch (c.covariance()) {
            case DIFFUSION -> c.dimension() / 4;
            case ACCELERATION -> 0.5;
            case OSCILLATING -> 4;
        };
    }

    private double integral(DoubleUnaryOperator f) {
        double width = 0.5 / Math.sqrt(curvature);
        double sum = 0;
        int panels = (int) Math.ceil(90 / decay() / width);
        for (int k = 0; k < panels; k++) {
            double from = k * width;
            sum += width * PANEL.integrate(x -> f.applyAsDouble(from + width * x));
        }
        return sum;
    }

    /** The mean interval 2 ∫ E₀. */
    double mean() {
        return 2 * integral(this::expected);
    }

    /** The persistency exponent θ; NaN where 1 = θ ∫ E₀ e^{θt} dt has no root below the decay of E₀. */
    double theta() {
        double low = 0;
        double high = 0.98 * decay();
        if (excess(high) < 0) {
            return Double.NaN;
        }
        while (high - low > 1e-13 * high) {
            double middle = (low + high) / 2;
            if (excess(middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private double excess(double theta) {
        return theta * integral(t -> expected(t) * StrictMath.exp(theta * t)) - 1;
    }

    /** −E₀′(t). */
    private double part(double t) {
        return t < NEAR
                ? (3 * expected(t) - 4 * expected(t + NEAR) + expected(t + 2 * NEAR)) / (2 * NEAR)
                : (expected(t - NEAR) - expected(t + NEAR)) / (2 * NEAR);
    }

    /**
     * The density f of an interval at 0, h, 2h, …, from f = ½ x + ½ x ∗ f, x = −E₀′, by the trapezium rule; error of order h².
     */
    double[] density(double h, int count) {
        double[] x = new double[count];
        double[] f = new double[count];
        for (int k = 0; k < count; k++) {
            x[k] = part(k * h);
        }
        f[0] = x[0] / 2;
        for (int k = 1; k < count; k++) {
            double sum = (x[k] * f[0]) / 2;
            for (int j = 1; j < k; j++) {
                sum += x[k - j] * f[j];
            }
            f[k] = (x[k] / 2 + h / 2 * sum) / (1 - h * x[0] / 4);
        }
        return f;
    }

    /** An interval: a geometric sum of draws with E₀(X) uniform; only for E₀ that falls. */
    double sample(Stream stream) {
        double sum = 0;
        do {
            double level = stream.nextPositive();
            double high = 1;
            while (expected(high) > level) {
                high *= 2;
            }
            double low = 0;
            for (int k = 0; k < HALVINGS && high - low > 1e-12 * high; k++) {
                double middle = (low + high) / 2;
                if (expected(middle) > level) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            sum += (low + high) / 2;
        } while (stream.nextDouble() < 0.5);
        return sum;
    }
}
