package org.noisebook.solver;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import org.noisebook.linalg.Dot;

/**
 * The law of a Gaussian state x = m + R y + ε with ε ~ N(0, C), carried exactly through affine maps and through the
 * steps of samplers; y are inputs that stay fixed, such as known pixels.
 *
 * <p>A map is read off its values at 0 and at the unit vectors, so a sampler, its windows and its guidance are the same
 * code for the law as for samples. Unlike {@code GaussianMixture}, C may be singular.
 *
 * <p><b>Shapes</b>: m [d], R [d][inputs], C [d][d]; blocks of states are {@code [coordinate][state]}. <b>Special
 * cases</b>: a map that is not affine, such as a step with the score of a mixture, is an {@code
 * IllegalArgumentException}. <b>Error</b>: rounding. <b>Cost</b>: of a step, the field at (1 + noises) d states and
 * about 2 d³ multiply-adds for each noise; a deterministic sampler pays the products only once. <b>Not for</b> fields
 * that use averages over a block, or methods that keep memory and take noise.
 */
public final class GaussianLaw {
    /** Largest deviation from affine maps, relative to the largest value: 10⁵ roundings. */
    private static final double AFFINE = 1e-10;

    private final double[] mean;
    private final double[][] response;
    private final double[][] covariance;

    private GaussianLaw(double[] mean, double[][] response, double[][] covariance) {
        this.mean = mean;
        this.response = response;
        this.covariance = covariance;
    }

    /** N(0, C) with inputs that it does not respond to yet. */
    public static GaussianLaw of(double[][] covariance, int inputs) {
        int d = covariance.length;
        return new GaussianLaw(new double[d], new double[d][inputs], copy(covariance));
    }

    /** N(0, I) in d dimensions. */
    public static GaussianLaw white(int d, int inputs) {
        return of(covariance(d, (i, j) -> i == j ? 1 : 0), inputs);
    }

