package org.noisebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What writes the float twins of the double sources. */
class FloatTwinsTest {
    private static final Path GENERATOR = Path.of("environment", "generate", "FloatTwins.java");
    private static final Path GENERATED = Path.of("target", "generated-sources", "float");

    /** Compiled once: as a source it would be compiled again by each start. */
    @TempDir
    private static Path compiled;

    @TempDir
    private Path folder;

    @BeforeAll
    static void compile() {
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", compiled.toString(), GENERATOR.toString()))
                .isZero();
    }

    @Test
    void theTwinsThatWereCompiledAreUpToDate() throws Exception {
        Path out = folder.resolve("out");
        assertThat(generate(Path.of(""), out)).isEmpty();
        assertThat(texts(GENERATED)).hasSizeGreaterThan(10).isEqualTo(texts(out));
    }

    @Test
    void marks() throws Exception {
        Path out = source("""
                /** In float64. */
                final class DoubleThing { // double only
                // float: final class FloatThing extends Thing {
                    static final double TINY = 0x1p-960; // float: 0x1p-95f
                    // double in both: signatures of overridden methods
                    // double only:
                    private double unused;
                    // end of double only

                    @Override
                    double norm(double[] x) {
                        double sum = 0; // double in both
                        double first = x[0];
                        return first; // float: sum
                    }
                }
                """);
        Path stale = Files.writeString(Files.createDirectories(out).resolve("FloatGone.java"), "");
        assertThat(generate(folder, out)).isEmpty();
        assertThat(stale).doesNotExist();
        Path twin = out.resolve("FloatThing.java");
        assertThat(Files.readString(twin).split("\n", 2)[1]).isEqualTo("""
                /** In float32. */
                final class FloatThing extends Thing {
                    static final float TINY = 0x1p-95f;

                    @Override
                    double norm(double[] x) {
                        double sum = 0;
                        float first = x[0];
                        return sum;
                    }
                }
                """);
        Files.setLastModifiedTime(twin, FileTime.fromMillis(0));
        assertThat(generate(folder, out)).isEmpty();
        assertThat(Files.getLastModifiedTime(twin))
                .as("written only when it changes")
                .isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void templates() throws Exception {
        Path out = template("""
                final class DoubleTile {
                    // each C = 2
                    // each R = 2
                    static void tile$Rx$C(double[] a, int i, int n) {
                        int a$r = i + $r * n; // each r
                        // each r
                        double x$r = a[a$r];
                        double y$r_$c = x$r + $c * i; // each c
                        // end
                    }
                    // end
                    // end
                }
                """);
        assertThat(generate(folder, out)).isEmpty();
        String tile = Files.readString(out.resolve("DoubleTile.java"));
        assertThat(tile.split("\n", 2)[1]).isEqualTo("""
                final class DoubleTile {
                    static void tile2x2(double[] a, int i, int n) {
                        int a0 = i;
                        int a1 = i + n;
                        double x0 = a[a0];
                        double y0_0 = x0;
                        double y0_1 = x0 + i;
                        double x1 = a[a1];
                        double y1_0 = x1;
                        double y1_1 = x1 + i;
                    }
                }
                """);
        assertThat(Files.readString(out.resolve("FloatTile.java")))
                .isEqualTo(tile.replace("double", "float").replace("final class Double", "final class Float"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"// each R = 2\nint x;", "int x;\n// end", "// each r\nint x;\n// end", "int x; // each c"})
    void wrongRepetitionsStopIt(String text) throws Exception {
        Path out = template(text);
        assertThat(generate(folder, out)).contains("DoubleTile.java:");
        assertThat(out).doesNotExist();
    }

    private Path template(String text) throws IOException {
        Path templates =
                Files.createDirectories(folder.resolve("src").resolve("main").resolve("templates"));
        Files.writeString(templates.resolve("DoubleTile.java"), text);
        return folder.resolve("out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// double only:\nint x;",
                "int x;\n// end of double only",
                "// double only:\nint x; // float: 3\n// end of double only",
                "int x; // float: 3",
                "int x; // double onyl"
            })
    void wrongMarksStopIt(String text) throws Exception {
        Path out = source(text);
        assertThat(generate(folder, out)).contains("DoubleThing.java:");
        assertThat(out).doesNotExist();
    }

    private Path source(String text) throws IOException {
        Path sources =
                Files.createDirectories(folder.resolve("src").resolve("main").resolve("java"));
        Files.writeString(sources.resolve("DoubleThing.java"), text);
        return folder.resolve("out");
    }

    /** What it says, which is nothing when all is well. */
    private static String generate(Path root, Path out) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        compiled.toString(),
                        "FloatTwins",
                        root.toString(),
                        out.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(said.isEmpty() ? 0 : 1);
        return said;
    }

    private static Map<String, String> texts(Path root) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
