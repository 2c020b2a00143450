package org.noisebook.model;

import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;

/** Reports why a training run ended. */
public interface Trained extends HasEnds {
    /** Why the run ended. */
    StopReason stopReason();

    /** Whether every training point was fitted. */
    default boolean fitted() {
        return stopReason() == StopReason.FITTED;
    }

    /** Counts for one run; a run that made all its steps counts as fitted. */
    @Override
    default EndCounts ends() {
        return switch (stopReason()) {
            case FITTED, COMPLETED -> EndCounts.all(1);
            case SAMPLE_CAP -> new EndCounts(0, 1, 0);
            case DIVERGED -> new EndCounts(0, 0, 1);
        };
    }
}
