package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;
import org.noisebook.rng.Streams;

/** Cells of one study with the same fixed streams, waiting for their sweep. */
final class Waiting<C extends Record, R extends Record> {
    private static final double SECONDS_AN_HOUR = 3600;

    private final Study<C, R> study;
    private final Set<String> fixed;
    private final Function<Waiting<C, R>, IntFunction<List<R>>> runner;
    private final List<Sweep.Cell<C>> cells = new ArrayList<>();
    private final Map<Sweep.Cell<C>, Cell<C, R>> declared = new HashMap<>();
    private IntFunction<List<R>> results;

    Waiting(Study<C, R> study, Set<String> fixed, Function<Waiting<C, R>, IntFunction<List<R>>> runner) {
        this.study = study;
        this.fixed = fixed;
        this.runner = runner;
    }

    boolean isOf(Study<?, ?> other, Set<String> otherFixed) {
        return study.id().equals(other.id()) && fixed.equals(otherFixed);
    }

    /** Adds a cell; declaring it again gives the same cell. */
    Cell<C, R> add(C config, int count, Streams streams) {
        return declared.computeIfAbsent(new Sweep.Cell<>(config, count), cell -> {
            int index = cells.size();
            cells.add(cell);
            return new Cell<>(config, () -> results().apply(index), streams);
        });
    }

    private IntFunction<List<R>> results() {
        if (results == null) {
            results = runner.apply(this);
        }
        return results;
    }

    /** Computes a shard's part of the cells whose results have not been requested yet. */
    void share(Runs runs) {
        try {
            runs.of(sweep());
        } catch (Shard.Pending ignored) {
            // The runs of other shards are missing here too.
        }
    }

    Sweep<C, R> sweep() {
        return new Sweep<>(study, cells, fixed);
    }

    long runs() {
        return sweep().runs();
    }

    /** Core seconds of all runs, from timing the largest run and scaling by work. */
    double seconds(Streams streams) {
        C largest = Collections.max(cells, Comparator.comparingDouble(cell -> study.work(cell.config())))
                .config();
        double work = cells.stream()
                .mapToDouble(cell -> study.work(cell.config()) * cell.replicas())
                .sum();
        return study.seconds(largest, streams) * work / study.work(largest);
    }

    /** {@code 7254 runs, about 3.2 h on 2 threads …}; empty if their studies cannot estimate it. */
    static String forecast(List<Waiting<?, ?>> waiting, double shareOfWork, Experiment experiment) {
        double seconds = waiting.stream()
                .mapToDouble(cells -> cells.seconds(experiment.streams()))
                .sum();
        double hours = shareOfWork * seconds / experiment.threads() / SECONDS_AN_HOUR;
        return hours > 0
                ? String.format(
                        Locale.ROOT,
                        "%d runs, %s %s on %d threads if none is in the cache; it may be interrupted and goes on where it was",
                        waiting.stream().mapToLong(Waiting::runs).sum(),
                        shareOfWork < 1 ? "about" : "at most",
                        hours < 1 ? Math.round(hours * 60) + " min" : String.format(Locale.ROOT, "%.1f h", hours),
                        experiment.threads())
                : "";
    }
}
