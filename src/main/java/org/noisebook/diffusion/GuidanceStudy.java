package org.noisebook.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;
import org.noisebook.stats.ModeCoverage;

/**
 * Samples a diffusion with the guided score s_u + w (s_c − s_u): DDPM, DDIM and others, in data or latent space, with
 * exact or learned scores.
 *
 * <p>Ho and Salimans 2022 (arXiv 2207.12598); the comparison is that of arXiv 2412.14422. For Gaussians on the line the
 * result is known, {@link Guidance#gaussianVariance} and {@link Guidance#gaussianMean}; with exact scores and w = 0 or
 * 1, samples differ from the data only by discretisation. On the line the initial points are shifted and scaled to the
 * exact mean and variance of the prior; since guided flows are affine there, only the discretisation error remains.
 *
 * <p><b>Streams</b>: {@code start}, {@code path} (noise of the steps) and {@code reference} (data points for precision
 * and recall). Runs of one replica share start and data for all methods and weights. <b>Cost</b>: for each particle and
 * evaluation of the method, one evaluation of s_u, unless w = 1, and of s_c, unless w = 0; a score of ten Gaussians in
 * 64 dimensions takes 4 µs, and 3 ms more at each new time.
 */
@StudyInfo(
        id = "guidance",
        version = 2,
        title = "Samples of a diffusion under classifier-free guidance, with exact or learned scores",
        streams = {"start", "path", "reference", "pairs"},
        sources = {
            "Enhancing Diffusion Models for High-Quality Image Generation, arXiv 2412.14422",
            "Ho, Salimans 2022, Classifier-Free Diffusion Guidance, arXiv 2207.12598",
            "Ho, Jain, Abbeel 2020, Denoising Diffusion Probabilistic Models, arXiv 2006.11239",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        })
public final class GuidanceStudy implements Study<GuidanceConfig, GuidanceResult> {
    private static final int NEIGHBOURS = 3;
    /** Largest number of points used for precision and recall. */
    private static final int MOST_COMPARED = 1024;

    @Override
    public GuidanceResult run(GuidanceConfig config, Streams streams) {
        GuidedLaw law = config.law();
        GuidedLaw.Scores scores = law.scores(config.diffusion());
        GaussianMixture data = law.data();
        ClassScores classes = new ClassScores(scores.classes(), data.weights());
        double[] all = TimeGrid.UNIFORM.times(1, 0, config.steps());
        double[] times = DiffusionStart.times(config.diffusion(), all);
        double[][] latent = config.start().guided(config, classes, times[0], streams);
        long evaluations = Ensemble.run(
                config.method().sampler(config.diffusion(), guided(scores.unconditional(), classes, config.weight())),
                times,
                latent,
                Noise.independent(streams.at("path")),
                1,
                Ensemble.Observer.NONE);
        boolean both = config.weight() != 0 && config.weight() != 1;
        double finite = 1 - (double) Ensemble.diverged(latent) / config.particles();
        if (finite < 1) {
            double none = Double.NaN;
            return new GuidanceResult(
                    finite,
                    both ? 2 * evaluations : evaluations,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    Doubles.of());
        }
        double[][] x = law.decode(latent);
        GaussianFit fit = law.fit();
        int compared = Math.min(MOST_COMPARED, config.particles());
        ModeCoverage coverage =
                ModeCoverage.of(data.sample(streams.at("reference"), compared), first(x, compared), NEIGHBOURS);
        return new GuidanceResult(
                finite,
                both ? 2 * evaluations : evaluations,
                Arrays.stream(x[0]).sum() / config.particles(),
                variance(x, classes, data.components()),
                FrechetDistance.of(GaussianFit.of(x), fit),
                FrechetDistance.biasOfMixture(
                        data.weights(), data.means(), data.covariances(), config.particles(), config.weight() != 0),
                doubt(law, x, classes),
                coverage.precision().mean(),
                coverage.recall().mean(),
                law.dimension() > 1 ? Doubles.of(pictures(x, classes, data.components())) : Doubles.of());
    }

