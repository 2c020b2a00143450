package org.noisebook.diffusion;

import java.util.Objects;
import org.noisebook.experiment.Parameter;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;

/**
 * The source of the score of a diffusion: exact or learned.
 *
 * <p>In configs: {@code exact}, {@code learned(training.steps=2000)}.
 */
public sealed interface DiffusionScore permits DiffusionScore.Exact, DiffusionScore.Learned {
    /** The exact score in closed form. */
    record Exact() implements DiffusionScore {}

    /**
     * A network that learned the linear one-sided interpolant of the same data; its score gives that of every diffusion
     * by a change of time and scale ({@link DiffusionInterpolant}).
     *
     * @param objective the learned quantity; scores follow from any of them
     */
    record Learned(
            @Parameter("what the network learns") Objective objective,

            @Parameter("shape of the network") FieldConfig.Network network,

            @Parameter("how it is trained") FieldConfig.Training training)
            implements DiffusionScore {
        public Learned {
            Objects.requireNonNull(objective, "objective");
            Objects.requireNonNull(network, "network");
            Objects.requireNonNull(training, "training");
        }

        /** The noise mean, learned by 2 layers of 64 SiLU units in 3000 steps. */
        public static Learned standard() {
            return new Learned(
                    Objective.NOISE,
                    new FieldConfig.Network(2, 64, Activation.SILU, 4, false, true),
                    new FieldConfig.Training(3000, 256, new LearningRate.Cosine(5e-3), 0.998, false, true, 1e-3, 0));
        }

        /** The config of the field to be trained for a target. */
        FieldConfig field(Target target) {
            return new FieldConfig(
                    target, new BaseDensity.Noise(), PathSchedule.linear(0), objective, network, training);
        }
    }
}
