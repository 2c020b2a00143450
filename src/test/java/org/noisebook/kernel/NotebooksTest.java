package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.model.ReplicaEngine;

/** The committed notebooks without Jupyter: their form, whether all cells compile, and what their check cells print. */
class NotebooksTest {
    private static final Path FOLDER = Path.of("notebooks");
    private static final String PROMISE = "// = ";
    private static final int MOST_LINES = 10;
    /** Packages of java that IJava 1.3 imports; JJava 1.0 has java.time too. */
    private static final String IJAVA_IMPORTS = "util io math net util.concurrent util.prefs util.regex";

    private static final Pattern NO_NOTEBOOK_CODE =
            Pattern.compile("^\\s*((public |final )*(class|record|interface|enum) |for \\(|while \\(|%maven)");

    /** A code cell. */
    private record Cell(String id, String source, Set<String> tags) {}

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonObject read(Path notebook) throws IOException {
        return JsonParser.parseString(Files.readString(notebook)).getAsJsonObject();
    }

    private static String source(JsonObject cell) {
        StringBuilder source = new StringBuilder();
        cell.getAsJsonArray("source").forEach(line -> source.append(line.getAsString()));
        return source.toString();
    }

    private static List<Cell> codeCells(Path notebook) throws IOException {
        List<Cell> cells = new ArrayList<>();
        for (JsonElement element : read(notebook).getAsJsonArray("cells")) {
            JsonObject cell = element.getAsJsonObject();
            if (cell.get("cell_type").getAsString().equals("code")) {
                Set<String> tags = new HashSet<>();
                JsonElement given = cell.getAsJsonObject("metadata").get("tags");
                if (given != null) {
                    given.getAsJsonArray().forEach(tag -> tags.add(tag.getAsString()));
                }
                cells.add(new Cell(cell.get("id").getAsString(), source(cell), tags));
            }
        }
        return cells;
    }

