package org.noisebook.diffusion;

import java.util.Arrays;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;

/**
 * Mean and variance that the discrete steps of a sampler give for a mixture on the line, computed without samples, as
 * for infinitely many particles.
 *
 * <p>For deterministic methods a fine grid of the prior is carried to the end. Stochastic methods are treated backward:
 * u(x) = E[f(x_j) | x_i = x] for f = x and x² by Gauss–Hermite quadrature over the noise of the step and cubic
 * interpolation of the next u, from the last step to the first.
 *
 * <p><b>Error</b>: below 1e-4 of the variance in 160 steps, tested with a finer grid. Langevin steps include, to first
 * order in 1/N, that each of the N particles of a block contributes to both mean norms in their common step h ~
 * m_z²/m_e²: on average h z² is larger than h times z² by 2/N, and h is smaller for a large |e|. The mean of |e| is
 * over the exact marginal, not the sampler's distribution: h is then 3 % smaller, and the variance in 160 steps the
 * same within 5e-4. <b>Cost</b>: as many evaluations of the score as about 6000 particles need. <b>Not for</b>
 * conditions, learned scores or more dimensions.
 *
 * @param mean mean of the samples
 * @param variance variance of the samples
 */
public record StepMoments(double mean, double variance) {
    private static final double REACH = 8;
    private static final int PLACES = 601;
    private static final int NODES = 9;
    /** Finer grid for deterministic methods, whose maps are steep between modes. */
    private static final int FINER = 8;

    /** The moments for the samples of a config. */
    public static StepMoments of(DiffusionConfig config) {
        return of(config, PLACES);
    }

