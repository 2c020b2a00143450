package org.noisebook.regime;

import static org.noisebook.regime.KernelSpectrum.dot;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Full-batch gradient descent on squares of a network f(x) = α/N Σ_i φ(w_i·x), φ(z) = z + εz²/2, on y = (β·x)²/2, beside its
 * linearised twin.
 *
 * <p>Kumar, Bordelon, Gershman and Pehlevan 2023, arXiv 2310.06110: x ~ N(0, 1/D), β ~ N(0, 1), w ~ N(0, 1), read-outs fixed. Here
 * the output of the start is taken off, so that α alone moves between lazy and rich. All that matters of the weights are the means
 * w̄ of w and M of ww': f = α(w̄·x + ½ε x'Mx), and with r = f − y, c = 2ηα/(NP), u = Σ r x and A = 1 − cε Σ r xx' a step is
 * w̄ ← Aw̄ − cu, M ← AMA − c(Aw̄u' + u(Aw̄)') + c²uu', exactly; the width counts in the draw of the start only. The tangent kernel is
 * Θ = (α²/N) x·x' (1 + ε w̄·(x + x') + ε² x'Mx').
 *
 * <p>The twin takes the same steps on Θ₀: along an eigenvector of eigenvalue λ its residual is (1 − 2ηλ/P)^t of what it was. Kernel
 * regression is its end; eigenvalues below 10⁻¹⁰ of the largest count as 0 there.
 *
 * <p><b>Streams</b>: {@code init}, {@code data}, {@code test}, {@code teacher}, one part a neuron or point. <b>Special cases</b>: without
 * change of M the share along the target is 0. <b>Error</b>: rounding. <b>Cost</b>: a step is 2 P D² + 2 D³ multiply-adds, a record P² D/2
 * and testSize (D² + P), the spectrum some P³.
 */
@Head(
        id = "polynomial-grokking",
        version = 1,
        title = "A two-layer network and its linearised twin on the square of a direction, step by step",
        streams = {"init", "data", "test", "teacher"},
        sources =
                "Kumar, Bordelon, Gershman, Pehlevan 2023, Grokking as the Transition from Lazy to Rich Training Dynamics,"
                        + " arXiv 2310.06110")
public final class PolynomialGrokkingStudy implements Study<PolynomialGrokkingConfig, PolynomialGrokkingResult> {
    private static final double ROUNDING = 1e-10;
    private static final int COLUMNS = 7;

