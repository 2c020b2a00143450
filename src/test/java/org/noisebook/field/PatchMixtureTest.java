package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.field.PatchMixture.Patches;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PatchMixtureTest {
    /** Stein's estimate is the true error, and two components are found where there are two. */
    @Test
    @Tag("statistical")
    void estimatesTheErrorWithoutCleanData() {
        GaussianMixture law =
                new GaussianMixture(new double[] {0.5, 0.5}, new double[][] {{2, 0}, {-2, 1}}, new double[][][] {
                    {{0.5, 0.2}, {0.2, 0.3}}, {{0.3, -0.1}, {-0.1, 0.2}}
                });
        Stream stream = Streams.of(1).at("a");
        double[][] train = noisy(law.sample(stream, 4000), stream);
        List<double[][]> held = new ArrayList<>();
        double left = 0;
        List<double[][]> clean = new ArrayList<>();
        for (int g = 0; g < 10; g++) {
            clean.add(law.sample(stream, 1000));
            held.add(noisy(clean.get(g), stream));
        }
        PatchMixture fit = new PatchMixture(train, held, 1, 2, Streams.of(1).at("b"));
        for (int g = 0; g < 10; g++) {
            double[][] x = fit.means(held.get(g));
            for (int j = 0; j < 2; j++) {
                for (int n = 0; n < 1000; n++) {
                    left += (x[j][n] - clean.get(g)[j][n]) * (x[j][n] - clean.get(g)[j][n]) / 20_000;
                }
            }
        }
        assertThat(fit.chosen().components()).isEqualTo(2);
        assertThat(fit.chosen().gain().low()).isPositive();
        // Three standard errors of both.
        assertThat(fit.chosen().left().mean())
                .isCloseTo(left, within(3 * fit.chosen().left().stdError() + 0.02));
        assertThat(fit.tried().get(0).left().mean())
                .isGreaterThan(fit.chosen().left().mean());
    }

    /** 5000 patches of 16 pixels of pure noise: the level's own error is 0.25 %; the smallest variance alone is 5 % too low. */
    @Test
    @Tag("statistical")
    void pureNoiseIsNotUnderestimated() {
        double[][] noise = GaussianMixture.standard(16).sample(Streams.of(1).at("a"), 5000);
        assertThat(PatchMixture.flattest(noise)).isCloseTo(1, within(0.0125));
        for (int n = 0; n < 5000; n++) {
            noise[0][n] *= 30;
        }
        assertThat(PatchMixture.flattest(noise)).isCloseTo(1, within(0.0125));
    }

    private static double[][] noisy(double[][] x, Stream stream) {
        double[][] y = {x[0].clone(), x[1].clone()};
        for (double[] row : y) {
            for (int n = 0; n < row.length; n++) {
                row[n] += stream.nextGaussian();
            }
        }
        return y;
    }

    @Test
    void patchesOfAPictureGiveItBack() {
        double[] picture = new double[5 * 7];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = i * i % 11;
        }
        Patches patches = new Patches(3, 5, 7);
        double[][] all = patches.of(picture);
        assertThat(patches.count()).isEqualTo(15);
        assertThat(all[4][6]).isEqualTo(picture[2 * 7 + 2]);
        assertThat(patches.averaged(all)).containsExactly(picture, within(1e-12));
        assertThat(Patches.columns(List.of(new double[] {1, 2}, new double[] {3, 4})))
                .isDeepEqualTo(new double[][] {{1, 3}, {2, 4}});
        assertThatThrownBy(() -> new Patches(6, 5, 7)).hasMessage("side must be in [1, 5], got 6");
    }
}
