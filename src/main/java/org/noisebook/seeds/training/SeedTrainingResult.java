package org.noisebook.seeds.training;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.experiment.Parameter;

/**
 * What trainings under crossed seeds give: a number a cell, and whose variance it is.
 *
 * <p><b>Shapes</b>: arrays are {@code [init][order][data]}, row-major; they are copied in and out and compared by value.
 *
 * @param fitted trainings that fitted every point, or did all their steps where fitting is not the end
 * @param capped trainings that a cap stopped
 * @param diverged trainings that left the finite numbers
 * @param shares of the variance of the learner's response
 * @param testError share of test points with y F ≤ 0, or relative square error; NaN after divergence
 * @param time t*
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
        double[] testError,

        @Parameter(value = "training time of every cell", symbol = "t*")
        double[] time,

        @Parameter(value = "relative weight change of every cell", symbol = "|Δw|/|w₀|")
        double[] relativeWeightChange) {

    /** Copies the arrays. */
    public SeedTrainingResult {
        Objects.requireNonNull(shares, "shares");
        testError = testError.clone();
        time = time.clone();
        relativeWeightChange = relativeWeightChange.clone();
    }

    @Override
    public double[] testError() {
        return testError.clone();
    }

    @Override
    public double[] time() {
        return time.clone();
    }

    @Override
    public double[] relativeWeightChange() {
        return relativeWeightChange.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedTrainingResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {fitted, capped, diverged, shares, testError, time, relativeWeightChange};
    }
}
