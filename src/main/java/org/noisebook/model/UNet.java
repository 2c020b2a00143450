package org.noisebook.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.Window;
import org.noisebook.rng.Stream;

/**
 * A U-Net for square grey pictures, after Ronneberger, Fischer and Brox 2015 (arXiv 1505.04597) with the residual blocks
 * of Ho, Jain and Abbeel 2020 (arXiv 2006.11239, appendix B), without attention.
 *
 * <p>Level l has maps of side s/2^l with {@link Shape#channels}(l) channels. A 3 × 3 convolution enters level 0; on the
 * way down each level has a block, then a 3 × 3 convolution of stride 2; on the way up the map below is doubled by
 * nearest pixels, convolved 3 × 3, added to the map of the block on the way down, and goes through a block. Group
 * normalisation, φ and a 3 × 3 convolution give one score per pixel. A block is x + conv φ norm (conv φ norm x + u),
 * where u is a linear map, one number per channel, of the embedding φ(W c) of the other inputs c, time and class. Group
 * normalisation: Wu and He 2018 (arXiv 1803.08494), over the pixels and channels of a group, ε = 10⁻⁵.
 *
 * <p><b>Shapes</b>: inputs are the pixels row by row, then the others; scores are pixels. Packed weights: embedding,
 * entry, blocks and convolutions down, those up, exit; each row-major, biases last; convolutions [ky][kx][channel in] ×
 * [channel out], without bias; norms γ, then β. <b>Error</b>: convolutions and linear maps are single chains of fused
 * multiply-adds in a fixed order, sums of norms are accumulated in double: the same bits on any machine.
 *
 * <p><b>Cost</b>: {@link Shape#multiplyAdds} a point forward, three times that in a training step; memory of a training
 * step about 5 s² channels(0) numbers per block and point. An instance belongs to one thread.
 */
public final class UNet implements RegressionNet {
    private static final int KERNEL = 3;
    private static final double EPSILON = 1e-5;
    /** Rows of windows at once, at stride 2: a second-level cache holds them. */
    private static final int ROWS_AT_ONCE = 784;

    /** Pixels of points evaluated at once. */
    private static final int EVALUATED_AT_ONCE = 16 * 784;

    private final Shape shape;
    private final Activation activation;
    private final int capacity;
    private final Precision precision;
    private final MatrixKernels products;
    private final List<Weights> all = new ArrayList<>();
    private final Weights embedding;
    private final Conv entry;
    private final List<Block> down = new ArrayList<>();
    private final List<Conv> halvings = new ArrayList<>();
    private final List<Conv> doublings = new ArrayList<>();
    private final List<Block> up = new ArrayList<>();
    private final Weights exitNorm;
    private final Conv exit;
    private final LayerMatrix pixels;
    private final LayerMatrix others;
    private final LayerMatrix scores;
    private final LayerMatrix slopes;
    /** Memory of a pass that is differentiated, and of one that is not. */
    private Pass pass;

    private Pass evaluation;
    /** Maps of the last evaluation that kept them, piece by piece, and its number of points. */
    private final List<LayerMatrix[]> stored = new ArrayList<>();

    private int keptCount = -1;

    private int count;
    private long multiplied;
    private boolean differentiable;
    private double power1 = 1;
    private double power2 = 1;
    private double averaged;

    /**
     * The sizes of a U-Net.
     *
     * @param side s of the pictures, a multiple of 2^(levels − 1)
     * @param levels resolutions
     * @param base channels of level 0, a multiple of 4; level l has base · 2^l
     * @param width units of the embedding
     * @param others inputs besides the pixels
     */
    public record Shape(int side, int levels, int base, int width, int others) {
        private static final int GROUP = 4;

        public Shape {
            check("levels", levels, 1, 6);
            check("channels", base, GROUP, 256);
            check("width", width, 1, 4096);
            check("others", others, 1, 4096);
            check("side", side, 1 << levels - 1, 256);
            if (base % GROUP != 0 || side % (1 << levels - 1) != 0) {
                throw new IllegalArgumentException("channels must be a multiple of " + GROUP
                        + " and the side of the pictures one of 2^(levels - 1), got " + base + " and " + side);
            }
        }

        int channels(int level) {
            return base << level;
        }

        int side(int level) {
            return side >> level;
        }

        /** Multiply-adds of a forward pass of one point. */
        public double multiplyAdds() {
            return multiplyAdds(Reuse.NOTHING);
        }

