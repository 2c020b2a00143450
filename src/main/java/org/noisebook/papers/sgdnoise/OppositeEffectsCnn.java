package org.noisebook.papers.sgdnoise;

import java.util.List;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.sgd.NetworkConfig;

/**
 * The figure {@link OppositeEffects} for a CNN.
 *
 * <p>The largest α is 2⁷, and the baseline of noise is T = hκ/2, in the middle of the crossover: the time to fit grows as 1/η, and a run
 * there takes minutes, so n is 8; no higher T is lazy. The second way ends at α = 1, because at 2⁻⁵ no run fits at that temperature. The
 * quick preset has 8 channels, because with 4 some runs never fit, begins both ways at T = hκ, and has too few replicas to decide a claim.
 */
public final class OppositeEffectsCnn extends OppositeEffects {
    /** The figure. */
    public OppositeEffectsCnn() {
        super(
                "opposite-effects-cnn",
                "Two ways out of the lazy regime, CNN: does noise do the opposite of a smaller α?");
    }

    @Override
    List<Task> tasks(Board board) {
        NetworkConfig base = Schema.with(
                Schema.with(
                        NetworkConfig.standard(),
                        "batchSize=16, testDraw=own, network=invertedResidual(channels=1, width=8, activation=relu)"),
                board.choose(
                        "dataset=fashionTest14, testSize=1024, sampleCap=2^19",
                        "dataset=fashionMnist, testSize=4096, sampleCap=2^22"));
        double[] outputScales = board.choose(new double[] {0x1p9, 0x1p-2}, new double[] {0x1p7, 1});
        int size = board.choose(64, 1024);
        return List.of(task("fashion", "CNN, Fashion, parity", base, size, outputScales, board.choose(8, 16)));
    }

    @Override
    double[] perWidth(Board board) {
        return board.choose(
                new double[] {0x1p-9, 0x1p-4, 0x1p-3, 0x1p-2, 0x1p-1},
                new double[] {0x1p-8, 0x1p-7, 0x1p-6, 0x1p-5, 0x1p-4, 0x1p-3});
    }

    @Override
    void head(Board board) {
        board.title("Four runs cannot tell whether noise or α changes the test error");
        board.subtitle("Change of test error of a small CNN on Fashion-MNIST, on leaving the lazy regime");
    }

    @Override
    int count(Board board) {
        return board.choose(4, 8);
    }

    @Override
    String describe() {
        return "CNN of inverted residuals, B = 16, ReLU, float32.";
    }
}
