import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the float twin of every class whose file name contains {@code Double}, though not
 * {@code Doubles}: {@code java FloatTwins.java ROOT OUT}.
 *
 * <p>ROOT is the folder with {@code src/main/java}; OUT gets the twins and loses what is no twin any more. Files that are up
 * to date are left alone, so that nothing is compiled anew.
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

    private static final Pattern VALUE = Pattern.compile("(.*? = |return ).*;");

    private FloatTwins() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("Usage: java FloatTwins.java ROOT OUT");
            System.exit(2);
        }
        Path sources = Path.of(arguments[0], "src", "main", "java");
        Path out = Path.of(arguments[1]);
        Map<Path, String> twins = new TreeMap<>();
        try {
            for (Path source : javaFiles(sources)) {
                String name = source.getFileName().toString();
                if (name.matches(".*Double(?!s).*")) {
                    Path twin = sources.relativize(source).resolveSibling(twin(name));
                    String head = "// Written by environment/generate/FloatTwins.java from " + name + ": change that.\n";
                    twins.put(out.resolve(twin), head + twin(source, Files.readAllLines(source)));
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        for (Path old : Files.isDirectory(out) ? javaFiles(out) : List.<Path>of()) {
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
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
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
