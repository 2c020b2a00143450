package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.kernel.Interpreter.Outcome;

/** One interpreter and one that waits little, since they take a second to start; each test has names of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterpreterTest {
    private static final Duration SHORT_GRACE = Duration.ofMillis(300);

    private final List<String> warnings = new ArrayList<>();
    private Interpreter interpreter;
    private Interpreter impatient;
    private CountDownLatch started;
    private String said;
    private int cells;

    @BeforeAll
    void open() {
        impatient = open(SHORT_GRACE);
        interpreter = open(Duration.ofHours(1));
    }

    private Interpreter open(Duration grace) {
        interpreter = new Interpreter(List.of("-parameters"), warnings::add, grace, true);
        run("import static org.noisebook.kernel.Probe.*;");
        return interpreter;
    }

    @AfterAll
    void close() {
        impatient.close();
        interpreter.close();
    }

    @BeforeEach
    void forget() {
        warnings.clear();
        started = Probe.reset();
        interpreter.control().begin();
        interpreter.limit(Duration.ZERO);
    }

    private Outcome run(String code) {
        return interpreter.run(++cells, code, 0, code.length());
    }

    private void gives(Object value, String code) {
        Outcome outcome = run(code);
        assertThat(outcome.problem()).as(code).isEmpty();
        assertThat(outcome.value()).as(code).contains(value);
    }

    private void givesNothing(String code) {
        assertThat(run(code)).as(code).isEqualTo(Outcome.NOTHING);
    }

    private Problem fails(String name, String code) {
        Outcome outcome = run(code);
        assertThat(outcome.value()).as(code).isEmpty();
        assertThat(outcome.problem())
                .as("%s gives %s", code, outcome)
                .map(Problem::name)
                .contains(name);
        return outcome.problem().orElseThrow();
    }

    /** The traceback without its colours. */
    private static String text(Problem problem) {
        return String.join("\n", problem.traceback()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    private String here(int line, int column) {
        return "cell " + cells + ", line " + line + (column > 0 ? ", column " + column : "");
    }

    @Test
    void theLastExpressionIsTheValue() {
        gives(42, "6 * 7");
        gives("b", "\"a\"; // first\n\"b\" // second\n");
        gives(5, "int shown = 5;\n\nshown");
        gives(List.of(1, 2), "List.of(1, 2)");
        gives(6L, "IntStream.of(1, 2, 3).asLongStream().sum()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "// nothing",
                "1 + 1;",
                "1 + 1; // said",
                "int none = 1",
                "none2 = none1",
                "none1 = 3",
                "none1++;",
                "if (true) { hear(\"x\", 1); }",
                "import java.util.Date;",
                "void none() {}",
                "record None(int x) {}"
            })
    void nothingIsShown(String code) {
        run("int none1 = 1, none2 = 2; List.of().forEach(x -> {});");
        if (!code.contains("=") || code.startsWith("int")) {
            givesNothing(code);
        } else {
            assertThat(run(code).problem()).isEmpty();
        }
    }

    @Test
    void nullIsAValue() {
        gives(Interpreter.NULL, "null");
        gives(Interpreter.NULL, "new HashMap<String, String>().get(\"none\")");
        givesNothing("null;");
        givesNothing("List.of().forEach(x -> {})");
    }

    @Test
    void whatIsNullHasItsName() {
        run("String nothing = null;\nrecord Holder(String held) {}");
        assertThat(fails("NullPointerException", "nothing.length()").message())
                .isEqualTo("Cannot invoke \"String.length()\" because \"nothing\" is null");
        assertThat(fails("NullPointerException", "{ Holder local = null; local.held(); }")
                        .message())
                .isEqualTo("Cannot invoke \"Holder.held()\" because \"local\" is null");
        assertThat(text(fails("NullPointerException", "nothing.length()"))).doesNotContain("REPL");
    }

    @Test
    void declarationsOfAllKinds() {
        givesNothing("""
                interface Shape { double area(); }
                record Square(double side) implements Shape {
                    public double area() { return side * side; }
                }
                enum Size { SMALL, LARGE }
                class Box<T> {
                    T content;
                    Box(T content) { this.content = content; }
                }
                <T> T same(T x) { return x; }
                """);
        gives(4.0, "same(new Box<>(new Square(2))).content.area()");
        gives(2, "Size.values().length");
    }

    @Test
    void whatIsDeclaredAgainIsReplaced() {
        run("int again = 1;\nint twice() { return 1; }\nrecord Thing(int a) {}");
        run("String again = \"new\";\nint twice() { return 2; }\nrecord Thing(String b) {}");
        gives("new2x", "again + twice() + new Thing(\"x\").b()");
    }

    @Test
    void compilerOptions() {
        run("class Named { void method(int speaking) {} }");
        gives("speaking", "Named.class.getDeclaredMethod(\"method\", int.class).getParameters()[0].getName()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"int x = ;", "for (;;) {", ")", "String s = \"open;", "class {"})
    void aSyntaxErrorRunsNothing(String bad) {
        Problem problem = fails("CompilationError", "hear(\"ran\", 1);\n" + bad);
        assertThat(Probe.heard()).isEmpty();
        assertThat(text(problem)).contains(here(2, 0));
    }

    @Test
    void theCompilersPlace() {
        Problem problem = fails("CompilationError", "\n  int fine = 1;\n\tint wrong = \"ψ😀\" + gone; // why");
        assertThat(problem.message()).isEqualTo("cannot find symbol: variable gone");
        assertThat(text(problem))
                .contains(here(3, 21) + ": cannot find symbol: variable gone")
                .contains("        int wrong = \"ψ😀\" + gone; // why\n")
                .endsWith("\n" + " ".repeat(4 + 4 + 20 - 1) + "^~~~");
        gives(1, "fine");
    }

    @Test
    void aTypeErrorIsOneLine() {
        assertThat(fails("CompilationError", "String wrong = 1;").message())
                .isEqualTo("incompatible types: int cannot be converted to String");
    }

    @Test
    void anExceptionNamesTheLinesOfItsCells() {
        run("int divide(int x) {\n    int one = 1;\n    return one / x;\n}");
        String first = here(3, 0);
        Problem problem = fails("IllegalStateException", """
                int zero = 0;
                try {
                    divide(zero);
                } catch (ArithmeticException e) {
                    throw new IllegalStateException("outer", e);
                }""");
        assertThat(problem.message()).isEqualTo("outer");
        assertThat(text(problem))
                .containsSubsequence(
                        "IllegalStateException: outer",
                        "at " + here(5, 0),
                        "Caused by: java.lang.ArithmeticException: / by zero",
                        "at " + first + " in divide   return one / x;",
                        "at " + here(3, 0))
                .doesNotContain("REPL", "jdk.jshell", "org.noisebook.kernel", "reflect");
    }

    @Test
    void exceptionsOfCellsHaveTheirNames() {
        run("class Own extends Exception { Own(String m) { super(m); } }");
        Problem own = fails("Own", "throw new Own(\"mine\")");
        assertThat(own.message()).isEqualTo("mine");
        assertThat(text(own)).startsWith("Own: mine\n").doesNotContain("REPL");
        assertThat(fails("RuntimeException", "throw new RuntimeException()").message())
                .isEmpty();
        assertThat(text(fails("StackOverflowError", "int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)")))
                .contains("more")
                .hasSizeLessThan(5000);
        assertThat(text(fails("Error", "var e = new Error(\"a\"); e.addSuppressed(new Error(\"b\")); throw e;")))
                .contains("Suppressed: java.lang.Error: b");
        fails("ExceptionInInitializerError", "class Bad { static int x = 1 / 0; }\nBad.x");
    }

    @Test
    void statementsBeforeAnExceptionHaveRun() {
        fails("RuntimeException", "int kept = 3;\nif (true) throw new RuntimeException();\nhear(\"after\", 1);");
        assertThat(Probe.heard()).isEmpty();
        gives(3, "kept");
    }

    @Test
    void aDeclarationMayNameWhatComesLater() {
        gives(8, "int early() { return later(); }\nint later() { return 8; }\nearly()");
        assertThat(warnings).isEmpty();
        givesNothing("int waits() { return notYet() + notThere; }");
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .startsWith("cell " + cells + ": waits cannot be used before this is defined: ")
                .contains("notYet()", "notThere");
        Problem problem = fails("UnresolvedReferenceException", "waits()");
        assertThat(problem.message()).contains("waits", "notYet()");
    }

    @Test
    void textIsEvaluated() {
        run("int base = 20;");
        assertThat(interpreter.evaluate("int y = base;\ny + 1")).isEqualTo(21);
        assertThat(interpreter.evaluate("int z = 3;")).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> interpreter.evaluate("gone"))
                .withMessageContaining("cannot find symbol");
        assertThatIllegalArgumentException().isThrownBy(() -> interpreter.evaluate("1 +"));
        assertThatThrownBy(() -> interpreter.evaluate("1 / 0"))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("/ by zero");
    }

    /** As eval does in a cell: on the cell's thread, while its statement runs. */
    @Test
    void textIsEvaluatedWithinACell() {
        Outcome outcome = interpreter.call(() -> {
            assertThat(interpreter.control().isCellThread()).isTrue();
            assertThatThrownBy(() -> interpreter.evaluate("1 / 0")).isInstanceOf(ArithmeticException.class);
            return interpreter.evaluate("6 * 7");
        });
        assertThat(outcome.value()).contains(42);
        assertThat(interpreter.control().isCellThread()).isFalse();
    }

    @Test
    void callsFailAsCellsDo() {
        Problem problem = interpreter
                .call(() -> {
                    throw new IOException("full");
                })
                .problem()
                .orElseThrow();
        assertThat(problem.name() + ": " + problem.message()).isEqualTo("IOException: full");
        assertThat(interpreter.call(() -> null).value()).isEmpty();
    }

    /** Runs a cell and interrupts it once it has called {@code hear}; gives the seconds from there to its end. */
    private double interrupt(String code) throws InterruptedException {
        long[] time = new long[1];
        Thread thread = new Thread(() -> {
            try {
                started.await();
                time[0] = System.nanoTime();
                interpreter.control().interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        Problem problem = fails("Interrupted", code);
        thread.join();
        said = problem.message();
        return (System.nanoTime() - time[0]) / 1e9;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hear(\"start\", 1);\nThread.sleep(60_000);\nhear(\"more\", 1)",
                "hear(\"start\", 1);\nwhile (!Thread.currentThread().isInterrupted()) {}\nhear(\"more\", 1)",
                "do { hear(\"start\", 1); } while (!Thread.currentThread().isInterrupted());\nhear(\"more\", 1)"
            })
    void aLoopThatTestsIsInterrupted(String code) throws InterruptedException {
        interrupt(code);
        assertThat(said).isEqualTo("the cell was interrupted");
        assertThat(Probe.heard()).contains("start").doesNotContain("more");
        assertThat(interpreter.control().isLeftBehind()).isFalse();
        interpreter.control().begin();
        gives(false, "Thread.currentThread().isInterrupted()");
    }

    /** In the interpreter that waits little. */
    private void impatiently(Executable test) throws Throwable {
        Interpreter patient = interpreter;
        interpreter = impatient;
        try {
            interpreter.control().begin();
            test.execute();
        } finally {
            interpreter = patient;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) { tick(); }",
                "for (;;) if (tick() < 0) break;",
                "do { tick(); } while (kept == 7);",
                "outer: while (true) { for (int i = 0; i < 9; i++) { tick(); if (i == 5) continue outer; } }",
                "while (true) { try { while (true) tick(); } catch (Exception e) { tick(); } }",
                "while (true) { switch (tick() & 3) { case 0: continue; case 1: tick(); break; default: } }",
                "Runnable r = () -> { while (true) tick(); }; r.run();",
                "class Spinner { void spin() { while (true) tick(); } }\nnew Spinner().spin();",
                "new Object() { int spin() { while (true) tick(); } }.spin();",
                "IntStream.iterate(1, i -> 1 - i).forEach(i -> tick());",
                "IntStream.range(0, 2_000_000_000).parallel().forEach(i -> { if (i >= 0) while (true) tick(); });",
                "long fib(int n) { tick(); return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfib(90);",
                "for (long[] a = new long[1 << 20]; ; ) { for (int i = 0; i < 64; i++) a[i] += i; tick(); }"
            })
    void aLoopThatTestsNothingIsStopped(String loop) throws Throwable {
        impatiently(() -> {
            run("long kept = 7;");
            interrupt(loop + "\nhear(\"more\", 1);");
            assertThat(said).isEqualTo("the cell was interrupted");
            assertThat(interpreter.control().isLeftBehind()).isFalse();
            assertThat(Probe.heard()).doesNotContain("more");
            interpreter.control().begin();
            gives(7L, "kept");
            gives(10, "int n = 0; for (int i = 0; i < 10; i++) { n++; } n");
        });
    }

    @Test
    void whatTestsTheFlagMayTidyUp() throws Throwable {
        impatiently(() -> {
            interrupt("""
                    try {
                        hear("start", 1);
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        int n = 0;
                        for (int i = 0; i < 1000; i++) { n++; }
                        hear("tidy", n);
                    }""");
            assertThat(Probe.heard()).containsExactly("start", "tidy");
        });
    }

    @Test
    void aThreadInADeafLibraryIsLeftBehind() throws Throwable {
        impatiently(() -> {
            run("import java.util.concurrent.atomic.*;\nvar go = new AtomicBoolean();\nlong late = 0;\n"
                    + "Thread deafOne = Thread.currentThread();");
            assertThat(interrupt("while (true) { hear(\"start\", 1); deaf(go); late++; }"))
                    .isGreaterThanOrEqualTo(SHORT_GRACE.toMillis() / 1e3);
            assertThat(said).contains("the code still runs", "isInterrupted()");
            assertThat(interpreter.control().isLeftBehind()).isTrue();
            interpreter.control().begin();
            assertThat(interpreter.control().isLeftBehind()).isFalse();
            gives(1000, "int n = 0; for (int i = 0; i < 1000; i++) { n++; } n");
            run("go.set(true);");
            // Back from the library, its loop asks whether to go on.
            gives(1L, "deafOne.join(60_000);\nlate");
        });
    }

    @Test
    void evalIsInterrupted() throws InterruptedException {
        interpreter.control().interrupt();
        assertThatThrownBy(() -> interpreter.evaluate("hear(\"more\", 1)")).isInstanceOf(CancellationException.class);
        fails("Interrupted", "hear(\"more\", 1)");
        assertThat(Probe.heard()).isEmpty();
        interpreter.control().begin();
        gives(1, "hear(\"again\", 1)");
    }

    @Test
    void aCancelledCellTellsWhy() {
        assertThat(fails("Interrupted", "throw new java.util.concurrent.CancellationException(\"2 of 9 runs\")")
                        .message())
                .isEqualTo("2 of 9 runs");
    }

    @Test
    void theTimeLimit() {
        interpreter.limit(Duration.ofMillis(200));
        long start = System.nanoTime();
        Problem problem = fails("Timeout", "Thread.sleep(60_000);\nhear(\"more\", 1)");
        assertThat((System.nanoTime() - start) / 1e9).isGreaterThanOrEqualTo(0.2);
        assertThat(problem.message()).contains("IJAVA_TIMEOUT");
        assertThat(Probe.heard()).isEmpty();
        interpreter.limit(Duration.ZERO);
        gives(1, "1");
    }

    @Test
    void theLoaderOfCellsIsTheContextsToo() {
        gives(true, "Thread.currentThread().getContextClassLoader() == new Object() {}.getClass().getClassLoader()");
    }
}
