package org.noisebook.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Stream;

/**
 * Expectations of several functions φ_j under one density f from a single sample of a mixture q = Σ α_i g_i.
 *
 * <p>E φ_j is the mean of φ_j f/q. Since g_i/q has mean 1, the controls h_i = g_i/q − 1 may be subtracted with any coefficients; those of
 * least squares leave no error at all if every φ_j f is a combination of the g_i (Owen and Zhou 2000, doi:10.1080/01621459.2000.10473909).
 *
 * <p><b>Shapes</b>: points {@code [n][dimension]}. <b>Error</b>: coefficients from the same sample bias the mean by a few parts in n; controls
 * whose densities were fitted to it ({@link #adapted}) bias it far more, so give those, with their coefficients, a fresh sample.
 * <b>Cost</b>: n densities of each component, and n K² operations for K controls.
 */
public final class SharedSample {
    private static final double DEPENDENT = 1e-9;

    private final double[][] points;
    /** φ_j f/q, {@code [function][point]}. */
    private final double[][] values;

    private final double[] logProposal;
    private final double[][] controls;

    private SharedSample(double[][] points, double[][] values, double[] logProposal, double[]... controls) {
        this.points = points;
        this.values = values;
        this.logProposal = logProposal;
        this.controls = controls;
    }

    /**
     * Draws a sample, with the proposals' densities as controls.
     *
     * @param logTarget log f, normalised
     * @param proposals g_i, equally weighted; q must be positive wherever a φ_j f is
     * @param functions φ_j, which must not modify the point
     * @param n sample size, above the number of proposals
     */
    public static SharedSample of(
            ToDoubleFunction<double[]> logTarget,
            List<GaussianFit> proposals,
            List<? extends ToDoubleFunction<double[]>> functions,
            int n,
            Stream stream) {
        if (proposals.isEmpty() || n <= proposals.size() || functions.isEmpty()) {
            throw new IllegalArgumentException("n must be above the number of proposals=" + proposals.size()
                    + ", which and functions must not be empty, got " + n + " and " + functions.size());
        }
        List<Normal> normals = proposals.stream().map(Normal::of).toList();
        double[][] points = new double[n][];
        double[][] parts = new double[proposals.size()][n];
        double[] log = new double[n];
        double[][] values = new double[functions.size()][n];
        for (int k = 0; k < n; k++) {
            double largest = Double.NEGATIVE_INFINITY;
            points[k] = normals.get(stream.nextIndex(parts.length)).sample(stream);
            for (int i = 0; i < parts.length; i++) {
                parts[i][k] = normals.get(i).logDensity(points[k]);
                largest = Math.max(largest, parts[i][k]);
            }
            double sum = 0;
            for (int i = 0; i < parts.length; i++) {
                sum += StrictMath.exp(parts[i][k] - largest);
            }
            log[k] = largest + StrictMath.log(sum / parts.length);
            double ratio = StrictMath.exp(logTarget.applyAsDouble(points[k]) - log[k]);
            for (int j = 0; j < values.length; j++) {
                double value = functions.get(j).applyAsDouble(points[k]);
                values[j][k] = value == 0 ? 0 : value * ratio;
                if (!Double.isFinite(values[j][k])) {
                    throw new IllegalArgumentException("function " + j + " times the density must be finite, got "
                            + value + " at " + Arrays.toString(points[k]));
                }
            }
        }
        // The sum of all controls vanishes, so one is left out.
        return new SharedSample(points, values, log, ratios(Arrays.copyOf(parts, parts.length - 1), log));
    }

    private static double[][] ratios(double[][] logParts, double... log) {
        for (double[] part : logParts) {
            Arrays.setAll(part, k -> StrictMath.expm1(part[k] - log[k]));
        }
        return logParts;
    }

    /** The same sample with other densities as controls. */
    public SharedSample with(List<GaussianFit> others) {
        double[][] parts = others.stream()
                .map(Normal::of)
                .map(normal ->
                        Arrays.stream(points).mapToDouble(normal::logDensity).toArray())
                .toArray(double[][]::new);
        return new SharedSample(points, values, logProposal, ratios(parts, logProposal));
    }

    /** Means without controls. */
    public List<Estimate> plain() {
        return controlled(new double[values.length][controls.length]);
    }

    /** Means with coefficients from this sample. */
    public List<Estimate> controlled() {
        return controlled(coefficients());
    }

    /** Means with given coefficients, {@code [function][control]}, such as those of another sample. */
    public List<Estimate> controlled(double[]... coefficients) {
        int n = points.length;
        List<Estimate> means = new ArrayList<>();
        for (int j = 0; j < values.length; j++) {
            double[] rest = values[j].clone();
            for (int i = 0; i < controls.length; i++) {
                for (int k = 0; k < n; k++) {
                    rest[k] -= coefficients[j][i] * controls[i][k];
                }
            }
            Estimate mean = Estimate.ofMean(rest);
            double freedom = Math.sqrt((n - 1.0) / Math.max(1, n - 1 - controls.length));
            means.add(Estimate.ofStdError(mean.mean(), mean.stdError() * freedom, n));
        }
        return means;
    }

