package org.noisebook.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder with a file for each run, as one table whose column {@code run} names the runs.
 *
 * <p>CSV files are named by their path without the ending. Without any, files of results in JSON are read, such as {@code all_results.json} of Hugging
 * Face's Trainer, and named by their folder; else all JSON files, by their path.
 */
final class RunFolder {
    private static final int MOST_FILES = 100_000;
    private static final List<String> RESULTS =
            List.of("all_results.json", "eval_results.json", "test_results.json", "results.json", "metrics.json");

    private RunFolder() {}

    /** Reads it. */
    static TextTable read(Path folder, Optional<Character> separator) throws IOException {
        List<Path> all = files(folder);
        List<Path> tables = all.stream().filter(path -> ends(path, ".csv")).toList();
        if (!tables.isEmpty()) {
            return joined(folder, tables, separator, true, "");
        }
        for (String name : RESULTS) {
            List<Path> results = all.stream()
                    .filter(path -> path.getFileName().toString().equals(name))
                    .toList();
            if (!results.isEmpty()) {
                String note = results.size() + " files '" + name + "' are read, each a run by the name of its folder.";
                return joined(folder, results, separator, false, note);
            }
        }
        List<Path> json = all.stream()
                .filter(path -> ends(path, ".json") || ends(path, ".jsonl"))
                .toList();
        if (json.isEmpty()) {
            throw new IllegalArgumentException(folder
                    + " is a folder without CSV or JSON files: name a table, or a folder of one such file a run");
        }
        return joined(folder, json, separator, false, "");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> ends(path, ".csv") || ends(path, ".json") || ends(path, ".jsonl"))
                    .filter(Files::isRegularFile)
                    .limit(MOST_FILES)
                    .sorted()
                    .toList();
        }
    }

    private static boolean ends(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    private static TextTable joined(
            Path folder, List<Path> files, Optional<Character> separator, boolean alike, String note)
            throws IOException {
        Set<String> names = new LinkedHashSet<>();
        List<TextTable> tables = new ArrayList<>();
        for (Path file : files) {
            TextTable one = TableFile.one(file, separator);
            if (alike && !tables.isEmpty() && !one.names().equals(tables.get(0).names())) {
                throw new IllegalArgumentException(file + ": files of one folder must have the same columns, got "
                        + Echo.of(String.join(", ", one.names())) + " beside " + Echo.of(String.join(", ", names)));
            }
            names.addAll(one.names());
            tables.add(one);
        }
        List<String> columns = new ArrayList<>(List.of(TableFile.RUN));
        names.remove(alike ? "" : TableFile.RUN);
        columns.addAll(names);
        TextTable.Builder rows = new TextTable.Builder(columns);
        for (int k = 0; k < tables.size(); k++) {
            TextTable one = tables.get(k);
            String run = name(folder, files.get(k));
            for (int row = 0; row < one.rows(); row++) {
                rows.add(run);
                for (String name : names) {
                    int column = one.column(name);
                    rows.add(column < 0 ? "" : one.text(row, column));
                }
            }
        }
        TextTable table = rows.build();
        return note.isEmpty() ? table : table.noting(note);
    }

    private static String name(Path folder, Path file) {
        Path path = folder.relativize(file);
        boolean byFolder = RESULTS.contains(path.getFileName().toString()) && path.getParent() != null;
        return (byFolder ? path.getParent() : path)
                .toString()
                .replaceAll(byFolder ? "$^" : "(?i)\\.(csv|jsonl?)$", "")
                .replace('\\', '/');
    }
}
