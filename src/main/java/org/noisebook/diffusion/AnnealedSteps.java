package org.noisebook.diffusion;

import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/** Langevin steps at each noise level, with a step size proportional to the noise variance. */
record AnnealedSteps(Diffusion diffusion, Field noiseMean, double stepSize, int corrections) implements Sampler {
    @Override
    public int dimension() {
        return noiseMean.dimension();
    }

    @Override
    public int noises() {
        return corrections;
    }

    @Override
    public Stepper begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Stepper {
        private final Transition transition = new Transition(diffusion);
        private final Field.Evaluator field;
        private final double[][] e;
        private long evaluations;

        Steps(int capacity) {
            e = Blocks.rows(dimension(), capacity);
            field = noiseMean.evaluator(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Blocks.check(x, count, e);
            transition.set(from, to);
            transition.mustNotRise();
            Blocks.scale(transition.factor(), x, count);
            double stdDev = transition.stdDevTo();
            for (int m = 0; m < corrections && stdDev > 0; m++) {
                field.at(to, x, count, e);
                evaluations++;
                Blocks.combine(1, x, -stepSize * stdDev, e, count, x);
                Blocks.combine(1, x, Math.sqrt(2 * stepSize) * stdDev, noise[m], count, x);
            }
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
