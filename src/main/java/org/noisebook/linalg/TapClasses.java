package org.noisebook.linalg;

import java.util.Arrays;

/**
 * The output pixels of a convolution, grouped by the window taps that fall on the map, so that the inner loop over a
 * class needs no bounds checks.
 *
 * <p>Class k has the taps from {@code firstTap[k]} to {@code firstTap[k + 1]}, in ascending (ky, kx), and the pixels
 * from {@code firstPixel[k]} to {@code firstPixel[k + 1]}. Tap t of a pixel i reads weight {@code weight[t]} and pixel
 * {@code source[i] + shift[t]} and adds to pixel {@code target[i]}.
 */
final class TapClasses {
    final int count;
    final int[] firstTap;
    final int[] firstPixel;
    final int[] weight;
    final int[] shift;
    final int[] target;
    final int[] source;

    /**
     * Along one side, position i of the result has {@code taps[i]} taps, from {@code first[i]} in steps of {@code
     * tapStep}, which read from {@code origin[i]} in steps of {@code shiftStep}.
     */
    private TapClasses(
            int kernel,
            int[] order,
            int[] first,
            int[] taps,
            int[] origin,
            int tapStep,
            int shiftStep,
            int sourceSide) {
        int size = order.length;
        int[] starts = new int[size + 1];
        int groups = 0;
        for (int k = 0; k < size; k++) {
            if (k == 0 || first[order[k]] != first[order[k - 1]] || taps[order[k]] != taps[order[k - 1]]) {
                starts[groups++] = k;
            }
        }
        starts[groups] = size;
        count = groups * groups;
        firstTap = new int[count + 1];
        firstPixel = new int[count + 1];
        target = new int[size * size];
        source = new int[size * size];
        int[] weights = new int[count * kernel * kernel];
        int[] shifts = new int[count * kernel * kernel];
        int tap = 0;
        int pixel = 0;
        for (int k = 0; k < count; k++) {
            int y = k / groups;
            int x = k % groups;
            int oneY = order[starts[y]];
            int oneX = order[starts[x]];
            for (int ty = 0; ty < taps[oneY]; ty++) {
                for (int tx = 0; tx < taps[oneX]; tx++) {
                    weights[tap] = (first[oneY] + ty * tapStep) * kernel + first[oneX] + tx * tapStep;
                    shifts[tap++] = (ty * sourceSide + tx) * shiftStep;
                }
            }
            for (int iy = starts[y]; iy < starts[y + 1]; iy++) {
                for (int ix = starts[x]; ix < starts[x + 1]; ix++) {
                    target[pixel] = order[iy] * size + order[ix];
                    source[pixel++] = origin[order[iy]] * sourceSide + origin[order[ix]];
                }
            }
            firstTap[k + 1] = tap;
            firstPixel[k + 1] = pixel;
        }
        weight = Arrays.copyOf(weights, tap);
        shift = Arrays.copyOf(shifts, tap);
    }

    /** Classes for the forward pass, from the map to the output. */
    static TapClasses forward(Window window) {
        int out = window.outputSide();
        int[] order = new int[out];
        int[] first = new int[out];
        int[] taps = new int[out];
        int[] origin = new int[out];
        for (int o = 0; o < out; o++) {
            order[o] = o;
            first[o] = window.firstTap(o);
            taps[o] = window.endTap(o) - first[o];
            origin[o] = o * window.stride() + first[o] - window.padding();
        }
        return new TapClasses(window.kernel(), order, first, taps, origin, 1, 1, window.side());
    }

    /** Classes for the backward pass, from the output to the map. Positions one stride apart have the same taps. */
    static TapClasses backward(Window window) {
        int side = window.side();
        int stride = window.stride();
        int[] order = new int[side];
        int[] first = new int[side];
        int[] taps = new int[side];
        int[] origin = new int[side];
        int at = 0;
        for (int phase = 0; phase < stride; phase++) {
            for (int i = phase; i < side; i += stride) {
                order[at++] = i;
                first[i] = window.firstTapOn(i);
                taps[i] = Math.max(0, (window.endTapOn(i) - first[i] + stride - 1) / stride);
                origin[i] = taps[i] == 0 ? 0 : (i + window.padding() - first[i]) / stride;
            }
        }
        return new TapClasses(window.kernel(), order, first, taps, origin, stride, -1, window.outputSide());
    }
}
