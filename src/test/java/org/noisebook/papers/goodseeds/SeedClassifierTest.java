package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SeedClassifierTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(7);

    /** The classifier after all of the first conditions. */
    private static SeedClassifier last(double[][][] x, int trainConditions) {
        List<SeedClassifier> curve = SeedClassifier.learningCurve(x, trainConditions, STREAMS.at("ties"));
        return curve.get(curve.size() - 1);
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
        assertThat(last(x, 2)).isEqualTo(new SeedClassifier(2, 1.0 / 3, 1));
    }

    @Test
    void agreesWithDistancesByDefinition() {
        double[][][] x = planted(12, 7, 4, 0.9, STREAMS.at("data"));
        int[] ranks = ranksByDefinition(x, 4);
        assertThat(below(ranks, 1)).isBetween(8, 30);
        assertThat(last(x, 4)).isEqualTo(new SeedClassifier(4, below(ranks, 1) / 36.0, below(ranks, 5) / 36.0));
    }

    private static int below(int[] ranks, int bound) {
        return (int) Arrays.stream(ranks).filter(rank -> rank < bound).count();
    }

    private static int[] ranksByDefinition(double[][][] x, int train) {
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
            for (int c = 0; c < train; c++) {
                for (int f = 0; f < features; f++) {
                    means[s][f] += y[s][c][f] / train;
                }
            }
            for (int c = 0; c < train; c++) {
                RealMatrix off = MatrixUtils.createColumnRealMatrix(minus(y[s][c], means[s]));
                within = within.add(off.multiply(off.transpose()));
            }
        }
        RealMatrix inverse = new LUDecomposition(within).getSolver().getInverse();
        int[] ranks = new int[(x[0].length - train) * seeds];
        for (int k = 0; k < ranks.length; k++) {
            double[] output = y[k % seeds][train + k / seeds];
            double own = distance(minus(output, means[k % seeds]), inverse);
            for (int t = 0; t < seeds; t++) {
                ranks[k] += distance(minus(output, means[t]), inverse) < own ? 1 : 0;
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
        assertThat(last(mixed, 4)).isEqualTo(last(x, 4));
    }

    @Test
    void answersDoNotDependOnTheOrderOfSeeds() {
        double[][][] x = planted(9, 8, 2, 0.8, STREAMS.at("data"));
        double[][][] turned = new double[9][][];
        Arrays.setAll(turned, s -> x[(s + 4) % 9]);
        assertThat(last(turned, 4)).isEqualTo(last(x, 4));
    }

    /**
     * 200 data sets without a seed effect under a condition effect of ten times the noise; level 1/S = 1/20, 8 test conditions: 32 000 test
     * outputs whose mean accuracy has a standard error below .0015. A window of .006 fails by chance with probability below 1e-4; it would
     * catch a leak that names 7 outputs in a thousand, such as a training condition among the tests.
     */
    @Test
    void isAtChanceWithoutASeedEffect() {
        int sets = 200;
        double sum = 0;
        for (int k = 0; k < sets; k++) {
            double[][][] x = planted(20, 16, 3, 0, STREAMS.at("data").part(k));
            sum += last(x, 8).top1() / sets;
        }
        assertThat(sum)
                .as(
                        "mean accuracy over %d data sets without a seed effect, stream data of seed 1, replica 7; 4 sd window",
                        sets)
                .isCloseTo(0.05, within(0.006));
    }

    @Test
    void plantedSeedsAreSeen() {
        double[][][] x = planted(20, 16, 3, 2, STREAMS.at("data"));
        assertThat(last(x, 8).top1()).isGreaterThan(0.7);
    }

    @Test
    void learnsFromMoreConditions() {
        double[][][] x = planted(30, 20, 4, 0.8, STREAMS.at("data"));
        List<SeedClassifier> curve = SeedClassifier.learningCurve(x, 12, STREAMS.at("ties"));
        assertThat(curve).extracting(SeedClassifier::training).containsExactly(1, 2, 4, 8, 12);
        assertThat(curve.get(0).top1()).isLessThan(curve.get(2).top1());
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
        assertThat(last(more, 4)).isEqualTo(last(x, 4));
    }

    @Test
    void exactSeedEffectIsAlwaysNamed() {
        double[][][] x = new double[40][6][2];
        for (int s = 0; s < 40; s++) {
            for (int c = 0; c < 6; c++) {
                x[s][c] = new double[] {s % 7 + 100 * c, s / 7 - 30 * c};
            }
        }
        assertThat(last(x, 1).top1()).isEqualTo(1);
        assertThat(last(x, 3).top1()).isEqualTo(1);
    }

    /** Equal outputs are told apart by chance alone: 400 outputs at 1/50 give 8 of standard deviation 2.8. */
    @Test
    void tiesAreBrokenByChance() {
        double[][][] x = new double[50][10][1];
        SeedClassifier result = last(x, 2);
        assertThat(400 * result.top1()).as("8 ± 2.8, false alarm below 1e-3").isBetween(1.0, 18.0);
        assertThat(400 * result.top5()).as("40 ± 6, false alarm below 1e-3").isBetween(20.0, 61.0);
    }
}
