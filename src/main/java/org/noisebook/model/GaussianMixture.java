package org.noisebook.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.rng.Stream;

/**
 * A Gaussian mixture Σ_k p_k N(m_k, C_k), with log density, score, Hessian, marginals, conditionals and affine images.
 *
 * <p>With responsibilities w_k = p_k N(x; m_k, C_k)/ρ(x) and s_k = −C_k⁻¹ (x − m_k): ∇ log ρ = s = Σ w_k s_k and ∇∇ log
 * ρ = Σ w_k (s_k s_kᵀ − C_k⁻¹) − s sᵀ. Bishop 2006, Pattern Recognition and Machine Learning, sections 2.3 and 9.2.
 *
 * <p><b>Shapes</b>: {@code means[k][j]}, {@code covariances[k][i][j]}. Samples are coordinate-major, {@code x[j][n]}.
 * <b>Special cases</b>: a weight may be 0. A component with zero covariance is a point mass: it is sampled and mapped
 * like any other, and interpolants can start from it, but a mixture with a point mass has no density. Densities are
 * summed relative to the largest term, so far from the means only the density itself underflows. <b>Error</b>: rounding
 * times the condition number of C_k. <b>Cost</b>: each call for a single point decomposes all covariances again, K d³/2
 * multiply-adds; for many points use {@code interpolant.MixtureInterpolant} at its end time.
 *
 * @param weights p_k, at least 0, adding up to 1 within 10⁻¹²
 * @param means m_k
 * @param covariances C_k, symmetric within 10⁻¹² of the largest element (kept exactly so), positive definite or zero
 */
public record GaussianMixture(double[] weights, double[][] means, double[][][] covariances) {
    private static final double TOLERANCE = 1e-12;
    private static final double MODE_STEP = 0.01;
    private static final double LOG_2PI = 1.8378770664093453;

    public GaussianMixture {
        weights = weights.clone();
        means = Arrays.stream(means).map(double[]::clone).toArray(double[][]::new);
        covariances = Arrays.stream(covariances).map(GaussianMixture::copy).toArray(double[][][]::new);
        checkWeights(weights);
        int count = weights.length;
        if (means.length != count || covariances.length != count) {
            throw new IllegalArgumentException("means and covariances must be as many as weights=" + count + ", got "
                    + means.length + " and " + covariances.length);
        }
        int dimension = means[0].length;
        if (dimension == 0) {
            throw new IllegalArgumentException("means must have at least 1 coordinate, got 0");
        }
        for (int k = 0; k < count; k++) {
            if (means[k].length != dimension || !Arrays.stream(means[k]).allMatch(Double::isFinite)) {
                throw new IllegalArgumentException("means[" + k + "] must be " + dimension
                        + " finite numbers as means[0] is, got " + Arrays.toString(means[k]));
            }
            checkCovariance(k, dimension, covariances[k]);
        }
    }

    private static double[][] copy(double[][] matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }

