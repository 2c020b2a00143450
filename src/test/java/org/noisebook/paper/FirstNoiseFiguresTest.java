package org.noisebook.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.start.BoundaryConfig;
import org.noisebook.diffusion.start.BoundaryResult;
import org.noisebook.diffusion.start.GoldenConfig;
import org.noisebook.diffusion.start.GoldenResult;
import org.noisebook.diffusion.start.PolicyConfig;
import org.noisebook.diffusion.start.PolicyResult;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.papers.boundary.BoundaryOfAll;
import org.noisebook.papers.goldennoise.GoldenNoise;
import org.noisebook.papers.noisepolicy.LearnedNoise;
import org.noisebook.papers.onemorestep.OneMoreStep;

/** The figures of the first noise where results follow planted laws, right ones and wrong ones. */
class FirstNoiseFiguresTest {
    private record Plan(boolean right) {
        Record of(Record config, int replica) {
            double factor = 1 + 0.002 * replica;
            if (config instanceof BoundaryConfig) {
                return boundary(factor);
            }
            if (config instanceof GoldenConfig) {
                return new GoldenResult(1, (right ? 0.6 : 1) * factor, (right ? 0.9 : 0.1) * factor, right ? 0.01 : 1);
            }
            if (config instanceof PolicyConfig policy) {
                return policy(policy, factor);
            }
            return guided((GuidanceConfig) config, factor);
        }

        private PolicyResult policy(PolicyConfig config, double factor) {
            boolean fast = config.start().rate() > 0.1;
            boolean reused = config.start().reuse() > 1;
            boolean good = (fast || reused) == right;
            double error = (fast == right ? 0.001 : good ? 0.03 : 0.5)
                    * (config.start().calibrated() == right ? 1 : 2);
            double nats = config.start().clip() > 1 == right ? 50 : fast == right ? 20 : 5;
            return new PolicyResult(
                    error * factor, nats * factor, right ? 0.8 : 0.5, good ? 0.9 : 0.3 * factor, right ? 0.1 : 0.5);
        }

        private BoundaryResult boundary(double factor) {
            double chosen = right ? 1.2 : 2.5;
            return new BoundaryResult(
                    factor,
                    2 * factor,
                    (right ? chosen : 0.9 * 0.9 * chosen) * factor,
                    (right ? 1.01 : 2.4) * factor,
                    (right ? 1.1 : 0.9) * factor,
                    (right ? 1.7 : 2.1) * factor,
                    (right ? 1.3 : 2.1) * factor,
                    right ? 0.8 : 0.2,
                    right ? 0.5 : 0,
                    0.9,
                    Doubles.of(0.9, 1.1),
                    Doubles.of(1.2, 2));
        }

        private GuidanceResult guided(GuidanceConfig config, double factor) {
            double right = 0.1;
            double variance = 10 - config.weight();
            if (config.start() instanceof DiffusionStart.Golden golden) {
                boolean fits = golden.shift() == 0 == this.right;
                right = fits ? 0.999 : this.right ? 0.01 : 0.2;
                variance = this.right ? 6 : 20;
            } else if (!this.right) {
                right = 0.5;
            }
            return new GuidanceResult(1, 1, 0, variance * factor, 1, 1, 1 - right + 1e-4 * factor, 1, 1, Doubles.of());
        }
    }

    private static Map<String, Claim> claims(Story figure, boolean right) {
        return figure.draw(Preset.QUICK, Planted.experiment(new Plan(right)::of)).claims().stream()
                .collect(Collectors.toMap(Claim::id, Function.identity()));
    }

    /** Every claim holds where the papers do what they should, and every one of them can fail. */
    @Test
    void claimsHoldAndFail() {
        for (Story figure : List.of(new BoundaryOfAll(), new GoldenNoise(), new LearnedNoise())) {
            claims(figure, true)
                    .forEach((id, claim) -> assertThat(claim.verdict()).as(id).isEqualTo(Claim.Verdict.REPRODUCED));
            List<String> failed = claims(figure, false).values().stream()
                    .filter(claim -> claim.verdict() == Claim.Verdict.NOT_REPRODUCED)
                    .map(Claim::id)
                    .toList();
            assertThat(failed).as(figure.id()).hasSizeGreaterThanOrEqualTo(7);
        }
    }

    /** The closed forms of the lines: at one start of variance 1 nothing shrinks, and the bias is what is left of the mean. */
    @Test
    void theBiasOfTheLine() {
        Diffusion chain = new Diffusion.Ddpm(1000, new Diffusion.ScaledLinearBetas(0.00085, 0.012));
        assertThat(OneMoreStep.shrink(chain, 1)).isCloseTo(1, within(1e-12));
        assertThat(OneMoreStep.bias(chain, -0.6, 1)).isCloseTo(0.6 * chain.meanCoefficient(1), within(1e-12));
        assertThat(OneMoreStep.bias(chain, -0.6, 6.28)).isCloseTo(0.1014, within(1e-4));
        assertThat(Arrays.stream(new double[] {0, 1, 2})
                        .map(m -> OneMoreStep.bias(chain, m, 3))
                        .toArray())
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }
}
