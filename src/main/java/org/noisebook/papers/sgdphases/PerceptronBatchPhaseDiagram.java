package org.noisebook.papers.sgdphases;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.List;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The three phases of SGD of the perceptron in the (B, η) plane (noise-dominated, first-step-dominated and gradient descent),
 * and the growth of the crossover batch size B* with P.
 */
public final class PerceptronBatchPhaseDiagram extends Story {
    private static final double CHI = 1;
    private static final int DIMENSION = 32;
    private static final int TRAIN_SIZE = 2048;
    private static final double MARGIN = 0x1p-7;
    private static final double[] BATCHES = powers(1, 2, 12);

    private static final int[] CROSSOVER_CHIS = {1, 2};
    private static final double[] CROSSOVER_SIZES = powers(512, 2, 6);
    private static final double CROSSOVER_MARGIN = 0x1p-20;
    private static final double[] CROSSOVER_BATCHES = {
        4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024
    };
    private static final double DOUBLING = 2;
    private static final double[][] REFERENCE_CROSSOVER = {{0.449, 0.014}, {0.264, 0.009}};

    /** The figure. */
    public PerceptronBatchPhaseDiagram() {
        super("perceptron-batch-phase-diagram", "Three phases of SGD in the (B, η) plane", PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other χ, whose exponent lies outside the window");
        board.title(
                "The critical batch size grows with the data as predicted",
                "The critical batch size grows more slowly with data than predicted",
                "The critical batch size grows with the data roughly as predicted");
        board.subtitle("Three phases of SGD, and the batch size B* where the first step takes over from noise");
        int n = board.replicas(3);
        Plane<PerceptronConfig, PerceptronResult> plane = board.plane(
                PerceptronCells.STUDY,
                BATCHES,
                powers(0x1p-8, 4, 10),
                (batch, rate) -> PerceptronCells.config(CHI, DIMENSION, TRAIN_SIZE, batch, rate, MARGIN));
        int crossoverN = board.replicas(8);
        List<List<Line<PerceptronConfig, PerceptronResult>>> lines = Arrays.stream(CROSSOVER_CHIS)
                .mapToObj(chi -> Arrays.stream(CROSSOVER_SIZES)
                        .mapToObj(size -> board.along(
                                PerceptronCells.STUDY,
                                Arrays.stream(CROSSOVER_BATCHES)
                                        .filter(batch -> batch <= size)
                                        .toArray(),
                                batch -> PerceptronCells.config(chi, DIMENSION, size, batch, 1, CROSSOVER_MARGIN)))
                        .toList())
                .toList();
        tellPlane(board, plane);
        Axis batch = Axis.log2("batch size B*");
        Plot plot = board.plot("crossover", "Critical batch size B*", NetworkCells.SIZES, batch);
        for (int k = 0; k < CROSSOVER_CHIS.length; k++) {
            tellCrossover(board, plot, k, lines.get(k));
        }
        board.stamp(n + " (a), " + crossoverN + " (b)");
        board.caption(
                "(a) Mean of log₂ w₁*/κ over {} replicas; χ = 1, d = 32, P = 2048, κ = 2⁻⁷. Phase boundaries, with measured constants: η = 3κB between"
                        + " noise and gradient descent; B* = c⊥ d λ*/E|x₁| with the λ* deep in the noise phase; the rate at"
                        + " which the first step reaches the plateau of gradient descent. (b) Batch size at which w₁* is twice the"
                        + " first step, interpolated in every replica; d = 32, η = 1, κ = 2⁻²⁰, geometric means over {} replicas with"
                        + " 95 % t intervals of the logarithms. Dashed: predicted exponent 1/(1+χ) through the last point. Legend: fits"
                        + " with half their 95 % bootstrap intervals. χ says how rare points are at the label boundary.",
                n, crossoverN);
    }

    private static void tellPlane(Board board, Plane<PerceptronConfig, PerceptronResult> plane) {
        double[][] value = plane.means(run -> StrictMath.log(run.signal() / MARGIN) / StrictMath.log(2));
        Plot plot = board.map(
                "plane",
                "Three phases",
                Axis.log2("batch size B"),
                Axis.log2("learning rate η"),
                ColourBar.around("log₂ of signal over margin", 1, value),
                plane,
                value);
        PerceptronScaling scaling = PerceptronScaling.of(CHI);
        int top = plane.ys().length - 1;
        double ratio = plane.at(top, 0).the(geometric(PerceptronResult::ratio)).mean();
        double descent = plane.at(0, BATCHES.length - 1)
                .the(geometric(PerceptronResult::signal))
                .mean();
        new BatchBorders(
                        scaling.noiseOnsetTemperature(MARGIN),
                        scaling.crossoverBatchSizeAt(ratio, DIMENSION),
                        scaling.crossoverLearningRateAt(descent, DIMENSION))
                .draw(plot, plane, LineKind.ANCHORED);
        plot.text(4, 0x1p5, "noise").text(400, 0x1p5, "first step").text(60, 0x1p-8, "gradient descent");
    }

    /** Plots the batch size at which w_1* has fallen to twice the first step, against P. */
    private static void tellCrossover(
            Board board, Plot plot, int k, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        int chi = CROSSOVER_CHIS[k];
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        double firstStep = scaling.firstStepSignal(1, DIMENSION);
        double[][] crossings = lines.stream()
                .map(line -> line.perReplica(
                        run -> run.signal() / firstStep, curve -> Line.crossing(line.x(), curve, DOUBLING)))
                .toArray(double[][]::new);
        Estimate[] means =
                Arrays.stream(crossings).map(Estimate::ofGeometricMeanOrNone).toArray(Estimate[]::new);
        int last = CROSSOVER_SIZES.length - 1;
        Estimate fitted = PowerFit.of(CROSSOVER_SIZES, crossings, board.stream("bootstrap/crossover" + chi))
                .exponent();
        String series = "χ = " + chi + ": exponent " + Words.exponent(fitted, scaling.gamma());
        plot.points(series, CROSSOVER_SIZES, means, crossings[0].length)
                .anchored(
                        series,
                        CROSSOVER_SIZES,
                        size -> means[last].mean() * StrictMath.pow(size / CROSSOVER_SIZES[last], scaling.gamma()));
        plot.claim("crossover-chi" + chi, "B* grows as P^γ with γ = 1/(1+χ), χ = " + chi)
                .says("The batch size B* grows with the data as predicted | exponent of growth with P")
                .theory(scaling.gamma())
                .judge(fitted, "Sclocchi and Wyart 2024, arXiv 2309.10688");
        plot.claim(
                        "crossover-exponent-chi" + chi,
                        Words.say("B* grows with P to the power {}, χ = {}", REFERENCE_CROSSOVER[k][0], chi))
                .regression(REFERENCE_CROSSOVER[k][0], REFERENCE_CROSSOVER[k][1])
                .judge(fitted, PerceptronCells.REFERENCE);
    }
}
