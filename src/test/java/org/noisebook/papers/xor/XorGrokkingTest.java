package org.noisebook.papers.xor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.paper.Grammar;
import org.noisebook.papers.xor.XorGrokking.Config;
import org.noisebook.papers.xor.XorGrokking.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class XorGrokkingTest {
    private static final XorGrokking PAPER = new XorGrokking();
    /** A few milliseconds; the signal is strong enough to be found. */
    private static final Config SMALL = new Config(300, 24, 40, 10, 5, 0.15, 24 / 300.0, 1e-6, 6);
    /** Sums of a few hundred rounded terms, a few steps long. */
    private static final double ROUNDING = 1e-11;

    private static Result run(Config config) {
        return PAPER.run(config, Streams.of(1));
    }

    /** Weights kept as such, plain loops over all coordinates: outputs, inner products and norms of the Gram form. */
    @Test
    void gramFormIsGradientDescentOnTheWeights() {
        XorClusters clusters = XorClusters.draw(SMALL, Streams.of(3));
        GramDescent descent = new GramDescent(SMALL, clusters, MatrixKernels.plain());
        double[][] points = rows(clusters);
        double[][] weights = columns(clusters, SMALL.width());
        for (int step = 0; step <= SMALL.steps(); step++) {
            for (int i = 0; i < points.length; i++) {
                double output = 0;
                double odd = 0;
                for (int j = 0; j < weights.length; j++) {
                    double sum = Dot.inOrder(weights[j], points[i]);
                    output += a(clusters, j) * Math.max(0, sum);
                    odd += a(clusters, j) * sum / 2;
                    assertThat(descent.sum(i, j)).isCloseTo(sum, within(ROUNDING));
                    assertThat(descent.alignment(j, i))
                            .isCloseTo(
                                    Math.abs(sum) / Math.sqrt(Dot.inOrder(weights[j], weights[j])),
                                    within(ROUNDING * 1e4));
                }
                assertThat(descent.output(i)).isCloseTo(output, within(ROUNDING));
                assertThat(descent.linearOutput(i)).isCloseTo(odd, within(ROUNDING));
            }
            descend(points, weights, clusters.labels, SMALL, j -> a(clusters, j));
            descent.step();
        }
    }

    private static double a(XorClusters clusters, int j) {
        return clusters.signs[j] / Math.sqrt(clusters.signs.length);
    }

    private interface SecondLayer {
        double of(int neuron);
    }

    /** One step of gradient descent on weights that are there. */
    private static void descend(
            double[][] points, double[][] weights, int[] labels, Config config, SecondLayer second) {
        int n = config.trainSize();
        double[][] change = new double[weights.length][weights[0].length];
        for (int i = 0; i < n; i++) {
            double output = 0;
            for (int j = 0; j < weights.length; j++) {
                output += second.of(j) * Math.max(0, Dot.inOrder(weights[j], points[i]));
            }
            double slope = -labels[i] / (1 + Math.exp(labels[i] * output));
            for (int j = 0; j < weights.length; j++) {
                if (Dot.inOrder(weights[j], points[i]) > 0) {
                    for (int k = 0; k < change[j].length; k++) {
                        change[j][k] -= config.learningRate() / n * slope * second.of(j) * points[i][k];
                    }
                }
            }
        }
        for (int j = 0; j < weights.length; j++) {
            for (int k = 0; k < change[j].length; k++) {
                weights[j][k] += change[j][k];
            }
        }
    }

    private static double[][] rows(XorClusters clusters) {
        int count = clusters.points.length / clusters.stride;
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = Arrays.copyOfRange(clusters.points, i * clusters.stride, i * clusters.stride + clusters.rank);
        }
        return rows;
    }

    private static double[][] columns(XorClusters clusters, int width) {
        int stride = clusters.weights.length / clusters.rank;
        double[][] columns = new double[width][clusters.rank];
        for (int j = 0; j < width; j++) {
            for (int k = 0; k < clusters.rank; k++) {
                columns[j][k] = clusters.weights[k * stride + j];
            }
        }
        return columns;
    }

    /**
     * Points and weights drawn number by number in p dimensions and trained as such have the accuracies and alignment of the
     * study, though it never draws in p dimensions.
     *
     * <p>Level: 4 standard errors of the difference of two means of 300 replicas, six comparisons: false alarm below 4e-4.
     * Power: standard errors are below 0.012; a law of lengths off by a quarter, or a clean label of 5 % in place of 15 %
     * flipped, moves a mean by 0.05 or more and is caught.
     */
    @Test
    @Tag("statistical")
    void theStudyHasTheLawOfPointsInAllDimensions() {
        int replicas = 300;
        Config config = new Config(80, 16, 16, 6, 5, 0.15, 0.2, 1e-3, 3);
        double[][] direct = new double[6][replicas];
        double[][] study = new double[6][replicas];
        for (int r = 0; r < replicas; r++) {
            Result result = PAPER.run(config, Streams.of(11).withReplica(r));
            study[0][r] = result.firstTrainAccuracy();
            study[1][r] = result.lastTestAccuracy();
            study[2][r] = result.firstLinearAgreement();
            study[3][r] = result.lastCleanTrainAccuracy();
            study[4][r] = result.ownAlignment().get(3);
            study[5][r] = result.loss().get(3);
            double[] numbers = direct(config, Streams.of(12).withReplica(r).at("data"));
            for (int k = 0; k < numbers.length; k++) {
                direct[k][r] = numbers[k];
            }
        }
        for (int k = 0; k < direct.length; k++) {
            Estimate a = Estimate.ofMean(study[k]);
            Estimate b = Estimate.ofMean(direct[k]);
            double error = Math.hypot(a.stdError(), b.stdError());
            assertThat(a.mean()).as("number %d, false alarm below 4e-4", k).isCloseTo(b.mean(), within(4 * error));
            assertThat(error).as("power").isBetween(1e-4, 0.02);
        }
    }

    /** The study's numbers from p-dimensional vectors. */
    private static double[] direct(Config config, Stream stream) {
        int p = config.dimension();
        int n = config.trainSize();
        int count = n + config.testSize();
        int m = config.width();
        double[][] points = new double[count][p];
        int[] labels = new int[count];
        int[] truth = new int[count];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < p; k++) {
                points[i][k] = stream.nextGaussian();
            }
            int axis = stream.nextIndex(2);
            points[i][axis] += stream.nextIndex(2) == 0 ? config.signalNorm() : -config.signalNorm();
            truth[i] = axis == 0 ? 1 : -1;
            labels[i] = stream.nextDouble() < config.flipShare() ? -truth[i] : truth[i];
        }
        double[] second = new double[m];
        double[][] weights = new double[m][p];
        for (int j = 0; j < m; j++) {
            second[j] = (stream.nextIndex(2) == 0 ? 1 : -1) / Math.sqrt(m);
            for (int k = 0; k < p; k++) {
                weights[j][k] = config.initialScale() * stream.nextGaussian();
            }
        }
        double[] numbers = new double[6];
        for (int step = 1; step <= config.steps(); step++) {
            descend(points, weights, labels, config, j -> second[j]);
            for (int i = 0; i < count; i++) {
                double output = 0;
                double odd = 0;
                for (int j = 0; j < m; j++) {
                    double sum = Dot.inOrder(weights[j], points[i]);
                    output += second[j] * Math.max(0, sum);
                    odd += second[j] * sum;
                }
                boolean training = i < n;
                double share = 1.0 / (training ? n : count - n);
                if (step == 1) {
                    numbers[0] += training && labels[i] * output > 0 ? share : 0;
                    numbers[2] += !training && odd * output > 0 ? share : 0;
                }
                if (step == config.steps()) {
                    numbers[1] += !training && truth[i] * output > 0 ? share : 0;
                    numbers[3] += training && truth[i] * output > 0 ? share : 0;
                    numbers[5] += training ? share * Math.log1p(Math.exp(-labels[i] * output)) : 0;
                }
            }
        }
        for (int j = 0; j < m; j++) {
            double along = weights[j][second[j] > 0 ? 0 : 1];
            numbers[4] += Math.abs(along) / Math.sqrt(Dot.inOrder(weights[j], weights[j])) / m;
        }
        return numbers;
    }

    /** In three dimensions all vectors have three coordinates, in more as many as there were before them. */
    @Test
    void coordinatesAreThoseOfTheSpan() {
        Config flat = Schema.with(SMALL, "dimension", 3);
        XorClusters clusters = XorClusters.draw(flat, Streams.of(1));
        assertThat(clusters.rank).isEqualTo(3);
        assertThat(rows(clusters)[0]).doesNotContain(0);

        XorClusters wide = XorClusters.draw(SMALL, Streams.of(1));
        assertThat(wide.rank).isEqualTo(2 + 10 + 24);
        for (int i = 0; i < SMALL.trainSize(); i++) {
            double[] row = rows(wide)[i];
            assertThat(Arrays.copyOf(row, 2 + 10 + i + 1)).doesNotContain(0);
            assertThat(Arrays.stream(row, 2 + 10 + i + 1, row.length)).allMatch(x -> x == 0);
        }
        assertThat(run(Schema.with(SMALL, "dimension", 2)).ends().allFitted()).isTrue();
    }

    /**
     * Squared lengths p ± √(2p) and products 0 ± √p of the first and last points, as in p dimensions.
     *
     * <p>Level: means of 2000 draws within 4.5 standard errors, six comparisons: false alarm below 5e-5. Power: a degree of
     * freedom too many or too few in p = 40 moves a mean by 1 with standard error 0.2.
     */
    @Test
    @Tag("statistical")
    void innerProductsHaveTheirLaw() {
        int draws = 2000;
        int p = 40;
        Config config = new Config(p, 12, 1, 5, 0, 0, 1, 1, 1);
        double[][] numbers = new double[6][draws];
        for (int r = 0; r < draws; r++) {
            XorClusters clusters = XorClusters.draw(config, Streams.of(5).withReplica(r));
            double[][] x = rows(clusters);
            double[] w = columns(clusters, config.width())[4];
            double[] values = {
                Dot.inOrder(x[0], x[0]) - p,
                Dot.inOrder(x[11], x[11]) - p,
                Dot.inOrder(w, w) - p,
                Math.pow(Dot.inOrder(x[11], x[11]) - p, 2) - 2 * p,
                Math.pow(Dot.inOrder(x[0], x[11]), 2) - p,
                Math.pow(Dot.inOrder(w, x[12]), 2) - p
            };
            for (int k = 0; k < values.length; k++) {
                numbers[k][r] = values[k];
            }
        }
        for (int k = 0; k < numbers.length; k++) {
            Estimate mean = Estimate.ofMean(numbers[k]);
            assertThat(mean.mean())
                    .as("number %d, false alarm below 5e-5", k)
                    .isCloseTo(0, within(4.5 * mean.stdError()));
        }
    }

    @Test
    void aSmallerTrainingSetIsAPrefix() {
        Config more = Schema.with(SMALL, "trainSize", 30, "learningRate", 1);
        double[][] few = rows(XorClusters.draw(SMALL, Streams.of(1)));
        double[][] many = rows(XorClusters.draw(more, Streams.of(1)));
        for (int i = 0; i < SMALL.trainSize(); i++) {
            assertThat(Arrays.copyOf(many[i], few[i].length)).isEqualTo(few[i]);
        }
    }

    @Test
    void numbersFollowTheirDefinitions() {
        Result result = run(SMALL);
        int last = SMALL.steps();
        assertThat(result.testAccuracy().toArray()).hasSize(last + 1);
        assertThat(result.firstTrainAccuracy()).isEqualTo(result.trainAccuracy().get(1));
        assertThat(result.firstTestAccuracy()).isEqualTo(result.testAccuracy().get(1));
        assertThat(result.firstLinearAgreement())
                .isEqualTo(result.linearAgreement().get(1));
        assertThat(result.lastTrainAccuracy()).isEqualTo(result.trainAccuracy().get(last));
        assertThat(result.lastCleanTrainAccuracy())
                .isEqualTo(result.cleanTrainAccuracy().get(last));
        assertThat(result.lastTestAccuracy()).isEqualTo(result.testAccuracy().get(last));
        assertThat(result.loss().get(0)).as("weights of 1e-6").isCloseTo(Math.log(2), within(1e-4));
        assertThat(result.loss().get(last)).isLessThan(result.loss().get(0));
        XorClusters clusters = XorClusters.draw(SMALL, Streams.of(1));
        long flipped = 0;
        for (int i = 0; i < SMALL.trainSize(); i++) {
            flipped += clusters.labels[i] == clusters.trueLabels[i] ? 0 : 1;
        }
        assertThat(result.flippedShare()).isCloseTo((double) flipped / SMALL.trainSize(), within(1e-15));
        assertThat(flipped).isPositive();
        assertThat(result.lastTrainAccuracy()).isEqualTo(1);
        assertThat(result.lastCleanTrainAccuracy())
                .as("all labels fitted, the flipped ones too")
                .isCloseTo(1 - result.flippedShare(), within(1e-15));
    }

    @Test
    void withoutFlippedLabelsBothTrainingAccuraciesAreOne() {
        Result clean = run(Schema.with(SMALL, "flipShare", 0));
        Result flipped = run(Schema.with(SMALL, "flipShare", 1));
        assertThat(clean.flippedShare()).isZero();
        assertThat(clean.trainAccuracy()).isEqualTo(clean.cleanTrainAccuracy());
        assertThat(flipped.flippedShare()).isEqualTo(1);
        for (int step = 0; step <= SMALL.steps(); step++) {
            assertThat(flipped.trainAccuracy().get(step)
                            + flipped.cleanTrainAccuracy().get(step))
                    .isCloseTo(1, within(1e-15));
        }
    }

    /** While all slopes are exactly 1/2, η and ω are only a unit; powers of two leave every bit of it. */
    @Test
    void smallStepsDifferByAUnitOnly() {
        Config tiny = Schema.with(SMALL, "learningRate", 0x1p-80, "initialScale", 0x1p-90);
        Result one = run(tiny);
        Result other = run(Schema.with(tiny, "learningRate", 0x1p-90, "initialScale", 0x1p-100));
        assertThat(other).isEqualTo(one);
        assertThat(run(Schema.with(tiny, "learningRate", 0x1p-90))).isNotEqualTo(one);
    }

    /** Largest numbers that a config may have: all results stay finite. */
    @Test
    void nothingOverflows() {
        Result result =
                run(Schema.with(SMALL, "learningRate", 1e30, "initialScale", 1e30, "signalNorm", 1e30, "width", 3));
        assertThat(result.loss().stream()).allMatch(Double::isFinite);
        assertThat(result.ownAlignment().stream()).allMatch(Double::isFinite);
    }

    @Test
    void workAndMemoryGrowWithTheRunButNotWithTheDimension() {
        Config standard = PAPER.defaults();
        assertThat(PAPER.memory(standard)).isBetween(10_000_000L, 20_000_000L);
        assertThat(PAPER.memory(Schema.with(standard, "dimension", 1_000_000))).isEqualTo(PAPER.memory(standard));
        assertThat(PAPER.memory(Schema.with(standard, "testSize", 100_000))).isGreaterThan(500_000_000L);
        assertThat(PAPER.work(Schema.with(standard, "steps", 300))).isGreaterThan(5 * PAPER.work(standard));
    }

    @Test
    void theDefaultsHaveAStrongSignal() {
        Config standard = PAPER.defaults();
        assertThat(standard.signalRatio()).isCloseTo(4 * Math.pow(20_000, 0.52) * 400 / 20_000, within(1e-9));
    }

    /** Closed forms at their limits, and one value each from the definition. */
    @Test
    void rulesInClosedForm() {
        Config none = Schema.with(SMALL, "signalNorm", 0);
        Config strong = Schema.with(SMALL, "signalNorm", 1e4);
        assertThat(XorGrokking.averageTrain(none)).as("Φ(√(300/25))").isCloseTo(0.99973, within(1e-4));
        assertThat(XorGrokking.averageTrain(strong)).as("Φ(√(2/23))").isCloseTo(0.616, within(1e-3));
    }

    /**
     * The linear rule drawn.
     *
     * <p>Level: 4 standard errors of the mean of 60 replicas, 0.01 for the normal law and the fluctuations the form leaves out:
     * false alarm below 1e-4. Power: the standard error is below 0.008; a factor √2 in the signal-to-noise ratio moves it by
     * 0.06 or more.
     */
    @Test
    @Tag("statistical")
    void theRuleInClosedFormIsThatOfDrawnPoints() {
        Config config = new Config(400, 240, 100, 1, 2.5, 0.15, 1, 1, 1);
        double[] average = new double[60];
        for (int r = 0; r < average.length; r++) {
            XorClusters clusters = XorClusters.draw(config, Streams.of(21).withReplica(r));
            GramDescent descent = new GramDescent(config, clusters, MatrixKernels.fastest());
            average[r] = Grammar.share(240, i -> clusters.labels[i] * descent.averageOutput(i) > 0);
        }
        Estimate mean = Estimate.ofMean(average);
        double expected = XorGrokking.averageTrain(config);
        assertThat(mean.mean()).as("false alarm below 1e-4").isCloseTo(expected, within(4 * mean.stdError() + 0.01));
        assertThat(mean.stdError()).isLessThan(0.008);
    }

    /**
     * Mean |cos| of a neuron with either μ after the first step from small weights, w ∝ Σ_i y_i φ′(w_0·x_i) x_i: √(2/π) s ‖μ‖/√(n p/2 + 2 s²
     * ‖μ‖²), s² = n/4 + (n (1 − 2 q)/4)² (2/π) arcsin(κ²/(1 + κ²)), κ = ‖μ‖/√p, for p ≫ 1 and n ≫ 1: the excess of one cluster over its
     * opposite among the points a neuron sees, from chance and from its first weights.
     */
    private static double firstAlignment(Config config) {
        double n = config.trainSize();
        double signal = config.signalNorm() * config.signalNorm();
        double clean = n * (1 - 2 * config.flipShare()) / 4;
        double lean = 2 / Math.PI * StrictMath.asin(signal / (signal + config.dimension()));
        double square = (n / 4 + clean * clean * lean) * signal;
        return Math.sqrt(2 / Math.PI * square / (n * config.dimension() / 2 + 2 * square));
    }

    /**
     * Alignment after the first step with either signal.
     *
     * <p>Level: 4 standard errors of 60 replicas, 3 % of the value for what the form leaves out at n = 200: false alarm below
     * 2e-4. Power: a term of the two in s² left out, n/4 or the lean of the first weights, moves the value by 20 % or more.
     */
    @Test
    @Tag("statistical")
    void firstAlignmentIsItsClosedForm() {
        Config config = new Config(3000, 200, 1, 40, 15, 0.15, 1e-3, 1e-9, 1);
        Result[] results = new Result[60];
        Arrays.setAll(results, r -> PAPER.run(config, Streams.of(41).withReplica(r)));
        double expected = firstAlignment(config);
        for (Estimate mean : List.of(
                mean(results, result -> result.ownAlignment().get(1)),
                mean(results, result -> result.otherAlignment().get(1)))) {
            assertThat(mean.mean())
                    .as("false alarm below 2e-4")
                    .isCloseTo(expected, within(4 * mean.stdError() + 0.03 * expected));
            assertThat(mean.stdError()).isLessThan(0.03 * expected);
        }
    }

    /**
     * A linear rule is at chance whatever it is, step by step; the network is not at the end.
     *
     * <p>Level: 4 standard errors of 60 replicas; false alarm below 2e-4 a step. Power: a bias of 0.03 is caught.
     */
    @Test
    @Tag("statistical")
    void linearRulesAreAtChance() {
        int replicas = 60;
        Config config = Schema.with(SMALL, "testSize", 200, "signalNorm", 8, "width", 40);
        Result[] results = new Result[replicas];
        Arrays.setAll(results, r -> PAPER.run(config, Streams.of(31).withReplica(r)));
        for (int step = 0; step <= config.steps(); step++) {
            int at = step;
            Estimate linear =
                    mean(results, result -> result.linearTestAccuracy().get(at));
            assertThat(linear.mean())
                    .as("step %d, false alarm below 2e-4", step)
                    .isCloseTo(XorGrokking.LINEAR_TEST, within(4 * linear.stdError()));
            assertThat(linear.stdError()).isLessThan(0.008);
        }
        assertThat(mean(results, Result::firstTestAccuracy).high()).isLessThan(0.65);
        assertThat(mean(results, Result::lastTestAccuracy).low()).isGreaterThan(0.6);
    }

    private static Estimate mean(Result[] results, ToDoubleFunction<Result> value) {
        return Estimate.ofMean(Arrays.stream(results).mapToDouble(value).toArray());
    }
}
