package org.noisebook.papers.interpolants;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.noisebook.interpolant.Schedule;

/**
 * Two one-dimensional Gaussians and fields with affine errors: KL(ρ(1) ‖ ρ̂(1)) for any ε from linear equations for mean and
 * variance, and the excess losses that should bound it.
 *
 * <p>With m, C of x_t and y = x − m, exact fields are b = ṁ + Ċ y/(2C), s = −y/C; learned ones b̂ = b + a_b + c_b y and
 * ŝ = s + a_s + c_s y. The forward SDE with them makes N(m + δ, V):
 *
 * <p>δ̇ = A δ + a_b + ε a_s,  V̇ = 2 A V + 2ε,  A = Ċ/(2C) + c_b + ε (c_s − 1/C),  δ(0) = 0, V(0) = C(0).
 *
 * <p><b>Range</b>: variances positive, ε in [0, ∞), ε = 0 being the ODE.
 *
 * <p><b>Error</b>: RK4 with at least 2000 steps between the breaks of the schedule, about 10⁻⁹. <b>Cost</b>: a millisecond.
 *
 * @param velocityError b̂ − b
 * @param scoreError ŝ − s
 */
record PerturbedGaussian(
        double startMean,
        double startVariance,
        double endMean,
        double endVariance,
        Schedule schedule,
        Affine velocityError,
        Affine scoreError) {
    private static final int LEAST_STEPS = 2000;
    /** Largest h ε/C at which RK4 is stable and accurate. */
    private static final double LARGEST_STEP = 0.1;

    /** The affine function offset(t) + slope(t) (x − m(t)). */
    record Affine(DoubleUnaryOperator offset, DoubleUnaryOperator slope) {
        /** A function that is the same at all times. */
        static Affine of(double offset, double slope) {
            return new Affine(t -> offset, t -> slope);
        }
    }

    /** Mean and variance of N(m + δ, V), the density that the learned fields give at time 1. */
    double[] endMeanAndVariance(double diffusion) {
        double[] end = solve(diffusion);
        double mean = schedule.alpha(1) * startMean + schedule.beta(1) * endMean;
        return new double[] {mean + end[DELTA], end[VARIANCE]};
    }

    /** The divergence KL(ρ(1) ‖ ρ̂(1)). */
    double divergence(double diffusion) {
        double[] end = solve(diffusion);
        double delta = end[DELTA];
        double ratio = variance(1) / end[VARIANCE];
        return (ratio - 1 - StrictMath.log(ratio) + delta * delta / end[VARIANCE]) / 2;
    }

    /** The excess loss δL_b = ½ ∫ E_ρ|b̂ − b|² dt. */
    double velocityExcess() {
        return integral(t -> meanSquare(t, offset(velocityError, t), slope(velocityError, t))) / 2;
    }

    /** The excess loss δL_s = ½ ∫ E_ρ|ŝ − s|² dt. */
    double scoreExcess() {
        return integral(t -> meanSquare(t, offset(scoreError, t), slope(scoreError, t))) / 2;
    }

    private static double offset(Affine error, double t) {
        return error.offset().applyAsDouble(t);
    }

    private static double slope(Affine error, double t) {
        return error.slope().applyAsDouble(t);
    }

    private double meanSquare(double t, double offset, double slope) {
        return offset * offset + slope * slope * variance(t);
    }

    private double variance(double t) {
        double a = schedule.alpha(t);
        double b = schedule.beta(t);
        return a * a * startVariance + b * b * endVariance + schedule.gammaSquared(t);
    }

    private double halfVarianceDot(double t) {
        return schedule.alpha(t) * schedule.alphaDot(t) * startVariance
                + schedule.beta(t) * schedule.betaDot(t) * endVariance
                + schedule.gammaGammaDot(t);
    }

    private static final int DELTA = 0;
    private static final int VARIANCE = 1;

    private void slope(double t, double diffusion, double[] y, double[] out) {
        double drift = offset(velocityError, t) + diffusion * offset(scoreError, t);
        double error = slope(velocityError, t) + diffusion * slope(scoreError, t);
        double rate = (halfVarianceDot(t) - diffusion) / variance(t) + error;
        out[DELTA] = rate * y[DELTA] + drift;
        out[VARIANCE] = 2 * rate * y[VARIANCE] + 2 * diffusion;
    }

    private double[] solve(double diffusion) {
        double[] y = {0, variance(0)};
        double[][] k = new double[4][2];
        double[] cuts = cuts();
        for (int piece = 1; piece < cuts.length; piece++) {
            double from = cuts[piece - 1];
            double length = cuts[piece] - from;
            int steps = steps(diffusion, from, length);
            for (int i = 0; i < steps; i++) {
                double t = from + length * i / steps;
                double h = length / steps;
                slope(t, diffusion, y, k[0]);
                slope(t + h / 2, diffusion, moved(y, h / 2, k[0]), k[1]);
                slope(t + h / 2, diffusion, moved(y, h / 2, k[1]), k[2]);
                slope(Math.min(cuts[piece], t + h), diffusion, moved(y, h, k[2]), k[3]);
                for (int q = 0; q < y.length; q++) {
                    y[q] += h / 6 * (k[0][q] + 2 * (k[1][q] + k[2][q]) + k[3][q]);
                }
            }
        }
        return y;
    }

    private static double[] moved(double[] y, double h, double[] slope) {
        double[] moved = new double[y.length];
        for (int q = 0; q < y.length; q++) {
            moved[q] = Math.fma(h, slope[q], y[q]);
        }
        return moved;
    }

    private int steps(double diffusion, double from, double length) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= LEAST_STEPS; i++) {
            least = Math.min(least, variance(from + length * i / LEAST_STEPS));
        }
        return (int) Math.max(LEAST_STEPS, Math.ceil(diffusion * length / (LARGEST_STEP * least)));
    }

    private double[] cuts() {
        return DoubleStream.concat(DoubleStream.of(0, 1), Arrays.stream(schedule.breaks()))
                .sorted()
                .toArray();
    }

    /** The integral by Simpson's rule between breaks. */
    private double integral(DoubleUnaryOperator f) {
        double[] cuts = cuts();
        double sum = 0;
        for (int piece = 1; piece < cuts.length; piece++) {
            double h = (cuts[piece] - cuts[piece - 1]) / LEAST_STEPS;
            for (int i = 0; i <= LEAST_STEPS; i++) {
                double weight = i == 0 || i == LEAST_STEPS ? 1 : 2 + 2 * (i % 2);
                sum += weight * h / 3 * f.applyAsDouble(i == LEAST_STEPS ? cuts[piece] : cuts[piece - 1] + h * i);
            }
        }
        return sum;
    }
}
