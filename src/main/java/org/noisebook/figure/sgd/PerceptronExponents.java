package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;

/**
 * Weights and training time at the stop against the size of the training set: the exponents γ and b for four densities
 * at the label boundary, and a noise that does not depend on P; in full, whether exponents come nearer to theory.
 */
public final class PerceptronExponents extends Story {
    private static final int[] CHIS = {0, 1, 2, 3};
    private static final int BATCH = 2;
    private static final double TEMPERATURE = 1;
    /** Half-width of the window of an exponent that is zero in theory: a tenth of the largest exponent, 1. */
    private static final double ZERO_EXPONENT_WINDOW = 0.1;

    /** The factor of room below the data. */
    private static final double MARGIN_FACTOR = 1.25;

    /** Reference exponents against P of w_1* and t*, χ = 0 … 3, and their errors: d = 32, P = 512 … 8192. */
    private static final double[][] REFERENCE_SIGNAL = {{0.90, 0.03}, {0.44, 0.02}, {0.28, 0.02}, {0.20, 0.01}};

    private static final double[][] REFERENCE_TIME = {{2.6, 0.1}, {1.7, 0.1}, {1.4, 0.1}, {1.3, 0.1}};
    private static final int REFERENCE_SIZE = 8192;

    /** Shares of theory's exponents of w_1* and t* that repeated data leave in the reference: d = 64, to P = 65536. */
    private static final double[][] REPEATED = {{0.88, 0.94}, {0.85, 0.91}};

    /** Weights of log₂ y in a slope over five sizes, a factor of 16 in P. */
    private static final double[] WINDOW = {-0.2, -0.1, 0, 0.1, 0.2};

    /** Sizes of the full preset, from 512 by factors of 2, chosen by their cost. */
    private static final int[] SIZES = {7, 12, 11, 12};

