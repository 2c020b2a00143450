package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class SeedGeneratorStudyTest {
    private static final SeedGeneratorStudy STUDY = new SeedGeneratorStudy();

    private static final SeedGeneratorStudy.Config SMALL = new SeedGeneratorStudy.Config(
            new SeedScene.MixtureConditions(6, 3, 2, 1, 0), SeedGeneratorStudy.NoisePolicy.FRESH_PATH, 0.5, 12, 20);

    private static final SeedGeneratorStudy.Config FLOW =
            Schema.with(SMALL, "policy", SeedGeneratorStudy.NoisePolicy.DETERMINISTIC, "diffusion", 0.0, "steps", 10);

    private static SeedGeneratorStudy.Result run(SeedGeneratorStudy.Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Section 2.9 of the reference: log ρ_c(x) = −|z|²/2 − (d/2) log(2π V_c), so seed and condition add up to rounding and the steps. */
    @Test
    void gaussianConditionsAddUp() {
        SeedGeneratorStudy.Config config = Schema.with(
                STUDY.defaults(), "scene", SeedScene.GaussianConditions.standard(), "seeds", 64, "steps", 120);
        SeedGeneratorStudy.Result result = run(config);
        double[][] y = result.cells(SeedResponse.LOG_DENSITY, 64);
        double[] norm = result.squaredNorm(64);
        double worst = 0;
        for (int s = 0; s < y.length; s++) {
            for (int c = 0; c < y[s].length; c++) {
                double lawOfSeed = -(norm[s] - norm[0]) / 2;
                worst = Math.max(worst, Math.abs(y[s][c] - y[0][c] - lawOfSeed));
            }
        }
        assertThat(worst).isLessThan(1e-8);
        double[][] distance = result.cells(SeedResponse.DISTANCE, 64);
        assertThat(distance[5][7] * distance[5][7]).isCloseTo(norm[5], within(1e-8));
        assertThat(result.quality().consistency()).isCloseTo(1, within(1e-9));
        assertThat(result.normCorrelation()).isCloseTo(1, within(1e-9));
        assertThat(result.normSlope()).isCloseTo(-0.5, within(1e-9));
        assertThat(result.beyondNorm()).isEqualTo(SeedEffects.none());
        assertThat(result.top1()).isEqualTo(1);
        assertThat(result.mantel()).isNaN();
        assertThat(result.component().toArray()).containsOnly(0);
        assertThat(result.confidence().toArray()).containsOnly(1);
    }

    /** Golden seeds of mixtures are those of short noise: 0.7 of the variance within conditions, and a few hundredths beyond. */
    @Test
    void littleIsLeftBeyondTheNorm() {
        SeedGeneratorStudy.Result result = run(Schema.with(STUDY.defaults(), "seeds", 64, "steps", 20));
        assertThat(result.quality().consistency()).isBetween(0.5, 0.9);
        assertThat(result.beyondNorm().consistency()).isBetween(-0.02, 0.15);
        assertThat(result.normCorrelation()).isGreaterThan(0.95);
        assertThat(result.normSlope()).isBetween(-0.6, -0.3);
        assertThat(result.mantel()).isGreaterThan(5 * result.mantelNull());
        assertThat(result.top1()).isGreaterThan(0.95);
        assertThat(result.accuracy().toArray()).hasSize(5);
    }

    @Test
    void theCentreOfABlankPictureIsItsMiddle() {
        double[][] x = new double[64][2];
        for (double[] pixel : x) {
            Arrays.fill(pixel, -1);
        }
        x[10][1] = 1;
        double[][] measures = new SeedScene.DigitsMixture().open(Streams.of(1)).responses(3, x);
        assertThat(measures[SeedResponse.ACROSS.ordinal()]).containsExactly(3.5, 2);
        assertThat(measures[SeedResponse.DOWN.ordinal()]).containsExactly(3.5, 1);
    }

    /** The best and the worst seeds of all classes. */
    @Test
    void picturesAreOfTheBestAndTheWorst() {
        SeedGeneratorStudy.Result result = run(Schema.with(FLOW, "scene", new SeedScene.DigitsMixture()));
        double[] pictures = result.pictures().toArray();
        assertThat(pictures).hasSize(6 * 10 * 64);
        double[][] ink = result.cells(SeedResponse.MEAN, 12);
        double[][] density = result.cells(SeedResponse.LOG_DENSITY, 12);
        int best = 0;
        int worst = 0;
        for (int s = 1; s < 12; s++) {
            best = Arrays.stream(density[s]).sum()
                            > Arrays.stream(density[best]).sum()
                    ? s
                    : best;
            worst = Arrays.stream(density[s]).sum()
                            < Arrays.stream(density[worst]).sum()
                    ? s
                    : worst;
        }
        assertThat(Arrays.stream(pictures, 64, 128).average().orElseThrow()).isCloseTo(ink[best][1], within(1e-12));
        assertThat(Arrays.stream(pictures, pictures.length - 64, pictures.length)
                        .average()
                        .orElseThrow())
                .isCloseTo(ink[worst][9], within(1e-12));
        assertThat(run(FLOW).pictures().toArray()).isEmpty();
    }

    /** Fewer seeds are the first of more, and a seed's z is the same in all scenes of its dimension: under policies that keep it, the norm too. */
    @Test
    void seedsCanBeFollowed() {
        double[] latent = run(SMALL).latent().toArray();
        for (SeedGeneratorStudy.Config other : List.of(
                FLOW,
                Schema.with(SMALL, "policy", SeedGeneratorStudy.NoisePolicy.FRESH),
                Schema.with(SMALL, "scene.spread", 4),
                Schema.with(SMALL, "scene", new SeedScene.GaussianConditions(5, 3)))) {
            assertThat(run(other).latent().toArray()).isEqualTo(latent);
        }
        for (SeedGeneratorStudy.NoisePolicy policy : SeedGeneratorStudy.NoisePolicy.values()) {
            SeedGeneratorStudy.Config config = Schema.with(
                    policy == SeedGeneratorStudy.NoisePolicy.DETERMINISTIC ? FLOW : SMALL, "policy", policy);
            double[][] few = run(config).cells(SeedResponse.ACROSS, 12);
            double[][] more = run(Schema.with(config, "seeds", 20)).cells(SeedResponse.ACROSS, 20);
            assertThat(Arrays.copyOf(more, few.length)).as("%s", policy).isDeepEqualTo(few);
        }
    }

    /**
     * Which noise is a seed's: conditions with the same target differ under a seed only by what is fresh. Twins are made of conditions
     * without spread and with one variance, which a flow of step 0 cannot tell apart in law.
     */
    @Test
    void policiesShareWhatTheyShould() {
        assertThat(correlation(SeedGeneratorStudy.NoisePolicy.DETERMINISTIC, 0)).isGreaterThan(0.999);
        assertThat(correlation(SeedGeneratorStudy.NoisePolicy.SHARED_PATH, 1)).isGreaterThan(0.95);
        double slightly = correlation(SeedGeneratorStudy.NoisePolicy.FRESH_PATH, 0.1);
        assertThat(slightly).isBetween(0.3, 0.9);
        assertThat(Math.abs(correlation(SeedGeneratorStudy.NoisePolicy.FRESH_PATH, 10)))
                .isLessThan(0.15);
        assertThat(Math.abs(correlation(SeedGeneratorStudy.NoisePolicy.FRESH, 0)))
                .isLessThan(0.15);
        assertThat(Math.abs(correlation(SeedGeneratorStudy.NoisePolicy.FRESH, 1)))
                .isLessThan(0.15);
    }

    /** Of the first coordinate, over the pairs of 4 conditions and 400 seeds; chance 0.05/√6 = 0.02, so 0.15 is seven standard errors. */
    private static double correlation(SeedGeneratorStudy.NoisePolicy policy, double diffusion) {
        SeedGeneratorStudy.Result result = run(new SeedGeneratorStudy.Config(
                new SeedScene.MixtureConditions(4, 2, 1, 0, 0), policy, diffusion, 400, diffusion == 0 ? 10 : 200));
        double[][] x = result.cells(SeedResponse.ACROSS, 400);
        double sum = 0;
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < a; b++) {
                sum += product(x, a, b) / Math.sqrt(product(x, a, a) * product(x, b, b)) / 6;
            }
        }
        return sum;
    }

    private static double product(double[][] x, int a, int b) {
        return Arrays.stream(x).mapToDouble(row -> row[a] * row[b]).sum();
    }

    @Test
    void divergenceIsAnOutcome() {
        SeedGeneratorStudy.Result result = run(Schema.with(SMALL, "diffusion", 1000.0, "steps", 400));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.finiteShare()).isLessThan(1);
        assertThat(result.logDensity().toArray()).containsOnly(Double.NaN);
        assertThat(result.latent()).isEqualTo(run(SMALL).latent());
    }

    @Test
    void badConfigsAreRefused() {
        refused("diffusion", 0.0, "diffusion must be above 0 with policy=freshPath, got 0");
        refused(
                "policy",
                SeedGeneratorStudy.NoisePolicy.DETERMINISTIC,
                "diffusion must be 0 with policy=deterministic, got 0.5");
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
