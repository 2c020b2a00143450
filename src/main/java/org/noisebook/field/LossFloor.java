package org.noisebook.field;

import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.solver.Field;

/**
 * The minimum losses of an interpolant on the line, from time integrals of mean squares of the exact fields.
 *
 * <p>L_b = ∫ E(b̂²/2 − ẋ_t b̂) has the minimum −½ ∫ E b² and L_s the minimum −½ ∫ E s².
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 2. <b>Special cases</b>:
 * mixtures with point masses are rejected. <b>Error</b>: 10⁻⁷ for mixtures whose modes are no narrower than 1/100 of
 * their distance. <b>Cost</b>: 64 Gauss–Legendre times between ends, breaks and t = 1/2, each on a grid of 16 points
 * per standard deviation of the narrowest component: 0.1 s.
 *
 * @param velocityEnergy ∫ E b² dt
 * @param scoreEnergy ∫ E s² dt
 */
public record LossFloor(double velocityEnergy, double scoreEnergy) {
    /** Computes both integrals. */
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
        return new LossFloor(energies[0], energies[1]);
    }

    private static double square(double[] mass, double[] value, int count) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum = Math.fma(mass[k] * value[k], value[k], sum);
        }
        return sum;
    }

    /** The minimum of L_b, −½ ∫ E b². */
    public double velocityFloor() {
        return -0.5 * velocityEnergy;
    }
}
