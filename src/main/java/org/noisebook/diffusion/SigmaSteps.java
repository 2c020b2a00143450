package org.noisebook.diffusion;

import org.noisebook.field.ComposedField;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.VelocityField;

/** Steps of an ODE method on x/a in the time σ. */
final class SigmaSteps implements Sampler {
    private final Diffusion diffusion;
    private final VelocityField flow;
    private final OdeMethod method;

    SigmaSteps(Diffusion diffusion, Field noiseMean, OdeMethod method) {
        this.diffusion = diffusion;
        this.flow = new ComposedField(
                noiseMean,
                sigma -> 0,
                sigma -> 1,
                diffusion::timeOfSigma,
                sigma -> diffusion.meanCoefficient(diffusion.timeOfSigma(sigma)));
        this.method = method;
    }

    @Override
    public int dimension() {
        return flow.dimension();
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
        private final Stepper inner;
        private final Stepper last;

        Steps(int capacity) {
            inner = method.sampler(flow).begin(capacity);
            last = OdeMethod.EULER.sampler(flow).begin(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            transition.set(from, to);
            Blocks.scale(1 / transition.meanFrom(), x, count);
            (transition.stdDevTo() == 0 ? last : inner)
                    .step(transition.sigmaFrom(), transition.sigmaTo(), x, count, noise);
            Blocks.scale(transition.meanTo(), x, count);
        }

        @Override
        public long evaluations() {
            return inner.evaluations() + last.evaluations();
        }
    }
}
