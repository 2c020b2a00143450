package org.noisebook.diffusion;

import org.noisebook.interpolant.Schedule;

/**
 * The schedule α = √V, β = a, γ = 0 in the time of a diffusion.
 *
 * @param diffusion the diffusion that gives a and V
 */
record DiffusionSchedule(Diffusion diffusion) implements Schedule {
    @Override
    public double alpha(double tau) {
        return diffusion.stdDev(tau);
    }

    @Override
    public double beta(double tau) {
        return diffusion.meanCoefficient(tau);
    }

    @Override
    public double gammaSquared(double tau) {
        return 0;
    }

    @Override
    public double alphaDot(double tau) {
        double root = diffusion.stdDev(tau);
        return Math.fma(diffusion.driftCoefficient(tau), root, diffusion.noiseRate(tau) / (2 * root));
    }

    @Override
    public double alphaAlphaDot(double tau) {
        return Math.fma(diffusion.driftCoefficient(tau), diffusion.variance(tau), diffusion.noiseRate(tau) / 2);
    }

    @Override
    public double betaDot(double tau) {
        return diffusion.driftCoefficient(tau) * diffusion.meanCoefficient(tau);
    }

    @Override
    public double gammaGammaDot(double tau) {
        return 0;
    }
}
