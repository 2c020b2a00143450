package org.noisebook.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.noisebook.experiment.RemoteRun;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Runs;
import org.noisebook.rng.Streams;

/** Runs whose results come from the page's workers: what is missing is collected, then given. */
final class WebRuns implements Runs {
    private static final String FIELDS = "\1";
    private final Map<String, Record> results = new HashMap<>();
    private final Map<String, Run<?, ?>> missing = new LinkedHashMap<>();
    private List<Run<?, ?>> asked = List.of();
    private long rootSeed;

    /** Begins a figure; results of earlier ones are kept. */
    void start(long seed) {
        rootSeed = seed;
        missing.clear();
    }

    @Override
    public long rootSeed() {
        return rootSeed;
    }

    @Override
    @SuppressWarnings("unchecked") // the key names the study, and so its result
    public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
        List<List<R>> cells = new ArrayList<>();
        Streams streams = Streams.of(rootSeed).withFixed(sweep.fixed());
        boolean complete = true;
        for (Sweep.Cell<C> cell : sweep.cells()) {
            List<R> replicas = new ArrayList<>();
            for (int r = 0; r < cell.replicas(); r++) {
                Run<C, R> run = new Run<>(sweep.study(), cell.config(), streams.withReplica(r));
                String key = run.key();
                R result = (R) results.get(key);
                if (result == null) {
                    missing.put(key, run);
                    complete = false;
                }
                replicas.add(result);
            }
            cells.add(replicas);
        }
        if (!complete) {
            throw new Shard.Pending("runs are missing");
        }
        return cells::get;
    }

    /** The missing runs, the largest first, packed for {@code run}. */
    String missing() {
        List<Run<?, ?>> all = new ArrayList<>(missing.values());
        all.sort((a, b) -> Double.compare(work(b), work(a)));
        asked = all;
        List<String> packed = new ArrayList<>();
        for (Run<?, ?> run : all) {
            packed.add(pack(RemoteRun.of(run)));
        }
        return String.join("\0", packed);
    }

    private static <C extends Record> double work(Run<C, ?> run) {
        return run.study().work(run.config());
    }

    private static String pack(RemoteRun run) {
        return String.join(
                FIELDS,
                run.study(),
                run.config(),
                Long.toString(run.rootSeed()),
                Integer.toString(run.replica()),
                String.join(";", run.fixed()),
                String.join(";", run.pinned()),
                run.key());
    }

    /** A run from a request. */
    static RemoteRun unpack(String... request) {
        String[] part = request[1].split(FIELDS, -1);
        return new RemoteRun(
                part[0],
                part[1],
                Long.parseLong(part[2]),
                Integer.parseInt(part[3]),
                list(part[4]),
                list(part[5]),
                part[6]);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(";")).filter(one -> !one.isEmpty()).toList();
    }

    /** Keeps the result of the run with this index in the last list. */
    String keep(int index, byte[] result) {
        Run<?, ?> run = asked.get(index);
        results.put(run.key(), RemoteRun.open(run, result));
        return "";
    }
}
