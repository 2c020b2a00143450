package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntelligenceTest {
    private static final String CODE = "import org.noisebook.ker";

    private Interpreter interpreter;
    private Intelligence intelligence;

    @BeforeAll
    void open() throws InterruptedException {
        interpreter = new Interpreter(List.of(), message -> {});
        String code = "int counterOfCells = 1;\nString counterName(int x) { return \"\"; }";
        interpreter.run(1, code, 0, code.length());
        intelligence = new Intelligence(interpreter.shell());
        awaitIndex(intelligence);
    }

    private static void awaitIndex(Intelligence one) throws InterruptedException {
        while (one.isIndexing()) {
            Thread.sleep(20);
        }
    }

    @AfterAll
    void close() {
        interpreter.close();
    }

    /** The code with each match put in; {@code |} is the cursor. */
    private List<String> complete(String marked) {
        String code = marked.replace("|", "");
        int cursor = marked.codePointCount(0, marked.indexOf('|'));
        JsonObject reply = intelligence.complete(code, cursor);
        assertThat(reply.get("status").getAsString()).isEqualTo("ok");
        int start = code.offsetByCodePoints(0, reply.get("cursor_start").getAsInt());
        int end = code.offsetByCodePoints(0, reply.get("cursor_end").getAsInt());
        return StreamSupport.stream(reply.getAsJsonArray("matches").spliterator(), false)
                .map(JsonElement::getAsString)
                .map(match -> code.substring(0, start) + match + code.substring(end))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Math.sq|; Math.sqrt",
                "Math.sq| + 1; Math.sqrt + 1",
                "int b = 2, c = Math.sq|; int b = 2, c = Math.sqrt",
                "'\"😀\".le|'; '\"😀\".length'",
                "f(/* 😀 */ counterOf|); f(/* 😀 */ counterOfCells)",
                "counterNa|; counterName",
                "%ma|; %maven",
                "%time Math.sq|; %time Math.sqrt",
                "noSuchThing.x|; "
            })
    void completions(String code, String completed) {
        assertThat(complete(code)).isEqualTo(completed == null ? List.of() : List.of(completed));
    }

    @Test
    void completionsBehindOtherStatements() {
        assertThat(complete("int b = 2;\nMath.sq|")).containsExactly("int b = 2;\nMath.sqrt");
        assertThat(complete("%time 1\nMath.sq|")).containsExactly("%time 1\nMath.sqrt");
        assertThat(complete("%%time\nint x = 1;\nMath.sq|")).containsExactly("%%time\nint x = 1;\nMath.sqrt");
        assertThat(complete("|%")).isNotEmpty();
        assertThat(complete("%|")).containsExactlyElementsOf(Magics.names());
        assertThat(complete("%jars cou|")).as("a path is no Java").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "import java.util.conc|; import java.util.concurrent",
                "import static java.util.conc|; import static java.util.concurrent",
                "import org.noisebo|; import org.noisebook",
                "import org.noisebook.ker|; import org.noisebook.kernel",
                "import org.apache.commons.mat|; import org.apache.commons.math3",
                "org.noisebook.ker|; org.noisebook.kernel",
                "f(java.util.reg|; f(java.util.regex",
                "noiseboo|; "
            })
    void packagesAreCompleted(String code, String completed) {
        assertThat(complete(code)).isEqualTo(completed == null ? List.of() : List.of(completed));
        String above = "import java.util.List;\nint one = 1;\n";
        assertThat(complete(above + code)).isEqualTo(completed == null ? List.of() : List.of(above + completed));
    }

    /** Nobody need ask first: the index is begun with the kernel, and until it is there the answer says so, in no way that is typed. */
    @Test
    void theIndexIsBuiltFromTheStart() throws InterruptedException {
        Interpreter other = new Interpreter(List.of(), message -> {});
        Intelligence young = new Intelligence(other.shell());
        JsonObject reply = young.complete(CODE, CODE.length());
        if (!reply.get("matches").toString().equals("[\"kernel\"]")) {
            assertThat(reply.get("matches").toString())
                    .isEqualTo("[\"ker // indexing…\",\"ker/* press Tab again */\"]");
            assertThat(reply.get("cursor_start").getAsInt()).isEqualTo(CODE.length() - 3);
        }
        awaitIndex(young);
        assertThat(young.complete(CODE, CODE.length()).get("matches").toString())
                .isEqualTo("[\"kernel\"]");
        other.close();
    }

    @Test
    void classesAndPackagesBehindAPackage() {
        assertThat(complete("import java.util.|")).contains("import java.util.List", "import java.util.concurrent");
        assertThat(complete("import org.noisebook.kernel.Cell|")).contains("import org.noisebook.kernel.CellFunctions");
        assertThat(complete("Math.sq|")).containsExactly("Math.sqrt");
        assertThat(complete("\"java.util.conc|\"")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "alphaO|; alphaOfCell",
                "Math.sqrt(alphaO|); Math.sqrt(alphaOfCell)",
                "double z = 2 * alphaO|; double z = 2 * alphaOfCell",
                "words.endsW|; words.endsWith",
                "twiceO|; twiceOf",
                "1 + counterOf|; 1 + counterOfCells",
                "words.alphaO|; "
            })
    void whatTheCellDeclaresAboveIsCompleted(String code, String completed) {
        String above = "double alphaOfCell = 1;\nString words = \"a\";\nint twiceOf(int x) { return 2 * x; }\n";
        assertThat(complete(above + code)).isEqualTo(completed == null ? List.of() : List.of(above + completed));
        String more = above + "record Spot(int across) {}\nvar spot = new Spot(1);\n";
        assertThat(complete(more + "spot.acr|")).containsExactly(more + "spot.across");
        assertThat(complete(more + "spo|")).containsExactly(more + "spot");
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 0, 3, 99})
    void cursorsBeyondTheCodeAreItsEnds(int cursor) {
        JsonObject reply = intelligence.complete("1 +", cursor);
        assertThat(reply.get("cursor_end").getAsInt()).isBetween(0, 3);
        assertThat(intelligence.inspect("1 +", cursor).get("status").getAsString())
                .isEqualTo("ok");
    }

    private String inspect(String marked) {
        String code = marked.replace("|", "");
        JsonObject reply = intelligence.inspect(code, marked.codePointCount(0, marked.indexOf('|')));
        JsonObject data = reply.getAsJsonObject("data");
        assertThat(reply.get("found").getAsBoolean()).isEqualTo(data.has("text/plain"));
        return data.has("text/plain") ? data.get("text/plain").getAsString() : "";
    }

    @Test
    void javadocOfTheJdkWhereItsSourcesAre() {
        assumeThat(Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip")))
                .isTrue();
        assertThat(inspect("Math.max(|")).contains("int Math.max(int a, int b)", "the greater of two");
    }

    @Test
    void inspections() {
        assertThat(inspect("Math.max(|")).contains("int Math.max(int", "double Math.max(double");
        assertThat(inspect("Math.sq|rt(2.0) + 1")).contains("double Math.sqrt(double");
        assertThat(inspect("int q = 1;\nMath.sq|rt(2.0)")).contains("Math.sqrt");
        assertThat(inspect("1 + counterOf|Cells")).contains("counterOfCells", "int");
        assertThat(inspect("counterName(|)")).contains("String counterName(int");
        assertThat(inspect("|")).isEmpty();
        assertThat(inspect("noSuchThing|")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; complete",
                "x; complete",
                "// a; complete",
                "/* a; incomplete",
                "1 +; incomplete",
                "f(; incomplete",
                "if (a) {; incomplete",
                "int x = ); invalid",
                "%time 1 + 1; complete",
                "%time 1 +; incomplete",
                "%jars (; complete",
                "%nope; complete"
            })
    void completeness(String code, String status) {
        assertThat(intelligence.isComplete(code).get("status").getAsString()).isEqualTo(status);
    }

    @Test
    void indents() {
        assertThat(intelligence.isComplete("if (a) {").get("indent").getAsString())
                .isEqualTo("    ");
        assertThat(intelligence
                        .isComplete("class A {\n    int f() {")
                        .get("indent")
                        .getAsString())
                .isEqualTo("        ");
        assertThat(intelligence
                        .isComplete("class A {\n    int f;")
                        .get("indent")
                        .getAsString())
                .isEqualTo("    ");
        assertThat(intelligence.isComplete("1").has("indent")).isFalse();
    }
}
