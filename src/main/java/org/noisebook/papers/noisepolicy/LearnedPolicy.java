package org.noisebook.papers.noisepolicy;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.ValueCache;
import org.noisebook.paper.Outcome;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;

/**
 * Initial noise from N(μ, diag e^(2ℓ)), learned from rewards of whole samples: each draw is one action, however many steps follow.
 *
 * <p>On each batch, some natural-gradient steps raise the objective mean(min(ρ A, clip(ρ) A)), ρ = π/π_old, where A is the reward
 * standardised within the batch, or the reward itself. A single step without reuse is REINFORCE for any clip.
 *
 * <p>Chen, Yang, Wang and others 2024, FIND (arXiv 2407.19453); Schulman, Wolski, Dhariwal, Radford, Klimov 2017, equation 7 (arXiv
 * 1707.06347). <b>Special cases</b>: a parameter that is not finite ends the training, and all parameters become NaN.
 *
 * @param mean μ
 * @param logScale ℓ
 * @param kept share of the ratios that lay within the clip, over all steps
 */
record LearnedPolicy(Doubles mean, Doubles logScale, double kept) {
    private static final ValueCache<Task, List<LearnedPolicy>> LEARNED = new ValueCache<>();
    /** Cache key with the version of the training, raised whenever the same config would give another policy. */
    static final String NAME = "noise-policy 1";

    /**
     * Returns this policy.
     *
     * @throws Outcome.Diverged if its parameters are not finite
     */
    LearnedPolicy finite() {
        if (!Double.isFinite(divergence())) {
            throw new Outcome.Diverged();
        }
        return this;
    }

    /** Initial noise from unit-variance noise, {@code [coordinate][particle]}. */
    double[][] draw(double[][] noise) {
        return drawn(noise, mean.toArray(), logScale.toArray());
    }

    private static double[][] drawn(double[][] noise, double[] mean, double[] log) {
        return IntStream.range(0, mean.length)
                .mapToObj(j -> Arrays.stream(noise[j])
                        .map(z -> Math.fma(StrictMath.exp(log[j]), z, mean[j]))
                        .toArray())
                .toArray(double[][]::new);
    }

    /** The divergence from N(0, 1), Σ (μ² + e^(2ℓ) − 1)/2 − ℓ, in nats. */
    double divergence() {
        return IntStream.range(0, mean.size())
                .mapToDouble(
                        j -> (mean.get(j) * mean.get(j) + StrictMath.expm1(2 * logScale.get(j))) / 2 - logScale.get(j))
                .sum();
    }

