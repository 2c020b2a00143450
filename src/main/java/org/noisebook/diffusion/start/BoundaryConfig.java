package org.noisebook.diffusion.start;

import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Target;

/** Pictures restored from observations by a sampler without noise, all from one start. */
public record BoundaryConfig(
        @Parameter(value = "law of the pictures, a Gaussian mixture", symbol = "p_0")
        Target target,

        @Parameter("the diffusion") Diffusion diffusion,

        @Parameter("how steps are made, without noise") DiffusionMethod method,

        @Parameter(value = "steps of equal length", range = "[1, 100000]")
        int steps,

        @Parameter("what is seen of a picture") DiffusionCondition.Linear observation,

        @Parameter("how the start is chosen") DiffusionStart.Boundary start,

        @Parameter(value = "pairs that judge it", range = "[2, 10000]")
        int tests) {
    public BoundaryConfig {
        Ranges.check(BoundaryConfig.class, target, diffusion, method, steps, observation, start, tests);
        if (!target.isMixture()) {
            throw new IllegalArgumentException("target must be a Gaussian mixture, got " + Schema.formatValue(target));
        }
        if (method.card().noises() > 0) {
            throw new IllegalArgumentException("method must step without noise, got " + Schema.formatValue(method));
        }
        diffusion.mustHaveSignal(1);
    }

    /** Digits of 8 × 8 pixels from means over 2 × 2 blocks, 20 steps of DDIM, 300 candidates, 20 pairs to choose and 40 to judge. */
    public static BoundaryConfig standard() {
        return new BoundaryConfig(
                Target.PictureClasses.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(0),
                20,
                DiffusionCondition.Linear.standard(),
                DiffusionStart.Boundary.standard(),
                40);
    }
}
