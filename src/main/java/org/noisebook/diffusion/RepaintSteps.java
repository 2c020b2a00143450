package org.noisebook.diffusion;

import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Sampler;

/** Steps of a predictor repeated after going back to the noise of their start, with known first coordinates. */
record RepaintSteps(Diffusion diffusion, GaussianSampler predictor, int resamplings, double[] known)
        implements Sampler {
    @Override
    public int dimension() {
        return predictor.dimension();
    }

    /** One vector for each step down, and one for each step back. */
    @Override
    public int noises() {
        return 2 * resamplings - 1;
    }

    @Override
    public Stepper begin(int capacity) {
        return new Steps(capacity);
    }

    private final class Steps implements Stepper {
        private final Transition transition = new Transition(diffusion);
        private final GaussianSampler.Step inner;
        private final double[][][] own = new double[1][][];

        Steps(int capacity) {
            inner = predictor.begin(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            transition.set(from, to);
            int times = to == 0 ? 1 : resamplings;
            for (int u = 0; u < times; u++) {
                if (u > 0) {
                    Blocks.combine(
                            transition.ratio(),
                            x,
                            Math.sqrt(transition.variance()),
                            noise[resamplings + u - 1],
                            count,
                            x);
                }
                own[0] = noise[u];
                inner.step(from, to, x, count, own);
                for (int j = 0; j < known.length; j++) {
                    for (int k = 0; k < count; k++) {
                        x[j][k] = Math.fma(transition.stdDevTo(), noise[u][j][k], transition.meanTo() * known[j]);
                    }
                }
            }
        }

        @Override
        public long evaluations() {
            return inner.evaluations();
        }
    }
}
