package org.noisebook.seeds.generator;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** Normal outputs of seeds, x = τ u_s + z with u and z standard normal, and their distances to N(δ e₁, I). */
public record SeedFrechetConfig(
        @Parameter(value = "seeds", symbol = "S", range = "[2, 100000]")
        int seeds,

        @Parameter(value = "outputs of a seed", symbol = "n", range = "[2, 1000000]")
        int samples,

        @Parameter(value = "dimension of an output", symbol = "d", range = "[1, 4096]")
        int dimension,

        @Parameter(value = "standard deviation of a seed's mean", symbol = "τ", range = "[0, 1000]")
        double seedShift,

        @Parameter(value = "distance of the target's mean", symbol = "δ", range = "[0, 1000]")
        double targetOffset,

        @Parameter(
                value =
                        "random regroupings of all outputs; 0 for none: distances are drawn by their law, not from outputs, and samples"
                                + " must be at least 8 × dimension",
                range = "[0, 10000]")
        int regroupings) {
    private static final int LEAST_LOAD = 8;

    public SeedFrechetConfig {
        Ranges.check(SeedFrechetConfig.class, seeds, samples, dimension, seedShift, targetOffset, regroupings);
        if ((long) seeds * samples > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "seeds × samples must be in [1, " + Integer.MAX_VALUE + "], got " + (long) seeds * samples);
        }
        if (regroupings == 0 && samples < LEAST_LOAD * dimension) {
            throw new IllegalArgumentException("samples must be in [" + LEAST_LOAD + " × dimension="
                    + LEAST_LOAD * dimension + ", 1000000] for regroupings=0, got " + samples);
        }
    }

    /** 1024 seeds of 200 outputs in 8 dimensions, no seed effect, on target. */
    public static SeedFrechetConfig standard() {
        return new SeedFrechetConfig(1024, 200, 8, 0, 0, 1);
    }
}
