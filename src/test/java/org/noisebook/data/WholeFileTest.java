package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("table.csv");
    }

    /** What a full disk does: some bytes arrive, then the writing fails. */
    private static void fillDisk(Path file) throws IOException {
        Files.writeString(file, "half a ta");
        throw new IOException("No space left on device");
    }

    @Test
    void writesAndReplaces() throws IOException {
        WholeFile.write(file(), f -> Files.writeString(f, "old"));
        WholeFile.write(file(), f -> Files.writeString(f, "new"));
        assertThat(file()).hasContent("new");
        assertThat(folder).isDirectoryContaining(f -> f.equals(file()));
        assertThat(folder.toFile().list()).containsExactly("table.csv");
    }

    @Test
    void aFullDiskLeavesNoFile() {
        assertThatThrownBy(() -> WholeFile.write(file(), WholeFileTest::fillDisk))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + file() + ": No space left on device");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFullDiskKeepsTheOldContent() throws IOException {
        Files.writeString(file(), "old");
        assertThatThrownBy(() -> WholeFile.write(file(), WholeFileTest::fillDisk))
                .isInstanceOf(IOException.class);
        assertThat(file()).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("table.csv");
    }

    @Test
    void anyOtherFailureLeavesNoFile() {
        assertThatThrownBy(() -> WholeFile.write(file(), f -> {
                    Files.writeString(f, "half");
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("none").resolve("table.csv");
        assertThatThrownBy(() -> WholeFile.write(file, f -> Files.writeString(f, "x")))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + file + ": no such folder");
    }

    @Test
    void aFolderIsNotReplaced() throws IOException {
        Files.createDirectory(file());
        assertThatThrownBy(() -> WholeFile.write(file(), f -> Files.writeString(f, "x")))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + file() + ": it is a folder");
        assertThat(file()).isEmptyDirectory();
    }

    @Test
    void aFileWhereAFolderShouldBeIsNamed() throws IOException {
        Files.writeString(file(), "old");
        Path below = file().resolve("table.csv");
        assertThatThrownBy(() -> WholeFile.write(below, f -> Files.writeString(f, "x")))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + below + ": Not a directory");
        assertThat(file()).hasContent("old");
    }

    @Test
    void aLinkIsWrittenThrough() throws IOException {
        Path real = folder.resolve("real.csv");
        Files.writeString(real, "old");
        Files.createSymbolicLink(file(), real);
        WholeFile.write(file(), f -> Files.writeString(f, "new"));
        assertThat(file()).isSymbolicLink();
        assertThat(real).hasContent("new");
    }

    private void assertNeitherWrittenNorRead() {
        String reason = file() + ": it is a pipe or a device, not a file";
        assertThatThrownBy(() -> WholeFile.write(file(), f -> Files.writeString(f, "x")))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + reason);
        assertThatThrownBy(() -> WholeFile.read(file()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot read " + reason);
        assertThatThrownBy(() -> FileBytes.read(file()))
                .isInstanceOf(IOException.class)
                .hasMessage(reason);
        assertThat(folder.toFile().list()).containsExactly("table.csv");
    }

    @Test
    void aDeviceIsRefusedAndStays() throws IOException {
        Path zero = Path.of("/dev/zero");
        assumeTrue(Files.exists(zero), "the system has a device that never ends");
        Files.createSymbolicLink(file(), zero);
        assertNeitherWrittenNorRead();
        Files.delete(file());
    }

    /** Nobody is at its other end: opening it would wait for ever. */
    @Test
    void aPipeIsRefusedAndStays() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("mkfifo", file().toString()).start();
        assumeTrue(process.waitFor() == 0, "the system has pipes with names");
        assertNeitherWrittenNorRead();
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        assertThatThrownBy(() -> WholeFile.read(file())).hasMessage("cannot read " + file() + ": no such file");
        assertThatThrownBy(() -> WholeFile.read(folder)).hasMessage("cannot read " + folder + ": it is a folder");
        Files.writeString(file(), "x");
        assertThat(WholeFile.read(file())).containsExactly('x');
    }
}
