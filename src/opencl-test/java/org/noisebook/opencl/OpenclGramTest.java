package org.noisebook.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class OpenclGramTest extends OnOpencl {

    private static double[] rows(int count, int length, double special) {
        Stream stream = Streams.of(4).at("data").part(count);
        double[] rows = new double[count * length];
        Arrays.setAll(
                rows, k -> k % 97 == 96 ? special : StrictMath.scalb(stream.nextGaussian(), stream.nextIndex(40)));
        return rows;
    }

    /** The largest takes several launches. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "4, 1", "65, 7", "128, 129", "250, 301", "700, 600"})
    void bitsAreThoseOfTheExactEngine(int count, int length) {
        assumeTrue(queue.device().hasDouble(), "skipped: no float64");
        for (double special : new double[] {1, -0.0, Double.MIN_VALUE, Double.POSITIVE_INFINITY}) {
            double[] rows = rows(count, length, special);
            long[] expected = bits(ReplicaEngine.plain().gram(count, length, rows));
            assertArrayEquals(expected, bits(new OpenclGram(queue).gram(count, length, rows)));
        }
    }

    /** All NaN are one. */
    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }

    @Test
    void whatHasNoRoomStaysOnTheHost() {
        assertFalse(OpenclGram.fits(queue.device(), 0, 3));
        assertFalse(OpenclGram.fits(queue.device(), 3, 0));
        assertFalse(OpenclGram.fits(queue.device(), 1 << 24, 1 << 24));
        assertEquals(queue.device().hasDouble(), OpenclGram.fits(queue.device(), 100, 100));
    }

    @Test
    void anInterruptEndsIt() {
        assumeTrue(queue.device().hasDouble(), "skipped: no float64");
        Thread.currentThread().interrupt();
        try {
            assertThrows(CancellationException.class, () -> new OpenclGram(queue).gram(2, 2, new double[4]));
        } finally {
            Thread.interrupted();
        }
    }
}
