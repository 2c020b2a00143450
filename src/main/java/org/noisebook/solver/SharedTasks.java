package org.noisebook.solver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Runs numbered tasks on several threads, each with its own worker. */
public final class SharedTasks {
    private SharedTasks() {}

    /**
     * Passes every number below {@code tasks} to exactly one worker.
     *
     * @throws CancellationException if interrupted
     */
    public static void run(int tasks, int threads, Supplier<IntConsumer> worker) {
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            IntConsumer own = worker.get();
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                own.accept(task);
            }
        };
        int used = Math.min(threads, tasks);
        if (used <= 1) {
            work.run();
            return;
        }
        ExecutorService pool = Executors.newFixedThreadPool(used, SharedTasks::daemon);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < used; i++) {
                parts.add(pool.submit(work));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("sampling interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
            await(pool);
        }
    }

    /** Waits until all tasks have ended, even if interrupted; workers check for interruption at every step. */
    private static void await(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "noisebook-block");
        thread.setDaemon(true);
        return thread;
    }
}
