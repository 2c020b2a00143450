package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * The verdict on the kit's own networks, none of which set its limits: each is trained beside its tangent model, by descent on the mean of
 * (αF − y)², and the distance of the two on further points says what it is. Leaves {@code regime-zoo-kit.csv} in {@code target}, the rows of
 * {@code regime_zoo.py}.
 */
@Tag("slow")
class RegimeZooTest {
    private static final int TRAIN = 96;
    private static final int TEST = 200;
    private static final int PROBES = 100;
    private static final int STEPS = 300;
    private static final int SEEDS = 3;
    private static final double[] STOPS = {0.5, 0.1, 0.02};
    private static final Map<String, Network> NETWORKS = new TreeMap<>(Map.of(
            "kit mlp relu", new FullyConnected(2, 64, Activation.RELU),
            "kit mlp tanh", new FullyConnected(1, 128, Activation.TANH),
            "kit mlp gelu", new FullyConnected(3, 48, Activation.GELU),
            "kit cnn relu", new InvertedResidual(1, 4, Activation.RELU),
            "kit cnn gelu", new InvertedResidual(1, 4, Activation.GELU)));

    private final List<String> rows = new ArrayList<>();
    private final Map<String, Integer> confusion = new HashMap<>();

    @Test
    void theVerdictIsThatOfTheTangentModel() throws IOException {
        rows.add("family,scale,seed,stop,loss,step,T_S,T_L,d1_train,se_d1_train,d2_train,se_d2_train,ds_train,"
                + "se_ds_train,d1_held,se_d1_held,d2_held,se_d2_held,ds_held,se_ds_held");
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (Map.Entry<String, Network> one : NETWORKS.entrySet()) {
                boolean cnn = one.getValue() instanceof InvertedResidual;
                for (DataSource data : cnn
                        ? new DataSource[] {DataSource.FASHION_TEST_14}
                        : new DataSource[] {DataSource.DIGITS, DataSource.FASHION_TEST_14}) {
                    for (double scale : cnn ? new double[] {4, 256, 16384} : new double[] {0.1, 1, 10, 100, 1000}) {
                        String name = one.getKey() + (data == DataSource.DIGITS ? " digits" : " fashion");
                        double rate = 1;
                        while (!run(name, one.getValue(), data, scale, seed, rate)) {
                            rate /= 4;
                        }
                    }
                }
            }
        }
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "regime-zoo-kit.csv"), rows);
        int all = confusion.values().stream().mapToInt(Integer::intValue).sum();
        int lazy = count("lazy lazy") + count("between lazy") + count("rich lazy");
        assertThat(count("rich lazy") + count("lazy rich"))
                .as("swaps: %s", confusion)
                .isZero();
        assertThat(count("between lazy")).as("false lazy: %s", confusion).isLessThanOrEqualTo(lazy / 20);
        assertThat(count("lazy lazy") + count("between between") + count("rich rich"))
                .as("right of %d: %s", all, confusion)
                .isGreaterThanOrEqualTo(85 * all / 100);
    }

    private int count(String both) {
        return confusion.getOrDefault(both, 0);
    }

    /** One network; false if its loss blew up, so that the rate must be smaller. */
    private boolean run(String name, Network network, DataSource data, double scale, int seed, double rate) {
        Streams streams = Streams.of(seed);
        Points points = Split.of(data, new Task.Parity(), TRAIN + TEST + PROBES, 0, 0, streams)
                .train();
        int n = points.count();
        int[] train = IntStream.range(0, TRAIN).toArray();
        NetworkEngine engine = network.engine(points.dimension(), n, Precision.FLOAT64);
        NetworkEngine moved = network.engine(points.dimension(), n, Precision.FLOAT64);
        engine.initialise(streams.at("init"));
        double[] first = engine.weights();
        double[] start = engine.outputs(points);
        double[] kernel = ProbeKernel.tangent(network, first, points).matrix();
        double[] part = new double[TRAIN * TRAIN];
        for (int k = 0; k < part.length; k++) {
            part[k] = kernel[k / TRAIN * n + k % TRAIN];
        }
        double step = rate * TRAIN / SymmetricSpectrum.of(TRAIN, part).values()[0];
        double[] tangent = new double[n];
        double[] out = new double[n];
        List<String> found = new ArrayList<>();
        double[][] atLoss = new double[STOPS.length][];
        double[][] ends = new double[STOPS.length][];
        for (int t = 0, reached = 0, same = 0; t <= STEPS && (reached < STOPS.length || same < STOPS.length); t++) {
            engine.forward(points, train, TRAIN, out);
            double[] pull = new double[TRAIN];
            double[] linear = new double[TRAIN];
            double now = 0;
            double other = 0;
            for (int i = 0; i < TRAIN; i++) {
                double gap = scale * (out[i] - start[i]) - points.label(i);
                double linearGap = tangent[i] - points.label(i);
                now += gap * gap / TRAIN;
                other += linearGap * linearGap / TRAIN;
                pull[i] = -step * gap / (scale * TRAIN);
                linear[i] = -step * linearGap / TRAIN;
            }
            if (!(now < 100)) {
                return false;
            }
            for (; same < STOPS.length && other < STOPS[same]; same++) {
                atLoss[same] = tangent.clone();
            }
            boolean over = t == STEPS && reached < STOPS.length;
            for (; reached < STOPS.length && (now < STOPS[reached] || over); reached++) {
                moved.set(engine.weights());
                double[] f = moved.outputs(points);
                Arrays.setAll(f, i -> scale * (f[i] - start[i]));
                double far = apart(tangent, f);
                StringBuilder row = new StringBuilder(String.format(
                        Locale.ROOT,
                        "%s,%s,%d,%s,%.4g,%d,%.4g,@%d",
                        name,
                        scale,
                        seed,
                        over ? 0 : STOPS[reached],
                        now,
                        t,
                        far,
                        reached));
                for (int from : new int[] {0, TRAIN + TEST}) {
                    int count = from == 0 ? TRAIN : PROBES;
                    Linearisation of = Linearisation.of(
                            w -> {
                                moved.set(w);
                                return Arrays.copyOfRange(moved.outputs(points), from, from + count);
                            },
                            count,
                            first,
                            engine.weights());
                    for (Estimate one : new Estimate[] {of.start(), of.end(), of.slope()}) {
                        row.append(String.format(Locale.ROOT, ",%.4g,%.3g", one.mean(), one.stdError() / one.mean()));
                    }
                    if (from > 0) {
                        String truth = far < 0.1 ? "lazy" : far > 0.5 ? "rich" : "between";
                        confusion.merge(truth + " " + of.verdict(), 1, Integer::sum);
                    }
                }
                found.add(row.toString());
                ends[reached] = over ? null : f;
                reached = over ? STOPS.length : reached;
            }
            engine.update(train, pull, TRAIN);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < TRAIN; j++) {
                    tangent[i] += kernel[i * n + j] * linear[j];
                }
            }
        }
        for (String row : found) {
            int s = row.charAt(row.indexOf('@') + 1) - '0';
            boolean known = atLoss[s] != null && ends[s] != null;
            rows.add(row.replace("@" + s, known ? String.format(Locale.ROOT, "%.4g", apart(atLoss[s], ends[s])) : ""));
        }
        return true;
    }

    /** On points that neither training nor probes use. */
    private static double apart(double[] tangent, double[] f) {
        double squares = 0;
        double size = 0;
        for (int i = TRAIN; i < TRAIN + TEST; i++) {
            squares += (tangent[i] - f[i]) * (tangent[i] - f[i]);
            size += f[i] * f[i];
        }
        return StrictMath.sqrt(squares / size);
    }
}
