package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Score;

@Tag("long")
class DiffusionStartTest {
    private static final DiffusionConfig SAMPLES =
            Schema.with(DiffusionConfig.ofSamples(), "grid=uniform, end=0, steps=200, particles=4096, energyPoints=2");
    private static final String ZERO = "start=oneMoreStep, diffusion=ddpm(steps=1000, betas=zeroTerminalBetas)";

    private static DiffusionConfig with(DiffusionConfig config, String changes) {
        return Schema.of(config).parse(changes, config);
    }

    private static DiffusionResult run(DiffusionConfig config) {
        return new DiffusionStudy().run(config, Streams.of(7));
    }

    /** Texts and keys from before there were starts. */
    @Test
    void theStandardStartIsNotWritten() {
        DiffusionConfig config = DiffusionConfig.standard();
        String text = Schema.of(config).format(config);
        assertThat(text).doesNotContain("start");
        assertThat(Schema.of(config).parse(text)).isEqualTo(config);
        assertThat(new Run<>(new DiffusionStudy(), config, Streams.of(1)).key()).isEqualTo(DIFFUSION_KEY);
        GuidanceConfig guided = GuidanceConfig.standard();
        assertThat(Schema.of(guided).format(guided)).doesNotContain("start");
        assertThat(new Run<>(new GuidanceStudy(), guided, Streams.of(1)).key()).isEqualTo(GUIDANCE_KEY);
        assertThat(Schema.of(config).format(with(config, "start=exact"))).endsWith("start=exact");
    }

    private static final String DIFFUSION_KEY = "90fd7c04fdb51cc46e8023f82516a5ead5cd86b5b52ade1bf028405c9a3a755b";
    private static final String GUIDANCE_KEY = "5278ccd0a25d31aec8c774860c1c4dfeed33a510cf344f45283efb1f19118f1f";

    /**
     * Brightness from pure noise, at settings of no figure, within 3 standard errors of 4096 samples (false alarms 3e-3 each, the stream is
     * fixed); half the bias would be 10 standard errors off.
     */
    @Test
    void theBiasIsThatOfTheExactFlow() {
        Target.Brightness law = new Target.Brightness(16, 1.5, 0.1, 0.3);
        for (String chain : new String[] {"betas=scaledLinearBetas(first=0.0005, last=0.01)", "steps=700"}) {
            DiffusionConfig plain = with(
                    Schema.with(SAMPLES, "target", law),
                    "steps=350, diffusion=ddpm(steps=1000, betas=linearBetas(first=0.0001, last=0.02)), diffusion."
                            + chain);
            double a = plain.diffusion().meanCoefficient(1);
            double shrink = Math.sqrt(law.variance() / (a * a * law.variance() + 1 - a * a));
            DiffusionResult result = run(plain);
            double error = Math.sqrt(result.variance().get(0) / 4096);
            assertThat(result.mean().get(0)).isCloseTo(4 * 1.5 * (1 - a * shrink), within(3 * error));
            assertThat(4 * 1.5 * a * shrink).isGreaterThan(10 * error);
            assertThat(Math.sqrt(result.variance().get(0)))
                    .isCloseTo(shrink, within(3 * shrink / Math.sqrt(2 * 4096.0)));
            DiffusionResult more = run(with(plain, "start=oneMoreStep"));
            DiffusionResult exact = run(with(plain, "start=exact"));
            assertThat(more.mean().get(0)).isCloseTo(exact.mean().get(0), within(2e-3));
            assertThat(exact.mean().get(0)).isCloseTo(6, within(3 * error));
            assertThat(more.variance().get(0) / exact.variance().get(0))
                    .isCloseTo((1 - a * a) / (a * a * law.variance() + 1 - a * a), within(1e-9));
        }
    }

    /** Multimodal data from their exact start, which a chain that keeps a third of the signal needs. */
    @Test
    void anExactStartNeedsNoPureNoise() {
        DiffusionConfig early = with(SAMPLES, "diffusion=variancePreserving(betaMin=0.1, betaMax=4), particles=20000");
        double floor = run(early).sampleDistance();
        assertThat(run(with(early, "start=exact")).distance()).isLessThan(2 * floor);
        assertThat(run(early).distance()).isGreaterThan(4 * floor);
    }

    @Test
    void aChainThatEndsAtZeroStartsFromTheMean() {
        DiffusionConfig zero = with(Schema.with(SAMPLES, "target", new Target.Brightness(4, -0.6, 0.3, 0.52)), ZERO);
        Diffusion chain = zero.diffusion();
        assertThat(chain.meanCoefficient(1)).isZero();
        assertThat(chain.variance(1)).isEqualTo(1);
        Diffusion before = new Diffusion.Ddpm(1000, new Diffusion.ScaledLinearBetas(0.00085, 0.012));
        assertThat(chain.meanCoefficient(0.001)).isCloseTo(before.meanCoefficient(0.001), within(1e-12));
        double last = before.meanCoefficient(1);
        double first = before.meanCoefficient(0.001);
        for (int i : new int[] {2, 500, 999}) {
            assertThat(chain.meanCoefficient(i / 1000.0))
                    .isCloseTo((before.meanCoefficient(i / 1000.0) - last) * first / (first - last), within(1e-10));
        }
        DiffusionResult result = run(zero);
        assertThat(result.mean().get(0))
                .isCloseTo(-1.2, within(3 * Math.sqrt(result.variance().get(0) / 4096)));
        assertThat(run(with(zero, "steps=1000")).finiteShare()).isEqualTo(1);
    }

