package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.noisebook.data.PointSet;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.RegressionNet;
import org.noisebook.model.RegressionReplicas;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * Trains a network on random draws from an interpolant; the result is a pure function of config and streams.
 *
 * <p><b>Streams</b>: {@code data} (points of the target; for pictures also the training subset), {@code base}, {@code
 * noise} (z), {@code time}, {@code dropout} (withheld classes) and {@code init} (weights). <b>Special cases</b>: a loss
 * that is not finite ends the training as {@code DIVERGED}, with NaN for the rest of the loss history. <b>Cost</b>: 6
 * multiply-adds per weight and point in each step.
 */
public final class FieldTraining {
    /** Increased whenever the same config and streams would give different weights. */
    static final int VERSION = 1;

    /** The streams it draws from. */
    static final Set<String> STREAMS = Set.of("data", "base", "noise", "time", "dropout", "init");

    /** Number of parts of the loss history. */
    private static final int PARTS = 100;

    private final FieldConfig config;
    private final Streams streams;
    private final FieldDraws draws;
    private final Scaling scaling;
    private final RegressionReplicas.Batch batch;
    private final double[] features;
    /** Whether the loss is that of the network's output. */
    private final boolean weighted;

    private IntConsumer progress = made -> {};
    private int made;

    FieldTraining(FieldConfig config, Streams streams) {
        this(config, streams, Optional.empty());
    }

    FieldTraining(FieldConfig config, Streams streams, Coupling pairs) {
        this(config, streams, Optional.of(pairs));
    }

    private FieldTraining(FieldConfig config, Streams streams, Optional<Coupling> coupling) {
        this.config = config;
        this.streams = streams;
        int rows = config.training().batchSize();
        draws = FieldDraws.training(config, streams, coupling);
        scaling = draws.scaling();
        features = new double[FieldNet.features(config)];
        weighted = config.training().times() instanceof TimeLaw.LogNormal;
        batch = new RegressionReplicas.Batch(
                new double[FieldNet.widths(config)[0]][rows], draws.x, draws.y, new double[rows]);
    }

    /**
     * A training on a user's points; {@link FieldPlan#train} runs it.
     *
     * @param pairing how noise and data are paired
     * @param net shape of the network, such as {@link FieldPlan#network}
     */
    public static FieldPlan of(PointSet points, Pairing pairing, PathSchedule schedule, FieldConfig.Network net) {
        return FieldPlan.standard(points, pairing, schedule, net);
    }

    /**
     * Trains the network.
     *
     * @throws CancellationException if the thread is interrupted
     */
    static FieldNet run(FieldConfig config, Streams streams, MatrixKernels products) {
        return new FieldTraining(config, streams).run(products);
    }

    /** Trains the network; once. */
    FieldNet run(MatrixKernels products) {
        RegressionNet network = FieldNet.network(config, config.training().batchSize(), products);
        return net(replicas(config, List.of()).train(job(), network));
    }

    /** The same, telling before each update how many were made. */
    FieldTraining reporting(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /** Training runs that differ in their streams or in the learned quantity of an interpolant. */
    static RegressionReplicas replicas(FieldConfig config, List<Supplier<RegressionReplicas.Job>> jobs) {
        FieldConfig.Training training = config.training();
        return new RegressionReplicas(
                FieldNet.widths(config),
                config.network().activation(),
                training.batchSize(),
                training.steps(),
                step -> training.learningRate().at(step, training.steps()),
                training.averaging(),
                jobs);
    }

    /** The training job; it can be run once. */
    RegressionReplicas.Job job() {
        RegressionNet network = FieldNet.network(config, 1, MatrixKernels.plain());
        network.initialise(
                streams.at("init"),
                1 / StrictMath.sqrt(config.network().activation().secondMoment()));
        return new RegressionReplicas.Job(network.weights(), this::next);
    }

    /** The network from the result of the job. */
    FieldNet net(RegressionReplicas.TrainingEnd end) {
        int steps = config.training().steps();
        double[] losses = end.losses();
        double[] course = new double[Math.min(PARTS, steps)];
        int[] counts = new int[course.length];
        for (int step = 0; step < losses.length; step++) {
            int part = (int) ((long) step * course.length / steps);
            course[part] += losses[step];
            counts[part]++;
        }
        for (int part = 0; part < course.length; part++) {
            course[part] /= counts[part];
        }
        StopReason reason = StopReason.COMPLETED;
        if (!Double.isFinite(losses[losses.length - 1])) {
            reason = StopReason.DIVERGED;
            int part = (int) ((losses.length - 1L) * course.length / steps);
            Arrays.fill(course, part, course.length, Double.NaN);
        }
        return new FieldNet(config, scaling.start(), scaling.end(), end.weights(), reason, course);
    }

    /** Fills the inputs and replaces x_t by the known part of the prediction. */
    private RegressionReplicas.Batch next() {
        progress.accept(made++);
        double[][] x = draws.x;
        double[][] inputs = batch.inputs();
        draws.draw(config.training().batchSize());
        for (int k = 0; k < draws.t.length; k++) {
            scaling.at(draws.t[k]);
            batch.scale()[k] = scaling.out;
            FieldNet.features(draws.t[k], features);
            for (int j = 0; j < x.length; j++) {
                double off = x[j][k] - scaling.centre(j);
                inputs[j][k] = scaling.in * off;
                x[j][k] = Math.fma(scaling.skip, off, scaling.constant(j));
            }
            if (weighted) {
                batch.scale()[k] = 1;
                for (int j = 0; j < x.length; j++) {
                    x[j][k] /= scaling.out;
                    draws.y[j][k] /= scaling.out;
                }
            }
            for (int i = 0; i < features.length; i++) {
                inputs[x.length + i][k] = features[i];
            }
            for (int i = x.length + features.length; i < inputs.length; i++) {
                inputs[i][k] = i == x.length + features.length + draws.label[k] && draws.label[k] >= 0 ? 1 : 0;
            }
        }
        return batch;
    }
}
