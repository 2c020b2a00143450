package org.noisebook.sgd;

import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * Reduced quantities of a perceptron on data whose density vanishes as {@code |x_1|^chi} at the label boundary.
 *
 * <p>A point has label {@code y = sign(x_1)}, the other {@code dimension - 1} coordinates are standard normal, and
 * {@code |x_1|} has density {@code 2 c_chi x^chi exp(-x^2/2)} on {@code x >= 0}. With {@code w_1} the weight along the
 * label axis (the signal), {@code W = |w_perp|} the length of the rest (the noise), {@code lambda = w_1/W} and
 * {@code xi} standard normal, a point has {@code y F sqrt(d) = w_1 |x_1| + W xi} and is unfitted (its hinge
 * {@code max(0, kappa - y F)} is positive) when {@code xi < zeta},
 *
 * <pre>
 *   zeta = (kappa sqrt(d) - w_1 |x_1|) / W.
 *   n  = E[Phi(zeta)]                    fraction of unfitted points,          {@link #unfittedFraction}
 *   G1 = E[|x_1| Phi(zeta)]              dw_1/dt = G1/sqrt(d),                 {@link #signalDrift}
 *   Gp = E[phi(zeta)]                    dW/dt = -Gp/sqrt(d) + Ito term,       {@link #noiseDrift}
 *   S  = E[Phi(zeta) - zeta phi(zeta)]   E[xi^2; xi &lt; zeta], gradient variance
 *                                        along w_perp,                         {@link #noiseSpread}
 * </pre>
 *
 * <p>The methods of one argument give the limit of negligible margin, {@code kappa sqrt(d) / W -> 0}, in closed form;
 * {@link #reduced} keeps the margin and integrates over {@code |x_1|}.
 *
 * <p><b>Source.</b> Setting: A. Sclocchi, M. Geiger, M. Wyart, "Dissecting the Effects of SGD Noise in Distinct Regimes
 * of Deep Learning", ICML 2023, arXiv 2301.13703; A. Sclocchi, M. Wyart, "On the different regimes of stochastic
 * gradient descent", PNAS 121 (2024) e2316301121, arXiv 2309.10688. All formulas are derived here from that setting;
 * each method gives its derivation.
 *
 * <p><b>Shapes.</b> Scalars only.
 *
 * <p><b>Units or range.</b> {@code chi >= 0}, any finite real. {@code chi = 0} is Gaussian data; a larger {@code chi}
 * puts fewer points near the boundary.
 *
 * <p><b>Special cases.</b> One-argument methods: {@code NaN} gives {@code NaN}; {@code -lambda} gives the value of the
 * reflected problem, for example {@code n(-lambda) = 1 - n(lambda)}; infinities give the limit.
 *
 * <p><b>Error.</b> Closed forms: relative 1e-13 for {@code chi <= 30} and {@code 0 <= lambda <= 1e9}, tails included;
 * it grows as {@code 1e-16 chi ln(lambda)}. {@link #reduced}: relative 1e-13 (see there).
 *
 * <p><b>Cost.</b> Construction about 0.05 ms; closed forms under 0.5 microseconds; {@link #reduced} 3 to 10
 * microseconds. Instances are immutable and safe to share between threads.
 */
public final class PerceptronTheory {

    /** Value of the standard normal density at 0, {@code 1/sqrt(2 pi)}. */
    static final double NORMAL_PEAK = 0.398942280401432677939946;

    /**
     * Above this lambda the first term of the tail series is exact in double precision, with relative error lambda^-2.
     */
    private static final double TAIL_LAMBDA = 1e9;

    /** Largest argument for which the gamma function is used directly, which is more accurate than its logarithm. */
    private static final double GAMMA_LIMIT = 20.0;

    private final double chi;
    private final double densityConstant;
    private final double meanSignal;
    private final double errorPrefactor;
    private final PerceptronTheoryQuadrature quadrature;

    private PerceptronTheory(double chi) {
        this.chi = chi;
        this.densityConstant = 0.5 * StrictMath.exp(PerceptronTheoryQuadrature.logTwiceDensityConstant(chi));
        this.meanSignal = StrictMath.sqrt(2.0) * gammaRatio(0.5 * (chi + 1.0));
        this.errorPrefactor = NORMAL_PEAK * meanSignal / (chi + 1.0);
        this.quadrature = PerceptronTheoryQuadrature.of(chi);
    }

    /**
     * Averages over {@code |x_1|} at one pair of weights. Ranges hold up to round-off.
     *
     * @param unfittedFraction {@code n = E[Phi(zeta)]}, in [0, 1]
     * @param signalDrift {@code G1 = E[|x_1| Phi(zeta)]}, in [0, E|x_1|]
     * @param noiseDrift {@code Gp = E[phi(zeta)] = -E[xi; xi < zeta]}, in [0, 1/sqrt(2 pi)]
     * @param noiseSpread {@code S = E[Phi(zeta) - zeta phi(zeta)] = E[xi^2; xi < zeta]}, in [0, 1]
     */
    public record Reduced(double unfittedFraction, double signalDrift, double noiseDrift, double noiseSpread) {}

    /**
     * Theory for data with density exponent {@code chi} at the label boundary.
     *
     * @param chi density exponent, {@code >= 0} and finite
     * @throws IllegalArgumentException if {@code chi} is negative, infinite or {@code NaN}
     */
    public static PerceptronTheory of(double chi) {
        requireChi(chi);
        return new PerceptronTheory(chi);
    }

    static void requireChi(double chi) {
        if (!(chi >= 0.0)) {
            throw new IllegalArgumentException("chi must be >= 0, got " + chi);
        }
        if (Double.isInfinite(chi)) {
            throw new IllegalArgumentException("chi must be finite, got " + chi);
        }
    }

    /** Density exponent at the label boundary. */
    public double chi() {
        return chi;
    }

    /**
     * Constant of the density {@code rho(x_1) = c_chi |x_1|^chi exp(-x_1^2/2)} on the whole line.
     *
     * <p>{@code c_chi = 1/(2^((chi+1)/2) Gamma((chi+1)/2))}, from normalisation. Underflows above {@code chi} ~ 350.
     */
    public double densityConstant() {
        return densityConstant;
    }

    /** Mean distance to the label boundary, {@code E|x_1| = sqrt(2) Gamma((chi+2)/2)/Gamma((chi+1)/2)}. */
    public double meanSignal() {
        return meanSignal;
    }

    /**
     * Prefactor {@code n0} of the tail {@code n ~ n0 lambda^-(1+chi)}.
     *
     * <p>{@code n0 = 2 c_chi m_(chi+1)/(chi+1)}: for large lambda only {@code |x_1| ~ 1/lambda} counts, where the
     * density is {@code 2 c_chi x^chi}, and {@code integral of y^chi Phi(-y) dy = m_(chi+1)/(chi+1)} by parts. Equal to
     * {@code E|x_1|/((chi+1) sqrt(2 pi))}, the form used here.
     */
    public double errorPrefactor() {
        return errorPrefactor;
    }

    /**
     * Prefactor {@code A} of the tail {@code G1 ~ A lambda^-(2+chi)}.
     *
     * <p>{@code A = 2 c_chi m_(chi+2)/(chi+2)}, by the argument of {@link #errorPrefactor}. Since
     * {@code m_(k+2) = (k+1) m_k} and {@code 2 c_chi m_chi = 1/sqrt(2 pi)} it equals
     * {@code (chi+1)/((chi+2) sqrt(2 pi))}, the form used here.
     */
    public double driftPrefactor() {
        return NORMAL_PEAK * (chi + 1.0) / (chi + 2.0);
    }

    /**
     * Prefactor {@code c_perp} of the stationary noise {@code W = c_perp temperature sqrt(dimension)} when
     * {@code temperature >> kappa}, {@code lambda >> 1} and {@code dimension >> 1}.
     *
     * <p>Balance of {@code d(W^2)/dt = -2 W Gp/sqrt(d) + temperature n} gives {@code W = temperature sqrt(d) n/(2 Gp)},
     * and {@code n/Gp} tends to {@code n0 sqrt(2 pi)}; so {@code c_perp = n0 sqrt(pi/2) = E|x_1|/(2(chi+1))
     * = m_(chi+1)/(2(chi+1) m_chi)}.
     */
    public double noisePrefactor() {
        return 0.5 * meanSignal / (chi + 1.0);
    }

    /**
     * Fraction of unfitted points, and test error, at negligible margin.
     *
     * <p>{@code n(lambda) = Pr[xi < -lambda |x_1|]}. As {@code |x_1|^2} is chi-squared with {@code nu = chi + 1}
     * degrees of freedom, {@code xi sqrt(nu)/|x_1|} is Student-t, and
     *
     * <pre>
     *   n = Pr[t_nu > lambda sqrt(nu)] = (1/2) I_{1/(1+lambda^2)}(nu/2, 1/2)        lambda >= 0
     *   chi = 0: arctan(1/lambda)/pi          chi = 1: (1 - lambda/sqrt(1+lambda^2))/2
     * </pre>
     *
     * <p>with {@code I} the regularised incomplete beta function. The elementary forms are used where they exist, in an
     * order that does not subtract nearly equal numbers.
     *
     * @return {@code n} in [0, 1]; 1/2 at 0, 0 at +infinity, {@code NaN} at {@code NaN}
     */
    public double unfittedFraction(double lambda) {
        return studentTail(chi, lambda, errorPrefactor);
    }

    /**
     * Signal drift at negligible margin, {@code G1(lambda) = E[|x_1| Phi(-lambda |x_1|)] = E|x_1| n_(chi+1)(lambda)}.
     *
     * <p>A factor {@code |x_1|} turns the density of exponent {@code chi} into that of {@code chi + 1}, up to
     * {@code E|x_1|}.
     *
     * @return {@code G1} in [0, E|x_1|]; {@code NaN} at {@code NaN}
     */
    public double signalDrift(double lambda) {
        return meanSignal * studentTail(chi + 1.0, lambda, driftPrefactor() / meanSignal);
    }

    /**
     * Noise drift at negligible margin, {@code Gp(lambda) = E[phi(lambda |x_1|)] = (2 pi)^(-1/2)
     * (1+lambda^2)^(-(1+chi)/2)}, a Gaussian integral.
     *
     * @return {@code Gp} in [0, 1/sqrt(2 pi)], even in {@code lambda}; {@code NaN} at {@code NaN}
     */
    public double noiseDrift(double lambda) {
        return NORMAL_PEAK * StrictMath.pow(StrictMath.hypot(1.0, lambda), -(1.0 + chi));
    }

    /**
     * Gradient variance along {@code w_perp} at negligible margin.
     *
     * <p>With {@code zeta = -lambda |x_1|}, {@code -E[zeta phi(zeta)] = lambda E[|x_1| phi(lambda |x_1|)]}, a Gaussian
     * integral, so
     *
     * <pre>
     *   S(lambda) = n(lambda) + lambda E|x_1| (2 pi)^(-1/2) (1+lambda^2)^(-(2+chi)/2) = n - lambda dn/dlambda.
     * </pre>
     *
     * <p>The second term is positive for {@code lambda > 0}: {@code S} exceeds {@code n}, and {@code S -> (2+chi) n}
     * for large {@code lambda}.
     *
     * @return {@code S} in [0, 1]; 1/2 at 0, {@code NaN} at {@code NaN}
     */
    public double noiseSpread(double lambda) {
        if (Double.isInfinite(lambda)) {
            return lambda > 0.0 ? 0.0 : 1.0;
        }
        double root = StrictMath.hypot(1.0, lambda);
        if (lambda < 0.0) {
            return 1.0 - noiseSpread(-lambda);
        }
        return unfittedFraction(lambda)
                + NORMAL_PEAK * meanSignal * (lambda / root) * StrictMath.pow(root, -(1.0 + chi));
    }

    /**
     * The four averages with finite margin, by quadrature over {@code |x_1|}.
     *
     * <p>{@code zeta = (threshold - signal |x_1|)/noise}. The half line is divided into panels no longer than two
     * widths of the local Gaussian and no longer than their distance to 0; the first uses the Gauss-Jacobi rule of
     * weight {@code x^chi}, so that non-integer {@code chi} costs nothing extra, the others Gauss-Legendre.
     *
     * <p><b>Special cases.</b> {@code noise = 0} (gradient descent): {@code Phi} is a step, a point is unfitted when
     * {@code signal |x_1| < threshold}, then {@code n = P((chi+1)/2, r^2/2)}, {@code G1 = E|x_1| P((chi+2)/2, r^2/2)}
     * with {@code r = threshold/signal} and {@code P} the regularised incomplete gamma function, {@code Gp = 0}, {@code
     * S = n}. For {@code threshold > 1e7 noise} the same with {@code Gp = noise rho(r)/signal}, relative error 1e-12.
     * {@code signal = 0}: nothing to integrate. All three zero: {@code 0 < 0} is false, every point is fitted, all four
     * are 0. A negative {@code signal} is allowed.
     *
     * <p><b>Error.</b> Relative 1e-13 in each average for {@code chi <= 30}, for any ratio of the arguments (5e-15
     * observed against 30-digit quadrature); 1e-12 in {@code Gp} where the sharp form is used.
     *
     * <p><b>Cost.</b> 100 to 350 evaluations of three elementary functions, 3 to 10 microseconds.
     *
     * @param signal {@code w_1}, finite
     * @param noise {@code |w_perp| >= 0}, finite
     * @param threshold {@code kappa sqrt(dimension) >= 0}, finite
     * @throws IllegalArgumentException if an argument is out of range or {@code NaN}
     */
    public Reduced reduced(double signal, double noise, double threshold) {
        if (!Double.isFinite(signal)) {
            throw new IllegalArgumentException("signal must be finite, got " + signal);
        }
        requireNonNegative("noise", noise);
        requireNonNegative("threshold", threshold);
        return quadrature.reduced(signal, noise, threshold, meanSignal);
    }

    static void requireNonNegative(String name, double value) {
        if (!(value >= 0.0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be finite and >= 0, got " + value);
        }
    }

    static void requirePositive(String name, double value) {
        if (!(value > 0.0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be finite and > 0, got " + value);
        }
    }

    /** Pr[xi < -lambda |x_1|] for density exponent {@code exponent}; {@code tailPrefactor} is its n0. */
    private static double studentTail(double exponent, double lambda, double tailPrefactor) {
        if (Double.isNaN(lambda)) {
            return Double.NaN;
        }
        if (lambda < 0.0) {
            return 1.0 - studentTail(exponent, -lambda, tailPrefactor);
        }
        if (exponent == 0.0) {
            return StrictMath.atan2(1.0, lambda) / StrictMath.PI;
        }
        if (lambda > TAIL_LAMBDA) {
            return tailPrefactor * StrictMath.pow(lambda, -(1.0 + exponent));
        }
        if (exponent == 1.0) {
            double root = StrictMath.hypot(1.0, lambda);
            return 0.5 / (root * (root + lambda));
        }
        double a = 0.5 * (exponent + 1.0);
        double square = lambda * lambda;
        double x = 1.0 / (1.0 + square);
        // The library's continued fraction needs the smaller tail; 1 - x is formed without subtracting.
        if (x > (a + 1.0) / (a + 2.5)) {
            return 0.5 - 0.5 * Beta.regularizedBeta(square / (1.0 + square), 0.5, a);
        }
        return 0.5 * Beta.regularizedBeta(x, a, 0.5);
    }

    /** Gamma(x + 1/2)/Gamma(x). */
    private static double gammaRatio(double x) {
        if (x + 0.5 <= GAMMA_LIMIT) {
            return Gamma.gamma(x + 0.5) / Gamma.gamma(x);
        }
        return StrictMath.exp(Gamma.logGamma(x + 0.5) - Gamma.logGamma(x));
    }
}
