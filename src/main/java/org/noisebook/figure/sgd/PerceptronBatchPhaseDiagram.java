package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The three phases of SGD in the (B, η) plane, noise-dominated, first-step-dominated and gradient descent, and the growth
 * of the batch size B* between the first two with P.
 */
public final class PerceptronBatchPhaseDiagram implements Figure {
    private static final double CHI = 1;
    private static final int DIMENSION = 32;
    private static final int TRAIN_SIZE = 2048;
    private static final double MARGIN = 0x1p-7;
    private static final double[] BATCHES = TrainingCells.powers(1, 2, 12);
    private static final double HIGHEST_RATE = 0x1p10;

    private static final double[] CROSSOVER_CHIS = {1, 2};
    private static final double[] CROSSOVER_SIZES = TrainingCells.powers(512, 2, 6);
    private static final double CROSSOVER_MARGIN = 0x1p-20;
    private static final double[] CROSSOVER_BATCHES = {
        4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024
    };
    /** Ends of the axis of B*, with room for the exponents below. */
    private static final double LOWEST_CROSSOVER = 2;

    private static final double HIGHEST_CROSSOVER = 256;
    private static final double DOUBLING = 2;
    private static final double[][] REFERENCE_CROSSOVER = {{0.449, 0.014}, {0.264, 0.009}};
    private static final double CONTOUR_STEP = 4;

    @Override
    public String id() {
        return "perceptron-batch-phase-diagram";
    }

