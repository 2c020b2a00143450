package org.noisebook.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The last columns of {@link VectorFloatProducts}, one register wide: only registers of sixteen lanes, which no
 * {@code double} fills, leave such.
 */
final class VectorColumn {
    private static final VectorSpecies<Float> FLOATS = VectorKernels.FLOATS;
    private static final int TWELVE = 12;
    private static final int FOUR = 4;

    private VectorColumn() {}

    /** c[i][j] += Σ_p a[i][p] b[p][j]. */
    static void add(
            int m,
            int terms,
            float[] a,
            int aStart,
            int aRow,
            int aTerm,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        int i = 0;
        for (; aTerm == 1 && m - i >= TWELVE; i += TWELVE) {
            tile12(terms, a, aStart + i * aRow, aRow, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        while (i < m) {
            int rows = m - i >= FOUR ? FOUR : 1;
            int from = aStart + i * aRow;
            tile1or4(rows, terms, a, from, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
            i += rows;
        }
    }

    // each R = 12
    /** For neighbouring terms: twelve chains hide the latency of fma, and indices p + a constant need no checks. */
    private static void tile12(
            int terms,
            float[] a,
            int aStart,
            int aRow,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a$r = aStart + $r * aRow; // each r
        int c$r = cStart + $r * cStride; // each r
        FloatVector s$r = load(c, c$r); // each r
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            s$r = FloatVector.broadcast(FLOATS, a[a$r + p]).fma(b0, s$r); // each r
            q += bStride;
        }
        s$r.intoArray(c, c$r); // each r
    }

    // end
    /** Four rows or one, together too large to be inlined: vectors in a part of a large method can end up as objects. */
    private static void tile1or4(
            int rows,
            int terms,
            float[] a,
            int aStart,
            int aRow,
            int aTerm,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        // each R = 1, 4
        if (rows == $R) {
            int q = bStart;
            int a$r = aStart + $r * aRow; // each r
            int c$r = cStart + $r * cStride; // each r
            FloatVector s$r = load(c, c$r); // each r
            for (int p = 0; p < terms; p++) {
                FloatVector b0 = load(b, q);
                s$r = FloatVector.broadcast(FLOATS, a[a$r]).fma(b0, s$r); // each r
                q += bStride;
                a$r += aTerm; // each r
            }
            s$r.intoArray(c, c$r); // each r
            return;
        }
        // end
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(FLOATS, array, offset);
    }
}
