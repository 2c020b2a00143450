package org.noisebook.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.noisebook.data.Check;

/**
 * The threads of a runner: tasks finish runs on them, and the thread that called the runner reports the results.
 *
 * <p>Tasks that do not fit into the Java heap together wait for each other.
 */
final class Workers<C extends Record, R extends Record> implements AutoCloseable {
    private static final long MEGABYTE = 1 << 20;
    private static final double USABLE_HEAP = 0.8;
    private static final int MOST_THREADS = 1024;
    private static final long PATIENCE_MILLIS = 250;

    private final List<Run<C, R>> runs;
    private final Pool pool;
    private final BlockingQueue<Ended<R>> ended = new LinkedBlockingQueue<>();
    private final List<Future<?>> tasks = new ArrayList<>();

    private record Ended<R>(int index, Optional<R> result, Optional<Throwable> failure, Duration wallTime) {}

    /** Threads, which end when idle, and the memory for what they do; sweeps that share them take turns in the order of their start. */
    static final class Pool {
        private static final long IDLE_SECONDS = 1;

        private final int heap = (int) (USABLE_HEAP * Runtime.getRuntime().maxMemory() / MEGABYTE);
        private final Semaphore memory = new Semaphore(heap, true);
        private final ThreadPoolExecutor threads;

        Pool(int size) {
            checkThreads(size);
            threads = new ThreadPoolExecutor(
                    size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::daemon);
            threads.allowCoreThreadTimeOut(true);
        }
    }

    /** Computes some of the runs. */
    interface Task {
        void run();
    }

    /**
     * Creates workers without a task.
     *
     * @param runs at least one
     * @throws LocalRunner.OutOfMemoryException if one of them alone does not fit
     */
    Workers(List<Run<C, R>> runs, Pool pool) {
        this.runs = runs;
        this.pool = pool;
        for (Run<C, R> run : runs) {
            if (megabytes(run) > pool.heap) {
                throw new LocalRunner.OutOfMemoryException(
                        "one run of " + run.study().id() + " needs " + megabytes(run)
                                + " MB and the Java heap offers " + pool.heap + " MB: lower the sizes in ["
                                + Schema.of(run.config()).format(run.config())
                                + "] or raise the heap with NOISEBOOK_JAVA_OPTS=-Xmx…");
            }
        }
    }

    static void checkThreads(int threads) {
        Check.inRange("threads", threads, 1, MOST_THREADS);
    }

    /** Memory available for all runs in progress. */
    int heapMegabytes() {
        return pool.heap;
    }

    /** Memory needed by a run. */
    static <C extends Record, R extends Record> int megabytes(Run<C, R> run) {
        return (int) Math.min(Integer.MAX_VALUE, run.study().memory(run.config()) / MEGABYTE + 1);
    }

    /** Starts a task when a thread and the memory are free; an exception in it ends the whole sweep. */
    void start(int megabytes, Task task) {
        tasks.add(pool.threads.submit(() -> {
            try {
                pool.memory.acquire(megabytes);
                try {
                    task.run();
                } finally {
                    pool.memory.release(megabytes);
                }
            } catch (Throwable e) {
                ended.add(new Ended<>(0, Optional.empty(), Optional.of(e), Duration.ZERO));
            }
        }));
    }

    /** Called by a task when a run has ended; without a result if a limit stopped it. */
    void ended(int index, Optional<R> result, Duration wallTime) {
        ended.add(new Ended<>(index, result, Optional.empty(), wallTime));
    }

    /** Reports every run when it ends; if ended early, also the runs finished until then. */
    void report(Runner.Sink<R> sink) throws IOException {
        try {
            for (int done = 0; done < runs.size(); done++) {
                Ended<R> next = next(sink);
                if (next.failure().isPresent()) {
                    keep(sink);
                    throw failure(next.failure().get());
                }
                sink.ended(next.index(), next.result(), next.wallTime());
            }
        } catch (InterruptedException e) {
            keep(sink);
            Thread.currentThread().interrupt();
            throw new CancellationException("sweep interrupted; finished runs are kept");
        }
    }

    private Ended<R> next(Runner.Sink<R> sink) throws InterruptedException {
        Ended<R> next = ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        while (next == null) {
            sink.waiting();
            next = ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return next;
    }

    private void keep(Runner.Sink<R> sink) throws IOException {
        for (Ended<R> next = ended.poll(); next != null; next = ended.poll()) {
            if (next.failure().isEmpty()) {
                sink.ended(next.index(), next.result(), next.wallTime());
            }
        }
    }

    private RuntimeException failure(Throwable cause) {
        String id = runs.get(0).study().id();
        if (cause instanceof CancellationException cancelled) {
            return cancelled;
        }
        if (cause instanceof OutOfMemoryError) {
            return new LocalRunner.OutOfMemoryException("a run of " + id + " ran out of Java heap ("
                    + Runtime.getRuntime().maxMemory() / MEGABYTE
                    + " MB): lower the sizes or --threads, or raise the heap with NOISEBOOK_JAVA_OPTS=-Xmx…");
        }
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        return new IllegalStateException("a run of " + id + " failed: " + cause, cause);
    }

    /** Interrupts all tasks still running, and drops those that have not begun. */
    @Override
    public void close() {
        tasks.forEach(task -> task.cancel(true));
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "noisebook-run");
        thread.setDaemon(true);
        return thread;
    }
}
