package org.noisebook.papers.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.noisebook.figure.Line;

class DipoleRuleTest {
    /** Some tens of rounded terms up to 42. */
    private static final double ROUNDING = 1e-12;

    /** An axis of an icosahedron, the one on the pole first, then the five that ring it. */
    private static double[] axis(int k) {
        if (k == 0) {
            return new double[] {0, 0, 1};
        }
        double height = 1 / Math.sqrt(5);
        double radius = 2 / Math.sqrt(5);
        double angle = 2 * Math.PI * (k - 1) / 5;
        return new double[] {radius * Math.cos(angle), radius * Math.sin(angle), height};
    }

    private static double dipoleSquare(int x) {
        double[] moment = new double[3];
        for (int k = 0; k < 12; k++) {
            double[] axis = axis(k % 6);
            for (int c = 0; c < 3; c++) {
                moment[c] += DipoleRule.sign(x, k) * (k < 6 ? 1 : -1) * axis[c];
            }
        }
        return Arrays.stream(moment).map(m -> m * m).sum();
    }

    @Test
    void theFormulaIsTheDipoleMomentOfTheIcosahedron() {
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            assertThat(DipoleRule.dipoleSquare(x)).isCloseTo(dipoleSquare(x), within(ROUNDING));
        }
    }

    @Test
    void itTakesTwentyValuesAndIsBalanced() {
        Map<Double, Integer> counts = new TreeMap<>();
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            counts.merge(DipoleRule.dipoleSquare(x), 1, Integer::sum);
        }
        assertThat(counts).hasSize(20);
        assertThat(counts.values().stream().limit(9).mapToInt(n -> n).sum())
                .as("patterns below the threshold")
                .isEqualTo(2060);
        double ones = Arrays.stream(new DipoleRule(4).labels()).sum() - DipoleRule.INPUTS;
        assertThat(ones).as("rows add to 1").isCloseTo(0, within(1e-9));
        DipoleRule sharp = new DipoleRule(1e6);
        double share = 0;
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            share += sharp.probability(x) / DipoleRule.INPUTS;
        }
        assertThat(share).isCloseTo(2036 / 4096.0, within(ROUNDING));
    }

    /** A turn by a fifth about the pole permutes the ring; so do its opposite vertices. */
    @Test
    void turnsChangeNothing() {
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            int turned = x & 0b000001_000001;
            for (int k = 1; k < 6; k++) {
                int to = k % 5 + 1;
                turned |= (x >> k & 1) << to | (x >> (k + 6) & 1) << (to + 6);
            }
            assertThat(DipoleRule.dipoleSquare(turned)).isEqualTo(DipoleRule.dipoleSquare(x));
            assertThat(DipoleRule.dipoleSquare(~x)).isEqualTo(DipoleRule.dipoleSquare(x));
        }
    }

    @Test
    void labelsCarryNearlyABit() {
        assertThat(new DipoleRule(4).information()).isBetween(0.99, 0.995);
        assertThat(new DipoleRule(1e6).information()).isGreaterThan(0.9999);
        assertThat(new DipoleRule(1e-6).information()).isCloseTo(0, within(1e-9));
    }

    @Test
    void levelsHoldAllPatterns() {
        DipoleRule rule = new DipoleRule(0.3);
        assertThat(rule.levels()).hasSize(20).isSorted();
        assertThat(Arrays.stream(rule.levelWeights()).sum()).isCloseTo(1, within(ROUNDING));
        assertThat(rule.levelWeights()[0]).as("no moment").isEqualTo(64 / 4096.0);
    }

    @Test
    void pointsAreSigns() {
        double[] points = DipoleRule.points();
        assertThat(points).hasSize(4096 * 12).containsOnly(-1, 1);
        assertThat(Arrays.copyOfRange(points, 5 * 12, 6 * 12))
                .containsExactly(1, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    }

    /**
     * The threshold alone is one bit of input information; it lies on the curve or just below, and so do whole
     * levels.
     */
    @Test
    void theCurveHoldsThePartitionsOfTheRule() {
        DipoleRule rule = new DipoleRule(4);
        BottleneckCurve curve = rule.bottleneck(Arrays.stream(Line.powers(0x1p-10, Math.sqrt(2), 41))
                .map(excess -> 1 + excess)
                .toArray());
        double ones = 0;
        double[] given = new double[2];
        int above = 0;
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            boolean is = rule.probability(x) > 0.5;
            above += is ? 1 : 0;
            given[is ? 1 : 0] += rule.probability(x);
            ones += rule.probability(x) / DipoleRule.INPUTS;
        }
        double share = (double) above / DipoleRule.INPUTS;
        double label = binary(ones)
                - share * binary(given[1] / above)
                - (1 - share) * binary(given[0] / (DipoleRule.INPUTS - above));

        assertThat(curve.at(binary(share)) - label).isBetween(-1e-6, 1e-3);
        assertThat(curve.at(12)).isCloseTo(rule.information(), within(1e-9));
    }

    private static double binary(double p) {
        return -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }
}
