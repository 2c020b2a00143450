package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for users of the library: what it shows is compiled and run, beside the kit, as in a project of somebody else. */
class LibraryPageTest {
    private static final Path PAGE = Path.of("src", "site", "markdown", "library.md");
    private static final Path PROJECT = Path.of("environment", "library-example");

    @TempDir
    private static Path folder;

    private static String page;
    private static String code;

    @BeforeAll
    static void compile() throws IOException {
        page = Files.readString(PAGE);
        code = block("java\n(package .*?)");
        Path source = Files.createDirectories(folder.resolve("org/example")).resolve("Urn.java");
        Files.writeString(source, code);
        String classPath = System.getProperty("java.class.path");
        String[] options = {"-proc:none", "-d", folder.toString(), "-cp", classPath, source.toString()};
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options))
                .isZero();
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("org.noisebook.figure.Chapter"), block("\n(org\\.example.*?)"));
    }

    private static String block(String form) {
        List<MatchResult> found = Pattern.compile("(?s)```" + form + "```")
                .matcher(page)
                .results()
                .toList();
        assertThat(found).as(form).hasSize(1);
        return found.get(0).group(1);
    }

    private static Called call(String without, String... arguments) throws IOException, InterruptedException {
        String classPath = Stream.concat(
                        Stream.of(folder.toString()),
                        Stream.of(Called.classPath().split(File.pathSeparator)))
                .filter(entry -> without.isEmpty() || !entry.contains(without))
                .collect(Collectors.joining(File.pathSeparator));
        Map<String, String> environment =
                Map.of("NOISEBOOK_CACHE", folder.resolve("cache").toString());
        return Called.inProcess(folder, environment, List.of(), classPath, arguments);
    }

    @Test
    void theExampleProjectIsThePages() throws IOException {
        assertThat(PROJECT.resolve("src/main/java/org/example/Urn.java")).hasContent(code);
        assertThat(PROJECT.resolve("src/main/resources/META-INF/services/org.noisebook.figure.Chapter"))
                .hasContent("org.example.Urn\n");
        assertThat(Files.readString(PROJECT.resolve("pom.xml")).replaceAll("\\s+", ""))
                .contains(block("xml\n(.*?)").replaceAll("\\s+", ""));
    }

    @Test
    void theCommandsOfThePageKnowTheProject() throws Exception {
        String out = folder.resolve("out").toString();
        assertThat(call("", "figures", "urn", "--out", out).status()).isZero();
        assertThat(Path.of(out, "urn.svg")).content().contains("The noise of the first draws stays for ever");
        assertThat(call("", "claims", "--figure", "urn", "--out", out).out())
                .contains("urn-variance-1000", "law: both agree");
        assertThat(call("", "run", "urn", "--set", "draws=10,1000", "--replicas", "8")
                        .out())
                .startsWith("draws,urns,seed,replica,variance\n");
    }

    /** The kit does not bring into other projects what only some commands need; these say so in one line. */
    @Test
    void aCommandNamesTheArtifactThatItLacks() throws Exception {
        assertThat(call("picocli", "figures", "urn"))
                .isEqualTo(new Called(
                        Main.FAILURE,
                        "",
                        "noisebook: add info.picocli:picocli:4.7.7 to the dependencies of your project: this needs it, and"
                                + " the kit does not bring it into other projects\n"));
        assertThat(call("graphics2d", "figures", "urn", "--format", "pdf", "--out", folder.toString())
                        .err())
                .contains("noisebook: add de.rototor.pdfbox:graphics2d:3.0.1 to the dependencies of your project");
    }
}
