package org.noisebook.experiment;

import java.util.List;
import org.noisebook.model.ReplicaEngine;

/**
 * A study whose runs a replica engine can compute in parallel.
 *
 * @param <C> the config record
 * @param <R> the result record
 */
public interface ReplicaStudy<C extends Record, R extends Record> extends Study<C, R> {
    /**
     * A key for what runs must share to run together, such as an architecture: runs with equal keys may share a batch.
     *
     * @throws IllegalArgumentException for a config that only the exact engine can run, naming the part responsible
     */
    Object together(C config, ReplicaEngine engine);

    /**
     * Computes runs with equal keys in parallel. An empty list does nothing.
     *
     * @param ended receives each result as it is finished
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    void run(List<Run<C, R>> runs, ReplicaEngine engine, ReplicaEngine.Ended<R> ended);
}
