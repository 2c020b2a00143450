package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.noisebook.data.Echo;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
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
            description = "the table: CSV, TSV, semicolons, JSON lines, or a folder of one CSV file a run")
    private Path file;

    @Option(
            names = "--column-separator",
            paramLabel = "C",
            description =
                    "what stands between columns: a character or 'tab' (default: comma, semicolon or tab, as the first line has it)")
    private Optional<String> separator = Optional.empty();

    Path file() {
        return file;
    }

    TextTable read() throws IOException {
        return TableFile.read(file, separator.map(this::separator));
    }

    /** The file's name without its ending. */
    String stem() {
        String name = file.toAbsolutePath().normalize().getFileName().toString();
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
                    "--column-separator must be one character or 'tab', got '" + Echo.of(text) + "'");
        }
        return text.charAt(0);
    }
}
