package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.VelocityField;
import org.noisebook.stats.Estimate;

/**
 * Likelihood of points under a velocity field, along the ODE or as an average over paths of an SDE.
 *
 * <p>Along dX = b dt the density obeys d log ρ(t, X_t)/dt = −div b, so from t_0 (the first time) to t_1 (the last)
 *
 * <p>log ρ(t_0, x) = log ρ(t_1, X_{t_1}) + ∫_{t_0}^{t_1} div b(t, X_t) dt,  X_{t_0} = x
 *
 * <p>(Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797, section 2; Song et al. 2021, arXiv:2011.13456, equation
 * 39). Interpolants run from 1 down to 0, diffusions from τ = 0 up to 1 along the probability flow. If paths end before
 * the last time because the velocity is singular there, the log density at their end time avoids the truncation error,
 * whereas that of the base or prior does not.
 *
 * <p>The divergence is exact ({@link #withLogDensity(VelocityField)}) or the estimator of Hutchinson 1990
 * (doi:10.1080/03610919008812866), e·J e with E e eᵀ = I ({@link #withLogDensity(VelocityField, int)}), as in Grathwohl
 * et al. 2019 (arXiv:1810.01367). Probes are stored as constant coordinates of the particle: one probe is used along
 * the whole path, independent of the steps, so adaptive methods see a smooth field and the log density is unbiased.
 *
 * <p><b>Shapes</b>: coordinate-major {@code x[j][k]}, not modified. A log density is a field with one output.
 * <b>Special cases</b>: a path that diverges gives NaN. <b>Error</b>: that of the integration method. With symmetric
 * part S of J, one probe has variance 2 Σ_{i≠j} S_ij² (Rademacher) or 2 ‖S‖² (Gaussian); in one dimension Rademacher
 * probes are exact. A mean log density over n points averages this variance too, so one probe suffices there.
 * <b>Cost</b>: a divergence, or a derivative along each probe, for each evaluation of the velocity. <b>Not for</b>
 * ranking models by likelihood in high dimensions near a thin set, where it measures the added noise.
 */
public final class Likelihood {
    private static final double LOG_2_PI = StrictMath.log(2 * StrictMath.PI);

    private Likelihood() {}

    /** Distributions of probes with E e eᵀ = I. */
    public enum Probe {
        /** ±1 with equal probability: the smallest variance, with no contribution from the diagonal of J. */
        RADEMACHER,
        /** Standard normal. */
        GAUSSIAN
    }

    /** The velocity augmented to dimension d + 1, whose last coordinate follows −div b, the change of log density. */
    public static VelocityField withLogDensity(VelocityField velocity) {
        return new Augmented(velocity, 0);
    }

    /**
     * The velocity augmented to dimension d + 1 + probes · d: coordinate d follows −(1/probes) Σ_m e_m·J e_m, where the
     * probes e_m are the constant coordinates from d + 1 + m d on.
     *
     * @param probes at least 1
     */
    public static VelocityField withLogDensity(VelocityField velocity, int probes) {
        if (probes < 1) {
            throw new IllegalArgumentException("probes must be in [1, 2147483647], got " + probes);
        }
        return new Augmented(velocity, probes);
    }

    /**
     * Log densities at the first time with exact divergence.
     *
     * @param method such as {@code OdeMethod.RK4::sampler}
     * @param times from the time of x to that of the known density
     * @param end log density at the last time
     */
    public static double[] logDensity(
            Function<VelocityField, Sampler> method,
            VelocityField velocity,
            double[] times,
            double[][] x,
            Field end,
            int threads) {
        check(velocity, times, x, end);
        double[][] state = state(x, velocity.dimension() + 1);
        return run(method, withLogDensity(velocity), times, state, end, Noise.NONE, threads);
    }

    /**
     * Log densities at the first time with Hutchinson's divergence; they are unbiased over probes.
     *
     * @param probes number per point, at least 1
     * @param stream source of the probes; a smaller set of points uses a prefix of the probes for a larger one
     */
    public static double[] logDensity(
            Function<VelocityField, Sampler> method,
            VelocityField velocity,
            double[] times,
            double[][] x,
            Field end,
            Probe probe,
            int probes,
            Stream stream,
            int threads) {
        check(velocity, times, x, end);
        VelocityField augmented = withLogDensity(velocity, probes);
        double[][] state = state(x, augmented.dimension());
        for (int k = 0; k < x[0].length; k++) {
            for (int j = velocity.dimension() + 1; j < state.length; j++) {
                state[j][k] = draw(probe, stream);
            }
        }
        return run(method, augmented, times, state, end, Noise.NONE, threads);
    }

