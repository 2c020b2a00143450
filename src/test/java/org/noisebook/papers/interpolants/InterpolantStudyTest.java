package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.papers.interpolants.InterpolantStudy.Config;
import org.noisebook.papers.interpolants.InterpolantStudy.Result;
import org.noisebook.rng.Streams;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Wasserstein;

class InterpolantStudyTest {
    private static final InterpolantStudy STUDY = new InterpolantStudy();

    /** Backward by SDE in the plane on a grid that is not even. */
    private static final Config SMALL = Schema.with(
            STUDY.defaults(),
            "pair=plane, motion=sde(method=heun, diffusion=1), from=1, to=0.1, steps=5, grid=quadratic, particles=600, fineSteps=12");

    private static final Config LINE = Schema.with(STUDY.defaults(), "particles", 40, "steps", 6);

    private static Result run(Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** With and without a fine solution, and where replicas diverge; the streams of the second are its own. */
    @Test
    void sideBySideOnThePrimitiveEngineIsTheSame() {
        Config diverges = Schema.with(
                LINE, "motion", new Motion.Sde(SdeMethod.EULER_MARUYAMA, 1000), "steps", 300, "fineSteps", 300);
        Config other = Schema.with(SMALL, "motion.method", SdeMethod.EULER_MARUYAMA);
        for (Config config : List.of(SMALL, other, LINE, diverges)) {
            List<Run<Config, Result>> runs = IntStream.range(0, 3)
                    .mapToObj(r -> new Run<>(STUDY, config, Streams.of(1).withReplica(r)))
                    .toList();
            Result[] results = new Result[3];
            STUDY.run(runs, ReplicaEngine.plain(), (run, result) -> results[run] = result);
            assertThat(List.of(results))
                    .isEqualTo(runs.stream().map(Run::execute).toList());
        }
        STUDY.run(List.of(), ReplicaEngine.plain(), (run, result) -> fail("no run"));
    }

    @Test
    void equalConfigsGoTogetherUnlessStepsAdapt() {
        ReplicaEngine engine = ReplicaEngine.plain();
        assertThat(STUDY.together(SMALL, engine)).isEqualTo(STUDY.together(Schema.with(SMALL, "steps", 5), engine));
        assertThat(STUDY.together(SMALL, engine)).isNotEqualTo(STUDY.together(LINE, engine));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STUDY.together(Schema.with(LINE, "motion", new Motion.Adaptive(1e-3)), engine))
                .withMessage(
                        "motion must be ode or sde to go side by side, got adaptive(tolerance=0.001): --engine exact runs it");
    }

    /**
     * Whatever moves them, particles have the exact law: 6 tests of Kolmogorov and Smirnov with 5000 particles at level 10⁻⁴ each, so a
     * false alarm in 1600 if the seed were free; a shift by a tenth of a standard deviation of a mode would be found.
     */
    @ParameterizedTest
    @Tag("statistical")
    @CsvSource({
        "'motion=ode(method=rk4), steps=32, from=0, to=1'",
        "'motion=ode(method=heun), steps=128, from=1, to=0'",
        "'motion=adaptive(tolerance=1e-5), steps=1, from=0, to=0.6'",
        "'motion=sde(method=heun, diffusion=1), steps=128, from=0, to=1'",
        "'motion=sde(method=heun, diffusion=1), steps=128, from=1, to=0'",
        "'motion=sde(method=heun, diffusion=4), steps=128, from=0.3, to=0.9'"
    })
    void particlesHaveTheExactLaw(String text) {
        Config config = Schema.of(Config.class).parse(text, Schema.with(STUDY.defaults(), "particles", 5000));
        Result result = run(config);
        assertThat(result.pValue()).as("level 1e-4").isGreaterThan(1e-4);
        assertThat(result.distance()).isBetween(0.0, 0.25);
        assertThat(result.mean().get(0))
                .isCloseTo(
                        result.exactMean().get(0),
                        within(4 * Math.sqrt(result.exactVariance().get(0) / 5000)));
        assertThat(result.finiteShare()).isEqualTo(1);
    }

    /** The flow on the line: displacement W₂² = 6.39699, energy 18.36331; both within four standard errors of 20 000 particles. */
    @Test
    @Tag("statistical")
    void theFlowCostsWhatItShould() {
        Result result = run(STUDY.defaults());
        assertThat(result.displacement()).isCloseTo(6.39699, within(0.15));
        assertThat(result.energy()).isCloseTo(18.36331, within(0.4));
        assertThat(result.evaluations()).isEqualTo(256);
        assertThat(result.pathError()).isNaN();
    }

