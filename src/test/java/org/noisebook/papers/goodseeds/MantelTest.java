package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class MantelTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(11);

    private static double[][] points(int seeds, int dimension, Stream stream) {
        double[][] points = new double[seeds][dimension];
        for (double[] point : points) {
            Arrays.setAll(point, j -> stream.nextGaussian());
        }
        return points;
    }

    private static double[] lower(double[][] distance) {
        return java.util.stream.IntStream.range(0, distance.length)
                .boxed()
                .flatMapToDouble(s -> Arrays.stream(distance[s], 0, s))
                .toArray();
    }

    /** All six namings of three seeds: ρ of (1 2 3) with itself and its permutations, 3 transpositions and 2 cycles. */
    @Test
    void threeSeedsByHand() {
        double[][] a = {{0, 1, 2}, {1, 0, 5}, {2, 5, 0}};
        Mantel same = Mantel.of(a, a, 6000, STREAMS.at("noise"));
        assertThat(same.spearman()).isCloseTo(1, within(1e-12));
        assertThat(same.pValue())
                .as("1/6, standard error .0048 at 6000 permutations; four of them")
                .isCloseTo(1.0 / 6, within(0.02));
        assertThat(same.nullMean()).as("0, standard error .009").isCloseTo(0, within(0.04));
        assertThat(same.nullStdDev())
                .as("variance (1 + .5² + .5² + .5² + .5² + 1)/6 = .5")
                .isCloseTo(Math.sqrt(0.5), within(0.02));
    }

    @Test
    void isSpearmanOfThePairsWithTies() {
        double[][] a = SignatureDistance.cosine(points(15, 3, STREAMS.at("data")));
        int[][] labels = new int[15][4];
        for (int[] row : labels) {
            Arrays.setAll(row, c -> (int) (3 * Math.abs(a[1][2 + c])) + row.length);
        }
        for (int s = 0; s < 15; s++) {
            labels[s][s % 4] = s % 3;
        }
        double[][] b = SignatureDistance.hamming(labels);
        Mantel mantel = Mantel.of(a, b, 10, STREAMS.at("noise"));
        assertThat(mantel.spearman())
                .isCloseTo(new SpearmansCorrelation().correlation(lower(a), lower(b)), within(1e-12));
        assertThat(Mantel.of(b, a, 10, STREAMS.at("noise")).spearman()).isCloseTo(mantel.spearman(), within(1e-12));
    }

    @Test
    void findsACommonStructure() {
        double[][] z = points(60, 4, STREAMS.at("data"));
        double[][] image = Arrays.stream(z)
                .map(point -> new double[] {point[0] + 0.3 * point[3], point[1] * 2, point[2] - point[0]})
                .toArray(double[][]::new);
        Mantel mantel =
                Mantel.of(SignatureDistance.cosine(z), SignatureDistance.cosine(image), 199, STREAMS.at("noise"));
        assertThat(mantel.spearman()).isBetween(0.5, 0.95);
        assertThat(mantel.pValue()).isEqualTo(1 / 200.0);
        assertThat(mantel.nullStdDev()).isBetween(0.005, 0.1);
        assertThat(Mantel.of(SignatureDistance.cosine(z), SignatureDistance.cosine(image), 199, STREAMS.at("noise")))
                .isEqualTo(mantel);
    }

    /**
     * Under independence p is uniform on 1/20, …, 1: 400 pairs of matrices, chi-square over the 20 values, level 1e-3 (43.8 at 19 degrees).
     * Permuting pairs rather than seeds would put a third of all p at 1/20.
     */
    @Test
    void pIsUniformWithoutCommonStructure() {
        int[] counts = new int[20];
        for (int k = 0; k < 400; k++) {
            Stream stream = STREAMS.at("data").part(k);
            double[][] a = SignatureDistance.cosine(points(12, 2, stream));
            double[][] b = SignatureDistance.cosine(points(12, 2, stream));
            counts[(int) Math.round(Mantel.of(a, b, 19, stream).pValue() * 20) - 1]++;
        }
        double chi = Arrays.stream(counts)
                .mapToDouble(count -> (count - 20.0) * (count - 20) / 20)
                .sum();
        assertThat(chi).as("chi-square of p over 400 null pairs, level 1e-3").isLessThan(43.8);
    }

    @Test
    void constantDistancesHaveNoCorrelation() {
        double[][] flat = {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}};
        double[][] a = {{0, 1, 2}, {1, 0, 5}, {2, 5, 0}};
        Mantel none = Mantel.of(a, flat, 5, STREAMS.at("noise"));
        assertThat(none.spearman()).isNaN();
        assertThat(none.pValue()).isNaN();
    }

    @Test
    void refusesWhatIsNoDistance() {
        double[][] a = {{0, 1, 2}, {1, 0, 5}, {2, 5, 0}};
        assertThatThrownBy(() -> Mantel.of(a, new double[][] {{0, 1, 2}, {1, 0, 5}, {3, 5, 0}}, 9, STREAMS.at("noise")))
                .hasMessage("b must be symmetric, got 3.0 and 2.0 at 2, 0");
        assertThatThrownBy(() -> Mantel.of(a, new double[][] {{0, 1}, {1, 0}}, 9, STREAMS.at("noise")))
                .hasMessageContaining("items of b must be in [3,");
        assertThatThrownBy(() -> Mantel.of(a, new double[][] {{1, 1, 2}, {1, 0, 5}, {2, 5, 0}}, 9, STREAMS.at("noise")))
                .hasMessageContaining("0 on the diagonal");
    }
}
