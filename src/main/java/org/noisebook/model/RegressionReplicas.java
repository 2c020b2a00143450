package org.noisebook.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;

/**
 * Training runs of an {@link Mlp} in float32 by regression on new batches with Adam: the loss of a batch is the mean of
 * ½ f² − f·y over its points, with prediction f = known + scale · scores, computed in float64.
 *
 * @param widths as in {@link Mlp}
 * @param batchSize B
 * @param steps number of steps; fewer if a loss becomes non-finite
 * @param learningRate η of each step, counted from 0
 * @param averaging decay of the weight average that is returned, 0 for the last weights
 * @param jobs the runs, each created once when its turn comes
 */
public record RegressionReplicas(
        int[] widths,
        Activation activation,
        int batchSize,
        int steps,
        IntToDoubleFunction learningRate,
        double averaging,
        List<Supplier<Job>> jobs) {
    public RegressionReplicas {
        widths = widths.clone();
        Objects.requireNonNull(activation, "activation");
        jobs = List.copyOf(jobs);
    }

    @Override
    public int[] widths() {
        return widths.clone();
    }

    /**
     * The points of a step; all but the scale are coordinate-major, [coordinate][point].
     *
     * @param known the known part of the prediction
     * @param target y
     * @param scale factor of the scores, one per point
     */
    public record Batch(double[][] inputs, double[][] known, double[][] target, double[] scale) {}

    /**
     * One training run.
     *
     * @param weights initial weights, packed
     * @param batches supplies the batch of each step, in arrays that it may reuse for the next
     */
    public record Job(double[] weights, Supplier<Batch> batches) {}

    /**
     * How a training run ended.
     *
     * @param weights final weights, packed float32 values
     * @param losses loss before each step made; the last may be non-finite
     */
    public record TrainingEnd(double[] weights, double[] losses) {}

    /**
     * Trains on the primitive engine.
     *
     * @throws CancellationException if the thread is interrupted
     */
    public TrainingEnd train(Job job, MatrixKernels products) {
        return train(job, Mlp.of(widths, activation, batchSize, Precision.FLOAT32, products));
    }

    /** Trains a network with as many inputs and scores as the widths say. */
    public TrainingEnd train(Job job, RegressionNet network) {
        network.setWeights(job.weights);
        double[][] scores = new double[widths[widths.length - 1]][batchSize];
        double[] losses = new double[steps];
        int made = 0;
        boolean finite = true;
        for (; made < steps && finite; made++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            Batch batch = job.batches.get();
            network.begin(batchSize);
            network.setInputs(0, batch.inputs);
            network.forward();
            network.copyScores(scores);
            losses[made] = loss(batch, scores);
            finite = Double.isFinite(losses[made]);
            network.setSlopes(scores);
            network.backward();
            network.adam(learningRate.applyAsDouble(made));
            if (averaging > 0) {
                network.average(averaging);
            }
        }
        return new TrainingEnd(network.averagedWeights(), Arrays.copyOf(losses, made));
    }

    /** Replaces the scores by the derivatives and returns the loss. */
    private double loss(Batch batch, double[][] scores) {
        double loss = 0;
        for (int j = 0; j < scores.length; j++) {
            double[] known = batch.known[j];
            double[] y = batch.target[j];
            for (int k = 0; k < batchSize; k++) {
                double prediction = Math.fma(batch.scale[k], scores[j][k], known[k]);
                loss = Math.fma(prediction, prediction / 2 - y[k], loss);
                scores[j][k] = batch.scale[k] * (prediction - y[k]) / batchSize;
            }
        }
        return loss / batchSize;
    }
}
