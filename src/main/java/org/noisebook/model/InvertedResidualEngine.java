package org.noisebook.model;

import java.util.List;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DepthwiseKernels;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.Window;
import org.noisebook.model.InvertedResidual.Kind;
import org.noisebook.model.InvertedResidual.Layer;
import org.noisebook.rng.Stream;

/**
 * The engine of {@link InvertedResidual} in either precision.
 *
 * <p>A map is a matrix with one row per pixel, point after point, so that 1 × 1 convolutions are matrix products; the
 * stem is a product on rows of windows. Every map is stored with the constants of the layers that read it up to the
 * next activation, so that every product is plain; linear layers absorb the constants of two layers.
 *
 * <p>Points are held in groups of a few megabytes and go through all layers group by group. An update of several groups
 * accumulates in a copy of the weights, since all groups backpropagate through the old ones; every weight remains a
 * single chain of sums over points and their pixels in ascending order.
 */
final class InvertedResidualEngine implements NetworkEngine {
    /** Bytes of a group: two of its layers fit in a second-level cache, and small maps still give many rows. */
    private static final long GROUP_BYTES = 1 << 22;

    static final double HALF_ROOT = StrictMath.sqrt(0.5);

    private final InvertedResidual network;
    private final NetworkKernels kernels;
    private final int inputDimension;
    private final int capacity;
    private final int groupSize;
    private final Layer[] layers;
    private final int last;
    private final int lastWidth;
    private final int weightCount;
    private final Activation activation;
    private final Precision precision;
    private final MatrixKernels products;
    private final DepthwiseKernels maps;
    private final double inputScale;
    /** The factor of each layer's activation. */
    private final double[] scales;
    /** For each element of each stem window, its index in a point; outside the point, the index just past its end. */
    private final int[] patches;

    /** The weights of each layer, followed by the read-out as a single row. */
    private LayerMatrix[] weights;
    /** The new weights, while an update accumulates into them. */
    private LayerMatrix[] next;

    private final Group[] groups;
    private final LayerMatrix input;
    private final LayerMatrix[] sums;
    private final LayerMatrix[] deltas;
    private final LayerMatrix outputs;
    /** The factor of each point, and of the corresponding point for each pixel of the last map. */
    private final LayerMatrix factors;

    private final LayerMatrix pixelFactors;
    private final int[] groupIndex;

    /** Stored results of the forward pass of some points. */
    private final class Group {
        final LayerMatrix stem;
        final LayerMatrix[] values = new LayerMatrix[layers.length];
        final LayerMatrix[] slopes = new LayerMatrix[layers.length];
        final LayerMatrix means;

        Group(int size) {
            stem = matrix(size * layers[0].pixels(), layers[0].inputs());
            for (int l = 0; l <= last; l++) {
                values[l] = matrix(size * layers[l].pixels(), layers[l].outputs());
                if (keepsSlopes(l)) {
                    slopes[l] = matrix(size * layers[l].pixels(), layers[l].outputs());
                }
            }
            means = matrix(size, lastWidth);
        }

        LayerMatrix below(int l) {
            return l == 0 ? stem : values[l - 1];
        }

        /** Moves point {@code from} to the position of point {@code to}. */
        void move(int from, int to) {
            stem.copyRows(from * layers[0].pixels(), to * layers[0].pixels(), layers[0].pixels());
            for (int l = 0; l <= last; l++) {
                int pixels = layers[l].pixels();
                values[l].copyRows(from * pixels, to * pixels, pixels);
                if (keepsSlopes(l)) {
                    slopes[l].copyRows(from * pixels, to * pixels, pixels);
                }
            }
            means.copyRows(from, to, 1);
        }
    }

