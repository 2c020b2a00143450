package org.noisebook.linalg;

import java.util.HashMap;
import java.util.Map;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolutions of {@code double} maps, one register of channels at a time.
 *
 * <p>Eight output pixels with the same taps stay in registers while their terms are added; they may come from several
 * points, so that edge pixels of small maps, which have individual taps, fill the registers too. Points are processed
 * in blocks that stay in the second-level cache.
 */
final class VectorDoubleDepthwise {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    private static final int RUN = 8;
    private static final int HALF = 4;
    /** Number of weights of a window column that stay in registers. */
    private static final int ROWS = 5;
    /** Number of pixels in a block of points. */
    private static final int PIXELS = 784;

    private final Map<Window, TapClasses> forward = new HashMap<>();
    private final Map<Window, TapClasses> backward = new HashMap<>();
    /** For each pixel of a block, by class: the positions read and written. Enlarged when needed. */
    private int[] from = new int[0];

    private int[] to = new int[0];

    void forward(Window window, int count, int padded, DoubleView a, DoubleView w, DoubleView z) {
        int side = window.side() * window.side();
        int out = window.outputSide() * window.outputSide();
        convolve(forward.computeIfAbsent(window, TapClasses::forward), count, padded, side, out, a, w, z);
    }

    void backward(Window window, int count, int padded, DoubleView d, DoubleView w, DoubleView e) {
        int side = window.side() * window.side();
        int out = window.outputSide() * window.outputSide();
        convolve(backward.computeIfAbsent(window, TapClasses::backward), count, padded, out, side, d, w, e);
    }

    /** Maps {@code read} pixels per point to {@code written} pixels. */
    private void convolve(
            TapClasses classes, int count, int padded, int read, int written, DoubleView a, DoubleView w, DoubleView z) {
        int pixels = classes.target.length;
        int block = Math.max(1, PIXELS / pixels);
        if (from.length < block * pixels) {
            from = new int[block * pixels];
            to = new int[block * pixels];
        }
        int listed = 0;
        for (int n = 0; n < count; n += block) {
            int points = Math.min(block, count - n);
            if (points != listed) {
                list(classes, points, padded, read * padded, written * padded);
                listed = points;
            }
            DoubleView source = a.from(n * read);
            DoubleView target = z.from(n * written);
            for (int c = 0; c < padded; c += LANES) {
                for (int k = 0; k < classes.count; k++) {
                    runs(classes, k, points, c, source, w, target);
                }
            }
        }
    }

    private void list(TapClasses classes, int points, int padded, int aPoint, int zPoint) {
        int at = 0;
        for (int k = 0; k < classes.count; k++) {
            for (int n = 0; n < points; n++) {
                for (int i = classes.firstPixel[k]; i < classes.firstPixel[k + 1]; i++) {
                    from[at] = n * aPoint + classes.source[i] * padded;
                    to[at++] = n * zPoint + classes.target[i] * padded;
                }
            }
        }
    }

    /** Processes the pixels of a class; a run that would be shorter than eight or four repeats some earlier pixels. */
    private void runs(TapClasses classes, int k, int points, int c, DoubleView a, DoubleView w, DoubleView z) {
        int begin = points * classes.firstPixel[k];
        int end = points * classes.firstPixel[k + 1];
        for (int i = begin; i < end; i += RUN) {
            run(classes, k, i, end - 1, c, a, w, z);
        }
    }

    /** Processes four pixels from {@code i} on if few are left, else eight; also too large to be inlined. */
    private void run(TapClasses classes, int k, int i, int last, int c, DoubleView a, DoubleView w, DoubleView z) {
        int pixels = last - i < HALF ? HALF : RUN;
        int padded = w.rowStride();
        double[] maps = a.values();
        double[] weights = w.values();
        // each R = 4, 8
        if (pixels == $R) {
            int a$r = a.start() + c + from[Math.min(i + $r, last)]; // each r
            int[] weight = classes.weight;
            int[] shift = classes.shift;
            DoubleVector s$r = DoubleVector.zero(DOUBLES); // each r
            int end = classes.firstTap[k + 1];
            for (int t = classes.firstTap[k]; t < end; t++) {
                DoubleVector x = load(weights, w.start() + c + weight[t] * padded);
                int by = shift[t] * padded;
                s$r = load(maps, a$r + by).fma(x, s$r); // each r
            }
            s$r.intoArray(z.values(), z.start() + c + to[Math.min(i + $r, last)]); // each r
            return;
        }
        // end
    }

