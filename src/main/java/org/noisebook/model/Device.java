package org.noisebook.model;

import java.util.Arrays;
import java.util.Locale;

/** The device requested for a replica engine. */
public enum Device {
    /** The CPU, even if there is a GPU. */
    CPU,
    /** A GPU; an error if none is usable. */
    GPU,
    /** A GPU if one is usable, else the CPU. */
    AUTO;

    /** Parses the name given by {@link #text}, ignoring case. */
    public static Device parse(String text) {
        return Arrays.stream(values())
                .filter(device -> device.text().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--device must be one of [cpu, gpu, auto] (case-insensitive) but was '" + text + "'"));
    }

    /** The name: {@code cpu}, {@code gpu} or {@code auto}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
