package org.noisebook.papers.xor;

import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;

/**
 * Full-batch gradient descent on the first layer of f(x) = Σ_j a_j φ(w_j·x), a_j = ±1/√m, φ = ReLU, for the logistic loss
 * L = (1/n) Σ_i ln(1 + e^(−y_i f(x_i))), in terms of inner products alone.
 *
 * <p>A step is w_j ← w_j + Σ_i D_ij x_i with D_ij = (η/n) y_i a_j φ′(w_j·x_i)/(1 + e^(y_i f(x_i))). Only two quantities are
 * kept: the pre-activations Z = X W of all points (training, test, other directions), which change by (X X_trainᵀ) D, and the
 * ‖w_j‖², which change by Σ_i D_ij (w_j·x_i before + w_j·x_i after).
 *
 * <p><b>Shapes</b>: Z[points][padded(m)], training points first. <b>Special cases</b>: φ′(0) = 0. <b>Error</b>: rounding only;
 * the same bits for every {@link MatrixKernels}. <b>Cost</b>: a step is n · points · m multiply-adds.
 */
final class GramDescent {
    private final MatrixKernels products;
    private final int trainSize;
    private final int points;
    private final int width;
    private final int stride;
    private final int gramStride;
    private final int[] labels;
    private final double[] secondLayer;
    private final double learningRate;
    /** Inner products of training points with all points. */
    private final double[] gram;

    private final double[] sums;
    private final double[] pulls;
    private final double[] squares;

    GramDescent(XorGrokking.Config config, XorClusters clusters, MatrixKernels products) {
        this.products = products;
        this.trainSize = config.trainSize();
        this.points = XorClusters.count(config);
        this.width = config.width();
        this.stride = Kernels.padded(width);
        this.gramStride = Kernels.padded(points);
        this.labels = clusters.labels;
        this.learningRate = config.learningRate();
        this.secondLayer = new double[width];
        this.gram = new double[trainSize * gramStride];
        this.sums = new double[points * stride];
        this.pulls = new double[trainSize * stride];
        this.squares = new double[width];
        int rank = clusters.rank;
        DoubleView x = DoubleView.of(clusters.points, clusters.stride);
        products.multiplyTransposed(trainSize, points, rank, x, x, DoubleView.of(gram, gramStride));
        products.multiply(points, rank, width, x, rows(clusters.weights), rows(sums));
        for (int j = 0; j < width; j++) {
            secondLayer[j] = clusters.signs[j] / Math.sqrt(width);
            for (int k = 0; k < rank; k++) {
                double weight = clusters.weights[k * stride + j];
                squares[j] = Math.fma(weight, weight, squares[j]);
            }
        }
    }

    private DoubleView rows(double[] values) {
        return DoubleView.of(values, stride);
    }

    /** Makes one step of gradient descent. */
    void step() {
        for (int i = 0; i < trainSize; i++) {
            double pull = learningRate / trainSize * labels[i] / (1 + StrictMath.exp(labels[i] * output(i)));
            for (int j = 0; j < width; j++) {
                pulls[i * stride + j] = sum(i, j) > 0 ? pull * secondLayer[j] : 0;
            }
        }
        addToSquares();
        products.addOuter(trainSize, points, width, DoubleView.of(gram, gramStride), rows(pulls), rows(sums));
        addToSquares();
    }

    private void addToSquares() {
        for (int i = 0; i < trainSize; i++) {
            for (int j = 0; j < width; j++) {
                squares[j] = Math.fma(pulls[i * stride + j], sum(i, j), squares[j]);
            }
        }
    }

    /** The pre-activation w_j · x_i. */
    double sum(int i, int j) {
        return sums[i * stride + j];
    }

    /** The output f(x_i). */
    double output(int i) {
        double output = 0;
        for (int j = 0; j < width; j++) {
            output = Math.fma(secondLayer[j], Math.max(sum(i, j), 0), output);
        }
        return output;
    }

    /** The part of f(x_i) that is odd in x: ½ Σ_j a_j w_j·x_i. */
    double linearOutput(int i) {
        double output = 0;
        for (int j = 0; j < width; j++) {
            output = Math.fma(secondLayer[j], sum(i, j), output);
        }
        return output / 2;
    }

    /** The linear rule Σ_k y_k x_k·x_i, summed over training points k. */
    double averageOutput(int i) {
        double output = 0;
        for (int k = 0; k < trainSize; k++) {
            output = Math.fma(labels[k], gram[k * gramStride + i], output);
        }
        return output;
    }

    /** The loss L. */
    double loss() {
        double loss = 0;
        for (int i = 0; i < trainSize; i++) {
            double fit = labels[i] * output(i);
            loss += Math.max(-fit, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(fit)));
        }
        return loss / trainSize;
    }

    /** The absolute cosine between neuron j and a point of unit length. */
    double alignment(int j, int i) {
        // The squared norm is a sum of changes, which rounding may take to 0.
        return Math.abs(sum(i, j)) / Math.sqrt(Math.max(squares[j], Double.MIN_NORMAL));
    }
}
