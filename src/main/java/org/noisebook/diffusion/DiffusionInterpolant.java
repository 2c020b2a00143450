package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.field.LearnedField;
import org.noisebook.interpolant.Schedule;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * A diffusion viewed as a one-sided interpolant x_t = α(t) z + β(t) x_1 with another schedule: t and τ correspond if
 * α/β = √V/a, and then x_t = c x_τ with c = β/a.
 *
 * <p>Scores transform as s(t, x) = s(τ, x/c)/c. Forward in t, the reverse diffusion is dX = ((β̇/β) X + 2 ε s) dt +
 * √(2ε) dW with ε = α² β̇/β − α α̇ = ½ c² g² |dτ/dt|, and its probability flow is the interpolant's velocity b = (β̇/β)
 * x + ε s: drift b + ε s, so both have the same paths as in τ. In its own time ({@link Diffusion#schedule}, t = τ
 * running down, c = 1) ε = g²/2.
 *
 * <p>With α = √(1 − t²), β = t, any diffusion becomes VP with t = 1/√(1 + σ²): VP itself through t = a, VE through the
 * factor 1/√(1 + σ²). In this case ε = 1/t and b = (x + s)/t, so the stochastic equation is singular at t = 0; the
 * diffusion, which ends at σ(1), starts after that.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023, section 5 (arXiv 2303.08797); Karras, Aittala, Aila and
 * Laine 2022, section 2 (arXiv 2206.00364). <b>Range</b>: t in [{@link #start}, {@link #end}]. <b>Cost</b>: one
 * evaluation of the given field.
 *
 * @param diffusion the diffusion, in τ
 * @param schedule the schedule, in t, with γ = 0 and α/β strictly decreasing
 */
public record DiffusionInterpolant(Diffusion diffusion, Schedule schedule) {
    private static final double MIDDLE = 0.5;

    public DiffusionInterpolant {
        if (schedule.gammaSquared(MIDDLE) != 0) {
            throw new IllegalArgumentException("schedule must be one-sided with gamma = 0, got gamma(0.5)^2="
                    + Numbers.format(schedule.gammaSquared(MIDDLE)));
        }
    }

    /** The score of a diffusion by a field that learned one-sided paths. */
    public static Score score(Diffusion diffusion, LearnedField field) {
        return new DiffusionInterpolant(diffusion, field.config().schedule()).diffusionScore(field.score());
    }

    /** The t that corresponds to τ = 1, where sampling starts. */
    public double start() {
        return interpolantTime(1);
    }

    /** The t that corresponds to τ = 0, where sampling ends. */
    public double end() {
        return interpolantTime(0);
    }

    /** The τ that corresponds to t. */
    public double diffusionTime(double t) {
        return diffusion.timeOfSigma(schedule.alpha(t) / schedule.beta(t));
    }

    /** The t that corresponds to τ, by bisection to the last bit. */
    public double interpolantTime(double tau) {
        double a = diffusion.meanCoefficient(tau);
        double root = diffusion.stdDev(tau);
        double low = 0;
        double high = 1;
        while (true) {
            double t = (low + high) / 2;
            if (t == low || t == high) {
                return high;
            }
            if (schedule.alpha(t) * a > schedule.beta(t) * root) {
                low = t;
            } else {
                high = t;
            }
        }
    }

    /** The scale c(t) = β/a, with x_t = c x_τ. */
    public double scale(double t) {
        return schedule.beta(t) / diffusion.meanCoefficient(diffusionTime(t));
    }

    /** ε(t) = α² β̇/β − α α̇ of the reverse diffusion. */
    public double diffusion(double t) {
        double alpha = schedule.alpha(t);
        return Math.fma(alpha * alpha, growth(t), -schedule.alphaAlphaDot(t));
    }

    private double growth(double t) {
        return schedule.betaDot(t) / schedule.beta(t);
    }

    /** The score in t of a score in τ. */
    public Score score(Score ofDiffusion) {
        return new ComposedField(ofDiffusion, t -> 0, t -> 1 / scale(t), this::diffusionTime, t -> 1 / scale(t));
    }

    /** The score in τ of a score in t. */
    public Score diffusionScore(Score ofInterpolant) {
        return new ComposedField(
                ofInterpolant,
                tau -> 0,
                tau -> scale(interpolantTime(tau)),
                this::interpolantTime,
                tau -> scale(interpolantTime(tau)));
    }

    /** The velocity b(t, x) = (β̇/β) x + ε s of the probability flow forward in t, from the score in τ. */
    public VelocityField velocity(Score ofDiffusion) {
        return drift(ofDiffusion, 1);
    }

    /** The drift b + ε s of the reverse diffusion forward in t, from the score in τ; its noise rate is 2 ε. */
    public VelocityField forwardDrift(Score ofDiffusion) {
        return drift(ofDiffusion, 2);
    }

    private VelocityField drift(Score ofDiffusion, int scores) {
        return new ComposedField(
                ofDiffusion,
                this::growth,
                t -> scores * diffusion(t) / scale(t),
                this::diffusionTime,
                t -> 1 / scale(t));
    }
}
