package org.noisebook.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.noisebook.rng.Streams;

/**
 * Runs sweeps under one root seed, taking results from the cache and computing the rest.
 *
 * <p>The largest runs start first; every result is stored as it ends, so an interrupted or killed sweep resumes where
 * it stopped. Results do not depend on thread count, order or cache.
 */
public final class Experiment {
    /** The root seed of committed results. */
    public static final long STANDARD_SEED = 1;

    private final long rootSeed;
    private final Cache cache;
    private final Runner runner;
    private final Progress progress;
    private final Consumer<Sweep<?, ?>> log;
    private final Optional<Shard> shard;

    public Experiment(long rootSeed, Cache cache, Runner runner, Progress progress) {
        this(rootSeed, cache, runner, progress, sweep -> {}, Optional.empty());
    }

    private Experiment(
            long rootSeed,
            Cache cache,
            Runner runner,
            Progress progress,
            Consumer<Sweep<?, ?>> log,
            Optional<Shard> shard) {
        this.rootSeed = rootSeed;
        this.cache = cache;
        this.runner = runner;
        this.progress = progress;
        this.log = log;
        this.shard = shard;
    }

    /** Root seed 1, the user's cache, all cores, no progress: for notebooks and library users. */
    public static Experiment standard() {
        Cache cache = Cache.in(Cache.standardFolder(), message -> {});
        return new Experiment(STANDARD_SEED, cache, LocalRunner.standard(), Progress.SILENT);
    }

    /** The same experiment, which also passes every sweep it runs to {@code listener}. */
    public Experiment withLog(Consumer<Sweep<?, ?>> listener) {
        return new Experiment(rootSeed, cache, runner, progress, listener, shard);
    }

    /** The same experiment with another progress listener. */
    public Experiment withProgress(Progress newProgress) {
        return new Experiment(rootSeed, cache, runner, newProgress, log, shard);
    }

    /** The same experiment on an engine for many runs, with as many concurrent batches as it had concurrent runs. */
    public Experiment withEngine(RunEngine engine) {
        return new Experiment(rootSeed, cache, new ReplicaRunner(engine, runner.threads()), progress, log, shard);
    }

    /**
     * The same experiment restricted to one shard of every sweep: {@link #run} throws if runs of others are missing.
     */
    public Experiment withShard(Shard one) {
        return new Experiment(rootSeed, cache, runner, progress, log, Optional.of(one));
    }

