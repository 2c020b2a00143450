package org.noisebook.diffusion;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Configuration for samples of a diffusion under guidance.
 *
 * @param law the distribution with its classes; particles are divided among them by their weights
 * @param steps number of steps of equal length from τ = 1 to 0
 * @param weight w in s_u + w (s_c − s_u)
 * @param particles number of samples, each of one class, in the proportions of the classes
 */
public record GuidanceConfig(
        @Parameter("law with classes") GuidedLaw law,

        @Parameter("diffusion that is run backward") Diffusion diffusion,

        @Parameter("how steps are taken") DiffusionMethod method,

        @Parameter(value = "steps of equal length", range = "[1, 100000]")
        int steps,

        @Parameter(value = "weight of guidance", symbol = "w", range = "[-100, 100]")
        double weight,

        @Parameter(value = "particles sampled", range = "[16, 1000000]")
        int particles,

        @Parameter(value = "where sampling starts", omit = "standard")
        DiffusionStart start) {
    public GuidanceConfig(
            GuidedLaw law,
            Diffusion diffusion,
            DiffusionMethod method,
            int steps,
            double weight,
            int particles,
            DiffusionStart start) {
        Ranges.check(GuidanceConfig.class, law, diffusion, method, steps, weight, particles, start);
        DiffusionStart.check(diffusion, start, steps);
        this.law = law;
        this.diffusion = diffusion;
        this.method = method;
        this.steps = steps;
        this.weight = weight;
        this.particles = particles;
        this.start = start;
        start.check(this);
    }

    /** Sampling that starts from the prior. */
    public GuidanceConfig(
            GuidedLaw law, Diffusion diffusion, DiffusionMethod method, int steps, double weight, int particles) {
        this(law, diffusion, method, steps, weight, particles, new DiffusionStart.Standard());
    }

    /** Digits with the exact score, the linear DDPM chain, 50 DDIM steps, w = 1. */
    public static GuidanceConfig standard() {
        return new GuidanceConfig(
                GuidedLaw.DigitsMixture.standard(),
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.Ddim(0),
                50,
                1,
                1024);
    }
}
