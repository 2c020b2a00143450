package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {
    @TempDir
    private Path folder;

    @Test
    void nativeLibrariesAreWeighed() throws IOException {
        assertThat(InfoCommand.natives(folder.resolve("none"))).isEqualTo(folder.resolve("none") + " (nothing yet)");
        assertThat(InfoCommand.natives(folder)).isEqualTo(folder + " (0 MB)");
        Path deep = Files.createDirectories(folder.resolve("a").resolve("b"));
        Files.write(deep.resolve("x"), new byte[3 << 19]);
        Files.write(folder.resolve("y"), new byte[3 << 19]);
        Files.createSymbolicLink(folder.resolve("z"), Path.of("y"));
        assertThat(InfoCommand.natives(folder)).isEqualTo(folder + " (3 MB)");
    }

    @Test
    void threadsOfOpenMp() {
        assertThat(InfoCommand.openMp("4")).isEqualTo("OMP_NUM_THREADS=4");
        assertThat(InfoCommand.openMp(null)).isEqualTo("a thread for each core (OMP_NUM_THREADS is not set)");
        assertThat(InfoCommand.openMp("")).isEqualTo(InfoCommand.openMp(null));
    }
}
