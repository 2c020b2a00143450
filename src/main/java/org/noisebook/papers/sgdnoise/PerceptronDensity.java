package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;

/** The signal-to-noise ratio λ* at the end of training against the load P/d for several dimensions; it depends on P/d alone. */
public final class PerceptronDensity extends Story {
    private static final int[] CHIS = {0, 1, 2, 3};
    private static final int[] DIMENSIONS = {16, 32, 64};
    private static final int BATCH = 2;

    /** The figure. */
    public PerceptronDensity() {
        super("perceptron-density", "Signal over noise against the load P/d", PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.title("Only the number of points per dimension matters");
        board.subtitle("Signal over noise of trained perceptrons in 16, 32 and 64 dimensions, side by side");
        int n = board.replicas(8, 16);
        List<Line<PerceptronConfig, PerceptronResult>> lines = new ArrayList<>();
        for (int chi : CHIS) {
            double[] loads = powers(4, 2, chi == 0 ? board.choose(4, 5) : 7);
            double[] x = new double[DIMENSIONS.length * loads.length];
            Arrays.setAll(x, k -> loads[k % loads.length]);
            lines.add(Line.of(
                    x,
                    IntStream.range(0, x.length)
                            .mapToObj(k ->
                                    board.cell(PerceptronCells.STUDY, config(chi, DIMENSIONS[k / loads.length], x[k])))
                            .toList()));
        }
        Axis loads = Axis.log2("training points per dimension P/d");
        Plot plot = board.plot("density", "Dimensions, side by side", loads, Axis.log10("signal over noise"));
        for (int chi : CHIS) {
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            var line = lines.get(chi);
            String series = "χ = " + chi + ", slope " + (chi == 0 ? "1" : "1/" + (chi + 1));
            plot.points(series, line, geometric(PerceptronResult::ratio))
                    .reference(
                            series,
                            Arrays.copyOf(line.x(), line.size() / DIMENSIONS.length),
                            load -> scaling.signalToNoiseAtStop((long) load * 1024, 1024)
                                    .orElse(Double.NaN));
        }
        board.caption(
                "Ratio of signal to noise, λ* = w₁*/|w⊥|, when the perceptron fits its last point, against the load: training"
                        + " points P over dimension d, for d = 16, 32, 64. χ says how rare points are at the label boundary. B = 2,"
                        + " T = 1, κ = 2⁻¹⁵. Points: geometric means over {} replicas with 95 % t intervals of the logarithms, those of different d side by side. Dash-dotted: the"
                        + " predicted slope 1/(1+χ) with a prefactor measured separately. The end of training depends on the"
                        + " load P/d, not on P.",
                n);
    }

    private static PerceptronConfig config(int chi, int dimension, double load) {
        return PerceptronCells.config(chi, dimension, load * dimension, BATCH, BATCH, PerceptronCells.NO_MARGIN);
    }
}
