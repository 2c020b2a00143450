package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.noisebook.data.WholeFile;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Story;
import org.noisebook.runs.Report;
import picocli.CommandLine.Model.CommandSpec;

/** The files of a report: its texts, its tables as CSV, and its figure where it has one. */
final class ReportFiles {
    private ReportFiles() {}

    /**
     * Prints a report without a figure and writes it if there is a folder for it.
     *
     * @param parts how the names of its files begin
     * @return the exit status of success
     */
    static int print(CommandSpec spec, Report report, Optional<Path> folder, String parts) throws IOException {
        String written = folder.isPresent() ? write(folder.get(), parts, report) : "";
        spec.commandLine().getOut().print(report.text() + written);
        return 0;
    }

    /** Writes a report without a figure. */
    static String write(Path folder, String parts, Report report) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        String stem = parts.substring(0, parts.length() - 1);
        all.put(stem + ".txt", report.text());
        all.put(stem + ".md", report.markdown());
        all.put(stem + ".tex", report.latex());
        report.frames().forEach((part, frame) -> all.put(parts + part + ".csv", frame.csv()));
        return write(folder, all, Map.of());
    }

    /**
     * Writes them into a folder.
     *
     * @param parts how the names of tables and figure begin
     * @param texts by the names of their files
     * @return what was written, in a line below an empty one
     */
    static String write(Path folder, String parts, Report report, Map<String, String> texts, Story.Drawing drawing)
            throws IOException {
        Map<String, WholeFile.Writer> files = new LinkedHashMap<>();
        Map<String, String> all = new LinkedHashMap<>(texts);
        report.frames().forEach((part, frame) -> all.put(parts + part + ".csv", frame.csv()));
        if (drawing.data().rows() > 0) {
            all.put(parts + "figure.csv", drawing.data().csv());
            files.put(parts + "figure.svg", drawing.plate()::writeSvg);
            files.put(parts + "figure.png", target -> drawing.plate().writePng(target, Edition.PNG_WIDTH));
        }
        return write(folder, all, files);
    }

    private static String write(Path folder, Map<String, String> all, Map<String, WholeFile.Writer> files)
            throws IOException {
        Map<String, WholeFile.Writer> written = new LinkedHashMap<>();
        all.forEach((name, text) -> written.put(name, target -> Files.writeString(target, text)));
        written.putAll(files);
        ExperimentOptions.makeFolder(folder);
        for (Map.Entry<String, WholeFile.Writer> entry : written.entrySet()) {
            WholeFile.write(folder.resolve(entry.getKey()), entry.getValue());
        }
        return written.keySet().stream()
                .map(name -> folder.resolve(name).toString())
                .collect(Collectors.joining(", ", "\nWritten: ", "\n"));
    }
}