        /** Multiply-adds of a forward pass of one point that takes over a part; a doubled map counts pixel by pixel. */
        public double multiplyAdds(Reuse reuse) {
            double picture = 9.0 * side * side * base;
            double sum = (double) others * width + (reuse == Reuse.ENCODER ? 1 : 2) * picture;
            for (int l = 0; l < levels; l++) {
                double square = 9.0 * side(l) * side(l) * channels(l) * channels(l);
                boolean shallow = reuse != Reuse.DEEP || l == 0;
                boolean down = reuse != Reuse.ENCODER && shallow;
                boolean up = l < levels - 1 && shallow;
                sum += ((down ? 1 : 0) + (up ? 1 : 0)) * (2 * square + (double) width * channels(l));
                sum += (l > 0 && down ? square / 2 : 0) + (up ? 2 * square : 0);
            }
            return sum;
        }
    }

    /** What an evaluation takes over from the last one that took over nothing, of as many points. */
    public enum Reuse {
        /** Nothing. */
        NOTHING,
        /** All maps of the way down: the pixels are not read, the way up follows the other inputs. */
        ENCODER,
        /** All maps below full resolution; full resolution is computed, down and up. */
        DEEP
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    /** A matrix of weights with its gradient and the memory of Adam. */
    private final class Weights {
        private final int rows;
        private final int columns;
        private final LayerMatrix value;
        private LayerMatrix gradient;
        private LayerMatrix first;
        private LayerMatrix second;
        private LayerMatrix average;

        Weights(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            value = matrix(rows, columns);
            all.add(this);
        }

        LayerMatrix gradient() {
            if (gradient == null) {
                gradient = matrix(rows, columns);
            }
            return gradient;
        }

        double[] row(int i) {
            double[] numbers = new double[columns];
            value.copyRow(i, columns, numbers, 0);
            return numbers;
        }

        void draw(Stream stream, int drawn, double deviation) {
            for (int i = 0; i < drawn; i++) {
                for (int j = 0; j < columns; j++) {
                    value.set(i, j, deviation * stream.nextGaussian());
                }
            }
        }
    }

    /**
     * A 3 × 3 convolution of maps whose pixels are repeated zoom × zoom times.
     *
     * <p>At stride 1 no windows are copied: a map gets a frame, a line and a column of zeros that lines share, so that
     * windows are overlapping rows, in products for each line of taps. Where pixels are doubled, each of their four parts
     * has a 2 × 2 convolution at the lower resolution, whose weights are sums.
     */
    private final class Conv {
        private final Window window;
        private final int side;
        private final int zoom;
        private final int inputs;
        private final int outputs;
        private final Weights weights;
        /** Taps along a side of a part's window. */
        private final int kernel;

        private final int parts;
        /** Windows, at stride 2. */
        private LayerMatrix patches;
        /** A map in its frame, results line by line, weights by part and tap. */
        private LayerMatrix framed;

        private LayerMatrix flat;
        private LayerMatrix spread;
        /** The same for the derivative, whose taps run from last to first. */
        private LayerMatrix framedDelta;

        private LayerMatrix flatBelow;
        private LayerMatrix flatInputs;
        private LayerMatrix turned;
        private LayerMatrix turnedGradient;

        Conv(int side, int stride, int zoom, int inputs, int outputs) {
            window = new Window(side * zoom, KERNEL, stride);
            this.side = side;
            this.zoom = zoom;
            this.inputs = inputs;
            this.outputs = outputs;
            weights = new Weights(KERNEL * KERNEL * inputs, outputs);
            kernel = zoom == 1 ? KERNEL : 2;
            parts = zoom * zoom;
        }

        private LayerMatrix patches() {
            if (patches == null) {
                int pixels = window.outputSide() * window.outputSide();
                patches = matrix(Math.max(1, ROWS_AT_ONCE / pixels) * pixels, KERNEL * KERNEL * inputs);
            }
            return patches;
        }

        private LayerMatrix framed(int channels) {
            return matrix((side + 2) * (side + 1) + 1, channels);
        }

        /** The tap of a part's window, counted over all parts, that a tap of the 3 × 3 window falls on. */
        private int place(int part, int tap) {
            return zoom == 1
                    ? tap
                    : 4 * part + (tap / KERNEL + 1 - part / 2) / 2 * 2 + (tap % KERNEL + 1 - part % 2) / 2;
        }

