package org.noisebook.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.noisebook.kernel.Interpreter.Outcome;

/** The magics of cells: {@code %maven}, {@code %jars}, {@code %classpath}, {@code %time} and {@code %%time}. */
final class Magics {
    private static final double NANOS = 1e9;

    private static final Pattern TIME = Pattern.compile("^%?%time\\s");

    private final Interpreter interpreter;

    Magics(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    /** Their names. */
    static List<String> names() {
        return List.of("%maven", "%jars", "%classpath", "%time", "%%time");
    }

    /** The Java of a cell, that behind {@code %time} included. */
    static List<String> javaOf(String code) {
        return CellText.parts(code).stream()
                .map(part -> {
                    String text = code.substring(part.start(), part.end());
                    return part.magic()
                            ? TIME.matcher(text).find() ? TIME.matcher(text).replaceFirst("") : ""
                            : text;
                })
                .toList();
    }

    /** Runs the magic that stands at {@code start} to {@code end} of a cell. */
    Outcome run(int cell, String code, int start, int end) {
        String text = code.substring(start, end);
        String name = text.split("\\s", 2)[0];
        int rest = start + name.length();
        List<String> words = Settings.words(text.substring(name.length()));
        return switch (name) {
            case "%time", "%%time" -> time(cell, code, rest, end);
            case "%classpath", "%jars" -> classPath(name, words);
            case "%maven" -> maven(words);
            default ->
                Outcome.of(Problem.of(
                        "UnknownMagic", "there is no " + name + "; there are " + String.join(", ", names())));
        };
    }

    private Outcome time(int cell, String code, int start, int end) {
        long begin = System.nanoTime();
        Outcome outcome = interpreter.run(cell, code, start, end);
        System.out.printf(Locale.ROOT, "%.3f s%n", (System.nanoTime() - begin) / NANOS);
        return outcome;
    }

    private Outcome classPath(String name, List<String> patterns) {
        if (patterns.isEmpty()) {
            return Outcome.of(
                    Problem.of("UsageError", name + " needs a path or a glob, such as " + name + " lib/*.jar"));
        }
        for (String pattern : patterns) {
            List<Path> found = Settings.paths(pattern).stream()
                    .filter(path -> name.equals("%classpath") || path.toString().endsWith(".jar"))
                    .toList();
            if (found.isEmpty()) {
                return Outcome.of(Problem.of("UsageError", name + ": nothing is found at " + pattern));
            }
            interpreter.addToClassPath(found);
        }
        return Outcome.NOTHING;
    }

    private Outcome maven(List<String> coordinates) {
        if (coordinates.isEmpty()) {
            return Outcome.of(Problem.of(
                    "UsageError", "%maven needs group:artifact:version, such as %maven org.json:json:20240303"));
        }
        for (String coordinate : coordinates) {
            try {
                List<Path> jars = Maven.resolve(coordinate, interpreter.control()::isInterrupted);
                interpreter.addToClassPath(jars);
            } catch (IllegalArgumentException e) {
                return Outcome.of(Problem.of("UsageError", e.getMessage()));
            } catch (IOException e) {
                return Outcome.of(Problem.of("MavenError", e.getMessage()));
            }
        }
        return Outcome.NOTHING;
    }
}
