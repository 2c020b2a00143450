package org.noisebook.papers.variance;

import java.util.List;
import org.noisebook.data.Check;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;

/** A learner that is trained once per cell of {@link SeedTrainingVariance}, with streams pinned to the seeds of the cell. */
public sealed interface Learner permits Learner.Network, Learner.Perceptron, Student {
    /** Runs one training. */
    Training train(Streams streams);

    /** The response whose variance is decomposed, a logarithm of the test error; a diverged training, NaN, counts as guessing, 1/2. */
    double response(double testError);

    /** The error, or 1/2 if there is none. */
    private static double orGuess(double testError) {
        return Double.isNaN(testError) ? 0.5 : testError;
    }

    /** The expected cost of one training. */
    double work();

    /** The bytes of one training. */
    long memory();

    /** The files it reads. */
    List<String> inputs();

    /**
     * The outcome of a training.
     *
     * @param stopReason why it ended
     * @param testError share of fresh points with y F ≤ 0, or relative square error; NaN after divergence
     * @param time t* = learningRate · steps
     * @param relativeWeightChange ‖w − w_0‖/‖w_0‖; NaN after divergence
     */
    record Training(StopReason stopReason, double testError, double time, double relativeWeightChange) {}

    /**
     * A network of the study {@code network}, bit for bit.
     *
     * <p>The response is ln((k + ½)/(n + 1)) for k errors on n test points, finite for k = 0 and otherwise within 1/(2k) of ln(k/n). The test
     * set is the same for all trainings.
     */
    record Network(
            @Parameter("the training, as in the study network")
            NetworkConfig training) implements Learner {
        private static final NetworkStudy STUDY = new NetworkStudy();

        public Network {
            Check.inRange("training.testSize", training.testSize(), 1, Integer.MAX_VALUE);
        }

        /** The default network: x ~ N(0, 1_10), y = sign(x_1), two hidden layers of 32, P = 128, α = 1. */
        public static Network standard() {
            return new Network(Schema.with(
                    NetworkConfig.standard(),
                    "dataset",
                    DataSource.SIGN,
                    "dimension",
                    10,
                    "trainSize",
                    128,
                    "testSize",
                    2048,
                    "network",
                    new FullyConnected(2, 32, Activation.RELU),
                    "sampleCap",
                    1 << 16,
                    "probeSize",
                    0));
        }

        @Override
        public Training train(Streams streams) {
            NetworkResult result = STUDY.run(training, streams);
            return new Training(result.stopReason(), result.testError(), result.time(), result.relativeWeightChange());
        }

        @Override
        public double response(double testError) {
            int n = training.testSize();
            return StrictMath.log((Math.rint(orGuess(testError) * n) + 0.5) / (n + 1));
        }

        @Override
        public double work() {
            return STUDY.work(training);
        }

        @Override
        public long memory() {
            return STUDY.memory(training);
        }

        @Override
        public List<String> inputs() {
            return STUDY.inputs(training);
        }
    }

    /**
     * The perceptron of the study {@code perceptron}, bit for bit, as the control.
     *
     * <p>In a linear model F = f(w) − f(w_0) does not depend on w_0, so the initialisation has no share. The response is ln ε with the
     * exact ε of infinitely many test points, which is above 0.
     */
    record Perceptron(
            @Parameter("the training, as in the study perceptron")
            PerceptronConfig training) implements Learner {
        private static final org.noisebook.sgd.Perceptron STUDY = new org.noisebook.sgd.Perceptron();

        /** The standard run, whose test error is exact. */
        public static Perceptron standard() {
            return new Perceptron(Schema.with(PerceptronConfig.standard(), "testSize", 0));
        }

        @Override
        public Training train(Streams streams) {
            PerceptronResult result = STUDY.run(training, streams);
            boolean finite = result.stopReason() != StopReason.DIVERGED;
            return new Training(
                    result.stopReason(),
                    finite ? result.testError() : Double.NaN,
                    result.time(),
                    finite ? result.relativeWeightChange() : Double.NaN);
        }

        @Override
        public double response(double testError) {
            return StrictMath.log(orGuess(testError));
        }

        @Override
        public double work() {
            return STUDY.work(training);
        }

        @Override
        public long memory() {
            return STUDY.memory(training);
        }

        @Override
        public List<String> inputs() {
            return STUDY.inputs(training);
        }
    }
}
