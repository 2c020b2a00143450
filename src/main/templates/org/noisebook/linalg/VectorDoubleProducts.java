package org.noisebook.linalg;

import java.util.Arrays;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chains of fused multiply-adds over {@code double} rows, vectorised over columns.
 *
 * <p>A tile of up to six rows and four registers of the result stays in registers while its terms are added. Two registers
 * a row where the machine has sixteen of them instead of thirty-two. Columns are taken in panels and terms in blocks, so
 * that a block of a panel stays in the first-level cache while the rows pass; a chain that ends with its block goes on
 * from the stored value.
 *
 * <p>The product with a transposed matrix copies it panel by panel, some 4 numbers a nanosecond: at small batches this takes
 * longer than the multiply-adds. Where the batch, padded to {@link Kernels#PAD} rows, is small against the matrix, the
 * batch is transposed instead, and then the result; the chains are the same. Transposing in registers, by rearranging
 * lanes, was ten times slower in float32 on Java 17.
 */
final class VectorDoubleProducts {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    /** Registers of 512 bits come in a set of 32. */
    private static final boolean WIDE = DOUBLES.vectorBitSize() == 512;

    private static final int SIX = 6;
    private static final int FOUR = 4;
    /** Registers of columns of the narrower tile. */
    private static final int NARROW = 2;
    private static final int THREE = 3;
    private static final int TERMS = 256;
    private static final int TRANSPOSED_TERMS = 128;
    private static final int TRANSPOSED_COLUMNS = WIDE ? 4 * LANES : Kernels.PAD;

    private final double[] transposed = new double[TRANSPOSED_TERMS * TRANSPOSED_COLUMNS];
    /** Grow on first need. */
    private double[] fewRows = new double[0];

    private double[] sums = new double[0];

    /** c[i][j] += Σ_p a[i][p] b[p][j]; element (i, p) of a lies at {@code aStart + i aRow + p aTerm}. */
    static void add(
            int m,
            int terms,
            int columns,
            double[] a,
            int aStart,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int padded = Kernels.padded(columns);
        for (int p = 0; p < terms; p += TERMS) {
            addBlock(
                    m,
                    Math.min(TERMS, terms - p),
                    padded,
                    a,
                    aStart + p * aTerm,
                    aRow,
                    aTerm,
                    b,
                    bStart + p * bStride,
                    bStride,
                    c,
                    cStart,
                    cStride);
        }
    }

    /** w[i][j] += Σ_k a[k][i] d[k][j]: few rows of d stay in registers while w passes once, more go through {@link #add}. */
    static void addOuter(
            int batch,
            int inputs,
            int outputs,
            double[] a,
            int aStart,
            int aStride,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride) {
        int padded = Kernels.padded(outputs);
        int j = 0;
        if (batch <= FOUR) {
            for (; j + 4 * LANES <= padded; j += 4 * LANES) {
                outer(batch, inputs, a, aStart, aStride, d, dStart + j, dStride, w, wStart + j, wStride);
            }
        }
        add(inputs, batch, padded - j, a, aStart, 1, aStride, d, dStart + j, dStride, w, wStart + j, wStride);
    }

    private static void outer(
            int batch,
            int rows,
            double[] a,
            int aStart,
            int aStride,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride) {
        switch (batch) {
            case FOUR -> VectorDoubleTiles.outer4(rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
            case THREE -> VectorDoubleTiles.outer3(rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
            default ->
                VectorDoubleTiles.outer1or2(batch, rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
        }
    }

    private static void addBlock(
            int m,
            int terms,
            int padded,
            double[] a,
            int aStart,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int j = 0;
        if (WIDE) {
            for (; j + 4 * LANES <= padded; j += 4 * LANES) {
                panel4(m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
            }
        }
        for (; j + 2 * LANES <= padded; j += 2 * LANES) {
            panel2(m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
        }
        // float: for (; j < padded; j += LANES) {
        // float:     VectorColumn.add(
        // float:             m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
        // float: }
    }

    /** c[i][j] = Σ_p a[i][p] b[j][p]: a few rows of a are transposed on the way, else panels of b. */
    void multiplyTransposed(
            int m,
            int terms,
            int columns,
            double[] a,
            int aStart,
            int aRow,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        // The smaller copies must pay for chains of padding too; the bound is measured.
        if (3L * Kernels.padded(m) * (terms + columns) <= 2L * terms * columns) {
            multiplyFewRows(m, terms, columns, a, aStart, aRow, b, bStart, bStride, c, cStart, cStride);
            return;
        }
        zero(m, columns, c, cStart, cStride);
        for (int p = 0; p < terms; p += TRANSPOSED_TERMS) {
            int count = Math.min(TRANSPOSED_TERMS, terms - p);
            for (int j = 0; j < columns; j += TRANSPOSED_COLUMNS) {
                int width = Math.min(TRANSPOSED_COLUMNS, columns - j);
                int padded = Kernels.padded(width);
                transpose(width, count, b, bStart + j * bStride + p, bStride, transposed, 0, padded);
                clear(count, width, transposed, 0, padded);
                addBlock(m, count, padded, a, aStart + p, aRow, 1, transposed, 0, padded, c, cStart + j, cStride);
            }
        }
    }

    /** The same by way of the transpose of c: its element (j, i) is Σ_p b[j][p] a[i][p]. */
    private void multiplyFewRows(
            int m,
            int terms,
            int columns,
            double[] a,
            int aStart,
            int aRow,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int padded = Kernels.padded(m);
        if (fewRows.length <= terms * padded) {
            fewRows = new double[terms * padded + 1];
        }
        if (sums.length < (columns + 1) * padded) {
            sums = new double[(columns + 1) * padded];
        }
        // What stands in the padding of fewRows goes to the padding of sums, which is not read.
        transpose(m, terms, a, aStart, aRow, fewRows, 0, padded);
        Arrays.fill(sums, 0, (columns + 1) * padded, 0);
        add(columns, terms, m, b, bStart, bStride, 1, fewRows, 0, padded, sums, 0, padded);
        transpose(columns, m, sums, 0, padded, c, cStart, cStride);
        int end = Kernels.padded(columns);
        if (columns < end) {
            // A column that pads c is a product with zeros: not 0 after NaN or infinities.
            int zero = terms * padded;
            fewRows[zero] = 0;
            add(1, terms, m, fewRows, zero, 0, 0, fewRows, 0, padded, sums, columns * padded, padded);
            for (int i = 0; i < m; i++) {
                int row = cStart + i * cStride;
                Arrays.fill(c, row + columns, row + end, sums[columns * padded + i]);
            }
        }
    }

    /** to[j][i] = from[i][j]. */
    private static void transpose(
            int m, int columns, double[] from, int fromStart, int fromStride, double[] to, int toStart, int toStride) {
        int i = 0;
        for (; i + 8 <= m; i += 8) {
            transposeEight(columns, from, fromStart + i * fromStride, fromStride, to, toStart + i, toStride);
        }
        for (; i < m; i++) {
            int row = fromStart + i * fromStride;
            int at = toStart + i;
            for (int j = 0; j < columns; j++) {
                to[at] = from[row + j];
                at += toStride;
            }
        }
    }

    private static void transposeEight(
            int columns, double[] from, int fromStart, int fromStride, double[] to, int toStart, int toStride) {
        // each R = 8
        int row$r = fromStart + $r * fromStride; // each r
        int at = toStart;
        for (int j = 0; j < columns; j++) {
            to[at + $r] = from[row$r + j]; // each r
            at += toStride;
        }
        // end
    }

    /** Sets the columns that pad a row to 0. */
    private static void clear(int m, int columns, double[] c, int start, int stride) {
        int padded = Kernels.padded(columns);
        if (columns == padded) {
            return;
        }
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, start + i * stride + columns, start + i * stride + padded, 0);
        }
    }

    static void zero(int m, int columns, double[] c, int start, int stride) {
        int padded = Kernels.padded(columns);
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, start + i * stride, start + i * stride + padded, 0);
        }
    }

    // each C = 4, 2
    /** $C registers of columns a tile. */
    private static void panel$C(
            int m,
            int terms,
            double[] a,
            int aStart,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int i = 0;
        while (i < m) {
            int rest = m - i;
            int from = aStart + i * aRow;
            int to = cStart + i * cStride;
            if (rest >= SIX && rest != FOUR + THREE && rest != 2 * FOUR) {
                VectorDoubleTiles.tile6x$C(terms, a, from, aRow, aTerm, b, bStart, bStride, c, to, cStride);
                i += SIX;
            } else if (rest >= FOUR && ($C == NARROW || rest != FOUR + 1)) {
                VectorDoubleTiles.tile4x$C(terms, a, from, aRow, aTerm, b, bStart, bStride, c, to, cStride);
                i += FOUR;
            } else if (rest >= THREE) {
                VectorDoubleTiles.tile3x$C(terms, a, from, aRow, aTerm, b, bStart, bStride, c, to, cStride);
                i += THREE;
            } else {
                VectorDoubleTiles.few$C(rest, terms, a, from, aRow, aTerm, b, bStart, bStride, c, to, cStride);
                i = m;
            }
        }
    }
    // end
}
