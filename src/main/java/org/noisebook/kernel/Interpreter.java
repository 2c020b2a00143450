package org.noisebook.kernel;

import java.io.File;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/**
 * Runs the Java of cells in JShell.
 *
 * <p>A cell is split into statements first; if JShell sees that one is no Java, none is run. Cost: about 50 ms a statement, compilation
 * included.
 */
final class Interpreter implements AutoCloseable {
    /** The imports of IJava, and streams and functions. */
    private static final List<String> IMPORTS = List.of(
            "java.util.*",
            "java.io.*",
            "java.math.*",
            "java.net.*",
            "java.util.concurrent.*",
            "java.util.prefs.*",
            "java.util.regex.*",
            "java.util.function.*",
            "java.util.stream.*",
            "static org.noisebook.kernel.CellFunctions.*");

    /** What javac calls its refusals of sound Java that a class file has no room for. */
    private static final String LIMIT = "compiler.err.limit";

    /** Stands for an expression's value of null. */
    static final Object NULL = new DisplayData("null");

    private final CellLoader loader = new CellLoader();
    private final CellControl control;
    private final JShell shell;
    private final Consumer<String> warn;
    private final Map<String, Place> places = new HashMap<>();
    private final Tracebacks tracebacks;

    /**
     * What a cell gave.
     *
     * @param value what its last expression is worth; empty if there is nothing to show
     * @param problem why it failed; empty if it did not
     */
    record Outcome(Optional<Object> value, Optional<Problem> problem) {
        static final Outcome NOTHING = new Outcome(Optional.empty(), Optional.empty());

        static Outcome of(Problem problem) {
            return new Outcome(Optional.empty(), Optional.of(problem));
        }
    }

    /** A statement of a cell, as JShell takes it. */
    private record Statement(String source, Place place) {}

    /**
     * An interpreter.
     *
     * @param options compiler options
     * @param warn hears what is odd but no failure
     */
    Interpreter(List<String> options, Consumer<String> warn) {
        this(options, warn, CellControl.GRACE, true);
    }

    Interpreter(List<String> options, Consumer<String> warn, Duration grace, boolean runs) {
        this.warn = warn;
        control = new CellControl(loader, grace, runs);
        shell = JShell.builder()
                .executionEngine(new Engine(control), Map.of())
                .compilerOptions(
                        Stream.concat(Stream.of("-g"), options.stream()).toArray(String[]::new))
                .in(InputStream.nullInputStream())
                .build();
        tracebacks = new Tracebacks(shell, places);
        for (String name : IMPORTS) {
            shell.eval("import " + name + ";");
        }
    }

    /** A shell that compiles and runs nothing. */
    static JShell idleShell() {
        return JShell.builder()
                .executionEngine(new Engine(new CellControl(new CellLoader(), CellControl.GRACE, false)), Map.of())
                .in(InputStream.nullInputStream())
                .build();
    }

    /** Runs it in this process. */
    private record Engine(ExecutionControl control) implements ExecutionControlProvider {
        @Override
        public String name() {
            return "noisebook";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return control;
        }
    }

    /** The control of what runs. */
    CellControl control() {
        return control;
    }

    /** Sets the time a statement may take; zero for no limit. */
    void limit(Duration limit) {
        control.limit(limit);
    }

    /** Makes jars or class folders known to the cells that follow. */
    void addToClassPath(List<Path> entries) {
        for (Path entry : entries) {
            shell.addToClasspath(entry.toAbsolutePath() + (entry.toFile().isDirectory() ? File.separator : ""));
        }
    }

    /**
     * Runs Java text.
     *
     * @param cell the cell's number
     * @param code the cell's whole text
     * @param start where the Java starts in it
     * @param end behind its end
     */
    Outcome run(int cell, String code, int start, int end) {
        try {
            return runAll(cell, code, start, end);
        } catch (StackOverflowError e) {
            return Outcome.of(Problem.of("CompilationError", "this is nested too deeply for the Java compiler"));
        } catch (OutOfMemoryError e) {
            control.releaseReserve();
            return Outcome.of(Problem.of(
                    "OutOfMemoryError",
                    "out of memory while compiling: "
                            + "release large variables (name = null) or restart with a larger heap"));
        } finally {
            control.refillReserve();
        }
    }

