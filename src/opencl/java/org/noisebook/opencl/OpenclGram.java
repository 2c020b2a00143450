package org.noisebook.opencl;

import java.util.concurrent.CancellationException;
import org.noisebook.model.ReplicaEngine;

/**
 * Gram matrices G = X Xᵀ in float64, with the bits of the exact engine: each element is one chain of fused multiply-adds.
 *
 * <p><b>Special cases</b>: the exact engine on the host computes matrices for which the device lacks memory or float64.
 * <b>Cost</b>: count² length / 2 multiply-adds; X, its transpose and G in memory.
 */
final class OpenclGram {
    private static final int ITEMS = 64;
    /** Rows computed by one item, as in {@code gram.cl}. */
    private static final int ROWS = 4;
    /** Multiply-adds per launch: some tens of milliseconds on a few cores. */
    private static final long LAUNCH = 1L << 27;

    private final OpenclQueue queue;
    private final OpenclQueue.Kernel kernel;

    OpenclGram(OpenclQueue queue) {
        this.queue = queue;
        this.kernel = queue.build("gram", "", "gram.cl");
    }

    /** Whether the matrix can be computed on the device. */
    static boolean fits(OpenclDevice device, int count, int length) {
        long largest = (long) count * Math.max(count, length) * Double.BYTES;
        return device.hasDouble()
                && length > 0
                && count > 0
                && largest <= Math.min(device.largestBuffer(), device.memory() / 3);
    }

    /**
     * Like {@link ReplicaEngine#gram}, for matrices that satisfy {@link #fits}.
     *
     * @throws CancellationException if the thread is interrupted
     */
    double[] gram(int count, int length, double[] rows) {
        double[] transposed = new double[count * length];
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < length; p++) {
                transposed[p * count + i] = rows[i * length + p];
            }
        }
        double[] gram = new double[count * count];
        try (OpenclQueue.Buffer x = queue.buffer((long) transposed.length * Double.BYTES);
                OpenclQueue.Buffer g = queue.buffer((long) gram.length * Double.BYTES)) {
            queue.write(x, 0, transposed);
            int groups = (count + ITEMS - 1) / ITEMS;
            long perBlock = (long) ROWS * count * length;
            int most = (int) Math.max(1, Math.min(LAUNCH / perBlock, Integer.MAX_VALUE / ((long) groups * ITEMS)));
            int all = (count + ROWS - 1) / ROWS;
            for (int block = 0; block < all; block += most) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("Gram matrix interrupted");
                }
                int blocks = Math.min(most, all - block);
                queue.launch(kernel, groups * blocks, ITEMS, block * ROWS, blocks, count, length, x, g);
                queue.finish();
            }
            queue.read(g, 0, gram);
        }
        return gram;
    }
}
