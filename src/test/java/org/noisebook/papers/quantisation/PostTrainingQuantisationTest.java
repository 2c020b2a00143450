package org.noisebook.papers.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.quantisation.PostTrainingQuantisation.Calibration;
import org.noisebook.papers.quantisation.PostTrainingQuantisation.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PostTrainingQuantisationTest {
    private static final String SMALL = "steps=4, particles=65, paths=16, updates=50";

    private static Result run(String changes) {
        return new PostTrainingQuantisation().run(SMALL + (changes.isEmpty() ? "" : ", " + changes), 3);
    }

    @Test
    void roundingIsToTheNearestLevel() {
        double[] values = {0.24, -0.26, 0.9, -7, 0};
        PostTrainingQuantisation.round(values, 1.5, 3); // levels −1.5, −1, …, 1.5
        assertThat(values).containsExactly(0, -0.5, 1, -1.5, 0);
        double[] nothing = {0, 0};
        PostTrainingQuantisation.round(nothing, 0, 8);
        assertThat(nothing).containsOnly(0);
    }

    /** One far value among many: its clip costs less than the coarse step that covers it. */
    @Test
    void leastSquaresClipsALoneValue() {
        double[] values = IntStream.rangeClosed(0, 1000)
                .mapToDouble(k -> k < 1000 ? (k % 100) / 100.0 : 3)
                .toArray();
        assertThat(PostTrainingQuantisation.leastSquares(values, 4)).isBetween(0.9, 2.0);
        assertThat(PostTrainingQuantisation.leastSquares(values, 16)).isCloseTo(3, within(0.04));
    }

    @Test
    void timesFollowTheirLaws() {
        Stream stream = Streams.of(1).at("steps");
        int[] skewed = IntStream.range(0, 4000)
                .map(k -> Calibration.SKEWED.step(20, stream))
                .toArray();
        assertThat(IntStream.of(skewed)).allMatch(step -> step >= 0 && step <= 20);
        assertThat(IntStream.of(skewed).average().orElseThrow()).isBetween(10.2, 12.0); // uniform: 10
        assertThat(Calibration.NOISE.step(20, stream)).isZero();
        assertThat(Calibration.CLEAN.step(20, stream)).isEqualTo(20);
    }

    /** What is left with many bits is the clipping of inputs that calibration did not see. */
    @Test
    void differencesVanishWithTheStep() {
        Result fine = run("bits=20");
        assertThat(fine.moved()).isLessThan(0.02);
        assertThat(run("bits=4").moved()).isGreaterThan(10 * fine.moved());
        assertThat(run("bits=20, calibration=pictures").moved()).isGreaterThan(10 * fine.moved());
        assertThat(run("bits=4").unrounded()).isEqualTo(fine.unrounded());
    }

    @Test
    void rangesCoverEveryTime() {
        Result result = run("");
        assertThat(result.ranges().size()).isEqualTo(3 * 5);
        assertThat(result.ranges().get(0)).isBetween(2.5, 6.0); // the largest of 64 · 16 Gaussians
        assertThat(result.rangeRatio()).isPositive();
    }
}