    private Outcome runAll(int cell, String code, int start, int end) {
        List<Statement> statements = new ArrayList<>();
        Optional<Statement> broken = split(cell, code, start, end, statements);
        if (broken.isPresent()) {
            return Outcome.of(syntaxProblem(broken.get()));
        }
        boolean shown = !CellText.endsWithSemicolon(code.substring(start, end));
        List<Snippet> unfinished = new ArrayList<>();
        Set<String> lost = new TreeSet<>();
        Optional<Object> value = Optional.empty();
        try {
            for (Statement statement : statements) {
                if (control.isInterrupted()) {
                    return Outcome.of(interrupted());
                }
                List<SnippetEvent> events = run(statement);
                events.forEach(event -> noteLost(event, lost));
                Optional<Problem> problem = problem(statement, events);
                if (problem.isPresent()) {
                    return Outcome.of(problem.get());
                }
                value = Optional.empty();
                for (SnippetEvent event : events) {
                    if (event.causeSnippet() == null) {
                        if (event.status() != Status.VALID) {
                            unfinished.add(event.snippet());
                        }
                        value = shown && isShown(event.snippet())
                                ? Optional.of(control.value() == null ? NULL : control.value())
                                : Optional.empty();
                    }
                }
            }
        } finally {
            if (!lost.isEmpty()) {
                warn.accept("a new declaration cleared these variables; set them again: " + String.join(", ", lost));
            }
        }
        return unfinished.stream()
                .flatMap(snippet -> missing(snippet).stream())
                .findFirst()
                .map(Outcome::of)
                .orElse(new Outcome(value, Optional.empty()));
    }

    /** A type declared anew takes the values of variables of it; one that is refused, that of its own name. */
    private static void noteLost(SnippetEvent event, Set<String> lost) {
        if (event.snippet() instanceof VarSnippet variable) {
            if (event.causeSnippet() == null && event.status().isDefined()) {
                lost.remove(variable.name());
            } else if (event.previousStatus().isDefined() && event.status() != Status.OVERWRITTEN) {
                lost.add(variable.name());
            }
        }
    }

    private List<SnippetEvent> run(Statement statement) {
        // A declaration runs nothing, and would leave the failure of what ran before it.
        control.forget();
        List<SnippetEvent> events = shell.eval(statement.source());
        for (SnippetEvent event : events) {
            if (event.causeSnippet() == null) {
                places.put(event.snippet().id(), statement.place());
            }
        }
        return events;
    }

