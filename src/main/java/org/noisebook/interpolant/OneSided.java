package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * One field of a one-sided interpolant x_t = α z + β x_1 from another, exact or learned: s = −η_z/α, α η_z + β η_1 = x and b =
 * α̇ η_z + β̇ η_1 tie them, so one network is enough.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 5. Their one-sided score loss has 1/γ where 1/α is
 * needed.
 *
 * <p><b>Special cases</b>: at t = 0, where β = 0, b is α̇ x + β̇ E x_1 and η_1 is E x_1. A score does not exist where α = 0: it is infinite or NaN there.
 * <b>Error</b>: that of the field times a factor, which grows as 1/α or 1/β at an end. <b>Cost</b>: one evaluation; derivatives are
 * those of the field.
 */
public final class OneSided {
    private final Schedule schedule;
    private final double[] mean;

    /**
     * For a schedule without latent noise.
     *
     * @param schedule α and β
     * @param mean E x_1
     */
    public OneSided(Schedule schedule, double... mean) {
        this.schedule = schedule;
        this.mean = mean.clone();
    }

    /** b from η_z. */
    public VelocityField velocity(Field noiseMean) {
        return new Velocity(noiseMean, t -> {
            double beta = schedule.beta(t);
            if (beta == 0) {
                return new Factors(schedule.alphaDot(t), 0, schedule.betaDot(t));
            }
            double rate = schedule.betaDot(t) / beta;
            return new Factors(rate, schedule.alphaDot(t) - schedule.alpha(t) * rate, 0);
        });
    }

    /** η_1, the denoiser, from η_z. */
    public Field endMean(Field noiseMean) {
        return new Composed(noiseMean, t -> {
            double beta = schedule.beta(t);
            return beta == 0 ? new Factors(0, 0, 1) : new Factors(1 / beta, -schedule.alpha(t) / beta, 0);
        });
    }

    /** s from η_z. */
    public Score score(Field noiseMean) {
        return new ScoreField(noiseMean, t -> new Factors(0, -1 / schedule.alpha(t), 0));
    }

    /** η_z from s. */
    public Field noiseMean(Score score) {
        return new Composed(score, t -> new Factors(0, -schedule.alpha(t), 0));
    }

    /** η_z from b. */
    public Field noiseMean(VelocityField velocity) {
        return new Composed(velocity, t -> {
            double beta = schedule.beta(t);
            if (beta == 0) {
                return new Factors(1 / schedule.alpha(t), 0, 0);
            }
            double rate = schedule.betaDot(t) / beta;
            double factor = 1 / (schedule.alphaDot(t) - schedule.alpha(t) * rate);
            return new Factors(-rate * factor, factor, 0);
        });
    }

    /** p x + q f + r E x_1. */
    private record Factors(double place, double field, double mean) {}

    private interface Times {
        Factors at(double t);
    }

    private class Composed implements Field {
        private final Field field;
        private final Times times;

        Composed(Field field, Times times) {
            if (field.dimension() != mean.length) {
                throw new IllegalArgumentException(
                        "field must have the dimension of the mean=" + mean.length + ", got " + field.dimension());
            }
            this.field = field;
            this.times = times;
        }

        @Override
        public final int dimension() {
            return mean.length;
        }

        @Override
        public final Evaluator evaluator(int capacity) {
            Evaluator inner = field.evaluator(capacity);
            return new Evaluator() {
                @Override
                public void at(double t, double[][] x, int count, double[][] out) {
                    Factors factors = value(inner, t, x, count, out);
                    for (int j = 0; j < mean.length; j++) {
                        double shift = factors.mean * mean[j];
                        for (int k = 0; k < count; k++) {
                            out[j][k] = Math.fma(factors.place, x[j][k], Math.fma(factors.field, out[j][k], shift));
                        }
                    }
                }

                @Override
                public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
                    Factors factors = times.at(Schedule.checkTime(t));
                    if (factors.field == 0) {
                        clear(out, count);
                    } else {
                        inner.along(t, x, direction, count, out);
                    }
                    for (int j = 0; j < mean.length; j++) {
                        for (int k = 0; k < count; k++) {
                            out[j][k] = Math.fma(factors.place, direction[j][k], factors.field * out[j][k]);
                        }
                    }
                }

                @Override
                public void divergence(double t, double[][] x, int count, double[] out) {
                    Factors factors = times.at(Schedule.checkTime(t));
                    if (factors.field == 0) {
                        Arrays.fill(out, 0, count, 0);
                    } else {
                        inner.divergence(t, x, count, out);
                    }
                    for (int k = 0; k < count; k++) {
                        out[k] = Math.fma(factors.field, out[k], factors.place * mean.length);
                    }
                }
            };
        }

        /** Where its factor is 0 the field is not asked: it may not exist there. */
        private Factors value(Evaluator inner, double t, double[][] x, int count, double[][] out) {
            Factors factors = times.at(Schedule.checkTime(t));
            if (factors.field == 0) {
                clear(out, count);
            } else {
                inner.at(t, x, count, out);
            }
            return factors;
        }

        private static void clear(double[][] out, int count) {
            for (double[] row : out) {
                Arrays.fill(row, 0, count, 0);
            }
        }
    }

    private final class Velocity extends Composed implements VelocityField {
        Velocity(Field field, Times times) {
            super(field, times);
        }
    }

    private final class ScoreField extends Composed implements Score {
        ScoreField(Field field, Times times) {
            super(field, times);
        }
    }
}
