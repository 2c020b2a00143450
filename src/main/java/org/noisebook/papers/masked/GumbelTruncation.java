package org.noisebook.papers.masked;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The effect of low-precision uniform random numbers on the distribution of a token that is unmasked on a grid of times.
 *
 * <p>The largest of log w_k − log E_k, E_k = −log u_k, is the smallest E_k/w_k, a race of exponential clocks. A uniform number of b bits
 * is at most 1 − δ, δ = 2⁻ᵇ, so no E is below δ and Gumbel noise is at most −log(−log(1 − δ)): 16.6355 for 24 bits, 36.74 for 53. Small weights w_k
 * = p_k/i, those with i steps left, lose more, so likely tokens gain and the entropy falls.
 *
 * <p><b>Source</b>: Zheng, Chen, Mao, Liu, Zhu, Zhang 2024, section 4 (arXiv 2409.02908) for the integral; the discrete formula is ours.
 */
final class GumbelTruncation {
    private GumbelTruncation() {}

    /** Largest possible Gumbel noise, −log(−log(1 − 2⁻ᵇ)). */
    static double cutOff(int bits) {
        return -StrictMath.log(-StrictMath.log1p(-StrictMath.scalb(1.0, -bits)));
    }

    /** The entropy −Σ p log p, in nats. */
    static double entropy(double... law) {
        return -Arrays.stream(law)
                .filter(p -> p > 0)
                .map(p -> p * StrictMath.log(p))
                .sum();
    }

    /**
     * The distribution of a token with probabilities p after a grid of steps with truncated Gumbel noise: the paper's integral, in closed form
     * because truncation shifts the exponential clock to E = δ + Exp(1).
     */
    static double[] integral(double[] p, int steps, int bits) {
        return along(p, steps, bits, false);
    }

    /** The same for random numbers that are multiples of δ: P_k = δ/(exp(δ/w_k) − 1), to O(δ). */
    static double[] lattice(double[] p, int steps, int bits) {
        return along(p, steps, bits, true);
    }

    /** Either distribution for any number of bits; with many steps both depend on steps/2ᵇ alone. */
    static double[] along(double[] p, int steps, double bits, boolean onLattice) {
        double delta = StrictMath.pow(2, -bits);
        return along(
                p,
                steps,
                onLattice
                        ? left -> Arrays.stream(p)
                                .map(share -> delta / StrictMath.expm1(delta * left / share))
                                .toArray()
                        : left -> integral(p, left, delta));
    }

    /** The probability of each token to be drawn in the step with i steps left. */
    private interface Step {
        double[] chances(int left);
    }

    private static double[] along(double[] p, int steps, Step step) {
        double[] law = new double[p.length];
        double masked = 1;
        for (int left = steps; left > 0; left--) {
            double[] chances = step.chances(left);
            double sum = Arrays.stream(chances).sum();
            double share = masked / (left == 1 ? sum : 1);
            for (int k = 0; k < law.length; k++) {
                law[k] = Math.fma(share, chances[k], law[k]);
            }
            masked *= 1 - sum;
        }
        return law;
    }

    /** Winning probabilities of clocks of rate w_k that start at δ/w_k, one of which is the mask's. */
    private static double[] integral(double[] p, int left, double delta) {
        double[] weight = new double[p.length + 1];
        Arrays.setAll(weight, k -> k < p.length ? p[k] / left : 1 - 1.0 / left);
        int[] order = IntStream.range(0, weight.length)
                .filter(k -> weight[k] > 0)
                .boxed()
                .sorted((a, b) -> Double.compare(weight[b], weight[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] gain = new double[order.length];
        double survival = 1;
        double rate = 0;
        for (int i = 0; i < order.length; i++) {
            rate += weight[order[i]];
            double until = i + 1 < order.length ? delta / weight[order[i + 1]] : Double.POSITIVE_INFINITY;
            double kept = StrictMath.exp(-rate * (until - delta / weight[order[i]]));
            gain[i] = survival * (1 - kept) / rate;
            survival *= kept;
        }
        double[] chances = new double[p.length];
        double sum = 0;
        for (int i = order.length - 1; i >= 0; i--) {
            sum += gain[i];
            if (order[i] < p.length) {
                chances[order[i]] = weight[order[i]] * sum;
            }
        }
        return chances;
    }
}
