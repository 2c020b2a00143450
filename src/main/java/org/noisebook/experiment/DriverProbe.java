package org.noisebook.experiment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.data.Home;
import org.noisebook.data.WholeFile;

/**
 * Starts a native library in a separate process first, so that a driver that crashes or hangs takes only that down.
 *
 * <p>A driver that passes is recorded, under everything that identifies its version, in the folder {@code drivers} of
 * the user's cache. One that fails is tried again.
 *
 * <p><b>Cost</b>: starting a JVM and the library once per version; afterwards reading a file.
 */
public final class DriverProbe {
    private static final long SECONDS = 60;
    /** A process that waits for its device may outlive the kill signal for this long. */
    private static final long DYING_SECONDS = 5;
    /** Limits lines, since a program may print a whole page. */
    private static final int LONGEST = 200;

    private DriverProbe() {}

    /**
     * The reason why a library cannot be used here, in one line; empty if it can.
     *
     * @param name name of the library for users
     * @param program a class whose {@code main} starts the library and computes something with it
     * @param arguments arguments of that program
     * @param version everything that may change the library's behaviour
     */
    public static Optional<String> failure(
            String name, Class<?> program, List<String> arguments, List<String> version) {
        return failure(name, program, arguments, version, SECONDS);
    }

    static Optional<String> failure(
            String name, Class<?> program, List<String> arguments, List<String> version, long seconds) {
        Path passed = Home.here()
                .cache()
                .resolve("noisebook/drivers")
                .resolve(program.getSimpleName() + String.join("", arguments));
        String text = String.join("\n", machine()) + "\n" + String.join("\n", version) + "\n";
        try {
            if (Files.exists(passed) && Files.readString(passed).equals(text)) {
                return Optional.empty();
            }
        } catch (IOException e) {
            // Treated as if nothing were recorded.
        }
        Optional<String> failure = started(name, program, arguments, seconds);
        if (failure.isEmpty()) {
            try {
                Files.createDirectories(passed.getParent());
                WholeFile.write(passed, file -> Files.writeString(file, text));
            } catch (IOException e) {
                // The probe then runs again next time.
            }
        }
        return failure;
    }

    private static Optional<String> started(String name, Class<?> program, List<String> arguments, long seconds) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.matches("-D.*|--enable-native.*|--sun-misc.*"))
                .forEach(command::add);
        // The program runs in another folder, so relative paths would not work.
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(arguments);
        try {
            Output output = run(command, seconds);
            return output.exitCode() == 0
                    ? Optional.empty()
                    : Optional.of(name + " failed in a trial process, with exit code " + output.exitCode() + ": "
                            + output.reason());
        } catch (TimeoutException e) {
            return Optional.of(name + " did not answer within " + seconds + " s in a trial process");
        } catch (IOException e) {
            return Optional.of(name + " cannot be tried: " + e.getMessage());
        }
    }

    /**
     * What a library's behaviour may depend on besides its version: Java, the processor, and the installed libraries.
     */
    private static List<String> machine() {
        List<String> facts = new ArrayList<>();
        facts.add("java " + Runtime.version() + ", " + System.getProperty("os.arch"));
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            lines.filter(line -> line.matches("(model name|flags|Features).*"))
                    .distinct()
                    .forEach(facts::add);
        } catch (IOException | UncheckedIOException e) {
            facts.add("no /proc/cpuinfo");
        }
        facts.add("libraries of " + date(Path.of("/etc/ld.so.cache")));
        return facts;
    }

    /** The modification time of a file as text; empty if it does not exist. */
    public static String date(Path file) {
        try {
            return Files.getLastModifiedTime(file).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The outcome of a program.
     *
     * @param exitCode its exit code
     * @param text its output, including errors
     */
    public record Output(int exitCode, String text) {
        /** The most informative line: the last one outside stack traces and JVM crash reports, else the signal. */
        String reason() {
            return lines().stream()
                    .filter(line -> !line.matches("(#|\\[|at |\\.\\.\\.).*"))
                    .reduce((first, second) -> second)
                    .or(() -> lines().stream()
                            .filter(line -> line.contains("SIG"))
                            .findFirst())
                    .orElse("it printed nothing")
                    .replaceFirst("^(# +|Caused by: |Exception in thread \\S+ )?([\\w.$]+(Exception|Error): )*", "");
        }

        /** The non-blank lines, each truncated to 200 printable characters. */
        public List<String> lines() {
            return text.lines()
                    .map(line ->
                            line.replaceAll("[\\p{C}\\s\\u2028\\u2029]+", " ").strip())
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.substring(0, Math.min(line.length(), LONGEST)))
                    .toList();
        }
    }

    /**
     * Runs a program in an empty folder, which is deleted afterwards.
     *
     * @throws IOException if it fails to start
     * @throws TimeoutException if it does not end in time; it is then killed
     */
    public static Output run(List<String> command, long seconds) throws IOException, TimeoutException {
        Path folder = Files.createTempDirectory("noisebook");
        try {
            // A file, since a pipe would have to be read while the program may hang.
            Path answer = folder.resolve("output");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(DYING_SECONDS, TimeUnit.SECONDS);
                    throw new TimeoutException();
                }
                return new Output(process.exitValue(), new String(Files.readAllBytes(answer), StandardCharsets.UTF_8));
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new CancellationException("probe of devices interrupted");
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }
}
