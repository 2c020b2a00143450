package org.noisebook.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class OpenclBitsTest extends OnOpencl {
    @Test
    void theFirstDeviceComputesJavasBits() {
        assertEquals(Optional.empty(), OpenclBits.difference(queue));
    }

    @Test
    void contractionIsSeen() {
        assertTrue(OpenclBits.difference(queue, "-D PLANT_CONTRACTION")
                .orElseThrow()
                .startsWith("float32 product and sum differs in "));
    }

    @Test
    void flushedSubnormalsAreSeen() {
        assertTrue(OpenclBits.difference(queue, "-cl-denorms-are-zero")
                .orElseThrow()
                .startsWith("float32 fma differs in "));
    }

    @ParameterizedTest
    @EnumSource(OpenclBits.Draw.class)
    void oneItemAndManyDrawAsJava(OpenclBits.Draw draw) {
        for (int streams : new int[] {1, 48}) {
            // Both branches of a subset, the whole set, half of it, and one of one.
            for (int[] subset : new int[][] {{301, 7}, {90, 50}, {9, 9}, {8, 4}, {1, 1}, {1 << 20, 3}}) {
                assertArrayEquals(
                        draw.expected(streams, 4096, subset[0], subset[1]),
                        OpenclBits.draw(queue, "", draw, streams, 4096, subset[0], subset[1], new long[0]),
                        () -> draw + " " + streams + " of " + subset[0] + ", " + subset[1]);
            }
        }
    }

    @Test
    void indicesOfLargeBoundsAreRejectedAsInJava() {
        for (int bound : new int[] {(1 << 30) + 1, 3 << 29, Integer.MAX_VALUE}) {
            long[][] device = OpenclBits.draw(queue, "", OpenclBits.Draw.INDEX, 1, 4096, bound, 1, new long[0]);
            assertArrayEquals(OpenclBits.Draw.INDEX.expected(1, 4096, bound, 1), device);
        }
    }

    @Test
    void exponentialsAndLogarithmsAreStrictMathsOnAMillionArguments() {
        check(OpenclBits.Draw.EXP, StrictMath::exp);
        check(OpenclBits.Draw.LOG, StrictMath::log);
    }

    /** A third raw bits, a third of all exponents that matter, a third near 1 and 0, and the branches' edges. */
    private static void check(OpenclBits.Draw draw, DoubleUnaryOperator function) {
        assumeTrue(queue.device().hasDouble(), "skipped: no float64");
        int streams = 1 << 10;
        int count = 1 << 10;
        Stream stream = Streams.of(2).at("bits");
        long[] arguments = new long[streams * count];
        for (int i = 0; i < arguments.length; i++) {
            long bits = stream.nextLong();
            arguments[i] = i % 3 == 0
                    ? bits
                    : i % 3 == 1
                            ? bits & 0x800fffffffffffffL | 993 + (bits >>> 52 & 0x7ff) % 41 << 52
                            : Double.doubleToLongBits(1 + Math.scalb((double) (bits >> 11), -53 - i % 50));
        }
        double[] edges = {
            0,
            -0.0,
            1,
            -1,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            709.782712893384,
            709.7827128933841,
            -745.1332191019411,
            -745.1332191019412,
            -708.5,
            -740,
            0.34657359027997264,
            1.0397207708399179,
            0x1p-28,
            0x1p-29
        };
        for (int k = 0; k < edges.length; k++) {
            arguments[3 * k] = Double.doubleToLongBits(edges[k]);
            arguments[3 * k + 1] = Double.doubleToLongBits(Math.nextUp(edges[k]));
            arguments[3 * k + 2] = Double.doubleToLongBits(-Math.nextDown(edges[k]));
        }
        long[][] device = OpenclBits.draw(queue, "", draw, streams, count, 1, 1, arguments.clone());
        for (int i = 0; i < arguments.length; i++) {
            double x = Double.longBitsToDouble(arguments[i]);
            double value = Double.longBitsToDouble(device[i / count][i % count]);
            assertEquals(
                    Double.doubleToLongBits(function.applyAsDouble(x)),
                    Double.doubleToLongBits(value),
                    () -> draw + " of " + x + " was " + value);
        }
    }

    @Test
    void theStateOfAStreamIsItsKeyAndTheSpareHalf() {
        Stream stream = Streams.of(5).at("order");
        long[] state = {0xbb690d2487950db2L, 0xcbc6c358e1b8eccaL, 0xdf1952854f508ba9L, 0xda72bc80f3dd47abL, 0, 0};
        assertArrayEquals(state, stream.state());
        stream.nextIndex(2);
        assertArrayEquals(new long[] {0x8e26c64fL, 1}, new long[] {stream.state()[4], stream.state()[5]});
    }
}
