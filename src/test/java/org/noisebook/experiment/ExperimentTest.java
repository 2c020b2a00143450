package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.Frame;

class ExperimentTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private Cache open() {
        return Cache.in(folder, message -> {
            throw new IllegalStateException(message);
        });
    }

    private static Experiment experiment(Cache cache, int threads) {
        return new Experiment(1, cache, new LocalRunner(threads, Optional.empty()), Progress.SILENT);
    }

    private static Sweep<ToyStudy.Config, ToyStudy.Result> sweep(ToyStudy study, int replicas, int... sizes) {
        return Sweep.of(study, ToyStudy.sizes(sizes), replicas);
    }

    private Results<ToyStudy.Config, ToyStudy.Result> run(Sweep<ToyStudy.Config, ToyStudy.Result> sweep) {
        try (Cache cache = open()) {
            return experiment(cache, 2).run(sweep);
        }
    }

    @Test
    void aSecondCallComputesNothing() {
        ToyStudy study = ToyStudy.plain();
        String first = run(sweep(study, 3, 1, 2)).frame().csv();
        assertThat(study.executions()).isEqualTo(6);
        String second = run(sweep(study, 3, 1, 2)).frame().csv();
        assertThat(study.executions()).isEqualTo(6);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void extendingAGridComputesTheNewCellsOnly() {
        ToyStudy study = ToyStudy.plain();
        run(sweep(study, 3, 2, 3));
        run(sweep(study, 3, 1, 2, 3, 4));
        assertThat(study.executions()).isEqualTo(12);
    }

    @Test
    void moreReplicasComputeTheNewOnesOnly() {
        ToyStudy study = ToyStudy.plain();
        List<ToyStudy.Result> few = run(sweep(study, 3, 2)).of(ToyStudy.config(2));
        List<ToyStudy.Result> many = run(sweep(study, 5, 2)).of(ToyStudy.config(2));
        assertThat(study.executions()).isEqualTo(5);
        assertThat(many.subList(0, 3)).isEqualTo(few);
        run(sweep(study, 1, 2));
        assertThat(study.executions()).isEqualTo(5);
    }

    @Test
    void anotherSeedVersionOrPinIsComputedAfresh() {
        ToyStudy study = ToyStudy.plain();
        run(sweep(study, 2, 2));
        run(sweep(study, 2, 2).withFixed(Set.of("data")));
        assertThat(study.executions()).isEqualTo(4);
        try (Cache cache = open()) {
            new Experiment(2, cache, LocalRunner.standard(), Progress.SILENT).run(sweep(study, 2, 2));
        }
        assertThat(study.executions()).isEqualTo(6);
        ToyStudy next = study.withVersion(2);
        run(sweep(next, 2, 2));
        assertThat(next.executions()).isEqualTo(2);
    }

    @Test
    void replicasDifferAndPinnedOnesDoNot() {
        ToyStudy study = ToyStudy.plain();
        assertThat(run(sweep(study, 4, 3)).of(ToyStudy.config(3))).doesNotHaveDuplicates();
        assertThat(Set.copyOf(run(sweep(study, 4, 3).withFixed(Set.of("data", "noise")))
                        .of(ToyStudy.config(3))))
                .hasSize(1);
    }

    /** Replica r of every cell uses the same draws: a smaller size is a prefix of a larger one. */
    @Test
    void cellsArePaired() {
        Results<ToyStudy.Config, ToyStudy.Result> results = run(sweep(ToyStudy.plain(), 2, 2, 6));
        double[] small = results.of(ToyStudy.config(2)).get(1).path();
        double[] large = results.of(ToyStudy.config(6)).get(1).path();
        assertThat(large).startsWith(small);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void anyThreadCountGivesTheSameBytes(int threads) {
        // Short runs that start late end out of order.
        ToyStudy study = ToyStudy.doing((config, streams) -> pause((config.size() * 7 + streams.replica()) % 5));
        Sweep<ToyStudy.Config, ToyStudy.Result> sweep = sweep(study, 4, 9, 1, 5, 7, 3, 8);
        String csv = experiment(Cache.inMemory(), threads).run(sweep).frame().csv();
        assertThat(csv)
                .isEqualTo(experiment(Cache.inMemory(), 1)
                        .run(sweep(ToyStudy.plain(), 4, 9, 1, 5, 7, 3, 8))
                        .frame()
                        .csv());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    @Test
    void duplicatesRunOnceAndAppearTwice() {
        ToyStudy study = ToyStudy.plain();
        Results<ToyStudy.Config, ToyStudy.Result> results =
                experiment(Cache.inMemory(), 2).run(sweep(study, 2, 3, 4, 3));
        assertThat(study.executions()).isEqualTo(4);
        assertThat(results.frame().rows()).isEqualTo(6);
        assertThat(results.missing()).isZero();
        assertThat(results.frame().text(0, "sum")).isEqualTo(results.frame().text(4, "sum"));
    }

    @Test
    void theLargestStartFirst() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        ToyStudy study = ToyStudy.doing((config, streams) -> order.add(config.size()));
        experiment(Cache.inMemory(), 1).run(sweep(study, 1, 3, 9, 1, 5));
        assertThat(order).containsExactly(9, 5, 3, 1);
    }

    @Test
    void theTableHasConfigSeedReplicaAndScalarResults() {
        Results<ToyStudy.Config, ToyStudy.Result> results = run(sweep(ToyStudy.plain(), 2, 0));
        assertThat(results.frame().csv())
                .isEqualTo("size,scale,seed,replica,sum,draws,label\n"
                        + "0,1,1,0,0,0,\"size, \"\"0\"\"\"\n"
                        + "0,1,1,1,0,0,\"size, \"\"0\"\"\"\n");
    }

    @Test
    void anArrayOfAConfigIsOneText() {
        ToyNested.Network network = new ToyNested.Convolutional(
                3, new double[] {4, 0.5}, new ToyNested.FullyConnected(1, 8, ToyNested.Activation.RELU));
        Frame frame = experiment(Cache.inMemory(), 1)
                .run(Sweep.of(new ToyNested(), List.of(new ToyNested.Config(10, network)), 1))
                .frame();
        assertThat(frame.text(0, "network.channels")).isEqualTo("[4; 0.5]");
        assertThat(frame.text(0, "network.top.width")).isEqualTo("8");
    }

    @Test
    void resultsByConfig() {
        Results<ToyStudy.Config, ToyStudy.Result> results = run(sweep(ToyStudy.plain(), 3, 1, 2));
        assertThat(results.values(ToyStudy.config(2), ToyStudy.Result::draws)).containsExactly(2, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> results.of(ToyStudy.config(7)))
                .withMessageStartingWith("no such cell in the sweep: Config[size=7");
    }

    @Test
    void progressCountsUpToTheTotal() {
        List<Progress.State> states = new ArrayList<>();
        run(sweep(ToyStudy.plain(), 2, 1));
        try (Cache cache = open()) {
            new Experiment(1, cache, new LocalRunner(2, Optional.empty()), states::add)
                    .run(sweep(ToyStudy.plain(), 2, 1, 2, 3));
        }
        // A slow machine is told of a state twice.
        assertThat(states.stream().map(Progress.State::done).distinct()).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(states)
                .allMatch(state -> state.cached() == 2
                        && state.total() == 6
                        && state.study().equals("toy"));
        assertThat(states.stream().filter(state -> state.done() > state.cached()))
                .allMatch(state -> state.workDone() > 0 && state.workDone() <= 1);
        Progress.State last = states.get(states.size() - 1);
        assertThat(last.workDone()).isEqualTo(1);
        assertThat(last.remainingSeconds()).isZero();
        Progress.State half = new Progress.State("toy", 6, 2, 10, 0.25, 2);
        assertThat(half.rate()).isEqualTo(2);
        assertThat(half.remainingSeconds()).isEqualTo(6);
    }

    @Test
    void progressAsText() {
        assertThat(new Progress.State("toy", 6, 2, 10, 0.25, 2).text())
                .isEqualTo("toy 6/10 runs (2 from the cache), 2.0/s, 6 s left");
        assertThat(new Progress.State("toy", 2, 2, 10, Double.NaN, 2).text())
                .isEqualTo("toy 2/10 runs (2 from the cache), 2 s so far");
        assertThat(new Progress.State("toy", 1, 0, 10, 0.5, 150).text()).endsWith(", 2 min 30 s left");
        assertThat(new Progress.State("toy", 1, 0, 10, 0.5, 7300).text()).endsWith(", 2 h 1 min left");
        assertThat(new Progress.State("toy", 10, 0, 10, 1, 21.4).doneText()).isEqualTo("toy 10/10 runs in 21 s");
    }

    /** However well the cache knows such runs: a first guess was eight minutes for half a minute's work. */
    @Test
    void noTimeIsEstimatedBeforeARunHasEnded() throws IOException {
        List<Progress.State> states = new ArrayList<>();
        try (Cache cache = open()) {
            Experiment experiment = new Experiment(1, cache, new LocalRunner(1, Optional.empty()), states::add);
            experiment.run(sweep(ToyStudy.plain(), 2, 1, 2));
            states.clear();
            experiment.run(sweep(ToyStudy.plain(), 2, 1, 2, 3));
        }
        assertThat(states.stream().filter(state -> state.done() == state.cached()))
                .isNotEmpty()
                .allSatisfy(state -> {
                    assertThat(state.workDone()).isNaN();
                    assertThat(state.remainingSeconds()).isNaN();
                    assertThat(state.text()).isEqualTo("toy 4/6 runs (4 from the cache), 0 s so far");
                });
        assertThat(states.stream().filter(state -> state.done() == 5))
                .isNotEmpty()
                .allSatisfy(state -> assertThat(state.text()).endsWith("/s, 0 s left"));
    }

    /** The only run ends once progress was told three times: at the start and twice while it lasts. */
    @Test
    void progressGoesOnWhileRunsLast() {
        CountDownLatch told = new CountDownLatch(3);
        List<Progress.State> states = new ArrayList<>();
        ToyStudy study = ToyStudy.doing((config, streams) -> awaitRest(told));
        new Experiment(1, Cache.inMemory(), LocalRunner.standard(), state -> {
                    states.add(state);
                    told.countDown();
                })
                .run(sweep(study, 1, 1));
        assertThat(states.subList(0, 3)).extracting(Progress.State::done).containsOnly(0L);
        assertThat(states.get(states.size() - 1).done()).isEqualTo(1);
        assertThat(states).isSortedAccordingTo(Comparator.comparing(Progress.State::elapsedSeconds));
    }

    @Test
    void progressHearsOfAnEarlyEnd() {
        ToyStudy broken = ToyStudy.doing((config, streams) -> {
            if (config.size() == 1) {
                throw new IllegalStateException("the last is broken");
            }
        });
        ToyStudy cancelled = ToyStudy.doing((config, streams) -> {
            throw new CancellationException("interrupted");
        });
        assertThat(endings(broken)).containsExactly("2/3 failed");
        assertThat(endings(cancelled)).containsExactly("0/3 interrupted");
        assertThat(endings(ToyStudy.plain())).isEmpty();
    }

    private static List<String> endings(ToyStudy study) {
        List<String> endings = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(State state) {}

            @Override
            public void stopped(State state, boolean interrupted) {
                endings.add(state.done() + "/" + state.total() + (interrupted ? " interrupted" : " failed"));
            }
        };
        Throwable thrown = catchThrowable(
                () -> experiment(Cache.inMemory(), 1).withProgress(progress).run(sweep(study, 1, 1, 4, 9)));
        assertThat(thrown == null).isEqualTo(endings.isEmpty());
        return endings;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFailingRunGivesItsMessage(int threads) {
        ToyStudy study = ToyStudy.doing((config, streams) -> {
            if (config.size() == 4) {
                throw new IllegalStateException("four is broken");
            }
        });
        assertThatThrownBy(() -> experiment(Cache.inMemory(), threads).run(sweep(study, 1, 1, 4, 9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("four is broken");
    }

    @Test
    void aFailingRunKeepsWhatEndedBefore() {
        ToyStudy study = ToyStudy.doing((config, streams) -> {
            if (config.size() == 4) {
                throw new IllegalStateException("four is broken");
            }
        });
        try (Cache cache = open()) {
            assertThat(catchThrowable(() -> experiment(cache, 1).run(sweep(study, 1, 1, 4, 9))))
                    .isInstanceOf(IllegalStateException.class);
        }
        ToyStudy sound = ToyStudy.plain();
        run(sweep(sound, 1, 9));
        assertThat(sound.executions()).isZero();
    }

    @Test
    void anErrorInARunIsExplained() {
        ToyStudy recursion = ToyStudy.doing((config, streams) -> {
            throw new StackOverflowError();
        });
        assertThatThrownBy(() -> experiment(Cache.inMemory(), 1).run(sweep(recursion, 1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a run of toy failed: java.lang.StackOverflowError");
        ToyStudy hungry = ToyStudy.doing((config, streams) -> {
            throw new OutOfMemoryError();
        });
        assertThatThrownBy(() -> experiment(Cache.inMemory(), 1).run(sweep(hungry, 1, 1)))
                .isInstanceOf(LocalRunner.OutOfMemoryException.class)
                .hasMessageStartingWith("a run of toy ran out of Java heap");
    }

    @Test
    void interruptionCancelsAndKeepsWhatEnded() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        ToyStudy study = ToyStudy.doing((config, streams) -> {
            if (config.size() == 1) {
                blocked.countDown();
                pause(TimeUnit.MINUTES.toMillis(1));
            }
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try (Cache cache = open()) {
                thrown.set(catchThrowable(() -> experiment(cache, 1).run(sweep(study, 1, 1, 5, 9))));
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        blocked.await();
        thread.interrupt();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class).hasMessageContaining("interrupted");
        assertThat(flag.get()).isTrue();
        ToyStudy again = ToyStudy.plain();
        run(sweep(again, 1, 5, 9));
        assertThat(again.executions()).isZero();
        run(sweep(again, 1, 1, 5, 9));
        assertThat(again.executions()).isEqualTo(1);
    }

    /** The interruption comes while one ended run is being stored and another waits for its turn. */
    @Test
    void interruptionKeepsWhatEndedButWasNotYetStored() throws InterruptedException {
        CountDownLatch bothRan = new CountDownLatch(2);
        ToyStudy study = ToyStudy.doing((config, streams) -> bothRan.countDown());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try (Cache cache = open()) {
                Progress progress = state -> {
                    if (state.done() == 1) {
                        awaitRest(bothRan);
                        Thread.currentThread().interrupt();
                    }
                };
                Experiment experiment = new Experiment(1, cache, new LocalRunner(2, Optional.empty()), progress);
                thrown.set(catchThrowable(() -> experiment.run(sweep(study, 1, 1, 2))));
            }
        });
        thread.start();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
        ToyStudy again = ToyStudy.plain();
        run(sweep(again, 1, 1, 2));
        assertThat(again.executions()).isZero();
    }

    /** A run has left the study when the latch opens, and its result is handed over well within the pause. */
    private static void awaitRest(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        pause(200);
    }

    /** Of the runs of two sweeps at once, as many as the runner has threads are in progress, and each sweep gets its own results. */
    @Test
    void sweepsShareTheThreadsOfTheirRunner() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ToyStudy study = ToyStudy.doing((config, streams) -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            pause(20);
            inside.decrementAndGet();
        });
        Experiment shared = experiment(Cache.inMemory(), 2);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            Future<String> one = both.submit(
                    () -> shared.run(sweep(study, 2, 1, 2, 3)).frame().csv());
            Future<String> other =
                    both.submit(() -> shared.run(sweep(study, 2, 4, 5)).frame().csv());
            Experiment alone = experiment(Cache.inMemory(), 1);
            assertThat(one.get())
                    .isEqualTo(alone.run(sweep(ToyStudy.plain(), 2, 1, 2, 3))
                            .frame()
                            .csv());
            assertThat(other.get())
                    .isEqualTo(
                            alone.run(sweep(ToyStudy.plain(), 2, 4, 5)).frame().csv());
        } finally {
            both.shutdownNow();
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void aThreadInterruptedBeforehandCancels() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            try (Cache cache = open()) {
                thrown.set(catchThrowable(() -> experiment(cache, 2).run(sweep(ToyStudy.plain(), 1, 1, 2))));
            }
        });
        thread.start();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aRunOverTheLimitIsMissingAndNotCached() {
        ToyStudy study = ToyStudy.doing((config, streams) -> pause(config.size() == 9 ? 60_000 : 0));
        Results<ToyStudy.Config, ToyStudy.Result> results;
        try (Cache cache = open()) {
            results = new Experiment(1, cache, new LocalRunner(1, Optional.of(SHORT)), Progress.SILENT)
                    .run(sweep(study, 2, 9, 3));
        }
        assertThat(results.missing()).isEqualTo(2);
        assertThat(results.of(ToyStudy.config(9))).isEmpty();
        assertThat(results.of(ToyStudy.config(3))).hasSize(2);
        assertThat(results.frame().column("size")).containsExactly(3L, 3L);
        ToyStudy again = ToyStudy.plain();
        assertThat(run(sweep(again, 2, 9, 3)).missing()).isZero();
        assertThat(again.executions()).isEqualTo(2);
    }

    @Test
    void aRunThatNeverFitsIsRefusedBeforeAnythingStarts() {
        ToyStudy study = ToyStudy.plain().withMemory(config -> config.size() == 2 ? Long.MAX_VALUE : 0);
        assertThatThrownBy(() -> experiment(Cache.inMemory(), 2).run(sweep(study, 1, 1, 2)))
                .isInstanceOf(LocalRunner.OutOfMemoryException.class)
                .hasMessageContaining("one run of toy needs")
                .hasMessageContaining("size=2, scale=1");
        assertThat(study.executions()).isZero();
    }

    @Test
    void runsThatDoNotFitTogetherWaitForEachOther() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        long half = Runtime.getRuntime().maxMemory() / 2;
        ToyStudy study = ToyStudy.doing((config, streams) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    pause(5);
                    now.decrementAndGet();
                })
                .withMemory(config -> half);
        experiment(Cache.inMemory(), 4).run(sweep(study, 6, 1));
        assertThat(most.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025})
    void absurdThreadCountsAreRefused(int threads) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LocalRunner(threads, Optional.empty()))
                .withMessage("threads must be in [1, 1024], got " + threads);
    }

    @Test
    void aCacheThatCannotBeUsedIsExplained() throws IOException {
        Path blocked = folder.resolve("file");
        Files.writeString(blocked, "x");
        try (Cache cache = Cache.in(blocked, message -> {})) {
            assertThatThrownBy(() -> experiment(cache, 1).run(sweep(ToyStudy.plain(), 1, 1)))
                    .hasMessageStartingWith("cannot use the cache folder " + blocked + ": ");
        }
    }

    @Test
    void theLogHearsEverySweep() {
        List<Sweep<?, ?>> heard = new ArrayList<>();
        Sweep<ToyStudy.Config, ToyStudy.Result> sweep = sweep(ToyStudy.plain(), 1, 1);
        experiment(Cache.inMemory(), 1).withLog(heard::add).run(sweep);
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).isSameAs(sweep);
    }
}
