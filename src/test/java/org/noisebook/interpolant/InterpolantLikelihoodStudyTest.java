package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.InterpolantLikelihoodConfig.End;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.rng.Streams;

class InterpolantLikelihoodStudyTest {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final InterpolantLikelihoodConfig PROBED = new InterpolantLikelihoodConfig(
            ExactPair.PLANE,
            PathSchedule.linear(1),
            new double[] {1, 0, 0.5, -1},
            4,
            0.01,
            End.BASE,
            Probe.GAUSSIAN,
            1,
            0,
            8);
    private static final InterpolantLikelihoodConfig PATHS = new InterpolantLikelihoodConfig(
            ExactPair.GAUSSIANS,
            PathSchedule.linear(2),
            new double[] {0, 2},
            20,
            0,
            End.DENSITY,
            Probe.GAUSSIAN,
            0,
            0.3,
            50);

    private static InterpolantLikelihoodResult run(InterpolantLikelihoodConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        Schema<InterpolantLikelihoodResult> schema = Schema.of(InterpolantLikelihoodResult.class);
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(schema.format(run(PROBED))).isEqualTo(PINNED_PROBES);
        assertThat(schema.format(run(PATHS))).isEqualTo(PINNED_PATHS);
    }

    private static final String PINNED_PROBES =
            "logDensity=[-3.374364419535402; -2.139725253131523], stdError=[0.37205396004977676; "
                    + "0.2562668260100594], stdDev=[1.0523275124740241; 0.7248320418594645], "
                    + "startExact=[-3.6394316030464586; -2.7203067244791264], endExact=[-3.684450656689318; "
                    + "-2.746950656689318], largestError=0.5805814713476032, largestEndError=0.6072254035577949";

    private static final String PINNED_PATHS =
            "logDensity=[-2.211684893648132; -1.4970894415892548], stdError=[0.11848413313774231; "
                    + "0.047695627042082654], stdDev=[NaN; NaN], startExact=[-2.134911344205394; "
                    + "-1.4682446775387272], endExact=[-2.134911344205394; -1.4682446775387272], "
                    + "largestError=0.07677354944273773, largestEndError=0.07677354944273773";

