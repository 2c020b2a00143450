package org.noisebook.linalg;

/**
 * Ridge regression for many targets and ridges: the c that minimises ‖A c − y‖² + r ‖c‖², from the spectrum of the smaller Gram matrix of A.
 *
 * <p>With A Aᵀ = U diag(s²) Uᵀ, c = Aᵀ U (s² + r)⁻¹ Uᵀ y; with AᵀA = V diag(s²) Vᵀ, c = V (s² + r)⁻¹ Vᵀ Aᵀ y (Hoerl and Kennard 1970,
 * doi:10.1080/00401706.1970.10488634). It serves as a linear probe, with one target per class.
 *
 * <p><b>Shapes</b>: A {@code [rows][columns]}, y {@code [rows]}. <b>Error</b>: relative to s₁²/r units of rounding, so r should be at least 10⁻¹² s₁²; smaller
 * ridges or cuts of the spectrum need the singular values themselves. <b>Cost</b>: {@code rows · columns · n/2 + 4/3 n³} with n the smaller of both, then
 * O(rows · columns) for each target.
 */
public final class RidgeSpectrum {
    private final double[][] a;
    private final SymmetricSpectrum spectrum;
    private final double[] squares;

    private RidgeSpectrum(double[][] a, SymmetricSpectrum spectrum) {
        this.a = a;
        this.spectrum = spectrum;
        this.squares = spectrum.values();
    }

    /**
     * Decomposes; A is kept, not copied.
     *
     * @throws IllegalArgumentException if A is empty, ragged or not finite
     */
    public static RidgeSpectrum of(double[][] a) {
        int rows = a.length;
        int columns = rows == 0 ? 0 : a[0].length;
        if (columns == 0) {
            throw new IllegalArgumentException("A must have rows and columns, got " + rows + " × " + columns);
        }
        for (double[] row : a) {
            if (row.length != columns) {
                throw new IllegalArgumentException(
                        "all rows of A must have " + columns + " numbers, got " + row.length);
            }
        }
        double[][] narrow = rows <= columns ? a : transposed(a);
        int n = narrow.length;
        double[] gram = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i * n + j] = Dot.inChains(narrow[i], 0, narrow[j], 0, narrow[i].length);
            }
        }
        return new RidgeSpectrum(a, SymmetricSpectrum.of(n, gram));
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < t.length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    /** The largest squared singular value s₁². */
    public double largest() {
        return squares[0];
    }

    /**
     * The coefficients c for one target.
     *
     * @throws IllegalArgumentException if the ridge is not positive or y has another length
     */
    public double[] fit(double[] y, double ridge) {
        if (!(ridge > 0)) {
            throw new IllegalArgumentException("ridge must be above 0, got " + ridge);
        }
        if (y.length != a.length) {
            throw new IllegalArgumentException("y must have rows = " + a.length + " numbers, got " + y.length);
        }
        boolean dual = a.length <= a[0].length;
        double[] parts = spectrum.parts(dual ? y : back(y));
        for (int k = 0; k < parts.length; k++) {
            parts[k] /= Math.max(0, squares[k]) + ridge;
        }
        double[] c = spectrum.vector(parts);
        return dual ? back(c) : c;
    }

    /** A c. */
    public double[] predict(double... c) {
        double[] y = new double[a.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = Dot.inChains(a[i], 0, c, 0, c.length);
        }
        return y;
    }

    /** Aᵀ y. */
    private double[] back(double... y) {
        double[] c = new double[a[0].length];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < c.length; j++) {
                c[j] = Math.fma(y[i], a[i][j], c[j]);
            }
        }
        return c;
    }
}
