package org.noisebook.linalg;

import java.util.HashMap;
import java.util.Map;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolutions of {@code double} maps, a register of channels at a time.
 *
 * <p>Eight pixels of a result with the same taps stay in registers while their terms are added; they may come from
 * several points, so that the pixels at the edges of small maps, each with taps of its own, fill the registers too.
 * Points pass in blocks that stay in the second-level cache.
 */
final class VectorDoubleDepthwise {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    private static final int RUN = 8;
    private static final int HALF = 4;
    /** Weights of a column of a window that stay in registers. */
    private static final int ROWS = 5;
    /** Of a block of points. */
    private static final int PIXELS = 784;

    private final Map<Window, TapClasses> forward = new HashMap<>();
    private final Map<Window, TapClasses> backward = new HashMap<>();
    /** For each pixel of a block, by class: where it reads and where it writes. Grow on first need. */
    private int[] from = new int[0];

    private int[] to = new int[0];

    void forward(
            Window window,
            int count,
            int padded,
            double[] a,
            int aStart,
            double[] w,
            int wStart,
            double[] z,
            int zStart) {
        TapClasses classes = forward.computeIfAbsent(window, TapClasses::forward);
        int side = window.side() * window.side();
        int out = window.outputSide() * window.outputSide();
        convolve(classes, count, padded, a, aStart, side * padded, w, wStart, z, zStart, out * padded);
    }

    void backward(
            Window window,
            int count,
            int padded,
            double[] d,
            int dStart,
            double[] w,
            int wStart,
            double[] e,
            int eStart) {
        TapClasses classes = backward.computeIfAbsent(window, TapClasses::backward);
        int side = window.side() * window.side();
        int out = window.outputSide() * window.outputSide();
        convolve(classes, count, padded, d, dStart, out * padded, w, wStart, e, eStart, side * padded);
    }

