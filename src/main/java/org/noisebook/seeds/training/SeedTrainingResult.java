package org.noisebook.seeds.training;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ends;

/**
 * What trainings under crossed seeds give: a number a cell, and whose variance it is.
 *
 * <p><b>Shapes</b>: arrays are {@code [init][order][data]}, row-major; they are copied in and out and compared by value.
 *
 * @param fitted trainings that fitted every point, or did all their steps where fitting is not the end
 * @param testError share of test points with y F ≤ 0, or relative square error; NaN after divergence
 * @param relativeWeightChange ‖w − w_0‖/‖w_0‖; NaN after divergence
 */
public record SeedTrainingResult(
        @Parameter("trainings that fitted every point, or did all their steps")
        int fitted,

        @Parameter("trainings that a cap stopped") int capped,
        @Parameter("trainings that left the finite numbers") int diverged,

        @Parameter("of the variance of the logarithm of the test error")
        SeedShares shares,

        @Parameter(value = "test error of every cell", symbol = "ε")
        Doubles testError,

        @Parameter(value = "training time of every cell", symbol = "t*")
        Doubles time,

        @Parameter(value = "relative weight change of every cell", symbol = "|Δw|/|w₀|")
        Doubles relativeWeightChange)
        implements CrossedResult {
    @Override
    public Ends ends() {
        return new Ends(fitted, capped, diverged);
    }
}
