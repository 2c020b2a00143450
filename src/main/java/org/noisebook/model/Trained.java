package org.noisebook.model;

/** What every training run tells: why it ended. */
public interface Trained {
    /** Why the run ended. */
    StopReason stopReason();

    /** Whether every training point was fitted. */
    default boolean fitted() {
        return stopReason() == StopReason.FITTED;
    }
}
