package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.NumberArray;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class KernelPairTest {
    /** Half a unit in the last digit of the reference. */
    private static final double PRINTED = 5.1e-9;

    private static final double[] TASK = {1, -1, 1, 1, -1, -1};

    /** A_ij = sin(ij) [6 × 4] and B_ij = cos(.7 ij) + .3 A_ij [6 × 3], i and j from 1. */
    private static double[] rows(boolean second) {
        int columns = second ? 3 : 4;
        double[] rows = new double[6 * columns];
        for (int k = 0; k < rows.length; k++) {
            double ij = (k / columns + 1) * (k % columns + 1);
            rows[k] = second ? Math.cos(0.7 * ij) + 0.3 * Math.sin(ij) : Math.sin(ij);
        }
        return rows;
    }

    private static double[] kernel(boolean second) {
        return KernelPair.gram(NumberArray.of(new int[] {6, second ? 3 : 4}, rows(second)));
    }

    /** Reference vectors: NumPy, float64, to eight digits. */
    @Test
    void numbersAreThoseOfTheReference() {
        KernelPair pair = KernelPair.of(6, kernel(false), kernel(true));
        assertThat(pair.alignment()).isCloseTo(0.56853260, within(PRINTED));
        assertThat(pair.centredAlignment()).isCloseTo(0.59710369, within(PRINTED));
        assertThat(pair.debiased()).isCloseTo(0.11204937, within(PRINTED));
        assertThat(pair.distance()).isCloseTo(1.01176680, within(PRINTED));
        assertThat(Similarity.rsa(
                        NumberArray.of(new int[] {6, 4}, rows(false)), NumberArray.of(new int[] {6, 3}, rows(true))))
                .isCloseTo(-0.10400939, within(PRINTED));
    }

    @Test
    void spectrumAndTaskAreThoseOfTheReference() {
        TaskSpectrum spectrum = TaskSpectrum.of(6, kernel(false), TASK);
        assertThat(Arrays.copyOf(spectrum.values(), 4))
                .containsExactly(new double[] {5.10588181, 3.13639920, 1.87783768, 1.16391016}, within(PRINTED));
        assertThat(spectrum.participation()).isCloseTo(3.12173526, within(PRINTED));
        assertThat(spectrum.entropyRank()).isCloseTo(3.48134826, within(PRINTED));
        assertThat(spectrum.traceRank()).isCloseTo(2.21000588, within(PRINTED));
        assertThat(spectrum.alignment(false)).isCloseTo(0.49739219, within(PRINTED));
        assertThat(spectrum.traceShare()).isCloseTo(0.28151460, within(PRINTED));
        assertThat(spectrum.alignment(true)).isCloseTo(0.50036850, within(PRINTED));
        assertThat(Arrays.copyOf(spectrum.cumulativePower(), 4))
                .containsExactly(
                        new double[] {0.52552248, 0.52552248 + 0.00002887, 0.76135500, 0.80471890}, within(1.1e-8));
    }

    /** The same numbers from the kernels with a row and a column left out. */
    @Test
    void theJackknifeLeavesProbesOut() {
        int n = 12;
        Stream stream = Streams.of(1).at("pair");
        double[] k = gram(n, 5, stream, 1);
        double[] l = gram(n, 7, stream, 1);
        KernelPair pair = KernelPair.of(n, k, l);
        double[][] without = new double[3][n];
        for (int i = 0; i < n; i++) {
            int left = i;
            KernelPair part = KernelPair.of(n - 1, without(n, k, left), without(n, l, left));
            without[0][i] = part.debiased();
            without[1][i] = part.offDiagonal();
            without[2][i] = Math.log(part.relativeChange().mean());
        }
        check(pair.debiasedAlignment(), pair.debiased(), without[0]);
        check(pair.offDiagonalAlignment(), pair.offDiagonal(), without[1]);
        double mean = Arrays.stream(without[2]).sum() / n;
        double squares =
                Arrays.stream(without[2]).map(x -> (x - mean) * (x - mean)).sum();
        Estimate change = pair.relativeChange();
        assertThat(change.stdError() / change.mean()).isCloseTo(Math.sqrt(squares * (n - 1) / n), within(1e-12));
    }

    private static void check(Estimate estimate, double whole, double[] without) {
        int n = without.length;
        double mean = Arrays.stream(without).sum() / n;
        double squares =
                Arrays.stream(without).map(x -> (x - mean) * (x - mean)).sum();
        assertThat(estimate.mean()).isCloseTo(Math.min(1, n * whole - (n - 1) * mean), within(1e-12));
        assertThat(estimate.stdError()).isCloseTo(Math.sqrt(squares * (n - 1) / n), within(1e-12));
    }

    private static double[] without(int n, double[] kernel, int left) {
        return IntStream.range(0, n * n)
                .filter(k -> k / n != left && k % n != left)
                .mapToDouble(k -> kernel[k])
                .toArray();
    }

    /** A kernel of random features with standard deviations k^(-decay). */
    private static double[] gram(int n, int features, Stream stream, double decay) {
        double[] rows = new double[n * features];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = stream.nextGaussian() * Math.pow(1 + k % features, -decay);
        }
        return KernelPair.gram(NumberArray.of(new int[] {n, features}, rows));
    }

    /** Strips of columns add up to the whole, whatever the number of probes. */
    @ParameterizedTest
    @CsvSource({"1, 3", "5, 1", "70, 1100", "130, 513"})
    void gramIsTheProduct(int n, int length) {
        Stream stream = Streams.of(1).at("gram");
        double[] rows = gaussians(stream, n * length);
        double[] gram = KernelPair.gram(NumberArray.of(new int[] {n, length}, rows));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < length; k++) {
                    sum += rows[i * length + k] * rows[j * length + k];
                }
                assertThat(gram[i * n + j]).isCloseTo(sum, within(1e-11 * length));
                assertThat(gram[i * n + j]).isEqualTo(gram[j * n + i]);
            }
        }
    }

    /**
     * Coverage of the interval of ΔK over draws of probes: features φ(x) with spectrum k^(-decay), L's features mixed from K's. Truth from
     * 2048 probes. 400 draws; nominal .95, .92 is missed by a true .95 with probability 0.4 %, by a true .93 with 20 %; by intervals half as
     * wide (.67) always.
     */
    @ParameterizedTest
    @CsvSource({"64, 0", "64, 0.5", "64, 1", "256, 1"})
    void intervalsCoverTheTruth(int n, double decay) {
        int features = 24;
        Stream stream = Streams.of(1).at("coverage");
        double[] mix = gaussians(stream, features * features);
        double[][] many = pair(2048, features, decay, mix, Streams.of(1).at("coverage/truth"));
        double truth = KernelPair.of(2048, many[0], many[1]).relativeChange().mean();
        int covered = 0;
        int draws = n == 64 ? 400 : 100;
        for (int d = 0; d < draws; d++) {
            double[][] kernels = pair(n, features, decay, mix, Streams.of(1).at("coverage/draws", d));
            covered += KernelPair.of(n, kernels[0], kernels[1]).relativeChange().covers(truth) ? 1 : 0;
        }
        assertThat(covered / (double) draws).isGreaterThanOrEqualTo(n == 64 ? 0.92 : 0.88);
    }

    private static double[][] pair(int n, int features, double decay, double[] mix, Stream stream) {
        double[] first = new double[n * features];
        double[] second = new double[n * features];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < features; k++) {
                first[i * features + k] = stream.nextGaussian() * Math.pow(1 + k, -decay);
            }
            for (int k = 0; k < features; k++) {
                double sum = first[i * features + k];
                for (int j = 0; j < features; j++) {
                    sum += 0.1 * mix[k * features + j] * first[i * features + j];
                }
                second[i * features + k] = sum;
            }
        }
        return new double[][] {
            KernelPair.gram(NumberArray.of(new int[] {n, features}, first)),
            KernelPair.gram(NumberArray.of(new int[] {n, features}, second))
        };
    }

    private static double[] gaussians(Stream stream, int count) {
        return java.util.stream.DoubleStream.generate(stream::nextGaussian)
                .limit(count)
                .toArray();
    }
}
