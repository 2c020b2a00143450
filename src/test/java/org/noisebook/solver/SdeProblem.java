package org.noisebook.solver;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A scalar SDE with additive noise on [0, 1], started at one place; its strong solution at 1 is known from W(1), or from a
 * much finer grid.
 *
 * @param end X(1) as a function of W(1); NaN where it is not a function of W(1) alone
 * @param secondMoment E X(1)², from the known law
 */
record SdeProblem(
        String name,
        DoubleBinaryOperator drift,
        DoubleUnaryOperator rate,
        double start,
        DoubleUnaryOperator end,
        double secondMoment) {
    /** dX = (1/√(1+t) − X/(2(1+t))) dt + 1/√(1+t) dW, so X = (X_0 + t + W)/√(1+t) by Itô's formula. */
    static SdeProblem spreading() {
        return new SdeProblem(
                "spreading",
                (t, x) -> 1 / Math.sqrt(1 + t) - x / (2 * (1 + t)),
                t -> 1 / (1 + t),
                1,
                w -> (2 + w) / Math.sqrt(2),
                2.5);
    }

    /**
     * dX = −X dt + e^(t/2) dW from 0: Ornstein–Uhlenbeck with growing noise, normal with variance (e − e^−2)/3. From
     * elsewhere the weak errors of mean and variance have opposite signs, and their sum has no order to see.
     */
    static SdeProblem ornsteinUhlenbeck() {
        return new SdeProblem(
                "ornstein-uhlenbeck",
                (t, x) -> -x,
                StrictMath::exp,
                0,
                w -> Double.NaN,
                (Math.E - StrictMath.exp(-2)) / 3);
    }

    /** dX = tanh X dt + dW from 0: ½ N(t, t) + ½ N(−t, t), since e^(−t/2) cosh W is a martingale. */
    static SdeProblem hyperbolic() {
        return new SdeProblem("hyperbolic", (t, x) -> StrictMath.tanh(x), t -> 1, 0, w -> Double.NaN, 2);
    }

    boolean endIsKnown() {
        return !Double.isNaN(end.applyAsDouble(0));
    }

    VelocityField field(boolean forward) {
        return VelocityField.of(1, (t, x, count, out) -> {
            double u = forward ? t : 1 - t;
            for (int k = 0; k < count; k++) {
                double slope = drift.applyAsDouble(u, x[0][k]);
                out[0][k] = forward ? slope : -slope;
            }
        });
    }

    Sampler sampler(SdeMethod method, boolean forward) {
        return method.sampler(field(forward), t -> rate.applyAsDouble(forward ? t : 1 - t));
    }

    /** X(1) of many paths; run backward, time is 1 − t and the path of the noise is turned round. */
    double[] run(SdeMethod method, int steps, int paths, Noise noise, boolean forward) {
        double[][] x = new double[1][paths];
        Arrays.fill(x[0], start);
        Ensemble.run(
                sampler(method, forward),
                TimeGrid.UNIFORM.times(forward ? 0 : 1, forward ? 1 : 0, steps),
                x,
                noise,
                1,
                Ensemble.Observer.NONE);
        return x[0];
    }

    @Override
    public String toString() {
        return name;
    }
}
