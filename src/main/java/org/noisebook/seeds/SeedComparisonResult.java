package org.noisebook.seeds;

import org.noisebook.experiment.Parameter;

/** How often tests found a difference. */
public record SeedComparisonResult(
        @Parameter("comparisons in which the paired t test found a difference")
        int paired,

        @Parameter("comparisons in which sign flips found one")
        int signFlip,

        @Parameter("comparisons in which signed ranks found one")
        int wilcoxon,

        @Parameter("comparisons in which the unpaired t test found one, with fresh seeds for the second configuration")
        int unpaired) {}
