package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.regime.InformationPlaneConfig;
import org.noisebook.regime.InformationPlaneResult;
import org.noisebook.stats.Estimate;

/** Whether noise compresses: descent on all patterns beside SGD from the same start, and ReLU layers that diffuse. */
final class InformationControls {
    private InformationControls() {}

    /** Declares SGD and descent on all training patterns. */
    static List<Cell<InformationPlaneConfig, InformationPlaneResult>> cells(Board board) {
        String rest = ", bins=[30]" + board.choose(", learningRate=1, steps=1200", "");
        return Stream.of("batchSize=256", "batchSize=3482")
                .map(batch -> Schema.with(InformationPlane.TANH, batch + rest))
                .map(config -> board.cell(InformationPlane.STUDY, config, board.choose(4, 16)))
                .toList();
    }

    static void tell(
            Board board,
            List<Cell<InformationPlaneConfig, InformationPlaneResult>> cells,
            Cell<?, InformationPlaneResult> relu) {
        Plot gradient = board.plot("gradient");
        InformationPlane.tellSteps(gradient, "all, ReLU", relu, k -> geometric(run -> run.allGradientToNoise(k)));
        Plot plot = board.plot(
                "noise", "Without noise, tanh", Axis.log10("step"), Axis.linear("input information I(X;T₅) (bit)"));
        for (var cell : cells) {
            InformationPlane.tellSteps(
                    plot,
                    cell == cells.get(0) ? "SGD" : "all patterns a step",
                    cell,
                    k -> InformationPlane.bounded(board, run -> run.inputInformation(0, k, run.hiddenLayers() - 1)));
        }
        plot.legend(Corner.BELOW);
        board.claim(
                        "full-batch-fall",
                        "without noise, on all patterns a step, it falls by more than the 0.6 bit of ReLU")
                .in("noise")
                .above(0.6)
                .of(cells.get(1).the(mean(InformationPlaneResult::compression)))
                .from(InformationPlane.CRITIQUE);
        board.claim(
                        "noise-share",
                        "noise makes half of the fall or more: half the fall of SGD less that on all patterns a step, same start,"
                                + " rate and steps, is 0 or more")
                .in("noise")
                .above(0)
                .of(Estimate.ofMean(cells.get(0)
                        .paired(cells.get(1), InformationPlaneResult::compression, (sgd, still) -> sgd / 2 - still)))
                .from(InformationPlane.PAPER + "; diffusion compresses");
        double[] diffusing = relu.runs().stream()
                .filter(run -> !Double.isNaN(run.fallBelowOne(run::allGradientToNoise)))
                .mapToDouble(InformationPlaneResult::compression)
                .toArray();
        board.claim(
                        "relu-diffusion",
                        "where ReLU's gradient rises above its noise and falls below, " + diffusing.length + " of "
                                + relu.runs().size() + " replicas, I(X;T) falls by tanh's 2 bits or more")
                .in("gradient")
                .above(2)
                .of(Estimate.ofMean(diffusing))
                .from(InformationPlane.PAPER + "; diffusion compresses");
    }
}
