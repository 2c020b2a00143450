package org.noisebook.stats;

import java.util.Arrays;

/**
 * The Sinkhorn divergence S = OT(x, y) − OT(x, x)/2 − OT(y, y)/2 of two samples, from optimal transport with cost |x − y|² and
 * entropy: OT = min ⟨π, cost⟩ + ε KL(π ‖ x ⊗ y) over the couplings π (Feydy et al. 2019, arXiv:1810.08278, equations 1
 * and 3).
 *
 * <p>S is at least 0, 0 only for equal samples, and goes to W_2² as ε → 0. Potentials f, g are kept as logarithms; inside,
 * scalings of exp((f + g − cost)/ε) are iterated and taken into f and g before they grow, and ε falls to its value by
 * factors of 4 (Schmitzer 2019, arXiv:1610.06519, algorithm 2). Terms of a sample with itself use the averaged symmetric
 * step of Feydy et al., the other is over-relaxed (Lehmann et al. 2021, arXiv:2012.12562). It stops where Σ_i |Σ_j π_ij − 1/n| is at most the tolerance in all three problems.
 *
 * <p><b>Shapes</b>: coordinate-major {@code x[j][k]}; samples of any two sizes, all points of one weight. Inputs are not
 * modified.
 *
 * <p><b>Error</b>: costs are values of the dual problem, below the optimum by a term of second order in the marginal error.
 * Sampling error is not in it.
 *
 * <p><b>Cost</b>: n m multiply-adds an iteration, one matrix of that size; the number of iterations grows like 1/ε in the
 * worst case. One to two seconds at n = m = 2000, ε = 1 % of the mean cost.
 *
 * <p><b>Not for</b> one dimension, where {@link Wasserstein} is exact and cheap.
 *
 * @param divergence S
 * @param cost OT(x, y), its entropy term included
 * @param iterations over both samples at the last ε, the most of the three problems
 * @param marginalError the largest of the three
 * @param converged whether it is at most the tolerance
 */
public record Sinkhorn(double divergence, double cost, int iterations, double marginalError, boolean converged) {
    /** Usual tolerance. */
    public static final double TOLERANCE = 1e-6;
    /** Usual limit of iterations. */
    public static final int MOST_ITERATIONS = 10_000;

    private static final double FALL = 4;
    private static final double ROUGH = 0.05;
    private static final int ROUGH_ITERATIONS = 20;
    /** Scalings within e^±30 multiply without overflow. */
    private static final double LARGEST_LOG = 30;

    private static final double PER_LN2 = 1 / StrictMath.log(2);
    private static final double LN2_HIGH = 0x1.62e42fefa2p-1;
    private static final double LN2_LOW = 0x1.9ef35793c7673p-41;
    private static final int TERMS = 13;
    private static final double LOWEST = -708;
    private static final double HIGHEST = 709;
    private static final double[] PER_FACTORIAL = new double[TERMS + 1];

    static {
        PER_FACTORIAL[0] = 1;
        for (int k = 1; k <= TERMS; k++) {
            PER_FACTORIAL[k] = PER_FACTORIAL[k - 1] / k;
        }
    }

    /** With the usual tolerance and limit. */
    public static Sinkhorn of(double[][] x, double[][] y, double regularisation) {
        return of(x, y, regularisation, TOLERANCE, MOST_ITERATIONS);
    }

    /**
     * The divergence of two samples.
     *
     * @param regularisation ε, positive, in units of squared distance
     * @param tolerance of the marginals, positive
     * @param mostIterations of each of the three problems, at least 1
     */
    public static Sinkhorn of(double[][] x, double[][] y, double regularisation, double tolerance, int mostIterations) {
        Samples.check(x, y);
        positive("regularisation", regularisation);
        positive("tolerance", tolerance);
        if (mostIterations < 1) {
            throw new IllegalArgumentException("mostIterations must be in [1, 2147483647], got " + mostIterations);
        }
        Problem between = new Problem(x, y, false);
        Problem ofX = new Problem(x, x, true);
        Problem ofY = new Problem(y, y, true);
        int iterations = 0;
        double error = 0;
        for (Problem problem : new Problem[] {between, ofX, ofY}) {
            problem.solve(regularisation, tolerance, mostIterations);
            iterations = Math.max(iterations, problem.iterations);
            error = Math.max(error, problem.error);
        }
        double divergence = between.cost() - (ofX.cost() + ofY.cost()) / 2;
        return new Sinkhorn(divergence, between.cost(), iterations, error, error <= tolerance);
    }

