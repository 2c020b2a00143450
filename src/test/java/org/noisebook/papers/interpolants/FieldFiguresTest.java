package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.field.Objective;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.StopReason;

/** The figures of learned fields, errors and likelihoods over planted runs. */
class FieldFiguresTest {
    private static final double ROUNDING = 1e-5;

    private static Story.Drawing draw(Story figure, Preset preset) {
        return figure.draw(preset, Planted.experiment(FieldFiguresTest::planted));
    }

    private static Record planted(Record config, int replica) {
        double off = 0.001 * (replica % 2);
        return config instanceof InterpolantFieldStudy.Config field
                ? planted(field, off)
                : config instanceof InterpolantErrorStudy.Config error
                        ? planted(error, off)
                        : planted((InterpolantLikelihoodStudy.Config) config, off);
    }

    /** W_1 = 1/(1 + ε) + off, three times that with v and half of it with s; shares 0.8 + 0.1 ε; cells all alike. */
    private static InterpolantFieldStudy.Result planted(InterpolantFieldStudy.Config config, double off) {
        double factor = (config.field().objective() == Objective.VELOCITY ? 1 : 3)
                * (config.companion() == InterpolantFieldStudy.Companion.SCORE ? 0.5 : 1);
        double[] diffusions = config.diffusions().toArray();
        double[] distance =
                Arrays.stream(diffusions).map(e -> factor * (1 / (1 + e) + off)).toArray();
        double[] share = Arrays.stream(diffusions).map(e -> 0.8 + 0.1 * e + off).toArray();
        double[] none = new double[diffusions.length];
        double[] whole = none.clone();
        Arrays.fill(whole, 1);
        double[] course = new double[100];
        Arrays.setAll(course, i -> -5 - i / 100.0);
        int cells = InterpolantFieldStudy.CELLS * InterpolantFieldStudy.CELLS;
        double[] histogram = new double[cells * diffusions.length];
        Arrays.fill(histogram, 1.0 / cells);
        double excess = config.field().schedule().equals(PathSchedule.linear(0)) ? 0.4 : 0.1 + off;
        return new InterpolantFieldStudy.Result(
                StopReason.COMPLETED,
                Doubles.of(course),
                Doubles.of(),
                -2.93 + off,
                0,
                -3,
                excess,
                0,
                factor,
                0,
                factor / 4,
                0,
                Doubles.of(distance),
                Doubles.of(none),
                0.01,
                Doubles.of(whole),
                Doubles.of(share),
                Doubles.of(whole),
                Doubles.of(whole),
                Doubles.of(histogram));
    }

    /** Mean 1 and variance 1, so KL = 1/2; W_1 = 0.01 of exact fields, else 0.3/(1 + 2ε). */
    private static InterpolantErrorStudy.Result planted(InterpolantErrorStudy.Config config, double off) {
        double[] diffusions = config.diffusions().toArray();
        boolean exact = config.velocityError() instanceof FieldError.None;
        double[] distance = Arrays.stream(diffusions)
                .map(e -> exact ? 0.01 + off : 0.3 / (1 + 2 * e) + off)
                .toArray();
        double[] one = new double[diffusions.length];
        Arrays.fill(one, 1 + off);
        double size = config.velocityError() instanceof FieldError.Growing growing ? growing.size() : 1;
        double square = size * size;
        return new InterpolantErrorStudy.Result(
                Doubles.of(distance),
                Doubles.of(one),
                Doubles.of(one),
                square / 2 + off * square,
                square,
                square / 2,
                (0.1 + off) * square,
                0,
                square / 2,
                4 * square,
                -1 - off);
    }

