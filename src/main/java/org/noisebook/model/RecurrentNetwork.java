package org.noisebook.model;

import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;

/**
 * A plain recurrent network of N rectified linear units without biases.
 *
 * <p>h_(t+1) = max(0, (1 − a) h_t + a (W_in x_t + W h_t)) from h_0 = 0, with scores W_out h_(t+1) after input x_t (the
 * model of Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024, arXiv 2310.08513, with leak a = dt/τ).
 *
 * <p><b>Shapes</b>: blocks W_in[N × inputs], W[N × N], W_out[classes × N], each row-major, one row per receiving unit.
 *
 * @param inputs number of input channels
 * @param width N
 * @param classes number of scores
 * @param leak a, in (0, 1]; with 1 the old state enters only through the recurrent weights
 */
public record RecurrentNetwork(int inputs, int width, int classes, double leak) {
    /** The steps of a sequence whose outputs enter the loss and form rows of the tangent kernel. */
    public enum LossSteps {
        /** Every step. */
        EVERY,
        /** Only the last step. */
        LAST;

        /** The first step whose output counts. */
        int first(int steps) {
            return this == EVERY ? 0 : steps - 1;
        }
    }

    private static final int LARGEST = 16_384;

    /** Blocks of the weights. */
    public enum Block {
        /** Input weights W_in. */
        INPUT,
        /** Recurrent weights W. */
        RECURRENT,
        /** Read-out weights W_out. */
        READ_OUT,
        /** All three. */
        ALL
    }

    public RecurrentNetwork {
        check("inputs", inputs, 1);
        check("width", width, 1);
        check("classes", classes, 2);
        if (!(leak > 0 && leak <= 1)) {
            throw new IllegalArgumentException("leak must be in (0, 1], got " + leak);
        }
    }

    private static void check(String name, int value, int least) {
        if (value < least || value > LARGEST) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + LARGEST + "], got " + value);
        }
    }

    /** Number of weights of a block. */
    public int size(Block block) {
        return switch (block) {
            case INPUT -> width * inputs;
            case RECURRENT -> width * width;
            case READ_OUT -> classes * width;
            case ALL -> width * (inputs + width + classes);
        };
    }

    /** Index at which a block starts among all weights. */
    public int start(Block block) {
        return switch (block) {
            case INPUT, ALL -> 0;
            case RECURRENT -> size(Block.INPUT);
            case READ_OUT -> size(Block.INPUT) + size(Block.RECURRENT);
        };
    }

    /**
     * An engine with zero weights.
     *
     * @param steps length of a sequence
     * @param loss the steps that enter the loss
     * @param capacity the largest number of trials in one pass
     */
    public RecurrentEngine engine(int steps, LossSteps loss, int capacity, MatrixKernels products) {
        if (steps < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "steps and capacity must be at least 1, got " + steps + " and " + capacity);
        }
        int widest = Kernels.padded(Math.max(width, Math.max(inputs, classes)));
        if ((steps + 1L) * capacity * widest > Integer.MAX_VALUE - Kernels.PAD) {
            throw new IllegalArgumentException(
                    "steps · capacity · width must be below 2^31, got " + steps + " · " + capacity + " · " + widest);
        }
        return new RecurrentEngine(this, steps, loss, capacity, products);
    }
}
