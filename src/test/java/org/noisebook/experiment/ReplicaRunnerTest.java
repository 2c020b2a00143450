package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaRunnerTest {
    private static final RunEngine PLANTED = new ToyReplicas.Engine("planted", 64);
    private static final RunEngine ALONE = new ToyReplicas.Engine("planted", 1);

    @TempDir
    private Path folder;

    private Cache open() {
        return Cache.in(folder, message -> {
            throw new IllegalStateException(message);
        });
    }

    private static Experiment experiment(Cache cache, RunEngine engine, int threads) {
        return new Experiment(1, cache, new ReplicaRunner(engine, threads), Progress.SILENT);
    }

    private static Sweep<ToyStudy.Config, ToyStudy.Result> sweep(ToyReplicas study, int replicas, int... sizes) {
        return Sweep.of(study, ToyStudy.sizes(sizes), replicas);
    }

    /** Sizes 3, 2 and 1 at scales 1 and 2. */
    private static Sweep<ToyStudy.Config, ToyStudy.Result> twoGroups(ToyReplicas study) {
        return Sweep.grid(study, ToyStudy.config(1), 1, "size=3,2,1", "scale=1,2");
    }

    private static ToyReplicas plain() {
        return new ToyReplicas(ToyStudy.plain());
    }

    private List<String> storedSizes(String engineClass) {
        ToyStudy counting = ToyStudy.doing((config, streams) -> {
            throw new IllegalStateException("not stored");
        });
        List<String> stored = new ArrayList<>();
        for (int size = 1; size <= 9; size++) {
            int one = size;
            try (Cache cache = open()) {
                RunEngine engine = new ToyReplicas.Engine(engineClass, 1);
                if (catchThrowable(() -> experiment(cache, engine, 1).run(sweep(new ToyReplicas(counting), 1, one)))
                        == null) {
                    stored.add(Integer.toString(size));
                }
            }
        }
        return stored;
    }

    @Test
    void aGroupIsDealtOutToTheThreads() {
        ToyReplicas study = plain();
        experiment(Cache.inMemory(), PLANTED, 3).run(sweep(study, 1, 7, 6, 5, 4, 3, 2, 1));
        assertThat(study.batches()).containsExactlyInAnyOrder("7/0 4/0 1/0", "6/0 3/0", "5/0 2/0");
    }

    @Test
    void runsOfDifferentKeysAreInDifferentBatches() {
        ToyReplicas study = plain();
        experiment(Cache.inMemory(), PLANTED, 1).run(twoGroups(study));
        assertThat(study.batches()).containsExactly("3/0 2/0 1/0", "3/0 2/0 1/0");
        ToyReplicas dealt = plain();
        experiment(Cache.inMemory(), PLANTED, 2).run(twoGroups(dealt));
        assertThat(dealt.batches()).containsExactlyInAnyOrder("3/0 1/0", "3/0 1/0", "2/0", "2/0");
    }

    @Test
    void theEngineMayTakeFewerBatches() {
        ToyReplicas study = plain();
        experiment(Cache.inMemory(), ALONE, 8).run(sweep(study, 2, 2, 1));
        assertThat(study.batches()).containsExactly("2/0 2/1 1/0 1/1");
    }

    @Test
    void noBatchIsEmpty() {
        ToyReplicas study = plain();
        experiment(Cache.inMemory(), PLANTED, 8).run(sweep(study, 1, 2, 1));
        assertThat(study.batches()).containsExactlyInAnyOrder("2/0", "1/0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void anyThreadCountGivesTheTableOfTheLocalRunner(int threads) {
        String csv = experiment(Cache.inMemory(), PLANTED, threads)
                .run(sweep(plain(), 4, 9, 1, 5, 7, 3, 8))
                .frame()
                .csv();
        assertThat(csv)
                .isEqualTo(new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT)
                        .run(Sweep.of(ToyStudy.plain(), ToyStudy.sizes(9, 1, 5, 7, 3, 8), 4))
                        .frame()
                        .csv());
    }

    @Test
    void resultsOfAnEngineClassStandAlone() {
        ToyStudy toy = ToyStudy.plain();
        ToyReplicas study = new ToyReplicas(toy);
        RunEngine other = new ToyReplicas.Engine("other", 1);
        try (Cache cache = open()) {
            new Experiment(1, cache, LocalRunner.standard(), Progress.SILENT).run(sweep(study, 2, 1, 2));
            experiment(cache, PLANTED, 2).run(sweep(study, 2, 1, 2));
            experiment(cache, other, 2).run(sweep(study, 2, 1, 2));
        }
        assertThat(toy.executions()).isEqualTo(12);
        try (Cache cache = open()) {
            new Experiment(1, cache, LocalRunner.standard(), Progress.SILENT).run(sweep(study, 2, 1, 2));
            experiment(cache, PLANTED, 1).run(sweep(study, 2, 1, 2));
            experiment(cache, other, 8).run(sweep(study, 2, 1, 2));
        }
        assertThat(toy.executions()).isEqualTo(12);
    }

    @Test
    void anExperimentChangesItsEngineAlone() {
        ToyStudy toy = ToyStudy.plain();
        List<Sweep<?, ?>> heard = new ArrayList<>();
        List<Progress.State> states = new ArrayList<>();
        Experiment exact = new Experiment(7, open(), new ReplicaRunner(PLANTED, 3), states::add).withLog(heard::add);
        Experiment other = exact.withEngine(new ToyReplicas.Engine("other", 9));
        assertThat(other.engineClass()).isEqualTo("other");
        assertThat(other.threads()).isEqualTo(3);
        assertThat(exact.withEngine(ALONE).threads())
                .as("what the engine takes")
                .isEqualTo(1);
        assertThat(other.rootSeed()).isEqualTo(7);
        other.run(sweep(new ToyReplicas(toy), 1, 2));
        assertThat(heard).hasSize(1);
        assertThat(states).isNotEmpty();
        assertThat(storedSizes("other")).as("stored under its own seed").isEmpty();
        other.run(sweep(new ToyReplicas(toy), 1, 2));
        assertThat(toy.executions()).isEqualTo(1);
        assertThat(new Experiment(7, open(), LocalRunner.standard(), Progress.SILENT).engineClass())
                .isEqualTo("exact");
    }

    @Test
    void aStudyThatHasNoBatchesIsRefused() {
        ToyStudy toy = ToyStudy.plain();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> experiment(Cache.inMemory(), PLANTED, 2).run(Sweep.of(toy, ToyStudy.sizes(1), 1)))
                .withMessage("study toy does not run on planted: --engine exact runs it");
        assertThat(toy.executions()).isZero();
    }

    @Test
    void aConfigThatTheEngineDoesNotRunIsRefusedBeforeAnythingStarts() {
        ToyReplicas study = plain();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> experiment(Cache.inMemory(), PLANTED, 2)
                        .run(Sweep.grid(study, ToyStudy.config(5), 1, "scale=1,2,13")))
                .withMessage("study toy does not run on planted: --engine exact runs it (scale must not be 13)");
        assertThat(study.batches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025})
    void threadsHaveARange(int threads) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReplicaRunner(PLANTED, threads))
                .withMessage("threads must be in [1, 1024], got " + threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFailingRunGivesItsMessageAndKeepsWhatEndedBefore(int threads) {
        ToyReplicas study = new ToyReplicas(ToyStudy.doing((config, streams) -> {
            if (config.size() == 4) {
                throw new IllegalStateException("four is broken");
            }
        }));
        try (Cache cache = open()) {
            assertThatThrownBy(() -> experiment(cache, PLANTED, threads).run(sweep(study, 1, 1, 2, 4, 5, 9)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("four is broken");
        }
        assertThat(storedSizes("planted")).contains("1").doesNotContain("4", "9");
    }

    /** One batch fails and another ends a run while the first run is being stored. */
    @Test
    void aFailureKeepsWhatEndedButWasNotYetStored() {
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        ToyReplicas study = new ToyReplicas(ToyStudy.doing((config, streams) -> {
            if (config.size() == 2) {
                await(storing);
                failed.countDown();
                throw new IllegalStateException("two is broken");
            }
            if (config.size() == 1) {
                await(failed);
                pause();
                last.countDown();
            }
        }));
        try (Cache cache = open()) {
            assertThatThrownBy(() -> experiment(cache, PLANTED, 3)
                            .withProgress(state -> {
                                if (state.done() == 1) {
                                    storing.countDown();
                                    await(last);
                                    pause();
                                }
                            })
                            .run(sweep(study, 1, 3, 2, 1)))
                    .hasMessage("two is broken");
        }
        assertThat(storedSizes("planted")).containsExactly("1", "3");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anErrorInABatchIsExplained() {
        ToyReplicas recursion = new ToyReplicas(ToyStudy.doing((config, streams) -> {
            throw new StackOverflowError();
        }));
        assertThatThrownBy(() -> experiment(Cache.inMemory(), PLANTED, 1).run(sweep(recursion, 1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a run of toy failed: java.lang.StackOverflowError");
        ToyReplicas hungry = new ToyReplicas(ToyStudy.doing((config, streams) -> {
            throw new OutOfMemoryError();
        }));
        assertThatThrownBy(() -> experiment(Cache.inMemory(), PLANTED, 1).run(sweep(hungry, 1, 1)))
                .isInstanceOf(LocalRunner.OutOfMemoryException.class)
                .hasMessageStartingWith("a run of toy ran out of Java heap");
    }

    /** Three runs whose batch ends these. */
    private static Throwable whenBatchesEnd(int... ends) {
        return catchThrowable(
                () -> experiment(Cache.inMemory(), PLANTED, 1).run(sweep(ToyReplicas.ending(ends), 1, 1, 2, 3)));
    }

    @Test
    void anEngineThatLeavesOutARunOrEndsItTwiceIsFoundOut() {
        assertThat(whenBatchesEnd(2, 0, 1)).isNull();
        assertThat(whenBatchesEnd(0, 1)).hasMessage("planted ended 2 of 3 runs of toy");
        assertThat(whenBatchesEnd()).hasMessage("planted ended 0 of 3 runs of toy");
        assertThat(whenBatchesEnd(0, 1, 1)).hasMessage("run 1 of a batch of toy ended twice");
    }

    @Test
    void interruptionCancelsAndKeepsWhatEnded() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicReference<Boolean> batchHeard = new AtomicReference<>(false);
        CountDownLatch batchOver = new CountDownLatch(1);
        ToyReplicas study = new ToyReplicas(ToyStudy.doing((config, streams) -> {
            if (config.size() == 9) {
                blocked.countDown();
                try {
                    TimeUnit.MINUTES.sleep(1);
                } catch (InterruptedException e) {
                    batchHeard.set(true);
                    throw new CancellationException("interrupted");
                } finally {
                    batchOver.countDown();
                }
            }
        }));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try (Cache cache = open()) {
                thrown.set(catchThrowable(() -> experiment(cache, PLANTED, 1).run(sweep(study, 1, 1, 5, 9))));
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        blocked.await();
        thread.interrupt();
        thread.join();
        batchOver.await();
        assertThat(thrown.get())
                .isInstanceOf(CancellationException.class)
                .hasMessage("sweep interrupted; finished runs are kept");
        assertThat(flag.get()).isTrue();
        assertThat(batchHeard.get()).isTrue();
        assertThat(storedSizes("planted")).containsExactly("1", "5");
    }

    @Test
    void progressGoesOnWhileABatchLasts() {
        CountDownLatch told = new CountDownLatch(3);
        ToyReplicas study = new ToyReplicas(ToyStudy.doing((config, streams) -> await(told)));
        List<Progress.State> states = new ArrayList<>();
        experiment(Cache.inMemory(), PLANTED, 1)
                .withProgress(state -> {
                    states.add(state);
                    told.countDown();
                })
                .run(sweep(study, 2, 1));
        assertThat(states.subList(0, 3)).extracting(Progress.State::done).containsOnly(0L);
        assertThat(states.get(states.size() - 1).done()).isEqualTo(2);
    }

    @Test
    void whatDoesNotFitIntoMemoryTogetherIsNotTogether() {
        long half = Runtime.getRuntime().maxMemory() / 2;
        AtomicInteger largeOnes = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ToyReplicas study = new ToyReplicas(ToyStudy.doing((config, streams) -> {
                    int large = config.size() > 1 ? 1 : 0;
                    most.accumulateAndGet(largeOnes.addAndGet(large), Math::max);
                    pause();
                    largeOnes.addAndGet(-large);
                })
                .withMemory(config -> config.size() > 1 ? half : half / 4));
        experiment(Cache.inMemory(), PLANTED, 2).run(sweep(study, 1, 4, 3, 2, 1));
        assertThat(study.batches()).containsExactlyInAnyOrder("4/0", "3/0", "2/0", "1/0");
        assertThat(most.get()).isEqualTo(1);
        ToyReplicas small = new ToyReplicas(ToyStudy.plain().withMemory(config -> half / 4));
        experiment(Cache.inMemory(), PLANTED, 2).run(sweep(small, 1, 4, 3, 2, 1));
        assertThat(small.batches()).containsExactlyInAnyOrder("4/0 2/0", "3/0 1/0");
    }

    /** Long enough for another batch to start, or for a result to be handed over. */
    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunThatNeverFitsIsRefusedBeforeAnythingStarts() {
        ToyReplicas study =
                new ToyReplicas(ToyStudy.plain().withMemory(config -> config.size() == 2 ? Long.MAX_VALUE : 0));
        assertThatThrownBy(() -> experiment(Cache.inMemory(), PLANTED, 2).run(sweep(study, 1, 1, 2)))
                .isInstanceOf(LocalRunner.OutOfMemoryException.class)
                .hasMessageContaining("one run of toy needs")
                .hasMessageContaining("size=2, scale=1");
        assertThat(study.batches()).isEmpty();
    }
}
