package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class TukeyLambdaTest {
    /** λ = 1 and 2 are uniform on (−1, 1) and (−½, ½), 0 is logistic. */
    @Test
    void specialShapesAreKnownLaws() {
        assertThat(new TukeyLambda(1).quantile(0.3)).isCloseTo(-0.4, within(1e-15));
        assertThat(new TukeyLambda(2).quantile(0.3)).isCloseTo(-0.2, within(1e-15));
        assertThat(new TukeyLambda(0).quantile(0.3)).isCloseTo(StrictMath.log(3.0 / 7), within(1e-15));
        assertThat(new TukeyLambda(1).variance()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(new TukeyLambda(2).variance()).isCloseTo(1.0 / 12, within(1e-12));
        assertThat(new TukeyLambda(1e-3).variance()).isCloseTo(Math.PI * Math.PI / 3, within(0.02));
        assertThat(new TukeyLambda(-0.6).variance()).isInfinite();
    }

    /** The share of draws below Q(u) is u within 4.5 standard errors; the mean square is the variance where tails allow. */
    @ParameterizedTest
    @ValueSource(doubles = {-0.3, -0.12, 0, 0.14, 0.7})
    void drawsFollowTheLaw(double shape) {
        TukeyLambda law = new TukeyLambda(shape);
        Stream stream = Streams.of(5).at("tukey");
        double[] x = new double[40_000];
        Arrays.setAll(x, k -> law.sample(stream));
        for (double u : new double[] {0.001, 0.1, 0.5, 0.93}) {
            double share = Arrays.stream(x).filter(v -> v < law.quantile(u)).count() / 4e4;
            assertThat(share).isCloseTo(u, within(4.5 * Math.sqrt(u * (1 - u) / 4e4)));
        }
        if (shape >= -0.12) {
            assertThat(Arrays.stream(x).map(v -> v * v).average().orElseThrow() / law.variance())
                    .isCloseTo(1, within(0.06));
        }
    }

    @ParameterizedTest
    @CsvSource({"-0.2, 0.02", "0.05, 0.02", "0.5, 0.02"})
    void plotsFindTheShape(double shape, double error) {
        TukeyLambda law = new TukeyLambda(shape);
        Stream stream = Streams.of(6).at("tukey");
        double[] x = new double[20_000];
        Arrays.setAll(x, k -> 3 + 2 * law.sample(stream));
        TukeyLambda.Plot plot = TukeyLambda.plot(x);
        assertThat(plot.shape()).isCloseTo(shape, within(error));
        assertThat(plot.correlation()).isGreaterThan(plot.normal()).isLessThanOrEqualTo(1);
        Arrays.setAll(x, k -> stream.nextGaussian());
        TukeyLambda.Plot normal = TukeyLambda.plot(x);
        assertThat(normal.shape()).isCloseTo(0.14, within(0.03));
        assertThat(normal.correlation() - normal.normal()).isCloseTo(0, within(2e-4));
        assertThatThrownBy(() -> TukeyLambda.plot(1, 1, 1)).hasMessageContaining("three numbers that differ");
    }
}