    /** Scores and noise at ᾱ = 0 have a message that says what does start there, and nothing is NaN. */
    @Test
    void whatCannotStartIsRefusedByName() {
        String no = "no signal is left at tau=1, where a score or noise cannot predict the data";
        refuses(with(SAMPLES, ZERO), "start=standard", no);
        refuses(with(SAMPLES, ZERO), "start=exact", no);
        refuses(with(SAMPLES, ZERO), "grid=logSnr, end=0.001", "grid not logSnr");
        refuses(with(SAMPLES, ZERO), "likelihoodPoints=5", "likelihoodPoints must be 0");
        refuses(with(SAMPLES, ZERO), "steps=1", "steps must be at least 2");
        refuses(SAMPLES, "start=boundary", "start=boundary must see condition=linear");
        refuses(GuidanceConfig.standard(), "start=boundary", "no boundary");
        refuses(
                GuidanceConfig.standard(),
                "law=digitsMixture(latents=3), start=exact",
                "start must be standard unless");
        refuses(GuidanceConfig.standard(), "diffusion.betas=zeroTerminalBetas", no);
        Diffusion chain = with(SAMPLES, ZERO).diffusion();
        Score score = new Diffusion.VariancePreserving(0.1, 20)
                .marginals(GaussianMixture.standard(2))
                .score();
        double[][] x = new double[2][3];
        for (DiffusionMethod method : new DiffusionMethod[] {
            new DiffusionMethod.Ddim(0),
            DiffusionMethod.Ancestral.standard(),
            DiffusionMethod.Edict.standard(),
            new DiffusionMethod.ProbabilityFlow(org.noisebook.solver.OdeMethod.HEUN),
            new DiffusionMethod.TimeFlow(org.noisebook.solver.OdeMethod.HEUN)
        }) {
            assertThatIllegalArgumentException()
                    .as(method.toString())
                    .isThrownBy(() -> method.sampler(chain, score)
                            .begin(3)
                            .step(1, 0.9, x, 3, new double[][][] {new double[2][3]}))
                    .withMessageStartingWith(no);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prediction.NOISE
                        .to(Prediction.DENOISER, chain, score)
                        .evaluator(3)
                        .at(1, x, 3, x))
                .withMessageStartingWith(no);
    }

    private static <C extends Record> void refuses(C config, String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(config).parse(changes, config))
                .withMessageContaining(message);
    }

    /** Classes of guided digits by their own starts: the mean of each is its own, whatever the start. */
    @Test
    void guidedClassesHaveStartsOfTheirOwn() {
        GuidanceConfig config = Schema.with(
                GuidanceConfig.standard(),
                "diffusion.betas=scaledLinearBetas(first=0.0002, last=0.006), particles=256, steps=20");
        double plain = new GuidanceStudy().run(config, Streams.of(1)).frechet();
        for (String start : new String[] {"exact", "oneMoreStep"}) {
            GuidanceConfig own = Schema.of(config).parse("start=" + start, config);
            assertThat(new GuidanceStudy().run(own, Streams.of(1)).frechet())
                    .as(start)
                    .isLessThan(0.8 * plain);
        }
    }

    /** The posterior of linear observations against Bayes' rule on a grid, and rows that are means and orthonormal. */
    @Test
    void posteriorsOfLinearObservations() {
        GaussianMixture data = new Target.Triangle().mixture().orElseThrow();
        double[][] rows = {{0.5, -2}};
        GaussianMixture law = data.given(rows, new double[] {1.3}, 0.2);
        double[] sum = new double[3];
        for (int i = -400; i <= 400; i++) {
            for (int j = -400; j <= 400; j++) {
                double x = i / 80.0;
                double y = j / 80.0;
                double off = 1.3 - 0.5 * x + 2 * y;
                double p = StrictMath.exp(data.logDensity(x, y) - off * off / 0.4);
                sum[0] += p;
                sum[1] += p * x;
                sum[2] += p * y;
            }
        }
        assertThat(law.mean()).containsExactly(new double[] {sum[1] / sum[0], sum[2] / sum[0]}, within(1e-6));
        double[][] pooled = new DiffusionCondition.Pooling(2).of(16);
        assertThat(pooled).hasNumberOfRows(4);
        assertThat(pooled[1]).containsExactly(0, 0, 0.25, 0.25, 0, 0, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0);
        double[][] cosines = new DiffusionCondition.Cosines(16).of(64);
        for (int a = 0; a < 16; a++) {
            for (int b = 0; b < 16; b++) {
                int first = a;
                int second = b;
                double dot = IntStream.range(0, 64)
                        .mapToDouble(p -> cosines[first][p] * cosines[second][p])
                        .sum();
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-12));
            }
        }
        assertThat(cosines[0]).containsOnly(cosines[0][0]);
        DiffusionConfig config = with(DiffusionConfig.ofSamples(), "target=brightness(pixels=7), condition=linear");
        assertThatIllegalArgumentException().isThrownBy(() -> run(config)).withMessageContaining("square pictures");
    }

    /** Samples given an observation are those of the posterior: mean and variance within 3 standard errors of 4096 samples. */
    @Test
    void samplesOfAPosterior() {
        DiffusionConfig config = with(
                DiffusionConfig.ofSamples(),
                "target=brightness(pixels=16), condition=linear(rows=cosines(count=3), noise=0.1), end=0.0001, steps=100");
        DiffusionResult result = run(config);
        for (int j = 0; j < 16; j++) {
            double error = Math.sqrt(result.lawVariance().get(j) / 4096);
            assertThat(result.mean().get(j)).isCloseTo(result.lawMean().get(j), within(4 * error));
        }
        assertThat(result.lawVariance().get(15)).isBetween(1e-3, 0.6);
    }
}
