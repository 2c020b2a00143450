package org.noisebook.linalg;

/**
 * A square map of pixels and a square window that moves over it, with zero padding of the kind "SAME".
 *
 * <p>Output o covers {@code kernel} pixels from o · stride − padding onwards in each direction; pixels outside the map
 * count as zero. outputSide = ⌈side / stride⌉. The total padding is max((outputSide − 1) · stride + kernel − side, 0);
 * half of it, rounded down, is placed before the first pixel. So every window covers at least one pixel, and for even
 * sides at stride 2 the padding is asymmetric.
 *
 * <p>Source: the padding "SAME" of TensorFlow, JAX and Haiku ({@code jax.lax.padtype_to_pads}).
 *
 * @param side pixels along a side of the map, in [1, 4096]
 * @param kernel pixels along a side of the window, in [1, 255]; may exceed side
 * @param stride pixels between neighbouring windows, in [1, 255]
 */
public record Window(int side, int kernel, int stride) {
    private static final int MOST_SIDE = 4096;
    private static final int MOST = 255;

    public Window {
        check("side", side, MOST_SIDE);
        check("kernel", kernel, MOST);
        check("stride", stride, MOST);
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be in [1, " + most + "], got " + value);
        }
    }

    /** Pixels along a side of the output map: ⌈side / stride⌉. */
    public int outputSide() {
        return (side + stride - 1) / stride;
    }

    /** Number of zero pixels before the first pixel. */
    public int padding() {
        return Math.max((outputSide() - 1) * stride + kernel - side, 0) / 2;
    }

    /** The first row (column) of the window that lies on the map for row (column) {@code o} of the output. */
    int firstTap(int o) {
        return Math.max(0, padding() - o * stride);
    }

    /** One more than the last row (column) of the window on the map. */
    int endTap(int o) {
        return Math.min(kernel, side + padding() - o * stride);
    }

    /**
     * The first row (column) of the window that can cover row (column) {@code i} of the map; others follow by strides.
     */
    int firstTapOn(int i) {
        int last = i + padding() - (outputSide() - 1) * stride;
        return last >= 0 ? last : (i + padding()) % stride;
    }

    /**
     * An exclusive upper bound on the rows (columns) of the window that can cover row (column) {@code i} of the map.
     */
    int endTapOn(int i) {
        return Math.min(kernel, i + padding() + 1);
    }

    /** The first row (column) of the output for which row (column) {@code k} of the window lies on the map. */
    int firstOutput(int k) {
        return Math.max(0, padding() - k + stride - 1) / stride;
    }

    /**
     * One more than the last row (column) of the output for which row (column) {@code k} of the window lies on the map.
     */
    int endOutput(int k) {
        int last = side - 1 + padding() - k;
        return last < 0 ? 0 : Math.min(outputSide(), last / stride + 1);
    }
}
