package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.RankCorrelation;

/**
 * One start for all observations: of many draws of the prior that whose restored pictures are nearest to the truth on a few pairs, judged on
 * others beside random starts, the start 0 and the exact posterior mean.
 *
 * <p>Ma, Yang, Yang and Zhang 2024 (arXiv 2305.15357). The law of a picture given its observation is a mixture in closed form, and so is the
 * score that drives the sampler.
 *
 * <p><b>Streams</b>: {@code candidates}; {@code pairs} for pictures and the noise of their observations, those that judge after those that
 * choose. <b>Cost</b>: candidates × pairs × steps scores.
 */
@Head(
        id = "boundary",
        version = 1,
        title = "One start for all pictures that a diffusion restores, against the exact posterior mean",
        streams = {"candidates", "pairs"},
        sources = {
            "Ma, Yang, Yang, Zhang 2024, Solving Diffusion ODEs with Optimal Boundary Conditions for Better Image"
                    + " Super-Resolution, arXiv 2305.15357",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        })
public final class BoundaryStudy implements Study<BoundaryConfig, BoundaryResult> {
    /** Candidates that are brought to the length of the chosen one. */
    private static final int SAME_LENGTH = 16;
    /** Components of less weight are left out: they would change an error by less than its millionth part. */
    private static final double NO_WEIGHT = 0x1p-30;

