package org.noisebook.seeds.training;

import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The mistake-driven perceptron under every combination of initialisation, order and data seeds: whose variance the test error has.
 *
 * <p>x ~ N(0, 1_d), y = sign(x_1), w_0 ~ s N(0, 1_d), w ← w + y x at every mistake (Rosenblatt 1958, doi:10.1037/h0042519). The predictor is
 * not centred. The test error arccos(w_1/‖w‖)/π is that of infinitely many points; 1/2 for w = 0. The response is the test error itself.
 *
 * <p><b>Streams</b>: {@code init}, {@code order} (each epoch a fresh one), {@code data}. <b>Cost</b>: I · J · K · epochs · n · 2d operations,
 * less where an epoch has no mistake.
 */
@Head(
        id = "seed-mistakes",
        version = 1,
        title = "The mistake-driven perceptron under crossed seeds: whose variance the test error has",
        streams = {"init", "order", "data"},
        sources = {
            "Rosenblatt 1958, The perceptron: a probabilistic model for information storage and organization in the brain,"
                    + " doi:10.1037/h0042519",
            "Novikoff 1962, On convergence proofs for perceptrons, Symposium on the Mathematical Theory of Automata"
        })
public final class SeedMistakesStudy implements Study<SeedMistakesConfig, SeedMistakesResult> {
    @Override
    public SeedMistakesResult run(SeedMistakesConfig config, Streams streams) {
        SeedLevels levels = config.levels();
        double[] testError = new double[levels.cells()];
        double[] mistakes = new double[levels.cells()];
        int fitted = 0;
        for (int cell = 0; cell < testError.length; cell++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("perceptron runs interrupted");
            }
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
        return new SeedMistakesResult(
                fitted, StrictMath.sqrt(shares.variance()), shares, Doubles.of(testError), Doubles.of(mistakes));
    }

    private static MistakePerceptron perceptron(SeedMistakesConfig config, Streams streams) {
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

    /** The angle to the teacher over π. */
    static double testError(double[] weights) {
        double across = 0;
        for (int j = 1; j < weights.length; j++) {
            across = Math.fma(weights[j], weights[j], across);
        }
        boolean none = across == 0 && weights[0] == 0;
        return none ? 0.5 : StrictMath.atan2(StrictMath.sqrt(across), weights[0]) / Math.PI;
    }

    @Override
    public double work(SeedMistakesConfig config) {
        return 2.0 * config.levels().cells() * config.epochs() * config.trainSize() * config.dimension();
    }

    @Override
    public long memory(SeedMistakesConfig config) {
        return (long) config.trainSize() * config.dimension() * Double.BYTES;
    }
}
