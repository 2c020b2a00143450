package org.noisebook.linalg;

import java.util.Arrays;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chains of fused multiply-adds over {@code double} rows, vectorised over columns.
 *
 * <p>A tile of the result with up to six rows of four registers stays in registers while its terms are added, with two
 * registers per row if the machine has sixteen registers instead of thirty-two. Columns are processed in panels and
 * terms in blocks, so that a block of a panel stays in the first-level cache for all rows; each chain continues in the
 * next block from its stored value.
 *
 * <p>The product with a transposed matrix copies it panel by panel, at about 4 numbers per nanosecond; for small
 * batches this takes longer than the multiply-adds. If the batch, padded to {@link Kernels#PAD} rows, is small compared
 * with the matrix, the batch is transposed instead, and then the result; the chains are the same. Transposing in
 * registers, by rearranging lanes, was ten times slower in float32 on Java 17.
 */
final class VectorDoubleProducts {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    /** Registers of 512 bits come in a set of 32. */
    private static final boolean WIDE = DOUBLES.vectorBitSize() == 512;

    private static final int SIX = 6;
    private static final int FOUR = 4;
    /** Number of registers per row of the narrower tile. */
    private static final int NARROW = 2;
    private static final int THREE = 3;
    private static final int TERMS = 256;
    private static final int TRANSPOSED_TERMS = 128;
    private static final int TRANSPOSED_COLUMNS = WIDE ? 4 * LANES : Kernels.PAD;

    private final double[] transposed = new double[TRANSPOSED_TERMS * TRANSPOSED_COLUMNS];
    /** Enlarged when needed. */
    private double[] fewRows = new double[0];

    private double[] sums = new double[0];

    /** c[i][j] += Σ_p a[i][p] b[p][j] for the columns from {@code j} on, a multiple of the lanes. */
    static void add(int m, int terms, int j, int columns, DoubleView a, DoubleView b, DoubleView c) {
        int padded = Kernels.padded(columns);
        for (int p = 0; p < terms; p += TERMS) {
            addBlock(m, Math.min(TERMS, terms - p), j, padded, a.from(0, p), b.from(p), c);
        }
    }

    /**
     * w[i][j] += Σ_k a[k][i] d[k][j]: a few rows of d stay in registers during a pass over w; more use {@link #add}.
     */
    static void addOuter(int batch, int inputs, int outputs, DoubleView a, DoubleView d, DoubleView w) {
        int j = 0;
        if (batch <= FOUR) {
            int padded = Kernels.padded(outputs);
            for (; j + 4 * LANES <= padded; j += 4 * LANES) {
                switch (batch) {
                    case FOUR -> VectorDoubleTiles.outer4(inputs, a, d, w, j);
                    case THREE -> VectorDoubleTiles.outer3(inputs, a, d, w, j);
                    default -> VectorDoubleTiles.outer1or2(batch, inputs, a, d, w, j);
                }
            }
        }
        add(inputs, batch, j, outputs, a.transposed(), d, w);
    }

    private static void addBlock(int m, int terms, int j, int padded, DoubleView a, DoubleView b, DoubleView c) {
        int at = j;
        if (WIDE) {
            for (; at + 4 * LANES <= padded; at += 4 * LANES) {
                panel4(m, terms, at, a, b, c);
            }
        }
        for (; at + 2 * LANES <= padded; at += 2 * LANES) {
            panel2(m, terms, at, a, b, c);
        }
        // float: for (; at < padded; at += LANES) {
        // float:     VectorColumn.add(m, terms, a, b, c, at);
        // float: }
    }

    /** c[i][j] = Σ_p a[i][p] b[j][p]; transposes a if it has few rows, else panels of b. */
    void multiplyTransposed(int m, int terms, int columns, DoubleView a, DoubleView b, DoubleView c) {
        // The smaller copies must also compensate for chains of padding; the bound is measured.
        if (3L * Kernels.padded(m) * (terms + columns) <= 2L * terms * columns) {
            multiplyFewRows(m, terms, columns, a, b, c);
            return;
        }
        zero(m, columns, c);
        for (int p = 0; p < terms; p += TRANSPOSED_TERMS) {
            int count = Math.min(TRANSPOSED_TERMS, terms - p);
            for (int j = 0; j < columns; j += TRANSPOSED_COLUMNS) {
                int width = Math.min(TRANSPOSED_COLUMNS, columns - j);
                DoubleView panel = DoubleView.of(transposed, Kernels.padded(width));
                transpose(width, count, b.from(j, p), panel);
                clear(count, width, panel);
                addBlock(m, count, 0, panel.rowStride(), a.from(0, p), panel, c.from(0, j));
            }
        }
    }

    /** The same through the transpose of c, whose element (j, i) is Σ_p b[j][p] a[i][p]. */
    private void multiplyFewRows(int m, int terms, int columns, DoubleView a, DoubleView b, DoubleView c) {
        int padded = Kernels.padded(m);
        if (fewRows.length <= terms * padded) {
            fewRows = new double[terms * padded + 1];
        }
        if (sums.length < (columns + 1) * padded) {
            sums = new double[(columns + 1) * padded];
        }
        // The padding of fewRows affects only the padding of sums, which is not read.
        DoubleView few = DoubleView.of(fewRows, padded);
        DoubleView sum = DoubleView.of(sums, padded);
        transpose(m, terms, a, few);
        Arrays.fill(sums, 0, (columns + 1) * padded, 0);
        add(columns, terms, 0, m, b, few, sum);
        transpose(columns, m, sum, c);
        int end = Kernels.padded(columns);
        if (columns < end) {
            // A padding column of c is a product with zeros, which is not 0 for NaN or infinities.
            int zero = terms * padded;
            fewRows[zero] = 0;
            add(1, terms, 0, m, new DoubleView(fewRows, zero, 0, 0), few, sum.from(columns));
            for (int i = 0; i < m; i++) {
                Arrays.fill(c.values(), c.at(i, columns), c.at(i, end), sum.get(columns, i));
            }
        }
    }

    /** to[j][i] = from[i][j]. */
    private static void transpose(int m, int columns, DoubleView from, DoubleView to) {
        int i = 0;
        for (; i + 8 <= m; i += 8) {
            transposeEight(columns, from, i, to);
        }
        for (; i < m; i++) {
            int row = from.at(i, 0);
            int at = to.at(0, i);
            for (int j = 0; j < columns; j++) {
                to.values()[at] = from.values()[row + j];
                at += to.rowStride();
            }
        }
    }

    private static void transposeEight(int columns, DoubleView source, int i, DoubleView target) {
        double[] from = source.values();
        double[] to = target.values();
        int toStride = target.rowStride();
        // each R = 8
        int row$r = source.at(i + $r, 0); // each r
        int at = target.at(0, i);
        for (int j = 0; j < columns; j++) {
            to[at + $r] = from[row$r + j]; // each r
            at += toStride;
        }
        // end
    }

    /** Sets the padding columns of each row to 0. */
    private static void clear(int m, int columns, DoubleView c) {
        int padded = Kernels.padded(columns);
        for (int i = 0; i < m && columns < padded; i++) {
            Arrays.fill(c.values(), c.at(i, columns), c.at(i, padded), 0);
        }
    }

    static void zero(int m, int columns, DoubleView c) {
        int padded = Kernels.padded(columns);
        if (c.rowStride() == padded) {
            Arrays.fill(c.values(), c.at(0, 0), c.at(m, 0), 0);
            return;
        }
        for (int i = 0; i < m; i++) {
            Arrays.fill(c.values(), c.at(i, 0), c.at(i, padded), 0);
        }
    }

    // each C = 4, 2
    /** $C registers of columns per tile. */
    private static void panel$C(int m, int terms, int j, DoubleView a, DoubleView b, DoubleView c) {
        int i = 0;
        while (i < m) {
            int rest = m - i;
            if (rest >= SIX && rest != FOUR + THREE && rest != 2 * FOUR) {
                VectorDoubleTiles.tile6x$C(terms, a, i, b, c, j);
                i += SIX;
            } else if (rest >= FOUR && ($C == NARROW || rest != FOUR + 1)) {
                VectorDoubleTiles.tile4x$C(terms, a, i, b, c, j);
                i += FOUR;
            } else if (rest >= THREE) {
                VectorDoubleTiles.tile3x$C(terms, a, i, b, c, j);
                i += THREE;
            } else {
                VectorDoubleTiles.few$C(rest, terms, a, i, b, c, j);
                i = m;
            }
        }
    }
    // end
}
