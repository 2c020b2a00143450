package org.noisebook.cli;

import java.io.PrintWriter;
import org.noisebook.experiment.Progress;

/**
 * Progress on stderr: one line rewritten a few times a second on a terminal, else a line every ten seconds; nothing for
 * sweeps that end within a second.
 */
final class ProgressLine implements Progress {
    private static final long TERMINAL_PAUSE = 200_000_000L;
    private static final long LOG_PAUSE = 10_000_000_000L;
    private static final double QUIET_SECONDS = 1;

    private final PrintWriter err;
    private final boolean terminal = System.getenv("NOISEBOOK_TTY") != null;
    private long last = System.nanoTime();
    private boolean drawn;
    private String newest = "";

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void update(State state) {
        long now = System.nanoTime();
        newest = state.text();
        if (state.elapsedSeconds() < QUIET_SECONDS || now - last < (terminal ? TERMINAL_PAUSE : LOG_PAUSE)) {
            return;
        }
        last = now;
        if (terminal) {
            err.print("\r\u001b[K" + newest);
            err.flush();
            drawn = true;
        } else {
            err.println(newest);
        }
    }

    /** Takes the line off a terminal. */
    synchronized void clear() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }

    /** Says where an interrupted sweep stands. */
    synchronized void interrupted(boolean kept) {
        clear();
        err.println("noisebook: interrupted" + (newest.isEmpty() ? "" : " at " + newest)
                + (kept ? "; finished runs are kept" : ""));
    }
}
