package org.noisebook.papers.interpolants;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Planted;
import org.noisebook.model.StopReason;

/** Runs that move no particle: their results are a planted function of config and replica. */
final class PlantedInterpolants {
    /** What is planted, onto a result that is 1 everywhere. */
    interface Law {
        InterpolantStudy.Result of(InterpolantStudy.Config config, double small, Planting with);
    }

    /** Changes components of the planted result. */
    interface Planting {
        InterpolantStudy.Result with(Object... namesAndValues);
    }

    private PlantedInterpolants() {}

    /** An experiment whose runs of interpolants are planted, others done; {@code small} is ±0.01 by replica. */
    static Experiment of(Law law) {
        return Planted.runs(run -> run.config() instanceof InterpolantStudy.Config config
                ? law.of(
                        config,
                        run.streams().replica() % 2 == 0 ? 0.01 : -0.01,
                        changes -> Schema.with(ones(), changes))
                : run.execute());
    }

    private static InterpolantStudy.Result ones() {
        double[] one = {1};
        return new InterpolantStudy.Result(
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
}
