package org.noisebook.tensor;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gram matrices G = X Xᵀ in float64, by products of tiles of X.
 *
 * <p>Only entries with j ≥ i are taken from a product; the others mirror them, so that G is symmetric bit for bit.
 *
 * <p><b>Cost</b>: count² length multiply-adds, of which tiling saves up to half; the device holds two tiles of X and
 * their product, at most 3 · {@link #TILE_NUMBERS} numbers unless a row of X is longer than a tile.
 */
final class TensorGram {
    /** Size of a tile of X or of G, in numbers. */
    private static final int TILE_NUMBERS = 1 << 22;

    private final int tileNumbers;

    TensorGram() {
        this(TILE_NUMBERS);
    }

    TensorGram(int tileNumbers) {
        this.tileNumbers = tileNumbers;
    }

    /**
     * The Gram matrix G.
     *
     * @param rows X {@code [count][length]}, row-major
     * @return {@code [count][count]}, row-major
     */
    double[] gram(int count, int length, double[] rows) {
        double[] gram = new double[count * count];
        if (count == 0 || length == 0) {
            return gram;
        }
        int tile = Math.max(1, Math.min(tileNumbers / length, (int) Math.sqrt(tileNumbers)));
        for (int i = 0; i < count; i += tile) {
            int height = Math.min(tile, count - i);
            try (INDArray left = tile(rows, i, height, length)) {
                multiply(left, left, gram, count, i, i);
                for (int j = i + tile; j < count; j += tile) {
                    try (INDArray right = tile(rows, j, Math.min(tile, count - j), length)) {
                        multiply(left, right, gram, count, i, j);
                    }
                }
            }
        }
        return gram;
    }

    private static INDArray tile(double[] rows, int from, int height, int length) {
        double[] part = new double[height * length];
        System.arraycopy(rows, from * length, part, 0, part.length);
        return Nd4j.create(part, new long[] {height, length}, 'c');
    }

    private static void multiply(INDArray left, INDArray right, double[] gram, int count, int top, int start) {
        int height = (int) left.size(0);
        int width = (int) right.size(0);
        try (INDArray product = Nd4j.create(DataType.DOUBLE, height, width)) {
            Nd4j.exec(DynamicCustomOp.builder("matmul")
                    .addInputs(left, right)
                    .addOutputs(product)
                    .addIntegerArguments(0, 1, 0)
                    .build());
            double[] entries = product.data().asDouble();
            for (int i = 0; i < height; i++) {
                for (int j = top == start ? i : 0; j < width; j++) {
                    double entry = entries[i * width + j];
                    gram[(top + i) * count + start + j] = entry;
                    gram[(start + j) * count + top + i] = entry;
                }
            }
        }
    }
}