    static StepMoments of(DiffusionConfig config, int places) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        if (data.dimension() != 1
                || !(config.score() instanceof DiffusionScore.Exact)
                || !config.condition().isPlain()) {
            throw new IllegalArgumentException(
                    "config must sample a law on the line by its exact score, got " + config);
        }
        Diffusion diffusion = config.diffusion();
        double[] times = config.grid().times(1, config.end(), config.steps(), diffusion::sigma);
        Sampler sampler =
                config.method().sampler(diffusion, diffusion.marginals(data).score());
        boolean corrected = config.method() instanceof DiffusionMethod.PredictorCorrector;
        if (sampler.noises() > (corrected ? Integer.MAX_VALUE : 1)
                || sampler.noises() == 1 && config.method() instanceof DiffusionMethod.Multistep) {
            throw new IllegalArgumentException(
                    "method must take one noise a step and keep no memory, got " + config.method());
        }
        double variance = diffusion.priorVariance();
        double[][] moments = sampler.noises() == 0
                ? carried(sampler, times, grid(0, variance, FINER * places))
                : new Backward(config, data, places).moments(times, grid(0, variance, places));
        double mean = expectation(moments[0]);
        return new StepMoments(mean, expectation(moments[1]) - mean * mean);
    }

    private static double[] grid(double mean, double variance, int places) {
        double[] x = new double[places];
        Arrays.setAll(x, i -> mean + Math.sqrt(variance) * REACH * (2.0 * i / (places - 1) - 1));
        return x;
    }

    /** The expectation over the standard normal distribution of the grid points. */
    private static double expectation(double... value) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < value.length; i++) {
            double place = REACH * (2.0 * i / (value.length - 1) - 1);
            double weight = StrictMath.exp(-0.5 * place * place);
            sum += weight * value[i];
            total += weight;
        }
        return sum / total;
    }

    private static double[][] carried(Sampler sampler, double[] times, double[] start) {
        double[][] x = {start};
        Ensemble.run(sampler, times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return new double[][] {x[0], Arrays.stream(x[0]).map(v -> v * v).toArray()};
    }

    /** The backward recursion. */
    private static final class Backward {
        private final Diffusion diffusion;
        private final GaussianMixture data;
        private final int places;
        private final Field noiseMean;
        /** The predictor for the step from one time to the next. */
        private final Sampler predictor;

        private final int corrections;
        private final double signalToNoise;
        /** Number of particles that share a step. */
        private final int block;

        Backward(DiffusionConfig config, GaussianMixture data, int places) {
            this.diffusion = config.diffusion();
            this.data = data;
            this.places = places;
            Score score = diffusion.marginals(data).score();
            noiseMean = Prediction.SCORE.to(Prediction.NOISE, diffusion, score);
            DiffusionMethod.PredictorCorrector corrected =
                    config.method() instanceof DiffusionMethod.PredictorCorrector c ? c : null;
            predictor = (corrected == null ? config.method() : corrected.predictor()).sampler(diffusion, score);
            corrections = corrected == null ? 0 : corrected.corrections();
            signalToNoise = corrected == null ? 0 : corrected.signalToNoise();
            block = Math.min(Ensemble.BLOCK, config.particles());
        }

        private GaussianMixture at(double tau) {
            return data.affine(diffusion.meanCoefficient(tau), diffusion.variance(tau));
        }

        private double[] placesAt(double tau) {
            GaussianMixture law = at(tau);
            return grid(law.mean()[0], law.covariance()[0][0], places);
        }

        double[][] moments(double[] times, double[] start) {
            double[] x = placesAt(times[times.length - 1]);
            double[][] u = {x, Arrays.stream(x).map(v -> v * v).toArray()};
            Sampler.Stepper stepper = predictor.begin(places);
            for (int k = times.length - 2; k >= 0; k--) {
                double from = times[k];
                double to = times[k + 1];
                double[] before = k == 0 ? start : placesAt(from);
                u = means(
                        u,
                        x,
                        before,
                        (y, z) -> stepper.step(from, to, new double[][] {y}, places, new double[][][] {{z}}));
                for (int m = 0; m < corrections; m++) {
                    u = means(u, before, before, langevin(before, from, to));
                }
                x = before;
            }
            return u;
        }

        /** Moves each point with its noise. */
        private interface Kernel {
            void move(double[] x, double[] noise);
        }

        private static double[][] means(double[][] u, double[] x, double[] before, Kernel kernel) {
            GaussIntegrator hermite = new GaussIntegratorFactory().hermite(NODES);
            double[][] sum = new double[u.length][before.length];
            for (int q = 0; q < NODES; q++) {
                double[] y = before.clone();
                double[] noise = new double[y.length];
                Arrays.fill(noise, Math.sqrt(2) * hermite.getPoint(q));
                kernel.move(y, noise);
                double weight = hermite.getWeight(q) / Math.sqrt(Math.PI);
                for (int f = 0; f < u.length; f++) {
                    for (int i = 0; i < y.length; i++) {
                        sum[f][i] = Math.fma(weight, interpolated(u[f], x, y[i]), sum[f][i]);
                    }
                }
            }
            return sum;
        }

        /** Interpolation by the cubic through four points. */
        private static double interpolated(double[] u, double[] x, double at) {
            double place = (at - x[0]) / (x[1] - x[0]);
            int first = (int) Math.max(0, Math.min(u.length - 4, Math.floor(place) - 1));
            double s = place - first;
            return -u[first] * (s - 1) * (s - 2) * (s - 3) / 6
                    + u[first + 1] * s * (s - 2) * (s - 3) / 2
                    - u[first + 2] * s * (s - 1) * (s - 3) / 2
                    + u[first + 3] * s * (s - 1) * (s - 2) / 6;
        }

        /**
         * The step of {@link LangevinSteps}: with the means M and relative variances v of both norms, E[m_z²]/M_z² = 1
         * + v_z/N, E[m_z² z²]/M_z² = 1 + (v_z + 2)/N and E[M_e²/m_e² | e] = 1 + (3 v_e − 2 (|e|/M_e − 1))/N.
         */
        private Kernel langevin(double[] x, double from, double to) {
            double[][] e = new double[1][places];
            noiseMean.evaluator(places).at(from, new double[][] {x}, places, e);
            Transition transition = new Transition(diffusion);
            transition.set(from, to);
            double[][] log = new double[1][places];
            diffusion.marginals(data).logDensity().evaluator(places).at(from, new double[][] {x}, places, log);
            double norm = 0;
            double squares = 0;
            double total = 0;
            for (int i = 0; i < places; i++) {
                double density = StrictMath.exp(log[0][i]);
                norm += density * Math.abs(e[0][i]);
                squares += density * e[0][i] * e[0][i];
                total += density;
            }
            double stdDev = transition.stdDevFrom();
            double mean = norm / total;
            double relative = signalToNoise * transition.ratio() * stdDev * Math.sqrt(2 / Math.PI) / mean;
            double h = 2 * relative * relative;
            double shared = 1 + (Math.PI / 2 - 1 + 3 * (squares / total / (mean * mean) - 1)) / block;
            return (y, noise) -> {
                for (int i = 0; i < y.length; i++) {
                    double own = h * Math.max(0, shared - 2 * (Math.abs(e[0][i]) / mean - 1) / block);
                    y[i] += Math.sqrt(2 * (own + 2 * h / block)) * noise[i] - own / stdDev * e[0][i];
                }
            };
        }
    }
}
