package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class AssignmentTest {
    @Test
    void theBestOfAllPermutations() {
        Stream stream = Streams.of(1).at("data");
        for (int size = 0; size <= 7; size++) {
            for (int round = 0; round < 20; round++) {
                double[] cost = new double[size * size];
                // whole numbers have ties
                Arrays.setAll(cost, k -> stream.nextIndex(4) == 0 ? stream.nextIndex(3) - 1 : stream.nextGaussian());
                int[] found = Assignment.solved(size, cost).columns();
                assertThat(found)
                        .containsExactlyInAnyOrder(IntStream.range(0, size).toArray());
                assertThat(total(size, cost, found))
                        .as("size %d", size)
                        .isCloseTo(least(size, cost, 0, new boolean[size]), within(1e-13));
            }
        }
    }

    private static double total(int size, double[] cost, int... columns) {
        return IntStream.range(0, size)
                .mapToDouble(i -> cost[i * size + columns[i]])
                .sum();
    }

    private static double least(int size, double[] cost, int row, boolean[] used) {
        if (row == size) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < size; j++) {
            if (!used[j]) {
                used[j] = true;
                best = Math.min(best, cost[row * size + j] + least(size, cost, row + 1, used));
                used[j] = false;
            }
        }
        return best;
    }

    /** On the line the order is kept. */
    @Test
    void sortedPointsStaySorted() {
        int size = 512;
        Stream stream = Streams.of(1).at("data");
        double[] x = IntStream.range(0, size)
                .mapToDouble(i -> stream.nextGaussian())
                .sorted()
                .toArray();
        double[] y = IntStream.range(0, size)
                .mapToDouble(i -> stream.nextGaussian() + 1)
                .sorted()
                .toArray();
        double[] cost = new double[size * size];
        Arrays.setAll(cost, k -> (x[k / size] - y[k % size]) * (x[k / size] - y[k % size]));
        assertThat(Assignment.solved(size, cost).columns())
                .containsExactly(IntStream.range(0, size).toArray());
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Assignment.solved(2, new double[3]))
                .withMessage("cost must have size² numbers with size=2, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Assignment.solved(1, new double[] {Double.NaN}))
                .withMessage("cost must be finite, got NaN");
    }
}