    @Override
    public String title() {
        return "Three phases of SGD on the perceptron in the plane of batch size and learning rate";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    private static double[] rates(Preset preset) {
        return preset.choose(TrainingCells.powers(0x1p-10, 4, 11), TrainingCells.powers(0x1p-12, 2, 23));
    }

    private static int replicas(Preset preset) {
        return preset.choose(3, 6);
    }

    private static int crossoverReplicas(Preset preset) {
        return preset.choose(12, 48);
    }

    private static PerceptronConfig cell(double batch, double rate) {
        return PerceptronCells.config(CHI, DIMENSION, TRAIN_SIZE, (int) batch, rate, MARGIN);
    }

    private static PerceptronConfig crossoverCell(double chi, double size, double batch) {
        return PerceptronCells.config(chi, DIMENSION, (int) size, (int) batch, 1, CROSSOVER_MARGIN);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<PerceptronConfig> plane = new ArrayList<>();
        for (double rate : rates(preset)) {
            for (double batch : BATCHES) {
                plane.add(cell(batch, rate));
            }
        }
        List<PerceptronConfig> crossover = new ArrayList<>();
        for (double chi : CROSSOVER_CHIS) {
            for (double size : CROSSOVER_SIZES) {
                Arrays.stream(CROSSOVER_BATCHES)
                        .filter(batch -> batch <= size)
                        .forEach(batch -> crossover.add(crossoverCell(chi, size, batch)));
            }
        }
        Sweep<PerceptronConfig, PerceptronResult> sweep = new Sweep<>(PerceptronCells.STUDY, List.of(), Set.of());
        Results<PerceptronConfig, PerceptronResult> results =
                experiment.run(sweep.and(Sweep.of(PerceptronCells.STUDY, plane, replicas(preset)))
                        .and(Sweep.of(PerceptronCells.STUDY, crossover, crossoverReplicas(preset))));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        drawPlane(sheet, preset, results);
        drawCrossover(sheet, results, claims, experiment);
        String n = replicas(preset) + " (a), " + crossoverReplicas(preset) + " (b)";
        String caption = "(a) Signal at the stop over the margin, mean of log₂ w₁*/κ over " + replicas(preset)
                + " replicas; χ = 1, d = 32, P = 2048, κ = 2⁻⁷. Dashed borders carry measured numbers: η = 3κB between"
                + " noise-dominated SGD and gradient descent; B* = c⊥ d λ*/E|x₁| with the λ* of the noise-dominated"
                + " corner; the learning rate at which the first step reaches the plateau of gradient descent. Level lines stand"
                + " at every fourth octave. (b) Batch size at which w₁* is twice the first step, by interpolation in every"
                + " replica; d = 32, η = 1, κ = 2⁻²⁰, geometric means over " + crossoverReplicas(preset)
                + " replicas with 95 % t intervals of the logarithms. Dashed: the same formula for B* with"
                + " λ* = a (P/d)^γ, a measured; it gives the crossing of the two asymptotes, and the doubling point lies below"
                + " it by a constant factor. Solid: theory's exponent γ through the last point. Note: fitted exponents with"
                + " 95 % bootstrap half-widths, theory in brackets.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims);
    }

    private static void drawPlane(Sheet sheet, Preset preset, Results<PerceptronConfig, PerceptronResult> results) {
        String panel = "plane";
        double[] rates = rates(preset);
        BatchPlane<PerceptronResult> plane =
                BatchPlane.of(BATCHES, rates, (batch, rate) -> results.of(cell(batch, rate)));
        double[][] value = plane.means(run -> log2(run.signal() / MARGIN));
        double low = Arrays.stream(value).flatMapToDouble(Arrays::stream).min().orElse(Double.NaN);
        double high = Arrays.stream(value).flatMapToDouble(Arrays::stream).max().orElse(Double.NaN);
        plane.addMap(
                sheet,
                panel,
                "Signal at the stop",
                ColourBar.of("log₂ signal over margin w₁*/κ", Math.floor(low), Math.ceil(high)),
                value);
        for (double level = CONTOUR_STEP * Math.ceil((low + 1) / CONTOUR_STEP);
                level < high - 1;
                level += CONTOUR_STEP) {
            sheet.contour(panel, level, String.format(Locale.ROOT, "%.0f", level));
        }
        PerceptronScaling scaling = PerceptronScaling.of(CHI);
        double ratio = Estimate.ofGeometricMean(results.values(cell(BATCHES[0], HIGHEST_RATE), PerceptronResult::ratio))
                .mean();
        double descent = Estimate.ofGeometricMean(results.values(cell(BATCHES[0], rates[0]), PerceptronResult::signal))
                .mean();
        double crossover = scaling.crossoverBatchSizeAt(ratio, DIMENSION);
        double firstStep = scaling.crossoverLearningRateAt(descent, DIMENSION);
        double onset = scaling.noiseOnsetTemperature(MARGIN);
        plane.addBorders(
                sheet,
                panel,
                new BatchPlane.Borders(onset, crossover, firstStep),
                new String[] {"η = 3κB (measured)", "B* (λ* measured)", "first step = plateau (measured)"},
                "",
                Sheet.Kind.MEASURED_PREFACTOR,
                Sheet.Kind.MEASURED_PREFACTOR);
        sheet.text(panel, 4, 0x1p5, "noise");
        sheet.text(panel, 400, 0x1p5, "first step");
        sheet.text(panel, 60, 0x1p-8, "gradient descent");
    }

    private static double log2(double value) {
        return StrictMath.log(value) / StrictMath.log(2);
    }

    private static void drawCrossover(
            Sheet sheet,
            Results<PerceptronConfig, PerceptronResult> results,
            List<Claim> claims,
            Experiment experiment) {
        String panel = "crossover";
        sheet.panel(
                panel,
                "First step takes over",
                Axis.log2("training points P"),
                Axis.log2("batch size B*").range(LOWEST_CROSSOVER, HIGHEST_CROSSOVER));
        List<String> lines = new ArrayList<>();
        for (int k = 0; k < CROSSOVER_CHIS.length; k++) {
            double chi = CROSSOVER_CHIS[k];
            int c = (int) chi;
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            double[][] crossings = new double[CROSSOVER_SIZES.length][];
            Estimate[] estimates = new Estimate[CROSSOVER_SIZES.length];
            Ends[] ends = new Ends[CROSSOVER_SIZES.length];
            for (int s = 0; s < CROSSOVER_SIZES.length; s++) {
                crossings[s] = crossings(chi, CROSSOVER_SIZES[s], scaling, results);
                estimates[s] = Estimate.ofGeometricMean(crossings[s]);
                ends[s] = new Ends(crossings[s].length, 0, 0);
            }
            String series = "χ = " + c;
            sheet.points(panel, series, k, CROSSOVER_SIZES, estimates, ends);
            int last = CROSSOVER_SIZES.length - 1;
            double end = estimates[last].mean();
            sheet.line(
                    panel,
                    series,
                    "",
                    k,
                    CROSSOVER_SIZES,
                    Arrays.stream(CROSSOVER_SIZES)
                            .map(size -> end * StrictMath.pow(size / CROSSOVER_SIZES[last], scaling.gamma()))
                            .toArray(),
                    Sheet.Kind.THEORY);
            sheet.line(
                    panel,
                    series,
                    "",
                    k,
                    CROSSOVER_SIZES,
                    Arrays.stream(CROSSOVER_SIZES)
                            .map(size -> scaling.crossoverBatchSize((long) size, DIMENSION)
                                    .orElse(Double.NaN))
                            .toArray(),
                    Sheet.Kind.MEASURED_PREFACTOR);
            PowerFit fit =
                    PowerFit.of(CROSSOVER_SIZES, crossings, experiment.streams().at("bootstrap/crossover" + c));
            lines.add(String.format(
                    Locale.ROOT,
                    "χ = %d: %.2f ± %.2f [%.2f]",
                    c,
                    fit.exponent().mean(),
                    (fit.exponent().high() - fit.exponent().low()) / 2,
                    scaling.gamma()));
            claims.add(Claim.theory(
                    "perceptron-crossover-batch-chi" + c,
                    "B* ~ P^γ with γ = 1/(1+χ), χ = " + c,
                    scaling.gamma(),
                    fit.exponent(),
                    "Sclocchi and Wyart 2024, arXiv 2309.10688"));
            claims.add(Claim.regression(
                    "perceptron-crossover-batch-exponent-chi" + c,
                    "exponent of B* against P, χ = " + c,
                    REFERENCE_CROSSOVER[k][0],
                    REFERENCE_CROSSOVER[k][1],
                    fit.exponent(),
                    PerceptronCells.REFERENCE));
        }
        sheet.note(panel, String.join("\n", lines));
    }

    /** Per replica, the batch size at which w_1* falls to twice the first step. */
    private static double[] crossings(
            double chi, double size, PerceptronScaling scaling, Results<PerceptronConfig, PerceptronResult> results) {
        double[] batches =
                Arrays.stream(CROSSOVER_BATCHES).filter(b -> b <= size).toArray();
        double firstStep = scaling.firstStepSignal(1, DIMENSION);
        double[][] signals = new double[batches.length][];
        for (int k = 0; k < batches.length; k++) {
            signals[k] = results.values(crossoverCell(chi, size, batches[k]), PerceptronResult::signal);
        }
        double[] crossings = new double[signals[0].length];
        for (int r = 0; r < crossings.length; r++) {
            double[] curve = new double[batches.length];
            for (int k = 0; k < curve.length; k++) {
                curve[k] = signals[k][r] / firstStep;
            }
            crossings[r] = TrainingCells.crossing(batches, curve, DOUBLING);
        }
        return crossings;
    }
}
