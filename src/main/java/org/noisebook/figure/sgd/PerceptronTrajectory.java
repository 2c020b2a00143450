package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronOde;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

/** w_1(t) and |w_⊥|(t) of SGD against the drift equations for fresh data, noise-dominated and not. */
public final class PerceptronTrajectory implements Figure {
    private static final double[] CHIS = {0, 1};
    private static final double[] MARGINS = {1, 0x1p-3, 0x1p-15};
    private static final String[] RATIOS = {"T/κ = 1", "T/κ = 8", "T/κ = 2¹⁵"};
    private static final int BATCH = 2;
    private static final double TEMPERATURE = 1;
    private static final int RECORDS_PER_DECADE = 3;
    private static final int LINE_POINTS = 121;

    @Override
    public String id() {
        return "perceptron-trajectory";
    }

    @Override
    public String title() {
        return "Signal and noise of the perceptron during training against the drift equations";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    private static int dimension(Preset preset) {
        return preset.choose(64, 128);
    }

    private static int trainSize(Preset preset) {
        return preset.choose(2048, 16_384);
    }

    private static int replicas(Preset preset) {
        return preset.choose(16, 8);
    }

    private static PerceptronConfig config(Preset preset, double chi, double margin) {
        return Schema.with(
                PerceptronCells.config(chi, dimension(preset), trainSize(preset), BATCH, BATCH * TEMPERATURE, margin),
                "recordsPerDecade",
                RECORDS_PER_DECADE);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<PerceptronConfig> configs = new ArrayList<>();
        for (double chi : CHIS) {
            for (double margin : MARGINS) {
                configs.add(config(preset, chi, margin));
            }
        }
        Results<PerceptronConfig, PerceptronResult> results =
                experiment.run(Sweep.of(PerceptronCells.STUDY, configs, replicas(preset)));
        Sheet sheet = new Sheet();
        for (double chi : CHIS) {
            String name = String.format(Locale.ROOT, "chi%.0f", chi);
            String title = String.format(Locale.ROOT, ", χ = %.0f", chi);
            sheet.panel(name + "-signal", "Signal" + title, Axis.log10("time t = η · steps"), Axis.log10("signal w₁"));
            sheet.panel(name + "-noise", "Noise" + title, Axis.log10("time t = η · steps"), Axis.log10("noise |w⊥|"));
            for (int k = 0; k < MARGINS.length; k++) {
                PerceptronConfig config = config(preset, chi, MARGINS[k]);
                List<PerceptronResult> runs = results.of(config);
                addPoints(sheet, name + "-signal", k, runs, PerceptronResult::trajectorySignal);
                addPoints(sheet, name + "-noise", k, runs, PerceptronResult::trajectoryNoise);
                addTheory(sheet, name, k, config, runs);
            }
        }
        sheet.key("chi0-signal", "drift equations", Sheet.Kind.THEORY);
        String caption = "Training of the perceptron with d = " + dimension(preset) + ", P = " + trainSize(preset)
                + ", B = 2, T = 1 at three margins, T/κ = 1, 8, 2¹⁵. Points: geometric means over "
                + replicas(preset) + " replicas with 95 % t intervals of the logarithms, as long as every replica is"
                + " training. Lines: the drift equations for (w₁, |w⊥|) from the first step on, without any free number."
                + " They describe fresh data and part from SGD late in training, when the few points still unfitted return"
                + " again and again; the sooner, the larger the margin.";
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption,
                Integer.toString(replicas(preset)),
                List.of());
    }

    /** Records that every replica reached; the end point of a run belongs to that run alone. */
    private static int common(List<PerceptronResult> runs) {
        return runs.stream()
                .mapToInt(run -> run.trajectoryTime().length - 1)
                .min()
                .orElse(0);
    }

    private static void addPoints(
            Sheet sheet,
            String panel,
            int colour,
            List<PerceptronResult> runs,
            Function<PerceptronResult, double[]> trajectory) {
        int count = common(runs);
        double[] times = runs.get(0).trajectoryTime();
        double[] x = new double[count];
        Estimate[] y = new Estimate[count];
        Ends[] ends = new Ends[count];
        List<double[]> series = runs.stream().map(trajectory).toList();
        for (int k = 0; k < count; k++) {
            int record = k;
            x[k] = times[k];
            y[k] = Estimate.ofGeometricMean(
                    series.stream().mapToDouble(values -> values[record]).toArray());
            ends[k] = TrainingCells.ends(runs);
        }
        sheet.points(panel, RATIOS[colour], colour, x, y, ends);
    }

    private static void addTheory(
            Sheet sheet, String name, int colour, PerceptronConfig config, List<PerceptronResult> runs) {
        double last = runs.get(0).trajectoryTime()[common(runs) - 1];
        double first = config.learningRate();
        double[] times =
                TrainingCells.powers(first, StrictMath.pow(last / first, 1.0 / (LINE_POINTS - 1)), LINE_POINTS);
        double[][] weights = PerceptronOde.of(
                        config.chi(),
                        config.dimension(),
                        config.learningRate(),
                        config.batchSize(),
                        config.trainSize(),
                        config.margin())
                .solve(times);
        double[] signal = new double[times.length];
        double[] noise = new double[times.length];
        for (int k = 0; k < times.length; k++) {
            signal[k] = weights[k][0];
            noise[k] = weights[k][1];
        }
        sheet.line(name + "-signal", RATIOS[colour], "", colour, times, signal, Sheet.Kind.THEORY);
        sheet.line(name + "-noise", RATIOS[colour], "", colour, times, noise, Sheet.Kind.THEORY);
    }
}
