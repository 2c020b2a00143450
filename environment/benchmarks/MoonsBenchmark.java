package org.noisebook.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.noisebook.interpolant.Target;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Wasserstein;

/**
 * How well {@code noisebook field} learns two moons of noise 0.1 from a CSV file (README.md): a line for each seed.
 *
 * <p>Arguments: a folder, rows, seeds. Log p of 2000 fresh rows is compared with the exact density by quadrature over the
 * arcs, in the units of the file; sliced W_1 of 10^4 samples to fresh rows with that of 4 other sets of fresh rows.
 */
final class MoonsBenchmark {
    private static final double NOISE = 0.1;
    private static final int NODES = 400;
    private static final int HELD_OUT = 2000;
    private static final int SAMPLES = 10_000;
    /** Rows of the kernel density beside the field. */
    private static final int KERNELS = 10_000;
    private static final int FLOORS = 4;
    private static final int DIRECTIONS = 100;
    /** The file's units: x' = 10 + 2 x, y' = -3 + 5 y. */
    private static final double[] SHIFT = {10, -3};

    private static final double[] SCALE = {2, 5};

    private MoonsBenchmark() {}

    private static double[][] draw(String stream, int rows, long seed) {
        double[][] x = new double[2][rows];
        new Target.TwoMoons(NOISE).open(Streams.of(100 + seed), stream).draw(rows, x, new int[rows]);
        for (int j = 0; j < 2; j++) {
            for (int k = 0; k < rows; k++) {
                x[j][k] = SHIFT[j] + SCALE[j] * x[j][k];
            }
        }
        return x;
    }

    private static Path csv(Path file, double[][] x) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("x,y\n");
            for (int k = 0; k < x[0].length; k++) {
                out.write(x[0][k] + "," + x[1][k] + "\n");
            }
        }
        return file;
    }

    /** The midpoint rule converges exponentially inside, and the arcs' ends are smooth on the scale of the noise. */
    private static double exact(double x, double y) {
        double u = (x - SHIFT[0]) / SCALE[0];
        double v = (y - SHIFT[1]) / SCALE[1];
        double sum = 0;
        for (int k = 0; k < NODES; k++) {
            double angle = Math.PI * (k + 0.5) / NODES;
            for (int sign = -1; sign <= 1; sign += 2) {
                double dx = u - sign * (Math.cos(angle) - 0.5);
                double dy = v - sign * (Math.sin(angle) - 0.25);
                sum += Math.exp(-(dx * dx + dy * dy) / (2 * NOISE * NOISE));
            }
        }
        return Math.log(sum / (2 * NODES) / (2 * Math.PI * NOISE * NOISE * SCALE[0] * SCALE[1]));
    }

    private static void run(Path... words) {
        String[] arguments = new String[words.length];
        for (int k = 0; k < words.length; k++) {
            arguments[k] = words[k].toString();
        }
        int status = Main.execute(new PrintWriter(System.err), new PrintWriter(System.err, true), arguments);
        if (status != 0) {
            throw new IllegalStateException("status " + status);
        }
    }

    private static double seconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static double[][] columns(Path file, int first) throws IOException {
        List<String> lines = Files.readAllLines(file);
        double[][] x = new double[2][lines.size() - 1];
        for (int k = 0; k + 1 < lines.size(); k++) {
            String[] cells = lines.get(k + 1).split(",");
            x[0][k] = Double.parseDouble(cells[first]);
            x[1][k] = Double.parseDouble(cells[1]);
        }
        return x;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        int seeds = Integer.parseInt(arguments[2]);
        System.out.println("seed  CPU s train  likelihood  |log p error|  bias     sliced W1  floor    ratio  KDE |error|");
        for (int seed = 1; seed <= seeds; seed++) {
            Path points = csv(folder.resolve("points.csv"), draw("rows", rows, seed));
            double[][] held = draw("held", HELD_OUT, seed);
            Path fresh = csv(folder.resolve("fresh.csv"), held);
            Path field = folder.resolve("points.field");
            Path log = folder.resolve("logp.csv");
            Path samples = folder.resolve("samples.csv");
            Path word = Path.of("field");
            Path number = Path.of(Integer.toString(seed));
            double start = seconds();
            run(word, Path.of("train"), points, Path.of("--save"), field, Path.of("--seed"), number);
            double trained = seconds();
            run(word, Path.of("likelihood"), field, fresh, Path.of("--out"), log);
            double scored = seconds();
            run(word, Path.of("sample"), field, Path.of("--count"), Path.of("" + SAMPLES), Path.of("--out"), samples);
            double[] logs = columns(log, 1)[0];
            double error = 0;
            double bias = 0;
            for (int k = 0; k < HELD_OUT; k++) {
                double off = logs[k] - exact(held[0][k], held[1][k]);
                error += Math.abs(off) / HELD_OUT;
                bias += off / HELD_OUT;
            }
            double[][] reference = draw("reference", SAMPLES, seed);
            double own = apart(columns(samples, 0), reference);
            double floor = 0;
            for (int k = 0; k < FLOORS; k++) {
                floor += apart(draw("floor" + k, SAMPLES, seed), reference) / FLOORS;
            }
            System.out.println(String.format(
                    Locale.ROOT,
                    "%4d  %11.1f  %10.1f  %13.4f  %+.4f  %9.4f  %.4f  %6.2f  %11.4f",
                    seed, trained - start, scored - trained, error, bias, own, floor, own / floor, kernels(draw("rows", KERNELS, seed), held)));
        }
    }

    /** Mean |log p error| of a kernel density of rows, by the bandwidth of 0.04, 0.05, … 0.12 that makes it least. */
    private static double kernels(double[][] rows, double[][] held) {
        double best = Double.POSITIVE_INFINITY;
        for (double width = 0.04; width < 0.125; width += 0.01) {
            double error = 0;
            for (int k = 0; k < HELD_OUT; k++) {
                double sum = 0;
                for (int i = 0; i < KERNELS; i++) {
                    double dx = (rows[0][i] - held[0][k]) / (SCALE[0] * width);
                    double dy = (rows[1][i] - held[1][k]) / (SCALE[1] * width);
                    sum += Math.exp(-(dx * dx + dy * dy) / 2);
                }
                double density = sum / KERNELS / (2 * Math.PI * width * width * SCALE[0] * SCALE[1]);
                error += Math.abs(Math.log(density) - exact(held[0][k], held[1][k])) / HELD_OUT;
            }
            best = Math.min(best, error);
        }
        return best;
    }

    private static double apart(double[][] x, double[][] y) {
        return Wasserstein.slicedW1(x, y, DIRECTIONS, Streams.of(1).at("directions")).mean();
    }
}
