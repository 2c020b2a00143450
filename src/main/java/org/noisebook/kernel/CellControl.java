package org.noisebook.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.jshell.execution.DirectExecutionControl;

/**
 * Runs compiled statements in this process, on one thread that all cells share.
 *
 * <p>An interrupt or a time limit interrupts that thread. If it has not answered within a quarter of {@link #GRACE}, its
 * loops are stopped; if it is within a library and has not come back from it at the end of that time, it is left behind and
 * the next cell gets a new one.
 */
final class CellControl extends DirectExecutionControl {
    /** How long an interrupted statement may go on. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** What is let go when memory is short, so that the kernel can say so and go on. */
    private static final int RESERVE_BYTES = 16 << 20;

    private static final int POLL_MILLIS = 20;
    /** Deep recursion is common in cells, and a class of many statements needs it to compile. */
    private static final long STACK_BYTES = 8L << 20;

    /** How the last statement ended. */
    enum Ending {
        NORMAL,
        INTERRUPTED,
        TIMED_OUT
    }

    private final CellLoader loader;
    private volatile Duration limit = Duration.ZERO;
    private volatile Runnable before = () -> {};
    private final Duration grace;
    private final boolean runs;
    private ExecutorService worker;
    private volatile Thread workerThread;
    private boolean running;
    private volatile long interruptTime;
    private volatile boolean interrupted;
    private volatile Ending ending = Ending.NORMAL;
    private volatile boolean leftBehind;
    private volatile Object value;
    private volatile Throwable failure;
    private volatile boolean invoked;
    private volatile Throwable loadFailure;
    private volatile byte[] reserve = new byte[RESERVE_BYTES];

    /**
     * A control.
     *
     * @param loader loads what is run
     * @param grace how long an interrupted statement may go on
     * @param runs whether statements are run, or compiled and no more
     */
    CellControl(CellLoader loader, Duration grace, boolean runs) {
        super(loader);
        this.loader = loader;
        this.grace = grace;
        this.runs = runs;
        rehearseShortage();
        newWorker();
    }

