package org.noisebook.seeds.generator;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.SeedTable;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;

/**
 * Samples a generator for every seed under every condition, and measures how much of a sample its seed determines.
 *
 * <p>A seed fixes the initial noise z of a path and, depending on the policy, the noise along it. The ODE dX = b dt
 * runs to t = 1 by RK4, the SDE dX = (b + ε s) dt + √(2ε) dW to t = 0.999 by Euler and Maruyama.
 *
 * <p>The questions are those of Xu, Zhang and Shi 2025 (arXiv 2405.14828), asked for generators in which every number
 * is known exactly.
 *
 * <p><b>Streams</b>: {@code latent}, one part per seed, subdivided by condition if z is fresh, so that z is the same
 * for all configs; {@code path}, one part per seed or per condition; {@code scene} for targets; {@code analysis} for
 * splits and permutations. <b>Cost</b>: seeds × conditions × evaluations of the field.
 */
@Head(
        id = "seed-generator",
        version = 1,
        title =
                "How much of a generated sample is due to its seed: exact mixtures and learned digits under four noise policies",
        streams = {"latent", "path", "scene", "analysis"},
        sources = {
            "Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828",
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797"
        })
public final class SeedGeneratorStudy implements Study<SeedGeneratorConfig, SeedGeneratorResult> {
    private static final double SDE_END = 0.999;
    /** Beyond this magnitude of log density a sample is diverging and its squares would overflow. */
    private static final double LARGEST = 1e100;

    private static final int PERMUTATIONS = 200;
    /** Number of best and of worst seeds whose pictures are kept. */
    private static final int SHOWN = 3;

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
        /** Latents of the seeds, coordinate-major. */
        private final double[][] latent;

        Cells(SeedGeneratorConfig config, Streams streams) {
            this.config = config;
            this.streams = streams;
            generator = config.scene().open(streams);
            seeds = config.seeds();
            conditions = config.scene().conditions();
            latent = latent(-1);
        }

