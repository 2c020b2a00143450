package org.noisebook.experiment;

import java.io.IOException;
import java.util.Optional;

/** A way to run on other machines, listed in {@code META-INF/services/org.noisebook.experiment.RunnerProvider}. */
public interface RunnerProvider {
    /** The name after {@code --runner}. */
    String name();

    /**
     * Connects.
     *
     * @param master where, as the user wrote it; empty for what the surroundings say
     * @throws IllegalArgumentException in one line, for a master that makes no sense
     * @throws IOException in one line, if nobody answers there
     */
    Runner open(Optional<String> master) throws IOException;
}