    @Test
    void thereAreNotebooksAndTheReadmeNamesThem() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));
        assertThat(notebooks())
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(file -> assertThat(readme).contains("(" + file.getFileName() + ")"));
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void carriesNoOutputsAndNothingVolatile(Path notebook) throws IOException {
        JsonObject json = read(notebook);
        assertThat(json.keySet()).containsExactly("cells", "metadata", "nbformat", "nbformat_minor");
        assertThat(new Gson().toJson(json.get("metadata")))
                .isEqualTo(
                        "{\"kernelspec\":{\"display_name\":\"Java (Noisebook)\",\"language\":\"java\",\"name\":\"java\"},"
                                + "\"language_info\":{\"name\":\"java\"}}");
        Set<String> ids = new HashSet<>();
        for (JsonElement element : json.getAsJsonArray("cells")) {
            JsonObject cell = element.getAsJsonObject();
            String id = cell.get("id").getAsString();
            assertThat(ids.add(id)).as("id " + id + " once").isTrue();
            assertThat(cell.getAsJsonObject("metadata").keySet())
                    .as("metadata of " + id)
                    .isSubsetOf("tags");
            if (cell.get("cell_type").getAsString().equals("code")) {
                assertThat(cell.get("execution_count").isJsonNull())
                        .as("count of " + id)
                        .isTrue();
                assertThat((Iterable<JsonElement>) (JsonArray) cell.get("outputs"))
                        .as("outputs of " + id)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void isThin(Path notebook) throws IOException {
        assertThat(codeCells(notebook).stream().filter(cell -> cell.tags().contains("setup")))
                .as("set-up cells")
                .hasSize(1);
        for (Cell cell : codeCells(notebook)) {
            List<String> lines = cell.source()
                    .lines()
                    .filter(line -> !line.startsWith(PROMISE))
                    .toList();
            assertThat(lines).as("lines of " + cell.id()).hasSizeLessThanOrEqualTo(MOST_LINES);
            assertThat(lines)
                    .as("lines of " + cell.id())
                    .noneMatch(line -> NO_NOTEBOOK_CODE.matcher(line).find());
        }
    }

    /** A question first, a guess before what answers it, in the end two things to try. */
    @ParameterizedTest
    @MethodSource("notebooks")
    void tellsAStory(Path notebook) throws IOException {
        List<JsonObject> cells = new ArrayList<>();
        read(notebook).getAsJsonArray("cells").forEach(cell -> cells.add(cell.getAsJsonObject()));
        assertThat(source(cells.get(0))).startsWith("# ").contains("**Question.**", "?");
        assertThat(cells).anyMatch(cell -> source(cell).contains("Guess"));
        String last = source(cells.get(cells.size() - 1));
        assertThat(last).startsWith("## Two things to try\n");
        assertThat(last.lines().filter(line -> line.startsWith("- "))).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void everyCellCompiles(Path notebook) throws IOException {
        List<String> warnings = new ArrayList<>();
        try (Interpreter interpreter = new Interpreter(List.of(), warnings::add, CellControl.GRACE, false)) {
            int count = 0;
            for (Cell cell : codeCells(notebook)) {
                Interpreter.Outcome outcome =
                        interpreter.run(++count, cell.source(), 0, cell.source().length());
                assertThat(outcome.problem().map(Problem::message))
                        .as("cell " + cell.id())
                        .isEmpty();
            }
        }
        assertThat(warnings).isEmpty();
    }

    /** They import less than the kit's kernel, and end a cell at what is not defined. */
    @ParameterizedTest
    @MethodSource("notebooks")
    void everyCellCompilesWithWhatOtherKernelsImport(Path notebook) throws IOException {
        try (JShell shell = Interpreter.idleShell()) {
            for (String name : IJAVA_IMPORTS.split(" ")) {
                shell.eval("import java." + name + ".*;");
            }
            for (Cell cell : codeCells(notebook)) {
                assertThat(leftOver(shell, cell)).as("cell " + cell.id()).isEmpty();
            }
        }
    }

    /** Evaluates statement by statement as those kernels do; what is no whole statement is left over. */
    private static String leftOver(JShell shell, Cell cell) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        CompletionInfo next = analysis.analyzeCompletion(cell.source());
        Snippet.SubKind last = Snippet.SubKind.METHOD_SUBKIND;
        for (; next.completeness().isComplete(); next = analysis.analyzeCompletion(next.remaining())) {
            for (SnippetEvent event : shell.eval(next.source())) {
                last = event.causeSnippet() == null ? event.snippet().subKind() : last;
                assertThat(shell.diagnostics(event.snippet()))
                        .as("cell %s: %s", cell.id(), next.source())
                        .extracting(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                        .isEmpty();
                assertThat(event.causeSnippet() != null || event.status().isDefined())
                        .as("cell %s: %s is %s", cell.id(), next.source(), event.status())
                        .isTrue();
            }
        }
        boolean silent = cell.source()
                .lines()
                .filter(line -> !line.startsWith("//"))
                .reduce("", (before, line) -> line)
                .endsWith(";");
        assertThat(silent && last == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND)
                .as("cell %s: other kernels show the value in spite of the semicolon", cell.id())
                .isFalse();
        return next.completeness() == Completeness.EMPTY ? "" : next.remaining();
    }

    /** A build without ND4J compiles the cells that use it and runs the others. */
    @ParameterizedTest
    @MethodSource("notebooks")
    void checkCellsKeepTheirPromises(Path notebook) throws IOException {
        List<Cell> cells = codeCells(notebook).stream()
                .filter(cell -> cell.tags().contains("setup") || cell.tags().contains("check"))
                .toList();
        assertThat(cells).as("set-up and check cells").hasSizeGreaterThan(1);
        assumeThat(ReplicaEngine.Source.named("nd4j").isPresent()
                        || cells.stream().noneMatch(cell -> cell.source().contains("\"nd4j\"")))
                .isTrue();
        try (Interpreter interpreter = new Interpreter(List.of(), warning -> {})) {
            for (int k = 0; k < cells.size(); k++) {
                Cell cell = cells.get(k);
                String printed = printed(interpreter, k + 1, cell);
                if (cell.tags().contains("check")) {
                    List<String> promised = cell.source()
                            .lines()
                            .filter(line -> line.startsWith(PROMISE))
                            .map(line -> line.substring(PROMISE.length()))
                            .toList();
                    assertThat(promised).as("promises of " + cell.id()).isNotEmpty();
                    assertThat(printed.lines()).as("cell " + cell.id()).isEqualTo(promised);
                }
            }
        }
    }

    private static String printed(Interpreter interpreter, int count, Cell cell) {
        PrintStream out = System.out;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
        try {
            Interpreter.Outcome outcome =
                    interpreter.run(count, cell.source(), 0, cell.source().length());
            assertThat(outcome.problem().map(Problem::message))
                    .as("cell " + cell.id())
                    .isEmpty();
            System.out.flush();
            return text.toString(StandardCharsets.UTF_8)
                    + Optional.ofNullable(outcome.value().orElse(null))
                            .map(String::valueOf)
                            .orElse("");
        } finally {
            System.setOut(out);
        }
    }
}
