package org.noisebook.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

class KernelChangeTest {
    /** Sums of at most a million terms in double precision. */
    private static final double ROUNDING = 1e-11;

    private static final int PROBES = 300;
    private static final int UNITS = 7;

    private static double[] random(String name, int length) {
        Stream stream = Streams.of(5).at(name);
        return IntStream.range(0, length)
                .mapToDouble(k -> stream.nextGaussian())
                .toArray();
    }

    private static ProbeKernel kernel(double[] rows) {
        return ProbeKernel.ofRows(PROBES, UNITS, rows);
    }

    private static final double[] START = random("init", PROBES * UNITS);
    private static final double[] END = random("data", PROBES * UNITS);

    /** The whole matrix, written out. */
    private static double[][] dense(double[] rows, int probes, int units) {
        double[][] gram = new double[probes][probes];
        for (int i = 0; i < probes; i++) {
            for (int j = 0; j < probes; j++) {
                for (int k = 0; k < units; k++) {
                    gram[i][j] += rows[i * units + k] * rows[j * units + k];
                }
            }
        }
        return gram;
    }

    private static double inner(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum += a[i][j] * b[i][j];
            }
        }
        return sum;
    }

    private static double[][] centred(double[][] gram) {
        int n = gram.length;
        double[] rows = Arrays.stream(gram)
                .mapToDouble(row -> Arrays.stream(row).average().orElseThrow())
                .toArray();
        double all = Arrays.stream(rows).average().orElseThrow();
        double[][] centred = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                centred[i][j] = gram[i][j] - rows[i] - rows[j] + all;
            }
        }
        return centred;
    }

    /** 300 probes make tiles on and off the diagonal and ones that are cut. */
    @Test
    void tilesAddUpToTheWholeMatrices() {
        double[][] start = dense(START, PROBES, UNITS);
        double[][] end = dense(END, PROBES, UNITS);
        double startNorm = Math.sqrt(inner(start, start));
        double endNorm = Math.sqrt(inner(end, end));
        double product = inner(start, end);

        KernelChange change = KernelChange.of(kernel(START), kernel(END));

        assertThat(change.alignment()).isCloseTo(product / startNorm / endNorm, within(ROUNDING));
        assertThat(change.startNorm()).isCloseTo(startNorm, within(ROUNDING * startNorm));
        assertThat(change.endNorm()).isCloseTo(endNorm, within(ROUNDING * endNorm));
        double distance = Math.sqrt(startNorm * startNorm - 2 * product + endNorm * endNorm);
        assertThat(change.relativeDistance()).isCloseTo(distance / startNorm, within(ROUNDING));
        double[][] startCentred = centred(start);
        double[][] endCentred = centred(end);
        assertThat(change.centredAlignment())
                .isCloseTo(
                        inner(startCentred, endCentred)
                                / Math.sqrt(inner(startCentred, startCentred) * inner(endCentred, endCentred)),
                        within(ROUNDING));
    }

    /** A_ij = sin(ij), B_ij = cos(0.7 ij) + 0.3 A_ij, computed apart from this kit to eight digits. */
    @Test
    void numbersOfAnIndependentComputation() {
        double[] a = new double[6 * 4];
        double[] b = new double[6 * 3];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 4; j++) {
                a[i * 4 + j] = Math.sin((i + 1) * (j + 1));
            }
            for (int j = 0; j < 3; j++) {
                b[i * 3 + j] = Math.cos(0.7 * (i + 1) * (j + 1)) + 0.3 * a[i * 4 + j];
            }
        }
        KernelChange change = KernelChange.of(ProbeKernel.ofRows(6, 4, a), ProbeKernel.ofRows(6, 3, b));
        double digits = 1e-8;

        assertThat(change.alignment()).isCloseTo(0.56853260, within(digits));
        assertThat(change.centredAlignment()).isCloseTo(0.59710369, within(digits));
        assertThat(change.debiasedAlignment()).isCloseTo(0.11204937, within(digits));
        double[] without = IntStream.range(0, 6)
                .mapToDouble(left ->
                        KernelChange.of(allBut(left, 4, a), allBut(left, 3, b)).alignment())
                .toArray();
        Estimate corrected = Jackknife.corrected(change.alignment(), without);
        assertThat(corrected.mean()).isCloseTo(0.35238054, within(digits));
        assertThat(corrected.stdError()).isCloseTo(0.10757999, within(digits));
    }

    private static ProbeKernel allBut(int left, int length, double[] rows) {
        return ProbeKernel.ofRows(
                rows.length / length - 1,
                length,
                IntStream.range(0, rows.length)
                        .filter(k -> k / length != left)
                        .mapToDouble(k -> rows[k])
                        .toArray());
    }

    /** Unrelated rows of 60 numbers on 300 probes align to 60/360 once centred; without the diagonals to 0 ± 0.01. */
    @Test
    void diagonalsBiasAlignmentUpwards() {
        KernelChange change = KernelChange.of(
                ProbeKernel.ofRows(300, 60, random("init", 300 * 60)),
                ProbeKernel.ofRows(300, 60, random("data", 300 * 60)));

        assertThat(change.centredAlignment()).isCloseTo(60.0 / 360, within(0.02));
        assertThat(change.debiasedAlignment()).isCloseTo(0, within(0.02));
        assertThat(change.offDiagonalAlignment()).isCloseTo(0, within(0.02));
        KernelChange three = KernelChange.of(
                ProbeKernel.ofRows(3, 1, new double[] {1, 2, 3}), ProbeKernel.ofRows(3, 1, new double[] {1, 2, 3}));
        assertThat(three.debiasedAlignment()).as("three probes are too few").isNaN();
    }

    @Test
    void aKernelIsAlignedWithItselfAndItsMultiples() {
        double[] tripled = Arrays.stream(START).map(x -> 3 * x).toArray();

        KernelChange change = KernelChange.of(kernel(START), kernel(tripled));

        assertThat(change.alignment()).isCloseTo(1, within(ROUNDING)).isLessThanOrEqualTo(1);
        assertThat(change.centredAlignment()).isCloseTo(1, within(ROUNDING)).isLessThanOrEqualTo(1);
        assertThat(change.relativeDistance()).isCloseTo(8, within(ROUNDING));
        assertThat(KernelChange.of(kernel(START), kernel(START)).relativeDistance())
                .isZero();
    }

    @Test
    void theOrderOfTheProbesAndRotationsOfTheUnitsDoNotMatter() {
        int[] order = IntStream.range(0, PROBES).map(i -> (i * 7 + 3) % PROBES).toArray();
        KernelChange change = KernelChange.of(kernel(START), kernel(END));
        KernelChange permuted = KernelChange.of(kernel(permute(START, order)), kernel(permute(END, order)));
        KernelChange rotated = KernelChange.of(kernel(rotate(START, 0.7)), kernel(rotate(END, -1.9)));

        for (KernelChange other : new KernelChange[] {permuted, rotated}) {
            assertThat(other.alignment()).isCloseTo(change.alignment(), within(ROUNDING));
            assertThat(other.centredAlignment()).isCloseTo(change.centredAlignment(), within(ROUNDING));
            assertThat(other.relativeDistance()).isCloseTo(change.relativeDistance(), within(ROUNDING));
        }
    }

    private static double[] permute(double[] rows, int[] order) {
        double[] permuted = new double[rows.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(rows, order[i] * UNITS, permuted, i * UNITS, UNITS);
        }
        return permuted;
    }

    /** Turns units 0 and 1 of every probe. */
    private static double[] rotate(double[] rows, double radians) {
        double[] turned = rows.clone();
        for (int i = 0; i < rows.length; i += UNITS) {
            turned[i] = Math.cos(radians) * rows[i] - Math.sin(radians) * rows[i + 1];
            turned[i + 1] = Math.sin(radians) * rows[i] + Math.cos(radians) * rows[i + 1];
        }
        return turned;
    }

    @Test
    void whatHasNoAnswerSaysSo() {
        ProbeKernel zero = kernel(new double[PROBES * UNITS]);
        double[] ones = new double[PROBES * UNITS];
        Arrays.fill(ones, 1);
        double[] broken = START.clone();
        broken[5] = Double.NaN;
        ProbeKernel some = kernel(START);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChange.of(some, ProbeKernel.ofRows(2, 1, new double[2])))
                .withMessage("kernels must be on the same probes, got 300 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChange.of(
                        ProbeKernel.ofRows(0, 1, new double[0]), ProbeKernel.ofRows(0, 1, new double[0])))
                .withMessage("a comparison of kernels needs at least one probe, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChange.of(some, kernel(broken)))
                .withMessage("kernels must be finite with finite squares, got one of squared norm NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChange.of(some, zero).alignment())
                .withMessage("alignment needs kernels that are not zero, got a zero end");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChange.of(zero, some).relativeDistance());
        KernelChange toConstant = KernelChange.of(some, kernel(ones));
        assertThat(toConstant.isConstant()).isTrue();
        assertThat(toConstant.alignment()).isBetween(0.0, 1.0);
        assertThatIllegalArgumentException()
                .isThrownBy(toConstant::centredAlignment)
                .withMessage("alignment needs kernels that are not constant, got a constant end");
    }

    /** Of the identity the share along any target is 1/n, of y yᵀ it is all. */
    @Test
    void theTargetsShareOfTheTrace() {
        double[] identity = new double[4 * 4];
        for (int i = 0; i < 4; i++) {
            identity[i * 4 + i] = 1;
        }
        double[] target = {1, -1, 1, 1};

        assertThat(KernelTarget.alignment(ProbeKernel.ofRows(4, 4, identity), target))
                .isCloseTo(0.25, within(ROUNDING));
        assertThat(KernelTarget.alignment(ProbeKernel.ofRows(4, 1, target), target))
                .isCloseTo(1, within(ROUNDING));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelTarget.alignment(ProbeKernel.ofRows(4, 4, identity), new double[4]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelTarget.alignment(ProbeKernel.ofRows(4, 4, identity), new double[3]));
    }

    @Test
    void centredActivitiesGiveTheCentredKernel() {
        double[] offset = Arrays.stream(START).map(x -> x + 3).toArray();
        Representation start = Representation.of(PROBES, UNITS, offset);
        Representation end = Representation.of(PROBES, UNITS, END);

        assertThat(KernelChange.of(start.centred().kernel(), end.centred().kernel())
                        .alignment())
                .isCloseTo(KernelChange.of(start.kernel(), end.kernel()).centredAlignment(), within(ROUNDING));
        assertThat(start.signSimilarity(start)).isEqualTo(1);
        assertThat(Representation.of(2, 2, new double[] {1, -1, 0, 2})
                        .signSimilarity(Representation.of(2, 2, new double[] {2, 1, -3, -1})))
                .isEqualTo(0.5);
        assertThat(Representation.of(2, 1, new double[] {0.1, 0.1})
                        .centred()
                        .kernel()
                        .norm())
                .isZero();
    }

    /** Units that are off, or so small that their squares are 0, or equal on all probes. */
    @Test
    void aRepresentationWithoutContentHasNoAlignment() {
        double[] weights = {1, 2};
        ProbeKernel tangent = ProbeKernel.ofRows(3, 1, new double[] {1, 2, 3});
        for (double level : new double[] {0, 1e-170}) {
            Movement movement = Movement.between(
                    new Movement.Snapshot(weights, tangent, Representation.of(3, 1, new double[] {1, 2, 4})),
                    new Movement.Snapshot(weights, tangent, Representation.of(3, 1, new double[] {level, 0, level})),
                    new double[] {1, 1, -1});
            assertThat(movement.representationAlignment()).isNaN();
            assertThat(movement.centredRepresentationAlignment()).isNaN();
            assertThat(movement.kernelAlignment()).isEqualTo(1, within(ROUNDING));
        }
        assertThat(Movement.centredAlignment(
                        Representation.of(3, 1, new double[] {1, 2, 4}),
                        Representation.of(3, 1, new double[] {0.1, 0.1, 0.1})))
                .isNaN();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void activitiesMustBeFinite(double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Representation.of(1, 2, new double[] {1, value}))
                .withMessage("activity must be finite, got " + value + " at probe 0, unit 1");
    }
}
