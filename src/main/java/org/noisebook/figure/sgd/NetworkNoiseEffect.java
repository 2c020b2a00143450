package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.sgd.NetworkCells.power;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * Test error against temperature at fixed α in three regimes, and its paired difference from the lowest temperature: where
 * noise helps, where it hurts, and whether lowering α acts in the same direction.
 */
public final class NetworkNoiseEffect extends Story {
    private static final double[] TEMPERATURES = powers(0x1p-7, 2, 12);
    private static final double QUIET = TEMPERATURES[0];
    private static final String[] REGIMES = {"lazy", "between", "feature"};

    /** A dataset, its α by regime and the temperatures at which its noise is judged. */
    private record Case(String name, String title, NetworkConfig base, double[] outputScales, double[] noisy) {
        String series(int k) {
            return "α = " + power(outputScales[k]) + " (" + REGIMES[k] + ")";
        }
    }

    /** The figure. */
    public NetworkNoiseEffect() {
        super(
                "network-noise-effect",
                "Where noise helps and where it hurts: test error against temperature at fixed α",
                NetworkCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(32, 96);
        Case gaussian = new Case(
                "gaussian",
                "Gaussian points",
                Schema.with(NetworkCells.GAUSSIAN, "testSize", board.choose(16_384, 65_536)),
                new double[] {0x1p14, 1, 0x1p-4},
                new double[] {4, 1, 0.25});
        Case digits = new Case(
                "digits", "Handwritten digits", NetworkCells.DIGITS, new double[] {0x1p12, 1, 0x1p-8}, new double[] {
                    1, 0.25, 0x1p-6
                });
        List<Case> cases = List.of(gaussian, digits);
        Map<Case, List<Line<NetworkConfig, NetworkResult>>> lines = new HashMap<>();
        for (Case c : cases) {
            lines.put(
                    c,
                    Arrays.stream(c.outputScales)
                            .mapToObj(a ->
                                    board.along(NetworkCells.STUDY, TEMPERATURES, t -> NetworkCells.at(c.base, a, t)))
                            .toList());
        }
        for (Case c : cases) {
            Plot plot = plot(board, c.name, c.title, Axis.linear("test error ε"));
            for (int k = 0; k < REGIMES.length; k++) {
                plot.points(c.series(k), lines.get(c).get(k), NetworkCells.testError(c.base));
            }
        }
        for (Case c : cases) {
            Plot plot = plot(board, c.name + " change", "Change by noise, paired", Axis.linear("ε(T) − ε(2⁻⁷)"));
            for (int k = 0; k < REGIMES.length; k++) {
                var line = lines.get(c).get(k);
                plot.points(c.series(k), line, line.less(line.at(QUIET), NetworkResult::testError));
            }
            double[] ends = {QUIET, TEMPERATURES[TEMPERATURES.length - 3]};
            plot.colour(7).named("").law("no change", ends, t -> 0).legend(Corner.NONE);
            claimSigns(board, c, lines.get(c));
        }
        claimErrors(board, gaussian, lines.get(gaussian));
        board.caption(
                "(a, b) Test error at the stop against temperature for three α, means over {}"
                        + " replicas with 95 % t intervals that hold the sampling error of the test set ({} and {}"
                        + " points). (c, d) Difference from the lowest temperature, T = 2⁻⁷,"
                        + " replica by replica on the same points, weights and test set, so that its 95 % t interval"
                        + " does not hold the sampling error of the test set: below 0 noise helps on this set. Only"
                        + " temperatures at which all replicas fitted are shown. Gaussian: x ~"
                        + " N(0, 1₁₀), y = sign(x₁), {}, ReLU. Digits: parity, {}, GELU. float32.",
                n,
                gaussian.base.testSize(),
                digits.base.testSize(),
                NetworkCells.describe(gaussian.base),
                NetworkCells.describe(digits.base));
    }

    private static Plot plot(Board board, String name, String title, Axis y) {
        int width = NetworkCells.GAUSSIAN.network().width();
        return board.plot(name, title, Axis.log2("temperature T = η/B").range(0x1p-8, 0x1p3), y)
                .column(NetworkCells.PER_WIDTH, "x", t -> t / width);
    }

    private static void claimSigns(Board board, Case c, List<Line<NetworkConfig, NetworkResult>> lines) {
        for (int k = 0; k < REGIMES.length; k++) {
            var line = lines.get(k);
            board.claim(
                            c.name + "-" + REGIMES[k],
                            "noise changes the error on this test set by less than 0 (helps), " + c.title + ", "
                                    + c.series(k) + ", T = " + c.noisy[k] + " against 2⁻⁷")
                    .in(c.name + " change")
                    .below(0)
                    .of(line.at(c.noisy[k]).less(line.at(QUIET), NetworkResult::testError))
                    .from(NetworkCells.SIGN);
        }
        board.claim(
                        "features-" + c.name,
                        "lowering α changes the error on this test set by less than 0 (helps), " + c.title + ", "
                                + power(c.outputScales[2]) + " against " + power(c.outputScales[0]) + " at T = 2⁻⁷")
                .in(c.name)
                .below(0)
                .of(lines.get(2).at(QUIET).less(lines.get(0).at(QUIET), NetworkResult::testError))
                .from(NetworkCells.SIGN);
    }

    private static void claimErrors(Board board, Case c, List<Line<NetworkConfig, NetworkResult>> lines) {
        board.claim("error-lazy", "lazy test error without noise, Gaussian points, α = 2¹⁴")
                .in(c.name)
                .regression(0.11, 0.005)
                .of(lines.get(0).at(QUIET).the(NetworkCells.testError(c.base)))
                .from(NetworkCells.REFERENCE + "; 10.5 to 11.5 %, half of it taken as the standard error");
        board.claim("error-feature", "test error in the feature regime, Gaussian points, α = 2⁻⁴")
                .in(c.name)
                .regression(0.055, 0.005)
                .of(lines.get(2).at(QUIET).the(NetworkCells.testError(c.base)))
                .from(NetworkCells.REFERENCE + "; 5 to 6 %, half of it taken as the standard error");
    }
}
