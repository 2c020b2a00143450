package org.noisebook.papers.goodseeds;

import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.FalseDiscovery;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.HeldOut;
import org.noisebook.seeds.SeedComponents;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SplitHalf;

/**
 * Summary of the seed effects in a table of seeds and conditions, without intervals; a study computes these from its
 * replicas.
 *
 * <p><b>Special cases</b>: all NaN for a response that does not vary within conditions.
 *
 * @param seedShare fraction of the variance due to seeds, with a negative variance counting as 0
 * @param predictedGain selectedGain times the reliability of half of the conditions
 */
public record SeedEffects(
        @Parameter("share of seeds in the variance") double seedShare,

        @Parameter("share of conditions") double conditionShare,

        @Parameter("share of the rest") double restShare,

        @Parameter("consistency of one cell, ICC(3,1)") double consistency,

        @Parameter("reliability of a seed's mean, ICC(3,C)") double reliability,

        @Parameter("p-value of the F test of seeds") double pValue,

        @Parameter("rank correlation of seeds between halves of the conditions")
        double splitHalf,

        @Parameter("seeds above average, false discovery rate 5 %")
        double golden,

        @Parameter("seeds below average, false discovery rate 5 %")
        double inferior,

        @Parameter("gain of the best six seeds under the selecting conditions, in sd within conditions")
        double selectedGain,

        @Parameter("gain predicted for other conditions") double predictedGain,

        @Parameter("gain of the best six seeds under other conditions")
        double heldOutGain) {
    /** Number of seeds selected as best. */
    static final int CHOSEN = 6;

    private static final double LEVEL = 0.05;
    private static final int SPLITS = 50;
    private static final int HELD_OUT_SPLITS = 10;

    /** The effects in a table without missing cells, where higher values are better. */
    static SeedEffects of(SeedTable table, Stream stream) {
        SeedComponents components = SeedComponents.of(table, stream.part(0));
        if (!(components.seed().sumOfSquares() + components.rest().sumOfSquares() > 0)) {
            return none();
        }
        GoldenSeeds golden = GoldenSeeds.of(table, LEVEL, FalseDiscovery.Correction.BENJAMINI_HOCHBERG);
        HeldOut heldOut = HeldOut.of(table, CHOSEN, HELD_OUT_SPLITS, stream.part(2));
        double unit = heldOut.withinStdDev();
        return new SeedEffects(
                components.seed().share().mean(),
                components.condition().share().mean(),
                components.rest().share().mean(),
                components.icc().consistency().mean(),
                components.icc().consistencyMean().mean(),
                components.pValue(),
                SplitHalf.of(table, SPLITS, stream.part(1)).spearman(),
                golden.golden().length,
                golden.inferior().length,
                heldOut.inSample().mean() / unit,
                heldOut.predicted().mean() / unit,
                heldOut.heldOut().mean() / unit);
    }

    /** The result for data without information. */
    static SeedEffects none() {
        double none = Double.NaN;
        return new SeedEffects(none, none, none, none, none, none, none, none, none, none, none, none);
    }
}
