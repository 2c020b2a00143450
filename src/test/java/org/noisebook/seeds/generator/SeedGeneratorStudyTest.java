package org.noisebook.seeds.generator;

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

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(List.of(brief(run(SMALL)), brief(run(Schema.with(FLOW, "scene", new SeedScene.DigitsMixture())))))
                .containsExactlyElementsOf(PINNED);
    }

    private static final List<String> PINNED = List.of(
            "stopReason=completed, finiteShare=1, evaluations=20, quality=seedEffects(seedShare=0, "
                    + "conditionShare=0.07347790520124835, restShare=0.9265220947987517, "
                    + "consistency=-0.009058360791274377, reliability=-0.05692856201808764, "
                    + "pValue=0.5048503606325008, splitHalf=0.033286713286713294, golden=0, inferior=0, "
                    + "selectedGain=0.4123271547970006, predictedGain=-0.011411768224352355, "
                    + "heldOutGain=-0.0026860342892840137), beyondNorm=seedEffects(seedShare=0, "
                    + "conditionShare=0.07347790520124821, restShare=0.9265220947987517, "
                    + "consistency=-0.013145598015192588, reliability=-0.08442250998996374, "
                    + "pValue=0.5262152230754152, splitHalf=0.05048951048951051, golden=0, inferior=0, "
                    + "selectedGain=0.41537639540711435, predictedGain=-0.016823421222403507, "
                    + "heldOutGain=0.024496153900371142), "
                    + "closeness=seedEffects(seedShare=0.0020568331140765695, "
                    + "conditionShare=0.05029186959497808, restShare=0.9476512972909453, "
                    + "consistency=0.0021657528752537817, reliability=0.012855310127171685, "
                    + "pValue=0.44752596883075924, splitHalf=0.0830769230769231, golden=0, inferior=0, "
                    + "selectedGain=0.39934263708996154, predictedGain=0.0025834421987597726, "
                    + "heldOutGain=0.06361161065389913), layout=seedEffects(seedShare=0.2323373361477378, "
                    + "conditionShare=0.033148817329948864, restShare=0.7345138465223134, "
                    + "consistency=0.24030309970363406, reliability=0.6549209393221559, "
                    + "pValue=0.004461031539086175, splitHalf=0.5278321678321676, golden=0, inferior=2, "
                    + "selectedGain=0.6013474939209069, predictedGain=0.2927969642017495, "
                    + "heldOutGain=0.21628652910889457), ink=seedEffects(seedShare=0.07259123302671491, "
                    + "conditionShare=0.3347269499587434, restShare=0.5926818170145416, "
                    + "consistency=0.10911494614461417, reliability=0.42358979080966186, "
                    + "pValue=0.08968447655553735, splitHalf=0.10489510489510488, golden=0, inferior=0, "
                    + "selectedGain=0.5098337606304272, predictedGain=0.1369950376837588, "
                    + "heldOutGain=0.024828363102823443), normCorrelation=-0.15922794542936947, "
                    + "normSlope=0.04819984556447901, top1=0.16666666666666666, top5=0.4444444444444444, "
                    + "mantel=0.23658516548622582, mantelNull=0.1327199272291289, "
                    + "accuracy=[0.05555555555555555; 0.05555555555555555; 0.16666666666666666], "
                    + "latent=[24.123739506475996], logDensity=[269.6505851427279], "
                    + "distance=[117.60041782775347], component=[52], confidence=[71.62005576880931], "
                    + "across=[109.69467361245728], down=[71.89515018795645], mean=[29.330626144417955], "
                    + "pictures=[0]",
            "stopReason=completed, finiteShare=1, evaluations=40, "
                    + "quality=seedEffects(seedShare=0.6577088978540401, conditionShare=0.34229096533206754, "
                    + "restShare=1.3681389226451664e-7, consistency=0.9999997919841678, "
                    + "reliability=0.9999999791984129, pValue=0, splitHalf=1, golden=7, inferior=5, "
                    + "selectedGain=0.7546140424161428, predictedGain=0.754614011021804, "
                    + "heldOutGain=0.7545389498380914), beyondNorm=seedEffects(seedShare=2.3490039437750236e-6, "
                    + "conditionShare=0.9999972512965897, restShare=3.996994664202571e-7, "
                    + "consistency=0.8545861787278605, reliability=0.9832689897523124, "
                    + "pValue=1.06577748139068e-38, splitHalf=0.8734265734265735, golden=2, inferior=7, "
                    + "selectedGain=0.600836800888047, predictedGain=0.5810624326986839, "
                    + "heldOutGain=0.5783789463801827), closeness=seedEffects(seedShare=0.13727523392751445, "
                    + "conditionShare=0.3541673168568563, restShare=0.5085574492156292, "
                    + "consistency=0.2125554149093574, reliability=0.7296790500284354, "
                    + "pValue=0.00019895060791773954, splitHalf=0.6783216783216786, golden=2, inferior=1, "
                    + "selectedGain=0.4473876832187431, predictedGain=0.2569818435983921, "
                    + "heldOutGain=0.3271390263085536), layout=seedEffects(seedShare=0.41639122816987945, "
                    + "conditionShare=0.3009000953289524, restShare=0.28270867650116815, "
                    + "consistency=0.5956104776838825, reliability=0.9364216830805359, "
                    + "pValue=2.6406096981838348e-17, splitHalf=0.9067132867132867, golden=5, inferior=5, "
                    + "selectedGain=0.7049171946074044, predictedGain=0.6206404693530722, "
                    + "heldOutGain=0.5746903436006681), ink=seedEffects(seedShare=0.835603297925856, "
                    + "conditionShare=0.026537606630854464, restShare=0.1378590954432896, "
                    + "consistency=0.858382720912145, reliability=0.9837696200715939, "
                    + "pValue=2.9270611202838387e-39, splitHalf=0.9081118881118883, golden=7, inferior=5, "
                    + "selectedGain=0.71718169294229, predictedGain=0.6942732430788637, "
                    + "heldOutGain=0.6913754560125894), normCorrelation=0.9999993783521354, "
                    + "normSlope=-0.49956379519449595, top1=1, top5=1, mantel=NaN, mantelNull=NaN, accuracy=[1; "
                    + "1; 1; 1], latent=[636.4786777605619], logDensity=[678.1138458840287], "
                    + "distance=[357.25163398559386], component=[540], confidence=[119.99997952271795], "
                    + "across=[425.70809873977043], down=[417.1362168716586], mean=[49.6109786371628], "
                    + "pictures=[3038.884460700368]");

    /** The text of a result with the sum of each measure and of |latent| in place of them. */
    private static String brief(SeedGeneratorResult result) {
        SeedGeneratorResult rest = result;
        for (Schema.Field field : Schema.of(result).fields()) {
            if (field.type().equals(double[].class) && !field.name().equals("accuracy")) {
                double[] values = (double[]) Schema.of(result)
                        .values(result)[Schema.of(result).fields().indexOf(field)];
                rest = Schema.with(rest, field.name(), new double[] {
                    Arrays.stream(values).map(Math::abs).sum()
                });
            }
        }
        return Schema.of(rest).format(rest);
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
        Arrays.fill(result.latent(), 9);
        Arrays.fill(result.accuracy(), 9);
        for (SeedResponse response : SeedResponse.values()) {
            result.cells(response, 12)[0][0] = 9;
        }
        Arrays.fill(result.logDensity(), 9);
        Arrays.fill(result.distance(), 9);
        Arrays.fill(result.component(), 9);
        Arrays.fill(result.confidence(), 9);
        Arrays.fill(result.across(), 9);
        Arrays.fill(result.down(), 9);
        Arrays.fill(result.mean(), 9);
        Arrays.fill(result.pictures(), 9);
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
        assertThat(result.component()).containsOnly(0);
        assertThat(result.confidence()).containsOnly(1);
    }

    /** Golden seeds of mixtures are those of short noise: 0.7 of the variance within conditions, and a few hundredths beyond. */
    @Test
    void littleIsLeftBeyondTheNorm() {
        SeedGeneratorResult result = run(Schema.with(SeedGeneratorConfig.standard(), "seeds", 64, "steps", 20));
        assertThat(result.quality().consistency()).isBetween(0.5, 0.9);
        assertThat(result.beyondNorm().consistency()).isBetween(-0.02, 0.15);
        assertThat(result.normCorrelation()).isGreaterThan(0.95);
        assertThat(result.normSlope()).isBetween(-0.6, -0.3);
        assertThat(result.mantel()).isGreaterThan(5 * result.mantelNull());
        assertThat(result.top1()).isGreaterThan(0.95);
        assertThat(result.accuracy()).hasSize(5);
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
        SeedGeneratorResult result = run(Schema.with(FLOW, "scene", new SeedScene.DigitsMixture()));
        double[] pictures = result.pictures();
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
        assertThat(run(FLOW).pictures()).isEmpty();
    }

    /** Fewer seeds are the first of more, and a seed's z is the same in all scenes of its dimension: under policies that keep it, the norm too. */
    @Test
    void seedsCanBeFollowed() {
        double[] latent = run(SMALL).latent();
        for (SeedGeneratorConfig other : List.of(
                FLOW,
                Schema.with(SMALL, "policy", NoisePolicy.FRESH),
                Schema.with(SMALL, "scene.spread", 4),
                Schema.with(SMALL, "scene", new SeedScene.GaussianConditions(5, 3)))) {
            assertThat(run(other).latent()).isEqualTo(latent);
        }
        for (NoisePolicy policy : NoisePolicy.values()) {
            SeedGeneratorConfig config =
                    Schema.with(policy == NoisePolicy.DETERMINISTIC ? FLOW : SMALL, "policy", policy);
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
        assertThat(correlation(NoisePolicy.DETERMINISTIC, 0)).isGreaterThan(0.999);
        assertThat(correlation(NoisePolicy.SHARED_PATH, 1)).isGreaterThan(0.95);
        double slightly = correlation(NoisePolicy.FRESH_PATH, 0.1);
        assertThat(slightly).isBetween(0.3, 0.9);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH_PATH, 10))).isLessThan(0.15);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH, 0))).isLessThan(0.15);
        assertThat(Math.abs(correlation(NoisePolicy.FRESH, 1))).isLessThan(0.15);
    }

    /** Of the first coordinate, over the pairs of 4 conditions and 400 seeds; chance 0.05/√6 = 0.02, so 0.15 is seven standard errors. */
    private static double correlation(NoisePolicy policy, double diffusion) {
        SeedGeneratorResult result = run(new SeedGeneratorConfig(
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
        SeedGeneratorResult result = run(Schema.with(SMALL, "diffusion", 1000.0, "steps", 400));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.finiteShare()).isLessThan(1);
        assertThat(result.logDensity()).containsOnly(Double.NaN);
        assertThat(result.latent()).isEqualTo(run(SMALL).latent());
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
