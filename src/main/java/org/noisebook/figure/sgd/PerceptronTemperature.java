package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
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
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The end weight against temperature: a plateau set by the margin, the onset of noise near three margins whatever P, and
 * growth as T; with the exponent δ from a sweep of its own, far above the margin.
 */
public final class PerceptronTemperature implements Figure {
    private static final double CHI = 1;
    private static final double[] DELTA_CHIS = {0, 1, 3};
    private static final int DIMENSION = 32;
    private static final int BATCH = 2;
    private static final double MARGIN = 0x1p-7;
    private static final int[] SIZES = {512, 2048, 8192};
    private static final double[] TEMPERATURES = TrainingCells.powers(0x1p-5, 2, 14);
    private static final double[] DELTA_TEMPERATURES = TrainingCells.powers(0x1p-8, 2, 11);
    private static final double DOUBLING = 2;
    private static final double ZERO_EXPONENT_WINDOW = 0.1;
    /** Reference onsets at χ = 1 in units of κ: 2.6, 2.9, 3.4; their mean and its standard error. */
    private static final double REFERENCE_ONSET = 2.97;

    private static final double REFERENCE_ONSET_ERROR = 0.23;
    /** Reference exponents of w_1* against T for χ = 0, 1, 3 and their errors. */
    private static final double[][] REFERENCE_DELTA = {{1.020, 0.010}, {0.994, 0.006}, {1.000, 0.005}};

    @Override
    public String id() {
        return "perceptron-temperature";
    }

