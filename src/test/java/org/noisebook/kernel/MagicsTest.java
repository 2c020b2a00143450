package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
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
    private final List<DisplayData> shown = new ArrayList<>();
    private Interpreter interpreter;
    private Magics magics;

    @TempDir
    private Path folder;

    @BeforeAll
    void open() {
        interpreter = new Interpreter(List.of(), message -> {});
        magics = new Magics(interpreter, shown::add);
    }

    @AfterAll
    void close() {
        interpreter.close();
    }

    private Outcome run(String code) {
        return Magics.guarded(() -> magics.run(1, code, 0, code.length()));
    }

    @ParameterizedTest
    @CsvSource({
        "%nope 1, UnknownMagic, 'there is no %nope, the nearest is '",
        "%tiem 1, UnknownMagic, 'the nearest is %time; there are %maven, '",
        "%%htm, UnknownMagic, the nearest is %%html",
        "%loadfrompom x, UnknownMagic, the nearest is %loadFromPOM",
        "%load, UsageError, '%load needs a file, such as %load setup.jshell'",
        "%load no/such.jsh, UsageError, %load: no/such.jsh is not a readable text file",
        "%loadFromPOM, UsageError, '%loadFromPOM needs one file, such as %loadFromPOM pom.xml'",
        "%loadFromPOM no.xml, UsageError, %loadFromPOM: no.xml is no file",
        "%%loadFromPOM, UsageError, %%loadFromPOM needs a <dependency> element below it",
        "%env NOISEBOOK_NO_SUCH_NAME, UsageError, %env: NOISEBOOK_NO_SUCH_NAME is not set",
        "%env A=b, UsageError, set it before the kernel starts",
        "%timeit, UsageError, '%timeit needs an expression or statements'",
        "%timeit nonsense(1), IllegalArgumentException, CompilationError: cannot find symbol",
        "%timeit 1 / 0, ArithmeticException, / by zero",
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

    private String printed(String code) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(run(code)).isEqualTo(Outcome.NOTHING);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Outcome cell(String code) {
        return magics.runCell(7, code);
    }

    @Test
    void filesAreRun() throws Exception {
        Path script = Files.writeString(
                folder.resolve("a script.jsh"), "int loaded = 4;\n%classpath " + folder + "\nloaded += 1;");
        assertThat(cell("%load \"" + script + "\"\nloaded").value()).contains(5);
        Path notebook = Files.writeString(folder.resolve("n.ipynb"), """
                {"cells": [
                  {"cell_type": "markdown", "source": ["not Java"]},
                  {"cell_type": "code", "source": ["int first = 1;\\n", "int second = 2;"]},
                  {"cell_type": "code", "source": "int third = first + second;"}]}""");
        assertThat(cell("%load " + notebook + "\nthird").value()).contains(3);
        Path endless = folder.resolve("endless.jshell");
        Files.writeString(endless, "%load " + endless);
        assertThat(cell("%load " + endless).problem().orElseThrow().message()).contains("load each other");
        Path broken = Files.writeString(folder.resolve("broken.java"), "int x = 1;\nint y = \"\";");
        Problem problem = cell("%load " + broken).problem().orElseThrow();
        assertThat(problem.message()).isEqualTo("incompatible types: String cannot be converted to int");
        assertThat(problem.traceback()).last().asString().endsWith("in " + broken);
        for (String bad : List.of("{}", "[", "{\"cells\": [1]}", "{\"cells\": [{}]}")) {
            Files.writeString(notebook, bad);
            assertThat(cell("%load " + notebook).problem().orElseThrow().message())
                    .endsWith(" is no notebook");
        }
        Files.write(script, new byte[] {(byte) 0xFF});
        assertThat(cell("%load \"" + script + "\"").problem().orElseThrow().message())
                .endsWith("is not a readable text file");
        Files.createFile(folder.resolve("x.txt"));
        assertThat(cell("%load " + folder.resolve("x.txt"))
                        .problem()
                        .orElseThrow()
                        .message())
                .contains("must end with .jshell");
    }

    @Test
    void listsAreSorted() {
        cell("int visible = 1;\nList<String> texts = null;\n1 + 1");
        assertThat(printed("%who"))
                .contains("int visible\n", "List<String> texts\n")
                .doesNotContain("$");
        assertThat(printed("%lsmagic").lines()).containsExactlyElementsOf(Magics.names());
        assertThat(printed("%env PATH").strip()).isEqualTo(System.getenv("PATH"));
        assertThat(printed("%env").lines()).contains("PATH=" + System.getenv("PATH"));
    }

    @ParameterizedTest
    @CsvSource({"%%html, text/html", "%%javascript, application/javascript", "%%latex, text/latex"})
    void aCellIsShownAs(String magic, String type) {
        shown.clear();
        assertThat(cell(magic + "\n<b>x</b>\n$y$")).isEqualTo(Outcome.NOTHING);
        assertThat(shown)
                .singleElement()
                .satisfies(
                        data -> assertThat(data.getData(MIMEType.parse(type))).isEqualTo("<b>x</b>\n$y$"));
    }

    @Test
    void aShellPrintsAndFails() {
        assertThat(printed("%%sh\necho one\necho two | tr o 0\nread line || echo none"))
                .isEqualTo("one\ntw0\nnone\n");
        Problem problem = cell("%%sh\nexit 3").problem().orElseThrow();
        assertThat(problem.name() + ": " + problem.message())
                .isEqualTo("IllegalStateException: the shell ended with status 3");
        assertThat(printed("%%bash\nlist=(one two)\necho ${list[1]} $0")).isEqualTo("two bash\n");
    }

    @Test
    void aShellIsInterrupted() throws InterruptedException {
        interpreter.control().begin();
        Thread other = new Thread(() -> {
            while (ProcessHandle.current()
                    .descendants()
                    .noneMatch(process -> process.info()
                            .commandLine()
                            .filter(line -> line.contains("sleep 3456"))
                            .isPresent())) {
                Thread.onSpinWait();
            }
            interpreter.control().interrupt();
        });
        other.start();
        assertThat(cell("%%sh\nexec sleep 3456").problem().orElseThrow().name()).isEqualTo("Interrupted");
        other.join();
        interpreter.control().begin();
    }

    @Test
    void callsAreTimed() {
        String once = "\\d\\S* ± \\d\\S* ns per call \\(mean ± standard deviation of 7 runs of \\d+ calls\\)";
        assertThat(printed("%timeit Math.sqrt(2.0)").strip()).matches(once);
        assertThat(printed("%%timeit\nint s = 0;\nfor (int i = 0; i < 100; i++) { s += i; }")
                        .strip())
                .matches(once);
    }

    @Test
    void javaOfACell() {
        assertThat(Magics.javaOf("int a = 1;\n%jars x\n%time a\n%nope")).containsExactly("int a = 1;\n", "", "a", "");
        assertThat(Magics.javaOf("%%time\n1")).containsExactly("1");
        assertThat(Magics.javaOf("%%nope\n1")).containsExactly("");
        assertThat(Magics.javaOf("%timeit 1 + 1")).containsExactly("1 + 1");
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
