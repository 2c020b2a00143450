package org.noisebook.diffusion;

import org.noisebook.solver.Field;
import org.noisebook.solver.GaussianSampler;

/** Steps x ← A x + B e + C z, with e = E[z | x]. */
final class GaussianSteps implements GaussianSampler {
    /** The coefficients of a step. */
    interface Coefficients {
        /** Writes A, B and C. */
        void of(Transition step, double[] out);
    }

    private final Diffusion diffusion;
    private final Field noiseMean;
    private final int noises;
    private final Coefficients coefficients;

    GaussianSteps(Diffusion diffusion, Prediction prediction, Field field, int noises, Coefficients coefficients) {
        this.diffusion = diffusion;
        this.noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
        this.noises = noises;
        this.coefficients = coefficients;
    }

    @Override
    public int dimension() {
        return noiseMean.dimension();
    }

    @Override
    public int noises() {
        return noises;
    }

    @Override
    public Step begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Step {
        private final Transition transition = new Transition(diffusion);
        private final double[] abc = new double[3];
        private final double[][] e;
        private final Field.Evaluator field;
        private long evaluations;

        Steps(int capacity) {
            e = Blocks.rows(dimension(), capacity);
            field = noiseMean.evaluator(capacity);
        }

        private void set(double from, double to) {
            transition.set(from, to);
            coefficients.of(transition, abc);
        }

        @Override
        public void mean(double from, double to, double[][] x, int count, double[][] out) {
            Blocks.check(x, count, e);
            set(from, to);
            field.at(from, x, count, e);
            evaluations++;
            Blocks.combine(abc[0], x, abc[1], e, count, out);
        }

        @Override
        public double stdDev(double from, double to) {
            set(from, to);
            return abc[2];
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            mean(from, to, x, count, x);
            if (noises > 0 && abc[2] > 0) {
                Blocks.combine(1, x, abc[2], noise[0], count, x);
            }
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