    @Override
    public String title() {
        return "Signal at the stop against temperature: margin plateau, onset of noise, growth as T";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    private static int replicas(Preset preset) {
        return preset.choose(16, 32);
    }

    private static int deltaReplicas(Preset preset) {
        return preset.choose(16, 32);
    }

    private static int deltaSize(double chi) {
        return chi == 0 ? 1024 : 2048;
    }

    private static List<PerceptronConfig> configs(int size) {
        return Arrays.stream(TEMPERATURES)
                .mapToObj(ratio -> PerceptronCells.config(CHI, DIMENSION, size, BATCH, BATCH * ratio * MARGIN, MARGIN))
                .toList();
    }

    private static List<PerceptronConfig> deltaConfigs(double chi) {
        return Arrays.stream(DELTA_TEMPERATURES)
                .mapToObj(temperature -> PerceptronCells.config(
                        chi, DIMENSION, deltaSize(chi), BATCH, BATCH * temperature, PerceptronCells.NO_MARGIN))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Sweep<PerceptronConfig, PerceptronResult> sweep = new Sweep<>(PerceptronCells.STUDY, List.of(), Set.of());
        for (int size : SIZES) {
            sweep = sweep.and(Sweep.of(PerceptronCells.STUDY, configs(size), replicas(preset)));
        }
        for (double chi : DELTA_CHIS) {
            sweep = sweep.and(Sweep.of(PerceptronCells.STUDY, deltaConfigs(chi), deltaReplicas(preset)));
        }
        Results<PerceptronConfig, PerceptronResult> results = experiment.run(sweep);
        Sheet sheet = Sheet.ofCurves();
        List<Claim> claims = new ArrayList<>();
        drawOnset(sheet, results, claims, experiment);
        drawDelta(sheet, results, claims, experiment);
        String n = replicas(preset) + " (a), " + deltaReplicas(preset) + " (b)";
        String caption = "(a) Signal at the stop in units of the margin against temperature; χ = 1, d = 32, B = 2,"
                + " κ = 2⁻⁷. Dashed: the plateau of gradient descent and the growth as T, both with theory's exponents"
                + " and measured prefactors, and the onset at 3κ as measured. Solid: the temperature where theory's noise"
                + " with and without margin meet, T = 2(1+χ)κ/E|x₁|². (b) Signal against temperature far above the margin"
                + " (κ = 2⁻¹⁵), P = 1024 (χ = 0) or 2048; solid: slope δ = 1 through the point T = 2⁻³;"
                + " note: fitted δ with 95 % bootstrap half-widths, theory in brackets. Points: geometric"
                + " means over " + n + " replicas with 95 % t intervals of the logarithms.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims);
    }

    private static void drawOnset(
            Sheet sheet,
            Results<PerceptronConfig, PerceptronResult> results,
            List<Claim> claims,
            Experiment experiment) {
        String panel = "onset";
        sheet.panel(
                panel,
                "Onset of noise, χ = 1",
                Axis.log2("temperature over margin T/κ"),
                Axis.log10("signal over margin w₁*/κ"));
        PerceptronScaling scaling = PerceptronScaling.of(CHI);
        double[] sizes = Arrays.stream(SIZES).asDoubleStream().toArray();
        double[][] onsets = new double[SIZES.length][];
        double lowest = Double.POSITIVE_INFINITY;
        double highest = 0;
        for (int k = 0; k < SIZES.length; k++) {
            List<PerceptronConfig> configs = configs(SIZES[k]);
            TrainingCells.addPoints(
                    sheet,
                    panel,
                    "P = " + SIZES[k],
                    k,
                    TEMPERATURES,
                    configs,
                    results,
                    result -> result.signal() / MARGIN);
            double plateau = scaling.descentSignalAtStop(1, SIZES[k], DIMENSION).orElse(Double.NaN);
            double[] growth = new double[TEMPERATURES.length];
            double[] flat = new double[TEMPERATURES.length];
            for (int i = 0; i < growth.length; i++) {
                growth[i] = scaling.signalAtStop(TEMPERATURES[i], SIZES[k], DIMENSION)
                        .orElse(Double.NaN);
                flat[i] = plateau;
            }
            int from = firstAbove(growth, plateau);
            String series = "P = " + SIZES[k];
            sheet.line(
                    panel,
                    series + " growth",
                    "",
                    k,
                    Arrays.copyOfRange(TEMPERATURES, from, growth.length),
                    Arrays.copyOfRange(growth, from, growth.length),
                    Sheet.Kind.MEASURED_PREFACTOR);
            sheet.line(
                    panel,
                    series + " plateau",
                    "",
                    k,
                    Arrays.copyOf(TEMPERATURES, from),
                    Arrays.copyOf(flat, from),
                    Sheet.Kind.MEASURED_PREFACTOR);
            lowest = Math.min(lowest, plateau);
            highest = Math.max(highest, growth[growth.length - 1]);
            onsets[k] = onsets(configs, results);
        }
        double[] ends = {lowest / DOUBLING, highest};
        double measured = scaling.noiseOnsetTemperature(1);
        double theory = scaling.noiseCrossoverTemperature(1);
        sheet.line(
                panel,
                "onset",
                "T = 3κ (measured)",
                SIZES.length,
                new double[] {measured, measured},
                ends,
                Sheet.Kind.MEASURED_PREFACTOR);
        sheet.line(
                panel,
                "crossover",
                "noise crossover (theory)",
                SIZES.length + 1,
                new double[] {theory, theory},
                ends,
                Sheet.Kind.THEORY);
        PowerFit fit = PowerFit.of(sizes, onsets, experiment.streams().at("bootstrap/onset"));
        claims.add(Claim.theory(
                "perceptron-onset-constant",
                "the temperature that doubles w₁* does not depend on P (exponent 0), χ = 1",
                0,
                ZERO_EXPONENT_WINDOW,
                fit.exponent(),
                "scaling (η, κ) → (cη, cκ): onset ∝ κ; window ± 0.1, a tenth of the largest exponent"));
        double[] perReplica = new double[onsets[0].length];
        for (int r = 0; r < perReplica.length; r++) {
            double log = 0;
            for (double[] onset : onsets) {
                log += StrictMath.log(onset[r]) / onsets.length;
            }
            perReplica[r] = StrictMath.exp(log);
        }
        claims.add(Claim.regression(
                "perceptron-onset",
                "temperature that doubles w₁*, in units of κ, χ = 1, mean over P",
                REFERENCE_ONSET,
                REFERENCE_ONSET_ERROR,
                Estimate.ofGeometricMean(perReplica),
                PerceptronCells.REFERENCE));
    }

    private static int firstAbove(double[] values, double level) {
        int k = 0;
        while (k < values.length && values[k] < level) {
            k++;
        }
        return k;
    }

    /** Per replica, the ratio T/κ at which w_1* is twice its value at the lowest temperature. */
    private static double[] onsets(
            List<PerceptronConfig> configs, Results<PerceptronConfig, PerceptronResult> results) {
        double[][] signals = new double[configs.size()][];
        for (int k = 0; k < signals.length; k++) {
            signals[k] = results.values(configs.get(k), PerceptronResult::signal);
        }
        double[] onsets = new double[signals[0].length];
        for (int r = 0; r < onsets.length; r++) {
            double[] curve = new double[signals.length];
            for (int k = 0; k < curve.length; k++) {
                curve[k] = signals[k][r] / signals[0][r];
            }
            onsets[r] = TrainingCells.crossing(TEMPERATURES, curve, DOUBLING);
        }
        return onsets;
    }

    private static void drawDelta(
            Sheet sheet,
            Results<PerceptronConfig, PerceptronResult> results,
            List<Claim> claims,
            Experiment experiment) {
        String panel = "delta";
        sheet.panel(panel, "Far above the margin", Axis.log2("temperature T"), Axis.log10("signal w₁*"));
        List<String> lines = new ArrayList<>();
        for (int k = 0; k < DELTA_CHIS.length; k++) {
            double chi = DELTA_CHIS[k];
            int c = (int) chi;
            List<PerceptronConfig> configs = deltaConfigs(chi);
            String series = "χ = " + c;
            TrainingCells.addPoints(
                    sheet, panel, series, k, DELTA_TEMPERATURES, configs, results, PerceptronResult::signal);
            int middle = DELTA_TEMPERATURES.length / 2;
            double anchor = Estimate.ofGeometricMean(results.values(configs.get(middle), PerceptronResult::signal))
                    .mean();
            double delta = PerceptronScaling.of(chi).delta();
            double[] law = Arrays.stream(DELTA_TEMPERATURES)
                    .map(t -> anchor * StrictMath.pow(t / DELTA_TEMPERATURES[middle], delta))
                    .toArray();
            sheet.line(panel, series, "", k, DELTA_TEMPERATURES, law, Sheet.Kind.THEORY);
            PowerFit fit = TrainingCells.fit(
                    "delta" + c, DELTA_TEMPERATURES, configs, results, PerceptronResult::signal, experiment);
            lines.add(String.format(
                    Locale.ROOT,
                    "χ = %d: %.3f ± %.3f [1]",
                    c,
                    fit.exponent().mean(),
                    (fit.exponent().high() - fit.exponent().low()) / 2));
            claims.add(Claim.theory(
                    "perceptron-delta-chi" + c,
                    "w₁* ~ T^δ with δ = 1 far above the margin, χ = " + c,
                    delta,
                    fit.exponent(),
                    "exact symmetry (η, κ) → (cη, cκ) at κ ≪ T"));
            claims.add(Claim.regression(
                    "perceptron-signal-temperature-exponent-chi" + c,
                    "exponent of w₁* against T, χ = " + c,
                    REFERENCE_DELTA[k][0],
                    REFERENCE_DELTA[k][1],
                    fit.exponent(),
                    PerceptronCells.REFERENCE));
        }
        sheet.note(panel, String.join("\n", lines));
    }
}
