package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    private Path folder;

    private static Settings with(String name, String value) {
        return new Settings(Map.of(name, value));
    }

    @Test
    void nothingIsSet() throws IOException {
        Settings settings = new Settings(Map.of());
        assertThat(settings.classPath()).isEmpty();
        assertThat(settings.compilerOptions()).isEmpty();
        assertThat(settings.scripts()).isEmpty();
        assertThat(settings.timeout()).isZero();
    }

    @Test
    void globsOfTheClassPath() throws IOException {
        Path library = Files.createDirectories(folder.resolve("a lib"));
        Path one = Files.createFile(library.resolve("one.jar"));
        Path two = Files.createFile(library.resolve("two.jar"));
        Files.createFile(library.resolve("notes.txt"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String value = String.join(
                File.pathSeparator,
                library + "/*.jar",
                "",
                classes.toString(),
                folder + "/none",
                folder + "/none/*.jar");
        assertThat(with("IJAVA_CLASSPATH", value).classPath()).containsExactlyInAnyOrder(one, two, classes);
    }

    @Test
    void quotesKeepBlanksInOptions() {
        assertThat(with("IJAVA_COMPILER_OPTS", " -parameters  \"a b\" 'c \"d\"' \"\" -Xlint:none\n")
                        .compilerOptions())
                .containsExactly("-parameters", "a b", "c \"d\"", "", "-Xlint:none");
    }

    @Test
    void scriptsOfThePathComeBeforeTheText() throws IOException {
        Path one = Files.writeString(folder.resolve("one.jsh"), "int one = 1;");
        Files.writeString(folder.resolve("two.jshell"), "int two = 2;");
        Files.createDirectory(folder.resolve("folder.jshell"));
        String path = one + File.pathSeparator + folder + "/*.jshell" + File.pathSeparator + folder + "/none/*";
        Settings settings =
                new Settings(Map.of("IJAVA_STARTUP_SCRIPTS_PATH", path, "IJAVA_STARTUP_SCRIPT", "int three = 3;"));
        assertThat(settings.scripts()).isEqualTo(List.of("int one = 1;", "int two = 2;", "int three = 3;"));
        assertThat(with("IJAVA_STARTUP_SCRIPT", " \n").scripts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1500, PT1.5S",
        "' 3 SECONDS ', PT3S",
        "3s, ",
        "2 minutes, PT2M",
        "1 SECOND, PT1S",
        "250 milliseconds, PT0.25S",
        "7 NANOSECONDS, PT0.000000007S",
        "1 day, PT24H",
        "0, PT0S",
        "-1, PT0S",
        "-5 SECONDS, PT0S",
        "'', PT0S"
    })
    void timeLimits(String text, Duration limit) {
        Settings settings = with("IJAVA_TIMEOUT", text);
        if (limit == null) {
            assertThatIllegalArgumentException().isThrownBy(settings::timeout);
        } else {
            assertThat(settings.timeout()).isEqualTo(limit);
        }
    }

    /** A limit beyond what a clock of nanoseconds holds is the longest there is. */
    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999", "999999999999999999 DAYS"})
    void hugeTimeLimits(String text) {
        assertThat(with("IJAVA_TIMEOUT", text).timeout().toNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "3 FORTNIGHTS", "1.5", "3 SECONDS 2", "99999999999999999999", "SECONDS"})
    void badTimeLimits(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(with("IJAVA_TIMEOUT", text)::timeout)
                .withMessage(
                        "IJAVA_TIMEOUT must be milliseconds or a number and a unit such as 3 SECONDS, got " + text);
    }
}