    /** Splits into statements; gives the first that is no Java, if there is one. */
    private Optional<Statement> split(int cell, String code, int start, int end, List<Statement> statements) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        int at = start;
        while (at < end) {
            at += CellText.codeStart(code.substring(at, end));
            if (at >= end) {
                break;
            }
            String rest = code.substring(at, end);
            Place place = new Place(cell, code, at);
            CompletionInfo info = analysis.analyzeCompletion(rest);
            Completeness completeness = info.completeness();
            int length = rest.length() - info.remaining().length();
            boolean whole = switch (completeness) {
                case COMPLETE, COMPLETE_WITH_SEMI, CONSIDERED_INCOMPLETE -> true;
                case DEFINITELY_INCOMPLETE, EMPTY, UNKNOWN -> false;
            };
            if (!whole || length <= 0) {
                return Optional.of(new Statement(rest, place));
            }
            statements.add(new Statement(info.source(), place));
            at += length;
        }
        return Optional.empty();
    }

    /** What the compiler says of text that is no Java; asked of a shell that runs nothing and is thrown away. */
    private Problem syntaxProblem(Statement statement) {
        List<Diag> diagnostics = List.of();
        try (JShell throwaway = idleShell()) {
            for (SnippetEvent event : throwaway.eval(statement.source())) {
                if (event.status() == Status.REJECTED) {
                    diagnostics = throwaway.diagnostics(event.snippet()).toList();
                }
            }
        }
        return tracebacks.compilation(statement.place(), diagnostics);
    }

    private Optional<Problem> problem(Statement statement, List<SnippetEvent> events) {
        if (control.isLeftBehind()) {
            return Optional.of(leftBehind());
        }
        if (control.ending() == CellControl.Ending.TIMED_OUT) {
            return Optional.of(Problem.of("Timeout", "the statement took longer than IJAVA_TIMEOUT allows"));
        }
        if (control.ending() == CellControl.Ending.INTERRUPTED) {
            return Optional.of(interrupted());
        }
        Optional<Problem> late = lateProblem(statement, events);
        if (late.isPresent()) {
            return late;
        }
        for (SnippetEvent event : events) {
            JShellException exception = event.exception();
            if (exception != null) {
                if (control.failure() instanceof CancellationException) {
                    return Optional.of(Problem.of("Interrupted", String.valueOf(exception.getMessage())));
                }
                return Optional.of(tracebacks.exception(exception, control.failure()));
            }
        }
        // Short of memory, JShell may fail to tell what a statement threw.
        return Optional.ofNullable(control.failure())
                .map(failure -> Problem.of(failure.getClass().getSimpleName(), String.valueOf(failure.getMessage())));
    }

    private Problem interrupted() {
        Throwable failure = control.failure();
        String message = failure instanceof CancellationException && failure.getMessage() != null
                ? failure.getMessage()
                : "the cell was interrupted";
        return Problem.of("Interrupted", message);
    }

    private Problem leftBehind() {
        boolean late = control.ending() == CellControl.Ending.TIMED_OUT;
        return Problem.of(
                late ? "Timeout" : "Interrupted",
                String.format(
                        Locale.ROOT,
                        "%s, but after %d s the code still runs: it is in a library that does not test "
                                + "Thread.currentThread().isInterrupted(). Other cells can be run; it takes a core, and its "
                                + "output is dropped, until it comes back from there or the kernel is restarted",
                        late ? "the statement took longer than IJAVA_TIMEOUT allows" : "the cell was interrupted",
                        control.grace().toSeconds()));
    }

    private static boolean isShown(Snippet snippet) {
        return switch (snippet.subKind()) {
            case VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND -> true;
            default -> false;
        };
    }

    /** Why a statement was not compiled, loaded or run, whatever its status says. */
    private Optional<Problem> lateProblem(Statement statement, List<SnippetEvent> events) {
        List<Snippet> refused = events.stream()
                .map(SnippetEvent::snippet)
                .filter(this::isRefusedLate)
                .toList();
        if (!refused.isEmpty()) {
            List<Diag> reasons = refused.stream().flatMap(shell::diagnostics).toList();
            refused.forEach(shell::drop);
            renewCompiler();
            return Optional.of(tracebacks.compilation(statement.place(), reasons));
        }
        for (SnippetEvent event : events) {
            Snippet snippet = event.snippet();
            if (event.causeSnippet() == null && event.status() == Status.REJECTED) {
                return Optional.of(tracebacks.compilation(
                        statement.place(), shell.diagnostics(snippet).toList()));
            }
            if (event.causeSnippet() == null
                    && event.status().isDefined()
                    && control.loadFailure() == null
                    && snippet.subKind().isExecutable()
                    && !control.wasInvoked()) {
                renewCompiler();
                return Optional.of(Problem.of("NotRun", "this statement was not run: run the cell again")
                        .with(tracebacks.where(statement.place())));
            }
        }
        return Optional.ofNullable(control.loadFailure())
                .map(failure -> Problem.of(failure.getClass().getSimpleName(), String.valueOf(failure.getMessage()))
                        .with(tracebacks.where(statement.place())));
    }

    /** Whether it is sound Java that cannot become a class, such as one with too long a text. */
    private boolean isRefusedLate(Snippet snippet) {
        return shell.status(snippet) == Status.RECOVERABLE_NOT_DEFINED
                && shell.diagnostics(snippet).anyMatch(diag -> diag.getCode().startsWith(LIMIT));
    }

    /** The compiler that has refused a class late refuses all others: another class path makes a new one. */
    private void renewCompiler() {
        shell.addToClasspath(System.getProperty("java.class.path").split(File.pathSeparator)[0]);
    }

    /**
     * A declaration may name what comes later; if it has not come by the end of the cell, that is worth a word, or an error
     * if nothing is defined without.
     */
    private Optional<Problem> missing(Snippet snippet) {
        Status status = shell.status(snippet);
        if (snippet instanceof DeclarationSnippet declaration
                && (status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED)) {
            Place place = places.get(snippet.id());
            List<String> names = shell.unresolvedDependencies(declaration).toList();
            String what = declaration.name() + " cannot be used before this is defined: " + String.join(", ", names);
            if (names.isEmpty()) {
                return Optional.of(
                        tracebacks.compilation(place, shell.diagnostics(snippet).toList()));
            }
            if (status == Status.RECOVERABLE_NOT_DEFINED) {
                return Optional.of(Problem.of("CompilationError", what).with(tracebacks.where(place)));
            }
            warn.accept("cell " + place.cell() + ": " + what);
        }
        return Optional.empty();
    }

    /** Something to do without a value. */
    interface Deed {
        void run() throws Exception;
    }

    /** Runs the kit's own code, which has no value, as a cell's, so that an interrupt reaches it. */
    Outcome perform(Deed deed) {
        Outcome outcome = call(() -> {
            deed.run();
            return deed;
        });
        return new Outcome(Optional.empty(), outcome.problem());
    }

    /** Runs the kit's own code as a cell's, so that an interrupt reaches it. */
    Outcome call(Callable<?> action) {
        try {
            return new Outcome(Optional.ofNullable(control.run(action)), Optional.empty());
        } catch (ExecutionControl.StoppedException e) {
            return Outcome.of(control.isLeftBehind() ? leftBehind() : interrupted());
        } catch (InvocationTargetException e) {
            Throwable failure = e.getCause();
            if (control.ending() == CellControl.Ending.INTERRUPTED || failure instanceof CancellationException) {
                return Outcome.of(interrupted());
            }
            return Outcome.of(Problem.of(failure.getClass().getSimpleName(), String.valueOf(failure.getMessage())));
        } catch (Exception e) {
            return Outcome.of(Problem.of(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
        }
    }

    /** The value of an expression, for {@code eval} in a cell and for user expressions. */
    Object evaluate(String expression) {
        List<Statement> statements = new ArrayList<>();
        Optional<Statement> broken = split(0, expression, 0, expression.length(), statements);
        if (broken.isPresent()) {
            throw new IllegalArgumentException(syntaxProblem(broken.get()).message());
        }
        Object value = null;
        for (Statement statement : statements) {
            if (control.isInterrupted()) {
                throw new CancellationException("the cell was interrupted");
            }
            List<SnippetEvent> events = run(statement);
            if (events.stream().anyMatch(event -> event.exception() != null)
                    && control.failure() instanceof RuntimeException failure) {
                throw failure;
            }
            Optional<Problem> problem = problem(statement, events);
            if (problem.isPresent()) {
                throw new IllegalArgumentException(
                        problem.get().name() + ": " + problem.get().message());
            }
            value = events.stream().anyMatch(event -> isShown(event.snippet())) ? control.value() : null;
        }
        return value;
    }

    /** Types and names of the variables that have a value, as they were declared. */
    List<String> variables() {
        return shell.variables()
                .filter(variable ->
                        shell.status(variable).isDefined() && !variable.name().startsWith("$"))
                .map(variable -> variable.typeName() + " " + variable.name())
                .toList();
    }

    /** The shell, for questions about code. */
    JShell shell() {
        return shell;
    }

    @Override
    public void close() {
        shell.close();
    }
}
