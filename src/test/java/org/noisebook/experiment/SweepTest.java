package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
    private static final ToyStudy STUDY = ToyStudy.plain();

    private static Sweep<ToyStudy.Config, ToyStudy.Result> grid(int replicas, String... axes) {
        return Sweep.grid(STUDY, STUDY.defaults(), replicas, axes);
    }

    @Test
    void aGridHasTheLastAxisFastest() {
        Sweep<ToyStudy.Config, ToyStudy.Result> sweep = grid(4, "scale=1,2^-1", "size=5,6,7");
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
    void nothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sweep.of(STUDY, List.of(), 3))
                .withMessageContaining("cells of a sweep of toy must be ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sweep.Cell<ToyStudy.Config>(null, 1))
                .withMessage("config must be a record, got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sweep.grid(STUDY, null, 1))
                .withMessage("config must be a record, got null");
    }

    @Test
    void aGridWithoutAxesIsOneCell() {
        assertThat(grid(1).cells()).containsExactly(new Sweep.Cell<>(STUDY.defaults(), 1));
    }

    @Test
    void wrongAxesAreNamed() {
        refused("size=", "size must have at least one value, got none");
        refused("size", "values are set as name=value,value,…, got 'size'");
        refused("=1", "values are set as name=value,value,…, got '=1'");
        refused("length=1", "unknown field 'length'; fields: size, scale");
        refused("size=1,-1", "size must be in [0, 1000], got -1");
        refused("size=many", "size must be a number, got 'many'");
    }

    @Test
    void aValueIsThereOnce() {
        refused("size=5,6,5", "size has the value 5 twice: leave one out");
        refused("scale=1,1.0", "scale=1 and scale=1.0 are the same: leave one out");
        refused("scale=2^-1,1,0.5", "scale=2^-1 and scale=0.5 are the same: leave one out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> networks("network=fullyConnected(depth=5),fullyConnected", "network.width=1,2"))
                .withMessage("network=fullyConnected(depth=5) and network=fullyConnected are the same: leave one out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> networks("network=fullyConnected(depth=2, width=3, depth=4)"))
                .withMessage("network.depth is set twice");
    }

    /** 10^24 cells are counted, not made. */
    @Test
    void aGridIsCountedBeforeItIsMade() {
        String values = "="
                + String.join(
                        ",", IntStream.range(0, 1000).mapToObj(String::valueOf).toList());
        String[] axes = IntStream.range(0, 8).mapToObj(k -> "a" + k + values).toArray(String[]::new);
        assertThat(Sweep.gridRuns(7, axes)).isEqualTo(7e24);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid(1, axes))
                .withMessage("a grid must have fewer than 2^31 cells, got 1e24");
    }

    @Test
    void aFieldIsSetOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid(1, "size=1", "size=2"))
                .withMessage("size is set twice");
    }

    private static List<ToyNested.Network> networks(String... axes) {
        ToyNested study = new ToyNested();
        return Sweep.grid(study, study.defaults(), 1, axes).cells().stream()
                .map(cell -> cell.config().network())
                .toList();
    }

    private static ToyNested.Network network(int depth, int width) {
        return new ToyNested.FullyConnected(depth, width, ToyNested.Activation.GELU);
    }

    @Test
    void partsAreAxes() {
        assertThat(networks("network.depth=1,2", "network.width=32,64"))
                .containsExactly(network(1, 32), network(1, 64), network(2, 32), network(2, 64));
        assertThat(networks("network=fullyConnected(width=32),fullyConnected(width=64)", "network.depth=1,2"))
                .containsExactly(network(1, 32), network(2, 32), network(1, 64), network(2, 64));
    }

    @Test
    void aFieldIsNotSetAfterItsPart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> networks("network.depth=1,2", "network=fullyConnected(width=32)"))
                .withMessage("network must be set before network.depth");
    }

    private static void refused(String axis, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> grid(1, axis)).withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MAX_VALUE})
    void absurdReplicasAreRefused(int replicas) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid(replicas))
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
