package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.PermutationNull;
import org.noisebook.seeds.Shuffle;

/** Average linkage and silhouettes of signatures. */
class LayoutTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(13);
    private static final double ROUNDING = 1e-12;

    /** Points on a line at 0, 1, 3, 7 and 8. */
    private static final double[][] LINE = line(0, 1, 3, 7, 8);

    private static double[][] line(double... places) {
        double[][] distance = new double[places.length][places.length];
        for (int s = 0; s < places.length; s++) {
            for (int t = 0; t < places.length; t++) {
                distance[s][t] = Math.abs(places[s] - places[t]);
            }
        }
        return distance;
    }

    private static double[][] random(int seeds, Stream stream) {
        double[][] distance = new double[seeds][seeds];
        for (int s = 0; s < seeds; s++) {
            for (int t = 0; t < s; t++) {
                distance[s][t] = stream.nextDouble();
                distance[t][s] = distance[s][t];
            }
        }
        return distance;
    }

    /** Labels of seeds of {@code groups} kinds, each condition's label following the kind but for a share of the entries. */
    private static int[][] labels(int seeds, int conditions, int groups, double noise, Stream stream) {
        int[][] byGroup = new int[groups][conditions];
        for (int[] row : byGroup) {
            Arrays.setAll(row, c -> stream.nextIndex(3));
        }
        int[][] labels = new int[seeds][conditions];
        for (int s = 0; s < seeds; s++) {
            int group = s % groups;
            Arrays.setAll(labels[s], c -> stream.nextDouble() < noise ? stream.nextIndex(3) : byGroup[group][c]);
        }
        return labels;
    }

    private static double[][] renamed(double[][] distance, int[] order) {
        double[][] renamed = new double[order.length][order.length];
        for (int s = 0; s < order.length; s++) {
            for (int t = 0; t < order.length; t++) {
                renamed[s][t] = distance[order[s]][order[t]];
            }
        }
        return renamed;
    }

    @Test
    void linkageByHand() {
        AverageLinkage tree = AverageLinkage.of(LINE);
        assertThat(tree.first()).containsExactly(0, 3, 0, 0);
        assertThat(tree.second()).containsExactly(1, 4, 2, 3);
        assertThat(tree.heights()).containsExactly(1, 1, 2.5, 37.0 / 6);
        assertThat(tree.cut(1)).containsExactly(0, 0, 0, 0, 0);
        assertThat(tree.cut(2)).containsExactly(0, 0, 0, 1, 1);
        assertThat(tree.cut(3)).containsExactly(0, 0, 1, 2, 2);
        assertThat(tree.cut(5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(AverageLinkage.of(new double[][] {{0}}).cut(1)).containsExactly(0);
        assertThatThrownBy(() -> tree.cut(6)).hasMessage("clusters must be in [1, seeds=5], got 6");
        assertThatThrownBy(() -> AverageLinkage.of(new double[][] {{0, Double.NaN}, {Double.NaN, 0}}))
                .hasMessageContaining("distance must be in [0,");
    }

    /** Against a search of all pairs of clusters and all pairs of members at every merge. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 40})
    void linkageIsThatOfItsDefinition(int seeds) {
        for (int k = 0; k < 5; k++) {
            double[][] distance = random(seeds, STREAMS.at("data").part(k));
            AverageLinkage tree = AverageLinkage.of(distance);
            checkAgainstDefinition(distance, tree);
        }
        // Four conditions: ties everywhere, and their means are exact.
        double[][] tied = SignatureDistance.hamming(labels(seeds, 4, 3, 0.4, STREAMS.at("order")));
        checkAgainstDefinition(tied, AverageLinkage.of(tied));
    }

    private static void checkAgainstDefinition(double[][] distance, AverageLinkage tree) {
        List<List<Integer>> clusters = new ArrayList<>();
        IntStream.range(0, distance.length).forEach(s -> clusters.add(new ArrayList<>(List.of(s))));
        for (int k = 0; k < distance.length - 1; k++) {
            double least = Double.POSITIVE_INFINITY;
            int first = -1;
            int second = -1;
            for (int i = 0; i < clusters.size(); i++) {
                for (int j = i + 1; j < clusters.size(); j++) {
                    double mean = mean(distance, clusters.get(i), clusters.get(j));
                    if (mean < least) {
                        least = mean;
                        first = i;
                        second = j;
                    }
                }
            }
            assertThat(tree.first()[k]).isEqualTo(clusters.get(first).get(0));
            assertThat(tree.second()[k]).isEqualTo(clusters.get(second).get(0));
            assertThat(tree.heights()[k]).isCloseTo(least, within(ROUNDING));
            clusters.get(first).addAll(clusters.remove(second));
            int[] cut = tree.cut(clusters.size());
            for (int c = 0; c < clusters.size(); c++) {
                for (int s : clusters.get(c)) {
                    assertThat(cut[s]).isEqualTo(c);
                }
            }
        }
    }

    private static double mean(double[][] distance, List<Integer> a, List<Integer> b) {
        return a.stream()
                        .mapToDouble(
                                s -> b.stream().mapToDouble(t -> distance[s][t]).sum())
                        .sum()
                / (a.size() * b.size());
    }

    @Test
    void treesDoNotDependOnTheOrderOfSeeds() {
        double[][] distance = random(30, STREAMS.at("data"));
        int[] order = Shuffle.of(30, STREAMS.at("order"));
        double[][] renamed = renamed(distance, order);
        double[] heights = AverageLinkage.of(distance).heights();
        double[] other = AverageLinkage.of(renamed).heights();
        for (int k = 0; k < heights.length; k++) {
            assertThat(other[k]).isCloseTo(heights[k], within(ROUNDING));
        }
        assertThat(heights).isSorted();
        int[] cut = AverageLinkage.of(distance).cut(7);
        int[] cutRenamed = AverageLinkage.of(renamed).cut(7);
        double[] each = Silhouette.of(distance, cut).each().toArray();
        double[] eachRenamed = Silhouette.of(renamed, cutRenamed).each().toArray();
        for (int s = 0; s < 30; s++) {
            assertThat(eachRenamed[s]).isCloseTo(each[order[s]], within(ROUNDING));
            for (int t = 0; t < 30; t++) {
                assertThat(cutRenamed[s] == cutRenamed[t]).isEqualTo(cut[order[s]] == cut[order[t]]);
            }
        }
    }

    @Test
    void silhouetteByHand() {
        Silhouette widths = Silhouette.of(LINE, new int[] {4, 4, 4, 9, 9});
        double[] expected = {
            (7.5 - 2) / 7.5,
            (6.5 - 1.5) / 6.5,
            (4.5 - 2.5) / 4.5,
            (17.0 / 3 - 1) / (17.0 / 3),
            (20.0 / 3 - 1) / (20.0 / 3)
        };
        for (int s = 0; s < 5; s++) {
            assertThat(widths.each().get(s)).isCloseTo(expected[s], within(ROUNDING));
        }
        assertThat(widths.mean()).isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(ROUNDING));
        assertThat(Silhouette.of(LINE, new int[] {0, 0, 0, 0, 1}).each().get(4))
                .as("alone")
                .isZero();
        assertThat(Silhouette.of(LINE, new int[5]).mean()).as("one cluster").isNaN();
        assertThat(Silhouette.of(new double[4][4], new int[] {0, 0, 1, 1}).mean())
                .as("no distances")
                .isZero();
        assertThat(Silhouette.of(LINE, new int[] {0, 1, 0, 1, 1}).each().get(1))
                .as("in the wrong cluster")
                .isNegative();
        assertThatThrownBy(() -> Silhouette.of(LINE, new int[4])).hasMessageContaining("got 4 for 5 seeds");
    }

    @Test
    void silhouetteNullTellsGroupsFromNone() {
        int[][] grouped = labels(40, 12, 4, 0.2, STREAMS.at("data"));
        double[][] distance = SignatureDistance.hamming(grouped);
        PermutationNull none = Silhouette.permuted(grouped, 4, 99, STREAMS.at("noise"));
        double observed =
                Silhouette.of(distance, AverageLinkage.of(distance).cut(4)).mean();
        assertThat(none.pValue(observed)).isEqualTo(0.01);
        assertThat(observed).isGreaterThan(0.4).isGreaterThan(none.mean() + 6 * none.stdDev());
        assertThat(Silhouette.permuted(grouped, 4, 99, STREAMS.at("noise"))).isEqualTo(none);
    }

    /**
     * Real signatures without common structure, conditions of unlike scale: the p-value of the silhouette is uniform on 1/10, …, 1; chi-square
     * over 100 data sets at level 1e-3 (27.9 at 9 degrees). Shuffling inside seeds rather than conditions would lift it.
     */
    @Test
    void silhouetteNullIsCalibrated() {
        int[] counts = new int[10];
        for (int k = 0; k < 100; k++) {
            Stream stream = STREAMS.at("test").part(k);
            double[][] signatures = new double[15][6];
            for (double[] row : signatures) {
                Arrays.setAll(row, c -> (1 + c) * stream.nextGaussian());
            }
            double[][] distance = SignatureDistance.correlation(signatures);
            double observed =
                    Silhouette.of(distance, AverageLinkage.of(distance).cut(3)).mean();
            counts[
                    (int) Math.round(Silhouette.permuted(signatures, 3, 9, stream)
                                            .pValue(observed)
                                    * 10)
                            - 1]++;
        }
        double chi = Arrays.stream(counts)
                .mapToDouble(count -> (count - 10.0) * (count - 10) / 10)
                .sum();
        assertThat(chi)
                .as("chi-square of p over 100 data sets without structure, level 1e-3")
                .isLessThan(27.9);
    }

    @Test
    void refusesWhatIsNoCut() {
        assertThatThrownBy(() -> Silhouette.permuted(new int[][] {{1, 2}, {0, 0}}, 3, 9, STREAMS.at("noise")))
                .hasMessage("clusters must be in [2, seeds=2], got 3");
        assertThatThrownBy(() -> Silhouette.permuted(new int[][] {{1, 2}, {0}}, 2, 9, STREAMS.at("noise")))
                .hasMessageContaining("equally long");
        assertThatThrownBy(() -> new AverageLinkage(new int[] {0, 1}, new int[] {1, 2}, new double[] {1, 2}))
                .hasMessageContaining("join another once");
    }
}
