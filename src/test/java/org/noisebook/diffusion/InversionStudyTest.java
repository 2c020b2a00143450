package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

class InversionStudyTest {
    private static final InversionStudy STUDY = new InversionStudy();
    private static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    private static final DiffusionMethod HALF = new DiffusionMethod.Bdia(0.5);
    private static final DiffusionMethod BDIA = DiffusionMethod.Bdia.standard();
    private static final InversionConfig DIGITS = Schema.with(InversionConfig.standard(), "particles", 8, "steps", 20);
    private static final InversionConfig LINE = Schema.with(DIGITS, "law", GuidedLaw.Line.standard());

    private static InversionResult run(InversionConfig config, Object... changes) {
        return STUDY.run(changes.length == 0 ? config : Schema.with(config, changes), Streams.of(1));
    }

    private static double[][] values(Score score, double tau, double[][] x) {
        double[][] out = new double[x.length][x[0].length];
        score.evaluator(x[0].length).at(tau, x, x[0].length, out);
        return out;
    }

    /** The scores by principal axes are those that factorise every covariance anew. */
    @Test
    void spectralScoresAreThoseOfTheMixture() {
        GaussianMixture data = GuidedLaw.DigitsMixture.standard().data();
        SpectralMixture law = new SpectralMixture(data);
        GuidedLaw.Scores exact = GuidedLaw.DigitsMixture.standard().scores(DIGITS.diffusion());
        double[][] x = data.sample(Streams.of(1).at("points"), 5);
        for (double tau : new double[] {1, 0.3, 0.02, 0.3}) {
            List<Score> own = List.of(law.score(DIGITS.diffusion()), law.score(DIGITS.diffusion(), 7));
            List<Score> expected =
                    List.of(exact.unconditional(), exact.classes().get(7));
            for (int i = 0; i < 2; i++) {
                double[][] a = values(own.get(i), tau, x);
                double[][] b = values(expected.get(i), tau, x);
                for (int j = 0; j < a.length; j++) {
                    assertThat(a[j]).containsExactly(b[j], within(1e-8));
                }
            }
        }
    }

