package org.noisebook.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Numbers;
import org.noisebook.kernel.Interpreter.Outcome;

/** Runs cells: their Java, and their magics, which {@link #names} lists. */
final class Magics {
    private static final double NANOS = 1e9;
    private static final Pattern TIME = Pattern.compile("^%?%time(it)?\\s");
    private static final int MOST_LOADS = 8;
    private static final List<String> NAMES = List.of(
            "%maven",
            "%loadFromPOM",
            "%%loadFromPOM",
            "%jars",
            "%classpath",
            "%load",
            "%time",
            "%%time",
            "%timeit",
            "%%timeit",
            "%env",
            "%who",
            "%lsmagic",
            "%%html",
            "%%javascript",
            "%%latex",
            "%%sh",
            "%%bash");
    private static final int RUNS = 7;
    private static final double WARM_UP_SECONDS = 0.5;
    private static final double RUN_SECONDS = 0.1;
    private static final long PATIENCE_MILLIS = 1000;
    private final Interpreter interpreter;
    private final Consumer<DisplayData> display;
    private int loads;
    /** Keeps the results of timed calls from being left out as unused. */
    @SuppressWarnings("unused")
    private volatile Object last;

    /**
     * The magics of a kernel.
     *
     * @param display shows what cells give to be shown
     */
    Magics(Interpreter interpreter, Consumer<DisplayData> display) {
        this.interpreter = interpreter;
        this.display = display;
    }

