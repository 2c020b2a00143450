package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The figures where every seed's log density is −|z|²/2 and a constant of the condition, or chance where noise is fresh. */
class SeedFiguresTest {
    /** A planted result may be changed by config before it is drawn. */
    private interface Change {
        SeedGeneratorStudy.Result of(SeedGeneratorStudy.Config config, SeedGeneratorStudy.Result planted);
    }

    private static SeedGeneratorStudy.Result planted(SeedGeneratorStudy.Config config, Streams streams) {
        int conditions = config.scene().conditions();
        int seeds = config.seeds();
        int d = config.scene().dimension();
        Stream latent = streams.at("latent");
        Stream chance = streams.at("chance");
        double[] z = new double[seeds * d];
        Arrays.setAll(z, i -> latent.nextGaussian());
        double[] density = new double[seeds * conditions];
        double[] component = new double[density.length];
        for (int s = 0; s < seeds; s++) {
            double norm = 0;
            for (int j = 0; j < d; j++) {
                norm += z[s * d + j] * z[s * d + j];
            }
            for (int c = 0; c < conditions; c++) {
                boolean fresh = config.policy() == SeedGeneratorStudy.NoisePolicy.FRESH || config.diffusion() == 1;
                density[s * conditions + c] = c + (fresh ? chance.nextGaussian() : -norm / 2);
                double side = fresh ? chance.nextGaussian() : z[s * d + c % d];
                component[s * conditions + c] = side > 0 ? 1 : 0;
            }
        }
        double small = streams.replica() % 2 == 0 ? 1e-4 : -1e-4;
        SeedEffects half = new SeedEffects(0.5, 0.25, 0.25, 0.5 + small, 0.9, 0, 0.8, 40, 30, 1, 0.9, 0.8 + small);
        return new SeedGeneratorStudy.Result(
                StopReason.COMPLETED,
                1,
                240,
                half,
                half,
                half,
                half,
                half,
                0.985 + small,
                -0.5,
                0.5 + small,
                0.9,
                0.34 + small,
                0.01,
                Doubles.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
                Doubles.of(z),
                Doubles.of(density),
                Doubles.of(density),
                Doubles.of(component),
                Doubles.of(component),
                Doubles.of(density),
                Doubles.of(density),
                Doubles.of(density),
                Doubles.of(new double[config.scene() instanceof SeedScene.Pictures ? 6 * 10 * 64 : 0]));
    }

    private static Story.Drawing draw(Story figure, Change change) {
        return figure.draw(Preset.QUICK, Planted.runs(run -> {
            if (run.config() instanceof SeedSlice.Config slice) {
                return new SeedSlice.Result(Doubles.of(new double[slice.side() * slice.side()]));
            }
            SeedGeneratorStudy.Config config = (SeedGeneratorStudy.Config) run.config();
            return change.of(config, planted(config, run.streams()));
        }));
    }

    private static final Change NONE = (config, planted) -> planted;

