package org.noisebook.field;

import java.util.Arrays;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

/**
 * The quadratic objectives L[f̂] = ∫ E[½|f̂|² − target·f̂] dt of any field on exact mixtures, and their excess over the
 * minimum, ½ ∫ E|f̂ − f|² dt (Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797, section 2).
 *
 * <p>Times run over [cut, 1 − cut]: the targets γ̇ z and z/γ have no variance at the ends where γ ~ √t. One-sided
 * interpolants (γ = 0, ρ_0 = N(0, I)) have x_0 for z and α for γ; the loss of the score printed with 1/γ there needs 1/α.
 *
 * <p><b>Error</b>: by simulation, times are drawn one in each of equal parts and z comes in pairs ±z; the standard error is that of
 * independent times, too large by what the equal parts save. On the line by quadrature: about 10⁻⁶ for fields that are smooth on the
 * scale of the narrowest component.
 *
 * <p><b>Cost</b>: two evaluations a point and time. <b>Not for</b> data of unknown law: there only the loss of held-out
 * points is known, without its minimum.
 */
public enum FieldLoss {
    /** L_b, target α̇ x_0 + β̇ x_1 + γ̇ z. */
    VELOCITY(Objective.VELOCITY),
    /** L_v, target α̇ x_0 + β̇ x_1. */
    INTERPOLANT_VELOCITY(Objective.INTERPOLANT_VELOCITY),
    /** L_s, target −z/γ. */
    SCORE(Objective.SCORE),
    /** L_η, target z. */
    NOISE_MEAN(Objective.NOISE);

    private final Objective objective;

    FieldLoss(Objective objective) {
        this.objective = objective;
    }

    /** The minimiser; one-sided, η_z is E[x_0 | x_t] = −α s. */
    public Field exact(MixtureInterpolant interpolant) {
        return objective.exact(interpolant);
    }

    /**
     * The loss by simulation, from targets as training sees them.
     *
     * @param cut in [0, 1/2)
     * @param times at least 2
     * @param points pairs at each time, at least 1
     */
    public Estimate loss(
            MixtureInterpolant interpolant, Field field, double cut, int times, int points, Stream stream) {
        return simulate(interpolant, field, cut, times, points, stream, false);
    }

    /** The excess by simulation, against the exact field at points of ρ(t). */
    public Estimate excess(
            MixtureInterpolant interpolant, Field field, double cut, int times, int points, Stream stream) {
        return simulate(interpolant, field, cut, times, points, stream, true);
    }

    /** The loss on the line by quadrature. */
    public double lossOnLine(MixtureInterpolant interpolant, Field field, double cut) {
        return onLine(interpolant, field, cut, (value, exact) -> value * (value / 2 - exact));
    }

    /** The excess on the line by quadrature. */
    public double excessOnLine(MixtureInterpolant interpolant, Field field, double cut) {
        return onLine(interpolant, field, cut, (value, exact) -> (value - exact) * (value - exact) / 2);
    }

    private interface Integrand {
        double of(double value, double exact);
    }

    private Estimate simulate(
            MixtureInterpolant interpolant,
            Field field,
            double cut,
            int times,
            int points,
            Stream stream,
            boolean excess) {
        check(interpolant, field, cut);
        if (times < 2 || points < 1) {
            throw new IllegalArgumentException(
                    "times must be at least 2 and points at least 1, got " + times + " and " + points);
        }
        Draws draws = new Draws(interpolant, points);
        Field.Evaluator evaluator = field.evaluator(points);
        Field.Evaluator exact = exact(interpolant).evaluator(points);
        double[][] value = new double[interpolant.dimension()][points];
        double[] means = new double[times];
        for (int i = 0; i < times; i++) {
            Stream own = stream.part(i);
            double t = cut + (1 - 2 * cut) * (i + own.nextDouble()) / times;
            draws.draw(t, own);
            double sum = 0;
            for (int sign = 1; sign >= -1; sign -= 2) {
                draws.place(objective, sign);
                evaluator.at(t, draws.x, points, value);
                if (excess) {
                    exact.at(t, draws.x, points, draws.target);
                }
                sum += excess ? halfSquare(value, draws.target) : objective(value, draws.target);
            }
            means[i] = (1 - 2 * cut) * sum / (2 * points);
        }
        return Estimate.ofMean(means);
    }

