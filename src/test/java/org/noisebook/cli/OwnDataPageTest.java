package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.field.TrainedField;
import org.noisebook.interpolant.Target;
import org.noisebook.rng.Streams;

/** The page on a user's own points: its program and its commands run, on few points. */
class OwnDataPageTest {
    private static final int MOST_LINES = 15;

    @TempDir
    private Path folder;

    private String page;

    @BeforeEach
    void writePoints() throws IOException {
        page = Files.readString(Path.of("src", "site", "markdown", "own-data.md"));
        for (String name : List.of("points", "new")) {
            double[][] x = new double[2][30];
            new Target.TwoMoons(0.1).open(Streams.of(1), name).draw(30, x, new int[30]);
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve(name + ".csv")))) {
                out.println("x,y");
                for (int k = 0; k < 30; k++) {
                    out.println(x[0][k] + "," + x[1][k]);
                }
            }
        }
    }

    private String block(String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theProgramRuns() throws Exception {
        String code = block("java");
        assertThat(code.lines().count()).isLessThanOrEqualTo(MOST_LINES);
        Path source = Files.writeString(folder.resolve("OwnData.java"), code);
        String[] options = {
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"), source.toString()
        };
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options))
                .isZero();
        Path saved = folder.resolve("points.field");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            var main = loader.loadClass("OwnData").getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            var out = System.out;
            try {
                System.setOut(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
                main.invoke(null, (Object)
                        new String[] {folder.resolve("points.csv").toString(), saved.toString()});
            } finally {
                System.setOut(out);
            }
        }
        assertThat(TrainedField.load(saved).names()).containsExactly("x", "y");
    }

    @Test
    void theThreeCommandsRun() {
        List<String> commands = block("").lines().toList();
        assertThat(commands).hasSize(3);
        for (String command : commands) {
            String line = command.replace("environment/noisebook ", "")
                    .replaceAll("(points\\.csv|new\\.csv|report\\b|logp\\.csv)(?=[ /]|$)", folder + "/$1")
                    .replace("points.csv", "points.csv" + " --updates 20");
            Called run = Called.with(line.split(" "));
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isZero();
            assertThat(run.out()).containsAnyOf("Next: ", "nats a row");
        }
    }
}