    /** Their names. */
    static List<String> names() {
        return NAMES;
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

    /** Runs a cell's magics and Java in turn. */
    Outcome runCell(int cell, String code) {
        Outcome outcome = Outcome.NOTHING;
        for (CellText.Part part : CellText.parts(code)) {
            outcome = guarded(() -> part.magic()
                    ? run(cell, code, part.start(), part.end())
                    : interpreter.run(cell, code, part.start(), part.end()));
            if (outcome.problem().isPresent()) {
                break;
            }
        }
        return outcome;
    }

    /** Whatever fails here must not take the kernel along. */
    static Outcome guarded(Supplier<Outcome> action) {
        try {
            return action.get();
        } catch (CancellationException e) {
            return Outcome.of(Problem.of("Interrupted", String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            return Outcome.of(Problem.of(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
        }
    }

    /** Runs the magic that stands at {@code start} to {@code end} of a cell. */
    Outcome run(int cell, String code, int start, int end) {
        String text = code.substring(start, end);
        String name = text.split("\\s", 2)[0];
        int rest = start + name.length();
        List<String> words = Settings.words(text.substring(name.length()));
        String body = text.contains("\n") ? text.substring(text.indexOf('\n') + 1) : "";
        return switch (name) {
            case "%time", "%%time" -> time(cell, code, rest, end);
            case "%timeit", "%%timeit" ->
                timeMany(name, text.substring(name.length()).strip());
            case "%classpath", "%jars" -> classPath(name, words);
            case "%maven" -> maven(words);
            case "%loadFromPOM" ->
                words.size() == 1
                        ? add(() -> Maven.resolve(Path.of(words.get(0)), stopped()))
                        : usage("%loadFromPOM needs one file, such as %loadFromPOM pom.xml");
            case "%%loadFromPOM" -> add(() -> Maven.resolveProject(body, stopped()));
            case "%load" ->
                words.isEmpty() ? usage("%load needs a file, such as %load setup.jshell") : load(cell, words);
            case "%env" -> environment(words);
            case "%who" -> print(interpreter.variables());
            case "%lsmagic" -> print(names());
            case "%%html" -> show("text/html", body);
            case "%%javascript" -> show("application/javascript", body);
            case "%%latex" -> show("text/latex", body);
            case "%%sh", "%%bash" -> shell(name.substring(2), body);
            default ->
                Outcome.of(Problem.of(
                        "UnknownMagic",
                        "there is no " + name + ", the nearest is " + NearestNames.nearest(name, names())
                                + "; there are "
                                + String.join(", ", names())));
        };
    }

    private static Outcome usage(String message) {
        return Outcome.of(Problem.of("UsageError", message));
    }

    private BooleanSupplier stopped() {
        return interpreter.control()::isInterrupted;
    }

    private Outcome time(int cell, String code, int start, int end) {
        long begin = System.nanoTime();
        Outcome outcome = interpreter.run(cell, code, start, end);
        System.out.printf(Locale.ROOT, "%.3f s%n", (System.nanoTime() - begin) / NANOS);
        return outcome;
    }

    private Outcome timeMany(String name, String code) {
        if (code.isEmpty()) {
            return usage(name + " needs an expression or statements, such as " + name + " Math.sqrt(2.0)");
        }
        String lambda = "(java.util.concurrent.Callable<Object>) () -> ";
        Callable<?> task;
        try {
            task = (Callable<?>) interpreter.evaluate(lambda + CellText.withoutSemicolon(code));
        } catch (IllegalArgumentException e) {
            // It may be statements.
            task = (Callable<?>) interpreter.evaluate(lambda + "{ " + code + "\n; return null; }");
        }
        Callable<?> timed = task;
        return interpreter.perform(() -> System.out.println(measure(timed)));
    }

    /** Mean and standard deviation over 7 runs of about 0.1 s, after half a second in which the JVM compiles. */
    private String measure(Callable<?> task) throws Exception {
        long calls = 1;
        double seconds = seconds(task, calls);
        for (double spent = seconds; spent < WARM_UP_SECONDS; spent += seconds) {
            calls = Math.max(1, (long) (calls * Math.min(10, RUN_SECONDS / Math.max(1e-9, seconds))));
            seconds = seconds(task, calls);
        }
        double[] each = new double[RUNS];
        for (int k = 0; k < RUNS; k++) {
            each[k] = 1e9 * seconds(task, calls) / calls;
        }
        double mean = Arrays.stream(each).average().orElseThrow();
        double variance = Arrays.stream(each).map(x -> (x - mean) * (x - mean)).sum() / (RUNS - 1);
        return Numbers.brief(mean, 3) + " ± " + Numbers.brief(Math.sqrt(variance), 2)
                + " ns per call (mean ± standard deviation of " + RUNS + " runs of " + calls + " calls)";
    }

    private double seconds(Callable<?> task, long calls) throws Exception {
        long start = System.nanoTime();
        for (long k = 0; k < calls; k++) {
            last = task.call();
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
        }
        return (System.nanoTime() - start) / NANOS;
    }

    /** Runs a script without input; if it is interrupted, what it started ends too. */
    private Outcome shell(String program, String script) {
        return interpreter.perform(() -> {
            Process process = new ProcessBuilder(program, "-c", script)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            // The thread prints to the cell that starts it.
            Thread copy = new Thread(() -> {
                try {
                    process.getInputStream().transferTo(System.out);
                } catch (IOException e) {
                    // It has ended.
                }
            });
            copy.setDaemon(true);
            copy.start();
            try {
                int status = process.waitFor();
                copy.join(PATIENCE_MILLIS);
                if (status != 0) {
                    throw new IllegalStateException("the shell ended with status " + status);
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        });
    }

    private Outcome classPath(String name, List<String> patterns) {
        if (patterns.isEmpty()) {
            return usage(name + " needs a path or a glob, such as " + name + " lib/*.jar");
        }
        for (String pattern : patterns) {
            List<Path> found = Settings.paths(pattern).stream()
                    .filter(path -> name.equals("%classpath") || path.toString().endsWith(".jar"))
                    .toList();
            if (found.isEmpty()) {
                return usage(name + ": nothing is found at " + pattern);
            }
            interpreter.addToClassPath(found);
        }
        return Outcome.NOTHING;
    }

    private Outcome maven(List<String> coordinates) {
        if (coordinates.isEmpty()) {
            return usage("%maven needs group:artifact:version, such as %maven org.json:json:20240303");
        }
        for (String coordinate : coordinates) {
            Outcome outcome = add(() -> Maven.resolve(coordinate, stopped()));
            if (outcome.problem().isPresent()) {
                return outcome;
            }
        }
        return Outcome.NOTHING;
    }

    /** Finds jars. */
    @FunctionalInterface
    private interface Jars {
        List<Path> find() throws IOException;
    }

    private Outcome add(Jars jars) {
        try {
            interpreter.addToClassPath(jars.find());
            return Outcome.NOTHING;
        } catch (IllegalArgumentException e) {
            return usage(e.getMessage());
        } catch (IOException e) {
            return Outcome.of(Problem.of("MavenError", e.getMessage()));
        }
    }

    private Outcome load(int cell, List<String> files) {
        if (loads == MOST_LOADS) {
            return usage("%load: files load each other more than " + MOST_LOADS + " deep");
        }
        loads++;
        try {
            for (String file : files) {
                for (String code : codes(file)) {
                    Outcome outcome = runCell(cell, code);
                    if (outcome.problem().isPresent()) {
                        return Outcome.of(outcome.problem().get().with(List.of("    in " + file)));
                    }
                }
            }
            return Outcome.NOTHING;
        } catch (IllegalArgumentException e) {
            return usage("%load: " + e.getMessage());
        } finally {
            loads--;
        }
    }

    /** What a file holds for the kernel to run. */
    private static List<String> codes(String file) {
        if (!file.matches(".*\\.(jshell|jsh|java|ipynb)")) {
            throw new IllegalArgumentException(file + " must end with .jshell, .jsh, .java or .ipynb");
        }
        try {
            String text = Files.readString(Path.of(file));
            if (!file.endsWith(".ipynb")) {
                return List.of(text);
            }
            List<String> codes = new ArrayList<>();
            for (JsonElement part :
                    JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cells")) {
                JsonElement source = part.getAsJsonObject().get("source");
                if (part.getAsJsonObject().get("cell_type").getAsString().equals("code")) {
                    codes.add(
                            source.isJsonPrimitive()
                                    ? source.getAsString()
                                    : source.getAsJsonArray().asList().stream()
                                            .map(JsonElement::getAsString)
                                            .collect(Collectors.joining()));
                }
            }
            return codes;
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " is not a readable text file", e);
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new IllegalArgumentException(file + " is no notebook", e);
        }
    }

    private static Outcome environment(List<String> words) {
        if (words.isEmpty()) {
            return print(new TreeMap<>(System.getenv())
                    .entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .toList());
        }
        if (words.size() > 1 || words.get(0).contains("=")) {
            return usage(
                    "%env takes a name; a Java process cannot change its environment: set it before the kernel starts");
        }
        return Optional.ofNullable(System.getenv(words.get(0)))
                .map(value -> print(List.of(value)))
                .orElseGet(() -> usage("%env: " + words.get(0) + " is not set"));
    }

    private static Outcome print(List<String> lines) {
        lines.forEach(System.out::println);
        return Outcome.NOTHING;
    }

    private Outcome show(String type, String body) {
        DisplayData data = new DisplayData();
        data.putData(type, body);
        display.accept(data);
        return Outcome.NOTHING;
    }
}
