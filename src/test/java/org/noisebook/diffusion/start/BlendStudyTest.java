package org.noisebook.diffusion.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.Blending;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.TimeGrid;

class BlendStudyTest {
    private static final Diffusion CHAIN = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    private static final BlendConfig SMALL = Schema.with(BlendConfig.standard(), "particles=12, steps=20");

    private static Blending.Blended blend(DiffusionStart.Blend blend, double[][] a, double[][] b, double level) {
        return Blending.blend(
                blend,
                CHAIN,
                new DiffusionMethod.Ddim(0)
                        .sampler(
                                CHAIN,
                                CHAIN.marginals(GaussianMixture.standard(a.length))
                                        .score()),
                TimeGrid.UNIFORM.times(level, 0, 50),
                a,
                b,
                Streams.of(3).at("fresh"));
    }

    private static double square(double[][] x, int k) {
        double sum = 0;
        for (double[] row : x) {
            sum += row[k] * row[k];
        }
        return sum;
    }

    /** On white data codes are white: halves keep half the variance, within 4 standard errors of 64 × 300 numbers; slerp the length to rounding. */
    @Test
    void slerpKeepsTheVarianceThatLinearHalves() {
        double[][] a = GaussianMixture.standard(64).sample(Streams.of(3).at("a"), 300);
        double[][] b = GaussianMixture.standard(64).sample(Streams.of(3).at("b"), 300);
        var slerp = blend(new DiffusionStart.Slerp(), a, b, 1);
        var linear = blend(new DiffusionStart.Linear(), a, b, 1);
        double whole = 0;
        double half = 0;
        for (int k = 0; k < 300; k++) {
            assertThat(square(slerp.start(), k))
                    .isBetween(
                            Math.min(square(slerp.first(), k), square(slerp.second(), k)) * 0.9,
                            Math.max(square(slerp.first(), k), square(slerp.second(), k)) * 1.1);
            whole += square(slerp.first(), k) / 64 / 300;
            half += square(linear.start(), k) / 64 / 300;
        }
        assertThat(half / whole).isCloseTo(0.5, within(4 * 0.5 * Math.sqrt(2.0 / 64 / 300)));
        double[][] one = {{3}, {0}};
        double[][] other = {{0}, {3}};
        var right = blend(new DiffusionStart.Slerp(), one, other, 0.3);
        assertThat(square(right.start(), 0)).isCloseTo(square(right.first(), 0), within(1e-12));
    }

    /** With γ = 1 it is the mean picture under fresh noise; without noise to cut or fresh noise the mean noise comes back, scaled. */
    @Test
    void correctedPutsThePicturesBack() {
        double[][] a = {{1, -1}, {0.5, 2}};
        double[][] b = {{3, 0}, {-0.5, 2}};
        double mean = CHAIN.meanCoefficient(0.4);
        double root = CHAIN.stdDev(0.4);
        var noised = blend(new DiffusionStart.Corrected(2, 1), a, b, 0.4).start();
        var fresh = Streams.of(3).at("fresh");
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < 2; j++) {
                double expected = mean * (a[j][k] + b[j][k]) / 2 + root * fresh.nextGaussian();
                assertThat(noised[j][k]).isCloseTo(expected, within(1e-12));
            }
        }
        var kept = blend(new DiffusionStart.Corrected(100, 0), a, b, 0.4);
        double both = (kept.first()[0][0] - mean * a[0][0] + kept.second()[0][0] - mean * b[0][0]) / Math.sqrt(2);
        assertThat(kept.start()[0][0]).isCloseTo(mean * 2 + both, within(1e-12));
        var cut = blend(new DiffusionStart.Corrected(1e-6, 0), a, b, 0.4).start();
        assertThat(cut[1][1]).isCloseTo(mean * 2, within(1e-5));
    }

    /** Spoilt pixels make large codes and slerp no digits; the cut mends that, and fresh noise alone does not. */
    @Test
    void spoiltDigits() {
        BlendStudy study = new BlendStudy();
        BlendResult slerp = study.run(SMALL, Streams.of(5));
        BlendResult corrected = study.run(Schema.with(SMALL, "start.blend=corrected"), Streams.of(5));
        BlendResult uncut = study.run(Schema.with(SMALL, "start.blend=corrected(cut=100)"), Streams.of(5));
        BlendResult clean = study.run(Schema.with(SMALL, "saturated", 0), Streams.of(5));
        assertThat(slerp.largestCode()).isGreaterThan(6).isGreaterThan(1.5 * clean.largestCode());
        assertThat(slerp.excess()).isGreaterThan(0.5);
        assertThat(uncut.excess()).isGreaterThan(0.5);
        assertThat(corrected.excess()).isBetween(-0.3, 0.3);
        assertThat(clean.excess()).isLessThan(0);
        assertThat(corrected.pictures().size()).isEqualTo(3 * 10 * 64);
        assertThat(slerp.ends().allFitted()).isTrue();
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
        String refused = "start=interpolated must have pathParticles=0";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(config, "pathParticles", 3))
                .withMessageContaining(refused);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "method=ancestral"))
                .withMessageContaining("method must step both ways");
    }
}
