package org.noisebook.regime.twolayer;

import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * One training of a two-layer linear network by gradient flow on a random linear teacher.
 *
 * <p>Inputs have covariance Σ ∝ FᵀF with F = diag(κ, …, κ, 1, …, 1), κ in the first half, brought to trace d. The
 * teacher is β ∝ Fᵀu with u isotropic and βᵀΣβ = 1, so that every loss starts from 1/2 where w₂ = 0 (setting of Liu
 * et al. 2024, arXiv 2310.08513, figure 3). Only σ² over the norm of the target matters, which is therefore fixed.
 *
 * @param scale σ = ‖W₁(0)‖; below 1e-6 the flow would start under the error of its integrator
 */
public record TwoLayerConfig(
        @Parameter(value = "input dimension", symbol = "d", range = "[2, 512]")
        int dimension,

        @Parameter(value = "hidden units", symbol = "h", range = "[1, 512]")
        int width,

        @Parameter("how the weights start: isotropic(rank=5), gaussian, truncated(rank=5), aligned, …")
        TwoLayerStart start,

        @Parameter(value = "Frobenius norm of the initial first layer", symbol = "σ", range = "[1e-6, 1000]")
        double scale,

        @Parameter(value = "norm of the initial read-out", symbol = "‖w₂(0)‖", range = "[0, 1000]")
        double readoutScale,

        @Parameter(
                value = "ratio of the standard deviations of the first half of the inputs and the second",
                symbol = "κ",
                range = "(0, 1000]")
        double anisotropy,

        @Parameter(value = "time at which the flow is stopped", symbol = "t", range = "(0, 1e9]")
        double timeLimit) {
    public TwoLayerConfig {
        Ranges.check(TwoLayerConfig.class, dimension, width, start, scale, readoutScale, anisotropy, timeLimit);
        Check.inRange("rank", start.rank(width, dimension), 1, "min(width, dimension)", Math.min(width, dimension));
        if (start instanceof TwoLayerStart.Balanced && readoutScale > scale) {
            throw new IllegalArgumentException(
                    "readoutScale of a balanced start must be in [0, scale=" + scale + "], got " + readoutScale);
        }
    }

    /** The training a user starts from: d = 10, h = 20, rank 5, σ = 1. */
    public static TwoLayerConfig standard() {
        return new TwoLayerConfig(10, 20, new TwoLayerStart.Isotropic(5), 1, 0, 1, 10_000);
    }
}
