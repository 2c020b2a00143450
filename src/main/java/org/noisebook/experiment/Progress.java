package org.noisebook.experiment;

import java.util.Locale;

/** Receives the progress of a sweep, in the thread that runs it: often, and a few times per second during runs. */
@FunctionalInterface
public interface Progress {
    /** Says nothing. */
    Progress SILENT = state -> {};

    /** Something changed, or time has passed. */
    void update(State state);

    /**
     * The sweep ends before its last run; told once, then the exception is thrown.
     *
     * @param interrupted whether someone interrupted it, else it failed
     */
    default void stopped(State state, boolean interrupted) {}

    /**
     * Where a sweep stands.
     *
     * @param study the study's id
     * @param done runs done, those found in the cache included
     * @param cached runs found in the cache
     * @param total all runs
     * @param workDone share of the computing work done, in [0, 1], about: runs under way count half, and before the first ends the
     *     share is by what runs of the study took before, where the cache tells
     * @param elapsedSeconds since the start
     */
    record State(String study, long done, long cached, long total, double workDone, double elapsedSeconds) {
        private static final int MINUTE = 60;
        private static final int HOUR = 3600;
        private static final int FEW_SECONDS = 5;

        /** Computed runs per second. */
        public double rate() {
            return elapsedSeconds > 0 ? (done - cached) / elapsedSeconds : 0;
        }

        /** Seconds left, from the share of work done; 0 at the very start. */
        public double remainingSeconds() {
            return done == total || workDone == 0 ? 0 : elapsedSeconds * (1 - workDone) / workDone;
        }

        /**
         * One line: {@code perceptron 12/64 runs (4 from the cache), 3.1/s, 16 s left}; before the first run ends
         * {@code perceptron 4/64 runs (4 from the cache), about 2 min left}.
         */
        public String text() {
            return done == cached
                    ? countText() + ", about " + roughly(remainingSeconds()) + " left"
                    : String.format(
                            Locale.ROOT, "%s, %.1f/s, %s left", countText(), rate(), duration(remainingSeconds()));
        }

        /** One line once all runs are done: {@code perceptron 64/64 runs (4 from the cache) in 21 s}. */
        public String doneText() {
            return countText() + " in " + duration(elapsedSeconds);
        }

        /** How far it is: {@code perceptron 12/64 runs (4 from the cache)}. */
        public String countText() {
            String fromCache = cached > 0 ? " (" + cached + " from the cache)" : "";
            return study + " " + done + "/" + total + " runs" + fromCache;
        }

        /** One or two digits, never 0. */
        private static String roughly(double seconds) {
            if (seconds < MINUTE - FEW_SECONDS / 2.0) {
                long unit = seconds < 2 * FEW_SECONDS ? 1 : FEW_SECONDS;
                return unit * Math.max(1, Math.round(seconds / unit)) + " s";
            }
            return seconds < HOUR - MINUTE / 2.0
                    ? Math.max(1, Math.round(seconds / MINUTE)) + " min"
                    : String.format(Locale.ROOT, seconds < 10 * HOUR ? "%.1f h" : "%.0f h", seconds / HOUR);
        }

        private static String duration(double seconds) {
            long s = Math.round(seconds);
            return s < MINUTE
                    ? s + " s"
                    : s < HOUR
                            ? s / MINUTE + " min " + s % MINUTE + " s"
                            : s / HOUR + " h " + s % HOUR / MINUTE + " min";
        }
    }
}
