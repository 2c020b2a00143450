package org.noisebook.linalg;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * All eigenvalues of a symmetric matrix, and the components of vectors in its eigenbasis, which is not formed.
 *
 * <p>Householder reflections to tridiagonal form, then implicit QL (Bowdler, Martin, Reinsch and Wilkinson 1968, Numer.
 * Math. 11, 293); vectors go through the same reflections and rotations.
 *
 * <p><b>Shapes</b>: matrix {@code [n][n]}, row-major; only its lower triangle is read. <b>Special cases</b>:
 * eigenvectors of equal eigenvalues are arbitrary, so only the sum of the squared components is meaningful; NaN or
 * infinite numbers are an error. <b>Error</b>: a few n ε times the largest eigenvalue. <b>Cost</b>: 4/3 n³ operations;
 * memory for the matrix and about n² rotation parameters.
 */
public final class SymmetricSpectrum {
    private static final int MOST_SWEEPS = 60;
    /** Sweeps after which what is rounding of the largest eigenvalue, not of the neighbours, also counts as zero. */
    private static final int PATIENCE = 30;

    private final int n;
    /** Below the diagonal, the Householder vectors, one per row; {@link #scales} holds 2/|v|² for each. */
    private final double[] a;

    private final double[] scales;
    private final double[] diagonal;
    private final double[] off;
    /** Cosines and sines of the rotations in order, and the first of the two coordinates each one rotates. */
    private double[] turns = new double[1 << 10];

    private int[] places = new int[1 << 9];
    private int rotations;
    private int[] order = {};

    private SymmetricSpectrum(int n, double[] matrix) {
        this.n = n;
        this.a = matrix;
        this.scales = new double[n];
        this.diagonal = new double[n];
        this.off = new double[n];
    }

    /**
     * Decomposes a symmetric matrix.
     *
     * @throws IllegalArgumentException if a number is not finite or the length is not n²
     */
    public static SymmetricSpectrum of(int n, double[] matrix) {
        if (n < 1 || matrix.length != (long) n * n) {
            throw new IllegalArgumentException("matrix must have n² numbers, got " + matrix.length + " for n = " + n);
        }
        if (Arrays.stream(matrix).anyMatch(value -> !Double.isFinite(value))) {
            throw new IllegalArgumentException("matrix must be finite");
        }
        SymmetricSpectrum spectrum = new SymmetricSpectrum(n, matrix.clone());
        spectrum.reduce();
        spectrum.iterate();
        spectrum.order = IntStream.range(0, n)
                .boxed()
                .sorted((a, b) -> Double.compare(spectrum.diagonal[b], spectrum.diagonal[a]))
                .mapToInt(k -> k)
                .toArray();
        return spectrum;
    }

    /** Reduces from the last row upwards; {@code off[k]} couples k and k + 1. */
    private void reduce() {
        double[] v = new double[n];
        double[] q = new double[n];
        for (int k = n - 1; k > 0; k--) {
            int row = k * n;
            diagonal[k] = a[row + k];
            double largest = 0;
            for (int j = 0; j < k; j++) {
                largest = Math.max(largest, Math.abs(a[row + j]));
            }
            if (k == 1 || largest == 0) {
                off[k - 1] = a[row + k - 1];
                continue;
            }
            for (int j = 0; j < k; j++) {
                v[j] = a[row + j] / largest;
            }
            double norm = StrictMath.sqrt(dot(v, 0, v, k));
            double head = v[k - 1] > 0 ? -norm : norm;
            off[k - 1] = head * largest;
            v[k - 1] -= head;
            double scale = 2 / dot(v, 0, v, k);
            Arrays.fill(q, 0, k, 0);
            for (int i = 0; i < k; i++) {
                // Both halves of the product, from the lower triangle alone.
                q[i] += dot(a, i * n, v, i) + a[i * n + i] * v[i];
                add(v[i], a, i * n, q, i);
            }
            double half = 0.5 * scale * scale * dot(q, 0, v, k);
            for (int i = 0; i < k; i++) {
                q[i] = scale * q[i] - half * v[i];
            }
            for (int i = 0; i < k; i++) {
                subtract(v[i], q, q[i], v, a, i * n, i + 1);
            }
            System.arraycopy(v, 0, a, row, k);
            scales[k] = scale;
        }
        diagonal[0] = a[0];
    }

