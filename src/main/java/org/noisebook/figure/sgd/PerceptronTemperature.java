package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The end weight against temperature: a plateau set by the margin, the onset of noise near three margins whatever P, and
 * growth as T; with the exponent δ from a sweep of its own, far above the margin.
 */
public final class PerceptronTemperature extends Story {
    private static final double CHI = 1;
    private static final double[] DELTA_CHIS = {0, 1, 3};
    private static final int DIMENSION = 32;
    private static final int BATCH = 2;
    private static final double MARGIN = 0x1p-7;
    private static final int[] SIZES = {512, 2048, 8192};
    private static final double[] TEMPERATURES = powers(0x1p-5, 2, 14);
    private static final double[] DELTA_TEMPERATURES = powers(0x1p-8, 2, 11);
    private static final double ANCHOR = DELTA_TEMPERATURES[DELTA_TEMPERATURES.length / 2];
    private static final double DOUBLING = 2;
    private static final double ZERO_EXPONENT_WINDOW = 0.1;
    /** Reference onsets at χ = 1 in units of κ: 2.6, 2.9, 3.4; their mean and its standard error. */
    private static final double REFERENCE_ONSET = 2.97;

    private static final double REFERENCE_ONSET_ERROR = 0.23;
    /** Reference exponents of w_1* against T for χ = 0, 1, 3 and their errors. */
    private static final double[][] REFERENCE_DELTA = {{1.020, 0.010}, {0.994, 0.006}, {1.000, 0.005}};

