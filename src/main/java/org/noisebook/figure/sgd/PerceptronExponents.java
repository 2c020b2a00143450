package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;

/**
 * Weights and training time at the stop against the size of the training set: the exponents γ and b for four densities
 * at the label boundary, and a noise that does not depend on P.
 */
public final class PerceptronExponents extends Story {
    private static final int[] CHIS = {0, 1, 2, 3};
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

    private static final String THEORY = "Sclocchi and Wyart 2024, arXiv 2309.10688; stop argument P n(λ*) = const";

    /** What a panel shows, and its exponent against P in theory. */
    private record Quantity(
            String panel,
            String title,
            String axis,
            ToDoubleFunction<PerceptronResult> value,
            ToDoubleFunction<PerceptronScaling> exponent) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity(
                    "signal", "Signal at the stop", "signal w₁*", PerceptronResult::signal, PerceptronScaling::gamma),
            new Quantity(
                    "ratio",
                    "Signal-to-noise ratio",
                    "ratio λ* = w₁*/|w⊥|",
                    PerceptronResult::ratio,
                    PerceptronScaling::gamma),
            new Quantity(
                    "noise",
                    "Noise at the stop",
                    "noise |w⊥|",
                    PerceptronResult::noise,
                    PerceptronScaling::noiseSizeExponent),
            new Quantity("time", "Training time", "time t* = η · steps", PerceptronResult::time, PerceptronScaling::b));

    /** The figure. */
    public PerceptronExponents() {
        super(
                "perceptron-exponents",
                "Signal, noise and training time of the perceptron against the number of training points",
                PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        int dimension = board.choose(32, 64);
        int few = board.choose(24, 16);
        int many = board.choose(64, 16);
        List<Line<PerceptronConfig, PerceptronResult>> lines = new ArrayList<>();
        for (int chi : CHIS) {
            board.replicas(chi == 0 ? few : many);
            lines.add(board.along(
                    PerceptronCells.STUDY,
                    board.choose(powers(512, 2, 5), powers(1024, 2, chi == 0 ? 5 : 11)),
                    size -> PerceptronCells.config(
                            chi, dimension, size, BATCH, BATCH * TEMPERATURE, PerceptronCells.NO_MARGIN)));
        }
        for (Quantity quantity : QUANTITIES) {
            tell(board, quantity, dimension, lines);
        }
        String n = few == many ? Integer.toString(many) : few + " (χ = 0), " + many + " (χ ≥ 1)";
        board.stamp(n);
        board.layout(Plate::sharedLegend);
        board.caption(
                "Perceptron with hinge loss, d = {}, B = 2, T = η/B = 1, κ = 2⁻¹⁵. Points:"
                        + " geometric means over {} replicas (data, order and initialisation redrawn)"
                        + " with 95 % t intervals of the logarithms. Solid: |w⊥| = c⊥ T (d + χ)/√d without any free number."
                        + " Anchored lines: theory's exponent through the last point; reference: a_χ, measured apart, times"
                        + " theory's power law. Notes: exponents fitted by least squares with bootstrap intervals over"
                        + " whole replicas, and theory's in brackets.",
                dimension, n);
    }

    private static void tell(
            Board board, Quantity quantity, int dimension, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        String panel = quantity.panel;
        Plot plot = board.plot(panel, quantity.title, Axis.log2("training points P"), axis(quantity, lines));
        List<String> notes = new ArrayList<>();
        for (int chi : CHIS) {
            String series = "χ = " + chi;
            var line = lines.get(chi);
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            double exponent = quantity.exponent.applyAsDouble(scaling);
            plot.points(series, line, geometric(quantity.value));
            if (panel.equals("noise")) {
                plot.law(series, line, size -> scaling.stationaryNoise(TEMPERATURE, dimension));
            } else {
                double last = line.x()[line.size() - 1];
                double end = line.at(last).the(geometric(quantity.value)).mean();
                plot.anchored(series, line.x(), size -> end * StrictMath.pow(size / last, exponent));
            }
            if (panel.equals("ratio")) {
                plot.reference(
                        series,
                        line.x(),
                        size -> scaling.signalToNoiseAtStop((long) size, dimension)
                                .orElse(Double.NaN));
            } else if (panel.equals("signal")) {
                plot.reference(
                        series,
                        line.x(),
                        size -> scaling.signalAtStop(TEMPERATURE, (long) size, dimension)
                                .orElse(Double.NaN));
            }
            Estimate fitted = line.power(board.stream("bootstrap/" + panel + "/" + series), quantity.value)
                    .exponent();
            notes.add(PerceptronCells.exponent(chi, fitted, 2, String.format(Locale.ROOT, "%.2f", exponent)));
            claimTheory(board, panel, chi, exponent, fitted);
            claimReference(board, quantity, chi, line, fitted);
        }
        plot.note(String.join("\n", notes).replace("-", "−"));
    }

    /** A logarithmic axis with the data below and room for the table of exponents above. */
    private static Axis axis(Quantity quantity, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        var all = lines.stream()
                .flatMap(line -> Arrays.stream(line.values(quantity.value)))
                .flatMapToDouble(Arrays::stream)
                .summaryStatistics();
        return Axis.log10(quantity.axis)
                .range(
                        all.getMin() / MARGIN_FACTOR,
                        all.getMax() * StrictMath.pow(all.getMax() / all.getMin(), HEADROOM));
    }

    private static void claimTheory(Board board, String panel, int chi, double exponent, Estimate fitted) {
        switch (panel) {
            case "ratio" ->
                board.claim("gamma-chi" + chi, "λ* ~ P^γ with γ = 1/(1+χ), χ = " + chi)
                        .in(panel)
                        .theory(exponent)
                        .of(fitted)
                        .from(THEORY);
            case "noise" ->
                board.claim("noise-constant-chi" + chi, "|w⊥| at the stop does not depend on P, χ = " + chi)
                        .in(panel)
                        .theory(0)
                        .within(ZERO_EXPONENT_WINDOW)
                        .of(fitted)
                        .from("stationary noise c⊥ T √d; window ± 0.1, a tenth of the largest exponent");
            case "time" ->
                board.claim("b-chi" + chi, "t* ~ P^b with b = (3+χ)/(1+χ), χ = " + chi)
                        .in(panel)
                        .theory(exponent)
                        .of(fitted)
                        .from(THEORY);
            default -> {}
        }
    }

    /** The full preset's regressions are over the sizes that the reference ran. */
    private static void claimReference(
            Board board, Quantity quantity, int chi, Line<PerceptronConfig, PerceptronResult> line, Estimate fitted) {
        boolean time = quantity.panel.equals("time");
        if (!time && !quantity.panel.equals("signal")) {
            return;
        }
        boolean quick = board.preset() == Preset.QUICK;
        double[] reference = (time ? quick ? QUICK_TIME : FULL_TIME : quick ? QUICK_SIGNAL : FULL_SIGNAL)[chi];
        board.claim(quantity.panel + "-exponent-chi" + chi, "exponent of " + (time ? "t*" : "w₁*") + ", χ = " + chi)
                .in(quantity.panel)
                .regression(reference[0], reference[1])
                .of(
                        quick
                                ? fitted
                                : line.where(size -> size <= FULL_REFERENCE_SIZE)
                                        .power(
                                                board.stream("bootstrap/reference/" + quantity.panel + chi),
                                                quantity.value)
                                        .exponent())
                .from(PerceptronCells.REFERENCE);
    }
}
