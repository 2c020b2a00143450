package org.noisebook.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a cell failed, as a front end shows it.
 *
 * @param name the kind: {@code CompilationError}, {@code Interrupted}, {@code Timeout}, or an exception's simple name
 * @param message its message
 * @param traceback lines with ANSI colours
 */
record Problem(String name, String message, List<String> traceback) {
    private static final String RED = "\u001b[31m";
    private static final String BOLD_RED = "\u001b[1;31m";
    private static final String FAINT = "\u001b[2m";
    private static final String RESET = "\u001b[0m";

    /** A problem with a heading and no more. */
    static Problem of(String name, String message) {
        return new Problem(name, message, List.of(heading(name, message)));
    }

    static String heading(String name, String message) {
        return BOLD_RED + name + RESET + (message.isEmpty() ? "" : ": " + message);
    }

    static String faint(String text) {
        return FAINT + text + RESET;
    }

    static String red(String text) {
        return RED + text + RESET;
    }

    /** The same problem with more lines. */
    Problem with(List<String> lines) {
        List<String> all = new ArrayList<>(traceback);
        all.addAll(lines);
        return new Problem(name, message, List.copyOf(all));
    }
}
