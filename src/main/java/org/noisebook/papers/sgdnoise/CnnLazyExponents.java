package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.linalg.Activation.RELU;

import java.util.List;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Story;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.sgd.NetworkConfig;

/**
 * Power laws of lazy training for a convolutional and a fully connected network on the same points: weight change
 * ~ T^δ P^γ, training time ~ T P^b, and the escape temperature T_c ~ P^−a with a = γ/δ.
 *
 * <p>Most of the difference between the networks' weight changes over T/h is the factor of 20 in the units that their read-outs
 * average. Theory gives no exponent for images. Grid, replicas and the small-margin sweep were chosen after trial runs, with more
 * replicas where intervals were too wide; windows were not.
 */
public final class CnnLazyExponents extends Story {
    /** The weight change that defines T_c; the CNN's kernel already changes by some tenths there. */
    private static final NetworkTc.Level ESCAPE =
            new NetworkTc.Level(true, 0.01, "weights-1", "|Δw|/|w₀| = 0.01", "weights move 1 %");

    /** The figure. */
    public CnnLazyExponents() {
        super("cnn-lazy-exponents", "Lazy weight change and time of a CNN", CnnPhaseDiagram.SOURCES);
    }

    /** The sweeps; the last is the CNN at an α where its margin is far below the noise of its outputs. */
    private static List<LazySweep> sweeps(Board board) {
        NetworkConfig data = Schema.with(
                NetworkConfig.standard(),
                "testSize=0, probeSize=0, outputScale=2^15, dataset=fashionTest14, batchSize=4, sampleCap=2^17");
        NetworkConfig connected = Schema.with(data, "network", new FullyConnected(5, 32, RELU));
        NetworkConfig convolutional = Schema.with(data, "network", new InvertedResidual(1, 4, RELU));
        NetworkConfig smallMargin = Schema.with(convolutional, "outputScale=2^22, precision=float64");
        double[] sizes = powers(64, 2, 4);
        return List.of(
                LazySweep.of(board, "fully connected", 0, connected, sizes, powers(0x1p-3, 2, 6), 20),
                LazySweep.of(board, "CNN", 1, convolutional, sizes, powers(0x1p-3, 2, 6), 20),
                LazySweep.of(board, "CNN small margin", 2, smallMargin, sizes, powers(0x1p-3, 2, 4), 20));
    }

    @Override
    protected void tell(Board board) {
        board.control("run: temperatures beyond the lazy regime, where the weight change leaves the power law");
        board.title(
                "In lazy CNNs, weights move in proportion to the SGD noise",
                "In lazy CNNs, weights move less than in proportion to SGD noise",
                "In lazy CNNs, weights move nearly in proportion to SGD noise");
        board.subtitle("Weight change per noise against noise, and measured over predicted exponents, by network");
        board.show("collapse", "ones");
        List<LazySweep> sweeps = sweeps(board);
        LazyScaling.tell(board, sweeps);
        sweeps.subList(0, 2).forEach(sweep -> claimEscape(board, sweep));
        String setting = "Lazy training at α = 2¹⁵ (small margin: 2²², float64) on 14 × 14 Fashion-MNIST parity, ReLU.";
        LazyScaling.caption(board, setting, "h (CNN 20h)", sweeps);
    }

    /** Claims that T_c, defined by the weight change, falls with P with exponent a = γ/δ. */
    private static void claimEscape(Board board, LazySweep sweep) {
        board.claim(
                        "tc-" + sweep.key(),
                        "T_c falls as P^−a with a δ/γ = 1, T_c defined by " + ESCAPE.text()
                                + " (follows from the same fits if they cover the level), " + sweep.name())
                .identity(1, Claim.STANDARD_WINDOW)
                .of(NetworkTc.cube(sweep).ratio(board, "bootstrap/cnn-lazy/" + sweep.key() + "/tc", ESCAPE))
                .from("Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ");
    }
}
