package org.noisebook.interpolant;

import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;

/**
 * What the losses of an interpolant on the line are at best: integrals over time of mean squares of the exact fields.
 *
 * <p>L_b = ∫ E(b̂²/2 − ẋ_t b̂) has the minimum −½ ∫ E b², L_s the minimum −½ ∫ E s², and a squared error ∫ E (ẋ_t − b̂)² the
 * minimum ∫ E ẋ_t² − ∫ E b², which is infinite where γ̇² is not integrable.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 2. <b>Special cases</b>: mixtures with points are refused.
 * <b>Error</b>: 10⁻⁷ for mixtures whose modes are not narrower than 1/100 of their distance. <b>Cost</b>: 128 Gauss–Legendre times between
 * breaks and t = 1/2, each on a grid of 4096 places: 0.1 s.
 *
 * @param velocityEnergy ∫ E b² dt
 * @param scoreEnergy ∫ E s² dt
 * @param targetEnergy ∫ E ẋ_t² dt, may be infinite
 */
public record LossFloor(double velocityEnergy, double scoreEnergy, double targetEnergy) {
    private static final int NODES = 64;
    private static final int PLACES = 4096;
    private static final double WIDTHS = 12;

    /** Integrates. */
    public static LossFloor of(MixtureInterpolant interpolant) {
        if (interpolant.dimension() != 1) {
            throw new IllegalArgumentException("interpolant must have dimension 1, got " + interpolant.dimension());
        }
        Field.Evaluator velocity = interpolant.velocity().evaluator(PLACES);
        Field.Evaluator score = interpolant.score().evaluator(PLACES);
        Field.Evaluator density = interpolant.logDensity().evaluator(PLACES);
        double[][] x = new double[1][PLACES];
        double[][] rho = new double[1][PLACES];
        double[][] value = new double[1][PLACES];
        double[] energies = new double[3];
        double[][] rule = Quadrature.gaussLegendre(NODES);
        double[] cuts = Quadrature.cuts(interpolant.schedule());
        for (int part = 0; part + 1 < cuts.length; part++) {
            double half = 0.5 * (cuts[part + 1] - cuts[part]);
            for (int k = 0; k < NODES; k++) {
                double t = cuts[part] + half * (1 + rule[0][k]);
                double step = grid(interpolant.marginal(t), x[0]);
                density.at(t, x, PLACES, rho);
                for (int i = 0; i < PLACES; i++) {
                    rho[0][i] = step * StrictMath.exp(rho[0][i]);
                }
                double weight = half * rule[1][k];
                velocity.at(t, x, PLACES, value);
                energies[0] += weight * meanSquare(rho[0], value[0]);
                score.at(t, x, PLACES, value);
                energies[1] += weight * meanSquare(rho[0], value[0]);
                energies[2] += weight * target(interpolant, t);
            }
        }
        return new LossFloor(energies[0], energies[1], diverges(interpolant) ? Double.POSITIVE_INFINITY : energies[2]);
    }

    private static double meanSquare(double[] weights, double[] values) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum = Math.fma(weights[i] * values[i], values[i], sum);
        }
        return sum;
    }

    /** Fills x with places that hold all of the law; gives their distance. */
    private static double grid(GaussianMixture law, double[] x) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < law.components(); k++) {
            double reach = WIDTHS * Math.sqrt(law.covariances()[k][0][0]);
            low = Math.min(low, law.means()[k][0] - reach);
            high = Math.max(high, law.means()[k][0] + reach);
        }
        double step = (high - low) / (x.length - 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = low + i * step;
        }
        return step;
    }

    /** E ẋ_t². */
    private static double target(MixtureInterpolant interpolant, double t) {
        Schedule s = interpolant.schedule();
        double p = s.alphaDot(t);
        double q = s.betaDot(t);
        double square = s.gammaSquared(t);
        double latent = square == 0 ? 0 : s.gammaGammaDot(t) * s.gammaGammaDot(t) / square;
        return interpolant.meanSquare(p, q) + latent;
    }

    /** γ̇² goes as 1/t at an end where γγ̇ does not vanish, and so does α̇² of a one-sided path. */
    private static boolean diverges(MixtureInterpolant interpolant) {
        Schedule s = interpolant.schedule();
        boolean latent =
                s.gammaGammaDot(0) != 0 && s.gammaSquared(0) == 0 || s.gammaGammaDot(1) != 0 && s.gammaSquared(1) == 0;
        boolean start = !Double.isFinite(s.alphaDot(0)) || !Double.isFinite(s.alphaDot(1));
        return latent || start;
    }

    /** min L_b = −½ ∫ E b². */
    public double velocityFloor() {
        return -0.5 * velocityEnergy;
    }

    /** min L_s = −½ ∫ E s². */
    public double scoreFloor() {
        return -0.5 * scoreEnergy;
    }

    /** min ∫ E (ẋ_t − b̂)². */
    public double regressionFloor() {
        return targetEnergy - velocityEnergy;
    }
}
