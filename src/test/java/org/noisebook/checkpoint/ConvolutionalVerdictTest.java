package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.data.DataSource;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Streams;

/** The rule for lazy and rich on convolutional networks: the table of regime.md. */
@Tag("slow")
class ConvolutionalVerdictTest {
    private static final int N = 32;
    private static final int[] ALL = IntStream.range(0, N).toArray();
    private static final Network NETWORK = new InvertedResidual(1, 4, Activation.RELU);

    /** A network and its points. */
    private static final class Run {
        private final Points points;
        private final NetworkEngine engine;
        private final double[] start;
        private final double scale;

        Run(long seed, double scale) {
            this.scale = scale;
            points = Split.of(DataSource.FASHION_TEST_14, new Task.Parity(), N, 0, 0, Streams.of(seed))
                    .train();
            engine = NETWORK.engine(points.dimension(), N, Precision.FLOAT64);
            engine.initialise(Streams.of(seed).at("init"));
            start = engine.outputs(points);
        }

        /** Gradient descent on the mean of (αF − y)² to 0.1; a step that raises it is taken back, and the rate halved. */
        void train() {
            double rate = 1;
            double before = Double.POSITIVE_INFINITY;
            double[] weights = engine.weights();
            double[] out = new double[N];
            for (int step = 0; step < 3000; step++) {
                engine.forward(points, ALL, N, out);
                double loss = 0;
                double[] factor = new double[N];
                for (int i = 0; i < N; i++) {
                    double gap = scale * (out[i] - start[i]) - points.label(i);
                    loss += gap * gap / N;
                    factor[i] = -rate * gap / (scale * N);
                }
                if (loss < 0.1) {
                    return;
                }
                if (loss < before) {
                    before = loss;
                    weights = engine.weights();
                    engine.update(ALL, factor, N);
                    rate *= 1.05;
                } else {
                    before = Double.POSITIVE_INFINITY;
                    engine.set(weights);
                    rate /= 2;
                }
            }
            throw new AssertionError("not trained");
        }

        Checkpoint checkpoint(String name) throws IOException {
            double[] weights = engine.weights();
            double[] kernel = ProbeKernel.tangent(NETWORK, weights, points).matrix();
            double[] out = engine.outputs(points);
            Map<String, NumberArray> arrays = new HashMap<>();
            arrays.put("kernel", NumberArray.of(new int[] {N, N}, kernel));
            arrays.put("weights", NumberArray.of(new int[] {weights.length}, weights));
            arrays.put(
                    "output",
                    NumberArray.of(
                            new int[] {N},
                            Arrays.stream(out).map(f -> scale * f).toArray()));
            return Checkpoint.of(name, arrays, Map.of());
        }
    }

    /** The verdicts of four trainings, each with its own pictures and start. */
    private static List<String> verdicts(double scale) throws IOException {
        List<String> verdicts = new ArrayList<>();
        for (long seed = 11; seed < 15; seed++) {
            Run run = new Run(seed, scale);
            Checkpoint before = run.checkpoint("before");
            run.train();
            double[] target = new double[N];
            Arrays.setAll(target, i -> run.points.label(i) + scale * run.start[i]);
            CheckpointReport report = CheckpointReport.of(
                    List.of(before, run.checkpoint("after")), Optional.of(NumberArray.of(new int[] {N}, target)));
            verdicts.add(report.verdict());
        }
        return verdicts;
    }

    /**
     * No lazy training is called rich and none that is rich lazy. Where one unit's corner passed one picture, its probe is most of the
     * kernel's change, and the interval over probes leaves a lazy training between.
     */
    @Test
    void lazyAndRichAreToldApart() throws IOException {
        assertThat(verdicts(0x1p2)).containsOnly("rich");
        List<String> lazy = verdicts(0x1p20);
        assertThat(lazy).isSubsetOf("lazy", "between");
        assertThat(lazy.stream().filter("lazy"::equals)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void controlsAreNotLazy() throws IOException {
        Run run = new Run(11, 1);
        Checkpoint own = run.checkpoint("a");
        assertThat(CheckpointReport.of(own, run.checkpoint("the same")).verdict())
                .isEqualTo(CheckpointReport.STILL);
        run.engine.initialise(Streams.of(99).at("init"));
        CheckpointReport strangers = CheckpointReport.of(own, run.checkpoint("b"));
        assertThat(strangers.verdict()).as(strangers.text()).isNotEqualTo("lazy");
        assertThat(strangers.kernelChange().low()).isGreaterThan(0.1);
    }
}