        private int turned(int place) {
            int taps = kernel * kernel;
            return place / taps * taps + taps - 1 - place % taps;
        }

        /** Weights by place and channel. */
        private double[][] places() {
            double[][] sums = new double[parts * kernel * kernel * inputs][outputs];
            double[] row = new double[outputs];
            for (int i = 0; i < weights.rows; i++) {
                weights.value.copyRow(i, outputs, row, 0);
                for (int part = 0; part < parts; part++) {
                    double[] sum = sums[place(part, i / inputs) * inputs + i % inputs];
                    for (int o = 0; o < outputs; o++) {
                        sum[o] += row[o];
                    }
                }
            }
            return sums;
        }

        void forward(int n, LayerMatrix a, LayerMatrix z) {
            multiplied += (long) n * window.outputSide() * window.outputSide() * weights.rows * outputs;
            if (window.stride() > 1) {
                a.convolveDense(window, n, inputs, outputs, weights.value, patches(), z);
                return;
            }
            int pitch = side + 1;
            int taps = kernel * kernel;
            int channels = Kernels.padded(inputs);
            if (framed == null) {
                framed = framed(inputs);
                flat = matrix(side * pitch, outputs);
                spread = matrix(parts * taps * channels, outputs);
            }
            double[][] places = places();
            for (int i = 0; i < places.length; i++) {
                spread.setRow(i / inputs * channels + i % inputs, places[i], 0, outputs);
            }
            for (int k = 0; k < n; k++) {
                a.copyMap(k, side, 1, 0, 0, framed, pitch + 1, pitch);
                for (int part = 0; part < parts; part++) {
                    int y = part / zoom;
                    int x = part % zoom;
                    if (part > 0) {
                        flat.clear();
                    }
                    framed.multiplyWindows(
                            y * pitch + x,
                            pitch,
                            kernel,
                            side * pitch - 1,
                            spread,
                            part * taps * channels,
                            outputs,
                            flat);
                    flat.copyMapTo(side, pitch, zoom, y, x, z, k);
                }
            }
        }

        /** The gradient, and into e, unless it is a, the derivative with respect to a. */
        void backward(int n, LayerMatrix a, LayerMatrix d, LayerMatrix e) {
            if (window.stride() > 1) {
                a.convolveDenseBack(window, n, inputs, outputs, weights.value, patches(), d, weights.gradient(), e);
                return;
            }
            int pitch = side + 1;
            int taps = kernel * kernel;
            int channels = Kernels.padded(outputs);
            if (turned == null) {
                framedDelta = framed(outputs);
                flatBelow = matrix(side * pitch, inputs);
                flatInputs = matrix(side * pitch, inputs);
                turned = matrix(parts * taps * channels, inputs);
                turnedGradient = matrix(inputs, parts * taps * channels);
            }
            double[][] places = places();
            for (int i = 0; i < places.length; i++) {
                for (int o = 0; o < outputs; o++) {
                    turned.set(turned(i / inputs) * channels + o, i % inputs, places[i][o]);
                }
            }
            turnedGradient.clear();
            int count = side * pitch - 1;
            for (int k = 0; k < n; k++) {
                a.copyMap(k, side, 1, 0, 0, flatInputs, 0, pitch);
                for (int part = 0; part < parts; part++) {
                    int y = part / zoom;
                    int x = part % zoom;
                    int start = zoom == 1 ? 0 : (1 - y) * pitch + 1 - x;
                    int first = part * taps * channels;
                    d.copyMap(k, side, zoom, y, x, framedDelta, pitch + 1, pitch);
                    framedDelta.addWindows(start, pitch, kernel, count, inputs, flatInputs, turnedGradient, first);
                    if (e != a) {
                        framedDelta.multiplyWindows(start, pitch, kernel, count, turned, first, inputs, flatBelow);
                    }
                }
                if (e != a) {
                    flatBelow.copyMapTo(side, pitch, 1, 0, 0, e, k);
                }
            }
            double[] row = new double[parts * taps * channels];
            for (int i = 0; i < weights.rows; i++) {
                turnedGradient.copyRow(i % inputs, row.length, row, 0);
                double[] sum = new double[outputs];
                for (int part = 0; part < parts; part++) {
                    int from = turned(place(part, i / inputs)) * channels;
                    for (int o = 0; o < outputs; o++) {
                        sum[o] += row[from + o];
                    }
                }
                weights.gradient().setRow(i, sum, 0, outputs);
            }
        }

