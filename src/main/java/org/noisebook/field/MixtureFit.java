package org.noisebook.field;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.stats.GaussianFit;

/**
 * A Gaussian mixture fitted by expectation and maximisation (Dempster, Laird and Rubin 1977), with the number of
 * components, 1 to 8, that has the least BIC (Schwarz 1978, doi:10.1214/aos/1176344136).
 *
 * <p>Means start at points drawn with probability proportional to their squared distance from the means before
 * (k-means++). 10⁻³ of the mean variance is added to each variance, so no component collapses. <b>Shapes</b>:
 * {@code x[j][k]}, coordinate j of point k. <b>Cost</b>: components · points · d² in each of at most 60 rounds.
 */
final class MixtureFit {
    private static final int MOST_COMPONENTS = 8;
    private static final int ROUNDS = 60;
    private static final double RIDGE = 1e-3;
    private static final double ENOUGH = 1e-5;
    private static final double LOG_2_PI = StrictMath.log(2 * StrictMath.PI);

    private final double[][] x;
    private final int n;
    private final int d;
    private final double ridge;
    private double[] weights;
    private double[][] means;
    private double[][][] covariances;

    private MixtureFit(double[][] x) {
        this.x = x;
        n = x[0].length;
        d = x.length;
        double[][] covariance = GaussianFit.of(x).covariance();
        ridge = RIDGE * IntStream.range(0, d).mapToDouble(j -> covariance[j][j]).sum() / d;
    }

    /** The fitted mixture. */
    static GaussianMixture of(double[][] x, Stream stream) {
        MixtureFit fit = new MixtureFit(x);
        GaussianMixture best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 1; k <= MOST_COMPONENTS && 10L * k * fit.d <= fit.n; k++) {
            double log = fit.run(k, stream.part(k));
            double parameters = k - 1 + k * (fit.d + fit.d * (fit.d + 1) / 2.0);
            double bic = -2 * log + parameters * StrictMath.log(fit.n);
            if (bic < least) {
                least = bic;
                best = new GaussianMixture(fit.weights, fit.means, fit.covariances);
            }
        }
        if (best == null) {
            throw new IllegalArgumentException(
                    "points must be at least 10 for each of dimension=" + fit.d + " to fit a mixture, got " + fit.n);
        }
        return best;
    }

    private double run(int components, Stream stream) {
        start(components, stream);
        double[][] share = new double[components][n];
        double before = Double.NEGATIVE_INFINITY;
        for (int round = 0; ; round++) {
            double log = expect(share);
            if (round == ROUNDS || log - before < ENOUGH * n) {
                return log;
            }
            before = log;
            for (int c = 0; c < components; c++) {
                moments(c, share[c]);
            }
            double total = Arrays.stream(weights).sum();
            weights = Arrays.stream(weights).map(w -> w / total).toArray();
        }
    }

    private void start(int components, Stream stream) {
        weights = new double[components];
        means = new double[components][d];
        covariances = new double[components][][];
        double[] away = new double[n];
        Arrays.fill(away, 1);
        moments(0, away);
        double[][] whole = covariances[0];
        Arrays.fill(weights, 1.0 / components);
        for (int c = 0; c < components; c++) {
            double u = stream.nextDouble() * Arrays.stream(away).sum();
            int at = 0;
            while (at < n - 1 && u >= away[at]) {
                u -= away[at++];
            }
            for (int j = 0; j < d; j++) {
                means[c][j] = x[j][at];
            }
            covariances[c] = whole;
            for (int k = 0; k < n; k++) {
                double square = 0;
                for (int j = 0; j < d; j++) {
                    square += (x[j][k] - means[c][j]) * (x[j][k] - means[c][j]);
                }
                away[k] = c == 0 ? square : Math.min(away[k], square);
            }
        }
    }

    /** Sets the shares of components in points, and returns the log likelihood. */
    private double expect(double[][] share) {
        double[][] off = new double[d][n];
        for (int c = 0; c < share.length; c++) {
            CholeskyDecomposition root = new CholeskyDecomposition(new Array2DRowRealMatrix(covariances[c]));
            RealMatrix lower = root.getL();
            double constant = StrictMath.log(weights[c]) - d * LOG_2_PI / 2;
            Arrays.fill(share[c], constant);
            for (int j = 0; j < d; j++) {
                constant = StrictMath.log(lower.getEntry(j, j));
                for (int k = 0; k < n; k++) {
                    double rest = x[j][k] - means[c][j];
                    for (int i = 0; i < j; i++) {
                        rest -= lower.getEntry(j, i) * off[i][k];
                    }
                    off[j][k] = rest / lower.getEntry(j, j);
                    share[c][k] -= constant + off[j][k] * off[j][k] / 2;
                }
            }
        }
        double total = 0;
        for (int k = 0; k < n; k++) {
            double most = Double.NEGATIVE_INFINITY;
            for (double[] own : share) {
                most = Math.max(most, own[k]);
            }
            double sum = 0;
            for (double[] own : share) {
                own[k] = StrictMath.exp(own[k] - most);
                sum += own[k];
            }
            for (double[] own : share) {
                own[k] /= sum;
            }
            total += most + StrictMath.log(sum);
        }
        return total;
    }

    /** Sets weight, mean and covariance of a component from its shares in the points. */
    private void moments(int c, double... share) {
        double total = Arrays.stream(share).sum();
        double[] mean = new double[d];
        double[][] covariance = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < n; k++) {
                mean[i] += share[k] * x[i][k] / total;
            }
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += share[k] * (x[i][k] - mean[i]) * (x[j][k] - mean[j]);
                }
                covariance[i][j] = sum / total;
                covariance[j][i] = covariance[i][j];
            }
            covariance[i][i] += ridge;
        }
        weights[c] = total / n;
        means[c] = mean;
        covariances[c] = covariance;
    }

    /** Log densities of points x[j][k]. */
    static double[] logDensities(GaussianMixture mixture, double[]... x) {
        return IntStream.range(0, x[0].length)
                .mapToDouble(k -> mixture.logDensity(
                        Arrays.stream(x).mapToDouble(row -> row[k]).toArray()))
                .toArray();
    }
}
