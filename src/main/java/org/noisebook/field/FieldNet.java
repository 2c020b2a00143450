package org.noisebook.field;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Drift;
import org.noisebook.model.Mlp;
import org.noisebook.model.RegressionNet;
import org.noisebook.model.StopReason;
import org.noisebook.model.UNet;

/**
 * A trained network with its scaling, which predicts the target of its objective. Immutable and thread-safe.
 *
 * <p>Inputs for a point: in(t) (x − m(t)), then t, sin πt, cos πt, sin 2πt, …, then one input per class.
 */
final class FieldNet {
    private final FieldConfig config;
    private final Scaling.Moments start;
    private final Scaling.Moments end;
    /** Packed weights; float32 values. */
    private final double[] weights;

    private final StopReason stopReason;
    private final double[] loss;
    /** What evaluations do to activities, or null. */
    private final Mlp.Change change;
    /** What evaluations take over, or null. */
    private final ReusePlan plan;

    /** A network that owns the arrays. */
    FieldNet(
            FieldConfig config,
            Scaling.Moments start,
            Scaling.Moments end,
            double[] weights,
            StopReason stopReason,
            double[] loss) {
        this(config, start, end, weights, stopReason, loss, null, null);
    }

    private FieldNet(
            FieldConfig config,
            Scaling.Moments start,
            Scaling.Moments end,
            double[] weights,
            StopReason stopReason,
            double[] loss,
            Mlp.Change change,
            ReusePlan plan) {
        this.config = config;
        this.start = start;
        this.end = end;
        this.weights = weights;
        this.stopReason = stopReason;
        this.loss = loss;
        this.change = change;
        this.plan = plan;
    }

    /** The same network with other weights, a matrix a layer without its biases, and with its activities changed on the way. */
    FieldNet changed(Mlp.Change ofWeights, Mlp.Change ofActivities) {
        if (config.network().channels() > 0) {
            throw new IllegalArgumentException("network.channels must be 0 to change a layer, got "
                    + config.network().channels());
        }
        int[] widths = widths(config);
        double[] all = weights.clone();
        for (int l = 0, at = 0; l + 1 < widths.length; at += (widths[l] + 1) * widths[l + 1], l++) {
            double[] matrix = Arrays.copyOfRange(all, at, at + widths[l] * widths[l + 1]);
            ofWeights.at(l, matrix);
            System.arraycopy(matrix, 0, all, at, matrix.length);
        }
        return new FieldNet(config, start, end, all, stopReason, loss, ofActivities, null);
    }

    /** The same U-Net, evaluated by a plan. */
    FieldNet reusing(ReusePlan newPlan) {
        if (config.network().channels() == 0) {
            throw new IllegalArgumentException("network.channels must be positive to reuse a part, got 0");
        }
        return new FieldNet(config, start, end, weights, stopReason, loss, null, newPlan);
    }

    FieldConfig config() {
        return config;
    }

    Scaling.Moments start() {
        return start;
    }

    Scaling.Moments end() {
        return end;
    }

    double[] weights() {
        return weights.clone();
    }

    StopReason stopReason() {
        return stopReason;
    }

    double[] loss() {
        return loss.clone();
    }

    /** A network of zeros with the architecture of a config. */
    static RegressionNet network(FieldConfig config, int capacity, MatrixKernels products) {
        FieldConfig.Network network = config.network();
        if (network.channels() > 0) {
            UNet.Shape shape = shape(config.target(), network);
            return new UNet(shape, network.activation(), capacity, Precision.FLOAT32, products);
        }
        return Mlp.of(widths(config), config.network().activation(), capacity, Precision.FLOAT32, products);
    }

    /**
     * The U-Net of a config.
     *
     * @throws IllegalArgumentException that names what does not fit the target
     */
    static UNet.Shape shape(Target target, FieldConfig.Network network) {
        int side = (int) Math.rint(Math.sqrt(target.dimension()));
        if (side * side != target.dimension()) {
            throw new IllegalArgumentException(
                    "network.channels must be 0 unless the target is square grey pictures, got " + network.channels());
        }
        int others = 1 + 2 * network.frequencies() + (network.conditional() ? target.classes() : 0);
        return new UNet.Shape(side, network.layers(), network.channels(), network.width(), others);
    }

    /** Multiply-adds of a forward pass of one point. */
    static double multiplyAdds(FieldConfig config) {
        return config.network().channels() > 0
                ? shape(config.target(), config.network()).multiplyAdds()
                : weightCount(config);
    }

    /** Widths of inputs, hidden layers and scores; of a U-Net, all but the first and last mean nothing. */
    static int[] widths(FieldConfig config) {
        FieldConfig.Network network = config.network();
        int[] widths = new int[network.layers() + 2];
        Arrays.fill(widths, network.width());
        int classes = network.conditional() ? config.target().classes() : 0;
        widths[0] = config.dimension() + features(config) + classes;
        widths[widths.length - 1] = config.dimension();
        return widths;
    }

    /** Number of weights and biases of a config's network. */
    static int weightCount(FieldConfig config) {
        if (config.network().channels() > 0) {
            return network(config, 1, MatrixKernels.plain()).weightCount();
        }
        int[] widths = widths(config);
        int total = 0;
        for (int l = 1; l < widths.length; l++) {
            total += (widths[l - 1] + 1) * widths[l];
        }
        return total;
    }

