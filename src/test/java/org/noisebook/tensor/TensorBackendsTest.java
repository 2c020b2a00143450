package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TensorBackendsTest {
    /** What this process has loaded, on Linux. */
    private static final Path LOADED = Path.of("/proc/self/maps");

    @Test
    void theBackendOnTheClassPathIsFound() {
        assertThat(TensorBackends.names()).containsExactly("CpuBackend");
    }

    @Test
    void askingLoadsNoNativeLibrary() throws IOException {
        assertThat(TensorBackends.names()).isNotEmpty();
        if (Files.exists(LOADED)) {
            assertThat(Files.readString(LOADED)).doesNotContain("libnd4j", "openblas", "libjni");
        }
    }

    @Test
    void withoutNd4jThereIsNone() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(TensorBackends.names()).isEmpty();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
