package org.noisebook.opencl;

import java.util.Locale;

/**
 * A device as its driver describes it.
 *
 * @param number place in {@link OpenclQueue#devices}, from 0
 * @param name the driver's
 * @param platform the driver's name of itself and its version
 * @param isCard whether it is a graphics card
 * @param units compute units
 * @param memory bytes of global memory
 * @param largestBuffer bytes of one buffer, at most
 * @param localMemory bytes of a group's local memory
 * @param largestGroup items of a group, at most
 * @param hasDouble whether it computes in float64
 * @param roundsDivision whether it can round float32's division and square root correctly
 */
public record OpenclDevice(
        int number,
        String name,
        String platform,
        boolean isCard,
        int units,
        long memory,
        long largestBuffer,
        long localMemory,
        int largestGroup,
        boolean hasDouble,
        boolean roundsDivision) {
    /** Floats that the one item of a group takes at once on a processor. */
    private static final int LANES = 16;

    private static final long MEGABYTE = 1 << 20;
    private static final long KILOBYTE = 1 << 10;

    /** Floats that an item takes at once; of doubles half as many. */
    int lanes() {
        return isCard ? 1 : LANES;
    }

    /** A line for reports. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%d: %s (%s), %s, %d units, %d MB, local %d KB, %s",
                number,
                name,
                platform,
                isCard ? "card" : "processor",
                units,
                memory / MEGABYTE,
                localMemory / KILOBYTE,
                hasDouble ? "fp64" : "no fp64");
    }
}
