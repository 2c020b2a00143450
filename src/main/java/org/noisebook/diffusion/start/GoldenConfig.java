package org.noisebook.diffusion.start;

import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GoldenTrips;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

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
    public GoldenConfig {
        Ranges.check(GoldenConfig.class, law, diffusion, method, steps, start, particles);
        GoldenTrips.check(law, method);
        diffusion.mustHaveSignal(1);
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
