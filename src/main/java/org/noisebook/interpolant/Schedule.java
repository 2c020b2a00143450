package org.noisebook.interpolant;

import org.noisebook.data.Check;

/**
 * The coefficients of x_t = α(t) x_0 + β(t) x_1 + γ(t) z and their derivatives, t in [0, 1].
 *
 * <p>γ̇ itself is never needed, since it diverges at the ends for γ = √(a t (1 − t)), whereas γγ̇ = (γ²)˙/2 stays
 * finite. So does αα̇ where α̇ diverges, as at t = 1 for α = √(1 − t²).
 *
 * <p>{@link PathSchedule} is the family used in configs.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 4.
 */
public interface Schedule {
    /** α(t). */
    double alpha(double t);

    /** β(t). */
    double beta(double t);

    /** γ(t)². */
    double gammaSquared(double t);

    /** α̇(t); may be infinite where α vanishes. */
    double alphaDot(double t);

    /** β̇(t). */
    double betaDot(double t);

    /** γ(t) γ̇(t), finite at both ends. */
    double gammaGammaDot(double t);

    /** α(t) α̇(t), finite at both ends; must be overridden if α̇ is not finite. */
    default double alphaAlphaDot(double t) {
        return alpha(t) * alphaDot(t);
    }

    /** Standard deviation γ(t) of the noise at time t, the root of {@link #gammaSquared}. */
    default double gamma(double t) {
        return Math.sqrt(gammaSquared(t));
    }

    /** Times strictly inside (0, 1) at which a derivative jumps and where steps and integrals should be split. */
    default double[] breaks() {
        return new double[0];
    }

    /**
     * A time as used by the fields of this package: rounding errors outside [0, 1] are clamped.
     *
     * @throws IllegalArgumentException if t is further outside or not a number
     */
    static double checkTime(double t) {
        double slack = 0x1p-40;
        if (!(t >= -slack && t <= 1 + slack)) {
            Check.inRange("t", t, 0, 1);
        }
        return Math.min(1, Math.max(0, t));
    }
}
