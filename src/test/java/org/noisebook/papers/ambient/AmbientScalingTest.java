package org.noisebook.papers.ambient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.ambient.AmbientScaling.Result;
import org.noisebook.stats.Estimate;

class AmbientScalingTest {
    /** Settings that no figure uses: EM has the error of the bound, within three errors and 3 % for the terms of order 1/n. */
    @Test
    @Tag("statistical")
    void emReachesTheBound() {
        for (String setting : new String[] {
            "mean=0.8, variance=0.2, sigma=0.7, clean=0.2", "mean=1.5, sigma=1.2, clean=0.5, unknown=variance"
        }) {
            Runs<Result> runs = Runs.of(new AmbientScaling(), 8, setting + ", samples=3000, repeats=20");
            Estimate ratio = runs.mean(Result::ratio);
            assertThat(ratio.mean()).as(setting).isCloseTo(1, within(0.03 + 3 * ratio.stdError()));
            Estimate bias = runs.mean(Result::bias);
            assertThat(bias.mean()).isCloseTo(0, within(0.001 + 3 * bias.stdError()));
        }
    }

    /** Means far apart: the information is that of labelled samples, 1/s on a mean and 1/(2s²) on the variance. */
    @Test
    void informationOfLabelledSamples() {
        double[][] two = Information.VARIANCE.of(20, 0.5, 1);
        assertThat(two[0][0]).isCloseTo(1 / 1.5, within(1e-9));
        assertThat(two[1][1]).isCloseTo(1 / (2 * 1.5 * 1.5), within(1e-9));
        assertThat(two[0][1]).isCloseTo(0, within(1e-9));
        double[][] three = Information.MEANS.of(20, 0.5, 1);
        assertThat(three[1][1]).isCloseTo(1 / 4.5, within(1e-9));
        assertThat(three[0][2]).isCloseTo(0, within(1e-9));
    }

    /** Known variance, weak separation: I = 2μ²/s² to leading order, the information of the second moment. */
    @Test
    void informationOfWeakSeparation() {
        double of = Information.SEPARATION.of(0.1, 0.25, 5)[0][0];
        assertThat(of * 25.25 * 25.25 / (2 * 0.01)).isCloseTo(1, within(0.002));
        assertThat(Information.SEPARATION.beside(0.3, 1, 0.5, 2))
                .isCloseTo(Information.SEPARATION.alone(1, 0.5, 2), within(1e-12));
        assertThat(Information.VARIANCE.beside(0.3, 1, 0.5, 2))
                .isGreaterThan(2 * Information.VARIANCE.alone(1, 0.5, 2));
    }

    /** Three free means and a known variance, beside a tenth of clean samples: 3.4 and 75 by other code. */
    @Test
    void cleanSamplesMakeNoisyOnesWorthMoreWithSeveralMeans() {
        Information means = Information.MEANS;
        assertThat(means.beside(0.1, 1, 0.25, 3) / means.alone(1, 0.25, 3)).isCloseTo(3.4, within(0.05));
        assertThat(means.beside(0.1, 1, 0.25, 8) / means.alone(1, 0.25, 8)).isCloseTo(75, within(0.6));
    }

    @Test
    void slopesHaveTheirLimits() {
        double[] far = {12, 16, 24};
        int[] limits = {-4, -8, -6};
        for (Information one : Information.values()) {
            double[] worth = Arrays.stream(far)
                    .map(s -> new AmbientScaling()
                            .run(
                                    "repeats=0, mean=0.7, variance=0.5, unknown="
                                            + one.name().toLowerCase(Locale.ROOT) + ", sigma=" + s,
                                    1)
                            .alone())
                    .toArray();
            assertThat(Information.slope(far, worth)).isCloseTo(limits[one.ordinal()], within(0.2));
        }
        assertThatThrownBy(() -> new AmbientScaling().run("unknown=means", 1))
                .hasMessageContaining("repeats must be 0 if means are unknown, got 100");
        assertThatThrownBy(() -> new AmbientScaling().run("clean=1.2", 1))
                .hasMessageContaining("clean must be in [0, 1], got 1.2");
    }
}
