package org.noisebook.experiment;

import java.util.List;
import java.util.Set;
import org.noisebook.rng.Streams;

/**
 * One model's run: a pure function of a config and the streams of a replica.
 *
 * <p>A study is two records, a config and a result whose components carry {@link Parameter}, and one class that is listed
 * in {@code META-INF/services/org.noisebook.experiment.Study}. Command line, tables, cache and docs read the rest from
 * the records. Figures are reductions of runs and share them through the cache.
 *
 * @param <C> the config record: its compact constructor validates
 * @param <R> the result record
 */
public interface Study<C extends Record, R extends Record> {
    /** The name on the command line, lower case. */
    String id();

    /** Raised whenever the same config would give other numbers. */
    int version();

    /** What it computes, one sentence. */
    String title();

    /** The config a user starts from. */
    C defaults();

    /** The result record's class. */
    Class<R> resultType();

    /** The streams a run draws from: what {@code --fix} may pin. */
    Set<String> streamNames();

    /** What it rests on: author, year, identifier. */
    List<String> sources();

    /**
     * One run.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    R run(C config, Streams streams);

    /** The expected cost in arbitrary units, so that the largest runs start first. */
    default double work(C config) {
        return 1;
    }

    /** Core seconds that a run takes at most on this machine, by timing its steps; NaN where a study does not time itself. */
    default double seconds(C config, Streams streams) {
        return Double.NaN;
    }

    /** The bytes a run needs, so that a run that cannot fit is refused before it starts. */
    default long memory(C config) {
        return 0;
    }

    /** SHA-256 of every file a run reads; part of the cache key. */
    default List<String> inputs(C config) {
        return List.of();
    }
}
