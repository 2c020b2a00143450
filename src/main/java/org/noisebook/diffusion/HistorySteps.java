package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.data.Numbers;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/**
 * Exponential steps that integrate a polynomial in λ = log a/√V through the last denoisers.
 *
 * <p>With h = λ_j − λ_i and H = (1 + η) h, a step is √V_j/√V_i e^(−ηh) x + a_j ∫_0^1 H e^(−H(1−r)) P(r) dr + √V_j √(1 −
 * e^(−2ηh)) z, where P interpolates the denoisers at r = (λ − λ_i)/h. Through two denoisers the linear part is
 * integrated as half of 1 − e^(−H), as in DPM-Solver++(2M) and in B_2 of UniPC. A corrected step is first repeated with
 * the denoiser at its end, which the next step needs anyway.
 */
final class HistorySteps implements Sampler.Stepper {
    private static final double SERIES_BELOW = 1;
    private static final int SERIES_TERMS = 24;

    private final int order;
    private final double eta;
    private final boolean corrected;
    private final Transition transition;
    private final Field.Evaluator field;
    /** Denoisers, the newest first, and one spare at the end. */
    private final double[][][] clean;
    /** Their λ. */
    private final double[] lambda;
    /** The state at the newest denoiser. */
    private final double[][] before;

    private final double[] weights;
    private final double[] power;
    private int known;
    private double end = Double.NaN;
    private int particles;
    private double ratio;
    private double mean;
    private long evaluations;

    HistorySteps(Diffusion diffusion, Field noiseMean, int order, double eta, boolean corrected, int capacity) {
        this.order = order;
        this.eta = eta;
        this.corrected = corrected;
        transition = new Transition(diffusion);
        field = noiseMean.evaluator(capacity);
        clean = new double[order + 1][][];
        Arrays.setAll(clean, i -> Blocks.rows(noiseMean.dimension(), capacity));
        lambda = new double[order + 1];
        before = Blocks.rows(noiseMean.dimension(), corrected ? capacity : 1);
        weights = new double[order + 1];
        power = new double[order + 1];
    }

    @Override
    public void step(double from, double to, double[][] x, int count, double[][][] noise) {
        Blocks.check(x, count, clean[0]);
        transition.set(from, to);
        if (transition.stdDevFrom() == 0) {
            throw new IllegalArgumentException(
                    "an exponential step must start at noise, got tau=" + Numbers.format(from));
        }
        if (eta > 0) {
            transition.mustNotRise();
        }
        if (from != end || count != particles) {
            known = 0;
        }
        double[][] newest = clean[order];
        System.arraycopy(clean, 0, clean, 1, order);
        System.arraycopy(lambda, 0, lambda, 1, order);
        clean[0] = newest;
        lambda[0] = -StrictMath.log(transition.sigmaFrom());
        field.at(from, x, count, newest);
        evaluations++;
        Blocks.combine(1 / transition.meanFrom(), x, -transition.sigmaFrom(), newest, count, newest);
        if (corrected && known > 0) {
            move(before, 1, known + 1, lambda[0] - lambda[1], ratio, mean, count, x);
        }
        known = Math.min(known + 1, order);
        if (corrected) {
            PairedStepper.copy(x, count, before);
        }
        ratio = transition.stdDevTo() / transition.stdDevFrom();
        mean = transition.meanTo();
        double h = -StrictMath.log(transition.sigmaTo()) - lambda[0];
        boolean last = h == Double.POSITIVE_INFINITY;
        move(x, 0, last || h == 0 ? 1 : known, h, last ? 0 : ratio * StrictMath.exp(-eta * h), mean, count, x);
        if (eta > 0 && transition.stdDevTo() > 0) {
            double spread = transition.stdDevTo() * Math.sqrt(-StrictMath.expm1(-2 * eta * h));
            Blocks.combine(1, x, spread, noise[0], count, x);
        }
        end = h == 0 || last ? Double.NaN : to;
        particles = count;
    }