        void initialise(Stream stream, double gain) {
            weights.draw(stream, weights.rows, gain / StrictMath.sqrt(weights.rows));
        }
    }

    /** The weights of a block. */
    private final class Block {
        private final Weights norm1;
        private final Conv conv1;
        private final Weights shift;
        private final Weights norm2;
        private final Conv conv2;

        Block(int level) {
            int channels = shape.channels(level);
            norm1 = new Weights(2, channels);
            conv1 = new Conv(shape.side(level), 1, 1, channels, channels);
            shift = new Weights(shape.width + 1, channels);
            norm2 = new Weights(2, channels);
            conv2 = new Conv(shape.side(level), 1, 1, channels, channels);
        }

        /** The last convolution starts at 0, so that a block starts as the identity. */
        void initialise(Stream stream, double gain) {
            norm1.value.setRow(0, ones(norm1.columns), 0, norm1.columns);
            norm2.value.setRow(0, ones(norm2.columns), 0, norm2.columns);
            conv1.initialise(stream, gain);
            shift.draw(stream, shape.width, gain / StrictMath.sqrt(shape.width));
        }
    }

    /** A network with all weights zero. */
    public UNet(Shape shape, Activation activation, int capacity, Precision precision, MatrixKernels products) {
        this.shape = shape;
        this.activation = Objects.requireNonNull(activation, "activation");
        this.capacity = capacity;
        this.precision = precision;
        this.products = products;
        check(
                "capacity",
                capacity,
                1,
                (Integer.MAX_VALUE - Kernels.PAD) / (shape.side * shape.side * Kernels.padded(shape.base)));
        embedding = new Weights(shape.others + 1, shape.width);
        entry = new Conv(shape.side, 1, 1, 1, shape.base);
        for (int l = 0; l < shape.levels; l++) {
            down.add(new Block(l));
            if (l + 1 < shape.levels) {
                halvings.add(new Conv(shape.side(l), 2, 1, shape.channels(l), shape.channels(l + 1)));
            }
        }
        for (int l = shape.levels - 2; l >= 0; l--) {
            doublings.add(new Conv(shape.side(l + 1), 1, 2, shape.channels(l + 1), shape.channels(l)));
            up.add(new Block(l));
        }
        exitNorm = new Weights(2, shape.base);
        exit = new Conv(shape.side, 1, 1, shape.base, 1);
        pixels = matrix(capacity * shape.side * shape.side, 1);
        others = matrix(capacity, shape.others + 1);
        others.setColumn(shape.others, capacity, 1);
        scores = matrix(capacity * shape.side * shape.side, 1);
        slopes = matrix(capacity * shape.side * shape.side, 1);
    }

    private LayerMatrix matrix(int rows, int columns) {
        return LayerMatrix.of(precision, rows, columns, products);
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private int size() {
        return shape.side * shape.side;
    }

    @Override
    public int weightCount() {
        return all.stream().mapToInt(w -> w.rows * w.columns).sum();
    }

    @Override
    public void initialise(Stream stream, double gain) {
        setWeights(new double[weightCount()]);
        embedding.draw(stream, shape.others, 1 / StrictMath.sqrt(shape.others));
        entry.initialise(stream, 1);
        down.forEach(block -> block.initialise(stream, gain));
        up.forEach(block -> block.initialise(stream, gain));
        halvings.forEach(conv -> conv.initialise(stream, 1));
        doublings.forEach(conv -> conv.initialise(stream, 1));
        exitNorm.value.setRow(0, ones(shape.base), 0, shape.base);
    }

    private double[] packed(Function<Weights, LayerMatrix> part) {
        double[] packed = new double[weightCount()];
        int at = 0;
        for (Weights weights : all) {
            for (int i = 0; i < weights.rows; i++) {
                part.apply(weights).copyRow(i, weights.columns, packed, at);
                at += weights.columns;
            }
        }
        return packed;
    }

    @Override
    public double[] weights() {
        return packed(w -> w.value);
    }

    /** The derivatives of the last backward pass, packed. */
    public double[] gradient() {
        return packed(Weights::gradient);
    }

    @Override
    public double[] averagedWeights() {
        return averaged == 0 ? weights() : packed(w -> w.average);
    }

    @Override
    public void setWeights(double[] packed) {
        if (packed.length != weightCount()) {
            throw new IllegalArgumentException("weights must hold " + weightCount() + " numbers, got " + packed.length);
        }
        int at = 0;
        for (Weights weights : all) {
            for (int i = 0; i < weights.rows; i++) {
                weights.value.setRow(i, packed, at, weights.columns);
                at += weights.columns;
            }
            weights.first = null;
            weights.second = null;
            weights.average = null;
        }
        power1 = 1;
        power2 = 1;
        averaged = 0;
        keptCount = -1;
        differentiable = false;
    }

    @Override
    public void begin(int cases) {
        check("cases", cases, 0, capacity);
        count = cases;
        differentiable = false;
    }

    @Override
    public void setInputs(int first, double[][] x) {
        check("inputs", first + x.length, 0, size() + shape.others);
        differentiable = false;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < count; k++) {
                set(k, first + j, x[j][k]);
            }
        }
    }

