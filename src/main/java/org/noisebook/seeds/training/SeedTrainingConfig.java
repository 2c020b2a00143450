package org.noisebook.seeds.training;

import java.util.Objects;
import org.noisebook.experiment.Parameter;

/** One training under all combinations of initialisation, order and data seeds. */
public record SeedTrainingConfig(
        @Parameter("what is trained: network(training=…), perceptron(training=…), student(hidden=0)")
        Learner learner,

        @Parameter("seeds of each source, fully crossed") SeedLevels levels) {

    public SeedTrainingConfig {
        Objects.requireNonNull(learner, "learner");
        Objects.requireNonNull(levels, "levels");
    }

    /** A small network under 6 × 6 × 6 seeds. */
    public static SeedTrainingConfig standard() {
        return new SeedTrainingConfig(Learner.Network.standard(), SeedLevels.standard());
    }
}
