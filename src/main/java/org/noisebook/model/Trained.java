package org.noisebook.model;

/** Reports why a training run ended. */
public interface Trained extends Ended {
    /** Why the run ended. */
    StopReason stopReason();

    /** Whether every training point was fitted. */
    default boolean fitted() {
        return stopReason() == StopReason.FITTED;
    }

    /** One run; one that did all its steps counts as one that fitted. */
    @Override
    default Ends ends() {
        return switch (stopReason()) {
            case FITTED, COMPLETED -> Ends.all(1);
            case SAMPLE_CAP -> new Ends(0, 1, 0);
            case DIVERGED -> new Ends(0, 0, 1);
        };
    }
}