    /**
     * A row of the output is combined with one window column after another; the column's weights are in registers
     * meanwhile, and chains of different columns overlap.
     */
    static void addOuter(Window window, int count, int padded, DoubleView a, DoubleView d, DoubleView w) {
        int side = window.side();
        int out = window.outputSide();
        for (int n = 0; n < count; n++) {
            for (int c = 0; c < padded; c += LANES) {
                for (int oy = 0; oy < out; oy++) {
                    int top = (n * side + oy * window.stride() - window.padding()) * side;
                    int row = (n * out + oy) * out;
                    int end = window.endTap(oy);
                    for (int ky = window.firstTap(oy); ky < end; ky += ROWS) {
                        int line = a.at(top + ky * side, c);
                        int weights = w.at(ky * window.kernel(), c);
                        addRow(window, Math.min(ROWS, end - ky), a, line, d, d.at(row, c), w, weights);
                    }
                }
            }
        }
    }

    /** Handles some rows of the window, whose pixels, deltas and weights begin at the three given positions. */
    private static void addRow(
            Window window, int rows, DoubleView a, int line, DoubleView d, int row, DoubleView w, int weights) {
        int padded = w.rowStride();
        for (int kx = 0; kx < window.kernel(); kx++) {
            int first = window.firstOutput(kx);
            int length = window.endOutput(kx) - first;
            int from = line + (first * window.stride() + kx - window.padding()) * padded;
            int by = row + first * padded;
            if (length > 0 && rows < ROWS - 1) {
                rows1to3(window, rows, length, a, from, d, by, w, weights + kx * padded);
            } else if (length > 0) {
                rows4or5(window, rows, length, a, from, d, by, w, weights + kx * padded);
            }
        }
    }

    /**
     * The update of four or five weights of a column. The method exceeds HotSpot's inlining limit (325 bytes): vectors
     * in a method that is inlined into a large one can end up as objects.
     */
    private static void rows4or5(
            Window window, int rows, int length, DoubleView a, int from, DoubleView d, int row, DoubleView w, int weight) {
        double[] maps = a.values();
        double[] deltas = d.values();
        double[] weights = w.values();
        int padded = w.rowStride();
        int aStep = window.stride() * padded;
        int line = window.side() * padded;
        int step = window.kernel() * padded;
        // each R = 4, 5
        if (rows == $R) {
            DoubleVector s$r = load(weights, weight + $r * step); // each r
            int a$r = from + $r * line; // each r
            int by = 0;
            int q = row;
            for (int i = 0; i < length; i++) {
                DoubleVector x = load(deltas, q);
                s$r = load(maps, a$r + by).fma(x, s$r); // each r
                by += aStep;
                q += padded;
            }
            s$r.intoArray(weights, weight + $r * step); // each r
            return;
        }
        // end
    }

    /** The same for one, two or three weights. */
    private static void rows1to3(
            Window window, int rows, int length, DoubleView a, int from, DoubleView d, int row, DoubleView w, int weight) {
        double[] maps = a.values();
        double[] deltas = d.values();
        double[] weights = w.values();
        int padded = w.rowStride();
        int aStep = window.stride() * padded;
        int line = window.side() * padded;
        int step = window.kernel() * padded;
        // each R = 1, 2, 3
        if (rows == $R) {
            DoubleVector s$r = load(weights, weight + $r * step); // each r
            int a$r = from + $r * line; // each r
            int by = 0;
            int q = row;
            for (int i = 0; i < length; i++) {
                DoubleVector x = load(deltas, q);
                s$r = load(maps, a$r + by).fma(x, s$r); // each r
                by += aStep;
                q += padded;
            }
            s$r.intoArray(weights, weight + $r * step); // each r
            return;
        }
        // end
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }
}