    @Override
    public void setInput(int input, double value) {
        check("input", input, 0, size() + shape.others - 1);
        differentiable = false;
        for (int k = 0; k < count; k++) {
            set(k, input, value);
        }
    }

    private void set(int sample, int input, double value) {
        if (input < size()) {
            pixels.set(sample * size() + input, 0, value);
        } else {
            others.set(sample, input - size(), value);
        }
    }

    @Override
    public void forward() {
        if (pass == null) {
            pass = new Pass(capacity);
        }
        pass.keep = true;
        pass.forward(pixels, others, scores, count);
        differentiable = true;
    }

    /** In pieces whose maps the second-level cache holds. */
    @Override
    public void evaluate() {
        evaluate(Reuse.NOTHING, false, null);
    }

    /**
     * Evaluates the batch with a part taken over, to the bit as if it had been computed from the inputs of that time; an
     * evaluation that takes over nothing keeps its maps.
     *
     * @param seen what sees, piece by piece, the maps that leave the blocks, 0 at full resolution on the way down, …, last at
     *     full resolution on the way up, row-major [points · pixels][channels]; maps taken over too; or null
     * @return multiply-adds
     * @throws IllegalStateException if no maps of as many points are kept
     */
    public long evaluate(Reuse reuse, Mlp.Change seen) {
        if (reuse != Reuse.NOTHING && keptCount != count) {
            throw new IllegalStateException(
                    "reuse needs the maps of " + count + " points, kept are those of " + Math.max(0, keptCount));
        }
        multiplied = 0;
        evaluate(reuse, true, seen);
        return multiplied;
    }

    private void evaluate(Reuse reuse, boolean store, Mlp.Change seen) {
        if (evaluation == null) {
            evaluation = new Pass(Math.min(Math.max(1, EVALUATED_AT_ONCE / size()), capacity));
        }
        keptCount = store && reuse == Reuse.NOTHING ? count : keptCount;
        int size = evaluation.capacity * size();
        LayerMatrix some = matrix(size, 1);
        LayerMatrix found = matrix(size, 1);
        LayerMatrix rest = matrix(evaluation.capacity, shape.others + 1);
        double[] row = new double[shape.others + 1];
        for (int from = 0; from < count; from += evaluation.capacity) {
            int cases = Math.min(evaluation.capacity, count - from);
            for (int i = 0; i < cases * size(); i++) {
                some.set(i, 0, pixels.get(from * size() + i, 0));
            }
            for (int k = 0; k < cases; k++) {
                others.copyRow(from + k, row.length, row, 0);
                rest.setRow(k, row, 0, row.length);
            }
            evaluation.keep = false;
            evaluation.reuse = reuse;
            evaluation.store = store ? stored(from / evaluation.capacity) : null;
            evaluation.seen = seen;
            evaluation.forward(some, rest, found, cases);
            for (int i = 0; i < cases * size(); i++) {
                scores.set(from * size() + i, 0, found.get(i, 0));
            }
        }
        differentiable = false;
    }

    /** Places for the maps of a piece: those of the way down, then the one below full resolution on the way up. */
    private LayerMatrix[] stored(int piece) {
        while (stored.size() <= piece) {
            stored.add(IntStream.rangeClosed(0, shape.levels)
                    .mapToObj(l -> evaluation.map(l < shape.levels ? l : Math.min(1, shape.levels - 1)))
                    .toArray(LayerMatrix[]::new));
        }
        return stored.get(piece);
    }

