package org.noisebook.papers.benignoscillation;

import static org.noisebook.paper.Grammar.share;

import org.noisebook.linalg.Dot;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * A patch network, f(x) = (1/m) Σ_j a_j Σ_p φ(w_j·x_p) with φ(z) = max(0, z)², m neurons of a_j = 1 and m of a_j = −1, on
 * points of three mutually orthogonal patches: the weak and the strong feature, each the label times a fixed vector, and
 * noise.
 *
 * <p>A step moves a neuron only along patches of training points. We store its components along the two features, its
 * inner products with the n noise patches, which a step changes by a row of their Gram matrix, and the coefficients of
 * its change in these patches. So a step costs 2 m n multiply-adds for any d, with the results of plain weights up
 * to rounding.
 *
 * <p>Labels of training and test points alternate, starting at +1. Within a label, evenly spaced points lack the strong
 * patch: round(k · missingShare) of the first k. Noise is normal with variance noiseNorm²/(d − 2), for test points
 * testNoiseNorm²/(d − 2), along each of the d − 2 directions orthogonal to the features; initial weights are normal with
 * variance initialScale².
 */
final class PatchNetwork {
    private static final int FEATURES = 2;

    private final BenignOscillation.Config config;
    private final int across;
    private final boolean[] hasStrong;
    private final double[][] noise;
    private final double[][] gram;
    /** Components of the weights along the strong feature. */
    private final double[] strong;

    private final double[] weak;
    /** Initial weights orthogonal to the features. */
    private final double[][] start;
    /** Inner products of weights and noise, {@code [neuron][point]}. */
    private final double[][] sums;
    /** Change of the weights as coefficients of the noise patches, {@code [neuron][point]}. */
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
                gram[i][k] = Dot.inOrder(noise[i], noise[k]);
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
                sums[j][i] = Dot.inOrder(start[j], noise[i]);
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

    /** One step of SGD on ½ (y − f)² for a training point with the given residual 1 − y f. */
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

    /** A neuron's component along a feature after a step; it changes only if the neuron is active on the patch. */
    private static double moved(double component, double rate, int y, double strength) {
        return y * component > 0 ? component * (1 + rate * strength * strength) : component;
    }

    /** The outputs y f on the strong patch alone, on the weak patch alone and on noise. */
    double[] outputs() {
        return new double[] {
            featureOutput(strong, config.strongStrength()), featureOutput(weak, config.weakStrength()), noiseOutput()
        };
    }

    /** Mean of y f on a feature's patch alone over both labels; each neuron is active on the patch of one label. */
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

    /** Share of fresh points, with a weak and a noise patch, that have y f &gt; 0. */
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
                sum += sign(j) * (square(y * config.weakStrength() * weak[j]) + square(Dot.inOrder(weights[j], patch)));
            }
            return y * sum > 0;
        });
    }

    /** A neuron's weights orthogonal to the features. */
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
