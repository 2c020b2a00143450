package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;

/**
 * Paths of a few particles along exact fields.
 *
 * <p><b>Streams</b>: {@code paths}, the same Brownian paths under every schedule. <b>Cost</b>: the motion's evaluations a particle and step.
 */
@Head(
        id = "interpolant-paths",
        version = 1,
        title = "Paths of a few particles along the exact fields of an interpolant on the line",
        streams = "paths",
        sources =
                "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                        + " arXiv 2303.08797")
public final class InterpolantPathsStudy implements Study<InterpolantPathsConfig, InterpolantPathsResult> {
    private static final int DEEPEST = 24;

    @Override
    public InterpolantPathsResult run(InterpolantPathsConfig config, Streams streams) {
        int steps = config.every() * config.shown();
        double[] times = TimeGrid.UNIFORM.times(0, 1, steps, config.schedule().breaks());
        int depth = (int) Math.ceil(StrictMath.log(steps) / StrictMath.log(2));
        Noise noise = config.motion().diffusion() == 0
                ? Noise.NONE
                : new Brownian(streams.at("paths"), 0, 1, Math.min(DEEPEST, depth));
        MixtureInterpolant interpolant = config.pair().interpolant(config.schedule());
        double[][][] paths = Ensemble.paths(
                config.motion().sampler(interpolant, true),
                times,
                new double[][] {config.starts().toArray()},
                noise,
                config.every());
        return new InterpolantPathsResult(Doubles.of(Arrays.stream(paths)
                .flatMapToDouble(path -> Arrays.stream(path[0]))
                .toArray()));
    }

    @Override
    public double work(InterpolantPathsConfig config) {
        return (double) config.starts().size()
                * config.every()
                * config.shown()
                * config.motion().evaluations();
    }

    @Override
    public long memory(InterpolantPathsConfig config) {
        return 2L * config.starts().size() * (config.shown() + 1) * Double.BYTES;
    }
}
