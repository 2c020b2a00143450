package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;

/**
 * Ghost batch normalisation of one layer: y = γ (z − μ)/σ + β with mean μ and σ = √(variance + ε) of each unit over a
 * ghost batch, which is part of the batch; Hoffer, Hubara and Soudry 2017, arXiv 1705.08741, algorithm 1. With ghost
 * batches as large as the batch, this is batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167).
 *
 * <p>Ghost batches are runs of consecutive samples; the last one of a batch may be shorter. {@link #evaluate} uses
 * running averages of μ and σ instead, which each ghost batch in a {@link #forward} pass updates in turn by m ← 0.9 m +
 * 0.1 μ, as the sum in algorithm 1 says.
 *
 * <p><b>Special cases</b>: y = β for a ghost batch of one sample and for any unit that is constant over its ghost
 * batch. <b>Error</b>: sums over samples are accumulated in double in ascending order, in either precision. γ, β and
 * the averages are doubles. <b>Cost</b>: about 20 operations per unit and sample in a training step.
 */
final class GhostNorm {
    /** ε, the default of PyTorch. */
    static final double EPSILON = 1e-5;

    private static final double RUNNING_SHARE = 0.1;

    private final int ghostBatch;
    private final LayerMatrix normal;
    /** 1/σ of each ghost batch of the last forward pass. */
    private final double[][] inverse;

    final double[] gamma;
    final double[] beta;
    final double[] gammaGradient;
    final double[] betaGradient;
    private final double[] gammaVelocity;
    private final double[] betaVelocity;
    private final double[] runningMean;
    private final double[] runningDeviation;
    private final double[] first;
    private final double[] second;
    private final double[] third;

    GhostNorm(int ghostBatch, int width, int capacity, Precision precision, MatrixKernels products) {
        this.ghostBatch = ghostBatch;
        this.normal = LayerMatrix.of(precision, capacity, width + 1, products);
        this.inverse = new double[(capacity - 1) / ghostBatch + 1][width];
        this.gamma = new double[width];
        this.beta = new double[width];
        this.gammaGradient = new double[width];
        this.betaGradient = new double[width];
        this.gammaVelocity = new double[width];
        this.betaVelocity = new double[width];
        this.runningMean = new double[width];
        this.runningDeviation = new double[width];
        this.first = new double[width];
        this.second = new double[width];
        this.third = new double[width];
        restart();
    }

    /** Resets to γ = 1, β = 0, and running averages 0 and 1. */
    void restart() {
        Arrays.fill(gamma, 1);
        Arrays.fill(beta, 0);
        Arrays.fill(runningMean, 0);
        Arrays.fill(runningDeviation, 1);
        forgetSteps();
    }

    /** Sets the momentum velocities to 0. */
    void forgetSteps() {
        Arrays.fill(gammaVelocity, 0);
        Arrays.fill(betaVelocity, 0);
    }

    private int end(int from, int count) {
        return Math.min(from + ghostBatch, count);
    }

    /** z ← y for the first samples, and updates the running averages. */
    void forward(int count, LayerMatrix z) {
        for (int from = 0; from < count; from += ghostBatch) {
            int to = end(from, count);
            double[] scale = inverse[from / ghostBatch];
            z.columnSums(from, to, first);
            for (int j = 0; j < first.length; j++) {
                double mean = first[j] / (to - from);
                runningMean[j] += RUNNING_SHARE * (mean - runningMean[j]);
                first[j] = -mean;
                second[j] = 1;
            }
            z.affine(from, to, second, first, normal);
            normal.columnProducts(from, to, normal, first);
            for (int j = 0; j < first.length; j++) {
                double deviation = Math.sqrt(first[j] / (to - from) + EPSILON);
                runningDeviation[j] += RUNNING_SHARE * (deviation - runningDeviation[j]);
                scale[j] = 1 / deviation;
                first[j] = 0;
            }
            normal.affine(from, to, scale, first, normal);
            normal.affine(from, to, gamma, beta, z);
        }
    }

    /** z ← y for the first samples, with the running averages in place of μ and σ. */
    void evaluate(int count, LayerMatrix z) {
        for (int j = 0; j < first.length; j++) {
            first[j] = gamma[j] / runningDeviation[j];
            second[j] = beta[j] - first[j] * runningMean[j];
        }
        z.affine(0, count, first, second, z);
    }

    /**
     * Replaces the derivatives of the loss with respect to y by those with respect to z, and computes those for γ and
     * β, after a forward pass of as many samples: δ_z = γ/σ (δ − Σδ/n − ẑ Σδẑ/n), with sums over the n samples of a
     * ghost batch and ẑ = (z − μ)/σ.
     */
    void backward(int count, LayerMatrix delta) {
        Arrays.fill(gammaGradient, 0);
        Arrays.fill(betaGradient, 0);
        for (int from = 0; from < count; from += ghostBatch) {
            int to = end(from, count);
            double[] scale = inverse[from / ghostBatch];
            delta.columnSums(from, to, first);
            delta.columnProducts(from, to, normal, second);
            for (int j = 0; j < first.length; j++) {
                betaGradient[j] += first[j];
                gammaGradient[j] += second[j];
                third[j] = gamma[j] * scale[j];
                first[j] *= -third[j] / (to - from);
                second[j] *= -third[j] / (to - from);
            }
            delta.affine(from, to, third, first, delta);
            delta.addColumnMultiples(from, to, normal, second);
        }
    }

    /** The heavy-ball step of {@link Mlp#descend} for γ and β. */
    void descend(double rate, double momentum) {
        descend(rate, momentum, gammaGradient, gammaVelocity, gamma);
        descend(rate, momentum, betaGradient, betaVelocity, beta);
    }

    private static void descend(double rate, double momentum, double[] g, double[] v, double[] w) {
        for (int j = 0; j < w.length; j++) {
            v[j] = Math.fma(momentum, v[j], g[j]);
            w[j] = Math.fma(-rate, v[j], w[j]);
        }
    }
}
