package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.field.Quadrature;
import org.noisebook.solver.Score;

/**
 * The guided score s_u + w (s_c − s_u): w = 0 ignores the condition, w = 1 samples it, larger w exaggerates it.
 *
 * <p>For w other than 0 and 1 it is the score of p_u^(1−w) p_c^w only at each single time: samples of the flow have a
 * different density, since products of marginals are not the marginals of one diffusion.
 *
 * <p><b>Source</b>: Ho and Salimans 2022, equation 6 with weight w − 1 (arXiv 2207.12598). <b>Special cases</b>: w = 0
 * and w = 1 give s_u and s_c bit for bit where both are finite. <b>Cost</b>: one evaluation of each score, counted as
 * one.
 *
 * @param unconditional s_u
 * @param conditional s_c
 * @param weight w
 */
public record Guidance(Score unconditional, Score conditional, double weight) implements Score {
    private static final int GAUSS_NODES = 64;

    public Guidance {
        if (unconditional.dimension() != conditional.dimension()) {
            throw new IllegalArgumentException("conditional must have the dimension=" + unconditional.dimension()
                    + " of unconditional, got " + conditional.dimension());
        }
        if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException("weight must be finite, got " + Numbers.format(weight));
        }
    }

    /**
     * v_u^(1−w) v_c^w, the variance that the guided flow gives for N(0, v_u) and N(m, v_c) on the line.
     *
     * <p>With σ = √V/a the flow is x̄' = ½ ((1−w)/(v_u+σ²) + w/(v_c+σ²)) x̄ + const in σ², for every linear diffusion,
     * so a start of variance σ_1² a_1² ends with v_u^(1−w) v_c^w σ_1² (v_u+σ_1²)^(w−1) (v_c+σ_1²)^(−w). <b>Error</b>:
     * relative ((1−w) v_u + w v_c)/σ_1², from ending the noise at σ_1. The mean is {@link #gaussianMean}.
     */
    public static double gaussianVariance(double unconditional, double conditional, double weight) {
        return StrictMath.pow(unconditional, 1 - weight) * StrictMath.pow(conditional, weight);
    }

    /**
     * w m ∫_0^1 (v_c/v_u + (1 − v_c/v_u) q²)^((w−1)/2) dq, the mean that the guided flow gives for them: m at w = 1,
     * more than m for larger w.
     *
     * <p>From the flow of {@link #gaussianVariance} by variation of constants, with v_c + σ² = v_c/q². <b>Error</b>:
     * relative v_c^½/σ_1 from ending the noise at σ_1; the integral to 10⁻¹² for v_c/v_u in [0.01, 100] and |w| ≤ 10.
     */
    public static double gaussianMean(double unconditional, double mean, double conditional, double weight) {
        double[][] nodes = Quadrature.gaussLegendre(GAUSS_NODES);
        double ratio = conditional / unconditional;
        double sum = 0;
        for (int k = 0; k < GAUSS_NODES; k++) {
            double q = (1 + nodes[0][k]) / 2;
            sum += nodes[1][k] / 2 * StrictMath.pow(ratio + (1 - ratio) * q * q, (weight - 1) / 2);
        }
        return weight * mean * sum;
    }

    @Override
    public int dimension() {
        return unconditional.dimension();
    }

    @Override
    public Evaluator evaluator(int capacity) {
        Evaluator plain = unconditional.evaluator(capacity);
        Evaluator given = conditional.evaluator(capacity);
        double[][] second = new double[dimension()][capacity];
        return new Evaluator() {
            @Override
            public void at(double t, double[][] x, int count, double[][] out) {
                plain.at(t, x, count, out);
                given.at(t, x, count, second);
                blend(out, count);
            }

            @Override
            public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
                plain.along(t, x, direction, count, out);
                given.along(t, x, direction, count, second);
                blend(out, count);
            }

            @Override
            public void divergence(double t, double[][] x, int count, double[] out) {
                plain.divergence(t, x, count, out);
                given.divergence(t, x, count, second[0]);
                blend(out, second[0], count);
            }

            private void blend(double[][] out, int count) {
                for (int j = 0; j < out.length; j++) {
                    blend(out[j], second[j], count);
                }
            }

            private void blend(double[] out, double[] other, int count) {
                for (int k = 0; k < count; k++) {
                    out[k] = Math.fma(weight, other[k], (1 - weight) * out[k]);
                }
            }
        };
    }
}
