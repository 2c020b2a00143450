package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.noisebook.data.Home;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Origin;

/**
 * The folders in which Jupyter finds kernels.
 *
 * @param environment the environment variables
 * @param home the user's home folder
 */
public record KernelSpecs(Map<String, String> environment, Path home) {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    /** Against hanging only: a kernel that ends is noticed at once. */
    private static final Duration CELL_LIMIT = Duration.ofMinutes(30);

    private static final long QUERY_SECONDS = 20;
    private static final String MARK = "noisebook";
    private static final String SPEC = "kernel.json";

    /** This process's. */
    public static KernelSpecs here() {
        return new KernelSpecs(System.getenv(), Home.here().folder());
    }

    /**
     * An installed kernel.
     *
     * @param name what notebooks know it by
     * @param folder its folder
     * @param displayName what people know it by
     * @param ours whether this kit installed it
     * @param java its Java home; empty if it is not ours
     */
    public record Installed(String name, Path folder, String displayName, boolean ours, String java) {}

    /**
     * A cell that was run for a trial.
     *
     * @param result what it gave
     * @param seconds from the start of the process
     */
    public record Trial(String result, double seconds) {}

    /** The user's own folder. */
    public Path userFolder() {
        String data = environment.getOrDefault("JUPYTER_DATA_DIR", "");
        if (!data.isEmpty()) {
            return Path.of(data, "kernels");
        }
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return home.resolve("Library/Jupyter/kernels");
        }
        String share = environment.getOrDefault("XDG_DATA_HOME", "");
        return (share.isEmpty() ? home.resolve(".local/share") : Path.of(share)).resolve("jupyter/kernels");
    }

    /** A prefix's folder. */
    public static Path prefixFolder(Path prefix) {
        return prefix.resolve("share/jupyter/kernels");
    }

    /**
     * The folder of the Python that Jupyter runs in: the active virtual or conda environment, else that of
     * {@code python3}.
     *
     * @throws IOException if there is none
     */
    public Path sysPrefixFolder() throws IOException {
        for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            if (!environment.getOrDefault(name, "").isEmpty()) {
                return prefixFolder(Path.of(environment.get(name)));
            }
        }
        try {
            Process python = new ProcessBuilder("python3", "-c", "import sys; print(sys.prefix)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String prefix = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (python.waitFor(QUERY_SECONDS, TimeUnit.SECONDS) && python.exitValue() == 0 && !prefix.isEmpty()) {
                return prefixFolder(Path.of(prefix));
            }
        } catch (IOException e) {
            // said below
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException(
                "--sys-prefix needs an active environment or python3 on the path; --prefix DIR needs none");
    }

    /** All folders, in the order Jupyter looks. */
    private List<Path> folders() {
        Set<Path> folders = new LinkedHashSet<>();
        for (String entry : environment.getOrDefault("JUPYTER_PATH", "").split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                folders.add(Path.of(entry, "kernels"));
            }
        }
        folders.add(userFolder());
        try {
            folders.add(sysPrefixFolder());
        } catch (IOException e) {
            // no Python, no folder of it
        }
        folders.add(prefixFolder(Path.of("/usr", "local")));
        folders.add(prefixFolder(Path.of("/usr")));
        return List.copyOf(folders);
    }

    /** The kernels that Jupyter finds here. */
    public List<Installed> list() throws IOException {
        List<Installed> found = new ArrayList<>();
        for (Path folder : folders()) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> names = Files.list(folder)) {
                    names.sorted()
                            .map(KernelSpecs::read)
                            .flatMap(Optional::stream)
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<Installed> read(Path folder) {
        try {
            JsonObject spec = GSON.fromJson(Files.readString(folder.resolve(SPEC)), JsonObject.class);
            boolean ours =
                    spec.has("metadata") && spec.getAsJsonObject("metadata").has(MARK);
            String java = ours && spec.has("env")
                    ? spec.getAsJsonObject("env").get("JAVA_HOME").getAsString()
                    : "";
            String display = spec.has("display_name") ? spec.get("display_name").getAsString() : "";
            return Optional.of(new Installed(folder.getFileName().toString(), folder, display, ours, java));
        } catch (IOException | RuntimeException e) {
            // anything may stand in another kit's file
            return Optional.empty();
        }
    }

    /**
     * Installs a kernel that starts with the JDK of this process.
     *
     * @param folder one of the folders above
     * @param name what notebooks know it by
     * @throws IllegalArgumentException if the name is none, or another kit's kernel has it
     * @throws IOException if it cannot be written, or this process was not started by {@code environment/noisebook}
     */
    public static Path install(Path folder, String name) throws IOException {
        Path spec = checked(folder, name);
        String root = System.getProperty("noisebook.home", "");
        if (root.isEmpty()) {
            throw new IOException("a kernel can be installed only by environment/noisebook, which also starts it");
        }
        if (ModuleLayer.boot().findModule("jdk.jshell").isEmpty()) {
            throw new IOException("the Java in " + System.getProperty("java.home")
                    + " has no jdk.jshell: set JAVA_HOME to a JDK 17 or newer");
        }
        JsonArray arguments = new JsonArray();
        Stream.of(Path.of(root, "environment", "noisebook").toString(), "kernel", "start", "{connection_file}")
                .forEach(arguments::add);
        JsonObject json = Message.object(
                "argv",
                arguments,
                "display_name",
                "Java (Noisebook)",
                "language",
                "java",
                "interrupt_mode",
                "message",
                "env",
                Message.object("JAVA_HOME", System.getProperty("java.home")),
                "metadata",
                Message.object(MARK, Origin.kitVersion()));
        Files.createDirectories(spec);
        WholeFile.write(spec.resolve(SPEC), file -> Files.writeString(file, GSON.toJson(json) + "\n"));
        return spec;
    }

    /**
     * Removes a kernel that this kit installed.
     *
     * @throws IllegalArgumentException if there is none of that name, or it is another kit's
     */
    public static Path uninstall(Path folder, String name) throws IOException {
        Path spec = checked(folder, name);
        if (!Files.exists(spec.resolve(SPEC))) {
            throw new IllegalArgumentException("there is no kernel " + name + " in " + folder);
        }
        try (Stream<Path> files = Files.walk(spec)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return spec;
    }

    private static Path checked(Path folder, String name) {
        if (!name.matches("[a-z0-9_][a-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "--name must be of a-z, 0-9, '.', '_' and '-', and not start with '.' or '-', got " + name);
        }
        Path spec = folder.resolve(name);
        Optional<Installed> there = read(spec);
        // One that cannot be read is not ours either.
        if (Files.exists(spec.resolve(SPEC)) && there.filter(Installed::ours).isEmpty()) {
            throw new IllegalArgumentException("the kernel " + name + " in " + folder + " is "
                    + there.map(kernel -> '"' + kernel.displayName() + "\", ").orElse("")
                    + "not this kit's");
        }
        return spec;
    }

    /**
     * Starts an installed kernel as Jupyter would, runs one cell, and shuts it down.
     *
     * @throws IOException if it does not start, or does not answer; the message says what it printed
     */
    public static Trial tryOut(Path spec) throws IOException, InterruptedException {
        JsonObject json = GSON.fromJson(Files.readString(spec.resolve(SPEC)), JsonObject.class);
        Path folder = Files.createTempDirectory("noisebook-kernel");
        Path file = folder.resolve("connection.json");
        Path log = folder.resolve("log");
        try {
            Connection connection = KernelClient.freeConnection();
            KernelClient.write(connection, file);
            List<String> command = new ArrayList<>();
            json.getAsJsonArray("argv")
                    .forEach(word -> command.add(word.getAsString().replace("{connection_file}", file.toString())));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            json.getAsJsonObject("env")
                    .asMap()
                    .forEach((name, value) -> builder.environment().put(name, value.getAsString()));
            long start = System.nanoTime();
            Process process = builder.start();
            try (KernelClient client = new KernelClient(connection)) {
                Optional<KernelClient.Answer> answer = client.execute("6 * 7", CELL_LIMIT, process::isAlive);
                double seconds = (System.nanoTime() - start) / 1e9;
                String result = answer.flatMap(KernelClient.Answer::result).orElse("");
                if (!result.equals("42")) {
                    String printed = Files.readString(log).strip();
                    String what = answer.isPresent()
                            ? " as it should: it answered " + answer.get().reply()
                            : process.isAlive()
                                    ? " within " + CELL_LIMIT.toMinutes() + " min"
                                    : ": it ended with status " + process.exitValue();
                    throw new IOException("the kernel does not run a cell"
                            + what
                            + (printed.isEmpty() ? "" : "; it printed: " + printed));
                }
                client.send("shutdown_request", Message.object("restart", false));
                process.waitFor(QUERY_SECONDS, TimeUnit.SECONDS);
                return new Trial("6 * 7 = " + result, seconds);
            } finally {
                process.destroy();
            }
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(log);
            Files.deleteIfExists(folder);
        }
    }
}
