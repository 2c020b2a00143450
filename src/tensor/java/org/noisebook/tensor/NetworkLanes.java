package org.noisebook.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.noisebook.data.Points;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.HingeReplicas;

/**
 * The device side of {@link TensorNetworks}: weights, points and a block of steps of several replicas, one lane each.
 *
 * <p>A step computes for the batch's points a_0 = x/√d, z_l = s_(l−1) a_(l−1) W_l, a_l = φ(z_l), F = s_D a_D v − f_0,
 * and replaces c = ηy/B by c ∘ [w ∘ F &gt; −1] with w = −y/κ; then v += s_D a_Dᵀ c, δ_D = s_D φ′(z_D) ∘ (c vᵀ), W_l +=
 * s_(l−1) a_(l−1)ᵀ δ_l and δ_(l−1) = s_(l−1) φ′(z_(l−1)) ∘ (δ_l W_lᵀ), with all gradients computed before any weight
 * changes. The scales s_l are factors of the products. The inputs of steps are prepared in advance: indices, −f_0, w
 * and c of a whole block are copied in at once; F and the new c are kept and read at the end of the block.
 *
 * <p><b>Shapes</b>: weights {@code [lanes][fanIn][fanOut]}, points {@code [lanes · trainSize][dimension]}, data of the
 * steps in a block {@code [steps][lanes][batchSize]}. <b>Special cases</b>: a lane with c = 0 is unchanged unless its
 * activities are non-finite; lanes are independent.
 */
final class NetworkLanes implements AutoCloseable {
    /** Number of points in a forward pass that needs no backward pass. */
    private static final int WIDE = 1024;

    private final FullyConnected network;
    private final int lanes;
    private final int dimension;
    private final int trainSize;
    private final int batchSize;
    private final int[] sizes;
    private final DataType type;
    /** Creates the arrays and contains the operations common to all steps. */
    private final TensorProgram forward = new TensorProgram();

    private final TensorProgram back = new TensorProgram();
    private final List<TensorProgram> steps = new ArrayList<>();
    private final INDArray points;
    private final INDArray[] weights;
    private final INDArray[] kept;
    private final INDArray index;
    private final INDArray distance;
    private final INDArray sign;
    private final INDArray rate;
    private final INDArray factor;

    NetworkLanes(HingeReplicas replicas, int lanes, int steps) {
        this.network = (FullyConnected) replicas.network();
        this.lanes = lanes;
        this.dimension = replicas.inputDimension();
        this.trainSize = replicas.trainSize();
        this.batchSize = replicas.batchSize();
        this.sizes = network.blockSizes(dimension);
        this.type = replicas.precision() == Precision.FLOAT32 ? DataType.FLOAT : DataType.DOUBLE;
        this.points = forward.array(type, (long) lanes * trainSize, dimension);
        this.weights = new INDArray[network.depth() + 1];
        this.kept = new INDArray[weights.length];
        for (int l = 0; l < weights.length; l++) {
            int fanIn = l == 0 ? dimension : network.width();
            weights[l] = forward.array(type, lanes, fanIn, sizes[l] / fanIn);
            kept[l] = forward.array(type, weights[l].shape());
        }
        this.index = forward.array(DataType.INT32, steps, (long) lanes * batchSize);
        this.distance = forward.array(type, steps, lanes, batchSize, 1);
        this.sign = forward.array(type, steps, lanes, batchSize, 1);
        this.rate = forward.array(type, steps, lanes, batchSize, 1);
        this.factor = forward.array(type, steps, lanes, batchSize, 1);
        writeSteps(steps);
    }

