package org.noisebook.field;

import org.noisebook.interpolant.Schedule;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/**
 * Sampling of a one-sided interpolant x_t = α z + β x_1 by its denoiser alone: X′ = α′ η_z + β′ η_1, where α η_z + β η_1 = X.
 *
 * <p>In terms of η_z that is X′ = (β′/β) X + (α′ − α β′/β) η_z; here η_1 is taken, X′ = (α′/α) X + (β′ − β α′/α) η_1, which needs
 * nothing special at t = 0, where η_1 = E x_1. It is DDIM without noise.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 5.4; Song, Meng and Ermon 2020 (arXiv 2010.02502).
 *
 * <p><b>Special cases</b>: α must not be 0 where a step begins, so none begins at t = 1. <b>Error</b>: order 1. <b>Cost</b>: one evaluation a
 * step. At equal cost a Runge–Kutta method on b is more accurate unless few steps are affordable.
 *
 * @param endMean η_1
 * @param schedule of which α and β count
 */
public record DenoiserIteration(Field endMean, Schedule schedule) implements Sampler {
    @Override
    public int dimension() {
        return endMean.dimension();
    }

    @Override
    public int noises() {
        return 0;
    }

    @Override
    public Stepper begin(int capacity) {
        Field.Evaluator denoiser = endMean.evaluator(capacity);
        double[][] clean = new double[dimension()][capacity];
        return new Stepper() {
            private long evaluations;

            @Override
            public void step(double from, double to, double[][] x, int count, double[][][] noise) {
                double alpha = schedule.alpha(from);
                if (alpha == 0) {
                    throw new IllegalArgumentException("a step must begin where alpha is not 0, got t=" + from);
                }
                denoiser.at(from, x, count, clean);
                evaluations++;
                double keep = schedule.alpha(to) / alpha;
                double take = schedule.beta(to) - schedule.beta(from) * keep;
                for (int j = 0; j < x.length; j++) {
                    for (int k = 0; k < count; k++) {
                        x[j][k] = Math.fma(keep, x[j][k], take * clean[j][k]);
                    }
                }
            }

            @Override
            public long evaluations() {
                return evaluations;
            }
        };
    }
}
