package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Streams;

/** A process is killed in the middle of a sweep, twice, and the sweep goes on where it was. */
@Timeout(60)
class KillTest {
    private static final int THREADS = 2;
    /** Runs that may end while a busy machine keeps the storing thread waiting: 4 are 30 ms of two threads. */
    private static final int ENDED_UNSTORED = 4;

    private static final int STARTS_BEFORE_A_KILL = 12;

    @TempDir
    private Path folder;

    private Path cacheFolder() {
        return folder.resolve("cache");
    }

    private Path starts() {
        return folder.resolve("starts");
    }

    private List<String> started() throws IOException {
        return Files.exists(starts()) ? Files.readString(starts()).lines().toList() : List.of();
    }

    private Process start(boolean batches) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        SlowSweep.class.getName(),
                        cacheFolder().toString(),
                        starts().toString(),
                        batches ? "batches" : "runs")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private void runAndKill(boolean batches) throws IOException, InterruptedException {
        int before = started().size();
        Process process = start(batches);
        while (started().size() < before + STARTS_BEFORE_A_KILL) {
            assertThat(process.isAlive())
                    .as("the process runs until it is killed; output: %s", folder.resolve("output"))
                    .isTrue();
            Thread.sleep(2);
        }
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Runs that stand in the cache, read without disturbing it. */
    private Set<String> stored(List<String> reports) throws IOException {
        Set<String> found = new HashSet<>();
        ToyStudy study = ToyStudy.plain();
        try (Cache cache = Cache.in(cacheFolder(), reports::add)) {
            for (Sweep.Cell<ToyStudy.Config> cell : SlowSweep.sweep(study).cells()) {
                for (int replica = 0; replica < cell.replicas(); replica++) {
                    Streams streams = Streams.of(1).withReplica(replica);
                    Run<ToyStudy.Config, ToyStudy.Result> run = new Run<>(study, cell.config(), streams);
                    Optional<ToyStudy.Result> result = cache.find(run, run.key());
                    if (result.isPresent()) {
                        found.add(cell.config().size() + "/" + replica);
                    }
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKilledSweepGoesOnWithoutRepeatingWhatEnded(boolean batches) throws Exception {
        List<String> reports = new ArrayList<>();
        runAndKill(batches);
        List<String> firstStarts = started();
        Set<String> firstStored = stored(reports);
        assertThat(firstStored).isNotEmpty().isSubsetOf(firstStarts);
        assertThat(firstStarts.size() - firstStored.size())
                .as("nothing is lost but the runs in flight and those that ended within a scheduler's delay")
                .isBetween(0, THREADS + ENDED_UNSTORED);

        runAndKill(batches);
        List<String> secondStarts =
                started().subList(firstStarts.size(), started().size());
        assertThat(secondStarts).as("started after the first kill").doesNotContainAnyElementsOf(firstStored);
        Set<String> secondStored = stored(reports);
        assertThat(secondStored).containsAll(firstStored).hasSizeGreaterThan(firstStored.size());

        ToyStudy study = ToyStudy.plain();
        String csv;
        try (Cache cache = Cache.in(cacheFolder(), reports::add)) {
            csv = SlowSweep.run(cache, study, batches).frame().csv();
        }
        assertThat(study.executions()).isEqualTo(48 - secondStored.size());
        assertThat(csv)
                .isEqualTo(SlowSweep.run(Cache.inMemory(), ToyStudy.plain(), false)
                        .frame()
                        .csv());
        assertThat(reports).as("at most one torn tail a kill").hasSizeLessThanOrEqualTo(2);
    }
}