    InvertedResidualEngine(
            InvertedResidual network, int inputDimension, int capacity, Precision precision, NetworkKernels kernels) {
        this.network = network;
        this.kernels = kernels;
        this.inputDimension = inputDimension;
        this.capacity = capacity;
        this.precision = precision;
        this.activation = network.activation();
        this.products = kernels.products();
        this.maps = kernels.maps();
        List<Layer> all = network.layers(inputDimension);
        this.layers = all.toArray(new Layer[0]);
        this.last = layers.length - 1;
        this.lastWidth = layers[last].outputs();
        this.inputScale = layers[0].inputScale();
        this.scales = network.scales(all);
        this.patches = patches(layers[0].window(), network.channels());
        this.weights = weightMatrices();
        this.next = weightMatrices();
        int count = 0;
        for (int size : network.blockSizes(inputDimension)) {
            count += size;
        }
        this.weightCount = count;
        int bytes = precision == Precision.FLOAT64 ? Double.BYTES : Float.BYTES;
        int kept = activation == Activation.RELU ? 1 : 2;
        long most = GROUP_BYTES / (kept * bytes * network.hiddenLength(inputDimension));
        this.groupSize = (int) Math.max(1, Math.min(capacity, most));
        this.groups = new Group[(capacity + groupSize - 1) / groupSize];
        for (int g = 0; g < groups.length; g++) {
            groups[g] = new Group(Math.min(groupSize, capacity - g * groupSize));
        }
        this.input = matrix(groupSize, inputDimension + 1);
        this.sums = new LayerMatrix[layers.length];
        this.deltas = new LayerMatrix[layers.length];
        for (int l = 0; l <= last; l++) {
            if (keepsSlopes(l)) {
                sums[l] = matrix(groupSize * layers[l].pixels(), layers[l].outputs());
            }
            deltas[l] = matrix(groupSize * layers[l].pixels(), layers[l].outputs());
        }
        this.outputs = matrix(groupSize, 1);
        this.factors = matrix(groupSize, 1);
        this.pixelFactors = matrix(groupSize * layers[last].pixels(), 1);
        this.groupIndex = new int[groupSize];
    }

    /** Whether slopes have their own memory; those of ReLU are inferred from its outputs. */
    private boolean keepsSlopes(int l) {
        return activation != Activation.RELU && !layers[l].linear();
    }

    private LayerMatrix matrix(int rows, int columns) {
        return LayerMatrix.of(precision, rows, columns, products);
    }

    private LayerMatrix[] weightMatrices() {
        LayerMatrix[] all = new LayerMatrix[layers.length + 1];
        for (int l = 0; l <= last; l++) {
            all[l] = matrix(layers[l].weightRows(), layers[l].outputs());
        }
        all[layers.length] = matrix(1, lastWidth);
        return all;
    }

