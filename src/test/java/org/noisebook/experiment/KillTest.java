package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Streams;

/** A process is killed in the middle of a sweep, twice, and the sweep goes on where it was. */
class KillTest {
    private static final int THREADS = 2;

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

    /** Runs that stand in the file of the cache, counted while another process writes it. */
    private long written() throws IOException {
        if (!Files.exists(cacheFolder())) {
            return 0;
        }
        try (Stream<Path> files = Files.list(cacheFolder())) {
            long frames = 0;
            for (Path file : files.filter(f -> f.toString().endsWith(".runs")).toList()) {
                frames += Files.readString(file, StandardCharsets.ISO_8859_1).split("NBR1", -1).length - 1;
            }
            return frames;
        }
    }

    /** Kills the process when all that ends has been stored: of each thread one run is under way. */
    private void runAndKill(boolean batches) throws IOException, InterruptedException {
        int startedBefore = started().size();
        long writtenBefore = written();
        Process process = start(batches);
        while (started().size() < startedBefore + SlowSweep.ENDED + THREADS
                || written() < writtenBefore + SlowSweep.ENDED) {
            assertThat(process.isAlive())
                    .as("the process runs until it is killed; output: %s", folder.resolve("output"))
                    .isTrue();
            Thread.sleep(2);
        }
        process.destroyForcibly();
        process.waitFor();
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
                .as("nothing is lost but the runs in flight")
                .isEqualTo(THREADS);

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
