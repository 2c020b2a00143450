package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.rng.Streams;

class SplitTest {
    private static final Task PARITY = new Task.Parity();
    private static final Streams STREAMS = Streams.of(1);

    /** False-alarm probability of a two-sided test at five standard deviations. */
    private static final String FIVE_SIGMA = "five standard deviations, false alarm 6e-7 a number";

    private static int dimension(DataSource source) {
        return source.isDrawn() ? 10 : 0;
    }

    private static Split split(DataSource source, int trainSize, int testSize, Streams streams) {
        return Split.of(source, PARITY, trainSize, testSize, dimension(source), streams);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIGITS", "FASHION_TEST", "FASHION_TEST_14", "SIGN", "STRIPE"})
    void replicasShareTheTestSetAndNothingElse(DataSource source) {
        Split zero = split(source, 50, 40, STREAMS);
        Split three = split(source, 50, 40, STREAMS.withReplica(3));
        Split pinned = split(source, 50, 40, STREAMS.withReplica(3).withFixed(Set.of("data")));
        assertThat(three.test()).isEqualTo(zero.test());
        assertThat(three.train()).isNotEqualTo(zero.train());
        assertThat(pinned).isEqualTo(zero);
        assertThat(split(source, 50, 40, Streams.of(2)).test()).isNotEqualTo(zero.test());
        assertThat(split(source, 50, 40, STREAMS)).isEqualTo(zero);
        assertThat(Split.of(source, PARITY, 50, 40, dimension(source), STREAMS)).isEqualTo(zero);
        Split own = Split.of(source, PARITY, 50, 40, TestDraw.OWN, dimension(source), STREAMS.withReplica(3));
        assertThat(own.test()).isNotEqualTo(zero.test());
        assertThat(Split.of(source, PARITY, 50, 40, TestDraw.OWN, dimension(source), STREAMS))
                .isEqualTo(zero);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIGITS", "FASHION_TEST", "FASHION_TEST_14", "SIGN", "STRIPE"})
    void aSmallerSetIsTheFirstPartOfALargerOne(DataSource source) {
        Split large = split(source, 500, 400, STREAMS.withReplica(2));
        for (int size : new int[] {1, 7, 499}) {
            assertThat(split(source, size, 400, STREAMS.withReplica(2)).train())
                    .isEqualTo(large.train().first(size));
        }
        for (int size : new int[] {0, 1, 399}) {
            assertThat(split(source, 1, size, STREAMS.withReplica(2)).test())
                    .isEqualTo(large.test().first(size));
        }
    }

    @Test
    void trainAndTestSetAreDisjointAndExhaustThePool() {
        int[] pool = IntStream.range(0, 1000).map(k -> 3 * k).toArray();
        for (int replica = 0; replica < 5; replica++) {
            Streams streams = STREAMS.withReplica(replica);
            int[] test = Images.testSet(pool, 300, streams.at("test", 0));
            int[] train = Images.trainSet(pool, test, 700, streams);
            assertThat(IntStream.concat(Arrays.stream(test), Arrays.stream(train))
                            .sorted()
                            .toArray())
                    .isEqualTo(pool);
        }
        assertThat(pool)
                .as("unmodified")
                .isEqualTo(IntStream.range(0, 1000).map(k -> 3 * k).toArray());
    }

    @Test
    void anotherTestSizeTakesOnlyItsOwnPoints() {
        int[] pool = IntStream.range(0, 1000).toArray();
        int[] less = Images.trainSet(pool, Images.testSet(pool, 100, STREAMS.at("test", 0)), 400, STREAMS);
        int[] test = Images.testSet(pool, 200, STREAMS.at("test", 0));
        int[] more = Images.trainSet(pool, test, 300, STREAMS);
        Set<Integer> taken = Set.copyOf(Arrays.stream(test).boxed().toList());
        assertThat(Arrays.stream(less).filter(k -> !taken.contains(k)).limit(300))
                .startsWith(Arrays.stream(more).limit(200).boxed().toArray(Integer[]::new));
    }

    @Test
    void subsetsAreUniform() {
        int[] pool = IntStream.range(0, 10).toArray();
        int rounds = 20_000;
        long[] tested = new long[10];
        long[] trained = new long[10];
        for (int seed = 0; seed < rounds; seed++) {
            int[] test = Images.testSet(pool, 3, Streams.of(seed).at("test", 0));
            Arrays.stream(test).forEach(k -> tested[k]++);
            Arrays.stream(Images.trainSet(pool, test, 2, Streams.of(seed))).forEach(k -> trained[k]++);
        }
        for (int k = 0; k < 10; k++) {
            assertThat((double) tested[k])
                    .as(FIVE_SIGMA + "; catches a point drawn 6 % too often")
                    .isCloseTo(rounds * 0.3, within(5 * Math.sqrt(rounds * 0.3 * 0.7)));
            assertThat((double) trained[k])
                    .as(FIVE_SIGMA + "; catches a point drawn 8 % too often")
                    .isCloseTo(rounds * 0.2, within(5 * Math.sqrt(rounds * 0.2 * 0.8)));
        }
    }

    /** Recorded at version 1; a change moves every result on these data. */
    @ParameterizedTest
    @CsvSource({
        "DIGITS, 00a23f8e77ec92ddebdedf6d6e1cbe25f2c76b2ed69455f42105d39f9023bedc",
        "FASHION_TEST, 5a65ba671227f31b26cceec0e32a3cdc61b22711ac010629c65888484c3fd56c",
        "FASHION_TEST_14, b3f0614588d4ef611b38f4f83db9005af8538567804b8a2b65ea322ee5488c55",
        "SIGN, b0b93be0a2352bea1636c36a66879a1d9b96fddd0952e8278e2d66acce243b4c",
        "STRIPE, 65698333a61730148399a544bb3853ba29b12dff414343d4812460ac6f806a3d"
    })
    void splitsArePinned(DataSource source, String hash) {
        Split split = split(source, 64, 32, STREAMS.withReplica(1));
        assertThat(hash(split)).isEqualTo(hash);
    }

    private static String hash(Split split) {
        ByteBuffer bytes = ByteBuffer.allocate(
                (split.train().count() + split.test().count()) * (split.train().dimension() * Float.BYTES + 1));
        for (Points points : new Points[] {split.train(), split.test()}) {
            for (float value : points.x()) {
                bytes.putFloat(value);
            }
            bytes.put(points.label());
        }
        return FileBytes.of("", bytes.array()).sha256();
    }

    /** Over all points of a set, mean and deviation are 0 and 1 up to the rounding to float. */
    @ParameterizedTest
    @CsvSource({"DIGITS, 1797", "FASHION_TEST, 10000", "FASHION_TEST_14, 10000"})
    void imagesAreStandardised(DataSource source, int points) {
        Points all = split(source, points, 0, STREAMS).train();
        double sum = 0;
        double squares = 0;
        for (float value : all.x()) {
            sum += value;
            squares += (double) value * value;
        }
        long n = (long) points * all.dimension();
        assertThat(sum / n).isCloseTo(0, within(1e-6));
        assertThat(squares / n).isCloseTo(1, within(1e-6));
        assertThat(all.x()).as("rounded once from double").contains((float) ((0 - mean(source)) / stdDev(source)));
    }

    private static double mean(DataSource source) {
        return DataLibrary.standard().images(source).mean();
    }

    private static double stdDev(DataSource source) {
        return DataLibrary.standard().images(source).stdDev();
    }

    @Test
    void theMeanAndDeviationAreThoseOfTheSetWhateverTheTask() {
        Points two = Split.of(DataSource.DIGITS, new Task.LabelSets("0", "1"), 360, 0, 0, STREAMS)
                .train();
        float blank = (float) (-mean(DataSource.DIGITS) / stdDev(DataSource.DIGITS));
        for (int i = 0; i < two.count(); i++) {
            assertThat(two.x(i, 0)).as("the corner of a digit is blank").isEqualTo(blank);
        }
        int plus = 0;
        for (byte label : two.label()) {
            plus += label > 0 ? 1 : 0;
        }
        assertThat(plus).as("zeros among the digits").isEqualTo(178);
    }

    @Test
    void onlyAsManyPointsAsThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.DIGITS, 1398, 400, STREAMS))
                .withMessage("trainSize must be in [1, 1397], since dataset=digits has 1797 points for this task and"
                        + " testSize=400, got 1398");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.DIGITS, 0, 400, STREAMS))
                .withMessageContaining("trainSize must be in [1, 1397]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.DIGITS, 1, 1797, STREAMS))
                .withMessage("testSize must be in [0, 1796], since dataset=digits has 1797 points for this task, got"
                        + " 1797");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.DIGITS, 1, -1, STREAMS))
                .withMessageContaining("got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.SIGN, 100_000_001, 0, STREAMS))
                .withMessage("trainSize must be in [1, 100000000], got 100000001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> split(DataSource.SIGN, 1, -1, STREAMS))
                .withMessage("testSize must be in [0, 100000000], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.of(DataSource.DIGITS, new Task.Animals(), 1, 1, 0, STREAMS))
                .withMessageContaining("task=animals needs dataset=cifar10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.of(DataSource.DIGITS, PARITY, 1, 1, 3, STREAMS))
                .withMessageContaining("dimension must be 0");
    }

    private static final int MANY = 40_000;
    private static final int WIDE = 5;

    @ParameterizedTest
    @EnumSource(names = {"SIGN", "STRIPE"})
    void gaussianPointsHaveTheMomentsOfTheirLaw(DataSource source) {
        Points points = DataLibrary.standard()
                .split(source, PARITY, MANY, 0, TestDraw.SHARED, WIDE, Streams.of(17))
                .train();
        double plus = 0;
        for (int a = 0; a < WIDE; a++) {
            double sum = 0;
            for (int i = 0; i < MANY; i++) {
                sum += points.x(i, a);
            }
            assertThat(sum / MANY)
                    .as(FIVE_SIGMA + "; catches a mean of 0.05")
                    .isCloseTo(0, within(5 / Math.sqrt(MANY)));
            for (int b = 0; b <= a; b++) {
                double product = 0;
                for (int i = 0; i < MANY; i++) {
                    product += (double) points.x(i, a) * points.x(i, b);
                }
                assertThat(product / MANY)
                        .as(FIVE_SIGMA + "; catches a variance of 1.08 and a correlation of 0.05")
                        .isCloseTo(a == b ? 1 : 0, within(5 * Math.sqrt((a == b ? 2.0 : 1.0) / MANY)));
            }
        }
        for (int i = 0; i < MANY; i++) {
            double x1 = points.x(i, 0);
            boolean inside = x1 > -0.3 && x1 < 1.18549;
            boolean positive = source == DataSource.SIGN ? x1 >= 0 : !inside;
            assertThat(points.label(i)).isEqualTo(positive ? 1 : -1);
            plus += positive ? 1 : 0;
        }
        assertThat(plus / MANY)
                .as(FIVE_SIGMA + "; catches a class of weight 0.53")
                .isCloseTo(0.5, within(2.5 / Math.sqrt(MANY)));
    }

    @Test
    void theStripeHoldsHalfOfThePoints() {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        assertThat(normal.cumulativeProbability(GaussianPoints.STRIPE_RIGHT)
                        - normal.cumulativeProbability(GaussianPoints.STRIPE_LEFT))
                .isCloseTo(0.5, within(1e-5));
    }

    @Test
    void classesMayChangeSigns() {
        Points plain = split(DataSource.SIGN, 100, 0, STREAMS).train();
        Points turned = DataLibrary.standard()
                .split(DataSource.SIGN, new Task.LabelSets("1", "0"), 100, 0, TestDraw.SHARED, 10, STREAMS)
                .train();
        assertThat(turned.x()).isEqualTo(plain.x());
        for (int i = 0; i < 100; i++) {
            assertThat(turned.label(i)).isEqualTo(-plain.label(i));
        }
    }
}
