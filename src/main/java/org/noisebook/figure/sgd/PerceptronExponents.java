package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
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
import org.noisebook.stats.PowerFit;

/**
 * Weights and training time at the stop against the size of the training set: the exponents γ and b for four densities
 * at the label boundary, and a noise that does not depend on P.
 */
public final class PerceptronExponents implements Figure {
    private static final double[] CHIS = {0, 1, 2, 3};
    private static final int BATCH = 2;
    private static final double TEMPERATURE = 1;
    /** Half-width of the window of an exponent that is zero in theory: a tenth of the largest exponent, 1. */
    private static final double ZERO_EXPONENT_WINDOW = 0.1;

    /** Room above the data, as a share of its logarithmic height, and the factor of room below. */
    private static final double HEADROOM = 0.6;

    private static final double MARGIN_FACTOR = 1.25;

    /** Reference exponents against P of w_1* and t*, χ = 0 … 3, and their errors; quick and full sizes. */
    private static final double[][] QUICK_SIGNAL = {{0.90, 0.03}, {0.44, 0.02}, {0.28, 0.02}, {0.20, 0.01}};

    private static final double[][] QUICK_TIME = {{2.6, 0.1}, {1.7, 0.1}, {1.4, 0.1}, {1.3, 0.1}};
    private static final double[][] FULL_SIGNAL = {{0.941, 0.013}, {0.451, 0.006}, {0.294, 0.005}, {0.219, 0.005}};
    private static final double[][] FULL_TIME = {{2.73, 0.03}, {1.72, 0.02}, {1.42, 0.03}, {1.31, 0.03}};
    /** The reference's full-size runs end here. */
    private static final int FULL_REFERENCE_SIZE = 65_536;

