package org.noisebook.solver;

import java.util.Arrays;
import java.util.concurrent.CancellationException;

/**
 * The adaptive Runge–Kutta method of order 5 with an embedded error estimate of order 4, for dX = b(t, X) dt.
 *
 * <p>Each sampler step is divided into as many substeps as the tolerances require; the last one ends exactly at the end
 * of the step. All particles of a block share the substeps: the error of one is the maximum over particles of the root
 * mean square over coordinates of e_j / (absolute + relative max(|x_j|, |x_j'|)), accepted up to 1; the next substep is
 * longer by a factor 0.9 error^(−1/5), limited to [1/5, 5].
 *
 * <p><b>Source</b>: Dormand and Prince 1980, RK5(4)7M (doi:10.1016/0771-050X(80)90013-3); starting step and control as
 * in Hairer, Nørsett and Wanner 1993, section II.4 (doi:10.1007/978-3-540-78862-1). <b>Shapes</b>: see {@link Field}.
 * <b>Special cases</b>: divergence is an outcome: if even a substep of 2⁻⁴⁴ of the interval fails, or 100 000 trial
 * steps do not reach the end, the particles responsible become NaN in all coordinates ({@link Ensemble#diverged} counts
 * them) and the rest of the block continues without them. So do particles that start with NaN or infinity.
 *
 * <p><b>Error</b>: about the tolerance times the number of steps, not a bound. The result for a particle depends on the
 * others of its block, within the tolerance, but not on threads. <b>Cost</b>: six evaluations per trial step, including
 * rejected ones, and one or two more at the start of each sampler step, so use few times. Not for velocities that jump
 * (place a time there) and not for stiff equations.
 *
 * @param relativeTolerance in [0, 1]
 * @param absoluteTolerance positive
 */
