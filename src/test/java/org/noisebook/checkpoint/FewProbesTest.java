package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/** How the verdict on few probes compares with that on many: what the page regime.md says and the report warns of. */
@Tag("slow")
class FewProbesTest {
    private static final int TRAIN = 96;
    private static final int POOL = 600;
    private static final int DRAWS = 100;

    @Test
    void fewerThanThirtyProbesHaveWideIntervals() {
        Map<Integer, double[]> found = new TreeMap<>();
        Stream stream = Streams.of(1).at("draws");
        int networks = 0;
        for (long seed = 1; seed <= 2; seed++) {
            for (FullyConnected network : List.of(
                    new FullyConnected(2, 64, Activation.RELU),
                    new FullyConnected(1, 128, Activation.TANH),
                    new FullyConnected(3, 48, Activation.GELU))) {
                for (DataSource data : List.of(DataSource.DIGITS, DataSource.FASHION_TEST_14)) {
                    for (double scale : new double[] {0.1, 0.3, 1, 3, 10, 30, 100, 1000}) {
                        NumberArray[] four = {};
                        for (double rate = 1; four.length == 0; rate /= 4) {
                            four = train(network, data, scale, seed, rate);
                        }
                        networks++;
                        for (int n : new int[] {5, 16, 30, 100}) {
                            judge(four, n, stream, found.computeIfAbsent(n, none -> new double[4]));
                        }
                    }
                }
            }
        }
        StringBuilder table = new StringBuilder();
        for (Map.Entry<Integer, double[]> one : found.entrySet()) {
            double[] sums = one.getValue();
            table.append(String.format(
                    "%n%d probes: verdict of all in %.3f, intervals hold in %.3f, half-width a factor %.3f, swaps %.0f",
                    one.getKey(),
                    sums[0] / networks / DRAWS,
                    sums[1] / networks / DRAWS / 3,
                    StrictMath.exp(sums[2] / networks / DRAWS / 3),
                    sums[3]));
        }
        assertThat(networks).isEqualTo(96);
        assertThat(table.toString())
                .doesNotContain("swaps 1")
                .contains(
                        "5 probes: verdict of all in 0.917",
                        "30 probes: verdict of all in 0.959",
                        "a factor 1.410",
                        "swaps 0");
    }

    /** Adds what a verdict on n random points of the pool says beside that of all. */
    private static void judge(NumberArray[] four, int n, Stream stream, double[] sums) {
        Linearisation all = Linearisation.of(four[0], four[1], four[2], four[3]);
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] pick = IntStream.generate(() -> (int) (stream.nextDouble() * POOL))
                    .distinct()
                    .limit(n)
                    .toArray();
            NumberArray[] some = new NumberArray[4];
            for (int q = 0; q < 4; q++) {
                NumberArray of = four[q];
                some[q] = NumberArray.of(
                        new int[] {n}, IntStream.of(pick).mapToDouble(of::at).toArray());
            }
            Linearisation few = Linearisation.of(some[0], some[1], some[2], some[3]);
            sums[0] += few.verdict().equals(all.verdict()) ? 1 : 0;
            sums[3] += List.of("lazyrich", "richlazy").contains(few.verdict() + all.verdict()) ? 1 : 0;
            Estimate[] known = {all.start(), all.end(), all.slope()};
            Estimate[] judged = {few.start(), few.end(), few.slope()};
            for (int q = 0; q < 3; q++) {
                sums[1] += judged[q].low() <= known[q].mean() && known[q].mean() <= judged[q].high() ? 1 : 0;
                sums[2] += StrictMath.log(judged[q].high() / judged[q].low()) / 2;
            }
        }
    }

    /** Outputs and derivatives on the pool, of descent to a loss of 0.1; empty if it blew up. */
    private static NumberArray[] train(FullyConnected network, DataSource data, double scale, long seed, double rate) {
        Streams streams = Streams.of(seed);
        Points points =
                Split.of(data, new Task.Parity(), TRAIN + POOL, 0, 0, streams).train();
        int n = points.count();
        int[] train = IntStream.range(0, TRAIN).toArray();
        NetworkEngine engine = network.engine(points.dimension(), n, Precision.FLOAT64);
        engine.initialise(streams.at("init"));
        double[] first = engine.weights();
        double[] start = engine.outputs(points);
        double[] kernel =
                ProbeKernel.tangent(network, first, points.first(TRAIN)).matrix();
        double step = rate * TRAIN / SymmetricSpectrum.of(TRAIN, kernel).values()[0];
        double[] out = new double[n];
        double loss = 1;
        for (int t = 0; t <= 200 && loss >= 0.1; t++) {
            engine.forward(points, train, TRAIN, out);
            double[] pull = new double[TRAIN];
            loss = 0;
            for (int i = 0; i < TRAIN; i++) {
                double gap = scale * (out[i] - start[i]) - points.label(i);
                loss += gap * gap / TRAIN;
                pull[i] = -step * gap / (scale * TRAIN);
            }
            if (!(loss < 100)) {
                return new NumberArray[0];
            }
            if (loss >= 0.1) {
                engine.update(train, pull, TRAIN);
            }
        }
        double[] last = engine.weights();
        NumberArray[] four = new NumberArray[4];
        for (int end = 0; end < 2; end++) {
            double[][] at = new double[3][];
            for (int q = 0; q < 3; q++) {
                double[] weights = end == 0 ? first.clone() : last.clone();
                for (int k = 0; k < weights.length; k++) {
                    weights[k] += 0.01 * (q - 1) * (last[k] - first[k]);
                }
                engine.set(weights);
                at[q] = engine.outputs(points);
            }
            int[] shape = {POOL};
            four[end] = NumberArray.of(
                    shape, IntStream.range(TRAIN, n).mapToDouble(i -> at[1][i]).toArray());
            four[2 + end] = NumberArray.of(
                    shape,
                    IntStream.range(TRAIN, n)
                            .mapToDouble(i -> (at[2][i] - at[0][i]) / 0.02)
                            .toArray());
        }
        return four;
    }
}
