package org.noisebook.linalg;

import java.util.Arrays;

/**
 * Chains of fused multiply-adds over {@code double} rows.
 *
 * <p>The compiler vectorises a loop over several arrays only if all of them are read at the same index, so rows are
 * copied to separate arrays, one block of terms at a time; a chain continues from its stored value.
 */
final class PlainDoubleProducts {
    private static final int COLUMNS = 256;
    private static final int TERMS = 32;

    private final double[][] rows = new double[TERMS][COLUMNS];
    private final double[] sums = new double[COLUMNS];

    /** c[i][j] = Σ_p a[i][p] b[p][j], or the same added to c; columns of b from {@code columns} on are 0. */
    void product(boolean add, int m, int terms, int columns, DoubleView a, DoubleView b, DoubleView c) {
        int padded = Kernels.padded(columns);
        for (int j = 0; j < padded; j += COLUMNS) {
            int width = Math.min(COLUMNS, padded - j);
            int filled = Math.min(COLUMNS, columns - j);
            if (terms == 0 && !add) {
                for (int i = 0; i < m; i++) {
                    Arrays.fill(c.values(), c.at(i, j), c.at(i, j) + width, 0);
                }
            }
            for (int p = 0; p < terms; p += TERMS) {
                int count = Math.min(TERMS, terms - p);
                for (int q = 0; q < count; q++) {
                    copy(b.values(), b.at(p + q, j), b.columnStride(), rows[q], filled, width);
                }
                for (int i = 0; i < m; i++) {
                    if (p == 0 && !add) {
                        Arrays.fill(sums, 0, width, 0);
                    } else {
                        System.arraycopy(c.values(), c.at(i, j), sums, 0, width);
                    }
                    add(count, width, a.values(), a.at(i, p), a.columnStride());
                    System.arraycopy(sums, 0, c.values(), c.at(i, j), width);
                }
            }
        }
    }

    private static void copy(double[] b, int from, int step, double[] row, int filled, int width) {
        if (step == 1) {
            System.arraycopy(b, from, row, 0, width);
            return;
        }
        for (int j = 0; j < filled; j++) {
            row[j] = b[from + j * step];
        }
        Arrays.fill(row, filled, width, 0);
    }

    private void add(int count, int width, double[] a, int start, int step) {
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
            double a0,
            double a1,
            double a2,
            double a3,
            double[] b0,
            double[] b1,
            double[] b2,
            double[] b3,
            double[] sums) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], sums[j]))));
        }
    }

    private static void addOne(int width, double a, double[] b, double[] sums) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(a, b[j], sums[j]);
        }
    }
}
