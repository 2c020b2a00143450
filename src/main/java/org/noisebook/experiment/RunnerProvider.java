package org.noisebook.experiment;

import java.io.IOException;
import java.util.Optional;

/**
 * Provides a way to run on other machines; listed in {@code META-INF/services/org.noisebook.experiment.RunnerProvider}.
 */
public interface RunnerProvider {
    /** Its name for {@code --runner}. */
    String name();

    /**
     * Connects to a cluster.
     *
     * @param master the address given by the user; empty for the one set in the environment
     * @throws IllegalArgumentException with a one-line message, for an invalid master
     * @throws IOException with a one-line message, if nothing answers there
     */
    Runner open(Optional<String> master) throws IOException;
}
