package org.noisebook.sgd;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.rng.Streams;

/** CPU time of one training step of a network on one core, which does not depend on other load on the machine. */
final class NetworkTiming {
    private static final double ENDLESS_MARGIN = 1e30;
    private static final double SMALL_RATE = 1e-6;
    /** Shortest reliable timing. */
    private static final double ENOUGH_SECONDS = 0.25;
    /** A timing below this fraction of the previous best shows that the JIT compiler is still at work. */
    private static final double FASTER = 0.8;
    /** Number of consecutive timings without such a speed-up before the measurement ends. */
    private static final int CALM = 3;

    private static final double NANOS = 1e9;

    private NetworkTiming() {}

    /** Seconds per step when all points are unfitted, measured on generated points of the same dimension. */
    static double secondsAStep(NetworkConfig config, Streams streams) {
        // Reports missing files before any timing starts.
        DataLibrary.standard().inputs(config.dataset());
        Points points = Split.of(
                        DataSource.SIGN, new Task.Parity(), config.trainSize(), 0, config.inputDimension(), streams)
                .train();
        NetworkEngine engine = config.network().engine(points.dimension(), config.batchSize(), config.precision());
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long steps = 1;
        double best = Double.POSITIVE_INFINITY;
        int calm = 0;
        while (calm < CALM) {
            HingeSgd dense = new HingeSgd(ENDLESS_MARGIN, SMALL_RATE, config.batchSize(), steps * config.batchSize());
            engine.initialise(streams.at("init"));
            long start = clock.getCurrentThreadCpuTime();
            dense.run(engine, points, streams.at("order"));
            double seconds = (clock.getCurrentThreadCpuTime() - start) / NANOS;
            boolean shorter = seconds / steps < FASTER * best;
            best = Math.min(best, seconds / steps);
            calm = shorter || seconds < ENOUGH_SECONDS ? 0 : calm + 1;
            steps *= seconds < ENOUGH_SECONDS ? 2 : 1;
        }
        return best;
    }
}