    /** Learns a policy from the rewards of batches of starts drawn from a stream. */
    static LearnedPolicy learn(
            LearnedNoise.Policy how, int dimension, Function<double[][], double[]> reward, Stream stream) {
        double[] mean = new double[dimension];
        double[] log = new double[dimension];
        int n = how.samples();
        long inside = 0;
        for (int update = 0; update < how.updates(); update++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("policy gradient interrupted");
            }
            double[][] x = drawn(noise(stream, dimension, n), mean, log);
            double[] advantage = how.calibrated() ? calibrated(reward.apply(x)) : reward.apply(x);
            double[] before = logs(x, mean, log);
            for (int step = 0; step < how.reuse(); step++) {
                double[] now = logs(x, mean, log);
                double[] weight = new double[n];
                for (int k = 0; k < n; k++) {
                    double ratio = StrictMath.exp(now[k] - before[k]);
                    boolean within = Math.abs(ratio - 1) <= how.clip();
                    inside += within ? 1 : 0;
                    weight[k] = within || ratio > 1 != advantage[k] > 0 ? ratio * advantage[k] / n : 0;
                }
                climb(how.rate(), x, weight, mean, log);
            }
            if (!DoubleStream.concat(Arrays.stream(mean), Arrays.stream(log)).allMatch(Double::isFinite)) {
                Arrays.fill(mean, Double.NaN);
                Arrays.fill(log, Double.NaN);
                break;
            }
        }
        return new LearnedPolicy(
                Doubles.of(mean), Doubles.of(log), inside / ((double) how.updates() * how.reuse() * n));
    }

    /** All that the policies of all classes depend on. */
    private record Task(
            LearnedNoise.Policy how,
            GuidedLaw law,
            Diffusion diffusion,
            DiffusionMethod method,
            int steps,
            Streams streams) {}

    /** The sampler without guidance, w = 0. */
    static Sampler sampler(GuidedLaw law, Diffusion diffusion, DiffusionMethod method) {
        return method.sampler(diffusion, law.pixelScores(diffusion).unconditional());
    }

    /** Samples from unit-variance starts. */
    static double[][] samples(Sampler sampler, Diffusion diffusion, int steps, double[][] x) {
        double root = Math.sqrt(diffusion.priorVariance());
        double[][] out = Arrays.stream(x)
                .map(row -> Arrays.stream(row).map(v -> root * v).toArray())
                .toArray(double[][]::new);
        Ensemble.run(sampler, TimeGrid.UNIFORM.times(1, 0, steps), out, Noise.NONE, 1, Ensemble.Observer.NONE);
        return out;
    }

    /** Learns the policy of one class from the log of its exact probability, with a part of the stream {@code pairs}. */
    static LearnedPolicy forClass(
            LearnedNoise.Policy how,
            GuidedLaw law,
            Diffusion diffusion,
            DiffusionMethod method,
            int steps,
            int label,
            Streams streams) {
        Sampler sampler = sampler(law, diffusion, method);
        return learn(
                how,
                law.dimension(),
                x -> Arrays.stream(law.posterior(samples(sampler, diffusion, steps, x))
                                .orElseThrow()[label])
                        .map(p -> StrictMath.log(Math.max(p, Double.MIN_NORMAL)))
                        .toArray(),
                how.batches(streams).part(label));
    }

    /** Starts for particles of these classes from prior noise, by the policy of each class. */
    static double[][] starts(
            LearnedNoise.Policy how, GuidanceConfig config, int[] labels, double[][] noise, Streams streams) {
        Task task = new Task(how, config.law(), config.diffusion(), config.method(), config.steps(), streams);
        List<LearnedPolicy> policies = LEARNED.of(
                task,
                one -> IntStream.range(0, one.law().data().components())
                        .mapToObj(c ->
                                forClass(how, one.law(), one.diffusion(), one.method(), one.steps(), c, one.streams()))
                        .toList());
        double root = Math.sqrt(config.diffusion().priorVariance());
        double[][] x = new double[noise.length][labels.length];
        for (int k = 0; k < labels.length; k++) {
            LearnedPolicy policy = policies.get(labels[k]);
            for (int j = 0; j < x.length; j++) {
                x[j][k] = Math.fma(StrictMath.exp(policy.logScale.get(j)), noise[j][k], root * policy.mean.get(j));
            }
        }
        return x;
    }

    private static double[][] noise(Stream stream, int dimension, int count) {
        double[][] z = new double[dimension][count];
        for (int k = 0; k < count; k++) {
            for (double[] row : z) {
                row[k] = stream.nextGaussian();
            }
        }
        return z;
    }

    private static double[] calibrated(double... reward) {
        double mean = Arrays.stream(reward).average().orElseThrow();
        double squares = Arrays.stream(reward).map(r -> (r - mean) * (r - mean)).sum() / reward.length;
        return Arrays.stream(reward)
                .map(r -> squares == 0 ? 0 : (r - mean) / Math.sqrt(squares))
                .toArray();
    }

    /** Log densities up to a constant. */
    private static double[] logs(double[][] x, double[] mean, double[] log) {
        double[] out = new double[x[0].length];
        for (int j = 0; j < mean.length; j++) {
            double scale = StrictMath.exp(-log[j]);
            for (int k = 0; k < out.length; k++) {
                double z = scale * (x[j][k] - mean[j]);
                out[k] -= Math.fma(z / 2, z, log[j]);
            }
        }
        return out;
    }

    /** A natural-gradient step, F⁻¹ ∇ of Σ weight log π: x − μ for μ, (z² − 1)/2 for ℓ. */
    private static void climb(double rate, double[][] x, double[] weight, double[] mean, double[] log) {
        for (int j = 0; j < mean.length; j++) {
            double scale = StrictMath.exp(-log[j]);
            double first = 0;
            double second = 0;
            for (int k = 0; k < weight.length; k++) {
                double off = x[j][k] - mean[j];
                first = Math.fma(weight[k], off, first);
                second = Math.fma(weight[k], (scale * off * scale * off - 1) / 2, second);
            }
            mean[j] = Math.fma(rate, first, mean[j]);
            log[j] = Math.fma(rate, second, log[j]);
        }
    }
}
