package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.PivotedCholesky;
import org.noisebook.model.RecurrentNetwork.Block;
import org.noisebook.model.RecurrentNetwork.LossSteps;
import org.noisebook.rng.Stream;

/**
 * The weights of one {@link RecurrentNetwork}, with memory for forward passes and for backpropagation through time.
 *
 * <p>With p_s the derivative of the loss with respect to the pre-activations, p_s = 1[h_(s+1) &gt; 0] (W_outᵀ d_s + (1
 * − a) p_(s+1) + a Wᵀ p_(s+1)), d_s being that with respect to the scores, the gradients are a Σ p_s x_sᵀ, a Σ p_s h_sᵀ
 * and Σ d_s h_(s+1)ᵀ. The loss is the mean cross-entropy over trials and counted steps; v ← μ v + ∇, w ← w − η v.
 *
 * <p><b>Shapes</b>: {@code weights()} is W_in, W, W_out, each row-major, see {@link RecurrentNetwork}. <b>Special
 * cases</b>: non-finite weights make the loss NaN or infinite. <b>Error</b>: float64; equal bits on every machine and
 * with either twin of the products. <b>Cost</b>: 6 N (N + inputs + classes) operations per trial and step in training,
 * which allocates no arrays: 0.3 ms for 32 trials of 8 steps at N = 100. An instance belongs to one thread.
 */
public final class RecurrentEngine {
    private static final int LEAD = Kernels.DOUBLE_LEAD;

    private final RecurrentNetwork network;
    private final int steps;
    private final int firstLossStep;
    private final int capacity;
    private final MatrixKernels products;
    private final int inputs;
    private final int width;
    private final int classes;
    private final int stride;
    private final int inputStride;
    private final int classStride;
    /** Weights from the sending unit (row) to the receiving unit, as used by forward products and by SGD. */
    private final DoubleView input;

    private final DoubleView recurrent;
    private final DoubleView readOut;
    /** Transposes of the previous two, for the backward pass. */
    private final DoubleView recurrentBack;

    private final DoubleView readOutBack;
    private final DoubleView inputVelocity;
    private final DoubleView recurrentVelocity;
    private final DoubleView readOutVelocity;
    /** One row per step and trial, steps outermost. */
    private final DoubleView x;

    private final DoubleView sums;
    private final DoubleView slopes;
    private final DoubleView deltas;
    private final DoubleView scores;
    /** Hidden states in the same layout, with h_0 as the first step. */
    private final DoubleView hidden;

    private final DoubleView carried;

    RecurrentEngine(RecurrentNetwork network, int steps, LossSteps loss, int capacity, MatrixKernels products) {
        this.network = network;
        this.steps = steps;
        this.firstLossStep = loss.first(steps);
        this.capacity = capacity;
        this.products = products;
        this.inputs = network.inputs();
        this.width = network.width();
        this.classes = network.classes();
        this.stride = Kernels.padded(width);
        this.inputStride = Kernels.padded(inputs);
        this.classStride = Kernels.padded(classes);
        this.input = DoubleView.zeros(inputs, stride);
        this.recurrent = DoubleView.zeros(width, stride);
        this.readOut = DoubleView.zeros(width, classStride);
        this.recurrentBack = DoubleView.zeros(width, stride);
        this.readOutBack = DoubleView.zeros(classes, stride);
        this.inputVelocity = DoubleView.zeros(inputs, stride);
        this.recurrentVelocity = DoubleView.zeros(width, stride);
        this.readOutVelocity = DoubleView.zeros(width, classStride);
        int rows = steps * capacity;
        this.x = DoubleView.zeros(rows, inputStride);
        this.sums = DoubleView.zeros(rows, stride);
        this.slopes = DoubleView.zeros(rows, stride);
        this.deltas = DoubleView.zeros(rows, stride);
        this.scores = DoubleView.zeros(rows, classStride);
        this.hidden = DoubleView.zeros(rows + capacity, stride);
        this.carried = DoubleView.zeros(capacity, stride);
    }

    public RecurrentNetwork network() {
        return network;
    }