    @Override
    public void copyScores(double[][] to) {
        for (int j = 0; j < size(); j++) {
            for (int k = 0; k < count; k++) {
                to[j][k] = scores.get(k * size() + j, 0);
            }
        }
    }

    @Override
    public void setSlopes(double[][] byScores) {
        for (int j = 0; j < size(); j++) {
            for (int k = 0; k < count; k++) {
                slopes.set(k * size() + j, 0, byScores[j][k]);
            }
        }
    }

    @Override
    public void backward() {
        if (!differentiable) {
            throw new IllegalStateException("derivatives need a forward pass of this batch before them");
        }
        all.forEach(w -> w.gradient().clear());
        pass.backward(count);
    }

    /** Not available: samples and losses need no derivative along a direction, log densities do. */
    @Override
    public void along(double[][] direction, double[][] out) {
        throw new UnsupportedOperationException("a U-Net gives no derivative along a direction, and so no log density");
    }

    @Override
    public void adam(double learningRate) {
        power1 *= Mlp.BETA_1;
        power2 *= Mlp.BETA_2;
        double rate = learningRate / (1 - power1);
        double root = 1 / Math.sqrt(1 - power2);
        for (Weights w : all) {
            if (w.first == null) {
                w.first = matrix(w.rows, w.columns);
                w.second = matrix(w.rows, w.columns);
            }
            w.value.adam(rate, root, Mlp.BETA_1, Mlp.BETA_2, Mlp.EPSILON, w.gradient(), w.first, w.second);
        }
    }

    @Override
    public void average(double decay) {
        averaged = Math.fma(decay, averaged, 1);
        for (Weights w : all) {
            if (w.average == null) {
                w.average = matrix(w.rows, w.columns);
            }
            w.average.approach(1 / averaged, w.value);
        }
    }

    /** What a forward pass leaves for the backward pass. */
    private final class Pass {
        private final int capacity;
        private final LayerMatrix sums;
        private final LayerMatrix embedded;
        private final LayerMatrix embeddedSlopes;
        private final LayerMatrix embeddedDelta;
        private final LayerMatrix[] kept = new LayerMatrix[shape.levels];
        private final LayerMatrix[] maps = new LayerMatrix[shape.levels];
        private final LayerMatrix[] deltas = new LayerMatrix[shape.levels];
        private final LayerMatrix[] work = new LayerMatrix[shape.levels];
        private final List<Branch> down = new ArrayList<>();
        private final List<Branch> up = new ArrayList<>();
        private final Norm exitNorm;
        private LayerMatrix pixels;
        private LayerMatrix others;
        /** Whether slopes are kept. */
        private boolean keep;

        private Reuse reuse = Reuse.NOTHING;
        /** Where maps are kept, and what sees them; or null. */
        private LayerMatrix[] store;

        private Mlp.Change seen;

        Pass(int capacity) {
            this.capacity = capacity;
            sums = matrix(capacity, shape.width + 1);
            embedded = matrix(capacity, shape.width + 1);
            embeddedSlopes = matrix(capacity, shape.width + 1);
            embeddedDelta = matrix(capacity, shape.width + 1);
            for (int l = 0; l < shape.levels; l++) {
                kept[l] = map(l);
                maps[l] = l + 1 < shape.levels ? map(l) : kept[l];
                deltas[l] = map(l);
                work[l] = map(l);
                down.add(new Branch(UNet.this.down.get(l), l));
            }
            for (int l = shape.levels - 2; l >= 0; l--) {
                up.add(new Branch(UNet.this.up.get(shape.levels - 2 - l), l));
            }
            exitNorm = new Norm(UNet.this.exitNorm, 0);
        }

        private LayerMatrix map(int level) {
            return matrix(capacity * shape.side(level) * shape.side(level), shape.channels(level));
        }

        private int rows(int level, int n) {
            return n * shape.side(level) * shape.side(level);
        }

