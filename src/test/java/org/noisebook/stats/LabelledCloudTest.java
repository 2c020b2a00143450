package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.stats.LabelledCloud.Flips;
import org.noisebook.stats.LabelledCloud.Marginal;
import org.noisebook.stats.LabelledCloud.Sample;

class LabelledCloudTest {
    private static final double[] W = {0.6, 0.8, 0};
    private static final double[] V = {0, 0, 1};
    private static final int N = 40_000;
    /** Four standard errors of a share of ½, the widest; wrong in 6e-5 of cases. */
    private static final double FOUR = 4 * 0.5 / Math.sqrt(N);

    private static Sample draw(Marginal marginal, Flips flips, double rate) {
        return new LabelledCloud(marginal, W, 0.3, flips, rate, V)
                .sample(Streams.of(3).at("cloud"), N);
    }

    private static double side(Sample s, int k) {
        return W[0] * s.x()[0][k] + W[1] * s.x()[1][k];
    }

    private static double flipped(Sample s, boolean same) {
        int[] chosen = IntStream.range(0, N)
                .filter(k -> side(s, k) * s.x()[2][k] > 0 == same)
                .toArray();
        return IntStream.of(chosen).filter(k -> side(s, k) * s.y()[k] < 0).count() / (double) chosen.length;
    }

    /** Half of the points lie where w·x and v·x agree, so shares of half the points have errors larger by √2. */
    @Test
    void flipsAreAsOftenAsAsked() {
        for (Marginal marginal : Marginal.values()) {
            Sample all = draw(marginal, Flips.CONSTANT, 0.2);
            assertThat(flipped(all, true)).as("%s", marginal).isCloseTo(0.2, within(FOUR));
            assertThat(flipped(all, false)).as("%s", marginal).isCloseTo(0.2, within(FOUR));
            Sample wedge = draw(marginal, Flips.WEDGE, 0.2);
            assertThat(flipped(wedge, true)).as("%s", marginal).isCloseTo(0.2, within(FOUR));
            assertThat(flipped(wedge, false)).as("%s", marginal).isZero();
        }
        assertThat(flipped(draw(Marginal.GAUSSIAN, Flips.CONSTANT, 0), true)).isZero();
        assertThat(flipped(draw(Marginal.GAUSSIAN, Flips.CONSTANT, 0.5), true)).isCloseTo(0.5, within(1.5 * FOUR));
    }

    /** Means, variances and, as kurtosis, what tells the laws apart; errors from sixth moments of at most 24. */
    @Test
    void coordinatesHaveTheirLaw() {
        double[] kurtosis = {3, 6, (1 + 6e-2 + 3e-4) / (1.01 * 1.01)};
        for (int m = 0; m < kurtosis.length; m++) {
            double[] x = draw(Marginal.values()[m], Flips.CONSTANT, 0.1).x()[2];
            double[] moments = new double[3];
            for (double value : x) {
                moments[0] += value / N;
                moments[1] += value * value / N;
                moments[2] += value * value * value * value / N;
            }
            assertThat(moments[0]).isCloseTo(0, within(2 * FOUR));
            assertThat(moments[1]).isCloseTo(1, within(2 * FOUR * Math.sqrt(5)));
            assertThat(moments[2]).isCloseTo(kurtosis[m], within(m == 1 ? 1 : 0.2));
        }
    }

    @Test
    void theGapIsEmptyAndASmallerSampleAPrefix() {
        Sample s = draw(Marginal.GAP, Flips.CONSTANT, 0.1);
        assertThat(IntStream.range(0, N)
                        .mapToDouble(k -> Math.abs(side(s, k)))
                        .min()
                        .orElse(0))
                .isBetween(0.3 - 1e-12, 0.301);
        LabelledCloud cloud = LabelledCloud.of(W, 0.1);
        Sample few = cloud.sample(Streams.of(3).at("cloud"), 5);
        Sample more = cloud.sample(Streams.of(3).at("cloud"), 9);
        for (int k = 0; k < 5; k++) {
            assertThat(more.y()[k]).isEqualTo(few.y()[k]);
            assertThat(more.x()[2][k]).isEqualTo(few.x()[2][k]);
        }
    }

    @Test
    void badCloudsAreRefused() {
        assertThatThrownBy(() -> LabelledCloud.of(W, 0.6)).hasMessage("rate must be in [0, 0.5], got 0.6");
        assertThatThrownBy(() -> LabelledCloud.of(new double[] {3, 4}, 0.1))
                .hasMessage("w must have length 1, got 5.0");
        assertThatThrownBy(() -> new LabelledCloud(Marginal.GAP, W, -1, Flips.WEDGE, 0, V))
                .hasMessage("gap must be in [0, 5.0], got -1.0");
        assertThatThrownBy(() -> new LabelledCloud(Marginal.GAP, W, 1, Flips.WEDGE, 0, new double[] {1}))
                .hasMessage("v must have the dimension of w=3, got 1");
    }
}
