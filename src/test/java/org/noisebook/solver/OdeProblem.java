package org.noisebook.solver;

import java.util.List;
import java.util.function.BiFunction;

/**
 * An ODE that knows its exact solution.
 *
 * @param starts one particle each, at time 0
 * @param exact x(t) of the particle that started at x_0
 */
record OdeProblem(
        String name,
        VelocityField velocity,
        double tEnd,
        List<double[]> starts,
        BiFunction<Double, double[], double[]> exact) {
    private static final double TURN = 2;

    /** ẋ = R (B + ωJ) Rᵀ x with R = R(ωt), B = diag(−1, −1/5): the matrix turns, and Rᵀ x decays along its axes. */
    static OdeProblem rotating() {
        VelocityField velocity = VelocityField.of(2, (t, x, count, out) -> {
            double c = StrictMath.cos(TURN * t);
            double s = StrictMath.sin(TURN * t);
            for (int k = 0; k < count; k++) {
                double u = -(c * x[0][k] + s * x[1][k]);
                double v = -0.2 * (c * x[1][k] - s * x[0][k]);
                out[0][k] = c * u - s * v - TURN * x[1][k];
                out[1][k] = s * u + c * v + TURN * x[0][k];
            }
        });
        return new OdeProblem(
                "rotating", velocity, 1.5, List.of(new double[] {1, 0}, new double[] {-0.5, 2}), (t, x) -> {
                    double u = x[0] * StrictMath.exp(-t);
                    double v = x[1] * StrictMath.exp(-0.2 * t);
                    double c = StrictMath.cos(TURN * t);
                    double s = StrictMath.sin(TURN * t);
                    return new double[] {c * u - s * v, s * u + c * v};
                });
    }

    /** ẋ = x (1 − x). */
    static OdeProblem logistic() {
        return onLine("logistic", (t, x) -> x * (1 - x), 4, (t, x) -> 1 / (1 + (1 / x - 1) * StrictMath.exp(-t)));
    }

    /** ẋ = −2 t x²: Riccati, and not autonomous. */
    static OdeProblem riccati() {
        return onLine("riccati", (t, x) -> -2 * t * x * x, 2, (t, x) -> 1 / (1 / x + t * t));
    }

    /** ẋ = cos 2t − x. */
    static OdeProblem forced() {
        return onLine("forced", (t, x) -> StrictMath.cos(2 * t) - x, 2, (t, x) -> {
            double there = (StrictMath.cos(2 * t) + 2 * StrictMath.sin(2 * t)) / 5;
            return there + (x - 0.2) * StrictMath.exp(-t);
        });
    }

    /** ẋ = −λ (x − cos t) with λ = 100: the exact solution forgets its start. */
    static OdeProblem stiff() {
        double rate = 100;
        double norm = 1 + rate * rate;
        return onLine("stiff", (t, x) -> -rate * (x - StrictMath.cos(t)), 10, (t, x) -> {
            double there = (rate * rate * StrictMath.cos(t) + rate * StrictMath.sin(t)) / norm;
            return there + (x - rate * rate / norm) * StrictMath.exp(-rate * t);
        });
    }

    static List<OdeProblem> smooth() {
        return List.of(rotating(), logistic(), riccati(), forced());
    }

    private static OdeProblem onLine(
            String name,
            BiFunction<Double, Double, Double> slope,
            double tEnd,
            BiFunction<Double, Double, Double> exact) {
        VelocityField velocity = VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                out[0][k] = slope.apply(t, x[0][k]);
            }
        });
        return new OdeProblem(name, velocity, tEnd, List.of(new double[] {0.25}, new double[] {1.5}), (t, x) ->
                new double[] {exact.apply(t, x[0])});
    }

    /** All particles at a time. */
    double[][] at(double t) {
        double[][] x = new double[velocity.dimension()][starts.size()];
        for (int k = 0; k < starts.size(); k++) {
            double[] there = exact.apply(t, starts.get(k));
            for (int j = 0; j < x.length; j++) {
                x[j][k] = there[j];
            }
        }
        return x;
    }

    /** Largest error at the end of a uniform grid, run forward from 0 or backward from tEnd. */
    double error(Sampler sampler, int steps, boolean forward) {
        double from = forward ? 0 : tEnd;
        double[][] x = at(from);
        Ensemble.run(
                sampler, TimeGrid.UNIFORM.times(from, tEnd - from, steps), x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return distance(x, at(tEnd - from));
    }

    static double distance(double[][] x, double[][] y) {
        double worst = 0;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < x[j].length; k++) {
                double error = Math.abs(x[j][k] - y[j][k]);
                worst = error >= 0 ? Math.max(worst, error) : Double.POSITIVE_INFINITY;
            }
        }
        return worst;
    }

    @Override
    public String toString() {
        return name;
    }
}
