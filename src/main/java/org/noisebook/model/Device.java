package org.noisebook.model;

import java.util.Locale;

/** Where an engine of replicas is asked to compute. */
public enum Device {
    /** The processor, even where there is a card. */
    CPU,
    /** An NVIDIA card; an error if none is usable. */
    GPU,
    /** A card if one is usable, else the processor. */
    AUTO;

    /** {@code cpu}, {@code gpu} or {@code auto}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
