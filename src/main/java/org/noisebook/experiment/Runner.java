package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Executes runs, on this machine's cores or elsewhere. */
public interface Runner extends AutoCloseable {
    /**
     * Executes all runs of one study, starting them in list order, and reports each on the calling thread when it ends.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted; runs in progress are lost
     */
    <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException;

    /** Releases resources on other machines, after the last sweep. */
    @Override
    default void close() {}

    /** Number of concurrent runs or batches of runs. */
    int threads();

    /** The engine class of its results, which is part of their key. */
    default String engineClass() {
        return Run.EXACT_ENGINE;
    }

    /**
     * Receives the results.
     *
     * @param <R> result record
     */
    interface Sink<R> {
        /** Called when run number {@code index} of the list has ended; without a result if a limit stopped it. */
        void ended(int index, Optional<R> result, Duration wallTime) throws IOException;

        /** Called a few times per second while no run ends, so that progress is updated during long runs. */
        default void waiting() {}
    }
}
