package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;
import org.noisebook.model.ReplicaEngine;
import picocli.CommandLine.Option;

/** Options of every command that runs something. */
final class ExperimentOptions {
    private static final double NANOS = 1e9;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "runs (with other engines: batches) at a time (default: the number of cores); never changes a"
                    + " result")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--no-cache", description = "compute everything afresh and keep nothing")
    private boolean noCache;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            description = "stop a run after this many seconds; it then has no result and is not cached")
    private double limit = Double.POSITIVE_INFINITY;

    /**
     * The runner that was asked for.
     *
     * @throws IllegalArgumentException for a number out of its range
     */
    LocalRunner runner() {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("--limit must be positive, got " + limit);
        }
        Optional<Duration> most = limit == Double.POSITIVE_INFINITY
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) (limit * NANOS)));
        return new LocalRunner(threads, most);
    }

    /** Does something with an experiment. */
    interface Task {
        int with(Experiment experiment) throws IOException;
    }

    /** Opens cache and progress, does the task, and closes; an interrupted process leaves a valid cache. */
    int run(PrintWriter err, long rootSeed, boolean fresh, Task task) throws IOException {
        return run(err, rootSeed, fresh ? Cache.inMemory() : openCache(err, false), runner(), task);
    }

    /** The same for a share of the work, on the runner that was asked for. */
    int run(PrintWriter err, long rootSeed, ClusterOptions cluster, Task task) throws IOException {
        cluster.check(noCache, runner().limit().isPresent());
        try (Runner runner = cluster.open(runner(), err)) {
            return run(err, rootSeed, openCache(err, cluster.isShard()), runner, task);
        }
    }

    private static int run(PrintWriter err, long rootSeed, Cache opened, Runner runner, Task task) throws IOException {
        ProgressLine line = new ProgressLine(err);
        try (Cache cache = opened) {
            Thread hook = new Thread(() -> {
                cache.close();
                line.interrupted(cache.folder().isPresent());
            });
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                return task.with(new Experiment(rootSeed, cache, runner, line));
            } finally {
                line.clear();
                removeHook(hook);
            }
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The process is shutting down already, and the hook is what closes the cache.
        }
    }

    /** The user's cache; in memory, and said, where a user has no folder and has named none. */
    private Cache openCache(PrintWriter err, boolean shared) throws IOException {
        if (noCache) {
            return Cache.inMemory();
        }
        Path folder = Cache.standardFolder();
        String reason = "permission denied";
        try {
            Files.createDirectories(folder);
            if (Files.isWritable(folder)) {
                Consumer<String> report = message -> err.println("noisebook: " + message);
                return shared ? Cache.shared(folder, report) : Cache.in(folder, report);
            }
        } catch (IOException e) {
            reason = WholeFile.reason(e);
        }
        String trouble = "cannot use the cache folder " + folder + ": " + reason;
        if (Cache.isNamed()) {
            throw new IOException(
                    trouble + "; set NOISEBOOK_CACHE to a writable folder" + (shared ? "" : " or pass --no-cache"));
        }
        err.println(
                "noisebook: " + trouble + "; results are not cached unless NOISEBOOK_CACHE names a writable folder");
        return Cache.inMemory();
    }

    /** Makes the folder of the results, so that a place that cannot be is found before the work. */
    static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("cannot make the folder " + folder + ": " + WholeFile.reason(e), e);
        }
    }

    /** The checkout's figures folder, or {@code figures} here. */
    static Path figuresFolder() {
        return home().resolve("figures");
    }

    /** The checkout: the launcher's, else the working folder. */
    static Path home() {
        return Path.of(System.getProperty("noisebook.home", ""));
    }

    /** The figures folder, or in it the one of an engine, whose figures stand apart. */
    static Path figuresFolder(Optional<ReplicaEngine> engine) {
        return engine.map(ReplicaEngine::engineClass)
                .filter(other -> !other.equals(Run.EXACT_ENGINE))
                .map(other -> figuresFolder().resolve(other))
                .orElse(figuresFolder());
    }

    /** Whether two names lead to one folder, which need not be there. */
    static boolean isSameFolder(Path one, Path other) throws IOException {
        Path first = one.toAbsolutePath().normalize();
        Path second = other.toAbsolutePath().normalize();
        return first.equals(second) || Files.exists(first) && Files.exists(second) && Files.isSameFile(first, second);
    }
}
