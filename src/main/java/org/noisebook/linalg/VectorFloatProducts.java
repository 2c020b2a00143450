package org.noisebook.linalg;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chains of fused multiply-adds over {@code float} rows, vectorised over columns.
 *
 * <p>A tile of up to six rows and four registers of the result stays in registers while its terms are added. Two registers
 * a row where the machine has sixteen of them instead of thirty-two. Columns are taken in panels and terms in blocks, so
 * that a block of a panel stays in the first-level cache while the rows pass; a chain that ends with its block goes on
 * from the stored value.
 *
 * <p>The product with a transposed matrix copies it panel by panel, some 4 numbers a nanosecond: at small batches this takes
 * longer than the multiply-adds. Where the batch, padded to {@link Kernels#PAD} rows, is small against the matrix, the
 * batch is transposed instead, and then the result; the chains are the same. Transposing in registers, by rearranging
 * lanes, was ten times slower on Java 17.
 */
final class VectorFloatProducts {
    private static final VectorSpecies<Float> FLOATS = VectorKernels.FLOATS;
    private static final int LANES = FLOATS.length();
    /** Registers of 512 bits come in a set of 32. */
    private static final boolean WIDE = FLOATS.vectorBitSize() == 512;

    private static final int TWELVE = 12;
    private static final int SIX = 6;
    private static final int FOUR = 4;
    private static final int THREE = 3;
    private static final int TERMS = 256;
    private static final int TRANSPOSED_TERMS = 128;
    private static final int TRANSPOSED_COLUMNS = WIDE ? 4 * LANES : Kernels.PAD;

    private final float[] transposed = new float[TRANSPOSED_TERMS * TRANSPOSED_COLUMNS];
    /** Grow on first need. */
    private float[] fewRows = new float[0];

    private float[] sums = new float[0];

    /** c[i][j] += Σ_p a[i][p] b[p][j]; element (i, p) of a lies at {@code aStart + i aRow + p aTerm}. */
    static void add(
            int m,
            int terms,
            int columns,
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
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
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
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
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
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
            int wStart,
            int wStride) {
        int q = wStart;
        int a0 = aStart;
        if (batch == 1) {
            FloatVector d00 = load(d, dStart);
            FloatVector d01 = load(d, dStart + LANES);
            FloatVector d02 = load(d, dStart + 2 * LANES);
            FloatVector d03 = load(d, dStart + 3 * LANES);
            for (int i = 0; i < rows; i++) {
                FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + i]);
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
        FloatVector d00 = load(d, dStart);
        FloatVector d01 = load(d, dStart + LANES);
        FloatVector d02 = load(d, dStart + 2 * LANES);
        FloatVector d03 = load(d, dStart + 3 * LANES);
        FloatVector d10 = load(d, d1);
        FloatVector d11 = load(d, d1 + LANES);
        FloatVector d12 = load(d, d1 + 2 * LANES);
        FloatVector d13 = load(d, d1 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + i]);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + i]);
            x1.fma(d10, x0.fma(d00, load(w, q))).intoArray(w, q);
            x1.fma(d11, x0.fma(d01, load(w, q + LANES))).intoArray(w, q + LANES);
            x1.fma(d12, x0.fma(d02, load(w, q + 2 * LANES))).intoArray(w, q + 2 * LANES);
            x1.fma(d13, x0.fma(d03, load(w, q + 3 * LANES))).intoArray(w, q + 3 * LANES);
            q += wStride;
        }
    }

    private static void outer3(
            int rows,
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
            int wStart,
            int wStride) {
        int q = wStart;
        int a0 = aStart;
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int d1 = dStart + dStride;
        int d2 = d1 + dStride;
        FloatVector d00 = load(d, dStart);
        FloatVector d01 = load(d, dStart + LANES);
        FloatVector d02 = load(d, dStart + 2 * LANES);
        FloatVector d03 = load(d, dStart + 3 * LANES);
        FloatVector d10 = load(d, d1);
        FloatVector d11 = load(d, d1 + LANES);
        FloatVector d12 = load(d, d1 + 2 * LANES);
        FloatVector d13 = load(d, d1 + 3 * LANES);
        FloatVector d20 = load(d, d2);
        FloatVector d21 = load(d, d2 + LANES);
        FloatVector d22 = load(d, d2 + 2 * LANES);
        FloatVector d23 = load(d, d2 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + i]);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + i]);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + i]);
            x2.fma(d20, x1.fma(d10, x0.fma(d00, load(w, q)))).intoArray(w, q);
            x2.fma(d21, x1.fma(d11, x0.fma(d01, load(w, q + LANES)))).intoArray(w, q + LANES);
            x2.fma(d22, x1.fma(d12, x0.fma(d02, load(w, q + 2 * LANES)))).intoArray(w, q + 2 * LANES);
            x2.fma(d23, x1.fma(d13, x0.fma(d03, load(w, q + 3 * LANES)))).intoArray(w, q + 3 * LANES);
            q += wStride;
        }
    }

    private static void outer4(
            int rows,
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
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
        FloatVector d00 = load(d, dStart);
        FloatVector d01 = load(d, dStart + LANES);
        FloatVector d02 = load(d, dStart + 2 * LANES);
        FloatVector d03 = load(d, dStart + 3 * LANES);
        FloatVector d10 = load(d, d1);
        FloatVector d11 = load(d, d1 + LANES);
        FloatVector d12 = load(d, d1 + 2 * LANES);
        FloatVector d13 = load(d, d1 + 3 * LANES);
        FloatVector d20 = load(d, d2);
        FloatVector d21 = load(d, d2 + LANES);
        FloatVector d22 = load(d, d2 + 2 * LANES);
        FloatVector d23 = load(d, d2 + 3 * LANES);
        FloatVector d30 = load(d, d3);
        FloatVector d31 = load(d, d3 + LANES);
        FloatVector d32 = load(d, d3 + 2 * LANES);
        FloatVector d33 = load(d, d3 + 3 * LANES);
        for (int i = 0; i < rows; i++) {
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + i]);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + i]);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + i]);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3 + i]);
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
        int j = 0;
        if (WIDE) {
            for (; j + 4 * LANES <= padded; j += 4 * LANES) {
                panel4(m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
            }
        }
        for (; j + 2 * LANES <= padded; j += 2 * LANES) {
            panel2(m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
        }
        for (; j < padded; j += LANES) {
            panel1(m, terms, a, aStart, aRow, aTerm, b, bStart + j, bStride, c, cStart + j, cStride);
        }
    }

    /** c[i][j] = Σ_p a[i][p] b[j][p]: a few rows of a are transposed on the way, else panels of b. */
    void multiplyTransposed(
            int m,
            int terms,
            int columns,
            float[] a,
            int aStart,
            int aRow,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
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
            float[] a,
            int aStart,
            int aRow,
            float[] b,
            int bStart,
            int bStride,
            float[] c,
            int cStart,
            int cStride) {
        int padded = Kernels.padded(m);
        if (fewRows.length <= terms * padded) {
            fewRows = new float[terms * padded + 1];
        }
        if (sums.length < (columns + 1) * padded) {
            sums = new float[(columns + 1) * padded];
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
            int m, int columns, float[] from, int fromStart, int fromStride, float[] to, int toStart, int toStride) {
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
            int columns, float[] from, int row0, int fromStride, float[] to, int toStart, int toStride) {
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
    private static void clear(int m, int columns, float[] c, int start, int stride) {
        int padded = Kernels.padded(columns);
        if (columns == padded) {
            return;
        }
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, start + i * stride + columns, start + i * stride + padded, 0);
        }
    }

    static void zero(int m, int columns, float[] c, int start, int stride) {
        int padded = Kernels.padded(columns);
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, start + i * stride, start + i * stride + padded, 0);
        }
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(FLOATS, array, offset);
    }

    private static void panel4(
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

    private static void panel1(
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

    private static void tile6x4(
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
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s02 = load(c, cStart + 2 * LANES);
        FloatVector s03 = load(c, cStart + 3 * LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s12 = load(c, c1 + 2 * LANES);
        FloatVector s13 = load(c, c1 + 3 * LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s22 = load(c, c2 + 2 * LANES);
        FloatVector s23 = load(c, c2 + 3 * LANES);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LANES);
        FloatVector s32 = load(c, c3 + 2 * LANES);
        FloatVector s33 = load(c, c3 + 3 * LANES);
        FloatVector s40 = load(c, c4);
        FloatVector s41 = load(c, c4 + LANES);
        FloatVector s42 = load(c, c4 + 2 * LANES);
        FloatVector s43 = load(c, c4 + 3 * LANES);
        FloatVector s50 = load(c, c5);
        FloatVector s51 = load(c, c5 + LANES);
        FloatVector s52 = load(c, c5 + 2 * LANES);
        FloatVector s53 = load(c, c5 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector b2 = load(b, q + 2 * LANES);
            FloatVector b3 = load(b, q + 3 * LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            s23 = x2.fma(b3, s23);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            s32 = x3.fma(b2, s32);
            s33 = x3.fma(b3, s33);
            FloatVector x4 = FloatVector.broadcast(FLOATS, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            s42 = x4.fma(b2, s42);
            s43 = x4.fma(b3, s43);
            FloatVector x5 = FloatVector.broadcast(FLOATS, a[a5]);
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
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s02 = load(c, cStart + 2 * LANES);
        FloatVector s03 = load(c, cStart + 3 * LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s12 = load(c, c1 + 2 * LANES);
        FloatVector s13 = load(c, c1 + 3 * LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s22 = load(c, c2 + 2 * LANES);
        FloatVector s23 = load(c, c2 + 3 * LANES);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LANES);
        FloatVector s32 = load(c, c3 + 2 * LANES);
        FloatVector s33 = load(c, c3 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector b2 = load(b, q + 2 * LANES);
            FloatVector b3 = load(b, q + 3 * LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            s23 = x2.fma(b3, s23);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3]);
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
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s02 = load(c, cStart + 2 * LANES);
        FloatVector s03 = load(c, cStart + 3 * LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s12 = load(c, c1 + 2 * LANES);
        FloatVector s13 = load(c, c1 + 3 * LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s22 = load(c, c2 + 2 * LANES);
        FloatVector s23 = load(c, c2 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector b2 = load(b, q + 2 * LANES);
            FloatVector b3 = load(b, q + 3 * LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            s13 = x1.fma(b3, s13);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
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
        if (rows == 1) {
            int q = bStart;
            int a0 = start;
            FloatVector s00 = load(c, cStart);
            FloatVector s01 = load(c, cStart + LANES);
            FloatVector s02 = load(c, cStart + 2 * LANES);
            FloatVector s03 = load(c, cStart + 3 * LANES);
            for (int p = 0; p < terms; p++) {
                FloatVector b0 = load(b, q);
                FloatVector b1 = load(b, q + LANES);
                FloatVector b2 = load(b, q + 2 * LANES);
                FloatVector b3 = load(b, q + 3 * LANES);
                FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
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
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s02 = load(c, cStart + 2 * LANES);
        FloatVector s03 = load(c, cStart + 3 * LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s12 = load(c, c1 + 2 * LANES);
        FloatVector s13 = load(c, c1 + 3 * LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector b2 = load(b, q + 2 * LANES);
            FloatVector b3 = load(b, q + 3 * LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            s03 = x0.fma(b3, s03);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
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
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LANES);
        FloatVector s40 = load(c, c4);
        FloatVector s41 = load(c, c4 + LANES);
        FloatVector s50 = load(c, c5);
        FloatVector s51 = load(c, c5 + LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            FloatVector x4 = FloatVector.broadcast(FLOATS, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            FloatVector x5 = FloatVector.broadcast(FLOATS, a[a5]);
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
        int a1 = start + aRow;
        int a2 = start + 2 * aRow;
        int a3 = start + 3 * aRow;
        int c1 = cStart + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3]);
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

    /** For neighbouring terms: twelve chains hide the latency of fma, and indices p + a constant need no checks. */
    /** The last rows: one to three, as in {@link #tile1or2x4}. */
    private static void tile1to3x2(
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
        if (rows == 1) {
            int q = bStart;
            int a0 = start;
            FloatVector s00 = load(c, cStart);
            FloatVector s01 = load(c, cStart + LANES);
            for (int p = 0; p < terms; p++) {
                FloatVector b0 = load(b, q);
                FloatVector b1 = load(b, q + LANES);
                FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
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
            FloatVector s00 = load(c, cStart);
            FloatVector s01 = load(c, cStart + LANES);
            FloatVector s10 = load(c, c1);
            FloatVector s11 = load(c, c1 + LANES);
            for (int p = 0; p < terms; p++) {
                FloatVector b0 = load(b, q);
                FloatVector b1 = load(b, q + LANES);
                FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
                s00 = x0.fma(b0, s00);
                s01 = x0.fma(b1, s01);
                FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
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
        FloatVector s00 = load(c, cStart);
        FloatVector s01 = load(c, cStart + LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        for (int p = 0; p < terms; p++) {
            FloatVector b0 = load(b, q);
            FloatVector b1 = load(b, q + LANES);
            FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2]);
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

    /** Four rows or one, together for the reason given at {@link #outer1or2}. */
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
}
