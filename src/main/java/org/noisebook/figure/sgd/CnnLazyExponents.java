package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.List;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.sgd.NetworkConfig;

/**
 * The lazy regime of a convolutional network beside that of a fully connected one on the same points: weight
 * change ~ T^δ P^γ, training time ~ T P^b, and the escape temperature T_c ~ P^−a with a = γ/δ.
 *
 * <p>Most of the distance of the networks' weight changes over T/h is the factor of 20 in what their read-outs average.
 * Theory gives no exponent for images. Grid, replicas and the small-margin sweep were chosen after trial runs, more replicas
 * where intervals were too wide; windows were not.
 */
public final class CnnLazyExponents extends Story {
    /** α at which the CNN's margin is far below the noise of its outputs. */
    private static final double SMALL_MARGIN_OUTPUT_SCALE = 0x1p22;

    /** The weight change at which T_c is read: the CNN's kernel changes by tenths there already. */
    private static final NetworkTc.Level ESCAPE = new NetworkTc.Level(true, 0.01);

    /** The figure. */
    public CnnLazyExponents() {
        super(
                "cnn-lazy-exponents",
                "Weight change and training time in the lazy regime: a convolutional and a fully connected network",
                CnnPhaseDiagram.SOURCES);
    }

    /** The last is the CNN where the margin is negligible. */
    private static List<LazySweep> sweeps(Board board) {
        NetworkConfig data = Schema.with(
                Schema.with(NetworkConfig.standard(), "testSize=0, probeSize=0, outputScale=2^15"),
                board.choose(
                        "dataset=fashionTest14, batchSize=4, sampleCap=2^17",
                        "dataset=fashionMnist, batchSize=16, sampleCap=2^22"));
        NetworkConfig connected =
                Schema.with(data, "network", new FullyConnected(5, board.choose(32, 128), Activation.RELU));
        NetworkConfig convolutional =
                Schema.with(data, "network", new InvertedResidual(1, board.choose(4, 64), Activation.RELU));
        NetworkConfig smallMargin =
                Schema.with(convolutional, "outputScale", SMALL_MARGIN_OUTPUT_SCALE, "precision", Precision.FLOAT64);
        double[] temperatures = board.choose(powers(0x1p-3, 2, 6), powers(0x1p-3, 2, 9));
        double[] fitted = board.choose(powers(0x1p-3, 2, 4), powers(2, 2, 4));
        double[] sizes = board.choose(powers(64, 2, 4), powers(1024, 2, 4));
        int n = board.choose(20, 5);
        return List.of(
                LazySweep.of(board, "fully connected", 0, connected, sizes, temperatures, n),
                LazySweep.of(board, "CNN", 1, convolutional, sizes, temperatures, n),
                LazySweep.of(board, "CNN small margin", 2, smallMargin, sizes, fitted, n));
    }

    @Override
    protected void tell(Board board) {
        List<LazySweep> sweeps = sweeps(board);
        LazyScaling.tell(board, sweeps);
        sweeps.subList(0, 2).forEach(sweep -> claimEscape(board, sweep));
        board.caption(
                "Lazy training at α = 2¹⁵ (small margin: 2²², float64) on {} parity. (a) Weight change at the stop over T/h and"
                        + " (b) training time over T = η/B against the number of points, geometric means over temperatures and"
                        + " replicas with 95 % t intervals of the logarithms; dotted: fitted laws, exponents with half their"
                        + " bootstrap intervals. Temperatures are 2⁻¹⁰ to 2⁻⁶ of the units that the read-out averages (h, in the"
                        + " CNN 20h) at which all replicas fitted. (c) What theory says is 1, with bootstrap intervals:"
                        + " the exponents of weight change and time against T, (b − 1)/γ, and 2γ over the exponent of"
                        + " the number of updates that move weights. {} (the CNN has 16 layers before the read-out). ReLU, at"
                        + " most {} samples. Replicas: {}.",
                board.choose("Fashion-MNIST at 14 × 14 pixels", "Fashion-MNIST"),
                LazyScaling.describe(sweeps),
                sweeps.get(0).base().sampleCap(),
                LazyScaling.replicas(sweeps));
    }

    /** Whether T_c, read where the weight change meets its level, falls with P as a = γ/δ says. */
    private static void claimEscape(Board board, LazySweep sweep) {
        board.claim(
                        "tc-" + sweep.key(),
                        "T_c ~ P^−a with a δ/γ = 1, T_c where " + ESCAPE.text()
                                + " (arithmetic of the same fit where the level lies in its range), " + sweep.name())
                .identity(1, Claim.STANDARD_WINDOW)
                .of(NetworkTc.cube(sweep).ratio(board, "bootstrap/cnn-lazy/" + sweep.key() + "/tc", ESCAPE))
                .from("Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ");
    }
}
