package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.linalg.Activation;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class CheckpointReportTest {
    private static final int D = 10;
    private static final int H = 64;
    private static final int N = 48;

    /** f = v·tanh(Wx/√d)/√h less its start, trained by gradient descent on the mean of (αf − y)²/α² to 0.02 of its start. */
    private static final class Net {
        private final double[] w = new double[H * D];
        private final double[] v = new double[H];

        Net(long seed) {
            Stream stream = Streams.of(seed).at("net");
            fill(w, stream);
            fill(v, stream);
        }

        static void fill(double[] x, Stream stream) {
            for (int k = 0; k < x.length; k++) {
                x[k] = stream.nextGaussian();
            }
        }

        /** Output, hidden units and, where asked for, the gradient at each point. */
        double[] outputs(double[] x, int n, double[] hidden, double[] jacobian) {
            double[] f = new double[n];
            double c = 1 / Math.sqrt(H);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < H; j++) {
                    double z = 0;
                    for (int k = 0; k < D; k++) {
                        z += w[j * D + k] * x[i * D + k];
                    }
                    double a = Math.tanh(z / Math.sqrt(D));
                    hidden[i * H + j] = a;
                    f[i] += c * v[j] * a;
                    if (jacobian.length > 0) {
                        int row = i * (H * D + H);
                        for (int k = 0; k < D; k++) {
                            jacobian[row + j * D + k] = c * v[j] * (1 - a * a) * x[i * D + k] / Math.sqrt(D);
                        }
                        jacobian[row + H * D + j] = c * a;
                    }
                }
            }
            return f;
        }

        void train(double[] x, double[] y, double alpha) {
            double[] hidden = new double[N * H];
            double[] start = outputs(x, N, hidden, new double[0]);
            double rate = 0.5;
            for (int step = 0; step < 20_000; step++) {
                double[] f = outputs(x, N, hidden, new double[0]);
                double loss = 0;
                double[] pull = new double[N];
                for (int i = 0; i < N; i++) {
                    pull[i] = alpha * (f[i] - start[i]) - y[i];
                    loss += pull[i] * pull[i] / N;
                    pull[i] *= rate / (alpha * N);
                }
                if (loss < 0.02) {
                    return;
                }
                double c = 1 / Math.sqrt(H);
                for (int j = 0; j < H; j++) {
                    double dv = 0;
                    double[] dw = new double[D];
                    for (int i = 0; i < N; i++) {
                        double a = hidden[i * H + j];
                        dv += pull[i] * c * a;
                        double slope = pull[i] * c * v[j] * (1 - a * a) / Math.sqrt(D);
                        for (int k = 0; k < D; k++) {
                            dw[k] += slope * x[i * D + k];
                        }
                    }
                    v[j] -= dv;
                    for (int k = 0; k < D; k++) {
                        w[j * D + k] -= dw[k];
                    }
                }
            }
            throw new AssertionError("not trained");
        }

        Map<String, NumberArray> arrays(double[] x, double scale) {
            double[] hidden = new double[N * H];
            double[] jacobian = new double[N * (H * D + H)];
            double[] f = outputs(x, N, hidden, jacobian);
            Map<String, NumberArray> arrays = new HashMap<>();
            arrays.put("hidden.1", NumberArray.of(new int[] {N, H}, hidden));
            arrays.put("jacobian", NumberArray.of(new int[] {N, H * D + H}, jacobian));
            arrays.put("weights.w", NumberArray.of(new int[] {H, D}, w));
            arrays.put("weights.v", NumberArray.of(new int[] {H}, v));
            arrays.put(
                    "output",
                    NumberArray.of(
                            new int[] {N},
                            DoubleStream.of(f).map(u -> u * scale).toArray()));
            return arrays;
        }
    }

    private static double[] points() {
        double[] x = new double[N * D];
        Net.fill(x, Streams.of(7).at("points"));
        return x;
    }

    private static double[] labels(double[] x) {
        double[] y = new double[N];
        for (int i = 0; i < N; i++) {
            y[i] = x[i * D] > 0 ? 1 : -1;
        }
        return y;
    }

    private static Checkpoint checkpoint(String name, Map<String, NumberArray> arrays) throws IOException {
        return Checkpoint.of(name, arrays, Map.of());
    }

    /** By construction: a large α is lazy, a small one rich; the control of a verdict is the other. */
    @ParameterizedTest
    @CsvSource({"30, lazy", "0.02, rich", "1, between"})
    void trainingsAreToldApart(double alpha, String verdict) throws IOException {
        double[] x = points();
        Net net = new Net(3);
        Checkpoint before = checkpoint("before", net.arrays(x, alpha));
        double[] start = net.outputs(x, N, new double[N * H], new double[0]);
        double[] y = labels(x);
        net.train(x, y, alpha);
        Checkpoint after = checkpoint("after", net.arrays(x, alpha));
        double[] target = new double[N];
        for (int i = 0; i < N; i++) {
            target[i] = y[i] + alpha * start[i];
        }
        CheckpointReport report =
                CheckpointReport.of(List.of(before, after), Optional.of(NumberArray.of(new int[] {N}, target)));
        assertThat(report.verdict()).as(report.text()).isEqualTo(verdict);
        assertThat(report.tangentDistance().n()).isEqualTo(N);
        assertThat(report.lines().get(0)).isEqualTo("verdict: " + verdict);
        assertThat(report.frames()).containsOnlyKeys("kernel", "layers", "weights");
    }

    /** Cosines of two untrained networks of unlike seed are near 1; the verdict is not lazy. */
    @Test
    void strangersAreNotLazy() throws IOException {
        double[] x = points();
        CheckpointReport report =
                CheckpointReport.of(checkpoint("a", new Net(1).arrays(x, 1)), checkpoint("b", new Net(2).arrays(x, 1)));
        assertThat(report.verdict()).isNotEqualTo("lazy");
        assertThat(report.kernelChange().low()).isGreaterThan(0.1);
    }

    @Test
    void theSameFileTwiceDidNotMove() throws IOException {
        Map<String, NumberArray> arrays = new Net(1).arrays(points(), 1);
        CheckpointReport report = CheckpointReport.of(checkpoint("a", arrays), checkpoint("b", arrays));
        assertThat(report.verdict()).isEqualTo(CheckpointReport.STILL);
        assertThat(report.lines().get(0)).endsWith("(lazy only if it was trained)");
        Map<String, NumberArray> trained = new HashMap<>(arrays);
        trained.put("loss", NumberArray.of(new int[] {2}, 1, 0.01));
        assertThat(CheckpointReport.of(checkpoint("a", arrays), checkpoint("b", trained))
                        .verdict())
                .isEqualTo("lazy");
    }

    /** A kernel three times its start has an alignment of 1 and is rich; the same probes in another order are not the same. */
    @Test
    void rescalingAndPermutingAreSeen() throws IOException {
        double[] x = points();
        double[] kernel = KernelPair.gram(new Net(1).arrays(x, 1).get("jacobian"));
        int[] shape = {N, N};
        double[] tripled = DoubleStream.of(kernel).map(k -> 3 * k).toArray();
        double[] turned = new double[N * N];
        for (int k = 0; k < turned.length; k++) {
            turned[k] = kernel[(k / N + 1) % N * N + (k % N + 1) % N];
        }
        Checkpoint before = checkpoint("a", Map.of("kernel", NumberArray.of(shape, kernel)));
        CheckpointReport grown =
                CheckpointReport.of(before, checkpoint("b", Map.of("kernel", NumberArray.of(shape, tripled))));
        assertThat(grown.verdict()).isEqualTo("rich");
        assertThat(grown.kernelChange().mean()).isEqualTo(2);
        assertThat(grown.lines()).anyMatch(line -> line.startsWith("left out: the change of the weights"));
        CheckpointReport permuted =
                CheckpointReport.of(before, checkpoint("b", Map.of("kernel", NumberArray.of(shape, turned))));
        assertThat(permuted.verdict()).isNotEqualTo("lazy");
    }

    /** A kernel of infinite width is itself at any scale, and not that of another network; the verdict does not ask. */
    @Test
    void theKernelOfInfiniteWidthIsALine() throws IOException {
        double[] x = points();
        int[] shape = {N, N};
        double[] tangent = InfiniteWidth.of(Activation.RELU, 3, D, x).tangent();
        Map<String, NumberArray> start = new HashMap<>();
        start.put("inputs", NumberArray.of(new int[] {N, D}, x));
        start.put(
                "kernel",
                NumberArray.of(shape, DoubleStream.of(tangent).map(k -> 5 * k).toArray()));
        Checkpoint before = checkpoint("a", start);
        Checkpoint after = checkpoint(
                "b",
                Map.of(
                        "kernel",
                        NumberArray.of(
                                shape,
                                InfiniteWidth.of(Activation.LINEAR, 1, D, x).tangent())));
        CheckpointReport report = CheckpointReport.of(
                List.of(before, after), Optional.empty(), Optional.of(InfiniteWidth.Network.of("relu:3")));
        List<double[]> spectra = report.spectra();
        for (int k = 0; k < N; k++) {
            assertThat(spectra.get(2)[k]).isCloseTo(spectra.get(0)[k], within(1e-9 * spectra.get(0)[0]));
        }
        Frame frame = report.frames().get("infinite-width");
        assertThat(Double.parseDouble(frame.text(0, "before").split(" ")[0])).isCloseTo(1, within(1e-6));
        assertThat(Double.parseDouble(frame.text(0, "after").split(" ")[0])).isLessThan(0.999);
        assertThat(report.verdict())
                .isEqualTo(CheckpointReport.of(before, after).verdict());
    }

    @Test
    void withoutAKernelNothingIsResolved() throws IOException {
        Map<String, NumberArray> a = new Net(1).arrays(points(), 1);
        Map<String, NumberArray> b = new Net(2).arrays(points(), 1);
        a.remove("jacobian");
        b.remove("jacobian");
        CheckpointReport report = CheckpointReport.of(checkpoint("a", a), checkpoint("b", b));
        assertThat(report.verdict()).isEqualTo("not resolved");
        assertThat(report.frames()).containsKeys("layers", "weights");
    }

    @Test
    void whatDoesNotFitIsOneLine() {
        NumberArray odd = NumberArray.of(new int[] {3, 2}, 1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> checkpoint("a.npz", Map.of("things", odd)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "a.npz: things: its name does not begin with one of hidden, jacobian, kernel, weights, output,"
                                + " loss, targets, inputs and its shape [3, 2] is ambiguous; name its role by --role 'things=hidden'");
        assertThatThrownBy(() -> checkpoint("a.npz", Map.of("hidden", NumberArray.of(new int[] {2}, 1, Double.NaN))))
                .hasMessage("a.npz: hidden: number 2 is NaN, expected finite ones");
        assertThatThrownBy(() -> checkpoint("a.npz", Map.of("kernel", odd)))
                .hasMessageStartingWith("a.npz: kernel: a kernel is a symmetric matrix over probes");
        assertThatThrownBy(() -> CheckpointReport.of(
                        checkpoint("a", Map.of("jacobian", odd)),
                        checkpoint("b", Map.of("jacobian", NumberArray.of(new int[] {2, 1}, 1, 2)))))
                .hasMessage("b: has 2 probes, a has 3; both need the same, in the same order");
    }
}
