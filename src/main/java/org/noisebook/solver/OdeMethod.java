package org.noisebook.solver;

import java.util.function.BiFunction;

/**
 * Explicit Runge–Kutta methods of fixed steps for dX = b(t, X) dt, forward or backward in time.
 *
 * <p>Backward is the same formula with h &lt; 0, so stepping from the end to the start inverts a flow up to the error of
 * the method, not exactly.
 *
 * <p><b>Source</b>: Hairer, Nørsett and Wanner 1993, "Solving Ordinary Differential Equations I", section II.1
 * (doi:10.1007/978-3-540-78862-1).
 *
 * <p><b>Shapes</b>: as {@link Field} says. <b>Special cases</b>: a particle that diverges turns infinite or NaN alone; a
 * step of length 0 changes nothing.
 *
 * <p><b>Error</b>: O(h^p) at the end for a velocity with p derivatives; cut the grid where one jumps. <b>Cost</b>: the
 * evaluations of its card; the rest is one multiply-add a coordinate and stage.
 */
public enum OdeMethod implements Method {
    /** One slope, at the start. */
    EULER(
            Euler::new,
            new MethodCard(
                    "euler",
                    MethodCard.Kind.ODE,
                    "x + h b(t, x)",
                    1,
                    1,
                    1,
                    0,
                    "O(h); on dX = -λX dt stable for hλ < 2",
                    "accuracy matters: a second-order method gives more at the same cost",
                    "Euler 1768; Hairer, Nørsett and Wanner 1993, section I.7")),
    /** Slope at the middle. */
    MIDPOINT(
            Midpoint::new,
            new MethodCard(
                    "midpoint",
                    MethodCard.Kind.ODE,
                    "x + h b(t + h/2, x + h/2 b(t, x))",
                    2,
                    2,
                    2,
                    0,
                    "O(h²); on dX = -λX dt stable for hλ < 2",
                    "the flow is smooth and accuracy matters more than a few evaluations",
                    "Runge 1895; Hairer, Nørsett and Wanner 1993, table II.1.1")),
    /** Mean of the slopes at both ends. */
    HEUN(
            Heun::new,
            new MethodCard(
                    "heun",
                    MethodCard.Kind.ODE,
                    "x + h/2 (k1 + b(t + h, x + h k1)), k1 = b(t, x)",
                    2,
                    2,
                    2,
                    0,
                    "O(h²); on dX = -λX dt stable for hλ < 2",
                    "the velocity is singular at the end of the step: the midpoint does not look there",
                    "Heun 1900; Karras, Aittala, Aila and Laine 2022, algorithm 1 (arXiv 2206.00364)")),
    /** The classical method. */
    RK4(
            Rk4::new,
            new MethodCard(
                    "rk4",
                    MethodCard.Kind.ODE,
                    "x + h/6 (k1 + 2 k2 + 2 k3 + k4)",
                    4,
                    4,
                    4,
                    0,
                    "O(h⁴); on dX = -λX dt stable for hλ < 2.785",
                    "evaluations are few, or the velocity has less than four derivatives",
                    "Kutta 1901; Hairer, Nørsett and Wanner 1993, table II.1.2"));

    private final BiFunction<VelocityField, Integer, Sampler.Stepper> steps;
    private final MethodCard card;

    OdeMethod(BiFunction<VelocityField, Integer, Sampler.Stepper> steps, MethodCard card) {
        this.steps = steps;
        this.card = card;
    }

    @Override
    public MethodCard card() {
        return card;
    }

    /** p: the error at the end is O(h^p). */
    public int order() {
        return (int) card.strongOrder();
    }

    /** The method along a velocity. */
    public Sampler sampler(VelocityField velocity) {
        return Stages.sampler(velocity.dimension(), 0, capacity -> steps.apply(velocity, capacity));
    }

    private abstract static class Steps implements Sampler.Stepper {
        private final Field.Evaluator field;
        private final int capacity;
        final double[][] slope;
        private long evaluations;

        Steps(VelocityField velocity, int capacity) {
            this.capacity = capacity;
            slope = Stages.rows(velocity.dimension(), capacity);
            field = velocity.evaluator(capacity);
        }

        final double[][] rows() {
            return Stages.rows(slope.length, capacity);
        }

        final void slope(double t, double[][] x, int count, double[][] out) {
            field.at(t, x, count, out);
            evaluations++;
        }

        @Override
        public final void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Stages.check(from, to, x, count, slope.length, capacity);
            move(from, to, x, count);
        }

        abstract void move(double from, double to, double[][] x, int count);

        @Override
        public final long evaluations() {
            return evaluations;
        }
    }

    private static final class Euler extends Steps {
        Euler(VelocityField velocity, int capacity) {
            super(velocity, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count) {
            slope(from, x, count, slope);
            Stages.add(x, to - from, slope, count, x);
        }
    }

    private static final class Midpoint extends Steps {
        private final double[][] place = rows();

        Midpoint(VelocityField velocity, int capacity) {
            super(velocity, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count) {
            double h = to - from;
            slope(from, x, count, slope);
            Stages.add(x, h / 2, slope, count, place);
            slope(from + h / 2, place, count, slope);
            Stages.add(x, h, slope, count, x);
        }
    }

    private static final class Heun extends Steps {
        private final double[][] place = rows();
        private final double[][] first = rows();

        Heun(VelocityField velocity, int capacity) {
            super(velocity, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count) {
            double h = to - from;
            slope(from, x, count, first);
            Stages.add(x, h, first, count, place);
            slope(to, place, count, slope);
            Stages.add(first, 1, slope, count, slope);
            Stages.add(x, h / 2, slope, count, x);
        }
    }

    private static final class Rk4 extends Steps {
        private final double[][] place = rows();
        private final double[][] sum = rows();

        Rk4(VelocityField velocity, int capacity) {
            super(velocity, capacity);
        }

        @Override
        void move(double from, double to, double[][] x, int count) {
            double h = to - from;
            double middle = from + h / 2;
            slope(from, x, count, sum);
            Stages.add(x, h / 2, sum, count, place);
            slope(middle, place, count, slope);
            Stages.add(sum, 2, slope, count, sum);
            Stages.add(x, h / 2, slope, count, place);
            slope(middle, place, count, slope);
            Stages.add(sum, 2, slope, count, sum);
            Stages.add(x, h, slope, count, place);
            slope(to, place, count, slope);
            Stages.add(sum, 1, slope, count, sum);
            Stages.add(x, h / 6, sum, count, x);
        }
    }
}
