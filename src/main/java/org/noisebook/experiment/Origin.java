package org.noisebook.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Origin of numbers: the version of the kit, and the checkout and machine that produced them.
 *
 * @param version the kit's version
 * @param commit commit of the checkout, {@code unknown} outside a checkout
 * @param dirty whether the checkout differed from the commit
 * @param java Java version and vendor
 * @param system operating system and architecture
 */
public record Origin(String version, String commit, boolean dirty, String java, String system) {
    private static final int GIT_SECONDS = 10;

    /** The kit's version. */
    public static String kitVersion() {
        Properties properties = new Properties();
        try (InputStream in = Origin.class.getResourceAsStream("/org/noisebook/noisebook.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the jar lacks noisebook.properties", e);
        }
        return properties.getProperty("version");
    }

    /** The origin of this process; asks git if {@code noisebook.home} names a checkout. */
    public static Origin here() {
        Optional<Path> home =
                Optional.ofNullable(System.getProperty("noisebook.home")).map(Path::of);
        Optional<String> commit = home.flatMap(h -> git(h, "rev-parse", "HEAD"));
        boolean dirty = commit.isPresent()
                && home.flatMap(h -> git(h, "status", "--porcelain", "--untracked-files=no"))
                        .map(changes -> !changes.isEmpty())
                        .orElse(false);
        return new Origin(
                kitVersion(),
                commit.orElse("unknown"),
                dirty,
                System.getProperty("java.version") + " " + System.getProperty("java.vendor"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    private static Optional<String> git(Path home, String... arguments) {
        // Anyone who runs this checkout's code may ask it for its commit, whether or not they own it.
        List<String> command = new ArrayList<>(List.of("git", "-c", "safe.directory=" + home, "-C", home.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(output)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
