package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.rng.Streams;

class PlanTest {
    @TempDir
    private Path folder;

    private Cache open() {
        return Cache.in(folder, message -> {});
    }

    private static Sweep<ToyStudy.Config, ToyStudy.Result> sweep(int replicas, int... sizes) {
        return Sweep.of(ToyStudy.plain(), ToyStudy.sizes(sizes), replicas);
    }

    private static Plan plan(Cache cache, Sweep<?, ?>... sweeps) {
        return new Experiment(1, cache, LocalRunner.standard(), Progress.SILENT).plan(List.of(sweeps), 1);
    }

    /** A run that took so many seconds. */
    private static void measured(Cache cache, int size, int replica, double seconds) throws IOException {
        Run<ToyStudy.Config, ToyStudy.Result> run =
                new Run<>(ToyStudy.plain(), ToyStudy.config(size), Streams.of(1).withReplica(replica));
        String text = new Json()
                .put("config", Schema.of(run.config()).format(run.config()))
                .put("engine", "exact")
                .put("wallSeconds", seconds)
                .text();
        cache.store(run, run.key(), run.execute(), text);
    }

    @Test
    void countsEveryRunOnce() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 10, 0, 1);
            Plan plan = plan(cache, sweep(4, 10, 20), sweep(2, 20, 30));
            assertThat(plan.runs()).isEqualTo(10);
            assertThat(plan.missing()).isEqualTo(9);
        }
    }

    /** 2 s a unit of work by the same cells, whatever others took. */
    @Test
    void measuredRunsOfTheSameCellsGiveTheRate() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 10, 0, 15);
            measured(cache, 10, 1, 25);
            measured(cache, 50, 0, 1);
            Plan plan = plan(cache, sweep(4, 10));
            assertThat(plan.seconds()).isCloseTo(40, within(1e-9));
            assertThat(plan.text("toy"))
                    .startsWith("toy: 4 runs, 2 in the cache, 2 missing\n"
                            + "expected 40.0 s CPU, toy by 2 measured runs of these cells\n")
                    .endsWith("shards: none are needed for less than an hour and a half\n");
        }
    }

    @Test
    void elseThoseOfOtherCells() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 50, 0, 100);
            assertThat(plan(cache, sweep(4, 10)).seconds()).isCloseTo(80, within(1e-9));
            assertThat(plan(cache, sweep(4, 10)).text("toy")).contains("toy by 1 measured runs of other cells");
        }
    }

    @Test
    void elseNothingIsGuessed() {
        assertThat(plan(Cache.inMemory(), sweep(4, 10)).text("toy"))
                .isEqualTo(
                        "toy: 4 runs, 0 in the cache, 4 missing\n"
                                + "cost unknown: no run of toy has been measured; run one cell first\nshards: up to --shard 1/4\n");
    }

    /** Counts how often it is timed. */
    private record Timed(AtomicInteger timings) implements Study<ToyStudy.Config, ToyStudy.Result> {
        @Override
        public String id() {
            return "toy";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<String> streamNames() {
            return Set.of();
        }

        @Override
        public ToyStudy.Result run(ToyStudy.Config config, Streams streams) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double seconds(ToyStudy.Config config, Streams streams) {
            return 6 + timings.incrementAndGet();
        }
    }

    /** A shard only counts and must not wait for a timing. */
    @Test
    void timesOnceAndOnlyForCosts() {
        AtomicInteger timings = new AtomicInteger();
        Plan plan = plan(Cache.inMemory(), Sweep.of(new Timed(timings), ToyStudy.sizes(10), 4));
        assertThat(plan.runs() + plan.missing() + plan.runsOf(new Shard(1, 1))).isEqualTo(12);
        assertThat(timings).hasValue(0);
        assertThat(plan.seconds()).isCloseTo(28, within(1e-9));
        assertThat(plan.simulate(2).makespan()).isCloseTo(14, within(1e-9));
        assertThat(timings).hasValue(1);
    }

    @Test
    void shardsOfAnHour() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 1, 0, 3600);
            Plan plan = plan(cache, sweep(6, 2));
            assertThat(plan.text("toy"))
                    .contains("expected 12.0 h CPU")
                    .contains("    1 core:  12.0 h, efficiency 1.00\n")
                    .endsWith("shards: --shard 1/6 to --shard 6/6, the largest 2.0 h\n");
            assertThat(plan.runsOf(new Shard(1, 4))
                            + plan.runsOf(new Shard(2, 4))
                            + plan.runsOf(new Shard(3, 4))
                            + plan.runsOf(new Shard(4, 4)))
                    .isEqualTo(6);
        }
    }

    /** 100 equal runs of 10 s on 16 cores end after 7 rounds. */
    @Test
    void equalRunsAreSimulatedExactly() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 10, 200, 10);
            Plan.Schedule schedule = plan(cache, sweep(100, 10)).simulate(16);
            assertThat(schedule.makespan()).isCloseTo(70, within(1e-9));
            assertThat(schedule.tail()).isCloseTo(10, within(1e-9));
            assertThat(schedule.efficiency()).isCloseTo(100.0 / (7 * 16), within(1e-9));
        }
    }

    /** Costs of measured spread: the mean stays, and the longest run is a bound. */
    @Test
    void spreadIsThatOfMeasuredRuns() throws IOException {
        try (Cache cache = open()) {
            measured(cache, 50, 0, 1);
            measured(cache, 50, 1, 99);
            Plan plan = plan(cache, sweep(100, 50));
            // The ratios are 0.02 and 1.98 of the mean of 50 s.
            Plan.Schedule one = plan.simulate(1);
            assertThat(one.makespan())
                    .as("98 of 1 or 99 s: 49 or so of each, 5 standard deviations are 2 425 s")
                    .isCloseTo(4900, within(2425.0));
            assertThat(one.efficiency()).isEqualTo(1);
            assertThat(plan.simulate(90).makespan()).isGreaterThanOrEqualTo(99);
            assertThat(plan.simulate(90)).isEqualTo(plan.simulate(90));
        }
    }
}