    /**
     * The variance of log densities over one probe per path, for a velocity whose Jacobian J(t) does not depend on
     * position: 2 Σ S_ij² over i ≠ j (±1) or over all i, j (Gaussian), S = ∫_0^1 (J + Jᵀ)/2 dt by Simpson's rule.
     */
    public static double probeVariance(VelocityField velocity, Probe probe) {
        int parts = 400;
        int d = velocity.dimension();
        Field.Evaluator evaluator = velocity.evaluator(d);
        double[][] s = new double[d][d];
        double[][] units = new double[d][d];
        Arrays.setAll(
                units,
                i -> IntStream.range(0, d).mapToDouble(j -> i == j ? 1 : 0).toArray());
        double[][] j = new double[d][d];
        for (int i = 0; i <= parts; i++) {
            double weight = (i == 0 || i == parts ? 1 : 2 + 2 * (i % 2)) / (3.0 * parts);
            evaluator.along((double) i / parts, new double[d][d], units, d, j);
            for (int a = 0; a < d; a++) {
                for (int b = 0; b < d; b++) {
                    s[a][b] += weight * (j[a][b] + j[b][a]) / 2;
                }
            }
        }
        double across = 0;
        double diagonal = 0;
        for (int a = 0; a < d; a++) {
            diagonal += s[a][a] * s[a][a];
            for (int b = 0; b < d; b++) {
                across += a == b ? 0 : s[a][b] * s[a][b];
            }
        }
        return 2 * (probe == Probe.RADEMACHER ? across : across + diagonal);
    }

    private static double draw(Probe probe, Stream stream) {
        return switch (probe) {
            case RADEMACHER -> stream.nextLong() < 0 ? -1 : 1;
            case GAUSSIAN -> stream.nextGaussian();
        };
    }

    /**
     * The log density of a point by the Feynman–Kac formula: ρ(t_0, x) = E exp(∫_{t_0}^{t_1} div b_F(t, Y_t) dt) ρ(t_1,
     * Y_{t_1}), where Y starts at x and runs from t_0 down to t_1 with drift b_F = b + ε s and noise √(2 ε) dW
     * (arXiv:2303.08797, section 2).
     *
     * <p>The mean is taken before the logarithm, by log-mean-exp; the standard error is the relative error of the mean.
     * The mean of the logarithms would be smaller (Jensen).
     *
     * @param method an SDE method whose noise is √(2 ε), equal for all coordinates; the log density gets no noise
     * @param drift b_F, even though time runs backward
     * @param times descending
     * @param point x
     * @param end log density at the last time
     * @param paths at least 2
     */
    public static Estimate feynmanKac(
            Function<VelocityField, Sampler> method,
            VelocityField drift,
            double[] times,
            double[] point,
            Field end,
            int paths,
            Noise noise,
            int threads) {
        if (paths < 2) {
            throw new IllegalArgumentException("paths must be in [2, 2147483647], got " + paths);
        }
        double[][] x = new double[point.length][paths];
        for (int j = 0; j < point.length; j++) {
            Arrays.fill(x[j], point[j]);
        }
        check(drift, times, x, end);
        if (times[times.length - 1] > times[0]) {
            throw new IllegalArgumentException(
                    "times must descend, got " + times[0] + " to " + times[times.length - 1]);
        }
        int d = drift.dimension();
        double[] logs = run(method, withLogDensity(drift), times, state(x, d + 1), end, onFirst(d, noise), threads);
        return logMeanExp(logs);
    }

