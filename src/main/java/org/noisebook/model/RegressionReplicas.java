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
 * Trainings of an {@link Mlp} in float32 by regression on fresh batches with Adam: the loss of a batch is the mean of ½ f² − f·y over its
 * points, with the prediction f = known + scale · scores, and is taken in float64.
 *
 * @param widths as those of {@link Mlp}
 * @param batchSize B
 * @param steps to make; fewer where a loss is not finite
 * @param learningRate η of each step, from 0
 * @param averaging decay of the average of weights that is kept, 0 for the last weights
 * @param jobs made when their turn comes; each is asked for once
 */
public record RegressionReplicas(
        int[] widths,
        Activation activation,
        int batchSize,
        int steps,
        IntToDoubleFunction learningRate,
        double averaging,
        List<Supplier<Job>> jobs) {
    /** Copies. */
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
     * Points of a step; all but the scale coordinate-major, [coordinate][point].
     *
     * @param known part of the prediction
     * @param target y
     * @param scale of the scores, a number a point
     */
    public record Batch(double[][] inputs, double[][] known, double[][] target, double[] scale) {}

    /**
     * One training.
     *
     * @param weights to start with, packed
     * @param batches gives the batch of a step, in arrays that it may use again at the next
     */
    public record Job(double[] weights, Supplier<Batch> batches) {}

    /**
     * How a training ended.
     *
     * @param weights packed, float32 numbers
     * @param losses of the steps that were made, each before its step; the last may not be finite
     */
    public record End(double[] weights, double[] losses) {}

    /**
     * Trains on the primitive engine.
     *
     * @throws CancellationException if the thread is interrupted
     */
    public End train(Job job, MatrixKernels products) {
        Mlp network = Mlp.of(widths, activation, batchSize, Precision.FLOAT32, products);
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
        return new End(network.averagedWeights(), Arrays.copyOf(losses, made));
    }

    /** Puts the derivatives in the place of the scores. */
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
