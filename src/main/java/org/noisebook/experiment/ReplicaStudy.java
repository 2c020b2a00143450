package org.noisebook.experiment;

import java.util.List;

/**
 * A study whose runs an engine can compute in parallel.
 *
 * @param <C> the config record
 * @param <R> the result record
 * @param <E> the engines that can compute it
 */
public interface ReplicaStudy<C extends Record, R extends Record, E extends RunEngine> extends Study<C, R> {
    /** The engines that can compute it; a runner refuses the study on others. */
    Class<E> engineType();

    /**
     * A key for what runs must share to run together, such as an architecture: runs with equal keys may share a batch.
     *
     * @throws IllegalArgumentException for a config that only the exact engine can run, naming the part responsible
     */
    Object together(C config, E engine);

    /**
     * Computes runs with equal keys in parallel. An empty list does nothing.
     *
     * @param ended receives each result as it is finished
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    void run(List<Run<C, R>> runs, E engine, ResultListener<R> ended);
}
