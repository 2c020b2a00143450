package org.noisebook.field;

import org.noisebook.interpolant.Schedule;

/**
 * Coefficients of x_t and of the regression target at one time.
 *
 * @param oneSided whether the noise is x_0
 * @param alpha α, and so on
 * @param gammaDot γ̇, 0 where γ = 0
 */
record Regression(
        boolean oneSided, double alpha, double beta, double gamma, double alphaDot, double betaDot, double gammaDot) {

    static Regression at(Schedule schedule, boolean oneSided, double t) {
        double gamma = schedule.gamma(t);
        return new Regression(
                oneSided,
                schedule.alpha(t),
                schedule.beta(t),
                gamma,
                schedule.alphaDot(t),
                schedule.betaDot(t),
                gamma == 0 ? 0 : schedule.gammaGammaDot(t) / gamma);
    }

    /** The point x_t. */
    double place(double start, double end, double latent) {
        return alpha * start + beta * end + gamma * latent;
    }

    /** The regression target y. */
    double target(Objective objective, double start, double end, double latent) {
        return switch (objective) {
            case VELOCITY -> alphaDot * start + betaDot * end + gammaDot * latent;
            case INTERPOLANT_VELOCITY -> alphaDot * start + betaDot * end;
            case SCORE -> oneSided ? -start / alpha : -latent / gamma;
            case NOISE -> oneSided ? start : latent;
            case DENOISER -> end;
        };
    }
}
