package org.noisebook.solver;

import java.util.function.DoubleUnaryOperator;

/**
 * Fixed-step methods for dX = f(t, X) dt + √rate(t) dW, with noise that depends on time but not on position.
 *
 * <p>The rate is 2ε(t) for interpolants and g²(t) for diffusions. Backward in time (h &lt; 0) a step is x + h f +
 * √(rate |h|) z, so the caller supplies the drift of the backward equation: b − ε s, or f − g² s.
 *
 * <p><b>Source</b>: Kloeden and Platen 1992, "Numerical Solution of Stochastic Differential Equations", sections 10.2,
 * 14.1 and 15.1 (doi:10.1007/978-3-662-12616-5). <b>Shapes</b>: see {@link Field}. <b>Special cases</b>: rate 0 gives
 * the method for the ODE; a negative, infinite or NaN rate is rejected; a diverging particle becomes infinite or NaN
 * without affecting others. <b>Error</b>: strong order 1 needs a drift with two derivatives and a rate whose root has
 * one; a rate that vanishes like √t lowers it. <b>Cost</b>: that of its card and one normal number per coordinate.
 */
public enum SdeMethod implements Method {
    /** The Euler–Maruyama method, with drift and rate at the start of the step. */
    EULER_MARUYAMA(new MethodCard(
            "euler-maruyama",
            MethodCard.Kind.SDE,
            "x + h f(t, x) + √(rate(t) |h|) z",
            1,
            1,
            1,
            1,
            "strong O(h), because the noise is additive (O(√h) if it depended on x); on"
                    + " dX = -λX dt + dW stable for hλ < 2, with variance too large by 1/(1 - hλ/2)",
            "the noise is weak or distributions must be accurate: Heun has weak order 2",
            "Maruyama 1955 (doi:10.1007/BF02846028); Kloeden and Platen 1992, sections 10.2 and 14.1")),
    /**
     * The stochastic Heun method: mean of the drifts at both ends, the second at a predictor that includes the step's
     * noise; rate at the middle.
     *
     * <p>Strong order 1, since a step does not use ∫(W(s) − W(t)) ds; paths that are functions of W(t) alone converge
     * with order 2. Weak order 2: the moments of a step are correct to O(h³) for additive noise, the only kind here.
     * For noise that depends on x this scheme would solve neither the Itô nor the Stratonovich equation.
     */
    HEUN(new MethodCard(
            "stochastic-heun",
            MethodCard.Kind.SDE,
            "n = √(rate(t + h/2) |h|) z; x + h/2 (k1 + f(t + h, x + h k1 + n)) + n, k1 = f(t, x)",
            1,
            2,
            2,
            1,
            "weak O(h²), strong O(h) with a smaller constant; on dX = -λX dt + dW stable for hλ < 2",
            "the drift is singular at the end of a step, or paths matter more than distributions",
            "Kloeden and Platen 1992, section 15.1 (doi:10.1007/978-3-662-12616-5)"));

    private final MethodCard card;

    SdeMethod(MethodCard card) {
        this.card = card;
    }

    @Override
    public MethodCard card() {
        return card;
    }

    /** The strong order p: the mean distance from the true path with the same noise is O(h^p). */
    public double strongOrder() {
        return card.strongOrder();
    }

    /** The weak order p: the error of expectations is O(h^p). */
    public double weakOrder() {
        return card.weakOrder();
    }

    /**
     * A sampler of this method for a drift.
     *
     * @param rate rate of the noise, 2ε(t) or g²(t), finite and non-negative wherever evaluated
     */
    public Sampler sampler(VelocityField drift, DoubleUnaryOperator rate) {
        return Stages.sampler(
                drift.dimension(),
                1,
                capacity -> this == HEUN ? new Heun(drift, rate, capacity) : new EulerMaruyama(drift, rate, capacity));
    }

    private abstract static class Steps implements Sampler.Stepper {
        private final Field.Evaluator field;
        private final DoubleUnaryOperator rate;
        private final int capacity;
        final double[][] slope;
        private long evaluations;

        Steps(VelocityField drift, DoubleUnaryOperator rate, int capacity) {
            this.rate = rate;
            this.capacity = capacity;
            slope = Stages.rows(drift.dimension(), capacity);
            field = drift.evaluator(capacity);
        }

        final double[][] rows() {
            return Stages.rows(slope.length, capacity);
        }

        final void slope(double t, double[][] x, int count, double[][] out) {
            field.at(t, x, count, out);
            evaluations++;
        }

        /** Standard deviation of the noise in a step, √(rate(t) |h|). */
        final double spread(double t, double h) {
            double value = rate.applyAsDouble(t);
            if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("rate(" + t + ") must be in [0, inf), got " + value);
            }
            return Math.sqrt(value * Math.abs(h));
        }

        @Override
        public final void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Stages.check(from, to, x, count, slope.length, capacity);
            Stages.checkNoise(noise, 1, slope.length);
            move(from, to, x, count, noise[0]);
        }

        abstract void move(double from, double to, double[][] x, int count, double[][] noise);

        @Override
        public final long evaluations() {
            return evaluations;
        }
    }

    private static final class EulerMaruyama extends Steps {
        EulerMaruyama(VelocityField drift, DoubleUnaryOperator rate, int capacity) {
            super(drift, rate, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count, double[][] noise) {
            double h = to - from;
            slope(from, x, count, slope);
            Stages.add(x, h, slope, count, x);
            Stages.add(x, spread(from, h), noise, count, x);
        }
    }

    private static final class Heun extends Steps {
        private final double[][] place = rows();
        private final double[][] first = rows();

        Heun(VelocityField drift, DoubleUnaryOperator rate, int capacity) {
            super(drift, rate, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count, double[][] noise) {
            double h = to - from;
            double spread = spread(from + h / 2, h);
            slope(from, x, count, first);
            Stages.add(x, spread, noise, count, x);
            Stages.add(x, h, first, count, place);
            slope(to, place, count, slope);
            Stages.add(first, 1, slope, count, slope);
            Stages.add(x, h / 2, slope, count, x);
        }
    }
}
