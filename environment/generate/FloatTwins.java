import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the float twin of every class whose file name contains {@code Double}, though not {@code Doubles}, after unrolling
 * the templates: {@code java FloatTwins.java ROOT OUT [main|test]}.
 *
 * <p>ROOT is the folder with {@code src/main/java} and {@code src/main/templates}, or with {@code src/test/java}; OUT gets what is written and loses what is
 * not written any more. Files that are up to date are left alone, so that nothing is compiled anew.
 *
 * <p>A template is a class whose lines are repeated where a comment says so; {@code $R} in them is the value of R:
 *
 * <ul>
 *   <li>{@code // each R = 6, 4}, alone on a line, up to its {@code // end}: the lines between, for 6, then for 4
 *   <li>{@code // each r}, likewise: for r from 0 to one below the R around it
 *   <li>{@code some code // each r, c}: this line, the last letter running fastest
 * </ul>
 *
 * <p>{@code + 0 * x} falls away and {@code 1 * x} is {@code x}.
 *
 * <p>A twin is its source with {@code double} written {@code float}, wherever it stands: in types, names and javadoc (see
 * {@link #WORDS}). What differs beyond that stands in the source, in comments:
 *
 * <ul>
 *   <li>{@code int digits = 52; // float: 23}: the twin has 23 there; after {@code return} too
 *   <li>{@code // float: some code}, alone on a line: a line that only the twin has
 *   <li>{@code some code // double only}: a line that the twin lacks
 *   <li>{@code // double only:}, alone on a line, up to {@code // end of double only}: lines that the twin lacks
 *   <li>{@code some code // double in both}: a line that the twin has as it stands
 *   <li>{@code // double in both: signatures of overridden methods}: so it is with every line from an {@code @Override} to
 *       the brace that opens the body
 * </ul>
 *
 * <p>Other comments that begin with one of the two words are refused, and so are marks that do not match. Casts need no mark
 * where both precisions call a method of their own, {@code rounded}.
 */
final class FloatTwins {
    private static final Map<String, String> WORDS = Map.of(
            "double", "float",
            "Double", "Float",
            "DOUBLE", "FLOAT",
            "float64", "float32",
            "FLOAT64", "FLOAT32",
            "LongVector", "IntVector",
            "AsLongs", "AsInts",
            "longBits", "intBits",
            "LongBits", "IntBits");

    private static final Pattern WORD = Pattern.compile(String.join("|", WORDS.keySet()));
    /** Indent, code and mark. */
    private static final Pattern MARKED = Pattern.compile("( *)(.*?) *// ((?:float|double|end of double)\\b.*)");

    /** Indent, code, letters and perhaps values. */
    private static final Pattern EACH = Pattern.compile("( *)(.*?) *// each ([\\w, ]+?)(?: = ([\\d, ]+))?");

    private static final Pattern VALUE = Pattern.compile("(.*? = |return ).*;");

    private FloatTwins() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("Usage: java FloatTwins.java ROOT OUT [main|test]");
            System.exit(2);
        }
        Path main = Path.of(arguments[0], "src", arguments.length == 3 ? arguments[2] : "main");
        Path out = Path.of(arguments[1]);
        Map<Path, String> twins = new TreeMap<>();
        try {
            for (String root : List.of("java", "templates")) {
                for (Path source : javaFiles(main.resolve(root))) {
                    List<String> lines = Files.readAllLines(source);
                    Path file = out.resolve(main.resolve(root).relativize(source));
                    String name = source.getFileName().toString();
                    String head = "// Written by environment/generate/FloatTwins.java from " + name + ": change that.\n";
                    if (root.equals("templates")) {
                        List<String> unrolled = new ArrayList<>();
                        unroll(source, lines, 0, lines.size(), Map.of(), unrolled);
                        lines = unrolled;
                        twins.put(file, head + String.join("\n", lines) + "\n");
                    }
                    if (name.matches(".*Double(?!s).*")) {
                        twins.put(file.resolveSibling(twin(name)), head + twin(source, lines));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        for (Path old : javaFiles(out)) {
            if (!twins.containsKey(old)) {
                Files.delete(old);
            }
        }
        for (Map.Entry<Path, String> twin : twins.entrySet()) {
            Path file = twin.getKey();
            if (!Files.exists(file) || !Files.readString(file).equals(twin.getValue())) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, twin.getValue());
            }
        }
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static void unroll(
            Path source, List<String> lines, int from, int to, Map<String, Integer> values, List<String> out) {
        for (int k = from; k < to; k++) {
            Matcher each = EACH.matcher(lines.get(k));
            if (!each.matches()) {
                check(!isEnd(lines.get(k)), source, k, "an end too many");
                out.add(substituted(lines.get(k), values));
            } else if (each.group(2).isEmpty()) {
                int end = end(source, lines, k);
                for (Map<String, Integer> value : values(source, k, each, values)) {
                    unroll(source, lines, k + 1, end, value, out);
                }
                k = end;
            } else {
                for (Map<String, Integer> value : values(source, k, each, values)) {
                    out.add(substituted(each.group(1) + each.group(2), value));
                }
            }
        }
    }

    private static boolean isEnd(String line) {
        return line.strip().equals("// end");
    }

    private static int end(Path source, List<String> lines, int begin) {
        int open = 1;
        int k = begin;
        while (open > 0) {
            check(++k < lines.size(), source, begin, "no end of what is repeated");
            open += isEnd(lines.get(k)) ? -1 : lines.get(k).strip().startsWith("// each ") ? 1 : 0;
        }
        return k;
    }

    private static List<Map<String, Integer>> values(Path source, int line, Matcher each, Map<String, Integer> around) {
        List<Map<String, Integer>> all = List.of(around);
        for (String letter : each.group(3).split(", ")) {
            int[] run;
            if (each.group(4) != null) {
                run = Stream.of(each.group(4).split(", ")).mapToInt(Integer::parseInt).toArray();
            } else {
                Integer bound = around.get(letter.toUpperCase(Locale.ROOT));
                check(bound != null, source, line, "no bound of " + letter);
                run = IntStream.range(0, bound).toArray();
            }
            all = all.stream()
                    .flatMap(one -> IntStream.of(run).mapToObj(value -> with(one, letter, value)))
                    .toList();
        }
        return all;
    }

    private static Map<String, Integer> with(Map<String, Integer> values, String letter, int value) {
        Map<String, Integer> more = new TreeMap<>(values);
        more.put(letter, value);
        return more;
    }

    private static String substituted(String line, Map<String, Integer> values) {
        String text = line;
        for (Map.Entry<String, Integer> value : values.entrySet()) {
            text = text.replace("$" + value.getKey(), Integer.toString(value.getValue()));
        }
        return text.replaceAll(" \\+ 0 \\* \\w+", "").replaceAll("\\b1 \\* ", "");
    }

    private static String twin(String text) {
        return WORD.matcher(text).replaceAll(match -> WORDS.get(match.group()));
    }

    private static String twin(Path source, List<String> lines) {
        List<String> twin = new ArrayList<>();
        boolean doubleOnly = false;
        boolean signaturesStay = false;
        boolean inSignature = false;
        for (int k = 0; k < lines.size(); k++) {
            String line = lines.get(k);
            Matcher marked = MARKED.matcher(line);
            boolean isMarked = marked.matches();
            String indent = isMarked ? marked.group(1) : "";
            String code = isMarked ? marked.group(2) : "";
            String mark = isMarked ? marked.group(3) : "";
            boolean alone = isMarked && code.isEmpty();
            if (alone && mark.equals(doubleOnly ? "end of double only" : "double only:")) {
                doubleOnly = !doubleOnly;
            } else if (doubleOnly) {
                check(!isMarked, source, k, "a mark inside lines that are double only");
            } else if (alone && mark.startsWith("float: ")) {
                twin.add(indent + mark.substring(7));
            } else if (alone && mark.equals("double in both: signatures of overridden methods")) {
                signaturesStay = true;
            } else if (mark.startsWith("float: ")) {
                Matcher value = VALUE.matcher(code);
                check(value.matches(), source, k, "no value before the mark");
                twin.add(indent + twin(value.group(1)) + mark.substring(7) + ";");
            } else if (!alone && mark.equals("double in both")) {
                twin.add(indent + code);
            } else if (alone || !mark.equals("double only")) {
                check(!isMarked, source, k, "an unknown mark");
                inSignature |= signaturesStay && line.strip().equals("@Override");
                twin.add(inSignature ? line : twin(line));
                inSignature &= !line.endsWith("{");
            }
        }
        check(!doubleOnly, source, lines.size() - 1, "no end of the lines that are double only");
        return String.join("\n", twin) + "\n";
    }

    private static void check(boolean good, Path source, int line, String trouble) {
        if (!good) {
            throw new IllegalArgumentException(source + ":" + (line + 1) + ": " + trouble);
        }
    }
}
