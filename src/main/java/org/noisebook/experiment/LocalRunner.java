package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Executes runs on a fixed pool of threads of this machine.
 *
 * <p>Runs that do not fit into memory together wait for each other; one that does not fit alone is refused before anything
 * starts.
 *
 * @param threads pool size, 1 or more
 * @param limit wall-clock limit of a run; one that exceeds it is interrupted and has no result
 */
public record LocalRunner(int threads, Optional<Duration> limit) implements Runner {
    private static final long MEGABYTE = 1 << 20;
    private static final double USABLE_HEAP = 0.8;
    private static final int MOST_THREADS = 1024;
    private static final long PATIENCE_MILLIS = 250;

    /** Validates. */
    public LocalRunner {
        Check.inRange("threads", threads, 1, MOST_THREADS);
    }

    /** One thread a core, no limit. */
    public static LocalRunner standard() {
        return new LocalRunner(Runtime.getRuntime().availableProcessors(), Optional.empty());
    }

    private record Ended<R>(int index, Optional<R> result, Optional<Throwable> failure, Duration wallTime) {}

    @Override
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        if (runs.isEmpty()) {
            return;
        }
        int heap = (int) (USABLE_HEAP * Runtime.getRuntime().maxMemory() / MEGABYTE);
        for (Run<C, R> run : runs) {
            if (megabytes(run) > heap) {
                throw new OutOfMemoryException("one run of " + run.study().id() + " needs " + megabytes(run)
                        + " MB and the Java heap offers " + heap + " MB: lower the sizes in ["
                        + Schema.of(run.config()).format(run.config())
                        + "] or raise the heap with NOISEBOOK_JAVA_OPTS=-Xmx…");
            }
        }
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, runs.size()), LocalRunner::daemon);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(LocalRunner::daemon);
        BlockingQueue<Ended<R>> ended = new LinkedBlockingQueue<>();
        try {
            Semaphore memory = new Semaphore(heap, true);
            List<Future<?>> futures = new ArrayList<>();
            for (int k = 0; k < runs.size(); k++) {
                int index = k;
                futures.add(pool.submit(() -> ended.add(one(index, runs.get(index), memory, clock))));
            }
            for (int done = 0; done < runs.size(); done++) {
                Ended<R> next = next(ended, sink);
                if (next.failure().isPresent()) {
                    keep(ended, sink);
                    throw failure(runs.get(next.index()), next.failure().get());
                }
                sink.ended(next.index(), next.result(), next.wallTime());
            }
        } catch (InterruptedException e) {
            keep(ended, sink);
            Thread.currentThread().interrupt();
            throw new CancellationException("sweep interrupted; what had ended is kept");
        } finally {
            pool.shutdownNow();
            clock.shutdownNow();
        }
    }

    private static <R extends Record> Ended<R> next(BlockingQueue<Ended<R>> ended, Sink<R> sink)
            throws InterruptedException {
        Ended<R> next = ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        while (next == null) {
            sink.waiting();
            next = ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return next;
    }

    /** Hands over what had ended when the sweep came to its early end. */
    private static <R extends Record> void keep(BlockingQueue<Ended<R>> ended, Sink<R> sink) throws IOException {
        for (Ended<R> next = ended.poll(); next != null; next = ended.poll()) {
            if (next.failure().isEmpty()) {
                sink.ended(next.index(), next.result(), next.wallTime());
            }
        }
    }

    /** Interrupts a run at its limit, and only while it runs: an interrupt too late would hit the next one. */
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

        /** Ends the watch; whether the limit was reached. */
        synchronized boolean stop() {
            over = true;
            return expired;
        }
    }

    private <C extends Record, R extends Record> Ended<R> one(
            int index, Run<C, R> run, Semaphore memory, ScheduledExecutorService clock) {
        int need = megabytes(run);
        Thread self = Thread.currentThread();
        Watch watch = new Watch(self);
        try {
            memory.acquire(need);
        } catch (InterruptedException e) {
            return new Ended<>(index, Optional.empty(), Optional.of(e), Duration.ZERO);
        }
        long start = System.nanoTime();
        Optional<Future<?>> alarm =
                limit.map(most -> clock.schedule(watch::expire, most.toMillis(), TimeUnit.MILLISECONDS));
        try {
            R result = run.execute();
            return new Ended<>(index, Optional.of(result), Optional.empty(), since(start));
        } catch (CancellationException e) {
            Optional<Throwable> failure = watch.stop() ? Optional.empty() : Optional.of(e);
            return new Ended<>(index, Optional.empty(), failure, since(start));
        } catch (Throwable e) {
            return new Ended<>(index, Optional.empty(), Optional.of(e), since(start));
        } finally {
            alarm.ifPresent(a -> a.cancel(false));
            boolean expired = watch.stop();
            memory.release(need);
            // The flag belongs to this run; the pool sets it again if it is shutting down.
            boolean wasInterrupted = Thread.interrupted();
            if (wasInterrupted && !expired) {
                self.interrupt();
            }
        }
    }

    private static RuntimeException failure(Run<?, ?> run, Throwable cause) {
        if (cause instanceof CancellationException cancelled) {
            return cancelled;
        }
        if (cause instanceof OutOfMemoryError) {
            return new OutOfMemoryException("a run of " + run.study().id() + " ran out of Java heap ("
                    + Runtime.getRuntime().maxMemory() / MEGABYTE
                    + " MB): lower the sizes or --threads, or raise the heap with NOISEBOOK_JAVA_OPTS=-Xmx…");
        }
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        return new IllegalStateException("a run of " + run.study().id() + " failed: " + cause, cause);
    }

    /** A run does not fit into the Java heap. */
    public static final class OutOfMemoryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutOfMemoryException(String message) {
            super(message);
        }
    }

    private static <C extends Record, R extends Record> int megabytes(Run<C, R> run) {
        return (int) Math.min(Integer.MAX_VALUE, run.study().memory(run.config()) / MEGABYTE + 1);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "noisebook-run");
        thread.setDaemon(true);
        return thread;
    }
}
