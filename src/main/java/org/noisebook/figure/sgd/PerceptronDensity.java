package org.noisebook.figure.sgd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;

/** λ* against the load P/d for several dimensions: the stop depends on P and d through P/d alone. */
public final class PerceptronDensity implements Figure {
    private static final double[] CHIS = {0, 1, 2, 3};
    private static final int BATCH = 2;
    private static final int REPLICAS = 16;

    @Override
    public String id() {
        return "perceptron-density";
    }

    @Override
    public String title() {
        return "Signal-to-noise ratio at the stop against the load P/d, in several dimensions";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    private static int[] dimensions(Preset preset) {
        return preset.choose(new int[] {16, 32, 64}, new int[] {16, 32, 64, 128});
    }

    private static double[] loads(Preset preset, double chi) {
        if (chi == 0) {
            return TrainingCells.powers(4, 2, preset.choose(5, 6));
        }
        return TrainingCells.powers(4, 2, preset.choose(7, 9));
    }

    private static List<PerceptronConfig> configs(Preset preset, double chi, int dimension) {
        return Arrays.stream(loads(preset, chi))
                .mapToObj(load -> PerceptronCells.config(
                        chi, dimension, (int) (load * dimension), BATCH, BATCH, PerceptronCells.NO_MARGIN))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Sweep<PerceptronConfig, PerceptronResult> sweep = new Sweep<>(PerceptronCells.STUDY, List.of(), Set.of());
        for (double chi : CHIS) {
            for (int dimension : dimensions(preset)) {
                sweep = sweep.and(Sweep.of(PerceptronCells.STUDY, configs(preset, chi, dimension), REPLICAS));
            }
        }
        Results<PerceptronConfig, PerceptronResult> results = experiment.run(sweep);
        Sheet sheet = new Sheet();
        for (double chi : CHIS) {
            String panel = String.format(Locale.ROOT, "chi%.0f", chi);
            sheet.panel(
                    panel,
                    String.format(Locale.ROOT, "χ = %.0f", chi),
                    Axis.log2("load P/d"),
                    Axis.log10("ratio λ* = w₁*/|w⊥|"));
            double[] loads = loads(preset, chi);
            int[] dimensions = dimensions(preset);
            for (int k = 0; k < dimensions.length; k++) {
                TrainingCells.addPoints(
                        sheet,
                        panel,
                        "d = " + dimensions[k],
                        k,
                        loads,
                        configs(preset, chi, dimensions[k]),
                        results,
                        PerceptronResult::ratio);
            }
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            double[] law = Arrays.stream(loads)
                    .map(load -> scaling.signalToNoiseAtStop((long) load * 1024, 1024)
                            .orElse(Double.NaN))
                    .toArray();
            sheet.line(
                    panel,
                    "a (P/d)^γ",
                    "a (P/d)ᵞ, a measured",
                    dimensions.length,
                    loads,
                    law,
                    Sheet.Kind.MEASURED_PREFACTOR);
        }
        String n = Integer.toString(REPLICAS);
        String caption = "Ratio of signal to noise when the last point is fitted; B = 2, T = 1, κ = 2⁻¹⁵. Points:"
                + " geometric means over " + n + " replicas with 95 % t intervals of the logarithms. Dashed line:"
                + " theory's exponent γ = 1/(1+χ) with the measured prefactor a. Points of different d fall on one"
                + " curve: the stop depends on the load P/d, not on P.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2).sharedLegend(), caption, n, List.of());
    }
}
