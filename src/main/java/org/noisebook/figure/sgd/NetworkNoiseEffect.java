package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Test error against temperature at fixed α in three regimes, and its paired difference from the lowest temperature: where
 * noise helps, where it hurts, and whether lowering α acts in the same direction.
 */
public final class NetworkNoiseEffect implements Figure {
    /** Lazy, between, feature learning. */
    private static final double[] GAUSSIAN_SCALES = {0x1p14, 1, 0x1p-4};

    private static final double[] DIGITS_SCALES = {0x1p12, 1, 0x1p-8};
    private static final double[] TEMPERATURES = TrainingCells.powers(0x1p-7, 2, 12);
    private static final String[] REGIMES = {"lazy", "between", "feature"};
    /** The temperatures of the noisy ends of the claims, by regime. */
    private static final double[] GAUSSIAN_NOISY = {4, 1, 0.25};

    private static final double[] DIGITS_NOISY = {1, 0.25, 0x1p-6};

    @Override
    public String id() {
        return "network-noise-effect";
    }

    @Override
    public String title() {
        return "Where noise helps and where it hurts: test error against temperature at fixed α";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    /** A dataset, its α and where its noise is judged. */
    private record Case(String name, String title, NetworkConfig base, double[] outputScales, double[] noisy) {}

    private static List<Case> cases(Preset preset) {
        NetworkConfig larger = Schema.with(NetworkCells.GAUSSIAN, "testSize", preset.choose(16_384, 65_536));
        return List.of(
                new Case("gaussian", "Gaussian points", larger, GAUSSIAN_SCALES, GAUSSIAN_NOISY),
                new Case("digits", "Handwritten digits", NetworkCells.DIGITS, DIGITS_SCALES, DIGITS_NOISY));
    }

    private static int replicas(Preset preset) {
        return preset.choose(32, 96);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<Case> cases = cases(preset);
        int replicas = replicas(preset);
        List<NetworkConfig> cells = new ArrayList<>();
        for (Case c : cases) {
            for (double outputScale : c.outputScales) {
                cells.addAll(NetworkCells.along(c.base, outputScale, TEMPERATURES));
            }
        }
        Results<NetworkConfig, NetworkResult> results = experiment.run(Sweep.of(NetworkCells.STUDY, cells, replicas));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        for (Case c : cases) {
            sheet.panel(c.name, c.title, axis(), Axis.linear("test error ε"));
            for (int k = 0; k < c.outputScales.length; k++) {
                NetworkCells.addErrors(
                        sheet,
                        c.name,
                        series(c, k),
                        k,
                        TEMPERATURES,
                        NetworkCells.along(c.base, c.outputScales[k], TEMPERATURES),
                        results);
            }
        }
        for (Case c : cases) {
            String panel = c.name + " change";
            sheet.panel(panel, "Change by noise, paired", axis(), Axis.linear("ε(T) − ε(2⁻⁷)"));
            for (int k = 0; k < c.outputScales.length; k++) {
                addChanges(sheet, panel, c, k, results);
            }
            sheet.line(
                    panel,
                    "no change",
                    "",
                    7,
                    new double[] {TEMPERATURES[0], TEMPERATURES[TEMPERATURES.length - 3]},
                    new double[] {0, 0},
                    Sheet.Kind.THEORY);
            sheet.legend(panel, Corner.NONE);
            addClaims(claims, c, results);
        }
        String n = String.valueOf(replicas);
        String caption = "(a, b) Test error at the stop against temperature for three α, means over " + n
                + " replicas with 95 % t intervals that hold the sampling error of the test set ("
                + cases.get(0).base.testSize()
                + " and " + cases.get(1).base.testSize()
                + " points). (c, d) Difference from the lowest temperature, T = 2⁻⁷,"
                + " replica by replica on the same points, weights and test set, so that its 95 % t interval"
                + " does not hold the sampling error of the test set: below 0 noise helps on this set. Only temperatures at which all replicas fitted are shown. Gaussian: x ~"
                + " N(0, 1₁₀), y = sign(x₁), " + NetworkCells.describe(cases.get(0).base) + ", ReLU. Digits: parity, "
                + NetworkCells.describe(cases.get(1).base) + ", GELU. float32.";
        int width = cases.get(0).base.network().width();
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(),
                        width,
                        Map.of("gaussian", "x", "digits", "x", "gaussian change", "x", "digits change", "x")),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    private static Axis axis() {
        return Axis.log2("temperature T = η/B").range(0x1p-8, 0x1p3);
    }

    private static String series(Case c, int k) {
        return "α = " + NetworkCells.power(c.outputScales[k]) + " (" + REGIMES[k] + ")";
    }

    private static void addChanges(
            Sheet sheet, String panel, Case c, int k, Results<NetworkConfig, NetworkResult> results) {
        List<NetworkConfig> configs = NetworkCells.along(c.base, c.outputScales[k], TEMPERATURES);
        Estimate[] estimates = new Estimate[TEMPERATURES.length];
        Ends[] ends = new Ends[TEMPERATURES.length];
        for (int t = 0; t < TEMPERATURES.length; t++) {
            estimates[t] = change(results, configs.get(0), configs.get(t));
            ends[t] = TrainingCells.ends(results.of(configs.get(t)));
        }
        sheet.points(panel, series(c, k), k, TEMPERATURES, estimates, ends);
    }

    private static Estimate change(
            Results<NetworkConfig, NetworkResult> results, NetworkConfig from, NetworkConfig to) {
        return NetworkCells.errorChange(results.of(from), results.of(to));
    }

    private static void addClaims(List<Claim> claims, Case c, Results<NetworkConfig, NetworkResult> results) {
        NetworkConfig quiet = NetworkCells.at(c.base, c.outputScales[0], TEMPERATURES[0]);
        for (int k = 0; k < REGIMES.length; k++) {
            claims.add(NetworkCells.signClaim(
                    "network-noise-" + c.name + "-" + REGIMES[k],
                    "noise changes the error on this test set by less than 0 (helps), " + c.title + ", " + series(c, k)
                            + ", T = " + c.noisy[k] + " against 2⁻⁷",
                    change(
                            results,
                            NetworkCells.at(c.base, c.outputScales[k], TEMPERATURES[0]),
                            NetworkCells.at(c.base, c.outputScales[k], c.noisy[k]))));
        }
        claims.add(NetworkCells.signClaim(
                "network-features-" + c.name,
                "lowering α changes the error on this test set by less than 0 (helps), " + c.title + ", "
                        + NetworkCells.power(c.outputScales[2]) + " against " + NetworkCells.power(c.outputScales[0])
                        + " at T = 2⁻⁷",
                change(results, quiet, NetworkCells.at(c.base, c.outputScales[2], TEMPERATURES[0]))));
        if (c.name.equals("gaussian")) {
            claims.add(Claim.regression(
                    "network-error-lazy",
                    "lazy test error without noise, Gaussian points, α = 2¹⁴",
                    0.11,
                    0.005,
                    NetworkCells.testError(results.of(quiet), c.base.testSize()),
                    NetworkCells.REFERENCE + "; 10.5 to 11.5 %, half of it taken as the standard error"));
            claims.add(Claim.regression(
                    "network-error-feature",
                    "test error in the feature regime, Gaussian points, α = 2⁻⁴",
                    0.055,
                    0.005,
                    NetworkCells.testError(
                            results.of(NetworkCells.at(c.base, c.outputScales[2], TEMPERATURES[0])), c.base.testSize()),
                    NetworkCells.REFERENCE + "; 5 to 6 %, half of it taken as the standard error"));
        }
    }
}
