package org.noisebook.linalg;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
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

    /** Four registers of columns. */
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
            case 1, 2 -> outer1or2(batch, rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
            case THREE -> outer3(rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
            case FOUR -> outer4(rows, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
            default -> {}
        }
    }

    /**
     * One row of d or two. Together they are larger than HotSpot inlines (325 bytes): vectors in a method that becomes part
     * of a large one can end up as objects, which made two rows four times slower.
     */
    private static void outer1or2(
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
        int q = wStart;
        int a0 = aStart;
        if (batch == 1) {
            DoubleVector d00 = load(d, dStart);
            DoubleVector d01 = load(d, dStart + LANES);
            DoubleVector d02 = load(d, dStart + 2 * LANES);
            DoubleVector d03 = load(d, dStart + 3 * LANES);
            for (int i = 0; i < rows; i++) {
                DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + i]);
                x0.fma(d00, load(w, q)).intoArray(w, q);
                x0.fma(d01, load(w, q + LANES)).intoArray(w, q + LANES);
                x0.fma(d02, load(w, q + 2 * LANES)).intoArray(w, q + 2 * LANES);
                x0.fma(d03, load(w, q + 3 * LANES)).intoArray(w, q + 3 * LANES);
                q += wStride;
            }
            return;
        }
        int a1 = a0 + aStride;
        int d1 = dStart + dStride;
        DoubleVector d00 = load(d, dStart);
        DoubleVector d01 = load(d, dStart + LANES);
        DoubleVector d02 = load(d, dStart + 2 * LANES);
        DoubleVector d03 = load(d, dStart + 3 * LANES);
        DoubleVector d10 = load(d, d1);
        DoubleVector d11 = load(d, d1 + LANES);
        DoubleVector d12 = load(d, d1 + 2 * LANES);
        DoubleVector d13 = load(d, d1 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + i]);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1 + i]);
            x1.fma(d10, x0.fma(d00, load(w, q))).intoArray(w, q);
            x1.fma(d11, x0.fma(d01, load(w, q + LANES))).intoArray(w, q + LANES);
            x1.fma(d12, x0.fma(d02, load(w, q + 2 * LANES))).intoArray(w, q + 2 * LANES);
            x1.fma(d13, x0.fma(d03, load(w, q + 3 * LANES))).intoArray(w, q + 3 * LANES);
            q += wStride;
        }
    }

    private static void outer3(
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
        int q = wStart;
        int a0 = aStart;
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int d1 = dStart + dStride;
        int d2 = d1 + dStride;
        DoubleVector d00 = load(d, dStart);
        DoubleVector d01 = load(d, dStart + LANES);
        DoubleVector d02 = load(d, dStart + 2 * LANES);
        DoubleVector d03 = load(d, dStart + 3 * LANES);
        DoubleVector d10 = load(d, d1);
        DoubleVector d11 = load(d, d1 + LANES);
        DoubleVector d12 = load(d, d1 + 2 * LANES);
        DoubleVector d13 = load(d, d1 + 3 * LANES);
        DoubleVector d20 = load(d, d2);
        DoubleVector d21 = load(d, d2 + LANES);
        DoubleVector d22 = load(d, d2 + 2 * LANES);
        DoubleVector d23 = load(d, d2 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + i]);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1 + i]);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2 + i]);
            x2.fma(d20, x1.fma(d10, x0.fma(d00, load(w, q)))).intoArray(w, q);
            x2.fma(d21, x1.fma(d11, x0.fma(d01, load(w, q + LANES)))).intoArray(w, q + LANES);
            x2.fma(d22, x1.fma(d12, x0.fma(d02, load(w, q + 2 * LANES)))).intoArray(w, q + 2 * LANES);
            x2.fma(d23, x1.fma(d13, x0.fma(d03, load(w, q + 3 * LANES)))).intoArray(w, q + 3 * LANES);
            q += wStride;
        }
    }

    private static void outer4(
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
        int q = wStart;
        int a0 = aStart;
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int d1 = dStart + dStride;
        int d2 = d1 + dStride;
        int d3 = d2 + dStride;
        DoubleVector d00 = load(d, dStart);
        DoubleVector d01 = load(d, dStart + LANES);
        DoubleVector d02 = load(d, dStart + 2 * LANES);
        DoubleVector d03 = load(d, dStart + 3 * LANES);
        DoubleVector d10 = load(d, d1);
        DoubleVector d11 = load(d, d1 + LANES);
        DoubleVector d12 = load(d, d1 + 2 * LANES);
        DoubleVector d13 = load(d, d1 + 3 * LANES);
        DoubleVector d20 = load(d, d2);
        DoubleVector d21 = load(d, d2 + LANES);
        DoubleVector d22 = load(d, d2 + 2 * LANES);
        DoubleVector d23 = load(d, d2 + 3 * LANES);
        DoubleVector d30 = load(d, d3);
        DoubleVector d31 = load(d, d3 + LANES);
        DoubleVector d32 = load(d, d3 + 2 * LANES);
        DoubleVector d33 = load(d, d3 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + i]);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1 + i]);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2 + i]);
            DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3 + i]);
            x3.fma(d30, x2.fma(d20, x1.fma(d10, x0.fma(d00, load(w, q))))).intoArray(w, q);
            x3.fma(d31, x2.fma(d21, x1.fma(d11, x0.fma(d01, load(w, q + LANES)))))
                    .intoArray(w, q + LANES);
            x3.fma(d32, x2.fma(d22, x1.fma(d12, x0.fma(d02, load(w, q + 2 * LANES)))))
                    .intoArray(w, q + 2 * LANES);
            x3.fma(d33, x2.fma(d23, x1.fma(d13, x0.fma(d03, load(w, q + 3 * LANES)))))
                    .intoArray(w, q + 3 * LANES);
            q += wStride;
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
            int columns, double[] from, int row0, int fromStride, double[] to, int toStart, int toStride) {
        int row1 = row0 + fromStride;
        int row2 = row1 + fromStride;
        int row3 = row2 + fromStride;
        int row4 = row3 + fromStride;
        int row5 = row4 + fromStride;
        int row6 = row5 + fromStride;
        int row7 = row6 + fromStride;
        int at = toStart;
        for (int j = 0; j < columns; j++) {
            to[at] = from[row0 + j];
            to[at + 1] = from[row1 + j];
            to[at + 2] = from[row2 + j];
            to[at + 3] = from[row3 + j];
            to[at + 4] = from[row4 + j];
            to[at + 5] = from[row5 + j];
            to[at + 6] = from[row6 + j];
            to[at + 7] = from[row7 + j];
            at += toStride;
        }
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

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }

    private static void panel4(
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
        for (; m - i >= SIX && m - i != FOUR + THREE && m - i != 2 * FOUR; i += SIX) {
            tile6x4(terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        for (; m - i >= FOUR && m - i != FOUR + 1; i += FOUR) {
            tile4x4(terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        if (m - i >= THREE) {
            tile3x4(terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
            i += THREE;
        }
        if (i < m) {
            tile1or2x4(
                    m - i,
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
    }

    private static void panel2(
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
        for (; m - i >= SIX && m - i != FOUR + THREE && m - i != 2 * FOUR; i += SIX) {
            tile6x2(terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        for (; m - i >= FOUR; i += FOUR) {
            tile4x2(terms, a, aStart + i * aRow, aRow, aTerm, b, bStart, bStride, c, cStart + i * cStride, cStride);
        }
        if (i < m) {
            tile1to3x2(
                    m - i,
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
    }

    private static void tile6x4(
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int a4 = start + 4 * aRow;
        int a5 = start + 5 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s02 = load(c, cStart + 2 * LANES);
        DoubleVector s03 = load(c, cStart + 3 * LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s12 = load(c, c1 + 2 * LANES);
        DoubleVector s13 = load(c, c1 + 3 * LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        DoubleVector s22 = load(c, c2 + 2 * LANES);
        DoubleVector s23 = load(c, c2 + 3 * LANES);
        DoubleVector s30 = load(c, c3);
        DoubleVector s31 = load(c, c3 + LANES);
        DoubleVector s32 = load(c, c3 + 2 * LANES);
        DoubleVector s33 = load(c, c3 + 3 * LANES);
        DoubleVector s40 = load(c, c4);
        DoubleVector s41 = load(c, c4 + LANES);
        DoubleVector s42 = load(c, c4 + 2 * LANES);
        DoubleVector s43 = load(c, c4 + 3 * LANES);
        DoubleVector s50 = load(c, c5);
        DoubleVector s51 = load(c, c5 + LANES);
        DoubleVector s52 = load(c, c5 + 2 * LANES);
        DoubleVector s53 = load(c, c5 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector b2 = load(b, q + 2 * LANES);
            DoubleVector b3 = load(b, q + 3 * LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            s23 = x2.fma(b3, s23);
            DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            s32 = x3.fma(b2, s32);
            s33 = x3.fma(b3, s33);
            DoubleVector x4 = DoubleVector.broadcast(DOUBLES, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            s42 = x4.fma(b2, s42);
            s43 = x4.fma(b3, s43);
            DoubleVector x5 = DoubleVector.broadcast(DOUBLES, a[a5]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
            s52 = x5.fma(b2, s52);
            s53 = x5.fma(b3, s53);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
            a3 += aTerm;
            a4 += aTerm;
            a5 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s02.intoArray(c, cStart + 2 * LANES);
        s03.intoArray(c, cStart + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s33.intoArray(c, c3 + 3 * LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s42.intoArray(c, c4 + 2 * LANES);
        s43.intoArray(c, c4 + 3 * LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
        s52.intoArray(c, c5 + 2 * LANES);
        s53.intoArray(c, c5 + 3 * LANES);
    }

    private static void tile4x4(
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s02 = load(c, cStart + 2 * LANES);
        DoubleVector s03 = load(c, cStart + 3 * LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s12 = load(c, c1 + 2 * LANES);
        DoubleVector s13 = load(c, c1 + 3 * LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        DoubleVector s22 = load(c, c2 + 2 * LANES);
        DoubleVector s23 = load(c, c2 + 3 * LANES);
        DoubleVector s30 = load(c, c3);
        DoubleVector s31 = load(c, c3 + LANES);
        DoubleVector s32 = load(c, c3 + 2 * LANES);
        DoubleVector s33 = load(c, c3 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector b2 = load(b, q + 2 * LANES);
            DoubleVector b3 = load(b, q + 3 * LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            s23 = x2.fma(b3, s23);
            DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            s32 = x3.fma(b2, s32);
            s33 = x3.fma(b3, s33);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
            a3 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s02.intoArray(c, cStart + 2 * LANES);
        s03.intoArray(c, cStart + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s33.intoArray(c, c3 + 3 * LANES);
    }

    private static void tile3x4(
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s02 = load(c, cStart + 2 * LANES);
        DoubleVector s03 = load(c, cStart + 3 * LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s12 = load(c, c1 + 2 * LANES);
        DoubleVector s13 = load(c, c1 + 3 * LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        DoubleVector s22 = load(c, c2 + 2 * LANES);
        DoubleVector s23 = load(c, c2 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector b2 = load(b, q + 2 * LANES);
            DoubleVector b3 = load(b, q + 3 * LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            s23 = x2.fma(b3, s23);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s02.intoArray(c, cStart + 2 * LANES);
        s03.intoArray(c, cStart + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
    }

    /** The last rows: one or two. In one method, which is thereby too large to be inlined, as in {@link #outer1or2}. */
    private static void tile1or2x4(
            int rows,
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        if (rows == 1) {
            int q = bStart;
            int a0 = start;
            DoubleVector s00 = load(c, cStart);
            DoubleVector s01 = load(c, cStart + LANES);
            DoubleVector s02 = load(c, cStart + 2 * LANES);
            DoubleVector s03 = load(c, cStart + 3 * LANES);
            for (int p = 0; p < terms; p++) {
                DoubleVector b0 = load(b, q);
                DoubleVector b1 = load(b, q + LANES);
                DoubleVector b2 = load(b, q + 2 * LANES);
                DoubleVector b3 = load(b, q + 3 * LANES);
                DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
                s00 = x0.fma(b0, s00);
                s01 = x0.fma(b1, s01);
                s02 = x0.fma(b2, s02);
                s03 = x0.fma(b3, s03);
                q += bStride;
                a0 += aTerm;
            }
            s00.intoArray(c, cStart);
            s01.intoArray(c, cStart + LANES);
            s02.intoArray(c, cStart + 2 * LANES);
            s03.intoArray(c, cStart + 3 * LANES);
            return;
        }
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int c1 = cStart + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s02 = load(c, cStart + 2 * LANES);
        DoubleVector s03 = load(c, cStart + 3 * LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s12 = load(c, c1 + 2 * LANES);
        DoubleVector s13 = load(c, c1 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector b2 = load(b, q + 2 * LANES);
            DoubleVector b3 = load(b, q + 3 * LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s02.intoArray(c, cStart + 2 * LANES);
        s03.intoArray(c, cStart + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
    }

    private static void tile6x2(
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int a4 = start + 4 * aRow;
        int a5 = start + 5 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        DoubleVector s30 = load(c, c3);
        DoubleVector s31 = load(c, c3 + LANES);
        DoubleVector s40 = load(c, c4);
        DoubleVector s41 = load(c, c4 + LANES);
        DoubleVector s50 = load(c, c5);
        DoubleVector s51 = load(c, c5 + LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            DoubleVector x4 = DoubleVector.broadcast(DOUBLES, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            DoubleVector x5 = DoubleVector.broadcast(DOUBLES, a[a5]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
            a3 += aTerm;
            a4 += aTerm;
            a5 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
    }

    private static void tile4x2(
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        DoubleVector s30 = load(c, c3);
        DoubleVector s31 = load(c, c3 + LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
            a3 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    /** The last rows: one to three, as in {@link #tile1or2x4}. */
    private static void tile1to3x2(
            int rows,
            int terms,
            double[] a,
            int start,
            int aRow,
            int aTerm,
            double[] b,
            int bStart,
            int bStride,
            double[] c,
            int cStart,
            int cStride) {
        if (rows == 1) {
            int q = bStart;
            int a0 = start;
            DoubleVector s00 = load(c, cStart);
            DoubleVector s01 = load(c, cStart + LANES);
            for (int p = 0; p < terms; p++) {
                DoubleVector b0 = load(b, q);
                DoubleVector b1 = load(b, q + LANES);
                DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
                s00 = x0.fma(b0, s00);
                s01 = x0.fma(b1, s01);
                q += bStride;
                a0 += aTerm;
            }
            s00.intoArray(c, cStart);
            s01.intoArray(c, cStart + LANES);
            return;
        }
        if (rows == 2) {
            int q = bStart;
            int a0 = start;
            int a1 = start + aRow;
            int c1 = cStart + cStride;
            DoubleVector s00 = load(c, cStart);
            DoubleVector s01 = load(c, cStart + LANES);
            DoubleVector s10 = load(c, c1);
            DoubleVector s11 = load(c, c1 + LANES);
            for (int p = 0; p < terms; p++) {
                DoubleVector b0 = load(b, q);
                DoubleVector b1 = load(b, q + LANES);
                DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
                s00 = x0.fma(b0, s00);
                s01 = x0.fma(b1, s01);
                DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
                s10 = x1.fma(b0, s10);
                s11 = x1.fma(b1, s11);
                q += bStride;
                a0 += aTerm;
                a1 += aTerm;
            }
            s00.intoArray(c, cStart);
            s01.intoArray(c, cStart + LANES);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES);
            return;
        }
        int q = bStart;
        int a0 = start;
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        DoubleVector s00 = load(c, cStart);
        DoubleVector s01 = load(c, cStart + LANES);
        DoubleVector s10 = load(c, c1);
        DoubleVector s11 = load(c, c1 + LANES);
        DoubleVector s20 = load(c, c2);
        DoubleVector s21 = load(c, c2 + LANES);
        for (int p = 0; p < terms; p++) {
            DoubleVector b0 = load(b, q);
            DoubleVector b1 = load(b, q + LANES);
            DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            q += bStride;
            a0 += aTerm;
            a1 += aTerm;
            a2 += aTerm;
        }
        s00.intoArray(c, cStart);
        s01.intoArray(c, cStart + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
    }
}
