package org.noisebook.seeds;

import org.noisebook.experiment.Parameter;

/**
 * What the analysis of seeds found in simulated tables.
 *
 * @param withGolden tables with a golden seed at q &lt; 5 % (Benjamini–Hochberg)
 * @param covered tables whose 95 % interval of ICC(3,1) holds V_S/(V_S + V_E), with V_S the affected share of the variance of effects
 * @param inSample mean gain of picked seeds on the conditions that picked them; NaN without splits
 * @param predicted λ × that gain, mean
 */
public record SeedCalibrationResult(
        @Parameter("tables whose F test of seeds has p of at most 5 %")
        int rejected,

        @Parameter("tables with a golden seed") int withGolden,

        @Parameter("tables with an inferior seed") int withInferior,

        @Parameter("golden seeds of a table") double golden,

        @Parameter("share of golden seeds that have no effect above 0, 0 where none is golden")
        double falseDiscoveries,

        @Parameter("tables whose interval of ICC(3,1) holds the true one")
        int covered,

        @Parameter("gain of picked seeds on the conditions that picked them")
        double inSample,

        @Parameter("gain predicted for other conditions") double predicted,

        @Parameter("gain on other conditions") double heldOut) {}