    /** DDIM's trip by hand: the law's points, up and down, and the median of the relative differences. */
    @Test
    void aTripIsThereAndBack() {
        InversionResult result = run(LINE, "method", DDIM);
        double[][] before = LINE.law().data().sample(Streams.of(1).at("pictures"), 8);
        double[][] x = {before[0].clone()};
        double[] down = TimeGrid.UNIFORM.times(1, 0, 20);
        double[] up =
                IntStream.rangeClosed(0, 20).mapToDouble(i -> down[20 - i]).toArray();
        Score score = LINE.law().scores(LINE.diffusion()).unconditional();
        for (double[] times : List.of(up, down)) {
            Ensemble.run(DDIM.sampler(LINE.diffusion(), score), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        }
        double[] relative = IntStream.range(0, 8)
                .mapToDouble(k -> Math.abs((x[0][k] - before[0][k]) / before[0][k]))
                .sorted()
                .toArray();
        assertThat(result.relativeMedian()).isCloseTo((relative[3] + relative[4]) / 2, within(1e-12));
        assertThat(result.relativeRms())
                .isCloseTo(Math.sqrt(Arrays.stream(relative).map(r -> r * r).sum() / 8), within(1e-12));
        assertThat(result.error()).isGreaterThan(1e-3);
        assertThat(result.evaluations()).isEqualTo(20);
        assertThat(result.posterior()).isNaN();
    }

    /** Exact methods against what must fail: DDIM, a lost memory, and float32 between them. */
    @Test
    void roundTripsOfDigits() {
        for (Trip trip : Trip.values()) {
            assertThat(run(DIGITS, "trip", trip, "method", DDIM).error()).isGreaterThan(1e-2);
            for (DiffusionMethod method : List.of(DIGITS.method(), BDIA)) {
                InversionConfig config = Schema.with(DIGITS, "trip", trip, "method", method);
                InversionResult exact = run(config);
                assertThat(exact.error()).isLessThan(1e-10);
                assertThat(exact.outcome()).isEqualTo(InversionResult.Outcome.KEPT);
                assertThat(run(config, "keepsMemory", false).error()).isGreaterThan(1e-2);
                assertThat(run(config, "single", true).error()).isBetween(1e-8, 0.1);
            }
        }
        InversionConfig learned = Schema.with(DIGITS, "law", new GuidedLaw.LearnedDigits(), "method", BDIA);
        assertThat(run(learned, "steps", 10).error()).isLessThan(1e-10);
    }

    /** The copies part where nothing mixes them, generating; inverting it is the other way round where one copy always goes first. */
    @Test
    void driftsOfTheCopies() {
        InversionConfig unmixed = Schema.with(DIGITS, "method", new DiffusionMethod.Edict(1), "steps", 50);
        InversionConfig mixed = Schema.with(DIGITS, "steps", 50);
        assertThat(run(unmixed, "trip", Trip.LATENT).drifts().last())
                .isGreaterThan(10 * run(mixed, "trip", Trip.LATENT).drifts().last());
        assertThat(run(unmixed, "method.alternating", false).drifts().last())
                .isLessThan(
                        0.5 * run(mixed, "method.alternating", false).drifts().last());
        assertThat(run(unmixed).drifts().last()).isCloseTo(run(mixed).drifts().last(), withinPercentage(20));
        assertThat(run(DIGITS, "method", DDIM).drifts().last()).isNaN();
    }

    /** Below γ = 1 latents grow by 1/γ a step, which has a name before it is lost and after. */
    @Test
    void latentsThatGrow() {
        InversionResult half = run(LINE, "method", HALF, "steps", 40);
        assertThat(half.growth()).isCloseTo(2, within(0.1));
        assertThat(half.outcome()).isEqualTo(InversionResult.Outcome.EXPLODED);
        assertThat(half.ends().allFitted()).isTrue();
        assertThat(run(LINE, "method", BDIA, "steps", 40).growth()).isCloseTo(1, within(0.1));
        InversionResult lost = run(LINE, "method", HALF, "steps", 2000);
        assertThat(lost.outcome()).isEqualTo(InversionResult.Outcome.LOST);
        assertThat(lost.growth()).isCloseTo(2, within(0.1));
        assertThat(lost.ends().allFitted()).isFalse();
    }

    @Test
    void samplesNearTheFlow() {
        InversionConfig config = Schema.with(DIGITS, "trip", Trip.LATENT, "referenceSteps", 200, "method", DDIM);
        double plain = run(config).generationError();
        assertThat(plain).isBetween(1e-3, 0.3);
        assertThat(run(config, "steps", 40).generationError() / plain).isBetween(0.4, 0.65);
        assertThat(run(config, "method", BDIA).generationError()).isLessThan(plain);
        assertThat(run(config, "method", HALF).generationError()).isLessThan(0.7 * plain);
        assertThat(run(config, "referenceSteps", 0).generationError()).isNaN();
    }

    /** Where copies part on the way, there is no picture left. */
    @Test
    void anEditIsOfTheClassAskedForAndOfItsPicture() {
        InversionConfig config = Schema.with(DIGITS, "classShift", 1, "particles", 16, "steps", 50);
        InversionResult edit = run(config);
        assertThat(edit.posterior()).isCloseTo(1, within(0.1));
        assertThat(run(config, "method", new DiffusionMethod.Edict(1)).posterior())
                .isLessThan(0.1);
        assertThat(edit.distance()).isBetween(0.1, edit.strangerDistance());
        assertThat(edit.pictures().size()).isEqualTo(2 * 5 * 64);
        assertThat(edit.error()).isNaN();
    }

    private static void refuses(InversionConfig config, String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(config).parse(changes, config))
                .withMessage(message);
    }

    @Test
    void whatMakesNoTripIsRefused() {
        String both = "method must step both ways, without noise, got ";
        refuses(DIGITS, "method=exponentialMultistep", both + "exponentialMultistep");
        refuses(DIGITS, "method=ddim(eta=1)", both + "ddim(eta=1)");
        refuses(DIGITS, "law=digitsMixture(latents=3)", "law must be in pixels, got digitsMixture(latents=3)");
        String shift = "classShift must be 0 unless a picture's trip and classes=";
        refuses(LINE, "classShift=1", shift + "1 allow it, got 1");
        refuses(DIGITS, "classShift=2, trip=latent", shift + "10 allow it, got 2");
        refuses(DIGITS, "referenceSteps=5", "referenceSteps must be 0 for trip=picture, got 5");
    }
}
