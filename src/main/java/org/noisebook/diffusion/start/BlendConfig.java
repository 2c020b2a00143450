package org.noisebook.diffusion.start;

import org.noisebook.diffusion.Blending;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Pictures between pairs of digits, made from what a sampler without noise takes them to.
 *
 * @param saturated share of pixels that are set to black or white at random before
 */
public record BlendConfig(
        @Parameter("the diffusion") Diffusion diffusion,

        @Parameter("how steps are made, both ways, without noise")
        DiffusionMethod method,

        @Parameter(value = "steps each way, of equal length", range = "[1, 100000]")
        int steps,

        @Parameter("what is blended: samples of the law or digits")
        Source source,

        @Parameter(value = "share of pixels set to black or white", range = "[0, 1]")
        double saturated,

        @Parameter("how and where codes are blended") DiffusionStart.Interpolated start,

        @Parameter(value = "pairs", range = "[2, 512]") int particles) {
    /** Where pictures come from. */
    public enum Source {
        /** Points of the law whose score drives the sampler. */
        SAMPLES,
        /** Handwritten digits. */
        DIGITS
    }

    /** Validates. */
    public BlendConfig {
        Ranges.check(BlendConfig.class, diffusion, method, steps, source, saturated, start, particles);
        Blending.check(diffusion, method, start);
    }

    /** Digits with 15 % of their pixels saturated, slerp half way up the linear chain, 50 steps of DDIM each way. */
    public static BlendConfig standard() {
        return new BlendConfig(
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(0),
                50,
                Source.DIGITS,
                0.15,
                DiffusionStart.Interpolated.standard(),
                64);
    }
}
