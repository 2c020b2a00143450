package org.noisebook.figure.sgd;

import java.util.Locale;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.experiment.Experiment;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.sgd.NetworkConfig;

/** What a long sweep of networks will take, by a timing of dense steps on this machine. */
final class NetworkForecast {
    private static final double ENDLESS_MARGIN = 1e30;
    private static final double SMALL_RATE = 1e-6;
    static final int STEPS = 1000;
    /** Measured on the runs of the full network phase diagram: dense steps a run costs, as a share of its cap. */
    private static final double MEAN_SHARE_OF_CAP = 0.34;

    /** The first rounds wait for the compiler. */
    private static final int ROUNDS = 4;

    private static final double NANOS = 1e9;
    private static final double SECONDS_AN_HOUR = 3600;

    private NetworkForecast() {}

    /** Seconds of a step whose points are all unfitted, on drawn points of the same length. */
    static double secondsAStep(NetworkConfig config, Experiment experiment) {
        return secondsAStep(config, STEPS, experiment);
    }

    /** Core seconds of the runs of an (α, T) plane, from the timing of so many steps. */
    static double secondsOfPlane(NetworkConfig config, long runs, int steps, Experiment experiment) {
        double stepsOfRun = (double) config.sampleCap() / config.batchSize() * MEAN_SHARE_OF_CAP;
        return runs * stepsOfRun * secondsAStep(config, steps, experiment);
    }

    private static double secondsAStep(NetworkConfig config, int steps, Experiment experiment) {
        // Files that are missing are said before anything is timed.
        DataLibrary.standard().inputs(config.dataset());
        int dimension = config.dataset().inputDimension(config.dimension());
        Points points = Split.of(
                        DataSource.SIGN, new Task.Parity(), config.trainSize(), 0, dimension, experiment.streams())
                .train();
        NetworkEngine engine = config.network().engine(points.dimension(), config.batchSize(), config.precision());
        HingeSgd dense =
                new HingeSgd(ENDLESS_MARGIN, SMALL_RATE, config.batchSize(), (long) steps * config.batchSize());
        double seconds = 0;
        for (int round = 0; round < ROUNDS; round++) {
            engine.initialise(experiment.streams().at("init"));
            long start = System.nanoTime();
            dense.run(engine, points, experiment.streams().at("order"));
            seconds = (System.nanoTime() - start) / NANOS;
        }
        return seconds / steps;
    }

    /** {@code 7254 runs, about 3.2 h on 2 threads …}. */
    static String text(long runs, String about, double coreSeconds, Experiment experiment) {
        double hours = coreSeconds / experiment.threads() / SECONDS_AN_HOUR;
        return String.format(
                Locale.ROOT,
                "%d runs, %s %s on %d threads if none is in the cache; it may be interrupted and goes on where it was",
                runs,
                about,
                hours < 1 ? Math.round(hours * 60) + " min" : String.format(Locale.ROOT, "%.1f h", hours),
                experiment.threads());
    }
}
