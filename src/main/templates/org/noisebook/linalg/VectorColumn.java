package org.noisebook.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The last columns of {@link VectorFloatProducts}, one register wide, left over only by registers of sixteen lanes. */
final class VectorColumn {
    private static final VectorSpecies<Float> FLOATS = VectorKernels.FLOATS;
    private static final int TWELVE = 12;
    private static final int FOUR = 4;

    private VectorColumn() {}

    /** c[i][j] += Σ_p a[i][p] b[p][j] for a register of columns from j on. */
    static void add(int m, int terms, FloatView a, FloatView b, FloatView c, int j) {
        int i = 0;
        for (; a.columnStride() == 1 && m - i >= TWELVE; i += TWELVE) {
            tile12(terms, a, i, b, c, j);
        }
        while (i < m) {
            int rows = m - i >= FOUR ? FOUR : 1;
            tile1or4(rows, terms, a, i, b, c, j);
            i += rows;
        }
    }

    // each R = 12
    /** For adjacent terms: twelve chains hide the latency of fma, and indices p + constant need no bounds checks. */
    private static void tile12(int terms, FloatView left, int i, FloatView right, FloatView to, int j) {
        float[] a = left.values();
        float[] b = right.values();
        float[] c = to.values();
        int bStride = right.rowStride();
        int q = right.at(0, j);
        int a$r = left.at(i + $r, 0); // each r
        int c$r = to.at(i + $r, j); // each r
        FloatVector s$r = load(c, c$r); // each r
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            s$r = FloatVector.broadcast(FLOATS, a[a$r + p]).fma(b0, s$r); // each r
            q += bStride;
        }
        s$r.intoArray(c, c$r); // each r
    }

    // end
    /**
     * Four rows or one, in a method too large to be inlined: vectors in a part of a large method can end up as objects.
     */
    private static void tile1or4(int rows, int terms, FloatView left, int i, FloatView right, FloatView to, int j) {
        float[] a = left.values();
        float[] b = right.values();
        float[] c = to.values();
        int aTerm = left.columnStride();
        int bStride = right.rowStride();
        // each R = 1, 4
        if (rows == $R) {
            int q = right.at(0, j);
            int a$r = left.at(i + $r, 0); // each r
            int c$r = to.at(i + $r, j); // each r
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
