package org.noisebook.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Fetches libraries and what they need through the machine's own {@code mvn}, its settings and its local repository. */
final class Maven {
    private static final long POLL_MILLIS = 50;
    private static final int MESSAGE_LINES = 5;
    private static final List<String> FIELDS = List.of("groupId", "artifactId", "type", "classifier", "version");

    private Maven() {}

    /**
     * The jars of a library and of what it needs at run time.
     *
     * @param coordinate {@code group:artifact:version}, {@code group:artifact:type:version} or
     *     {@code group:artifact:type:classifier:version}
     * @param interrupted asked a few times a second whether to give up
     * @throws IllegalArgumentException if it is not one
     * @throws IOException if Maven is not there, or cannot find it
     */
    static List<Path> resolve(String coordinate, BooleanSupplier interrupted) throws IOException {
        String[] parts = coordinate.split(":", -1);
        boolean right = parts.length >= 3
                && parts.length <= FIELDS.size()
                && Arrays.stream(parts).allMatch(part -> part.matches("[A-Za-z0-9._\\-]+"));
        if (!right) {
            throw new IllegalArgumentException(
                    "%maven: group:artifact:version is needed, optionally with :type or :type:classifier before the version,"
                            + " got " + coordinate);
        }
        return resolveProject(dependency(parts), interrupted);
    }

    /**
     * The jars that a project needs at run time.
     *
     * @param project a {@code pom.xml}
     * @throws IllegalArgumentException if it is no file
     * @throws IOException if Maven is not there, or cannot find what it names
     */
    static List<Path> resolve(Path project, BooleanSupplier interrupted) throws IOException {
        if (!Files.isRegularFile(project)) {
            throw new IllegalArgumentException("%loadFromPOM: " + project + " is no file");
        }
        Path folder = Files.createTempDirectory("noisebook-maven");
        try {
            return classPath(project, folder, project.toString(), interrupted);
        } finally {
            delete(folder);
        }
    }

    /** The jars that a project needs, given as the text of its {@code pom.xml}, or as that of its dependencies alone. */
    static List<Path> resolveProject(String text, BooleanSupplier interrupted) throws IOException {
        if (!text.contains("<dependency>")) {
            throw new IllegalArgumentException("%%loadFromPOM needs a <dependency> element below it");
        }
        String dependencies = text.contains("<dependencies>") ? text : "<dependencies>" + text + "</dependencies>";
        Path folder = Files.createTempDirectory("noisebook-maven");
        try {
            Path project = Files.writeString(
                    folder.resolve("pom.xml"),
                    text.contains("<project")
                            ? text
                            : "<project><modelVersion>4.0.0</modelVersion><groupId>cell</groupId><artifactId>cell</artifactId>"
                                    + "<version>1</version><packaging>pom</packaging>" + dependencies + "</project>");
            return classPath(project, folder, "what the cell names", interrupted);
        } finally {
            delete(folder);
        }
    }

    private static List<Path> classPath(Path project, Path folder, String what, BooleanSupplier interrupted)
            throws IOException {
        Path out = folder.resolve("classpath");
        run(project, folder.resolve("log"), out, what, interrupted);
        return Arrays.stream(Files.readString(out).strip().split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    private static String dependency(String... parts) {
        StringBuilder dependency = new StringBuilder();
        for (int k = 0; k < parts.length; k++) {
            String field = k == parts.length - 1 ? "version" : FIELDS.get(k);
            dependency
                    .append('<')
                    .append(field)
                    .append('>')
                    .append(parts[k])
                    .append("</")
                    .append(field)
                    .append('>');
        }
        return "<dependency>" + dependency + "</dependency>";
    }

    private static void run(Path project, Path log, Path out, String what, BooleanSupplier interrupted)
            throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(
                            "mvn",
                            "-q",
                            "-B",
                            "-f",
                            project.toAbsolutePath().toString(),
                            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                            "-DincludeScope=runtime",
                            "-Dmdep.outputFile=" + out)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
        } catch (IOException e) {
            throw new IOException("%maven needs Maven's mvn on the path: " + e.getMessage(), e);
        }
        try {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (interrupted.getAsBoolean()) {
                    process.destroy();
                    throw new CancellationException("%maven was interrupted");
                }
            }
        } catch (InterruptedException e) {
            process.destroy();
            throw new CancellationException("%maven was interrupted");
        }
        if (process.exitValue() != 0 || !Files.exists(out)) {
            String reason = Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("[ERROR]"))
                    .map(line -> line.substring("[ERROR]".length()).strip())
                    .filter(line -> !line.isEmpty())
                    .limit(MESSAGE_LINES)
                    .collect(Collectors.joining("\n"));
            throw new IOException("Maven cannot find " + what + ": " + reason);
        }
    }
}
