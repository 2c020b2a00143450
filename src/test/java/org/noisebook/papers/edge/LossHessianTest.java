package org.noisebook.papers.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.Loss;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Streams;

class LossHessianTest {
    private static final int DIMENSION = 3;
    private static final int POINTS = 9;
    private static final Points DATA = Split.of(
                    DataSource.STRIPE, new Task.Parity(), POINTS, 0, DIMENSION, Streams.of(1))
            .train();
    /** Fourth-order differences: truncation 3e-4⁴ and rounding 1e-16/3e-4, times numbers of order 1. */
    private static final double STEP = 3e-4;

    private static final double ERROR = 1e-9;

    /** A network away from its start, as a training is, its gradient by updates of the engine, and its Hessian. */
    private static final class Subject {
        final NetworkEngine engine;
        final FullyConnected network;
        final HingeSgd rule;
        final double[] start;
        final double[] weights;
        final LossHessian hessian;

        Subject(FullyConnected network, Loss loss, double margin) {
            this.network = network;
            rule = new HingeSgd(margin, 1, POINTS, GradientNoise.MINIBATCH, POINTS, loss);
            engine = network.engine(DIMENSION, POINTS, Precision.FLOAT64);
            engine.initialise(Streams.of(2).at("init"));
            start = engine.outputs(DATA);
            weights = engine.weights();
            double[] change = vector(weights.length, 3);
            for (int k = 0; k < weights.length; k++) {
                weights[k] += 0.5 * change[k];
            }
            hessian = new LossHessian(network, DATA, start, rule);
            hessian.set(weights);
        }

        double[] gradient(double[] at) {
            engine.set(at);
            double[] out = engine.outputs(DATA);
            int[] place = new int[POINTS];
            double[] factor = new double[POINTS];
            for (int i = 0; i < POINTS; i++) {
                place[i] = i;
                double gap = rule.margin() - DATA.label(i) * (out[i] - start[i]);
                double slope = rule.loss() == Loss.SQUARED ? gap : gap > 0 ? 1 : 0;
                factor[i] = DATA.label(i) * slope / POINTS;
            }
            engine.forward(DATA, place, POINTS, out);
            engine.update(place, factor, POINTS);
            double[] moved = engine.weights();
            double[] gradient = new double[at.length];
            Arrays.setAll(gradient, k -> at[k] - moved[k]);
            return gradient;
        }

        double[] shifted(double[] along, double by) {
            double[] shifted = weights.clone();
            for (int k = 0; k < shifted.length; k++) {
                shifted[k] += by * along[k];
            }
            return gradient(shifted);
        }

        double[] differences(double[] along) {
            double[] near = shifted(along, STEP);
            double[] back = shifted(along, -STEP);
            double[] far = shifted(along, 2 * STEP);
            double[] farBack = shifted(along, -2 * STEP);
            double[] product = new double[near.length];
            Arrays.setAll(product, k -> (8 * (near[k] - back[k]) - (far[k] - farBack[k])) / (12 * STEP));
            return product;
        }
    }

    private static double[] vector(int length, int seed) {
        org.noisebook.rng.Stream stream = Streams.of(seed).at("vector");
        double[] vector = new double[length];
        Arrays.setAll(vector, k -> stream.nextGaussian());
        return vector;
    }

    static Stream<Arguments> subjects() {
        return Stream.of(Activation.values())
                .flatMap(activation -> Stream.of(1, 2, 3)
                        .flatMap(depth -> Stream.of(Loss.values())
                                .map(loss -> Arguments.of(new FullyConnected(depth, 5, activation), loss))));
    }

    /** No corner of ReLU or of the hinge lies within the differences: the points are few and the steps small. */
    @ParameterizedTest
    @MethodSource("subjects")
    void productsAreDifferencesOfGradients(FullyConnected network, Loss loss) {
        Subject subject = new Subject(network, loss, 0.7);
        double[] along = vector(subject.weights.length, 4);
        assertThat(subject.hessian.times(along)).containsExactly(subject.differences(along), within(ERROR));
    }

    /** The largest eigenvalue against all of a Hessian made of differences. */
    @ParameterizedTest
    @MethodSource("subjects")
    void theLargestIsThatOfTheDenseHessian(FullyConnected network, Loss loss) {
        Subject subject = new Subject(network, loss, 0.7);
        int n = subject.weights.length;
        double[] dense = new double[n * n];
        double[] unit = new double[n];
        for (int k = 0; k < n; k++) {
            unit[k] = 1;
            System.arraycopy(subject.differences(unit), 0, dense, k * n, n);
            unit[k] = 0;
        }
        assertThat(subject.hessian.largest())
                .isCloseTo(SymmetricSpectrum.of(n, dense).values()[0], within(1e-8));
    }

    /** JᵀJ/n and JJᵀ/n share their eigenvalues; the second is the tangent kernel. */
    @ParameterizedTest
    @MethodSource("subjects")
    void theGaussNewtonPartIsTheTangentKernels(FullyConnected network, Loss loss) {
        Subject subject = new Subject(network, loss, 0.7);
        ProbeKernel kernel = ProbeKernel.tangent(network, subject.weights, DATA);
        double[] matrix = new double[POINTS * POINTS];
        Arrays.setAll(matrix, k -> kernel.value(k / POINTS, k % POINTS) / POINTS);
        double expected =
                loss == Loss.HINGE ? 0 : SymmetricSpectrum.of(POINTS, matrix).values()[0];
        assertThat(subject.hessian.largestGaussNewton()).isCloseTo(expected, within(1e-10));
    }

    /** Where every point is beyond the margin the hinge is flat. */
    @Test
    void fittedPointsHaveNoCurvature() {
        Subject subject = new Subject(new FullyConnected(2, 5, Activation.TANH), Loss.HINGE, 0.7);
        byte[] labels = new byte[POINTS];
        subject.engine.set(subject.weights);
        double[] out = subject.engine.outputs(DATA);
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < POINTS; i++) {
            labels[i] = (byte) (out[i] > subject.start[i] ? 1 : -1);
            least = Math.min(least, Math.abs(out[i] - subject.start[i]));
        }
        Points fitted = Points.of(POINTS, DIMENSION, DATA.x(), labels);
        HingeSgd rule = new HingeSgd(least, 1, POINTS, POINTS);
        LossHessian hessian = new LossHessian(subject.network, fitted, subject.start, rule);
        hessian.set(subject.weights);
        assertThat(hessian.largest()).isZero();
        assertThat(hessian.times(vector(subject.weights.length, 5))).containsOnly(0);
    }

    @Test
    void weightsThatAreNotFiniteHaveNoSharpness() {
        Subject subject = new Subject(new FullyConnected(2, 5, Activation.TANH), Loss.SQUARED, 0.7);
        double[] weights = subject.weights.clone();
        weights[0] = Double.NaN;
        subject.hessian.set(weights);
        assertThat(subject.hessian.largest()).isNaN();
        assertThatIllegalArgumentException().isThrownBy(() -> subject.hessian.times(1, 2));
    }
}