    private static final String LOCAL = " Local exponents (t intervals over replicas, three windows, moved apart): grey"
            + " is what repeated data leave in the reference at d = 64; notes: their change from the smallest to the"
            + " largest P, and what the smallest lacked.";

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
        int dimension = 32;
        int few = board.choose(24, 8);
        int many = board.choose(64, 8);
        List<Line<PerceptronConfig, PerceptronResult>> lines = new ArrayList<>();
        for (int chi : CHIS) {
            board.replicas(chi == 0 ? few : many);
            lines.add(board.along(
                    PerceptronCells.STUDY,
                    powers(512, 2, board.choose(5, SIZES[chi])),
                    size -> PerceptronCells.config(
                            chi, dimension, size, BATCH, BATCH * TEMPERATURE, PerceptronCells.NO_MARGIN)));
        }
        for (Quantity quantity : QUANTITIES) {
            tell(board, quantity, dimension, lines);
        }
        if (board.preset() != Preset.QUICK) {
            tellLocal(board, QUANTITIES.get(0), lines, REPEATED[0]);
            tellLocal(board, QUANTITIES.get(3), lines, REPEATED[1]);
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
                        + " whole replicas, and theory's in brackets.{}",
                dimension, n, board.choose("", LOCAL));
    }

    private static void tell(
            Board board, Quantity quantity, int dimension, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        String panel = quantity.panel;
        Plot plot = board.plot(
                panel, quantity.title, Axis.log2("training points P"), axis(quantity, lines, board.choose(0.6, 0.75)));
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
            claimReference(board, quantity, chi, line);
            if (panel.equals("ratio") && board.preset() != Preset.QUICK) {
                board.claim("error-chi" + chi, "test error n_χ(λ*), exact from the angle, ~ 1/P, χ = " + chi)
                        .in(panel)
                        .theory(-1)
                        .of(line.power(board.stream("bootstrap/error/" + series), PerceptronResult::testError)
                                .exponent())
                        .from(THEORY);
            }
        }
        plot.note(String.join("\n", notes).replace("-", "−"));
    }

    /** Exponents over factors of 16 at the smallest, middle and largest sizes, as shares of theory's. */
    private static void tellLocal(
            Board board, Quantity quantity, List<Line<PerceptronConfig, PerceptronResult>> lines, double[] repeated) {
        Plot plot = board.plot(
                        quantity.panel + "-local",
                        quantity.title + ": local exponents",
                        Axis.log2("middle of a factor of 16 in P"),
                        Axis.linear("local exponent over theory's").range(0.5, 1.4))
                .colour(Plot.GREY)
                .band("repeated data, reference", 512, 0x1p20, repeated)
                .named("theory, fresh data")
                .level(LineKind.THEORY, "theory, fresh data", 1, 512, 0x1p20);
        List<String> notes = new ArrayList<>();
        double[] mean = new double[lines.get(0).last().runs().size()];
        for (int chi : CHIS) {
            var line = lines.get(chi);
            double theory = quantity.exponent.applyAsDouble(PerceptronScaling.of(chi));
            int last = line.size() - WINDOW.length;
            int[] starts = {0, last / 2, last};
            double[] x = {line.x()[2], line.x()[last / 2 + 2], line.x()[last + 2]};
            double[][] local = new double[starts.length][];
            Arrays.setAll(local, k -> line.perReplica(quantity.value, curve -> slope(curve, starts[k]) / theory));
            Estimate[] shares = Arrays.stream(local).map(Estimate::ofMean).toArray(Estimate[]::new);
            Ends ends = line.together();
            plot.colour(chi).points("χ = " + chi, x, shares, new Ends[] {ends, ends, ends});
            double[] change = mean.clone();
            Arrays.setAll(change, r -> local[2][r] - local[0][r]);
            Arrays.setAll(mean, r -> mean[r] + change[r] / CHIS.length);
            notes.add(PerceptronCells.exponent(
                    chi, Estimate.ofMean(change), 2, String.format(Locale.ROOT, "%.2f", 1 - shares[0].mean())));
            claimNearer(plot, quantity.panel + "-nearer-chi" + chi, "χ = " + chi, change);
        }
        claimNearer(plot, quantity.panel + "-nearer", "mean over χ", mean);
        plot.note(String.join("\n", notes).replace("-", "−"));
    }

    private static void claimNearer(Plot plot, String id, String of, double[] change) {
        plot.claim(id, "the last five sizes' exponent over theory's less the first five's is above 0, " + of)
                .above(0)
                .of(Estimate.ofMean(change))
                .from(THEORY + "; exponents for P → ∞");
    }

    /** The least-squares slope of log₂ y over the window that starts there; x grows by factors of 2. */
    private static double slope(double[] curve, int start) {
        return IntStream.range(0, WINDOW.length)
                .mapToDouble(k -> WINDOW[k] * StrictMath.log(curve[start + k]) / StrictMath.log(2))
                .sum();
    }

    /** A logarithmic axis with the data below and room for the table of exponents above. */
    private static Axis axis(Quantity quantity, List<Line<PerceptronConfig, PerceptronResult>> lines, double headroom) {
        var all = lines.stream()
                .flatMap(line -> Arrays.stream(line.values(quantity.value)))
                .flatMapToDouble(Arrays::stream)
                .summaryStatistics();
        return Axis.log10(quantity.axis)
                .range(
                        all.getMin() / MARGIN_FACTOR,
                        all.getMax() * StrictMath.pow(all.getMax() / all.getMin(), headroom));
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

    /** Regressions are over the sizes that the reference ran. */
    private static void claimReference(
            Board board, Quantity quantity, int chi, Line<PerceptronConfig, PerceptronResult> line) {
        boolean time = quantity.panel.equals("time");
        if (!time && !quantity.panel.equals("signal")) {
            return;
        }
        double[] reference = (time ? REFERENCE_TIME : REFERENCE_SIGNAL)[chi];
        board.claim(quantity.panel + "-exponent-chi" + chi, "exponent of " + (time ? "t*" : "w₁*") + ", χ = " + chi)
                .in(quantity.panel)
                .regression(reference[0], reference[1])
                .of(line.where(size -> size <= REFERENCE_SIZE)
                        .power(board.stream("bootstrap/" + quantity.panel + "/χ = " + chi), quantity.value)
                        .exponent())
                .from(PerceptronCells.REFERENCE);
    }
}