    private record Quantity(String panel, String title, String axis, ToDoubleFunction<PerceptronResult> value) {
        double exponent(PerceptronScaling scaling) {
            return switch (panel) {
                case "noise" -> scaling.noiseSizeExponent();
                case "time" -> scaling.b();
                default -> scaling.gamma();
            };
        }
    }

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity("signal", "Signal at the stop", "signal w₁*", PerceptronResult::signal),
            new Quantity("ratio", "Signal-to-noise ratio", "ratio λ* = w₁*/|w⊥|", PerceptronResult::ratio),
            new Quantity("noise", "Noise at the stop", "noise |w⊥|", PerceptronResult::noise),
            new Quantity("time", "Training time", "time t* = η · steps", PerceptronResult::time));

    @Override
    public String id() {
        return "perceptron-exponents";
    }

    @Override
    public String title() {
        return "Signal, noise and training time of the perceptron against the number of training points";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    private static int dimension(Preset preset) {
        return preset.choose(32, 64);
    }

    private static int replicas(Preset preset, double chi) {
        return preset.choose(chi == 0 ? 24 : 64, 16);
    }

    private static double[] sizes(Preset preset, double chi) {
        if (preset == Preset.QUICK) {
            return TrainingCells.powers(512, 2, 5);
        }
        return chi == 0 ? TrainingCells.powers(1024, 2, 5) : TrainingCells.powers(1024, 2, 11);
    }

    private static List<PerceptronConfig> configs(Preset preset, double chi) {
        return Arrays.stream(sizes(preset, chi))
                .mapToObj(size -> PerceptronCells.config(
                        chi, dimension(preset), (int) size, BATCH, BATCH * TEMPERATURE, PerceptronCells.NO_MARGIN))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Sweep<PerceptronConfig, PerceptronResult> sweep =
                new Sweep<>(PerceptronCells.STUDY, List.of(), java.util.Set.of());
        for (double chi : CHIS) {
            sweep = sweep.and(Sweep.of(PerceptronCells.STUDY, configs(preset, chi), replicas(preset, chi)));
        }
        Results<PerceptronConfig, PerceptronResult> results = experiment.run(sweep);

        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        for (Quantity quantity : QUANTITIES) {
            sheet.panel(
                    quantity.panel(),
                    quantity.title(),
                    Axis.log2("training points P"),
                    axis(quantity, preset, results));
            Map<Double, PowerFit> fits = new LinkedHashMap<>();
            for (int c = 0; c < CHIS.length; c++) {
                fits.put(CHIS[c], addSeries(sheet, quantity, c, preset, results, experiment));
            }
            sheet.note(quantity.panel(), exponents(quantity, fits));
            fits.forEach((chi, fit) -> claims.addAll(claims(quantity, chi, fit, preset)));
            if (preset == Preset.FULL) {
                claims.addAll(referenceRange(quantity, results, experiment));
            }
        }
        sheet.key("signal", "theory", Sheet.Kind.THEORY);
        sheet.key("signal", "measured prefactor", Sheet.Kind.MEASURED_PREFACTOR);
        String caption = "Perceptron with hinge loss, d = " + dimension(preset)
                + ", B = 2, T = η/B = 1, κ = 2⁻¹⁵. Points:"
                + " geometric means over " + replicasText(preset) + " replicas (data, order and initialisation redrawn)"
                + " with 95 % t intervals of the logarithms. Solid lines: theory's exponent through the last point, and"
                + " in the noise panel |w⊥| = c⊥ T (d + χ)/√d without any free number. Dashed lines: measured prefactor"
                + " a_χ times theory's power law. Notes: exponents fitted by least squares with bootstrap intervals over"
                + " whole replicas, and theory's in brackets.";
        return new Drawing(
                sheet.frame(), Plate.of(sheet.panels(), 2).sharedLegend(), caption, replicasText(preset), claims);
    }

    /** A logarithmic axis with the data below and room for the table of exponents above. */
    private static Axis axis(Quantity quantity, Preset preset, Results<PerceptronConfig, PerceptronResult> results) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (double chi : CHIS) {
            for (PerceptronConfig config : configs(preset, chi)) {
                for (double value : results.values(config, quantity.value())) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        return Axis.log10(quantity.axis()).range(low / MARGIN_FACTOR, high * StrictMath.pow(high / low, HEADROOM));
    }

    private static String replicasText(Preset preset) {
        int few = replicas(preset, 0);
        int many = replicas(preset, 1);
        return few == many ? Integer.toString(many) : few + " (χ = 0), " + many + " (χ ≥ 1)";
    }

    private static PowerFit addSeries(
            Sheet sheet,
            Quantity quantity,
            int colour,
            Preset preset,
            Results<PerceptronConfig, PerceptronResult> results,
            Experiment experiment) {
        double chi = CHIS[colour];
        double[] sizes = sizes(preset, chi);
        List<PerceptronConfig> configs = configs(preset, chi);
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        String series = String.format(Locale.ROOT, "χ = %.0f", chi);
        TrainingCells.addPoints(sheet, quantity.panel(), series, colour, sizes, configs, results, quantity.value());
        int dimension = dimension(preset);
        if (quantity.panel().equals("noise")) {
            double[] flat = new double[sizes.length];
            Arrays.fill(flat, scaling.stationaryNoise(TEMPERATURE, dimension));
            sheet.line(quantity.panel(), series, "", colour, sizes, flat, Sheet.Kind.THEORY);
        } else {
            int last = sizes.length - 1;
            double end = org.noisebook.stats.Estimate.ofGeometricMean(
                            results.values(configs.get(last), quantity.value()))
                    .mean();
            double exponent = quantity.exponent(scaling);
            double[] law = Arrays.stream(sizes)
                    .map(size -> end * StrictMath.pow(size / sizes[last], exponent))
                    .toArray();
            sheet.line(quantity.panel(), series, "", colour, sizes, law, Sheet.Kind.THEORY);
            addMeasuredPrefactor(sheet, quantity, series, colour, sizes, scaling, dimension);
        }
        return TrainingCells.fit(
                quantity.panel() + "/" + series, sizes, configs, results, quantity.value(), experiment);
    }

    private static void addMeasuredPrefactor(
            Sheet sheet,
            Quantity quantity,
            String series,
            int colour,
            double[] sizes,
            PerceptronScaling scaling,
            int dimension) {
        if (quantity.panel().equals("time")) {
            return;
        }
        double[] law = Arrays.stream(sizes)
                .map(size -> quantity.panel().equals("ratio")
                        ? scaling.signalToNoiseAtStop((long) size, dimension).orElse(Double.NaN)
                        : scaling.signalAtStop(TEMPERATURE, (long) size, dimension)
                                .orElse(Double.NaN))
                .toArray();
        sheet.line(quantity.panel(), series, "", colour, sizes, law, Sheet.Kind.MEASURED_PREFACTOR);
    }

    private static String exponents(Quantity quantity, Map<Double, PowerFit> fits) {
        List<String> lines = new ArrayList<>();
        fits.forEach((chi, fit) -> lines.add(String.format(
                Locale.ROOT,
                "χ = %.0f: %.2f ± %.2f [%.2f]",
                chi,
                fit.exponent().mean(),
                (fit.exponent().high() - fit.exponent().low()) / 2,
                quantity.exponent(PerceptronScaling.of(chi)))));
        return String.join("\n", lines).replace("-", "−");
    }

    private static List<Claim> claims(Quantity quantity, double chi, PowerFit fit, Preset preset) {
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        String tag = "-chi" + (int) chi;
        String theory = "Sclocchi and Wyart 2024, arXiv 2309.10688; stop argument P n(λ*) = const";
        int c = (int) chi;
        List<Claim> claims = new ArrayList<>();
        switch (quantity.panel()) {
            case "ratio" ->
                claims.add(Claim.theory(
                        "perceptron-gamma" + tag,
                        "λ* ~ P^γ with γ = 1/(1+χ), χ = " + c,
                        scaling.gamma(),
                        fit.exponent(),
                        theory));
            case "noise" ->
                claims.add(Claim.theory(
                        "perceptron-noise-constant" + tag,
                        "|w⊥| at the stop does not depend on P, χ = " + c,
                        0,
                        ZERO_EXPONENT_WINDOW,
                        fit.exponent(),
                        "stationary noise c⊥ T √d; window ± 0.1, a tenth of the largest exponent"));
            case "time" -> {
                claims.add(Claim.theory(
                        "perceptron-b" + tag,
                        "t* ~ P^b with b = (3+χ)/(1+χ), χ = " + c,
                        scaling.b(),
                        fit.exponent(),
                        theory));
                if (preset == Preset.QUICK) {
                    claims.add(regression(
                            "perceptron-time-exponent" + tag, "exponent of t*, χ = " + c, QUICK_TIME[c], fit));
                }
            }
            default -> {
                if (preset == Preset.QUICK) {
                    claims.add(regression(
                            "perceptron-signal-exponent" + tag, "exponent of w₁*, χ = " + c, QUICK_SIGNAL[c], fit));
                }
            }
        }
        return claims;
    }

    /** The full preset's regression rows, over the sizes that the reference ran. */
    private static List<Claim> referenceRange(
            Quantity quantity, Results<PerceptronConfig, PerceptronResult> results, Experiment experiment) {
        boolean time = quantity.panel().equals("time");
        if (!time && !quantity.panel().equals("signal")) {
            return List.of();
        }
        List<Claim> claims = new ArrayList<>();
        for (double chi : CHIS) {
            double[] sizes = Arrays.stream(sizes(Preset.FULL, chi))
                    .filter(size -> size <= FULL_REFERENCE_SIZE)
                    .toArray();
            List<PerceptronConfig> configs = configs(Preset.FULL, chi).subList(0, sizes.length);
            int c = (int) chi;
            PowerFit fit = TrainingCells.fit(
                    "reference/" + quantity.panel() + c, sizes, configs, results, quantity.value(), experiment);
            claims.add(
                    time
                            ? regression(
                                    "perceptron-time-exponent-chi" + c, "exponent of t*, χ = " + c, FULL_TIME[c], fit)
                            : regression(
                                    "perceptron-signal-exponent-chi" + c,
                                    "exponent of w₁*, χ = " + c,
                                    FULL_SIGNAL[c],
                                    fit));
        }
        return claims;
    }

    private static Claim regression(String id, String statement, double[] reference, PowerFit fit) {
        return Claim.regression(id, statement, reference[0], reference[1], fit.exponent(), PerceptronCells.REFERENCE);
    }
}
