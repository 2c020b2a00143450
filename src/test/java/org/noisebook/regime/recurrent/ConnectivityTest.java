package org.noisebook.regime.recurrent;

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
import org.noisebook.regime.recurrent.Connectivity.AlignedLowRank;
import org.noisebook.regime.recurrent.Connectivity.Block;
import org.noisebook.regime.recurrent.Connectivity.Chain;
import org.noisebook.regime.recurrent.Connectivity.Dale;
import org.noisebook.regime.recurrent.Connectivity.FromFile;
import org.noisebook.regime.recurrent.Connectivity.Gaussian;
import org.noisebook.regime.recurrent.Connectivity.LowRank;
import org.noisebook.regime.recurrent.Connectivity.Norm;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ConnectivityTest {
    private static final int SIZE = 24;
    private static final int CLASSES = 3;
    private static final double GAIN = 1.5;

    /** Sums of 24² terms and decompositions of 24 columns, each within a few hundred units of rounding. */
    private static final double ROUNDING = 1e-13;

    @TempDir
    private Path folder;

    private static Stream stream() {
        return Streams.of(1).at("init");
    }

    private static double[] directions() {
        Stream stream = Streams.of(1).at("readout");
        return IntStream.range(0, CLASSES * SIZE)
                .mapToDouble(k -> stream.nextGaussian())
                .toArray();
    }

    private static double[] draw(Connectivity connectivity, Norm norm) {
        return connectivity.draw(SIZE, GAIN, norm, directions(), stream());
    }

    private static double[] base() {
        return draw(new Gaussian(), Norm.FROBENIUS);
    }

    static List<Connectivity> recipes() {
        return List.of(
                new Gaussian(),
                new LowRank(1),
                new LowRank(5),
                new Dale(0.8, true),
                new Dale(0.75, false),
                Block.standard(),
                new Block(5, -1, 2, 0.5, 3),
                Chain.standard(),
                new Chain(2, -0.5),
                new AlignedLowRank(2, 1),
                new AlignedLowRank(3, 0.3));
    }

    private static double[] singularValues(double[] matrix) {
        return Matrices.decompose(matrix, SIZE).getSingularValues();
    }

    @Test
    void gaussianIsTheFirstDrawsOfTheStream() {
        Stream stream = stream();
        double[] expected = IntStream.range(0, SIZE * SIZE)
                .mapToDouble(k -> GAIN / Math.sqrt(SIZE) * stream.nextGaussian())
                .toArray();
        assertThat(base()).containsExactly(expected);
        assertThat(draw(new Gaussian(), Norm.LARGEST_SINGULAR_VALUE)).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theMatchedNormIsThatOfTheGaussian(Connectivity connectivity) {
        double[] matrix = draw(connectivity, Norm.FROBENIUS);
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
        double[] directions = directions();
        double[] matrix = connectivity.draw(SIZE, 1, Norm.FROBENIUS, directions, stream());
        assertThat(directions).containsExactly(directions());
        assertThat(connectivity.draw(SIZE, 1, Norm.FROBENIUS, directions, stream()))
                .containsExactly(matrix);
        assertThat(connectivity.draw(SIZE, 2, Norm.FROBENIUS, directions, stream()))
                .containsExactly(Arrays.stream(matrix).map(w -> 2 * w).toArray());
        assertThat(connectivity.draw(
                        SIZE, 1, Norm.FROBENIUS, directions, Streams.of(2).at("init")))
                .isNotEqualTo(matrix);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 11, SIZE - 1})
    void lowRankKeepsTheLeadingTripletsOfTheGaussian(int rank) {
        double[] s = singularValues(base());
        double[] kept = singularValues(draw(new LowRank(rank), Norm.LARGEST_SINGULAR_VALUE));
        for (int k = 0; k < SIZE; k++) {
            assertThat(kept[k]).as("singular value " + k).isCloseTo(k < rank ? s[k] : 0, within(ROUNDING));
        }
        // Eckart and Young 1936: no matrix of this rank is nearer.
        double[] matrix = draw(new LowRank(rank), Norm.LARGEST_SINGULAR_VALUE);
        double[] base = base();
        double[] rest = IntStream.range(0, base.length)
                .mapToDouble(k -> base[k] - matrix[k])
                .toArray();
        assertThat(Matrices.frobenius(rest))
                .isCloseTo(Matrices.frobenius(Arrays.copyOfRange(s, rank, SIZE)), within(ROUNDING));
    }

    @Test
    void fullRankIsTheGaussianToTheBit() {
        assertThat(draw(new LowRank(SIZE), Norm.FROBENIUS)).containsExactly(base());
    }

    @ParameterizedTest
    @CsvSource({"0.8, 19", "0.75, 18", "0.05, 1"})
    void daleSignsColumnsAndBalancesRows(double share, int excitatory) {
        double[] base = base();
        double[] balanced = draw(new Dale(share, true), Norm.FROBENIUS);
        double[] plain = draw(new Dale(share, false), Norm.FROBENIUS);
        double inhibition = (double) excitatory / (SIZE - excitatory);
        double scale = balanced[0] / Math.abs(base[0]);
        for (int k = 0; k < base.length; k++) {
            boolean excites = k % SIZE < excitatory;
            double size = scale * Math.abs(base[k]);
            assertThat(plain[k])
                    .as("weight " + k)
                    .isCloseTo(excites ? Math.abs(base[k]) : -Math.abs(base[k]), within(ROUNDING));
            assertThat(balanced[k]).as("weight " + k).isCloseTo(excites ? size : -inhibition * size, within(ROUNDING));
        }
    }

    @Test
    void blockAddsMeansToAScaledGaussian() {
        double[] base = base();
        double[] shaped = new Block(5, -1, 2, 0.5, 3).shape(base, SIZE, new double[0], stream());
        int[] group = new int[SIZE];
        Arrays.setAll(group, i -> i < 5 ? 0 : i < 10 ? 1 : i < 15 ? 2 : i < 20 ? 3 : 4);
        for (int k = 0; k < base.length; k++) {
            boolean within = group[k / SIZE] == group[k % SIZE];
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
        // With equal factors the matrix is symmetric, with opposite ones antisymmetric but for rank one's sign: u vᵀ =
        // −u uᵀ.
        double[] equal = new Chain(2, 1).shape(base, size, new double[0], stream());
        double[] opposite = new Chain(2, -1).shape(base, size, new double[0], stream());
        for (int k = 0; k < size; k++) {
            assertThat(equal[k]).isCloseTo(equal[k * size], within(ROUNDING)).isEqualTo(-opposite[k]);
        }
        // Rank one: every 2 × 2 minor vanishes.
        for (int k = 1; k < size; k++) {
            double minor = shaped[0] * shaped[k * size + k] - shaped[k] * shaped[k * size];
            assertThat(minor).isCloseTo(0, within(ROUNDING));
        }
        assertThat(new Chain(0, 1).shape(base(), SIZE, new double[0], stream())).containsExactly(base());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "2, 0.3", "3, 0"})
    void alignedRowsLieInTheGivenDirections(int rank, double alignment) {
        double[] matrix = draw(new AlignedLowRank(rank, alignment), Norm.FROBENIUS);
        double[] s = singularValues(matrix);
        assertThat(s[rank - 1]).isGreaterThan(0.1);
        assertThat(rank == SIZE ? 0 : s[rank]).isCloseTo(0, within(ROUNDING));
        double[] inside = Matrices.projectRows(matrix, SIZE, Matrices.rowSpace(directions(), SIZE));
        double share = Math.pow(Matrices.frobenius(inside) / Matrices.frobenius(matrix), 2);
        assertThat(share).isCloseTo(alignment, within(ROUNDING));
    }

    @Test
    void alignedToEverythingIsTheGaussian() {
        double[] unit = new double[SIZE * SIZE];
        for (int i = 0; i < SIZE; i++) {
            unit[i * SIZE + i] = 2;
        }
        double[] matrix = new AlignedLowRank(SIZE, 1).draw(SIZE, GAIN, Norm.FROBENIUS, unit, stream());
        double[] base = base();
        for (int k = 0; k < base.length; k++) {
            assertThat(matrix[k]).isCloseTo(base[k], within(ROUNDING));
        }
    }

    @Test
    void aFileKeepsItsShape() throws IOException {
        double[] measured = IntStream.range(0, SIZE * SIZE)
                .mapToDouble(k -> 1e90 * (k % 7 - 3))
                .toArray();
        Path file = folder.resolve("measured.npy");
        Npy.write(file, measured, SIZE, SIZE);
        FromFile recipe = new FromFile(file.toString());
        double[] matrix = draw(recipe, Norm.FROBENIUS);
        assertThat(Matrices.frobenius(matrix) / Matrices.frobenius(base())).isCloseTo(1, within(ROUNDING));
        double scale = matrix[0] / measured[0];
        for (int k = 0; k < matrix.length; k++) {
            assertThat(matrix[k]).isCloseTo(scale * measured[k], within(ROUNDING));
        }
        assertThat(recipe.inputs()).hasSize(1);
        assertThat(recipe.inputs().get(0)).matches("measured\\.npy [0-9a-f]{64}");
        Npy.write(file, base(), SIZE, SIZE);
        assertThat(new FromFile(file.toString()).inputs()).isNotEqualTo(List.of(recipe.inputs()));
        assertThat(new Gaussian().inputs()).isEmpty();
    }

    @Test
    void aFileThatDoesNotFitIsRefused() throws IOException {
        Path file = folder.resolve("measured.csv");
        FromFile recipe = new FromFile(file.toString());
        assertThatThrownBy(() -> draw(recipe, Norm.FROBENIUS))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + ": no such file");
        assertThatThrownBy(recipe::inputs).isInstanceOf(UncheckedIOException.class);
        Files.writeString(file, "1,2,3\n4,5,6\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe.draw(2, stream()))
                .withMessage("path must name a matrix of size × size with size=2, got 2 × 3 in " + file);
        Files.writeString(file, "1,2\n3,NaN\n");
        assertThatThrownBy(() -> recipe.draw(2, stream()))
                .hasMessage(file + ": row 2, column 2: expected a number in [-1e100, 1e100], found NaN");
        Files.writeString(file, "0,0\n0,0\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe.draw(2, stream()))
                .withMessageStartingWith("connectivity must not be zero everywhere, got FromFile[");
    }

    /** A config that has a connectivity. */
    record Holder(Connectivity connectivity, Norm norm) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gaussian",
                "lowRank(rank=30)",
                "dale(excitatoryShare=0.8, balanced=true)",
                "block(groups=2, meanWithin=4, meanBetween=-4, stdDevWithin=1, stdDevBetween=1)",
                "chain(strength=3, correlation=0.8)",
                "alignedLowRank(rank=2, alignment=1)",
                "fromFile(path=a folder/measured.npy)",
                "fromFile(path=\"a=b, c.csv\")"
            })
    void textComesBack(String text) {
        Schema<Holder> schema = Schema.of(Holder.class);
        Holder start = new Holder(new Gaussian(), Norm.FROBENIUS);
        Holder read = schema.parse("connectivity=" + text + ", norm=largestSingularValue", start);
        assertThat(schema.format(read)).isEqualTo("connectivity=" + text + ", norm=largestSingularValue");
        assertThat(read.norm()).isEqualTo(Norm.LARGEST_SINGULAR_VALUE);
        assertThat(schema.parse(schema.format(read), start)).isEqualTo(read);
    }

    @Test
    void normsAreNoSealedClassWhichTheBinaryFormOfAConfigTakesForARecord() {
        assertThat(Norm.class.isSealed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lowRank(rank=0) | rank must be in [1, 16384], got 0",
                "dale(excitatoryShare=0, balanced=true) | excitatoryShare must be in (0, 1), got 0",
                "dale(excitatoryShare=1, balanced=true) | excitatoryShare must be in (0, 1), got 1",
                "dale(excitatoryShare=NaN, balanced=true) | excitatoryShare must be in (0, 1), got NaN",
                "chain(strength=-1, correlation=0) | strength must be in [0, 1000000], got -1",
                "chain(strength=1, correlation=1.1) | correlation must be in [-1, 1], got 1.1",
                "alignedLowRank(rank=1, alignment=2) | alignment must be in [0, 1], got 2",
                "alignedLowRank(rank=0, alignment=1) | rank must be in [1, 16384], got 0",
                "fromFile(path=\"\") | path must name a file, got ''",
                "block(groups=0, meanWithin=0, meanBetween=0, stdDevWithin=1, stdDevBetween=1)"
                        + " | groups must be in [1, 16384], got 0",
                "block(groups=1, meanWithin=0, meanBetween=0, stdDevWithin=-1, stdDevBetween=1)"
                        + " | stdDevWithin must be in [0, 1000000], got -1"
            })
    void badPartsAreRefused(String text, String message) {
        Holder start = new Holder(new Gaussian(), Norm.FROBENIUS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(Holder.class).parse("connectivity=" + text, start))
                .withMessage(message);
    }

    @Test
    void whatDoesNotFitTheSizeIsRefused() {
        assertRefused(new LowRank(SIZE + 1), directions(), "rank must be in [1, size=24], got 25");
        assertRefused(new Block(25, 0, 1, 1, 1), directions(), "groups must be in [1, size=24], got 25");
        assertRefused(
                new Dale(0.01, true),
                directions(),
                "excitatoryShare must leave a unit of each kind among size=24, got 0.01");
        assertRefused(new AlignedLowRank(4, 1), directions(), "rank must be in [1, directions=3], got 4");
        assertRefused(new AlignedLowRank(1, 1), new double[0], "rank must be in [1, directions=0], got 1");
        assertRefused(
                new AlignedLowRank(13, 0.5),
                new double[13 * SIZE],
                "rank must be in [1, size - directions=11], got 13");
        double[] twice = directions();
        System.arraycopy(twice, 0, twice, SIZE, SIZE);
        assertRefused(new AlignedLowRank(3, 1), twice, "rank must be in [1, independent directions=2], got 3");
        assertRefused(
                new AlignedLowRank(1, 1), new double[SIZE], "rank must be in [1, independent directions=0], got 1");
        twice[5] = Double.NaN;
        assertRefused(new AlignedLowRank(1, 1), twice, "directions must be finite, got NaN");
        assertRefused(new Gaussian(), new double[5], "directions must have rows of length size=24, got 5 numbers");
        assertRefused(
                new Block(2, 0, 0, 0, 0),
                directions(),
                "connectivity must not be zero everywhere, got Block[groups=2, meanWithin=0.0, meanBetween=0.0,"
                        + " stdDevWithin=0.0, stdDevBetween=0.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gaussian().draw(0, stream()))
                .withMessage("size must be in [1, 16384], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gaussian().draw(1, 0, Norm.FROBENIUS, new double[0], stream()))
                .withMessage("gain must be in (0, 1e30], got 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gaussian | -0.39594005957480016 | -0.18857889012497958",
                "lowRank(rank=2) | -0.23898325279389354 | -0.0019403363313455887",
                "dale(excitatoryShare=0.8, balanced=true) | 0.0951733163135155 | -0.17225126914645464",
                "dale(excitatoryShare=0.8, balanced=false) | 0.18121230019108844 | -0.0863080499703118",
                "dale(excitatoryShare=0.6, balanced=true) | 0.15323898537857109 | -0.10217883218142385",
                "block(groups=2, meanWithin=4, meanBetween=-4, stdDevWithin=1, stdDevBetween=1)"
                        + " | -0.06286247706757506 | 0.026456636527577435",
                "block(groups=3, meanWithin=4, meanBetween=-4, stdDevWithin=1, stdDevBetween=1)"
                        + " | -0.08135068455319423 | 0.0342376818873977",
                "block(groups=2, meanWithin=5, meanBetween=-4, stdDevWithin=1, stdDevBetween=1)"
                        + " | -0.03231678144883185 | 0.047995308789750564",
                "block(groups=2, meanWithin=4, meanBetween=-5, stdDevWithin=1, stdDevBetween=1)"
                        + " | -0.05651470307439882 | 0.023785078594597126",
                "block(groups=2, meanWithin=4, meanBetween=-4, stdDevWithin=2, stdDevBetween=1)"
                        + " | -0.220004726759831 | -0.051626386927023545",
                "block(groups=2, meanWithin=4, meanBetween=-4, stdDevWithin=1, stdDevBetween=2)"
                        + " | -0.057806719589894404 | 0.024328843538847556",
                "chain(strength=3, correlation=0.8) | 0.169185933631086 | -0.08418652217372266",
                "chain(strength=2, correlation=0.8) | 0.07046993487498567 | -0.11881698530531837",
                "chain(strength=3, correlation=0.7) | 0.1412311240198376 | -0.0901596362861952",
                "alignedLowRank(rank=2, alignment=1) | 0.0702370772655739 | -0.10633527624469429",
                "alignedLowRank(rank=1, alignment=1) | 0.06001025227883181 | -0.11021625876290085",
                "alignedLowRank(rank=2, alignment=0.5) | -0.0405543184466409 | -0.059335698002979075"
            })
    void smallMatricesArePinned(String text, double first, double last) {
        Holder start = new Holder(new Gaussian(), Norm.LARGEST_SINGULAR_VALUE);
        Connectivity recipe =
                Schema.of(Holder.class).parse("connectivity=" + text, start).connectivity();
        double[] matrix = draw(recipe, Norm.LARGEST_SINGULAR_VALUE);
        assertThat(matrix[0]).isEqualTo(first);
        assertThat(matrix[SIZE * SIZE - 1]).isEqualTo(last);
    }

    private static void assertRefused(Connectivity connectivity, double[] directions, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connectivity.draw(SIZE, GAIN, Norm.FROBENIUS, directions, stream()))
                .withMessage(message);
    }
}
