package org.noisebook.opencl;

import java.util.Locale;

/**
 * A device as its driver describes it.
 *
 * @param number index in {@link OpenclQueue#devices}, from 0
 * @param name name given by the driver
 * @param platform name and version of the driver
 * @param isCard whether it is a graphics card
 * @param units compute units
 * @param memory bytes of global memory
 * @param largestBuffer largest size of a buffer in bytes
 * @param localMemory local memory of a work group in bytes
 * @param largestGroup largest number of items in a work group
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
    /** Number of floats that the single item of a group processes at once on a CPU. */
    private static final int LANES = 16;

    private static final long MEGABYTE = 1 << 20;
    private static final long KILOBYTE = 1 << 10;

    /** Number of floats that an item processes at once; for doubles half as many. */
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
