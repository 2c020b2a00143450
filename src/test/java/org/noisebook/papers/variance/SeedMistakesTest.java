package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.Shuffle;
import org.noisebook.stats.Estimate;

class SeedMistakesTest {
    private static final SeedMistakes STUDY = new SeedMistakes();

    private static SeedMistakes.Result small(String changes) {
        String small = "dimension=4, trainSize=12, levels=seedLevels(init=2, order=2, data=3), ";
        return STUDY.run(small + changes, 1);
    }

    /** By hand, in either order: both points are mistakes from w = 0, w = (1, 2) − (2, 1) = (−1, 1), and the second epoch is clean. */
    @Test
    void twoPointsByHand() {
        MistakePerceptron perceptron =
                new MistakePerceptron(new double[][] {{1, 2}, {2, 1}}, new int[] {1, -1}, new double[2]);
        Stream order = Streams.of(1).at("order");
        assertThat(perceptron.epoch(order)).isFalse();
        assertThat(perceptron.mistakes()).isEqualTo(2);
        assertThat(perceptron.weights()).containsExactly(-1, 1);
        assertThat(perceptron.epoch(order)).isTrue();
        assertThat(perceptron.mistakes()).isEqualTo(2);
    }

    /** Points in their order from (3, −1): (1, 1) is right, (1, 4) of label +1 is a mistake, (0, 3) of −1 is one then. */
    @Test
    void theOrderIsThatOfTheStream() {
        double[][] points = {{1, 1}, {1, 4}, {0, 3}};
        int[] labels = {1, 1, -1};
        for (int seed = 0; seed < 6; seed++) {
            double[] w = {3, -1};
            int mistakes = 0;
            for (int point : Shuffle.of(3, Streams.of(seed).at("order"))) {
                if (labels[point] * (w[0] * points[point][0] + w[1] * points[point][1]) <= 0) {
                    w[0] += labels[point] * points[point][0];
                    w[1] += labels[point] * points[point][1];
                    mistakes++;
                }
            }
            MistakePerceptron perceptron = new MistakePerceptron(points, labels, new double[] {3, -1});
            perceptron.epoch(Streams.of(seed).at("order"));
            assertThat(perceptron.weights()).containsExactly(w);
            assertThat(perceptron.mistakes()).isEqualTo(mistakes);
        }
    }

    /** Novikoff: from w = 0 at most (R/ρ)² mistakes, in whatever order, and then none. */
    @Test
    void mistakesAreBounded() {
        Stream stream = Streams.of(7).at("points");
        int largest = 0;
        for (int set = 0; set < 40; set++) {
            double[][] points = new double[60][5];
            int[] labels = new int[60];
            double radius = 0;
            double margin = Double.POSITIVE_INFINITY;
            for (int i = 0; i < points.length; i++) {
                Arrays.setAll(points[i], j -> stream.nextGaussian());
                labels[i] = points[i][0] >= 0 ? 1 : -1;
                points[i][0] += 0.2 * labels[i];
                radius = Math.max(
                        radius, Arrays.stream(points[i]).map(x -> x * x).sum());
                margin = Math.min(margin, labels[i] * points[i][0]);
            }
            MistakePerceptron perceptron = new MistakePerceptron(points, labels, new double[5]);
            boolean clean = false;
            for (int epoch = 0; epoch < 200 && !clean; epoch++) {
                clean = perceptron.epoch(stream);
            }
            assertThat(clean).isTrue();
            assertThat((double) perceptron.mistakes()).isLessThanOrEqualTo(radius / (margin * margin));
            largest = Math.max(largest, perceptron.mistakes());
        }
        assertThat(largest).as("the sets are no trifles").isGreaterThan(8);
    }

    @Test
    void theTestErrorIsTheAngleToTheTeacher() {
        assertThat(SeedMistakes.testError(new double[] {2, 0, 0})).isZero();
        assertThat(SeedMistakes.testError(new double[] {3, 0, -3})).isCloseTo(0.25, within(1e-15));
        assertThat(SeedMistakes.testError(new double[] {0, 5})).isEqualTo(0.5);
        assertThat(SeedMistakes.testError(new double[] {-1, 0})).isEqualTo(1);
        assertThat(SeedMistakes.testError(new double[3])).isEqualTo(0.5);
    }

    @Test
    void noWeightsToBeginWithLeaveNothingToTheInitialisation() {
        SeedShares shares = small("epochs=2").shares();
        assertThat(new double[] {shares.init(), shares.initOrder(), shares.initData(), shares.rest(), shares.initTotal()
                })
                .containsOnly(0);
        assertThat(shares.dataTotal()).isPositive();
    }

    @Test
    void manyEpochsFitEveryPoint() {
        SeedMistakes.Result result = small("initScale=1.5, epochs=1000");
        assertThat(result.fitted()).isEqualTo(12);
        assertThat(small("initScale=1.5, epochs=2000").testError())
                .as("later epochs change nothing")
                .isEqualTo(result.testError());
    }

    /**
     * Reference 0.194 with 512 runs, five repeats; here 20 repeats of 4 × 4 × 4. Their scatter gives a standard error of about 0.002: 4 of
     * them, false alarm 6e-5, catch an update rule or start that moves the error by 0.008.
     */
    @Test
    @Tag("statistical")
    void oneEpochHasTheErrorOfTheReference() {
        SeedMistakes.Config config = STUDY.config("levels=seedLevels(init=4, order=4, data=4)");
        double[] means = new double[20];
        Arrays.setAll(
                means,
                r -> STUDY.run(config, Streams.of(3).withReplica(r)).shares().mean());
        Estimate mean = Estimate.ofMean(means);
        assertThat(mean.stdError()).isBetween(0.0005, 0.004);
        assertThat(mean.mean()).as("false alarm 6e-5").isCloseTo(0.194, within(4 * mean.stdError()));
    }
}
