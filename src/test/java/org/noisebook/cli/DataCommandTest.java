package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.DataSource;

class DataCommandTest {
    @TempDir
    private Path folder;

    @Test
    void listsEverySetWithItsPlace() throws Exception {
        Path cifar10 = Files.createDirectories(folder.resolve("own").resolve("cifar10"));
        for (var file : DataSource.CIFAR10.files()) {
            Files.createFile(cifar10.resolve(file.name()));
        }
        Called list = Called.inProcess(
                folder, Map.of("NOISEBOOK_DATA", folder.resolve("own").toString()), "data", "list");
        assertThat(list.err()).isEmpty();
        assertThat(list.status()).isZero();
        assertThat(list.out().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactly(
                        "dataset",
                        "digits",
                        "fashionTest",
                        "fashionTest14",
                        "fashionMnist",
                        "mnist",
                        "cifar10",
                        "sign",
                        "stripe");
        assertThat(list.out())
                .containsPattern("digits +handwritten digits +1797 +8x8 +10 +CC BY 4.0 +in the kit")
                .containsPattern("fashionMnist .* not there: noisebook data fetch fashion-mnist")
                .containsPattern(
                        "mnist .* not there: noisebook data fetch mnist, or put train-images-idx3-ubyte, .* into ")
                .contains("into " + folder.resolve("own").resolve("mnist"))
                .containsPattern("cifar10 .* 3x32x32 .* " + cifar10)
                .containsPattern("stripe .* any +any +2 +none needed +drawn when used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "fetch"})
    void everyCommandHasHelpWithAnExample(String command) {
        Called help = Called.with("data", command, "--help");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: noisebook data " + command, "Example:", "  noisebook data " + command);
    }

    @Test
    void aDataFolderThatCannotBeIsAFailure() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        Called fetch =
                Called.inProcess(folder, Map.of("NOISEBOOK_DATA", file.toString()), "data", "fetch", "fashion-mnist");
        assertThat(fetch.errLines())
                .containsExactly(
                        "noisebook: cannot make the data folder " + file + ": a file stands where a folder is needed");
        assertThat(fetch.status()).isEqualTo(1);
        assertThat(file).hasContent("kept");
    }
}