public record DormandPrince(double relativeTolerance, double absoluteTolerance) implements Method {
    private static final int STAGES = 7;
    private static final double[] NODES = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
    private static final double[][] WEIGHTS = {
        {},
        {1.0 / 5},
        {3.0 / 40, 9.0 / 40},
        {44.0 / 45, -56.0 / 15, 32.0 / 9},
        {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
        {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
        {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}
    };

    /** Weights of order 5 minus those of order 4. */
    private static final double[] ERROR = {
        71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40
    };

    private static final int MOST_TRIALS = 100_000;
    private static final double SHORTEST = 0x1p-44;
    private static final double SAFETY = 0.9;
    private static final double LEAST_FACTOR = 0.2;
    private static final double MOST_FACTOR = 5;
    private static final double EXPONENT = -1.0 / 5;

    private static final MethodCard CARD = new MethodCard(
            "dormand-prince",
            MethodCard.Kind.ODE,
            "seven stages, the last being the next step's first; h keeps the embedded error below 1",
            5,
            5,
            6,
            0,
            "about tolerance times steps; O(h⁵) for steps of length h; stable for hλ < 3.3 on dX = -λX dt",
            "the equation is stiff, the velocity jumps, or results must depend smoothly on the input",
            "Dormand and Prince 1980, RK5(4)7M (doi:10.1016/0771-050X(80)90013-3)");

    public DormandPrince {
        if (!(relativeTolerance >= 0 && relativeTolerance <= 1)) {
            throw new IllegalArgumentException("relativeTolerance must be in [0, 1], got " + relativeTolerance);
        }
        if (!(absoluteTolerance > 0 && absoluteTolerance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("absoluteTolerance must be in (0, inf), got " + absoluteTolerance);
        }
    }

    @Override
    public MethodCard card() {
        return CARD;
    }

    /** The order, 5. */
    public int order() {
        return (int) CARD.strongOrder();
    }

    /** A sampler of this method for a velocity. */
    public Sampler sampler(VelocityField velocity) {
        return Stages.sampler(velocity.dimension(), 0, capacity -> new Steps(velocity, capacity));
    }

    private final class Steps implements Sampler.Stepper {
        private final Field.Evaluator field;
        private final int capacity;
        private final double[][][] slopes = new double[STAGES][][];
        private final double[][] next;
        private final double[] error;
        private final boolean[] lost;
        private long evaluations;
        /** End time of the last step, and the proposed length of the next. */
        private double end = Double.NaN;

        private double length;

        Steps(VelocityField velocity, int capacity) {
            this.capacity = capacity;
            Arrays.setAll(slopes, i -> Stages.rows(velocity.dimension(), capacity));
            next = Stages.rows(velocity.dimension(), capacity);
            error = new double[capacity];
            lost = new boolean[capacity];
            field = velocity.evaluator(capacity);
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            Stages.check(from, to, x, count, next.length, capacity);
            if (from == to || count == 0) {
                return;
            }
            for (int k = 0; k < count; k++) {
                lost[k] = !isFinite(x, k);
            }
            slope(from, x, count, slopes[0]);
            if (from != end || Math.signum(length) != Math.signum(to - from)) {
                length = firstLength(from, to, x, count);
            }
            solve(from, to, x, count);
            for (int k = 0; k < count; k++) {
                if (lost[k]) {
                    lose(x, k);
                }
            }
            end = to;
        }

        private void solve(double from, double to, double[][] x, int count) {
            double shortest = SHORTEST * Math.max(Math.abs(from), Math.abs(to));
            double t = from;
            boolean rejected = false;
            for (int trial = 0; t != to; trial++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("sampling interrupted");
                }
                if (trial == MOST_TRIALS) {
                    Arrays.fill(lost, 0, count, true);
                    return;
                }
                double rest = to - t;
                boolean last = Math.abs(length) >= Math.abs(rest);
                // Takes two equal steps rather than a long and a very short one.
                double h = last ? rest : Math.abs(length) > Math.abs(rest) / 2 ? rest / 2 : length;
                double worst = attempt(t, last ? to : t + h, h, x, count);
                if (worst <= 1) {
                    for (int j = 0; j < x.length; j++) {
                        System.arraycopy(next[j], 0, x[j], 0, count);
                    }
                    double[][] first = slopes[0];
                    slopes[0] = slopes[STAGES - 1];
                    slopes[STAGES - 1] = first;
                    double factor = Math.min(MOST_FACTOR, SAFETY * StrictMath.pow(worst, EXPONENT));
                    double proposal = h * Math.max(LEAST_FACTOR, rejected ? Math.min(1, factor) : factor);
                    // A step truncated by the end of the interval says little about longer ones.
                    length = last && Math.abs(proposal) < Math.abs(length) ? length : proposal;
                    t = last ? to : t + h;
                    rejected = false;
                } else if (Math.abs(h) <= shortest) {
                    for (int k = 0; k < count; k++) {
                        lost[k] |= !(error[k] <= 1);
                        if (lost[k]) {
                            lose(x, k);
                            lose(slopes[0], k);
                        }
                    }
                    length = firstLength(t, to, x, count);
                } else {
                    length = h * Math.max(LEAST_FACTOR, SAFETY * StrictMath.pow(worst, EXPONENT));
                    rejected = true;
                }
            }
        }

        /** Computes the next state and the errors of one step; returns the largest error of the particles not lost. */
        private double attempt(double t, double then, double h, double[][] x, int count) {
            for (int i = 1; i < STAGES; i++) {
                combine(x, h, WEIGHTS[i], count);
                slope(i >= STAGES - 2 ? then : Math.fma(NODES[i], h, t), next, count, slopes[i]);
            }
            Arrays.fill(error, 0, count, 0);
            for (int j = 0; j < x.length; j++) {
                addError(j, h, x[j], next[j], count);
            }
            double worst = 0;
            for (int k = 0; k < count; k++) {
                error[k] = Math.sqrt(error[k] / x.length);
                if (!lost[k]) {
                    // NaN counts as an infinite error.
                    worst = Math.max(worst, error[k] >= 0 ? error[k] : Double.POSITIVE_INFINITY);
                }
            }
            return worst;
        }

        private void combine(double[][] x, double h, double[] weights, int count) {
            for (int j = 0; j < x.length; j++) {
                Stages.add(x[j], h * weights[0], slopes[0][j], count, next[j]);
                for (int i = 1; i < weights.length; i++) {
                    Stages.add(next[j], h * weights[i], slopes[i][j], count, next[j]);
                }
            }
        }

        private void addError(int j, double h, double[] before, double[] after, int count) {
            double[] s0 = slopes[0][j];
            double[] s2 = slopes[2][j];
            double[] s3 = slopes[3][j];
            double[] s4 = slopes[4][j];
            double[] s5 = slopes[5][j];
            double[] s6 = slopes[6][j];
            for (int k = 0; k < count; k++) {
                double e = h
                        * (ERROR[0] * s0[k]
                                + ERROR[2] * s2[k]
                                + ERROR[3] * s3[k]
                                + ERROR[4] * s4[k]
                                + ERROR[5] * s5[k]
                                + ERROR[6] * s6[k]);
                double part = e / scale(Math.max(Math.abs(before[k]), Math.abs(after[k])));
                error[k] += part * part;
            }
        }

        private double scale(double size) {
            return absoluteTolerance + relativeTolerance * size;
        }

        /** Starting step of Hairer, Nørsett and Wanner 1993, section II.4: one evaluation. */
        private double firstLength(double from, double to, double[][] x, int count) {
            double whole = to - from;
            double place = norm(x, x, count);
            double speed = norm(slopes[0], x, count);
            double h = place < 1e-5 || speed < 1e-5 ? 1e-6 : 0.01 * place / speed;
            h = Math.min(h, Math.abs(whole));
            double[][] bend = slopes[1];
            Stages.add(x, Math.copySign(h, whole), slopes[0], count, next);
            slope(from + Math.copySign(h, whole), next, count, bend);
            Stages.add(bend, -1, slopes[0], count, bend);
            double steepest = Math.max(speed, norm(bend, x, count) / h);
            double second = steepest <= 1e-15 ? Math.max(1e-6, h * 1e-3) : StrictMath.pow(0.01 / steepest, 0.2);
            return Math.copySign(Math.min(Math.min(100 * h, second), Math.abs(whole)), whole);
        }

        /** Largest finite norm over particles. */
        private double norm(double[][] v, double[][] x, int count) {
            double worst = 0;
            for (int k = 0; k < count; k++) {
                double sum = 0;
                for (int j = 0; j < v.length; j++) {
                    double part = v[j][k] / scale(Math.abs(x[j][k]));
                    sum += part * part;
                }
                if (sum < Double.POSITIVE_INFINITY) {
                    worst = Math.max(worst, Math.sqrt(sum / v.length));
                }
            }
            return worst;
        }

        private void slope(double t, double[][] x, int count, double[][] out) {
            field.at(t, x, count, out);
            evaluations++;
        }

        private static boolean isFinite(double[][] x, int k) {
            boolean finite = true;
            for (double[] row : x) {
                finite &= Double.isFinite(row[k]);
            }
            return finite;
        }

        private static void lose(double[][] x, int k) {
            for (double[] row : x) {
                row[k] = Double.NaN;
            }
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
