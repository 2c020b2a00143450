package org.noisebook.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.NetworkEngine;
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
            Activation activation,
            int depth,
            double s11,
            double s12,
            double s23,
            double t11,
            double t12,
            double t13,
            double t23) {
        InfiniteWidth limit = InfiniteWidth.of(activation, depth, 4, POINTS);
        double[] sigma = limit.covariance();
        double[] theta = limit.tangent();
        assertThat(new double[] {sigma[0], sigma[1], sigma[5], theta[0], theta[1], theta[2], theta[5]})
                .containsExactly(new double[] {s11, s12, s23, t11, t12, t13, t23}, within(PRINTED));
    }

    @Test
    void linearNetworksGrowInProportion() {
        InfiniteWidth limit = InfiniteWidth.of(Activation.LINEAR, 3, 4, POINTS);
        assertThat(limit.tangent()[1]).isCloseTo(4 * limit.covariance()[1], within(1e-12));
    }

    @Test
    void otherActivationsHaveNoClosedIntegrals() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InfiniteWidth.of(Activation.GELU, 1, 4, POINTS))
                .withMessageContaining("got GELU");
    }

    /** h Θ of the kit's network of one hidden layer at its start. */
    private static double[] finite(Activation activation, int h, Points points, Stream stream) {
        FullyConnected network = new FullyConnected(1, h, activation);
        NetworkEngine engine = network.engine(points.dimension(), points.count(), Precision.FLOAT64);
        engine.initialise(stream);
        int n = points.count();
        int stride = Kernels.padded(n);
        double[] rows = new double[n * stride];
        engine.tangentKernel(points).reader().rows(IntStream.range(0, n).toArray(), n, rows);
        double[] theta = new double[n * n];
        Arrays.setAll(theta, k -> h * rows[k / n * stride + k % n]);
        return theta;
    }

    /**
     * The distance of a single network's kernel falls as h^(−1/2): slope over h = 256 … 4096 of the means over 16 networks each, log distances
     * scattering by 0.15, so that the slope's standard error is 0.02 and a false alarm beyond 0.1 is one in 10^5. The mean of the 16 widest lies
     * within 2 %, a quarter of the distance of one of them by independence.
     */
    @ParameterizedTest
    @EnumSource(names = {"RELU", "ERF", "LINEAR"})
    void theDistanceFallsAsTheRootOfTheWidth(Activation activation) {
        int n = 24;
        int d = 20;
        int seeds = 16;
        float[] x = new float[n * d];
        Stream draws = Streams.of(1).at("points");
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) draws.nextGaussian();
        }
        byte[] labels = new byte[n];
        Arrays.fill(labels, (byte) 1);
        Points points = Points.of(n, d, x, labels);
        double[] wide = new double[x.length];
        Arrays.setAll(wide, k -> x[k]);
        double[] limit = InfiniteWidth.of(activation, 1, d, wide).tangent();
        double[] logs = new double[5];
        double[] mean = new double[n * n];
        for (int k = 0; k < logs.length; k++) {
            for (int seed = 0; seed < seeds; seed++) {
                double[] kernel =
                        finite(activation, 256 << k, points, Streams.of(1).at("width" + k, seed));
                logs[k] += Math.log(KernelPair.of(n, limit, kernel).distance()) / seeds;
                for (int q = 0; q < mean.length && k == logs.length - 1; q++) {
                    mean[q] += kernel[q] / seeds;
                }
            }
        }
        double slope = (2 * (logs[4] - logs[0]) + (logs[3] - logs[1])) / (10 * Math.log(2));
        assertThat(slope).isCloseTo(-0.5, within(0.1));
        if (activation == Activation.RELU) {
            assertThat(Math.exp(logs[4])).as("of one").isBetween(0.03, 0.05);
        }
        assertThat(KernelPair.of(n, limit, mean).distance())
                .as("of the mean kernel")
                .isLessThan(0.02);
    }
}
