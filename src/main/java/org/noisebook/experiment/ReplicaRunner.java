package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Executes the runs of a {@link ReplicaStudy} in parallel on an engine.
 *
 * <p>Runs that may run together form a group; the runs of a group are distributed in turn over as many batches as there
 * are threads, or over more if such batches would not fit into memory together. Groups start in the order of their
 * first runs. Results do not depend on the batches. The wall time of a run is the time since its batch last finished a
 * run, so the times of a batch add up to its total.
 *
 * <p><b>Special cases</b>: other studies, and configs that the engine cannot run, are rejected before anything starts.
 *
 * @param engine computes the batches; its class is part of the keys of the results
 * @param threads number of concurrent batches, 1 or more; fewer if the engine allows fewer
 */
public record ReplicaRunner(RunEngine engine, int threads) implements Runner {
    public ReplicaRunner {
        Workers.checkThreads(threads);
    }

    /** Number of concurrent batches. */
    @Override
    public int threads() {
        return Math.min(threads, engine.threads());
    }

    @Override
    public String engineClass() {
        return engine.engineClass();
    }

    @Override
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        if (runs.isEmpty()) {
            return;
        }
        if (!(runs.get(0).study() instanceof ReplicaStudy<C, R, ?> study)) {
            throw new IllegalArgumentException(refused(runs.get(0).study()));
        }
        execute(study, runs, sink);
    }

    private <C extends Record, R extends Record, E extends RunEngine> void execute(
            ReplicaStudy<C, R, E> study, List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        if (!study.engineType().isInstance(engine)) {
            throw new IllegalArgumentException(refused(study));
        }
        E own = study.engineType().cast(engine);
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        for (int k = 0; k < runs.size(); k++) {
            groups.computeIfAbsent(together(study, own, runs.get(k)), first -> new ArrayList<>())
                    .add(k);
        }
        try (Workers<C, R> workers = new Workers<>(runs, new Workers.Pool(threads()))) {
            for (List<Integer> group : groups.values()) {
                for (List<Integer> members : deal(group, runs, workers.heapMegabytes())) {
                    Batch<C, R, E> batch = new Batch<>(study, runs, members, workers);
                    workers.start(
                            (int) Math.min(megabytes(members, runs), workers.heapMegabytes()), () -> batch.run(own));
                }
            }
            workers.report(sink);
        }
    }

    private <C extends Record, R extends Record, E extends RunEngine> Object together(
            ReplicaStudy<C, R, E> study, E own, Run<C, R> run) {
        try {
            return study.together(run.config(), own);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(refused(study) + " (" + e.getMessage() + ")", e);
        }
    }

    private String refused(Study<?, ?> study) {
        return "study " + study.id() + " does not run on " + engine.where() + ": --engine exact runs it";
    }

    /**
     * Distributes a group so that all concurrent batches fit into memory, unless even single runs are too large for it.
     */
    private <C extends Record, R extends Record> List<List<Integer>> deal(
            List<Integer> group, List<Run<C, R>> runs, int heap) {
        for (int count = Math.min(threads(), group.size()); ; count = Math.min(2 * count, group.size())) {
            List<List<Integer>> dealt = new ArrayList<>();
            for (int b = 0; b < count; b++) {
                dealt.add(new ArrayList<>());
            }
            for (int k = 0; k < group.size(); k++) {
                dealt.get(k % count).add(group.get(k));
            }
            if (count == group.size() || dealt.stream().allMatch(batch -> megabytes(batch, runs) <= heap / threads())) {
                return dealt;
            }
        }
    }

    /** Memory needed by a batch, of whose runs only a limited number are in progress at a time. */
    private <C extends Record, R extends Record> long megabytes(List<Integer> batch, List<Run<C, R>> runs) {
        return batch.stream()
                .map(k -> (long) Workers.megabytes(runs.get(k)))
                .sorted(Comparator.reverseOrder())
                .limit(engine.slots())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** A batch of runs in parallel. */
    private static final class Batch<C extends Record, R extends Record, E extends RunEngine> {
        private final ReplicaStudy<C, R, E> study;
        private final List<Run<C, R>> runs;
        private final List<Integer> members;
        private final Workers<C, R> workers;
        private final BitSet ended = new BitSet();
        private long last;

        Batch(ReplicaStudy<C, R, E> study, List<Run<C, R>> runs, List<Integer> members, Workers<C, R> workers) {
            this.study = study;
            this.runs = runs;
            this.members = members;
            this.workers = workers;
        }

        void run(E engine) {
            last = System.nanoTime();
            study.run(members.stream().map(runs::get).toList(), engine, this::end);
            if (ended.cardinality() < members.size()) {
                throw new IllegalStateException(engine.engineClass() + " ended " + ended.cardinality() + " of "
                        + members.size() + " runs of " + study.id());
            }
        }

        private void end(int job, R result) {
            if (ended.get(job)) {
                throw new IllegalStateException("run " + job + " of a batch of " + study.id() + " ended twice");
            }
            ended.set(job);
            long now = System.nanoTime();
            workers.ended(members.get(job), Optional.of(result), Duration.ofNanos(now - last));
            last = now;
        }
    }
}