    private static void checkWeights(double[] weights) {
        if (weights.length == 0) {
            throw new IllegalArgumentException("weights must be at least 1, got 0");
        }
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            if (!(weights[k] >= 0 && weights[k] <= 1 + TOLERANCE)) {
                throw new IllegalArgumentException("weights[" + k + "] must be in [0, 1], got " + weights[k]);
            }
            sum += weights[k];
        }
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException("weights must add up to 1, got " + sum);
        }
    }

    private static void checkCovariance(int k, int dimension, double[][] c) {
        String name = "covariances[" + k + "]";
        double largest = 0;
        for (double[] row : c) {
            if (row.length != dimension || c.length != dimension) {
                throw new IllegalArgumentException(name + " must be " + dimension + " × " + dimension
                        + " as the means are, got " + c.length + " rows, one of " + row.length);
            }
            for (double element : row) {
                if (!Double.isFinite(element)) {
                    throw new IllegalArgumentException(name + " must be finite, got " + element);
                }
                largest = Math.max(largest, Math.abs(element));
            }
        }
        if (c.length != dimension) {
            throw new IllegalArgumentException(
                    name + " must be " + dimension + " × " + dimension + " as the means are, got 0 rows");
        }
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < i; j++) {
                if (Math.abs(c[i][j] - c[j][i]) > TOLERANCE * largest) {
                    throw new IllegalArgumentException(name + " must be symmetric, got " + c[i][j] + " and " + c[j][i]
                            + " at [" + i + "][" + j + "] and its mirror");
                }
                c[i][j] = 0.5 * (c[i][j] + c[j][i]);
                c[j][i] = c[i][j];
            }
        }
        if (largest > 0 && Cholesky.of(dimension, flat(c)).isEmpty()) {
            throw new IllegalArgumentException(
                    name + " must be positive definite (or zero, a point), got " + Arrays.deepToString(c));
        }
    }

    private static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A single Gaussian. */
    public static GaussianMixture of(double[] mean, double[][] covariance) {
        return new GaussianMixture(new double[] {1}, new double[][] {mean}, new double[][][] {covariance});
    }

    /** The standard normal distribution in d dimensions. */
    public static GaussianMixture standard(int dimension) {
        return point(new double[dimension]).affine(1, 1);
    }

    /** A point mass, N(m, 0). */
    public static GaussianMixture point(double... mean) {
        return of(mean, new double[mean.length][mean.length]);
    }

    /** A mixture on the line, from means and variances. */
    public static GaussianMixture onLine(double[] weights, double[] means, double[] variances) {
        return new GaussianMixture(
                weights,
                Arrays.stream(means).mapToObj(m -> new double[] {m}).toArray(double[][]::new),
                Arrays.stream(variances).mapToObj(v -> new double[][] {{v}}).toArray(double[][][]::new));
    }

    /** A mixture of Gaussians with unit covariance. */
    public static GaussianMixture unit(double[] weights, double[][] means) {
        double[][] unit = standard(means[0].length).covariances[0];
        return new GaussianMixture(
                weights, means, Collections.nCopies(means.length, unit).toArray(double[][][]::new));
    }

    /**
     * A kernel density estimate: Gaussians of one width on the given points, with equal weights.
     *
     * @param points {@code [coordinate][point]}
     * @param width their standard deviation
     */
    public static GaussianMixture kernels(double[][] points, double width) {
        int count = points[0].length;
        double[] weights = new double[count];
        Arrays.fill(weights, 1.0 / count);
        double[][] means = new double[count][points.length];
        for (int n = 0; n < count; n++) {
            for (int j = 0; j < points.length; j++) {
                means[n][j] = points[j][n];
            }
        }
        double[][] round = point(means[0]).affine(1, width * width).covariances[0];
        return new GaussianMixture(
                weights, means, Collections.nCopies(count, round).toArray(double[][][]::new));
    }

    /** The same components with new weights, which need not be normalised; components of weight 0 are dropped. */
    public GaussianMixture reweighed(IntToDoubleFunction weight) {
        double[] all = IntStream.range(0, weights.length).mapToDouble(weight).toArray();
        double total = Arrays.stream(all).sum();
        int[] kept = IntStream.range(0, all.length).filter(k -> all[k] > 0).toArray();
        return new GaussianMixture(
                IntStream.of(kept).mapToDouble(k -> all[k] / total).toArray(),
                IntStream.of(kept).mapToObj(k -> means[k]).toArray(double[][]::new),
                IntStream.of(kept).mapToObj(k -> covariances[k]).toArray(double[][][]::new));
    }

    @Override
    public double[] weights() {
        return weights.clone();
    }

    @Override
    public double[][] means() {
        return copy(means);
    }

    @Override
    public double[][][] covariances() {
        return Arrays.stream(covariances).map(GaussianMixture::copy).toArray(double[][][]::new);
    }

    /** The dimension d. */
    public int dimension() {
        return means[0].length;
    }

    /** The number K of components. */
    public int components() {
        return weights.length;
    }

    /** Whether component k is a point mass. */
    public boolean isPoint(int k) {
        return Arrays.stream(covariances[k]).flatMapToDouble(Arrays::stream).allMatch(c -> c == 0);
    }

    /** The mean E x. */
    public double[] mean() {
        double[] mean = new double[dimension()];
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] = Math.fma(weights[k], means[k][j], mean[j]);
            }
        }
        return mean;
    }

    /** The covariance Cov x = Σ p_k (C_k + (m_k − m)(m_k − m)ᵀ). */
    public double[][] covariance() {
        double[] mean = mean();
        double[][] sum = new double[mean.length][mean.length];
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < mean.length; i++) {
                for (int j = 0; j < mean.length; j++) {
                    double outer = (means[k][i] - mean[i]) * (means[k][j] - mean[j]);
                    sum[i][j] = Math.fma(weights[k], covariances[k][i][j] + outer, sum[i][j]);
                }
            }
        }
        return sum;
    }

    /** The log density log ρ(x). */
    public double logDensity(double... x) {
        return at(x).logDensity;
    }

    /**
     * The number of local maxima of the density on the line within {@code reach} of 0, found on a grid of spacing 0.01.
     */
    public int modes(double reach) {
        double[] density = DoubleStream.iterate(-reach, x -> x < reach, x -> x + MODE_STEP)
                .map(x -> IntStream.range(0, weights.length)
                        .mapToDouble(k -> weights[k]
                                / Math.sqrt(covariances[k][0][0])
                                * StrictMath.exp(-0.5 * (x - means[k][0]) * (x - means[k][0]) / covariances[k][0][0]))
                        .sum())
                .toArray();
        int modes = 0;
        for (int i = 1; i + 1 < density.length; i++) {
            modes += density[i] > density[i - 1] && density[i] >= density[i + 1] ? 1 : 0;
        }
        return modes;
    }

    /**
     * Squared Mahalanobis distances (x − m_k)ᵀ C_k⁻¹ (x − m_k), whose mean over points of component k is d.
     *
     * @param x {@code [coordinate][point]}
     * @param component k for each point; none may be a point mass
     */
    public double[] mahalanobis(double[][] x, int... component) {
        double[][] inverses = IntStream.range(0, weights.length)
                .mapToObj(k -> Cholesky.of(dimension(), flat(covariances[k]))
                        .orElseThrow()
                        .inverse())
                .toArray(double[][]::new);
        double[] squares = new double[component.length];
        for (int n = 0; n < squares.length; n++) {
            double[] mean = means[component[n]];
            double[] inverse = inverses[component[n]];
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x.length; j++) {
                    squares[n] += (x[i][n] - mean[i]) * inverse[i * x.length + j] * (x[j][n] - mean[j]);
                }
            }
        }
        return squares;
    }

    /** The responsibilities w_k(x), the probability that x came from component k. */
    public double[] responsibilities(double... x) {
        return at(x).responsibilities;
    }

    /** The score ∇ log ρ(x). */
    public double[] score(double... x) {
        return at(x).score();
    }

    /** All per-component quantities at one point. */
    private record At(double logDensity, double[] responsibilities, double[][] scores, double[][] inverses) {
        double[] score() {
            double[] score = new double[scores[0].length];
            for (int k = 0; k < responsibilities.length; k++) {
                for (int j = 0; j < score.length; j++) {
                    score[j] = Math.fma(responsibilities[k], scores[k][j], score[j]);
                }
            }
            return score;
        }
    }

    private At at(double[] x) {
        int d = dimension();
        checkPoint("x", x, d);
        int count = weights.length;
        double[] logs = new double[count];
        double[][] scores = new double[count][d];
        double[][] inverses = new double[count][];
        for (int k = 0; k < count; k++) {
            if (isPoint(k)) {
                throw new IllegalStateException("a mixture with a point has no density, got one in component " + k);
            }
            Cholesky cholesky = Cholesky.of(d, flat(covariances[k])).orElseThrow();
            inverses[k] = cholesky.inverse();
            double square = 0;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    scores[k][i] = Math.fma(-inverses[k][i * d + j], x[j] - means[k][j], scores[k][i]);
                }
                square = Math.fma(-scores[k][i], x[i] - means[k][i], square);
            }
            logs[k] = StrictMath.log(weights[k]) - 0.5 * (cholesky.logDeterminant() + d * LOG_2PI + square);
        }
        double largest = Arrays.stream(logs).max().orElseThrow();
        double[] w = Arrays.stream(logs).map(l -> StrictMath.exp(l - largest)).toArray();
        double total = Arrays.stream(w).sum();
        Arrays.setAll(w, k -> w[k] / total);
        return new At(largest + StrictMath.log(total), w, scores, inverses);
    }

    private static void checkPoint(String name, double[] x, int dimension) {
        if (x.length != dimension || !Arrays.stream(x).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    name + " must be " + dimension + " finite numbers, got " + Arrays.toString(x));
        }
    }

    /**
     * Draws points, x[j][n]; a smaller sample is a prefix of a larger one.
     *
     * <p>Each point uses one uniform and d normal numbers from the stream.
     */
    public double[][] sample(Stream stream, int count) {
        int d = dimension();
        double[][] roots = new double[weights.length][];
        for (int k = 0; k < roots.length; k++) {
            roots[k] = isPoint(k)
                    ? new double[d * d]
                    : Cholesky.of(d, flat(covariances[k])).orElseThrow().lower();
        }
        int last = lastPositive();
        double[][] x = new double[d][count];
        double[] z = new double[d];
        for (int n = 0; n < count; n++) {
            double u = stream.nextDouble();
            int c = 0;
            while (c < last && u >= weights[c]) {
                u -= weights[c++];
            }
            for (int j = 0; j < d; j++) {
                z[j] = stream.nextGaussian();
            }
            for (int i = 0; i < d; i++) {
                double sum = means[c][i];
                for (int j = 0; j <= i; j++) {
                    sum = Math.fma(roots[c][i * d + j], z[j], sum);
                }
                x[i][n] = sum;
            }
        }
        return x;
    }

    private int lastPositive() {
        return IntStream.range(0, weights.length)
                .filter(k -> weights[k] > 0)
                .max()
                .orElseThrow();
    }

    /**
     * The distribution of a x + √V z with standard normal z: a diffused mixture.
     *
     * @param scale a
     * @param variance V, at least 0
     */
    public GaussianMixture affine(double scale, double variance) {
        if (!Double.isFinite(scale) || !(variance >= 0 && variance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "scale must be finite and variance in [0, inf), got " + scale + " and " + variance);
        }
        double[][] m = means();
        double[][][] c = covariances();
        for (int k = 0; k < m.length; k++) {
            for (int i = 0; i < m[k].length; i++) {
                m[k][i] *= scale;
                for (int j = 0; j < m[k].length; j++) {
                    c[k][i][j] = scale * scale * c[k][i][j] + (i == j ? variance : 0);
                }
            }
        }
        return new GaussianMixture(weights, m, c);
    }

    /**
     * The distribution of A x + v.
     *
     * @param matrix A, A[i][j] with j below d
     * @param shift v
     * @throws IllegalArgumentException if a covariance of the image is neither positive definite nor zero
     */
    public GaussianMixture image(double[][] matrix, double[] shift) {
        int d = dimension();
        int rows = matrix.length;
        for (double[] row : matrix) {
            checkPoint("rows of matrix", row, d);
        }
        checkPoint("shift", shift, rows);
        double[][] m = new double[weights.length][rows];
        double[][][] c = new double[weights.length][rows][rows];
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < rows; i++) {
                m[k][i] = shift[i] + Dot.inOrder(matrix[i], means[k]);
                double[] column = new double[d];
                for (int j = 0; j < d; j++) {
                    column[j] = Dot.inOrder(covariances[k][j], matrix[i]);
                }
                for (int j = 0; j <= i; j++) {
                    c[k][i][j] = Dot.inOrder(matrix[j], column);
                    c[k][j][i] = c[k][i][j];
                }
            }
        }
        return new GaussianMixture(weights, m, c);
    }

    /** The marginal distribution of the given coordinates, in the given order. */
    public GaussianMixture marginal(int... coordinates) {
        checkCoordinates(coordinates);
        double[][] m = new double[weights.length][];
        double[][][] c = new double[weights.length][][];
        for (int k = 0; k < m.length; k++) {
            m[k] = pick(means[k], coordinates);
            c[k] = block(covariances[k], coordinates, coordinates);
        }
        return new GaussianMixture(weights, m, c);
    }

    private void checkCoordinates(int... coordinates) {
        boolean fine = Arrays.stream(coordinates).allMatch(j -> j >= 0 && j < dimension())
                && Arrays.stream(coordinates).distinct().count() == coordinates.length
                && coordinates.length > 0;
        if (!fine) {
            throw new IllegalArgumentException("coordinates must be distinct and in [0, " + (dimension() - 1)
                    + "], at least 1, got " + Arrays.toString(coordinates));
        }
    }

    private static double[] pick(double[] values, int... coordinates) {
        return Arrays.stream(coordinates).mapToDouble(j -> values[j]).toArray();
    }

    private static double[][] block(double[][] matrix, int[] rows, int... columns) {
        return Arrays.stream(rows).mapToObj(i -> pick(matrix[i], columns)).toArray(double[][]::new);
    }

    /**
     * The conditional distribution of the remaining coordinates, in ascending order, given the values of some.
     *
     * @param coordinates the known ones, not all
     * @param values their values
     */
    public GaussianMixture conditional(int[] coordinates, double[] values) {
        checkCoordinates(coordinates);
        checkPoint("values", values, coordinates.length);
        int[] others = IntStream.range(0, dimension())
                .filter(j -> Arrays.stream(coordinates).noneMatch(i -> i == j))
                .toArray();
        if (others.length == 0) {
            throw new IllegalArgumentException(
                    "coordinates must leave at least 1 unknown, got " + Arrays.toString(coordinates));
        }
        double[] w = marginal(coordinates).responsibilities(values);
        double[][] m = new double[w.length][];
        double[][][] c = new double[w.length][][];
        int n = coordinates.length;
        for (int k = 0; k < w.length; k++) {
            double[] inverse = Cholesky.of(n, flat(block(covariances[k], coordinates, coordinates)))
                    .orElseThrow()
                    .inverse();
            double[][] cross = block(covariances[k], others, coordinates);
            double[] off = pick(means[k], coordinates);
            Arrays.setAll(off, i -> values[i] - off[i]);
            m[k] = pick(means[k], others);
            c[k] = block(covariances[k], others, others);
            for (int i = 0; i < others.length; i++) {
                double[] gain = new double[n];
                for (int a = 0; a < n; a++) {
                    for (int b = 0; b < n; b++) {
                        gain[a] = Math.fma(cross[i][b], inverse[b * n + a], gain[a]);
                    }
                }
                m[k][i] += Dot.inOrder(gain, off);
                for (int j = 0; j < others.length; j++) {
                    c[k][i][j] -= Dot.inOrder(gain, cross[j]);
                }
            }
        }
        return new GaussianMixture(normalised(w), m, c);
    }

    /**
     * The conditional distribution of x given y = R x + √v z with standard normal z.
     *
     * @param rows R, {@code [row][coordinate]}
     * @param values y
     * @param variance v, above 0
     */
    public GaussianMixture given(double[][] rows, double[] values, double variance) {
        double[][] noise = new double[rows.length][rows.length];
        IntStream.range(0, rows.length).forEach(i -> noise[i][i] = variance);
        return given(rows, values, noise);
    }

    /**
     * The conditional distribution of x given y = A x + N(0, R).
     *
     * @param rows A, {@code [row][coordinate]}
     * @param values y
     * @param noise R, symmetric, with A C Aᵀ + R positive definite
     */
    public GaussianMixture given(double[][] rows, double[] values, double[][] noise) {
        int d = dimension();
        int n = rows.length;
        double[][] m = new double[weights.length][d + n];
        double[][][] c = new double[weights.length][d + n][d + n];
        for (int k = 0; k < m.length; k++) {
            System.arraycopy(means[k], 0, m[k], 0, d);
            for (int j = 0; j < d; j++) {
                System.arraycopy(covariances[k][j], 0, c[k][j], 0, d);
            }
            for (int i = 0; i < n; i++) {
                m[k][d + i] = Dot.inOrder(rows[i], means[k]);
                for (int j = 0; j < d; j++) {
                    c[k][d + i][j] = Dot.inOrder(rows[i], covariances[k][j]);
                    c[k][j][d + i] = c[k][d + i][j];
                }
            }
            for (int i = 0; i < n; i++) {
                double[] across = Arrays.copyOf(c[k][d + i], d);
                for (int l = 0; l <= i; l++) {
                    c[k][d + i][d + l] = Dot.inOrder(across, rows[l]) + noise[i][l];
                    c[k][d + l][d + i] = c[k][d + i][d + l];
                }
            }
        }
        return new GaussianMixture(weights, m, c)
                .conditional(IntStream.range(d, d + n).toArray(), values);
    }

    private static double[] normalised(double... w) {
        double sum = Arrays.stream(w).sum();
        return Arrays.stream(w).map(p -> p / sum).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GaussianMixture that
                && Arrays.equals(weights, that.weights)
                && Arrays.deepEquals(means, that.means)
                && Arrays.deepEquals(covariances, that.covariances);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(weights) + Arrays.deepHashCode(means)) + Arrays.deepHashCode(covariances);
    }

    @Override
    public String toString() {
        return "GaussianMixture[weights=" + Arrays.toString(weights) + ", means=" + Arrays.deepToString(means)
                + ", covariances=" + Arrays.deepToString(covariances) + "]";
    }
}
