package org.noisebook.model;

/** Reports why a training run ended. */
public interface Trained extends Ended {
    /** Why the run ended. */
    StopReason stopReason();

    /** Whether every training point was fitted. */
    default boolean fitted() {
        return stopReason() == StopReason.FITTED;
    }

    /** Counts for one run; a run that made all its steps counts as fitted. */
    @Override
    default Ends ends() {
        return switch (stopReason()) {
            case FITTED, COMPLETED -> Ends.all(1);
            case SAMPLE_CAP -> new Ends(0, 1, 0);
            case DIVERGED -> new Ends(0, 0, 1);
        };
    }
}
