package org.noisebook.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.Window;

/**
 * A convolutional network of inverted residual blocks, with no biases and a mean-field read-out.
 *
 * <p>With a = φ(z)/√E[φ(ξ)²], ξ ~ N(0, 1), after all but linear layers, and convolutions as in {@link Window}:
 *
 * <ol>
 *   <li>stem: 5 × 5 at stride 2 to 4h channels; 5 × 5 depthwise; 1 × 1 to 2h;
 *   <li>four blocks with output c = h, h, 3h, 3h and stride s = 2, 1, 2, 1, from b channels: 1 × 1 to 3b; 5 × 5
 *       depthwise at stride s; 1 × 1 to c, linear; if b = c and s = 1, (input + output)/√2;
 *   <li>1 × 1 to 20h; mean ā over the pixels; f = v·ā/(20h).
 * </ol>
 *
 * <p>All weights start from N(0, 1) and are multiplied by 1/(k √b) in a k × k convolution of b channels, by 1/k in a
 * depthwise one, so f is initially of order h^(−1/2). This is the "MNAS" network of Sclocchi, Geiger and Wyart 2023
 * (arXiv 2301.13703) as implemented in their code, except that the bias of the read-out is omitted; the blocks are
 * those of Sandler, Howard, Zhu, Zhmoginov and Chen 2018 (arXiv 1801.04381) and Tan et al. 2019 (arXiv 1807.11626).
 *
 * <p><b>Shapes</b>: a point is {@code channels} planes of side × side pixels, side = √(inputDimension/channels), one
 * after the other as in {@link org.noisebook.data.Points}. Blocks, 17 of them, in the order above: stem
 * [5][5][channels][4h], depthwise [5][5][channels], 1 × 1 [from][to], v[20h], each row-major. <b>Special cases</b>: any
 * side of at least 1 works. On small maps most of a window lies outside, which is not compensated, so f shrinks with
 * the side. If every ReLU is off, f = 0 and no weight moves.
 *
 * <p><b>Cost</b>: 0.09 million multiply-adds per point forward at h = 4 and 14 × 14 pixels, 8.5 million at h = 32 and
 * 28 × 28; three times as many with an update. A tangent kernel holds the gradients: 5500 numbers per probe at h = 4,
 * 0.19 million at h = 32.
 *
 * @param channels colour planes of a point
 * @param width h
 * @param activation φ
 */
public record InvertedResidual(int channels, int width, Activation activation) implements Network {
    private static final int MOST_CHANNELS = 64;
    private static final int LARGEST_WIDTH = 1024;
    private static final int KERNEL = 5;
    private static final int EXPANSION = 3;
    /** Number of weight layers before the read-out. */
    private static final int HIDDEN = 16;
    /** Channels of the blocks in units of h, and their strides. */
    private static final int[] BLOCK_WIDTHS = {1, 1, 3, 3};

    private static final int[] BLOCK_STRIDES = {2, 1, 2, 1};
    private static final int STEM = 4;
    private static final int AFTER_STEM = 2;
    private static final int LAST = 20;

    public InvertedResidual {
        if (channels < 1 || channels > MOST_CHANNELS) {
            throw new IllegalArgumentException("channels must be in [1, " + MOST_CHANNELS + "], got " + channels);
        }
        if (width < 1 || width > LARGEST_WIDTH) {
            throw new IllegalArgumentException("width must be in [1, " + LARGEST_WIDTH + "], got " + width);
        }
        Objects.requireNonNull(activation, "activation");
    }

    /** How a layer combines channels and pixels. */
    public enum Kind {
        /** All channels of a window: the first layer. */
        STEM,
        /** One channel of a window. */
        CHANNELWISE,
        /** All channels of one pixel. */
        PIXELWISE
    }

    /**
     * A weight layer before the read-out.
     *
     * @param window on the input map
     * @param inputs input channels; for the stem, all numbers in a window
     * @param outputs output channels
     * @param linear whether no activation follows
     * @param skip whether the input of the layer two before is added
     */
    public record Layer(Kind kind, Window window, int inputs, int outputs, boolean linear, boolean skip) {
        /** Number of rows of its weights, each of {@code outputs} columns. */
        public int weightRows() {
            return kind == Kind.CHANNELWISE ? KERNEL * KERNEL : inputs;
        }

        /** Number of pixels of its output map. */
        public int pixels() {
            return window.outputSide() * window.outputSide();
        }

        /** Number of outputs for a point, with padding. */
        public long length() {
            return (long) pixels() * Kernels.padded(outputs);
        }

