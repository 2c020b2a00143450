package org.noisebook.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The program. It starts without the libraries that are optional in the kit's pom, as in a project that has the kit as a library, and
 * says which one a command lacks.
 */
public final class Main {
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int INTERRUPTED = 130;
    /** What a project adds, by the start of the name of a class that is missing. */
    private static final List<Map.Entry<String, String>> OPTIONAL = List.of(
            Map.entry("picocli/", "info.picocli:picocli:4.7.7"),
            Map.entry(
                    "org/commonmark/",
                    "org.commonmark:commonmark-ext-gfm-tables and commonmark-ext-heading-anchor:0.27.0"),
            Map.entry("org/tomlj/", "org.tomlj:tomlj:1.1.1"),
            Map.entry("org/dflib/", "org.dflib.jjava:jjava-jupyter:1.0-a6"),
            Map.entry("org/objectweb/", "org.ow2.asm:asm:9.8"));

    private Main() {}

    /** Runs a command and exits. */
    public static void main(String[] arguments) {
        System.exit(execute(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs a command with its own output and error, and gives the exit status. */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        try {
            return CommandTree.execute(out, err, arguments);
        } catch (NoClassDefFoundError e) {
            String missing = String.valueOf(e.getMessage());
            String artifact = OPTIONAL.stream()
                    .filter(library -> missing.startsWith(library.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> e);
            err.println("noisebook: this command needs " + artifact
                    + ", which the kit does not bring into other projects: add it to the dependencies of yours");
            return FAILURE;
        }
    }
}
