package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorGramTest {
    /** Relative to |x_i| |x_j| ≈ length: sums of at most 784 products. */
    private static final double ROUNDING = 1e-13;

    private static double[] rows(int count, int length) {
        Stream stream = Streams.of(3).at("rows");
        double[] rows = new double[count * length];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = stream.nextGaussian();
        }
        return rows;
    }

    /** One tile, several, some that are not full, and rows longer than a tile. */
    @ParameterizedTest
    @CsvSource({"1, 1, 100", "7, 3, 4194304", "40, 784, 4194304", "50, 13, 130", "23, 5, 25", "6, 40, 16"})
    void isThatOfThePlainEngine(int count, int length, int tileNumbers) {
        double[] rows = rows(count, length);
        double[] before = rows.clone();
        double[] actual = new TensorGram(tileNumbers).gram(count, length, rows);
        double[] expected = ReplicaEngine.plain().gram(count, length, rows);

        assertThat(actual).containsExactly(expected, within(ROUNDING * (length + 10)));
        assertThat(rows).isEqualTo(before);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(actual[i * count + j]).isEqualTo(actual[j * count + i]);
            }
        }
    }

    @Test
    void noRowsAndNoEntries() {
        assertThat(new TensorGram().gram(0, 5, new double[0])).isEmpty();
        assertThat(new TensorGram().gram(2, 0, new double[0])).containsExactly(0, 0, 0, 0);
    }
}
