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
            tile12x1(terms, a, aStart + i * aRow, aRow, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        for (; m - i >= FOUR; i += FOUR) {
            tile1or4x1(
                    FOUR,
                    terms,
                    a,
                    aStart + i * aRow,
                    aRow,
                    aTerm,
                    b,
                    bStart,
                    bStride,
                    c,
                    cStart + i * cStride,
                    cStride);
        }
        for (; i < m; i++) {
            tile1or4x1(
                    1, terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
    }

    /** For neighbouring terms: twelve chains hide the latency of fma, and indices p + a constant need no checks. */
    private static void tile12x1(
            int terms,
            float[] a,
            int start,
            int aRow,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int a4 = a3 + aRow;
        int a5 = a4 + aRow;
        int a6 = a5 + aRow;
        int a7 = a6 + aRow;
        int a8 = a7 + aRow;
        int a9 = a8 + aRow;
        int a10 = a9 + aRow;
        int a11 = a10 + aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        int c6 = c5 + cStride;
        int c7 = c6 + cStride;
        int c8 = c7 + cStride;
        int c9 = c8 + cStride;
        int c10 = c9 + cStride;
        int c11 = c10 + cStride;
        FloatVector s00 = load(c, cStart);
        FloatVector s10 = load(c, c1);
        FloatVector s20 = load(c, c2);
        FloatVector s30 = load(c, c3);
        FloatVector s40 = load(c, c4);
        FloatVector s50 = load(c, c5);
        FloatVector s60 = load(c, c6);
        FloatVector s70 = load(c, c7);
        FloatVector s80 = load(c, c8);
        FloatVector s90 = load(c, c9);
        FloatVector s100 = load(c, c10);
        FloatVector s110 = load(c, c11);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + p]);
            s00 = x0.fma(b0, s00);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + p]);
            s10 = x1.fma(b0, s10);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + p]);
            s20 = x2.fma(b0, s20);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3 + p]);
            s30 = x3.fma(b0, s30);
            FloatVector x4 = FloatVector.broadcast(FLOATS, a[a4 + p]);
            s40 = x4.fma(b0, s40);
            FloatVector x5 = FloatVector.broadcast(FLOATS, a[a5 + p]);
            s50 = x5.fma(b0, s50);
            FloatVector x6 = FloatVector.broadcast(FLOATS, a[a6 + p]);
            s60 = x6.fma(b0, s60);
            FloatVector x7 = FloatVector.broadcast(FLOATS, a[a7 + p]);
            s70 = x7.fma(b0, s70);
            FloatVector x8 = FloatVector.broadcast(FLOATS, a[a8 + p]);
            s80 = x8.fma(b0, s80);
            FloatVector x9 = FloatVector.broadcast(FLOATS, a[a9 + p]);
            s90 = x9.fma(b0, s90);
            FloatVector x10 = FloatVector.broadcast(FLOATS, a[a10 + p]);
            s100 = x10.fma(b0, s100);
            FloatVector x11 = FloatVector.broadcast(FLOATS, a[a11 + p]);
            s110 = x11.fma(b0, s110);
            q += bStride;
        }
        s00.intoArray(c, cStart);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
        s40.intoArray(c, c4);
        s50.intoArray(c, c5);
        s60.intoArray(c, c6);
        s70.intoArray(c, c7);
        s80.intoArray(c, c8);
        s90.intoArray(c, c9);
        s100.intoArray(c, c10);
        s110.intoArray(c, c11);
    }

    /** Four rows or one, together too large to be inlined: vectors in a part of a large method can end up as objects. */
    private static void tile1or4x1(
            int rows,
            int terms,
            float[] a,
            int start,
            int aRow,
            int aTerm,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        if (rows == 1) {
            FloatVector s00 = load(c, cStart);
            for (int p = 0; p < terms; p++) {
                s00 = FloatVector.broadcast(FLOATS, a[a0]).fma(load(b, q), s00);
                q += bStride;
                a0 += aTerm;
            }
            s00.intoArray(c, cStart);
            return;
        }
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        FloatVector s00 = load(c, cStart);
        FloatVector s10 = load(c, c1);
        FloatVector s20 = load(c, c2);
        FloatVector s30 = load(c, c3);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
            s20 = x2.fma(b0, s20);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3]);
            s30 = x3.fma(b0, s30);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
            a3 += aTerm;
        }
        s00.intoArray(c, cStart);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(FLOATS, array, offset);
    }
}