    private void writeSteps(int count) {
        int depth = network.depth();
        INDArray input = forward.array(type, lanes, batchSize, dimension);
        INDArray[] hidden = new INDArray[depth];
        INDArray[] slopes = new INDArray[depth];
        addLayers(forward, input, weights, hidden, slopes);
        INDArray[] deltas = new INDArray[2];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = back.array(type, lanes, batchSize, network.width());
        }
        for (int l = depth - 1; l >= 0; l--) {
            INDArray delta = deltas[l % 2];
            back.multiply(delta, slopes[l], delta);
            if (l > 0) {
                back.productTransposed(delta, weights[l], deltas[(l - 1) % 2], scale(l));
            }
            back.addOuter(l == 0 ? input : hidden[l - 1], delta, weights[l], scale(l));
        }
        INDArray rows = input.reshape((long) lanes * batchSize, dimension);
        for (int k = 0; k < count; k++) {
            INDArray f = distance.slice(k);
            INDArray c = factor.slice(k);
            TensorProgram step = new TensorProgram();
            steps.add(step);
            step.gather(points, index.slice(k), rows);
            step.add(forward);
            step.addProduct(hidden[depth - 1], weights[depth], f, scale(depth));
            step.multiply(f, sign.slice(k), c);
            step.add(new Step(c, c, -1.0));
            step.multiply(c, rate.slice(k), c);
            step.productTransposed(c, weights[depth], deltas[(depth - 1) % 2], scale(depth));
            step.addOuter(hidden[depth - 1], c, weights[depth], scale(depth));
            step.add(back);
        }
    }

    /** Adds the forward pass of rows through the hidden layers to a program. */
    private void addLayers(
            TensorProgram program, INDArray input, INDArray[] matrices, INDArray[] hidden, INDArray[] slopes) {
        INDArray below = input;
        for (int l = 0; l < hidden.length; l++) {
            long[] shape = input.shape().clone();
            shape[shape.length - 1] = network.width();
            hidden[l] = program.array(type, shape);
            slopes[l] = program.array(type, shape);
            program.product(below, matrices[l], hidden[l], scale(l));
            TensorActivation.add(network.activation(), program, hidden[l], slopes[l]);
            below = hidden[l];
        }
    }

    /** The factor of layer l as input of the next layer; points are scaled on input. */
    private double scale(int layer) {
        return layer == 0 ? 1 : network.scale(layer);
    }

    /** Copies in the data for the steps of a block. */
    void begin(NetworkReplica.Block block) {
        TensorCopy.put(block.at, index);
        TensorCopy.put(block.start, distance);
        TensorCopy.put(block.signs, sign);
        TensorCopy.put(block.rates, rate);
    }

    /** Runs step k of the block. */
    void step(int k) {
        steps.get(k).run();
    }

    /** F for the steps of the block. */
    double[] distances() {
        return TensorCopy.get(distance);
    }

    /** The final values of c: 0 if a point did not change its lane. */
    double[] factors() {
        return TensorCopy.get(factor);
    }

    /** Assigns points and weights to a lane, rounded to the precision. */
    void set(int lane, Points train, double[] values) {
        TensorCopy.put(scaled(train, 0, trainSize), own(lane));
        int from = 0;
        for (int l = 0; l < weights.length; l++) {
            TensorCopy.put(Arrays.copyOfRange(values, from, from + sizes[l]), weights[l].slice(lane));
            from += sizes[l];
        }
    }

    /** Copies points and weights from a lane of another instance. */
    void set(int lane, NetworkLanes others, int theirs) {
        set(lane, others, theirs, others.weights);
    }

    /** Copies points and the stored weights from a lane of another instance. */
    void setKept(int lane, NetworkLanes others, int theirs) {
        set(lane, others, theirs, others.kept);
    }

    private void set(int lane, NetworkLanes others, int theirs, INDArray[] values) {
        own(lane).assign(others.own(theirs));
        for (int l = 0; l < weights.length; l++) {
            weights[l].slice(lane).assign(values[l].slice(theirs));
        }
    }

    private INDArray own(int lane) {
        return rows(points, lane * trainSize, trainSize);
    }

    private static INDArray rows(INDArray of, int first, int count) {
        return of.get(NDArrayIndex.interval(first, (long) first + count), NDArrayIndex.all());
    }

    private double[] scaled(Points from, int first, int count) {
        int[] which = new int[count];
        Arrays.setAll(which, k -> first + k);
        double[] rows = new double[count * dimension];
        from.gather(which, count, 1 / StrictMath.sqrt(dimension), rows, 0, dimension);
        return rows;
    }

    /** Stores a copy of the current weights. */
    void keep() {
        for (int l = 0; l < weights.length; l++) {
            kept[l].assign(weights[l]);
        }
    }

    /** The weights of a lane. */
    double[] weights(int lane) {
        double[] values = new double[Arrays.stream(sizes).sum()];
        int from = 0;
        for (int l = 0; l < weights.length; l++) {
            System.arraycopy(TensorCopy.get(weights[l].slice(lane)), 0, values, from, sizes[l]);
            from += sizes[l];
        }
        return values;
    }

    /** f(w, x) for a lane's own points. */
    double[] outputs(int lane) {
        double[] out = new double[trainSize];
        for (int first = 0; first < trainSize; first += WIDE) {
            int count = Math.min(WIDE, trainSize - first);
            forward(lane, rows(points, lane * trainSize + first, count), out, first);
        }
        return out;
    }

    /** f(w, x) for other points. */
    double[] outputs(int lane, Points others) {
        double[] out = new double[others.count()];
        for (int first = 0; first < out.length; first += WIDE) {
            int count = Math.min(WIDE, out.length - first);
            try (TensorProgram input = new TensorProgram()) {
                INDArray rows = input.array(type, count, dimension);
                TensorCopy.put(scaled(others, first, count), rows);
                forward(lane, rows, out, first);
            }
        }
        return out;
    }

    private void forward(int lane, INDArray rows, double[] out, int first) {
        INDArray[] own = new INDArray[weights.length];
        Arrays.setAll(own, l -> weights[l].slice(lane));
        int depth = network.depth();
        try (TensorProgram program = new TensorProgram()) {
            INDArray[] hidden = new INDArray[depth];
            addLayers(program, rows, own, hidden, new INDArray[depth]);
            INDArray outputs = program.array(type, rows.rows(), 1);
            program.product(hidden[depth - 1], own[depth], outputs, scale(depth));
            program.run();
            double[] part = TensorCopy.get(outputs);
            System.arraycopy(part, 0, out, first, part.length);
        }
    }

    @Override
    public void close() {
        steps.forEach(TensorProgram::close);
        back.close();
        forward.close();
    }
}
