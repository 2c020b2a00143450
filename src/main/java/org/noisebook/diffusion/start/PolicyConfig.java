package org.noisebook.diffusion.start;

import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GoldenTrips;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** A law of the first noise that is learned from rewards. */
public record PolicyConfig(
        @Parameter("what is rewarded: gaussian or digit") Task task,

        @Parameter("diffusion that is run backward") Diffusion diffusion,

        @Parameter("how steps are made, without noise") DiffusionMethod method,

        @Parameter(value = "steps of equal length", range = "[1, 100000]")
        int steps,

        @Parameter("how the first noise is learned") DiffusionStart.Policy start,

        @Parameter(value = "fresh samples that judge", range = "[16, 100000]")
        int particles) {
    /** What is rewarded of a sample. */
    public sealed interface Task permits Gaussian, Digit {}

    /**
     * −|x − target|² of samples of N(0, diag λ), λ even from 0.25 to 4, for a target drawn from this law: the sampler is affine, and the best mean is
     * what it takes to the target.
     *
     * @param dimension coordinates
     */
    public record Gaussian(
            @Parameter(value = "coordinates", range = "[1, 64]")
            int dimension) implements Task {
        public Gaussian {
            Ranges.check(Gaussian.class, dimension);
        }

        /** Eight coordinates. */
        public static Gaussian standard() {
            return new Gaussian(8);
        }
    }

    /**
     * The log of the exact probability of a digit, sampled without asking for it.
     *
     * @param digit which
     */
    public record Digit(
            @Parameter(value = "which digit", range = "[0, 9]")
            int digit) implements Task {
        public Digit {
            Ranges.check(Digit.class, digit);
        }

        /** A three. */
        public static Digit standard() {
            return new Digit(3);
        }
    }

    public PolicyConfig {
        Ranges.check(PolicyConfig.class, task, diffusion, method, steps, start, particles);
        GoldenTrips.check(GuidedLaw.DigitsMixture.standard(), method);
        diffusion.mustHaveSignal(1);
    }

    /** The Gaussian along the linear DDPM chain, 20 steps of DDIM. */
    public static PolicyConfig standard() {
        return new PolicyConfig(
                Gaussian.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(0),
                20,
                DiffusionStart.Policy.standard(),
                256);
    }
}
