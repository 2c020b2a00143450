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

        /** Columns of A that are not 0, for each row. */
        private int[][] used() {
            return Arrays.stream(rows)
                    .map(row -> IntStream.range(0, row.length)
                            .filter(j -> row[j] != 0)
                            .toArray())
                    .toArray(int[][]::new);
        }

        private int count() {
            return values[0].length;
        }

        /** Values of component k minus their mean under it, y − A m. */
        private double[][] off(double... mean) {
            double[][] off = new double[rows.length][];
            for (int i = 0; i < off.length; i++) {
                double shift = Dot.inOrder(rows[i], mean);
                off[i] = values[i].clone();
                for (int t = 0; t < off[i].length; t++) {
                    off[i][t] -= shift;
                }
            }
            return off;
        }
    }

    /**
     * A batch under a mixture: shares [component][observation], L⁻¹ of S = L Lᵀ, L⁻¹ e and L⁻¹ A C of each component, and log density.
     */
    private record Seen(double[][] share, double[][] roots, double[][][] white, double[][][] cross, double log) {}

    private static Seen see(Batch batch, GaussianMixture mixture) {
        return see(batch, true, mixture.weights(), mixture.means(), mixture.covariances());
    }

    /** Without L⁻¹ A C. */
    private static Seen seeValues(Batch batch, GaussianMixture mixture) {
        return see(batch, false, mixture.weights(), mixture.means(), mixture.covariances());
    }

    private static Seen see(
            Batch batch, boolean crosses, double[] weights, double[][] means, double[][]... covariances) {
        int m = batch.rows.length;
        int n = batch.count();
        int d = means[0].length;
        double[][] share = new double[weights.length][n];
        double[][] roots = new double[weights.length][];
        double[][][] white = new double[weights.length][m][n];
        double[][][] cross = new double[weights.length][m][d];
        int[][] used = batch.used();
        for (int k = 0; k < weights.length; k++) {
            double[] s = new double[m * m];
            double[][] seen = new double[m][d];
            for (int i = 0; i < m; i++) {
                for (int j : used[i]) {
                    add(batch.rows[i][j], covariances[k][j], seen[i]);
                }
                for (int l = 0; l <= i; l++) {
                    double sum = batch.noise[i][l];
                    for (int j : used[l]) {
                        sum = Math.fma(batch.rows[l][j], seen[i][j], sum);
                    }
                    s[i * m + l] = sum;
                }
            }
            Cholesky root = Cholesky.of(m, s)
                    .orElseThrow(() -> new IllegalArgumentException("A C Aᵀ + R must be positive definite"));
            roots[k] = root.inverseLower();
            double[][] off = batch.off(means[k]);
            for (int i = 0; i < m; i++) {
                for (int l = 0; l <= i; l++) {
                    add(roots[k][i * m + l], off[l], white[k][i]);
                    if (crosses) {
                        add(roots[k][i * m + l], seen[l], cross[k][i]);
                    }
                }
                for (int t = 0; t < n; t++) {
                    share[k][t] -= white[k][i][t] * white[k][i][t] / 2;
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
        return new Seen(share, roots, white, cross, log);
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
        return batches.stream()
                .mapToDouble(batch -> seeValues(batch, mixture).log)
                .sum();
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
            for (int j = 0; j < x.length; j++) {
                double[] own = new double[batch.count()];
                Arrays.fill(own, means[k][j]);
                for (int i = 0; i < seen.white[k].length; i++) {
                    add(seen.cross[k][i][j], seen.white[k][i], own);
                }
                for (int t = 0; t < own.length; t++) {
                    x[j][t] = Math.fma(seen.share[k][t], own[t], x[j][t]);
                }
            }
        }
        return x;
    }

    /** tr Cov[x ∣ y] of each observation. */
    public static double[] spreads(GaussianMixture mixture, Batch batch) {
        Seen seen = see(batch, mixture);
        double[][] means = mixture.means();
        double[][] x = means(mixture, batch);
        double[] spread = new double[batch.count()];
        for (int k = 0; k < means.length; k++) {
            double[][] cross = seen.cross[k];
            double[][] covariance = mixture.covariances()[k];
            double own = 0;
            for (int j = 0; j < x.length; j++) {
                own += covariance[j][j];
                for (double[] row : cross) {
                    own -= row[j] * row[j];
                }
            }
            for (int j = 0; j < x.length; j++) {
                double[] off = new double[spread.length];
                Arrays.fill(off, means[k][j]);
                for (int i = 0; i < cross.length; i++) {
                    add(cross[i][j], seen.white[k][i], off);
                }
                for (int t = 0; t < off.length; t++) {
                    double gap = off[t] - x[j][t];
                    spread[t] += seen.share[k][t] * (gap * gap + own / x.length);
                }
            }
        }
        return spread;
    }

    /**
     * The variances of independent noise that maximise the expected likelihood when the law of x is known: E[(y − A x)² ∣ y], averaged over a batch. With
     * residuals u = S⁻¹ e, this is R_i² ⟨u_i² − (S⁻¹)_ii⟩ + R_i.
     *
     * @param batch observations with independent noise, all off-diagonal elements of R zero
     */
    public static double[] noiseVariances(GaussianMixture mixture, Batch batch) {
        Seen seen = seeValues(batch, mixture);
        int m = batch.rows.length;
        double[] change = new double[m];
        for (int k = 0; k < seen.share.length; k++) {
            double total = Arrays.stream(seen.share[k]).sum();
            for (int i = 0; i < m; i++) {
                double[] u = new double[batch.count()];
                for (int l = i; l < m; l++) {
                    double root = seen.roots[k][l * m + i];
                    add(root, seen.white[k][l], u);
                    change[i] -= total * root * root;
                }
                for (int t = 0; t < u.length; t++) {
                    change[i] = Math.fma(seen.share[k][t] * u[t], u[t], change[i]);
                }
            }
        }
        return IntStream.range(0, m)
                .mapToDouble(i -> {
                    double r = batch.noise[i][i];
                    return r + r * r * change[i] / batch.count();
                })
                .toArray();
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
                Seen seen = see(batch, true, weights, means, covariances);
                log += seen.log;
                for (int k = 0; k < weights.length; k++) {
                    collect(seen, k);
                }
            }
        }

        /** With B = L⁻¹ A C and T = Σ w L⁻¹e (L⁻¹e)ᵀ, adds Bᵀ Σ w L⁻¹e and Bᵀ (T − Σ w) B. */
        private void collect(Seen seen, int k) {
            double[] share = seen.share[k];
            double[][] cross = seen.cross[k];
            int m = cross.length;
            double total = 0;
            for (double w : share) {
                total += w;
            }
            totals[k] += total;
            double[][] inner = new double[m][m];
            double[] weighted = new double[share.length];
            for (int i = 0; i < m; i++) {
                double mean = 0;
                for (int t = 0; t < weighted.length; t++) {
                    weighted[t] = share[t] * seen.white[k][i][t];
                    mean += weighted[t];
                }
                add(mean, cross[i], shifts[k]);
                for (int l = 0; l <= i && !held; l++) {
                    inner[i][l] = Dot.inChains(weighted, 0, seen.white[k][l], 0, weighted.length);
                    inner[l][i] = inner[i][l];
                }
            }
            for (int i = 0; i < m && !held; i++) {
                inner[i][i] -= total;
                double[] right = new double[shifts[k].length];
                for (int l = 0; l < m; l++) {
                    add(inner[i][l], cross[l], right);
                }
                for (int j = 0; j < right.length; j++) {
                    add(cross[i][j], right, squares[k][j]);
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
