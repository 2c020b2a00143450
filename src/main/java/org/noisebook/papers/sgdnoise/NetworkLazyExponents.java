package org.noisebook.papers.sgdnoise;

import java.util.Arrays;
import java.util.List;
import org.noisebook.cells.NetworkCells;
import org.noisebook.figure.Board;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.stats.PowerFit;

/**
 * Power laws of lazy training at α = 2^15, weight change ~ T^δ P^γ and training time ~ T P^b, on Gaussian points and images.
 */
public final class NetworkLazyExponents extends Story {
    /** Range in which the reference, at a larger α, is compared: T/h of at least 32 margins, weight change below a tenth. */
    private static final double REFERENCE_LOW = 0x1p-10;

    private static final double REFERENCE_HIGH = 0x1p-6;

    /** The figure. */
    public NetworkLazyExponents() {
        super("network-lazy-exponents", "Lazy weight change and time against T and P", NetworkCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: temperatures beyond the lazy regime, where the weight change leaves the power law");
        board.title(
                "In lazy training, weights move in proportion to the SGD noise",
                "Lazy weight change is not proportional to noise on every data set",
                "In lazy training, weights move nearly in proportion to SGD noise");
        board.subtitle(
                "Weight change per noise against noise, and measured over predicted exponents, on three data sets");
        board.show("collapse", "ones");
        List<LazySweep> sweeps = LazySweep.of(board);
        LazyScaling.tell(board, sweeps);
        board.plot("collapse").text(0x1p-5, 1.04, "no longer lazy");
        LazySweep drawn = sweeps.stream()
                .filter(sweep -> sweep.name().equals("Gaussian"))
                .findFirst()
                .orElseThrow();
        int width = drawn.base().network().width();
        LazyScaling gaussian = LazyScaling.of(
                board,
                drawn,
                Arrays.stream(drawn.whole())
                        .filter(t -> t >= REFERENCE_LOW * width && t <= REFERENCE_HIGH * width)
                        .toArray());
        claimReference(
                board, "delta", "the weight change grows with T", LazyScaling.ONES, gaussian.delta(), 0.993, 0.001);
        claimReference(
                board, "gamma", "the weight change grows with P", LazyScaling.WEIGHTS, gaussian.gamma(), 0.439, 0.011);
        claimReference(board, "b", "the training time grows with P", LazyScaling.TIME, gaussian.b(), 1.38, 0.01);
        String setting = "Lazy training at α = 2¹⁵, ReLU, float32. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁).";
        LazyScaling.caption(board, setting, "h", sweeps);
    }

    /** A regression claim against the reference on Gaussian points, D = 3, h = 64, B = 4. */
    private static void claimReference(
            Board board, String name, String statement, String panel, PowerFit fit, double value, double error) {
        board.claim(name + "-reference", Words.say(statement + " to the power {}, Gaussian points", value))
                .in(panel)
                .regression(value, error)
                .judge(fit.exponent(), NetworkCells.REFERENCE);
    }
}
