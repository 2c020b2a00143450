package org.noisebook.papers.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class BottleneckCurveTest {
    /** Points are attained; the iteration stops when its functional moves by 1e-13 nats in ten steps. */
    private static final double CONVERGED = 1e-6;

    private static final double ROUNDING = 1e-12;
    private static final double LN2 = Math.log(2);

    private static double binary(double p) {
        return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / LN2;
    }

    /** p below a half with h(p) = entropy. */
    private static double inverse(double entropy) {
        double low = 0;
        double high = 0.5;
        for (int k = 0; k < 100; k++) {
            double middle = (low + high) / 2;
            if (binary(middle) < entropy) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** X is a fair bit and Y its copy through a binary symmetric channel: Mrs Gerber's lemma, Wyner and Ziv 1973. */
    @Test
    void binarySymmetricChannel() {
        double flip = 0.1;
        double[] betas = IntStream.range(1, 60)
                .mapToDouble(k -> 1.57 * Math.pow(1.015, k))
                .toArray();
        BottleneckCurve curve =
                BottleneckCurve.of(new double[] {0.5, 0.5}, new double[] {0.9, 0.1, 0.1, 0.9}, 2, betas);
        double[] input = curve.input();
        double[] label = curve.label();
        for (int k = 0; k < input.length; k++) {
            double own = inverse(1 - input[k]);
            double theory = 1 - binary(own * (1 - flip) + flip * (1 - own));
            assertThat(label[k]).as("I(X;T) = %s", input[k]).isCloseTo(theory, within(CONVERGED));
        }
        assertThat(Arrays.stream(input).filter(i -> i > 0.05 && i < 0.95).count())
                .as("points inside")
                .isGreaterThan(20);
    }

    /** A label that is a function of X: I(T;Y) = I(X;T) up to H(Y), for only its preimage need be known. */
    @Test
    void certainLabels() {
        double[] weights = {0.1, 0.2, 0.3, 0.15, 0.25};
        double[] conditional = {1, 0, 1, 0, 0, 1, 0, 1, 1, 0};
        BottleneckCurve curve = BottleneckCurve.of(weights, conditional, 2, 0.5, 0.9, 1.1, 2, 10, 100);
        double entropy = binary(0.45);

        assertThat(curve.at(entropy / 3)).isCloseTo(entropy / 3, within(CONVERGED));
        assertThat(curve.at(entropy)).isCloseTo(entropy, within(CONVERGED));
        assertThat(curve.at(2)).isCloseTo(entropy, within(ROUNDING));
    }

    @Test
    void ends() {
        double[] weights = {0.5, 0.25, 0.25};
        double[] conditional = {0.8, 0.2, 0.3, 0.7, 0.1, 0.9};
        BottleneckCurve curve = BottleneckCurve.of(weights, conditional, 2, 1.5, 3, 10);
        double ones = 0.5 * 0.2 + 0.25 * 0.7 + 0.25 * 0.9;
        double all = binary(ones) - 0.5 * binary(0.2) - 0.25 * binary(0.7) - 0.25 * binary(0.9);

        assertThat(curve.at(0)).isZero();
        assertThat(curve.at(-1)).isZero();
        assertThat(curve.input()[curve.input().length - 1]).isCloseTo(1.5, within(ROUNDING));
        assertThat(curve.at(1.5)).isCloseTo(all, within(ROUNDING));
        assertThat(curve.at(7)).isEqualTo(curve.at(1.5 + ROUNDING));
        assertThat(BottleneckCurve.of(new double[] {1}, new double[] {0.3, 0.7}, 2, 5)
                        .at(1))
                .as("one input")
                .isCloseTo(0, within(ROUNDING));
    }

    /** Concave, rising, and above what any random representation attains: all 500 of 5 inputs and 3 labels. */
    @Test
    void noRepresentationLiesAboveIt() {
        Stream stream = Streams.of(2).at("data");
        int size = 5;
        int classes = 3;
        double[] weights = row(size, stream);
        double[] conditional = new double[size * classes];
        for (int x = 0; x < size; x++) {
            System.arraycopy(row(classes, stream), 0, conditional, x * classes, classes);
        }
        double[] betas = IntStream.range(0, 80)
                .mapToDouble(k -> 1.01 * Math.pow(1.08, k))
                .toArray();
        BottleneckCurve curve = BottleneckCurve.of(weights, conditional, classes, betas);
        double[] input = curve.input();
        double[] label = curve.label();
        for (int k = 2; k < input.length; k++) {
            double before = (label[k - 1] - label[k - 2]) / (input[k - 1] - input[k - 2]);
            double after = (label[k] - label[k - 1]) / (input[k] - input[k - 1]);
            assertThat(after).isBetween(0.0, before);
        }
        double closest = 1;
        for (int trial = 0; trial < 500; trial++) {
            double sharp = 4 * stream.nextDouble();
            double[] point = information(weights, conditional, classes, encoder(size, sharp, stream));
            double margin = curve.at(point[0]) - point[1];
            assertThat(margin).isGreaterThan(-CONVERGED);
            closest = Math.min(closest, margin);
        }
        assertThat(closest).as("some come near").isLessThan(0.05);
    }

    private static double[] row(int length, Stream stream) {
        double[] row = new double[length];
        double sum = 0;
        for (int k = 0; k < length; k++) {
            row[k] = stream.nextPositive();
            sum += row[k];
        }
        for (int k = 0; k < length; k++) {
            row[k] /= sum;
        }
        return row;
    }

    private static double[][] encoder(int size, double sharp, Stream stream) {
        double[][] encoder = new double[size][size];
        for (int x = 0; x < size; x++) {
            double sum = 0;
            for (int t = 0; t < size; t++) {
                encoder[x][t] = Math.exp(sharp * stream.nextGaussian());
                sum += encoder[x][t];
            }
            for (int t = 0; t < size; t++) {
                encoder[x][t] /= sum;
            }
        }
        return encoder;
    }

    private static double[] information(double[] weights, double[] conditional, int classes, double[][] encoder) {
        int size = weights.length;
        double[] cells = new double[size];
        double[][] joint = new double[size][classes];
        double[] labels = new double[classes];
        for (int x = 0; x < size; x++) {
            for (int t = 0; t < size; t++) {
                cells[t] += weights[x] * encoder[x][t];
                for (int y = 0; y < classes; y++) {
                    joint[t][y] += weights[x] * encoder[x][t] * conditional[x * classes + y];
                    labels[y] += weights[x] * encoder[x][t] * conditional[x * classes + y];
                }
            }
        }
        double input = 0;
        double label = 0;
        for (int t = 0; t < size; t++) {
            for (int x = 0; x < size; x++) {
                input += weights[x] * encoder[x][t] * Math.log(encoder[x][t] / cells[t]) / LN2;
            }
            for (int y = 0; y < classes; y++) {
                label += joint[t][y] * Math.log(joint[t][y] / (cells[t] * labels[y])) / LN2;
            }
        }
        return new double[] {input, label};
    }

    @Test
    void curvesAreValues() {
        double[] input = {0, 1};
        BottleneckCurve curve = new BottleneckCurve(input, new double[] {0, 0.5});
        input[1] = 7;
        curve.input()[1] = 7;

        assertThat(curve).isEqualTo(new BottleneckCurve(new double[] {0, 1}, new double[] {0, 0.5}));
        assertThat(curve).hasSameHashCodeAs(new BottleneckCurve(new double[] {0, 1}, new double[] {0, 0.5}));
        assertThat(curve).isNotEqualTo(new BottleneckCurve(new double[] {0, 1}, new double[] {0, 0.4}));
        assertThat(curve.at(0.5)).isEqualTo(0.25);
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BottleneckCurve.of(new double[] {1}, new double[] {0.5, 0.4, 0.1}, 2, 1))
                .withMessage("conditional must hold weights · classes=2 numbers, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BottleneckCurve.of(new double[] {1}, new double[] {0.5, 0.5}, 2, 0))
                .withMessage("betas must be in (0, inf), got 0.0");
    }
}
