package org.noisebook.figure.interpolant;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.model.StopReason;

/** Runs that move no particle: their results are a planted function of config and replica. */
final class PlantedInterpolants implements Runner {
    private final Law law;

    /** What is planted, onto a result that is 1 everywhere. */
    interface Law {
        InterpolantResult of(InterpolantConfig config, double small, Planting with);
    }

    /** Changes components of the planted result. */
    interface Planting {
        InterpolantResult with(Object... namesAndValues);
    }

    private PlantedInterpolants(Law law) {
        this.law = law;
    }

    /** An experiment whose runs of interpolants are planted, others done; {@code small} is ±0.01 by replica. */
    static Experiment of(Law law) {
        return new Experiment(
                Experiment.STANDARD_SEED, Cache.inMemory(), new PlantedInterpolants(law), Progress.SILENT);
    }

    private static InterpolantResult ones() {
        double[] one = {1};
        return new InterpolantResult(
                StopReason.COMPLETED,
                1,
                1,
                1,
                1,
                1,
                Doubles.of(one),
                Doubles.of(one),
                Doubles.of(one),
                Doubles.of(one),
                Doubles.of(one),
                1,
                1,
                1,
                1,
                1,
                1,
                1);
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        for (int k = 0; k < runs.size(); k++) {
            double small = runs.get(k).streams().replica() % 2 == 0 ? 0.01 : -0.01;
            R result = runs.get(k).config() instanceof InterpolantConfig config
                    ? (R) law.of(config, small, changes -> Schema.with(ones(), changes))
                    : runs.get(k).execute();
            sink.ended(k, Optional.of(result), Duration.ZERO);
        }
    }
}
