package org.noisebook.linalg;

import java.util.Arrays;

/**
 * Chains of fused multiply-adds over {@code float} rows.
 *
 * <p>The compiler vectorises a loop over several arrays only if all of them are read at the same index, so rows are copied
 * to arrays of their own, a block of terms at a time; a chain that ends with its block goes on from the stored value.
 */
final class PlainFloatProducts {
    private static final int COLUMNS = 256;
    private static final int TERMS = 32;

    private final float[][] rows = new float[TERMS][COLUMNS];
    private final float[] sums = new float[COLUMNS];

    /**
     * c[i][j] = Σ_p a[i][p] b[p][j], or added to c. Element (i, p) of a lies at {@code aStart + i aRow + p aTerm}, element
     * (p, j) of b at {@code bStart + p bTerm + j bColumn}; columns from {@code columns} to {@code padded} are 0 in b.
     */
    void product(
            boolean add,
            int m,
            int terms,
            int columns,
            float[] a,
            int aStart,
            int aRow,
            int aTerm,
            float[] b,
            int bStart,
            int bTerm,
            int bColumn,
            float[] c,
            int cStart,
            int cStride) {
        int padded = Kernels.padded(columns);
        for (int j = 0; j < padded; j += COLUMNS) {
            int width = Math.min(COLUMNS, padded - j);
            int filled = Math.min(COLUMNS, columns - j);
            if (terms == 0 && !add) {
                for (int i = 0; i < m; i++) {
                    Arrays.fill(c, cStart + i * cStride + j, cStart + i * cStride + j + width, 0);
                }
            }
            for (int p = 0; p < terms; p += TERMS) {
                int count = Math.min(TERMS, terms - p);
                for (int q = 0; q < count; q++) {
                    copy(b, bStart + (p + q) * bTerm + j * bColumn, bColumn, rows[q], filled, width);
                }
                for (int i = 0; i < m; i++) {
                    int row = cStart + i * cStride + j;
                    if (p == 0 && !add) {
                        Arrays.fill(sums, 0, width, 0);
                    } else {
                        System.arraycopy(c, row, sums, 0, width);
                    }
                    add(count, width, a, aStart + i * aRow + p * aTerm, aTerm);
                    System.arraycopy(sums, 0, c, row, width);
                }
            }
        }
    }

    private static void copy(float[] b, int from, int step, float[] row, int filled, int width) {
        if (step == 1) {
            System.arraycopy(b, from, row, 0, width);
            return;
        }
        for (int j = 0; j < filled; j++) {
            row[j] = b[from + j * step];
        }
        Arrays.fill(row, filled, width, 0);
    }

    private void add(int count, int width, float[] a, int start, int step) {
        int q = 0;
        int at = start;
        for (; q + 4 <= count; q += 4) {
            addFour(
                    width,
                    a[at],
                    a[at + step],
                    a[at + 2 * step],
                    a[at + 3 * step],
                    rows[q],
                    rows[q + 1],
                    rows[q + 2],
                    rows[q + 3],
                    sums);
            at += 4 * step;
        }
        for (; q < count; q++) {
            addOne(width, a[at], rows[q], sums);
            at += step;
        }
    }

    private static void addFour(
            int width,
            float a0,
            float a1,
            float a2,
            float a3,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float[] sums) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], sums[j]))));
        }
    }

    private static void addOne(int width, float a, float[] b, float[] sums) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(a, b[j], sums[j]);
        }
    }
}
