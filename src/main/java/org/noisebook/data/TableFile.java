package org.noisebook.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables as people have them: CSV, TSV, semicolons, JSON lines or an array of JSON objects, or a folder of CSV files, one a run.
 *
 * <p>The separator is the one of comma, semicolon and tab that the first line holds most of. Nested JSON objects give columns such as
 * {@code config.lr}. Of a folder every {@code *.csv} is read, and the column {@code run} holds its path without the ending.
 *
 * <p><b>Errors</b>: one line that names the file, the line and what to do. <b>Cost</b>: about a second for 10⁶ rows.
 */
public final class TableFile {
    /** Column of the file's name in a folder of tables. */
    public static final String RUN = "run";

    private static final int MOST_FILES = 100_000;

    private TableFile() {}

    /**
     * Reads a file or folder.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no table
     */
    public static TextTable read(Path file, Optional<Character> separator) throws IOException {
        TextTable table = Files.isDirectory(file) ? folder(file, separator) : parse(text(file), file, separator);
        if (table.rows() == 0) {
            throw new IllegalArgumentException(file + " has no rows below its first line");
        }
        return table;
    }

    /**
     * Reads a table of runs that comes with the kit.
     *
     * @param name of it, such as {@code digits-models.csv}
     */
    public static TextTable shipped(String name) throws IOException {
        return parse(
                new String(FileBytes.resource("runs/" + name).bytes(), StandardCharsets.UTF_8),
                Path.of(name),
                Optional.empty());
    }

    /** Reads a table's text. */
    public static TextTable parse(String text) {
        return parse(text, Path.of("the table"), Optional.empty());
    }

    private static String text(Path file) throws IOException {
        byte[] bytes = WholeFile.read(file);
        if (bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'A' && bytes[2] == 'R' && bytes[3] == '1') {
            String name = file.getFileName().toString();
            throw new IllegalArgumentException(file + " is a Parquet file: make it CSV with python -c \"import pandas;"
                    + " pandas.read_parquet('" + name + "').to_csv('" + name.replaceAll("\\.[^.]*$", "")
                    + ".csv', index=False)\"");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new IllegalArgumentException(file + " is not UTF-8 text: save it again as CSV in UTF-8");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException(file + " is empty");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(file + " is no text: save it as CSV in UTF-8");
        }
        // Lines of old ended with a carriage return alone.
        return text.indexOf('\n') < 0 ? text.replace('\r', '\n') : text;
    }