    private synchronized void newWorker() {
        // One that was left behind is no longer the cells' thread.
        workerThread = null;
        worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(null, task, "cell", STACK_BYTES);
            thread.setDaemon(true);
            thread.setContextClassLoader(loader.loader());
            workerThread = thread;
            return thread;
        });
    }

    /** The time a statement may take; zero for no limit. */
    void limit(Duration duration) {
        limit = duration;
    }

    /** What the thread does before each statement. */
    void before(Runnable action) {
        before = action;
    }

    /** How long an interrupted statement may go on. */
    Duration grace() {
        return grace;
    }

    /** Whether the calling thread is the one that runs cells. */
    boolean isCellThread() {
        return Thread.currentThread() == workerThread;
    }

    /** Forgets an interrupt: a new cell begins. */
    synchronized void begin() {
        interrupted = false;
        reset();
    }

    private void reset() {
        ending = Ending.NORMAL;
        leftBehind = false;
        value = null;
        failure = null;
    }

    /** Interrupts the statement that runs, and keeps the cell's others from starting. */
    synchronized void interrupt() {
        interruptTime = System.nanoTime();
        interrupted = true;
        // A thread that has not started yet looks at the flag first.
        if (running && workerThread != null) {
            workerThread.interrupt();
        }
    }

    boolean isInterrupted() {
        return interrupted;
    }

    /** How the last statement ended. */
    Ending ending() {
        return ending;
    }

    /** Whether the last statement did not answer the interrupt, and goes on. */
    boolean isLeftBehind() {
        return leftBehind;
    }

    /** The value of the last statement; null if it has none. */
    Object value() {
        return value;
    }

    /** What the last statement threw; null if nothing. */
    Throwable failure() {
        return failure;
    }

    /** The handlers' classes are looked up while there is memory. */
    private static void rehearseShortage() {
        try {
            throw new OutOfMemoryError("rehearsal");
        } catch (OutOfMemoryError e) {
            Thread.yield();
        }
    }

    /** Forgets what was run and thrown before. */
    void forget() {
        failure = null;
        loadFailure = null;
        invoked = false;
    }

    /** Whether a statement was run since {@link #forget}. */
    boolean wasInvoked() {
        return invoked;
    }

    /** Why a class was not loaded since {@link #forget}; null if all were. */
    Throwable loadFailure() {
        return loadFailure;
    }

    @Override
    public void load(ClassBytecodes[] codes)
            throws ClassInstallException, NotImplementedException, EngineTerminationException {
        try {
            super.load(codes);
        } catch (ClassInstallException e) {
            // JShell keeps this to itself.
            loadFailure = e.getCause();
            throw e;
        }
    }

    /** Lets go of the reserve: memory is short. */
    void releaseReserve() {
        reserve = null;
    }

    /** Sets memory aside again, if there is plenty. */
    void refillReserve() {
        if (reserve == null) {
            Runtime runtime = Runtime.getRuntime();
            long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
            if (free > 4L * RESERVE_BYTES) {
                reserve = new byte[RESERVE_BYTES];
            }
        }
    }

    @Override
    protected String invoke(Method method) throws Exception {
        invoked = true;
        value = runs ? run(() -> call(method)) : null;
        return "";
    }

    /**
     * Runs something on the cells' thread, as a statement is run.
     *
     * @throws InvocationTargetException with what it threw
     * @throws StoppedException if it was interrupted before it began, or left behind
     */
    Object run(Callable<?> action) throws Exception {
        if (isCellThread()) {
            return nested(action);
        }
        reset();
        if (interrupted) {
            ending = Ending.INTERRUPTED;
            throw new StoppedException();
        }
        setRunning(true);
        try {
            return await(worker.submit(() -> {
                // A late interrupt of the statement before must not hit this one.
                Thread.interrupted();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                before.run();
                return (Object) action.call();
            }));
        } finally {
            setRunning(false);
            Interruption.release(workerThread);
        }
    }

    /** A statement of text that a cell evaluates. */
    private Object nested(Callable<?> action) throws Exception {
        try {
            return action.call();
        } catch (InvocationTargetException e) {
            failure = e.getCause();
            throw e;
        }
    }

    private synchronized void setRunning(boolean now) {
        running = now;
    }

    private Object await(Future<Object> task) throws Exception {
        long start = System.nanoTime();
        long stopTime = Long.MAX_VALUE;
        boolean stopped = false;
        while (true) {
            try {
                Object result = task.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                // What text that the cell evaluated threw, the cell has dealt with.
                failure = null;
                if (interrupted && ending == Ending.NORMAL) {
                    ending = Ending.INTERRUPTED;
                }
                return result;
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof InvocationTargetException outer ? outer.getCause() : e.getCause();
                if (failure instanceof OutOfMemoryError) {
                    // Now: JShell needs memory to tell of it.
                    releaseReserve();
                }
                if (interrupted && ending == Ending.NORMAL) {
                    ending = Ending.INTERRUPTED;
                }
                throw new InvocationTargetException(failure);
            } catch (OutOfMemoryError e) {
                // The wait itself needs a little. The reserve is for the time after the statement, which takes what it
                // can get.
                if (task.isDone()) {
                    releaseReserve();
                }
                Thread.yield();
            } catch (TimeoutException e) {
                long now = System.nanoTime();
                if (stopTime == Long.MAX_VALUE && interrupted) {
                    ending = Ending.INTERRUPTED;
                    stopTime = interruptTime + grace.toNanos();
                } else if (stopTime == Long.MAX_VALUE && !limit.isZero() && now - start > limit.toNanos()) {
                    ending = Ending.TIMED_OUT;
                    stopTime = now + grace.toNanos();
                    workerThread.interrupt();
                } else if (now > stopTime) {
                    leftBehind = true;
                    worker.shutdownNow();
                    newWorker();
                    throw new StoppedException();
                } else if (now > stopTime - grace.toNanos() / 4 * 3 && !stopped) {
                    Interruption.stop(workerThread);
                    stopped = true;
                }
            }
        }
    }

    @Override
    public void close() {
        super.close();
        worker.shutdownNow();
    }

    private static Object call(Method method) throws Exception {
        try {
            return method.invoke(null);
        } catch (ExceptionInInitializerError e) {
            throw new InvocationTargetException(e);
        }
    }
}
