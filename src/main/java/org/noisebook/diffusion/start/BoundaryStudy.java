package org.noisebook.diffusion.start;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Boundaries;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.RankCorrelation;

/**
 * One start for all observations: of many draws of the prior that whose restored pictures are nearest to the truth on a few pairs, judged on
 * others beside random starts, the start 0 and the exact posterior mean.
 *
 * <p>Ma, Yang, Yang and Zhang 2024 (arXiv 2305.15357). The law of a picture given its observation is a mixture in closed form, and so is the
 * score that drives the sampler.
 *
 * <p><b>Streams</b>: {@code candidates}; {@code pairs} for pictures and the noise of their observations, those that judge after those that
 * choose. <b>Cost</b>: candidates × pairs × steps scores.
 */
@Head(
        id = "boundary",
        version = 1,
        title = "One start for all pictures that a diffusion restores, against the exact posterior mean",
        streams = {"candidates", "pairs"},
        sources = {
            "Ma, Yang, Yang, Zhang 2024, Solving Diffusion ODEs with Optimal Boundary Conditions for Better Image"
                    + " Super-Resolution, arXiv 2305.15357",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        })
public final class BoundaryStudy implements Study<BoundaryConfig, BoundaryResult> {
    /** Candidates that are brought to the length of the chosen one. */
    private static final int SAME_LENGTH = 16;

    @Override
    public BoundaryResult run(BoundaryConfig config, Streams streams) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        double[] times = TimeGrid.UNIFORM.times(1, 0, config.steps());
        Boundaries pairs =
                new Boundaries(data, config.observation(), config.diffusion(), config.method(), times, streams);
        double[][] candidates = Boundaries.candidates(config.diffusion(), data.dimension(), config.start(), streams);
        int n = config.start().candidates();
        double[] choosing = new double[n];
        double[] strangers = new double[n];
        pairs.judge(config.start().pairs(), candidates, choosing, strangers);
        int chosen = Boundaries.least(choosing);
        int stranger = Boundaries.least(strangers);
        double[] sizes = sizes(candidates);
        int scaled = Math.min(SAME_LENGTH, n);
        double[][] all = new double[data.dimension()][];
        for (int j = 0; j < all.length; j++) {
            double[] row = Arrays.copyOf(candidates[j], n + 1 + scaled);
            for (int k = 0; k < scaled; k++) {
                row[n + 1 + k] = row[k] * sizes[chosen] / sizes[k];
            }
            all[j] = row;
        }
        double[] judging = new double[n + 1 + scaled];
        double mmse = pairs.judge(config.tests(), all, judging, new double[judging.length]);
        double[] errors = Arrays.copyOf(judging, n);
        return new BoundaryResult(
                mmse,
                Arrays.stream(errors).average().orElseThrow(),
                errors[chosen],
                judging[n],
                errors[Boundaries.least(errors)],
                Arrays.stream(judging, n + 1, judging.length).average().orElseThrow(),
                errors[stranger],
                RankCorrelation.of(choosing, errors),
                RankCorrelation.of(sizes, errors),
                sizes[chosen],
                Doubles.of(sizes),
                Doubles.of(errors));
    }

    private static double[] sizes(double[][] x) {
        return IntStream.range(0, x[0].length)
                .mapToDouble(k -> Math.sqrt(
                        Arrays.stream(x).mapToDouble(row -> row[k] * row[k]).sum() / x.length))
                .toArray();
    }

    @Override
    public double work(BoundaryConfig config) {
        double d = config.target().dimension();
        double pairs = config.start().pairs() + config.tests();
        return pairs * (config.steps() * (config.start().candidates() + 17.0) * 4 * d * d + 10 * d * d * d);
    }

    @Override
    public long memory(BoundaryConfig config) {
        return 16L * config.target().dimension() * (config.start().candidates() + Ensemble.BLOCK) * Double.BYTES
                + (1L << 26);
    }

    @Override
    public List<String> inputs(BoundaryConfig config) {
        return config.target().files();
    }
}