    /** Errors 1000 n⁻⁴; probes with the variance of the closed form and 2 % more; paths 1 % too high. */
    private static InterpolantLikelihoodStudy.Result planted(InterpolantLikelihoodStudy.Config config, double off) {
        double[] exact = new double[config.count()];
        double[] logs = exact.clone();
        double[] deviations = exact.clone();
        if (config.pair() == ExactPair.GAUSSIANS) {
            Arrays.setAll(
                    exact,
                    k -> ExactPair.GAUSSIANS.end().logDensity(config.points().get(k)));
            Arrays.setAll(logs, k -> exact[k] + 0.01 + off);
        }
        if (config.probes() > 0) {
            double one = 1.02
                    * Likelihood.probeVariance(
                            ExactPair.PLANE.by(PathSchedule.linear(1)).velocity(), config.probe());
            Arrays.fill(deviations, Math.sqrt(one / config.probes()) * (1 + off));
        }
        double error = 1000 / Math.pow(config.steps(), 4);
        return new InterpolantLikelihoodStudy.Result(
                Doubles.of(logs),
                Doubles.of(exact),
                Doubles.of(deviations),
                Doubles.of(exact),
                Doubles.of(exact),
                error,
                1.5e-4);
    }

    private static double[] column(Story.Drawing drawing, String panel, String series, String kind, String column) {
        return Planted.column(drawing.data(), column, panel, series, kind);
    }

