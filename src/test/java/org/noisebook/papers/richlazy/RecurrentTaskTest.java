package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.model.RecurrentNetwork.LossSteps;
import org.noisebook.model.Trials;
import org.noisebook.rng.Streams;

class RecurrentTaskTest {
    private static final int MANY = 40_000;
    /** Two-sided. */
    private static final double FOUR_SIGMA = 4;

    private static final RecurrentTask.ImageRows DIGITS = new RecurrentTask.ImageRows(DataSource.DIGITS, 100);

    static Stream<RecurrentTask> tasks() {
        return Stream.of(
                new RecurrentTask.TwoAlternativeChoice(7, 0.1),
                new RecurrentTask.DelayedMatch(5, 0.1),
                new RecurrentTask.ContextDecision(2, 5, 0.1),
                DIGITS);
    }

    private static Trials training(RecurrentTask task, int count, Streams streams) {
        Trials trials = Trials.of(count, task.steps(), task.inputs());
        task.open(10, streams).training().fill(trials);
        return trials;
    }

    private static Trials testing(RecurrentTask task, int count, Streams streams) {
        Trials trials = Trials.of(count, task.steps(), task.inputs());
        task.open(count, streams).testing().fill(trials);
        return trials;
    }

    private static double[] content(Trials trials) {
        return IntStream.range(0, trials.count() * trials.steps() * (trials.inputs() + 1))
                .mapToDouble(k -> {
                    int channel = k % (trials.inputs() + 1);
                    int row = k / (trials.inputs() + 1);
                    int trial = row / trials.steps();
                    int step = row % trials.steps();
                    return channel == 0 ? trials.label(trial, step) : trials.input(trial, step, channel - 1);
                })
                .toArray();
    }

