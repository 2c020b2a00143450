package org.noisebook.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The part of OpenCL that the kit uses: one device with its own in-order queue.
 *
 * <p>Arrays are of {@code int}, {@code long}, {@code float} or {@code double}; buffer offsets are in bytes. An instance
 * belongs to one thread. <b>Errors</b>: every method may throw an {@link UncheckedIOException} with a one-line message
 * that names the OpenCL error; afterwards the queue is unusable.
 */
public interface OpenclQueue extends AutoCloseable {
    /** Memory on the device. */
    interface Buffer extends AutoCloseable {
        @Override
        void close();
    }

    /** A kernel of a built program. */
    interface Kernel {}

    /** The device on which it computes. */
    OpenclDevice device();

    /**
     * Builds a program at the first request; contraction is off, division and square root are correctly rounded if the
     * device can, and {@code FP64} is defined if it computes in float64.
     *
     * @param options such as {@code -D WIDTH=16}
     * @param files names of {@linkplain #source sources}, which are concatenated
     * @return its kernel with the given name
     */
    Kernel build(String kernel, String options, String... files);

    /** Uninitialised memory of the given size, at least one byte. */
    Buffer buffer(long bytes);

    /** Copies a whole array to the device. */
    void write(Buffer to, long place, Object array);

    /** Waits, then copies from the device into a whole array. */
    void read(Buffer from, long place, Object array);

    /** Bytes of a double or of a float. */
    static int bytesOf(boolean wide) {
        return wide ? Double.BYTES : Float.BYTES;
    }

    /** Copies doubles to the device, or the floats nearest to them; the offset counts such numbers. */
    default void write(Buffer to, long place, double[] values, boolean wide) {
        float[] narrow = new float[wide ? 0 : values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        write(to, place * bytesOf(wide), wide ? values : narrow);
    }

    /** Waits, then reads {@code count} doubles or floats from the device. */
    default double[] read(Buffer from, long place, int count, boolean wide) {
        double[] values = new double[count];
        float[] narrow = new float[wide ? 0 : count];
        read(from, place * bytesOf(wide), wide ? values : narrow);
        for (int i = 0; i < narrow.length; i++) {
            values[i] = narrow[i];
        }
        return values;
    }

    /**
     * Enqueues a kernel.
     *
     * @param groups number of work groups
     * @param items items per group
     * @param arguments each a {@link Buffer}, {@code Integer}, {@code Long}, {@code Float} or {@code Double}
     */
    void launch(Kernel kernel, int groups, int items, Object... arguments);

    /** Waits until everything enqueued has finished. */
    void finish();

    /** Whether it is still open. */
    boolean isOpen();

    /** Releases all its resources; does not throw. */
    @Override
    void close();

    /**
     * The devices of all platforms; empty without a driver. Drivers are first started in a separate process.
     *
     * @throws UncheckedIOException with a one-line message, if the system has no driver loader or a driver fails
     */
    static List<OpenclDevice> devices() {
        OpenclTrial.failure().ifPresent(line -> {
            throw new UncheckedIOException(new IOException(line));
        });
        try {
            return JoclQueue.list();
        } catch (LinkageError e) {
            String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new UncheckedIOException(new IOException(
                    "OpenCL does not start: " + line + "; environment/setup.sh --with opencl installs it", e));
        }
    }

    /** Opens a queue on a device. */
    static OpenclQueue open(OpenclDevice device) {
        return new JoclQueue(device);
    }

    /** The text of a file in the package of this class. */
    static String source(String file) {
        try (InputStream in = OpenclQueue.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no source " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
