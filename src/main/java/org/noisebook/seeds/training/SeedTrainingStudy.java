package org.noisebook.seeds.training;

import java.util.Arrays;
import java.util.List;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * Trains under every combination of initialisation, order and data seeds and shares out the variance of the test error.
 *
 * <p>A cell is one deterministic training of another study whose streams {@code init}, {@code order} and {@code data} are pinned to its
 * seeds; the test set is the same for all. Model: Y_ijk = μ + A_i + B_j + D_k + AB + AD + BD + E, all random (Searle, Casella and
 * McCulloch 1992, doi:10.1002/9780470316856).
 *
 * <p><b>Streams</b>: {@code init}, {@code order}, {@code data}; {@code teacher} of students. <b>Cost</b>: I · J · K trainings.
 */
@Head(
        id = "seed-training",
        version = 1,
        title = "Trainings under crossed seeds of initialisation, order and data: whose variance the test error has",
        streams = {"init", "order", "data", "teacher"},
        sources = {
            "Searle, Casella, McCulloch 1992, Variance Components, doi:10.1002/9780470316856",
            "Bouthillier et al. 2021, Accounting for Variance in Machine Learning Benchmarks, arXiv 2103.03098",
            "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep Learning,"
                    + " arXiv 2301.13703"
        })
public final class SeedTrainingStudy implements Study<SeedTrainingConfig, SeedTrainingResult> {
    @Override
    public SeedTrainingResult run(SeedTrainingConfig config, Streams streams) {
        SeedLevels levels = config.levels();
        Learner.Outcome[] cells = new Learner.Outcome[levels.cells()];
        for (int cell = 0; cell < cells.length; cell++) {
            cells[cell] = config.learner().train(levels.at(streams, cell));
        }
        double[] testError =
                Arrays.stream(cells).mapToDouble(Learner.Outcome::testError).toArray();
        double[] response =
                Arrays.stream(testError).map(config.learner()::response).toArray();
        return new SeedTrainingResult(
                count(cells, StopReason.FITTED) + count(cells, StopReason.COMPLETED),
                count(cells, StopReason.SAMPLE_CAP),
                count(cells, StopReason.DIVERGED),
                SeedShares.of(levels, response, streams.at("bootstrap")),
                Doubles.of(testError),
                Doubles.of(
                        Arrays.stream(cells).mapToDouble(Learner.Outcome::time).toArray()),
                Doubles.of(Arrays.stream(cells)
                        .mapToDouble(Learner.Outcome::relativeWeightChange)
                        .toArray()));
    }

    private static int count(Learner.Outcome[] cells, StopReason reason) {
        return (int)
                Arrays.stream(cells).filter(cell -> cell.stopReason() == reason).count();
    }

    @Override
    public double work(SeedTrainingConfig config) {
        return config.levels().cells() * config.learner().work();
    }

    @Override
    public long memory(SeedTrainingConfig config) {
        return config.learner().memory();
    }

    @Override
    public List<String> inputs(SeedTrainingConfig config) {
        return config.learner().inputs();
    }
}
