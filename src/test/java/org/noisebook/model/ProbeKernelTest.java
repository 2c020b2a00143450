package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ProbeKernelTest {
    /** Sums of a few thousand terms of order one in double precision. */
    private static final double ROUNDING = 1e-11;

    /** More than a strip, and no multiple of one. */
    private static final int PROBES = 150;

    private static ProbeKernel kernel;
    private static double[][] values;

    @BeforeAll
    static void takeOnce() {
        Stream data = Streams.of(7).at("data");
        float[] x = new float[PROBES * 6];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) data.nextGaussian();
        }
        byte[] label = new byte[PROBES];
        Arrays.fill(label, (byte) 1);
        Points points = Points.of(PROBES, 6, x, label);
        FullyConnected network = new FullyConnected(3, 20, Activation.GELU);
        NetworkEngine engine = network.engine(6, 11, Precision.FLOAT64);
        engine.initialise(Streams.of(7).at("init"));
        kernel = ProbeKernel.tangent(network, engine.weights(), points);
        values = new double[PROBES][PROBES];
        for (int i = 0; i < PROBES; i++) {
            for (int j = 0; j < PROBES; j++) {
                values[i][j] = kernel.value(i, j);
            }
        }
    }

    @Test
    void valuesDoNotDependOnHowTheyAreRead() {
        double[] tile = new double[40 * Kernels.padded(70)];
        kernel.reader().tile(90, 40, 75, 70, tile);
        int[] index = {149, 0, 77};
        double[] rows = new double[3 * Kernels.padded(PROBES)];
        kernel.reader().rows(index, 3, rows);

        for (int r = 0; r < 40; r++) {
            for (int c = 0; c < 70; c++) {
                assertThat(tile[r * Kernels.padded(70) + c]).isEqualTo(values[90 + r][75 + c]);
            }
        }
        for (int k = 0; k < 3; k++) {
            for (int c = 0; c < PROBES; c++) {
                assertThat(rows[k * Kernels.padded(PROBES) + c]).isEqualTo(values[index[k]][c]);
            }
        }
        double[] matrix = kernel.matrix();
        assertThat(kernel.matrix(1)).isEqualTo(matrix);
        for (int i = 0; i < PROBES; i++) {
            assertThat(Arrays.copyOfRange(matrix, i * PROBES, (i + 1) * PROBES)).isEqualTo(values[i]);
        }
        double[] diagonal = kernel.diagonal();
        for (int i = 0; i < PROBES; i++) {
            assertThat(diagonal[i]).isCloseTo(values[i][i], within(ROUNDING * values[i][i]));
        }
    }

    @Test
    void theProductWithAVectorIsThatOfTheMatrix() {
        double[] vector = new double[PROBES];
        Arrays.setAll(vector, i -> Math.sin(3 * i));
        double[] product = kernel.times(vector);
        for (int i = 0; i < PROBES; i++) {
            double expected = 0;
            for (int j = 0; j < PROBES; j++) {
                expected += values[i][j] * vector[j];
            }
            assertThat(product[i]).isCloseTo(expected, within(ROUNDING * PROBES));
        }
    }

    @Test
    void blocksAddUp() {
        assertThat(kernel.blocks()).isEqualTo(4);
        double sum = 0;
        for (int b = 0; b < 4; b++) {
            sum += kernel.ofBlocks(b).value(3, 140);
        }
        assertThat(sum).isCloseTo(values[3][140], within(ROUNDING));
        assertThat(kernel.ofBlocks(0, 1, 2, 3).value(3, 140)).isEqualTo(values[3][140]);
        // The read-out's share is the product of what it reads.
        double[] last = kernel.rows(3);
        double product = 0;
        for (int j = 0; j < 20; j++) {
            product = Math.fma(last[3 * 20 + j], last[140 * 20 + j], product);
        }
        assertThat(kernel.ofBlocks(3).value(3, 140)).isEqualTo(product);
    }

    @Test
    void rowsMakeAGramMatrix() {
        ProbeKernel gram = ProbeKernel.ofRows(2, 3, new double[] {1, 2, 3, -1, 0, 2});

        assertThat(gram.value(0, 1)).isEqualTo(5);
        assertThat(gram.norm()).isCloseTo(Math.sqrt(14 * 14 + 2 * 25 + 25), within(ROUNDING));
        assertThat(gram.times(new double[] {1, 1})).containsExactly(19, 10);
        assertThat(gram.rows(0)).containsExactly(1, 2, 3, -1, 0, 2);
    }

    @Test
    void badInputs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbeKernel.ofRows(2, 3, new double[5]))
                .withMessage("rows must have size · length = 6 numbers, got 5");
        assertThatIllegalArgumentException().isThrownBy(() -> ProbeKernel.ofRows(-1, 3, new double[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> ProbeKernel.ofRows(2, 0, new double[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.ofBlocks(4))
                .withMessage("blocks must be in [0, 3], got 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.times(new double[3]))
                .withMessage("vector must have size=150 numbers, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.features(0, Streams.of(1).at("noise")))
                .withMessage("columns must be at least 1, got 0");
        assertThat(catchThrowable(() -> kernel.reader().tile(149, 2, 0, 1, new double[32])))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(catchThrowable(() -> kernel.reader().rows(new int[] {150}, 1, new double[160])))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
