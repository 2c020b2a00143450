package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSpecsTest {
    private static final String HOME = "noisebook.home";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Optional<String> before = Optional.ofNullable(System.getProperty(HOME));
    private Path root;
    private Path kernels;

    @BeforeEach
    void name() {
        root = folder.resolve("a kit");
        kernels = folder.resolve("my kernels");
        System.setProperty(HOME, root.toString());
    }

    @AfterEach
    void restore() {
        before.ifPresentOrElse(value -> System.setProperty(HOME, value), () -> System.clearProperty(HOME));
    }

    private KernelSpecs specs() {
        return new KernelSpecs(environment, folder.resolve("home"));
    }

    private Path foreign(String name, String json) throws IOException {
        Path spec = Files.createDirectories(kernels.resolve(name));
        Files.writeString(spec.resolve("kernel.json"), json);
        return spec;
    }

    private static JsonObject json(Path spec) throws IOException {
        return new Gson().fromJson(Files.readString(spec.resolve("kernel.json")), JsonObject.class);
    }

    @Test
    void theUsersFolder() {
        if (!System.getProperty("os.name").startsWith("Mac")) {
            assertThat(specs().userFolder()).isEqualTo(folder.resolve("home/.local/share/jupyter/kernels"));
            environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
            assertThat(specs().userFolder()).isEqualTo(folder.resolve("data/jupyter/kernels"));
        }
        environment.put("JUPYTER_DATA_DIR", folder.resolve("jupyter").toString());
        assertThat(specs().userFolder()).isEqualTo(folder.resolve("jupyter/kernels"));
    }

    @Test
    void theFolderOfThePythonEnvironment() throws IOException {
        environment.put("CONDA_PREFIX", folder.resolve("conda").toString());
        assertThat(specs().sysPrefixFolder()).isEqualTo(folder.resolve("conda/share/jupyter/kernels"));
        environment.put("VIRTUAL_ENV", folder.resolve("venv").toString());
        assertThat(specs().sysPrefixFolder()).isEqualTo(folder.resolve("venv/share/jupyter/kernels"));
        assertThat(KernelSpecs.prefixFolder(folder.resolve("venv"))).isEqualTo(specs().sysPrefixFolder());
    }

    @Test
    void whatIsInstalled() throws IOException {
        Path spec = KernelSpecs.install(kernels, "java");
        assertThat(spec).isEqualTo(kernels.resolve("java"));
        JsonObject json = json(spec);
        assertThat(json.getAsJsonArray("argv"))
                .hasToString(new Gson()
                        .toJson(List.of(
                                root + "/environment/noisebook".replace("/", File.separator),
                                "kernel",
                                "start",
                                "{connection_file}")));
        assertThat(json.get("language").getAsString()).isEqualTo("java");
        assertThat(json.get("interrupt_mode").getAsString()).isEqualTo("message");
        assertThat(json.getAsJsonObject("env").get("JAVA_HOME").getAsString())
                .isEqualTo(System.getProperty("java.home"));
        assertThat(KernelSpecs.install(kernels, "java")).as("again").isEqualTo(spec);
        try (var files = Files.list(spec)) {
            assertThat(files).containsExactly(spec.resolve("kernel.json"));
        }
    }

    @Test
    void whatIsInstalledIsListedAndRemoved() throws IOException {
        environment.put("JUPYTER_DATA_DIR", folder.toString());
        environment.put("VIRTUAL_ENV", folder.resolve("venv").toString());
        environment.put(
                "JUPYTER_PATH",
                String.join(File.pathSeparator, "", folder.resolve("first").toString()));
        KernelSpecs.install(specs().userFolder(), "java-2");
        KernelSpecs.install(folder.resolve("first/kernels"), "java-1");
        Path other = Files.createDirectories(
                KernelSpecs.prefixFolder(folder.resolve("venv")).resolve("other"));
        Files.writeString(other.resolve("kernel.json"), "{\"display_name\":\"Other\"}");
        Path broken = Files.createDirectories(specs().userFolder().resolve("broken"));
        for (String json : List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"metadata\":1}",
                "{\"display_name\":{}}",
                "{\"metadata\":{\"noisebook\":1},\"env\":{}}")) {
            Files.writeString(broken.resolve("kernel.json"), json);
            assertThat(specs().list().stream().filter(kernel -> kernel.folder().startsWith(folder)))
                    .as(json)
                    .extracting(KernelSpecs.Installed::name)
                    .containsExactly("java-1", "java-2", "other");
        }
        assertThat(specs().list())
                .contains(
                        new KernelSpecs.Installed("other", other, "Other", false, ""),
                        new KernelSpecs.Installed(
                                "java-2",
                                specs().userFolder().resolve("java-2"),
                                "Java (Noisebook)",
                                true,
                                System.getProperty("java.home")));
        Files.createDirectories(specs().userFolder().resolve("java-2/resources"));
        KernelSpecs.uninstall(specs().userFolder(), "java-2");
        assertThat(specs().userFolder().resolve("java-2")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"display_name\":\"Java (other)\",\"metadata\":{}}",
                "{\"argv\":[]}",
                "{\"metadata\":\"noisebook\"}",
                "{ // what Jupyter may read and we do not\n",
                ""
            })
    void anotherKitsKernelIsLeftAlone(String json) throws IOException {
        Path spec = foreign("java", json);
        for (boolean install : new boolean[] {true, false}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> {
                        if (install) {
                            KernelSpecs.install(kernels, "java");
                        } else {
                            KernelSpecs.uninstall(kernels, "java");
                        }
                    })
                    .withMessageContainingAll("the kernel java in " + kernels, "not this kit's");
        }
        assertThat(spec.resolve("kernel.json")).hasContent(json);
    }

    @Test
    void whatIsNotThereCannotBeRemoved() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSpecs.uninstall(kernels, "java"))
                .withMessage("there is no kernel java in " + kernels);
        Files.createDirectories(kernels.resolve("java"));
        assertThatIllegalArgumentException().isThrownBy(() -> KernelSpecs.uninstall(kernels, "java"));
        assertThat(kernels.resolve("java")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../java", "a/b", "Java", "java 17", "-java", "jäva", ".java"})
    void badNames(String name) throws IOException {
        Files.createDirectories(kernels.resolve("kept"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSpecs.install(kernels, name))
                .withMessageStartingWith("--name must be of a-z")
                .withMessageEndingWith("got " + name);
        assertThatIllegalArgumentException().isThrownBy(() -> KernelSpecs.uninstall(kernels, name));
        assertThat(folder).isDirectoryNotContaining("glob:**.json");
        assertThat(kernels.resolve("kept")).exists();
    }

    @Test
    void aKitThatDoesNotKnowItsFolderInstallsNothing() {
        System.clearProperty(HOME);
        assertThatIOException()
                .isThrownBy(() -> KernelSpecs.install(kernels, "java"))
                .withMessageContaining("environment/noisebook");
        assertThat(kernels).doesNotExist();
    }

    private Path started(String... arguments) throws IOException {
        JsonObject spec = Message.object(
                "argv",
                List.of(arguments),
                "env",
                Message.object("JPY_PARENT_PID", ProcessHandle.current().pid() + ""));
        return foreign("tried", new Gson().toJson(spec));
    }

    /** The whole way: a process, its sockets, a cell, and the end. */
    @Test
    void aKernelIsTriedOut() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path spec = started(
                java,
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                path,
                "org.noisebook.cli.Main",
                "kernel",
                "start",
                "{connection_file}");
        KernelSpecs.Trial trial = KernelSpecs.tryOut(spec);
        assertThat(trial.result()).isEqualTo("6 * 7 = 42");
        assertThat(trial.seconds()).isGreaterThan(0.1);
    }

    @Test
    void aKernelThatDoesNotStartSaysWhy() throws IOException {
        Path spec = started("sh", "-c", "echo no luck >&2; exit 3");
        assertThatIOException()
                .isThrownBy(() -> KernelSpecs.tryOut(spec))
                .withMessage("the kernel does not run a cell: it ended with status 3; it printed: no luck");
    }
}
