package org.noisebook.field;

import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.solver.Field;

/**
 * What the losses of an interpolant on the line are at best: integrals over time of mean squares of the exact fields.
 *
 * <p>L_b = ∫ E(b̂²/2 − ẋ_t b̂) has the minimum −½ ∫ E b², L_s the minimum −½ ∫ E s², and a squared error ∫ E (ẋ_t − b̂)² the
 * minimum ∫ E ẋ_t² − ∫ E b², which is infinite where γ̇² is not integrable.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 2. <b>Special cases</b>: mixtures with points are refused.
 * <b>Error</b>: 10⁻⁷ for mixtures whose modes are not narrower than 1/100 of their distance. <b>Cost</b>: 64 Gauss–Legendre times between
 * ends, breaks and t = 1/2, each on a grid of 16 places a standard deviation of the narrowest component: 0.1 s.
 *
 * @param velocityEnergy ∫ E b² dt
 * @param scoreEnergy ∫ E s² dt
 * @param targetEnergy ∫ E ẋ_t² dt, may be infinite
 */
public record LossFloor(double velocityEnergy, double scoreEnergy, double targetEnergy) {
    /** Integrates. */
    public static LossFloor of(MixtureInterpolant interpolant) {
        Field.Evaluator velocity = interpolant.velocity().evaluator(Quadrature.BLOCK);
        Field.Evaluator score = interpolant.score().evaluator(Quadrature.BLOCK);
        double[][] value = new double[1][Quadrature.BLOCK];
        double[] energies = new double[2];
        Quadrature.overLine(interpolant, 0, 1, (t, x, count, mass) -> {
            velocity.at(t, x, count, value);
            energies[0] += square(mass, value[0], count);
            score.at(t, x, count, value);
            energies[1] += square(mass, value[0], count);
        });
        double target = Double.POSITIVE_INFINITY;
        if (!diverges(interpolant)) {
            target = 0;
            double[][] times = Quadrature.times(interpolant.schedule(), 0, 1);
            for (int i = 0; i < times[0].length; i++) {
                target += times[1][i] * target(interpolant, times[0][i]);
            }
        }
        return new LossFloor(energies[0], energies[1], target);
    }

    private static double square(double[] mass, double[] value, int count) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum = Math.fma(mass[k] * value[k], value[k], sum);
        }
        return sum;
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