    /**
     * The coefficients of least squares, {@code [function][control]}; 0 for controls that depend on those before them.
     *
     * <p>Modified Gram-Schmidt on centred columns, twice.
     */
    public double[][] coefficients() {
        List<double[]> units = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        double[][] upper = new double[controls.length][controls.length];
        for (int i = 0; i < controls.length; i++) {
            double[] rest = centred(controls[i]);
            double before = Math.sqrt(dot(rest, rest));
            for (int round = 0; round < 2; round++) {
                for (int u = 0; u < units.size(); u++) {
                    upper[u][units.size()] += subtract(rest, units.get(u));
                }
            }
            double length = Math.sqrt(dot(rest, rest));
            if (length > DEPENDENT * before) {
                upper[units.size()][units.size()] = length;
                units.add(Arrays.stream(rest).map(v -> v / length).toArray());
                kept.add(i);
            } else {
                for (double[] row : upper) {
                    row[units.size()] = 0;
                }
            }
        }
        double[][] coefficients = new double[values.length][controls.length];
        for (int j = 0; j < values.length; j++) {
            double[] rest = centred(values[j]);
            double[] along =
                    units.stream().mapToDouble(unit -> subtract(rest, unit)).toArray();
            for (int u = along.length - 1; u >= 0; u--) {
                double solved = along[u] / upper[u][u];
                coefficients[j][kept.get(u)] = solved;
                for (int row = 0; row < u; row++) {
                    along[row] -= upper[row][u] * solved;
                }
            }
        }
        return coefficients;
    }

    private static double[] centred(double... column) {
        double mean = Arrays.stream(column).average().orElseThrow();
        return Arrays.stream(column).map(v -> v - mean).toArray();
    }

    /** Removes the part along a unit vector and returns its size. */
    private static double subtract(double[] from, double... unit) {
        double along = dot(from, unit);
        for (int k = 0; k < from.length; k++) {
            from[k] -= along * unit[k];
        }
        return along;
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum = Math.fma(a[k], b[k], sum);
        }
        return sum;
    }

    /**
     * Gaussians with the moments of each |φ_j| f as this sample weighs it; those of weight 0 are left out.
     *
     * @param ridge variance added in every direction, positive
     */
    public List<GaussianFit> adapted(double ridge) {
        int d = points[0].length;
        List<GaussianFit> adapted = new ArrayList<>();
        for (double[] value : values) {
            double all = Arrays.stream(value).map(Math::abs).sum();
            if (all == 0) {
                continue;
            }
            double[] mean = new double[d];
            double[][] covariance = new double[d][d];
            for (int k = 0; k < value.length; k++) {
                for (int i = 0; i < d; i++) {
                    mean[i] += Math.abs(value[k]) / all * points[k][i];
                }
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = i == j ? ridge : 0;
                    for (int k = 0; k < value.length; k++) {
                        sum += Math.abs(value[k]) / all * (points[k][i] - mean[i]) * (points[k][j] - mean[j]);
                    }
                    covariance[i][j] = sum;
                    covariance[j][i] = sum;
                }
            }
            adapted.add(new GaussianFit(mean, covariance, 0));
        }
        return adapted;
    }

    /** The Gaussian with unit covariance about a mean. */
    public static GaussianFit unit(double... mean) {
        double[][] covariance = new double[mean.length][mean.length];
        for (int j = 0; j < mean.length; j++) {
            covariance[j][j] = 1;
        }
        return new GaussianFit(mean, covariance, 0);
    }

    /** A density with the root of its covariance and the inverse of that. */
    private record Normal(double[] mean, double[] root, double[] inverse, double constant) {
        static Normal of(GaussianFit fit) {
            int d = fit.mean().length;
            double[] flat = Arrays.stream(fit.covariance())
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            Cholesky root = Cholesky.of(d, flat)
                    .orElseThrow(() -> new IllegalArgumentException("covariances must be positive definite"));
            double constant = (d * StrictMath.log(2 * StrictMath.PI) + root.logDeterminant()) / 2;
            return new Normal(fit.mean(), root.lower(), root.inverseLower(), constant);
        }

        double[] sample(Stream stream) {
            int d = mean.length;
            double[] x = mean.clone();
            for (int j = 0; j < d; j++) {
                double z = stream.nextGaussian();
                for (int i = j; i < d; i++) {
                    x[i] += root[i * d + j] * z;
                }
            }
            return x;
        }

        double logDensity(double... x) {
            int d = mean.length;
            double square = 0;
            for (int i = 0; i < d; i++) {
                double z = 0;
                for (int j = 0; j <= i; j++) {
                    z += inverse[i * d + j] * (x[j] - mean[j]);
                }
                square += z * z;
            }
            return -square / 2 - constant;
        }
    }
}
