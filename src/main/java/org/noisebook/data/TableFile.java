package org.noisebook.data;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads tables in common formats: CSV, TSV, semicolon-separated, JSON lines, an array of JSON objects, or a folder of
 * such files, one per run.
 *
 * <p>The separator is whichever of comma, semicolon and tab is most frequent in the first line. Nested JSON objects
 * give columns such as {@code config.lr}. {@link HeaderLevels} reads names of columns on several levels, {@link RunFolder} folders.
 *
 * <p><b>Errors</b>: one line that names the file, the line and the remedy. <b>Cost</b>: about a second for 10⁶ rows.
 */
public final class TableFile {
    /** Name of the column with the file name, for a folder of tables. */
    public static final String RUN = "run";

    private TableFile() {}

    /**
     * Reads a file or folder.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not a table
     */
    public static TextTable read(Path file, Optional<Character> separator) throws IOException {
        TextTable table = Files.isDirectory(file) ? RunFolder.read(file, separator) : one(file, separator);
        if (table.rows() == 0) {
            throw new IllegalArgumentException(file + " has no rows below its first line");
        }
        return table;
    }

    /**
     * Reads a table of runs included in the kit.
     *
     * @param name file name, such as {@code digits-models.csv}
     */
    public static TextTable shipped(String name) throws IOException {
        return parse(
                new String(FileBytes.resource("runs/" + name).bytes(), StandardCharsets.UTF_8),
                Path.of(name),
                Optional.empty());
    }

    /** Parses the text of a table. */
    public static TextTable parse(String text) {
        return parse(text, Path.of("the table"), Optional.empty());
    }

    /** Reads one file. */
    static TextTable one(Path file, Optional<Character> separator) throws IOException {
        byte[] bytes = WholeFile.read(file);
        if (bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'A' && bytes[2] == 'R' && bytes[3] == '1') {
            String name = file.getFileName().toString();
            throw new IllegalArgumentException(file + " is a Parquet file: make it CSV with python -c \"import pandas;"
                    + " pandas.read_parquet('" + name + "').to_csv('" + name.replaceAll("\\.[^.]*$", "")
                    + ".csv', index=False)\"");
        }
        TextEncoding read = TextEncoding.of(bytes, file);
        String text = read.text();
        if (text.isBlank()) {
            throw new IllegalArgumentException(file + " is empty");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(file + " is no text: save it as CSV in UTF-8");
        }
        // Old files may end lines with a carriage return alone.
        TextTable table = parse(text.indexOf('\n') < 0 ? text.replace('\r', '\n') : text, file, separator);
        return read.note().isEmpty() ? table : table.noting(read.note());
    }

    private static TextTable parse(String text, Path file, Optional<Character> separator) {
        String head = text.stripLeading();
        head = head.startsWith("\uFEFF") ? head.substring(1).stripLeading() : head;
        try {
            if (separator.isEmpty() && (head.startsWith("{") || head.matches("(?s)\\[\\s*\\{.*"))) {
                return json(head);
            }
            char between = separator.orElseGet(() -> separator(text));
            TextTable table = csv(text, between);
            return between == ';' ? table.withDecimalCommas() : table;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Start of the header line, after a byte-order mark, comments that begin with # and blank lines. */
    private static int begin(String text) {
        int at = text.startsWith("\uFEFF") ? 1 : 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            String head = text.substring(at, end < 0 ? text.length() : end);
            if (!head.startsWith("#") && !head.isBlank()) {
                break;
            }
            at = end < 0 ? text.length() : end + 1;
        }
        return at;
    }

    /** Whichever of comma, semicolon and tab is most frequent in the header line; the comma if none occurs. */
    static char separator(String text) {
        int begin = begin(text);
        int end = text.indexOf('\n', begin);
        String names = text.substring(begin, end < 0 ? text.length() : end);
        char best = ',';
        for (char separator : new char[] {';', '\t'}) {
            if (count(names, separator) > count(names, best)) {
                best = separator;
            }
        }
        return best;
    }

    private static long count(String text, char character) {
        return text.chars().filter(c -> c == character).count();
    }

    private static TextTable csv(String text, char separator) {
        CsvRows rows = new CsvRows(text, begin(text), separator);
        List<String> header = rows.next().stream().map(String::strip).toList();
        if (HeaderLevels.isOuter(header)) {
            Optional<TextTable> levels = HeaderLevels.of(all(text, separator, header));
            if (levels.isPresent()) {
                return levels.get();
            }
        }
        TextTable.Builder table = new TextTable.Builder(header.isEmpty() ? List.of("") : header);
        rows.skipBlank();
        for (int cells = rows.next(table::add); cells > 0; cells = rows.next(table::add)) {
            if (cells != header.size()) {
                throw ragged(rows.line(), header, cells);
            }
            rows.skipBlank();
        }
        return table.build();
    }

    private static List<List<String>> all(String text, char separator, List<String> header) {
        CsvRows rows = new CsvRows(text, begin(text), separator);
        List<List<String>> all = new ArrayList<>();
        for (List<String> row = rows.next(); !row.isEmpty(); row = rows.next()) {
            if (row.size() != header.size()) {
                throw ragged(rows.line(), header, row.size());
            }
            all.add(row.stream().map(String::strip).toList());
            rows.skipBlank();
        }
        return all;
    }

    private static IllegalArgumentException ragged(int line, List<String> header, int cells) {
        return new IllegalArgumentException(
                "line " + line + ": expected " + header.size() + " cells, got " + cells
                        + (cells < header.size()
                                ? ": column '" + Quoted.of(header.get(cells))
                                        + "' and what follows it are missing; leave empty what is unknown"
                                : ": quote cells that hold a separator; if scores have decimal commas, separate the columns with semicolons"));
    }

    /** A table from JSON objects, one after another or in an array. */
    private static TextTable json(String text) {
        List<Map<String, String>> rows = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        JsonReader in = new JsonReader(new StringReader(text));
        in.setStrictness(Strictness.LENIENT);
        boolean array = text.startsWith("[");
        try {
            if (array) {
                in.beginArray();
            }
            while (array ? in.hasNext() : in.peek() != JsonToken.END_DOCUMENT) {
                Map<String, String> row = new LinkedHashMap<>();
                flatten("", JsonParser.parseReader(in).getAsJsonObject(), row);
                names.addAll(row.keySet());
                rows.add(row);
            }
        } catch (IOException | JsonParseException | IllegalStateException | StackOverflowError e) {
            String why = e instanceof StackOverflowError
                    ? "too many within each other"
                    : e.getMessage().replaceAll("^.*Exception: |(?s)\\n.*", "");
            throw new IllegalArgumentException(
                    "expected a JSON value for each name of an object: " + Quoted.of(why), e);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("expected a JSON value for each name of an object, got no names");
        }
        TextTable.Builder table = new TextTable.Builder(List.copyOf(names));
        rows.forEach(row -> names.forEach(name -> table.add(row.getOrDefault(name, ""))));
        return table.build();
    }

    private static void flatten(String prefix, JsonObject object, Map<String, String> row) {
        object.asMap().forEach((name, value) -> {
            if (value.isJsonObject()) {
                flatten(prefix + name + ".", value.getAsJsonObject(), row);
            } else {
                row.put(
                        prefix + name,
                        value.isJsonNull() ? "" : value.isJsonArray() ? value.toString() : value.getAsString());
            }
        });
    }

    /** The names of the columns, in words. */
    public static String named(List<String> columns) {
        return columns.stream().map(name -> "'" + Quoted.of(name) + "'").collect(Collectors.joining(", "));
    }
}