    /**
     * Sets W and draws W_in and W_out, uniform on ±1/√inputs and ±1/√N; velocities start at 0.
     *
     * @param start W[N × N], row-major
     */
    public void initialise(double[] start, Stream inputStream, Stream readOutStream) {
        if (start.length != network.size(Block.RECURRENT)) {
            throw new IllegalArgumentException(
                    "start must have width² = " + network.size(Block.RECURRENT) + " values, got " + start.length);
        }
        double[] weights = new double[network.size(Block.ALL)];
        fill(weights, Block.INPUT, 1 / StrictMath.sqrt(inputs), inputStream);
        System.arraycopy(start, 0, weights, network.start(Block.RECURRENT), start.length);
        fill(weights, Block.READ_OUT, 1 / StrictMath.sqrt(width), readOutStream);
        set(weights);
    }

    private void fill(double[] weights, Block block, double bound, Stream stream) {
        int from = network.start(block);
        for (int k = from; k < from + network.size(block); k++) {
            weights[k] = bound * (2 * stream.nextDouble() - 1);
        }
    }

    /** A copy of all weights. */
    public double[] weights() {
        return read(input, recurrent, readOut);
    }

    /**
     * Sets all weights; velocities start at 0.
     *
     * @throws IllegalArgumentException if the number of weights differs
     */
    public void set(double[] weights) {
        NetworkBatches.checkWeights(weights, network.size(Block.ALL));
        int at = 0;
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < inputs; i++) {
                input.set(i, j, weights[at++]);
            }
        }
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < width; i++) {
                recurrent.set(i, j, weights[at++]);
            }
        }
        for (int k = 0; k < classes; k++) {
            for (int i = 0; i < width; i++) {
                readOut.set(i, k, weights[at++]);
            }
        }
        Arrays.fill(inputVelocity.values(), 0);
        Arrays.fill(recurrentVelocity.values(), 0);
        Arrays.fill(readOutVelocity.values(), 0);
        turn();
    }

    /** The three blocks in the layout of {@link RecurrentNetwork}. */
    private double[] read(DoubleView ofInput, DoubleView ofRecurrent, DoubleView ofReadOut) {
        double[] values = new double[network.size(Block.ALL)];
        int at = 0;
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < inputs; i++) {
                values[at++] = ofInput.get(i, j);
            }
        }
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < width; i++) {
                values[at++] = ofRecurrent.get(i, j);
            }
        }
        for (int k = 0; k < classes; k++) {
            for (int i = 0; i < width; i++) {
                values[at++] = ofReadOut.get(i, k);
            }
        }
        return values;
    }

    private void turn() {
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                recurrentBack.set(j, i, recurrent.get(i, j));
            }
            for (int k = 0; k < classes; k++) {
                readOutBack.set(k, i, readOut.get(i, k));
            }
        }
    }

    /**
     * One step of SGD with momentum on a batch.
     *
     * @return the mean loss before the step
     */
    public double step(Trials batch, double learningRate, double momentum) {
        check(batch);
        checkCapacity(batch.count());
        scale(inputVelocity, momentum);
        scale(recurrentVelocity, momentum);
        scale(readOutVelocity, momentum);
        forward(batch, 0, batch.count());
        double mean = slopes(batch, 0, batch.count());
        backward(batch.count());
        move(input, inputVelocity, learningRate);
        move(recurrent, recurrentVelocity, learningRate);
        move(readOut, readOutVelocity, learningRate);
        turn();
        return mean;
    }

    /** The gradient of the mean loss, in the order of {@link #weights()}; velocities are reset to 0. */
    public double[] gradient(Trials batch) {
        set(weights());
        step(batch, 0, 0);
        double[] gradient = read(inputVelocity, recurrentVelocity, readOutVelocity);
        set(weights());
        return gradient;
    }

    private static void scale(DoubleView values, double factor) {
        scale(values.values(), 0, values.length(), factor);
    }

    private static void move(DoubleView weights, DoubleView velocity, double rate) {
        double[] w = weights.values();
        double[] v = velocity.values();
        for (int k = 0; k < w.length; k++) {
            w[k] = Math.fma(-rate, v[k], w[k]);
        }
    }

    /** Runs trials {@code from, …, from + n − 1} forward. */
    private void forward(Trials trials, int from, int n) {
        for (int t = 0; t < steps; t++) {
            trials.copyInputs(from, n, t, x.values(), x.at(t * n, 0), inputStride);
        }
        products.multiply(steps * n, inputs, width, x, input, sums);
        double leak = network.leak();
        int length = n * stride;
        for (int t = 0; t < steps; t++) {
            DoubleView sum = sums.from(t * n);
            if (t > 0) {
                products.multiply(n, width, width, hidden.from(t * n), recurrent, carried);
                mix(leak, sum.start(), length);
            } else if (leak < 1) {
                scale(sums.values(), sum.start(), length, leak);
            }
            products.activate(Activation.RELU, 1, length, sum, hidden.from((t + 1) * n), slopes.from(t * n));
        }
        int first = firstLossStep * n;
        products.multiply(steps * n - first, width, classes, hidden.from(n + first), readOut, scores.from(first));
    }

    /** sums ← (1 − a) h + a (sums + W h). */
    private void mix(double leak, int now, int length) {
        double[] sum = sums.values();
        double[] h = hidden.values();
        double[] more = carried.values();
        if (leak == 1) {
            for (int k = 0; k < length; k++) {
                sum[now + k] += more[LEAD + k];
            }
        } else {
            for (int k = 0; k < length; k++) {
                sum[now + k] = Math.fma(leak, sum[now + k] + more[LEAD + k], (1 - leak) * h[now + k]);
            }
        }
    }

    private static void scale(double[] values, int start, int length, double factor) {
        for (int k = start; k < start + length; k++) {
            values[k] *= factor;
        }
    }

    /** Replaces scores by the derivatives of the mean loss with respect to them and returns the loss. */
    private double slopes(Trials trials, int from, int n) {
        double sum = 0;
        for (int t = firstLossStep; t < steps; t++) {
            for (int i = 0; i < n; i++) {
                int at = scores.at(t * n + i, 0);
                sum += CrossEntropy.of(scores.values(), at, classes, trials.label(from + i, t), scores.values(), at);
            }
        }
        int first = firstLossStep * n;
        double share = 1.0 / (steps * n - first);
        scale(scores.values(), scores.at(first, 0), (steps * n - first) * classStride, share);
        return sum * share;
    }

    /** Adds the gradients to the velocities. */
    private void backward(int n) {
        int first = firstLossStep * n;
        int length = n * stride;
        DoubleView bySum = deltas.from(first);
        products.multiply(steps * n - first, classes, width, scores.from(first), readOutBack, bySum);
        DoubleView counted = hidden.from(n + first);
        products.addOuter(steps * n - first, width, classes, counted, scores.from(first), readOutVelocity);
        double[] delta = deltas.values();
        Arrays.fill(delta, LEAD, bySum.start(), 0);
        for (int t = steps - 1; t >= 0; t--) {
            int now = deltas.at(t * n, 0);
            if (t < steps - 1) {
                back(delta, now + length, delta, now, n);
            }
            products.multiplyElements(slopes.values(), now, delta, now, length);
        }
        if (network.leak() < 1) {
            scale(delta, LEAD, steps * length, network.leak());
        }
        products.addOuter((steps - 1) * n, width, width, hidden.from(n), deltas.from(n), recurrentVelocity);
        products.addOuter(steps * n, inputs, width, x, deltas, inputVelocity);
    }

    /** earlier += (1 − a) later + a Wᵀ later, for n rows. */
    private void back(double[] later, int laterStart, double[] earlier, int earlierStart, int n) {
        products.multiply(n, width, width, DoubleView.of(later, laterStart, stride), recurrentBack, carried);
        double[] more = carried.values();
        double leak = network.leak();
        if (leak == 1) {
            for (int k = 0; k < n * stride; k++) {
                earlier[earlierStart + k] += more[LEAD + k];
            }
        } else {
            for (int k = 0; k < n * stride; k++) {
                double sum = Math.fma(1 - leak, later[laterStart + k], earlier[earlierStart + k]);
                earlier[earlierStart + k] = Math.fma(leak, more[LEAD + k], sum);
            }
        }
    }

    private void check(Trials trials) {
        if (trials.steps() != steps || trials.inputs() != inputs) {
            throw new IllegalArgumentException("trials must have " + steps + " steps of " + inputs + " inputs, got "
                    + trials.steps() + " of " + trials.inputs());
        }
    }

    private void checkCapacity(int count) {
        if (count < 1 || count > capacity) {
            throw new IllegalArgumentException("count must be in [1, capacity=" + capacity + "], got " + count);
        }
    }

    /** Scores after every step that counts, {@code [count][counted steps][classes]}, in a new array. */
    public double[] scores(Trials trials) {
        check(trials);
        int counted = steps - firstLossStep;
        double[] all = new double[trials.count() * counted * classes];
        for (int from = 0; from < trials.count(); from += capacity) {
            int n = Math.min(capacity, trials.count() - from);
            forward(trials, from, n);
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < counted; c++) {
                    int row = (firstLossStep + c) * n + i;
                    int to = ((from + i) * counted + c) * classes;
                    System.arraycopy(scores.values(), scores.at(row, 0), all, to, classes);
                }
            }
        }
        return all;
    }

    /** The activity after the last step, {@code [count][N]}, in a new array. */
    public double[] activity(Trials trials) {
        check(trials);
        double[] all = new double[trials.count() * width];
        for (int from = 0; from < trials.count(); from += capacity) {
            int n = Math.min(capacity, trials.count() - from);
            forward(trials, from, n);
            for (int i = 0; i < n; i++) {
                System.arraycopy(hidden.values(), hidden.at(steps * n + i, 0), all, (from + i) * width, width);
            }
        }
        return all;
    }

    /**
     * The tangent kernel on probes for a block of weights, ∇f_a · ∇f_b, where each f_a is a score.
     *
     * <p>No gradient is stored in full: with respect to W, ∇f_a · ∇f_b = a² Σ_(s, s′) (p_s · p′_s′)(h_s · h′_s′). The
     * kernel stores the gradients in a basis of their span.
     *
     * <p><b>Shapes</b>: a row for each (probe, counted step, class), classes innermost. <b>Special cases</b>: without
     * probes it is empty. <b>Cost</b>: about R² (R/3 + N steps) operations for R rows, and 8 R (3 R + N steps) bytes.
     */
    public ProbeKernel tangentKernel(Trials probes, Block block) {
        double[] values = tangentValues(probes, block);
        int size = (int) StrictMath.sqrt(values.length);
        if (size == 0) {
            return ProbeKernel.ofRows(0, 1, values);
        }
        PivotedCholesky rows = PivotedCholesky.of(size, values);
        return ProbeKernel.ofRows(size, rows.rank(), rows.rows());
    }

    /** All entries of the tangent kernel, row-major. */
    double[] tangentValues(Trials probes, Block block) {
        return new Tangents(this, probes).kernel(block);
    }

    /** The factors from which gradients of scores are built. */
    static final class Tangents {
        private final RecurrentEngine engine;
        private final int probes;
        private final int rows;
        private final int stride;
        private final int inputStride;
        /** a p_s of each score, {@code [probe][row][step][N]}. */
        private final double[][] deltas;
        /** h_s and h_(s+1), {@code [probe][step][N]}. */
        private final double[][] hidden;

        private final double[][] input;

        Tangents(RecurrentEngine engine, Trials trials) {
            engine.check(trials);
            this.engine = engine;
            this.probes = trials.count();
            this.rows = (engine.steps - engine.firstLossStep) * engine.classes;
            this.stride = engine.stride;
            this.inputStride = engine.inputStride;
            this.deltas = new double[probes][rows * engine.steps * stride];
            this.hidden = new double[probes][(engine.steps + 1) * stride];
            this.input = new double[probes][engine.steps * inputStride];
            for (int p = 0; p < probes; p++) {
                engine.forward(trials, p, 1);
                System.arraycopy(engine.x.values(), LEAD, input[p], 0, input[p].length);
                System.arraycopy(engine.hidden.values(), LEAD + stride, hidden[p], stride, engine.steps * stride);
                fill(deltas[p]);
            }
        }

        /** Backpropagates each score of the last trial through time. */
        private void fill(double[] into) {
            int steps = engine.steps;
            double leak = engine.network.leak();
            for (int row = 0; row < rows; row++) {
                int last = engine.firstLossStep + row / engine.classes;
                int at = row * steps * stride;
                DoubleView from = engine.readOutBack.from(row % engine.classes);
                System.arraycopy(from.values(), from.start(), into, at + last * stride, stride);
                for (int s = last; s >= 0; s--) {
                    int now = at + s * stride;
                    if (s < last) {
                        engine.back(into, now + stride, into, now, 1);
                    }
                    engine.products.multiplyElements(engine.slopes.values(), LEAD + s * stride, into, now, stride);
                }
                if (leak < 1) {
                    scale(into, at, steps * stride, leak);
                }
            }
        }

        double[] kernel(Block block) {
            int steps = engine.steps;
            int size = probes * rows;
            double[] kernel = new double[size * size];
            int stepStride = Kernels.padded(steps);
            double[] gram = new double[steps * stepStride];
            DoubleView byStep = DoubleView.of(gram, stepStride);
            double[] moved = new double[rows * steps * stride];
            int rowStride = Kernels.padded(rows);
            double[] part = new double[rows * rowStride];
            for (int p = 0; p < probes; p++) {
                for (int q = 0; q <= p; q++) {
                    gram(p, q, block, gram, stepStride);
                    for (int row = 0; row < rows; row++) {
                        int at = row * steps * stride;
                        DoubleView of = DoubleView.of(deltas[q], at, stride);
                        DoubleView to = DoubleView.of(moved, at, stride);
                        engine.products.multiply(steps, steps, engine.width, byStep, of, to);
                    }
                    int length = steps * stride;
                    DoubleView left = DoubleView.of(deltas[p], length);
                    DoubleView right = DoubleView.of(moved, length);
                    engine.products.multiplyTransposed(rows, rows, length, left, right, DoubleView.of(part, rowStride));
                    if (block == Block.READ_OUT || block == Block.ALL) {
                        addReadOut(p, q, part, rowStride);
                    }
                    for (int i = 0; i < rows; i++) {
                        for (int j = 0; j < rows; j++) {
                            double value = part[i * rowStride + j];
                            kernel[(p * rows + i) * size + q * rows + j] = value;
                            kernel[(q * rows + j) * size + p * rows + i] = value;
                        }
                    }
                }
            }
            return kernel;
        }

        /**
         * The inner products of the inputs that multiply the deltas of two probes, step by step; 0 for the read-out.
         */
        private void gram(int p, int q, Block block, double[] gram, int stepStride) {
            boolean recurrent = block == Block.RECURRENT || block == Block.ALL;
            boolean fromInput = block == Block.INPUT || block == Block.ALL;
            for (int s = 0; s < engine.steps; s++) {
                for (int u = 0; u < engine.steps; u++) {
                    double sum =
                            recurrent ? Dot.inOrder(hidden[p], s * stride, hidden[q], u * stride, engine.width) : 0;
                    double more = fromInput
                            ? Dot.inOrder(input[p], s * inputStride, input[q], u * inputStride, engine.inputs)
                            : 0;
                    gram[s * stepStride + u] = sum + more;
                }
            }
        }

        private void addReadOut(int p, int q, double[] part, int rowStride) {
            for (int i = 0; i < rows; i++) {
                int first = (engine.firstLossStep + i / engine.classes + 1) * stride;
                for (int j = i % engine.classes; j < rows; j += engine.classes) {
                    int second = (engine.firstLossStep + j / engine.classes + 1) * stride;
                    part[i * rowStride + j] += Dot.inOrder(hidden[p], first, hidden[q], second, engine.width);
                }
            }
        }
    }
}
