package org.noisebook.diffusion;

import java.util.Optional;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.VelocityField;

/** Steps of an ODE method on x/a in the time σ, from a σ that noise may raise first. */
final class SigmaSteps implements Sampler {
    private final Diffusion diffusion;
    private final VelocityField flow;
    private final OdeMethod method;
    private final Optional<DiffusionMethod.Churn> churn;
    private final double largest;

    SigmaSteps(Diffusion diffusion, Field noiseMean, OdeMethod method, Optional<DiffusionMethod.Churn> churn) {
        this.diffusion = diffusion;
        this.churn = churn;
        largest = churn.isPresent() ? diffusion.sigma(1) : 0;
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
        return churn.isPresent() ? 1 : 0;
    }

    @Override
    public Stepper begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Stepper {
        private final Transition transition = new Transition(diffusion);
        private final Stepper inner;
        private final Stepper last;
        private final double[][] shape;

        Steps(int capacity) {
            inner = method.sampler(flow).begin(capacity);
            last = OdeMethod.EULER.sampler(flow).begin(capacity);
            shape = Blocks.rows(flow.dimension(), capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Blocks.check(x, count, shape);
            transition.set(from, to);
            Blocks.scale(1 / transition.meanFrom(), x, count);
            double sigma = transition.sigmaFrom();
            if (churn.isPresent()) {
                transition.mustNotRise();
                double raised = churn.get().raised(sigma, largest);
                double spread = churn.get().inflation() * Math.sqrt((raised - sigma) * (raised + sigma));
                Blocks.combine(1, x, spread, noise[0], count, x);
                sigma = raised;
            }
            (transition.stdDevTo() == 0 ? last : inner).step(sigma, transition.sigmaTo(), x, count, noise);
            Blocks.scale(transition.meanTo(), x, count);
        }

        @Override
        public long evaluations() {
            return inner.evaluations() + last.evaluations();
        }
    }
}
