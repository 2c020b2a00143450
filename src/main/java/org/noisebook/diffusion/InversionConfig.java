package org.noisebook.diffusion;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;

/**
 * Configuration of a round trip along a deterministic sampler.
 *
 * @param classShift 0 without classes; else the way out uses the picture's class, the way back that class plus this
 *     number
 */
public record InversionConfig(
        @Parameter("distribution of the data, in pixels") GuidedLaw law,

        @Parameter("the diffusion") Diffusion diffusion,

        @Parameter("how steps are taken, without noise") DiffusionMethod method,

        @Parameter(value = "steps each way, of equal length", range = "[1, 100000]")
        int steps,

        @Parameter("where the round trip starts: picture or latent")
        Trip trip,

        @Parameter("whether the method's memory is saved at the turning point")
        boolean keepsMemory,

        @Parameter("whether the state is rounded to float32 after each step")
        boolean single,

        @Parameter(value = "shift of the class on the way back; 0 for no classes", range = "[0, 9]")
        int classShift,

        @Parameter(value = "steps of Heun's method for reference samples; 0 for none", range = "[0, 100000]")
        int referenceSteps,

        @Parameter(value = "particles", range = "[2, 512]") int particles) {
    /** The starting point of a round trip. */
    public enum Trip {
        /** Starts at data: to noise and back. */
        PICTURE,
        /** Starts at noise: to a sample and back to its latent. */
        LATENT
    }

    public InversionConfig {
        Ranges.check(
                InversionConfig.class,
                law,
                diffusion,
                method,
                steps,
                trip,
                keepsMemory,
                single,
                classShift,
                referenceSteps,
                particles);
        if (!method.stepsBothWays()) {
            throw new IllegalArgumentException(
                    "method must step both ways, without noise, got " + Schema.formatValue(method));
        }
        if (law.latents() < law.dimension()) {
            throw new IllegalArgumentException("law must be in pixels, got " + Schema.formatValue(law));
        }
        if (classShift > 0 && (trip != Trip.PICTURE || classShift >= law.data().components())) {
            throw new IllegalArgumentException("classShift must be 0 unless a picture's trip and classes="
                    + law.data().components() + " allow it, got " + classShift);
        }
        if (referenceSteps > 0 && trip != Trip.LATENT) {
            throw new IllegalArgumentException("referenceSteps must be 0 for trip=picture, got " + referenceSteps);
        }
    }

    /** Digits with the exact score along the linear DDPM chain, 50 EDICT steps each way. */
    public static InversionConfig standard() {
        return new InversionConfig(
                GuidedLaw.DigitsMixture.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                DiffusionMethod.Edict.standard(),
                50,
                Trip.PICTURE,
                true,
                false,
                0,
                0,
                64);
    }
}