    /** Σ value²/2 − target value. */
    static double objective(double[][] value, double[][] target) {
        double sum = 0;
        for (int j = 0; j < value.length; j++) {
            for (int k = 0; k < value[j].length; k++) {
                sum = Math.fma(value[j][k], value[j][k] / 2 - target[j][k], sum);
            }
        }
        return sum;
    }

    /** Σ (value − exact)²/2. */
    static double halfSquare(double[][] value, double[][] exact) {
        double sum = 0;
        for (int j = 0; j < value.length; j++) {
            for (int k = 0; k < value[j].length; k++) {
                double off = value[j][k] - exact[j][k];
                sum = Math.fma(off, off / 2, sum);
            }
        }
        return sum;
    }

    private void check(MixtureInterpolant interpolant, Field field, double cut) {
        int d = interpolant.dimension();
        if (field.dimension() != d || field.outputs() != d) {
            throw new IllegalArgumentException("field must have the interpolant's dimension=" + d + ", got "
                    + field.dimension() + " to " + field.outputs());
        }
        if (!(cut >= 0 && cut < 0.5)) {
            throw new IllegalArgumentException("cut must be in [0, 0.5), got " + cut);
        }
        boolean latent = this == SCORE || this == NOISE_MEAN;
        if (latent && !interpolant.smooths() && !interpolant.oneSided()) {
            throw new IllegalArgumentException(
                    "this loss needs gamma > 0 or a standard normal start independent of the end");
        }
    }

    /** Points of one time with what their targets are made of. */
    private static final class Draws {
        private final MixtureInterpolant interpolant;
        private final boolean oneSided;
        private final double[][] z;
        private final double[][] x;
        private final double[][] target;
        private double[][][] ends = new double[2][0][0];
        private Regression regression;

        Draws(MixtureInterpolant interpolant, int points) {
            this.interpolant = interpolant;
            oneSided = interpolant.oneSided();
            int d = interpolant.dimension();
            z = new double[d][points];
            x = new double[d][points];
            target = new double[d][points];
            regression = Regression.at(interpolant.schedule(), oneSided, 0.5);
        }

        void draw(double t, Stream stream) {
            ends = interpolant.ends().draw(stream, z[0].length);
            Stream latent = stream.part(2);
            for (double[] row : z) {
                Arrays.setAll(row, k -> latent.nextGaussian());
            }
            regression = Regression.at(interpolant.schedule(), oneSided, t);
        }

        void place(Objective objective, int sign) {
            for (int j = 0; j < z.length; j++) {
                for (int k = 0; k < z[j].length; k++) {
                    double start = oneSided ? sign * ends[0][j][k] : ends[0][j][k];
                    double latent = sign * z[j][k];
                    x[j][k] = regression.place(start, ends[1][j][k], latent);
                    target[j][k] = regression.target(objective, start, ends[1][j][k], latent);
                }
            }
        }
    }

    private double onLine(MixtureInterpolant interpolant, Field field, double cut, Integrand integrand) {
        check(interpolant, field, cut);
        Field.Evaluator evaluator = field.evaluator(Quadrature.BLOCK);
        Field.Evaluator minimiser = exact(interpolant).evaluator(Quadrature.BLOCK);
        double[][] value = new double[1][Quadrature.BLOCK];
        double[][] exact = new double[1][Quadrature.BLOCK];
        double[] sum = new double[1];
        Quadrature.overLine(interpolant, cut, 1 - cut, (t, x, count, mass) -> {
            evaluator.at(t, x, count, value);
            minimiser.at(t, x, count, exact);
            for (int k = 0; k < count; k++) {
                sum[0] = Math.fma(mass[k], integrand.of(value[0][k], exact[0][k]), sum[0]);
            }
        });
        return sum[0];
    }
}
