package org.noisebook.papers.goodseeds;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.paper.PaperStudy;
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
@StudyInfo(
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
public final class SeedGeneratorStudy extends PaperStudy<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> {
    /**
     * Which noise of a generator is fixed by the seed, and which is drawn anew in every cell of seeds × conditions.
     *
     * <p>The latent z is the initial point of a path; the path noise is that of the SDE steps.
     */
    public enum NoisePolicy {
        /** P0: z fixed by the seed, no injected noise. */
        DETERMINISTIC,
        /** P1: z and path noise fixed by the seed, the same under all conditions. */
        SHARED_PATH,
        /** P2: z fixed by the seed, path noise drawn anew in every cell. */
        FRESH_PATH,
        /** P3: everything drawn anew in every cell, so that seeds are mere labels: the null case for the other policies. */
        FRESH
    }

    /**
     * Samples of a generator for every seed under every condition; by default of the deterministic flow under 32 mixtures.
     *
     * @param diffusion ε, 0 for the ODE; for digits its initial value, which decreases as 1 − t
     */
    public record Config(
            @Parameter(
                    standard = "mixtureConditions",
                    value =
                            "conditions and their targets: gaussianConditions, mixtureConditions, digits or digitsMixture")
            SeedScene scene,

            @Parameter(standard = "deterministic", value = "which noise the seed fixes")
            NoisePolicy policy,

            @Parameter(standard = "0", symbol = "ε", range = "[0, 1000]", value = "diffusion, 0 for the ODE")
            double diffusion,

            @Parameter(standard = "128", symbol = "S", range = "[8, 100000]", value = "seeds")
            int seeds,

            @Parameter(standard = "60", range = "[2, 1000000]", value = "steps of RK4 (ODE) or Euler–Maruyama (SDE)")
            int steps) {
        /** Rejects noise under a policy without, and none under a policy with. */
        public Config {
            boolean noisy = policy == NoisePolicy.SHARED_PATH || policy == NoisePolicy.FRESH_PATH;
            if (policy == NoisePolicy.DETERMINISTIC && diffusion != 0 || noisy && diffusion == 0) {
                throw new IllegalArgumentException("diffusion must be " + (noisy ? "above 0" : "0") + " with policy="
                        + Schema.formatValue(policy) + ", got " + Schema.formatValue(diffusion));
            }
        }
    }

    /**
     * Effects of seeds under conditions.
     *
     * <p><b>Shapes</b>: measures are [seed × conditions + condition]. <b>Special cases</b>: if a sample has diverged, all
     * but the first three and {@code latent} are NaN. Under fresh noise, {@code latent} is the point from which a seed
     * would have started.
     *
     * @param quality seed effects on log density, where higher is better
     * @param beyondNorm seed effects on log density minus its regression on the seed's |z|²; NaN if that explains
     *     everything
     * @param top1 fraction of samples whose seed a linear classifier identifies under the second half of the conditions,
     *     after training on the first
     * @param mantel rank correlation between the distances of seeds by component, over conditions, and those by noise, 1 −
     *     cos; NaN for one component
     * @param latent z, [seed × dimension + coordinate]
     * @param logDensity {@link SeedResponse#LOG_DENSITY} and so on
     * @param pictures samples of the three seeds with the highest mean log density, then of the three with the lowest,
     *     [seed × conditions + condition][pixel] in a row; empty for scenes without pictures
     */
    public record Result(
            @Parameter("why the run ended") StopReason stopReason,

            @Parameter("share of samples that are finite") double finiteShare,

            @Parameter("field evaluations per sample") double evaluations,

            @Parameter("log density") SeedEffects quality,

            @Parameter("log density beyond the norm of the noise")
            SeedEffects beyondNorm,

            @Parameter("minus distance") SeedEffects closeness,

            @Parameter("first layout coordinate") SeedEffects layout,

            @Parameter("mean coordinate") SeedEffects ink,

            @Parameter("correlation of a seed's mean log density with −|z|²/2")
            double normCorrelation,

            @Parameter("slope of a seed's mean log density against |z|²")
            double normSlope,

            @Parameter("share of samples whose seed is recognised under unseen conditions")
            double top1,

            @Parameter("share whose seed is among the top five")
            double top5,

            @Parameter("rank correlation between distances by component and by noise")
            double mantel,

            @Parameter("its standard deviation under permuted seeds")
            double mantelNull,

            @Parameter("top1 after training on 1, 2, 4, … conditions")
            Doubles accuracy,

            @Parameter(value = "noise of each seed", symbol = "z")
            Doubles latent,

            @Parameter("exact log density of each sample") Doubles logDensity,

            @Parameter("distance of each sample from its target")
            Doubles distance,

            @Parameter("component or class of each sample") Doubles component,

            @Parameter("probability of that component, or of the requested class")
            Doubles confidence,

            @Parameter("first coordinate, or horizontal position of the centre of ink")
            Doubles across,

            @Parameter("second coordinate, or vertical position of the centre of ink")
            Doubles down,

            @Parameter("mean coordinate: the ink of a picture")
            Doubles mean,

            @Parameter("of the three best seeds and the three worst by log density")
            Doubles pictures)
            implements Trained {
        /** The noise z of each seed, [seed][coordinate]. */
        public double[][] latents(int seeds) {
            return rows(latent.toArray(), seeds);
        }

        /** The squared norm |z|² of each seed. */
        public double[] squaredNorm(int seeds) {
            return Arrays.stream(latents(seeds))
                    .mapToDouble(z -> Arrays.stream(z).map(v -> v * v).sum())
                    .toArray();
        }

        /** A measure, [seed][condition]. */
        public double[][] cells(SeedResponse response, int seeds) {
            Doubles flat = switch (response) {
                case LOG_DENSITY -> logDensity;
                case DISTANCE -> distance;
                case COMPONENT -> component;
                case CONFIDENCE -> confidence;
                case ACROSS -> across;
                case DOWN -> down;
                case MEAN -> mean;
            };
            return rows(flat.toArray(), seeds);
        }

        /** Effects of seeds on a measure: means over conditions minus the overall mean. */
        public double[] effects(SeedResponse response, int seeds) {
            double[][] cells = cells(response, seeds);
            double[] effects = new double[seeds];
            double mean = 0;
            for (int s = 0; s < seeds; s++) {
                effects[s] = Arrays.stream(cells[s]).sum() / cells[s].length;
                mean += effects[s] / seeds;
            }
            for (int s = 0; s < seeds; s++) {
                effects[s] -= mean;
            }
            return effects;
        }

        /** Residuals of the seed effects after a regression on |z|². */
        public double[] effectsBeyondNorm(SeedResponse response, int seeds) {
            double[] effects = effects(response, seeds);
            double[] norm = squaredNorm(seeds);
            double mean = Arrays.stream(norm).sum() / seeds;
            double squares = 0;
            double products = 0;
            for (int s = 0; s < seeds; s++) {
                double off = norm[s] - mean;
                squares += off * off;
                products += off * effects[s];
            }
            double slope = products / squares;
            for (int s = 0; s < seeds; s++) {
                effects[s] -= slope * (norm[s] - mean);
            }
            return effects;
        }

        /** The largest deviation of log density from −|z|²/2 plus a constant for each condition. */
        public double deviationFromNorm(int seeds) {
            double[][] cells = cells(SeedResponse.LOG_DENSITY, seeds);
            double[] norm = squaredNorm(seeds);
            double worst = 0;
            for (int c = 0; c < cells[0].length; c++) {
                double mean = 0;
                for (int s = 0; s < seeds; s++) {
                    mean += (cells[s][c] + norm[s] / 2) / seeds;
                }
                for (int s = 0; s < seeds; s++) {
                    worst = Math.max(worst, Math.abs(cells[s][c] + norm[s] / 2 - mean));
                }
            }
            return worst;
        }
    }

    private static final double SDE_END = 0.999;
    /** Beyond this magnitude of log density a sample is diverging and its squares would overflow. */
    private static final double LARGEST = 1e100;

    private static final int PERMUTATIONS = 200;
    /** Number of best and of worst seeds whose pictures are kept. */
    private static final int SHOWN = 3;

    @Override
    protected Result measure(Config config, Streams streams) {
        return new Cells(config, streams).result();
    }

    static double[][] rows(double[] flat, int count) {
        int length = flat.length / count;
        double[][] rows = new double[count][];
        Arrays.setAll(rows, s -> Arrays.copyOfRange(flat, s * length, (s + 1) * length));
        return rows;
    }

    /** All samples of a run. */
    private static final class Cells {
        private final Config config;
        private final Streams streams;
        private final SeedScene.Generator generator;
        private final int seeds;
        private final int conditions;
        /** Latents of the seeds, coordinate-major. */
        private final double[][] latent;

        Cells(Config config, Streams streams) {
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

        Result result() {
            double[][] measures = new double[SeedResponse.values().length][seeds * conditions];
            double[][][] features = new double[seeds][conditions][latent.length];
            long evaluations = 0;
            int diverged = 0;
            for (int c = 0; c < conditions; c++) {
                double[][] x = config.policy() == NoisePolicy.FRESH
                        ? latent(c)
                        : Arrays.stream(latent).map(double[]::clone).toArray(double[][]::new);
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

        private Result diverged(double finite, long evaluations) {
            double none = Double.NaN;
            double[] missing = new double[seeds * conditions];
            Arrays.fill(missing, none);
            SeedEffects nothing = SeedEffects.none();
            return new Result(
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

        private Result completed(long evaluations, double[][] measures, double[][][] features) {
            Stream analysis = streams.at("analysis");
            SeedTable quality = table(measures[SeedResponse.LOG_DENSITY.ordinal()]);
            NormEffect norm = NormEffect.of(quality, latent);
            List<SeedClassifier> classifiers = SeedClassifier.learningCurve(features, conditions / 2, analysis.part(0));
            SeedClassifier last = classifiers.get(classifiers.size() - 1);
            Mantel mantel = mantel(measures[SeedResponse.COMPONENT.ordinal()], analysis.part(1));
            return new Result(
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
                    last.top1(),
                    last.top5(),
                    mantel.spearman(),
                    mantel.nullStdDev(),
                    Doubles.of(classifiers.stream()
                            .mapToDouble(SeedClassifier::top1)
                            .toArray()),
                    Doubles.of(noise()),
                    Doubles.of(measures[0]),
                    Doubles.of(measures[1]),
                    Doubles.of(measures[2]),
                    Doubles.of(measures[3]),
                    Doubles.of(measures[4]),
                    Doubles.of(measures[5]),
                    Doubles.of(measures[6]),
                    config.scene() instanceof SeedScene.Pictures
                            ? Doubles.of(pictures(quality, features))
                            : Doubles.of());
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
            return SeedTable.of(rows(measure, seeds));
        }

        private Mantel mantel(double[] components, Stream stream) {
            int[][] labels = Arrays.stream(rows(components, seeds))
                    .map(row ->
                            Arrays.stream(row).mapToInt(label -> (int) label).toArray())
                    .toArray(int[][]::new);
            double[][] z = rows(noise(), seeds);
            return Mantel.of(SignatureDistance.hamming(labels), SignatureDistance.cosine(z), PERMUTATIONS, stream);
        }

        private long move(int condition, double[][] x) {
            Stream path = streams.at("path");
            boolean fresh = config.policy() == NoisePolicy.FRESH || config.policy() == NoisePolicy.FRESH_PATH;
            Noise noise = Noise.independent(fresh ? path.part(condition) : path);
            return SeedGeneratorStudy.move(generator, condition, config.diffusion(), config.steps(), noise, x);
        }
    }

    /**
     * Moves initial points to samples under a condition, without noise if ε is 0; returns the evaluations per sample.
     */
    static long move(
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
    public double work(Config config) {
        double evaluations = config.steps() * (config.diffusion() == 0 ? 4.0 : 1.0);
        return config.seeds()
                * config.scene().conditions()
                * evaluations
                * config.scene().work();
    }

    @Override
    public long memory(Config config) {
        long cells = (long) config.seeds() * config.scene().conditions();
        long pairs = (long) config.seeds() * config.seeds();
        return (cells * (3L * config.scene().dimension() + 2L * SeedResponse.values().length) + 6 * pairs)
                * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config config) {
        return config.scene().files();
    }
}
