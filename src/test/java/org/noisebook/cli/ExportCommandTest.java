package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Origin;

/** The archive of a paper. */
class ExportCommandTest {
    private static final String JAR = "noisebook-" + Origin.kitVersion() + ".jar";

    @TempDir
    private Path folder;

    @Test
    void whatIsMissingIsOneLine() {
        assertThat(Called.with(
                                "export",
                                "sgms",
                                "--out",
                                folder.resolve("x.zip").toString())
                        .err())
                .isEqualTo(
                        "noisebook: unknown figure 'sgms', did you mean sgmse? 'noisebook figures --list' lists them\n");
        assertThat(Called.with("export").status()).isEqualTo(Main.USAGE);
    }

    /** Exported, unpacked and started without this checkout, it draws the same bytes and packs itself again. */
    @Test
    @Tag("long")
    void theArchiveReproducesItselfElsewhere() throws Exception {
        Path zip = folder.resolve("a.zip");
        Called exported = Called.inProcess(folder, Map.of(), "export", "sgmse", "--out", zip.toString());
        assertThat(exported.err()).isEmpty();
        assertThat(exported.out()).startsWith(zip + ": sgmse, 15 claims, ");
        Path there = folder.resolve("unpacked");
        List<String> names = unpack(zip, there);
        assertThat(names)
                .isSorted()
                .contains("LICENSE", "NOTICE", "README.md", "figures/sgmse.svg", JAR)
                .noneMatch(name -> name.matches("lib/(VectorGraphics2D|nd4j|junit|openblas|jocl).*"));
        assertThat(there.resolve("figures/sgmse.svg")).hasSameBinaryContentAs(Path.of("figures", "sgmse.svg"));
        String readme = Files.readString(there.resolve("README.md"));
        List<String> commands =
                readme.lines().filter(line -> line.startsWith("    java -jar ")).toList();
        assertThat(commands).hasSize(3);
        assertThat(run(there, commands.get(0))).isEqualTo("sgmse: CSV and JSON reproduced\n");
        run(there, commands.get(2));
        run(there, commands.get(1));
        for (String ending : List.of(".csv", ".json")) {
            assertThat(there.resolve("new/sgmse" + ending))
                    .hasSameBinaryContentAs(Path.of("figures", "sgmse" + ending));
        }
        run(there, "    java -jar " + JAR + " export sgmse --out again.zip");
        assertThat(there.resolve("again.zip")).hasSameBinaryContentAs(zip);
    }

    private static List<String> unpack(Path archive, Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                names.add(entry.getName());
                Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file);
                }
            }
        }
        return names;
    }

    /** What a command of the readme prints, in that folder and with a cache of its own. */
    private String run(Path there, String command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command.strip().split(" ")));
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add(1, "-Xmx512m");
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(there.toFile())
                .redirectError(folder.resolve("err").toFile())
                .redirectOutput(out.toFile());
        builder.environment().put("NOISEBOOK_CACHE", folder.resolve("cache").toString());
        int status = builder.start().waitFor();
        assertThat(status)
                .as("%s: %s%s", command, Files.readString(folder.resolve("err")), Files.readString(out))
                .isZero();
        return Files.readString(out);
    }
}
