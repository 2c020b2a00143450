package org.noisebook.interpolant;

import java.util.function.DoubleUnaryOperator;
import org.noisebook.data.Numbers;

/**
 * A schedule of the user's own functions, whose derivatives and ends are checked when it is made. Not for configs.
 *
 * <p>A derivative is compared with the central difference over ± 10⁻⁵ at 128 times; it must agree to 10⁻⁴ of the larger of 1 and its size.
 *
 * <p>A path that lingers at the start, with latent noise that peaks half-way:
 *
 * <pre>{@code
 * Schedule late = new CustomSchedule(
 *         CustomSchedule.Ends.TWO_SIDED,
 *         t -> 1 - t * t, t -> -2 * t,       // alpha and its derivative
 *         t -> t * t, t -> 2 * t,            // beta and its derivative
 *         t -> t * (1 - t), t -> 0.5 - t);   // gamma^2 and half its derivative
 * MixtureInterpolant joined = new MixtureInterpolant(start, end, late);
 * }</pre>
 *
 * <p><b>Special cases</b>: times within 10⁻⁴ of a break are left out, and so are the ends, where derivatives may diverge.
 */
public final class CustomSchedule implements Schedule {
    private static final int CHECKS = 128;
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-4;
    private static final double END_TOLERANCE = 1e-12;

    /** What α, β and γ must be at the ends. */
    public enum Ends {
        /** α from 1 to 0, β from 0 to 1, γ from 0 to 0. */
        TWO_SIDED,
        /** α from 0 to 0, β from 1 to 1, γ from 0 to 0. */
        MIRROR,
        /** Anything: parts of a path, diffusions that end before all noise. */
        FREE
    }

    private final DoubleUnaryOperator alpha;
    private final DoubleUnaryOperator alphaDot;
    private final DoubleUnaryOperator beta;
    private final DoubleUnaryOperator betaDot;
    private final DoubleUnaryOperator gammaSquared;
    private final DoubleUnaryOperator gammaGammaDot;
    private final double[] breaks;

    /**
     * Checks and keeps.
     *
     * @param ends what must hold at t = 0 and t = 1, to 10⁻¹²
     * @param breaks times in (0, 1) where a derivative jumps
     * @throws IllegalArgumentException that names the function and the time where it is wrong
     */
    public CustomSchedule(
            Ends ends,
            DoubleUnaryOperator alpha,
            DoubleUnaryOperator alphaDot,
            DoubleUnaryOperator beta,
            DoubleUnaryOperator betaDot,
            DoubleUnaryOperator gammaSquared,
            DoubleUnaryOperator gammaGammaDot,
            double... breaks) {
        this.alpha = alpha;
        this.alphaDot = alphaDot;
        this.beta = beta;
        this.betaDot = betaDot;
        this.gammaSquared = gammaSquared;
        this.gammaGammaDot = gammaGammaDot;
        this.breaks = breaks.clone();
        for (double cut : breaks) {
            if (!(cut > 0 && cut < 1)) {
                throw new IllegalArgumentException("breaks must be in (0, 1), got " + Numbers.format(cut));
            }
        }
        checkEnds(ends);
        for (int k = 0; k < CHECKS; k++) {
            double t = (k + 0.5) / CHECKS;
            if (gammaSquared.applyAsDouble(t) < 0) {
                throw new IllegalArgumentException("gammaSquared must be at least 0, got "
                        + Numbers.format(gammaSquared.applyAsDouble(t)) + " at t=" + t);
            }
            checkDerivative("alphaDot", "of alpha", alpha, alphaDot, 1, t);
            checkDerivative("betaDot", "of beta", beta, betaDot, 1, t);
            checkDerivative("gammaGammaDot", "of gammaSquared/2", gammaSquared, gammaGammaDot, 0.5, t);
        }
    }

    private void checkEnds(Ends ends) {
        if (ends != Ends.FREE) {
            double twoSided = ends == Ends.TWO_SIDED ? 1 : 0;
            checkEnd("alpha", alpha, 0, twoSided);
            checkEnd("alpha", alpha, 1, 0);
            checkEnd("beta", beta, 0, 1 - twoSided);
            checkEnd("beta", beta, 1, 1);
            checkEnd("gammaSquared", gammaSquared, 0, 0);
            checkEnd("gammaSquared", gammaSquared, 1, 0);
        }
        for (int t = 0; t <= 1; t++) {
            double product = gammaGammaDot.applyAsDouble(t);
            if (!Double.isFinite(product)) {
                throw new IllegalArgumentException(
                        "gammaGammaDot(" + t + ") must be finite, got " + Numbers.format(product));
            }
        }
    }

    private static void checkEnd(String name, DoubleUnaryOperator function, int t, double wanted) {
        double value = function.applyAsDouble(t);
        if (!(Math.abs(value - wanted) <= END_TOLERANCE)) {
            throw new IllegalArgumentException(
                    name + "(" + t + ") must be " + (int) wanted + ", got " + Numbers.format(value));
        }
    }

    private void checkDerivative(
            String name,
            String whose,
            DoubleUnaryOperator function,
            DoubleUnaryOperator derivative,
            double factor,
            double t) {
        for (double cut : breaks) {
            if (Math.abs(t - cut) < 10 * STEP) {
                return;
            }
        }
        double difference = factor * (function.applyAsDouble(t + STEP) - function.applyAsDouble(t - STEP)) / (2 * STEP);
        double value = derivative.applyAsDouble(t);
        if (!(Math.abs(value - difference) <= TOLERANCE * Math.max(1, Math.abs(value)))) {
            throw new IllegalArgumentException(name + " must be the derivative " + whose + ", which is about "
                    + Numbers.format((float) difference) + " at t=" + t + ", got " + Numbers.format(value));
        }
    }

    @Override
    public double alpha(double t) {
        return alpha.applyAsDouble(t);
    }

    @Override
    public double beta(double t) {
        return beta.applyAsDouble(t);
    }

    @Override
    public double gammaSquared(double t) {
        return gammaSquared.applyAsDouble(t);
    }

    @Override
    public double alphaDot(double t) {
        return alphaDot.applyAsDouble(t);
    }

    @Override
    public double betaDot(double t) {
        return betaDot.applyAsDouble(t);
    }

    @Override
    public double gammaGammaDot(double t) {
        return gammaGammaDot.applyAsDouble(t);
    }

    @Override
    public double[] breaks() {
        return breaks.clone();
    }
}
