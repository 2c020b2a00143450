package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.noisebook.rng.Stream;

/** Maps or weights amid other numbers, the padding channels zero, and the chains that convolutions of them are. */
final class DoubleMaps {
    private static final double OUTSIDE = 7.5; // float: 7.5f
    private final int count;
    private final int side;
    private final int channels;
    private final int start = 5;
    private final double[] values;
    private final double[] original;

    private DoubleMaps(int count, int side, int channels, Stream stream) {
        this.count = count;
        this.side = side;
        this.channels = channels;
        int padded = Kernels.padded(channels);
        values = new double[start + count * side * side * padded + 3];
        Arrays.fill(values, OUTSIDE);
        for (int k = 0; stream != null && k < count * side * side * padded; k++) {
            values[start + k] =
                    k % padded < channels ? rounded(stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2)) : 0;
        }
        original = values.clone();
    }

    private DoubleMaps(DoubleMaps other) {
        count = other.count;
        side = other.side;
        channels = other.channels;
        values = other.original.clone();
        original = other.original.clone();
    }

    // float: private static float rounded(double number) {
    private static double rounded(double number) { // double only
        return number; // float: (float) number
    }

    private DoubleView view() {
        return DoubleView.of(values, start, Kernels.padded(channels));
    }

    private int index(int n, int y, int x, int c) {
        return start + ((n * side + y) * side + x) * Kernels.padded(channels) + c;
    }

    private boolean has(int y, int x) {
        return y >= 0 && y < side && x >= 0 && x < side;
    }

    private double at(int n, int y, int x, int c) {
        return original[index(n, y, x, c)];
    }

    private void unchanged() {
        assertThat(values).containsExactly(original);
    }

    /** These numbers and zeros in the padding channels. */
    private void check(String name, DoubleElement expected) {
        double[] whole = original.clone();
        for (int n = 0; n < count; n++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    for (int c = 0; c < Kernels.padded(channels); c++) {
                        whole[index(n, y, x, c)] = c < channels ? expected.at(n, y, x, c) : 0;
                    }
                }
            }
        }
        MatrixKernelsTest.assertSame(values, whole, name);
    }

    private interface DoubleElement {
        double at(int n, int y, int x, int c);
    }

    static void check(Window window, int count, int channels, Stream stream) {
        int kernel = window.kernel();
        int side = window.side();
        int out = window.outputSide();
        DoubleMaps a = new DoubleMaps(count, side, channels, stream);
        DoubleMaps w = new DoubleMaps(1, kernel, channels, stream);
        DoubleMaps d = new DoubleMaps(count, out, channels, stream);
        for (DepthwiseKernels kernels : DepthwiseKernelsTest.TWINS) {
            String name = kernels.getClass().getSimpleName() + " " + window + " " + count + " " + channels;
            DoubleMaps z = new DoubleMaps(count, out, channels, null);
            kernels.forward(window, count, channels, a.view(), w.view(), z.view());
            z.check(name, (n, oy, ox, c) -> {
                double sum = 0;
                for (int ky = 0; ky < kernel; ky++) {
                    for (int kx = 0; kx < kernel; kx++) {
                        int y = oy * window.stride() + ky - window.padding();
                        int x = ox * window.stride() + kx - window.padding();
                        sum = a.has(y, x) ? Math.fma(a.at(n, y, x, c), w.at(0, ky, kx, c), sum) : sum;
                    }
                }
                return sum;
            });
            DoubleMaps e = new DoubleMaps(count, side, channels, null);
            kernels.backward(window, count, channels, d.view(), w.view(), e.view());
            double[] adjoint = new double[e.values.length];
            for (int tap = 0; tap < kernel * kernel; tap++) {
                for (int k = 0; k < count * out * out * channels; k++) {
                    int c = k % channels;
                    int ox = k / channels % out;
                    int oy = k / channels / out % out;
                    int n = k / channels / out / out;
                    int y = oy * window.stride() + tap / kernel - window.padding();
                    int x = ox * window.stride() + tap % kernel - window.padding();
                    if (e.has(y, x)) {
                        int to = e.index(n, y, x, c);
                        adjoint[to] = Math.fma(d.at(n, oy, ox, c), w.at(0, tap / kernel, tap % kernel, c), adjoint[to]);
                    }
                }
            }
            e.check(name, (n, y, x, c) -> adjoint[e.index(n, y, x, c)]);
            DoubleMaps step = new DoubleMaps(w);
            kernels.addOuter(window, count, channels, a.view(), d.view(), step.view());
            step.check(name, (one, ky, kx, c) -> {
                double sum = w.at(0, ky, kx, c);
                for (int n = 0; n < count; n++) {
                    for (int oy = 0; oy < out; oy++) {
                        for (int ox = 0; ox < out; ox++) {
                            int y = oy * window.stride() + ky - window.padding();
                            int x = ox * window.stride() + kx - window.padding();
                            sum = a.has(y, x) ? Math.fma(a.at(n, y, x, c), d.at(n, oy, ox, c), sum) : sum;
                        }
                    }
                }
                return sum;
            });
            a.unchanged();
            w.unchanged();
            d.unchanged();
        }
    }
}
