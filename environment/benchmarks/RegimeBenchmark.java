package org.noisebook.regime;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.papers.richlazy.LinearisedSgd;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Times the diagnostics of regimes on one thread; prints name, median and largest CPU seconds, target, ratio. */
final class RegimeBenchmark {
    private static final int INPUTS = 784;
    private static final int PROJECTIONS = 256;
    private static final int LEADING = 8;
    private static final FullyConnected NETWORK = new FullyConnected(3, 128, Activation.RELU);

    private final int rounds;
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

    private RegimeBenchmark(int rounds) {
        this.rounds = rounds;
    }

    private static Points points(int count, int dimension) {
        Stream data = Streams.of(1).at("data");
        float[] x = new float[count * dimension];
        byte[] label = new byte[count];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) data.nextGaussian();
        }
        for (int i = 0; i < count; i++) {
            label[i] = (byte) (x[i * dimension] < 0 ? -1 : 1);
        }
        return Points.of(count, dimension, x, label);
    }

    private static double[] weights(int dimension, String name) {
        NetworkEngine engine = NETWORK.engine(dimension, 1, Precision.FLOAT64);
        engine.initialise(Streams.of(1).at(name));
        return engine.weights();
    }

    /** @param target in seconds; NaN for none */
    private void time(String name, double target, IntConsumer work) {
        double[] seconds = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            long start = thread.getCurrentThreadCpuTime();
            work.accept(round);
            if (round >= 0) {
                seconds[round] = 1e-9 * (thread.getCurrentThreadCpuTime() - start);
            }
        }
        Arrays.sort(seconds);
        double median = seconds[rounds / 2];
        System.out.printf(
                Locale.ROOT,
                "| %s | %.3g | %.3g | %s | %s |%n",
                name,
                median,
                seconds[rounds - 1],
                Double.isNaN(target) ? "" : String.format(Locale.ROOT, "%.2g", target),
                Double.isNaN(target) ? "" : String.format(Locale.ROOT, "%.2f", target / median));
    }

    private void kernels() {
        double[] start = weights(INPUTS, "init");
        double[] end = weights(INPUTS, "order");
        for (int n : new int[] {1024, 10_000}) {
            Points probes = points(n, INPUTS);
            time(n + " probes: all values of the tangent kernel", n == 1024 ? 0.3 : 15, round -> {
                double norm = ProbeKernel.tangent(NETWORK, start, probes).norm();
                check(norm > 0);
            });
            ProbeKernel before = ProbeKernel.tangent(NETWORK, start, probes);
            ProbeKernel after = ProbeKernel.tangent(NETWORK, end, probes);
            time(n + " probes: alignment of two kernels", Double.NaN, round -> {
                check(KernelChange.of(before, after).alignment() < 1);
            });
            time(n + " probes: the same by " + PROJECTIONS + " random projections", Double.NaN, round -> {
                check(ProjectedAlignment.of(before, after, PROJECTIONS, Streams.of(1).at("noise")).mean() < 1);
            });
            time(n + " probes: " + LEADING + " leading eigenvalues", Double.NaN, round -> {
                check(KernelSpectrum.leading(before, LEADING, Streams.of(1).at("noise")).values()[0] > 0);
            });
        }
    }

    /** The tangent model of 16 384 Gaussian points in ten dimensions, B = 16, to zero hinge loss. */
    private void linearised() {
        Points train = points(16_384, 10);
        ProbeKernel kernel = ProbeKernel.tangent(NETWORK, weights(10, "init"), train);
        HingeSgd rule = new HingeSgd(0x1p-10, 0x1p-2, 16, 1L << 26);
        time("tangent model of 16 384 points until all are fitted", Double.NaN, round -> {
            LinearisedSgd.Outcome outcome =
                    LinearisedSgd.run(rule, kernel, train, Streams.of(1).at("order"));
            if (round < 0) {
                System.err.println("tangent model: " + outcome.end());
            }
        });
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("a benchmark gave a wrong number");
        }
    }

    public static void main(String[] arguments) {
        RegimeBenchmark run = new RegimeBenchmark(Integer.parseInt(arguments[0]));
        System.out.println("| work | CPU s, median | largest | target | target / median |\n| --- | --- | --- | --- | --- |");
        run.kernels();
        run.linearised();
    }
}
