package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.kernel.Interpreter.Outcome;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MagicsTest {
    private Interpreter interpreter;
    private Magics magics;

    @TempDir
    private Path folder;

    @BeforeAll
    void open() {
        interpreter = new Interpreter(List.of(), message -> {});
        magics = new Magics(interpreter);
    }

    @AfterAll
    void close() {
        interpreter.close();
    }

    private Outcome run(String code) {
        return magics.run(1, code, 0, code.length());
    }

    @ParameterizedTest
    @CsvSource({
        "%nope 1, UnknownMagic, 'there is no %nope; there are %maven, %jars, %classpath, %time, %%time'",
        "%%nope, UnknownMagic, there is no %%nope",
        "%jars, UsageError, '%jars needs a path or a glob, such as %jars lib/*.jar'",
        "%classpath, UsageError, %classpath needs a path",
        "%jars no/such/place, UsageError, %jars: nothing is found at no/such/place",
        "%classpath no/such/*.jar, UsageError, %classpath: nothing is found at no/such/*.jar",
        "%maven, UsageError, '%maven needs group:artifact:version'",
        "%maven commons-csv, UsageError, got commons-csv"
    })
    void failures(String code, String name, String message) {
        Problem problem = run(code).problem().orElseThrow();
        assertThat(problem.name()).isEqualTo(name);
        assertThat(problem.message()).contains(message);
    }

    @Test
    void foldersAndJars() throws Exception {
        Path here = Files.createDirectory(folder.resolve("a folder"));
        Files.createFile(here.resolve("notes.txt"));
        assertThat(run("%classpath \"" + here + "\"")).isEqualTo(Outcome.NOTHING);
        assertThat(run("%jars \"" + here + "/*\"").problem()).as("no jar").isPresent();
        Files.writeString(here.resolve("some.txt"), "found");
        String code = "Thread.currentThread().getContextClassLoader().getResource(\"some.txt\") != null";
        assertThat(interpreter.run(1, code, 0, code.length()).value()).contains(true);
    }

    @Test
    void javaOfACell() {
        assertThat(Magics.javaOf("int a = 1;\n%jars x\n%time a\n%nope")).containsExactly("int a = 1;\n", "", "a", "");
        assertThat(Magics.javaOf("%%time\n1")).containsExactly("1");
        assertThat(Magics.javaOf("%%nope\n1")).containsExactly("");
        assertThat(Magics.javaOf("%timed 1")).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a:b", "a::1", "a:b:", "a:b:jar:x:1:2", "a:b:<v>", "a:b:1 2", "../a:b:1/2", "a:b:${x}"})
    void whatIsNoCoordinateIsRefused(String coordinate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Maven.resolve(coordinate, () -> false))
                .withMessageContaining("group:artifact:version is needed")
                .withMessageEndingWith("got " + coordinate);
    }
}
