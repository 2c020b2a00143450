package org.noisebook.interpolant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.IntStream;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;

/** Answers a line {@code NAME THREADS} with CPU seconds, wall seconds and the mean of |x|² at the end, peak with {@link #peak}. */
final class InterpolantBenchmark {
    private static final int MODES = 8;
    private static final int LARGE = 64;
    private static final int LARGE_MODES = 10;

    private InterpolantBenchmark() {}

    /** Eight modes on a circle of radius 4, each longer along it (0.5) than across (0.3). */
    private static GaussianMixture ring() {
        double[] weights = new double[MODES];
        double[][] means = new double[MODES][2];
        double[][][] covariances = new double[MODES][2][2];
        for (int k = 0; k < MODES; k++) {
            double angle = 2 * Math.PI * k / MODES;
            double c = StrictMath.cos(angle);
            double s = StrictMath.sin(angle);
            weights[k] = 1.0 / MODES;
            means[k] = new double[] {4 * c, 4 * s};
            double across = 0.09;
            double along = 0.25;
            covariances[k] = new double[][] {
                {across * c * c + along * s * s, (across - along) * c * s},
                {(across - along) * c * s, across * s * s + along * c * c}
            };
        }
        return new GaussianMixture(weights, means, covariances);
    }

    /** Ten components in 64 dimensions: m_kj = 2 sin(k + 1 + 7j), C_k = I/2 + u uᵀ/16 with u_j = cos(3k + j). */
    private static GaussianMixture large() {
        double[] weights = new double[LARGE_MODES];
        double[][] means = new double[LARGE_MODES][LARGE];
        double[][][] covariances = new double[LARGE_MODES][LARGE][LARGE];
        for (int k = 0; k < LARGE_MODES; k++) {
            weights[k] = 1.0 / LARGE_MODES;
            for (int i = 0; i < LARGE; i++) {
                means[k][i] = 2 * StrictMath.sin(k + 1 + 7 * i);
                for (int j = 0; j < LARGE; j++) {
                    covariances[k][i][j] =
                            StrictMath.cos(3 * k + i) * StrictMath.cos(3 * k + j) / 16 + (i == j ? 0.5 : 0);
                }
            }
        }
        return new GaussianMixture(weights, means, covariances);
    }

    private static double run(GaussianMixture end, int particles, int steps, int threads) {
        int d = end.dimension();
        Stream stream = Streams.of(1).at("noise");
        double[][] x = new double[d][particles];
        for (double[] row : x) {
            for (int k = 0; k < particles; k++) {
                row[k] = stream.nextGaussian();
            }
        }
        double[] times = IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> (double) i / steps)
                .toArray();
        MixtureInterpolant interpolant =
                new MixtureInterpolant(GaussianMixture.standard(d), end, PathSchedule.of(PathSchedule.Path.LINEAR));
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long cpu = thread.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        Ensemble.run(
                OdeMethod.RK4.sampler(interpolant.velocity()), times, x, Noise.NONE, threads, Ensemble.Observer.NONE);
        wall = System.nanoTime() - wall;
        cpu = thread.getCurrentThreadCpuTime() - cpu;
        double sum = 0;
        for (double[] row : x) {
            for (double value : row) {
                sum = Math.fma(value, value, sum);
            }
        }
        System.out.printf(Locale.ROOT, "%.4f %.4f %.6f%n", 1e-9 * cpu, 1e-9 * wall, sum / particles);
        return sum;
    }

    /** Multiply-adds a nanosecond of products whose matrices stay in cache: the best of many. */
    private static double peak() {
        int rows = 96;
        int terms = 128;
        int columns = 32;
        DoubleView a = DoubleView.zeros(rows, terms);
        DoubleView b = DoubleView.zeros(terms, columns);
        DoubleView c = DoubleView.zeros(rows, columns);
        MatrixKernels products = MatrixKernels.fastest();
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        double best = 0;
        for (int k = 0; k < 300; k++) {
            long start = thread.getCurrentThreadCpuTime();
            for (int repeat = 0; repeat < 50; repeat++) {
                products.addProduct(rows, terms, columns, a, b, c);
            }
            best = Math.max(best, 50.0 * rows * terms * columns / (thread.getCurrentThreadCpuTime() - start));
        }
        return best;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            int threads = Integer.parseInt(words[1]);
            if (words[0].equals("peak")) {
                System.out.printf(Locale.ROOT, "%.2f%n", peak());
            } else if (words[0].equals("plane")) {
                run(ring(), 1_000_000, 100, threads);
            } else {
                run(large(), 10_000, 20, threads);
            }
        }
    }
}
