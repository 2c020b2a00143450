package org.noisebook.linalg;

import java.util.Arrays;

/** The plain-Java twin of {@link DoubleDepthwiseKernels}. */
// float: class PlainFloatDepthwiseKernels implements FloatDepthwiseKernels {
class PlainDoubleDepthwiseKernels extends PlainFloatDepthwiseKernels implements DoubleDepthwiseKernels { // double only
    @Override
    public void forward(
            Window window,
            int count,
            int channels,
            double[] a,
            int aStart,
            double[] w,
            int wStart,
            double[] z,
            int zStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, z.length, zStart);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = zStart;
        for (int n = 0; n < count; n++) {
            for (int oy = 0; oy < out; oy++) {
                for (int ox = 0; ox < out; ox++) {
                    int corner = (n * side + oy * stride - window.padding()) * side + ox * stride - window.padding();
                    Arrays.fill(z, at, at + padded, 0);
                    for (int ky = window.firstTap(oy); ky < window.endTap(oy); ky++) {
                        for (int kx = window.firstTap(ox); kx < window.endTap(ox); kx++) {
                            int pixel = aStart + (corner + ky * side + kx) * padded;
                            int tap = wStart + (ky * window.kernel() + kx) * padded;
                            add(padded, a, pixel, w, tap, z, at);
                        }
                    }
                    at += padded;
                }
            }
        }
    }

    @Override
    public void backward(
            Window window,
            int count,
            int channels,
            double[] d,
            int dStart,
            double[] w,
            int wStart,
            double[] e,
            int eStart) {
        Shapes.maps(window, count, channels, e.length, eStart, w.length, wStart, d.length, dStart);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = eStart;
        for (int n = 0; n < count; n++) {
            for (int iy = 0; iy < side; iy++) {
                for (int ix = 0; ix < side; ix++) {
                    Arrays.fill(e, at, at + padded, 0);
                    for (int ky = window.firstTapOn(iy); ky < window.endTapOn(iy); ky += stride) {
                        int oy = (iy + window.padding() - ky) / stride;
                        for (int kx = window.firstTapOn(ix); kx < window.endTapOn(ix); kx += stride) {
                            int ox = (ix + window.padding() - kx) / stride;
                            int pixel = dStart + ((n * out + oy) * out + ox) * padded;
                            int tap = wStart + (ky * window.kernel() + kx) * padded;
                            add(padded, d, pixel, w, tap, e, at);
                        }
                    }
                    at += padded;
                }
            }
        }
    }

    @Override
    public void addOuter(
            Window window,
            int count,
            int channels,
            double[] a,
            int aStart,
            double[] d,
            int dStart,
            double[] w,
            int wStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, d.length, dStart);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = dStart;
        for (int n = 0; n < count; n++) {
            for (int oy = 0; oy < out; oy++) {
                for (int ox = 0; ox < out; ox++) {
                    int corner = (n * side + oy * stride - window.padding()) * side + ox * stride - window.padding();
                    for (int ky = window.firstTap(oy); ky < window.endTap(oy); ky++) {
                        for (int kx = window.firstTap(ox); kx < window.endTap(ox); kx++) {
                            int pixel = aStart + (corner + ky * side + kx) * padded;
                            int tap = wStart + (ky * window.kernel() + kx) * padded;
                            add(padded, a, pixel, d, at, w, tap);
                        }
                    }
                    at += padded;
                }
            }
        }
    }

    private static void add(int length, double[] x, int xStart, double[] y, int yStart, double[] sum, int sumStart) {
        for (int c = 0; c < length; c++) {
            sum[sumStart + c] = Math.fma(x[xStart + c], y[yStart + c], sum[sumStart + c]);
        }
    }
}
