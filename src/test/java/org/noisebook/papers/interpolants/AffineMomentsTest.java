package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.rng.Streams;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;

/** What figures compare samples with: moments of affine steps and the distance of exact samples. */
class AffineMomentsTest {
    /** The recursion is exact where the drift does not depend on x: equal variances, γ = 0, ε = 0. */
    @Test
    void affineStepsGiveExactMoments() {
        MixtureInterpolant pair = new Pair.Gaussians(0, 1, 2, 1, 0.5).interpolant(PathSchedule.linear(0));
        double euler = AffineMoments.second(pair, new Motion.Sde(SdeMethod.EULER_MARUYAMA, 0), 400);
        double heun = AffineMoments.second(pair, new Motion.Sde(SdeMethod.HEUN, 0), 400);
        assertThat(euler).isCloseTo(5, within(2e-2));
        assertThat(heun).isCloseTo(5, within(1e-4)).isNotEqualTo(euler);
    }

    /** The recursion against particles: within four standard errors of 20 000. */
    @Test
    void affineMomentsAgreeWithSimulation() {
        Motion.Sde motion = new Motion.Sde(SdeMethod.EULER_MARUYAMA, 1);
        InterpolantStudy.Config config = Schema.with(
                new InterpolantStudy().defaults(), "pair", Pair.Gaussians.standard(), "motion", motion, "steps", 4);
        MixtureInterpolant pair = config.pair().interpolant(config.schedule());
        InterpolantStudy.Result result = new InterpolantStudy().run(config, Streams.of(1));
        double moment =
                result.variance().get(0) + result.mean().get(0) * result.mean().get(0);
        assertThat(moment).isCloseTo(AffineMoments.second(pair, motion, 4), within(0.23));
    }

    /** Against 40 samples of 500 that start from the exact law and hardly move: within four of their standard errors. */
    @Test
    void distanceOfExactSamples() {
        InterpolantStudy.Config still =
                Schema.with(new InterpolantStudy().defaults(), "from", 1 - 1e-9, "to", 1, "steps", 1, "particles", 500);
        double expected = LineDistance.ofSamples(
                500, still.pair().interpolant(still.schedule()).end(), 12);
        Estimate distance = Estimate.ofMean(IntStream.range(0, 40)
                .mapToDouble(replica -> new InterpolantStudy()
                        .run(still, Streams.of(1).withReplica(replica))
                        .distance())
                .toArray());
        assertThat(distance.mean()).isCloseTo(expected, within(4 * distance.stdError()));
    }
}
