package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.logarithmic;
import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.List;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronOde;
import org.noisebook.sgd.PerceptronResult;

/** Signal w_1(t) and noise |w_⊥|(t) of SGD compared with the drift equations for fresh data, at three margins. */
public final class PerceptronTrajectory extends Story {
    private static final double CHI = 1;
    private static final double[] MARGINS = {1, 0x1p-3, 0x1p-15};
    private static final String[] RATIOS = {"T/κ = 1", "T/κ = 8", "T/κ = 2¹⁵"};
    private static final int BATCH = 2;
    private static final double TEMPERATURE = 1;
    private static final int LINE_POINTS = 121;

    /** The figure. */
    public PerceptronTrajectory() {
        super("perceptron-trajectory", "Signal and noise in time, SGD against theory", PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.title("A parameter-free theory predicts signal and noise until late");
        board.subtitle("Signal and noise of a perceptron against training time; dots: SGD, lines: theory");
        int dimension = board.choose(64, 128);
        int trainSize = board.choose(2048, 16_384);
        int n = board.replicas(16, 8);
        var cells = board.along(
                PerceptronCells.STUDY,
                MARGINS,
                margin -> Schema.with(
                        PerceptronCells.config(CHI, dimension, trainSize, BATCH, BATCH * TEMPERATURE, margin),
                        "recordsPerDecade=3"));
        Axis time = Axis.log10("time: learning rate × steps");
        Plot signal = board.plot("signal", "Signal", time, Axis.log10("signal"));
        Plot noise = board.plot("noise", "Noise", time, Axis.log10("noise"));
        for (int k = 0; k < MARGINS.length; k++) {
            var cell = cells.at(MARGINS[k]);
            PerceptronConfig config = cell.config();
            double[] times = common(cell.runs());
            double[] fine = logarithmic(config.learningRate(), times[times.length - 1], LINE_POINTS);
            double[][] weights = PerceptronOde.of(
                            config.chi(),
                            config.dimension(),
                            config.learningRate(),
                            config.batchSize(),
                            config.trainSize(),
                            config.margin())
                    .solve(fine);
            signal.points(
                            RATIOS[k],
                            times,
                            cell,
                            r -> geometric(run -> run.trajectorySignal().get(r)))
                    .line(LineKind.THEORY, RATIOS[k], fine, column(weights, 0));
            noise.points(
                            RATIOS[k],
                            times,
                            cell,
                            r -> geometric(run -> run.trajectoryNoise().get(r)))
                    .line(LineKind.THEORY, RATIOS[k], fine, column(weights, 1));
        }
        board.caption(
                "Training of the perceptron with χ = 1, d = {}, P = {}, B = 2, T = 1 at three margins κ: (a) weight along the"
                        + " teacher, (b) norm of the other weights. Points: SGD, geometric means over {} replicas with 95 % t intervals"
                        + " of the logarithms, as long as every replica is training. Lines: the drift equations for (w₁, |w⊥|), without free"
                        + " parameters. They assume fresh data and deviate from SGD late in training, when the few points that"
                        + " do not fit yet return again and again; the larger the margin, the sooner.",
                dimension, trainSize, n);
    }

    /** Times of the records that every replica reached; the end point of a run belongs to that run alone. */
    private static double[] common(List<PerceptronResult> runs) {
        int count = runs.stream()
                .mapToInt(run -> run.trajectoryTime().size() - 1)
                .min()
                .orElse(0);
        return Arrays.copyOf(runs.get(0).trajectoryTime().toArray(), count);
    }

    private static double[] column(double[][] rows, int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).toArray();
    }
}
