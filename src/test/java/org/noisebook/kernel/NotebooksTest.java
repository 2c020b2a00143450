package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

/** The committed notebooks without Jupyter: their form, and whether all cells compile. notebooks-run.sh runs them. */
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
}