    /** Number of inputs that encode the time. */
    static int features(FieldConfig config) {
        return 1 + 2 * config.network().frequencies();
    }

    /** Computes t, sin πt, cos πt, sin 2πt, … by the angle-addition formulas. */
    static void features(double t, double[] out) {
        out[0] = t;
        double s = StrictMath.sin(StrictMath.PI * t);
        double c = StrictMath.cos(StrictMath.PI * t);
        double sine = 0;
        double cosine = 1;
        for (int k = 1; 2 * k < out.length; k++) {
            double next = sine * c + cosine * s;
            cosine = cosine * c - sine * s;
            sine = next;
            out[2 * k - 1] = sine;
            out[2 * k] = cosine;
        }
    }

    /** The time clamped to the range used in training. */
    double trained(double t) {
        double margin = config.training().timeMargin();
        return Math.min(1 - margin, Math.max(margin, t));
    }

    /** The network in the form that engines use; they know no U-Net. */
    Drift.Net net() {
        if (config.network().channels() > 0) {
            throw new IllegalArgumentException("field.network.channels must be 0 for a drift of other engines, got "
                    + config.network().channels());
        }
        return new Drift.Net(widths(config), config.network().activation(), weights());
    }

    /** Adds the coefficients that {@link Drift.Networks} needs at a time, for one class, −1 for none. */
    void describe(double t, double factor, int label, DoubleStream.Builder to) {
        double time = trained(t);
        Scaling scaling = new Scaling(config, start, end);
        scaling.at(time);
        double[] rest = new double[widths(config)[0] - config.dimension()];
        double[] features = new double[features(config)];
        features(time, features);
        System.arraycopy(features, 0, rest, 0, features.length);
        if (label >= 0) {
            rest[features.length + label] = 1;
        }
        to.add(factor).add(scaling.in).add(scaling.skip).add(scaling.out);
        for (int j = 0; j < config.dimension(); j++) {
            to.add(scaling.centre(j));
        }
        for (int j = 0; j < config.dimension(); j++) {
            to.add(scaling.constant(j) - scaling.skip * scaling.centre(j));
        }
        Arrays.stream(rest).forEach(to);
    }

    Evaluation evaluation(int capacity, int label) {
        return new Evaluation(capacity, label);
    }

    /** Evaluates the network for one class, −1 for none; belongs to one thread. */
    final class Evaluation {
        private final RegressionNet network;
        private final Scaling scaling = new Scaling(config, start, end);
        private final double[] features = new double[features(config)];
        private final double[][] scaled;
        private final double[][] scores;

        private Evaluation(int capacity, int label) {
            network = network(config, capacity, MatrixKernels.fastest());
            network.setWeights(weights);
            if (network instanceof Mlp mlp) {
                mlp.change(change);
            }
            scaled = new double[config.dimension()][capacity];
            scores = new double[config.dimension()][capacity];
            if (label >= 0) {
                network.begin(capacity);
                network.setInput(config.dimension() + features.length + label, 1);
            }
        }

        /**
         * Runs points forward through the network.
         *
         * @param derivatives whether {@link #forwardAlong} will follow
         */
        void forward(double t, double[][] x, int count, boolean derivatives) {
            double time = trained(t);
            scaling.at(time);
            features(time, features);
            network.begin(count);
            for (int j = 0; j < x.length; j++) {
                double centre = scaling.centre(j);
                for (int k = 0; k < count; k++) {
                    scaled[j][k] = scaling.in * (x[j][k] - centre);
                }
            }
            network.setInputs(0, scaled);
            for (int i = 0; i < features.length; i++) {
                network.setInput(x.length + i, features[i]);
            }
            if (derivatives) {
                network.forward();
            } else if (plan != null && network instanceof UNet unet) {
                plan.spent(t, count, unet.evaluate(plan.reused(t), (map, values) -> plan.seen(t, map, values)));
            } else {
                network.evaluate();
            }
            network.copyScores(scores);
        }

        /** out += factor · prediction at the points of the last forward pass. */
        void add(double factor, double[][] x, int count, double[][] out) {
            for (int j = 0; j < x.length; j++) {
                double constant = scaling.constant(j) - scaling.skip * scaling.centre(j);
                for (int k = 0; k < count; k++) {
                    double known = Math.fma(scaling.skip, x[j][k], constant);
                    out[j][k] = Math.fma(factor, Math.fma(scaling.out, scores[j][k], known), out[j][k]);
                }
            }
        }

        /**
         * Propagates one direction per point through the network's derivative, at the points of the last forward pass.
         */
        void forwardAlong(double[][] direction, int count) {
            for (int j = 0; j < direction.length; j++) {
                for (int k = 0; k < count; k++) {
                    scaled[j][k] = scaling.in * direction[j][k];
                }
            }
            network.along(scaled, scores);
        }

        /** out += factor · coordinate {@code j} of the derivative of the prediction along the direction. */
        void addAlong(double factor, int j, double[] direction, int count, double[] out) {
            for (int k = 0; k < count; k++) {
                double derivative = Math.fma(scaling.out, scores[j][k], scaling.skip * direction[k]);
                out[k] = Math.fma(factor, derivative, out[k]);
            }
        }
    }
}
