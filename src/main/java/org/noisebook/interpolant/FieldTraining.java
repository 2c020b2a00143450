package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * Trains a network on fresh draws of an interpolant: a pure function of config and streams.
 *
 * <p><b>Streams</b>: {@code data} (points of the target; for pictures also which ones), {@code base}, {@code noise} (z), {@code time},
 * {@code dropout} (withheld classes) and {@code init} (weights).
 *
 * <p><b>Special cases</b>: a loss that is not finite ends the training as {@code DIVERGED}, with NaN for the rest of its course.
 *
 * <p><b>Cost</b>: 6 multiply-adds a weight and point of a step.
 */
final class FieldTraining {
    /** Raised whenever the same config and streams would give other weights. */
    static final int VERSION = 1;

    /** The streams it draws from. */
    static final Set<String> STREAMS = Set.of("data", "base", "noise", "time", "dropout", "init");

    /** Parts of the course of the loss. */
    private static final int PARTS = 100;

    private final FieldConfig config;
    private final FieldDraws draws;
    private final Scaling scaling;
    private final ScratchNet net;
    private final int rows;
    private final double[] features;
    /** out(t) of the points of a batch. */
    private final double[] scale;

    private FieldTraining(FieldConfig config, Streams streams, MatrixKernels products) {
        this.config = config;
        rows = config.training().batchSize();
        draws = FieldDraws.training(config, streams);
        scaling = draws.scaling();
        net = new ScratchNet(FieldNet.widths(config), config.network().activation(), rows, products);
        double gain = 1 / StrictMath.sqrt(config.network().activation().secondMoment());
        net.initialise(streams.at("init"), gain);
        features = new double[FieldNet.features(config)];
        scale = new double[rows];
    }

    /**
     * Trains.
     *
     * @throws CancellationException if the thread is interrupted
     */
    static FieldNet run(FieldConfig config, Streams streams, MatrixKernels products) {
        return new FieldTraining(config, streams, products).run();
    }

    private FieldNet run() {
        FieldConfig.Training training = config.training();
        int steps = training.steps();
        int parts = Math.min(PARTS, steps);
        double[] course = new double[parts];
        int[] counts = new int[parts];
        StopReason reason = StopReason.COMPLETED;
        for (int step = 0; step < steps && reason == StopReason.COMPLETED; step++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            double loss = step(training.learningRate().at(step, steps));
            int part = (int) ((long) step * parts / steps);
            course[part] += loss;
            counts[part]++;
            if (!Double.isFinite(loss)) {
                reason = StopReason.DIVERGED;
                Arrays.fill(course, part, parts, Double.NaN);
            }
        }
        for (int part = 0; part < parts; part++) {
            course[part] /= counts[part];
        }
        return new FieldNet(config, scaling.start(), scaling.end(), net.averagedWeights(), reason, course);
    }

    /** One step; the loss before it. */
    private double step(double learningRate) {
        draws.draw(rows);
        fillInputs();
        net.forward(rows);
        double loss = 0;
        for (int j = 0; j < draws.x.length; j++) {
            double[] known = draws.x[j];
            double[] y = draws.y[j];
            for (int k = 0; k < rows; k++) {
                double prediction = Math.fma(scale[k], net.output(k, j), known[k]);
                loss = Math.fma(prediction, prediction / 2 - y[k], loss);
                net.slope(k, j, (float) (scale[k] * (prediction - y[k]) / rows));
            }
        }
        net.backward(rows);
        net.adam(learningRate, config.training().averaging());
        return loss / rows;
    }

    /** Fills the inputs and puts the part of the prediction that is known in the place of x_t. */
    private void fillInputs() {
        double[][] x = draws.x;
        for (int k = 0; k < rows; k++) {
            scaling.at(draws.t[k]);
            scale[k] = scaling.out;
            FieldNet.features(draws.t[k], features);
            for (int j = 0; j < x.length; j++) {
                double off = x[j][k] - scaling.centre(j);
                net.input(k, j, (float) (scaling.in * off));
                x[j][k] = Math.fma(scaling.skip, off, scaling.constant(j));
            }
            for (int i = 0; i < features.length; i++) {
                net.input(k, x.length + i, (float) features[i]);
            }
            if (config.network().conditional()) {
                for (int c = 0; c < config.target().classes(); c++) {
                    net.input(k, x.length + features.length + c, c == draws.label[k] ? 1 : 0);
                }
            }
        }
    }
}
