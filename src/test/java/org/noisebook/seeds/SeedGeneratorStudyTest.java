package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class SeedGeneratorStudyTest {
    private static final SeedGeneratorStudy STUDY = new SeedGeneratorStudy();

    private static final SeedGeneratorConfig SMALL = new SeedGeneratorConfig(
            new SeedScene.MixtureConditions(6, 3, 2, 1, 0), NoisePolicy.FRESH_PATH, 0.5, 12, 20);

    private static final SeedGeneratorConfig FLOW =
            Schema.with(SMALL, "policy", NoisePolicy.DETERMINISTIC, "diffusion", 0.0, "steps", 10);

    private static SeedGeneratorResult run(SeedGeneratorConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    @Test
    void everyFieldChangesTheRun() {
        SeedGeneratorResult reference = run(SMALL);
        List<SeedGeneratorConfig> others = List.of(
                Schema.with(SMALL, "scene.spread", 1.1),
                Schema.with(SMALL, "policy", NoisePolicy.SHARED_PATH),
                Schema.with(SMALL, "diffusion", 0.6),
                Schema.with(SMALL, "seeds", 13),
                Schema.with(SMALL, "steps", 21));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
        for (String change : List.of(
                "scene.conditions=7",
                "scene.dimension=4",
                "scene.components=3",
                "scene.model=1",
                "policy=fresh",
                "scene=gaussianConditions(conditions=6, dimension=3)")) {
            SeedGeneratorConfig other = Schema.of(SMALL).parse(change, SMALL);
            assertThat(run(other)).as(change).isNotEqualTo(reference);
        }
    }

    /** With all streams pinned replicas are one; each of them makes a difference. */
    @Test
    void aReplicaIsItsStreams() {
        SeedGeneratorResult zero = run(SMALL);
        Streams other = Streams.of(1).withReplica(4);
        assertThat(STUDY.run(SMALL, other.withFixed(STUDY.streamNames()))).isEqualTo(zero);
        for (String name : STUDY.streamNames()) {
            Set<String> fixed = new TreeSet<>(STUDY.streamNames());
            fixed.remove(name);
            assertThat(STUDY.run(SMALL, other.withFixed(fixed))).as(name).isNotEqualTo(zero);
        }
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<SeedGeneratorConfig> configs = Schema.of(SeedGeneratorConfig.class);
        for (SeedGeneratorConfig config : List.of(
                SMALL,
                SeedGeneratorConfig.standard(),
                Schema.with(FLOW, "scene", new SeedScene.Digits()),
                Schema.with(FLOW, "scene", SeedScene.GaussianConditions.standard()))) {
            assertThat(configs.parse(configs.format(config), SMALL)).isEqualTo(config);
        }
        Schema<SeedGeneratorResult> results = Schema.of(SeedGeneratorResult.class);
        SeedGeneratorResult result = run(SMALL);
        assertThat(results.parse(results.format(result), run(FLOW))).isEqualTo(result);
    }

    @Test
    void resultsAreValues() {
        SeedGeneratorResult result = run(SMALL);
        assertThat(run(SMALL)).isEqualTo(result).hasSameHashCodeAs(result);
        Arrays.fill(result.squaredNorm(), 9);
        for (SeedResponse response : SeedResponse.values()) {
            result.cells(response)[0][0] = 9;
        }
        Arrays.fill(result.logDensity(), 9);
        Arrays.fill(result.distance(), 9);
        Arrays.fill(result.component(), 9);
        Arrays.fill(result.confidence(), 9);
        Arrays.fill(result.across(), 9);
        Arrays.fill(result.down(), 9);
        Arrays.fill(result.mean(), 9);
        assertThat(result).isEqualTo(run(SMALL));
    }

    /** Section 2.9 of the reference: log ρ_c(x) = −|z|²/2 − (d/2) log(2π V_c), so seed and condition add up to rounding and the steps. */
    @Test
    void gaussianConditionsAddUp() {
        SeedGeneratorConfig config = Schema.with(
                SeedGeneratorConfig.standard(),
                "scene",
                SeedScene.GaussianConditions.standard(),
                "seeds",
                64,
                "steps",
                120);
        SeedGeneratorResult result = run(config);
        double[][] y = result.cells(SeedResponse.LOG_DENSITY);
        double[] norm = result.squaredNorm();
        double worst = 0;
        for (int s = 0; s < y.length; s++) {
            for (int c = 0; c < y[s].length; c++) {
                double lawOfSeed = -(norm[s] - norm[0]) / 2;
                worst = Math.max(worst, Math.abs(y[s][c] - y[0][c] - lawOfSeed));
            }
        }
        assertThat(worst).isLessThan(1e-8);
        double[][] distance = result.cells(SeedResponse.DISTANCE);
        assertThat(distance[5][7] * distance[5][7]).isCloseTo(norm[5], within(1e-8));
        assertThat(result.component()).containsOnly(0);
        assertThat(result.confidence()).containsOnly(1);
    }

    /** Fewer seeds are the first of more, and a seed's z is the same in all scenes of its dimension: under policies that keep it, the norm too. */
    @Test
    void seedsCanBeFollowed() {
        double[] norm = run(SMALL).squaredNorm();
        for (SeedGeneratorConfig other : List.of(
                FLOW,
                Schema.with(SMALL, "policy", NoisePolicy.FRESH),
                Schema.with(SMALL, "scene.spread", 4),
                Schema.with(SMALL, "scene", new SeedScene.GaussianConditions(5, 3)))) {
            assertThat(run(other).squaredNorm()).isEqualTo(norm);
        }
        for (NoisePolicy policy : NoisePolicy.values()) {
            SeedGeneratorConfig config =
                    Schema.with(policy == NoisePolicy.DETERMINISTIC ? FLOW : SMALL, "policy", policy);
            double[][] few = run(config).cells(SeedResponse.ACROSS);
            double[][] more = run(Schema.with(config, "seeds", 20)).cells(SeedResponse.ACROSS);
            assertThat(Arrays.copyOf(more, few.length)).as("%s", policy).isDeepEqualTo(few);
        }
    }

    /**
     * Which noise is a seed's: conditions with the same target differ under a seed only by what is fresh. Twins are made of conditions
     * without spread and with one variance, which a flow of step 0 cannot tell apart in law.
     */
    @Test
    void policiesShareWhatTheyShould() {
        assertThat(correlation(NoisePolicy.DETERMINISTIC, 0)).isGreaterThan(0.999);
        assertThat(correlation(NoisePolicy.SHARED_PATH, 1)).isGreaterThan(0.95);
        double slightly = correlation(NoisePolicy.FRESH_PATH, 0.1);
        assertThat(slightly).isBetween(0.3, 0.9);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH_PATH, 10))).isLessThan(0.15);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH, 0))).isLessThan(0.15);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH, 1))).isLessThan(0.15);
    }

    /** Of the first coordinate under two conditions of 2000 seeds; chance 0.022, so 0.15 is six standard errors. */
    private static double correlation(NoisePolicy policy, double diffusion) {
        SeedGeneratorResult result = run(new SeedGeneratorConfig(
                new SeedScene.MixtureConditions(4, 2, 1, 0, 0), policy, diffusion, 2000, diffusion == 0 ? 10 : 200));
        double[][] x = result.cells(SeedResponse.ACROSS);
        double both = 0;
        double first = 0;
        double second = 0;
        for (double[] row : x) {
            both += row[0] * row[1];
            first += row[0] * row[0];
            second += row[1] * row[1];
        }
        return both / Math.sqrt(first * second);
    }

    @Test
    void divergenceIsAnOutcome() {
        SeedGeneratorResult result = run(Schema.with(SMALL, "diffusion", 1000.0, "steps", 400));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.finiteShare()).isLessThan(1);
        assertThat(result.logDensity()).containsOnly(Double.NaN);
        assertThat(result.squaredNorm()).isEqualTo(run(SMALL).squaredNorm());
    }

    @Test
    void badConfigsAreRefused() {
        refused("diffusion", 0.0, "diffusion must be above 0 with policy=freshPath, got 0");
        refused("diffusion", -1.0, "diffusion must be in [0, 1000], got -1");
        refused("policy", NoisePolicy.DETERMINISTIC, "diffusion must be 0 with policy=deterministic, got 0.5");
        refused("seeds", 7, "seeds must be in [8, 100000], got 7");
        refused("steps", 1, "steps must be in [2, 1000000], got 1");
        refused("scene.conditions", 3, "conditions must be in [4, 100000], got 3");
        refused("scene.dimension", 1, "dimension must be in [2, 1024], got 1");
        refused("scene.components", 0, "components must be in [1, 1000], got 0");
        refused("scene.spread", -1, "spread must be in [0, 1000000], got -1");
        refused("scene.model", -1, "model must be in [0, 2147483647], got -1");
    }

    private static void refused(String name, Object value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, name, value))
                .withMessageContaining(message);
    }
}
