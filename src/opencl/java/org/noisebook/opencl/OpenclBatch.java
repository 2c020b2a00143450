package org.noisebook.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.noisebook.model.StopReason;

/**
 * Replicas under way on a device, a group each: launches of some tens of milliseconds (of 200 on processors), and the next job for a slot that is free.
 *
 * @param <J> a job
 * @param <R> what the host knows of a replica
 */
abstract class OpenclBatch<J, R> implements AutoCloseable {
    /** Of a replica's numbers: it goes on; it has ended, as one that is not there. */
    static final long RUNNING = 0;

    static final long FITTED = 1;
    /** By the number that says why a replica is not running; the last one asks. */
    static final List<StopReason> REASONS = List.of(
            StopReason.SAMPLE_CAP,
            StopReason.FITTED,
            StopReason.SAMPLE_CAP,
            StopReason.DIVERGED,
            StopReason.SAMPLE_CAP);

    /** Nanoseconds that a launch should take: a card that drives a screen kills launches of seconds. */
    private static final long LAUNCH_NANOS = 40_000_000;
    /** On a processor, which other work may hold up: launches cut by that would hardly do a step. */
    private static final long PROCESSOR_NANOS = 200_000_000;

    private final OpenclQueue queue;
    private final List<Supplier<J>> jobs;
    private final List<OpenclQueue.Buffer> buffers = new ArrayList<>();
    private final SortedMap<Integer, R> running = new TreeMap<>();
    private int next;

    OpenclBatch(OpenclQueue queue, List<Supplier<J>> jobs) {
        this.queue = queue;
        this.jobs = jobs;
    }

    /**
     * How many replicas fit onto the device, a tenth of which is left to the driver and what comes and goes.
     *
     * @param most how many there may be
     * @param bytes that a replica takes
     * @param largest of these in one buffer
     * @throws IllegalArgumentException if not one fits
     */
    int fitting(int most, long bytes, long largest) {
        OpenclDevice device = queue.device();
        long fit = Math.min(device.memory() / 10 * 9 / bytes, device.largestBuffer() / largest);
        if (fit < 1) {
            throw new IllegalArgumentException(
                    "a replica needs " + bytes + " bytes, more than " + device.name() + " gives");
        }
        return (int) Math.min(Math.min(most, jobs.size()), fit);
    }

    /** Memory that lives as long as this. */
    OpenclQueue.Buffer bytes(long length) {
        OpenclQueue.Buffer buffer = queue.buffer(length);
        buffers.add(buffer);
        return buffer;
    }

    /** Gives a slot a job. */
    abstract R start(int slot, int number, J job);

    /** At most so many steps of all replicas. */
    abstract void launch(long budget);

    /** Looks at a replica after a launch; whether it has ended and was reported. */
    abstract boolean settle(int slot, R replica);

    /**
     * Trains all.
     *
     * @param state of the replicas on the device, and {@code states} on the host
     * @param budget steps of the first launch
     * @param largest steps of a launch
     */
    void run(OpenclQueue.Buffer state, long[] states, int slots, long budget, long largest) {
        // A group whose replica has ended returns at once, and so does one that has none.
        Arrays.fill(states, FITTED);
        long steps = budget;
        long limit = queue.device().isCard() ? LAUNCH_NANOS : PROCESSOR_NANOS;
        admit(slots);
        while (!running.isEmpty()) {
            checkInterrupt();
            queue.write(state, 0, states);
            long start = System.nanoTime();
            launch(steps);
            queue.read(state, 0, states);
            long nanos = System.nanoTime() - start;
            if (nanos < limit / 2 && steps < largest) {
                steps *= 2;
            } else if (nanos > limit && steps > 1) {
                steps /= 2;
            }
            running.entrySet().removeIf(one -> settle(one.getKey(), one.getValue()));
            admit(slots);
        }
    }

    private void admit(int slots) {
        for (int slot = 0; slot < slots; slot++) {
            if (!running.containsKey(slot) && next < jobs.size()) {
                checkInterrupt();
                int number = next++;
                running.put(slot, start(slot, number, jobs.get(number).get()));
            }
        }
    }

    private static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("training interrupted");
        }
    }

    @Override
    public void close() {
        buffers.forEach(OpenclQueue.Buffer::close);
    }
}
