package org.noisebook.interpolant;

/**
 * α = 1 − t, β = t, γ² = a t (1 − t).
 *
 * @param a of γ
 */
public record StandardSchedule(double a) implements Schedule {
    @Override
    public double alpha(double t) {
        return 1 - t;
    }

    @Override
    public double beta(double t) {
        return t;
    }

    @Override
    public double gammaSquared(double t) {
        return a * t * (1 - t);
    }

    @Override
    public double alphaDot(double t) {
        return -1;
    }

    @Override
    public double betaDot(double t) {
        return 1;
    }

    @Override
    public double gammaGammaDot(double t) {
        return a * (0.5 - t);
    }
}
