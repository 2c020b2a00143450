package org.noisebook.papers.fermi;

/**
 * The density of momentum above the injection for D = x², n ∝ z^k e^{−z} U(k − 2 − a, 2k − a, z), z = bx, with Kummer's U.
 *
 * <p>k is the larger root of k² − (1 + a)k − (2 + a + 1/τ) = 0; without losses n is the power of the smaller root. U is an integral
 * over t, by parts, by the trapezium rule in log t, which is accurate to 1e-12 here.
 */
final class MomentumLaw {
    private static final double STEP = 0.05;
    private static final double LARGEST = 700;

    private final double a;
    private final double b;
    private final double k;

    MomentumLaw(double gain, double loss, double tau) {
        a = gain;
        b = loss;
        k = root(gain, tau, 1);
    }

    private static double root(double a, double tau, int sign) {
        return (1 + a + sign * Math.sqrt((1 + a) * (1 + a) + 4 * (2 + a + 1 / tau))) / 2;
    }

    /** The exponent of n without losses, above the injection. */
    static double slope(double a, double tau) {
        return root(a, tau, -1);
    }

    /** n at x, up to a constant factor. */
    double at(double x) {
        double z = b * x;
        double alpha = k - 2 - a;
        double sum = 0;
        for (double y = -40; y < 20; y += STEP) {
            double t = StrictMath.exp(y);
            if (z * t > LARGEST) {
                break;
            }
            sum += StrictMath.exp((alpha + 1) * y - z * t + k * StrictMath.log1p(t)) * (z * (1 + t) - k - 1);
        }
        return StrictMath.exp(k * StrictMath.log(z) - z) * sum * STEP;
    }

    /** The position of the maximum above the injection by a grid in log x, refined by a parabola; 0 if there is none. */
    double bump() {
        double ratio = 1.01;
        double before = at(0.05 / b);
        double here = at(0.05 / b * ratio);
        for (double x = 0.05 / b * ratio; x < 20 * (2 + a) / b; x *= ratio) {
            double after = at(x * ratio);
            if (here > before && here >= after) {
                return x * StrictMath.exp(peak(before, here, after) * StrictMath.log(ratio));
            }
            before = here;
            here = after;
        }
        return 0;
    }

    /** Where, in steps from the middle of three equally spaced values, their parabola in logarithms peaks. */
    static double peak(double before, double here, double after) {
        double left = StrictMath.log(here / before);
        double right = StrictMath.log(here / after);
        return (left - right) / (2 * (left + right));
    }
}
