package org.noisebook.diffusion;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Target;
import org.noisebook.solver.TimeGrid;

/**
 * Configuration for samples from a diffusion of a Gaussian mixture, and their reference values.
 *
 * @param diffusion VE, VP, sub-VP or DDPM
 * @param end the last time; samples are compared with the distribution at that time
 * @param pathParticles number of particles compared with the exact flow, for deterministic methods; 0 for none
 * @param forwardSteps steps of the forward equation in each tenth of its time; 0 for none
 * @param likelihoodPoints new data points whose log density is computed along the flow; 0 for none
 * @param likelihoodSteps RK4 steps for log densities
 * @param energyPoints points per sample in the energy distance, at most all particles; its cost grows as their square
 */
public record DiffusionConfig(
        @Parameter(value = "the data, a Gaussian mixture", symbol = "p_0")
        Target target,

        @Parameter("the diffusion") Diffusion diffusion,

        @Parameter("where the score comes from: exact or learned")
        DiffusionScore score,

        @Parameter("how steps are taken from noise to data") DiffusionMethod method,

        @Parameter("spacing of times") TimeGrid grid,

        @Parameter(value = "steps of the sampler", range = "[1, 1000000]")
        int steps,

        @Parameter(value = "last time", range = "[0, 0.5]") double end,

        @Parameter("what is known of the data") DiffusionCondition condition,

        @Parameter(value = "samples", range = "[2, 10000000]")
        int particles,

        @Parameter(value = "number of samples compared with the exact flow", range = "[0, particles]")
        int pathParticles,

        @Parameter(value = "steps of the forward equation in each tenth of its time", range = "[0, 100000]")
        int forwardSteps,

        @Parameter(value = "points whose log density is computed along the flow", range = "[0, 1000000]")
        int likelihoodPoints,

        @Parameter(value = "steps of the flow for log densities", range = "[1, 1000000]")
        int likelihoodSteps,

        @Parameter(value = "largest number of points for the energy distance", range = "[2, 100000]", omit = "500")
        int energyPoints,

        @Parameter(value = "where sampling starts", omit = "standard")
        DiffusionStart start) {
    public DiffusionConfig(
            Target target,
            Diffusion diffusion,
            DiffusionScore score,
            DiffusionMethod method,
            TimeGrid grid,
            int steps,
            double end,
            DiffusionCondition condition,
            int particles,
            int pathParticles,
            int forwardSteps,
            int likelihoodPoints,
            int likelihoodSteps,
            int energyPoints,
            DiffusionStart start) {
        Ranges.check(
                DiffusionConfig.class,
                target,
                diffusion,
                score,
                method,
                grid,
                steps,
                end,
                condition,
                particles,
                pathParticles,
                forwardSteps,
                likelihoodPoints,
                likelihoodSteps,
                energyPoints,
                start);
        if (!target.isMixture()) {
            throw new IllegalArgumentException("target must be a Gaussian mixture, got " + Schema.formatValue(target));
        }
        if (grid == TimeGrid.LOG_SNR && diffusion.variance(end) == 0) {
            throw new IllegalArgumentException("end must be above 0 for grid=logSnr, where noise ends at 0, got 0");
        }
        DiffusionStart.check(diffusion, start, steps);
        boolean flows = pathParticles > 0 || likelihoodPoints > 0 || grid == TimeGrid.LOG_SNR;
        if (flows && diffusion.meanCoefficient(1) == 0) {
            throw new IllegalArgumentException(
                    "pathParticles and likelihoodPoints must be 0 and grid not logSnr for a diffusion"
                            + " that ends without signal, got " + pathParticles + ", " + likelihoodPoints + " and "
                            + Schema.formatValue(grid));
        }
        if (score instanceof DiffusionScore.Learned && !condition.isPlain()) {
            throw new IllegalArgumentException("score must be exact for condition=" + Schema.formatValue(condition));
        }
        this.target = target;
        this.diffusion = diffusion;
        this.score = score;
        this.method = method;
        this.grid = grid;
        this.steps = steps;
        this.end = end;
        this.condition = condition;
        this.particles = particles;
        this.pathParticles = pathParticles;
        this.forwardSteps = forwardSteps;
        this.likelihoodPoints = likelihoodPoints;
        this.likelihoodSteps = likelihoodSteps;
        this.energyPoints = energyPoints;
        this.start = start;
        start.check(this);
    }

    /** The line mixture under VP with DDIM, 50 steps uniform in log-SNR, 4096 samples. */
    public static DiffusionConfig standard() {
        return new DiffusionConfig(
                new Target.UnevenModes(),
                new Diffusion.VariancePreserving(0.1, 20),
                new DiffusionScore.Exact(),
                new DiffusionMethod.Ddim(0),
                TimeGrid.LOG_SNR,
                50,
                1e-3,
                new DiffusionCondition.None(),
                4096,
                64,
                0,
                256,
                100,
                500,
                new DiffusionStart.Standard());
    }

    /** The standard config with samples only, without paths and likelihoods. */
    public static DiffusionConfig ofSamples() {
        return Schema.with(standard(), "pathParticles", 0, "likelihoodPoints", 0);
    }

    /** The same config with another sampler. */
    public DiffusionConfig by(Diffusion other, DiffusionMethod newMethod, TimeGrid newGrid, int newSteps) {
        return Schema.with(this, "diffusion", other, "method", newMethod, "grid", newGrid, "steps", newSteps);
    }
}
