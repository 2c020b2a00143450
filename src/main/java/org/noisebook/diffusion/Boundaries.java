package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;

/**
 * Starts for a sampler without noise, judged on pairs of a picture and its observation, one pair after the other.
 *
 * <p>The law of a picture given its observation is a mixture in closed form, and so is the score that drives the sampler.
 */
public final class Boundaries {
    /** Components of less weight are left out: they would change an error by less than its millionth part. */
    private static final double NO_WEIGHT = 0x1p-30;

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

    /** From the stream {@code pairs}. */
    public Boundaries(
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
        GaussianMixture unseen = observation.wanted(data, new double[rows.length]);
        axes = new SpectralMixture(unseen);
        means[rows.length] = unseen.means();
        for (int i = 0; i < rows.length; i++) {
            double[] one = new double[rows.length];
            one[i] = 1;
            means[i] = observation.wanted(data, one).means();
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
    public double judge(int count, double[][] starts, double[] error, double[] strangers) {
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

    /** Draws of the prior from the stream {@code candidates}. */
    public static double[][] candidates(
            Diffusion diffusion, int dimension, DiffusionStart.Boundary start, Streams streams) {
        return diffusion.prior(dimension).sample(streams.at("candidates"), start.candidates());
    }

    /** Where the least is; those that are not finite come last. */
    public static int least(double... error) {
        return IntStream.range(0, error.length).reduce(0, (a, b) -> Double.compare(error[b], error[a]) < 0 ? b : a);
    }

    /** The start that a config of {@link DiffusionStudy} chooses for its observations. */
    static double[] chosen(DiffusionConfig config, DiffusionStart.Boundary start, Streams streams) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        double[] times = config.grid().times(1, config.end(), config.steps(), config.diffusion()::sigma);
        DiffusionCondition.Linear observation = (DiffusionCondition.Linear) config.condition();
        double[][] candidates = candidates(config.diffusion(), data.dimension(), start, streams);
        double[] error = new double[start.candidates()];
        new Boundaries(data, observation, config.diffusion(), config.method(), times, streams)
                .judge(start.pairs(), candidates, error, error.clone());
        int best = least(error);
        return Arrays.stream(candidates).mapToDouble(row -> row[best]).toArray();
    }
}
