package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/**
 * What front ends ask about code that does not run: completion, inspection, completeness.
 *
 * <p>Positions count Unicode code points, as the protocol has it.
 */
final class Intelligence {
    private static final int INDENT = 4;
    /** Front ends add brackets of their own, and the dot behind a package. */
    private static final Pattern BRACKETS = Pattern.compile("\\(\\)?$|\\.$");

    /** Where only the index of packages and classes can tell what comes next. */
    private static final Pattern DOTTED = Pattern.compile("(?<![\\w.)\\]\"])\\p{Ll}\\w*(?:\\.\\w+)*\\.(\\w*)$");

    private static final Pattern VARIABLE = Pattern.compile("\\s*(?:final\\s+)?var\\s+(\\w+)\\s*=");

    private final JShell shell;
    private JShell fresh;

    Intelligence(JShell shell) {
        this.shell = shell;
        // From here on it lists the packages and classes of the class path, beside other work.
        shell.sourceCodeAnalysis();
    }

    /** Whether the shell still lists packages and classes, after its start or a change of the class path. */
    boolean isIndexing() {
        return !shell.sourceCodeAnalysis().listQualifiedNames("Q", 1).isUpToDate();
    }

    /** Answers an {@code is_complete_request}. */
    JsonObject isComplete(String code) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        String status = CellText.isOpen(code) ? "incomplete" : "complete";
        for (String java : Magics.javaOf(code)) {
            String rest = java;
            while (status.equals("complete") && !CellText.isBlank(rest)) {
                CompletionInfo info = analysis.analyzeCompletion(rest);
                status = switch (info.completeness()) {
                    case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> "complete";
                    case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> "incomplete";
                    case UNKNOWN -> "invalid";
                };
                if (info.completeness() == Completeness.EMPTY
                        || info.remaining().length() >= rest.length()) {
                    break;
                }
                rest = info.remaining();
            }
        }
        JsonObject reply = Message.object("status", status);
        if (status.equals("incomplete")) {
            reply.addProperty("indent", indent(code));
        }
        return reply;
    }

    private static String indent(String code) {
        String line = code.substring(code.lastIndexOf('\n') + 1);
        String blanks = line.substring(0, line.length() - line.stripLeading().length());
        return line.stripTrailing().endsWith("{") ? blanks + " ".repeat(INDENT) : blanks;
    }

    /** Answers a {@code complete_request}; what needs the index before it is there is answered with a word about that. */
    JsonObject complete(String code, int cursorPoints) {
        JsonObject reply = completeNow(code, cursorPoints);
        Matcher dotted = DOTTED.matcher(code.substring(0, offset(code, cursorPoints)));
        if (!reply.getAsJsonArray("matches").isEmpty() || !dotted.find()) {
            return reply;
        }
        if (!isIndexing()) {
            // It may have come just now.
            return completeNow(code, cursorPoints);
        }
        // Two, for a single one would be typed by the front end; what has been typed is all that they share.
        String last = dotted.group(1);
        reply.add("matches", new Gson().toJsonTree(List.of(last + " // indexing…", last + "/* press Tab again */")));
        reply.addProperty("cursor_start", reply.get("cursor_end").getAsInt() - last.codePointCount(0, last.length()));
        return reply;
    }

    private JsonObject completeNow(String code, int cursorPoints) {
        int cursor = offset(code, cursorPoints);
        String before = code.substring(0, cursor);
        String line = before.substring(before.lastIndexOf('\n') + 1).stripLeading();
        int start = cursor;
        List<String> matches;
        if (before.isBlank() || line.startsWith("%") && !line.contains(" ")) {
            start = cursor - line.length();
            matches = Magics.names().stream()
                    .filter(name -> name.startsWith(line))
                    .toList();
        } else {
            List<String> earlier = new ArrayList<>();
            String statement = lastStatement(before, earlier);
            List<Snippet> known = earlier.stream()
                    .flatMap(source -> shell.sourceCodeAnalysis().sourceToSnippets(source).stream())
                    .toList();
            // Within a block the shell also knows what the cell declares above, and packages.
            String block = known.stream()
                    .filter(snippet -> !(snippet instanceof MethodSnippet || snippet instanceof ImportSnippet))
                    .map(Snippet::source)
                    .distinct()
                    .collect(Collectors.joining("\n", "{", "\n"));
            List<Suggestion> suggestions = List.of();
            int[] anchor = new int[1];
            int base = 0;
            for (String prefix : List.of("", block)) {
                if (suggestions.isEmpty()) {
                    int length = prefix.length() + statement.length();
                    suggestions = shell.sourceCodeAnalysis().completionSuggestions(prefix + statement, length, anchor);
                    base = cursor - length;
                }
            }
            start = cursor;
            while (start > 0 && Character.isJavaIdentifierPart(before.charAt(start - 1))) {
                start--;
            }
            String name = before.substring(start);
            List<String> names = new ArrayList<>();
            if (!name.isEmpty() && !before.substring(0, start).endsWith(".")) {
                known.stream().flatMap(Intelligence::name).forEach(names::add);
            }
            names.removeIf(one -> !one.startsWith(name));
            start = suggestions.isEmpty() ? start : base + anchor[0];
            matches = Stream.of(
                            names.stream(),
                            suggestions.stream().filter(Suggestion::matchesType).map(Suggestion::continuation),
                            suggestions.stream().map(Suggestion::continuation))
                    .flatMap(texts -> texts)
                    .map(text -> BRACKETS.matcher(text).replaceAll(""))
                    .distinct()
                    .toList();
        }
        return Message.object(
                "status",
                "ok",
                "matches",
                matches,
                "cursor_start",
                code.codePointCount(0, start),
                "cursor_end",
                code.codePointCount(0, cursor),
                "metadata",
                new JsonObject());
    }

    /** What a statement declares; a variable of a type that the cell declares too is no declaration to the shell. */
    private static Stream<String> name(Snippet snippet) {
        Matcher variable = VARIABLE.matcher(snippet.source());
        return snippet instanceof DeclarationSnippet declaration
                ? Stream.of(declaration.name())
                : variable.lookingAt() ? Stream.of(variable.group(1)) : Stream.of();
    }

    /** The text from the start of the statement that the end is in; those before it are added to the list. */
    private String lastStatement(String before, List<String> earlier) {
        List<CellText.Part> parts = CellText.parts(before);
        if (parts.isEmpty() || parts.get(parts.size() - 1).magic()) {
            return before;
        }
        String rest = before.substring(parts.get(parts.size() - 1).start());
        while (true) {
            CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String remaining = info.remaining();
            boolean whole = info.completeness().isComplete();
            if (!whole || CellText.isBlank(remaining) || remaining.length() >= rest.length()) {
                return rest;
            }
            earlier.add(info.source());
            rest = remaining;
        }
    }

    /** Answers an {@code inspect_request}: signatures with their javadoc, also those of variables. */
    JsonObject inspect(String code, int cursorPoints) {
        int cursor = offset(code, cursorPoints);
        int end = cursor;
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        String statement = lastStatement(code.substring(0, end), new ArrayList<>());
        // Inside a call's brackets the call is what is asked for; on its name a bracket makes it one.
        String text = statement.isBlank()
                ? ""
                : documentation(statement)
                        .or(() -> documentation(statement + "("))
                        .or(() -> documentation(lastStatement(code.substring(0, cursor), new ArrayList<>())))
                        .or(() -> freshDocumentation(statement))
                        .orElse("");
        JsonObject data = text.isEmpty() ? new JsonObject() : Message.object("text/plain", text);
        return Message.object("status", "ok", "found", !text.isEmpty(), "data", data, "metadata", new JsonObject());
    }

    /** In JDK 25 a shell that has refused a class documents nothing any more; one that never runs does. */
    private Optional<String> freshDocumentation(String code) {
        if (fresh == null) {
            fresh = Interpreter.idleShell();
        }
        return documentation(fresh, code).or(() -> documentation(fresh, code + "("));
    }

    private Optional<String> documentation(String code) {
        return documentation(shell, code);
    }

    private static Optional<String> documentation(JShell shell, String code) {
        List<Documentation> found = shell.sourceCodeAnalysis().documentation(code, code.length(), true);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(found.stream()
                .map(entry -> entry.signature()
                        + (entry.javadoc() == null
                                ? ""
                                : "\n\n" + plain(entry.javadoc()).indent(INDENT)))
                .distinct()
                .collect(Collectors.joining("\n")));
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("(?s)\\{@(?:code|link|linkplain|literal)\\s+([^}]*)}", "$1")
                .replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .strip();
    }

    private static int offset(String code, int points) {
        return code.offsetByCodePoints(0, Math.max(0, Math.min(points, code.codePointCount(0, code.length()))));
    }
}
