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
 * Replicas in progress on a device, one work group each, in launches of some tens of milliseconds (200 on CPUs); a free
 * slot gets the next job.
 *
 * @param <J> type of a job
 * @param <R> host-side state of a replica
 */
abstract class OpenclBatch<J, R> implements AutoCloseable {
    /** State of a replica: running; or ended, which also marks an empty slot. */
    static final long RUNNING = 0;

    static final long FITTED = 1;
    /** Stop reasons by the number with which a replica stops; the last number is a request to the host. */
    static final List<StopReason> REASONS = List.of(
            StopReason.SAMPLE_CAP,
            StopReason.FITTED,
            StopReason.SAMPLE_CAP,
            StopReason.DIVERGED,
            StopReason.SAMPLE_CAP);

    /** Intended nanoseconds per launch: a card that drives a screen kills launches of seconds. */
    private static final long LAUNCH_NANOS = 40_000_000;
    /** The same on a CPU, where other work may delay launches; shorter limits would allow hardly a step. */
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
     * Number of replicas that fit on the device, with a tenth of its memory left to the driver and to temporary data.
     *
     * @param most upper limit
     * @param bytes bytes of a replica
     * @param largest bytes of a replica in the largest buffer
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

    /** Memory with the lifetime of this batch. */
    OpenclQueue.Buffer bytes(long length) {
        OpenclQueue.Buffer buffer = queue.buffer(length);
        buffers.add(buffer);
        return buffer;
    }

    /** Assigns a job to a slot. */
    abstract R start(int slot, int number, J job);

    /** Launches at most the given number of steps of all replicas. */
    abstract void launch(long budget);

    /** Checks a replica after a launch; returns whether it has ended and been reported. */
    abstract boolean settle(int slot, R replica);

    /**
     * Trains all replicas.
     *
     * @param state states of the replicas on the device; {@code states} are those on the host
     * @param budget number of steps in the first launch
     * @param largest largest number of steps in a launch
     */
    void run(OpenclQueue.Buffer state, long[] states, int slots, long budget, long largest) {
        // A group whose replica has ended returns at once, as does a group without a replica.
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
