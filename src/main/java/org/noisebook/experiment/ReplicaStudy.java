package org.noisebook.experiment;

import java.util.List;
import org.noisebook.model.ReplicaEngine;

/**
 * A study whose runs an engine of replicas can compute side by side.
 *
 * @param <C> the config record
 * @param <R> the result record
 */
public interface ReplicaStudy<C extends Record, R extends Record> extends Study<C, R> {
    /**
     * What runs share that go side by side, such as an architecture: runs with equal keys may.
     *
     * @throws IllegalArgumentException for a config that only the exact engine runs, saying which part of it
     */
    Object together(C config, ReplicaEngine engine);

    /**
     * The runs, side by side; their keys are equal. An empty list does nothing.
     *
     * @param ended takes each result as it is there
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    void run(List<Run<C, R>> runs, ReplicaEngine engine, ReplicaEngine.Ended<R> ended);
}
