package org.noisebook.diffusion.uses;

import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;

/**
 * Noise maps of pictures along a stochastic sampler, and what becomes of a picture when they are used again.
 *
 * @param skipped steps from the noisy end that the way back leaves out: it begins where the path stood after them
 * @param classShift the way back is that of the class so many further
 * @param pixelShift maps and start are moved round by so many columns
 */
public record NoiseMapsConfig(
        @Parameter("law of the data, in pixels") GuidedLaw law,

        @Parameter("the diffusion") Diffusion diffusion,

        @Parameter("how steps are made, with one normal number a coordinate")
        DiffusionMethod method,

        @Parameter("where maps come from: independent, native or fresh")
        Maps maps,

        @Parameter(value = "steps of equal length", range = "[4, 10000]")
        int steps,

        @Parameter(value = "noisy steps left out on the way back", range = "[0, steps]")
        int skipped,

        @Parameter(value = "by how many classes the way back differs", range = "[0, 9]")
        int classShift,

        @Parameter(value = "columns by which maps are moved", range = "[0, 7]")
        int pixelShift,

        @Parameter(value = "particles", range = "[2, 512]") int particles) {
    /** Where the noise of each step comes from. */
    public enum Maps {
        /** From a path whose places are each the picture under noise of their own: those of the paper. */
        INDEPENDENT,
        /** From a path of the diffusion itself. */
        NATIVE,
        /** Drawn new, from where the path of {@link #NATIVE} stood: the control that keeps no picture. */
        FRESH
    }

    /** Validates. */
    public NoiseMapsConfig {
        Ranges.check(
                NoiseMapsConfig.class, law, diffusion, method, maps, steps, skipped, classShift, pixelShift, particles);
        if (!(method instanceof DiffusionMethod.OneStep) || method.card().noises() != 1) {
            throw new IllegalArgumentException(
                    "method must take one normal number a step, got " + Schema.formatValue(method));
        }
        if (law.latents() < law.dimension()) {
            throw new IllegalArgumentException("law must be in pixels, got " + Schema.formatValue(law));
        }
        int classes = law.data().components();
        if (classShift >= Math.max(classes, 1)) {
            throw new IllegalArgumentException("classShift must be below classes=" + classes + ", got " + classShift);
        }
        if (pixelShift > 0 && classes == 1) {
            throw new IllegalArgumentException("pixelShift must be 0 for a law without pictures, got " + pixelShift);
        }
    }

    /** Whether anything differs on the way back. */
    boolean edits() {
        return classShift > 0 || pixelShift > 0;
    }

    /** Digits by the exact score, the linear DDPM chain, 100 steps with the posterior's variance, independent maps, no edit. */
    public static NoiseMapsConfig standard() {
        return new NoiseMapsConfig(
                GuidedLaw.DigitsMixture.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(1),
                Maps.INDEPENDENT,
                100,
                0,
                0,
                0,
                64);
    }
}
