package org.noisebook.papers.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class BinnedInformationTest {
    /** Entropies of a thousand terms. */
    private static final double ROUNDING = 1e-12;

    private static final int INPUTS = 1024;

    private static double[] random(int length) {
        Stream stream = Streams.of(3).at("data");
        double[] values = new double[length];
        Arrays.setAll(values, k -> 2 * stream.nextDouble() - 1);
        return values;
    }

    /** P(y|x) of two labels, certain or not. */
    private static double[] labels(boolean certain) {
        double[] labels = new double[2 * INPUTS];
        for (int x = 0; x < INPUTS; x++) {
            double p = certain ? x % 2 : (x * 37 % 101) / 100.0;
            labels[2 * x] = 1 - p;
            labels[2 * x + 1] = p;
        }
        return labels;
    }

    /** The bits of the number of the input, one a unit. */
    private static double[] bits(int count) {
        double[] activities = new double[INPUTS * count];
        for (int x = 0; x < INPUTS; x++) {
            for (int j = 0; j < count; j++) {
                activities[x * count + j] = (x >> j & 1) == 1 ? 0.9 : -0.9;
            }
        }
        return activities;
    }

    @Test
    void aLayerThatTellsAllInputsApartHasTheirLogarithm() {
        for (int bins : new int[] {2, 3, 30}) {
            BinnedInformation all = BinnedInformation.of(bits(10), 10, -1, 1, bins, labels(true), 2);
            assertThat(all.input()).isCloseTo(10, within(ROUNDING));
            assertThat(all.label()).isCloseTo(1, within(ROUNDING));
        }
    }

    @Test
    void aConstantLayerKnowsNothing() {
        double[] constant = new double[3 * INPUTS];
        Arrays.fill(constant, 0.3);
        BinnedInformation none = BinnedInformation.of(constant, 3, -1, 1, 30, labels(false), 2);
        assertThat(none.input()).isZero();
        assertThat(none.label()).isCloseTo(0, within(ROUNDING));
        assertThat(BinnedInformation.of(bits(10), 10, -1, 1, 1, labels(true), 2).input())
                .as("one bin")
                .isZero();
        assertThat(BinnedInformation.of(new double[INPUTS], 1, 0, 0, 30, labels(true), 2)
                        .input())
                .as("no range")
                .isZero();
    }

    @Test
    void firstBitsHaveAsManyBits() {
        for (int count = 1; count < 10; count++) {
            BinnedInformation some = BinnedInformation.of(bits(count), count, -1, 1, 30, labels(true), 2);
            assertThat(some.input()).isCloseTo(count, within(ROUNDING));
            assertThat(some.label()).as("the label is bit 0").isCloseTo(1, within(ROUNDING));
        }
    }

    /** T of x &lt; 256 or not: H = h(1/4); the label is certain of no value, p(y=1|t) = 1/2 in both. */
    @Test
    void unequalCells() {
        double[] activities = new double[INPUTS];
        Arrays.setAll(activities, x -> x < 256 ? -0.5 : 0.5);
        BinnedInformation cells = BinnedInformation.of(activities, 1, -1, 1, 2, labels(true), 2);

        assertThat(cells.input()).isCloseTo(2 - 0.75 * Math.log(3) / Math.log(2), within(ROUNDING));
        assertThat(cells.label()).isCloseTo(0, within(ROUNDING));
    }

    /** All ends belong to some bin: [−1, −1/3), [−1/3, 1/3), [1/3, 1] and beyond. */
    @Test
    void binsHaveTheirLowerEnds() {
        double[] edges = {-2, -1, -0.34, -0.33, 0, 0.33, 0.34, 1, 2, Double.POSITIVE_INFINITY};
        double[] labels = new double[2 * edges.length];
        int[] expected = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2};
        for (int x = 0; x < edges.length; x++) {
            labels[2 * x] = 1;
        }
        assertThat(BinnedInformation.of(edges, 1, -1, 1, 3, labels, 2))
                .isEqualTo(BinnedInformation.of(expected, labels, 2));
        assertThat(BinnedInformation.of(new double[] {0.5, 0.49}, 1, 0, 1, 2, new double[] {1, 1}, 1)
                        .input())
                .as("0.5 is in the upper half")
                .isEqualTo(1);
    }

    /** The same numbers from a count of tuples as text. */
    @Test
    void cellsAreTuplesOfBins() {
        int width = 3;
        double[] activities = random(INPUTS * width);
        double[] labels = labels(false);
        Map<String, double[]> counts = new TreeMap<>();
        for (int x = 0; x < INPUTS; x++) {
            StringBuilder key = new StringBuilder();
            for (int j = 0; j < width; j++) {
                key.append((int) Math.floor((activities[x * width + j] + 1) / 2 * 7))
                        .append(' ');
            }
            double[] cell = counts.computeIfAbsent(key.toString(), k -> new double[2]);
            cell[0] += labels[2 * x];
            cell[1] += labels[2 * x + 1];
        }
        double input = 0;
        double given = 0;
        double ones = 0;
        for (double[] cell : counts.values()) {
            double share = (cell[0] + cell[1]) / INPUTS;
            input -= share * Math.log(share) / Math.log(2);
            given += share * binary(cell[1] / (cell[0] + cell[1]));
            ones += cell[1] / INPUTS;
        }
        BinnedInformation information = BinnedInformation.of(activities, width, -1, 1, 7, labels, 2);

        assertThat(information.input()).isCloseTo(input, within(ROUNDING));
        assertThat(information.label()).isCloseTo(binary(ones) - given, within(ROUNDING));
    }

    private static double binary(double p) {
        return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }

    /** Coarser bins of nested edges and fewer units are functions of finer ones: neither information grows. */
    @Test
    void processingLosesInformation() {
        double[] activities = random(4 * INPUTS);
        double[] labels = labels(false);
        BinnedInformation fine = BinnedInformation.of(activities, 4, -1, 1, 16, labels, 2);
        for (int bins : new int[] {8, 4, 2, 1}) {
            BinnedInformation coarse = BinnedInformation.of(activities, 4, -1, 1, bins, labels, 2);
            assertThat(coarse.input()).isLessThanOrEqualTo(fine.input());
            assertThat(coarse.label()).isLessThanOrEqualTo(fine.label() + ROUNDING);
            assertThat(coarse.label()).isLessThanOrEqualTo(coarse.input() + ROUNDING);
            fine = coarse;
        }
    }

    @Test
    void anyNumberOfClasses() {
        double[] labels = new double[4 * INPUTS];
        for (int x = 0; x < INPUTS; x++) {
            labels[4 * x + x % 4] = 1;
        }
        assertThat(BinnedInformation.of(bits(2), 2, -1, 1, 30, labels, 4).label())
                .isCloseTo(2, within(ROUNDING));
        assertThat(BinnedInformation.of(bits(1), 1, -1, 1, 30, labels, 4).label())
                .isCloseTo(1, within(ROUNDING));
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinnedInformation.of(new double[5], 2, -1, 1, 30, new double[5], 2))
                .withMessage("width must divide the 5 activities, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinnedInformation.of(new double[4], 2, -1, 1, 0, new double[4], 2))
                .withMessage("bins must be in [1, 2^31 / inputs], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinnedInformation.of(new double[4], 2, 1, -1, 3, new double[4], 2))
                .withMessage("high must be at least low=1.0, got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinnedInformation.of(new double[4], 2, -1, 1, 3, new double[5], 2))
                .withMessage("labels must hold inputs · classes=4 numbers, got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> BinnedInformation.of(new double[] {0, 0, 0, Double.NaN}, 2, -1, 1, 3, new double[4], 2))
                .withMessage("activities must be numbers, got NaN at input 1");
    }
}
