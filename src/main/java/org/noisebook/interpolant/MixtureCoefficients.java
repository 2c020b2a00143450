package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;

/** The coefficient matrices of a mixture interpolant's field at one time. */
final class MixtureCoefficients {
    private static final double LOG_2PI = 1.8378770664093453;

    final double t;
    final AffineMixture affine;
    final double[] means;
    final double[] offsets;
    final double[] slopes;
    /** All C⁻¹, one after another. */
    final double[] precisions;

    MixtureCoefficients(List<MixturePair> pairs, Schedule schedule, double time, MixtureMoment moment) {
        t = time;
        int d = pairs.get(0).dimension();
        int count = pairs.size();
        double[] roots = new double[count * d * d];
        double[] logs = new double[count];
        means = new double[count * d];
        offsets = new double[count * d];
        slopes = new double[count * d * d];
        precisions = new double[count * d * d];
        double alpha = schedule.alpha(t);
        double beta = schedule.beta(t);
        double square = schedule.gammaSquared(t);
        MixtureMoment.Terms terms = moment.at(schedule, t);
        MatrixKernels products = MatrixKernels.fastest();
        int points = 0;
        for (int k = 0; k < count; k++) {
            MixturePair pair = pairs.get(k);
            System.arraycopy(pair.mean(alpha, beta), 0, means, k * d, d);
            System.arraycopy(pair.mean(terms.start(), terms.end()), 0, offsets, k * d, d);
            logs[k] = StrictMath.log(pair.weight());
            double[] covariance = pair.covariance(alpha * alpha, beta * beta, alpha * beta, alpha * beta, square);
            if (moment != MixtureMoment.SCORE && Arrays.stream(covariance).allMatch(c -> c == 0)) {
                points++;
                continue;
            }
            Optional<Cholesky> cholesky = Cholesky.of(d, covariance);
            if (cholesky.isEmpty()) {
                throw new IllegalArgumentException("x_t must have a positive definite covariance in every component"
                        + " (a start that is a point has none at t=0), got t=" + t);
            }
            logs[k] -= 0.5 * (cholesky.get().logDeterminant() + d * LOG_2PI);
            System.arraycopy(cholesky.get().inverseLower(), 0, roots, k * d * d, d * d);
            double[] inverse = cholesky.get().inverse();
            System.arraycopy(inverse, 0, precisions, k * d * d, d * d);
            double[] moments = pair.covariance(
                    terms.startAlpha(),
                    terms.end() * beta,
                    pair.cross().length == 0 ? 0 : terms.start() * beta,
                    terms.end() * alpha,
                    terms.latentGamma());
            multiply(products, d, moments, inverse, k * d * d);
        }
        if (points > 0 && !(points == count && sameMeans(d))) {
            throw new IllegalArgumentException("x_t must be one point where a component of it is one, got t=" + t);
        }
        affine = new AffineMixture(d, means, roots, logs, offsets, slopes);
    }

    private boolean sameMeans(int d) {
        return IntStream.range(d, means.length).allMatch(i -> means[i] == means[i - d]);
    }

    /** slopes[at …] = A B. */
    private void multiply(MatrixKernels products, int d, double[] a, double[] b, int at) {
        int stride = Kernels.padded(d);
        double[] wide = new double[d * stride];
        double[] product = new double[d * stride];
        for (int i = 0; i < d; i++) {
            System.arraycopy(b, i * d, wide, i * stride, d);
        }
        products.multiply(d, d, d, DoubleView.of(a, d), DoubleView.of(wide, stride), DoubleView.of(product, stride));
        for (int i = 0; i < d; i++) {
            System.arraycopy(product, i * stride, slopes, at + i * d, d);
        }
    }

    /** Number of doubles stored. */
    static long size(List<MixturePair> pairs) {
        long d = pairs.get(0).dimension();
        return pairs.size() * (3 * d * d + 2 * d + 1);
    }
}