    @Override
    public BoundaryResult run(BoundaryConfig config, Streams streams) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        double[] times = TimeGrid.UNIFORM.times(1, 0, config.steps());
        Pairs pairs = new Pairs(data, config.observation(), config.diffusion(), config.method(), times, streams);
        double[][] candidates = candidates(config.diffusion(), data.dimension(), config.start(), streams);
        int n = config.start().candidates();
        double[] choosing = new double[n];
        double[] strangers = new double[n];
        pairs.judge(config.start().pairs(), candidates, choosing, strangers);
        int chosen = least(choosing);
        int stranger = least(strangers);
        double[] sizes = sizes(candidates);
        int scaled = Math.min(SAME_LENGTH, n);
        double[][] all = new double[data.dimension()][];
        for (int j = 0; j < all.length; j++) {
            double[] row = Arrays.copyOf(candidates[j], n + 1 + scaled);
            for (int k = 0; k < scaled; k++) {
                row[n + 1 + k] = row[k] * sizes[chosen] / sizes[k];
            }
            all[j] = row;
        }
        double[] judging = new double[n + 1 + scaled];
        double mmse = pairs.judge(config.tests(), all, judging, new double[judging.length]);
        double[] errors = Arrays.copyOf(judging, n);
        return new BoundaryResult(
                mmse,
                Arrays.stream(errors).average().orElseThrow(),
                errors[chosen],
                judging[n],
                errors[least(errors)],
                Arrays.stream(judging, n + 1, judging.length).average().orElseThrow(),
                errors[stranger],
                RankCorrelation.of(choosing, errors),
                RankCorrelation.of(sizes, errors),
                sizes[chosen],
                Doubles.of(sizes),
                Doubles.of(errors));
    }

    /** The start that a config of {@link DiffusionStudy} chooses for its observations. */
    static double[] chosen(DiffusionConfig config, DiffusionStart.Boundary start, Streams streams) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        double[] times = config.grid().times(1, config.end(), config.steps(), config.diffusion()::sigma);
        DiffusionCondition.Linear observation = (DiffusionCondition.Linear) config.condition();
        double[][] candidates = candidates(config.diffusion(), data.dimension(), start, streams);
        double[] error = new double[start.candidates()];
        new Pairs(data, observation, config.diffusion(), config.method(), times, streams)
                .judge(start.pairs(), candidates, error, error.clone());
        int best = least(error);
        return Arrays.stream(candidates).mapToDouble(row -> row[best]).toArray();
    }

    private static double[][] candidates(
            Diffusion diffusion, int dimension, DiffusionStart.Boundary start, Streams streams) {
        return diffusion.prior(dimension).sample(streams.at("candidates"), start.candidates());
    }

    /** Where the least is; those that are not finite come last. */
    private static int least(double... error) {
        return IntStream.range(0, error.length)
                .reduce(0, (a, b) -> Double.compare(error[b], error[a]) < 0 ? b : a);
    }

    private static double[] sizes(double[][] x) {
        return IntStream.range(0, x[0].length)
                .mapToDouble(k -> Math.sqrt(
                        Arrays.stream(x).mapToDouble(row -> row[k] * row[k]).sum() / x.length))
                .toArray();
    }

    /** Pictures with their observations, one after the other. */
    private static final class Pairs {
        private final GaussianMixture data;
        private final DiffusionCondition.Linear observation;
        private final Diffusion diffusion;
        private final DiffusionMethod method;
        private final double[] times;
        private final Stream stream;
        /** Of what is observed. */
        private final GaussianMixture seen;
        /** Means of the components of the posterior where nothing but 0 is seen, and where 1 is seen in one place: they are linear between. */
        private final double[][][] means;
        /** Components keep their covariances whatever is observed, so that one decomposition serves all pairs. */
        private final SpectralMixture axes;

        Pairs(
                GaussianMixture data,
                DiffusionCondition.Linear observation,
                Diffusion diffusion,
                DiffusionMethod method,
                double[] times,
                Streams streams) {
            this.data = data;
            this.observation = observation;
            this.diffusion = diffusion;
            this.method = method;
            this.times = times;
            this.stream = streams.at("pairs");
            double[][] rows = observation.rows().of(data.dimension());
            seen = data.image(rows, new double[rows.length]).affine(1, observation.noise() * observation.noise());
            means = new double[rows.length + 1][][];
            GaussianMixture unseen = observation.posterior(data, new double[rows.length]);
            axes = new SpectralMixture(unseen);
            means[rows.length] = unseen.means();
            for (int i = 0; i < rows.length; i++) {
                double[] one = new double[rows.length];
                one[i] = 1;
                means[i] = observation.posterior(data, one).means();
            }
        }

        private double[][] means(double... y) {
            double[][] sum = means[y.length].clone();
            for (int c = 0; c < sum.length; c++) {
                double[] zero = means[y.length][c];
                sum[c] = zero.clone();
                for (int i = 0; i < y.length; i++) {
                    for (int j = 0; j < zero.length; j++) {
                        sum[c][j] = Math.fma(y[i], means[i][c][j] - zero[j], sum[c][j]);
                    }
                }
            }
            return sum;
        }

        /**
         * Adds the mean error of each start over the next pairs, and that beside the picture of the pair before.
         *
         * @return that of the posterior mean
         */
        double judge(int count, double[][] starts, double[] error, double[] strangers) {
            double mmse = 0;
            double[][] before = data.sample(stream, 1);
            for (int pair = 0; pair < count; pair++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("choice interrupted");
                }
                double[][] picture = data.sample(stream, 1);
                double[] y = observation.observe(picture, stream);
                double[] weights = seen.responsibilities(y);
                double[][] centres = means(y);
                int[] left = IntStream.range(0, weights.length)
                        .filter(c -> weights[c] > NO_WEIGHT)
                        .toArray();
                double[][] x = Arrays.stream(starts).map(double[]::clone).toArray(double[][]::new);
                Ensemble.run(
                        method.sampler(diffusion, axes.moved(weights, centres).score(diffusion, left)),
                        times,
                        x,
                        Noise.NONE,
                        1,
                        Ensemble.Observer.NONE);
                double share = 1.0 / count / x.length;
                for (int j = 0; j < x.length; j++) {
                    double truth = picture[j][0];
                    double mean = 0;
                    for (int c = 0; c < weights.length; c++) {
                        mean = Math.fma(weights[c], centres[c][j], mean);
                    }
                    mmse += share * (mean - truth) * (mean - truth);
                    for (int k = 0; k < error.length; k++) {
                        error[k] += share * (x[j][k] - truth) * (x[j][k] - truth);
                        strangers[k] += share * (x[j][k] - before[j][0]) * (x[j][k] - before[j][0]);
                    }
                }
                before = picture;
            }
            return mmse;
        }
    }

    @Override
    public double work(BoundaryConfig config) {
        double d = config.target().dimension();
        double pairs = config.start().pairs() + config.tests();
        return pairs * (config.steps() * (config.start().candidates() + 17.0) * 4 * d * d + 10 * d * d * d);
    }

    @Override
    public long memory(BoundaryConfig config) {
        return 16L * config.target().dimension() * (config.start().candidates() + Ensemble.BLOCK) * Double.BYTES
                + (1L << 26);
    }

    @Override
    public List<String> inputs(BoundaryConfig config) {
        return config.target().files();
    }
}