    private static int[] patches(Window window, int channels) {
        int out = window.outputSide();
        int side = window.side();
        int[] columns = new int[out * out * window.kernel() * window.kernel() * channels];
        int at = 0;
        for (int o = 0; o < out * out; o++) {
            for (int tap = 0; tap < window.kernel() * window.kernel(); tap++) {
                int y = o / out * window.stride() + tap / window.kernel() - window.padding();
                int x = o % out * window.stride() + tap % window.kernel() - window.padding();
                boolean inside = y >= 0 && y < side && x >= 0 && x < side;
                for (int c = 0; c < channels; c++) {
                    columns[at++] = inside ? (c * side + y) * side + x : channels * side * side;
                }
            }
        }
        return columns;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void initialise(Stream stream) {
        double[] drawn = new double[weightCount];
        for (int k = 0; k < drawn.length; k++) {
            drawn[k] = stream.nextGaussian();
        }
        set(drawn);
    }

    private int rows(int block) {
        return block <= last ? layers[block].weightRows() : 1;
    }

    private int columns(int block) {
        return block <= last ? layers[block].outputs() : lastWidth;
    }

    @Override
    public double[] weights() {
        double[] packed = new double[weightCount];
        int at = 0;
        for (int b = 0; b < weights.length; b++) {
            copyBlock(weights[b], b, packed, at);
            at += rows(b) * columns(b);
        }
        return packed;
    }

    private void copyBlock(LayerMatrix from, int block, double[] to, int start) {
        for (int i = 0; i < rows(block); i++) {
            from.copyRow(i, columns(block), to, start + i * columns(block));
        }
    }

    @Override
    public void set(double[] packed) {
        NetworkBatches.checkWeights(packed, weightCount);
        int at = 0;
        for (int b = 0; b < weights.length; b++) {
            weights[b].clear();
            for (int i = 0; i < rows(b); i++) {
                weights[b].setRow(i, packed, at, columns(b));
                at += columns(b);
            }
        }
    }

    @Override
    public void forward(Points points, int[] index, int count, double[] out) {
        NetworkBatches.check(points, inputDimension, count, capacity);
        for (int start = 0; start < count; start += groupSize) {
            forward(groups[start / groupSize], points, index, start, Math.min(groupSize, count - start), out);
        }
    }

    /** Runs points index[start], … forward through all layers. */
    private void forward(Group group, Points points, int[] index, int start, int count, double[] out) {
        System.arraycopy(index, start, groupIndex, 0, count);
        input.setPoints(points, groupIndex, count, inputScale);
        input.copyPatches(count, layers[0].pixels(), patches, group.stem);
        for (int l = 0; l <= last; l++) {
            Layer layer = layers[l];
            int rows = count * layer.pixels();
            LayerMatrix a = group.below(l);
            LayerMatrix z = keepsSlopes(l) ? sums[l] : group.values[l];
            if (layer.kind() == Kind.CHANNELWISE) {
                a.convolve(maps, layer.window(), count, layer.outputs(), weights[l], z);
            } else {
                a.multiply(rows, layer.inputs(), layer.outputs(), weights[l], z);
            }
            if (layer.skip()) {
                z.addScaled(HALF_ROOT, rows, group.below(l - 2));
            }
            if (keepsSlopes(l)) {
                z.activate(activation, scales[l], rows, group.values[l], group.slopes[l]);
            } else if (!layer.linear()) {
                z.activate(activation, scales[l], rows);
            }
        }
        group.values[last].sumRows(count, layers[last].pixels(), group.means);
        group.means.multiplyTransposed(count, 1, lastWidth, weights[layers.length], outputs);
        for (int k = 0; k < count; k++) {
            out[start + k] = outputs.get(k, 0);
        }
    }

    @Override
    public void update(int[] place, double[] factor, int count) {
        if (count == 0) {
            return;
        }
        boolean several = place[0] / groupSize != place[count - 1] / groupSize;
        LayerMatrix[] to = several ? next : weights;
        if (several) {
            for (int b = 0; b < weights.length; b++) {
                next[b].copy(weights[b]);
            }
        }
        for (int k = 0; k < count; ) {
            int g = place[k] / groupSize;
            int size = 0;
            for (; k < count && place[k] / groupSize == g; k++) {
                int from = place[k] - g * groupSize;
                if (from != size) {
                    groups[g].move(from, size);
                }
                setFactor(size++, factor[k]);
            }
            backward(groups[g], size, to);
        }
        if (several) {
            next = weights;
            weights = to;
        }
    }

    private void setFactor(int point, double factor) {
        factors.set(point, 0, factor);
        int pixels = layers[last].pixels();
        for (int p = 0; p < pixels; p++) {
            pixelFactors.set(point * pixels + p, 0, factor);
        }
    }

    /** Adds the gradients of the first points of a group, multiplied by their factors. */
    private void backward(Group group, int count, LayerMatrix[] to) {
        int rows = count * layers[last].pixels();
        pixelFactors.multiply(rows, 1, lastWidth, weights[layers.length], deltas[last]);
        multiplySlopes(group, last, rows);
        factors.addOuter(count, 1, lastWidth, group.means, to[layers.length]);
        for (int l = last; l >= 0; l--) {
            Layer layer = layers[l];
            LayerMatrix delta = deltas[l];
            rows = count * layer.pixels();
            if (l > 0) {
                backward(group, l, count);
            }
            if (layer.kind() == Kind.CHANNELWISE) {
                group.below(l).addConvolved(maps, layer.window(), count, layer.outputs(), delta, to[l]);
            } else {
                group.below(l).addOuter(rows, layer.inputs(), layer.outputs(), delta, to[l]);
            }
        }
    }

    /** Backpropagates from the pre-activations of layer l to those of the previous layer. */
    private void backward(Group group, int l, int count) {
        Layer layer = layers[l];
        LayerMatrix below = deltas[l - 1];
        if (layer.kind() == Kind.CHANNELWISE) {
            deltas[l].convolveBack(maps, layer.window(), count, layer.outputs(), weights[l], below);
        } else {
            deltas[l].multiplyTransposed(count * layer.pixels(), layer.inputs(), layer.outputs(), weights[l], below);
        }
        int rows = count * layers[l - 1].pixels();
        if (l + 2 <= last && layers[l + 2].skip()) {
            below.addScaled(HALF_ROOT, rows, deltas[l + 2]);
        }
        if (!layers[l - 1].linear()) {
            multiplySlopes(group, l - 1, rows);
        }
    }

    /** Backpropagates through an activation, from its outputs to its inputs. */
    private void multiplySlopes(Group group, int l, int rows) {
        if (keepsSlopes(l)) {
            deltas[l].multiplyElements(rows, group.slopes[l]);
        } else {
            deltas[l].multiplyReluSlopes(scales[l], rows, group.values[l]);
        }
    }

    /** One group after another in the same memory, which stays in the cache. */
    @Override
    public double[] outputs(Points points) {
        NetworkBatches.check(points, inputDimension, 0, capacity);
        double[] all = new double[points.count()];
        int[] index = new int[groupSize];
        double[] part = new double[groupSize];
        for (int start = 0; start < all.length; start += groupSize) {
            int count = Math.min(groupSize, all.length - start);
            for (int k = 0; k < count; k++) {
                index[k] = start + k;
            }
            forward(groups[0], points, index, 0, count, part);
            System.arraycopy(part, 0, all, start, count);
        }
        return all;
    }

    /** Largest number of points whose gradients for the largest block fit in one array. */
    private int mostProbes() {
        int largest = 0;
        for (int b = 0; b < weights.length; b++) {
            largest = Math.max(largest, Kernels.padded(rows(b) * columns(b)));
        }
        return (Integer.MAX_VALUE - Kernels.PAD) / largest;
    }

    @Override
    public ProbeKernel tangentKernel(Points points) {
        if (precision == Precision.FLOAT32) {
            NetworkEngine twin = network.engine(inputDimension, 1, Precision.FLOAT64, kernels);
            twin.set(weights());
            return twin.tangentKernel(points);
        }
        NetworkBatches.check(points, inputDimension, 0, capacity);
        int n = points.count();
        double[][] rows = new double[weights.length][];
        int most = mostProbes();
        if (n > most) {
            throw new IllegalArgumentException("points must be at most " + most + " for a tangent kernel, got " + n);
        }
        for (int b = 0; b < rows.length; b++) {
            rows[b] = new double[ProbeKernel.LEAD + n * Kernels.padded(rows(b) * columns(b))];
        }
        LayerMatrix[] gradient = weightMatrices();
        double[] unused = new double[1];
        setFactor(0, 1);
        for (int i = 0; i < n; i++) {
            forward(groups[0], points, new int[] {i}, 0, 1, unused);
            for (LayerMatrix block : gradient) {
                block.clear();
            }
            backward(groups[0], 1, gradient);
            for (int b = 0; b < rows.length; b++) {
                int start = ProbeKernel.LEAD + i * Kernels.padded(rows(b) * columns(b));
                copyBlock(gradient[b], b, rows[b], start);
            }
        }
        ProbeKernel.Builder kernel = new ProbeKernel.Builder(n);
        for (int b = 0; b < rows.length; b++) {
            kernel.add(rows[b], rows(b) * columns(b), new double[0], 0);
        }
        return kernel.build();
    }
}
