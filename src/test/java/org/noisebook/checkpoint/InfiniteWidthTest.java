package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.checkpoint.InfiniteWidth.Unit;
import org.noisebook.data.NumberArray;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class InfiniteWidthTest {
    private static final double PRINTED = 5.1e-9;
    private static final double[] POINTS = {1, 2, -1, 0.5, 0.5, -1, 2, 1, -2, 0, 1, 1};

    /** Reference: the recursions in NumPy, float64, to eight decimals. */
    @ParameterizedTest
    @CsvSource({
        "RELU, 1, 1.56250000, .18084006, .76353918, 3.12500000, -.07463743, -.01282311, 1.06649045",
        "RELU, 3, 1.56250000, .82895142, 1.04610316, 6.25000000, 1.17252218, 1.19800680, 2.20847153",
        "ERF, 1, 1.17796160, -.51001018, .34086696, 2.76841231, -1.04494952, -.87187063, .68894237",
        "ERF, 3, 1.02622938, -.37489615, .24820461, 6.09177736, -1.57334709, -1.30077160, 1.01364247"
    })
    void kernelsAreThoseOfTheReference(
            Unit unit, int depth, double s11, double s12, double s23, double t11, double t12, double t13, double t23) {
        InfiniteWidth limit = InfiniteWidth.of(unit, depth, 4, POINTS);
        double[] sigma = limit.covariance();
        double[] theta = limit.tangent();
        assertThat(new double[] {sigma[0], sigma[1], sigma[5], theta[0], theta[1], theta[2], theta[5]})
                .containsExactly(new double[] {s11, s12, s23, t11, t12, t13, t23}, within(PRINTED));
    }

    @Test
    void linearNetworksGrowInProportion() {
        InfiniteWidth limit = InfiniteWidth.of(Unit.LINEAR, 3, 4, POINTS);
        assertThat(limit.tangent()[1]).isCloseTo(4 * limit.covariance()[1], within(1e-12));
    }

    /** Θ of one hidden layer of ReLU units with weights N(0, 1), without the 1/h of the read-out. */
    private static double[] finite(int h, int n, int d, double[] x, Stream stream) {
        double[] rows = new double[n * h * (d + 1)];
        for (int j = 0; j < h; j++) {
            double[] w = DoubleStream.generate(stream::nextGaussian).limit(d).toArray();
            double v = stream.nextGaussian();
            for (int i = 0; i < n; i++) {
                double z = 0;
                for (int k = 0; k < d; k++) {
                    z += w[k] * x[i * d + k] / Math.sqrt(d);
                }
                int at = (i * h + j) * (d + 1);
                for (int k = 0; k < d && z > 0; k++) {
                    rows[at + k] = v * Math.sqrt(2.0 / h / d) * x[i * d + k];
                }
                rows[at + d] = Math.max(0, z) * Math.sqrt(2.0 / h);
            }
        }
        return KernelPair.gram(NumberArray.of(new int[] {n, h * (d + 1)}, rows));
    }

    /** A single network's distance falls as h^(-1/2): slope over four widths, means of 8 networks of a fixed stream. */
    @Test
    void theDistanceFallsAsTheRootOfTheWidth() {
        int n = 16;
        int d = 8;
        double[] x = DoubleStream.generate(Streams.of(1).at("points")::nextGaussian)
                .limit((long) n * d)
                .toArray();
        double[] limit = InfiniteWidth.of(Unit.RELU, 1, d, x).tangent();
        double[] logs = new double[4];
        double[] mean = new double[n * n];
        for (int k = 0; k < logs.length; k++) {
            for (int seed = 0; seed < 8; seed++) {
                double[] kernel = finite(64 << k, n, d, x, Streams.of(1).at("width" + k, seed));
                logs[k] += Math.log(KernelPair.of(n, limit, kernel).distance()) / 8;
                for (int q = 0; q < mean.length && k == 3; q++) {
                    mean[q] += kernel[q] / 8;
                }
            }
        }
        double slope = (3 * (logs[3] - logs[0]) + (logs[2] - logs[1])) / (10 * Math.log(2));
        assertThat(slope).isCloseTo(-0.5, within(0.1));
        assertThat(KernelPair.of(n, limit, mean).distance())
                .as("of the mean kernel")
                .isLessThan(Math.exp(logs[3]) / 1.7);
    }
}
