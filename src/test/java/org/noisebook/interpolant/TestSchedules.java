package org.noisebook.interpolant;

import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/** Schedules, diffusions and fields that only tests need. */
final class TestSchedules {
    private TestSchedules() {}

    /** A field of one output held at one time. */
    static Field at(double time, Field field) {
        return new Output(
                field.dimension(), (t, x, count, out) -> field.evaluator(count).at(time, x, count, out));
    }

    /** One output, 0. */
    static Field zero(int dimension) {
        return new Output(dimension, (t, x, count, out) -> java.util.Arrays.fill(out[0], 0, count, 0));
    }

    private record Output(int dimension, Field.Evaluator function) implements Field {
        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return function;
        }
    }

    /** Another schedule at double speed up to 1/4, then at two thirds. */
    record Warped(Schedule of) implements Schedule {
        private static double time(double t) {
            return t < 0.25 ? 2 * t : 0.5 + (t - 0.25) * 2 / 3;
        }

        private static double speed(double t) {
            return t < 0.25 ? 2 : 2.0 / 3;
        }

        @Override
        public double alpha(double t) {
            return of.alpha(time(t));
        }

        @Override
        public double beta(double t) {
            return of.beta(time(t));
        }

        @Override
        public double gammaSquared(double t) {
            return of.gammaSquared(time(t));
        }

        @Override
        public double alphaDot(double t) {
            return speed(t) * of.alphaDot(time(t));
        }

        @Override
        public double betaDot(double t) {
            return speed(t) * of.betaDot(time(t));
        }

        @Override
        public double gammaGammaDot(double t) {
            return speed(t) * of.gammaGammaDot(time(t));
        }

        @Override
        public double[] breaks() {
            return new double[] {0.25};
        }
    }

    /** α = cos(πt/2), β = sin(πt/2), γ = 0. */
    record Trigonometric() implements Schedule {
        @Override
        public double alpha(double t) {
            return Math.cos(Math.PI * t / 2);
        }

        @Override
        public double beta(double t) {
            return Math.sin(Math.PI * t / 2);
        }

        @Override
        public double gammaSquared(double t) {
            return 0;
        }

        @Override
        public double alphaDot(double t) {
            return -Math.PI / 2 * Math.sin(Math.PI * t / 2);
        }

        @Override
        public double betaDot(double t) {
            return Math.PI / 2 * Math.cos(Math.PI * t / 2);
        }

        @Override
        public double gammaGammaDot(double t) {
            return 0;
        }
    }

    /** α = cos² πt, then 0; β = 0, then cos² πt; γ = sin² πt. */
    record EncodingDecoding() implements Schedule {
        @Override
        public double alpha(double t) {
            return t < 0.5 ? Math.pow(Math.cos(Math.PI * t), 2) : 0;
        }

        @Override
        public double beta(double t) {
            return t > 0.5 ? Math.pow(Math.cos(Math.PI * t), 2) : 0;
        }

        @Override
        public double gammaSquared(double t) {
            return Math.pow(Math.sin(Math.PI * t), 4);
        }

        @Override
        public double alphaDot(double t) {
            return t < 0.5 ? -Math.PI * Math.sin(2 * Math.PI * t) : 0;
        }

        @Override
        public double betaDot(double t) {
            return t > 0.5 ? -Math.PI * Math.sin(2 * Math.PI * t) : 0;
        }

        @Override
        public double gammaGammaDot(double t) {
            return 2 * Math.PI * Math.pow(Math.sin(Math.PI * t), 3) * Math.cos(Math.PI * t);
        }

        @Override
        public double[] breaks() {
            return new double[] {0.5};
        }
    }

    /** The diffusions of section 5 with their usual constants: α = √V, β = a in their own time τ. */
    enum Sde implements Schedule {
        VP,
        SUB_VP,
        VE;

        private static final double BETA_MIN = 0.1;
        private static final double BETA_MAX = 20;
        private static final double SIGMA_MIN = 0.01;
        private static final double SIGMA_MAX = 50;

        private static double integral(double t) {
            return BETA_MIN * t + (BETA_MAX - BETA_MIN) * t * t / 2;
        }

        private static double sigmaSquared(double t) {
            return SIGMA_MIN * SIGMA_MIN * Math.pow(SIGMA_MAX / SIGMA_MIN, 2 * t);
        }

        private double variance(double t) {
            double gone = -Math.expm1(-integral(t));
            return switch (this) {
                case VP -> gone;
                case SUB_VP -> gone * gone;
                case VE -> sigmaSquared(t);
            };
        }

        private double noiseSquared(double t) {
            double rate = BETA_MIN + (BETA_MAX - BETA_MIN) * t;
            return switch (this) {
                case VP -> rate;
                case SUB_VP -> -rate * Math.expm1(-2 * integral(t));
                case VE -> 2 * sigmaSquared(t) * Math.log(SIGMA_MAX / SIGMA_MIN);
            };
        }

        private double drift(double t) {
            return this == VE ? 0 : -(BETA_MIN + (BETA_MAX - BETA_MIN) * t) / 2;
        }

        double priorVariance() {
            return this == VE ? SIGMA_MAX * SIGMA_MAX : 1;
        }

        VelocityField probabilityFlow(Score score) {
            return VelocityField.of(score.dimension(), (t, x, count, out) -> {
                score.evaluator(count).at(t, x, count, out);
                for (int j = 0; j < x.length; j++) {
                    for (int k = 0; k < count; k++) {
                        out[j][k] = drift(t) * x[j][k] - noiseSquared(t) / 2 * out[j][k];
                    }
                }
            });
        }

        @Override
        public double alpha(double t) {
            return Math.sqrt(variance(t));
        }

        @Override
        public double beta(double t) {
            return this == VE ? 1 : Math.exp(-integral(t) / 2);
        }

        @Override
        public double gammaSquared(double t) {
            return 0;
        }

        @Override
        public double alphaDot(double t) {
            return (2 * drift(t) * variance(t) + noiseSquared(t)) / (2 * alpha(t));
        }

        @Override
        public double betaDot(double t) {
            return drift(t) * beta(t);
        }

        @Override
        public double gammaGammaDot(double t) {
            return 0;
        }
    }
}
