package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.noisebook.data.MatrixFile;
import org.noisebook.data.Quoted;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Story;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A table of a user's own, as commands are given it. */
final class TableOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "the table: CSV, TSV, semicolons, JSON lines, or a folder with one CSV file per run")
    private Optional<Path> file = Optional.empty();

    private Optional<TextTable> table = Optional.empty();

    @Option(
            names = "--column-separator",
            paramLabel = "C",
            description =
                    "column separator: a character or 'tab' (default: comma, semicolon or tab, as in the first line)")
    private Optional<String> separator = Optional.empty();

    Path file() {
        return file.orElseThrow(() -> new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE'"));
    }

    boolean hasFile() {
        return file.isPresent();
    }

    /** What a reader makes of the table; what it refuses names the file, unless it is an option. */
    <T> T read(Function<TextTable, T> reader) throws IOException {
        if (table.isEmpty()) {
            table = Optional.of(TableFile.read(file(), separator.map(this::separator)));
        }
        try {
            return reader.apply(table.get());
        } catch (IllegalArgumentException e) {
            boolean isOption = e.getMessage() != null && e.getMessage().startsWith("--");
            throw isOption ? e : new IllegalArgumentException(file() + ": " + e.getMessage(), e);
        }
    }

    /** A drawing stamped with the file it is of. */
    Story.Drawing stamped(Story.Drawing drawn, long rootSeed) throws IOException {
        String stamp = Edition.stamp(file().getFileName().toString(), sha256(), rootSeed, drawn.replicas());
        return new Story.Drawing(
                drawn.data(),
                drawn.plate().footer(stamp),
                drawn.recipe(),
                drawn.caption(),
                drawn.replicas(),
                drawn.claims());
    }

    /** Of the file; empty of a folder. */
    String sha256() throws IOException {
        return Files.isDirectory(file()) ? "" : MatrixFile.sha256(file());
    }

    /** The file's name without its ending. */
    String stem() {
        String name = file().toAbsolutePath().normalize().getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private char separator(String text) {
        if (text.equals("tab") || text.equals("\\t")) {
            return '\t';
        }
        if (text.length() != 1 || text.equals("\"")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--column-separator must be one character or 'tab', got '" + Quoted.of(text) + "'");
        }
        return text.charAt(0);
    }
}
