package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Executes runs on a fixed thread pool on this machine, which sweeps of several threads share.
 *
 * <p>Runs that do not fit into memory together wait; one that does not fit alone is rejected before anything starts.
 */
public final class LocalRunner implements Runner {
    private final int threads;
    private final Optional<Duration> limit;
    private final Workers.Pool pool;

    /**
     * Creates a runner without a thread.
     *
     * @param threads pool size, 1 or more
     * @param limit wall-clock limit per run; a run that exceeds it is interrupted and gives no result
     */
    public LocalRunner(int threads, Optional<Duration> limit) {
        this.threads = threads;
        this.limit = limit;
        this.pool = new Workers.Pool(threads);
    }

    /** One thread per core, with no time limit. */
    public static LocalRunner standard() {
        return new LocalRunner(Runtime.getRuntime().availableProcessors(), Optional.empty());
    }

    @Override
    public int threads() {
        return threads;
    }

    /** The wall-clock limit of a run. */
    public Optional<Duration> limit() {
        return limit;
    }

    @Override
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        if (runs.isEmpty()) {
            return;
        }
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Workers::daemon);
        try (Workers<C, R> workers = new Workers<>(runs, pool)) {
            for (int k = 0; k < runs.size(); k++) {
                int index = k;
                Run<C, R> run = runs.get(k);
                workers.start(Workers.megabytes(run), () -> one(index, run, workers, clock));
            }
            workers.report(sink);
        } finally {
            clock.shutdownNow();
        }
    }

    /** Interrupts a run at its limit, but only while it runs: a late interrupt would hit the next run. */
    private static final class Watch {
        private final Thread thread;
        private boolean over;
        private boolean expired;

        Watch(Thread thread) {
            this.thread = thread;
        }

        synchronized void expire() {
            if (!over) {
                expired = true;
                thread.interrupt();
            }
        }

        /** Ends the watch and returns whether the limit was reached. */
        synchronized boolean stop() {
            over = true;
            return expired;
        }
    }

    private <C extends Record, R extends Record> void one(
            int index, Run<C, R> run, Workers<C, R> workers, ScheduledExecutorService clock) {
        Thread self = Thread.currentThread();
        Watch watch = new Watch(self);
        long start = System.nanoTime();
        Optional<Future<?>> alarm =
                limit.map(most -> clock.schedule(watch::expire, most.toMillis(), TimeUnit.MILLISECONDS));
        try {
            R result = run.execute();
            workers.ended(index, Optional.of(result), since(start));
        } catch (CancellationException e) {
            if (!watch.stop()) {
                throw e;
            }
            workers.ended(index, Optional.empty(), since(start));
        } finally {
            alarm.ifPresent(a -> a.cancel(false));
            boolean expired = watch.stop();
            // The interrupt flag belongs to this run; the pool sets it again if it is shutting down.
            boolean wasInterrupted = Thread.interrupted();
            if (wasInterrupted && !expired) {
                self.interrupt();
            }
        }
    }

    /** Thrown if a run does not fit into the Java heap. */
    public static final class OutOfMemoryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutOfMemoryException(String message) {
            super(message);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
