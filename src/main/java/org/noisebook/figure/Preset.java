package org.noisebook.figure;

import java.nio.file.Path;
import java.util.Locale;

/** The sizes of a figure: every figure has the first two. */
public enum Preset {
    /** Takes minutes on two cores; used for the figures in the repository and the notebooks. */
    QUICK,
    /** Publication quality. */
    FULL,
    /** The authors' own grid, if it is far beyond publication quality. */
    AUTHORS;

    /** The name: {@code quick}, {@code full} or {@code authors}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The folder of the preset's files: the figures folder itself, or its sub-folder named after the preset. */
    public Path in(Path figures) {
        return this == QUICK ? figures : figures.resolve(text());
    }

    /** One of two values, depending on the preset; the second for all presets beyond quick. */
    public <T> T choose(T quick, T full) {
        return this == QUICK ? quick : full;
    }
}
