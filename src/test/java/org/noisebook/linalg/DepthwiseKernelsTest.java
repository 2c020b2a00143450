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
    static final List<DepthwiseKernels> TWINS = List.of(DepthwiseKernels.plain(), DepthwiseKernels.fastest());
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
                    int count = side > 4 ? 1 + turn % 2 : turn % 10;
                    FloatMaps.check(window, count, 1 + turn * 7 % 40, stream);
                    DoubleMaps.check(window, count, 1 + turn * 11 % 40, stream);
                    turn++;
                }
            }
        }
    }

    @Test
    void anyNumberOfChannels() {
        Stream stream = Streams.of(1).at("channels");
        for (int channels = 0; channels <= 40; channels++) {
            FloatMaps.check(new Window(4, 5, 1), 3, channels, stream);
            DoubleMaps.check(new Window(4, 5, 2), 3, channels, stream);
        }
        FloatMaps.check(new Window(7, 5, 2), 5, 200, stream);
        DoubleMaps.check(new Window(7, 5, 1), 5, 200, stream);
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
            kernels.forward(
                    window, 1, channels, FloatView.of(a, stride), FloatView.of(w, stride), FloatView.of(z, stride));
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
        FloatView map = FloatView.of(new float[16 * 16], 16);
        FloatView weights = FloatView.of(new float[25 * 16], 16);
        FloatView output = FloatView.of(new float[4 * 16], 16);
        for (DepthwiseKernels kernels : TWINS) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.forward(window, -1, 1, map, weights, output))
                    .withMessage("count and channels must be at least 0, got -1, 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.forward(window, 1, 1, map.from(0, 1), weights, output))
                    .withMessage("map must lie in its array, got 1 * 4 * 4 * 16 at 1 + i * 16 in 256");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.backward(
                            window, 1, 17, FloatView.of(new float[512], 32), weights, FloatView.of(new float[512], 32)))
                    .withMessageContaining("weights must");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.addOuter(window, 1, 1, map, output.from(0, -1), weights))
                    .withMessageContaining("output must");
        }
    }
}