    private static Map<String, Claim> claims(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, claim -> claim));
    }

    private static void assertVerdict(Map<String, Claim> claims, String id, double mean, Claim.Verdict verdict) {
        assertThat(claims.get(id).measured().mean()).as(id).isCloseTo(mean, within(0.005));
        assertThat(claims.get(id).verdict()).as(id).isEqualTo(verdict);
    }

    @Test
    void epsilonShowsClosedFormsAndPlantedRuns() {
        Story.Drawing drawing = draw(new InterpolantEpsilon(), Preset.QUICK);
        double[] x = column(drawing, "gaussian", "bound", "theory", "x");
        double[] bound = column(drawing, "gaussian", "bound", "theory", "y");
        double[] printed = column(drawing, "gaussian", "bound as printed", "theory", "y");
        double[] divergence = column(drawing, "gaussian", "b and s wrong", "theory", "y");
        for (int i = 0; i < x.length; i++) {
            double expected = StrictMath.exp(1) / (8 * StrictMath.sinh(1)) * (x[i] + 1 / x[i]);
            assertThat(bound[i]).isCloseTo(expected, within(ROUNDING * expected));
            assertThat(printed[i]).isCloseTo(expected / 2, within(ROUNDING * expected));
            assertThat(divergence[i]).isLessThan(bound[i]);
        }
        assertThat(divergence[40]).as("at ε = 1").isCloseTo(0.5, within(1e-6)).isGreaterThan(printed[40]);
        assertThat(column(drawing, "wave", "exact b", "simulation", "y")).containsOnly(0.0104);
    }

    @Test
    void epsilonOfLearnedFieldsShowsPlantedRuns() {
        Story.Drawing drawing = draw(new InterpolantEpsilonLearned(), Preset.QUICK);
        assertThat(column(drawing, "learned", "learned", "simulation", "y")[0]).isCloseTo(1, within(1e-3));
        assertThat(column(drawing, "learned", "predicted best", "border", "x")).containsOnly(2);
        assertThat(column(drawing, "objectives", "v instead of velocity b", "simulation", "y"))
                .containsExactly(3, 3);
    }

    @Test
    void epsilonJudgesThePlantedNumbers() {
        Map<String, Claim> claims = claims(draw(new InterpolantEpsilon(), Preset.QUICK));
        assertThat(claims).hasSize(5);
        assertVerdict(claims, "interpolant-epsilon-counter-example", 0.5004, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-as-printed", 1.7307, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-exact", 0.0104, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-perturbed", 0.201, Claim.Verdict.NOT_RESOLVED);
        assertThat(claims.get("interpolant-epsilon-bound").measured().high()).isBetween(0.85, 1.0);
    }

    @Test
    void epsilonOfLearnedFieldsJudgesThePlantedNumbers() {
        Map<String, Claim> claims = claims(draw(new InterpolantEpsilonLearned(), Preset.QUICK));
        assertThat(claims).hasSize(6);
        assertVerdict(claims, "interpolant-epsilon-learned-noise-helps-imperfect", 0.5, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-learned-noise-helps", 0.5, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-learned-b-beats-v", 3, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-epsilon-learned-eta-beats-s", 0.5, Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void checkerboardMapsAreDensitiesOverThatOfAFilledSquare() {
        Story.Drawing drawing = draw(new InterpolantCheckerboard(), Preset.QUICK);
        assertThat(column(drawing, "ode", "", "cell", "value")).hasSize(900).containsOnly(0.32);
        assertThat(column(drawing, "shares", "filled squares", "simulation", "y"))
                .containsExactly(0.800333, 0.850333, 0.900333);
    }

    /** Regressions need the recipe's own sizes, which only the full preset has. */
    @ParameterizedTest
    @EnumSource(names = {"QUICK", "FULL"})
    void checkerboardJudgesThePlantedNumbers(Preset preset) {
        Map<String, Claim> claims = claims(draw(new InterpolantCheckerboard(), preset));
        assertThat(claims).hasSize(preset == Preset.QUICK ? 3 : 11);
        assertVerdict(claims, "interpolant-checkerboard-half", 0.05, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-checkerboard-one", 0.1, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-checkerboard-smoothing", 3.983, Claim.Verdict.REPRODUCED);
        if (preset == Preset.FULL) {
            assertVerdict(claims, "interpolant-checkerboard-loss", -2.9295, Claim.Verdict.REPRODUCED);
            assertVerdict(claims, "interpolant-checkerboard-share-0", 0.8005, Claim.Verdict.NOT_REPRODUCED);
        }
    }

    @Test
    void likelihoodShowsClosedFormsAndPlantedRuns() {
        Story.Drawing drawing = draw(new InterpolantLikelihood(), Preset.QUICK);
        double[] steps = column(drawing, "steps", "linear, γ = 0", "simulation", "x");
        double[] errors = column(drawing, "steps", "linear, γ = 0", "simulation", "y");
        for (int i = 0; i < steps.length; i++) {
            assertThat(errors[i]).isCloseTo(1000 / Math.pow(steps[i], 4), within(ROUNDING * errors[i]));
        }
        double[] probes = column(drawing, "probes", "probes ±1", "theory", "y");
        assertThat(probes[4] / probes[0]).isCloseTo(0.25, within(ROUNDING));
    }

    @Test
    void divergenceShowsClosedFormsAndPlantedRuns() {
        Story.Drawing drawing = draw(new InterpolantDivergence(), Preset.QUICK);
        double[] variances = column(drawing, "variances", "−log y + (y − 1)", "theory", "y");
        assertThat(variances[variances.length - 1]).isCloseTo(Math.E - 2, within(ROUNDING));
    }

    @Test
    void likelihoodJudgesThePlantedNumbers() {
        Map<String, Claim> claims = claims(draw(new InterpolantLikelihood(), Preset.QUICK));
        assertThat(claims).hasSize(12);
        assertVerdict(claims, "interpolant-likelihood-still", 1.5e-4, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-likelihood-noisy", 1.5e-4, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "interpolant-likelihood-order", -4, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-likelihood-truncation", 1, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "interpolant-likelihood-rademacher", 1.021, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-likelihood-paths-2", 0.2328, Claim.Verdict.REPRODUCED);
    }

    @Test
    void divergenceJudgesThePlantedNumbers() {
        Map<String, Claim> claims = claims(draw(new InterpolantDivergence(), Preset.QUICK));
        assertThat(claims).hasSize(5);
        assertVerdict(claims, "interpolant-divergence-control", 0.1005, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "interpolant-divergence-as-printed", 4, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "interpolant-divergence-control-mean", 1, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-divergence-control-sign", 0, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "interpolant-divergence-as-printed-sign", -1.001, Claim.Verdict.NOT_REPRODUCED);
    }
}
