package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.linalg.Activation;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class CheckpointReportTest {
    private static final int D = 10;
    private static final int H = 64;
    private static final int N = 48;

    /** f = v·tanh(Wx/√d)/√h less its start, trained by gradient descent on the mean of (αf − y)²/α² to 0.02 of its start. */
    private static final class Net {
        private final double[] w = new double[H * D];
        private final double[] v = new double[H];

        Net(double[] weights) {
            System.arraycopy(weights, 0, w, 0, w.length);
            System.arraycopy(weights, w.length, v, 0, H);
        }

        double[] weights() {
            return DoubleStream.concat(DoubleStream.of(w), DoubleStream.of(v)).toArray();
        }

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
            Map<String, NumberArray> arrays = new LinkedHashMap<>();
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

    /** Checkpoints of one moment each: Jacobians times the change of the weights, in the order of their columns. */
    private static List<Checkpoint> training(double alpha) throws IOException {
        double[] x = points();
        Net net = new Net(3);
        Checkpoint before = checkpoint("before", scaled(net, x, alpha));
        net.train(x, labels(x), alpha);
        return List.of(before, checkpoint("after", scaled(net, x, alpha)));
    }

    private static Map<String, NumberArray> scaled(Net net, double[] x, double alpha) {
        Map<String, NumberArray> arrays = new LinkedHashMap<>(net.arrays(x, alpha));
        NumberArray rows = arrays.get("jacobian");
        arrays.put(
                "jacobian",
                NumberArray.of(
                        rows.shape(),
                        DoubleStream.of(rows.values()).map(r -> r * alpha).toArray()));
        return arrays;
    }

    /** A large α is lazy, others are not; rich is the training that comes with the kit. At the smallest α units saturate, and slopes change less. */
    @ParameterizedTest
    @CsvSource({"300, lazy", "1, between", "0.02, between"})
    void trainingsAreToldApart(double alpha, String verdict) throws IOException {
        CheckpointReport report = CheckpointReport.of(training(alpha), Optional.empty());
        assertThat(report.verdict()).as(report.text()).isEqualTo(verdict);
        assertThat(report.stops().get(0).linearisation().orElseThrow().start().n())
                .isEqualTo(N);
        assertThat(report.lines().get(0)).isEqualTo("verdict: " + verdict);
        assertThat(report.frames()).containsOnlyKeys("stops", "kernel", "layers", "weights");
    }

    /** Differences along the path see what the Jacobians see. */
    @Test
    void differencesAgreeWithJacobians() throws IOException {
        double[] x = points();
        Net net = new Net(3);
        double[] before = net.weights();
        net.train(x, labels(x), 1);
        Linearisation exact = CheckpointReport.of(training(1), Optional.empty())
                .stops()
                .get(0)
                .linearisation()
                .orElseThrow();
        Linearisation near = Linearisation.of(
                w -> new Net(w).outputs(x, N, new double[N * H], new double[0]), N, before, net.weights());
        assertThat(near.start().mean()).isCloseTo(exact.start().mean(), within(1e-4));
        assertThat(near.end().mean()).isCloseTo(exact.end().mean(), within(1e-4));
        assertThat(near.slope().high()).isCloseTo(exact.slope().high(), within(1e-3));
    }

    @Test
    void intervalsOfFewProbesLeaveTheNumberAndItsRange() throws IOException {
        Map<String, NumberArray> arrays = whole(1, 0, 0.1);
        int[] shape = {5, 1};
        arrays.put("output.start", NumberArray.of(shape, 1, 1, 1, 1, 1));
        arrays.put("output.end", NumberArray.of(shape, 2, 2, 2, 2, 2));
        arrays.put("linear.start", NumberArray.of(shape, 1.01, 1.02, 1.03, 1.04, 2));
        arrays.put("linear.end", NumberArray.of(shape, -3, -3, -3, -3, 2));
        CheckpointReport report = CheckpointReport.of(checkpoint("wide.npz", arrays));
        assertThat(report.stops().get(0).linearisation().orElseThrow().slope().high())
                .isEqualTo(1);
        assertThat(String.join(" ", report.lines())).contains("δ₁ 0.4479 [");
    }

    /** A file of a whole training, as the exporters write it. */
    private static Map<String, NumberArray> whole(double probes, double bend, double loss) {
        double[] f = new double[2 * N];
        Net.fill(f, Streams.of(5).at("outputs"));
        int[] shape = {N, 2};
        Map<String, NumberArray> arrays = new LinkedHashMap<>();
        arrays.put("output.start", NumberArray.of(shape, f));
        arrays.put(
                "output.end",
                NumberArray.of(shape, DoubleStream.of(f).map(u -> 2 * u).toArray()));
        arrays.put(
                "linear.start",
                NumberArray.of(
                        shape, DoubleStream.of(f).map(u -> u * (1 - bend)).toArray()));
        arrays.put("linear.end", NumberArray.of(shape, f));
        arrays.put("moved.net.0.weight", NumberArray.of(new int[] {2}, 0.3, 3));
        arrays.put("probes", NumberArray.of(new int[] {8}, probes, 1, 2, 3, 4, 5, 6, 7));
        arrays.put("loss", NumberArray.of(new int[] {2}, 2.3, loss));
        return arrays;
    }

    /** Files of earlier versions, with Jacobians and weights before and after, say what the file of the whole training says. */
    @Test
    void filesWithJacobiansAreStillRead() throws IOException {
        Path folder = Path.of("src/test/resources/checkpoints");
        CheckpointReport old = CheckpointReport.of(
                Checkpoint.read(folder.resolve("b-before.npz"), Map.of()),
                Checkpoint.read(folder.resolve("b-after.npz"), Map.of()));
        CheckpointReport whole = CheckpointReport.of(Checkpoint.shipped("b"));
        assertThat(old.verdict()).isEqualTo("rich").isEqualTo(whole.verdict());
        Linearisation first = old.stops().get(0).linearisation().orElseThrow();
        Linearisation second = whole.stops().get(0).linearisation().orElseThrow();
        assertThat(first.start().mean()).isCloseTo(second.start().mean(), within(1e-3));
        assertThat(first.end().high()).isCloseTo(second.end().high(), within(1e-3));
        assertThat(first.slope().mean()).isCloseTo(second.slope().mean(), within(1e-3));
        assertThat(old.weightChange().mean()).isCloseTo(whole.weightChange().mean(), within(1e-3));
        assertThat(old.kernelChange().mean()).isCloseTo(whole.kernelChange().mean(), within(1e-3));
    }

    /** Files on the same probes are stops of one training; on others they are judged alone. */
    @Test
    void aFileOfAWholeTrainingIsEnough() throws IOException {
        Checkpoint early = checkpoint("early.npz", whole(1, 0.02, 1.5));
        Checkpoint late = checkpoint("late.npz", whole(1, 0.3, 0.1));
        CheckpointReport one = CheckpointReport.of(early);
        assertThat(one.lines().get(0)).isEqualTo("verdict: lazy, at a training loss of 2.300 → 1.500");
        Linearisation found = one.stops().get(0).linearisation().orElseThrow();
        assertThat(found.moved()).isCloseTo(1, within(1e-12));
        assertThat(found.start().mean()).isCloseTo(0.02, within(1e-12));
        assertThat(found.end().mean()).isZero();
        assertThat(found.slope().mean()).isCloseTo(0.02 / 1.98, within(1e-12));
        assertThat(one.weightChange().mean()).isCloseTo(0.1, within(1e-12));
        CheckpointReport path = CheckpointReport.of(early, late);
        assertThat(path.verdict()).isEqualTo("between");
        assertThat(path.frames().get("stops").text(0, "verdict")).isEqualTo("lazy so far");
        assertThat(path.frames().get("stops").text(1, "verdict")).isEqualTo("between");
        CheckpointReport sets = CheckpointReport.of(late, checkpoint("fresh.npz", whole(2, 0.02, 0.1)));
        assertThat(sets.verdict()).isEqualTo("between on late.npz, lazy on fresh.npz");
    }

    /** Few probes are said in the first line, and those that give the same numbers count as one. */
    @ParameterizedTest
    @CsvSource({
        "100, 30, 'verdict: lazy, at'",
        "100, 29, 'verdict: lazy (from only 29 distinct probes, take 100), at'",
        "29, 29, 'verdict: lazy (from only 29 distinct probes, take 100), at'",
        "100, 1, 'verdict: not resolved (from only 1 distinct probe, take 100), at'"
    })
    void fewProbesAreSaid(int probes, int distinct, String line) throws IOException {
        Map<String, NumberArray> arrays = whole(1, 0.02, 1);
        arrays.replaceAll((name, of) -> of.rows() < N
                ? of
                : NumberArray.of(
                        new int[] {probes},
                        IntStream.range(0, probes)
                                .mapToDouble(i -> of.at(i % distinct))
                                .toArray()));
        CheckpointReport report = CheckpointReport.of(checkpoint("few.npz", arrays));
        assertThat(report.lines().get(0)).startsWith(line);
        assertThat(report.stops().get(0).linearisation().orElseThrow().start().n())
                .isEqualTo(distinct);
    }

    /** Of a file of a whole training without derivatives, the first line names what it lacks; of a loss that rose, it says so. */
    @Test
    void theFirstLineSaysWhatIsWrong() throws IOException {
        Map<String, NumberArray> arrays = whole(1, 0.02, 2.4);
        assertThat(CheckpointReport.of(checkpoint("up.npz", arrays)).lines().get(0))
                .isEqualTo("verdict: lazy, at a training loss of 2.300 → 2.400 (training diverged or went up)");
        arrays.keySet().removeIf(name -> name.startsWith("linear"));
        CheckpointReport report = CheckpointReport.of(checkpoint("only.npz", arrays));
        assertThat(report.lines().get(0))
                .startsWith("verdict: not resolved (only.npz lacks linear.start, linear.end), at");
        Map<String, NumberArray> one = Map.of("output.end", NumberArray.of(new int[] {1}, 1));
        assertThat(CheckpointReport.of(checkpoint("one.npz", one)).lines()).contains("one.npz: 1 probe, 1 × output");
    }

    /** Kernels that are 0 off their diagonals have no relative change there. */
    @Test
    void diagonalKernelsHaveNoChange() throws IOException {
        double[] diagonal = new double[25];
        double[] other = new double[25];
        for (int i = 0; i < 25; i++) {
            diagonal[i] = i % 6 == 0 ? 1 : 0;
            other[i] = diagonal[i] + 0.1;
        }
        CheckpointReport report = CheckpointReport.of(
                checkpoint("a", Map.of("kernel", NumberArray.of(new int[] {5, 5}, diagonal))),
                checkpoint("b", Map.of("kernel", NumberArray.of(new int[] {5, 5}, other))));
        assertThat(report.text())
                .contains("change of the kernel 0.2236 with the diagonal")
                .doesNotContain("inf");
    }

    /** A linear read-out on a frozen backbone is exactly its tangent model, however far the kernel of its outputs and the weights go. */
    @Test
    void aLinearProbeIsLazy() throws IOException {
        double[] features = new double[N * H];
        Net.fill(features, Streams.of(9).at("features"));
        double[] zero = new double[H];
        double[] far = new double[H];
        Net.fill(far, Streams.of(9).at("read-out"));
        Linearisation probe = Linearisation.of(
                w -> {
                    double[] f = new double[N];
                    for (int k = 0; k < features.length; k++) {
                        f[k / H] += features[k] * w[k % H];
                    }
                    return f;
                },
                N,
                zero,
                far);
        assertThat(probe.verdict()).isEqualTo("lazy");
        assertThat(probe.start().high()).isLessThan(1e-9);
    }

    /** Two lines of Java: what is linear in the weights is lazy, what is quadratic rich, and the same weights twice did not move. */
    @Test
    void closedFormsAreToldApart() {
        double[] one = {1};
        double[] ten = {10};
        UnaryOperator<double[]> linear = w -> new double[] {w[0], -2 * w[0], 3 * w[0], 4 * w[0], 5 * w[0]};
        UnaryOperator<double[]> square = w -> linear.apply(new double[] {w[0] * w[0]});
        assertThat(Linearisation.of(linear, 5, one, one).verdict()).isEqualTo(CheckpointReport.STILL);
        assertThat(Linearisation.of(linear, 5, one, ten).verdict()).isEqualTo("lazy");
        Linearisation rich = Linearisation.of(square, 5, one, ten);
        assertThat(rich.verdict()).isEqualTo("rich");
        // From 1 to 100 in slopes of 2 and 20: (99 − 18)/99, (180 − 99)/99, (180 − 18)/(180 + 18).
        assertThat(rich.start().mean()).isCloseTo(81.0 / 99, within(1e-9));
        assertThat(rich.end().mean()).isCloseTo(81.0 / 99, within(1e-9));
        assertThat(rich.slope().mean()).isCloseTo(162.0 / 198, within(1e-9));
        assertThat(Linearisation.of(w -> new double[] {w[0] * w[0]}, 1, one, ten)
                        .verdict())
                .isEqualTo(CheckpointReport.OPEN);
    }

    /** Each limit from both sides; the larger of both departures counts, and rounding is no movement. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.09, 0.09, 0.05, lazy",
        "1, 0.11, 0.09, 0.05, between",
        "1, 0.09, 0.11, 0.05, between",
        "1, 0.9, 1.2, 0.65, between",
        "1, 0.9, 1.2, 0.68, rich",
        "1e-7, 0.9, 1.2, 0.68, did not move",
        "1, NaN, 0.01, 0.01, not resolved"
    })
    void theRule(double moved, double start, double end, double slope, String verdict) {
        assertThat(new Linearisation(moved, known(start), known(end), known(slope)).verdict())
                .isEqualTo(verdict);
    }

    private static Linearisation linear(double[] before, double[] after, double[] start, double[] end) {
        int[] shape = {before.length, 1};
        return Linearisation.of(
                NumberArray.of(shape, before),
                NumberArray.of(shape, after),
                NumberArray.of(shape, start),
                NumberArray.of(shape, end));
    }

    /** Two layers whose signs all change compute what they did. */
    @Test
    void equalOutputsOfOtherWeightsAreNotResolved() {
        double[] f = DoubleStream.iterate(1, x -> x + 1).limit(N).toArray();
        double[] slope = DoubleStream.of(f).map(x -> -2 * x).toArray();
        assertThat(linear(f, f, slope, f).verdict()).isEqualTo(CheckpointReport.OPEN);
        assertThat(linear(f, f, new double[N], new double[N]).verdict()).isEqualTo(CheckpointReport.STILL);
    }

    private static Estimate known(double value) {
        return new Estimate(value, 0, value, value, N);
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
        assertThat(report.lines().get(0)).endsWith("(lazy only if it was trained; a and b hold the same numbers)");
        Map<String, NumberArray> weights = Map.of("weights.w", arrays.get("weights.w"));
        assertThat(CheckpointReport.of(checkpoint("a", weights), checkpoint("b", weights))
                        .lines()
                        .get(0))
                .isEqualTo("verdict: not resolved (a and b hold the same numbers)");
    }

    /** A kernel three times its start has an alignment of 1; kernels alone are shown and decide nothing. */
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
        assertThat(grown.verdict()).isEqualTo("not resolved");
        assertThat(grown.kernelChange().mean()).isEqualTo(2);
        assertThat(grown.lines())
                .anyMatch(line -> line.contains("type: python environment/export/checkpoint_torch.py"));
        CheckpointReport permuted =
                CheckpointReport.of(before, checkpoint("b", Map.of("kernel", NumberArray.of(shape, turned))));
        assertThat(permuted.kernelChange().low()).isGreaterThan(0.1);
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
                                + " loss, targets, linear, moved, probes, inputs and its shape [3, 2] is ambiguous; name its role by --role 'things=hidden'");
        assertThatThrownBy(() -> checkpoint("a.npz", Map.of("hidden", NumberArray.of(new int[] {2}, 1, Double.NaN))))
                .hasMessage("a.npz: hidden: number 2 is NaN, expected finite ones");
        assertThatThrownBy(() -> checkpoint("a.npz", Map.of("kernel", odd)))
                .hasMessageStartingWith("a.npz: kernel: a kernel is a symmetric matrix over probes");
        Map<String, NumberArray> other = whole(1, 0.02, 1);
        other.put("moved.net.0.weight", NumberArray.of(new int[] {2}, 0.3, 4));
        assertThatThrownBy(() -> CheckpointReport.of(checkpoint("a", whole(1, 0.02, 1)), checkpoint("b", other)))
                .hasMessage("b: begins with other weights than the files before; one training a call");
        assertThatThrownBy(() -> CheckpointReport.of(checkpoint("a", whole(1, 0.02, 1)), checkpoint("b", Map.of())))
                .hasMessageContaining("expected files of one kind");
        other.put("linear.end", odd);
        assertThatThrownBy(() -> CheckpointReport.of(checkpoint("b", other)))
                .hasMessage("b: linear.end: has 3 probes, but earlier arrays have 48 (first axis)");
        assertThatThrownBy(() -> CheckpointReport.of(checkpoint("a", Map.of("jacobian", odd))))
                .hasMessageStartingWith("a training needs a checkpoint before and one after, or a file of the whole");
        assertThatThrownBy(() -> CheckpointReport.of(
                        checkpoint("a", Map.of("jacobian", odd)),
                        checkpoint("b", Map.of("jacobian", NumberArray.of(new int[] {2, 1}, 1, 2)))))
                .hasMessage("b: has 2 probes, a has 3; both need the same, in the same order");
    }
}
