package org.noisebook.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.filter(path -> path.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.(csv|jsonl?)"))
                    .filter(Files::isRegularFile)
                    .limit(MOST_FILES)
                    .sorted()
                    .toList();
        }
        boolean csv = all.stream().anyMatch(RunFolder::isCsv);
        Optional<String> results = RESULTS.stream()
                .filter(name -> !csv && all.stream().anyMatch(path -> path.endsWith(name)))
                .findFirst();
        Set<String> names = new LinkedHashSet<>();
        Map<String, TextTable> tables = new LinkedHashMap<>();
        for (Path file : all) {
            if (csv ? isCsv(file) : results.isEmpty() || file.endsWith(results.get())) {
                TextTable one = TableFile.one(file, separator);
                if (csv && !names.isEmpty() && !one.names().equals(List.copyOf(names))) {
                    throw new IllegalArgumentException(file + ": files of one folder must have the same columns, got "
                            + Quoted.of(String.join(", ", one.names())) + " beside "
                            + Quoted.of(String.join(", ", names)));
                }
                names.addAll(one.names());
                Path run = folder.relativize(file);
                Path named = results.isPresent() && run.getParent() != null ? run.getParent() : run;
                tables.put(
                        named.toString()
                                .replaceAll(named == run ? "(?i)\\.(csv|jsonl?)$" : "$^", "")
                                .replace('\\', '/'),
                        one);
            }
        }
        if (tables.isEmpty()) {
            throw new IllegalArgumentException(folder
                    + " is a folder without CSV or JSON files: name a table, or a folder of one such file a run");
        }
        TextTable table = joined(tables, List.copyOf(names));
        return results.isEmpty()
                ? table
                : table.noting(tables.size() + " files '" + results.get()
                        + "' are read, each a run by the name of its folder.");
    }

    private static boolean isCsv(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private static TextTable joined(Map<String, TextTable> tables, List<String> names) {
        List<String> columns = new ArrayList<>(List.of(TableFile.RUN));
        columns.addAll(names);
        TextTable.Builder rows = new TextTable.Builder(columns);
        tables.forEach((run, one) -> {
            int[] places = names.stream().mapToInt(one::column).toArray();
            for (int row = 0; row < one.rows(); row++) {
                rows.add(run);
                for (int column : places) {
                    rows.add(column < 0 ? "" : one.text(row, column));
                }
            }
        });
        return rows.build();
    }
}
