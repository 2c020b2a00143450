package org.noisebook.experiment;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.noisebook.rng.Streams;

/**
 * A simulation whose run is a pure function of a config and the streams of a replica.
 *
 * <p>A study is two records, a config and a result whose components carry {@link Parameter}, and one class under a
 * {@link StudyInfo} that is listed in {@code META-INF/services/org.noisebook.experiment.Study}; a study used by only one
 * paper belongs to that paper's package. Command line, tables, cache and docs derive the rest from the records. Figures
 * are reductions of runs, which they share through the cache.
 *
 * @param <C> the config record, checked by {@link Ranges}
 * @param <R> the result record
 */
public interface Study<C extends Record, R extends Record> {
    /** The name on the command line, lower case. */
    default String id() {
        return head().id();
    }

    /** Increased whenever the same config would give different numbers. */
    default int version() {
        return head().version();
    }

    /** What the study computes, in one sentence. */
    default String title() {
        return head().title();
    }

    /**
     * The default config: from the record's {@code standard()}, else from {@link Parameter#standard} of its components.
     */
    @SuppressWarnings("unchecked")
    default C defaults() {
        Class<?> type = argument(0);
        return (C) RecordBuilder.standard(type)
                .orElseThrow(() -> new IllegalStateException(type.getSimpleName() + " has no standard()"));
    }

    /** The result record's class. */
    @SuppressWarnings("unchecked")
    default Class<R> resultType() {
        return (Class<R>) argument(1);
    }

    /** The streams a run draws from, which {@code --fix} may pin. */
    default Set<String> streamNames() {
        return Set.of(head().streams());
    }

    /** References: author, year, identifier. */
    default List<String> sources() {
        return List.of(head().sources());
    }

    private StudyInfo head() {
        return Optional.ofNullable(getClass().getAnnotation(StudyInfo.class))
                .orElseThrow(() -> new IllegalStateException(getClass().getSimpleName() + " has no @StudyInfo"));
    }

    /** The type argument C or R of the class. */
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
     * Performs one run.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    R run(C config, Streams streams);

    /** A verdict in words on the replicas of a cell, for the last column {@code verdict} of tables; may be empty. */
    default Optional<String> verdict(List<R> replicas) {
        return Optional.empty();
    }

    /** The expected cost in arbitrary units, so that the largest runs start first. */
    default double work(C config) {
        return 1;
    }

    /** An upper bound on the core seconds of a run on this machine, from timing its steps; NaN if there is none. */
    default double seconds(C config, Streams streams) {
        return Double.NaN;
    }

    /** The memory of a run in bytes, so that a run that cannot fit is rejected before it starts. */
    default long memory(C config) {
        return 0;
    }

    /** SHA-256 of every file that a run reads; part of the cache key. */
    default List<String> inputs(C config) {
        return List.of();
    }
}