    private static void positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be in (0, inf), got " + value);
        }
    }

    /**
     * The exponent ω of u ← u mass^−ω: 1 at first, then 2/(1 + √(1 − θ²)) with the rate θ² of the plain iteration (Lehmann et al.
     * 2021, arXiv:2012.12562, theorem 1), as seen in how the error falls.
     */
    private static final class Relaxation {
        private static final int WATCH = 20;
        private static final double LARGEST_RATE = 0.9999;

        private double exponent = 1;
        private double before = Double.NaN;
        private int seen;

        void see(double error) {
            if (seen++ % WATCH == 0) {
                before = error;
            } else if (seen % WATCH == 0) {
                adapt(StrictMath.pow(error / before, 1.0 / (WATCH - 1)));
            }
        }

        /** Young's relation between the seen rate λ and θ²; a rate that ω − 1 explains says nothing of θ². */
        private void adapt(double rate) {
            if (!(rate < 1)) {
                exponent = 1;
            } else if (rate > exponent - 1) {
                double root = (rate + exponent - 1) / exponent;
                double plain = Math.min(root * root / rate, LARGEST_RATE);
                exponent = 2 / (1 + Math.sqrt(1 - plain));
            }
        }
    }

    /** One transport problem; a symmetric one has one potential. */
    private static final class Problem {
        private final double[][] x;
        private final double[][] y;
        private final boolean symmetric;
        private final double[] f;
        private final double[] g;
        private final double[] u;
        private final double[] v;
        private final double[] sums;
        private double[][] kernel = new double[0][0];
        private int iterations;
        private boolean columnsExact;
        private double error = Double.POSITIVE_INFINITY;

        Problem(double[][] x, double[][] y, boolean symmetric) {
            this.x = x;
            this.y = y;
            this.symmetric = symmetric;
            f = new double[x[0].length];
            g = symmetric ? f : new double[y[0].length];
            u = new double[f.length];
            v = symmetric ? u : new double[g.length];
            sums = new double[g.length];
            Arrays.fill(u, 1);
            Arrays.fill(v, 1);
        }

        /** Frees the matrix when done. */
        void solve(double regularisation, double tolerance, int mostIterations) {
            kernel = new double[f.length][g.length];
            double epsilon = Math.max(regularisation, largestCost());
            boolean last = false;
            while (!last) {
                last = epsilon <= regularisation;
                rebuild(epsilon);
                iterate(epsilon, last ? tolerance : ROUGH, last ? mostIterations : ROUGH_ITERATIONS);
                epsilon = Math.max(regularisation, epsilon / FALL);
            }
            kernel = new double[0][0];
        }

        private void iterate(double epsilon, double tolerance, int most) {
            iterations = 0;
            error = Double.POSITIVE_INFINITY;
            Relaxation relaxation = new Relaxation();
            boolean near = false;
            while (iterations < most && !(error <= tolerance)) {
                if (symmetric) {
                    averagedStep();
                } else {
                    boolean exactColumns = near || relaxation.exponent == 1;
                    double off = step(near ? 1 : relaxation.exponent);
                    error = columnsExact ? off : Math.max(off, Math.nextUp(tolerance));
                    columnsExact = exactColumns;
                    near = off <= tolerance;
                    relaxation.see(off);
                }
                iterations++;
                if (tooLarge(u) || tooLarge(v)) {
                    absorb(epsilon);
                    rebuild(epsilon);
                }
            }
            absorb(epsilon);
        }

        /** Rows, then columns, in one pass; gives the error of the rows before it. */
        private double step(double exponent) {
            int n = u.length;
            int m = v.length;
            Arrays.fill(sums, 0);
            double off = 0;
            for (int i = 0; i < n; i++) {
                double[] row = kernel[i];
                double mass = u[i] * Samples.dot(row, v) / m;
                off += Math.abs(mass - 1);
                u[i] = relaxed(u[i], mass, exponent);
                addScaled(u[i], row, sums);
            }
            for (int j = 0; j < m; j++) {
                v[j] = relaxed(v[j], v[j] * sums[j] / n, exponent);
            }
            return off / n;
        }

        private static double relaxed(double scaling, double mass, double exponent) {
            return exponent == 1 ? scaling / mass : scaling * StrictMath.pow(mass, -exponent);
        }

        private void averagedStep() {
            int n = u.length;
            double off = 0;
            for (int i = 0; i < n; i++) {
                sums[i] = Samples.dot(kernel[i], u) / n;
                off += Math.abs(u[i] * sums[i] - 1);
            }
            error = off / n;
            if (error == 0) {
                return;
            }
            for (int i = 0; i < n; i++) {
                u[i] = Math.sqrt(u[i] / sums[i]);
            }
        }

        /** ⟨f⟩ + ⟨g⟩. */
        double cost() {
            return Samples.sum(f) / f.length + Samples.sum(g) / g.length;
        }

        private static boolean tooLarge(double[] scaling) {
            double least = Double.POSITIVE_INFINITY;
            double largest = 0;
            for (double value : scaling) {
                least = Math.min(least, value);
                largest = Math.max(largest, value);
            }
            return StrictMath.log(largest) > LARGEST_LOG || StrictMath.log(least) < -LARGEST_LOG;
        }

        private void absorb(double epsilon) {
            absorb(epsilon, f, u);
            if (!symmetric) {
                absorb(epsilon, g, v);
            }
        }

        private static void absorb(double epsilon, double[] potential, double[] scaling) {
            for (int i = 0; i < potential.length; i++) {
                potential[i] = Math.fma(epsilon, StrictMath.log(scaling[i]), potential[i]);
                scaling[i] = 1;
            }
        }

        private void rebuild(double epsilon) {
            for (int i = 0; i < f.length; i++) {
                double[] row = kernel[i];
                costs(i, row);
                for (int k = 0; k < row.length; k++) {
                    row[k] = exp((f[i] + g[k] - row[k]) / epsilon);
                }
            }
        }

        private double largestCost() {
            double largest = 0;
            double[] row = new double[g.length];
            for (int i = 0; i < f.length; i++) {
                costs(i, row);
                for (double cost : row) {
                    largest = Math.max(largest, cost);
                }
            }
            return largest;
        }

        private void costs(int i, double[] row) {
            Arrays.fill(row, 0);
            for (int j = 0; j < x.length; j++) {
                double at = x[j][i];
                double[] others = y[j];
                for (int k = 0; k < row.length; k++) {
                    double off = others[k] - at;
                    row[k] = Math.fma(off, off, row[k]);
                }
            }
        }
    }

    private static void addScaled(double factor, double[] row, double[] y) {
        for (int k = 0; k < row.length; k++) {
            y[k] = Math.fma(factor, row[k], y[k]);
        }
    }

    /** e^x by its series after taking out the powers of 2; ten times as fast as StrictMath, within a few units of rounding. */
    static double exp(double x) {
        if (x < LOWEST) {
            return 0;
        }
        double whole = Math.rint(Math.min(x, HIGHEST) * PER_LN2);
        double rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, Math.min(x, HIGHEST)));
        double sum = PER_FACTORIAL[TERMS];
        for (int k = TERMS - 1; k >= 0; k--) {
            sum = Math.fma(sum, rest, PER_FACTORIAL[k]);
        }
        return sum * Double.longBitsToDouble(((long) whole + 1023) << 52);
    }
}
