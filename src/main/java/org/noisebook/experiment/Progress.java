package org.noisebook.experiment;

/** Hears how a sweep goes on; called often, from the thread that runs the sweep. */
@FunctionalInterface
public interface Progress {
    /** Says nothing. */
    Progress SILENT = state -> {};

    /** Something changed. */
    void update(State state);

    /**
     * Where a sweep stands.
     *
     * @param study the study's id
     * @param done runs done, those found in the cache included
     * @param cached runs found in the cache
     * @param total all runs
     * @param workDone share of the computing work done, in [0, 1]
     * @param elapsedSeconds since the start
     */
    record State(String study, long done, long cached, long total, double workDone, double elapsedSeconds) {
        /** Computed runs per second. */
        public double rate() {
            return elapsedSeconds > 0 ? (done - cached) / elapsedSeconds : 0;
        }

        /** Seconds to go, by the share of work done; NaN while unknown. */
        public double remainingSeconds() {
            if (done == total) {
                return 0;
            }
            return workDone > 0 ? elapsedSeconds * (1 - workDone) / workDone : Double.NaN;
        }
    }
}
