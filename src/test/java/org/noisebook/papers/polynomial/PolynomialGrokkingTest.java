package org.noisebook.papers.polynomial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.papers.polynomial.PolynomialGrokking.Config;
import org.noisebook.papers.polynomial.PolynomialGrokking.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PolynomialGrokkingTest {
    private static final PolynomialGrokking PAPER = new PolynomialGrokking();
    private static final Streams STREAMS = Streams.of(3).withReplica(2);
    private static final Config SMALL = new Config(5, 9, 7, 4, 1.5, 0.4, 1.2, 20, 8);
    /** Some hundred rounded terms, twenty steps. */
    private static final double ROUNDING = 1e-11;

    private final double[] beta = gaussians(STREAMS.at("teacher"), SMALL.dimension(), 1);
    private final double[][] train = rows(STREAMS.at("data"), SMALL.trainSize(), Math.sqrt(SMALL.dimension()));
    private final double[][] test = rows(STREAMS.at("test"), SMALL.testSize(), Math.sqrt(SMALL.dimension()));
    private final double[][] start = rows(STREAMS.at("init"), SMALL.width(), 1);

    private static double[] gaussians(Stream stream, int count, double over) {
        double[] x = new double[count];
        Arrays.setAll(x, k -> stream.nextGaussian() / over);
        return x;
    }

    private static double[][] rows(Stream stream, int count, double over) {
        double[][] rows = new double[count][];
        Arrays.setAll(rows, i -> gaussians(stream.part(i), SMALL.dimension(), over));
        return rows;
    }

    private double target(double[] x) {
        return Dot.inOrder(beta, x) * Dot.inOrder(beta, x) / 2;
    }

    /** φ′(w·x) x α/N in the place of each weight. */
    private static double[] gradient(double[][] w, double[] x) {
        double[] gradient = new double[w.length * x.length];
        Arrays.setAll(
                gradient,
                k -> SMALL.outputScale()
                        / w.length
                        * (1 + SMALL.curvature() * Dot.inOrder(w[k / x.length], x))
                        * x[k % x.length]);
        return gradient;
    }

    private double output(double[][] w, double[] x) {
        double sum = 0;
        for (double[] row : w) {
            double z = Dot.inOrder(row, x);
            sum += z + SMALL.curvature() * z * z / 2;
        }
        return SMALL.outputScale() * sum / w.length;
    }

    /** Less the start; or of the network linearised there. */
    private double moved(double[][] w, double[] x, boolean linearised) {
        if (!linearised) {
            return output(w, x) - output(start, x);
        }
        double[] gradient = gradient(start, x);
        double sum = 0;
        for (int k = 0; k < gradient.length; k++) {
            sum += gradient[k] * (w[k / x.length][k % x.length] - start[k / x.length][k % x.length]);
        }
        return sum;
    }

    private double error(double[][] w, double[][] points, boolean linearised) {
        double sum = 0;
        double square = 0;
        for (double[] x : points) {
            double miss = moved(w, x, linearised) - target(x);
            sum += miss * miss;
            square += target(x) * target(x);
        }
        return sum / square;
    }

    private void descend(double[][] w, boolean linearised) {
        double eta = SMALL.learningRate() * w.length / (SMALL.outputScale() * SMALL.outputScale());
        double[] change = new double[w.length * SMALL.dimension()];
        for (double[] x : train) {
            double[] gradient = gradient(linearised ? start : w, x);
            double miss = moved(w, x, linearised) - target(x);
            for (int k = 0; k < change.length; k++) {
                change[k] -= 2 * eta / train.length * miss * gradient[k];
            }
        }
        for (int k = 0; k < change.length; k++) {
            w[k / SMALL.dimension()][k % SMALL.dimension()] += change[k];
        }
    }

    private double[] kernel(double[][] w) {
        double[] kernel = new double[train.length * train.length];
        Arrays.setAll(
                kernel, k -> Dot.inOrder(gradient(w, train[k / train.length]), gradient(w, train[k % train.length])));
        return kernel;
    }

    private double[][] copy() {
        return Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
    }

    /** All weights by plain loops, and those of the linearised network: the closed state and the spectrum know them. */
    @Test
    void theClosedStateIsGradientDescentOnAllWeights() {
        Result result = PAPER.run(SMALL, STREAMS);
        double[][] w = copy();
        double[][] twin = copy();
        double[] steps = SMALL.recordSteps();
        int record = 0;
        for (int step = 0; step <= SMALL.steps(); step++) {
            if (step == steps[record]) {
                assertThat(result.trainError().get(record)).isCloseTo(error(w, train, false), within(ROUNDING));
                assertThat(result.testError().get(record)).isCloseTo(error(w, test, false), within(ROUNDING));
                assertThat(result.twinTrainError().get(record)).isCloseTo(error(twin, train, true), within(ROUNDING));
                assertThat(result.twinTestError().get(record)).isCloseTo(error(twin, test, true), within(ROUNDING));
                double[] before = kernel(start);
                double[] now = kernel(w);
                double along = Dot.inOrder(before, now);
                assertThat(result.kernelAlignment().get(record))
                        .isCloseTo(
                                along / Math.sqrt(Dot.inOrder(before, before) * Dot.inOrder(now, now)),
                                within(ROUNDING));
                Arrays.setAll(now, k -> now[k] - before[k]);
                assertThat(result.kernelChange().get(record))
                        .isCloseTo(Math.sqrt(Dot.inOrder(now, now) / Dot.inOrder(before, before)), within(1e-7));
                assertThat(result.targetShare().get(record)).isCloseTo(share(w), within(1e-9));
                record++;
            }
            descend(w, false);
            descend(twin, true);
        }
        assertThat(record).isEqualTo(result.trainError().size());
        assertThat(result.trainError().get(record - 1)).isLessThan(0.9);
    }

    private double share(double[][] w) {
        int d = SMALL.dimension();
        double[] change = new double[d * d];
        double[] target = new double[d * d];
        for (int k = 0; k < d * d; k++) {
            for (int i = 0; i < w.length; i++) {
                change[k] += (w[i][k / d] * w[i][k % d] - start[i][k / d] * start[i][k % d]) / w.length;
            }
            target[k] = beta[k / d] * beta[k % d];
        }
        double norm = Math.sqrt(Dot.inOrder(change, change) * Dot.inOrder(target, target));
        return norm == 0 ? 0 : Dot.inOrder(change, target) / norm;
    }

    @Test
    void theTwinEndsAtKernelRegression() {
        Result result = PAPER.run(Schema.with(SMALL, "steps=100000, recordsPerDecade=1, trainSize=4"), STREAMS);
        int last = result.twinTestError().size() - 1;
        assertThat(result.twinTestError().get(0)).isEqualTo(1);
        assertThat(result.twinTrainError().get(last)).isLessThan(1e-9);
        assertThat(result.twinTestError().get(last)).isCloseTo(result.kernelTestError(), within(1e-6));
    }

    /** A linear network is its twin at any scale, and so is a lazy one nearly. */
    @Test
    void withoutCurvatureOrMotionTheNetworkIsItsTwin() {
        for (String change : new String[] {"curvature=0", "outputScale=1e6"}) {
            Result result = PAPER.run(Schema.with(SMALL, change), STREAMS);
            for (int k = 0; k < result.testError().size(); k++) {
                assertThat(result.testError().get(k))
                        .isCloseTo(result.twinTestError().get(k), within(1e-5));
                assertThat(result.kernelChange().get(k)).isCloseTo(0, within(1e-5));
            }
        }
    }

    @Test
    void kernelsDoNotMatter() {
        assertThat(PAPER.measure(SMALL, STREAMS, MatrixKernels.plain()))
                .isEqualTo(PAPER.measure(SMALL, STREAMS, MatrixKernels.fastest()));
    }

    /** Lists end with the last record; a step that never came counts as the last. */
    @Test
    void fittedAndLearnedAreFirstRecordsBelowTheLevel() {
        Result result = PAPER.run(SMALL, STREAMS);
        double[] steps = SMALL.recordSteps();
        int fitted = (int) Arrays.stream(result.trainError().toArray())
                .takeWhile(error -> error >= 0.1)
                .count();
        assertThat(fitted).isBetween(1, steps.length - 2);
        assertThat(result.fitStep()).isEqualTo((int) steps[fitted]);
        assertThat(result.fitOverKernel()).isEqualTo(result.testError().get(fitted) / result.kernelTestError());
        assertThat(result.fitKernelChange()).isEqualTo(result.kernelChange().get(fitted));
        assertThat(result.testError().stream()).allMatch(error -> error >= 0.1);
        assertThat(result.learnStep()).isEqualTo(SMALL.steps());
        assertThat(result.lastOverKernel()).isEqualTo(result.testError().last() / result.kernelTestError());
        assertThat(result.twinOverKernel()).isEqualTo(result.twinTestError().last() / result.kernelTestError());
    }

    @Test
    void divergenceIsAnOutcome() {
        assertThat(PAPER.run(Schema.with(SMALL, "learningRate=1e6, steps=200"), STREAMS)
                        .ends()
                        .diverged())
                .isOne();
    }

    @Test
    void recordsAreEvenInTheirLogarithm() {
        assertThat(Schema.with(SMALL, "steps=1").recordSteps()).containsExactly(0, 1);
        assertThat(Schema.with(SMALL, "steps=100, recordsPerDecade=2").recordSteps())
                .containsExactly(0, 1, 3, 10, 31, 100);
    }
}
