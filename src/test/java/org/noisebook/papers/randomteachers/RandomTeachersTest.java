package org.noisebook.papers.randomteachers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.randomteachers.RandomTeachers.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The exact null, the probes by hand, and what distillation must do. */
class RandomTeachersTest {
    private static final String SMALL = "trainSize=200, testSize=100, wide=40, narrow=20, scores=10, steps=100";

    private static Result run(String changes) {
        RandomTeachers study = new RandomTeachers();
        return study.run(study.config(SMALL, changes), Streams.of(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inputs=images", "inputs=gaussian", "temperature=0.2, teacherTemperature=0.2"})
    void aStudentThatEqualsItsTeacherStays(String changes) {
        Result same = run("fresh=0, " + changes);
        assertThat(same.gradient()).isZero();
        assertThat(same.moved()).isZero();
        assertThat(same.neighboursAfter()).isEqualTo(same.neighboursBefore());
        assertThat(same.linearAfter()).isEqualTo(same.linearBefore());
        assertThat(run("fresh=0, temperature=1, teacherTemperature=0.1").gradient())
                .isGreaterThan(0.01);
    }

    /** Training brings the scores nearer; runs of a seed share images, teacher and student, whatever they learn on. */
    @Test
    void distillationBringsTheScoresNearer() {
        Result images = run("learningRate=0.3");
        Result noise = run("learningRate=0.3, inputs=gaussian");
        assertThat(images.distance()).isLessThan(0.7);
        assertThat(run("learningRate=0.3, fresh=1").distance()).isLessThan(1);
        assertThat(noise.neighboursBefore()).isEqualTo(images.neighboursBefore());
        assertThat(noise.linearBefore()).isEqualTo(images.linearBefore());
        assertThat(noise.rawNeighbours()).isEqualTo(images.rawNeighbours()).isGreaterThan(0.8);
        assertThat(noise.moved()).isNotEqualTo(images.moved());
        assertThat(run("learningRate=1e-3, steps=1").moved())
                .isCloseTo(2 * run("learningRate=5e-4, steps=1").moved(), within(1e-6));
    }

    /** By hand: the nearest three of 0.4 are 0, 1 and 1.5, of 2.6 they are 3, 2 and 1.5; labels 0, 1, 1, 0, 2. */
    @Test
    void neighboursVote() {
        double[][] known = {{0}, {1}, {1.5}, {2}, {3}};
        int[] labels = {0, 1, 1, 0, 2};
        double[][] asked = {{0.4}, {2.6}};
        assertThat(RandomTeachers.neighbours(known, labels, asked, new int[] {1, 0}, 3, 3))
                .isEqualTo(1);
        assertThat(RandomTeachers.neighbours(known, labels, asked, new int[] {0, 2}, 1, 3))
                .isEqualTo(1);
        assertThat(RandomTeachers.neighbours(known, labels, asked, new int[] {0, 0}, 1, 3))
                .isEqualTo(0.5);
    }

    /** Three clusters on a line through 0 in two dimensions need the bias and are then told apart. */
    @Test
    void theLinearProbeSeparatesClusters() {
        Stream stream = Streams.of(5).at("points");
        double[][] x = new double[90][2];
        int[] labels = new int[90];
        double[][] centres = {{0, 3}, {3, 0}, {-3, -3}};
        for (int i = 0; i < x.length; i++) {
            labels[i] = i % 3;
            double[] centre = centres[labels[i]];
            Arrays.setAll(x[i], j -> centre[j] + 0.3 * stream.nextGaussian());
        }
        assertThat(RandomTeachers.linear(x, labels, x, labels, 1e-6, 3)).isEqualTo(1);
        int[] wrong = Arrays.stream(labels).map(label -> (label + 1) % 3).toArray();
        assertThat(RandomTeachers.linear(x, labels, x, wrong, 1e-6, 3)).isZero();
    }

    @Test
    void aDivergedRunSaysSo() {
        Result one = new RandomTeachers().run("trainSize=500, testSize=200, learningRate=1000", 1);
        assertThat(one.ends().diverged()).isEqualTo(1);
    }

    @Test
    void badInputIsNamed() {
        assertThatThrownBy(() -> new RandomTeachers().config("fresh=1.5"))
                .hasMessageContaining("fresh must be in [0, 1], got 1.5");
        assertThatThrownBy(() -> run("trainSize=1500, testSize=1000")).hasMessageContaining("1797");
    }
}
