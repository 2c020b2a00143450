package org.noisebook.model;

import java.util.Arrays;
import java.util.Locale;

/** The device that a replica engine is asked to use. */
public enum Device {
    /** The processor, even where there is a card. */
    CPU,
    /** A card; an error if none is usable. */
    GPU,
    /** A card if one is usable, else the processor. */
    AUTO;

    /** By {@link #text}, in letters of any case. */
    public static Device parse(String text) {
        return Arrays.stream(values())
                .filter(device -> device.text().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--device must be one of [cpu, gpu, auto] (case-insensitive) but was '" + text + "'"));
    }

    /** {@code cpu}, {@code gpu} or {@code auto}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