    /**
     * The missing runs of sweeps and their cost.
     *
     * @param shareOfWork the cost of runs as a fraction of {@link Study#seconds}, which is their maximum
     * @throws UncheckedIOException if the cache cannot be read
     */
    public Plan plan(List<Sweep<?, ?>> sweeps, double shareOfWork) {
        try {
            return new Plan(rootSeed, runner.engineClass(), cache, shareOfWork, sweeps);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The engine class of its results. */
    public String engineClass() {
        return runner.engineClass();
    }

    public long rootSeed() {
        return rootSeed;
    }

    /** Number of concurrent runs or batches of runs. */
    public int threads() {
        return runner.threads();
    }

    /** The streams of replica 0, for resampling: {@code bootstrap}. */
    public Streams streams() {
        return Streams.of(rootSeed);
    }

    /**
     * Runs a sweep.
     *
     * @throws UncheckedIOException if the cache cannot be read or written
     * @throws CancellationException if the thread is interrupted
     * @throws Shard.Pending if this is a shard and runs of other shards are missing
     */
    public <C extends Record, R extends Record> Results<C, R> run(Sweep<C, R> sweep) {
        log.accept(sweep);
        try {
            return new Batch<>(sweep).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** A sweep in progress. */
    private final class Batch<C extends Record, R extends Record> {
        private final Sweep<C, R> sweep;
        private final List<Run<C, R>> runs = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();
        private final List<Optional<R>> found = new ArrayList<>();
        private final long start = System.nanoTime();
        /** Cumulative work of the missing runs, in the order in which they start. */
        private double[] workBefore = {0};

        private double workDone;
        private long done;
        private long cached;
        /** Number of runs that other shards have yet to compute. */
        private long elsewhere;

        Batch(Sweep<C, R> sweep) {
            this.sweep = sweep;
        }

        Results<C, R> run() throws IOException {
            sweep.visit(rootSeed, runner.engineClass(), (run, key) -> {
                runs.add(run);
                keys.add(key);
            });
            List<Integer> missing = new ArrayList<>();
            Map<String, Integer> first = new HashMap<>();
            Set<String> others = others();
            for (int k = 0; k < runs.size(); k++) {
                boolean own = !others.contains(keys.get(k));
                found.add(own ? cache.find(runs.get(k), keys.get(k)) : Optional.empty());
                if (!own) {
                    elsewhere += cache.has(sweep.study(), keys.get(k)) ? 0 : 1;
                } else if (found.get(k).isEmpty() && first.putIfAbsent(keys.get(k), k) == null) {
                    missing.add(k);
                }
            }
            missing.sort(Comparator.comparingDouble((Integer k) -> -work(k)));
            workBefore = new double[missing.size() + 1];
            for (int k = 0; k < missing.size(); k++) {
                workBefore[k + 1] = workBefore[k] + work(missing.get(k));
            }
            done = runs.size() - elsewhere - missing.size();
            cached = done;
            progress.update(state());
            List<Run<C, R>> todo = missing.stream().map(runs::get).toList();
            execute(todo, missing);
            for (int k = 0; k < runs.size() && elsewhere == 0; k++) {
                if (others.contains(keys.get(k))) {
                    found.set(k, cache.find(runs.get(k), keys.get(k)));
                    elsewhere += found.get(k).isEmpty() ? 1 : 0;
                } else if (found.get(k).isEmpty()) {
                    found.set(k, found.get(first.get(keys.get(k))));
                }
            }
            if (elsewhere > 0) {
                throw new Shard.Pending("runs of " + sweep.study().id() + " in other shards are missing");
            }
            return new Results<>(sweep, rootSeed, byCell());
        }

        /** The keys of runs in other shards. */
        private Set<String> others() {
            if (shard.isEmpty()) {
                return Set.of();
            }
            Map<String, Double> works = new HashMap<>();
            for (int k = 0; k < runs.size(); k++) {
                works.put(keys.get(k), work(k));
            }
            Map<String, Integer> dealt = Shard.deal(works, shard.get().count());
            dealt.values().removeIf(index -> index == shard.get().index());
            return dealt.keySet();
        }

        private void execute(List<Run<C, R>> todo, List<Integer> missing) throws IOException {
            boolean finished = false;
            boolean interrupted = false;
            try {
                runner.execute(todo, new Runner.Sink<>() {
                    @Override
                    public void ended(int index, Optional<R> result, Duration wallTime) throws IOException {
                        keep(missing.get(index), result, wallTime);
                    }

                    @Override
                    public void waiting() {
                        progress.update(state());
                    }
                });
                finished = true;
            } catch (CancellationException e) {
                interrupted = true;
                throw e;
            } finally {
                if (!finished) {
                    progress.stopped(state(), interrupted);
                }
            }
        }

        private void keep(int k, Optional<R> result, Duration wallTime) throws IOException {
            found.set(k, result);
            if (result.isPresent()) {
                cache.store(runs.get(k), keys.get(k), result.get(), runRecord(runs.get(k), wallTime.toNanos() / 1e9));
            }
            done++;
            workDone += work(k);
            progress.update(state());
        }

        private double work(int k) {
            return sweep.study().work(runs.get(k).config());
        }

        private Progress.State state() {
            double seconds = (System.nanoTime() - start) / 1e9;
            double total = workBefore[workBefore.length - 1];
            int begun = (int) Math.min(workBefore.length - 1, done - cached + runner.threads());
            // Before a run has ended, nothing tells; then those in progress count as half done.
            boolean unknown = done == cached && done < runs.size() - elsewhere;
            double share =
                    unknown ? Double.NaN : total > 0 ? Math.min(1, (workDone + workBefore[begun]) / (2 * total)) : 1;
            return new Progress.State(sweep.study().id(), done, cached, runs.size() - elsewhere, share, seconds);
        }

        private List<List<Optional<R>>> byCell() {
            List<List<Optional<R>>> cells = new ArrayList<>();
            int k = 0;
            for (Sweep.Cell<C> cell : sweep.cells()) {
                cells.add(Collections.unmodifiableList(new ArrayList<>(found.subList(k, k + cell.replicas()))));
                k += cell.replicas();
            }
            return cells;
        }
    }

    private <C extends Record, R extends Record> String runRecord(Run<C, R> run, double wallSeconds) {
        Origin here = Here.ORIGIN;
        return new Json()
                .put("study", run.study().id())
                .put("version", run.study().version())
                .put("config", Schema.of(run.config()).format(run.config()))
                .put("rootSeed", run.streams().rootSeed())
                .put("replica", run.streams().replica())
                .put("fixed", List.copyOf(run.streams().fixed()))
                .put("inputs", run.study().inputs(run.config()))
                .put("engine", runner.engineClass())
                .put("kit", here.version())
                .put("commit", here.commit())
                .put("dirty", here.dirty())
                .put("java", here.java())
                .put("system", here.system())
                .put("threads", runner.threads())
                .put("wallSeconds", wallSeconds)
                .text();
    }

    /** The origin of this process, requested from git once and only if a result is stored. */
    private static final class Here {
        private static final Origin ORIGIN = Origin.here();
    }
}
