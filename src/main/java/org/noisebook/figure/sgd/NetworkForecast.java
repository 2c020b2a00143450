package org.noisebook.figure.sgd;

import java.util.Locale;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.sgd.NetworkConfig;

/**
 * What a plane of network runs will take on this machine: dense steps are timed, and a run is a third of its cap's.
 *
 * @param runs how many
 * @param hours altogether
 * @param threads runs at a time
 */
record NetworkForecast(long runs, double hours, int threads) {
    /** Measured on the runs of the full network phase diagram: dense steps a run costs, as a share of its cap. */
    private static final double MEAN_SHARE_OF_CAP = 0.34;

    private static final double ENDLESS_MARGIN = 1e30;
    private static final double SMALL_RATE = 1e-6;
    /** The first rounds wait for the compiler. */
    private static final int ROUNDS = 4;

    private static final double NANOS = 1e9;
    private static final double SECONDS_AN_HOUR = 3600;

    /** Times so many dense steps of a training on Gaussian points of the same length, for which no file is needed. */
    static NetworkForecast of(NetworkConfig training, long runs, int steps, Experiment experiment) {
        NetworkConfig config = Schema.with(
                training,
                "dataset",
                DataSource.SIGN,
                "task",
                new Task.Parity(),
                "dimension",
                training.dataset().inputDimension(training.dimension()));
        Points points = Split.of(
                        config.dataset(),
                        config.task(),
                        config.trainSize(),
                        0,
                        config.dimension(),
                        experiment.streams())
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
        double runSteps = (double) config.sampleCap() / config.batchSize() * MEAN_SHARE_OF_CAP;
        double hours = runs * runSteps * seconds / steps / experiment.threads() / SECONDS_AN_HOUR;
        return new NetworkForecast(runs, hours, experiment.threads());
    }

    NetworkForecast and(NetworkForecast other) {
        return new NetworkForecast(runs + other.runs, hours + other.hours, threads);
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%d runs, about %s on %d threads if none is in the cache; it may be interrupted and goes on where it was",
                runs,
                hours < 1 ? Math.round(hours * 60) + " min" : String.format(Locale.ROOT, "%.1f h", hours),
                threads);
    }
}