    private static Map<String, Claim.Verdict> verdicts(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, Claim::verdict));
    }

    private static double[] values(Story.Drawing drawing, String panel, String series, String column) {
        return Planted.column(drawing.data(), column, panel, series);
    }

    /** ICC ½ and accuracy ½ everywhere: what was recorded at half agrees, chance and near-certainty do not. */
    @Test
    void policiesJudgeThePlantedNumbers() {
        Story.Drawing drawing = draw(new SeedPolicies(), NONE);
        Map<String, Claim.Verdict> verdicts = verdicts(drawing);
        assertThat(verdicts).hasSize(41);
        assertThat(verdicts)
                .containsEntry("seed-policies-wide-p0-top1", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-policies-narrow-p0-top1", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-policies-wide-p1-icc", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-policies-wide-chance", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-policies-narrow-erased", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-policies-narrow-recognised", Claim.Verdict.NOT_REPRODUCED);
        assertThat(values(drawing, "recognised", "modes apart", "y"))
                .containsExactly(new double[] {0.5, 0.5, 0.5, 0.5, 0.5}, within(1e-3));
        Map<String, Claim.Verdict> exact = verdicts(draw(new SeedPolicies(), SeedFiguresTest::certain));
        assertThat(exact)
                .containsEntry("seed-policies-narrow-recognised", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-policies-wide-chance", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-policies-narrow-null", Claim.Verdict.REPRODUCED);
    }

    /** The seed is all, or where all noise is fresh nothing. */
    private static SeedGeneratorStudy.Result certain(
            SeedGeneratorStudy.Config config, SeedGeneratorStudy.Result planted) {
        boolean none = config.policy() == SeedGeneratorStudy.NoisePolicy.FRESH;
        return Schema.with(planted, "top1", none ? 1.0 / 128 : 0.9995, "quality.consistency", none ? 0 : 1);
    }

    /** Additive to rounding: the Gaussian law; a deviation of 10⁻⁶ of one sample, or a quarter more variance, is seen. */
    @Test
    void normsJudgeThePlantedNumbers() {
        Map<String, Claim.Verdict> verdicts = verdicts(draw(new SeedNorm(), NONE));
        assertThat(verdicts)
                .hasSize(8)
                .containsEntry("seed-norm-gaussian-deviation", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-norm-gaussian-variance", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-norm-digits-exact", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-norm-narrow-correlation", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-norm-wide-beyond", Claim.Verdict.REPRODUCED);
        Map<String, Claim.Verdict> other = verdicts(draw(new SeedNorm(), (config, planted) -> {
            double[] density = planted.logDensity().toArray();
            density[5] += 1e-6;
            for (int i = 0; i < density.length; i++) {
                density[i] *= config.scene() instanceof SeedScene.GaussianConditions ? 1.12 : 1;
            }
            return Schema.with(planted, "logDensity", density, "normCorrelation", 0.9);
        }));
        assertThat(other)
                .containsEntry("seed-norm-gaussian-deviation", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-norm-gaussian-variance", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-norm-narrow-correlation", Claim.Verdict.NOT_REPRODUCED);
    }

    /** Seeds of one law are golden everywhere, and nowhere beyond |z|²; where noise is fresh none is. */
    @Test
    void goldenSeedsAreFollowed() {
        Story.Drawing drawing = draw(new SeedGolden(), NONE);
        Map<String, Claim.Verdict> verdicts = verdicts(drawing);
        assertThat(verdicts)
                .hasSize(45)
                .containsEntry("seed-golden-model", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-golden-narrow-null", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-golden-narrow-p0-golden", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-golden-narrow-p2b-gain", Claim.Verdict.NOT_REPRODUCED);
        for (String same : List.of("model", "digits")) {
            Claim carried = drawing.claims().stream()
                    .filter(claim -> claim.id().equals("seed-golden-" + same))
                    .findFirst()
                    .orElseThrow();
            assertThat(carried.measured().mean()).isEqualTo(1);
        }
        double[] effects = values(drawing, "ranking-p0", "seed", "y");
        assertThat(effects).hasSize(32).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        double[] low = values(drawing, "ranking-p2b", "without seed effect", "low");
        double[] high = values(drawing, "ranking-p2b", "without seed effect", "high");
        double[] fresh = values(drawing, "ranking-p2b", "seed", "y");
        long inside = IntStream.range(0, fresh.length)
                .filter(k -> fresh[k] >= low[4 * k] - 0.1 && fresh[k] <= high[4 * k] + 0.1)
                .count();
        assertThat(inside).isGreaterThan(28);
    }

    /** What is planted decides. */
    @Test
    void layoutsFollowThePlantedComponents() {
        Story.Drawing drawing = draw(new SeedLayout(), NONE);
        Map<String, Claim.Verdict> verdicts = verdicts(drawing);
        assertThat(verdicts)
                .hasSize(8)
                .containsEntry("seed-layout-wide-mantel", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-layout-wide-null", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-layout-digits-ink", Claim.Verdict.NOT_RESOLVED);
        assertThat(verdicts(draw(
                        new SeedLayout(),
                        (config, planted) -> Schema.with(planted, "mantel", 0.2, "ink.consistency", 0.7))))
                .containsEntry("seed-layout-wide-mantel", Claim.Verdict.NOT_REPRODUCED)
                .containsEntry("seed-layout-digits-ink", Claim.Verdict.REPRODUCED)
                .containsEntry("seed-layout-digits-centre", Claim.Verdict.NOT_RESOLVED);
    }

    /** Two modes far apart on the axis: each start reaches the one on its side, unless much noise is injected. */
    @Test
    void startsReachTheNearerMode() {
        String plane = "scene.dimension=2, scene.components=2, scene.spread=20, steps=100, side=8, diffusion=";
        double[] flow = new SeedSlice().run(plane + 0, 1).component().toArray();
        double[] noisy = new SeedSlice().run(plane + 30, 1).component().toArray();
        assertThat(changes(flow)).isBetween(1, 16);
        assertThat(changes(noisy)).isGreaterThan(20);
    }

    /** Neighbours along the first coordinate that reach other modes. */
    private static int changes(double... component) {
        return (int) IntStream.range(1, component.length)
                .filter(k -> k % 8 > 0 && component[k] != component[k - 1])
                .count();
    }

    /** Claims of all figures have names of their own. */
    @Test
    void claimsHaveNamesOfTheirOwn() {
        List<Story> figures = List.of(new SeedPolicies(), new SeedNorm(), new SeedGolden(), new SeedLayout());
        List<String> ids = figures.stream()
                .flatMap(figure -> draw(figure, NONE).claims().stream())
                .map(Claim::id)
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
    }
}
