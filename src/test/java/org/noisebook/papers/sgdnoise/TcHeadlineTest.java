package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A planted power law and a planted logarithm. */
class TcHeadlineTest {
    private static double[] logs(DoubleUnaryOperator law) {
        return IntStream.range(0, 5)
                .mapToDouble(k -> Math.log(law.applyAsDouble(64 * Math.pow(2, k))))
                .toArray();
    }

    @Test
    void aPowerLawIsStraight() {
        double[] power = logs(p -> 9 * Math.pow(p, -0.4));
        assertThat(TcHeadline.curvature(power)).isCloseTo(0, within(1e-12));
        assertThat(TcHeadline.residuals(power)).isLessThan(1e-6);
    }

    /** Where the logarithm changes little, its curvature is that of its middle. */
    @Test
    void aLogarithmIsCurved() {
        assertThat(TcHeadline.curvature(logs(p -> 40 - 0.5 * Math.log(p)))).isCloseTo(1, within(1e-3));
        double[] steep = logs(p -> 8 - Math.log(p));
        assertThat(TcHeadline.curvature(steep)).isBetween(0.8, 1.5);
        assertThat(TcHeadline.residuals(steep)).isGreaterThan(100);
    }

    /** A law between both. */
    @Test
    void theOtherSignIsNoLogarithm() {
        double[] flattens = logs(p -> 0.2 + 9 / Math.sqrt(p));
        assertThat(TcHeadline.curvature(flattens)).isNegative();
        assertThat(TcHeadline.residuals(flattens)).isLessThan(1);
    }
}
