package org.noisebook.papers.formulations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/** The figure where results follow planted laws, right ones and wrong ones; identities and the limit draw samples themselves. */
class ThreeFormulationsTest {
    /** What the study itself draws, whatever is planted. */
    private static final Set<String> DRAWN =
            Set.of("limit", "smaller-variance", "ddim-euler", "change-ddim", "change-ddpm", "change-langevin");

    private static Doubles all(int count, double value) {
        double[] x = new double[count];
        Arrays.fill(x, value);
        return Doubles.of(x);
    }

    private static DiffusionResult planted(DiffusionConfig config, int replica, boolean right) {
        double tiny = 1e-4 * (replica % 2);
        int size = config.condition() instanceof DiffusionCondition.None ? 1 : 64;
        boolean few = config.steps() == 4
                || config.steps() == 8
                || config.method() instanceof DiffusionMethod.AnnealedLangevin method && method.corrections() <= 10;
        boolean off = few == right;
        int steps = config.steps();
        double square = !right ? (few ? 1 : 9) : steps == 4 ? 0.2 : steps == 8 ? 4 : 1;
        double[] shares = new double[DiffusionStudy.BINS];
        shares[0] = 0.3 + (off ? 0.1 : 0) + tiny;
        double[] law = new double[DiffusionStudy.BINS];
        law[0] = 0.3;
        Doubles none = Doubles.of();
        double nan = Double.NaN;
        return new DiffusionResult(
                StopReason.COMPLETED,
                1,
                1,
                0.01,
                0.05 + (off ? 0.5 : 0) + tiny,
                0.05,
                0,
                all(size, Math.sqrt((square + tiny) / config.particles())),
                all(size, (off ? 0.2 : 1) + tiny),
                all(size, 0),
                all(size, 1),
                1,
                nan,
                Doubles.of(shares),
                Doubles.of(law),
                none,
                none,
                nan,
                nan,
                nan,
                nan,
                nan,
                nan);
    }

    private static List<Claim> claims(boolean right) {
        return new ThreeFormulations()
                .draw(Preset.QUICK, Planted.experiment((config, r) -> planted((DiffusionConfig) config, r, right)))
                .claims();
    }

    private static Set<String> with(List<Claim> claims, Claim.Verdict verdict) {
        return claims.stream()
                .filter(claim -> claim.verdict() == verdict)
                .map(claim -> claim.id().substring("three-formulations-".length()))
                .collect(Collectors.toSet());
    }

    /** Every claim can hold, and each that does not draw samples itself can fail. */
    @Test
    void claimsHoldAndFailWhereTheyShould() {
        List<Claim> right = claims(true);
        assertThat(with(right, Claim.Verdict.REPRODUCED)).hasSize(right.size()).hasSize(19);
        assertThat(with(claims(false), Claim.Verdict.REPRODUCED)).isEqualTo(DRAWN);
    }

    /** Exact samples' mean square has variance 2/d without correlations and 2 with full ones. */
    @Test
    void windowKnowsCorrelations() {
        assertThat(ThreeFormulations.exactVariance(new double[][] {{4, 0}, {0, 1}}))
                .isEqualTo(1);
        assertThat(ThreeFormulations.exactVariance(new double[][] {{4, 2}, {2, 1}}))
                .isEqualTo(2);
    }

    /** The identities see an η above 0, another grid, and the full variance, which is not that of any change of variables. */
    @Test
    void identitiesSeeWhatIsNotOne() {
        DiffusionConfig base = Schema.with(DiffusionConfig.ofSamples(), "particles=16, start=exact, steps=10");
        double[][] x = DiffusionStudy.samples(base, Streams.of(3));
        assertThat(ThreeFormulations.apart(x, 1, x)).isZero();
        for (String other :
                List.of("method=ddim(eta=0.1)", "grid=uniform", "method=ancestral(variance=forward)", "end=0.002")) {
            double[][] y = DiffusionStudy.samples(Schema.with(base, other), Streams.of(3));
            assertThat(ThreeFormulations.apart(x, 1, y)).as(other).isGreaterThan(1e-4);
        }
    }

    /** The samples are those that the result is made of. */
    @Test
    void samplesAreThoseOfTheRun() {
        DiffusionConfig config = Schema.with(DiffusionConfig.ofSamples(), "particles=200, steps=5");
        double[][] x = DiffusionStudy.samples(config, Streams.of(3));
        double mean = Arrays.stream(x[0]).average().orElseThrow();
        assertThat(new DiffusionStudy().run(config, Streams.of(3)).mean().get(0))
                .isCloseTo(mean, within(1e-12));
    }
}
