package org.noisebook.experiment;

/**
 * Receives results as they end, on the thread that called the engine.
 *
 * @param <E> the result of a job
 */
public interface ResultListener<E> {
    /** Called when job number {@code job} of the list has ended. */
    void accept(int job, E end);
}