        /** z of the seeds, or that of one condition's cells. */
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
            double[][][] features = new double[seeds][conditions][latent.length];
            long evaluations = 0;
            int diverged = 0;
            for (int c = 0; c < conditions; c++) {
                double[][] x = config.policy().latentOfSeed()
                        ? Arrays.stream(latent).map(double[]::clone).toArray(double[][]::new)
                        : latent(c);
                evaluations = move(c, x);
                double[][] own = generator.responses(c, x);
                for (int s = 0; s < seeds; s++) {
                    for (int m = 0; m < measures.length; m++) {
                        measures[m][s * conditions + c] = own[m][s];
                    }
                    for (int j = 0; j < latent.length; j++) {
                        features[s][c][j] = x[j][s];
                    }
                    diverged += Math.abs(own[SeedResponse.LOG_DENSITY.ordinal()][s]) < LARGEST ? 0 : 1;
                }
            }
            double finite = 1 - (double) diverged / (seeds * conditions);
            if (diverged > 0) {
                return diverged(finite, evaluations);
            }
            return completed(evaluations, measures, features);
        }

        private SeedGeneratorResult diverged(double finite, long evaluations) {
            double none = Double.NaN;
            double[] missing = new double[seeds * conditions];
            Arrays.fill(missing, none);
            SeedEffects nothing = SeedEffects.none();
            return new SeedGeneratorResult(
                    StopReason.DIVERGED,
                    finite,
                    evaluations,
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    Doubles.of(),
                    Doubles.of(noise()),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of(missing),
                    Doubles.of());
        }

        private double[] noise() {
            double[] z = new double[seeds * latent.length];
            for (int s = 0; s < seeds; s++) {
                for (int j = 0; j < latent.length; j++) {
                    z[s * latent.length + j] = latent[j][s];
                }
            }
            return z;
        }

        private SeedGeneratorResult completed(long evaluations, double[][] measures, double[][][] features) {
            Stream analysis = streams.at("analysis");
            SeedTable quality = table(measures[SeedResponse.LOG_DENSITY.ordinal()]);
            NormEffect norm = NormEffect.of(quality, latent);
            int[] training = IntStream.range(0, conditions / 2).toArray();
            int[] test = IntStream.range(conditions / 2, conditions).toArray();
            List<SeedClassifier> classifiers = SeedClassifier.learningCurve(features, training, test, analysis.part(0));
            SeedClassifier last = classifiers.get(classifiers.size() - 1);
            Mantel mantel = mantel(measures[SeedResponse.COMPONENT.ordinal()], analysis.part(1));
            return new SeedGeneratorResult(
                    StopReason.COMPLETED,
                    1,
                    evaluations,
                    SeedEffects.of(quality, analysis.part(2)),
                    norm.isAll() ? SeedEffects.none() : SeedEffects.of(norm.rest(), analysis.part(2)),
                    SeedEffects.of(
                            table(measures[SeedResponse.DISTANCE.ordinal()]).map(y -> -y), analysis.part(2)),
                    SeedEffects.of(table(measures[SeedResponse.ACROSS.ordinal()]), analysis.part(2)),
                    SeedEffects.of(table(measures[SeedResponse.MEAN.ordinal()]), analysis.part(2)),
                    norm.correlation(),
                    norm.slope(),
                    last.top1().mean(),
                    last.top5().mean(),
                    mantel.spearman(),
                    mantel.nullStdDev(),
                    Doubles.of(classifiers.stream()
                            .mapToDouble(c -> c.top1().mean())
                            .toArray()),
                    Doubles.of(noise()),
                    Doubles.of(measures[0]),
                    Doubles.of(measures[1]),
                    Doubles.of(measures[2]),
                    Doubles.of(measures[3]),
                    Doubles.of(measures[4]),
                    Doubles.of(measures[5]),
                    Doubles.of(measures[6]),
                    config.scene().isPicture() ? Doubles.of(pictures(quality, features)) : Doubles.of());
        }

        private double[] pictures(SeedTable quality, double[][][] features) {
            double[] mean = Arrays.stream(quality.cells())
                    .mapToDouble(row -> Arrays.stream(row).sum())
                    .toArray();
            int[] ranking = IntStream.range(0, seeds)
                    .boxed()
                    .sorted(Comparator.comparingDouble(s -> -mean[s]))
                    .mapToInt(s -> s)
                    .toArray();
            return IntStream.concat(Arrays.stream(ranking, 0, SHOWN), Arrays.stream(ranking, seeds - SHOWN, seeds))
                    .boxed()
                    .flatMap(s -> Arrays.stream(features[s]))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
        }

        private SeedTable table(double[] measure) {
            return SeedTable.of(SeedGeneratorResult.rows(measure, seeds));
        }

        private Mantel mantel(double[] components, Stream stream) {
            int[][] labels = Arrays.stream(SeedGeneratorResult.rows(components, seeds))
                    .map(row ->
                            Arrays.stream(row).mapToInt(label -> (int) label).toArray())
                    .toArray(int[][]::new);
            double[][] z = SeedGeneratorResult.rows(noise(), seeds);
            return Mantel.of(SignatureDistance.hamming(labels), SignatureDistance.cosine(z), PERMUTATIONS, stream);
        }

        private long move(int condition, double[][] x) {
            Stream path = streams.at("path");
            Noise noise = Noise.independent(config.policy().pathOfSeed() ? path : path.part(condition));
            return SeedGeneratorStudy.move(generator, condition, config.diffusion(), config.steps(), noise, x);
        }
    }

    /**
     * Moves initial points to samples under a condition, without noise if ε is 0; returns the evaluations per sample.
     */
    public static long move(
            SeedScene.Generator generator, int condition, double diffusion, int steps, Noise noise, double[][] x) {
        boolean still = diffusion == 0;
        Sampler sampler = still
                ? OdeMethod.RK4.sampler(generator.velocity(condition))
                : SdeMethod.EULER_MARUYAMA.sampler(
                        generator.drift(condition, diffusion), t -> 2 * generator.diffusion(diffusion, t));
        double[] times = TimeGrid.UNIFORM.times(0, still ? 1 : SDE_END, steps);
        return Ensemble.run(sampler, times, x, still ? Noise.NONE : noise, 1, Ensemble.Observer.NONE);
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
        long pairs = (long) config.seeds() * config.seeds();
        return (cells * (3L * config.scene().dimension() + 2L * SeedResponse.values().length) + 6 * pairs)
                * Double.BYTES;
    }

    @Override
    public List<String> inputs(SeedGeneratorConfig config) {
        return config.scene().files();
    }
}