    private static Score guided(Score unconditional, ClassScores classes, double weight) {
        if (weight == 0) {
            return unconditional;
        }
        return weight == 1 ? classes : new Guidance(unconditional, classes, weight);
    }

    /** Prior noise for every latent; on the line with exactly the mean and variance of the prior. */
    static double[][] prior(GuidanceConfig config, Stream stream) {
        double root = Math.sqrt(config.diffusion().priorVariance());
        double[][] x = new double[config.law().latents()][config.particles()];
        for (int k = 0; k < config.particles(); k++) {
            for (double[] row : x) {
                row[k] = root * stream.nextGaussian();
            }
        }
        if (!config.law().hasClasses()) {
            standardise(x[0], root);
        }
        return x;
    }

    private static void standardise(double[] row, double root) {
        double mean = 0;
        for (double value : row) {
            mean += value / row.length;
        }
        double squares = 0;
        for (double value : row) {
            squares = Math.fma(value - mean, value - mean, squares);
        }
        double factor = root / Math.sqrt(squares / (row.length - 1));
        for (int k = 0; k < row.length; k++) {
            row[k] = factor * (row[k] - mean);
        }
    }

    private static double[][] first(double[][] x, int count) {
        return Arrays.stream(x).map(row -> Arrays.copyOf(row, count)).toArray(double[][]::new);
    }

    /** Variance within classes that have at least two samples. */
    private static double variance(double[][] x, ClassScores classes, int count) {
        int[] size = new int[count];
        double[][] sum = new double[count][x.length];
        int[] label = new int[x[0].length];
        for (int k = 0; k < label.length; k++) {
            label[k] = classes.label(k);
            size[label[k]]++;
            for (int j = 0; j < x.length; j++) {
                sum[label[k]][j] += x[j][k];
            }
        }
        double[] squares = new double[count];
        for (int k = 0; k < label.length; k++) {
            for (int j = 0; j < x.length; j++) {
                double off = x[j][k] - sum[label[k]][j] / size[label[k]];
                squares[label[k]] = Math.fma(off, off, squares[label[k]]);
            }
        }
        double total = 0;
        int particles = 0;
        for (int c = 0; c < count; c++) {
            if (size[c] > 1) {
                total += size[c] * squares[c] / (size[c] - 1);
                particles += size[c];
            }
        }
        return total / particles;
    }

    /** Summed over the other classes, so that small probabilities are not lost to rounding next to 1. */
    private static double doubt(GuidedLaw law, double[][] x, ClassScores classes) {
        return law.posterior(x)
                .map(probability -> {
                    double sum = 0;
                    for (int k = 0; k < x[0].length; k++) {
                        for (int c = 0; c < probability.length; c++) {
                            sum += c == classes.label(k) ? 0 : probability[c][k];
                        }
                    }
                    return sum / x[0].length;
                })
                .orElse(Double.NaN);
    }

    private static double[] pictures(double[][] x, ClassScores classes, int count) {
        double[] pictures = new double[count * x.length];
        Arrays.fill(pictures, Double.NaN);
        for (int k = Math.min(Ensemble.BLOCK, x[0].length) - 1; k >= 0; k--) {
            for (int j = 0; j < x.length; j++) {
                pictures[classes.label(k) * x.length + j] = x[j][k];
            }
        }
        return pictures;
    }

    @Override
    public double work(GuidanceConfig config) {
        double d = config.law().latents();
        double times = (double) config.steps() * config.method().card().evaluations();
        return times * (config.particles() * config.law().work() + 20 * d * d * d);
    }

    @Override
    public long memory(GuidanceConfig config) {
        long compared = Math.min(MOST_COMPARED, config.particles());
        return (6L * config.particles() * config.law().dimension() + 4 * compared * compared) * Double.BYTES
                + (1L << 28);
    }

    @Override
    public List<String> inputs(GuidanceConfig config) {
        List<String> inputs = new ArrayList<>(config.law().files());
        inputs.addAll(config.start().inputs());
        return inputs;
    }
}
