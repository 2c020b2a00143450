package org.noisebook.model;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;

/**
 * A fully connected network with D hidden layers of width h, no biases and a mean-field read-out.
 *
 * <p>z_1 = W_1ᵀ x/√d, z_l = W_lᵀ a_(l−1)/√h, a_l = φ(z_l)/√E[φ(ξ)²] with ξ ~ N(0, 1), f = v·a_D/h (Sclocchi, Geiger and
 * Wyart 2023, arXiv 2301.13703). All weights start from N(0, 1), so f is of order h^(−1/2) at the start.
 *
 * <p><b>Shapes</b>: blocks W_1[d × h], W_2 … W_D[h × h], v[h], each row-major; D + 1 blocks in all.
 *
 * @param depth D, the number of hidden layers
 * @param width h
 * @param activation φ
 */
public record FullyConnected(int depth, int width, Activation activation) implements Network {
    private static final int LARGEST_DEPTH = 100;
    private static final int LARGEST_WIDTH = 16_384;

    public FullyConnected {
        if (depth < 1 || depth > LARGEST_DEPTH) {
            throw new IllegalArgumentException("depth must be in [1, " + LARGEST_DEPTH + "], got " + depth);
        }
        if (width < 1 || width > LARGEST_WIDTH) {
            throw new IllegalArgumentException("width must be in [1, " + LARGEST_WIDTH + "], got " + width);
        }
        Objects.requireNonNull(activation, "activation");
    }

    @Override
    public int[] blockSizes(int inputDimension) {
        long first = (long) inputDimension * Kernels.padded(width);
        if (inputDimension < 1 || first > Integer.MAX_VALUE - Kernels.PAD) {
            throw new IllegalArgumentException("inputDimension must be in [1, 2^31 / width], got " + inputDimension);
        }
        int[] sizes = new int[depth + 1];
        Arrays.fill(sizes, width * width);
        sizes[0] = inputDimension * width;
        sizes[depth] = width;
        return sizes;
    }

    @Override
    public double multiplyAdds(int inputDimension) {
        return Arrays.stream(blockSizes(inputDimension)).asDoubleStream().sum();
    }

    @Override
    public long hiddenLength(int inputDimension) {
        return (long) depth * width;
    }

    @Override
    public long kernelLength(int inputDimension) {
        return inputDimension + 2L * depth * width;
    }

    @Override
    public NetworkEngine engine(int inputDimension, int capacity, Precision precision, NetworkKernels kernels) {
        int weightCount = Arrays.stream(blockSizes(inputDimension)).sum();
        long largest = (long) capacity * Kernels.padded(Math.max(inputDimension, width));
        if (capacity < 1 || largest > Integer.MAX_VALUE - Kernels.PAD) {
            throw new IllegalArgumentException("capacity must be in [1, 2^31 / largest layer], got " + capacity);
        }
        return switch (precision) {
            case FLOAT32 -> new FloatFullyConnected(this, inputDimension, weightCount, capacity, kernels);
            case FLOAT64 -> new DoubleFullyConnected(this, inputDimension, weightCount, capacity, kernels);
        };
    }

    /** The factor of φ in hidden layer l = 1 … D: 1/√E[φ²] times the factor 1/√h or 1/h of the next layer. */
    public double scale(int layer) {
        double fanIn = layer == depth ? width : StrictMath.sqrt(width);
        return 1 / (StrictMath.sqrt(activation.secondMoment()) * fanIn);
    }
}
