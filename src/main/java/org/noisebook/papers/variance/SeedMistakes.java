package org.noisebook.papers.variance;

import static org.noisebook.paper.Grammar.stopIfInterrupted;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Variance shares of the test error of the mistake-driven perceptron under all combinations of initialisation, order and data seeds.
 *
 * <p>x ~ N(0, 1_d), y = sign(x_1), w_0 ~ s N(0, 1_d), w ← w + y x at every mistake (Rosenblatt 1958, doi:10.1037/h0042519). The predictor is
 * not centred. The test error is exact, arccos(w_1/‖w‖)/π, and 1/2 for w = 0; it is also the response.
 *
 * <p><b>Streams</b>: {@code init}, {@code order} (each epoch a fresh one), {@code data}. <b>Cost</b>: I · J · K · epochs · n · 2d operations,
 * fewer if an epoch has no mistake.
 */
@StudyInfo(
        id = "seed-mistakes",
        version = 1,
        title = "The mistake-driven perceptron with crossed seeds: sources of the variance of the test error",
        streams = {"init", "order", "data"},
        sources = {
            "Rosenblatt 1958, The perceptron: a probabilistic model for information storage and organization in the brain,"
                    + " doi:10.1037/h0042519",
            "Novikoff 1962, On convergence proofs for perceptrons, Symposium on the Mathematical Theory of Automata"
        })
public final class SeedMistakes extends PaperStudy<SeedMistakes.Config, SeedMistakes.Result> {
    /** The perceptron under all combinations of initialisation, order and data seeds. */
    public record Config(
            @Parameter(standard = "30", value = "input dimension", symbol = "d", range = "[2, 65536]")
            int dimension,

            @Parameter(standard = "120", value = "number of training points", symbol = "n", range = "[1, 1000000]")
            int trainSize,

            @Parameter(
                    standard = "1",
                    value = "passes through the points, each in a fresh order",
                    range = "[1, 1000000]")
            int epochs,

            @Parameter(
                    standard = "0",
                    value = "standard deviation of initial weights; 0 starts from zero",
                    range = "[0, 1e30]")
            double initScale,

            @Parameter(standard = "seedLevels(init=8, order=8, data=8)", value = "seeds of each source, fully crossed")
            SeedLevels levels) {}

    /** Results of all combinations; lists are {@code [init][order][data]}, row-major. */
    public record Result(
            @Parameter("runs without a mistake in the last epoch")
            int fitted,

            @Parameter("standard deviation of the test error from all sources")
            double stdDev,

            @Parameter("variance shares of the test error") SeedShares shares,

            @Parameter(value = "test error of every cell", symbol = "ε")
            Doubles testError,

            @Parameter("number of weight changes of every cell")
            Doubles mistakes)
            implements CrossedResult, Outcome {
        /** Every run completes all its epochs. */
        @Override
        public EndCounts ends() {
            return EndCounts.all(testError.size());
        }
    }

    @Override
    protected Result measure(Config config, Streams streams) {
        SeedLevels levels = config.levels();
        double[] testError = new double[levels.cells()];
        double[] mistakes = new double[levels.cells()];
        int fitted = 0;
        for (int cell = 0; cell < testError.length; cell++) {
            stopIfInterrupted();
            Streams own = levels.at(streams, cell);
            MistakePerceptron perceptron = perceptron(config, own);
            Stream order = own.at("order");
            boolean clean = false;
            for (int epoch = 0; epoch < config.epochs() && !clean; epoch++) {
                clean = perceptron.epoch(order);
            }
            fitted += clean ? 1 : 0;
            testError[cell] = testError(perceptron.weights());
            mistakes[cell] = perceptron.mistakes();
        }
        SeedShares shares = SeedShares.of(levels, testError, streams.at("bootstrap"));
        return new Result(
                fitted, StrictMath.sqrt(shares.variance()), shares, Doubles.of(testError), Doubles.of(mistakes));
    }

    private static MistakePerceptron perceptron(Config config, Streams streams) {
        Stream data = streams.at("data");
        double[][] points = new double[config.trainSize()][config.dimension()];
        int[] labels = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points[i].length; j++) {
                points[i][j] = data.nextGaussian();
            }
            labels[i] = points[i][0] >= 0 ? 1 : -1;
        }
        Stream init = streams.at("init");
        double[] start = new double[config.dimension()];
        for (int j = 0; j < start.length; j++) {
            start[j] = config.initScale() * init.nextGaussian();
        }
        return new MistakePerceptron(points, labels, start);
    }

    /** The angle to the teacher divided by π. */
    static double testError(double[] weights) {
        double across = 0;
        for (int j = 1; j < weights.length; j++) {
            across = Math.fma(weights[j], weights[j], across);
        }
        boolean none = across == 0 && weights[0] == 0;
        return none ? 0.5 : StrictMath.atan2(StrictMath.sqrt(across), weights[0]) / Math.PI;
    }

    @Override
    public double work(Config config) {
        return 2.0 * config.levels().cells() * config.epochs() * config.trainSize() * config.dimension();
    }

    @Override
    public long memory(Config config) {
        return (long) config.trainSize() * config.dimension() * Double.BYTES;
    }
}
