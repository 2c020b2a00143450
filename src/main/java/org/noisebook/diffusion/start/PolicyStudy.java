package org.noisebook.diffusion.start;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.LearnedPolicy;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Sampler;

/**
 * The first noise learned by policy gradient, the whole sampler one action: against the optimum in closed form where the sampler is affine, and for a digit.
 *
 * <p>Chen, Yang, Wang and others 2024 (arXiv 2407.19453). What samples of all classes from such noise are worth says {@link
 * org.noisebook.diffusion.GuidanceStudy} with {@code start=policy}.
 *
 * <p><b>Streams</b>: {@code target}; {@code pairs} for the batches, {@code start} for the fresh noise that judges. <b>Cost</b>: updates × samples × steps
 * scores, whatever the reuse.
 */
@Head(
        id = "noise-policy",
        version = 1,
        title = "The first noise of a sampler learned by policy gradient",
        streams = {"target", "pairs", "start"},
        sources = {
            "Chen, Yang, Wang and others 2024, FIND: Fine-tuning Initial Noise Distribution with Policy Optimization for Diffusion"
                    + " Models, arXiv 2407.19453",
            "Schulman, Wolski, Dhariwal, Radford, Klimov 2017, Proximal Policy Optimization Algorithms, arXiv 1707.06347",
            "Williams 1992, Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning"
        })
public final class PolicyStudy implements Study<PolicyConfig, PolicyResult> {
    private static final GuidedLaw DIGITS = GuidedLaw.DigitsMixture.standard();
    private static final double LEAST = 0.25;
    private static final double MOST = 4;

    @Override
    public PolicyResult run(PolicyConfig config, Streams streams) {
        if (config.task() instanceof PolicyConfig.Gaussian task) {
            return gaussian(config, task.dimension(), streams);
        }
        int digit = ((PolicyConfig.Digit) config.task()).digit();
        LearnedPolicy policy = LearnedPolicy.forClass(
                config.start(), DIGITS, config.diffusion(), config.method(), config.steps(), digit, streams);
        double[][] noise = GaussianMixture.standard(DIGITS.dimension()).sample(streams.at("start"), config.particles());
        boolean whole = Double.isFinite(policy.divergence());
        return new PolicyResult(
                Double.NaN,
                policy.divergence(),
                whole ? policy.kept() : Double.NaN,
                whole ? rate(config, policy.draw(noise), digit) : Double.NaN,
                rate(config, noise, digit));
    }

    private static double rate(PolicyConfig config, double[][] x, int digit) {
        Sampler sampler = LearnedPolicy.sampler(DIGITS, config.diffusion(), config.method());
        double[][] chance = DIGITS.posterior(LearnedPolicy.samples(sampler, config.diffusion(), config.steps(), x))
                .orElseThrow();
        return IntStream.range(0, x[0].length)
                        .filter(k -> Arrays.stream(chance).allMatch(row -> row[k] <= chance[digit][k]))
                        .count()
                / (double) x[0].length;
    }

    private static PolicyResult gaussian(PolicyConfig config, int d, Streams streams) {
        double[][] covariance = new double[d][d];
        for (int j = 0; j < d; j++) {
            covariance[j][j] = d == 1 ? 1 : LEAST + (MOST - LEAST) * j / (d - 1);
        }
        GaussianMixture data = GaussianMixture.of(new double[d], covariance);
        Sampler sampler = config.method()
                .sampler(config.diffusion(), config.diffusion().marginals(data).score());
        double[][] target = data.sample(streams.at("target"), 1);
        double[] best = best(config, sampler, target);
        LearnedPolicy policy = LearnedPolicy.learn(
                config.start(),
                d,
                x -> {
                    double[][] out = LearnedPolicy.samples(sampler, config.diffusion(), config.steps(), x);
                    return IntStream.range(0, out[0].length)
                            .mapToDouble(k -> -IntStream.range(0, d)
                                    .mapToDouble(j -> out[j][k] - target[j][0])
                                    .map(off -> off * off)
                                    .sum())
                            .toArray();
                },
                streams.at("pairs"));
        double squares = IntStream.range(0, d)
                .mapToDouble(j -> policy.mean().get(j) - best[j])
                .map(off -> off * off)
                .sum();
        double error = Math.sqrt(squares / Arrays.stream(best).map(z -> z * z).sum());
        double kept = Double.isFinite(error) ? policy.kept() : Double.NaN;
        return new PolicyResult(error, policy.divergence(), kept, Double.NaN, Double.NaN);
    }

    /** A⁻¹ (target − b): the map of a Gaussian along its axes is affine in each, so that 0 and 1 tell all of it. */
    static double[] best(PolicyConfig config, Sampler sampler, double[][] target) {
        int d = target.length;
        double[][] probes = new double[d][2];
        for (double[] row : probes) {
            row[1] = 1;
        }
        double[][] ends = LearnedPolicy.samples(sampler, config.diffusion(), config.steps(), probes);
        return IntStream.range(0, d)
                .mapToDouble(j -> (target[j][0] - ends[j][0]) / (ends[j][1] - ends[j][0]))
                .toArray();
    }

    @Override
    public double work(PolicyConfig config) {
        double starts = (double) config.start().updates() * config.start().samples() + 2.0 * config.particles();
        double score = config.task() instanceof PolicyConfig.Gaussian task
                ? 4.0 * task.dimension() * task.dimension() + 100
                : 8e4;
        return starts * config.steps() * config.method().card().evaluations() * score;
    }

    @Override
    public long memory(PolicyConfig config) {
        return 64L * 20 * (config.particles() + config.start().samples()) * Double.BYTES + (1L << 27);
    }

    @Override
    public List<String> inputs(PolicyConfig config) {
        return config.task() instanceof PolicyConfig.Digit ? DIGITS.files() : List.of();
    }
}
