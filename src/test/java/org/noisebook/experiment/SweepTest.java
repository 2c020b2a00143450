package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
    private static final ToyStudy STUDY = ToyStudy.plain();

    private static Sweep<ToyStudy.Config, ToyStudy.Result> grid(Map<String, List<String>> axes, int replicas) {
        return Sweep.grid(STUDY, STUDY.defaults(), axes, replicas);
    }

    @Test
    void aGridHasTheLastAxisFastest() {
        Map<String, List<String>> axes = new LinkedHashMap<>();
        axes.put("scale", List.of("1", "2^-1"));
        axes.put("size", List.of("5", "6", "7"));
        Sweep<ToyStudy.Config, ToyStudy.Result> sweep = grid(axes, 4);
        assertThat(sweep.cells().stream().map(Sweep.Cell::config))
                .containsExactly(
                        new ToyStudy.Config(5, 1),
                        new ToyStudy.Config(6, 1),
                        new ToyStudy.Config(7, 1),
                        new ToyStudy.Config(5, 0.5),
                        new ToyStudy.Config(6, 0.5),
                        new ToyStudy.Config(7, 0.5));
        assertThat(sweep.runs()).isEqualTo(24);
    }

    @Test
    void aGridWithoutAxesIsOneCell() {
        assertThat(grid(Map.of(), 1).cells()).containsExactly(new Sweep.Cell<>(STUDY.defaults(), 1));
    }

    @Test
    void wrongAxesAreNamed() {
        refused(Map.of("size", List.of()), "size must have at least one value, got none");
        refused(Map.of("length", List.of("1")), "unknown field 'length'; fields: size, scale");
        refused(Map.of("size", List.of("1", "-1")), "size must be in [0, 1000], got -1");
        refused(Map.of("size", List.of("many")), "size must be a number, got 'many'");
    }

    private static void refused(Map<String, List<String>> axes, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> grid(axes, 1)).withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MAX_VALUE})
    void absurdReplicasAreRefused(int replicas) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid(Map.of(), replicas))
                .withMessage("replicas must be in [1, 1000000], got " + replicas);
    }

    @Test
    void sweepsAddUp() {
        Sweep<ToyStudy.Config, ToyStudy.Result> one = Sweep.of(STUDY, ToyStudy.sizes(1, 2), 3);
        Sweep<ToyStudy.Config, ToyStudy.Result> both = one.and(Sweep.of(STUDY, ToyStudy.sizes(4), 2));
        assertThat(both.cells())
                .containsExactly(
                        new Sweep.Cell<>(ToyStudy.config(1), 3),
                        new Sweep.Cell<>(ToyStudy.config(2), 3),
                        new Sweep.Cell<>(ToyStudy.config(4), 2));
        assertThat(both.runs()).isEqualTo(8);
        assertThat(one.runs()).isEqualTo(6);
    }

    @Test
    void sweepsWithOtherPinnedStreamsDoNotAddUp() {
        Sweep<ToyStudy.Config, ToyStudy.Result> one = Sweep.of(STUDY, ToyStudy.sizes(1), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.and(one.withFixed(Set.of("data"))))
                .withMessage("sweeps must be of one study with the same fixed streams");
    }

    @Test
    void onlyStreamsOfTheStudyArePinned() {
        Sweep<ToyStudy.Config, ToyStudy.Result> one = Sweep.of(STUDY, ToyStudy.sizes(1), 1);
        assertThat(one.withFixed(Set.of("noise")).fixed()).containsExactly("noise");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.withFixed(Set.of("foo")))
                .withMessage("fixed streams of toy must be among data, noise, got 'foo'");
    }
}
