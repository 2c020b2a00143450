package org.noisebook.interpolant;

import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * Two Gaussian mixtures joined by x_t = α x_0 + β x_1 + γ z, with all fields in closed form.
 *
 * @param start ρ_0
 * @param end ρ_1
 * @param schedule α, β, γ
 */
public record MixtureInterpolant(GaussianMixture start, GaussianMixture end, Schedule schedule) {

    /** d. */
    public int dimension() {
        return end.dimension();
    }

    /** b = E[ẋ_t | x_t = x], with its exact divergence. */
    public VelocityField velocity() {
        return VelocityField.of(dimension(), (t, x, count, out) -> evaluate(t, x, count, out, true));
    }

    /** s = ∇ log ρ, whose divergence is the trace of the Hessian of log ρ. */
    public Score score() {
        return Score.of(dimension(), (t, x, count, out) -> evaluate(t, x, count, out, false));
    }

    /** v = E[α̇ x_0 + β̇ x_1 | x_t = x] = b + γγ̇ s, since b = v + γ̇ η_z. */
    public VelocityField interpolantVelocity() {
        return VelocityField.of(dimension(), (t, x, count, out) -> {
            double[][] score = new double[1][count];
            evaluate(t, x, count, score, false);
            evaluate(t, x, count, out, true);
            for (int k = 0; k < count; k++) {
                out[0][k] += schedule.gammaGammaDot(t) * score[0][k];
            }
        });
    }

    /** η_0 = E[x_0 | x_t = x]. */
    public Field startMean() {
        throw new UnsupportedOperationException("to come");
    }

    /** η_1 = E[x_1 | x_t = x]. */
    public Field endMean() {
        throw new UnsupportedOperationException("to come");
    }

    /** η_z = E[z | x_t = x] = −γ s. */
    public Field noiseMean() {
        return VelocityField.of(dimension(), (t, x, count, out) -> {
            evaluate(t, x, count, out, false);
            for (int k = 0; k < count; k++) {
                out[0][k] *= -schedule.gamma(t);
            }
        });
    }

    /** log ρ(t, x), one output. */
    public Field logDensity() {
        return new LogDensity(this);
    }

    private record LogDensity(MixtureInterpolant of) implements Field {
        @Override
        public int dimension() {
            return of.dimension();
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return of::logDensity;
        }
    }

    private void logDensity(double t, double[][] x, int count, double[][] out) {
        double a = schedule.alpha(t);
        double b = schedule.beta(t);
        for (int k = 0; k < count; k++) {
            double largest = Double.NEGATIVE_INFINITY;
            double total = 0;
            for (int i = 0; i < start.components(); i++) {
                for (int j = 0; j < end.components(); j++) {
                    double c = a * a * start.covariances()[i][0][0]
                            + b * b * end.covariances()[j][0][0]
                            + schedule.gammaSquared(t);
                    double off = x[0][k] - a * start.means()[i][0] - b * end.means()[j][0];
                    double log = Math.log(start.weights()[i] * end.weights()[j] / Math.sqrt(2 * Math.PI * c))
                            - off * off / (2 * c);
                    if (log > largest) {
                        total *= Math.exp(largest - log);
                        largest = log;
                    }
                    total += Math.exp(log - largest);
                }
            }
            out[0][k] = largest + Math.log(total);
        }
    }

    private void evaluate(double t, double[][] x, int count, double[][] out, boolean velocity) {
        if (dimension() > 1) {
            throw new UnsupportedOperationException("to come");
        }
        double a = schedule.alpha(t);
        double b = schedule.beta(t);
        for (int k = 0; k < count; k++) {
            double largest = Double.NEGATIVE_INFINITY;
            double total = 0;
            double sum = 0;
            for (int i = 0; i < start.components(); i++) {
                for (int j = 0; j < end.components(); j++) {
                    double c0 = start.covariances()[i][0][0];
                    double c1 = end.covariances()[j][0][0];
                    double c = a * a * c0 + b * b * c1 + schedule.gammaSquared(t);
                    double half =
                            a * schedule.alphaDot(t) * c0 + b * schedule.betaDot(t) * c1 + schedule.gammaGammaDot(t);
                    double off = x[0][k] - a * start.means()[i][0] - b * end.means()[j][0];
                    double log = Math.log(start.weights()[i] * end.weights()[j] / Math.sqrt(c)) - off * off / (2 * c);
                    double drift = schedule.alphaDot(t) * start.means()[i][0]
                            + schedule.betaDot(t) * end.means()[j][0]
                            + half / c * off;
                    if (log > largest) {
                        double shrink = Math.exp(largest - log);
                        total *= shrink;
                        sum *= shrink;
                        largest = log;
                    }
                    double w = Math.exp(log - largest);
                    total += w;
                    sum += w * (velocity ? drift : -off / c);
                }
            }
            out[0][k] = sum / total;
        }
    }
}
