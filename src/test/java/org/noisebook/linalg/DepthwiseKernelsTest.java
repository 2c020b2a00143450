package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Convolutions against sums over all pairs of pixels; every test runs on both twins. */
@Tag("long")
class DepthwiseKernelsTest {
    private static final List<DepthwiseKernels> TWINS = List.of(DepthwiseKernels.plain(), DepthwiseKernels.fastest());
    private static final int[] SIDES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 16};
    private static final int[] KERNELS = {1, 2, 3, 5};

    /** "SAME" in TensorFlow: ⌈side / stride⌉ outputs, the smaller half of the padding first. */
    @Test
    void paddingIsSame() {
        assertThat(new Window(28, 5, 2).outputSide()).isEqualTo(14);
        assertThat(new Window(28, 5, 2).padding()).isEqualTo(1);
        assertThat(new Window(7, 5, 2).outputSide()).isEqualTo(4);
        assertThat(new Window(7, 5, 2).padding()).isEqualTo(2);
        assertThat(new Window(14, 5, 1).padding()).isEqualTo(2);
        assertThat(new Window(14, 1, 2).padding()).isZero();
        assertThat(new Window(1, 5, 1).padding()).isEqualTo(2);
    }

    @Test
    void windowsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(0, 5, 1))
                .withMessage("side must be in [1, 4096], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(4, 256, 1))
                .withMessage("kernel must be in [1, 255], got 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(4, 5, 0))
                .withMessage("stride must be in [1, 255], got 0");
    }

    /** The sums as they are defined, in every bit, at all sides, strides and kernels; channels and counts pass in turn. */
    @Test
    void everyElementIsItsChain() {
        Stream stream = Streams.of(1).at("maps");
        int turn = 0;
        for (int side : SIDES) {
            for (int kernel : KERNELS) {
                for (int stride = 1; stride <= 3; stride++) {
                    Window window = new Window(side, kernel, stride);
                    int count = side > 9 ? turn % 3 : turn % 10;
                    checkFloats(window, count, 1 + turn * 7 % 40, stream);
                    checkDoubles(window, count, 1 + turn * 11 % 40, stream);
                    turn++;
                }
            }
        }
    }

    @Test
    void anyNumberOfChannels() {
        Stream stream = Streams.of(1).at("channels");
        for (int channels = 0; channels <= 40; channels++) {
            checkFloats(new Window(4, 5, 1), 3, channels, stream);
            checkDoubles(new Window(4, 5, 2), 3, channels, stream);
        }
        checkFloats(new Window(7, 5, 2), 5, 200, stream);
        checkDoubles(new Window(7, 5, 1), 5, 200, stream);
    }

    /** NaN and infinities reach what their own pixel and channel reach. */
    @Test
    void notANumberStaysInItsChannel() {
        Window window = new Window(6, 3, 1);
        int channels = 18;
        int stride = Kernels.padded(channels);
        for (DepthwiseKernels kernels : TWINS) {
            float[] a = new float[36 * stride];
            float[] w = new float[9 * stride];
            float[] z = new float[36 * stride];
            Arrays.fill(w, 1);
            a[(2 * 6 + 3) * stride + 17] = Float.NaN;
            kernels.forward(window, 1, channels, a, 0, w, 0, z, 0);
            for (int k = 0; k < z.length; k++) {
                int y = k / stride / 6;
                int x = k / stride % 6;
                boolean reached = k % stride == 17 && Math.abs(y - 2) <= 1 && Math.abs(x - 3) <= 1;
                assertThat(Float.isNaN(z[k])).isEqualTo(reached);
            }
        }
    }

    @Test
    void argumentsAreChecked() {
        Window window = new Window(4, 5, 2);
        float[] map = new float[16 * 16];
        float[] weights = new float[25 * 16];
        float[] output = new float[4 * 16];
        for (DepthwiseKernels kernels : TWINS) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.forward(window, -1, 1, map, 0, weights, 0, output, 0))
                    .withMessage("count and channels must be at least 0, got -1, 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.forward(window, 1, 1, map, 1, weights, 0, output, 0))
                    .withMessage("map must lie in its array, got 1 * 4 * 4 * 16 at 1 in 256");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.backward(window, 1, 17, output, 0, weights, 0, new float[512], 0))
                    .withMessageContaining("weights must");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.addOuter(window, 1, 1, map, 0, output, -1, weights, 0))
                    .withMessageContaining("output must");
        }
    }

    /** Maps or weights amid other numbers, the padding channels zero. */
    private static final class FloatMaps {
        private static final float OUTSIDE = 7.5f;
        private final int count;
        private final int side;
        private final int channels;
        private final int start = 5;
        private final float[] values;
        private final float[] original;

        private FloatMaps(int count, int side, int channels, Stream stream) {
            this.count = count;
            this.side = side;
            this.channels = channels;
            int padded = Kernels.padded(channels);
            values = new float[start + count * side * side * padded + 3];
            Arrays.fill(values, OUTSIDE);
            for (int k = 0; stream != null && k < count * side * side * padded; k++) {
                values[start + k] = k % padded < channels
                        ? (float) (stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2))
                        : 0;
            }
            original = values.clone();
        }

        private FloatMaps(FloatMaps other) {
            count = other.count;
            side = other.side;
            channels = other.channels;
            values = other.original.clone();
            original = other.original.clone();
        }

        private int index(int n, int y, int x, int c) {
            return start + ((n * side + y) * side + x) * Kernels.padded(channels) + c;
        }

        private boolean has(int y, int x) {
            return y >= 0 && y < side && x >= 0 && x < side;
        }

        private float at(int n, int y, int x, int c) {
            return original[index(n, y, x, c)];
        }

        private void unchanged() {
            assertThat(values).containsExactly(original);
        }

        /** These numbers and zeros in the padding channels. */
        private void check(String name, FloatElement expected) {
            float[] whole = original.clone();
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
    }

    private interface FloatElement {
        float at(int n, int y, int x, int c);
    }

    private static void checkFloats(Window window, int count, int channels, Stream stream) {
        int kernel = window.kernel();
        int side = window.side();
        int out = window.outputSide();
        FloatMaps a = new FloatMaps(count, side, channels, stream);
        FloatMaps w = new FloatMaps(1, kernel, channels, stream);
        FloatMaps d = new FloatMaps(count, out, channels, stream);
        for (DepthwiseKernels kernels : TWINS) {
            String name = kernels.describe() + " " + window + " " + count + " " + channels;
            FloatMaps z = new FloatMaps(count, out, channels, null);
            kernels.forward(window, count, channels, a.values, a.start, w.values, w.start, z.values, z.start);
            z.check(name, (n, oy, ox, c) -> {
                float sum = 0;
                for (int ky = 0; ky < kernel; ky++) {
                    for (int kx = 0; kx < kernel; kx++) {
                        int y = oy * window.stride() + ky - window.padding();
                        int x = ox * window.stride() + kx - window.padding();
                        sum = a.has(y, x) ? Math.fma(a.at(n, y, x, c), w.at(0, ky, kx, c), sum) : sum;
                    }
                }
                return sum;
            });
            FloatMaps e = new FloatMaps(count, side, channels, null);
            kernels.backward(window, count, channels, d.values, d.start, w.values, w.start, e.values, e.start);
            float[] adjoint = new float[e.values.length];
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
            FloatMaps step = new FloatMaps(w);
            kernels.addOuter(window, count, channels, a.values, a.start, d.values, d.start, step.values, step.start);
            step.check(name, (one, ky, kx, c) -> {
                float sum = w.at(0, ky, kx, c);
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

    /** Maps or weights amid other numbers, the padding channels zero. */
    private static final class DoubleMaps {
        private static final double OUTSIDE = 7.5;
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
                        k % padded < channels ? (stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2)) : 0;
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
    }

    private interface DoubleElement {
        double at(int n, int y, int x, int c);
    }

    private static void checkDoubles(Window window, int count, int channels, Stream stream) {
        int kernel = window.kernel();
        int side = window.side();
        int out = window.outputSide();
        DoubleMaps a = new DoubleMaps(count, side, channels, stream);
        DoubleMaps w = new DoubleMaps(1, kernel, channels, stream);
        DoubleMaps d = new DoubleMaps(count, out, channels, stream);
        for (DepthwiseKernels kernels : TWINS) {
            String name = kernels.describe() + " " + window + " " + count + " " + channels;
            DoubleMaps z = new DoubleMaps(count, out, channels, null);
            kernels.forward(window, count, channels, a.values, a.start, w.values, w.start, z.values, z.start);
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
            kernels.backward(window, count, channels, d.values, d.start, w.values, w.start, e.values, e.start);
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
            kernels.addOuter(window, count, channels, a.values, a.start, d.values, d.start, step.values, step.start);
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
