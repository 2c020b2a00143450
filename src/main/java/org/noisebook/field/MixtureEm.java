package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.model.GaussianMixture;

/**
 * Expectation and maximisation of a Gaussian mixture that is seen only as y_i = A_i x_i + N(0, R_i): the law of clean x from spoiled y.
 *
 * <p>With e = y − A m, S = A C Aᵀ + R, G = C Aᵀ S⁻¹ and w the responsibilities, a step sets m' = m + ⟨G e⟩ and C' = ⟨G e eᵀ Gᵀ + C − G A C⟩
 * − (m' − m)(m' − m)ᵀ, averages with weights w. It never lowers the likelihood. What no A sees together is not identified: it stays as it starts.
 *
 * <p><b>Source</b>: Dempster, Laird, Rubin 1977 (doi:10.1111/j.2517-6161.1977.tb01600.x); Bovy, Hogg, Roweis 2011 (arXiv 0905.2979). <b>Shapes</b>:
 * {@code rows[i][j]} is A, {@code noise[i][i']} R, {@code values[i][n]} y. <b>Special cases</b>: a component without weight stays. R may be zero if
 * A C Aᵀ is positive definite. <b>Error</b>: rounding times the condition number of S; a component on one clean point collapses, which {@link
 * #floored} prevents. <b>Cost</b>: a step takes K (m² n + m³ + m d²) for each batch of n equal A and R, m rows, d coordinates.
 */
public final class MixtureEm {
    private static final double LOG_2PI = StrictMath.log(2 * StrictMath.PI);

    private final List<Batch> batches;
    private double floor;
    private boolean held;

    /** Starts from data. */
    public MixtureEm(List<Batch> batches) {
        if (batches.isEmpty()) {
            throw new IllegalArgumentException("batches must be at least 1, got 0");
        }
        this.batches = List.copyOf(batches);
    }

    /** Adds a variance to all directions after each step, so that no component collapses. */
    public MixtureEm floored(double variance) {
        floor = variance;
        return this;
    }

    /** Holds the covariances, so that weights and means alone are fitted. */
    public MixtureEm covariancesHeld() {
        held = true;
        return this;
    }

    /**
     * Observations with the same A and R.
     *
     * @param rows A, {@code [row][coordinate]}
     * @param noise R, symmetric, {@code [row][row]}
     * @param values y, {@code [row][observation]}
     */
    public record Batch(double[][] rows, double[][] noise, double[][] values) {
        public Batch {
            int m = rows.length;
            if (m == 0 || noise.length != m || values.length != m || noise[0].length != m) {
                throw new IllegalArgumentException("noise must be " + m + " × " + m + " and values of " + m
                        + " rows as rows are, at least 1, got " + noise.length + " and " + values.length);
            }
        }

        /** Whole signals with independent noise, of a variance for each coordinate. */
        public static Batch whole(double[] variances, double[][] values) {
            double[][] one = GaussianMixture.standard(variances.length).covariances()[0];
            return new Batch(one, diagonal(variances), values);
        }

        /** Some coordinates, with noise of one variance. */
        public static Batch some(int dimension, int[] seen, double variance, double[][] values) {
            double[] variances = new double[seen.length];
            Arrays.fill(variances, variance);
            double[][] rows = new double[seen.length][dimension];
            IntStream.range(0, seen.length).forEach(i -> rows[i][seen[i]] = 1);
            return new Batch(rows, diagonal(variances), values);
        }

        private static double[][] diagonal(double... variances) {
            double[][] r = new double[variances.length][variances.length];
            IntStream.range(0, r.length).forEach(i -> r[i][i] = variances[i]);
            return r;
        }

        private int count() {
            return values[0].length;
        }

        /** Values of component k minus their mean under it, y − A m. */
        private double[][] off(double... mean) {
            double[][] off = new double[rows.length][];
            for (int i = 0; i < off.length; i++) {
                double shift = Dot.inOrder(rows[i], mean);
                off[i] = Arrays.stream(values[i]).map(y -> y - shift).toArray();
            }
            return off;
        }
    }

    /** What a batch is under a mixture: its responsibilities, [component][observation], S⁻¹ and A C of each component, and log density. */
    private record Seen(double[][] share, double[][] inverses, double[][][] crosses, double log) {}