    /** The figure. */
    public PerceptronTemperature() {
        super(
                "perceptron-temperature",
                "Signal at the stop against temperature: margin plateau, onset of noise, growth as T",
                PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(16, 32);
        List<Line<PerceptronConfig, PerceptronResult>> onsets = Arrays.stream(SIZES)
                .mapToObj(size -> board.along(
                        PerceptronCells.STUDY,
                        TEMPERATURES,
                        t -> PerceptronCells.config(CHI, DIMENSION, size, BATCH, BATCH * t * MARGIN, MARGIN)))
                .toList();
        List<Line<PerceptronConfig, PerceptronResult>> growths = Arrays.stream(DELTA_CHIS)
                .mapToObj(chi -> board.along(
                        PerceptronCells.STUDY,
                        DELTA_TEMPERATURES,
                        t -> PerceptronCells.config(
                                chi, DIMENSION, chi == 0 ? 1024 : 2048, BATCH, BATCH * t, PerceptronCells.NO_MARGIN)))
                .toList();
        tellOnset(board, onsets);
        tellGrowth(board, growths);
        board.stamp(n + " (a), " + n + " (b)");
        board.caption(
                "(a) Signal at the stop in units of the margin against temperature; χ = 1, d = 32, B = 2,"
                        + " κ = 2⁻⁷. Reference lines: the plateau of gradient descent and the growth as T, both with theory's exponents"
                        + " and prefactors measured apart, and the onset at 3κ. Solid: the temperature where theory's noise"
                        + " with and without margin meet, T = 2(1+χ)κ/E|x₁|². (b) Signal against temperature far above the margin"
                        + " (κ = 2⁻¹⁵), P = 1024 (χ = 0) or 2048; anchored: slope δ = 1 through the point T = 2⁻³;"
                        + " note: fitted δ with 95 % bootstrap half-widths, theory in brackets. Points: geometric"
                        + " means over {} (a), {} (b) replicas with 95 % t intervals of the logarithms.",
                n, n);
    }

    private static void tellOnset(Board board, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot = board.plot(
                "onset",
                "Onset of noise, χ = 1",
                Axis.log2("temperature over margin T/κ"),
                Axis.log10("signal over margin w₁*/κ"));
        PerceptronScaling scaling = PerceptronScaling.of(CHI);
        double lowest = Double.POSITIVE_INFINITY;
        double highest = 0;
        for (int k = 0; k < SIZES.length; k++) {
            String series = "P = " + SIZES[k];
            int size = SIZES[k];
            plot.colour(k).points(series, lines.get(k), geometric(run -> run.signal() / MARGIN));
            double plateau = scaling.descentSignalAtStop(1, size, DIMENSION).orElse(Double.NaN);
            double[] noisy = Arrays.stream(TEMPERATURES)
                    .filter(t -> growth(scaling, t, size) >= plateau)
                    .toArray();
            plot.colour(k).named("").reference(series + " growth", noisy, t -> growth(scaling, t, size));
            double[] quiet = Arrays.copyOf(TEMPERATURES, TEMPERATURES.length - noisy.length);
            plot.colour(k).named("").reference(series + " plateau", quiet, t -> plateau);
            lowest = Math.min(lowest, plateau);
            highest = Math.max(highest, growth(scaling, TEMPERATURES[TEMPERATURES.length - 1], size));
        }
        double[] ends = {lowest / DOUBLING, highest};
        double measured = scaling.noiseOnsetTemperature(1);
        double theory = scaling.noiseCrossoverTemperature(1);
        plot.named("T = 3κ (measured)")
                .line(LineKind.REFERENCE, "onset", new double[] {measured, measured}, ends)
                .named("noise crossover (theory)")
                .line(LineKind.THEORY, "crossover", new double[] {theory, theory}, ends);
        double[][] onsets = lines.stream()
                .map(line -> line.perReplica(PerceptronResult::signal, curve -> onset(line.x(), curve)))
                .toArray(double[][]::new);
        board.claim("constant", "the temperature that doubles w₁* does not depend on P (exponent 0), χ = 1")
                .in("onset")
                .theory(0)
                .within(ZERO_EXPONENT_WINDOW)
                .of(PowerFit.of(
                                Arrays.stream(SIZES).asDoubleStream().toArray(),
                                onsets,
                                board.stream("bootstrap/onset"))
                        .exponent())
                .from("scaling (η, κ) → (cη, cκ): onset ∝ κ; window ± 0.1, a tenth of the largest exponent");
        double[] perReplica = IntStream.range(0, onsets[0].length)
                .mapToDouble(r -> {
                    double log = 0;
                    for (double[] onset : onsets) {
                        log += StrictMath.log(onset[r]) / onsets.length;
                    }
                    return StrictMath.exp(log);
                })
                .toArray();
        board.claim("onset", "temperature that doubles w₁*, in units of κ, χ = 1, mean over P")
                .in("onset")
                .regression(REFERENCE_ONSET, REFERENCE_ONSET_ERROR)
                .of(Estimate.ofGeometricMean(perReplica))
                .from(PerceptronCells.REFERENCE);
    }

    private static double growth(PerceptronScaling scaling, double temperature, int size) {
        return scaling.signalAtStop(temperature, size, DIMENSION).orElse(Double.NaN);
    }

    /** The ratio T/κ at which w_1* is twice its value at the lowest temperature. */
    private static double onset(double[] temperatures, double[] signals) {
        double[] relative = Arrays.stream(signals).map(s -> s / signals[0]).toArray();
        return Line.crossing(temperatures, relative, DOUBLING);
    }

    private static void tellGrowth(Board board, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot = board.plot("delta", "Far above the margin", Axis.log2("temperature T"), Axis.log10("signal w₁*"));
        List<String> notes = new ArrayList<>();
        for (int k = 0; k < DELTA_CHIS.length; k++) {
            int chi = (int) DELTA_CHIS[k];
            var line = lines.get(k);
            plot.points("χ = " + chi, line, geometric(PerceptronResult::signal));
            double anchor =
                    line.at(ANCHOR).the(geometric(PerceptronResult::signal)).mean();
            double delta = PerceptronScaling.of(chi).delta();
            plot.anchored("χ = " + chi, line.x(), t -> anchor * StrictMath.pow(t / ANCHOR, delta));
            Estimate fitted = line.power(board.stream("bootstrap/delta" + chi), PerceptronResult::signal)
                    .exponent();
            notes.add(PerceptronCells.exponent(chi, fitted, 3, "1"));
            board.claim("delta-chi" + chi, "w₁* ~ T^δ with δ = 1 far above the margin, χ = " + chi)
                    .in("delta")
                    .identity(delta, Claim.STANDARD_WINDOW * delta)
                    .of(fitted)
                    .from("exact symmetry (η, κ) → (cη, cκ) at κ ≪ T");
            board.claim("signal-exponent-chi" + chi, "exponent of w₁* against T, χ = " + chi)
                    .in("delta")
                    .regression(REFERENCE_DELTA[k][0], REFERENCE_DELTA[k][1])
                    .of(fitted)
                    .from(PerceptronCells.REFERENCE);
        }
        plot.note(String.join("\n", notes));
    }
}
