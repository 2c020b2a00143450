package org.noisebook.field;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
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
    private final Mlp network;
    private final int rows;
    private final double[] features;
    private final double[][] inputs;
    /** What the network says, then the derivatives of the loss by it. */
    private final double[][] scores;
    /** out(t) of the points of a batch. */
    private final double[] scale;

    private FieldTraining(FieldConfig config, Streams streams, MatrixKernels products) {
        this.config = config;
        rows = config.training().batchSize();
        draws = FieldDraws.training(config, streams);
        scaling = draws.scaling();
        network = FieldNet.network(config, rows, products);
        double gain = 1 / StrictMath.sqrt(config.network().activation().secondMoment());
        network.initialise(streams.at("init"), gain);
        int classes = config.network().conditional() ? config.target().classes() : 0;
        features = new double[FieldNet.features(config)];
        inputs = new double[config.dimension() + features.length + classes][rows];
        scores = new double[config.dimension()][rows];
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
        return new FieldNet(config, scaling.start(), scaling.end(), network.averagedWeights(), reason, course);
    }

    /** One step; the loss before it. */
    private double step(double learningRate) {
        draws.draw(rows);
        fillInputs();
        network.begin(rows);
        network.setInputs(0, inputs);
        network.forward();
        network.copyScores(scores);
        double loss = 0;
        for (int j = 0; j < scores.length; j++) {
            double[] known = draws.x[j];
            double[] y = draws.y[j];
            for (int k = 0; k < rows; k++) {
                double prediction = Math.fma(scale[k], scores[j][k], known[k]);
                loss = Math.fma(prediction, prediction / 2 - y[k], loss);
                scores[j][k] = scale[k] * (prediction - y[k]) / rows;
            }
        }
        network.setSlopes(scores);
        network.backward();
        network.adam(learningRate);
        if (config.training().averaging() > 0) {
            network.average(config.training().averaging());
        }
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
                inputs[j][k] = scaling.in * off;
                x[j][k] = Math.fma(scaling.skip, off, scaling.constant(j));
            }
            for (int i = 0; i < features.length; i++) {
                inputs[x.length + i][k] = features[i];
            }
            for (int i = x.length + features.length; i < inputs.length; i++) {
                inputs[i][k] = i == x.length + features.length + draws.label[k] && draws.label[k] >= 0 ? 1 : 0;
            }
        }
    }
}
