package org.noisebook.figure;

import java.nio.file.Path;
import java.util.Locale;

/** Two sizes of every figure. */
public enum Preset {
    /** Minutes on two cores: the figures beside the code and in the notebooks. */
    QUICK,
    /** Publication grade. */
    FULL;

    /** {@code quick} or {@code full}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where the preset's files stand: the figures folder itself, or its sub-folder {@code full}. */
    public Path in(Path figures) {
        return this == QUICK ? figures : figures.resolve(text());
    }

    /** One of two values, by preset. */
    public <T> T choose(T quick, T full) {
        return this == QUICK ? quick : full;
    }
}
