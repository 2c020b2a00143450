package org.noisebook.figure.sgd;

import java.util.List;
import org.noisebook.figure.Board;
import org.noisebook.figure.Story;
import org.noisebook.stats.PowerFit;

/**
 * The lazy regime at α = 2^15: weight change ~ T^δ P^γ and training time ~ T P^b, on Gaussian points and on images.
 */
public final class NetworkLazyExponents extends Story {
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
        List<LazyScaling> scalings = LazyScaling.tell(board, sweeps);
        for (LazyScaling scaling : scalings) {
            scaling.claim(board);
            if (scaling.sweep().name().equals("Gaussian")) {
                String change = "exponent of the weight change against ";
                claimReference(board, "delta", change + "T", "Gaussian", scaling.delta(), 0.993, 0.001);
                claimReference(board, "gamma", change + "P", LazyScaling.WEIGHTS, scaling.gamma(), 0.439, 0.011);
                String time = "exponent of the time against P";
                claimReference(board, "b", time, LazyScaling.TIME, scaling.b(), 1.38, 0.01);
            }
        }
        board.caption(
                "α = 2¹⁵. (a, b) Weight change at the stop against temperature, geometric means with 95 % t intervals"
                        + " of the logarithms; anchored: slope δ = 1 through the middle of the fitted range, T/h from 2⁻¹⁰ to 2⁻⁶, where"
                        + " T/h is 32 margins or more and the weights move by less than a tenth. (c) Weight change over T/h and (d) time"
                        + " over T against P, geometric means over the temperatures of that range, whose replicas all fitted; dotted:"
                        + " the fitted power law, whose exponent stands in the legend with its 95 % bootstrap interval; theory gives no"
                        + " exponent for images. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). {}, ReLU, float32. Replicas: {}.",
                LazyScaling.describe(sweeps), LazyScaling.replicas(sweeps));
    }

    /** Of the reference on Gaussian points, D = 3, h = 64, B = 4. */
    private static void claimReference(
            Board board, String name, String statement, String panel, PowerFit fit, double value, double error) {
        board.claim(name + "-reference", statement + ", Gaussian points")
                .in(panel)
                .regression(value, error)
                .of(fit.exponent())
                .from(NetworkCells.REFERENCE);
    }
}
