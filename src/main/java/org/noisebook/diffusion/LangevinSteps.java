package org.noisebook.diffusion;

import java.util.Arrays;
import org.noisebook.solver.Field;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Sampler;

/** Langevin corrections at one noise level, then a predictor step to the next. */
final class LangevinSteps implements Sampler {
    private final GaussianSampler predictor;
    private final Diffusion diffusion;
    private final Field noiseMean;
    private final double signalToNoise;
    private final int corrections;

    LangevinSteps(
            GaussianSampler predictor, Diffusion diffusion, Field noiseMean, double signalToNoise, int corrections) {
        this.predictor = predictor;
        this.diffusion = diffusion;
        this.noiseMean = noiseMean;
        this.signalToNoise = signalToNoise;
        this.corrections = corrections;
    }

    @Override
    public int dimension() {
        return predictor.dimension();
    }

    /** Those of the corrector come first. */
    @Override
    public int noises() {
        return corrections + predictor.noises();
    }

    @Override
    public Stepper begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Stepper {
        private final Transition transition = new Transition(diffusion);
        private final Stepper predict;
        private final Field.Evaluator field;
        private final double[][] e;
        private final double[] squares;
        private final double[][][] rest = new double[predictor.noises()][][];
        private long evaluations;

        Steps(int capacity) {
            e = Blocks.rows(dimension(), capacity);
            squares = new double[capacity];
            predict = predictor.begin(capacity);
            field = noiseMean.evaluator(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Blocks.check(x, count, e);
            transition.set(from, to);
            for (int m = 0; m < corrections; m++) {
                correct(from, x, count, noise[m]);
            }
            for (int m = 0; m < rest.length; m++) {
                rest[m] = noise[corrections + m];
            }
            predict.step(from, to, x, count, rest);
        }

        /** With s = −e/√V: h s = −(h/√V) e and ‖s‖ = ‖e‖/√V. */
        private void correct(double at, double[][] x, int count, double[][] z) {
            field.at(at, x, count, e);
            evaluations++;
            double stdDev = transition.stdDevFrom();
            double relative = signalToNoise * transition.ratio() * stdDev * meanNorm(z, count) / meanNorm(e, count);
            double h = 2 * relative * relative;
            if (!(h > 0 && h < Double.POSITIVE_INFINITY)) {
                return;
            }
            Blocks.combine(1, x, -h / stdDev, e, count, x);
            Blocks.combine(1, x, Math.sqrt(2 * h), z, count, x);
        }

        /** The mean over particles with a finite norm, so that a diverged particle does not affect the others. */
        private double meanNorm(double[][] vectors, int count) {
            Arrays.fill(squares, 0, count, 0);
            for (double[] row : vectors) {
                for (int k = 0; k < count; k++) {
                    squares[k] = Math.fma(row[k], row[k], squares[k]);
                }
            }
            double sum = 0;
            int finite = 0;
            for (int k = 0; k < count; k++) {
                if (squares[k] < Double.POSITIVE_INFINITY) {
                    sum += Math.sqrt(squares[k]);
                    finite++;
                }
            }
            return sum / finite;
        }

        @Override
        public long evaluations() {
            return evaluations + predict.evaluations();
        }
    }
}
