package org.noisebook.opencl;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests on one queue of a device. */
abstract class OnOpencl {
    static OpenclQueue queue;

    /** The first device's; skips the test where there is none. */
    static OpenclQueue openOrSkip() {
        try {
            List<OpenclDevice> devices = OpenclQueue.devices();
            if (!devices.isEmpty()) {
                return OpenclQueue.open(devices.get(0));
            }
        } catch (UncheckedIOException e) {
            // The system has no loader of drivers.
        }
        return abort("skipped: no device with OpenCL");
    }

    @BeforeAll
    static void openQueue() {
        queue = openOrSkip();
    }

    @AfterAll
    static void closeQueue() {
        if (queue != null) {
            queue.close();
            queue = null;
        }
    }
}