    /** The matrix of a covariance function of two indices below d. */
    public static double[][] covariance(int d, DoubleBinaryOperator ofIndices) {
        double[][] c = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                c[i][j] = ofIndices.applyAsDouble(i, j);
            }
        }
        return c;
    }

    /** m; a copy. */
    public double[] mean() {
        return mean.clone();
    }

    /** R; a copy. */
    public double[][] response() {
        return copy(response);
    }

    /** C; a copy. */
    public double[][] covariance() {
        return copy(covariance);
    }

    /** The covariance uᵀ C v of two weighted sums of coordinates. */
    public double covariance(double[] u, double[] v) {
        double sum = 0;
        for (int i = 0; i < u.length; i++) {
            sum += u[i] == 0 ? 0 : u[i] * Dot.inOrder(covariance[i], v);
        }
        return sum;
    }

    /** Their correlation. */
    public double correlation(double[] u, double[] v) {
        return covariance(u, v) / Math.sqrt(covariance(u, u) * covariance(v, v));
    }

    /** ‖a − b‖/‖b‖, the relative error in the Frobenius norm. */
    public static double error(double[][] a, double[][] b) {
        double off = 0;
        double all = 0;
        for (int i = 0; i < b.length; i++) {
            for (int j = 0; j < b[i].length; j++) {
                off += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
                all += b[i][j] * b[i][j];
            }
        }
        return Math.sqrt(off / all);
    }

    /** The law of the state after an affine map, which may change its dimension; it gets blocks of {@code d + 2}. */
    public GaussianLaw through(UnaryOperator<double[][]> map) {
        int d = mean.length;
        return image(map.apply(probes(d, d + 2)), d);
    }

    /** The law after the steps of a sampler between the given times, with independent noise in each. */
    public GaussianLaw through(Sampler sampler, double... times) {
        int d = mean.length;
        int noises = sampler.noises();
        int columns = d + 2 + noises * d;
        Sampler.Stepper stepper = sampler.begin(columns);
        double[][][] noise = new double[noises][d][columns];
        for (int m = 0; m < noises; m++) {
            for (int j = 0; j < d; j++) {
                noise[m][j][d + 2 + m * d + j] = 1;
            }
        }
        GaussianLaw law = this;
        double[][] x = probes(d, columns);
        for (int k = 1; k < times.length; k++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("sampling interrupted");
            }
            stepper.step(times[k - 1], times[k], x, columns, noise);
            if (noises > 0) {
                if (stepper.memory().isPresent()) {
                    throw new IllegalArgumentException("a sampler that takes noise must keep no memory");
                }
                law = law.image(x, d);
                x = probes(d, columns);
            }
        }
        return noises > 0 ? law : image(x, d);
    }

    /** 0, the unit vectors, a weighted sum of them, and zeros for noise. */
    private static double[][] probes(int d, int columns) {
        double[][] x = new double[d][columns];
        for (int j = 0; j < d; j++) {
            x[j][1 + j] = 1;
            x[j][1 + d] = weight(j, d);
        }
        return x;
    }

    /** A weight that is neither 0 nor 1, so that a function of one coordinate alone is seen to bend. */
    private static double weight(int j, int d) {
        return (d + j) / (2.0 * d);
    }

    /** The law after the map that takes {@link #probes} to x. */
    private GaussianLaw image(double[][] x, int d) {
        int rows = x.length;
        int added = x[0].length - d - 2;
        double[] shift = new double[rows];
        double[][] a = new double[rows][d];
        double[][] noise = new double[rows][added];
        for (int i = 0; i < rows; i++) {
            shift[i] = x[i][0];
            double sum = shift[i];
            double size = Math.abs(shift[i]);
            for (int j = 0; j < d; j++) {
                a[i][j] = x[i][1 + j] - shift[i];
                sum = Math.fma(weight(j, d), a[i][j], sum);
                size += Math.abs(a[i][j]);
            }
            if (!(Math.abs(x[i][1 + d] - sum) <= AFFINE * size)) {
                throw new IllegalArgumentException("the map must be affine in the state, got " + x[i][1 + d]
                        + " where the sum of its parts is " + sum);
            }
            for (int j = 0; j < added; j++) {
                noise[i][j] = x[i][d + 2 + j] - shift[i];
            }
        }
        double[][] c = new double[rows][rows];
        double[][] r = new double[rows][response[0].length];
        for (int i = 0; i < rows; i++) {
            double[] along = new double[d];
            for (int k = 0; k < d; k++) {
                along[k] = Dot.inOrder(a[i], covariance[k]);
                shift[i] = Math.fma(a[i][k], mean[k], shift[i]);
                for (int y = 0; y < r[i].length; y++) {
                    r[i][y] = Math.fma(a[i][k], response[k][y], r[i][y]);
                }
            }
            for (int j = 0; j <= i; j++) {
                c[i][j] = Dot.inOrder(along, a[j]) + Dot.inOrder(noise[i], noise[j]);
                c[j][i] = c[i][j];
            }
        }
        return new GaussianLaw(shift, r, c);
    }

    /** The law of factor x + √variance z, for example of a step towards noise. */
    public GaussianLaw noised(double factor, double variance) {
        double[][] c = scaled(factor * factor, covariance);
        for (int i = 0; i < c.length; i++) {
            c[i][i] += variance;
        }
        return new GaussianLaw(scaled(factor, new double[][] {mean})[0], scaled(factor, response), c);
    }

    /** The law of x + A y. */
    public GaussianLaw responding(double[][] a) {
        double[][] r = copy(response);
        for (int i = 0; i < r.length; i++) {
            for (int y = 0; y < r[i].length; y++) {
                r[i][y] += a[i][y];
            }
        }
        return new GaussianLaw(mean(), r, covariance());
    }

    /** The law after the first coordinates, one per input, are replaced by factor y + √variance z. */
    public GaussianLaw replaced(double factor, double variance) {
        double[] m = mean.clone();
        double[][] r = copy(response);
        double[][] c = copy(covariance);
        int known = r[0].length;
        for (int i = 0; i < m.length; i++) {
            Arrays.fill(c[i], 0, i < known ? m.length : known, 0);
            if (i < known) {
                m[i] = 0;
                Arrays.fill(r[i], 0);
                r[i][i] = factor;
                c[i][i] = variance;
            }
        }
        return new GaussianLaw(m, r, c);
    }

    private static double[][] scaled(double factor, double[][] rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.stream(row).map(value -> factor * value).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }
}
