package org.noisebook.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's home folder and the folders in it that the kit reads and writes.
 *
 * <p>The home folder is {@code NOISEBOOK_HOME}, else {@code HOME}, else that of the account.
 *
 * <p>{@code NOISEBOOK_SANDBOX} lists folders like a class path. If it is set, as the build does for tests, the kit
 * rejects any folder of results, data or settings outside them, so that no test depends on files in a home folder.
 *
 * @param environment the environment variables
 * @param account the home folder of the account
 */
public record Home(Map<String, String> environment, Path account) {
    /** The home of this process. */
    public static Home here() {
        return new Home(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    public Path folder() {
        return checked(named("NOISEBOOK_HOME").or(() -> named("HOME")).orElse(account));
    }

    /** The folder for reproducible results. */
    public Path cache() {
        return checked(named("XDG_CACHE_HOME").orElseGet(() -> folder().resolve(".cache")));
    }

    /** The folder for data. */
    public Path data() {
        return checked(named("XDG_DATA_HOME").orElseGet(() -> folder().resolve(".local/share")));
    }

    /** The folder named by a variable; empty if it is unset or blank. */
    public Optional<Path> named(String variable) {
        return Optional.of(environment.getOrDefault(variable, ""))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    /**
     * The same folder, after a check.
     *
     * @throws IllegalStateException if it lies outside the sandbox of a test
     */
    public Path checked(Path folder) {
        String sandbox = environment.getOrDefault("NOISEBOOK_SANDBOX", "");
        if (!sandbox.isBlank()
                && Stream.of(sandbox.split(File.pathSeparator))
                        .noneMatch(root -> real(folder).startsWith(real(Path.of(root))))) {
            throw new IllegalStateException(folder + " lies outside the sandbox of this test, " + sandbox);
        }
        return folder;
    }

    /** The path with symbolic links resolved as far as it exists. */
    private static Path real(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        for (Path there = whole; there != null; there = there.getParent()) {
            if (Files.exists(there)) {
                try {
                    return there.toRealPath().resolve(there.relativize(whole)).normalize();
                } catch (IOException e) {
                    return whole;
                }
            }
        }
        return whole;
    }
}
