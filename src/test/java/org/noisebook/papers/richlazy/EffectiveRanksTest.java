package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class EffectiveRanksTest {
    /** A few hundred units of rounding, relative: decompositions of at most 60 columns. */
    private static final double ROUNDING = 2e-13;

    /**
     * Standard errors allowed between two independent means: forty comparisons at this many give a false alarm below
     * 1e-3 all together (7e-6 each).
     */
    private static final double STANDARD_ERRORS = 4.5;

    private static final int REFERENCE_DRAWS = 5;

    private static final Recurrent STUDY = new Recurrent();

    private static double[] draw(Connectivity recipe, int size, int replica) {
        Stream stream = Streams.of(1).withReplica(replica).at("init");
        return recipe.draw(size, 1.25, Connectivity.Norm.FROBENIUS, new double[0], stream);
    }

    private static double[] gaussian(int size, String name) {
        Stream stream = Streams.of(1).at(name);
        return IntStream.range(0, size * size)
                .mapToDouble(k -> stream.nextGaussian())
                .toArray();
    }

    private static double[] orthogonal(int size, String name) {
        double[][] rows =
                Matrices.orthogonalTo(new double[0][], size, size, Streams.of(1).at(name));
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] product(double[] a, double[] b, int size) {
        RealMatrix c = Matrices.matrix(a, size).multiply(Matrices.matrix(b, size));
        return Arrays.stream(c.getData()).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] diagonal(double... values) {
        double[] matrix = new double[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            matrix[i * values.length + i] = values[i];
        }
        return matrix;
    }

    private static double[] ranks(EffectiveRanks r) {
        return new double[] {
            r.participationRatio(), r.stableRank(), r.nuclearRatio(), r.eigenvalueRatio(), r.entropyRank()
        };
    }

    private static void assertAll(double[] values, double expected) {
        for (double value : values) {
            assertThat(value / expected).isCloseTo(1, within(ROUNDING));
        }
    }

    /** The notes on Liu et al. 2024, section 3: means of five draws over N; then our standard deviations of a draw. */
    @ParameterizedTest
    @Tag("statistical")
    @CsvSource(
            delimiter = '|',
            value = {
                "gaussian | 100 | 4 | .502 .264 .436 .617 .804 | .0056 .0102 .0093 .0239 .0039",
                "gaussian | 300 | 1 | .500 .256 .429 .644 .804 | .0012 .0044 .0039 .0180 .0008",
                "lowRank(rank=5) | 300 | 1 | .0166 .0160 .0163 .0095 .0167 | .00001 .0002 .0001 .0010 .00001",
                "lowRank(rank=30) | 300 | 1 | .0987 .0803 .0895 .0635 .0998 | .0001 .0012 .0007 .0050 .00003",
                "dale | 300 | 1" + " | .0080 .0052 .0336 .340 .528 | .00003 .00002 .0001 .0312 .0011",
                "dale(balanced=false) | 300 | 1" + " | .0081 .0052 .0401 .0518 .677 | .00003 .00002 .0001 .0002 .0013",
                "block | 300 | 1" + " | .362 .058 .202 .169 .797 | .0038 .0010 .0018 .0019 .0009",
                "chain | 300 | 1" + " | .442 .092 .255 .279 .800 | .0088 .0066 .0093 .0191 .0007"
            })
    void theReferenceTableComesOut(String text, int size, int draws, String means, String stdDevs) {
        Connectivity recipe = Schema.with(STUDY.defaults(), "width=" + size + ", connectivity=" + text)
                .connectivity();
        double[] sums = new double[5];
        for (int replica = 0; replica < draws; replica++) {
            double[] ranks = ranks(EffectiveRanks.of(draw(recipe, size, replica), size));
            Arrays.setAll(sums, k -> sums[k] + ranks[k] / size / draws);
        }
        for (int k = 0; k < sums.length; k++) {
            String mean = means.split(" ")[k];
            double stdDev = Double.parseDouble(stdDevs.split(" ")[k]);
            double rounded = 0.5 * Math.pow(10, 1 - mean.length());
            double allowed = STANDARD_ERRORS * stdDev * Math.sqrt(1.0 / draws + 1.0 / REFERENCE_DRAWS);
            assertThat(sums[k])
                    .as("%s, rank %d: false alarm 7e-6; would see another definition or recipe", text, k)
                    .isCloseTo(Double.parseDouble(mean), within(allowed + rounded));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 17, 60})
    void orthogonalMatricesHaveFullRank(int size) {
        double[] cycle = new double[size * size];
        for (int i = 0; i < size; i++) {
            cycle[i * size + (i + 1) % size] = 1;
        }
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        for (double[] matrix : new double[][] {diagonal(ones), cycle, orthogonal(size, "turn")}) {
            EffectiveRanks ranks = EffectiveRanks.of(matrix, size);
            assertAll(ranks(ranks), size);
            assertThat(ranks.spectralRadius()).isCloseTo(1, within(ROUNDING));
            assertThat(ranks.largestSingularValue()).isCloseTo(1, within(ROUNDING));
        }
    }

    @Test
    void rankOneIsOne() {
        int size = 40;
        double[] u = gaussian(size, "u");
        double[] v = gaussian(size, "v");
        double[] matrix = new double[size * size];
        Arrays.setAll(matrix, k -> u[k / size] * v[k % size]);
        EffectiveRanks ranks = EffectiveRanks.of(matrix, size);
        // Eigenvalues of rounding times s_1 stand in for the zeros, over one that is smaller than s_1.
        double inner =
                Math.abs(IntStream.range(0, size).mapToDouble(i -> u[i] * v[i]).sum());
        double norms = Math.sqrt(
                        IntStream.range(0, size).mapToDouble(i -> u[i] * u[i]).sum())
                * Math.sqrt(
                        IntStream.range(0, size).mapToDouble(i -> v[i] * v[i]).sum());
        assertThat(ranks.participationRatio()).isCloseTo(1, within(ROUNDING));
        assertThat(ranks.stableRank()).isCloseTo(1, within(ROUNDING));
        assertThat(ranks.nuclearRatio()).isCloseTo(1, within(size * ROUNDING));
        assertThat(ranks.entropyRank()).isCloseTo(1, within(size * ROUNDING));
        assertThat(ranks.eigenvalueRatio()).isCloseTo(1, within(size * ROUNDING * norms / inner));
        assertThat(ranks.spectralRadius() / inner).isCloseTo(1, within(ROUNDING * norms / inner));
        assertThat(ranks.largestSingularValue() / norms).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void diagonalValuesByHand() {
        EffectiveRanks ranks = EffectiveRanks.of(diagonal(2, -1, 0, 1), 4);
        assertThat(ranks.participationRatio()).isCloseTo(36.0 / 18, within(ROUNDING));
        assertThat(ranks.stableRank()).isCloseTo(6.0 / 4, within(ROUNDING));
        assertThat(ranks.nuclearRatio()).isCloseTo(2, within(ROUNDING));
        assertThat(ranks.eigenvalueRatio()).isCloseTo(2, within(ROUNDING));
        assertThat(ranks.entropyRank()).isCloseTo(Math.pow(2, 1.5), within(ROUNDING));
        assertThat(ranks.spectralRadius()).isCloseTo(2, within(ROUNDING));
        assertThat(ranks.largestSingularValue()).isCloseTo(2, within(ROUNDING));
    }

    @Test
    void eigenvaluesAndSingularValuesDiffer() {
        // Shear: eigenvalues 1 and 1, singular values the golden ratio and its inverse.
        EffectiveRanks shear = EffectiveRanks.of(new double[] {1, 1, 0, 1}, 2);
        double golden = (1 + Math.sqrt(5)) / 2;
        assertThat(shear.largestSingularValue()).isCloseTo(golden, within(ROUNDING));
        assertThat(shear.spectralRadius()).isCloseTo(1, within(ROUNDING));
        assertThat(shear.eigenvalueRatio()).isCloseTo(2, within(ROUNDING));
        assertThat(shear.stableRank()).isCloseTo(3 / (golden * golden), within(ROUNDING));
        // A turn that grows by 2: a complex pair.
        EffectiveRanks turn = EffectiveRanks.of(new double[] {0, -2, 2, 0}, 2);
        assertThat(turn.spectralRadius()).isCloseTo(2, within(ROUNDING));
        // Roots of x³ − 6x² + 11x − 6 = (x − 1)(x − 2)(x − 3).
        EffectiveRanks roots = EffectiveRanks.of(new double[] {6, -11, 6, 1, 0, 0, 0, 1, 0}, 3);
        assertThat(roots.spectralRadius()).isCloseTo(3, within(ROUNDING));
        assertThat(roots.eigenvalueRatio()).isCloseTo(2, within(ROUNDING));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 20, 60})
    void eigenvaluesAreThoseOfCommonsMath(int size) {
        double[] matrix = gaussian(size, "eigen");
        EigenDecomposition eigen = new EigenDecomposition(
                new Array2DRowRealMatrix(Matrices.matrix(matrix, size).getData()));
        double[] expected = IntStream.range(0, size)
                .mapToDouble(k -> Math.hypot(eigen.getRealEigenvalue(k), eigen.getImagEigenvalue(k)))
                .sorted()
                .toArray();
        double[] found =
                DoubleStream.of(Eigenvalues.magnitudes(matrix, size)).sorted().toArray();
        for (int k = 0; k < size; k++) {
            assertThat(found[k]).isCloseTo(expected[k], within(100 * ROUNDING));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 30, 59})
    void zeroEigenvaluesOfLowRankAreFound(int rank) {
        int size = 60;
        double[] matrix = Matrices.truncate(gaussian(size, "low"), size, rank);
        double[] found =
                DoubleStream.of(Eigenvalues.magnitudes(matrix, size)).sorted().toArray();
        double scale = Matrices.frobenius(matrix);
        assertThat(found[size - rank - 1]).isLessThan(ROUNDING * scale);
        assertThat(found[size - rank]).isGreaterThan(1e-4 * scale);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 3, 0x1p-1040, 1e-290, 1e300})
    void scaleDoesNotMatter(double factor) {
        int size = 20;
        double[] matrix = gaussian(size, "scale");
        double[] scaled = Arrays.stream(matrix).map(w -> factor * w).toArray();
        // At 2^−1040 numbers keep 34 bits.
        double tolerance = Math.abs(factor) < 1e-300 ? 1e-7 : ROUNDING;
        EffectiveRanks plain = EffectiveRanks.of(matrix, size);
        EffectiveRanks other = EffectiveRanks.of(scaled, size);
        double[] expected = ranks(plain);
        double[] found = ranks(other);
        for (int k = 0; k < found.length; k++) {
            assertThat(found[k] / expected[k]).isCloseTo(1, within(tolerance));
        }
        assertThat(other.spectralRadius() / plain.spectralRadius() / Math.abs(factor))
                .isCloseTo(1, within(tolerance));
        assertThat(other.largestSingularValue() / plain.largestSingularValue() / Math.abs(factor))
                .isCloseTo(1, within(tolerance));
    }

    @Test
    void rotationsKeepSingularValuesAndSimilaritiesAll() {
        int size = 30;
        double[] matrix = draw(new Connectivity.Chain(3, 0.8), size, 0);
        double[] left = orthogonal(size, "left");
        double[] right = orthogonal(size, "right");
        EffectiveRanks plain = EffectiveRanks.of(matrix, size);
        EffectiveRanks turned = EffectiveRanks.of(product(product(left, matrix, size), right, size), size);
        assertThat(turned.participationRatio() / plain.participationRatio()).isCloseTo(1, within(ROUNDING));
        assertThat(turned.stableRank() / plain.stableRank()).isCloseTo(1, within(ROUNDING));
        assertThat(turned.nuclearRatio() / plain.nuclearRatio()).isCloseTo(1, within(ROUNDING));
        assertThat(turned.entropyRank() / plain.entropyRank()).isCloseTo(1, within(ROUNDING));
        assertThat(turned.largestSingularValue() / plain.largestSingularValue()).isCloseTo(1, within(ROUNDING));
        assertThat(turned.eigenvalueRatio()).isNotCloseTo(plain.eigenvalueRatio(), within(1e-3));
        double[] shuffled = new double[size * size];
        double[] transposed = new double[size * size];
        for (int k = 0; k < matrix.length; k++) {
            int row = k / size * 7 % size;
            int column = k % size * 7 % size;
            shuffled[k] = matrix[row * size + column];
            transposed[k] = matrix[k % size * size + k / size];
        }
        for (double[] similar : new double[][] {shuffled, transposed}) {
            double[] found = ranks(EffectiveRanks.of(similar, size));
            for (int k = 0; k < found.length; k++) {
                // Eigenvalues of a matrix that is not normal move by more than rounding.
                assertThat(found[k] / ranks(plain)[k]).isCloseTo(1, within(100 * ROUNDING));
            }
        }
    }

    @Test
    void nilpotentMatricesHaveNoEigenvalueThatCounts() {
        for (double[] matrix : new double[][] {{0, 1, 2, 0, 0, 3, 0, 0, 0}, {0, 0, 0, 5, 0, 0, 0, 0, 0}}) {
            EffectiveRanks ranks = EffectiveRanks.of(matrix, 3);
            assertThat(ranks.eigenvalueRatio()).isZero();
            assertThat(ranks.spectralRadius()).isZero();
            assertThat(ranks.stableRank()).isGreaterThan(0.999);
        }
    }

    /** A subdiagonal with something small beneath it: λ³ = 1e-9 λ, so |λ| = √1e-9 twice and 0. */
    @Test
    void whatIsSmallBesideItsNeighbourCounts() {
        EffectiveRanks ranks = EffectiveRanks.of(new double[] {0, 0, 1, 1, 0, 0, 1e-9, 0, 0}, 3);

        assertThat(ranks.spectralRadius()).isCloseTo(Math.sqrt(1e-9), within(1e-12));
        assertThat(ranks.eigenvalueRatio()).isCloseTo(2, within(1e-6));
    }
}