    @Override
    public PolynomialGrokkingResult run(PolynomialGrokkingConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public PolynomialGrokkingResult run(PolynomialGrokkingConfig config, Streams streams, MatrixKernels products) {
        Stream teacher = streams.at("teacher");
        double[] beta = new double[config.dimension()];
        Arrays.setAll(beta, k -> teacher.nextGaussian());
        State state = new State(config, streams.at("init"), products);
        Points train = new Points(config.trainSize(), beta, streams.at("data"));
        Points test = new Points(config.testSize(), beta, streams.at("test"));
        state.look(train);
        state.look(test);
        double[] start = state.moments.clone();
        double[] trainStart = train.output.clone();
        double[] testStart = test.output.clone();
        double[] kernel = state.kernel(train, train);
        double[] across = state.kernel(test, train);
        SymmetricSpectrum spectrum = SymmetricSpectrum.of(train.size, kernel);
        double[] parts = spectrum.parts(train.targets);
        double[] values = spectrum.values();

        double[] steps = config.recordSteps();
        double[][] columns = new double[COLUMNS][steps.length];
        for (double[] column : columns) {
            Arrays.fill(column, Double.NaN);
        }
        StopReason reason = StopReason.COMPLETED;
        int record = 0;
        for (int step = 0; step <= config.steps(); step++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            state.look(train);
            double trainError = train.error(trainStart);
            if (!Double.isFinite(trainError)) {
                reason = StopReason.DIVERGED;
                break;
            }
            if (step == steps[record]) {
                state.look(test);
                double[] now = state.kernel(train, train);
                double left = 0;
                double[] pull = new double[train.size];
                for (int k = 0; k < pull.length; k++) {
                    double shrink = StrictMath.pow(1 - 2 * config.learningRate() / train.size * values[k], step);
                    left += parts[k] * shrink * (parts[k] * shrink);
                    pull[k] = pull(parts[k], values[k], values[0], 1 - shrink);
                }
                double norm = dot(kernel, kernel);
                double nowNorm = dot(now, now);
                double along = dot(kernel, now);
                double[] row = {
                    trainError,
                    test.error(testStart),
                    left / dot(train.targets, train.targets),
                    test.error(across, spectrum.vector(pull)),
                    Math.sqrt(Math.max(0, norm + nowNorm - 2 * along) / norm),
                    along / Math.sqrt(norm * nowNorm),
                    state.share(start, beta)
                };
                for (int k = 0; k < COLUMNS; k++) {
                    columns[k][record] = row[k];
                }
                record++;
            }
            state.step(train);
        }
        double[] end = new double[train.size];
        Arrays.setAll(end, k -> pull(parts[k], values[k], values[0], 1));
        return new PolynomialGrokkingResult(
                reason,
                test.error(across, spectrum.vector(end)),
                Doubles.of(columns[0]),
                Doubles.of(columns[1]),
                Doubles.of(columns[2]),
                Doubles.of(columns[3]),
                Doubles.of(columns[4]),
                Doubles.of(columns[5]),
                Doubles.of(columns[6]));
    }

    private static double pull(double part, double value, double largest, double done) {
        return value > ROUNDING * largest ? part * done / value : 0;
    }

    /** Points with their targets, and what the network now says of them. */
    private static final class Points {
        private final int size;
        private final int dimension;
        private final double[] x;
        private final double[] targets;
        /** x'M, rows padded. */
        private final double[] turned;

        /** w̄·x. */
        private final double[] linear;

        private final double[] output;
        /** f − y, less the output of the start. */
        private final double[] residual;

        Points(int size, double[] beta, Stream stream) {
            this.size = size;
            this.dimension = beta.length;
            this.x = new double[size * dimension];
            this.targets = new double[size];
            this.turned = new double[size * Kernels.padded(dimension)];
            this.linear = new double[size];
            this.output = new double[size];
            this.residual = new double[size];
            for (int i = 0; i < size; i++) {
                Stream part = stream.part(i);
                double along = 0;
                for (int k = 0; k < dimension; k++) {
                    x[i * dimension + k] = part.nextGaussian() / Math.sqrt(dimension);
                    along = Math.fma(beta[k], x[i * dimension + k], along);
                }
                targets[i] = along * along / 2;
            }
        }

        double inner(int i, double[] row, int start) {
            double sum = 0;
            for (int k = 0; k < dimension; k++) {
                sum = Math.fma(x[i * dimension + k], row[start + k], sum);
            }
            return sum;
        }

        double error(double[] start) {
            Arrays.setAll(residual, i -> output[i] - start[i] - targets[i]);
            return dot(residual, residual) / dot(targets, targets);
        }

        /** The same of what a kernel makes of coefficients. */
        double error(double[] across, double[] pull) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                double miss = targets[i];
                for (int j = 0; j < pull.length; j++) {
                    miss -= across[i * pull.length + j] * pull[j];
                }
                sum = Math.fma(miss, miss, sum);
            }
            return sum / dot(targets, targets);
        }
    }

    /** The means of w and of ww' over neurons. */
    private static final class State {
        private final MatrixKernels products;
        private final int dimension;
        private final int stride;
        private final double scale;
        private final double curvature;
        private final double rate;
        private final double[] mean;
        private final double[] moments;
        private final double[] turn;
        private final double[] turned;
        private double[] weighted = {};

        State(PolynomialGrokkingConfig config, Stream init, MatrixKernels products) {
            this.products = products;
            this.dimension = config.dimension();
            this.stride = Kernels.padded(dimension);
            this.scale = config.outputScale();
            this.curvature = config.curvature();
            this.rate = 2 * config.learningRate() / (scale * config.trainSize());
            this.mean = new double[dimension];
            this.moments = new double[dimension * stride];
            this.turn = moments.clone();
            this.turned = moments.clone();
            double[] w = new double[stride];
            for (int i = 0; i < config.width(); i++) {
                Stream part = init.part(i);
                for (int k = 0; k < dimension; k++) {
                    w[k] = part.nextGaussian();
                    mean[k] += w[k] / config.width();
                }
                products.addOuter(1, dimension, dimension, w, 0, stride, w, 0, stride, moments, 0, stride);
            }
            Arrays.setAll(moments, k -> moments[k] / config.width());
        }

        void look(Points of) {
            products.multiply(
                    of.size, dimension, dimension, of.x, 0, dimension, moments, 0, stride, of.turned, 0, stride);
            for (int i = 0; i < of.size; i++) {
                of.linear[i] = of.inner(i, mean, 0);
                of.output[i] = scale * (of.linear[i] + curvature / 2 * of.inner(i, of.turned, i * stride));
            }
        }

        /** NΘ/α² of all a with all b, row-major. */
        double[] kernel(Points a, Points b) {
            int columns = Kernels.padded(b.size);
            double[] gram = new double[a.size * columns];
            double[] bent = gram.clone();
            products.multiplyTransposed(
                    a.size, b.size, dimension, a.x, 0, dimension, b.x, 0, dimension, gram, 0, columns);
            products.multiplyTransposed(
                    a.size, b.size, dimension, a.turned, 0, stride, b.x, 0, dimension, bent, 0, columns);
            double[] kernel = new double[a.size * b.size];
            for (int i = 0; i < a.size; i++) {
                for (int j = 0; j < b.size; j++) {
                    int k = i * columns + j;
                    kernel[i * b.size + j] =
                            gram[k] * (1 + curvature * (a.linear[i] + b.linear[j]) + curvature * curvature * bent[k]);
                }
            }
            return kernel;
        }

        /** One step on the residuals that stand. */
        void step(Points of) {
            if (weighted.length == 0) {
                weighted = new double[of.size * stride];
            }
            double[] u = new double[dimension];
            for (int i = 0; i < of.size; i++) {
                double factor = -rate * of.residual[i];
                for (int k = 0; k < dimension; k++) {
                    weighted[i * stride + k] = factor * of.x[i * dimension + k];
                    u[k] -= weighted[i * stride + k];
                }
            }
            Arrays.fill(turn, 0);
            products.addOuter(of.size, dimension, dimension, of.x, 0, dimension, weighted, 0, stride, turn, 0, stride);
            for (int k = 0; k < dimension; k++) {
                for (int l = 0; l < dimension; l++) {
                    turn[k * stride + l] *= curvature;
                }
                turn[k * stride + k] += 1;
            }
            products.multiply(dimension, dimension, dimension, turn, 0, stride, moments, 0, stride, turned, 0, stride);
            products.multiply(dimension, dimension, dimension, turned, 0, stride, turn, 0, stride, moments, 0, stride);
            double[] old = mean.clone();
            for (int k = 0; k < dimension; k++) {
                mean[k] = 0;
                for (int l = 0; l < dimension; l++) {
                    mean[k] = Math.fma(turn[k * stride + l], old[l], mean[k]);
                }
            }
            for (int k = 0; k < dimension; k++) {
                for (int l = 0; l < dimension; l++) {
                    moments[k * stride + l] += u[k] * u[l] - mean[k] * u[l] - u[k] * mean[l];
                }
            }
            for (int k = 0; k < dimension; k++) {
                mean[k] -= u[k];
            }
        }

        /** β'(M − M₀)β/(‖β‖² ‖M − M₀‖). */
        double share(double[] start, double[] beta) {
            double along = 0;
            double square = 0;
            for (int k = 0; k < dimension; k++) {
                for (int l = 0; l < dimension; l++) {
                    double change = moments[k * stride + l] - start[k * stride + l];
                    along = Math.fma(beta[k] * beta[l], change, along);
                    square = Math.fma(change, change, square);
                }
            }
            return square > 0 ? along / (dot(beta, beta) * Math.sqrt(square)) : 0;
        }
    }

    @Override
    public double work(PolynomialGrokkingConfig config) {
        double d = config.dimension();
        double p = config.trainSize();
        double records = config.recordSteps().length;
        return config.steps() * 2 * d * d * (p + d)
                + records * (p * p * d + config.testSize() * (d * d + p))
                + 4 * p * p * p
                + p * config.testSize() * d
                + config.width() * d * d;
    }

    @Override
    public long memory(PolynomialGrokkingConfig config) {
        long stride = Kernels.padded(config.dimension());
        long points = config.trainSize() + (long) config.testSize();
        long kernels = config.trainSize() * (4L * config.trainSize() + config.testSize());
        return (kernels + (2 * points + config.trainSize() + 5L * config.dimension()) * stride) * Double.BYTES;
    }
}
