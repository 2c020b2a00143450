package org.noisebook.figure.sgd;

import java.util.List;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Story;
import org.noisebook.stats.PowerFit;

/**
 * The lazy regime at α = 2^15: weight change ~ T^δ P^γ and training time ~ T P^b, on Gaussian points and on images.
 */
public final class NetworkLazyExponents extends Story {
    /** Reference: δ, γ, b on Gaussian points, D = 3, h = 64, B = 4, with errors. */
    private static final double[] REFERENCE_DELTA = {0.993, 0.001};

    private static final double[] REFERENCE_GAMMA = {0.439, 0.011};
    private static final double[] REFERENCE_B = {1.38, 0.01};

    /** The figure. */
    public NetworkLazyExponents() {
        super(
                "network-lazy-exponents",
                "Weight change and training time in the lazy regime against temperature and number of points",
                NetworkCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        List<LazySweep> sweeps = LazySweep.of(board);
        sweeps.subList(0, 2).forEach(sweep -> LazyScaling.plotTemperatures(board, sweep));
        List<LazyScaling> scalings =
                sweeps.stream().map(sweep -> LazyScaling.of(board, sweep)).toList();
        LazyScaling.plotSizes(board, scalings);
        for (LazyScaling scaling : scalings) {
            scaling.claim(board);
            if (scaling.sweep().name().equals("Gaussian")) {
                claimReference(
                        board.claim("delta-reference", "exponent of the weight change against T, Gaussian points")
                                .in("Gaussian"),
                        REFERENCE_DELTA,
                        scaling.delta());
                claimReference(
                        board.claim("gamma-reference", "exponent of the weight change against P, Gaussian points")
                                .in(LazyScaling.WEIGHTS),
                        REFERENCE_GAMMA,
                        scaling.gamma());
                claimReference(
                        board.claim("b-reference", "exponent of the time against P, Gaussian points")
                                .in(LazyScaling.TIME),
                        REFERENCE_B,
                        scaling.b());
            }
        }
        String n = LazyScaling.replicas(sweeps);
        board.stamp(n);
        board.caption(
                "α = 2¹⁵. (a, b) Weight change at the stop against temperature, geometric means with 95 % t intervals"
                        + " of the logarithms; anchored: slope δ = 1 through the middle of the fitted range, T/h from 2⁻¹⁰ to 2⁻⁶, where"
                        + " T/h is 32 margins or more and the weights move by less than a tenth. (c) Weight change over T/h and (d) time"
                        + " over T against P, geometric means over the temperatures of that range, whose replicas all fitted; dotted:"
                        + " the fitted power law, whose exponent stands in the legend with its 95 % bootstrap interval; theory gives no"
                        + " exponent for images. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). {}, ReLU, float32. Replicas: {}.",
                LazyScaling.describe(sweeps), n);
    }

    private static void claimReference(ClaimDraft claim, double[] reference, PowerFit fit) {
        claim.regression(reference[0], reference[1]).of(fit.exponent()).from(NetworkCells.REFERENCE);
    }
}
