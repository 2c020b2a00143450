package org.noisebook.solver;

import java.util.Arrays;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * The response (iω − A)⁻¹b of x′ = Ax + bu to a wave e^{iωt}, from the eigenvectors of A: V (iω − Λ)⁻¹ V⁻¹b, or from given modes.
 *
 * <p>Its error is rounding times {@link #condition}, the condition number of V in the 2-norm with columns of length 1: large for a matrix
 * far from normal. {@link #solve} needs no eigenvectors.
 *
 * <p><b>Shapes</b>: A square, {@code [row][column]}; a response is {real parts, imaginary parts}. <b>Units</b>: ω in radians per time.
 * <b>Special cases</b>: infinite on an undamped mode; dependent
 * eigenvectors show as a condition near 1e16 or above, or as an exception. <b>Cost</b>: n³ once, n² a frequency (n for modes); {@link #solve} 8n³/3.
 * Not for A whose eigenvectors are dependent: perturb it first (Yu et al. 2023, arXiv 2310.01698).
 */
public final class Resolvent {
    private static final int POWERS = 100;

    private final double[] decays;
    private final double[] frequencies;
    /** Real and imaginary parts of V; none for modes. */
    private final double[][][] vectors;

    private final double[][] weights;
    private final double condition;

    private Resolvent(
            double[] decays, double[] frequencies, double[][][] vectors, double[][] weights, double condition) {
        this.decays = decays;
        this.frequencies = frequencies;
        this.vectors = vectors;
        this.weights = weights;
        this.condition = condition;
    }

    /** The response of independent modes, 1/(decay + i(ω − frequency)) each: a comb of Lorentz lines. */
    public static Resolvent ofModes(double[] decays, double[] frequencies) {
        if (decays.length != frequencies.length) {
            throw new IllegalArgumentException(
                    "decays and frequencies must be equally many, got " + decays.length + " and " + frequencies.length);
        }
        double[] ones = new double[decays.length];
        Arrays.fill(ones, 1);
        return new Resolvent(
                decays.clone(),
                frequencies.clone(),
                new double[0][][],
                new double[][] {ones, new double[ones.length]},
                1);
    }

    /**
     * The response of a system.
     *
     * @throws org.apache.commons.math3.linear.SingularMatrixException if its eigenvectors are dependent to the last bit
     */
    public static Resolvent of(double[][] a, double... b) {
        int n = b.length;
        EigenDecomposition eigen = new EigenDecomposition(MatrixUtils.createRealMatrix(a));
        RealMatrix real = eigen.getV();
        double[] imaginary = eigen.getImagEigenvalues();
        double[][][] v = new double[2][n][n];
        for (int k = 0; k < n; k++) {
            int first = imaginary[k] < 0 ? k - 1 : k;
            double length = 0;
            for (int i = 0; i < n; i++) {
                v[0][i][k] = real.getEntry(i, first);
                v[1][i][k] = imaginary[k] == 0 ? 0 : Math.signum(imaginary[k]) * real.getEntry(i, first + 1);
                length += v[0][i][k] * v[0][i][k] + v[1][i][k] * v[1][i][k];
            }
            for (int i = 0; i < n; i++) {
                v[0][i][k] /= Math.sqrt(length);
                v[1][i][k] /= Math.sqrt(length);
            }
        }
        RealMatrix both = both(v[0], v[1]);
        RealMatrix inverse = new LUDecomposition(both, 0).getSolver().getInverse();
        double[] c = inverse.operate(Arrays.copyOf(b, 2 * n));
        return new Resolvent(
                Arrays.stream(eigen.getRealEigenvalues()).map(x -> -x).toArray(),
                imaginary,
                v,
                new double[][] {Arrays.copyOf(c, n), Arrays.copyOfRange(c, n, 2 * n)},
                norm(both) * norm(inverse));
    }

    /** The real matrix that acts on real and imaginary parts as a complex one does. */
    private static RealMatrix both(double[][] real, double[][] imaginary) {
        int n = real.length;
        RealMatrix all = MatrixUtils.createRealMatrix(2 * n, 2 * n);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                all.setEntry(i, k, real[i][k]);
                all.setEntry(n + i, n + k, real[i][k]);
                all.setEntry(n + i, k, imaginary[i][k]);
                all.setEntry(i, n + k, -imaginary[i][k]);
            }
        }
        return all;
    }

    /** The largest singular value, by {@value #POWERS} powers of MᵀM: below it by less than 1 %. */
    private static double norm(RealMatrix m) {
        RealVector x = new ArrayRealVector(m.getColumnDimension());
        for (int k = 0; k < x.getDimension(); k++) {
            x.setEntry(k, 1 + 0.5 * StrictMath.sin(k + 1));
        }
        double norm = 0;
        for (int t = 0; t < POWERS; t++) {
            x.unitize();
            RealVector image = m.operate(x);
            norm = image.getNorm();
            x = m.preMultiply(image);
        }
        return norm;
    }

    /** The same without eigenvectors, by elimination with pivots. */
    public static double[][] solve(double[][] a, double[] b, double omega) {
        int n = b.length;
        double[][] real = new double[n][n];
        double[][] imaginary = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                real[i][k] = -a[i][k];
            }
            imaginary[i][i] = omega;
        }
        double[] x = new LUDecomposition(both(real, imaginary))
                .getSolver()
                .solve(new ArrayRealVector(Arrays.copyOf(b, 2 * n)))
                .toArray();
        return new double[][] {Arrays.copyOf(x, n), Arrays.copyOfRange(x, n, 2 * n)};
    }

    /** The condition number of the eigenvectors; 1 for modes. */
    public double condition() {
        return condition;
    }

    /** Minus the real parts of the eigenvalues. */
    public double[] decays() {
        return decays.clone();
    }

    /** The imaginary parts of the eigenvalues. */
    public double[] frequencies() {
        return frequencies.clone();
    }

    /** The response at a frequency. */
    public double[][] at(double omega) {
        int n = decays.length;
        double[][] mode = new double[2][n];
        for (int k = 0; k < n; k++) {
            double off = omega - frequencies[k];
            double square = decays[k] * decays[k] + off * off;
            mode[0][k] = (weights[0][k] * decays[k] + weights[1][k] * off) / square;
            mode[1][k] = (weights[1][k] * decays[k] - weights[0][k] * off) / square;
        }
        if (vectors.length == 0) {
            return mode;
        }
        double[][] x = new double[2][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                x[0][i] += vectors[0][i][k] * mode[0][k] - vectors[1][i][k] * mode[1][k];
                x[1][i] += vectors[0][i][k] * mode[1][k] + vectors[1][i][k] * mode[0][k];
            }
        }
        return x;
    }
}