    private static double mean(int count, ToDoubleFunction<Integer> value) {
        return IntStream.range(0, count).mapToDouble(value::applyAsDouble).sum() / count;
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void testTrialsAreAllReplicasAndTrainingTrialsAreNot(RecurrentTask task) {
        Streams streams = Streams.of(1);
        Streams other = streams.withReplica(3);

        assertThat(content(testing(task, 20, other))).isEqualTo(content(testing(task, 20, streams)));
        assertThat(content(testing(task, 20, Streams.of(2)))).isNotEqualTo(content(testing(task, 20, streams)));
        assertThat(content(testing(task, 20, streams).first(7))).isEqualTo(content(testing(task, 7, streams)));
        assertThat(content(training(task, 20, streams))).isEqualTo(content(training(task, 20, streams)));
        assertThat(content(training(task, 20, other))).isNotEqualTo(content(training(task, 20, streams)));
        assertThat(content(training(task, 20, other.withFixed(Set.of("data", "order")))))
                .isEqualTo(content(training(task, 20, streams)));
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void aSourceGoesOnAndOverwritesEverything(RecurrentTask task) {
        RecurrentTask.Sources sources = task.open(30, Streams.of(1));
        Trials trials = Trials.of(10, task.steps(), task.inputs());
        for (int step = 0; step < task.steps(); step++) {
            for (int channel = 0; channel < task.inputs(); channel++) {
                trials.putInput(4, step, channel, 99);
            }
            trials.putLabel(4, step, 99);
        }
        sources.testing().fill(trials);
        assertThat(content(trials)).doesNotContain(99);
        double[] first = content(trials);
        sources.testing().fill(trials);
        assertThat(content(trials)).isNotEqualTo(first);
        sources.training().fill(trials);
        double[] training = content(trials);
        sources.training().fill(trials);
        assertThat(content(trials)).isNotEqualTo(training);
    }

    @Test
    void fixationAndLabelsFollowTheTimings() {
        for (RecurrentTask task : tasks().limit(3).toList()) {
            assertThat(task.steps()).isEqualTo(8);
            assertThat(task.classes()).isEqualTo(3);
            assertThat(task.lossSteps()).isEqualTo(LossSteps.EVERY);
            Trials trials = training(task, 50, Streams.of(1));
            for (int i = 0; i < 50; i++) {
                for (int step = 0; step < 7; step++) {
                    assertThat(trials.input(i, step, 0)).isEqualTo(1);
                    assertThat(trials.label(i, step)).isZero();
                }
                assertThat(trials.input(i, 7, 0)).isZero();
                assertThat(trials.input(i, 7, 1)).isZero();
                assertThat(trials.label(i, 7)).isBetween(1, 2);
            }
        }
    }

    /** Without noise the signals are the formula's. */
    @Test
    void signalsWithoutNoiseFollowTheFormula() {
        Trials choice = training(new RecurrentTask.TwoAlternativeChoice(7, 0), 200, Streams.of(1));
        Set<Long> coherences = new java.util.TreeSet<>();
        for (int i = 0; i < 200; i++) {
            double half = choice.input(i, 0, 1) - 0.5;
            coherences.add(Math.round(Math.abs(half) * 2000));
            assertThat(choice.input(i, 6, 2)).isCloseTo(0.5 - half, within(1e-15));
            if (half != 0) {
                assertThat(choice.label(i, 7)).isEqualTo(half > 0 ? 1 : 2);
            }
        }
        assertThat(coherences).containsExactly(0L, 64L, 128L, 256L, 512L);

        Trials match = training(new RecurrentTask.DelayedMatch(5, 0), 100, Streams.of(1));
        for (int i = 0; i < 100; i++) {
            double sample = match.input(i, 0, 1);
            assertThat(sample).isIn(0.0, 1.0);
            assertThat(match.input(i, 0, 2)).isEqualTo(1 - sample);
            assertThat(match.input(i, 3, 1)).isZero();
            assertThat(match.label(i, 7)).isEqualTo(match.input(i, 6, 1) == sample ? 1 : 2);
        }

        Trials context = training(new RecurrentTask.ContextDecision(2, 5, 0), 100, Streams.of(1));
        int differ = 0;
        for (int i = 0; i < 100; i++) {
            int cue = context.input(i, 0, 5) == 1 ? 0 : 1;
            assertThat(context.input(i, 7, 5 + cue)).isEqualTo(1);
            assertThat(context.input(i, 7, 6 - cue)).isZero();
            assertThat(context.label(i, 7)).isEqualTo(context.input(i, 1, 1 + 2 * cue) > 0.5 ? 1 : 2);
            assertThat(context.input(i, 2, 1 + 2 * cue)).isZero();
            boolean otherSays = context.input(i, 1, 3 - 2 * cue) > 0.5;
            differ += otherSays == (context.label(i, 7) == 1) ? 0 : 1;
        }
        assertThat(differ).as("trials where the other stimulus misleads").isBetween(30, 70);
    }

    /** 0.8752: mean over coherences of Φ(c/100 √7/(0.1 √2)), by a table of Φ. */
    @Test
    void ceilingsFollowTheIdealObserver() {
        assertThat(new RecurrentTask.TwoAlternativeChoice(7, 0.1).ceiling()).isCloseTo(0.8752, within(5e-5));
        assertThat(new RecurrentTask.ContextDecision(2, 5, 0.1).ceiling())
                .isCloseTo((0.691462 + 0.933193 + 1) / 3, within(1e-6));
        assertThat(new RecurrentTask.DelayedMatch(5, 0.1).ceiling()).isCloseTo(1, within(1e-11));
        assertThat(new RecurrentTask.TwoAlternativeChoice(7, 0).ceiling()).isEqualTo(0.9);
        assertThat(new RecurrentTask.TwoAlternativeChoice(1, 1000).ceiling()).isCloseTo(0.5, within(1e-3));
        assertThat(DIGITS.ceiling()).isEqualTo(1);
    }

    /** Who adds up the evidence on drawn trials is right as often as the formula says, whatever the noise. */
    @Test
    @Tag("statistical")
    void theIdealObserverReachesTheCeiling() {
        for (double noise : new double[] {0.1, 0.3}) {
            for (RecurrentTask task : new RecurrentTask[] {
                new RecurrentTask.TwoAlternativeChoice(7, noise), new RecurrentTask.ContextDecision(2, 5, noise)
            }) {
                Trials trials = training(task, MANY, Streams.of(1));
                double right = mean(MANY, i -> {
                    boolean second = task.inputs() == 7 && trials.input(i, 0, 6) == 1;
                    double evidence = 0;
                    for (int step = 0; step < 7; step++) {
                        int channel = second ? 3 : 1;
                        evidence += trials.input(i, step, channel) - trials.input(i, step, channel + 1);
                    }
                    return evidence > 0 == (trials.label(i, 7) == 1) ? 1 : 0;
                });
                double error = Math.sqrt(task.ceiling() * (1 - task.ceiling()) / MANY);
                assertThat(right)
                        .as(
                                "%s: four standard errors, false alarm 6e-5 a number; a step too few would lie five to nine"
                                        + " errors off",
                                task)
                        .isCloseTo(task.ceiling(), within(FOUR_SIGMA * error));
            }
        }
    }

    @Test
    void imagesAreReadRowByRow() {
        assertThat(DIGITS.steps()).isEqualTo(8);
        assertThat(DIGITS.inputs()).isEqualTo(8);
        assertThat(DIGITS.classes()).isEqualTo(10);
        assertThat(DIGITS.lossSteps()).isEqualTo(LossSteps.LAST);
        RecurrentTask.ImageRows fashion = new RecurrentTask.ImageRows(DataSource.FASHION_TEST, 9000);
        assertThat(fashion.steps() * fashion.inputs()).isEqualTo(784);
        RecurrentTask.ImageRows colours = new RecurrentTask.ImageRows(DataSource.CIFAR10, 9);
        assertThat(colours.steps()).isEqualTo(96);
        ClassSplit split = ClassSplit.of(DataSource.DIGITS, 100, 20, Streams.of(1));
        Trials trials = testing(DIGITS, 20, Streams.of(1));
        for (int i = 0; i < 20; i++) {
            assertThat(trials.label(i, 7)).isEqualTo(split.test().label(i));
            for (int k = 0; k < 64; k++) {
                assertThat(trials.input(i, k / 8, k % 8)).isEqualTo(split.test().x(i, k));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "twoAlternativeChoice(stimulusSteps=0) | stimulusSteps must be in [1, 1000], got 0",
                "delayedMatch(noise=-1) | noise must be in [0, 1000], got -1",
                "imageRows(dataset=sign) | dataset must hold images, got sign",
                "imageRows(trainSize=1798) | trainSize must be in [1, 1797], got 1798"
            })
    void refusesWhatMakesNoTask(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(new Recurrent().defaults(), "task=" + text))
                .withMessage(message);
    }
}
