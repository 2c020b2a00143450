package org.noisebook.diffusion;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;

/** What golden noise is beside the noise that it came from. */
public record GoldenConfig(
        @Parameter("law with classes, in pixels") GuidedLaw law,

        @Parameter("diffusion that is run backward") Diffusion diffusion,

        @Parameter("how steps are made, both ways, without noise")
        DiffusionMethod method,

        @Parameter(value = "steps each way, of equal length", range = "[1, 100000]")
        int steps,

        @Parameter("how noise becomes golden") DiffusionStart.Golden start,

        @Parameter(value = "fresh noises", range = "[16, 512]")
        int particles) {
    /** Validates. */
    public GoldenConfig {
        Ranges.check(GoldenConfig.class, law, diffusion, method, steps, start, particles);
        check(law, method);
        diffusion.mustHaveSignal(1);
    }

    /** Refuses what no trip can be made with. */
    static void check(GuidedLaw law, DiffusionMethod method) {
        if (law instanceof GuidedLaw.Line || law.latents() < law.dimension()) {
            throw new IllegalArgumentException(
                    "law must have classes and be in pixels for start=golden, got " + Schema.formatValue(law));
        }
        if (method.card().noises() > 0 || method instanceof DiffusionMethod.ExponentialMultistep) {
            throw new IllegalArgumentException("method must step both ways, without noise, for start=golden, got "
                    + Schema.formatValue(method));
        }
    }

    /** Digits by the exact score, the linear DDPM chain, 20 steps of DDIM each way. */
    public static GoldenConfig standard() {
        return new GoldenConfig(
                GuidedLaw.DigitsMixture.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(0),
                20,
                DiffusionStart.Golden.standard(),
                256);
    }
}
