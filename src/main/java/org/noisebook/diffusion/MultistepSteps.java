package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/** The exponential integrator of order 2 that extrapolates the denoiser from the step before. */
final class MultistepSteps implements Sampler {
    private final Diffusion diffusion;
    private final Field noiseMean;

    MultistepSteps(Diffusion diffusion, Field noiseMean) {
        this.diffusion = diffusion;
        this.noiseMean = noiseMean;
    }

    @Override
    public int dimension() {
        return noiseMean.dimension();
    }

    @Override
    public int noises() {
        return 0;
    }

    @Override
    public Stepper begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Stepper {
        private final Transition transition = new Transition(diffusion);
        private final Field.Evaluator field;
        private double[][] clean;
        private double[][] cleanBefore;
        private double widthBefore;
        private double end = Double.NaN;
        private int particles;
        private long evaluations;

        Steps(int capacity) {
            clean = Blocks.rows(dimension(), capacity);
            cleanBefore = Blocks.rows(dimension(), capacity);
            field = noiseMean.evaluator(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Blocks.check(x, count, clean);
            transition.set(from, to);
            if (transition.stdDevFrom() == 0) {
                throw new IllegalArgumentException(
                        "an exponential step must start at noise, got tau=" + Numbers.format(from));
            }
            field.at(from, x, count, clean);
            evaluations++;
            double mean = transition.meanFrom();
            Blocks.combine(1 / mean, x, -transition.sigmaFrom(), clean, count, clean);
            double width = StrictMath.log(transition.sigmaFrom() / transition.sigmaTo());
            double part = -StrictMath.expm1(-width) * transition.meanTo();
            double extrapolation = from == end && count == particles && width < Double.POSITIVE_INFINITY && width != 0
                    ? width / (2 * widthBefore)
                    : 0;
            Blocks.combine(
                    transition.stdDevTo() / transition.stdDevFrom(), x, part * (1 + extrapolation), clean, count, x);
            if (extrapolation != 0) {
                Blocks.combine(1, x, -part * extrapolation, cleanBefore, count, x);
            }
            remember(width, to, count);
        }

        private void remember(double width, double to, int count) {
            double[][] free = cleanBefore;
            cleanBefore = clean;
            clean = free;
            widthBefore = width;
            end = width == 0 ? Double.NaN : to;
            particles = count;
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
