package org.noisebook.papers.boundary;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;

/**
 * Errors of initial noise for a deterministic sampler on pairs of a picture and its observation.
 *
 * <p>The posterior of a picture given its observation is a Gaussian mixture in closed form, so the sampler has an exact score.
 */
final class Boundaries {
    /** Components of smaller weight are dropped; they would change an error by less than a millionth of it. */
    private static final double NO_WEIGHT = 0x1p-30;

    private final GaussianMixture data;
    private final DiffusionCondition.Linear observation;
    private final Diffusion diffusion;
    private final DiffusionMethod method;
    private final double[] times;
    private final double[][] rows;
    private final double[] squaredLengths;
    private final Stream stream;
    /** Distribution of the observation. */
    private final GaussianMixture seen;
    /** Means of the posterior's components for unit observations, and last for the observation 0; they are affine in the observation. */
    private final double[][][] means;
    /** Covariances of components do not depend on the observation, so one decomposition serves all pairs. */
    private final SpectralMixture axes;

    /** Draws pairs from the stream {@code pairs}. */
    Boundaries(
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
        rows = observation.rows().of(data.dimension());
        squaredLengths = new double[rows.length];
        seen = data.image(rows, new double[rows.length]).affine(1, observation.noise() * observation.noise());
        means = new double[rows.length + 1][][];
        GaussianMixture unseen = observation.wanted(data, new double[rows.length]);
        axes = new SpectralMixture(unseen);
        means[rows.length] = unseen.means();
        for (int i = 0; i < rows.length; i++) {
            double[] one = new double[rows.length];
            one[i] = 1;
            squaredLengths[i] = Arrays.stream(rows[i]).reduce(0, (sum, a) -> Math.fma(a, a, sum));
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
     * Errors of starts, averaged over pairs.
     *
     * @param mmse error of the posterior mean
     * @param truth mean square of the pictures' unobserved part
     * @param error of each start
     * @param stranger error of each start with respect to the picture of the previous pair
     * @param detail mean square of the unobserved part of the picture restored from each start
     * @param pictures observations, restorations from each start shown, posterior means and originals, {@code [kind][pixel][pair]}
     */
    record Judged(
            double mmse, double truth, double[] error, double[] stranger, double[] detail, double[][][] pictures) {}

    /** Restores the next pairs from all starts and averages over the pairs; pictures are kept for the starts that are shown. */
    Judged judge(int count, double[][] starts, int... shown) {
        int n = starts[0].length;
        double mmse = 0;
        double truth = 0;
        double[] error = new double[n];
        double[] strangers = new double[n];
        double[] detail = new double[n];
        double[][][] pictures = new double[3 + shown.length][data.dimension()][count];
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
                double truePixel = picture[j][0];
                double mean = 0;
                for (int c = 0; c < weights.length; c++) {
                    mean = Math.fma(weights[c], centres[c][j], mean);
                }
                for (int i = 0; i < y.length; i++) {
                    pictures[0][j][pair] += y[i] * rows[i][j] / squaredLengths[i];
                }
                for (int k = 0; k < shown.length; k++) {
                    pictures[1 + k][j][pair] = x[j][shown[k]];
                }
                pictures[1 + shown.length][j][pair] = mean;
                pictures[2 + shown.length][j][pair] = truePixel;
                mmse += share * (mean - truePixel) * (mean - truePixel);
                for (int k = 0; k < n; k++) {
                    error[k] += share * (x[j][k] - truePixel) * (x[j][k] - truePixel);
                    strangers[k] += share * (x[j][k] - before[j][0]) * (x[j][k] - before[j][0]);
                }
            }
            before = picture;
            truth += unseen(picture)[0] / count;
            double[] powers = unseen(x);
            Arrays.setAll(detail, k -> detail[k] + powers[k] / count);
        }
        return new Judged(mmse, truth, error, strangers, detail, pictures);
    }

    /** Mean square of each picture after projecting out the rows of the observation, which are orthogonal. */
    private double[] unseen(double[][] x) {
        double[] power = new double[x[0].length];
        for (int k = 0; k < power.length; k++) {
            for (double[] row : x) {
                power[k] += row[k] * row[k] / x.length;
            }
            for (int i = 0; i < rows.length; i++) {
                double along = 0;
                for (int j = 0; j < x.length; j++) {
                    along = Math.fma(rows[i][j], x[j][k], along);
                }
                power[k] -= along * along / squaredLengths[i] / x.length;
            }
        }
        return power;
    }
}