        /** The factor that multiplies its inputs, 1/√(number of inputs per output). */
        public double inputScale() {
            return 1 / StrictMath.sqrt(kind == Kind.CHANNELWISE ? KERNEL * KERNEL : inputs);
        }
    }

    /** The layers before the read-out for points of the given dimension. */
    public List<Layer> layers(int inputDimension) {
        int side = side(inputDimension);
        List<Layer> layers = new ArrayList<>();
        Window first = new Window(side, KERNEL, 2);
        layers.add(new Layer(Kind.STEM, first, KERNEL * KERNEL * channels, STEM * width, false, false));
        side = first.outputSide();
        layers.add(channelwise(side, STEM * width, 1));
        layers.add(pixelwise(side, STEM * width, AFTER_STEM * width));
        int inputs = AFTER_STEM * width;
        for (int b = 0; b < BLOCK_WIDTHS.length; b++) {
            int outputs = BLOCK_WIDTHS[b] * width;
            int stride = BLOCK_STRIDES[b];
            layers.add(pixelwise(side, inputs, EXPANSION * inputs));
            Layer windows = channelwise(side, EXPANSION * inputs, stride);
            layers.add(windows);
            side = windows.window.outputSide();
            boolean skip = inputs == outputs && stride == 1;
            layers.add(new Layer(Kind.PIXELWISE, new Window(side, 1, 1), EXPANSION * inputs, outputs, true, skip));
            inputs = outputs;
        }
        layers.add(pixelwise(side, inputs, LAST * width));
        return layers;
    }

    /** The factor of each layer's activation. */
    public double[] scales(List<Layer> layers) {
        double norm = 1 / StrictMath.sqrt(activation.secondMoment());
        int last = layers.size() - 1;
        double[] scales = new double[layers.size()];
        scales[last] =
                norm / (layers.get(last).pixels() * (double) layers.get(last).outputs());
        for (int l = 0; l < last; l++) {
            Layer reader = layers.get(l + 1);
            scales[l] = norm * reader.inputScale();
            if (reader.linear()) {
                scales[l] *= layers.get(l + 2).inputScale() * (reader.skip() ? InvertedResidualEngine.HALF_ROOT : 1);
            }
        }
        return scales;
    }

    private static Layer channelwise(int side, int channels, int stride) {
        return new Layer(Kind.CHANNELWISE, new Window(side, KERNEL, stride), channels, channels, false, false);
    }

    private static Layer pixelwise(int side, int inputs, int outputs) {
        return new Layer(Kind.PIXELWISE, new Window(side, 1, 1), inputs, outputs, false, false);
    }

    private int side(int inputDimension) {
        int side = (int) Math.round(Math.sqrt((double) inputDimension / channels));
        if (inputDimension < 1 || (long) channels * side * side != inputDimension) {
            throw new IllegalArgumentException("inputDimension must be channels=" + channels
                    + " times the square of a side, got " + inputDimension);
        }
        return side;
    }

    @Override
    public int depth() {
        return HIDDEN;
    }

    @Override
    public int[] blockSizes(int inputDimension) {
        List<Layer> layers = layers(inputDimension);
        int[] sizes = new int[layers.size() + 1];
        for (int l = 0; l < layers.size(); l++) {
            sizes[l] = layers.get(l).weightRows() * layers.get(l).outputs;
        }
        sizes[layers.size()] = LAST * width;
        return sizes;
    }

    @Override
    public double multiplyAdds(int inputDimension) {
        double sum = LAST * width;
        for (Layer layer : layers(inputDimension)) {
            sum += (double) layer.weightRows() * layer.outputs * layer.pixels();
        }
        return sum;
    }

    @Override
    public long hiddenLength(int inputDimension) {
        return layers(inputDimension).stream().mapToLong(Layer::length).sum();
    }

    @Override
    public long kernelLength(int inputDimension) {
        long sum = 0;
        for (int size : blockSizes(inputDimension)) {
            sum += Kernels.padded(size);
        }
        return sum;
    }

    @Override
    public NetworkEngine engine(int inputDimension, int capacity, Precision precision, NetworkKernels kernels) {
        long largest = inputDimension;
        for (Layer layer : layers(inputDimension)) {
            largest = Math.max(largest, Math.max(layer.length(), (long) layer.pixels() * layer.inputs));
        }
        long most = (Integer.MAX_VALUE - Kernels.PAD) / largest;
        if (capacity < 1 || capacity > most) {
            throw new IllegalArgumentException("capacity must be in [1, " + most + "], got " + capacity);
        }
        return new InvertedResidualEngine(this, inputDimension, capacity, precision, kernels);
    }
}
