package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Score;

/**
 * The exact scores of a diffused mixture, in the principal axes of its components, which do not depend on time.
 *
 * <p>{@link Diffusion#marginals} factorises every covariance at every new time; this class does so only once, which
 * suits few particles and many times. <b>Cost</b>: 2 d² multiply-adds per particle and component, half of that for
 * components to which no particle of the block belongs.
 */
public final class SpectralMixture {
    /** A weight too small to change any digit of a sum. */
    private static final double NO_SHARE = 0x1p-70;

    private final int dimension;
    private final double[] logWeights;
    private final double[][] means;
    /** Principal axes as rows, and as columns. */
    private final double[][] rows;

    private final double[][] columns;
    private final double[][] variances;

    /** The scores of a mixture. */
    public SpectralMixture(GaussianMixture mixture) {
        dimension = mixture.dimension();
        logWeights = Arrays.stream(mixture.weights()).map(StrictMath::log).toArray();
        means = mixture.means();
        EigenDecomposition[] all = Arrays.stream(mixture.covariances())
                .map(covariance -> new EigenDecomposition(new Array2DRowRealMatrix(covariance)))
                .toArray(EigenDecomposition[]::new);
        rows = Arrays.stream(all).map(e -> flat(e.getVT().getData())).toArray(double[][]::new);
        columns = Arrays.stream(all).map(e -> flat(e.getV().getData())).toArray(double[][]::new);
        variances =
                Arrays.stream(all).map(EigenDecomposition::getRealEigenvalues).toArray(double[][]::new);
    }

    private SpectralMixture(SpectralMixture axes, double[] logWeights, double[][] means) {
        dimension = axes.dimension;
        this.logWeights = logWeights;
        this.means = means;
        rows = axes.rows;
        columns = axes.columns;
        variances = axes.variances;
    }

    /** The scores of another mixture whose components have the same covariances. */
    public SpectralMixture moved(double[] weights, double[][] newMeans) {
        return new SpectralMixture(
                this, Arrays.stream(weights).map(StrictMath::log).toArray(), newMeans);
    }

    /** Created once. */
    private static final class Digits {
        static final SpectralMixture LAW =
                new SpectralMixture(GuidedLaw.DigitsMixture.standard().data());
    }

    /** The scores of {@link GuidedLaw.DigitsMixture}. */
    static SpectralMixture digits() {
        return Digits.LAW;
    }

    private static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** The joint score of the given components, or of all if none is given. */
    public Score score(Diffusion diffusion, int... components) {
        int[] chosen = components.length > 0
                ? components
                : IntStream.range(0, means.length).toArray();
        return new Score() {
            @Override
            public int dimension() {
                return dimension;
            }

            @Override
            public Evaluator evaluator(int capacity) {
                return new Block(diffusion, chosen, capacity);
            }
        };
    }

    private final class Block implements Score.Evaluator {
        private final MatrixKernels products = MatrixKernels.fastest();
        private final Diffusion diffusion;
        private final int[] chosen;
        private final int stride;
        private final double[] place;
        /** For each component, its score along its axes. */
        private final double[][] along;
        /** For each component, first its log density, then its weight. */
        private final double[][] share;

        private final double[] most;
        private final double[] total;
        /** For each component at the latest time, its variances along its axes, and log(weight/√(their product)). */
        private final double[][] spread;

        private final double[] constant;
        private double mean;
        private double time = Double.NaN;

        Block(Diffusion diffusion, int[] chosen, int capacity) {
            this.diffusion = diffusion;
            this.chosen = chosen;
            stride = Kernels.padded(capacity);
            place = new double[dimension * stride];
            along = new double[chosen.length][dimension * stride];
            share = new double[chosen.length][capacity];
            most = new double[capacity];
            total = new double[capacity];
            spread = new double[chosen.length][dimension];
            constant = new double[chosen.length];
        }

        private void set(double tau) {
            time = tau;
            mean = diffusion.meanCoefficient(tau);
            double noise = diffusion.variance(tau);
            for (int c = 0; c < chosen.length; c++) {
                constant[c] = logWeights[chosen[c]];
                for (int i = 0; i < dimension; i++) {
                    spread[c][i] = Math.fma(mean * mean, variances[chosen[c]][i], noise);
                    constant[c] -= StrictMath.log(spread[c][i]) / 2;
                }
            }
        }

        @Override
        public void at(double tau, double[][] x, int count, double[][] out) {
            if (tau != time) {
                set(tau);
            }
            Arrays.fill(most, 0, count, Double.NEGATIVE_INFINITY);
            Arrays.fill(total, 0, count, 0);
            for (int c = 0; c < chosen.length; c++) {
                project(c, x, count, along[c], share[c]);
                for (int k = 0; k < count; k++) {
                    most[k] = Math.max(most[k], share[c][k]);
                }
            }
            for (double[] one : share) {
                for (int k = 0; k < count; k++) {
                    one[k] = StrictMath.exp(one[k] - most[k]);
                    total[k] += one[k];
                }
            }
            for (double[] row : out) {
                Arrays.fill(row, 0, count, 0);
            }
            for (int c = 0; c < chosen.length; c++) {
                add(chosen[c], along[c], share[c], count, out);
            }
        }

        /** The score of a component along its axes, and its log density up to a constant common to all components. */
        private void project(int c, double[][] x, int count, double[] score, double[] log) {
            for (int j = 0; j < dimension; j++) {
                double centre = mean * means[chosen[c]][j];
                for (int k = 0; k < count; k++) {
                    place[j * stride + k] = x[j][k] - centre;
                }
                Arrays.fill(place, j * stride + count, (j + 1) * stride, 0);
            }
            rotate(rows[chosen[c]], place, score, count);
            Arrays.fill(log, 0, count, constant[c]);
            for (int i = 0; i < dimension; i++) {
                double precision = 1 / spread[c][i];
                for (int k = 0; k < count; k++) {
                    double u = score[i * stride + k];
                    score[i * stride + k] = -u * precision;
                    log[k] = Math.fma(u / 2, -u * precision, log[k]);
                }
            }
        }

        private void rotate(double[] matrix, double[] from, double[] to, int count) {
            DoubleView of = DoubleView.of(matrix, dimension);
            products.multiply(dimension, dimension, count, of, DoubleView.of(from, stride), DoubleView.of(to, stride));
        }

        private void add(int c, double[] score, double[] weight, int count, double[][] out) {
            boolean counts = false;
            for (int k = 0; k < count; k++) {
                weight[k] /= total[k];
                counts |= !(weight[k] <= NO_SHARE);
            }
            if (!counts) {
                return;
            }
            for (int i = 0; i < dimension; i++) {
                for (int k = 0; k < count; k++) {
                    score[i * stride + k] *= weight[k];
                }
            }
            rotate(columns[c], score, place, count);
            for (int j = 0; j < dimension; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] += place[j * stride + k];
                }
            }
        }
    }
}