    /** Cov(X₀, X₁) = 0.51289 between Gaussians at ε = 1, within four standard errors of 20 000 particles. */
    @Test
    @Tag("statistical")
    void noiseForgetsTheStart() {
        Result result = run(Schema.with(
                STUDY.defaults(), "pair", Pair.Gaussians.standard(), "motion", new Motion.Sde(SdeMethod.HEUN, 1)));
        assertThat(result.startCovariance().get(0)).isCloseTo(0.51289, within(0.04));
        assertThat(result.variance().get(0)).isCloseTo(3, within(0.12));
    }

    /** Drift of the bridge at ε = 0.4: energy 9.463320, within four standard errors and the error of 256 steps. */
    @Test
    @Tag("statistical")
    void theEnergyLeavesOutTheNoise() {
        double c = new GaussianBridge(-1, 0.5, 2, 3, 0.4).covariance();
        Result result = run(Schema.with(
                STUDY.defaults(),
                "pair",
                new Pair.Gaussians(-1, 0.5, 2, 3, c),
                "schedule",
                PathSchedule.linear(0.8),
                "motion",
                new Motion.Sde(SdeMethod.EULER_MARUYAMA, 0.4),
                "steps",
                256));
        assertThat(result.energy()).isCloseTo(9.463320, within(0.15));
        assertThat(result.startCovariance().get(0)).isCloseTo(c, within(0.05));
    }

    /** Halving the steps of stochastic Heun halves the distance of paths on one noise; a path of its own would stay as far. */
    @Test
    void pathsSeeOneNoise() {
        Config config =
                Schema.with(LINE, "motion", new Motion.Sde(SdeMethod.HEUN, 1), "particles", 400, "fineSteps", 256);
        double coarse = run(Schema.with(config, "steps", 16)).pathError();
        double fine = run(Schema.with(config, "steps", 64)).pathError();
        assertThat(fine).isBetween(0.1 * coarse, 0.5 * coarse);
        Config same = Schema.with(config, "steps", 256);
        assertThat(run(same).pathError()).isZero();
        assertThat(run(same).momentError()).isZero();
        assertThat(run(Schema.with(LINE, "motion", new Motion.Ode(OdeMethod.RK4), "steps", 100, "fineSteps", 400))
                        .pathError())
                .isLessThan(1e-4);
    }

    @Test
    void divergenceIsAnOutcome() {
        Result result = run(Schema.with(
                LINE, "motion", new Motion.Sde(SdeMethod.EULER_MARUYAMA, 1000), "steps", 300, "fineSteps", 300));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.finiteShare()).isLessThan(1);
        assertThat(result.distance()).isNaN();
        assertThat(result.mean().toArray()).containsOnly(Double.NaN);
        assertThat(result.exactVariance().get(0)).isCloseTo(24.443333, within(1e-6));
    }

    @Test
    void theDistanceToAMixtureAgreesWithItsQuantiles() {
        GaussianMixture law = new Target.ThreeModes().mixture().orElseThrow();
        double[] sample = law.sample(Streams.of(3).at("sample"), 200)[0];
        double[] shifted = Arrays.stream(sample).map(x -> 0.9 * x + 0.3).toArray();
        QuantileMap map = new QuantileMap(u -> u, u -> 1 - u, QuantileMap.below(law), QuantileMap.above(law));
        for (double[] x : List.of(sample, shifted, new double[] {0.4}, new double[] {-40, 50})) {
            assertThat(LineDistance.w1(x, law)).isCloseTo(Wasserstein.w1(x, map::at), within(1e-6));
        }
        // E |X - 1| of N(0, 1).
        assertThat(LineDistance.w1(new double[] {1}, GaussianMixture.standard(1)))
                .isCloseTo(1.1666309, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to=1 | to must differ from from=1, got 1",
                "grid=edm | grid must be uniform or quadratic, got edm, which needs one noise level",
                "motion=sde(diffusion=-1) | diffusion must be in [0, 1000], got -1",
                "motion=adaptive(tolerance=0) | tolerance must be in [1e-13, 1], got 0",
                "schedule.path=mirror | schedule.path must join two densities, got mirror",
                "schedule.path=encodingDecoding, schedule.latent=sineSquared, steps=1 | steps must be in [2, 1000000], got 1",
                "pair=gaussians(startVariance=1, endVariance=4, covariance=2) | covariance must be inside (-2.0, 2.0), got 2.0"
            })
    void badConfigsAreRefused(String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, changes))
                .withMessage(message);
    }
}