    /** out = factor · start + a Σ weight · denoiser over the newest denoisers; the step starts at one of them. */
    private void move(
            double[][] start, int at, int nodes, double h, double factor, double a, int count, double[][] out) {
        weigh(at, nodes, h);
        Blocks.combine(factor, start, a * weights[0], clean[0], count, out);
        for (int i = 1; i < nodes; i++) {
            Blocks.combine(1, out, a * weights[i], clean[i], count, out);
        }
    }

    /** The integrals of the Lagrange polynomials of the nodes. */
    private void weigh(int at, int nodes, double h) {
        double width = (1 + eta) * h;
        double whole = -StrictMath.expm1(-width);
        if (nodes == 1) {
            weights[0] = whole;
        } else if (nodes == 2) {
            double half = whole / 2 * h / (lambda[1 - at] - lambda[at]);
            weights[1 - at] = half;
            weights[at] = whole - half;
        } else {
            for (int i = 0; i < nodes; i++) {
                Arrays.fill(power, 0, nodes, 0);
                power[0] = 1;
                int degree = 0;
                for (int k = 0; k < nodes; k++) {
                    if (k != i) {
                        times((lambda[k] - lambda[at]) / h, (lambda[i] - lambda[k]) / h, degree++);
                    }
                }
                weights[i] = 0;
                for (int n = nodes - 1; n >= 0; n--) {
                    weights[i] = Math.fma(power[n], moment(n, width, whole), weights[i]);
                }
            }
        }
    }

    /** Multiplies the polynomial by (r − node)/span. */
    private void times(double node, double span, int degree) {
        for (int n = degree + 1; n > 0; n--) {
            power[n] = (power[n - 1] - node * power[n]) / span;
        }
        power[0] *= -node / span;
    }

    /** ∫_0^1 H e^(−H(1−r)) r^n dr = H Σ_k (−H)^k n!/(n + k + 1)! */
    static double moment(int n, double width, double whole) {
        if (Math.abs(width) < SERIES_BELOW) {
            double term = width / (n + 1);
            double sum = term;
            for (int k = 1; k < SERIES_TERMS; k++) {
                term *= -width / (n + k + 1);
                sum += term;
            }
            return sum;
        }
        double value = whole;
        for (int k = 1; k <= n; k++) {
            value = 1 - k * value / width;
        }
        return value;
    }

    /** The denoisers, each followed by a row that holds its λ, and the state before if steps are corrected. */
    @Override
    public Optional<Sampler.Memory> memory() {
        if (Double.isNaN(end)) {
            return Optional.empty();
        }
        int d = before.length;
        double[][] state = new double[known * (d + 1) + (corrected ? d + 2 : 0)][particles];
        for (int i = 0; i < known; i++) {
            for (int j = 0; j < d; j++) {
                System.arraycopy(clean[i][j], 0, state[i * (d + 1) + j], 0, particles);
            }
            Arrays.fill(state[i * (d + 1) + d], lambda[i]);
        }
        if (corrected) {
            for (int j = 0; j < d; j++) {
                System.arraycopy(before[j], 0, state[known * (d + 1) + j], 0, particles);
            }
            Arrays.fill(state[state.length - 2], ratio);
            Arrays.fill(state[state.length - 1], mean);
        }
        return Optional.of(new Sampler.Memory(end, lambda[0], state));
    }

    @Override
    public void memory(Sampler.Memory memory) {
        int d = before.length;
        double[][] state = memory.state();
        particles = state[0].length;
        known = (state.length - (corrected ? d + 2 : 0)) / (d + 1);
        for (int i = 0; i < known; i++) {
            PairedStepper.copy(Arrays.copyOfRange(state, i * (d + 1), i * (d + 1) + d), particles, clean[i]);
            lambda[i] = state[i * (d + 1) + d][0];
        }
        if (corrected) {
            int first = known * (d + 1);
            PairedStepper.copy(Arrays.copyOfRange(state, first, first + d), particles, before);
            ratio = state[first + d][0];
            mean = state[first + d + 1][0];
        }
        end = memory.end();
    }

    @Override
    public long evaluations() {
        return evaluations;
    }
}
