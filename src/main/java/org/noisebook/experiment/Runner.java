package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Executes runs, on this machine's cores or elsewhere. */
public interface Runner extends AutoCloseable {
    /**
     * Executes all runs, of one study, starting them in list order, and reports each on the calling thread as it ends.
     *
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; runs in flight are lost
     */
    <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException;

    /** Gives back what it holds of other machines, after its last sweep. */
    @Override
    default void close() {}

    /** Runs at a time, or batches of runs. */
    int threads();

    /** The engine class of its results, part of their key. */
    default String engineClass() {
        return Run.EXACT_ENGINE;
    }

    /**
     * Takes what ends.
     *
     * @param <R> result record
     */
    interface Sink<R> {
        /** Run number {@code index} of the list ended; without a result if the runner's limit stopped it. */
        void ended(int index, Optional<R> result, Duration wallTime) throws IOException;

        /** Nothing ended for a moment; called a few times a second, so that progress goes on while runs last. */
        default void waiting() {}
    }
}