    private void convolve(
            TapClasses classes,
            int count,
            int padded,
            double[] a,
            int aStart,
            int aPoint,
            double[] w,
            int wStart,
            double[] z,
            int zStart,
            int zPoint) {
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
                list(classes, points, padded, aPoint, zPoint);
                listed = points;
            }
            for (int c = 0; c < padded; c += LANES) {
                for (int k = 0; k < classes.count; k++) {
                    runs(
                            classes,
                            k,
                            points,
                            padded,
                            a,
                            aStart + n * aPoint + c,
                            w,
                            wStart + c,
                            z,
                            zStart + n * zPoint + c);
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

    /** The pixels of a class; a run that would be shorter than eight or four takes some of those before again. */
    private void runs(
            TapClasses classes,
            int k,
            int points,
            int padded,
            double[] a,
            int aStart,
            double[] w,
            int wStart,
            double[] z,
            int zStart) {
        int begin = points * classes.firstPixel[k];
        int end = points * classes.firstPixel[k + 1];
        for (int i = begin; i < end; i += RUN) {
            run(classes, k, i, end - 1, padded, a, aStart, w, wStart, z, zStart);
        }
    }

    /** Four pixels from {@code i} on where so few are left, else eight; too large to be inlined too. */
    private void run(
            TapClasses classes,
            int k,
            int i,
            int last,
            int padded,
            double[] a,
            int aStart,
            double[] w,
            int wStart,
            double[] z,
            int zStart) {
        int pixels = last - i < HALF ? HALF : RUN;
        // each R = 4, 8
        if (pixels == $R) {
            int a$r = aStart + from[Math.min(i + $r, last)]; // each r
            int[] weight = classes.weight;
            int[] shift = classes.shift;
            DoubleVector s$r = DoubleVector.zero(DOUBLES); // each r
            int end = classes.firstTap[k + 1];
            for (int t = classes.firstTap[k]; t < end; t++) {
                DoubleVector x = load(w, wStart + weight[t] * padded);
                int by = shift[t] * padded;
                s$r = load(a, a$r + by).fma(x, s$r); // each r
            }
            s$r.intoArray(z, zStart + to[Math.min(i + $r, last)]); // each r
            return;
        }
        // end
    }

    /**
     * A row of the output meets one column of the window after the other; its weights are in registers while the row
     * passes, and chains of different columns overlap.
     */
    static void addOuter(
            Window window,
            int count,
            int padded,
            double[] a,
            int aStart,
            double[] d,
            int dStart,
            double[] w,
            int wStart) {
        int side = window.side();
        int out = window.outputSide();
        for (int n = 0; n < count; n++) {
            for (int c = 0; c < padded; c += LANES) {
                for (int oy = 0; oy < out; oy++) {
                    int top = (n * side + oy * window.stride() - window.padding()) * side;
                    int row = (n * out + oy) * out;
                    int end = window.endTap(oy);
                    for (int ky = window.firstTap(oy); ky < end; ky += ROWS) {
                        int line = aStart + (top + ky * side) * padded + c;
                        int weights = wStart + ky * window.kernel() * padded + c;
                        int rows = Math.min(ROWS, end - ky);
                        addRow(window, rows, padded, a, line, d, dStart + row * padded + c, w, weights);
                    }
                }
            }
        }
    }

    private static void addRow(
            Window window,
            int rows,
            int padded,
            double[] a,
            int aStart,
            double[] d,
            int dStart,
            double[] w,
            int wStart) {
        int kernel = window.kernel();
        for (int kx = 0; kx < kernel; kx++) {
            int first = window.firstOutput(kx);
            outer(
                    rows,
                    window.endOutput(kx) - first,
                    padded,
                    a,
                    aStart + (first * window.stride() + kx - window.padding()) * padded,
                    window.stride() * padded,
                    window.side() * padded,
                    d,
                    dStart + first * padded,
                    w,
                    wStart + kx * padded,
                    kernel * padded);
        }
    }

    private static void outer(
            int rows,
            int length,
            int padded,
            double[] a,
            int a0,
            int aStep,
            int line,
            double[] d,
            int dStart,
            double[] w,
            int w0,
            int step) {
        if (length <= 0) {
            return;
        }
        if (rows < ROWS - 1) {
            rows1to3(rows, length, padded, a, a0, aStep, line, d, dStart, w, w0, step);
        } else {
            rows4or5(rows, length, padded, a, a0, aStep, line, d, dStart, w, w0, step);
        }
    }

    /**
     * The step of four weights of a column, or of five. Together they are larger than HotSpot inlines (325 bytes):
     * vectors in a method that becomes part of a large one can end up as objects.
     */
    private static void rows4or5(
            int rows,
            int length,
            int padded,
            double[] a,
            int aStart,
            int aStep,
            int line,
            double[] d,
            int dStart,
            double[] w,
            int w0,
            int step) {
        // each R = 4, 5
        if (rows == $R) {
            DoubleVector s$r = load(w, w0 + $r * step); // each r
            int a$r = aStart + $r * line; // each r
            int by = 0;
            int q = dStart;
            for (int i = 0; i < length; i++) {
                DoubleVector x = load(d, q);
                s$r = load(a, a$r + by).fma(x, s$r); // each r
                by += aStep;
                q += padded;
            }
            s$r.intoArray(w, w0 + $r * step); // each r
            return;
        }
        // end
    }

    /** The same of one, two or three. */
    private static void rows1to3(
            int rows,
            int length,
            int padded,
            double[] a,
            int aStart,
            int aStep,
            int line,
            double[] d,
            int dStart,
            double[] w,
            int w0,
            int step) {
        // each R = 1, 2, 3
        if (rows == $R) {
            DoubleVector s$r = load(w, w0 + $r * step); // each r
            int a$r = aStart + $r * line; // each r
            int by = 0;
            int q = dStart;
            for (int i = 0; i < length; i++) {
                DoubleVector x = load(d, q);
                s$r = load(a, a$r + by).fma(x, s$r); // each r
                by += aStep;
                q += padded;
            }
            s$r.intoArray(w, w0 + $r * step); // each r
            return;
        }
        // end
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }
}
