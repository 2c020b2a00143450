package org.noisebook.site;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Javadoc of the supported packages, those that the page on stability names. */
final class Javadoc {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path PAGE = Path.of("src", "site", "markdown", "stability.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(org\\.noisebook\\.[a-z.]+)` \\|");
    private static final Pattern PUBLIC =
            Pattern.compile("(?m)^public [a-z -]*\\b(class|interface|record|enum) (\\w+)");

    private Javadoc() {}

    /** The supported packages of a checkout. */
    static List<String> packages(Path root) throws IOException {
        return ROW.matcher(Files.readString(root.resolve(PAGE)))
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    /**
     * Writes it into an empty or missing folder; the same sources give the same bytes.
     *
     * @return whether it was written: a Java without its development kit cannot
     * @throws IOException with what the tool says, if it fails
     */
    static boolean write(Path root, Path folder) throws IOException {
        ToolProvider tool = ToolProvider.findFirst("javadoc").orElse(null);
        if (tool == null) {
            return false;
        }
        List<String> words = new ArrayList<>(List.of("-quiet", "-notimestamp", "-Xdoclint:none", "-encoding", "UTF-8"));
        words.addAll(List.of("-windowtitle", "Noisebook", "-doctitle", "Noisebook: supported packages"));
        words.addAll(List.of("-header", "<a href=\"{@docRoot}/../index.html\">Noisebook</a>"));
        words.addAll(List.of("-sourcepath", root.resolve(SOURCES).toString(), "-d", folder.toString()));
        words.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        words.addAll(packages(root));
        StringWriter said = new StringWriter();
        PrintWriter print = new PrintWriter(said);
        if (tool.run(print, print, words.toArray(String[]::new)) != 0) {
            throw new IOException("javadoc fails: " + said);
        }
        return true;
    }

    /** The names of the public classes of a package. */
    static String classes(Path root, String name) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(SOURCES).resolve(name.replace('.', '/')))) {
            List<String> names = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                PUBLIC.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(2))
                        .forEach(names::add);
            }
            return names.stream().collect(Collectors.joining(" "));
        }
    }
}
