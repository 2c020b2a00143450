package org.noisebook.papers.interpolants;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;

/**
 * Paths of a few particles along exact fields.
 *
 * <p><b>Streams</b>: {@code paths}, the same Brownian paths for every schedule. <b>Cost</b>: the motion's evaluations per particle and step.
 */
@StudyInfo(
        id = "interpolant-paths",
        version = 1,
        title = "Paths of a few particles along the exact fields of an interpolant on the line",
        streams = "paths",
        sources =
                "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                        + " arXiv 2303.08797")
public final class InterpolantPathsStudy implements Study<InterpolantPathsStudy.Config, InterpolantPathsStudy.Result> {
    /** A few particles and their motion; by default four paths of the flow from two modes to three. */
    public record Config(
            @Parameter(standard = "twoToThree", value = "the two densities, on the line")
            Pair pair,

            @Parameter(standard = "pathSchedule", value = "coefficients of x_t = α x_0 + β x_1 + γ z")
            PathSchedule schedule,

            @Parameter(standard = "ode", value = "equation and method: ode, adaptive or sde")
            Motion motion,

            @Parameter(standard = "[-3.4; -2.6; 2.6; 3.4]", range = "each in [-1e6, 1e6]", value = "places at t = 0")
            Doubles starts,

            @Parameter(standard = "51", range = "[1, 100000]", value = "steps between places that are kept")
            int every,

            @Parameter(standard = "20", range = "[1, 10000]", value = "places kept of each path after its start")
            int shown) {
        /** Rejects pairs that are not one-dimensional. */
        public Config {
            if (pair.dimension() != 1) {
                throw new IllegalArgumentException("pair must be on the line, got dimension " + pair.dimension());
            }
        }
    }

    /** Positions of one particle after the other, each from its start to t = 1. */
    public record Result(
            @Parameter("places of one particle after the other")
            Doubles places) {
        /** The paths, {@code [particle][time]}. */
        double[][] paths(int particles) {
            return Grammar.pictures(places, places.size() / particles, 0, particles);
        }
    }

    private static final int DEEPEST = 24;

    @Override
    public Result run(Config config, Streams streams) {
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
        return new Result(Doubles.of(Arrays.stream(paths)
                .flatMapToDouble(path -> Arrays.stream(path[0]))
                .toArray()));
    }

    @Override
    public double work(Config config) {
        return (double) config.starts().size()
                * config.every()
                * config.shown()
                * config.motion().evaluations();
    }

    @Override
    public long memory(Config config) {
        return 2L * config.starts().size() * (config.shown() + 1) * Double.BYTES;
    }
}
