package org.noisebook.solver;

/**
 * Explicit Runge–Kutta methods with fixed steps for dX = b(t, X) dt, forward or backward in time.
 *
 * <p>Stage i is evaluated at t + c_i h and x + c_i h k, with the previous slope k, and the step is h Σ w_i k_i / Σ w_i.
 *
 * <p>Backward is the same formula with h &lt; 0, so stepping from the end to the start inverts a flow up to the error
 * of the method, not exactly.
 *
 * <p><b>Source</b>: Hairer, Nørsett and Wanner 1993, "Solving Ordinary Differential Equations I", section II.1
 * (doi:10.1007/978-3-540-78862-1). <b>Shapes</b>: see {@link Field}. <b>Special cases</b>: a diverging particle becomes
 * infinite or NaN without affecting others; a step of length 0 changes nothing. <b>Error</b>: O(h^p) at the end for a
 * velocity with p derivatives; place a grid time where one jumps. <b>Cost</b>: the evaluations of its card; the rest is
 * one multiply-add per coordinate and stage.
 */
public enum OdeMethod implements Method {
    /** The explicit Euler method, with the slope at the start. */
    EULER(
            new double[] {0},
            new double[] {1},
            new MethodCard(
                    "euler",
                    MethodCard.Kind.ODE,
                    "x + h b(t, x)",
                    1,
                    1,
                    1,
                    0,
                    "O(h); on dX = -λX dt stable for hλ < 2",
                    "accuracy matters: second-order methods are more accurate at the same cost",
                    "Euler 1768; Hairer, Nørsett and Wanner 1993, section I.7")),
    /** The midpoint method, with the slope at the middle. */
    MIDPOINT(
            new double[] {0, 0.5},
            new double[] {0, 1},
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
    /** Heun's method, with the mean of the slopes at both ends. */
    HEUN(
            new double[] {0, 1},
            new double[] {1, 1},
            new MethodCard(
                    "heun",
                    MethodCard.Kind.ODE,
                    "x + h/2 (k1 + b(t + h, x + h k1)), k1 = b(t, x)",
                    2,
                    2,
                    2,
                    0,
                    "O(h²); on dX = -λX dt stable for hλ < 2",
                    "the velocity is singular at the end of the step: the midpoint method does not evaluate it there",
                    "Heun 1900; Karras, Aittala, Aila and Laine 2022, algorithm 1 (arXiv 2206.00364)")),
    /** The classical fourth-order method. */
    RK4(
            new double[] {0, 0.5, 0.5, 1},
            new double[] {1, 2, 2, 1},
            new MethodCard(
                    "rk4",
                    MethodCard.Kind.ODE,
                    "x + h/6 (k1 + 2 k2 + 2 k3 + k4)",
                    4,
                    4,
                    4,
                    0,
                    "O(h⁴); on dX = -λX dt stable for hλ < 2.785",
                    "few evaluations, or a velocity with fewer than four derivatives",
                    "Kutta 1901; Hairer, Nørsett and Wanner 1993, table II.1.2"));

    private final double[] nodes;
    private final double[] weights;
    private final MethodCard card;

    OdeMethod(double[] nodes, double[] weights, MethodCard card) {
        this.nodes = nodes;
        this.weights = weights;
        this.card = card;
    }

    @Override
    public MethodCard card() {
        return card;
    }

    /** The order p: the error at the end time is O(h^p). */
    public int order() {
        return (int) card.strongOrder();
    }

    /** The number of slopes per step. */
    public int stages() {
        return nodes.length;
    }

    /** The node c of a stage: its position along the previous slope, as a fraction of the step. */
    public double node(int stage) {
        return nodes[stage];
    }

    /** The weight w of a stage's slope in the step; 0 for some of the first stages, then 1 for one of them. */
    public double weight(int stage) {
        return weights[stage];
    }

    /** The time at which a stage is evaluated. */
    public double time(int stage, double from, double to) {
        return nodes[stage] == 1 ? to : from + nodes[stage] * (to - from);
    }

    /** A sampler of this method for a velocity. */
    public Sampler sampler(VelocityField velocity) {
        return Stages.sampler(velocity.dimension(), 0, capacity -> new Steps(velocity, capacity));
    }

    private final class Steps implements Sampler.Stepper {
        private final Field.Evaluator field;
        private final int capacity;
        private final double[][] sum;
        private final double[][] slope;
        private final double[][] place;
        private long evaluations;

        Steps(VelocityField velocity, int capacity) {
            this.capacity = capacity;
            sum = Stages.rows(velocity.dimension(), capacity);
            slope = Stages.rows(stages() > 1 ? velocity.dimension() : 0, capacity);
            place = Stages.rows(slope.length, capacity);
            field = velocity.evaluator(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Stages.check(from, to, x, count, sum.length, capacity);
            double h = to - from;
            double[][] last = sum;
            double weight = 0;
            for (int stage = 0; stage < stages(); stage++) {
                if (stage > 0) {
                    Stages.add(x, node(stage) * h, last, count, place);
                }
                last = weight == 0 ? sum : slope;
                field.at(time(stage, from, to), stage == 0 ? x : place, count, last);
                evaluations++;
                if (weight > 0) {
                    Stages.add(sum, weight(stage), slope, count, sum);
                }
                weight += weight(stage);
            }
            Stages.add(x, h / weight, sum, count, x);
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
