package org.noisebook.papers.polynomial;

import java.util.Arrays;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.papers.polynomial.PolynomialGrokking.Config;
import org.noisebook.rng.Stream;

/**
 * Gradient descent on the squared loss of f(x) = α/N Σ_i φ(w_i·x), φ(z) = z + εz²/2, minus its initial value, by the moments w̄ and M.
 *
 * <p>Only the means w̄ of w and M of ww' matter: f = α(w̄·x + ½ε x'Mx). With r = f − y, c = 2ηα/(NP), u = Σ r x and A = 1 − cε Σ r xx', a step
 * is exactly w̄ ← Aw̄ − cu, M ← AMA − c(Aw̄u' + u(Aw̄)') + c²uu'; the width enters only through the initial draw. The tangent kernel is
 * Θ = (α²/N) x·x' (1 + ε w̄·(x + x') + ε² x'Mx').
 */
final class ClosedState {
    private final MatrixKernels products;
    private final int dimension;
    private final int stride;
    private final double scale;
    private final double curvature;
    private final double rate;
    private final double[] mean;
    final double[] moments;
    private final double[] turn;
    private final double[] turned;
    private double[] weighted = {};

    ClosedState(Config config, Stream init, MatrixKernels products) {
        this.products = products;
        this.dimension = config.dimension();
        this.stride = Kernels.padded(dimension);
        this.scale = config.outputScale();
        this.curvature = config.curvature();
        this.rate = 2 * config.learningRate() / (scale * config.trainSize());
        this.mean = new double[dimension];
        this.moments = new double[dimension * stride];
        this.turn = moments.clone();
        this.turned = moments.clone();
        double[] w = new double[stride];
        for (int i = 0; i < config.width(); i++) {
            Stream part = init.part(i);
            for (int k = 0; k < dimension; k++) {
                w[k] = part.nextGaussian();
                mean[k] += w[k] / config.width();
            }
            products.addOuter(1, dimension, dimension, rows(w), rows(w), rows(moments));
        }
        Arrays.setAll(moments, k -> moments[k] / config.width());
    }

    private DoubleView rows(double[] values) {
        return DoubleView.of(values, stride);
    }

    void look(Points of) {
        products.multiply(of.size, dimension, dimension, of.rows(), rows(moments), rows(of.turned));
        for (int i = 0; i < of.size; i++) {
            of.linear[i] = of.inner(i, mean, 0);
            of.output[i] = scale * (of.linear[i] + curvature / 2 * of.inner(i, of.turned, i * stride));
        }
    }

    /** The kernel NΘ/α² between all a and all b, row-major. */
    double[] kernel(Points a, Points b) {
        int columns = Kernels.padded(b.size);
        double[] gram = new double[a.size * columns];
        double[] bent = gram.clone();
        products.multiplyTransposed(a.size, b.size, dimension, a.rows(), b.rows(), DoubleView.of(gram, columns));
        products.multiplyTransposed(a.size, b.size, dimension, rows(a.turned), b.rows(), DoubleView.of(bent, columns));
        double[] kernel = new double[a.size * b.size];
        for (int i = 0; i < a.size; i++) {
            for (int j = 0; j < b.size; j++) {
                int k = i * columns + j;
                kernel[i * b.size + j] =
                        gram[k] * (1 + curvature * (a.linear[i] + b.linear[j]) + curvature * curvature * bent[k]);
            }
        }
        return kernel;
    }

    /** One step of gradient descent on the current residuals. */
    void step(Points of) {
        if (weighted.length == 0) {
            weighted = new double[of.size * stride];
        }
        double[] u = new double[dimension];
        for (int i = 0; i < of.size; i++) {
            double factor = -rate * of.residual[i];
            for (int k = 0; k < dimension; k++) {
                weighted[i * stride + k] = factor * of.x[i * dimension + k];
                u[k] -= weighted[i * stride + k];
            }
        }
        Arrays.fill(turn, 0);
        products.addOuter(of.size, dimension, dimension, of.rows(), rows(weighted), rows(turn));
        for (int k = 0; k < dimension; k++) {
            for (int l = 0; l < dimension; l++) {
                turn[k * stride + l] *= curvature;
            }
            turn[k * stride + k] += 1;
        }
        products.multiply(dimension, dimension, dimension, rows(turn), rows(moments), rows(turned));
        products.multiply(dimension, dimension, dimension, rows(turned), rows(turn), rows(moments));
        double[] old = mean.clone();
        for (int k = 0; k < dimension; k++) {
            mean[k] = 0;
            for (int l = 0; l < dimension; l++) {
                mean[k] = Math.fma(turn[k * stride + l], old[l], mean[k]);
            }
        }
        for (int k = 0; k < dimension; k++) {
            for (int l = 0; l < dimension; l++) {
                moments[k * stride + l] += u[k] * u[l] - mean[k] * u[l] - u[k] * mean[l];
            }
        }
        for (int k = 0; k < dimension; k++) {
            mean[k] -= u[k];
        }
    }

    /** The share β'(M − M₀)β/(‖β‖² ‖M − M₀‖) of the change of M along the target. */
    double share(double[] start, double[] beta) {
        double along = 0;
        double square = 0;
        for (int k = 0; k < dimension; k++) {
            for (int l = 0; l < dimension; l++) {
                double change = moments[k * stride + l] - start[k * stride + l];
                along = Math.fma(beta[k] * beta[l], change, along);
                square = Math.fma(change, change, square);
            }
        }
        return square > 0 ? along / (Dot.inOrder(beta, beta) * Math.sqrt(square)) : 0;
    }

    /** Points with their targets and the current output of the network. */
    static final class Points {
        final int size;
        private final int dimension;
        final double[] x;
        final double[] targets;
        /** The products x'M, rows padded. */
        final double[] turned;

        /** The products w̄·x. */
        final double[] linear;

        final double[] output;
        /** The residuals f − y, with the initial output subtracted from f. */
        private final double[] residual;

        Points(int size, double[] beta, Stream stream) {
            this.size = size;
            this.dimension = beta.length;
            this.x = new double[size * dimension];
            this.targets = new double[size];
            this.turned = new double[size * Kernels.padded(dimension)];
            this.linear = new double[size];
            this.output = new double[size];
            this.residual = new double[size];
            for (int i = 0; i < size; i++) {
                Stream part = stream.part(i);
                double along = 0;
                for (int k = 0; k < dimension; k++) {
                    x[i * dimension + k] = part.nextGaussian() / Math.sqrt(dimension);
                    along = Math.fma(beta[k], x[i * dimension + k], along);
                }
                targets[i] = along * along / 2;
            }
        }

        DoubleView rows() {
            return DoubleView.of(x, dimension);
        }

        double inner(int i, double[] row, int start) {
            double sum = 0;
            for (int k = 0; k < dimension; k++) {
                sum = Math.fma(x[i * dimension + k], row[start + k], sum);
            }
            return sum;
        }

        double error(double[] start) {
            Arrays.setAll(residual, i -> output[i] - start[i] - targets[i]);
            return Dot.inOrder(residual, residual) / Dot.inOrder(targets, targets);
        }

        /** The error of kernel predictions with given coefficients, relative to the squared targets. */
        double error(double[] across, double[] pull) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                double miss = targets[i];
                for (int j = 0; j < pull.length; j++) {
                    miss -= across[i * pull.length + j] * pull[j];
                }
                sum = Math.fma(miss, miss, sum);
            }
            return sum / Dot.inOrder(targets, targets);
        }
    }
}
