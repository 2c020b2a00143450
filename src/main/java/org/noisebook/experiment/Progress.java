package org.noisebook.experiment;

import java.util.Locale;

/**
 * Receives the progress of a sweep, on the thread that runs it: at every change and a few times per second during runs.
 */
@FunctionalInterface
public interface Progress {
    /** A listener that does nothing. */
    Progress SILENT = state -> {};

    /** Called when something has changed or time has passed. */
    void update(State state);

    /**
     * Called once if the sweep ends before its last run, before the exception is thrown.
     *
     * @param interrupted true if it was interrupted, false if it failed
     */
    default void stopped(State state, boolean interrupted) {}

    /**
     * The state of a sweep.
     *
     * @param study the study's id
     * @param done finished runs, including those found in the cache
     * @param cached runs found in the cache
     * @param total all runs
     * @param workDone approximate fraction of the work done, in [0, 1]: runs in progress count half; NaN
     *     before the first run ends
     * @param elapsedSeconds seconds since the start
     */
    record State(String study, long done, long cached, long total, double workDone, double elapsedSeconds) {
        private static final int MINUTE = 60;
        private static final int HOUR = 3600;

        /** Computed runs per second. */
        public double rate() {
            return elapsedSeconds > 0 ? (done - cached) / elapsedSeconds : 0;
        }

        /** Estimated seconds left, from the fraction of work done; NaN if that is unknown. */
        public double remainingSeconds() {
            return done == total ? 0 : elapsedSeconds * (1 - workDone) / workDone;
        }

        /**
         * One line, such as {@code perceptron 12/64 runs (4 from the cache), 3.1/s, 16 s left}, or {@code perceptron 4/64
         * runs (4 from the cache), 25 s so far} before the first run ends, when nothing tells how long the rest takes.
         */
        public String text() {
            return Double.isNaN(workDone)
                    ? countText() + ", " + duration(elapsedSeconds) + " so far"
                    : String.format(
                            Locale.ROOT, "%s, %.1f/s, %s left", countText(), rate(), duration(remainingSeconds()));
        }

        /** One line once all runs are done: {@code perceptron 64/64 runs (4 from the cache) in 21 s}. */
        public String doneText() {
            return countText() + " in " + duration(elapsedSeconds);
        }

        /** The count of runs: {@code perceptron 12/64 runs (4 from the cache)}. */
        public String countText() {
            String fromCache = cached > 0 ? " (" + cached + " from the cache)" : "";
            return study + " " + done + "/" + total + " runs" + fromCache;
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
