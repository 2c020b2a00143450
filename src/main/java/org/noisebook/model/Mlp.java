package org.noisebook.model;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * A small dense network with biases and layers of any width: z_l = W_lᵀ a_(l−1) + b_l, a_l = φ_l(z_l), with linear
 * scores z_L; trained by SGD or Adam, and differentiable with respect to its inputs.
 *
 * <p>A training step is a forward pass, a loss ({@link #crossEntropy} or {@link #setSlopes}), {@link #backward} and
 * {@link #descend} or {@link #adam}. A forward pass takes rows of points ({@link #forward(double[], int[], int, int)})
 * or inputs that are set column by column ({@link #begin}, {@link #setInputs}, {@link #forward()}); {@link #evaluate}
 * is a forward pass that keeps nothing for derivatives. Backpropagation: Rumelhart, Hinton and Williams 1986,
 * doi:10.1038/323533a0. Momentum is the heavy ball v ← μ v + g, w ← w − η v of Polyak 1964,
 * doi:10.1016/0041-5553(64)90137-5; Adam is Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
 *
 * <p><b>Shapes</b>: {@code widths} lists inputs, hidden layers and scores; weight layer l = 0 … L − 1 connects
 * widths[l] to widths[l + 1] units. Packed weights and gradients hold layer after layer, each row-major [widths[l] +
 * 1][widths[l + 1]] with the biases in the last row. Activities are row-major [count][width]; two-dimensional arrays of
 * inputs, scores and slopes are coordinate-major, [unit][sample], and may be longer than count. <b>Special cases</b>: a
 * network without hidden layers is linear or softmax regression. NaN and infinities propagate.
 *
 * <p><b>Error</b>: every number is one chain of fused multiply-adds in the order that {@link MatrixKernels} fixes, so
 * plain and vector kernels give the same bits; a sample does not depend on the others in its batch. In float32, inputs
 * are rounded on entry, and packed weights hold float32 values.
 *
 * <p><b>Cost</b>: 6 operations per weight and sample in a training step, 2 in {@link #evaluate} and 2 in {@link #along};
 * each row of weights is padded to a multiple of {@link Kernels#PAD}. Only the first pass of
 * each kind allocates arrays. An instance belongs to one thread. For wide networks with one output and no biases use
 * {@link FullyConnected}, which is faster at small batches.
 */
public final class Mlp implements RegressionNet {
    private static final int LARGEST_WIDTH = 16_384;
    private static final int MOST_LAYERS = 100;
    /** Adam's β₁, the decay of its first moments. */
    public static final double BETA_1 = 0.9;

    /** Adam's β₂, the decay of its second moments. */
    public static final double BETA_2 = 0.999;

    static final double EPSILON = 1e-8;

    private final int[] widths;
    private final Activation[] activations;
    private Change change;
    private final int capacity;
    private final Precision precision;
    private final MatrixKernels products;

    private final LayerMatrix[] weights;
    /**
     * Activities of inputs, hidden layers and scores; all but the scores are followed by the 1 that multiplies biases.
     */
    private final LayerMatrix[] activities;

    /** The following are created on first use, since networks that only evaluate need none of them. */
    private LayerMatrix[] sums = {};

    private LayerMatrix[] slopes = {};
    /** Derivatives of the loss with respect to z; in layer 0, with respect to the inputs. */
    private LayerMatrix[] deltas = {};
    /** Derivatives of the activities along a direction. */
    private LayerMatrix[] tangents = {};

    private LayerMatrix[] gradients = {};
    private LayerMatrix[] velocities = {};
    private LayerMatrix[] firstMoments = {};
    private LayerMatrix[] secondMoments = {};
    private LayerMatrix[] averages = {};

    /** One per hidden layer, or none. */
    private GhostNorm[] norms = {};

    private int count;
    /** Whether the last pass kept slopes. */
    private boolean differentiable;
    /** β₁^t and β₂^t after t steps of Adam. */
    private double power1 = 1;

    private double power2 = 1;
    /**
     * Σ_s d^(t−s) over the calls s of {@link #average}: the total weight before normalisation; 0 before the first call.
     */
    private double averaged;

    private final double[] scoreRow;
    private final double[] slopeRow;

    /**
     * A network with all weights zero.
     *
     * @param widths of inputs, hidden layers and scores
     * @param activations of the hidden layers
     * @param capacity largest number of samples in one forward pass
     * @param precision of weights, activities and all computations
     * @param products kernels of this thread
     */
    public Mlp(int[] widths, Activation[] activations, int capacity, Precision precision, MatrixKernels products) {
        this.widths = widths.clone();
        this.activations = activations.clone();
        this.precision = Objects.requireNonNull(precision, "precision");
        this.products = Objects.requireNonNull(products, "products");
        this.capacity = capacity;
        checkSizes();
        this.weights = perWeights();
        this.activities = perUnits(0);
        this.scoreRow = new double[widths[widths.length - 1]];
        this.slopeRow = new double[scoreRow.length];
        for (int l = 0; l < weights.length; l++) {
            activities[l].setColumn(widths[l], capacity, 1);
        }
    }

    /** A network in float64 with all weights zero. */
    public Mlp(int[] widths, Activation[] activations, int capacity, MatrixKernels products) {
        this(widths, activations, capacity, Precision.FLOAT64, products);
    }

    /** A network in float64 with all weights zero and one activation for all hidden layers. */
    public static Mlp of(int[] widths, Activation activation, int capacity, MatrixKernels products) {
        return of(widths, activation, capacity, Precision.FLOAT64, products);
    }

    /** A network with all weights zero and one activation for all hidden layers. */
    public static Mlp of(
            int[] widths, Activation activation, int capacity, Precision precision, MatrixKernels products) {
        Activation[] activations = new Activation[Math.max(0, widths.length - 2)];
        Arrays.fill(activations, activation);
        return new Mlp(widths, activations, capacity, precision, products);
    }

    private void checkSizes() {
        if (widths.length < 2 || widths.length > MOST_LAYERS + 1) {
            throw new IllegalArgumentException(
                    "widths must hold 2 to " + (MOST_LAYERS + 1) + " layers, got " + widths.length);
        }
        if (activations.length != widths.length - 2) {
            throw new IllegalArgumentException("activations must hold one for each of " + (widths.length - 2)
                    + " hidden layers, got " + activations.length);
        }
        for (Activation activation : activations) {
            Objects.requireNonNull(activation, "activation");
        }
        for (int width : widths) {
            if (width < 1 || width > LARGEST_WIDTH) {
                throw new IllegalArgumentException("widths must be in [1, " + LARGEST_WIDTH + "], got " + width);
            }
        }
        long largest = Kernels.padded(Arrays.stream(widths).max().orElseThrow() + 1);
        if (capacity < 1 || capacity * largest > Integer.MAX_VALUE - Kernels.PAD) {
            throw new IllegalArgumentException("capacity must be in [1, 2^31 / largest layer], got " + capacity);
        }
    }

    /** A matrix with the shape of each weight layer. */
    private LayerMatrix[] perWeights() {
        LayerMatrix[] all = new LayerMatrix[widths.length - 1];
        for (int l = 0; l < all.length; l++) {
            all[l] = LayerMatrix.of(precision, widths[l] + 1, widths[l + 1] + 1, products);
        }
        return all;
    }

    /**
     * A matrix with the shape of the activities of each layer from {@code first} on; earlier layers share the first.
     */
    private LayerMatrix[] perUnits(int first) {
        LayerMatrix[] all = new LayerMatrix[widths.length];
        for (int l = first; l < all.length; l++) {
            all[l] = LayerMatrix.of(precision, capacity, widths[l] + 1, products);
        }
        Arrays.fill(all, 0, first, all[first]);
        return all;
    }

    /**
     * Switches on ghost batch normalisation of the pre-activations of each hidden layer over consecutive samples of a
     * batch, see {@link GhostNorm}: z ← γ (z − μ)/σ + β, then the activation. {@link #forward()} uses the mean and
     * deviation of the ghost batch and updates their running averages; {@link #evaluate} uses these averages. {@link
     * #descend} trains γ and β, which start at 1 and 0 with {@link #initialise}; they are not part of the weights.
     * Operations on single samples or with other update rules ({@link #adam}, {@link #average}, {@link #along}, {@link
     * #caseGradientSquares}) throw an exception.
     *
     * @param ghostBatch samples in a ghost batch, at least 1
     */
    public void normalise(int ghostBatch) {
        if (ghostBatch < 1) {
            throw new IllegalArgumentException("ghostBatch must be at least 1, got " + ghostBatch);
        }
        norms = new GhostNorm[activations.length];
        for (int l = 0; l < norms.length; l++) {
            norms[l] = new GhostNorm(ghostBatch, widths[l + 1], capacity, precision, products);
        }
        differentiable = false;
    }

    /** The normalisations, for tests. */
    GhostNorm[] norms() {
        return norms.clone();
    }

    private void refuseNorms(String name) {
        if (norms.length > 0) {
            throw new IllegalStateException(name + " does not go with ghost normalisation");
        }
    }

    /** Widths of inputs, hidden layers and scores. */
    public int[] widths() {
        return widths.clone();
    }

    /** L, the number of weight layers. */
    public int layers() {
        return weights.length;
    }

    /** Number of samples in the last forward pass. */
    public int count() {
        return count;
    }

    /** Number of weights and biases. */
    @Override
    public int weightCount() {
        int total = 0;
        for (int l = 0; l < weights.length; l++) {
            total += (widths[l] + 1) * widths[l + 1];
        }
        return total;
    }

    /** Precision of weights and activities. */
    public Precision precision() {
        return precision;
    }

    /**
     * Draws weights with standard deviation {@code gain}/√(fan-in) and sets biases to 0, as {@link #setWeights} does;
     * the draws run from input to scores, each layer row by row.
     */
    @Override
    public void initialise(Stream stream, double gain) {
        restart();
        for (int l = 0; l < weights.length; l++) {
            weights[l].clear();
            double scale = gain / StrictMath.sqrt(widths[l]);
            for (int i = 0; i < widths[l]; i++) {
                for (int j = 0; j < widths[l + 1]; j++) {
                    weights[l].set(i, j, scale * stream.nextGaussian());
                }
            }
        }
    }

    /**
     * Draws weights and biases uniformly from ± 1/√(fan-in), as PyTorch does for a linear layer; the draws run from
     * input to scores, each layer row by row, biases last.
     */
    public void initialiseUniformly(Stream stream) {
        restart();
        for (int l = 0; l < weights.length; l++) {
            double bound = 1 / StrictMath.sqrt(widths[l]);
            for (int i = 0; i <= widths[l]; i++) {
                for (int j = 0; j < widths[l + 1]; j++) {
                    weights[l].set(i, j, bound * (2 * stream.nextDouble() - 1));
                }
            }
        }
    }

    /** All weights and biases, packed. */
    @Override
    public double[] weights() {
        return packed(weights);
    }

    /** The derivatives of the last backward pass, packed. */
    public double[] gradient() {
        return packed(gradients());
    }

    /** The weights as averaged by {@link #average}, packed; the weights themselves before its first call. */
    @Override
    public double[] averagedWeights() {
        return averaged == 0 ? weights() : packed(averages);
    }

    private double[] packed(LayerMatrix[] matrices) {
        double[] all = new double[weightCount()];
        int at = 0;
        for (int l = 0; l < matrices.length; l++) {
            for (int i = 0; i <= widths[l]; i++) {
                matrices[l].copyRow(i, widths[l + 1], all, at);
                at += widths[l + 1];
            }
        }
        return all;
    }

    /** Sets all weights and biases from their packed form and resets velocities, moments and averages. */
    @Override
    public void setWeights(double[] packed) {
        if (packed.length != weightCount()) {
            throw new IllegalArgumentException("weights must hold " + weightCount() + " numbers, got " + packed.length);
        }
        forgetSteps();
        int at = 0;
        for (int l = 0; l < weights.length; l++) {
            for (int i = 0; i <= widths[l]; i++) {
                weights[l].setRow(i, packed, at, widths[l + 1]);
                at += widths[l + 1];
            }
        }
    }

    private void forgetSteps() {
        for (LayerMatrix[] memory : new LayerMatrix[][] {velocities, firstMoments, secondMoments, averages}) {
            for (LayerMatrix matrix : memory) {
                matrix.clear();
            }
        }
        for (GhostNorm norm : norms) {
            norm.forgetSteps();
        }
        power1 = 1;
        power2 = 1;
        averaged = 0;
    }

    private void restart() {
        forgetSteps();
        for (GhostNorm norm : norms) {
            norm.restart();
        }
    }

    private LayerMatrix[] gradients() {
        if (gradients.length == 0) {
            gradients = perWeights();
        }
        return gradients;
    }

    /**
     * Runs samples index[from], …, index[from + cases − 1] of the points forward through all layers.
     *
     * @param points row-major, one row of widths[0] numbers a point
     */
    public void forward(double[] points, int[] index, int from, int cases) {
        begin(points, index, from, cases);
        forward();
    }

    /** Runs the same samples through {@link #evaluate()}. */
    public void evaluate(double[] points, int[] index, int from, int cases) {
        begin(points, index, from, cases);
        evaluate();
    }

    private void begin(double[] points, int[] index, int from, int cases) {
        begin(cases);
        for (int k = 0; k < cases; k++) {
            activities[0].setRow(k, points, index[from + k] * widths[0], widths[0]);
        }
    }

    /** Starts a batch of the given size; inputs that are not set again keep the values of earlier batches. */
    @Override
    public void begin(int cases) {
        if (cases < 0 || cases > capacity) {
            throw new IllegalArgumentException("cases must be in [0, capacity=" + capacity + "], got " + cases);
        }
        count = cases;
        differentiable = false;
    }

    /**
     * Sets inputs {@code first}, {@code first} + 1, … of all samples of this batch.
     *
     * @param x one row per input
     */
    @Override
    public void setInputs(int first, double[][] x) {
        if (first < 0 || first + x.length > widths[0]) {
            throw new IllegalArgumentException(
                    "inputs must be in [0, " + widths[0] + "), got " + first + " to " + (first + x.length - 1));
        }
        activities[0].setColumns(first, count, x);
        differentiable = false;
    }

    /** Sets one input of all samples of this batch to the same number. */
    @Override
    public void setInput(int input, double value) {
        if (input < 0 || input >= widths[0]) {
            throw new IllegalArgumentException("input must be in [0, " + widths[0] + "), got " + input);
        }
        activities[0].setColumn(input, count, value);
        differentiable = false;
    }

    /** Runs the batch forward through all layers and keeps what derivatives need. */
    @Override
    public void forward() {
        if (sums.length == 0) {
            sums = perUnits(1);
            slopes = perUnits(1);
        }
        int last = weights.length;
        for (int l = 1; l < last; l++) {
            activities[l - 1].multiply(count, widths[l - 1] + 1, widths[l], weights[l - 1], sums[l]);
            if (norms.length > 0) {
                norms[l - 1].forward(count, sums[l]);
            }
            sums[l].activate(activations[l - 1], 1, count, activities[l], slopes[l]);
            activities[l].setColumn(widths[l], count, 1);
        }
        activities[last - 1].multiply(count, widths[last - 1] + 1, widths[last], weights[last - 1], activities[last]);
        differentiable = true;
    }

    /** What is read or changed at the inputs of layer {@code layer}'s product, row-major [points][units]; 0 is the network's input. */
    @FunctionalInterface
    public interface Change {
        void at(int layer, double[] activities);
    }

    /** Lets {@link #evaluate()} pass the inputs of every product through a change; null for none. */
    public void change(Change newChange) {
        change = newChange;
    }

    private void change(int layer) {
        double[] inputs = new double[count * widths[layer]];
        copyActivities(layer, inputs);
        change.at(layer, inputs);
        for (int k = 0; k < count; k++) {
            activities[layer].setRow(k, inputs, k * widths[layer], widths[layer]);
        }
    }

    /** Runs the batch forward, with the same activities as {@link #forward()} but without support for derivatives. */
    @Override
    public void evaluate() {
        int last = weights.length;
        for (int l = 1; l <= last; l++) {
            if (change != null) {
                change(l - 1);
            }
            activities[l - 1].multiply(count, widths[l - 1] + 1, widths[l], weights[l - 1], activities[l]);
            if (l < last) {
                if (norms.length > 0) {
                    norms[l - 1].evaluate(count, activities[l]);
                }
                activities[l].activate(activations[l - 1], 1, count);
                activities[l].setColumn(widths[l], count, 1);
            }
        }
        differentiable = false;
    }

    private void checkDifferentiable() {
        if (!differentiable) {
            throw new IllegalStateException("derivatives need a forward pass of this batch before them");
        }
    }

    /** Activity of one unit for row {@code row} of the last batch: layer 0 is the input, layer L holds the scores. */
    public double activity(int layer, int row, int unit) {
        return activities[layer].get(row, unit);
    }

    /** Copies the activities of a layer for the last batch to {@code to}, row-major [count][width]. */
    public void copyActivities(int layer, double[] to) {
        for (int k = 0; k < count; k++) {
            activities[layer].copyRow(k, widths[layer], to, k * widths[layer]);
        }
    }

    /** Copies the scores of the last batch to {@code to}, one row per score. */
    @Override
    public void copyScores(double[][] to) {
        int last = weights.length;
        checkRows("scores", widths[last], to);
        activities[last].copyColumns(widths[last], count, to);
    }

    private static void checkRows(String name, int rows, double[][] values) {
        if (values.length != rows) {
            throw new IllegalArgumentException(name + " must have " + rows + " rows, got " + values.length);
        }
    }

    /** The class with the largest score in a row of the last batch; the first one if there is a tie. */
    public int predicted(int row) {
        int last = weights.length;
        int best = 0;
        for (int c = 1; c < widths[last]; c++) {
            if (activity(last, row, c) > activity(last, row, best)) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Mean cross-entropy of the last batch, with its derivative ready for {@link #backward}; NaN for an empty batch.
     *
     * @param labels class of every point, indexed like the points in {@link #forward}
     */
    public double crossEntropy(int[] labels, int[] index, int from) {
        int last = weights.length;
        double loss = 0;
        LayerMatrix delta = deltas()[last];
        for (int k = 0; k < count; k++) {
            activities[last].copyRow(k, widths[last], scoreRow, 0);
            loss += CrossEntropy.of(scoreRow, 0, widths[last], labels[index[from + k]], slopeRow, 0);
            for (int c = 0; c < widths[last]; c++) {
                slopeRow[c] /= count;
            }
            delta.setRow(k, slopeRow, 0, widths[last]);
        }
        return loss / count;
    }

    /** Sets the derivatives of a loss of the last batch with respect to its scores, row-major [count][scores]. */
    public void setSlopes(double[] byScores) {
        int last = weights.length;
        LayerMatrix delta = deltas()[last];
        for (int k = 0; k < count; k++) {
            delta.setRow(k, byScores, k * widths[last], widths[last]);
        }
    }

    /** Sets the derivatives of a loss of the last batch with respect to its scores, one row per score. */
    @Override
    public void setSlopes(double[][] byScores) {
        checkRows("slopes", widths[weights.length], byScores);
        deltas()[weights.length].setColumns(0, count, byScores);
    }

    private LayerMatrix[] deltas() {
        if (deltas.length == 0) {
            deltas = perUnits(1);
        }
        return deltas;
    }

    /** Computes the derivatives of the loss of the last batch with respect to all weights and biases. */
    @Override
    public void backward() {
        checkDifferentiable();
        deltas();
        gradients();
        for (int l = weights.length - 1; l >= 0; l--) {
            gradients[l].clear();
            activities[l].addOuter(count, widths[l] + 1, widths[l + 1], deltas[l + 1], gradients[l]);
            if (l > 0) {
                pullBack(l);
            }
        }
    }

    /** Derivatives of the loss with respect to z of hidden layer {@code l}, from those of the layer above. */
    private void pullBack(int l) {
        deltas[l + 1].multiplyTransposed(count, widths[l], widths[l + 1], weights[l], deltas[l]);
        deltas[l].multiplyElements(count, slopes[l]);
        if (norms.length > 0) {
            norms[l - 1].backward(count, deltas[l]);
        }
    }

    private void checkFirstInputs(String name, int rows) {
        if (rows > widths[0]) {
            throw new IllegalArgumentException(name + " must have at most " + widths[0] + " rows, got " + rows);
        }
    }

    private LayerMatrix[] tangents() {
        if (tangents.length == 0) {
            tangents = perUnits(0);
        }
        return tangents;
    }

    /**
     * The derivative J u of the scores of the last batch along one input direction u per sample, exact by the chain
     * rule from layer to layer.
     *
     * @param direction one row per input, for the first inputs; the others are held fixed
     * @param out receives one row per score
     */
    @Override
    public void along(double[][] direction, double[][] out) {
        refuseNorms("along");
        checkDifferentiable();
        checkFirstInputs("direction", direction.length);
        int last = weights.length;
        checkRows("out", widths[last], out);
        tangents();
        tangents[0].setColumns(0, count, direction);
        for (int l = 1; l <= last; l++) {
            int inputs = l == 1 ? direction.length : widths[l - 1];
            tangents[l - 1].multiply(count, inputs, widths[l], weights[l - 1], tangents[l]);
            if (l < last) {
                tangents[l].multiplyElements(count, slopes[l]);
            }
        }
        tangents[last].copyColumns(widths[last], count, out);
    }

    /** One step v ← μ v + g, w ← w − η v with the gradient of the last backward pass. */
    public void descend(double learningRate, double momentum) {
        gradients();
        if (velocities.length == 0) {
            velocities = perWeights();
        }
        for (int l = 0; l < weights.length; l++) {
            weights[l].descend(learningRate, momentum, gradients[l], velocities[l]);
        }
        for (GhostNorm norm : norms) {
            norm.descend(learningRate, momentum);
        }
    }

    /** One step of {@link #adam(double, double, double, double)} with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
    @Override
    public void adam(double learningRate) {
        adam(learningRate, BETA_1, BETA_2, EPSILON);
    }

    /**
     * Step t of Adam with the gradient of the last backward pass: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w
     * − η m̂/(√v̂ + ε) with m̂ = m/(1 − β₁^t), v̂ = v/(1 − β₂^t).
     *
     * @param learningRate η of this step
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon above 0
     */
    public void adam(double learningRate, double beta1, double beta2, double epsilon) {
        refuseNorms("adam");
        checkShare("beta1", beta1);
        checkShare("beta2", beta2);
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon must be above 0, got " + epsilon);
        }
        gradients();
        if (firstMoments.length == 0) {
            firstMoments = perWeights();
            secondMoments = perWeights();
        }
        power1 *= beta1;
        power2 *= beta2;
        double rate = learningRate / (1 - power1);
        double root = 1 / Math.sqrt(1 - power2);
        for (int l = 0; l < weights.length; l++) {
            weights[l].adam(rate, root, beta1, beta2, epsilon, gradients[l], firstMoments[l], secondMoments[l]);
        }
    }

    private static void checkShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
    }

    /**
     * Adds the current weights to their exponential average Σ_s d^(t−s) w_s / Σ_s d^(t−s) over its calls s = 1 … t,
     * which is bias-corrected as in Adam.
     *
     * <p><b>Error</b>: the average has the precision of the network: in float32 it stops changing once within a
     * relative distance 2⁻²⁵/(1 − d) of the weight.
     *
     * @param decay d in [0, 1)
     */
    @Override
    public void average(double decay) {
        refuseNorms("average");
        checkShare("decay", decay);
        if (averages.length == 0) {
            averages = perWeights();
        }
        averaged = Math.fma(decay, averaged, 1);
        for (int l = 0; l < weights.length; l++) {
            averages[l].approach(1 / averaged, weights[l]);
        }
    }

    /** ‖g‖² of one weight layer, where g is the derivative of the loss of the last batch. */
    public double gradientSquare(int layer) {
        return gradients()[layer].square();
    }

    /** ‖w‖² of one weight layer, biases included. */
    public double weightSquare(int layer) {
        return weights[layer].square();
    }

    /**
     * Σ_k ‖g_k‖² of one weight layer over the samples of the last batch, where g = Σ_k g_k, for the variance of
     * gradients.
     *
     * <p>The gradient of a sample is an outer product, so ‖g_k‖² = (1 + ‖a_k‖²) ‖δ_k‖² needs no explicit gradient.
     */
    public double caseGradientSquares(int layer) {
        refuseNorms("caseGradientSquares");
        double sum = 0;
        for (int k = 0; k < count; k++) {
            double below = activities[layer].rowSquare(k, widths[layer] + 1);
            double above = deltas()[layer + 1].rowSquare(k, widths[layer + 1]);
            sum = Math.fma(below, above, sum);
        }
        return sum;
    }
}
