package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The lazy regime at α = 2^15: weight change ~ T^δ P^γ and training time ~ T P^b, on Gaussian points and on images.
 */
public final class NetworkLazyExponents implements Figure {
    /** Reference: δ, γ, b on Gaussian points, D = 3, h = 64, B = 4, with errors. */
    private static final double[] REFERENCE_DELTA = {0.993, 0.001};

    private static final double[] REFERENCE_GAMMA = {0.439, 0.011};
    private static final double[] REFERENCE_B = {1.38, 0.01};

    @Override
    public String id() {
        return "network-lazy-exponents";
    }

    @Override
    public String title() {
        return "Weight change and training time in the lazy regime against temperature and number of points";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    /** Exponents of one dataset. */
    private record Exponents(PowerFit delta, PowerFit gamma, PowerFit timeDelta, PowerFit b, Estimate growth) {}

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<LazySweep> sweeps = LazySweep.of(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(LazySweep.together(sweeps));
        Sheet sheet = Sheet.ofCurves();
        List<Claim> claims = new ArrayList<>();
        for (LazySweep sweep : sweeps.subList(0, 2)) {
            drawTemperature(sheet, sweep, results);
        }
        String weights = "weights";
        String time = "time";
        sheet.panel(
                weights, "Weight change, mean over T", Axis.log2("training points P"), Axis.log10("|Δw|/(|w₀| T/h)"));
        sheet.panel(time, "Training time, mean over T", Axis.log2("training points P"), Axis.log10("time t*/T"));
        for (int k = 0; k < sweeps.size(); k++) {
            LazySweep sweep = sweeps.get(k);
            double[] chosen = sweep.fitted(results);
            Exponents exponents = exponents(sweep, chosen, results, experiment);
            addSizes(sheet, weights, sweep, k, chosen, results, NetworkResult::relativeWeightChange, exponents.gamma);
            addSizes(sheet, time, sweep, k, chosen, results, NetworkResult::time, exponents.b);
            addClaims(claims, sweep, exponents);
        }
        sheet.legend(weights, Corner.BELOW);
        sheet.legend(time, Corner.BELOW);
        String n = sweeps.stream().map(s -> s.replicas() + " " + s.name()).collect(Collectors.joining(", "));
        int width = sweeps.get(0).base().network().width();
        String caption =
                "α = 2¹⁵. (a, b) Weight change at the stop against temperature, geometric means with 95 % t intervals"
                        + " of the logarithms; solid: slope δ = 1 through the middle of the fitted range, T/h from 2⁻¹⁰ to 2⁻⁶, where"
                        + " T/h is 32 margins or more and the weights move by less than a tenth. (c) Weight change over T/h and (d) time"
                        + " over T against P, geometric means over the temperatures of that range, whose replicas all fitted; dashed:"
                        + " the fitted power law, whose exponent stands in the legend with its 95 % bootstrap interval; theory gives no"
                        + " exponent for images. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). " + setting(sweeps)
                        + ", ReLU, float32. Replicas: " + n + ".";
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(),
                        width,
                        Map.of(sweeps.get(0).name(), "x", sweeps.get(1).name(), "x")),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    private static String setting(List<LazySweep> sweeps) {
        return sweeps.stream()
                .map(s -> s.name() + ": D = " + s.base().network().depth() + ", h = "
                        + s.base().network().width() + ", B = " + s.base().batchSize())
                .collect(Collectors.joining("; "));
    }

    private static void drawTemperature(Sheet sheet, LazySweep sweep, Results<NetworkConfig, NetworkResult> results) {
        String panel = sweep.name();
        String title = panel.equals("Gaussian") ? "Gaussian points" : "Handwritten digits";
        sheet.panel(panel, title, Axis.log2("temperature T = η/B"), Axis.log10("weight change |Δw|/|w₀|"));
        double[] fitted = sweep.fitted(results);
        for (int s = 0; s < sweep.sizes().length; s++) {
            int size = sweep.sizes()[s];
            String series = "P = " + size;
            TrainingCells.addPoints(
                    sheet,
                    panel,
                    series,
                    s,
                    sweep.temperatures(),
                    sweep.along(size),
                    results,
                    NetworkResult::relativeWeightChange);
            double middle = fitted[fitted.length / 2];
            double anchor = Estimate.ofGeometricMean(
                            results.values(sweep.config(size, middle), NetworkResult::relativeWeightChange))
                    .mean();
            sheet.line(
                    panel,
                    series,
                    "",
                    s,
                    fitted,
                    Arrays.stream(fitted).map(t -> anchor * t / middle).toArray(),
                    Sheet.Kind.THEORY);
        }
        sheet.key(panel, "slope δ = 1 (theory)", Sheet.Kind.THEORY);
    }

    private static Exponents exponents(
            LazySweep sweep, double[] chosen, Results<NetworkConfig, NetworkResult> results, Experiment experiment) {
        ToDoubleFunction<NetworkResult> change = NetworkResult::relativeWeightChange;
        ToDoubleFunction<NetworkResult> time = NetworkResult::time;
        double[] sizes = sweep.sizesAsDoubles();
        double[][] changes = sweep.againstSize(chosen, results, change);
        double[][] times = sweep.againstSize(chosen, results, time);
        String name = "bootstrap/lazy/" + sweep.name() + "/";
        Estimate growth = Bootstrap.of(sweep.replicas(), experiment.streams().at(name + "growth"), replicas -> {
            double gamma = NetworkCells.slope(sizes, NetworkCells.geometricMeans(changes, replicas));
            double b = NetworkCells.slope(sizes, NetworkCells.geometricMeans(times, replicas));
            return (b - 1) / (2 * gamma);
        });
        return new Exponents(
                PowerFit.of(
                        chosen,
                        sweep.againstTemperature(chosen, results, change),
                        experiment.streams().at(name + "delta")),
                PowerFit.of(sizes, changes, experiment.streams().at(name + "gamma")),
                PowerFit.of(
                        chosen,
                        sweep.againstTemperature(chosen, results, time),
                        experiment.streams().at(name + "time")),
                PowerFit.of(sizes, times, experiment.streams().at(name + "b")),
                growth);
    }

    /** Points against P, per temperature (per width for the weights), with the fitted law. */
    private static void addSizes(
            Sheet sheet,
            String panel,
            LazySweep sweep,
            int colour,
            double[] chosen,
            Results<NetworkConfig, NetworkResult> results,
            ToDoubleFunction<NetworkResult> value,
            PowerFit fit) {
        double[][] means = sweep.againstSize(chosen, results, value);
        double width = panel.equals("weights") ? sweep.base().network().width() : 1;
        double temperature = StrictMath.exp(
                        Arrays.stream(chosen).map(StrictMath::log).average().orElse(Double.NaN))
                / width;
        double[] sizes = sweep.sizesAsDoubles();
        Estimate[] estimates = new Estimate[sizes.length];
        Sheet.Ends[] ends = new Sheet.Ends[sizes.length];
        for (int s = 0; s < sizes.length; s++) {
            estimates[s] = Estimate.ofGeometricMean(means[s]).times(1 / temperature);
            ends[s] = new Sheet.Ends(sweep.replicas(), 0, 0);
        }
        String series = sweep.name() + ": " + (panel.equals("weights") ? "γ" : "b") + " = "
                + fit.exponent().brief();
        sheet.points(panel, series, colour, sizes, estimates, ends);
        sheet.line(
                panel,
                series,
                "",
                colour,
                sizes,
                Arrays.stream(sizes).map(size -> fit.at(size) / temperature).toArray(),
                Sheet.Kind.FIT);
    }

    private static void addClaims(List<Claim> claims, LazySweep sweep, Exponents exponents) {
        String key = sweep.name().toLowerCase(Locale.ROOT);
        claims.add(Claim.theory(
                "network-lazy-delta-" + key,
                "lazy weight change ~ T^δ with δ = 1, " + sweep.name(),
                1,
                exponents.delta.exponent(),
                "perceptron theory, exact symmetry (η, κ) → (cη, cκ) at κ ≪ T"));
        claims.add(Claim.theory(
                "network-lazy-time-" + key,
                "lazy training time t* ~ T, " + sweep.name(),
                1,
                exponents.timeDelta.exponent(),
                "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: t* ~ T P^b"));
        claims.add(Claim.theory(
                "network-lazy-growth-" + key,
                "(b − 1)/(2γ) = 1, the growth law of the perceptron, " + sweep.name(),
                1,
                exponents.growth,
                "perceptron theory, b = 1 + 2γ"));
        claims.add(Claim.theory(
                "network-lazy-gamma-" + key,
                "more points do what more noise does: the lazy weight change grows as P^γ with γ in (0, 1], "
                        + sweep.name(),
                0.5,
                0.5,
                exponents.gamma.exponent(),
                "perceptron theory, γ = 1/(1+χ) for a density exponent χ ≥ 0 at the boundary"));
        if (key.equals("gaussian")) {
            addReference(claims, "delta", "exponent of the weight change against T", REFERENCE_DELTA, exponents.delta);
            addReference(claims, "gamma", "exponent of the weight change against P", REFERENCE_GAMMA, exponents.gamma);
            addReference(claims, "b", "exponent of the time against P", REFERENCE_B, exponents.b);
        }
    }

    private static void addReference(
            List<Claim> claims, String key, String statement, double[] reference, PowerFit fit) {
        claims.add(Claim.regression(
                "network-lazy-" + key + "-reference",
                statement + ", Gaussian points",
                reference[0],
                reference[1],
                fit.exponent(),
                NetworkCells.REFERENCE));
    }
}
