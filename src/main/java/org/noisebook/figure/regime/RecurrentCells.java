package org.noisebook.figure.regime;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Preset;
import org.noisebook.figure.TrainingCells;
import org.noisebook.regime.recurrent.Connectivity;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;
import org.noisebook.regime.recurrent.RecurrentStudy;
import org.noisebook.regime.recurrent.RecurrentTask;
import org.noisebook.stats.Estimate;

/** What the figures on recurrent networks share: configs, intervals, paired differences, claims of sign. */
final class RecurrentCells {
    static final RecurrentStudy STUDY = new RecurrentStudy();
    static final String PAPER = "Liu et al. 2024, arXiv 2310.08513";

    /** Digits: 28 × 28 images of the full preset take 28 steps. */
    private static final RecurrentTask DIGITS = RecurrentTask.ImageRows.standard();

    private static final RecurrentTask FASHION = new RecurrentTask.ImageRows(DataSource.FASHION_TEST, 9000);
    /** So many that the sampling error of the accuracy is a third of its distance to the ceiling. */
    private static final int DRAWN_TEST_TRIALS = 20_000;

    private static final int DIGITS_TEST_TRIALS = 500;
    private static final int FASHION_TEST_TRIALS = 1000;

    private RecurrentCells() {}

    static int width(Preset preset) {
        return preset.choose(100, 300);
    }

    static int replicas(Preset preset) {
        return preset.choose(5, 10);
    }

    /** A neuroscience task at the preset's size, from a Gaussian start. */
    static RecurrentConfig drawn(Preset preset, RecurrentTask task) {
        return Schema.with(
                RecurrentConfig.standard(),
                "task",
                task,
                "width",
                width(preset),
                "iterations",
                preset.choose(4000, 10_000),
                "testTrials",
                DRAWN_TEST_TRIALS);
    }

    /** Rows of images. */
    static RecurrentConfig images(Preset preset) {
        return Schema.with(
                drawn(preset, RecurrentTask.TwoAlternativeChoice.standard()),
                "task",
                preset.choose(DIGITS, FASHION),
                "testTrials",
                preset.choose(DIGITS_TEST_TRIALS, FASHION_TEST_TRIALS));
    }

    /** The start of a rank: the Gaussian one for full rank. */
    static Connectivity start(RecurrentConfig base, int rank) {
        return rank == base.width() ? new Connectivity.Gaussian() : new Connectivity.LowRank(rank);
    }

    static RecurrentConfig with(RecurrentConfig base, Connectivity connectivity) {
        return Schema.with(base, "connectivity", connectivity);
    }

    /** What a caption says of all runs. */
    static String describe(RecurrentConfig config) {
        return "N = " + config.width() + " rectified units, " + config.iterations() + " steps of SGD with η = "
                + config.learningRate() + ", momentum " + config.momentum() + " and batches of " + config.batchSize()
                + ", initial weights of standard deviation " + config.gain() + "/√N before structure";
    }

    /** The mean over replicas; NaN unless all of them ran to the end. */
    static Estimate mean(
            Results<RecurrentConfig, RecurrentResult> results,
            RecurrentConfig config,
            ToDoubleFunction<RecurrentResult> value) {
        return TrainingCells.ends(results.of(config)).allFitted()
                ? Estimate.ofMean(results.values(config, value))
                : new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
    }

    /**
     * The t interval of a mean in [0, 1] on the logit scale, so that its ends stay in that range: log(m/(1 − m)) ±
     * t s/(m(1 − m)) with the standard error s, by the delta method. The mean and its error stay as they are.
     */
    static Estimate ofShare(Estimate t) {
        double slope = t.mean() * (1 - t.mean());
        if (!(slope > 0) || t.high() == t.mean()) {
            return t;
        }
        double odds = t.mean() / (1 - t.mean());
        double factor = StrictMath.exp((t.high() - t.mean()) / slope);
        return new Estimate(t.mean(), t.stdError(), odds / (odds + factor), odds * factor / (1 + odds * factor), t.n());
    }

    /** The same for a positive mean on the scale of logarithms: log m ± t s/m. */
    static Estimate ofPositive(Estimate t) {
        if (!(t.mean() > 0) || t.high() == t.mean()) {
            return t;
        }
        double factor = StrictMath.exp((t.high() - t.mean()) / t.mean());
        return new Estimate(t.mean(), t.stdError(), t.mean() / factor, t.mean() * factor, t.n());
    }

    /** The mean over replicas of one cell less another, on the same draws. */
    static Estimate difference(
            Results<RecurrentConfig, RecurrentResult> results,
            RecurrentConfig of,
            RecurrentConfig from,
            ToDoubleFunction<RecurrentResult> value) {
        if (!TrainingCells.ends(results.of(of)).allFitted()
                || !TrainingCells.ends(results.of(from)).allFitted()) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double[] values = results.values(of, value);
        double[] others = results.values(from, value);
        Arrays.setAll(values, r -> values[r] - others[r]);
        return Estimate.ofMean(values);
    }

    /** A claim that a number is above 0, and at most 1. */
    static Claim positive(String id, String statement, Estimate measured, String source) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, 0, 1, measured, source);
    }

    static List<String> sources() {
        return STUDY.sources();
    }
}
