package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.Npy;
import org.noisebook.experiment.Schema;
import org.noisebook.papers.richlazy.Connectivity.AlignedLowRank;
import org.noisebook.papers.richlazy.Connectivity.Block;
import org.noisebook.papers.richlazy.Connectivity.Chain;
import org.noisebook.papers.richlazy.Connectivity.Dale;
import org.noisebook.papers.richlazy.Connectivity.FromFile;
import org.noisebook.papers.richlazy.Connectivity.Gaussian;
import org.noisebook.papers.richlazy.Connectivity.LowRank;
import org.noisebook.papers.richlazy.Connectivity.Norm;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ConnectivityTest {
    private static final int SIZE = 24;
    private static final double GAIN = 1.5;

    /** Sums of 24² terms and decompositions of 24 columns, each within a few hundred units of rounding. */
    private static final double ROUNDING = 1e-13;

    @TempDir
    private Path folder;

    private static Stream stream() {
        return Streams.of(1).at("init");
    }

    /** Of three classes. */
    private static double[] directions() {
        return gaussian(3 * SIZE, "readout");
    }

    private static double[] gaussian(int count, String name) {
        Stream stream = Streams.of(1).at(name);
        return IntStream.range(0, count).mapToDouble(k -> stream.nextGaussian()).toArray();
    }

    private static double[] draw(Connectivity connectivity, Norm norm) {
        return connectivity.draw(SIZE, GAIN, norm, directions(), stream());
    }

    private static double[] draw(Connectivity connectivity) {
        return draw(connectivity, Norm.FROBENIUS);
    }

    private static double[] base() {
        return draw(new Gaussian());
    }

    static List<Connectivity> recipes() {
        return List.of(
                new Gaussian(),
                new LowRank(1),
                new LowRank(5),
                new Dale(0.8, true),
                new Dale(0.75, false),
                new Block(2, 4, -4, 1, 1),
                new Block(5, -1, 2, 0.5, 3),
                new Chain(3, 0.8),
                new Chain(2, -0.5),
                new AlignedLowRank(2, 1),
                new AlignedLowRank(3, 0.3));
    }

    private static double[] singularValues(double[] matrix) {
        return Matrices.decompose(matrix, SIZE).getSingularValues();
    }

    @Test
    void gaussianIsTheFirstDrawsOfTheStream() {
        double[] expected = Arrays.stream(gaussian(SIZE * SIZE, "init"))
                .map(g -> GAIN / Math.sqrt(SIZE) * g)
                .toArray();
        assertThat(base()).containsExactly(expected);
        assertThat(draw(new Gaussian(), Norm.LARGEST_SINGULAR_VALUE)).containsExactly(expected);
        assertThat(draw(new LowRank(SIZE))).as("full rank, to the bit").containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theMatchedNormIsThatOfTheGaussian(Connectivity connectivity) {
        double[] matrix = draw(connectivity);
        assertThat(Matrices.frobenius(matrix) / Matrices.frobenius(base())).isCloseTo(1, within(ROUNDING));
        double[] other = draw(connectivity, Norm.LARGEST_SINGULAR_VALUE);
        assertThat(singularValues(other)[0] / singularValues(base())[0]).isCloseTo(1, within(ROUNDING));
        double ratio = other[1] / matrix[1];
        for (int k = 0; k < matrix.length; k++) {
            assertThat(other[k]).as("the same matrix").isCloseTo(ratio * matrix[k], within(ROUNDING));
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void equalStreamsGiveEqualMatricesAndGainScales(Connectivity connectivity) {
        double[] matrix = draw(connectivity);
        assertThat(draw(connectivity)).containsExactly(matrix);
        assertThat(connectivity.draw(SIZE, 2 * GAIN, Norm.FROBENIUS, directions(), stream()))
                .containsExactly(Arrays.stream(matrix).map(w -> 2 * w).toArray());
        assertThat(connectivity.draw(
                        SIZE, GAIN, Norm.FROBENIUS, directions(), Streams.of(2).at("init")))
                .isNotEqualTo(matrix);
    }

    /** Eckart and Young 1936: no matrix of this rank is nearer. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 11, SIZE - 1})
    void lowRankKeepsTheLeadingTripletsOfTheGaussian(int rank) {
        double[] s = singularValues(base());
        double[] matrix = draw(new LowRank(rank), Norm.LARGEST_SINGULAR_VALUE);
        double[] kept = singularValues(matrix);
        for (int k = 0; k < SIZE; k++) {
            assertThat(kept[k]).as("singular value " + k).isCloseTo(k < rank ? s[k] : 0, within(ROUNDING));
        }
        double[] base = base();
        double[] rest = IntStream.range(0, base.length)
                .mapToDouble(k -> base[k] - matrix[k])
                .toArray();
        assertThat(Matrices.frobenius(rest))
                .isCloseTo(Matrices.frobenius(Arrays.copyOfRange(s, rank, SIZE)), within(ROUNDING));
    }

    @ParameterizedTest
    @CsvSource({"0.8, 19", "0.75, 18", "0.05, 1"})
    void daleSignsColumnsAndBalancesRows(double share, int excitatory) {
        double[] base = base();
        double[] balanced = draw(new Dale(share, true));
        double[] plain = draw(new Dale(share, false));
        double inhibition = (double) excitatory / (SIZE - excitatory);
        double scale = balanced[0] / Math.abs(base[0]);
        for (int k = 0; k < base.length; k++) {
            int sign = k % SIZE < excitatory ? 1 : -1;
            double size = scale * Math.abs(base[k]) * (sign > 0 ? 1 : inhibition);
            assertThat(plain[k]).as("weight " + k).isCloseTo(sign * Math.abs(base[k]), within(ROUNDING));
            assertThat(balanced[k]).as("weight " + k).isCloseTo(sign * size, within(ROUNDING));
        }
    }

    @Test
    void blockAddsMeansToAScaledGaussian() {
        double[] base = base();
        double[] shaped = new Block(5, -1, 2, 0.5, 3).shape(base, SIZE, new double[0], stream());
        for (int k = 0; k < base.length; k++) {
            boolean within = Math.min(k / SIZE / 5, 4) == Math.min(k % SIZE / 5, 4);
            double expected = within ? 0.5 * base[k] - 1 / Math.sqrt(SIZE) : 3 * base[k] + 2 / Math.sqrt(SIZE);
            assertThat(shaped[k]).as("weight " + k).isCloseTo(expected, within(ROUNDING));
        }
    }

    @Test
    void chainAddsRankOneWithCorrelatedFactors() {
        int size = 400;
        double correlation = 0.6;
        double[] base = new double[size * size];
        double[] shaped = new Chain(2, correlation).shape(base, size, new double[0], stream());
        double trace =
                IntStream.range(0, size).mapToDouble(i -> shaped[i * size + i]).sum();
        // 2 √N times the mean of u v, whose standard error is √((1 + ρ²)/N).
        double stdError = Math.sqrt((1 + correlation * correlation) / size);
        assertThat(trace / (2 * Math.sqrt(size)))
                .as("mean of u v: false alarm 1e-3, finds a correlation off by 0.4 in 999 of 1000")
                .isCloseTo(correlation, within(3.3 * stdError));
        // With equal factors the matrix is symmetric, with opposite ones its negative; rank one: every 2 × 2 minor
        // vanishes.
        double[] equal = new Chain(2, 1).shape(base, size, new double[0], stream());
        double[] opposite = new Chain(2, -1).shape(base, size, new double[0], stream());
        for (int k = 1; k < size; k++) {
            assertThat(equal[k]).isCloseTo(equal[k * size], within(ROUNDING)).isEqualTo(-opposite[k]);
            double minor = shaped[0] * shaped[k * size + k] - shaped[k] * shaped[k * size];
            assertThat(minor).isCloseTo(0, within(ROUNDING));
        }
        assertThat(draw(new Chain(0, 1))).containsExactly(base());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "2, 0.3", "3, 0"})
    void alignedRowsLieInTheGivenDirections(int rank, double alignment) {
        double[] matrix = draw(new AlignedLowRank(rank, alignment));
        double[] s = singularValues(matrix);
        assertThat(s[rank - 1]).isGreaterThan(0.1);
        assertThat(s[rank]).isCloseTo(0, within(ROUNDING));
        double[] inside = Matrices.projectRows(matrix, SIZE, Matrices.rowSpace(directions(), SIZE));
        double share = Math.pow(Matrices.frobenius(inside) / Matrices.frobenius(matrix), 2);
        assertThat(share).isCloseTo(alignment, within(ROUNDING));
    }

    @Test
    void aFileKeepsItsShape() throws IOException {
        double[] measured = IntStream.range(0, SIZE * SIZE)
                .mapToDouble(k -> 1e90 * (k % 7 - 3))
                .toArray();
        Path file = folder.resolve("measured.npy");
        Npy.write(file, measured, SIZE, SIZE);
        FromFile recipe = new FromFile(file.toString());
        double[] matrix = draw(recipe);
        assertThat(Matrices.frobenius(matrix) / Matrices.frobenius(base())).isCloseTo(1, within(ROUNDING));
        double scale = matrix[0] / measured[0];
        for (int k = 0; k < matrix.length; k++) {
            assertThat(matrix[k]).isCloseTo(scale * measured[k], within(ROUNDING));
        }
        String before = recipe.inputs().get(0);
        assertThat(before).matches("measured\\.npy [0-9a-f]{64}");
        Npy.write(file, base(), SIZE, SIZE);
        assertThat(recipe.inputs()).hasSize(1).doesNotContain(before);
    }

    @Test
    void aFileThatDoesNotFitIsRefused() throws IOException {
        Path file = folder.resolve("measured.csv");
        FromFile recipe = new FromFile(file.toString());
        assertThatThrownBy(() -> draw(recipe))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + ": no such file");
        assertThatThrownBy(recipe::inputs).isInstanceOf(UncheckedIOException.class);
        Files.writeString(file, "1,2,3\n4,5,6\n");
        assertRefused(recipe, "path must name a matrix of size × size with size=24, got 2 × 3 in " + file);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lowRank(rank=0) | rank must be in [1, 16384], got 0",
                "dale(excitatoryShare=1) | excitatoryShare must be in (0, 1), got 1",
                "chain(strength=-1) | strength must be in [0, 1000000], got -1",
                "chain(correlation=1.1) | correlation must be in [-1, 1], got 1.1",
                "alignedLowRank(rank=1, alignment=2) | alignment must be in [0, 1], got 2",
                "fromFile(path=\"\") | path must name a file, got ''",
                "block(groups=0) | groups must be in [1, 16384], got 0",
                "block(stdDevWithin=-1) | stdDevWithin must be in [0, 1000000], got -1"
            })
    void badPartsAreRefused(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(new Recurrent().defaults(), "connectivity=" + text))
                .withMessage(message);
    }

    @Test
    void whatDoesNotFitTheSizeIsRefused() {
        assertRefused(new LowRank(SIZE + 1), "rank must be in [1, size=24], got 25");
        assertRefused(new Block(25, 0, 1, 1, 1), "groups must be in [1, size=24], got 25");
        assertRefused(new Dale(0.01, true), "excitatoryShare must leave a unit of each kind among size=24, got 0.01");
        assertRefused(new AlignedLowRank(4, 1), "rank must be in [1, directions=3], got 4");
        assertRefused(
                new Block(2, 0, 0, 0, 0),
                "connectivity must not be zero everywhere, got Block[groups=2, meanWithin=0.0, meanBetween=0.0,"
                        + " stdDevWithin=0.0, stdDevBetween=0.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AlignedLowRank(13, 0.5).check(SIZE, 13))
                .withMessage("rank must be in [1, size - directions=11], got 13");
        double[] twice = directions();
        System.arraycopy(twice, 0, twice, SIZE, SIZE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AlignedLowRank(3, 1).draw(SIZE, GAIN, Norm.FROBENIUS, twice, stream()))
                .withMessage("rank must be in [1, independent directions=2], got 3");
    }

    private static void assertRefused(Connectivity connectivity, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(connectivity))
                .withMessage(message);
    }
}
