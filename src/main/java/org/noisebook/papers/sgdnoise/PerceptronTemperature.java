package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.logarithmic;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The final signal weight against temperature: a plateau set by the margin, the onset of noise near three margins for every P, and
 * growth as T, with the exponent δ from a separate sweep far above the margin.
 */
public final class PerceptronTemperature extends Story {
    private static final double CHI = 1;
    private static final double[] DELTA_CHIS = {0, 1, 3};
    private static final int DIMENSION = 32;
    private static final int BATCH = 2;
    private static final double MARGIN = 0x1p-7;
    private static final int[] SIZES = {512, 2048, 8192};
    private static final double DOUBLING = 2;
    /** Lower end of the line at the onset. */
    private static final double LOWEST = 10;

    private static final double ZERO_EXPONENT_WINDOW = 0.1;
    /** Reference onsets at χ = 1 in units of κ: 2.6, 2.9, 3.4; their mean and its standard error. */
    private static final double[] REFERENCE_ONSET = {2.97, 0.23};
    /** Reference exponents of w_1* against T for χ = 0, 1, 3 and their errors. */
    private static final double[][] REFERENCE_DELTA = {{1.020, 0.010}, {0.994, 0.006}, {1.000, 0.005}};

    /** The figure. */
    public PerceptronTemperature() {
        super("perceptron-temperature", "Signal against temperature: where noise sets in", PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: T above the onset, where w₁* depends on P");
        board.title(
                "Noise sets in at the same level, whatever the number of points",
                "The onset of noise depends on the number of points",
                "The onset of noise hardly depends on the number of points");
        board.subtitle("Signal over margin at the end of training, against noise over margin");
        int n = board.replicas(12, 16);
        double[] temperatures = board.choose(new double[] {0x1p-3, 1, 2, 4, 8, 32, 128}, powers(0x1p-5, 2, 14));
        double[] far = board.choose(powers(0x1p-8, 8, 4), powers(0x1p-8, 2, 11));
        List<Line<PerceptronConfig, PerceptronResult>> onsets = Arrays.stream(SIZES)
                .mapToObj(size -> board.along(
                        PerceptronCells.STUDY,
                        temperatures,
                        t -> PerceptronCells.config(CHI, DIMENSION, size, BATCH, BATCH * t * MARGIN, MARGIN)))
                .toList();
        List<Line<PerceptronConfig, PerceptronResult>> growths = Arrays.stream(DELTA_CHIS)
                .mapToObj(chi -> board.along(
                        PerceptronCells.STUDY,
                        far,
                        t -> PerceptronCells.config(
                                chi, DIMENSION, chi == 0 ? 1024 : 2048, BATCH, BATCH * t, PerceptronCells.NO_MARGIN)))
                .toList();
        tellOnset(board, onsets);
        for (int k = 0; k < DELTA_CHIS.length; k++) {
            int chi = (int) DELTA_CHIS[k];
            Estimate fitted = growths.get(k)
                    .power(board.stream("bootstrap/delta" + chi), PerceptronResult::signal)
                    .exponent();
            board.claim(
                            "signal-exponent-chi" + chi,
                            Words.say(
                                    "the signal w₁* grows with T to the power {}, χ = {}", REFERENCE_DELTA[k][0], chi))
                    .regression(REFERENCE_DELTA[k][0], REFERENCE_DELTA[k][1])
                    .judge(fitted, PerceptronCells.REFERENCE);
        }
        board.caption(
                "Signal w₁* when the perceptron fits its last point, in units of the margin κ, against temperature T = η/B; χ = 1,"
                        + " d = 32, B = 2, κ = 2⁻⁷. Points: geometric means over {} replicas with 95 % t intervals of the"
                        + " logarithms. Dash-dotted: the plateau of gradient descent and the growth ∝ T of noise, predicted power laws with prefactors measured separately."
                        + " Vertical: the temperature at which the theories with and without margin meet, T = 2(1+χ)κ/E|x₁|²."
                        + " Claims about the exponent of T use other runs, far above the margin,"
                        + " κ = 2⁻¹⁵, P = 1024 (χ = 0) or 2048 (χ = 1, 3), {} replicas.",
                n, n);
    }

    private static void tellOnset(Board board, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Axis temperature = Axis.log2("noise over margin T/κ");
        Plot plot = board.plot("onset", "Signal at the end of training", temperature, Axis.log10("signal over margin"))
                .note("left: no effect of noise,\na plateau set by the margin\nright: growth with noise");
        PerceptronScaling scaling = PerceptronScaling.of(CHI);
        double[] temperatures = lines.get(0).x();
        double end = temperatures[temperatures.length - 1];
        double[] fine = logarithmic(temperatures[0], end, 105);
        for (int k = 0; k < SIZES.length; k++) {
            int size = SIZES[k];
            double plateau = scaling.descentSignalAtStop(1, size, DIMENSION).orElse(Double.NaN);
            plot.named(size + " points")
                    .points("P = " + size, lines.get(k), geometric(run -> run.signal() / MARGIN))
                    .reference("P = " + size, fine, t -> Math.max(plateau, growth(scaling, t, size)));
        }
        double theory = scaling.noiseCrossoverTemperature(1);
        double highest = growth(scaling, end, SIZES[SIZES.length - 1]);
        plot.line(LineKind.THEORY, "onset (theory)", new double[] {theory, theory}, new double[] {LOWEST, highest});
        double[][] onsets = lines.stream()
                .map(line -> line.perReplica(PerceptronResult::signal, curve -> onset(line.x(), curve)))
                .toArray(double[][]::new);
        double[] sizes = Arrays.stream(SIZES).asDoubleStream().toArray();
        plot.claim("constant", "the temperature that doubles the signal w₁* does not depend on P (exponent 0), χ = 1")
                .says("Noise sets in at one level for all numbers of points | exponent of growth with P")
                .theory(0, ZERO_EXPONENT_WINDOW)
                .of(PowerFit.of(sizes, onsets, board.stream("bootstrap/onset")).exponent())
                .from("scaling (η, κ) → (cη, cκ): onset ∝ κ; window ± 0.1, a tenth of the largest exponent");
        double[] perReplica = IntStream.range(0, onsets[0].length)
                .mapToDouble(r -> StrictMath.exp(Arrays.stream(onsets)
                        .mapToDouble(onset -> StrictMath.log(onset[r]) / onsets.length)
                        .sum()))
                .toArray();
        plot.claim("onset", "temperature that doubles the signal w₁*, in units of κ, χ = 1, mean over P")
                .says("Noise doubles the signal at about 3 times the margin | noise over margin T/κ")
                .regression(REFERENCE_ONSET[0], REFERENCE_ONSET[1])
                .judge(Estimate.ofGeometricMeanOrNone(perReplica), PerceptronCells.REFERENCE);
    }

    private static double growth(PerceptronScaling scaling, double temperature, int size) {
        return scaling.signalAtStop(temperature, size, DIMENSION).orElse(Double.NaN);
    }

    /** The ratio T/κ at which w_1* is twice its value at the lowest temperature. */
    private static double onset(double[] temperatures, double[] signals) {
        double[] relative = Arrays.stream(signals).map(s -> s / signals[0]).toArray();
        return Line.crossing(temperatures, relative, DOUBLING);
    }
}