        void forward(LayerMatrix picture, LayerMatrix rest, LayerMatrix to, int n) {
            pixels = picture;
            others = rest;
            rest.multiply(n, shape.others + 1, shape.width, embedding.value, sums);
            multiplied += (long) n * shape.others * shape.width;
            sums.activate(activation, 1, n, embedded, embeddedSlopes);
            embedded.setColumn(shape.width, n, 1);
            down(n, picture);
            for (int l = shape.levels - 2; l >= 0; l--) {
                int i = shape.levels - 2 - l;
                if (reuse != Reuse.DEEP || l == 0) {
                    doublings.get(i).forward(n, maps[l + 1], maps[l]);
                    maps[l].addScaled(1, rows(l, n), kept[l]);
                    up.get(i).forward(n, maps[l]);
                }
                if (l == 1) {
                    exchange(maps[1], shape.levels, reuse == Reuse.DEEP);
                }
                if (reuse != Reuse.DEEP || l <= 1) {
                    see(shape.levels + i, l, n, maps[l]);
                }
            }
            exitNorm.forward(n, maps[0]);
            exit.forward(n, exitNorm.out, to);
        }

        private void down(int n, LayerMatrix picture) {
            for (int l = 0; l < shape.levels; l++) {
                boolean over = reuse == Reuse.ENCODER || reuse == Reuse.DEEP && l > 0;
                if (!over) {
                    if (l == 0) {
                        entry.forward(n, picture, kept[0]);
                    } else {
                        halvings.get(l - 1).forward(n, kept[l - 1], kept[l]);
                    }
                    down.get(l).forward(n, kept[l]);
                }
                exchange(kept[l], l, over);
                see(l, l, n, kept[l]);
            }
        }

        /** Takes a map over, or keeps it if nothing is taken over. */
        private void exchange(LayerMatrix map, int place, boolean over) {
            if (over) {
                map.copy(store[place]);
            } else if (store != null && reuse == Reuse.NOTHING) {
                store[place].copy(map);
            }
        }

        private void see(int map, int level, int n, LayerMatrix values) {
            if (seen != null) {
                int channels = shape.channels(level);
                double[] numbers = new double[rows(level, n) * channels];
                for (int i = 0; i < rows(level, n); i++) {
                    values.copyRow(i, channels, numbers, i * channels);
                }
                seen.at(map, numbers);
            }
        }

        void backward(int n) {
            embeddedDelta.clear();
            exit.backward(n, exitNorm.out, slopes, deltas[0]);
            exitNorm.backward(n, deltas[0]);
            for (int l = 0; l + 1 < shape.levels; l++) {
                int i = shape.levels - 2 - l;
                up.get(i).backward(n, deltas[l]);
                doublings.get(i).backward(n, maps[l + 1], deltas[l], deltas[l + 1]);
            }
            for (int l = shape.levels - 1; l >= 0; l--) {
                down.get(l).backward(n, deltas[l]);
                if (l > 0) {
                    halvings.get(l - 1).backward(n, kept[l - 1], deltas[l], work[l - 1]);
                    deltas[l - 1].addScaled(1, rows(l - 1, n), work[l - 1]);
                }
            }
            entry.backward(n, pixels, deltas[0], pixels);
            embeddedDelta.multiplyElements(n, embeddedSlopes);
            others.addOuter(n, shape.others + 1, shape.width, embeddedDelta, embedding.gradient());
        }

        /** φ of a group normalisation. */
        private final class Norm {
            private final Weights weights;
            private final int level;
            private final int channels;
            private final LayerMatrix normal;
            private final LayerMatrix out;
            private final LayerMatrix slope;
            private final double[][] inverse;
            private final double[] first;
            private final double[] second;
            private final double[] third;

            Norm(Weights weights, int level) {
                this.weights = weights;
                this.level = level;
                channels = shape.channels(level);
                normal = map(level);
                out = map(level);
                slope = map(level);
                inverse = new double[capacity][channels];
                first = new double[channels];
                second = new double[channels];
                third = new double[channels];
            }

            /** Replaces numbers of channels by their means over the pixels of a group, from sums over pixels. */
            private void share(double[] numbers, int pixels) {
                for (int from = 0; from < channels; from += Shape.GROUP) {
                    double sum = 0;
                    for (int j = from; j < from + Shape.GROUP; j++) {
                        sum += numbers[j];
                    }
                    Arrays.fill(numbers, from, from + Shape.GROUP, sum / (Shape.GROUP * (double) pixels));
                }
            }