    /** log N(x; 0, variance · I). */
    public static Field normal(int dimension, double variance) {
        if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("variance must be in (0, inf), got " + variance);
        }
        double constant = -dimension * (LOG_2_PI + StrictMath.log(variance)) / 2;
        return new LogDensity(dimension, (t, x, count, out) -> {
            Arrays.fill(out[0], 0, count, constant);
            for (int j = 0; j < dimension; j++) {
                for (int k = 0; k < count; k++) {
                    out[0][k] -= x[j][k] * x[j][k] / (2 * variance);
                }
            }
        });
    }

    private static void check(VelocityField velocity, double[] times, double[][] x, Field end) {
        int d = velocity.dimension();
        if (x.length != d) {
            throw new IllegalArgumentException("points must have the velocity's dimension=" + d + ", got " + x.length);
        }
        if (end.dimension() != d || end.outputs() != 1) {
            throw new IllegalArgumentException("log density must take dimension=" + d + " to 1 output, got "
                    + end.dimension() + " to " + end.outputs());
        }
        if (times.length < 2) {
            throw new IllegalArgumentException("times must be at least 2, got " + times.length);
        }
    }

    private static double[][] state(double[][] x, int rows) {
        double[][] state = new double[rows][];
        for (int j = 0; j < rows; j++) {
            state[j] = j < x.length ? x[j].clone() : new double[x[0].length];
        }
        return state;
    }

    private static double[] run(
            Function<VelocityField, Sampler> method,
            VelocityField augmented,
            double[] times,
            double[][] state,
            Field end,
            Noise noise,
            int threads) {
        Ensemble.run(method.apply(augmented), times, state, noise, threads, Ensemble.Observer.NONE);
        int d = end.dimension();
        int n = state[0].length;
        double last = times[times.length - 1];
        double[] logs = new double[n];
        Field.Evaluator evaluator = end.evaluator(Ensemble.BLOCK);
        double[][] block = new double[d][Ensemble.BLOCK];
        double[][] out = new double[1][Ensemble.BLOCK];
        for (int first = 0; first < n; first += Ensemble.BLOCK) {
            int count = Math.min(Ensemble.BLOCK, n - first);
            for (int j = 0; j < d; j++) {
                System.arraycopy(state[j], first, block[j], 0, count);
            }
            evaluator.at(last, block, count, out);
            for (int k = 0; k < count; k++) {
                logs[first + k] = out[0][k] - state[d][first + k];
            }
        }
        return logs;
    }

    /** Noise on the first coordinates and none on the others. */
    private static Noise onFirst(int dimension, Noise noise) {
        return block -> {
            Noise.Block own = noise.block(block);
            return (step, from, to, count, out) -> {
                double[][][] first = new double[out.length][][];
                for (int m = 0; m < out.length; m++) {
                    first[m] = Arrays.copyOf(out[m], dimension);
                    for (int j = dimension; j < out[m].length; j++) {
                        Arrays.fill(out[m][j], 0, count, 0);
                    }
                }
                own.fill(step, from, to, count, first);
            };
        };
    }

    private static Estimate logMeanExp(double[] logs) {
        double largest = Arrays.stream(logs).max().orElse(Double.NaN);
        double[] weights =
                Arrays.stream(logs).map(log -> StrictMath.exp(log - largest)).toArray();
        Estimate mean = Estimate.ofMean(weights);
        return Estimate.ofStdError(largest + StrictMath.log(mean.mean()), mean.stdError() / mean.mean(), logs.length);
    }

    private record LogDensity(int dimension, Field.Evaluator function) implements Field {
        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return function;
        }
    }

    /** A state of coordinates, log density and probes. */
    private record Augmented(VelocityField velocity, int probes) implements VelocityField {
        @Override
        public int dimension() {
            return velocity.dimension() * (1 + probes) + 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return new AugmentedEvaluator(velocity, probes, capacity);
        }
    }

    private static final class AugmentedEvaluator implements Field.Evaluator {
        private final Field.Evaluator velocity;
        private final int dimension;
        private final int probes;
        private final double[][] place;
        private final double[][] slope;
        private final double[][] direction;
        private final double[][] derivative;

        AugmentedEvaluator(VelocityField velocity, int probes, int capacity) {
            this.velocity = velocity.evaluator(capacity);
            this.probes = probes;
            dimension = velocity.dimension();
            place = new double[dimension][];
            slope = new double[dimension][];
            direction = new double[dimension][];
            derivative = new double[dimension][capacity];
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            System.arraycopy(x, 0, place, 0, dimension);
            System.arraycopy(out, 0, slope, 0, dimension);
            velocity.at(t, place, count, slope);
            double[] change = out[dimension];
            if (probes == 0) {
                velocity.divergence(t, place, count, change);
                for (int k = 0; k < count; k++) {
                    change[k] = -change[k];
                }
                return;
            }
            Arrays.fill(change, 0, count, 0);
            for (int m = 0; m < probes; m++) {
                System.arraycopy(x, dimension + 1 + m * dimension, direction, 0, dimension);
                velocity.along(t, place, direction, count, derivative);
                for (int j = 0; j < dimension; j++) {
                    for (int k = 0; k < count; k++) {
                        change[k] = Math.fma(-direction[j][k], derivative[j][k], change[k]);
                    }
                }
            }
            for (int k = 0; k < count; k++) {
                change[k] /= probes;
            }
            for (int j = dimension + 1; j < out.length; j++) {
                Arrays.fill(out[j], 0, count, 0);
            }
        }
    }
}
