package org.noisebook.experiment;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.noisebook.rng.Streams;

/**
 * One run of a study: a pure function of (study, version, config, root seed, replica, pinned streams, input files).
 *
 * @param study the study
 * @param config its config
 * @param streams streams that fix seed and replica
 * @param <C> config record
 * @param <R> result record
 */
public record Run<C extends Record, R extends Record>(Study<C, R> study, C config, Streams streams) {
    /** The engine class of committed results: all engines in it give identical bits. */
    public static final String EXACT_ENGINE = "exact";

    /** SHA-256 of everything that determines the exact result, in hexadecimal. */
    public String key() {
        return key(EXACT_ENGINE);
    }

    /** SHA-256 of everything that determines the result on an engine class, in hexadecimal. */
    public String key(String engineClass) {
        return keys(study, config, engineClass).apply(streams);
    }

    /** The keys of a cell's runs; their common part is formatted only once. */
    static <C extends Record, R extends Record> Function<Streams, String> keys(
            Study<C, R> study, C config, String engineClass) {
        String head = "study=" + study.id()
                + "\nversion=" + study.version()
                + "\nengine=" + engineClass
                + "\nconfig=" + Schema.of(config).format(config);
        String tail = "\ninputs=" + study.inputs(config);
        return streams -> {
            String text = head + "\nrootSeed=" + streams.rootSeed() + "\nreplica=" + streams.replica() + "\nfixed="
                    + streams.fixed() + (streams.pinned().isEmpty() ? "" : "\npinned=" + streams.pinned()) + tail;
            return Streams.sha256(text.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Executes the run. */
    public R execute() {
        return study.run(config, streams);
    }
}
