package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SeedClassifierTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(7);

    private static int[] range(int first, int end) {
        return IntStream.range(first, end).toArray();
    }

    /** Seed effect + condition effect + noise, features correlated and of unlike scales. */
    private static double[][][] planted(int seeds, int conditions, int features, double effect, Stream stream) {
        double[][] seed = new double[seeds][features];
        double[][] condition = new double[conditions][features];
        fill(seed, effect, stream);
        fill(condition, 10, stream);
        double[][][] x = new double[seeds][conditions][features];
        for (int s = 0; s < seeds; s++) {
            for (int c = 0; c < conditions; c++) {
                double common = stream.nextGaussian();
                for (int f = 0; f < features; f++) {
                    x[s][c][f] = (1 + f * f)
                            * (seed[s][f] + condition[c][f] + (stream.nextGaussian() + common) * Math.sqrt(0.5));
                }
            }
        }
        return x;
    }

    private static void fill(double[][] rows, double scale, Stream stream) {
        for (double[] row : rows) {
            Arrays.setAll(row, f -> scale * stream.nextGaussian());
        }
    }

    @Test
    void namesSeedsByHand() {
        // One feature; conditions 0 to 2 shift it by 0, 100 and -50; seed 1 errs in condition 2.
        double[][][] x = {{{0}, {101}, {-50}}, {{4}, {103}, {-41}}, {{8}, {108}, {-43}}};
        SeedClassifier result = SeedClassifier.of(x, new int[] {0, 1}, new int[] {2}, STREAMS.at("bootstrap"));
        assertThat(result.hits()).containsExactly(1);
        assertThat(result.hitsOfFive()).containsExactly(3);
        assertThat(result.top1().mean()).isEqualTo(1.0 / 3);
        assertThat(result.top1().low()).as("one condition has no bootstrap").isNaN();
        assertThat(result.pValue()).isCloseTo(1 - 8.0 / 27, within(1e-12));
    }

    @Test
    void agreesWithDistancesByDefinition() {
        double[][][] x = planted(12, 9, 4, 0.9, STREAMS.at("data"));
        int[] train = {8, 0, 3, 5};
        int[] test = {1, 7, 2};
        SeedClassifier result = SeedClassifier.of(x, train, test, STREAMS.at("bootstrap"));
        int[][] ranks = ranksByDefinition(x, train, test);
        assertThat(result.hits())
                .isEqualTo(Arrays.stream(ranks).mapToInt(row -> below(row, 1)).toArray());
        assertThat(result.hitsOfFive())
                .isEqualTo(Arrays.stream(ranks).mapToInt(row -> below(row, 5)).toArray());
        int right = Arrays.stream(result.hits()).sum();
        assertThat(right).isBetween(8, 30);
        assertThat(result.pValue())
                .isCloseTo(
                        1 - new BinomialDistribution(null, 36, 1.0 / 12).cumulativeProbability(right - 1),
                        within(1e-12));
        assertThat(result.top1().covers(result.top1().mean())).isTrue();
    }

    private static int below(int[] ranks, int bound) {
        return (int) Arrays.stream(ranks).filter(rank -> rank < bound).count();
    }

    private static int[][] ranksByDefinition(double[][][] x, int[] train, int[] test) {
        int seeds = x.length;
        int features = x[0][0].length;
        double[][][] y = new double[seeds][x[0].length][features];
        for (int c = 0; c < x[0].length; c++) {
            for (int f = 0; f < features; f++) {
                int condition = c;
                int feature = f;
                double mean = Arrays.stream(x)
                        .mapToDouble(outputs -> outputs[condition][feature])
                        .average()
                        .orElseThrow();
                for (int s = 0; s < seeds; s++) {
                    y[s][c][f] = x[s][c][f] - mean;
                }
            }
        }
        RealMatrix within = MatrixUtils.createRealMatrix(features, features);
        double[][] means = new double[seeds][features];
        for (int s = 0; s < seeds; s++) {
            for (int c : train) {
                for (int f = 0; f < features; f++) {
                    means[s][f] += y[s][c][f] / train.length;
                }
            }
            for (int c : train) {
                RealMatrix off = MatrixUtils.createColumnRealMatrix(minus(y[s][c], means[s]));
                within = within.add(off.multiply(off.transpose()));
            }
        }
        RealMatrix inverse = new LUDecomposition(within).getSolver().getInverse();
        int[][] ranks = new int[test.length][seeds];
        for (int k = 0; k < test.length; k++) {
            for (int s = 0; s < seeds; s++) {
                double own = distance(minus(y[s][test[k]], means[s]), inverse);
                for (int t = 0; t < seeds; t++) {
                    ranks[k][s] += distance(minus(y[s][test[k]], means[t]), inverse) < own ? 1 : 0;
                }
            }
        }
        return ranks;
    }

    private static double[] minus(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(f -> a[f] - b[f]).toArray();
    }

    private static double distance(double[] off, RealMatrix inverse) {
        return MatrixUtils.createRealVector(off).dotProduct(inverse.operate(MatrixUtils.createRealVector(off)));
    }

    @Test
    void isBlindToScaleShiftAndMixtureOfFeatures() {
        double[][][] x = planted(10, 8, 3, 0.8, STREAMS.at("data"));
        double[][][] mixed = new double[10][8][];
        for (int s = 0; s < 10; s++) {
            for (int c = 0; c < 8; c++) {
                double[] v = x[s][c];
                mixed[s][c] = new double[] {1e3 * v[0] + v[1] + c, v[1] - 2 * v[2], 1e-4 * v[2] + 1e-3 * v[0]};
            }
        }
        SeedClassifier plain = SeedClassifier.of(x, range(0, 4), range(4, 8), STREAMS.at("bootstrap"));
        SeedClassifier other = SeedClassifier.of(mixed, range(0, 4), range(4, 8), STREAMS.at("bootstrap"));
        assertThat(other).isEqualTo(plain);
    }

    @Test
    void answersDoNotDependOnTheOrderOfSeeds() {
        double[][][] x = planted(9, 8, 2, 0.8, STREAMS.at("data"));
        double[][][] turned = new double[9][][];
        Arrays.setAll(turned, s -> x[(s + 4) % 9]);
        assertThat(SeedClassifier.of(turned, range(0, 4), range(4, 8), STREAMS.at("bootstrap"))
                        .hits())
                .isEqualTo(SeedClassifier.of(x, range(0, 4), range(4, 8), STREAMS.at("bootstrap"))
                        .hits());
    }

    /**
     * 200 data sets without a seed effect under a condition effect of ten times the noise; level 1/S = 1/20, 8 test conditions: 32 000 test
     * outputs whose mean accuracy has a standard error below .0015. A window of .006 fails by chance with probability below 1e-4; it would
     * catch a leak that names 7 outputs in a thousand, such as a training condition among the tests.
     */
    @Test
    void isAtChanceWithoutASeedEffect() {
        int sets = 200;
        int significant = 0;
        double sum = 0;
        for (int k = 0; k < sets; k++) {
            double[][][] x = planted(20, 16, 3, 0, STREAMS.at("data").part(k));
            SeedClassifier result = SeedClassifier.of(
                    x, range(0, 8), range(8, 16), STREAMS.at("bootstrap").part(k));
            sum += result.top1().mean() / sets;
            significant += result.pValue() < 0.05 ? 1 : 0;
        }
        assertThat(sum)
                .as(
                        "mean accuracy over %d data sets without a seed effect, stream data of seed 1, replica 7; 4 sd window",
                        sets)
                .isCloseTo(0.05, within(0.006));
        assertThat(significant)
                .as("p < .05 in %d data sets, level below .05; more than 26 has probability below 1e-4", sets)
                .isLessThan(27);
    }

    @Test
    void plantedSeedsAreSeen() {
        double[][][] x = planted(20, 16, 3, 2, STREAMS.at("data"));
        SeedClassifier result = SeedClassifier.of(x, range(0, 8), range(8, 16), STREAMS.at("bootstrap"));
        assertThat(result.top1().mean()).isGreaterThan(0.7);
        assertThat(result.pValue()).isLessThan(1e-20);
    }

    @Test
    void learnsFromMoreConditions() {
        double[][][] x = planted(30, 20, 4, 0.8, STREAMS.at("data"));
        List<SeedClassifier> curve =
                SeedClassifier.learningCurve(x, range(0, 12), range(12, 20), STREAMS.at("bootstrap"));
        assertThat(curve).extracting(SeedClassifier::training).containsExactly(1, 2, 4, 8, 12);
        assertThat(curve.get(0).top1().mean()).isLessThan(curve.get(2).top1().mean());
        assertThat(curve.get(4).hits())
                .isEqualTo(SeedClassifier.of(x, range(0, 12), range(12, 20), STREAMS.at("bootstrap"))
                        .hits());
    }

    @Test
    void singularFeaturesDoNoHarm() {
        double[][][] x = planted(10, 8, 1, 1.5, STREAMS.at("data"));
        double[][][] more = new double[10][8][];
        for (int s = 0; s < 10; s++) {
            for (int c = 0; c < 8; c++) {
                more[s][c] = new double[] {x[s][c][0], 0.3, 7 - 2 * x[s][c][0], c};
            }
        }
        SeedClassifier plain = SeedClassifier.of(x, range(0, 4), range(4, 8), STREAMS.at("bootstrap"));
        assertThat(SeedClassifier.of(more, range(0, 4), range(4, 8), STREAMS.at("bootstrap")))
                .isEqualTo(plain);
    }

    @Test
    void exactSeedEffectIsAlwaysNamed() {
        double[][][] x = new double[40][6][2];
        for (int s = 0; s < 40; s++) {
            for (int c = 0; c < 6; c++) {
                x[s][c] = new double[] {s % 7 + 100 * c, s / 7 - 30 * c};
            }
        }
        SeedClassifier result = SeedClassifier.of(x, range(0, 1), range(2, 6), STREAMS.at("bootstrap"));
        assertThat(result.top1().mean()).isEqualTo(1);
        assertThat(SeedClassifier.of(x, range(0, 3), range(3, 6), STREAMS.at("bootstrap"))
                        .top1()
                        .mean())
                .isEqualTo(1);
    }

    /** Equal outputs are told apart by chance alone: 400 outputs at 1/50 give 8 of standard deviation 2.8. */
    @Test
    void tiesAreBrokenByChance() {
        double[][][] x = new double[50][10][1];
        SeedClassifier result = SeedClassifier.of(x, range(0, 2), range(2, 10), STREAMS.at("bootstrap"));
        assertThat(Arrays.stream(result.hits()).sum())
                .as("8 ± 2.8, false alarm below 1e-3")
                .isBetween(1, 18);
        assertThat(Arrays.stream(result.hitsOfFive()).sum())
                .as("40 ± 6, false alarm below 1e-3")
                .isBetween(20, 61);
    }

    @Test
    void refusesWhatWouldLeak() {
        double[][][] x = planted(3, 4, 2, 1, STREAMS.at("data"));
        assertThatThrownBy(() -> SeedClassifier.of(x, range(0, 2), range(1, 3), STREAMS.at("noise")))
                .hasMessage("test conditions must not be trained on, got 1 in both");
        assertThatThrownBy(() -> SeedClassifier.of(x, range(0, 2), new int[] {3, 3}, STREAMS.at("noise")))
                .hasMessage("a condition must be chosen once, got 3 twice");
        assertThatThrownBy(() -> SeedClassifier.of(x, range(0, 2), new int[] {4}, STREAMS.at("noise")))
                .hasMessage("condition must be in [0, 3], got 4");
        assertThatThrownBy(() -> SeedClassifier.of(x, new int[0], new int[] {1}, STREAMS.at("noise")))
                .hasMessageContaining("training conditions must be in [1,");
        x[1][2][0] = Double.NaN;
        assertThatThrownBy(() -> SeedClassifier.of(x, range(0, 2), range(2, 4), STREAMS.at("noise")))
                .hasMessageContaining("x must be in");
        assertThatThrownBy(() -> SeedClassifier.of(
                        new double[][][] {{{1}}, {{1, 2}}}, range(0, 1), range(1, 2), STREAMS.at("noise")))
                .hasMessageContaining("same features");
    }
}
