package org.noisebook.papers.interpolants;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.rng.Streams;

/**
 * The mean squared distance of pairs of independent points matched in batches by optimal transport; it falls from E |x_1 − x_0|² for
 * batches of one to W_2² for large ones.
 *
 * <p><b>Streams</b>: {@code pairs}, the same points for every batch. <b>Cost</b>: batch² per pair.
 */
@StudyInfo(
        id = "matched-pairs",
        version = 1,
        title = "Distance of pairs that are matched in batches by optimal transport",
        streams = "pairs",
        sources = "Pooladian et al. 2023, Multisample Flow Matching, arXiv 2304.14772")
public final class MatchedPairsStudy implements Study<MatchedPairsStudy.Config, MatchedPairsStudy.Result> {
    /** Independent pairs of points that are matched in batches. */
    public record Config(
            @Parameter(standard = "gaussians", value = "the two densities")
            Pair pair,

            @Parameter(standard = "16", range = "[1, 512]", value = "pairs that are matched at once")
            int batch,

            @Parameter(standard = "1024", range = "[1, 1000000]", value = "pairs drawn")
            int pairs) {}

    /** The mean squared distance after matching. */
    public record Result(
            @Parameter("mean squared distance of a pair") double cost) {}

    @Override
    public Result run(Config config, Streams streams) {
        MixtureInterpolant ends = config.pair().interpolant(PathSchedule.linear(0));
        Coupling coupling =
                Coupling.transported(Coupling.independent(ends.start()::sample, ends.end()::sample), config.batch());
        double[][][] pairs = coupling.draw(streams.at("pairs"), config.pairs());
        double sum = 0;
        for (int j = 0; j < pairs[0].length; j++) {
            for (int k = 0; k < config.pairs(); k++) {
                double move = pairs[1][j][k] - pairs[0][j][k];
                sum = Math.fma(move, move, sum);
            }
        }
        return new Result(sum / config.pairs());
    }

    @Override
    public double work(Config config) {
        return (double) config.pairs() * config.batch() * config.batch();
    }

    @Override
    public long memory(Config config) {
        return 2L * config.pairs() * config.pair().dimension() * Double.BYTES;
    }
}
