package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.model.Device;
import org.noisebook.model.ReplicaEngine;

class TensorSourceTest {
    @TempDir
    private Path folder;

    @Test
    void theEngineIsFoundByItsName() {
        ReplicaEngine.Source source = ReplicaEngine.Source.named("nd4j").orElseThrow();
        assertThat(source).isInstanceOf(TensorSource.class);
        assertThat(source.open(Device.CPU, line -> {}).engineClass()).isEqualTo("nd4j-cpu");
        assertThat(ReplicaEngine.Source.named("ND4J")).isEmpty();
    }

    @Test
    void theReportOfWhatIsThere() {
        Map<String, String> report = new TensorSource().report();
        assertThat(report.keySet()).containsExactly("nd4j", "device", "openmp", "native");
        assertThat(report)
                .containsEntry("nd4j", "CpuBackend")
                .containsEntry(
                        "device", "cpu (this build has no CUDA backend of ND4J, NOISEBOOK_CUDA=1 makes one that has)")
                .containsEntry("openmp", TensorSource.openMp(System.getenv("OMP_NUM_THREADS")));
    }

    @Test
    void nativeLibrariesAreWeighed() throws IOException {
        assertThat(TensorSource.natives(folder.resolve("none"))).isEqualTo(folder.resolve("none") + " (nothing yet)");
        assertThat(TensorSource.natives(folder)).isEqualTo(folder + " (0 MB)");
        Path deep = Files.createDirectories(folder.resolve("a").resolve("b"));
        Files.write(deep.resolve("x"), new byte[3 << 19]);
        Files.write(folder.resolve("y"), new byte[3 << 19]);
        Files.createSymbolicLink(folder.resolve("z"), Path.of("y"));
        assertThat(TensorSource.natives(folder)).isEqualTo(folder + " (3 MB)");
    }

    @Test
    void threadsOfOpenMp() {
        assertThat(TensorSource.openMp("4")).isEqualTo("OMP_NUM_THREADS=4");
        assertThat(TensorSource.openMp(null)).isEqualTo("a thread for each core (OMP_NUM_THREADS is not set)");
        assertThat(TensorSource.openMp("")).isEqualTo(TensorSource.openMp(null));
    }
}
