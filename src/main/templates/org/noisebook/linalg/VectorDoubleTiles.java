package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of rows and registers of columns for {@link VectorDoubleProducts}, whose sums stay in registers.
 *
 * <p>Tiles of few rows share a method that exceeds HotSpot's inlining limit (325 bytes): vectors in a method that is
 * inlined into a large one can end up as objects, which made two rows four times slower.
 */
final class VectorDoubleTiles {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();

    private VectorDoubleTiles() {}

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }

    // each C = 4, 2
    // each R = 6, 4, 3
    /** c[i][j] += Σ_p a[i][p] b[p][j] in $R rows from i on and $C registers of columns from j on. */
    static void tile$Rx$C(int terms, DoubleView left, int i, DoubleView right, DoubleView to, int j) {
        double[] a = left.values();
        double[] b = right.values();
        double[] c = to.values();
        int aTerm = left.columnStride();
        int bStride = right.rowStride();
        int q = right.at(0, j);
        int a$r = left.at(i + $r, 0); // each r
        int c$r = to.at(i + $r, j); // each r
        DoubleVector s$r_$c = load(c, c$r + $c * LANES); // each r, c
        for (int p = 0; p < terms; p++) {
            DoubleVector b$c = load(b, q + $c * LANES); // each c
            // each r
            DoubleVector x$r = DoubleVector.broadcast(DOUBLES, a[a$r]);
            s$r_$c = x$r.fma(b$c, s$r_$c); // each c
            // end
            q += bStride;
            a$r += aTerm; // each r
        }
        s$r_$c.intoArray(c, c$r + $c * LANES); // each r, c
    }

    // end
    /** The same for one or two rows. */
    static void few$C(int rows, int terms, DoubleView left, int i, DoubleView right, DoubleView to, int j) {
        double[] a = left.values();
        double[] b = right.values();
        double[] c = to.values();
        int aTerm = left.columnStride();
        int bStride = right.rowStride();
        // each R = 1, 2
        if (rows == $R) {
            int q = right.at(0, j);
            int a$r = left.at(i + $r, 0); // each r
            int c$r = to.at(i + $r, j); // each r
            DoubleVector s$r_$c = load(c, c$r + $c * LANES); // each r, c
            for (int p = 0; p < terms; p++) {
                DoubleVector b$c = load(b, q + $c * LANES); // each c
                // each r
                DoubleVector x$r = DoubleVector.broadcast(DOUBLES, a[a$r]);
                s$r_$c = x$r.fma(b$c, s$r_$c); // each c
                // end
                q += bStride;
                a$r += aTerm; // each r
            }
            s$r_$c.intoArray(c, c$r + $c * LANES); // each r, c
            return;
        }
        // end
    }

    // end
    // each C = 4
    // each R = 4, 3
    /** w[i][j] += Σ_k a[k][i] d[k][j] for $R rows of d, in $C registers of columns. */
    static void outer$R(int rows, DoubleView left, DoubleView right, DoubleView to, int j) {
        double[] a = left.values();
        double[] d = right.values();
        double[] w = to.values();
        int wStride = to.rowStride();
        int q = to.at(0, j);
        int a$r = left.at($r, 0); // each r
        int d$r = right.at($r, j); // each r
        DoubleVector d$r_$c = load(d, d$r + $c * LANES); // each r, c
        for (int i = 0; i < rows; i++) {
            DoubleVector x$r = DoubleVector.broadcast(DOUBLES, a[a$r + i]); // each r
            // each c
            DoubleVector s$c = load(w, q + $c * LANES);
            s$c = x$r.fma(d$r_$c, s$c); // each r
            s$c.intoArray(w, q + $c * LANES);
            // end
            q += wStride;
        }
    }

    // end
    /** The same for one or two rows of d. */
    static void outer1or2(int batch, int rows, DoubleView left, DoubleView right, DoubleView to, int j) {
        double[] a = left.values();
        double[] d = right.values();
        double[] w = to.values();
        int wStride = to.rowStride();
        // each R = 1, 2
        if (batch == $R) {
            int q = to.at(0, j);
            int a$r = left.at($r, 0); // each r
            int d$r = right.at($r, j); // each r
            DoubleVector d$r_$c = load(d, d$r + $c * LANES); // each r, c
            for (int i = 0; i < rows; i++) {
                DoubleVector x$r = DoubleVector.broadcast(DOUBLES, a[a$r + i]); // each r
                // each c
                DoubleVector s$c = load(w, q + $c * LANES);
                s$c = x$r.fma(d$r_$c, s$c); // each r
                s$c.intoArray(w, q + $c * LANES);
                // end
                q += wStride;
            }
            return;
        }
        // end
    }
    // end
}
