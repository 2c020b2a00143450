package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class WassersteinTest {
    private static final double ROUNDING = 1e-12;
    /** Of the adaptive rule. */
    private static final double INTEGRATION = 1e-7;

    private static double[] normals(Stream stream, int n) {
        return Arrays.stream(new double[n]).map(unused -> stream.nextGaussian()).toArray();
    }

    private static double[] repeated(double[] x, int times) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        double[] all = new double[x.length * times];
        Arrays.setAll(all, k -> sorted[k / times]);
        return all;
    }

    /** Sizes 6 and 9 against both repeated to 18 points, matched in order. */
    @Test
    void sizesMayDiffer() {
        Stream stream = Streams.of(1).at("data");
        double[] x = normals(stream, 6);
        double[] y = normals(stream, 9);
        double[] manyX = repeated(x, 3);
        double[] manyY = repeated(y, 2);
        double first = 0;
        for (int k = 0; k < 18; k++) {
            first += Math.abs(manyX[k] - manyY[k]) / 18;
        }
        double[] before = x.clone();

        assertThat(Wasserstein.w1(x, y)).isCloseTo(first, within(ROUNDING));
        assertThat(Wasserstein.w1(y, x)).isCloseTo(first, within(ROUNDING));
        assertThat(x).as("unmodified").isEqualTo(before);
    }

    /** No permutation of five points is cheaper. */
    @Test
    void noCouplingIsCheaper() {
        Stream stream = Streams.of(2).at("data");
        double[] x = normals(stream, 5);
        double[] y = normals(stream, 5);

        assertThat(Wasserstein.w1(x, y)).isCloseTo(cheapest(x, y, 0) / 5, within(ROUNDING));
    }

    private static double cheapest(double[] x, double[] y, int first) {
        if (first == x.length) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int k = first; k < y.length; k++) {
            double[] swapped = y.clone();
            swapped[first] = y[k];
            swapped[k] = y[first];
            double own = Math.abs(x[first] - swapped[first]);
            least = Math.min(least, own + cheapest(x, swapped, first + 1));
        }
        return least;
    }

    @Test
    void shiftAndScale() {
        double[] x = normals(Streams.of(3).at("data"), 101);
        double[] moved = Arrays.stream(x).map(v -> v - 2.5).toArray();
        double[] twice = Arrays.stream(x).map(v -> 2 * v).toArray();
        double[] y = normals(Streams.of(4).at("data"), 50);
        double[] doubled = Arrays.stream(y).map(v -> 2 * v).toArray();

        assertThat(Wasserstein.w1(x, moved)).isCloseTo(2.5, within(ROUNDING));
        assertThat(Wasserstein.w1(x, x)).isZero();
        assertThat(Wasserstein.w1(twice, doubled)).isCloseTo(2 * Wasserstein.w1(x, y), within(ROUNDING));
    }

    /** Midpoints of n cells against the uniform law: W_1 = 1/(4 n); one point in the middle of N(0, 1). */
    @Test
    void againstALaw() {
        double[] middles = {0.9, 0.1, 0.3, 0.5, 0.7};
        DoubleUnaryOperator normal = new NormalDistribution(null, 0, 1)::inverseCumulativeProbability;

        assertThat(Wasserstein.w1(middles, u -> u)).isCloseTo(0.05, within(INTEGRATION));
        assertThat(Wasserstein.w1(new double[] {0}, normal)).isCloseTo(Math.sqrt(2 / Math.PI), within(INTEGRATION));
        assertThat(Wasserstein.w2(normal, u -> 3 + 2 * normal.applyAsDouble(u)))
                .isCloseTo(Math.sqrt(10), within(INTEGRATION));
    }

    private static DoubleUnaryOperator mixtureQuantile(double[] means, double[] variances) {
        NormalDistribution[] parts = new NormalDistribution[means.length];
        Arrays.setAll(parts, k -> new NormalDistribution(null, means[k], Math.sqrt(variances[k])));
        return u -> {
            double low = -20;
            double high = 20;
            for (int k = 0; k < 50; k++) {
                double middle = (low + high) / 2;
                double below = 0;
                for (NormalDistribution part : parts) {
                    below += part.cumulativeProbability(middle) / parts.length;
                }
                low = below < u ? middle : low;
                high = below < u ? high : middle;
            }
            return (low + high) / 2;
        };
    }

    /** The pair of 1-D mixtures with 2 and 3 modes: W_2² = 6.39699. */
    @Test
    void theReferencePair() {
        DoubleUnaryOperator start = mixtureQuantile(new double[] {-3, 3}, new double[] {0.25, 0.25});
        DoubleUnaryOperator end = mixtureQuantile(new double[] {-6, 0, 6}, new double[] {0.5, 0.33, 0.5});

        assertThat(Math.pow(Wasserstein.w2(start, end), 2)).isCloseTo(6.39699, within(5e-6));
    }

    /** A shift δ in three dimensions: the lengths of its projections have mean |δ|/2. */
    @Test
    void slices() {
        Stream stream = Streams.of(5).at("data");
        double[][] x = {normals(stream, 40), normals(stream, 40), normals(stream, 40)};
        double[][] y = {
            Arrays.stream(x[0]).map(v -> v + 1).toArray(),
            x[1].clone(),
            Arrays.stream(x[2]).map(v -> v - 2).toArray()
        };
        Estimate first = Wasserstein.slicedW1(x, y, 2000, Streams.of(1).at("slices"));
        double sigmas = 4;

        assertThat(first.mean())
                .as("E |cos| = 1/2 on the sphere; a false alarm of 6e-5")
                .isCloseTo(Math.sqrt(5) / 2, within(sigmas * first.stdError()));
        assertThat(first.stdError()).isBetween(0.01, 0.02);
        assertThat(Wasserstein.slicedW1(
                                new double[][] {x[0]},
                                new double[][] {x[1]},
                                3,
                                Streams.of(1).at("slices"))
                        .mean())
                .as("one dimension")
                .isCloseTo(Wasserstein.w1(x[0], x[1]), within(ROUNDING));
    }

    @Test
    void badInputIsRefused() {
        double[] x = {1, 2};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1(new double[0], x))
                .withMessage("x must have at least one point, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1(x, new double[] {0, Double.NaN}))
                .withMessage("y must be finite, got NaN at point 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.slicedW1(
                        new double[][] {x},
                        new double[][] {x, x},
                        5,
                        Streams.of(1).at("slices")))
                .withMessage("x and y must have the same dimension, got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.slicedW1(
                        new double[][] {x}, new double[][] {x}, 0, Streams.of(1).at("slices")))
                .withMessage("directions must be in [1, 2147483647], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.slicedW1(
                        new double[][] {x, {1}},
                        new double[][] {x, x},
                        5,
                        Streams.of(1).at("slices")))
                .withMessage("rows of x must have one length, got 2 and 1");
    }
}
