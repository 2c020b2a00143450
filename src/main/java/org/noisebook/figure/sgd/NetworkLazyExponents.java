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
        LazyScaling gaussian = LazyScaling.tell(board, sweeps).stream()
                .filter(scaling -> scaling.sweep().name().equals("Gaussian"))
                .findFirst()
                .orElseThrow();
        String change = "exponent of the weight change against ";
        claimReference(board, "delta", change + "T", LazyScaling.ONES, gaussian.delta(), 0.993, 0.001);
        claimReference(board, "gamma", change + "P", LazyScaling.WEIGHTS, gaussian.gamma(), 0.439, 0.011);
        claimReference(board, "b", "exponent of the time against P", LazyScaling.TIME, gaussian.b(), 1.38, 0.01);
        board.caption(
                "Lazy training at α = 2¹⁵. (a) Weight change at the stop over T/h and (b) training time over T = η/B against the"
                        + " number of points, geometric means over temperatures and replicas with 95 % t intervals of the"
                        + " logarithms; dotted: fitted power laws, exponents γ and b with half their 95 % bootstrap intervals. The"
                        + " temperatures are those with T/h from 2⁻¹⁰ to 2⁻⁶ at which all replicas fitted: 32 margins or more, and weights"
                        + " move by less than a tenth. (c) What theory says is 1, with 95 % bootstrap intervals over whole replicas: the"
                        + " exponents of weight change and time against T, (b − 1)/γ, and 2γ over the exponent of the number of"
                        + " updates that move weights. Theory gives no γ for images. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). {}; ReLU,"
                        + " float32. Replicas: {}.",
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