            void forward(int n, LayerMatrix z) {
                int size = rows(level, 1);
                double[] gamma = weights.row(0);
                double[] beta = weights.row(1);
                double[] zero = new double[channels];
                LayerMatrix y = keep ? work[level] : out;
                for (int k = 0; k < n; k++) {
                    int from = k * size;
                    int to = from + size;
                    z.moments(from, to, z, first, second);
                    share(first, size);
                    share(second, size);
                    double[] scale = inverse[k];
                    for (int j = 0; j < channels; j++) {
                        double variance = Math.max(0, second[j] - first[j] * first[j]);
                        scale[j] = 1 / Math.sqrt(variance + EPSILON);
                        first[j] *= -scale[j];
                    }
                    z.combine(from, to, scale, z, zero, first, normal);
                    normal.combine(from, to, gamma, normal, zero, beta, y);
                }
                if (keep) {
                    y.activate(activation, 1, n * size, out, slope);
                } else {
                    out.activate(activation, 1, n * size);
                }
            }

            /** Replaces the derivative with respect to {@link #out} by that with respect to z. */
            void backward(int n, LayerMatrix delta) {
                int size = rows(level, 1);
                double[] gamma = weights.row(0);
                double[] byGamma = new double[channels];
                double[] byBeta = new double[channels];
                delta.multiplyElements(n * size, slope);
                for (int k = 0; k < n; k++) {
                    int from = k * size;
                    int to = from + size;
                    delta.moments(from, to, normal, first, second);
                    for (int j = 0; j < channels; j++) {
                        byBeta[j] += first[j];
                        byGamma[j] += second[j];
                        first[j] *= gamma[j];
                        second[j] *= gamma[j];
                        third[j] = gamma[j] * inverse[k][j];
                    }
                    share(first, size);
                    share(second, size);
                    for (int j = 0; j < channels; j++) {
                        first[j] *= -inverse[k][j];
                        second[j] *= -inverse[k][j];
                    }
                    delta.combine(from, to, third, normal, second, first, delta);
                }
                weights.gradient().setRow(0, byGamma, 0, channels);
                weights.gradient().setRow(1, byBeta, 0, channels);
            }
        }

        /** The part of a block that is added to its input. */
        private final class Branch {
            private final Block block;
            private final int level;
            private final Norm norm1;
            private final Norm norm2;
            private final LayerMatrix shifts;
            private final LayerMatrix shiftDelta;
            private final LayerMatrix sum;

            Branch(Block block, int level) {
                this.block = block;
                this.level = level;
                norm1 = new Norm(block.norm1, level);
                norm2 = new Norm(block.norm2, level);
                shifts = matrix(capacity, shape.channels(level));
                shiftDelta = matrix(capacity, shape.channels(level));
                sum = map(level);
            }

            void forward(int n, LayerMatrix x) {
                int channels = shape.channels(level);
                int size = rows(level, 1);
                norm1.forward(n, x);
                block.conv1.forward(n, norm1.out, sum);
                embedded.multiply(n, shape.width + 1, channels, block.shift.value, shifts);
                multiplied += (long) n * shape.width * channels;
                double[] one = ones(channels);
                double[] zero = new double[channels];
                double[] shift = new double[channels];
                for (int k = 0; k < n; k++) {
                    shifts.copyRow(k, channels, shift, 0);
                    sum.combine(k * size, (k + 1) * size, one, sum, zero, shift, sum);
                }
                norm2.forward(n, sum);
                block.conv2.forward(n, norm2.out, sum);
                x.addScaled(1, n * size, sum);
            }

            void backward(int n, LayerMatrix delta) {
                int channels = shape.channels(level);
                int size = rows(level, 1);
                LayerMatrix below = work[level];
                block.conv2.backward(n, norm2.out, delta, below);
                norm2.backward(n, below);
                double[] sums = new double[channels];
                for (int k = 0; k < n; k++) {
                    below.columnSums(k * size, (k + 1) * size, sums);
                    shiftDelta.setRow(k, sums, 0, channels);
                }
                embedded.addOuter(n, shape.width + 1, channels, shiftDelta, block.shift.gradient());
                shiftDelta.multiplyTransposed(n, shape.width, channels, block.shift.value, Pass.this.sums);
                embeddedDelta.addScaled(1, n, Pass.this.sums);
                block.conv1.backward(n, norm1.out, below, sum);
                norm1.backward(n, sum);
                delta.addScaled(1, n * size, sum);
            }
        }
    }

    /** The levels that a side allows, at most three: 28 gives 28, 14 and 7. */
    public static int levels(int side) {
        return IntStream.rangeClosed(1, 3)
                .filter(l -> side % (1 << l - 1) == 0)
                .max()
                .orElse(1);
    }
}
