package org.noisebook.sgd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/** The Java peer of the speed test: the kit's own points, kernels and sampler, stepped as plain SGD steps them. */
final class PerceptronBenchmark {
    private static final int BATCH = 16;
    private static final int FIRST_STEPS = 20_000;
    private static final int BLOCK_STEPS = 100_000;
    /** Rounds on another run before the first answer, so that all code is compiled. */
    private static final int COMPILE_ROUNDS = 10;

    private final PerceptronPoints points;
    private final SubsetSampler batches;
    private final int[] batch = new int[BATCH];
    private final int[] unfitted;
    private long updates;

    private PerceptronBenchmark(long seed) {
        PerceptronConfig config = Schema.with(
                PerceptronConfig.standard(),
                "chi", 0,
                "dimension", 128,
                "trainSize", 10_000,
                "batchSize", BATCH,
                "learningRate", BATCH,
                "margin", 0x1p-7,
                "precision", Precision.FLOAT32);
        Streams streams = Streams.of(seed);
        points = PerceptronPoints.of(config, Kernels.fastest(), streams.at("data"));
        batches = new SubsetSampler(points.size, streams.at("order"));
        unfitted = new int[points.size];
        steps(FIRST_STEPS);
    }

    private void steps(int count) {
        for (int step = 0; step < count; step++) {
            batches.draw(batch, BATCH);
            int found = points.unfitted(batch, BATCH, unfitted);
            if (found > 0) {
                points.update(unfitted, found);
                updates += found;
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        PerceptronBenchmark rehearsal = new PerceptronBenchmark(1);
        for (int round = 0; round < COMPILE_ROUNDS; round++) {
            rehearsal.steps(BLOCK_STEPS);
        }
        PerceptronBenchmark run = new PerceptronBenchmark(2);
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            long wall = System.nanoTime();
            long cpu = thread.getCurrentThreadCpuTime();
            run.steps(BLOCK_STEPS);
            cpu = thread.getCurrentThreadCpuTime() - cpu;
            wall = System.nanoTime() - wall;
            System.out.printf(
                    Locale.ROOT,
                    "%.6f %.6f %d %.5g %.5g %d%n",
                    cpu / 1e9,
                    wall / 1e9,
                    (long) BLOCK_STEPS * BATCH,
                    run.points.signal(),
                    run.points.noise(),
                    run.updates);
            System.out.flush();
        }
    }
}
