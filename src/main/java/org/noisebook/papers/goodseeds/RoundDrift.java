package org.noisebook.papers.goodseeds;

import java.util.Arrays;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.VelocityField;

/**
 * The drift b + ε s of x_t = (1 − t) z + t x_1 for a mixture x_1 of isotropic Gaussians N(m_k, V_k I), equal to {@link
 * org.noisebook.interpolant.MixtureInterpolant#forwardDrift} but computed without matrices.
 *
 * <p>With v_k = t² V_k + (1 − t)² it is Σ w_k (m_k + g_k (x − t m_k)), g_k = (t V_k − (1 − t) − ε)/v_k, w_k ∝ p_k v_k^(−d/2) exp(−|x − t m_k|²/(2 v_k)).
 *
 * <p><b>Shapes</b>: see {@link org.noisebook.solver.Field}. <b>Cost</b>: 2 d multiply-adds and one exponential per
 * component and particle.
 */
final class RoundDrift implements VelocityField {
    private final double[] logWeights;
    private final double[][] means;
    private final double[] variances;
    private final double diffusion;

    /** The drift for a mixture whose covariances are multiples of the identity. */
    RoundDrift(GaussianMixture target, double diffusion) {
        logWeights = Arrays.stream(target.weights()).map(StrictMath::log).toArray();
        means = target.means();
        variances =
                Arrays.stream(target.covariances()).mapToDouble(c -> c[0][0]).toArray();
        this.diffusion = diffusion;
    }

    @Override
    public int dimension() {
        return means[0].length;
    }

    @Override
    public Evaluator evaluator(int capacity) {
        double[][] weight = new double[means.length][capacity];
        double[] slope = new double[capacity];
        return (t, x, count, out) -> {
            weigh(t, x, count, weight);
            mix(t, count, weight, slope);
            for (int j = 0; j < out.length; j++) {
                for (int i = 0; i < count; i++) {
                    out[j][i] = slope[i] * x[j][i];
                }
                for (int k = 0; k < weight.length; k++) {
                    double mean = means[k][j];
                    for (int i = 0; i < count; i++) {
                        out[j][i] = Math.fma(weight[k][i], mean, out[j][i]);
                    }
                }
            }
        };
    }

    private double variance(int k, double t) {
        return t * t * variances[k] + (1 - t) * (1 - t);
    }

    /** log w_k up to a constant for each particle. */
    private void weigh(double t, double[][] x, int count, double[][] weight) {
        for (int k = 0; k < weight.length; k++) {
            double[] own = weight[k];
            Arrays.fill(own, 0, count, 0);
            for (int j = 0; j < x.length; j++) {
                double centre = t * means[k][j];
                for (int i = 0; i < count; i++) {
                    double off = x[j][i] - centre;
                    own[i] = Math.fma(off, off, own[i]);
                }
            }
            double v = variance(k, t);
            double level = logWeights[k] - 0.5 * x.length * StrictMath.log(v);
            for (int i = 0; i < count; i++) {
                own[i] = level - own[i] / (2 * v);
            }
        }
    }

    /** Replaces weights by w_k (1 − t g_k), and computes the slopes Σ w_k g_k. */
    private void mix(double t, int count, double[][] weight, double[] slope) {
        double[] gains = new double[weight.length];
        Arrays.setAll(gains, k -> (t * variances[k] - (1 - t) - diffusion) / variance(k, t));
        for (int i = 0; i < count; i++) {
            double largest = weight[0][i];
            for (double[] own : weight) {
                largest = Math.max(largest, own[i]);
            }
            double total = 0;
            for (double[] own : weight) {
                own[i] = own[i] == largest ? 1 : StrictMath.exp(own[i] - largest);
                total += own[i];
            }
            double sum = 0;
            for (int k = 0; k < gains.length; k++) {
                double share = weight[k][i] / total;
                sum = Math.fma(share, gains[k], sum);
                weight[k][i] = share * (1 - t * gains[k]);
            }
            slope[i] = sum;
        }
    }
}
