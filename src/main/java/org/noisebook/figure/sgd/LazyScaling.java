package org.noisebook.figure.sgd;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The exponents of a {@link LazySweep}, weight change ~ T^δ P^γ and time ~ T P^b, with their panels and claims.
 *
 * @param sweep what was trained
 * @param chosen the temperatures of the fit
 * @param delta δ
 * @param gamma γ
 * @param timeDelta exponent of the time against T
 * @param b exponent of the time against P
 * @param growth (b − 1)/(2γ)
 */
record LazyScaling(
        LazySweep sweep,
        double[] chosen,
        PowerFit delta,
        PowerFit gamma,
        PowerFit timeDelta,
        PowerFit b,
        Estimate growth) {
    static final String WEIGHTS = "weights";
    static final String TIME = "time";

    /** The fits, their bootstraps over whole replicas. */
    static LazyScaling of(LazySweep sweep, Results<NetworkConfig, NetworkResult> results, Experiment experiment) {
        ToDoubleFunction<NetworkResult> change = NetworkResult::relativeWeightChange;
        ToDoubleFunction<NetworkResult> time = NetworkResult::time;
        double[] chosen = sweep.fitted(results);
        double[] sizes = sweep.sizesAsDoubles();
        double[][] changes = sweep.againstSize(chosen, results, change);
        double[][] times = sweep.againstSize(chosen, results, time);
        String name = "bootstrap/lazy/" + sweep.name() + "/";
        Estimate growth = Bootstrap.of(sweep.replicas(), experiment.streams().at(name + "growth"), replicas -> {
            double gamma = NetworkCells.slope(sizes, NetworkCells.geometricMeans(changes, replicas));
            double b = NetworkCells.slope(sizes, NetworkCells.geometricMeans(times, replicas));
            return (b - 1) / (2 * gamma);
        });
        return new LazyScaling(
                sweep,
                chosen,
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

    /** A panel of the weight change against T, a series a size, with slope 1 through the middle of the fitted range. */
    static void addTemperatures(Sheet sheet, LazySweep sweep, Results<NetworkConfig, NetworkResult> results) {
        String panel = sweep.name();
        sheet.panel(panel, sweep.title(), Axis.log2("temperature T = η/B"), Axis.log10("weight change |Δw|/|w₀|"));
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
            if (fitted.length == 0) {
                continue;
            }
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

    /** Two panels against P of all sweeps: weight change per T/h and time per T, each with its fitted law. */
    static void addSizes(Sheet sheet, List<LazyScaling> scalings, Results<NetworkConfig, NetworkResult> results) {
        sheet.panel(
                WEIGHTS, "Weight change, mean over T", Axis.log2("training points P"), Axis.log10("|Δw|/(|w₀| T/h)"));
        sheet.panel(TIME, "Training time, mean over T", Axis.log2("training points P"), Axis.log10("time t*/T"));
        for (int k = 0; k < scalings.size(); k++) {
            LazyScaling scaling = scalings.get(k);
            int width = scaling.sweep.base().network().width();
            scaling.addSizes(
                    sheet, WEIGHTS, "γ", k, results, NetworkResult::relativeWeightChange, scaling.gamma, width);
            scaling.addSizes(sheet, TIME, "b", k, results, NetworkResult::time, scaling.b, 1);
        }
        sheet.legend(WEIGHTS, Corner.BELOW);
        sheet.legend(TIME, Corner.BELOW);
    }

    /** Points against P, over the temperature divided by {@code width}, with the fitted law. */
    private void addSizes(
            Sheet sheet,
            String panel,
            String symbol,
            int colour,
            Results<NetworkConfig, NetworkResult> results,
            ToDoubleFunction<NetworkResult> value,
            PowerFit fit,
            double width) {
        double[][] means = sweep.againstSize(chosen, results, value);
        double temperature = StrictMath.exp(
                        Arrays.stream(chosen).map(StrictMath::log).average().orElse(Double.NaN))
                / width;
        double[] sizes = sweep.sizesAsDoubles();
        Estimate[] estimates = new Estimate[sizes.length];
        Ends[] ends = new Ends[sizes.length];
        for (int s = 0; s < sizes.length; s++) {
            estimates[s] = Estimate.ofGeometricMean(means[s]).times(1 / temperature);
            ends[s] = new Ends(sweep.replicas(), 0, 0);
        }
        String series = sweep.name() + ": " + symbol + " = " + fit.exponent().brief();
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

    /** What theory says of the exponents. */
    List<Claim> claims(String prefix) {
        String key = sweep.key();
        return List.of(
                Claim.theory(
                        prefix + "-delta-" + key,
                        "lazy weight change ~ T^δ with δ = 1, " + sweep.name(),
                        1,
                        delta.exponent(),
                        "perceptron theory, exact symmetry (η, κ) → (cη, cκ) at κ ≪ T"),
                Claim.theory(
                        prefix + "-time-" + key,
                        "lazy training time t* ~ T, " + sweep.name(),
                        1,
                        timeDelta.exponent(),
                        "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: t* ~ T P^b"),
                Claim.theory(
                        prefix + "-growth-" + key,
                        "(b − 1)/(2γ) = 1, the growth law of the perceptron, " + sweep.name(),
                        1,
                        growth,
                        "perceptron theory, b = 1 + 2γ"),
                Claim.theory(
                        prefix + "-gamma-" + key,
                        "more points do what more noise does: the lazy weight change grows as P^γ with γ in (0, 1], "
                                + sweep.name(),
                        0.5,
                        0.5,
                        gamma.exponent(),
                        "perceptron theory, γ = 1/(1+χ) for a density exponent χ ≥ 0 at the boundary"));
    }

    /** The setting of every sweep in a caption. */
    static String describe(List<LazySweep> sweeps) {
        return sweeps.stream()
                .map(s -> s.name() + ": D = " + s.base().network().depth() + ", h = "
                        + s.base().network().width() + ", B = " + s.base().batchSize())
                .collect(Collectors.joining("; "));
    }

    /** Replicas of every sweep. */
    static String replicas(List<LazySweep> sweeps) {
        return sweeps.stream().map(s -> s.replicas() + " " + s.name()).collect(Collectors.joining(", "));
    }
}
