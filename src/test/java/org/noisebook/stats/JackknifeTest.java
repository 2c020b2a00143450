package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JackknifeTest {
    /** Sums of a few numbers of order 1 to 10. */
    private static final double ROUND_OFF = 1e-12;

    private static final List<Double> VALUES = List.of(1.0, 4.0, 2.0, 8.0, 5.0);

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    private static double[] withoutEach(List<Double> values) {
        double sum = values.stream().mapToDouble(v -> v).sum();
        return values.stream().mapToDouble(v -> (sum - v) / (values.size() - 1)).toArray();
    }

    private static void assertClose(Estimate measured, Estimate expected) {
        assertThat(measured.mean()).isCloseTo(expected.mean(), within(ROUND_OFF));
        assertThat(measured.stdError()).isCloseTo(expected.stdError(), within(ROUND_OFF));
        assertThat(measured.low()).isCloseTo(expected.low(), within(ROUND_OFF));
        assertThat(measured.high()).isCloseTo(expected.high(), within(ROUND_OFF));
        assertThat(measured.n()).isEqualTo(expected.n());
    }

    @Test
    void ofAMeanItIsStudents() {
        Estimate expected = Estimate.ofMean(1, 4, 2, 8, 5);
        assertClose(Jackknife.of(VALUES, JackknifeTest::mean), expected);
        assertClose(Jackknife.corrected(4, withoutEach(VALUES)), expected);
        assertClose(Jackknife.plain(4, withoutEach(VALUES)), expected);
    }

    /** E of the squared mean is μ² + σ²/n: corrected exactly, m² − s²/n. */
    @Test
    void theBiasOfASquareGoes() {
        Estimate squared = Jackknife.of(VALUES, values -> mean(values) * mean(values));
        assertThat(squared.mean()).isCloseTo(16 - 7.5 / 5, within(ROUND_OFF));
    }

    @Test
    void thePlainOneKeepsItsValue() {
        double[] without = VALUES.stream()
                .mapToDouble(left -> {
                    List<Double> others = new ArrayList<>(VALUES);
                    others.remove(left);
                    return mean(others) * mean(others);
                })
                .toArray();
        Estimate plain = Jackknife.plain(16, without);
        assertThat(plain.mean()).isEqualTo(16);
        assertThat((plain.low() + plain.high()) / 2).isCloseTo(16, within(ROUND_OFF));
        assertThat(plain.stdError()).isCloseTo(Jackknife.corrected(16, without).stdError(), within(ROUND_OFF));
    }

    /** A ratio of means 1/2 whose parts by hand are 1/3, 3/5: pseudo-values 2/3 and 2/5. */
    @Test
    void aRatioOfTwoByHand() {
        List<double[]> parts = List.of(new double[] {3, 5}, new double[] {1, 3});
        Estimate ratio = Jackknife.of(
                parts,
                some -> some.stream().mapToDouble(p -> p[0]).sum()
                        / some.stream().mapToDouble(p -> p[1]).sum());
        assertClose(ratio, Estimate.ofMean(2.0 / 3, 2.0 / 5));
        assertThat(parts).hasSize(2);
    }

    @Test
    void fewPartsHaveNoError() {
        Estimate one = Jackknife.plain(3, 7);
        assertThat(one.mean()).isEqualTo(3);
        assertThat(one.low()).isNaN();
        assertThat(Jackknife.corrected(3, 7).low()).isNaN();
        assertThat(Jackknife.corrected(3).mean()).isNaN();
        assertThat(Jackknife.corrected(3, 2, Double.NaN).mean()).isNaN();
        assertThat(Jackknife.plain(3, 2, Double.NaN).stdError()).isNaN();
    }
}
