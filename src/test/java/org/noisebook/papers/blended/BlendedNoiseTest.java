package org.noisebook.papers.blended;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.noisebook.paper.Grammar.sum;

import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GaussianMixture;
import org.noisebook.papers.blended.BlendedNoise.Codes;
import org.noisebook.papers.blended.BlendedNoise.Corrected;
import org.noisebook.papers.blended.BlendedNoise.Linear;
import org.noisebook.papers.blended.BlendedNoise.Result;
import org.noisebook.papers.blended.BlendedNoise.Slerp;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.TimeGrid;

/** Blends of codes by hand, and which of them are digits. */
class BlendedNoiseTest {
    private static final Diffusion CHAIN = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));

    private static Codes codes(double[][] a, double[][] b, double level) {
        var score = CHAIN.marginals(GaussianMixture.standard(a.length)).score();
        var sampler = new DiffusionMethod.Ddim(0).sampler(CHAIN, score);
        return Codes.of(CHAIN, sampler, TimeGrid.UNIFORM.times(level, 0, 50), a, b);
    }

    private static Stream fresh() {
        return Streams.of(3).at("fresh");
    }

    private static double square(double[][] x, int k) {
        return sum(x.length, j -> x[j][k] * x[j][k]);
    }

    /** On white data codes are white: halves keep half the variance, within 4 standard errors of 64 × 300 numbers; slerp the length to rounding. */
    @Test
    void slerpKeepsTheVarianceThatLinearHalves() {
        double[][] a = GaussianMixture.standard(64).sample(Streams.of(3).at("a"), 300);
        double[][] b = GaussianMixture.standard(64).sample(Streams.of(3).at("b"), 300);
        Codes codes = codes(a, b, 1);
        double[][] slerp = new Slerp().of(codes, fresh());
        for (int k = 0; k < 300; k++) {
            double one = square(codes.first(), k);
            double other = square(codes.second(), k);
            assertThat(square(slerp, k)).isBetween(0.9 * Math.min(one, other), 1.1 * Math.max(one, other));
        }
        double[][] linear = new Linear().of(codes, fresh());
        double half = sum(300, k -> square(linear, k)) / sum(300, k -> square(codes.first(), k));
        assertThat(half).isCloseTo(0.5, within(4 * 0.5 * Math.sqrt(2.0 / 64 / 300)));
        Codes right = codes(new double[][] {{3}, {0}}, new double[][] {{0}, {3}}, 0.3);
        assertThat(square(new Slerp().of(right, fresh()), 0)).isCloseTo(square(right.first(), 0), within(1e-12));
    }

    /** With γ = 1 it is the mean picture under fresh noise; without noise to cut or fresh noise the mean noise comes back, scaled. */
    @Test
    void correctedPutsThePicturesBack() {
        Codes codes = codes(new double[][] {{1, -1}, {0.5, 2}}, new double[][] {{3, 0}, {-0.5, 2}}, 0.4);
        double mean = CHAIN.meanCoefficient(0.4);
        double[][] noised = new Corrected(2, 1).of(codes, fresh());
        Stream same = fresh();
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < 2; j++) {
                double expected =
                        mean * (codes.a()[j][k] + codes.b()[j][k]) / 2 + CHAIN.stdDev(0.4) * same.nextGaussian();
                assertThat(noised[j][k]).isCloseTo(expected, within(1e-12));
            }
        }
        double both = (codes.first()[0][0] - mean + codes.second()[0][0] - 3 * mean) / Math.sqrt(2);
        assertThat(new Corrected(100, 0).of(codes, fresh())[0][0]).isCloseTo(mean * 2 + both, within(1e-12));
        assertThat(new Corrected(1e-6, 0).of(codes, fresh())[1][1]).isCloseTo(mean * 2, within(1e-5));
    }

    /** Spoilt pixels make large codes and slerp no digits; the cut mends that, and fresh noise alone does not. */
    @Test
    void spoiltDigits() {
        BlendedNoise paper = new BlendedNoise();
        String small = "particles=12, steps=20";
        Result slerp = paper.run(small, 5);
        Result corrected = paper.run(small + ", start.blend=corrected", 5);
        Result clean = paper.run(small + ", saturated=0", 5);
        assertThat(slerp.largestCode()).isGreaterThan(6).isGreaterThan(1.5 * clean.largestCode());
        assertThat(slerp.excess()).isGreaterThan(0.5);
        assertThat(paper.run(small + ", start.blend=corrected(cut=100)", 5).excess())
                .isGreaterThan(0.5);
        assertThat(corrected.excess()).isBetween(-0.3, 0.3);
        assertThat(clean.excess()).isLessThan(0);
        assertThat(slerp.ends().allFitted()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> paper.run("method=ancestral", 5))
                .withMessageContaining("method must be invertible");
    }

    /** In the study of samples: linear blends of a Gaussian have its mean and half its variance, within 4 standard errors of 4096. */
    @Test
    void midpointsOfAGaussian() {
        DiffusionConfig config = Schema.with(
                DiffusionConfig.ofSamples(),
                "target=brightness(pixels=1, mean=0.7, stdDev=0.5, texture=0.4), start=interpolated(blend=linear, level=0.6),"
                        + " grid=uniform, steps=1000");
        DiffusionResult result = new DiffusionStudy().run(config, Streams.of(2));
        double half = result.lawVariance().get(0) / 2;
        assertThat(result.variance().get(0)).isCloseTo(half, within(4 * half * Math.sqrt(2.0 / 4096)));
        assertThat(result.mean().get(0)).isCloseTo(result.lawMean().get(0), within(4 * Math.sqrt(half / 4096)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(config, "pathParticles", 3))
                .withMessageContaining("start=interpolated must have pathParticles=0");
    }
}
