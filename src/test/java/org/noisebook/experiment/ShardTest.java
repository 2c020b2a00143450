package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
    private static final int[] SIZES = {9, 1, 5, 7, 3, 8, 100, 2, 6};

    @TempDir
    private Path folder;

    /** What a shard of the sweep executes, as size and replica. */
    private Set<String> computed(Path cacheFolder, Optional<Shard> shard, int... sizes) {
        Set<String> executed = Collections.synchronizedSet(new HashSet<>());
        ToyStudy study =
                ToyStudy.doing((config, streams) -> assertThat(executed.add(config.size() + "/" + streams.replica()))
                        .isTrue());
        try (Cache cache = Cache.shared(cacheFolder, message -> {
            throw new IllegalStateException(message);
        })) {
            Experiment experiment = new Experiment(1, cache, new LocalRunner(2, Optional.empty()), Progress.SILENT);
            try {
                shard.map(experiment::withShard).orElse(experiment).run(Sweep.of(study, ToyStudy.sizes(sizes), 3));
            } catch (Shard.Pending pending) {
                assertThat(shard).isPresent();
                assertThat(pending).hasMessage("runs of toy in other shards are missing");
            }
        }
        return executed;
    }

    @Test
    void sharesDoNotOverlapAndAreTheWhole() {
        List<String> all = new ArrayList<>();
        for (int index : new int[] {4, 2, 1, 3}) {
            all.addAll(computed(folder, Optional.of(new Shard(index, 4)), SIZES));
        }
        assertThat(all).hasSize(3 * SIZES.length).doesNotHaveDuplicates();
        assertThat(computed(folder, Optional.empty(), SIZES))
                .as("all are there")
                .isEmpty();
    }

    /** Whatever is in the cache when it starts, a shard is the same set. */
    @Test
    void aShardThatStartsLaterComputesTheSame() {
        Shard second = new Shard(2, 4);
        Set<String> first = computed(folder.resolve("fresh"), Optional.of(second), SIZES);
        computed(folder.resolve("used"), Optional.of(new Shard(1, 4)), SIZES);
        assertThat(computed(folder.resolve("used"), Optional.of(second), SIZES))
                .isEqualTo(first)
                .isNotEmpty();
        assertThat(computed(folder.resolve("used"), Optional.of(second), SIZES))
                .as("again")
                .isEmpty();
    }

    @Test
    void noShardComputesNothing() {
        assertThat(computed(folder, Optional.of(Shard.NONE), SIZES)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theLastShardHasTheResults() {
        computed(folder, Optional.of(new Shard(1, 2)), SIZES);
        try (Cache cache = Cache.in(folder, message -> {})) {
            Experiment last = new Experiment(1, cache, LocalRunner.standard(), Progress.SILENT);
            Sweep<ToyStudy.Config, ToyStudy.Result> sweep = Sweep.of(ToyStudy.plain(), ToyStudy.sizes(SIZES), 3);
            assertThat(last.withShard(new Shard(2, 2)).run(sweep).frame().csv())
                    .isEqualTo(new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT)
                            .run(sweep)
                            .frame()
                            .csv());
        }
    }

    @Test
    void aDealIsLongestFirstAndOfTheKeysAlone() {
        Map<String, Double> work = new LinkedHashMap<>();
        IntStream.range(0, 200).forEach(k -> work.put("key" + k * 7919 % 1000, (double) (1 << k % 11)));
        List<String> keys = new ArrayList<>(work.keySet());
        Collections.reverse(keys);
        Map<String, Double> reversed = new LinkedHashMap<>();
        keys.forEach(key -> reversed.put(key, work.get(key)));
        Map<String, Integer> dealt = Shard.deal(work, 7);
        assertThat(Shard.deal(reversed, 7)).isEqualTo(dealt);
        double[] loads = new double[7];
        work.forEach((key, one) -> loads[dealt.get(key) - 1] += one);
        double mean = work.values().stream().mapToDouble(Double::doubleValue).sum() / 7;
        assertThat(loads).as("longest first levels to the shortest run").hasSize(7);
        for (double load : loads) {
            assertThat(load).isCloseTo(mean, within(1.0));
        }
    }

    @Test
    void oneRunDoesNotAlwaysGoToTheFirstShard() {
        assertThat(IntStream.range(0, 100)
                        .mapToObj(k -> Shard.deal(Map.of("key" + k, 1.0), 4).get("key" + k)))
                .contains(1, 2, 3, 4);
    }

    /** Graham's example of 1969: longest first on 2 machines ends at 7, the best at 6. */
    @Test
    void listSchedulingOfAKnownExample() {
        double[] costs = {3, 3, 2, 2, 2};
        assertThat(Shard.loads(costs, Shard.schedule(costs, 2), 2)).containsExactly(7, 5);
    }

    @Test
    void textsOfShards() {
        assertThat(Shard.parse("3/64")).isEqualTo(new Shard(3, 64));
        assertThat(Shard.parse("3/64").text()).isEqualTo("3/64");
        assertThat(Shard.parse("1/1")).isEqualTo(new Shard(1, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5/4", "0/4", "1/0", "0/0", "1/2000000"})
    void anIndexOutOfItsRange(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shard.parse(text))
                .withMessage("a shard's index must be in [1, count] and its count in [1, 1000000], got '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3/", "/4", "3-4", "-1/4", "1.5/4", "99999999/99999999", " 1/4"})
    void noShard(String text) {
        assertThatThrownBy(() -> Shard.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a shard is INDEX/COUNT such as 3/64, got '" + text + "'");
    }
}
