package org.noisebook.interpolant;

/**
 * The coefficients of x_t = α(t) x_0 + β(t) x_1 + γ(t) z and their derivatives, t in [0, 1].
 *
 * <p>γ̇ itself is never asked for, since it diverges at the ends where γ = √(a t (1 − t)): γγ̇ = (γ²)˙/2 stays finite.
 */
public interface Schedule {
    /** α(t). */
    double alpha(double t);

    /** β(t). */
    double beta(double t);

    /** γ(t)². */
    double gammaSquared(double t);

    /** α̇(t). */
    double alphaDot(double t);

    /** β̇(t). */
    double betaDot(double t);

    /** γ(t) γ̇(t), finite at both ends. */
    double gammaGammaDot(double t);

    /** α(t) α̇(t), finite at both ends; to be overridden where α̇ is not. */
    default double alphaAlphaDot(double t) {
        return alpha(t) * alphaDot(t);
    }

    /** γ(t). */
    default double gamma(double t) {
        return Math.sqrt(gammaSquared(t));
    }

    /** Times strictly inside (0, 1) where a derivative jumps: where steps and integrals should be cut. */
    default double[] breaks() {
        return new double[0];
    }
}
