package org.noisebook.experiment;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.noisebook.rng.Streams;

/**
 * One model's run: a pure function of a config and the streams of a replica.
 *
 * <p>A study is two records, a config and a result whose components carry {@link Parameter}, and one class under a
 * {@link Head} that is listed in {@code META-INF/services/org.noisebook.experiment.Study}; one that only a paper uses stands with that
 * paper. Command line, tables, cache and docs read the rest from the records. Figures are reductions of runs and share them through
 * the cache.
 *
 * @param <C> the config record, checked by {@link Ranges}
 * @param <R> the result record
 */
public interface Study<C extends Record, R extends Record> {
    /** The name on the command line, lower case. */
    default String id() {
        return head().id();
    }

    /** Raised whenever the same config would give other numbers. */
    default int version() {
        return head().version();
    }

    /** What it computes, one sentence. */
    default String title() {
        return head().title();
    }

    /** The config a user starts from: what the record's {@code standard()} gives, or else {@link Parameter#standard} of its components. */
    @SuppressWarnings("unchecked")
    default C defaults() {
        Class<?> type = argument(0);
        return (C) Draft.standard(type)
                .orElseThrow(() -> new IllegalStateException(type.getSimpleName() + " has no standard()"));
    }

    /** The result record's class. */
    @SuppressWarnings("unchecked")
    default Class<R> resultType() {
        return (Class<R>) argument(1);
    }

    /** The streams a run draws from: what {@code --fix} may pin. */
    default Set<String> streamNames() {
        return Set.of(head().streams());
    }

    /** What it rests on: author, year, identifier. */
    default List<String> sources() {
        return List.of(head().sources());
    }

    private Head head() {
        return Optional.ofNullable(getClass().getAnnotation(Head.class))
                .orElseThrow(() -> new IllegalStateException(getClass().getSimpleName() + " has no @Head"));
    }

    /** C or R of the class. */
    private Class<?> argument(int index) {
        List<Type> heads = new ArrayList<>(List.of(getClass().getGenericInterfaces()));
        heads.add(getClass().getGenericSuperclass());
        for (Type type : heads) {
            if (type instanceof ParameterizedType study
                    && Study.class.isAssignableFrom((Class<?>) study.getRawType())) {
                return (Class<?>) study.getActualTypeArguments()[index];
            }
        }
        throw new IllegalStateException(getClass().getSimpleName() + " does not implement Study<Config, Result>");
    }

    /**
     * One run.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    R run(C config, Streams streams);

    /** What the replicas of a cell come to, in words, for a last column {@code verdict} of tables; empty where a study does not judge. */
    default Optional<String> verdict(List<R> replicas) {
        return Optional.empty();
    }

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
