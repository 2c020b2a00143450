package org.noisebook.figure.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.InterpolantStudy;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.rng.Streams;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;

class InterpolantSolversTest {
    private static double order(InterpolantConfig config) {
        return config.motion() instanceof Motion.Ode ode ? ode.method().order() : 1;
    }

    /** Euler's paths are planted to converge with order 1.3. */
    private static boolean isEuler(InterpolantConfig config) {
        return config.motion() instanceof Motion.Ode ode && ode.method() == OdeMethod.EULER;
    }

    @Test
    void plantedOrdersAreFound() {
        Figure.Drawing drawing = new InterpolantSolvers()
                .draw(
                        Preset.QUICK,
                        PlantedInterpolants.of((config, small, planting) -> planting.with(
                                "pathError",
                                (1 + small) * Math.pow(config.steps(), isEuler(config) ? -1.3 : -order(config)),
                                "evaluations",
                                (double) config.steps() * config.motion().evaluations())));
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, c -> c));
        assertThat(claims).hasSize(8);
        claims.forEach((id, claim) -> assertThat(claim.verdict())
                .as(id)
                .isEqualTo(
                        id.equals("interpolant-solvers-euler")
                                ? Claim.Verdict.NOT_REPRODUCED
                                : Claim.Verdict.REPRODUCED));
        assertThat(claims.get("interpolant-solvers-rk4").measured().mean()).isCloseTo(4, within(1e-9));
        assertThat(drawing.plate().svg()).contains("order 1.3");
    }

    /** The recursion is exact where the drift does not depend on x: equal variances, γ = 0, ε = 0. */
    @Test
    void affineStepsGiveExactMoments() {
        MixtureInterpolant pair = new Pair.Gaussians(0, 1, 2, 1, 0.5).interpolant(InterpolantCells.LINEAR);
        double euler = InterpolantSolvers.secondMoment(pair, new Motion.Sde(SdeMethod.EULER_MARUYAMA, 0), 400);
        double heun = InterpolantSolvers.secondMoment(pair, new Motion.Sde(SdeMethod.HEUN, 0), 400);
        assertThat(euler).isCloseTo(5, within(2e-2));
        assertThat(heun).isCloseTo(5, within(1e-4)).isNotEqualTo(euler);
    }

    /** The recursion against particles: within four standard errors of 20 000. */
    @Test
    void affineMomentsAgreeWithSimulation() {
        Motion.Sde motion = new Motion.Sde(SdeMethod.EULER_MARUYAMA, 1);
        InterpolantConfig config =
                InterpolantCells.config("pair", Pair.Gaussians.standard(), "motion", motion, "steps", 4);
        MixtureInterpolant pair = config.pair().interpolant(config.schedule());
        InterpolantResult result = new InterpolantStudy().run(config, Streams.of(1));
        double moment = result.variance()[0] + result.mean()[0] * result.mean()[0];
        assertThat(moment).isCloseTo(InterpolantSolvers.secondMoment(pair, motion, 4), within(0.23));
    }

    /** Against 40 samples of 500 that start from the exact law and hardly move: within four of their standard errors. */
    @Test
    void theFloorIsTheMeanDistanceOfExactSamples() {
        double expected = InterpolantSolvers.sampleDistance(500);
        InterpolantConfig still = InterpolantCells.config("from", 1 - 1e-9, "to", 1, "steps", 1, "particles", 500);
        Estimate distance = Estimate.ofMean(IntStream.range(0, 40)
                .mapToDouble(replica -> new InterpolantStudy()
                        .run(still, Streams.of(1).withReplica(replica))
                        .distance())
                .toArray());
        assertThat(distance.mean()).isCloseTo(expected, within(4 * distance.stdError()));
    }
}
