package org.noisebook.papers.testerlearner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.testerlearner.TesterLearner.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.LabelledCloud;

class TesterLearnerTest {
    private static Estimate mean(int count, IntToDoubleFunction value) {
        return Estimate.ofMean(IntStream.range(0, count).mapToDouble(value).toArray());
    }

    /** Independent code: normal points leave the edges in 22 % of draws; 97.5 % points of the eigenvalues .918 and 1.087. */
    @Test
    @Tag("statistical")
    void theNullIsThatOfIndependentCode() {
        Stream stream = Streams.of(1).at("null");
        int n = 3000;
        StripMoments[] all = new StripMoments[n];
        Arrays.setAll(all, k -> StripMoments.drawn(40_000, 10, 0.2, stream));
        double[] low =
                Arrays.stream(all).mapToDouble(StripMoments::lowest).sorted().toArray();
        double[] high =
                Arrays.stream(all).mapToDouble(StripMoments::highest).sorted().toArray();
        assertThat(low[n / 40]).isCloseTo(0.918, within(0.003));
        assertThat(high[n - n / 40]).isCloseTo(1.087, within(0.003));
        double edge = Math.sqrt(9 / 6341.0);
        long out = Arrays.stream(all)
                .filter(t -> t.lowest() < (1 - edge) * (1 - edge) || t.highest() > (1 + edge) * (1 + edge))
                .count();
        assertThat((double) out / n).isCloseTo(0.22, within(0.03));
        Estimate mass = Estimate.ofMean(
                Arrays.stream(all).mapToDouble(StripMoments::mass).toArray());
        assertThat(mass.stdError() * Math.sqrt(n)).isCloseTo(0.0115, within(0.0006));
    }

    /** Drawn tests have the law of tests of points. */
    @Test
    @Tag("statistical")
    void drawsAreThoseOfPoints() {
        double[] w = {0.6, 0, -0.8, 0};
        LabelledCloud cloud = LabelledCloud.of(w, 0);
        StripMoments[] points = new StripMoments[300];
        StripMoments[] draws = new StripMoments[300];
        Arrays.setAll(
                points,
                k -> StripMoments.of(cloud.sample(Streams.of(k).at("x"), 1000).x(), w, 0.3));
        Arrays.setAll(draws, k -> StripMoments.drawn(1000, 4, 0.3, Streams.of(k).at("y")));
        for (ToDoubleFunction<StripMoments> number : java.util.List.<ToDoubleFunction<StripMoments>>of(
                StripMoments::mass, StripMoments::lowest, StripMoments::highest, StripMoments::deviation)) {
            Estimate a = mean(300, k -> number.applyAsDouble(points[k]));
            Estimate b = mean(300, k -> number.applyAsDouble(draws[k]));
            assertThat(a.mean()).isCloseTo(b.mean(), within(3.3 * Math.hypot(a.stdError(), b.stdError())));
        }
    }

    /** Moments across w by hand, for w that is not an axis. */
    @Test
    void momentsAreThoseAcrossTheNormal() {
        double[][] x = {{2, -2, 2, -2, 1.2, -1.2, 9}, {0, 0, 0, 0, 1.6, -1.6, 0}, {0, 0, 0, 0, 0, 0, 9}};
        double[] w = {0.8, -0.6, 0};
        StripMoments test = StripMoments.of(x, w, 10);
        assertThat(test.mass()).isCloseTo(1, within(1e-9));
        // Across w: u = (0.6, 0.8, 0) and the third axis.
        double u = (4 * 1.44 + 2 * 4 + 5.4 * 5.4) / 7;
        double third = 81.0 / 7;
        double both = 5.4 * 9 / 7;
        double root = Math.hypot((u - third) / 2, both);
        assertThat(test.highest()).isCloseTo((u + third) / 2 + root, within(1e-9));
        assertThat(test.lowest()).isCloseTo((u + third) / 2 - root, within(1e-9));
        assertThat(StripMoments.of(x, w, 0.01).deviation()).isInfinite();
    }

    /** Settings that no figure uses, within three standard errors. */
    @Test
    @Tag("statistical")
    void averagingAndExcessAreTheClosedForms() {
        String five = "learner=average, dimension=5, points=4000, rate=0.3, direction=diagonal";
        Runs<Result> runs = Runs.of(new TesterLearner(), 150, five);
        Estimate angle = runs.mean(Result::angle);
        assertThat(angle.mean()).isCloseTo(TesterLearner.averaging(5, 4000, 0.3), within(3 * angle.stdError()));
        Estimate excess = runs.mean(r -> r.excess() - 0.4 * r.angle() / 180);
        assertThat(excess.mean()).isCloseTo(0, within(3 * excess.stdError()));
        Estimate wedge = Runs.of(
                        new TesterLearner(), 60, "learner=average, dimension=4, points=20000, rate=0.3, flips=wedge")
                .mean(Result::angle);
        assertThat(wedge.mean()).isCloseTo(TesterLearner.wedge(0.3), within(3 * wedge.stdError() + 0.05));
        assertThat(TesterLearner.averaging(10, 40_000, 0.2) * 3 / Math.sqrt(8.514))
                .isCloseTo(1.795, within(0.005));
        assertThat(TesterLearner.wedge(0.2)).isCloseTo(14.036, within(5e-4));
        assertThat(Math.toDegrees(TesterLearner.certificate(0.2, 0.2))).isCloseTo(11.656, within(5e-3));
    }

    @Test
    void emptyStripsAreRejectedAndBadRatesRefused() {
        Result signs = new TesterLearner().run("marginal=rademacher, points=2000", 1);
        assertThat(signs.accepted()).isZero();
        assertThat(signs.departure()).isEqualTo(1000);
        assertThat(signs.lowest()).isEqualTo(1);
        assertThatThrownBy(() -> new TesterLearner().run("rate=0.5", 1))
                .hasMessageContaining("rate must be in [0, 0.5)");
    }
}
