package org.noisebook.papers.noisepolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.PlantedBoard;
import org.noisebook.papers.noisepolicy.LearnedNoise.Policy;
import org.noisebook.papers.noisepolicy.LearnedNoise.Result;
import org.noisebook.rng.Streams;

/** Policy gradients by hand, and the noise that they find. */
class LearnedNoiseTest {
    private static final LearnedNoise PAPER = new LearnedNoise();
    private static final Policy ONE = new Policy(1, 100_000, 1, 0.2, 0.5, false, 0);

    private static LearnedPolicy learn(Policy how, Function<double[][], double[]> reward) {
        return LearnedPolicy.learn(how, 2, reward, Streams.of(4).at("pairs"));
    }

    private static Result run(String changes) {
        return PAPER.run("steps=5, particles=64, " + changes, 2);
    }

    /**
     * One step for r = x_0: E[r (x − μ)] = (1, 0) and E[r (z² − 1)/2] = 0, each within five standard errors of 100 000 draws: false alarms 2e-6;
     * a factor 2 of either gradient is seen.
     */
    @Test
    void oneStepIsTheNaturalGradient() {
        LearnedPolicy linear = learn(ONE, x -> x[0].clone());
        assertThat(linear.mean().get(0)).isCloseTo(0.5, within(0.5 * 5 * Math.sqrt(2 / 100_000.0)));
        assertThat(linear.mean().get(1)).isCloseTo(0, within(0.5 * 5 * Math.sqrt(1 / 100_000.0)));
        assertThat(linear.logScale().get(0)).isCloseTo(0, within(0.5 * 5 * Math.sqrt(2.5 / 100_000.0)));
        LearnedPolicy square =
                learn(ONE, x -> Arrays.stream(x[0]).map(v -> v * v).toArray());
        assertThat(square.logScale().get(0)).isCloseTo(0.5, within(0.5 * 5 * Math.sqrt(18.5 / 100_000.0)));
        assertThat(square.logScale().get(1)).isCloseTo(0, within(0.5 * 5 * Math.sqrt(1.5 / 100_000.0)));
    }

    /** A clip that allows nothing lets hardly more than the first of a batch's steps through; a wide one lets all. */
    @Test
    void theClipHoldsBack() {
        Function<double[][], double[]> reward =
                x -> Arrays.stream(x[0]).map(v -> -(v - 2) * (v - 2)).toArray();
        Policy base = new Policy(1, 500, 8, 1e-9, 0.05, true, 0);
        LearnedPolicy held = learn(base, reward);
        LearnedPolicy once = learn(Schema.with(base, "reuse", 1), reward);
        LearnedPolicy free = learn(Schema.with(base, "clip", 1e6), reward);
        assertThat(held.kept()).isCloseTo(1.0 / 8, within(1e-3));
        assertThat(free.kept()).isEqualTo(1);
        assertThat(held.mean().get(0) / once.mean().get(0)).isCloseTo(1, within(0.1));
        assertThat(free.mean().get(0)).isGreaterThan(3 * once.mean().get(0));
        assertThat(held.mean().get(0)).isLessThan(0.7 * free.mean().get(0));
    }

    @Test
    void divergenceIsThatOfGaussians() {
        assertThat(new LearnedPolicy(Doubles.of(0, 0), Doubles.of(0, 0), 1).divergence())
                .isZero();
        LearnedPolicy policy = new LearnedPolicy(Doubles.of(1, 0), Doubles.of(0, Math.log(2)), 1);
        assertThat(policy.divergence()).isCloseTo(0.5 + 1.5 - Math.log(2), within(1e-12));
        assertThat(policy.draw(new double[][] {{1}, {1}})).isDeepEqualTo(new double[][] {{2}, {2}});
    }

    /** The best mean is found, by clipped reuse nearer than by as many samples once, and a reward that is not finite ends the learning by name. */
    @Test
    void theBestNoiseIsFound() {
        double clipped = run("start=policy").error();
        assertThat(clipped).isLessThan(0.2);
        assertThat(run("start=policy(reuse=1)").error()).isGreaterThan(2 * clipped);
        Result lost = run("start=policy(calibrated=false, rate=100, clip=1000000)");
        assertThat(lost.ends()).isEqualTo(new EndCounts(0, 0, 1));
        assertThat(lost.error()).isNaN();
    }

    /** Learned noise carries its digit in the study of guidance, where w = 0 forgets it. */
    @Test
    void theDigitComesFromTheNoise() {
        Result digit = run("task=digit, start=policy(updates=20, rate=0.1)");
        assertThat(digit.rate()).isGreaterThan(digit.plainRate() + 0.3);
        GuidanceConfig config = Schema.with(GuidanceConfig.standard(), "steps=5, particles=64, weight=0");
        double plain = new GuidanceStudy().run(config, Streams.of(2)).classDoubt();
        GuidanceConfig learned = Schema.with(config, "start=policy(updates=8, samples=32, rate=0.2)");
        assertThat(new GuidanceStudy().run(learned, Streams.of(2)).classDoubt()).isLessThan(plain - 0.2);
    }

    @Test
    void whatHasNoClassesOrStepsOneWayIsRefused() {
        refuses(GuidanceConfig.standard(), "start=policy, law=line", "law must have classes");
        refuses(GuidanceConfig.standard(), "start=policy, method=ancestral", "method must step both ways");
        refuses(DiffusionConfig.ofSamples(), "start=policy", "start=policy must have classes");
        refuses(PAPER.defaults(), "method=ancestral", "method must step both ways");
        refuses(PAPER.defaults(), "start=policy(samples=1)", "samples must be in [2, 100000]");
    }

    /** Divergence falls with error as a power; that of clipped reuse is a share of the others'. */
    private static Claim.Verdict nearer(String id, double share) {
        return PlantedBoard.claims(new LearnedNoise().story(), (record, replica) -> {
                    LearnedNoise.Policy start = ((LearnedNoise.Config) record).start();
                    double error = 1.0 / start.updates() / (start.reuse() > 1 && start.clip() < 1 ? 1 : 2);
                    boolean clipped = start.reuse() > 1 && start.clip() < 1;
                    double nats = (1 + 1e-3 * replica) * Math.pow(error, -0.7) * (clipped ? share : 1);
                    return new LearnedNoise.Result(error, nats, 1, 0.1, 0.1);
                })
                .stream()
                .filter(claim -> claim.id().equals(id))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    /** Between (0.5, 2) and (0.25, 4) at the geometric mean of the errors is 3; before the first the curve starts at (1, 0). */
    @Test
    void divergenceIsReadOffTheCurve() {
        double[] errors = {0.5, 0.25};
        assertThat(LearnedNoise.divergenceAt(Math.sqrt(0.125), errors, 2, 4)).isCloseTo(3, within(1e-12));
        assertThat(LearnedNoise.divergenceAt(Math.sqrt(0.5), errors, 2, 4)).isCloseTo(1, within(1e-12));
        assertThat(LearnedNoise.divergenceAt(0.2, errors, 2, 4)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise-policy-nearer", "noise-policy-nearer-unclipped"})
    void lawsAreComparedAtEqualError(String id) {
        assertThat(nearer(id, 0.8)).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(nearer(id, 1)).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
    }

    private static <C extends Record> void refuses(C config, String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(config).parse(changes, config))
                .withMessageContaining(message);
    }
}
