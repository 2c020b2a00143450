package org.noisebook.opencl;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests on one queue of a device. */
abstract class OnOpencl {
    static OpenclQueue queue;

    /** The first device's; skips the test, and says why, where there is none. */
    static OpenclQueue openOrSkip() {
        try {
            List<OpenclDevice> devices = OpenclQueue.devices();
            return devices.isEmpty() ? abort("skipped: no device with OpenCL") : OpenclQueue.open(devices.get(0));
        } catch (UncheckedIOException e) {
            return abort("skipped: " + e.getCause().getMessage());
        }
    }

    /** Whether the k-th of many settings, each of which compiles a program, is tried: in .ci/run a third of them are. */
    static boolean isTried(int k) {
        String third = System.getenv().getOrDefault("NOISEBOOK_THIRD", "" + k % 3);
        return k % 3 == Integer.parseInt(third);
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
