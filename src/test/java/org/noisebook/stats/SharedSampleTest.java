package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SharedSampleTest {
    private static final List<GaussianFit> PROPOSALS =
            List.of(SharedSample.unit(1, 0), SharedSample.unit(0, 1), SharedSample.unit(-0.5, 0.5));

    private static double normal(double... x) {
        return -(x[0] * x[0] + x[1] * x[1]) / 2 - Math.log(2 * Math.PI);
    }

    private static final List<ToDoubleFunction<double[]>> EXPONENTIALS =
            List.of(x -> Math.exp(x[0]), x -> Math.exp(x[1]), x -> 3 * Math.exp((x[1] - x[0]) / 2) - Math.exp(x[0]));

    private static SharedSample draw(int n, String name) {
        return SharedSample.of(SharedSampleTest::normal, PROPOSALS, EXPONENTIALS, n, stream(name));
    }

    private static Stream stream(String name) {
        return Streams.of(7).at(name);
    }

    /** Combinations of the proposals leave no error from one point more than there are components, and report none. */
    @Test
    void combinationsOfProposalsAreExact() {
        double root = Math.exp(0.5);
        double[] exact = {root, root, 3 * Math.exp(0.25) - root};
        for (int n : new int[] {4, 5, 50}) {
            List<Estimate> means = draw(n, "sample").controlled();
            for (int j = 0; j < 3; j++) {
                assertThat(means.get(j).mean()).isCloseTo(exact[j], within(1e-12));
                assertThat(means.get(j).stdError()).isLessThan(1e-12);
            }
        }
        assertThat(Math.abs(draw(50, "sample").plain().get(0).mean() / root - 1))
                .isGreaterThan(1e-3);
    }

    /** Without controls and with coefficients of another sample the mean is right within three errors, which are the scatter. */
    @Test
    void freshCoefficientsDoNotBias() {
        double[] plain = new double[400];
        double[] fresh = new double[400];
        double reported = 0;
        double[][] coefficients = draw(60, "pilot").coefficients();
        List<ToDoubleFunction<double[]>> square = List.of(x -> x[0] * x[0] * x[1] + x[1] * x[1]);
        for (int r = 0; r < plain.length; r++) {
            SharedSample sample = SharedSample.of(SharedSampleTest::normal, PROPOSALS, square, 100, stream("s" + r));
            plain[r] = sample.plain().get(0).mean();
            Estimate one = sample.controlled(coefficients[0]).get(0);
            fresh[r] = one.mean();
            reported += one.stdError() / plain.length;
        }
        for (double[] means : new double[][] {plain, fresh}) {
            Estimate mean = Estimate.ofMean(means);
            assertThat(mean.mean()).isCloseTo(1, within(3 * mean.stdError()));
        }
        double scatter = Estimate.ofMean(fresh).stdError() * Math.sqrt(plain.length);
        assertThat(reported / scatter).isBetween(0.85, 1.15);
    }

    /** Controls that repeat each other get coefficient 0 and change nothing. */
    @Test
    void dependentControlsAreLeftOut() {
        SharedSample sample = draw(200, "sample");
        List<GaussianFit> one = List.of(SharedSample.unit(0.3, 0.3));
        List<GaussianFit> twice = List.of(one.get(0), one.get(0));
        for (int j = 0; j < 3; j++) {
            assertThat(sample.with(twice).coefficients()[j][1]).isZero();
            assertThat(sample.with(twice).controlled().get(j).mean())
                    .isCloseTo(sample.with(one).controlled().get(j).mean(), within(1e-12));
        }
    }

    /** The moments of e^x times the normal density are those of N(1, 1) in x and N(0, 1) across, within four errors. */
    @Test
    void adaptedProposalsHaveTheMoments() {
        List<GaussianFit> adapted = draw(40_000, "sample").adapted(0.01);
        assertThat(adapted).hasSize(3);
        assertThat(adapted.get(0).mean()[0]).isCloseTo(1, within(0.04));
        assertThat(adapted.get(0).mean()[1]).isCloseTo(0, within(0.04));
        assertThat(adapted.get(0).covariance()[0][0]).isCloseTo(1.01, within(0.06));
        assertThat(adapted.get(0).covariance()[0][1]).isCloseTo(0, within(0.06));
    }

    /** Proposals with correlated coordinates: E(x² + xy) = 1 and E y² = 1, within three errors that would show a wrong draw. */
    @Test
    void correlatedProposalsAreWeighedRight() {
        GaussianFit fit = new GaussianFit(new double[] {0.2, 0}, new double[][] {{1.8, 0.7}, {0.7, 1.4}}, 0);
        List<ToDoubleFunction<double[]>> moments = List.of(x -> x[0] * (x[0] + x[1]), x -> x[1] * x[1]);
        SharedSample.of(SharedSampleTest::normal, List.of(fit), moments, 40_000, stream("c"))
                .plain()
                .forEach(mean -> {
                    assertThat(mean.mean()).isCloseTo(1, within(3 * mean.stdError()));
                    assertThat(mean.stdError()).isLessThan(0.012);
                });
    }

    @Test
    void badSamplesAreRefused() {
        assertThatThrownBy(() -> draw(3, "sample")).hasMessageContaining("n must be above the number of proposals=3");
        List<ToDoubleFunction<double[]>> bad = List.of(x -> 1 / (0 * x[0]));
        assertThatThrownBy(() -> SharedSample.of(SharedSampleTest::normal, PROPOSALS, bad, 10, stream("x")))
                .hasMessageContaining("function 0 times the density must be finite");
        assertThat(IntStream.range(0, 3)
                        .mapToObj(j -> draw(4, "sample").plain().get(j).n()))
                .containsOnly(4);
    }
}
