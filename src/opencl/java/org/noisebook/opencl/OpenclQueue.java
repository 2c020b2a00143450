package org.noisebook.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * All that the kit asks of OpenCL: one device with a queue of its own, which does one thing after the other.
 *
 * <p>Arrays are of {@code int}, {@code long}, {@code float} or {@code double}; places in buffers are in bytes. An instance
 * belongs to one thread. <b>Errors</b>: {@link UncheckedIOException} in one line with the name of OpenCL's error, from
 * every method; after one the queue is of no use.
 */
public interface OpenclQueue extends AutoCloseable {
    /** Memory on the device. */
    interface Buffer extends AutoCloseable {
        @Override
        void close();
    }

    /** A kernel of a built program. */
    interface Kernel {}

    /** Where it computes. */
    OpenclDevice device();

    /**
     * Builds a program, the first time it is asked for; contraction is off, division and square root are rounded correctly where the device can, and
     * {@code FP64} is defined where it computes in float64.
     *
     * @param options such as {@code -D WIDTH=16}
     * @param files names of {@linkplain #source sources}, put one after the other
     * @return its kernel of the name
     */
    Kernel build(String kernel, String options, String... files);

    /** Memory of so many bytes, its content undefined; at least one byte. */
    Buffer buffer(long bytes);

    /** Copies a whole array to the device. */
    void write(Buffer to, long place, Object array);

    /** Waits, then fills a whole array from the device. */
    void read(Buffer from, long place, Object array);

    /** Bytes of a double, or of a float. */
    static int bytesOf(boolean wide) {
        return wide ? Double.BYTES : Float.BYTES;
    }

    /** Copies doubles to the device, or the floats next to them; the place counts such numbers. */
    default void write(Buffer to, long place, double[] values, boolean wide) {
        float[] narrow = new float[wide ? 0 : values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        write(to, place * bytesOf(wide), wide ? values : narrow);
    }

    /** Waits, then gives so many doubles or floats from the device. */
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
     * @param groups how many groups
     * @param items of a group
     * @param arguments a {@link Buffer}, an {@code Integer}, {@code Long}, {@code Float} or {@code Double}
     *     each
     */
    void launch(Kernel kernel, int groups, int items, Object... arguments);

    /** Waits until all that was enqueued is done. */
    void finish();

    /** Whether it has not been closed. */
    boolean isOpen();

    /** Releases all that it made; does not throw. */
    @Override
    void close();

    /**
     * The devices of all platforms; none where no driver is installed. The drivers start in a process of their own first.
     *
     * @throws UncheckedIOException in one line, if the system has no loader of drivers, or a driver fails
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

    /** Starts a queue on a device. */
    static OpenclQueue open(OpenclDevice device) {
        return new JoclQueue(device);
    }

    /** Text of a file beside this class. */
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
