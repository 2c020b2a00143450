package org.noisebook.experiment;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.noisebook.rng.Streams;

/**
 * A run packed for another process: names and texts from which that process rebuilds it.
 *
 * @param study the class of the study, which needs a public constructor without parameters
 * @param config the config's text
 * @param rootSeed root seed of its streams
 * @param replica replica of its streams
 * @param fixed streams taken from replica 0
 * @param pinned streams with a replica of their own, such as {@code data=3}
 * @param key the key of the run in the sending process
 */
public record RemoteRun(
        String study, String config, long rootSeed, int replica, List<String> fixed, List<String> pinned, String key)
        implements Serializable {
    private static final long MEGABYTE = 1 << 20;
    private static final double USABLE_HEAP = 0.8;

    public RemoteRun {
        fixed = new ArrayList<>(fixed);
        pinned = new ArrayList<>(pinned);
    }

    /**
     * Packs a run.
     *
     * @throws IllegalArgumentException if the study cannot be instantiated again
     */
    public static <C extends Record, R extends Record> RemoteRun of(Run<C, R> run) {
        String name = run.study().getClass().getName();
        RemoteRun parcel = new RemoteRun(
                name,
                Schema.of(run.config()).format(run.config()),
                run.streams().rootSeed(),
                run.streams().replica(),
                List.copyOf(run.streams().fixed()),
                run.streams().pinned().entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .toList(),
                run.key());
        try {
            parcel.make();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "study " + run.study().id() + " runs in this process only: " + name + " has no public constructor",
                    e);
        }
        return parcel;
    }

    private Study<?, ?> make() throws ReflectiveOperationException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return (Study<?, ?>) Class.forName(study, true, loader).getConstructor().newInstance();
    }

    /**
     * Executes the run in this process and returns its encoded result, for {@link #open}.
     *
     * @throws IllegalStateException with a one-line message if this process has another version of the kit, other data
     *     or too small a heap
     */
    public byte[] execute() {
        try {
            return execute(make());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this process has no " + study + ": it needs the jar of the kit", e);
        }
    }

    private <C extends Record, R extends Record> byte[] execute(Study<C, R> made) {
        Map<String, Integer> replicas = new TreeMap<>();
        for (String one : pinned) {
            int equals = one.lastIndexOf('=');
            replicas.put(one.substring(0, equals), Integer.parseInt(one.substring(equals + 1)));
        }
        Set<String> names = new TreeSet<>(fixed);
        C start = made.defaults();
        Run<C, R> run =
                new Run<>(made, Schema.of(start).parse(config, start), new Streams(rootSeed, replica, names, replicas));
        if (!run.key().equals(key)) {
            throw new IllegalStateException(
                    "another version of the kit or other data than where the run of " + made.id() + " comes from");
        }
        long heap = (long) (USABLE_HEAP * Runtime.getRuntime().maxMemory());
        if (made.memory(run.config()) > heap) {
            throw new IllegalStateException("one run of " + made.id() + " needs "
                    + made.memory(run.config()) / MEGABYTE + " MB and the Java heap here offers " + heap / MEGABYTE
                    + " MB");
        }
        return Schema.of(made.resultType()).encode(run.execute());
    }

    /** Decodes the result of {@link #execute}. */
    public static <R extends Record> R open(Run<?, R> run, byte[] result) {
        return Schema.of(run.study().resultType()).decode(result);
    }

    /** The run in words, for error messages. */
    public String text() {
        return study.substring(study.lastIndexOf('.') + 1) + " [" + config + "], replica " + replica;
    }
}
