package org.noisebook.field;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.interpolant.Pair;

/** Independent pairs of points that are matched in batches. */
public record MatchedPairsConfig(
        @Parameter("the two densities") Pair pair,

        @Parameter(value = "pairs that are matched at once", range = "[1, 512]")
        int batch,

        @Parameter(value = "pairs drawn", range = "[1, 1000000]")
        int pairs) {
    public MatchedPairsConfig {
        Ranges.check(MatchedPairsConfig.class, pair, batch, pairs);
    }

    /** Gaussians on the line in batches of 16. */
    public static MatchedPairsConfig standard() {
        return new MatchedPairsConfig(Pair.Gaussians.standard(), 16, 1024);
    }
}
