package org.noisebook.seeds;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.noisebook.experiment.Study;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;

/**
 * Samples a generator for every seed under every condition and asks how much of a sample is its seed.
 *
 * <p>A seed fixes the noise z that a path starts from and, by policy, the noise along it. The ODE dX = b dt runs to t = 1 by RK4, the SDE
 * dX = (b + ε s) dt + √(2ε) dW to t = 0.999 by Euler and Maruyama.
 *
 * <p>The questions are those of Xu, Zhang and Shi 2025 (arXiv 2405.14828), asked of generators whose every number is known.
 *
 * <p><b>Streams</b>: {@code latent}, a part a seed, and of it a part a condition where z is fresh: the same z for all configs;
 * {@code path}, of seeds or a part a condition; {@code scene} of targets. <b>Cost</b>: seeds × conditions × evaluations of the field.
 */
public final class SeedGeneratorStudy implements Study<SeedGeneratorConfig, SeedGeneratorResult> {
    private static final double SDE_END = 0.999;

    @Override
    public String id() {
        return "seed-generator";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String title() {
        return "How much of a generator's sample is its seed: exact mixtures and learned digits under four noise policies";
    }

    @Override
    public SeedGeneratorConfig defaults() {
        return SeedGeneratorConfig.standard();
    }

    @Override
    public Class<SeedGeneratorResult> resultType() {
        return SeedGeneratorResult.class;
    }

    @Override
    public Set<String> streamNames() {
        return Set.of("latent", "path", "scene");
    }

    @Override
    public List<String> sources() {
        return List.of(
                "Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828",
                "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                        + " arXiv 2303.08797");
    }

    @Override
    public SeedGeneratorResult run(SeedGeneratorConfig config, Streams streams) {
        return new Cells(config, streams).result();
    }

    /** All samples of a run. */
    private static final class Cells {
        private final SeedGeneratorConfig config;
        private final Streams streams;
        private final SeedScene.Generator generator;
        private final int seeds;
        private final int conditions;
        /** Of seeds, coordinate-major. */
        private final double[][] latent;

        Cells(SeedGeneratorConfig config, Streams streams) {
            this.config = config;
            this.streams = streams;
            generator = config.scene().open(streams);
            seeds = config.seeds();
            conditions = config.scene().conditions();
            latent = latent(-1);
        }

        /** z of the seeds, or that of a condition's cells. */
        private double[][] latent(int condition) {
            Stream all = streams.at("latent");
            double[][] z = new double[config.scene().dimension()][seeds];
            for (int s = 0; s < seeds; s++) {
                Stream own = condition < 0 ? all.part(s) : all.part(s).part(condition);
                for (double[] row : z) {
                    row[s] = own.nextGaussian();
                }
            }
            return z;
        }

        SeedGeneratorResult result() {
            double[][] measures = new double[SeedResponse.values().length][seeds * conditions];
            long evaluations = 0;
            int diverged = 0;
            for (int c = 0; c < conditions; c++) {
                double[][] x = config.policy().latentOfSeed()
                        ? Arrays.stream(latent).map(double[]::clone).toArray(double[][]::new)
                        : latent(c);
                evaluations = move(c, x);
                diverged += Ensemble.diverged(x);
                double[][] own = generator.responses(c, x);
                for (int m = 0; m < measures.length; m++) {
                    for (int s = 0; s < seeds; s++) {
                        measures[m][s * conditions + c] = own[m][s];
                    }
                }
            }
            if (diverged > 0) {
                for (double[] measure : measures) {
                    Arrays.fill(measure, Double.NaN);
                }
            }
            double[] squaredNorm = new double[seeds];
            for (double[] row : latent) {
                for (int s = 0; s < seeds; s++) {
                    squaredNorm[s] = Math.fma(row[s], row[s], squaredNorm[s]);
                }
            }
            return new SeedGeneratorResult(
                    diverged > 0 ? StopReason.DIVERGED : StopReason.COMPLETED,
                    1 - (double) diverged / (seeds * conditions),
                    evaluations,
                    squaredNorm,
                    measures[0],
                    measures[1],
                    measures[2],
                    measures[3],
                    measures[4],
                    measures[5],
                    measures[6]);
        }

        private long move(int condition, double[][] x) {
            if (config.diffusion() == 0) {
                Sampler flow = OdeMethod.RK4.sampler(generator.velocity(condition));
                return move(flow, 1, Noise.NONE, x);
            }
            Stream path = streams.at("path");
            Noise noise = Noise.independent(config.policy().pathOfSeed() ? path : path.part(condition));
            Sampler noisy = SdeMethod.EULER_MARUYAMA.sampler(
                    generator.drift(condition, config.diffusion()),
                    t -> 2 * generator.diffusion(config.diffusion(), t));
            return move(noisy, SDE_END, noise, x);
        }

        private long move(Sampler sampler, double end, Noise noise, double[][] x) {
            double[] times = TimeGrid.UNIFORM.times(0, end, config.steps());
            return Ensemble.run(sampler, times, x, noise, 1, Ensemble.Observer.NONE);
        }
    }

    @Override
    public double work(SeedGeneratorConfig config) {
        double evaluations = config.steps() * (config.diffusion() == 0 ? 4.0 : 1.0);
        return config.seeds()
                * config.scene().conditions()
                * evaluations
                * config.scene().work();
    }

    @Override
    public long memory(SeedGeneratorConfig config) {
        long cells = (long) config.seeds() * config.scene().conditions();
        return cells * (config.scene().dimension() + 2L * SeedResponse.values().length) * Double.BYTES;
    }

    @Override
    public List<String> inputs(SeedGeneratorConfig config) {
        return config.scene().files();
    }
}
