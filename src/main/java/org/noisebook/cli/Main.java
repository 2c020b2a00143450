package org.noisebook.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.noisebook.data.OptionalServices;

/**
 * The program. It starts without the libraries that are optional in the kit's pom, as in a project that has the kit as a library, and
 * says which one a command lacks.
 */
public final class Main {
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int INTERRUPTED = 130;

    private Main() {}

    /** Runs a command and exits. */
    public static void main(String[] arguments) {
        System.exit(execute(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs a command with its own output and error, and gives the exit status. */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        try {
            return CommandTree.execute(out, err, arguments);
        } catch (NoClassDefFoundError e) {
            NoClassDefFoundError told = OptionalServices.lacking(e);
            if (!(told instanceof OptionalServices.Lacking)) {
                throw e;
            }
            err.println("noisebook: " + told.getMessage());
            return FAILURE;
        }
    }
}
