package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;

class RunTest {
    private static final Streams STREAMS = Streams.of(1);

    private static String key(ToyStudy study, ToyStudy.Config config, Streams streams) {
        return new Run<>(study, config, streams).key();
    }

    @Test
    void everythingThatDeterminesTheResultChangesTheKey() {
        ToyStudy study = ToyStudy.plain();
        ToyStudy.Config config = ToyStudy.config(3);
        List<String> keys = new ArrayList<>();
        keys.add(key(study, config, STREAMS));
        keys.add(key(study.withVersion(2), config, STREAMS));
        keys.add(key(study, ToyStudy.config(4), STREAMS));
        keys.add(key(study, new ToyStudy.Config(3, Math.nextUp(1.0)), STREAMS));
        keys.add(key(study, config, Streams.of(2)));
        keys.add(key(study, config, STREAMS.withReplica(1)));
        keys.add(key(study, config, STREAMS.withFixed(Set.of("data"))));
        keys.add(key(study, config, STREAMS.withFixed(Set.of("noise"))));
        keys.add(key(study, config, STREAMS.withFixed(Set.of("data", "noise"))));
        keys.add(key(study, config, STREAMS.withReplica("data", 0)));
        keys.add(key(study, config, STREAMS.withReplica("data", 1)));
        keys.add(key(study, config, STREAMS.withReplica("noise", 1)));
        keys.add(key(study.withInputs("aa"), config, STREAMS));
        keys.add(key(study.withInputs("aa", "bb"), config, STREAMS));
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.matches("[0-9a-f]{64}"));
    }

    @Test
    void nothingElseChangesTheKey() {
        String key = key(ToyStudy.plain(), ToyStudy.config(3), STREAMS);
        assertThat(key(ToyStudy.plain().withMemory(c -> 7), ToyStudy.config(3), Streams.of(1)))
                .isEqualTo(key);
        assertThat(key(ToyStudy.plain(), ToyStudy.config(3), STREAMS.withFixed(Set.of("noise", "data"))))
                .isEqualTo(key(ToyStudy.plain(), ToyStudy.config(3), STREAMS.withFixed(Set.of("data", "noise"))));
    }

    @Test
    void everyEngineClassHasItsOwnKey() {
        Run<ToyStudy.Config, ToyStudy.Result> run = new Run<>(ToyStudy.plain(), ToyStudy.config(3), STREAMS);
        assertThat(run.key("exact")).isEqualTo(run.key());
        assertThat(List.of(run.key(), run.key("nd4j-cpu"), run.key("nd4j-cuda")))
                .doesNotHaveDuplicates();
    }

    /** Pinned: if it moves, every stored result is lost. */
    @Test
    void theKeyIsPinned() {
        assertThat(key(ToyStudy.plain(), ToyStudy.config(3), STREAMS))
                .isEqualTo("3a99901dd37b6676909f9787c521d1b69ad1baf2250ac52b70d575f4c98b3d5f");
    }
}
