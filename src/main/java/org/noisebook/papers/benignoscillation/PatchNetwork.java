package org.noisebook.papers.benignoscillation;

import static org.noisebook.paper.Grammar.share;

import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * f(x) = (1/m) Σ_j a_j Σ_p φ(w_j·x_p), φ(z) = max(0, z)², m neurons with a_j = 1 and m with a_j = −1, on points of
 * three patches that are orthogonal to each other: weak and strong feature along two unit vectors, times the label, and
 * noise.
 *
 * <p>Steps move a neuron along the patches of training points only. So it is kept as its components along the two
 * features, its inner products with the n noise patches, which a step changes by a row of their Gram matrix, and the
 * coefficients that its change has in them: a step costs 2 m n multiply-adds whatever d is, and numbers are those of
 * plain weights up to rounding.
 *
 * <p>Labels alternate from +1, and so do those of test points; per label, evenly spaced points lack the strong patch,
 * so that of the first k of a label round(k · missingShare) do. Noise is normal with variance noiseNorm²/(d − 2), or
 * testNoiseNorm²/(d − 2), along each of the d − 2 directions across the features, weights are normal with variance
 * initialScale².
 */
final class PatchNetwork {
    private static final int FEATURES = 2;

    private final BenignOscillation.Config config;
    private final int across;
    private final boolean[] hasStrong;
    private final double[][] noise;
    private final double[][] gram;
    /** Of the weights, along the features. */
    private final double[] strong;

    private final double[] weak;
    /** At the start, across the features. */
    private final double[][] start;
    /** Inner products of weights and noise, {@code [neuron][point]}. */
    private final double[][] sums;
    /** What the weights gained in units of the noise patches, {@code [neuron][point]}. */
    private final double[][] gains;

    PatchNetwork(BenignOscillation.Config config, Streams streams) {
        this.config = config;
        int n = config.trainSize();
        int neurons = 2 * config.width();
        across = config.dimension() - FEATURES;
        hasStrong = new boolean[n];
        noise = new double[n][];
        gram = new double[n][n];
        Stream data = streams.at("data");
        for (int i = 0; i < n; i++) {
            int earlier = i / 2;
            double share = config.missingShare();
            hasStrong[i] = Math.rint((earlier + 1) * share) == Math.rint(earlier * share);
            noise[i] = noisePatch(data.part(i), config.noiseNorm());
            for (int k = 0; k <= i; k++) {
                gram[i][k] = dot(noise[i], noise[k]);
                gram[k][i] = gram[i][k];
            }
        }
        strong = new double[neurons];
        weak = new double[neurons];
        start = new double[neurons][];
        sums = new double[neurons][n];
        gains = new double[neurons][n];
        Stream init = streams.at("init");
        for (int j = 0; j < neurons; j++) {
            Stream own = init.part(j);
            strong[j] = config.initialScale() * own.nextGaussian();
            weak[j] = config.initialScale() * own.nextGaussian();
            start[j] = normal(own, config.initialScale());
            for (int i = 0; i < n; i++) {
                sums[j][i] = dot(start[j], noise[i]);
            }
        }
    }

    private double[] noisePatch(Stream stream, double norm) {
        return normal(stream, norm / Math.sqrt(across));
    }

    private double[] normal(Stream stream, double scale) {
        double[] values = new double[across];
        for (int k = 0; k < across; k++) {
            values[k] = scale * stream.nextGaussian();
        }
        return values;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum = Math.fma(a[k], b[k], sum);
        }
        return sum;
    }

    private static int label(int i) {
        return 1 - 2 * (i % 2);
    }

    boolean hasStrong(int i) {
        return hasStrong[i];
    }

    private int sign(int j) {
        return j < config.width() ? 1 : -1;
    }

    /** y f of a training point. */
    double margin(int i) {
        int y = label(i);
        double sum = 0;
        for (int j = 0; j < sums.length; j++) {
            double one = square(y * config.weakStrength() * weak[j]) + square(sums[j][i]);
            sum += sign(j) * (hasStrong[i] ? one + square(y * config.strongStrength() * strong[j]) : one);
        }
        return y * sum / config.width();
    }

    /** φ. */
    private static double square(double z) {
        double positive = Math.max(0, z);
        return positive * positive;
    }

    /** A step of SGD for ½ (y − f)² on a training point whose residual 1 − y f is known. */
    void step(int i, double residual) {
        int y = label(i);
        double rate = 2 * config.learningRate() / config.width() * y * residual;
        for (int j = 0; j < sums.length; j++) {
            double own = rate * sign(j);
            weak[j] = moved(weak[j], own, y, config.weakStrength());
            if (hasStrong[i]) {
                strong[j] = moved(strong[j], own, y, config.strongStrength());
            }
            if (sums[j][i] > 0) {
                double gain = own * sums[j][i];
                gains[j][i] += gain;
                for (int k = 0; k < gram.length; k++) {
                    sums[j][k] = Math.fma(gain, gram[i][k], sums[j][k]);
                }
            }
        }
    }

    /** A component of a neuron along a feature after a step; it moves if the neuron sees the patch. */
    private static double moved(double component, double rate, int y, double strength) {
        return y * component > 0 ? component * (1 + rate * strength * strength) : component;
    }

    /** On the strong patch alone, on the weak one and on noise. */
    double[] outputs() {
        return new double[] {
            featureOutput(strong, config.strongStrength()), featureOutput(weak, config.weakStrength()), noiseOutput()
        };
    }

    /** Mean over both labels of y f on the feature's patch alone: every neuron sees the patch of one of them. */
    private double featureOutput(double[] components, double strength) {
        double sum = 0;
        for (int j = 0; j < components.length; j++) {
            double z = strength * components[j];
            sum += sign(j) * Math.signum(z) * z * z;
        }
        return sum / (2 * config.width());
    }

    /** Mean over training points of y f on the noise patch alone. */
    private double noiseOutput() {
        double sum = 0;
        for (int j = 0; j < sums.length; j++) {
            for (int i = 0; i < gram.length; i++) {
                sum += sign(j) * label(i) * square(sums[j][i]);
            }
        }
        return sum / config.width() / gram.length;
    }

    /** Share of fresh points of weak and noise patch with y f &gt; 0. */
    double testAccuracy(Stream test) {
        double[][] weights = new double[sums.length][];
        for (int j = 0; j < weights.length; j++) {
            weights[j] = weights(j);
        }
        return share(config.testSize(), q -> {
            double[] patch = noisePatch(test.part(q), config.testNoiseNorm());
            int y = label(q);
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                sum += sign(j) * (square(y * config.weakStrength() * weak[j]) + square(dot(weights[j], patch)));
            }
            return y * sum > 0;
        });
    }

    /** A neuron across the features. */
    private double[] weights(int j) {
        double[] sum = start[j].clone();
        for (int i = 0; i < noise.length; i++) {
            for (int k = 0; k < across; k++) {
                sum[k] = Math.fma(gains[j][i], noise[i][k], sum[k]);
            }
        }
        return sum;
    }
}
