package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TensorBackendsTest {
    /** What this process has loaded, on Linux. */
    private static final Path LOADED = Path.of("/proc/self/maps");

    private static Set<String> before;

    @BeforeAll
    static void look() throws IOException {
        before = nativeLibraries();
    }

    @Test
    void theBackendOnTheClassPathIsFound() {
        assertThat(TensorBackends.names()).containsExactly("CpuBackend");
    }

    @Test
    void askingLoadsNoNativeLibrary() throws IOException {
        assertThat(TensorBackends.names()).isNotEmpty();
        assertThat(nativeLibraries()).isEqualTo(before);
    }

    /** Libraries of ND4J in this process; others of the test run may have loaded some. */
    private static Set<String> nativeLibraries() throws IOException {
        if (!Files.exists(LOADED)) {
            return Set.of();
        }
        try (Stream<String> lines = Files.lines(LOADED)) {
            return lines.filter(line -> line.matches(".*(nd4j|openblas|javacpp).*\\.so.*"))
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
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
