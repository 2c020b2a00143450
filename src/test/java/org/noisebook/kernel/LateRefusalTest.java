package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.kernel.Interpreter.Outcome;

/** Sound Java that javac refuses only when it writes the class: an error, behind which all goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LateRefusalTest {
    private static final String LONG = "\"" + "x".repeat(70_000) + "\"";

    private final List<String> warnings = new ArrayList<>();
    private Interpreter interpreter;
    private int cells;

    @BeforeAll
    void open() {
        interpreter = new Interpreter(List.of(), warnings::add);
        run("import static org.noisebook.kernel.Probe.hear;");
        run("int kept = 3;");
    }

    @AfterAll
    void close() {
        interpreter.close();
    }

    @BeforeEach
    void forget() {
        Probe.reset();
        warnings.clear();
    }

    private Outcome run(String code) {
        interpreter.control().begin();
        return interpreter.run(++cells, code, 0, code.length());
    }

    private Problem fails(String code) {
        return run(code).problem().orElseThrow(() -> new AssertionError("ok: " + code.substring(0, 40)));
    }

    static Stream<Arguments> refused() {
        String numbers = "1234567, ".repeat(12_000);
        String sums = IntStream.range(0, 9000)
                .mapToObj(i -> "s += s * 123456 + " + i + ";")
                .collect(Collectors.joining());
        String parameters = IntStream.range(0, 300).mapToObj(i -> "int p" + i).collect(Collectors.joining(", "));
        String tooLong = "constant string too long";
        return Stream.of(
                Arguments.of("var s = " + LONG + ";", tooLong),
                Arguments.of(LONG + ".length();", tooLong),
                Arguments.of("System.out.println(" + LONG + ");", tooLong),
                Arguments.of("String f() { return " + LONG + "; }", tooLong),
                Arguments.of("class C { String f() { return " + LONG + "; } }", tooLong),
                Arguments.of("int[] array = {" + numbers + "};", "code too large"),
                Arguments.of("int sums() { int s = 0; " + sums + " return s; }", "code too large"),
                Arguments.of("void many(" + parameters + ") {}", "too many parameters"),
                Arguments.of("Object deep = new int" + "[]".repeat(300) + "{};", "too many dimensions"),
                Arguments.of("int " + "i".repeat(66_000) + " = 1;", "too long for the constant pool"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aRefusalIsAnErrorAndTheNextCellsRun(String code, String reason) {
        Problem problem = fails("hear(\"before\", 1);\n" + code + "\nhear(\"behind\", 1);");
        assertThat(problem.name() + ": " + problem.message())
                .startsWith("CompilationError: ")
                .contains(reason);
        assertThat(problem.traceback()).anyMatch(line -> line.contains("cell " + cells + ", line 2"));
        assertThat(problem.traceback()).allMatch(line -> line.length() < 300);
        assertThat(Probe.heard()).containsExactly("before");
        assertThat(run("hear(\"next\", kept + 1)").value()).contains(4);
        assertThat(fails("throw new IllegalStateException(\"mine\")").message()).isEqualTo("mine");
        assertThat(Probe.heard()).containsExactly("before", "next");
    }

    @Test
    void aMethodThatIsRefusedWhenItsNeedIsThere() {
        assertThat(run("int fw() { return fx() + " + LONG + ".length(); }").problem())
                .isEmpty();
        assertThat(warnings)
                .singleElement()
                .asString()
                .endsWith("fw cannot be used before this is defined: method fx()");
        assertThat(fails("int fx() { return 1; }").message()).contains("too long");
        assertThat(run("int fx() { return 1; }\nfx() + 1").value()).contains(2);
    }

    @Test
    void whatIsNotDefinedByTheEndOfTheCellIsAnError() {
        Problem problem = fails("hear(\"ran\", 1);\nclass Waits extends Never {}\nkept");
        assertThat(problem.message()).isEqualTo("Waits cannot be used before this is defined: class Never");
        assertThat(problem.traceback()).anyMatch(line -> line.contains("line 2"));
        assertThat(fails("Nowhere place;").message()).contains("place", "class Nowhere");
        assertThat(run("int bare;\n;\nbare").value()).contains(0);
        assertThat(run("class Later extends Then {}\nclass Then {}\nnew Later() != null")
                        .value())
                .contains(true);
        assertThat(run("class Never {}\nnew Waits() != null").value()).contains(true);
    }

    @Test
    void whatIsDeclaredAnewSaysWhichVariablesItTook() {
        run("class Row { int a = 1; }\nvar row = new Row();\nList<Row> rows = List.of(row);\nint other = 1;");
        run("class Row { int b = 2; }");
        assertThat(warnings).containsExactly("a new declaration cleared these variables; set them again: row, rows");
        assertThat(fails("row").message()).contains("cannot find symbol");
        warnings.clear();
        run("class Row { int c = 3; }\nvar row = new Row();\nvar rows = List.of(row);");
        assertThat(warnings).as("set again in the same cell").isEmpty();
        assertThat(run("rows.get(0).c + other").value()).contains(4);
        fails("var other = " + LONG + ";");
        assertThat(warnings).singleElement().asString().endsWith(": other");
    }

    @Test
    void aClassThatIsNotLoadedIsKnown() {
        CellControl control = new CellControl(new CellLoader(), Duration.ofSeconds(1), true);
        assertThatThrownBy(() -> control.load(new ClassBytecodes[] {new ClassBytecodes("No", new byte[] {1})}))
                .isInstanceOf(ClassInstallException.class);
        assertThat(control.loadFailure()).isInstanceOf(ClassFormatError.class);
        control.forget();
        assertThat(control.loadFailure()).isNull();
        control.close();
    }
}
