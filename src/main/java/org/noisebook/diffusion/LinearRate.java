package org.noisebook.diffusion;

import org.noisebook.experiment.Check;

/** The linear rate β(τ) = β_min + τ (β_max − β_min), its integral B and the inverse of B. */
final class LinearRate {
    private LinearRate() {}

    static void check(double betaMin, double betaMax) {
        Check.above("betaMin", betaMin, 0, 1000);
        Check.inRange("betaMax", betaMax, betaMin, 1000);
    }

    static double integral(double betaMin, double betaMax, double tau) {
        return tau * Math.fma(tau / 2, betaMax - betaMin, betaMin);
    }

    /** The root of the quadratic equation, without cancellation. */
    static double time(double betaMin, double betaMax, double integral) {
        return 2 * integral / (betaMin + Math.sqrt(Math.fma(2 * integral, betaMax - betaMin, betaMin * betaMin)));
    }
}
