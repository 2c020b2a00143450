package org.noisebook.seeds.generator;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;

/**
 * Configuration for samples of a generator for every seed under every condition.
 *
 * @param diffusion ε, 0 for the ODE; for digits its initial value, which decreases as 1 − t
 */
public record SeedGeneratorConfig(
        @Parameter("conditions and their targets: gaussianConditions, mixtureConditions, digits or digitsMixture")
        SeedScene scene,

        @Parameter("which noise the seed fixes") NoisePolicy policy,

        @Parameter(value = "diffusion, 0 for the ODE", symbol = "ε", range = "[0, 1000]")
        double diffusion,

        @Parameter(value = "seeds", symbol = "S", range = "[8, 100000]")
        int seeds,

        @Parameter(value = "steps of RK4 (ODE) or Euler–Maruyama (SDE)", range = "[2, 1000000]")
        int steps) {
    public SeedGeneratorConfig {
        Ranges.check(SeedGeneratorConfig.class, scene, policy, diffusion, seeds, steps);
        boolean noisy = policy == NoisePolicy.SHARED_PATH || policy == NoisePolicy.FRESH_PATH;
        if (policy == NoisePolicy.DETERMINISTIC && diffusion != 0 || noisy && diffusion == 0) {
            throw new IllegalArgumentException("diffusion must be " + (noisy ? "above 0" : "0") + " with policy="
                    + Schema.formatValue(policy) + ", got " + Schema.formatValue(diffusion));
        }
    }

    /** The standard config: 128 seeds of the deterministic flow under 32 mixtures. */
    public static SeedGeneratorConfig standard() {
        return new SeedGeneratorConfig(SeedScene.MixtureConditions.standard(), NoisePolicy.DETERMINISTIC, 0, 128, 60);
    }
}
