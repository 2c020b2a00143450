package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class UNetTest {
    private static final UNet.Shape SMALL = new UNet.Shape(8, 3, 4, 5, 3);
    private static final int CASES = 3;

    private static UNet net(UNet.Shape shape, int capacity, Precision precision, MatrixKernels products) {
        UNet net = new UNet(shape, Activation.SILU, capacity, precision, products);
        Stream stream = Streams.of(1).at("weights");
        double[] weights = new double[net.weightCount()];
        Arrays.setAll(weights, k -> 0.3 * stream.nextGaussian());
        net.setWeights(weights);
        return net;
    }

    private static double[][] drawn(String name, int rows, int cases) {
        Stream stream = Streams.of(1).at(name);
        double[][] x = new double[rows][cases];
        for (double[] row : x) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return x;
    }

    private static double[][] scores(UNet net, double[][] x, boolean keep) {
        net.begin(x[0].length);
        net.setInputs(0, x);
        if (keep) {
            net.forward();
        } else {
            net.evaluate();
        }
        double[][] out = new double[x.length - 3][x[0].length];
        net.copyScores(out);
        return out;
    }

    /** The network of the javadoc for one point, loop by loop, on weights read from their packed form in order. */
    private static final class ByHand {
        private final double[] weights;
        private int at;
        private final double[] embedded;

        ByHand(UNet.Shape shape, double[] weights, double[] x) {
            this.weights = weights;
            embedded = new double[shape.width()];
            for (int i = 0; i <= shape.others(); i++) {
                double input = i < shape.others() ? x[shape.side() * shape.side() + i] : 1;
                for (int j = 0; j < embedded.length; j++) {
                    embedded[j] += input * weights[at++];
                }
            }
            Arrays.setAll(embedded, j -> silu(embedded[j]));
        }

        static double silu(double z) {
            return z / (1 + Math.exp(-z));
        }

        /** [channel][y][x], padded as "SAME" does it: before and after at stride 1, after only at stride 2. */
        double[][][] conv(double[][][] a, int outputs, int stride) {
            int side = a[0].length;
            int out = side / stride;
            int before = stride == 1 ? 1 : 0;
            double[][][] z = new double[outputs][out][out];
            for (int ky = 0; ky < 3; ky++) {
                for (int kx = 0; kx < 3; kx++) {
                    for (double[][] map : a) {
                        for (int o = 0; o < outputs; o++) {
                            double w = weights[at++];
                            for (int y = 0; y < out; y++) {
                                for (int x = 0; x < out; x++) {
                                    int iy = y * stride + ky - before;
                                    int ix = x * stride + kx - before;
                                    z[o][y][x] += iy < 0 || ix < 0 || iy >= side || ix >= side ? 0 : w * map[iy][ix];
                                }
                            }
                        }
                    }
                }
            }
            return z;
        }

        double[][][] norm(double[][][] z) {
            int side = z[0].length;
            double[][][] out = new double[z.length][side][side];
            for (int c = 0; c < z.length; c++) {
                int group = c / 4 * 4;
                double sum = 0;
                double squares = 0;
                for (int other = group; other < group + 4; other++) {
                    for (double[] row : z[other]) {
                        for (double v : row) {
                            sum += v;
                            squares += v * v;
                        }
                    }
                }
                double mean = sum / (4 * side * side);
                double deviation = Math.sqrt(squares / (4 * side * side) - mean * mean + 1e-5);
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        out[c][y][x] =
                                silu(weights[at + c] * (z[c][y][x] - mean) / deviation + weights[at + z.length + c]);
                    }
                }
            }
            at += 2 * z.length;
            return out;
        }

        double[][][] block(double[][][] x) {
            double[][][] z = conv(norm(x), x.length, 1);
            for (int i = 0; i <= embedded.length; i++) {
                for (double[][] map : z) {
                    double shift = (i < embedded.length ? embedded[i] : 1) * weights[at++];
                    for (double[] row : map) {
                        for (int k = 0; k < row.length; k++) {
                            row[k] += shift;
                        }
                    }
                }
            }
            return plus(x, conv(norm(z), x.length, 1));
        }

        static double[][][] plus(double[][][] a, double[][][] b) {
            double[][][] sum = new double[a.length][a[0].length][a[0].length];
            for (int c = 0; c < a.length; c++) {
                for (int y = 0; y < a[0].length; y++) {
                    for (int x = 0; x < a[0].length; x++) {
                        sum[c][y][x] = a[c][y][x] + b[c][y][x];
                    }
                }
            }
            return sum;
        }

        static double[][][] doubled(double[][][] a) {
            int side = 2 * a[0].length;
            double[][][] out = new double[a.length][side][side];
            for (int c = 0; c < a.length; c++) {
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        out[c][y][x] = a[c][y / 2][x / 2];
                    }
                }
            }
            return out;
        }
    }

    /** Weights lie in the order of the network's making: blocks down with their halvings, doublings with blocks up. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void isTheNetworkOfItsJavadoc(int base) {
        UNet.Shape shape = new UNet.Shape(8, 3, base, 5, 3);
        UNet net = net(shape, CASES, Precision.FLOAT64, MatrixKernels.plain());
        double[][] x = drawn("inputs", 67, CASES);
        double[][] found = scores(net, x, true);
        for (int k = 0; k < CASES; k++) {
            int sample = k;
            double[] own = Arrays.stream(x).mapToDouble(row -> row[sample]).toArray();
            ByHand hand = new ByHand(shape, net.weights(), own);
            double[][][] picture = new double[1][8][];
            Arrays.setAll(picture[0], y -> Arrays.copyOfRange(own, 8 * y, 8 * y + 8));
            double[][][] a = hand.block(hand.conv(picture, base, 1));
            double[][][] b = hand.block(hand.conv(a, 2 * base, 2));
            double[][][] c = hand.block(hand.conv(b, 4 * base, 2));
            double[][][] d = hand.block(ByHand.plus(hand.conv(ByHand.doubled(c), 2 * base, 1), b));
            double[][][] e = hand.block(ByHand.plus(hand.conv(ByHand.doubled(d), base, 1), a));
            double[][][] last = hand.conv(hand.norm(e), 1, 1);
            assertThat(hand.at).isEqualTo(net.weightCount());
            for (int j = 0; j < 64; j++) {
                double expected = last[0][j / 8][j % 8];
                assertThat(found[j][k]).isCloseTo(expected, within(1e-10 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private static double loss(UNet net, double[] weights, double[][] x, double[][] factor) {
        net.setWeights(weights);
        double[][] out = scores(net, x, true);
        double sum = 0;
        for (int j = 0; j < out.length; j++) {
            for (int k = 0; k < out[j].length; k++) {
                sum += factor[j][k] * out[j][k] + out[j][k] * out[j][k] / 2;
            }
        }
        return sum;
    }

    /** Weights by central differences, in float64: each one, or every so many where channels fill whole registers. */
    @ParameterizedTest
    @CsvSource({"1, 4, 1", "2, 4, 1", "3, 4, 1", "2, 16, 53"})
    void gradientsAreDifferences(int levels, int base, int every) {
        UNet.Shape shape = new UNet.Shape(4, levels, base, 5, 3);
        UNet net = net(shape, CASES, Precision.FLOAT64, MatrixKernels.fastest());
        double[][] x = drawn("inputs", 19, CASES);
        double[][] factor = drawn("factors", 16, CASES);
        double[] weights = net.weights();
        loss(net, weights, x, factor);
        double[][] slopes = new double[16][CASES];
        net.copyScores(slopes);
        for (int j = 0; j < 16; j++) {
            for (int k = 0; k < CASES; k++) {
                slopes[j][k] += factor[j][k];
            }
        }
        net.setSlopes(slopes);
        net.backward();
        double[] gradient = net.gradient();
        double scale =
                Math.sqrt(Arrays.stream(gradient).map(g -> g * g).average().orElseThrow());
        for (int i = 0; i < weights.length; i += every) {
            double h = 1e-5;
            double[] moved = weights.clone();
            moved[i] += h;
            double above = loss(net, moved, x, factor);
            moved[i] -= 2 * h;
            double below = loss(net, moved, x, factor);
            assertThat(gradient[i])
                    .as("weight %s of %s", i, weights.length)
                    .isCloseTo((above - below) / (2 * h), within(1e-6 * scale));
        }
    }

    /** Steps of Adam in float32: the same bits with plain and vector kernels, and for a point alone or among others. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void sameBitsOnAnyKernels(int base) {
        UNet.Shape shape = new UNet.Shape(8, 3, base, 5, 3);
        double[][] x = drawn("inputs", 67, 20);
        UNet plain = net(shape, 20, Precision.FLOAT32, MatrixKernels.plain());
        UNet fast = net(shape, 20, Precision.FLOAT32, MatrixKernels.fastest());
        for (int step = 0; step < 3; step++) {
            for (UNet net : new UNet[] {plain, fast}) {
                net.setSlopes(scores(net, x, true));
                net.backward();
                net.adam(1e-3);
                net.average(0.9);
            }
        }
        assertThat(fast.weights()).containsExactly(plain.weights());
        assertThat(fast.averagedWeights()).containsExactly(plain.averagedWeights());
        assertThat(fast.averagedWeights()).isNotEqualTo(fast.weights());
        double[][] trained = scores(fast, x, true);
        UNet evaluating = new UNet(shape, Activation.SILU, 20, Precision.FLOAT32, MatrixKernels.fastest());
        evaluating.setWeights(fast.weights());
        assertThat(scores(evaluating, x, false)).isDeepEqualTo(trained);
        double[][] alone = Arrays.stream(x).map(row -> new double[] {row[17]}).toArray(double[][]::new);
        double[][] one = scores(fast, alone, false);
        for (int j = 0; j < 64; j++) {
            assertThat(one[j][0]).isEqualTo(trained[j][17]);
        }
    }

    /** A start predicts 0, since the last convolution starts there, and learns from there. */
    @Test
    void learnsAPicture() {
        UNet net = new UNet(SMALL, Activation.SILU, CASES, Precision.FLOAT32, MatrixKernels.fastest());
        net.initialise(Streams.of(1).at("init"), 1.68);
        double[][] x = drawn("inputs", 67, CASES);
        assertThat(scores(net, x, true)).isDeepEqualTo(new double[64][CASES]);
        double error = 1;
        for (int step = 0; step < 300; step++) {
            double[][] slopes = scores(net, x, true);
            error = 0;
            for (int j = 0; j < 64; j++) {
                for (int k = 0; k < CASES; k++) {
                    slopes[j][k] -= x[j][(k + 1) % CASES];
                    error += slopes[j][k] * slopes[j][k] / (64 * CASES);
                }
            }
            net.setSlopes(slopes);
            net.backward();
            net.adam(3e-3);
        }
        assertThat(error).isLessThan(0.1);
    }

    /** Points enough for two pieces; at the same inputs every part may be taken over, and each depends on what it says. */
    @ParameterizedTest
    @CsvSource({"8, 1", "8, 2", "8, 4", "28, 3"})
    void partsAreTakenOverToTheBit(int side, int levels) {
        UNet.Shape shape = new UNet.Shape(side, levels, 4, 5, 3);
        int cases = side == 8 ? 200 : 20;
        UNet net = net(shape, cases, Precision.FLOAT32, MatrixKernels.fastest());
        double[][] x = drawn("x", side * side + 3, cases);
        double[][] whole = scores(net, x, false);
        double[][] moved = drawn("moved", side * side + 3, cases);
        System.arraycopy(x, side * side, moved, side * side, 3);
        double[][] later = drawn("later", side * side + 3, cases);
        for (UNet.Reuse reuse : UNet.Reuse.values()) {
            net.evaluate(UNet.Reuse.NOTHING, null);
            long spent = reused(net, x, UNet.Reuse.NOTHING, whole, true);
            assertThat((double) spent).isEqualTo(cases * shape.multiplyAdds());
            spent = reused(net, x, reuse, whole, true);
            assertThat((double) spent).isEqualTo(cases * shape.multiplyAdds(reuse));
            assertThat(spent > 0).isTrue();
            reused(net, moved, reuse, whole, reuse == UNet.Reuse.ENCODER);
            reused(net, later, reuse, whole, levels == 1 && reuse == UNet.Reuse.ENCODER);
        }
    }

    private static long reused(UNet net, double[][] x, UNet.Reuse reuse, double[][] scores, boolean same) {
        net.begin(x[0].length);
        net.setInputs(0, x);
        int[] seen = {0};
        long spent = net.evaluate(reuse, (map, values) -> seen[0]++);
        double[][] out = new double[scores.length][x[0].length];
        net.copyScores(out);
        assertThat(Arrays.deepEquals(out, scores)).isEqualTo(same);
        assertThat(seen[0]).isPositive();
        return spent;
    }

    @Test
    void reuseNeedsKeptMaps() {
        UNet net = net(SMALL, CASES, Precision.FLOAT32, MatrixKernels.plain());
        net.begin(CASES);
        assertThatIllegalStateException()
                .isThrownBy(() -> net.evaluate(UNet.Reuse.ENCODER, null))
                .withMessage("reuse needs the maps of 3 points, kept are those of 0");
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UNet.Shape(28, 3, 6, 5, 3))
                .withMessage("channels must be a multiple of 4 and the side of the pictures one of 2^(levels - 1),"
                        + " got 6 and 28");
        assertThat(UNet.levels(28)).isEqualTo(3);
        assertThat(UNet.levels(14)).isEqualTo(2);
        assertThat(UNet.levels(7)).isEqualTo(1);
        UNet net = net(SMALL, 2, Precision.FLOAT32, MatrixKernels.plain());
        net.begin(1);
        assertThatIllegalStateException()
                .isThrownBy(net::backward)
                .withMessage("derivatives need a forward pass of this batch before them");
    }
}
