package org.noisebook.regime;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.linalg.Dot;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Stream;

/**
 * Eigenvalues and eigenvectors of a kernel on probes, the largest first.
 *
 * <p>All of them by Commons Math, or the leading ones by a randomised block Krylov method: Rayleigh and Ritz in the span
 * of K^j Z for a Gaussian block Z, until the wanted ones have converged (Musco and Musco 2015, arXiv 1504.05477).
 *
 * <p><b>Shapes</b>: {@code values[count]}, vectors of length n.
 *
 * <p><b>Special cases</b>: a kernel of lower rank than asked for has zeros at the end; equal eigenvalues are found as often
 * as they occur; values that are no finite numbers are an error.
 *
 * <p><b>Error</b>: {@link #residual} bounds the distance of a value to an eigenvalue; the partial method stops at 1e-10 of
 * the largest. A block can in principle miss a direction: with probability zero, and by rounding only if the start had no
 * more than 1e-16 of it.
 *
 * <p><b>Cost</b>: all of 512 probes take half a second, n³; leading ones a few dozen products with vectors a value, each 4
 * operations a weight and probe, and 16 n bytes a vector of the basis.
 */
public final class KernelSpectrum {
    private static final int MOST_PROBES = 1024;
    private static final int OVERSAMPLING = 4;
    private static final int MOST_BLOCKS = 40;
    private static final double TOLERANCE = 1e-10;
    /** A vector that loses this share of its norm in orthogonalisation is in the span. */
    private static final double DEPENDENT = 1e-13;

    private final double[] values;
    private final double[][] vectors;
    private final double[] residuals;

    private KernelSpectrum(double[] values, double[][] vectors, double[] residuals) {
        this.values = values;
        this.vectors = vectors;
        this.residuals = residuals;
    }

    /**
     * The whole spectrum.
     *
     * @throws IllegalArgumentException for no or more than 1024 probes, or values that are no finite numbers
     */
    public static KernelSpectrum of(ProbeKernel kernel) {
        int n = kernel.size();
        if (n < 1 || n > MOST_PROBES) {
            throw new IllegalArgumentException("a whole spectrum needs probes in [1, " + MOST_PROBES + "], got " + n
                    + (n < 1 ? "" : "; use leading()"));
        }
        double[] values = kernel.matrix(1);
        double[][] matrix = new double[n][];
        double[][] basis = new double[n][n];
        for (int i = 0; i < n; i++) {
            matrix[i] = Arrays.copyOfRange(values, i * n, (i + 1) * n);
            basis[i][i] = 1;
        }
        return ritz(basis, matrix, n, n);
    }

    /**
     * The leading eigenvalues and vectors.
     *
     * @param count how many, in [1, n]
     * @param stream draws the start
     * @throws IllegalArgumentException for another count, values that are no finite numbers, or a spectrum so flat that the
     *     method does not converge
     */
    public static KernelSpectrum leading(ProbeKernel kernel, int count, Stream stream) {
        int n = kernel.size();
        if (count < 1 || count > n) {
            throw new IllegalArgumentException("count must be in [1, size=" + n + "], got " + count);
        }
        int block = Math.min(n, count + OVERSAMPLING);
        int most = Math.min(n, MOST_BLOCKS * block);
        double[][] basis = new double[most][];
        double[][] images = new double[most][];
        double[][] next = new double[block][n];
        for (double[] vector : next) {
            for (int i = 0; i < n; i++) {
                vector[i] = stream.nextGaussian();
            }
        }
        int size = 0;
        while (true) {
            int before = size;
            for (double[] vector : next) {
                if (size < most && addOrthogonal(basis, size, vector)) {
                    images[size] = kernel.times(basis[size]);
                    size++;
                }
            }
            KernelSpectrum spectrum = ritz(basis, images, size, Math.min(count, size));
            if (size == before || size == n || spectrum.converged()) {
                return spectrum.padded(count, n);
            }
            if (size == most) {
                throw new IllegalArgumentException("the leading " + count + " eigenvalues did not converge in " + most
                        + " dimensions: the spectrum is too flat");
            }
            next = new double[size - before][];
            for (int k = before; k < size; k++) {
                next[k - before] = images[k].clone();
            }
        }
    }

    /** Makes a vector orthogonal to the basis, twice against rounding, and adds it; not if it was in its span. */
    private static boolean addOrthogonal(double[][] basis, int size, double[] vector) {
        double length = StrictMath.sqrt(Dot.inOrder(vector, vector));
        if (!Double.isFinite(length)) {
            throw new IllegalArgumentException("kernel must be finite, got a product with a vector of norm " + length);
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < size; k++) {
                double share = Dot.inOrder(basis[k], vector);
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = Math.fma(-share, basis[k][i], vector[i]);
                }
            }
        }
        double left = StrictMath.sqrt(Dot.inOrder(vector, vector));
        if (!(left > DEPENDENT * length)) {
            return false;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= left;
        }
        basis[size] = vector;
        return true;
    }

    /** Eigenvalues of QᵀKQ, their vectors in the span of Q, and ‖Kv − λv‖. */
    private static KernelSpectrum ritz(double[][] basis, double[][] images, int size, int count) {
        int n = size == 0 ? 0 : basis[0].length;
        double[][] small = new double[size][size];
        for (int j = 0; j < size; j++) {
            for (int k = 0; k <= j; k++) {
                small[j][k] = Dot.inOrder(basis[k], images[j]);
                small[k][j] = small[j][k];
                if (!Double.isFinite(small[j][k])) {
                    throw new IllegalArgumentException("kernel must be finite, got " + small[j][k]);
                }
            }
        }
        double[] values = new double[count];
        double[][] vectors = new double[count][n];
        double[] residuals = new double[count];
        if (count == 0) {
            return new KernelSpectrum(values, vectors, residuals);
        }
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(small, false));
        for (int c = 0; c < count; c++) {
            values[c] = eigen.getRealEigenvalue(c);
            double[] weights = eigen.getEigenvector(c).toArray();
            double[] image = new double[n];
            for (int k = 0; k < size; k++) {
                for (int i = 0; i < n; i++) {
                    vectors[c][i] = Math.fma(weights[k], basis[k][i], vectors[c][i]);
                    image[i] = Math.fma(weights[k], images[k][i], image[i]);
                }
            }
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double left = image[i] - values[c] * vectors[c][i];
                squares = Math.fma(left, left, squares);
            }
            residuals[c] = StrictMath.sqrt(squares);
        }
        return new KernelSpectrum(values, vectors, residuals);
    }

    private boolean converged() {
        for (double residual : residuals) {
            if (residual > TOLERANCE * Math.abs(values[0])) {
                return false;
            }
        }
        return true;
    }

    /** Zeros for what the rank of the kernel leaves open. */
    private KernelSpectrum padded(int count, int n) {
        if (values.length == count) {
            return this;
        }
        double[][] more = new double[count][];
        for (int c = 0; c < count; c++) {
            more[c] = c < values.length ? vectors[c] : new double[n];
        }
        return new KernelSpectrum(Arrays.copyOf(values, count), more, Arrays.copyOf(residuals, count));
    }

    /** A copy of the eigenvalues, the largest first. */
    public double[] values() {
        return values.clone();
    }

    /** A copy of an eigenvector of length 1; zeros beyond the rank. */
    public double[] vector(int index) {
        return vectors[index].clone();
    }

    /** ‖Kv − λv‖ of an eigenvector. */
    public double residual(int index) {
        return residuals[index];
    }
}