    @Test
    void everyFieldChangesTheRun() {
        InterpolantLikelihoodResult reference = run(PROBED);
        List<InterpolantLikelihoodConfig> others = List.of(
                Schema.with(PROBED, "pair", ExactPair.GAUSSIANS),
                Schema.with(PROBED, "schedule", PathSchedule.linear(2)),
                Schema.with(PROBED, "points", new double[] {1, 0, 0.5, 1}),
                Schema.with(PROBED, "steps", 5),
                Schema.with(PROBED, "cut", 0.02),
                Schema.with(PROBED, "end", End.DENSITY),
                Schema.with(PROBED, "probe", Probe.RADEMACHER),
                Schema.with(PROBED, "probes", 2),
                Schema.with(PROBED, "diffusion", 0.1, "probes", 0),
                Schema.with(PROBED, "copies", 9));
        assertThat(others).hasSize(Schema.of(PROBED).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    @Test
    void aReplicaIsItsStreams() {
        Streams other = Streams.of(1).withReplica(4);
        for (InterpolantLikelihoodConfig config : List.of(PROBED, PATHS)) {
            String own = config.equals(PROBED) ? "probe" : "path";
            assertThat(STUDY.run(config, other.withFixed(Set.of(own)))).isEqualTo(run(config));
            assertThat(STUDY.run(config, other)).isNotEqualTo(run(config));
        }
        assertThat(STUDY.streamNames()).containsExactlyInAnyOrder("probe", "path");
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<InterpolantLikelihoodConfig> configs = Schema.of(InterpolantLikelihoodConfig.class);
        for (InterpolantLikelihoodConfig config : List.of(PROBED, PATHS, InterpolantLikelihoodConfig.standard())) {
            assertThat(configs.parse(configs.format(config), PROBED))
                    .isEqualTo(config)
                    .hasSameHashCodeAs(config);
        }
        Schema<InterpolantLikelihoodResult> results = Schema.of(InterpolantLikelihoodResult.class);
        InterpolantLikelihoodResult result = run(PATHS);
        InterpolantLikelihoodResult parsed = results.parse(results.format(result), run(PROBED));
        assertThat(parsed).isEqualTo(result).hasSameHashCodeAs(result);
    }

    @Test
    void resultsAreValues() {
        InterpolantLikelihoodResult result = run(PROBED);
        for (Schema.Field field : Schema.of(result).fields()) {
            Object changed = field.type().equals(double[].class) ? new double[] {0.77} : (Object) 0.77;
            assertThat(Schema.with(result, field.name(), changed))
                    .as(field.name())
                    .isNotEqualTo(result);
        }
        result.logDensity()[0] = 9;
        assertThat(result.logDensity()[0]).isNotEqualTo(9);
    }

    /** Recorded: exact values, and the largest errors 1.6e-4 (γ = 0) and 1.4e-3 (a = 2) with ρ_0 at t = 1e-5. */
    @Test
    void theReferencePair() {
        InterpolantLikelihoodConfig cut =
                Schema.with(InterpolantLikelihoodConfig.standard(), "cut", 1e-5, "end", End.BASE);
        InterpolantLikelihoodResult still = run(cut);
        InterpolantLikelihoodResult noisy = run(Schema.with(cut, "schedule", PathSchedule.linear(2)));

        assertThat(still.endExact())
                .containsExactly(
                        new double[] {-1.920977, -10.659117, -1.463220, -4.872310, -9.510406, -1.670977}, within(1e-6));
        assertThat(still.largestEndError()).isCloseTo(1.6e-4, within(1e-5));
        assertThat(noisy.largestEndError()).isCloseTo(1.4e-3, within(1e-4));
        assertThat(run(InterpolantLikelihoodConfig.standard()).largestError()).isLessThan(1e-6);
    }

    /** Points come one after the other, whatever the dimension; exact divergence leaves the error of RK4. */
    @Test
    void pointsOfThePlane() {
        InterpolantLikelihoodResult result =
                run(Schema.with(PROBED, "probes", 0, "copies", 1, "steps", 100, "cut", 0, "end", End.DENSITY));
        assertThat(result.endExact()[1]).isCloseTo(ExactPair.PLANE.end().logDensity(0.5, -1), within(1e-12));
        assertThat(result.logDensity()).containsExactly(result.startExact(), within(1e-7));
        assertThat(result.stdError()).containsOnly(Double.NaN);
    }

    /** 4000 sets of probes: five standard errors, false alarm below 10⁻⁵. */
    @Test
    void probesAreUnbiased() {
        InterpolantLikelihoodResult result =
                run(Schema.with(PROBED, "copies", 4000, "steps", 30, "cut", 0, "end", End.DENSITY));
        for (int k = 0; k < 2; k++) {
            assertThat(result.logDensity()[k])
                    .isCloseTo(result.startExact()[k], within(5 * result.stdError()[k] + 1e-5));
            assertThat(result.stdDev()[k]).isCloseTo(result.stdError()[k] * Math.sqrt(4000), within(1e-12));
        }
        assertThat(result.stdDev()[0]).as("J is the same everywhere").isCloseTo(result.stdDev()[1], within(0.1));
    }

    /** 4000 paths: five standard errors and the weak error of 50 steps. */
    @Test
    void pathsAverageToTheDensity() {
        InterpolantLikelihoodResult result = run(Schema.with(PATHS, "copies", 4000, "steps", 50));
        for (int k = 0; k < 2; k++) {
            assertThat(result.logDensity()[k]).isCloseTo(result.endExact()[k], within(5 * result.stdError()[k] + 1e-3));
            assertThat(result.stdError()[k]).isBetween(0.001, 0.05);
        }
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "points", new double[] {1, 2, 3}))
                .withMessage("points must hold a positive multiple of 2 coordinates, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "points", new double[] {1, Double.NaN}))
                .withMessage("points must be finite, got [1.0, NaN]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "diffusion", 1))
                .withMessage("probes must be 0 for paths with noise, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "probes", 0))
                .withMessage("copies must be 1 without probes and noise, got 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PATHS, "copies", 1))
                .withMessage("copies must be at least 2 with probes or noise, got 1");
    }
}
