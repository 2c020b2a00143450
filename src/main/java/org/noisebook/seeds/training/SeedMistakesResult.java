package org.noisebook.seeds.training;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ends;

/**
 * What mistake-driven perceptrons under crossed seeds give.
 *
 * <p><b>Shapes</b>: arrays are {@code [init][order][data]}, row-major; they are copied in and out and compared by value.
 *
 * @param testError P(y w·x ≤ 0) on fresh points, exact
 */
public record SeedMistakesResult(
        @Parameter("runs whose last epoch had no mistake") int fitted,

        @Parameter("standard deviation of the test error, of all sources")
        double stdDev,

        @Parameter("of the variance of the test error") SeedShares shares,

        @Parameter(value = "test error of every cell", symbol = "ε")
        Doubles testError,

        @Parameter("changes of the weights of every cell") Doubles mistakes)
        implements CrossedResult {
    /** All do all their epochs. */
    @Override
    public Ends ends() {
        return Ends.all(testError.size());
    }
}
