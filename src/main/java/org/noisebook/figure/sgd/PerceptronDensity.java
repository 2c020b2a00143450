package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;

/** λ* against the load P/d for several dimensions: the stop depends on P and d through P/d alone. */
public final class PerceptronDensity extends Story {
    private static final int[] CHIS = {0, 1, 2, 3};
    private static final int BATCH = 2;

    /** The figure. */
    public PerceptronDensity() {
        super(
                "perceptron-density",
                "Signal-to-noise ratio at the stop against the load P/d, in several dimensions",
                PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(16, 16);
        int[] dimensions = board.choose(new int[] {16, 32, 64}, new int[] {16, 32, 64, 128});
        List<List<Line<PerceptronConfig, PerceptronResult>>> lines = new ArrayList<>();
        for (int chi : CHIS) {
            double[] loads = powers(4, 2, chi == 0 ? board.choose(5, 6) : board.choose(7, 9));
            lines.add(Arrays.stream(dimensions)
                    .mapToObj(d -> board.along(
                            PerceptronCells.STUDY,
                            loads,
                            load -> PerceptronCells.config(chi, d, load * d, BATCH, BATCH, PerceptronCells.NO_MARGIN)))
                    .toList());
        }
        for (int chi : CHIS) {
            Plot plot = board.plot("chi" + chi, "χ = " + chi, Axis.log2("load P/d"), Axis.log10("ratio λ* = w₁*/|w⊥|"));
            for (int k = 0; k < dimensions.length; k++) {
                plot.points("d = " + dimensions[k], lines.get(chi).get(k), geometric(PerceptronResult::ratio));
            }
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            double[] loads = lines.get(chi).get(0).x();
            plot.named("a (P/d)ᵞ, a measured")
                    .reference(
                            "a (P/d)^γ",
                            loads,
                            load -> scaling.signalToNoiseAtStop((long) load * 1024, 1024)
                                    .orElse(Double.NaN));
        }
        board.layout(Plate::sharedLegend);
        board.caption(
                "Ratio of signal to noise when the last point is fitted; B = 2, T = 1, κ = 2⁻¹⁵. Points:"
                        + " geometric means over {} replicas with 95 % t intervals of the logarithms. Dash-dotted:"
                        + " theory's exponent γ = 1/(1+χ) with a prefactor a that was measured apart. Points of different d fall on one"
                        + " curve: the stop depends on the load P/d, not on P.",
                n);
    }
}
