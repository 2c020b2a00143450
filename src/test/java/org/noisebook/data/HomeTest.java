package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Cache;

class HomeTest {
    private static final Path ACCOUNT = Path.of("/account");

    @TempDir
    Path folder;

    @Test
    void theKitsOwnVariableComesBeforeThatOfTheSystemAndTheAccount() {
        assertThat(new Home(Map.of("HOME", " "), ACCOUNT).folder()).isEqualTo(ACCOUNT);
        assertThat(new Home(Map.of("HOME", "/h"), ACCOUNT).folder()).isEqualTo(Path.of("/h"));
        Home home = new Home(Map.of("HOME", "/h", "NOISEBOOK_HOME", "/n", "XDG_DATA_HOME", "/x"), ACCOUNT);
        assertThat(home.folder()).isEqualTo(Path.of("/n"));
        assertThat(home.cache()).isEqualTo(Path.of("/n/.cache"));
        assertThat(home.data()).isEqualTo(Path.of("/x"));
    }

    /** Also through a link, and for a folder that is not there yet. */
    @Test
    void aSandboxRefusesWhatLiesOutsideAndNamesIt() throws IOException {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path link = Files.createSymbolicLink(inside.resolve("link"), outside);
        Home home = new Home(
                Map.of("NOISEBOOK_SANDBOX", "/elsewhere" + File.pathSeparator + inside, "HOME", outside.toString()),
                ACCOUNT);
        assertThat(home.checked(inside.resolve("a/b"))).isEqualTo(inside.resolve("a/b"));
        for (Path refused : new Path[] {outside, link.resolve("a"), inside.resolve("../outside"), folder}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> home.checked(refused))
                    .withMessageStartingWith(refused + " lies outside the sandbox of this test");
        }
        assertThatIllegalStateException().isThrownBy(home::cache).withMessageContaining(outside.toString());
    }

    /** The build runs tests in a sandbox, which readers of data and results do not leave. */
    @Test
    void testsRunInASandbox() {
        assertThat(System.getenv("NOISEBOOK_SANDBOX")).isNotBlank();
        Path account = Path.of(System.getProperty("user.home"), "own");
        assertThatIllegalStateException().isThrownBy(() -> DataLibrary.in(account));
        assertThatIllegalStateException().isThrownBy(() -> Cache.in(account, message -> {}));
    }
}
