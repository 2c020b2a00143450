package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCommandTest {
    private static final int DONE = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @TempDir
    private Path folder;

    /** One line on standard error, and nothing written. */
    private void fails(int status, String message, String... arguments) {
        Called called = Called.with(arguments);
        assertThat(called.errLines()).hasSize(1);
        assertThat(called.err()).startsWith("noisebook: ").contains(message).doesNotContain("Exception");
        assertThat(called.out()).isEmpty();
        assertThat(called.status()).isEqualTo(status);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"install", "list", "uninstall", "start"})
    void everyCommandHasHelp(String command) {
        Called help = Called.with("kernel", command, "--help");
        assertThat(help.status()).isEqualTo(DONE);
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: noisebook kernel " + command);
    }

    @Test
    void whatJupyterCallsIsNotListed() {
        assertThat(Called.with("kernel", "--help").out())
                .contains("install", "list", "uninstall")
                .doesNotContain("start  ");
    }

    @ParameterizedTest
    @CsvSource({
        "kernel, a command is needed",
        "kernel fly, 'fly'",
        "kernel install --prefix, --prefix",
        "kernel install --name, --name",
        "kernel install extra, extra",
        "kernel install --user --sys-prefix, mutually exclusive",
        "kernel uninstall --prefix DIR --user, mutually exclusive",
        "kernel install --prefix DIR --name .., --name must be of a-z",
        "kernel uninstall --prefix DIR --name Java, --name must be of a-z",
        "kernel uninstall --prefix DIR, there is no kernel java in DIR/share/jupyter/kernels",
        "kernel list extra, extra",
        "kernel start, CONNECTION_FILE",
        "kernel start DIR/a DIR/b, DIR/b"
    })
    void wrongUsage(String command, String message) {
        fails(
                USAGE,
                message.replace("DIR", folder.toString()),
                command.replace("DIR", folder.toString()).split(" "));
    }

    @Test
    void aMissingConnectionFile() {
        Path missing = folder.resolve("none.json");
        fails(FAILURE, missing + ": no such file", "kernel", "start", missing.toString());
    }

    @Test
    void aFileThatIsNoConnectionFile(@TempDir Path other) throws Exception {
        Path file = Files.writeString(other.resolve("other.json"), "[]");
        fails(USAGE, file + " is not a Jupyter connection file", "kernel", "start", file.toString());
        Files.writeString(file, "{\"transport\":\"tcp\",\"ip\":\"0.0.0.0\"}");
        fails(USAGE, "ip must be a loopback address", "kernel", "start", file.toString());
    }

    @Test
    void anotherKitsKernelIsNotRemoved(@TempDir Path other) throws Exception {
        Path spec = Files.createDirectories(other.resolve("share/jupyter/kernels/java"));
        Files.writeString(spec.resolve("kernel.json"), "{\"display_name\":\"Theirs\"}");
        for (String command : List.of("install", "uninstall")) {
            fails(USAGE, "\"Theirs\", not this kit's", "kernel", command, "--prefix", other.toString());
        }
        assertThat(spec.resolve("kernel.json")).exists();
    }

    @Test
    void theListNamesWhatJupyterFinds(@TempDir Path other) throws Exception {
        Path spec = Files.createDirectories(other.resolve("a data dir/kernels/mine"));
        Files.writeString(spec.resolve("kernel.json"), "{\"display_name\":\"My language\"}");
        Called list = Called.inProcess(
                other, Map.of("JUPYTER_DATA_DIR", other.resolve("a data dir").toString()), "kernel", "list");
        assertThat(list.status()).isEqualTo(DONE);
        assertThat(list.err()).isEmpty();
        assertThat(list.out()).contains("mine", "My language", spec.toString());
    }
}