    /** A dot product with four independent sums. */
    private static double dot(double[] a, int start, double[] b, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = 0;
        for (; j + 3 < count; j += 4) {
            s0 += a[start + j] * b[j];
            s1 += a[start + j + 1] * b[j + 1];
            s2 += a[start + j + 2] * b[j + 2];
            s3 += a[start + j + 3] * b[j + 3];
        }
        for (; j < count; j++) {
            s0 += a[start + j] * b[j];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static void add(double factor, double[] a, int start, double[] out, int count) {
        for (int j = 0; j < count; j++) {
            out[j] += factor * a[start + j];
        }
    }

    private static void subtract(double f, double[] x, double g, double[] y, double[] a, int start, int count) {
        for (int j = 0; j < count; j++) {
            a[start + j] -= f * x[j] + g * y[j];
        }
    }

    private void iterate() {
        double largest = 0;
        for (int k = 0; k < n; k++) {
            largest = Math.max(largest, Math.abs(diagonal[k]) + Math.abs(off[k]));
        }
        double rounding = Math.ulp(largest);
        for (int low = 0; low < n; low++) {
            for (int sweep = 0; ; sweep++) {
                int end = low;
                double least = sweep < PATIENCE ? 0 : rounding;
                while (end < n - 1
                        && Math.abs(off[end])
                                > Math.max(least, Math.ulp(Math.abs(diagonal[end]) + Math.abs(diagonal[end + 1])))) {
                    end++;
                }
                if (end == low) {
                    break;
                }
                if (sweep == MOST_SWEEPS) {
                    throw new IllegalArgumentException("the eigenvalues did not converge");
                }
                rotate(low, end, diagonal, off);
            }
        }
    }

    /** One implicit QL step with Wilkinson's shift on the block [low, end]. */
    private void rotate(int low, int end, double[] d, double[] e) {
        double g = (d[low + 1] - d[low]) / (2 * e[low]);
        double r = StrictMath.hypot(g, 1);
        g = d[end] - d[low] + e[low] / (g + Math.copySign(r, g));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = end - 1; i >= low; i--) {
            double f = s * e[i];
            double b = c * e[i];
            r = StrictMath.hypot(f, g);
            e[i + 1] = r;
            if (r == 0) {
                d[i + 1] -= p;
                e[end] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            double t = (d[i] - g) * s + 2 * c * b;
            p = s * t;
            d[i + 1] = g + p;
            g = c * t - b;
            keep(c, s, i);
        }
        d[low] -= p;
        e[low] = g;
        e[end] = 0;
    }

    private void keep(double c, double s, int place) {
        if (rotations == places.length) {
            places = Arrays.copyOf(places, 2 * rotations);
            turns = Arrays.copyOf(turns, 4 * rotations);
        }
        turns[2 * rotations] = c;
        turns[2 * rotations + 1] = s;
        places[rotations++] = place;
    }

    /** The eigenvalues in descending order. */
    public double[] values() {
        return Arrays.stream(order).mapToDouble(k -> diagonal[k]).toArray();
    }

    /** The components of a vector along the eigenvectors, in the order of the values; O(n²). */
    public double[] parts(double... vector) {
        double[] z = vector.clone();
        for (int k = n - 1; k > 0; k--) {
            reflect(k, z);
        }
        for (int t = 0; t < rotations; t++) {
            turn(z, places[t], turns[2 * t], turns[2 * t + 1]);
        }
        return Arrays.stream(order).mapToDouble(k -> z[k]).toArray();
    }

    /** The vector with given components: {@code vector(parts(x))} is x. */
    public double[] vector(double... parts) {
        double[] z = new double[n];
        for (int k = 0; k < n; k++) {
            z[order[k]] = parts[k];
        }
        for (int t = rotations - 1; t >= 0; t--) {
            turn(z, places[t], turns[2 * t], -turns[2 * t + 1]);
        }
        for (int k = 1; k < n; k++) {
            reflect(k, z);
        }
        return z;
    }

    private void reflect(int k, double[] z) {
        double along = scales[k] * dot(a, k * n, z, k);
        for (int j = 0; j < k; j++) {
            z[j] -= along * a[k * n + j];
        }
    }

    private static void turn(double[] z, int place, double c, double s) {
        double next = z[place + 1];
        z[place + 1] = s * z[place] + c * next;
        z[place] = c * z[place] - s * next;
    }
}
