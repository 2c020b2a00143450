package org.noisebook.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.util.PathsHandler;

/**
 * IJava's environment variables: {@code IJAVA_CLASSPATH}, {@code IJAVA_COMPILER_OPTS}, {@code IJAVA_STARTUP_SCRIPT},
 * {@code IJAVA_STARTUP_SCRIPTS_PATH}, {@code IJAVA_TIMEOUT}.
 */
record Settings(Map<String, String> environment) {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");
    private static final Pattern TIME = Pattern.compile("(-?\\d{1,18})\\s*([A-Za-z]*)");

    private String get(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Class path entries; globs are resolved. */
    List<Path> classPath() {
        return paths(get("IJAVA_CLASSPATH"));
    }

    /** The files and folders of a list of paths and globs; none for what is not there. */
    static List<Path> paths(String list) {
        List<Path> paths = new ArrayList<>();
        for (String entry : PathsHandler.split(list)) {
            try {
                paths.addAll(PathsHandler.resolveGlobs(entry));
            } catch (RuntimeException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
        return paths;
    }

    /** Words of the compiler options; quotes keep blanks. */
    List<String> compilerOptions() {
        return words(get("IJAVA_COMPILER_OPTS"));
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return words;
    }

    /** Start-up scripts: those of the path, then the one given as text. */
    List<String> scripts() throws IOException {
        List<String> scripts = new ArrayList<>();
        for (Path path : paths(get("IJAVA_STARTUP_SCRIPTS_PATH"))) {
            if (Files.isRegularFile(path)) {
                scripts.add(Files.readString(path));
            }
        }
        if (!get("IJAVA_STARTUP_SCRIPT").isBlank()) {
            scripts.add(get("IJAVA_STARTUP_SCRIPT"));
        }
        return scripts;
    }

    /**
     * The time a statement may take: a number of milliseconds, or a number and a unit such as {@code 3 SECONDS}; zero for
     * no limit.
     */
    Duration timeout() {
        String text = get("IJAVA_TIMEOUT").strip();
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        Matcher matcher = TIME.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            if (amount <= 0) {
                return Duration.ZERO;
            }
            if (matcher.group(2).isEmpty()) {
                return Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(amount));
            }
            for (TimeUnit unit : TimeUnit.values()) {
                String name = unit.name();
                String given = matcher.group(2).toUpperCase(Locale.ROOT);
                if (name.equals(given) || name.equals(given + "S")) {
                    return Duration.ofNanos(unit.toNanos(amount));
                }
            }
        }
        throw new IllegalArgumentException(
                "IJAVA_TIMEOUT must be milliseconds or a number and a unit such as 3 SECONDS, got " + text);
    }
}
