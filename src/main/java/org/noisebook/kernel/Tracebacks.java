package org.noisebook.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;

/** Tells compiler messages and exceptions in the cells' own lines, without the frames of JShell and the kernel. */
final class Tracebacks {
    private static final int HEAD_FRAMES = 20;
    private static final int TAIL_FRAMES = 5;
    private static final int TAB = 4;
    /** A longer line of code is shown in part. */
    private static final int WIDTH = 200;

    private static final int LEAD = 50;
    private static final Pattern SNIPPET_FILE = Pattern.compile("#(.+)");
    private static final Pattern SNIPPET_CLASS = Pattern.compile("REPL\\.\\$JShell\\$[0-9A-Za-z]+[.$]?");

    private static final Pattern LAMBDA = Pattern.compile("lambda\\$.*");

    private final JShell shell;
    private final Map<String, Place> places;

    Tracebacks(JShell shell, Map<String, Place> places) {
        this.shell = shell;
        this.places = places;
    }

    /** What the compiler says of a statement. */
    Problem compilation(Place place, List<Diag> diagnostics) {
        List<Diag> errors = diagnostics.stream().filter(Diag::isError).toList();
        if (errors.isEmpty()) {
            return Problem.of("CompilationError", "incomplete Java").with(where(place));
        }
        List<String> lines = new ArrayList<>();
        for (Diag diag : errors) {
            long position = diag.getPosition() == Diag.NOPOS ? diag.getStartPosition() : diag.getPosition();
            int offset = (int) Math.max(0, position);
            int line = place.line(offset);
            int column = place.column(offset);
            lines.add(Problem.heading(where(place.cell(), line, column), message(diag)));
            String whole = place.text(line);
            int from = Math.max(0, Math.min(column - LEAD, whole.length() - WIDTH));
            String text = whole.substring(from, Math.min(whole.length(), from + WIDTH));
            column -= from;
            lines.add("    " + text.replace("\t", " ".repeat(TAB)));
            int indent = text.substring(0, Math.min(column - 1, text.length()))
                    .replace("\t", " ".repeat(TAB))
                    .length();
            int width = (int) Math.max(1, Math.min(diag.getEndPosition() - position, text.length() - column + 1));
            lines.add("    " + " ".repeat(indent) + Problem.red("^" + "~".repeat(width - 1)));
        }
        return new Problem("CompilationError", message(errors.get(0)), List.copyOf(lines));
    }

    /** One line: what the compiler puts under "symbol" and "location" belongs to the sentence. */
    private static String message(Diag diag) {
        StringBuilder message = new StringBuilder();
        for (String line :
                diag.getMessage(Locale.ROOT).lines().map(String::strip).toList()) {
            if (message.isEmpty()) {
                message.append(line);
            } else if (line.startsWith("symbol:")) {
                message.append(": ").append(line.substring("symbol:".length()).strip());
            } else if (line.startsWith("location:")) {
                String place = clean(line.substring("location:".length()).strip());
                // The class that JShell wraps cells in says nothing to their author.
                message.append(place.equals("class") ? "" : " in " + place);
            } else if (!line.isEmpty()) {
                message.append("; ").append(line);
            }
        }
        return message.toString().replace("java.lang.", "");
    }

    /** The cell and line of a statement. */
    List<String> where(Place place) {
        return List.of(where(place.cell(), place.line(0), 0));
    }

    private static String where(int cell, int line, int column) {
        return "cell " + cell + ", line " + line + (column > 0 ? ", column " + column : "");
    }

    /** What a statement threw: as JShell tells it, whose lines are the cells', and itself. */
    Problem exception(JShellException told, Throwable thrown) {
        String name = told instanceof EvalException eval
                ? simpleName(eval.getExceptionClassName())
                : told.getClass().getSimpleName();
        String message = told instanceof UnresolvedReferenceException unresolved ? missing(unresolved) : text(told);
        List<String> lines = new ArrayList<>();
        Set<Throwable> seen = new HashSet<>();
        String prefix = "";
        for (Throwable cause = told;
                cause instanceof JShellException part && seen.add(cause);
                cause = cause.getCause()) {
            lines.add(prefix + heading(part));
            lines.addAll(frames(part.getStackTrace()));
            prefix = "Caused by: ";
        }
        if (thrown != null) {
            for (Throwable suppressed : thrown.getSuppressed()) {
                lines.add("Suppressed: " + Problem.heading(suppressed.getClass().getName(), text(suppressed)));
            }
        }
        if (thrown instanceof OutOfMemoryError) {
            lines.add("release large variables (name = null), or start the kernel with a larger heap: "
                    + "NOISEBOOK_JAVA_OPTS=-Xmx…");
        }
        return new Problem(name, message, List.copyOf(lines));
    }

    private String heading(JShellException part) {
        if (part instanceof UnresolvedReferenceException unresolved) {
            return Problem.heading("UnresolvedReferenceException", missing(unresolved));
        }
        EvalException eval = (EvalException) part;
        return Problem.heading(clean(eval.getExceptionClassName()), text(eval));
    }

    private String missing(UnresolvedReferenceException exception) {
        DeclarationSnippet snippet = exception.getSnippet();
        return snippet.name() + " cannot be used before this is defined: "
                + shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    }

    private static String text(Throwable throwable) {
        return throwable.getMessage() == null ? "" : clean(throwable.getMessage());
    }

    private List<String> frames(StackTraceElement[] frames) {
        List<String> lines = new ArrayList<>();
        int last = frames.length;
        for (int k = 0; k < frames.length; k++) {
            if (last > HEAD_FRAMES + TAIL_FRAMES + 1 && k == HEAD_FRAMES) {
                int skipped = last - HEAD_FRAMES - TAIL_FRAMES;
                lines.add(Problem.faint("    … " + skipped + " more"));
                k += skipped - 1;
                continue;
            }
            lines.add(frame(frames[k]));
        }
        return lines;
    }

    private String frame(StackTraceElement frame) {
        String file = frame.getFileName();
        Matcher snippet = file == null ? null : SNIPPET_FILE.matcher(file);
        Place place = snippet != null && snippet.matches() ? places.get(snippet.group(1)) : null;
        if (place == null) {
            return Problem.faint("    at " + clean(frame.toString()));
        }
        int line = place.line(0) + Math.max(1, frame.getLineNumber()) - 1;
        String owner = clean(frame.getClassName());
        String method = frame.getMethodName() == null || frame.getMethodName().isEmpty()
                ? ""
                : " in " + (owner.isEmpty() ? "" : owner + ".")
                        + LAMBDA.matcher(frame.getMethodName()).replaceAll("a lambda");
        return "    at " + where(place.cell(), line, 0) + method
                + Problem.faint("   " + place.text(line).strip());
    }

    /** Names of cells' classes as their author knows them. */
    static String clean(String name) {
        return SNIPPET_CLASS.matcher(name).replaceAll("");
    }

    private static String simpleName(String name) {
        String cleaned = clean(name);
        return cleaned.substring(Math.max(cleaned.lastIndexOf('.'), cleaned.lastIndexOf('$')) + 1);
    }
}