    private static Seen see(Batch batch, GaussianMixture mixture) {
        double[] weights = mixture.weights();
        double[][] means = mixture.means();
        double[][][] covariances = mixture.covariances();
        int m = batch.rows.length;
        int n = batch.count();
        double[][] share = new double[weights.length][n];
        double[][] inverses = new double[weights.length][];
        double[][][] crosses = new double[weights.length][m][means[0].length];
        for (int k = 0; k < weights.length; k++) {
            double[] s = new double[m * m];
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < means[k].length; j++) {
                    if (batch.rows[i][j] != 0) {
                        add(batch.rows[i][j], covariances[k][j], crosses[k][i]);
                    }
                }
                for (int l = 0; l <= i; l++) {
                    s[i * m + l] = batch.noise[i][l] + Dot.inOrder(batch.rows[l], crosses[k][i]);
                }
            }
            Cholesky root = Cholesky.of(m, s)
                    .orElseThrow(() -> new IllegalArgumentException("A C Aᵀ + R must be positive definite"));
            inverses[k] = root.inverse();
            double[] lower = root.inverseLower();
            double[][] off = batch.off(means[k]);
            double[] white = new double[n];
            for (int i = 0; i < m; i++) {
                Arrays.fill(white, 0);
                for (int l = 0; l <= i; l++) {
                    add(lower[i * m + l], off[l], white);
                }
                for (int t = 0; t < n; t++) {
                    share[k][t] -= white[t] * white[t] / 2;
                }
            }
            double constant = StrictMath.log(weights[k]) - (root.logDeterminant() + m * LOG_2PI) / 2;
            for (int t = 0; t < n; t++) {
                share[k][t] += constant;
            }
        }
        double log = 0;
        for (int t = 0; t < n; t++) {
            log += normalise(share, t);
        }
        return new Seen(share, inverses, crosses, log);
    }

    private static void add(double factor, double[] x, double[] to) {
        for (int t = 0; t < to.length; t++) {
            to[t] = Math.fma(factor, x[t], to[t]);
        }
    }

    /** Turns logarithms of one column into shares, and returns the logarithm of their sum. */
    private static double normalise(double[][] share, int t) {
        double most = Double.NEGATIVE_INFINITY;
        for (double[] own : share) {
            most = Math.max(most, own[t]);
        }
        double sum = 0;
        for (double[] own : share) {
            own[t] = own[t] == most ? 1 : StrictMath.exp(own[t] - most);
            sum += own[t];
        }
        for (double[] own : share) {
            own[t] /= sum;
        }
        return most + StrictMath.log(sum);
    }

    /** The log likelihood of all observations. */
    public double logLikelihood(GaussianMixture mixture) {
        return batches.stream().mapToDouble(batch -> see(batch, mixture).log).sum();
    }

    /** The mixture after one more step. */
    public GaussianMixture step(GaussianMixture mixture) {
        return new Step(mixture).next();
    }

    /** Steps until one gains less than {@code enough} of log likelihood for each observation, or so many are done. */
    public GaussianMixture fit(GaussianMixture start, int most, double enough) {
        GaussianMixture now = start;
        double before = Double.NEGATIVE_INFINITY;
        int count = batches.stream().mapToInt(Batch::count).sum();
        for (int round = 0; round < most; round++) {
            Step step = new Step(now);
            if (step.log - before < enough * count) {
                return now;
            }
            before = step.log;
            now = step.next();
        }
        return now;
    }

    /** E[x ∣ y] of a batch, {@code [coordinate][observation]}. */
    public static double[][] means(GaussianMixture mixture, Batch batch) {
        Seen seen = see(batch, mixture);
        double[][] means = mixture.means();
        double[][] x = new double[mixture.dimension()][batch.count()];
        for (int k = 0; k < means.length; k++) {
            double[][] off = batch.off(means[k]);
            double[][] gain = gain(seen, k);
            for (int j = 0; j < x.length; j++) {
                double[] own = new double[batch.count()];
                Arrays.fill(own, means[k][j]);
                for (int i = 0; i < off.length; i++) {
                    add(gain[j][i], off[i], own);
                }
                for (int t = 0; t < own.length; t++) {
                    x[j][t] = Math.fma(seen.share[k][t], own[t], x[j][t]);
                }
            }
        }
        return x;
    }

    /**
     * The variances of independent noise that maximise the expected likelihood when the law of x is known: E[(y − A x)² ∣ y], averaged over a batch. With
     * residuals u = S⁻¹ e, this is R_i² ⟨u_i² − (S⁻¹)_ii⟩ + R_i.
     *
     * @param batch observations with independent noise, all off-diagonal elements of R zero
     */
    public static double[] noiseVariances(GaussianMixture mixture, Batch batch) {
        Seen seen = see(batch, mixture);
        double[][] means = mixture.means();
        int m = batch.rows.length;
        double[] change = new double[m];
        for (int k = 0; k < means.length; k++) {
            double[][] off = batch.off(means[k]);
            double total = Arrays.stream(seen.share[k]).sum();
            for (int i = 0; i < m; i++) {
                double[] u = new double[batch.count()];
                for (int l = 0; l < m; l++) {
                    add(seen.inverses[k][i * m + l], off[l], u);
                }
                for (int t = 0; t < u.length; t++) {
                    change[i] = Math.fma(seen.share[k][t] * u[t], u[t], change[i]);
                }
                change[i] -= total * seen.inverses[k][i * m + i];
            }
        }
        return IntStream.range(0, m)
                .mapToDouble(i -> {
                    double r = batch.noise[i][i];
                    return r + r * r * change[i] / batch.count();
                })
                .toArray();
    }

    /** G = C Aᵀ S⁻¹, [coordinate][row]. */
    private static double[][] gain(Seen seen, int k) {
        double[][] cross = seen.crosses[k];
        int m = cross.length;
        double[][] gain = new double[cross[0].length][m];
        for (int j = 0; j < gain.length; j++) {
            for (int i = 0; i < m; i++) {
                double factor = cross[i][j];
                for (int l = 0; l < m; l++) {
                    gain[j][l] = Math.fma(factor, seen.inverses[k][i * m + l], gain[j][l]);
                }
            }
        }
        return gain;
    }

    /** The expectations of one step, and what maximises their sum. */
    private final class Step {
        private final double[] weights;
        private final double[][] means;
        private final double[][][] covariances;
        private final double[] totals;
        private final double[][] shifts;
        private final double[][][] squares;
        private double log;

        Step(GaussianMixture mixture) {
            weights = mixture.weights();
            means = mixture.means();
            covariances = mixture.covariances();
            int d = mixture.dimension();
            totals = new double[weights.length];
            shifts = new double[weights.length][d];
            squares = new double[weights.length][d][d];
            for (Batch batch : batches) {
                Seen seen = see(batch, mixture);
                log += seen.log;
                for (int k = 0; k < weights.length; k++) {
                    collect(batch, seen, k);
                }
            }
        }

        private void collect(Batch batch, Seen seen, int k) {
            double[][] off = batch.off(means[k]);
            double[] share = seen.share[k];
            int m = off.length;
            int d = means[k].length;
            int n = share.length;
            double total = Arrays.stream(share).sum();
            totals[k] += total;
            double[][] gain = gain(seen, k);
            double[] mean = new double[m];
            double[][] inner = new double[m][m];
            double[] weighted = new double[n];
            for (int i = 0; i < m; i++) {
                for (int t = 0; t < n; t++) {
                    weighted[t] = share[t] * off[i][t];
                    mean[i] += weighted[t];
                }
                for (int l = 0; l <= i && !held; l++) {
                    inner[i][l] = Dot.inChains(weighted, 0, off[l], 0, n);
                    inner[l][i] = inner[i][l];
                }
            }
            for (int j = 0; j < d; j++) {
                shifts[k][j] += Dot.inOrder(mean, gain[j]);
                if (held) {
                    continue;
                }
                // G T Gᵀ − n G A C, as G (T Gᵀ − n A C).
                double[] right = new double[m];
                for (int i = 0; i < m; i++) {
                    right[i] = Dot.inOrder(inner[i], gain[j]) - total * seen.crosses[k][i][j];
                }
                for (int i = 0; i <= j; i++) {
                    squares[k][j][i] += Dot.inOrder(right, gain[i]);
                }
            }
        }

        GaussianMixture next() {
            double all = Arrays.stream(totals).sum();
            for (int k = 0; k < weights.length; k++) {
                double total = totals[k];
                weights[k] = total / all;
                if (total < 1e-9) {
                    continue;
                }
                double[] shift = Arrays.stream(shifts[k]).map(s -> s / total).toArray();
                for (int j = 0; j < shift.length; j++) {
                    means[k][j] += shift[j];
                    for (int i = 0; i <= j && !held; i++) {
                        covariances[k][j][i] += squares[k][j][i] / total - shift[i] * shift[j] + (i == j ? floor : 0);
                        covariances[k][i][j] = covariances[k][j][i];
                    }
                }
            }
            double sum = Arrays.stream(weights).sum();
            Arrays.setAll(weights, k -> weights[k] / sum);
            return new GaussianMixture(weights, means, covariances);
        }
    }
}
