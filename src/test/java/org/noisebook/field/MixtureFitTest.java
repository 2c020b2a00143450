package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;

class MixtureFitTest {
    private static final GaussianMixture TRUTH =
            new GaussianMixture(new double[] {0.3, 0.7}, new double[][] {{-2, 0}, {1, 1}}, new double[][][] {
                {{0.2, 0.1}, {0.1, 0.3}}, {{0.3, -0.15}, {-0.15, 0.2}},
            });

    /** Five standard errors of a mean over 900 points of variance 0.3 are 0.09; three components would show. */
    @Test
    void findsTheMixtureThatThePointsCameFrom() {
        GaussianMixture fit = MixtureFit.of(
                TRUTH.sample(Streams.of(1).at("data"), 3000), Streams.of(1).at("fit"));
        assertThat(fit.components()).isEqualTo(2);
        int small = fit.weights()[0] < 0.5 ? 0 : 1;
        assertThat(fit.weights()[small]).isCloseTo(0.3, within(0.045));
        assertThat(fit.means()[small][0]).isCloseTo(-2, within(0.1));
        assertThat(fit.covariances()[1 - small][0][1]).isCloseTo(-0.15, within(0.04));
    }

    @Test
    void oneGaussianIsOneComponentAndTooFewPointsAreRefused() {
        double[][] normal = GaussianMixture.standard(3).sample(Streams.of(2).at("data"), 1000);
        assertThat(MixtureFit.of(normal, Streams.of(1).at("fit")).components()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MixtureFit.of(new double[3][20], Streams.of(1).at("fit")))
                .withMessageContaining("10 for each of dimension=3");
    }
}
