package org.noisebook.linalg;

import java.util.Arrays;

/** The plain-Java twin of {@link DoubleDepthwiseKernels}. */
// float: class PlainFloatDepthwiseKernels implements FloatDepthwiseKernels {
class PlainDoubleDepthwiseKernels extends PlainFloatDepthwiseKernels implements DoubleDepthwiseKernels { // double only
    @Override
    public void forward(Window window, int count, int channels, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.maps(window, count, channels, a, w, z);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = z.start();
        for (int n = 0; n < count; n++) {
            for (int oy = 0; oy < out; oy++) {
                for (int ox = 0; ox < out; ox++) {
                    int corner = (n * side + oy * stride - window.padding()) * side + ox * stride - window.padding();
                    Arrays.fill(z.values(), at, at + padded, 0);
                    for (int ky = window.firstTap(oy); ky < window.endTap(oy); ky++) {
                        for (int kx = window.firstTap(ox); kx < window.endTap(ox); kx++) {
                            int pixel = a.start() + (corner + ky * side + kx) * padded;
                            int tap = w.start() + (ky * window.kernel() + kx) * padded;
                            add(padded, a.values(), pixel, w.values(), tap, z.values(), at);
                        }
                    }
                    at += padded;
                }
            }
        }
    }

    @Override
    public void backward(Window window, int count, int channels, DoubleView d, DoubleView w, DoubleView e) {
        Shapes.maps(window, count, channels, e, w, d);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = e.start();
        for (int n = 0; n < count; n++) {
            for (int iy = 0; iy < side; iy++) {
                for (int ix = 0; ix < side; ix++) {
                    Arrays.fill(e.values(), at, at + padded, 0);
                    for (int ky = window.firstTapOn(iy); ky < window.endTapOn(iy); ky += stride) {
                        int oy = (iy + window.padding() - ky) / stride;
                        for (int kx = window.firstTapOn(ix); kx < window.endTapOn(ix); kx += stride) {
                            int ox = (ix + window.padding() - kx) / stride;
                            int pixel = d.start() + ((n * out + oy) * out + ox) * padded;
                            int tap = w.start() + (ky * window.kernel() + kx) * padded;
                            add(padded, d.values(), pixel, w.values(), tap, e.values(), at);
                        }
                    }
                    at += padded;
                }
            }
        }
    }

    @Override
    public void addOuter(Window window, int count, int channels, DoubleView a, DoubleView d, DoubleView w) {
        Shapes.maps(window, count, channels, a, w, d);
        int padded = Kernels.padded(channels);
        int side = window.side();
        int stride = window.stride();
        int out = window.outputSide();
        int at = d.start();
        for (int n = 0; n < count; n++) {
            for (int oy = 0; oy < out; oy++) {
                for (int ox = 0; ox < out; ox++) {
                    int corner = (n * side + oy * stride - window.padding()) * side + ox * stride - window.padding();
                    for (int ky = window.firstTap(oy); ky < window.endTap(oy); ky++) {
                        for (int kx = window.firstTap(ox); kx < window.endTap(ox); kx++) {
                            int pixel = a.start() + (corner + ky * side + kx) * padded;
                            int tap = w.start() + (ky * window.kernel() + kx) * padded;
                            add(padded, a.values(), pixel, d.values(), at, w.values(), tap);
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