    private static TextTable parse(String text, Path file, Optional<Character> separator) {
        String head = text.stripLeading();
        head = head.startsWith("\uFEFF") ? head.substring(1).stripLeading() : head;
        try {
            return separator.isEmpty() && (head.startsWith("{") || head.matches("(?s)\\[\\s*\\{.*"))
                    ? new JsonRows(head).table()
                    : csv(text, separator.orElseGet(() -> separator(text)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Where the names begin: behind a byte-order mark, comments that begin with # and blank lines. */
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

    /** The one of comma, semicolon and tab that the names hold most of; the comma if they hold none. */
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
        int at = begin(text);
        int line = 1 + (int) count(text.substring(0, at), '\n');
        List<String> header = new ArrayList<>();
        TextTable.Builder rows = null;
        StringBuilder cell = new StringBuilder();
        int inRow = 0;
        int first = line;
        while (at < text.length()) {
            int from = at;
            boolean quoted = false;
            cell.setLength(0);
            char c = text.charAt(at);
            if (c == '"') {
                quoted = true;
                int opened = line;
                at++;
                while (true) {
                    int close = text.indexOf('"', at);
                    if (close < 0) {
                        throw new IllegalArgumentException("line " + opened + ": a quote is not closed");
                    }
                    for (int k = at; k < close; k++) {
                        line += text.charAt(k) == '\n' ? 1 : 0;
                    }
                    cell.append(text, at, close);
                    at = close + 1;
                    if (at >= text.length() || text.charAt(at) != '"') {
                        break;
                    }
                    cell.append('"');
                    at++;
                }
                from = at;
            }
            while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
                at++;
            }
            if (quoted) {
                cell.append(text, from, at);
            }
            boolean last = at >= text.length() || text.charAt(at) == '\n';
            CharSequence source = quoted ? cell : text;
            int start = quoted ? 0 : from;
            int end = quoted ? cell.length() : at;
            if (rows == null) {
                header.add(source.subSequence(start, end).toString().strip());
            } else if (!(last
                    && inRow == 0
                    && !quoted
                    && text.substring(start, end).isBlank())) {
                rows.add(source, start, end);
                inRow++;
            }
            at++;
            if (last) {
                if (rows == null) {
                    rows = new TextTable.Builder(header);
                } else if (inRow != 0 && inRow != header.size()) {
                    throw ragged(first, header, inRow);
                }
                inRow = 0;
                line++;
                first = line;
            } else if (at >= text.length() && rows != null) {
                rows.add("");
                inRow++;
            }
        }
        if (inRow != 0 && inRow != header.size()) {
            throw ragged(first, header, inRow);
        }
        return rows == null ? new TextTable.Builder(header).build() : rows.build();
    }

    private static IllegalArgumentException ragged(int line, List<String> header, int cells) {
        return new IllegalArgumentException("line " + line + ": expected " + header.size() + " cells, got " + cells
                + (cells < header.size()
                        ? ": column '" + Echo.of(header.get(cells))
                                + "' and what follows it are missing; leave empty what is unknown"
                        : ": quote cells that hold a separator"));
    }

    private static TextTable folder(Path folder, Optional<Character> separator) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".csv"))
                    .filter(Files::isRegularFile)
                    .limit(MOST_FILES)
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    folder + " is a folder without CSV files: name a table, or a folder of one CSV" + " file a run");
        }
        TextTable.Builder rows = null;
        List<String> names = List.of();
        for (Path file : files) {
            TextTable one = parse(text(file), file, separator);
            if (rows == null) {
                names = one.names();
                List<String> columns = new ArrayList<>(List.of(RUN));
                columns.addAll(names);
                rows = new TextTable.Builder(columns);
            }
            if (!one.names().equals(names)) {
                throw new IllegalArgumentException(file + ": files of one folder must have the same columns, got "
                        + Echo.of(String.join(", ", one.names())) + " beside " + Echo.of(String.join(", ", names)));
            }
            String run = folder.relativize(file)
                    .toString()
                    .replaceAll("(?i)\\.csv$", "")
                    .replace('\\', '/');
            for (int row = 0; row < one.rows(); row++) {
                rows.add(run);
                for (int column = 0; column < names.size(); column++) {
                    rows.add(one.text(row, column));
                }
            }
        }
        return rows.build();
    }

    /** Objects of scalars, one after another or in an array. */
    private static final class JsonRows {
        private final String text;
        private int at;
        private int line = 1;

        private JsonRows(String text) {
            this.text = text;
        }

        private TextTable table() {
            List<Map<String, String>> rows = new ArrayList<>();
            Set<String> names = new LinkedHashSet<>();
            boolean array = text.startsWith("[");
            at = array ? 1 : 0;
            for (char c = peek(); c != 0 && c != ']'; c = peek()) {
                if (c == ',') {
                    at++;
                    continue;
                }
                Map<String, String> row = new LinkedHashMap<>();
                object("", row);
                names.addAll(row.keySet());
                rows.add(row);
            }
            TextTable.Builder table = new TextTable.Builder(List.copyOf(names));
            for (Map<String, String> row : rows) {
                names.forEach(name -> table.add(row.getOrDefault(name, "")));
            }
            return table.build();
        }

        private char peek() {
            while (at < text.length() && text.charAt(at) <= ' ') {
                line += text.charAt(at++) == '\n' ? 1 : 0;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void expect(char c) {
            char found = peek();
            if (found != c) {
                throw new IllegalArgumentException("line " + line + ": expected " + c + " of a JSON object, got "
                        + (found == 0 ? "the end" : "'" + found + "'"));
            }
            at++;
        }

        private void object(String prefix, Map<String, String> row) {
            expect('{');
            while (peek() != '}') {
                String name = prefix + string();
                expect(':');
                char c = peek();
                if (c == '{') {
                    object(name + ".", row);
                } else {
                    row.put(name, c == '"' ? string() : bare(c));
                }
                if (peek() != '}') {
                    expect(',');
                }
            }
            at++;
        }

        /** A number or word; an array as its text. */
        private String bare(char c) {
            int from = at;
            int open = 0;
            while (at < text.length()) {
                char here = text.charAt(at);
                if (open == 0 && (here == ',' || here == '}' || here <= ' ')) {
                    break;
                }
                open += here == '[' ? 1 : here == ']' ? -1 : 0;
                at++;
            }
            String word = text.substring(from, at);
            if (c != '[' && !word.matches("[-+]?[\\w.+-]+")) {
                throw new IllegalArgumentException(
                        "line " + line + ": expected a JSON value, got '" + Echo.of(word) + "'");
            }
            return word.equals("null") ? "" : word;
        }

        private String string() {
            expect('"');
            StringBuilder out = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
                char c = text.charAt(at++);
                if (c == '\\' && at < text.length()) {
                    char escaped = text.charAt(at++);
                    if (escaped == 'u'
                            && at + 4 <= text.length()
                            && text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    } else {
                        out.append(escaped == 'n' || escaped == 't' ? ' ' : escaped);
                    }
                } else {
                    out.append(c);
                }
            }
            expect('"');
            return out.toString();
        }
    }

    /** The columns named, in words. */
    public static String named(List<String> columns) {
        return columns.stream().map(name -> "'" + Echo.of(name) + "'").collect(Collectors.joining(", "));
    }
}
