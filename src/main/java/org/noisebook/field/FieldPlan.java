package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.noisebook.data.Doubles;
import org.noisebook.data.PointSet;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.UNet;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * A training that {@link FieldTraining#of} prepares; it starts from standard normal noise.
 *
 * <p>With a latent γ z a second network learns the mean of z, from which the score comes. <b>Cost</b>: 6 multiply-adds
 * per weight and point in each update.
 *
 * @param points the data
 * @param target the density that points are drawn from
 * @param pairing how noise and data are paired
 * @param schedule coefficients of x_t
 * @param objective what the network learns
 * @param network its shape
 * @param training how it is trained
 */
public record FieldPlan(
        PointSet points,
        Target target,
        Pairing pairing,
        PathSchedule schedule,
        Objective objective,
        FieldConfig.Network network,
        FieldConfig.Training training) {
    /** Operations of a standard training. */
    static final double BUDGET = 1.5e12;
    /** Passes over the rows after which a standard training ends if the budget does not end it before. */
    private static final double EPOCHS = 10_000;

    private static final int LEAST_UPDATES = 2000;
    private static final int MOST_UPDATES = 60_000;
    private static final int BATCH = 512;
    private static final int FEW = 64;
    private static final int FEW_COORDINATES = 8;
    private static final int MANY_COORDINATES = 64;
    private static final int NARROW = 128;
    private static final int OPERATIONS = 6;
    private static final double RATE = 4e-3;
    private static final double MANY_RATE = 1e-3;
    private static final double AVERAGING = 0.9995;
    private static final double MARGIN = 1e-2;
    private static final double WITHHELD = 0.2;

    public FieldPlan {
        boolean independent = pairing instanceof Pairing.Independent;
        if (!independent && network.conditional()) {
            throw new IllegalArgumentException("pairing must be independent where the class is an input, got "
                    + pairing.word() + ": noise coupled across classes is not normal within a class");
        }
        if (pairing instanceof Pairing.Transport transport && transport.batch() > training.batchSize()) {
            throw new IllegalArgumentException("batch of the transport must be in [2, batchSize=" + training.batchSize()
                    + "], got " + transport.batch());
        }
        if (!independent && (training.antithetic() || objective == Objective.SCORE || objective == Objective.NOISE)) {
            throw new IllegalArgumentException(
                    "coupled noise allows neither antithetic pairs nor a score: learn the velocity");
        }
        if (pairing instanceof Pairing.Reflow reflow && reflow.field().dimension() != points.dimension()) {
            throw new IllegalArgumentException("the field of a reflow must have the points' dimension="
                    + points.dimension() + ", got " + reflow.field().dimension());
        }
    }

    /** A network for these points: wider where there are more coordinates, with their classes if they have any. */
    public static FieldConfig.Network network(PointSet points) {
        int d = points.dimension();
        int width = d <= FEW_COORDINATES ? 64 : d <= MANY_COORDINATES ? 256 : 512;
        return new FieldConfig.Network(
                3, width, Activation.SILU, 4, !points.classNames().isEmpty(), true);
    }

    /**
     * A U-Net for square pictures, which has no log density: 16 channels are enough for 28 × 28 pixels.
     *
     * @param channels a multiple of 4
     */
    public static FieldConfig.Network network(PointSet points, int channels) {
        int side = points.height();
        if (side == 0 || side * side != points.dimension()) {
            throw new IllegalArgumentException("channels of a U-Net need square pictures, got "
                    + (side == 0 ? "no pictures" : side + " × " + points.dimension() / side));
        }
        return new FieldConfig.Network(
                UNet.levels(side),
                NARROW,
                Activation.SILU,
                4,
                !points.classNames().isEmpty(),
                true,
                channels);
    }

    static FieldPlan standard(PointSet points, Pairing pairing, PathSchedule schedule, FieldConfig.Network network) {
        boolean convolved = network.channels() > 0;
        boolean many = !convolved
                && points.dimension() > MANY_COORDINATES
                && schedule.latent() instanceof Latent.None
                && pairing instanceof Pairing.Independent;
        FieldConfig.Training training = new FieldConfig.Training(
                LEAST_UPDATES,
                convolved ? FEW : BATCH,
                new LearningRate.Cosine(convolved ? RATE / 2 : network.width() <= NARROW ? RATE : MANY_RATE),
                AVERAGING,
                false,
                true,
                many ? MARGIN : 0,
                network.conditional() ? WITHHELD : 0);
        FieldPlan plan = new FieldPlan(
                points,
                Target.of(points),
                pairing,
                schedule,
                many ? Objective.DENOISER : Objective.VELOCITY,
                network,
                training);
        int batch = plan.training.batchSize();
        double each = OPERATIONS * FieldNet.multiplyAdds(plan.config(plan.objective)) * batch;
        double updates = Math.min(BUDGET / each, EPOCHS * points.rows() / batch);
        return plan.withUpdates((int) Math.min(MOST_UPDATES, Math.max(LEAST_UPDATES, updates)));
    }

    /** The same with another number of updates. */
    public FieldPlan withUpdates(int updates) {
        return with(Schema.with(training, "steps", updates));
    }

    /** The same with another training. */
    public FieldPlan with(FieldConfig.Training changed) {
        return new FieldPlan(points, target, pairing, schedule, objective, network, changed);
    }

    /** The same drawing from another density, in the points' standardised coordinates. */
    FieldPlan on(Target other) {
        FieldConfig.Network plain = Schema.with(network, "conditional", false);
        return new FieldPlan(points, other, pairing, schedule, objective, plain, training);
    }

    /** Operations of a training of a network with so many multiply-adds. */
    static double operations(double multiplyAdds, FieldConfig.Training training) {
        return OPERATIONS * multiplyAdds * training.batchSize() * training.steps();
    }

    FieldConfig config(Objective learned) {
        return new FieldConfig(target, new BaseDensity.Noise(), schedule, learned, network, training);
    }

    /**
     * Trains.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public TrainedField train(Streams streams) {
        return train(streams, made -> {});
    }

    /** Trains, telling before each update of a network how many were made. */
    public TrainedField train(Streams streams, IntConsumer progress) {
        LearnedField field = one(objective, streams, progress);
        if (!config(objective).oneSided() && pairing instanceof Pairing.Independent) {
            field = field.with(one(Objective.NOISE, streams, progress));
        }
        List<String> classes = network.conditional() ? points.classNames() : List.of();
        int[] counts = new int[Math.max(1, classes.size())];
        for (int i = 0; i < points.rows(); i++) {
            counts[classes.isEmpty() ? 0 : points.points().label(i)]++;
        }
        String objectives = field.nets().stream()
                .map(net -> net.config().objective().name())
                .collect(Collectors.joining(" "));
        TrainedField.Header header = new TrainedField.Header(
                schedule,
                objectives,
                network,
                training,
                pairing.word(),
                String.join(TrainedField.BETWEEN, points.names()),
                String.join(TrainedField.BETWEEN, classes),
                Doubles.of(Arrays.stream(counts).asDoubleStream().toArray()),
                points.mean(),
                points.stdDev(),
                points.height(),
                points.rows());
        return new TrainedField(field, header, points, -1);
    }

    private LearnedField one(Objective learned, Streams streams, IntConsumer progress) {
        FieldConfig config = config(learned);
        FieldTraining run = pairing instanceof Pairing.Independent
                ? new FieldTraining(config, streams)
                : new FieldTraining(config, streams, pairing.of(pairs(streams), streams));
        return LearnedField.of(run.reporting(progress).run(MatrixKernels.fastest()));
    }

    private Coupling pairs(Streams streams) {
        Target.Source data = target.open(streams, "data");
        int d = target.dimension();
        return Coupling.independent((stream, count) -> normal(d, stream, count), (stream, count) -> {
            double[][] x = new double[d][count];
            data.draw(count, x, new int[count]);
            return x;
        });
    }

    static double[][] normal(int dimension, Stream stream, int count) {
        double[][] z = new double[dimension][count];
        for (int k = 0; k < count; k++) {
            for (int j = 0; j < dimension; j++) {
                z[j][k] = stream.nextGaussian();
            }
        }
        return z;
    }
}
