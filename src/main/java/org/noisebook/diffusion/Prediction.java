package org.noisebook.diffusion;

import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * The quantity that a field of a diffusion predicts at (τ, x); each is p(τ) x + q(τ) s with the score s, so any of them
 * gives the others.
 *
 * <p><b>Source</b>: Song et al. 2021 (arXiv 2011.13456); Ho, Jain and Abbeel 2020 (arXiv 2006.11239) for the noise;
 * Tweedie's formula (Efron 2011, doi:10.1198/jasa.2011.tm11181) for the denoiser. <b>Special cases</b>: where V = 0 the
 * score determines all others, but they do not determine the score. <b>Error</b>: a score made from a denoiser loses
 * digits as V → 0: about 10⁻¹⁶ |x|/V. <b>Cost</b>: one evaluation of the field that is converted.
 */
public enum Prediction {
    /** The score s = ∇ log p_τ. */
    SCORE {
        @Override
        double own(Diffusion diffusion, double tau) {
            return 0;
        }

        @Override
        double factor(Diffusion diffusion, double tau) {
            return 1;
        }
    },
    /** The mean of the noise, E[z | x_τ = x] = −√V s. */
    NOISE {
        @Override
        double own(Diffusion diffusion, double tau) {
            return 0;
        }

        @Override
        double factor(Diffusion diffusion, double tau) {
            return -diffusion.stdDev(tau);
        }
    },
    /** The denoiser, or mean of the data, E[x_0 | x_τ = x] = (x + V s)/a. */
    DENOISER {
        @Override
        double own(Diffusion diffusion, double tau) {
            diffusion.mustHaveSignal(tau);
            return 1 / diffusion.meanCoefficient(tau);
        }

        @Override
        double factor(Diffusion diffusion, double tau) {
            return diffusion.variance(tau) / diffusion.meanCoefficient(tau);
        }
    },
    /** The velocity of the probability flow, f x − g² s/2 = E[dx_τ/dτ | x_τ = x]. */
    VELOCITY {
        @Override
        double own(Diffusion diffusion, double tau) {
            return diffusion.driftCoefficient(tau);
        }

        @Override
        double factor(Diffusion diffusion, double tau) {
            return -diffusion.noiseRate(tau) / 2;
        }
    };

    /** The coefficient p(τ). */
    abstract double own(Diffusion diffusion, double tau);

    /** The coefficient q(τ). */
    abstract double factor(Diffusion diffusion, double tau);

    /** Converts a field of this prediction into another prediction. */
    public Field to(Prediction other, Diffusion diffusion, Field field) {
        return other == this ? field : convert(other, diffusion, field);
    }

    /** Converts a field that predicts this quantity into a score. */
    public Score score(Diffusion diffusion, Field field) {
        return field instanceof Score score && this == SCORE ? score : convert(SCORE, diffusion, field);
    }

    /** Converts a field of this prediction into the velocity of the probability flow. */
    public VelocityField velocity(Diffusion diffusion, Field field) {
        return field instanceof VelocityField velocity && this == VELOCITY
                ? velocity
                : convert(VELOCITY, diffusion, field);
    }

    private ComposedField convert(Prediction other, Diffusion diffusion, Field field) {
        return new ComposedField(
                field,
                tau -> Math.fma(-ratio(other, diffusion, tau), own(diffusion, tau), other.own(diffusion, tau)),
                tau -> ratio(other, diffusion, tau));
    }

    private double ratio(Prediction other, Diffusion diffusion, double tau) {
        return other.factor(diffusion, tau) / factor(diffusion, tau);
    }
}
