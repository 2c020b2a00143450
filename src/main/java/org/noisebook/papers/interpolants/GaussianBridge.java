package org.noisebook.papers.interpolants;

import org.noisebook.data.Check;
import org.noisebook.interpolant.Schedule;

/**
 * The Schrödinger bridge between two Gaussians on the line: the drift u that minimises ∫ E u² dt subject to ∂ρ/∂t +
 * ∂(uρ)/∂x = ε ∂²ρ/∂x² with both ends given.
 *
 * <p>x_0 and x_1 have covariance c = √(C_0 C_1 + ε²) − ε; x_t has variance C = (1 − t)² C_0 + t² C_1 + 2t (1 − t)(c +
 * ε); u = ṁ + k (x − m), k = (Ċ/2 − ε)/C, which obeys k̇ = −k². It is the linear interpolant with that coupling and γ²
 * = 2ε t (1 − t), moved by b + ε s.
 *
 * <p><b>Source</b>: Bunne, Hsieh, Cuturi and Krause 2023 (arXiv 2202.05722), theorem 3, in one dimension; Albergo,
 * Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 3.4. <b>Special cases</b>: ε = 0 is optimal transport.
 * <b>Error</b>: rounding; for ε far above √(C_0 C_1), c loses digits. <b>Cost</b>: negligible.
 *
 * @param startMean m_0
 * @param startVariance C_0, positive
 * @param endMean m_1
 * @param endVariance C_1, positive
 * @param diffusion ε, at least 0
 */
public record GaussianBridge(
        double startMean, double startVariance, double endMean, double endVariance, double diffusion) {
    private static final int PARTS = 1000;

    public GaussianBridge {
        Check.inRange("startMean", startMean, -Double.MAX_VALUE, Double.MAX_VALUE);
        Check.inRange("endMean", endMean, -Double.MAX_VALUE, Double.MAX_VALUE);
        Check.above("startVariance", startVariance, 0, Double.MAX_VALUE);
        Check.above("endVariance", endVariance, 0, Double.MAX_VALUE);
        Check.inRange("diffusion", diffusion, 0, Double.MAX_VALUE);
    }

    /** The covariance c = Cov(x_0, x_1). */
    public double covariance() {
        return Math.sqrt(startVariance * endVariance + diffusion * diffusion) - diffusion;
    }

    /** The variance C(t). */
    public double variance(double t) {
        double time = Schedule.checkTime(t);
        double rest = 1 - time;
        return rest * rest * startVariance + time * time * endVariance + 2 * time * rest * (covariance() + diffusion);
    }

    /** k(t), the slope of the drift. */
    public double slope(double t) {
        double time = Schedule.checkTime(t);
        double half = -(1 - time) * startVariance + time * endVariance + (1 - 2 * time) * (covariance() + diffusion);
        return (half - diffusion) / variance(time);
    }

    /** The energy ∫ E u² dt, in closed form. */
    public double energy() {
        double k = slope(0);
        double move = endMean - startMean;
        return move * move + startVariance * k * k + 2 * diffusion * (k - StrictMath.log1p(k));
    }

    /** C(t) for independent ends under the same schedule, γ² = 2ε t (1 − t). */
    public double independentVariance(double t) {
        double rest = 1 - t;
        return rest * rest * startVariance + t * t * endVariance + 2 * diffusion * t * rest;
    }

    /** ∫ E u² dt for independent ends under the same schedule and with the same noise, by Simpson's rule. */
    public double independentEnergy() {
        double move = endMean - startMean;
        double sum = 0;
        for (int k = 0; k <= PARTS; k++) {
            double t = (double) k / PARTS;
            double half = -(1 - t) * startVariance + t * endVariance + diffusion * (1 - 2 * t);
            double pull = half - diffusion;
            int weight = k == 0 || k == PARTS ? 1 : k % 2 == 1 ? 4 : 2;
            sum += weight * (pull * pull / independentVariance(t));
        }
        return move * move + sum / (3.0 * PARTS);
    }
}
