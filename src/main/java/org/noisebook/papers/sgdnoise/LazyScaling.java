package org.noisebook.papers.sgdnoise;

import static org.noisebook.cells.NetworkCells.slope;
import static org.noisebook.figure.Line.numbered;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Words;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The exponents of a {@link LazySweep}, weight change ~ T^δ P^γ and time ~ T P^b, with their panels and claims.
 *
 * @param sweep the trainings
 * @param delta δ
 * @param gamma γ
 * @param timeDelta exponent of the time against T
 * @param b exponent of the time against P
 * @param growth (b − 1)/γ
 * @param kicks 2γ over the exponent of the number of updates that moved weights
 */
record LazyScaling(
        LazySweep sweep,
        PowerFit delta,
        PowerFit gamma,
        PowerFit timeDelta,
        PowerFit b,
        Estimate growth,
        Estimate kicks) {
    static final String WEIGHTS = "weights";
    static final String TIME = "time";
    static final String ONES = "ones";
    private static final String LINEAR =
            "Weight change and time grow in proportion to the noise | exponent of growth with the noise";
    /** Labels of the laws whose exponent, or ratio of exponents, is one. */
    private static final List<String> LAWS =
            List.of("change\nby noise", "time\nby noise", "time\nby points", "change\nby updates");

    /** The fits over the chosen temperatures, with bootstraps over whole replicas. */
    static LazyScaling of(Board board, LazySweep sweep, double[] chosen) {
        ToDoubleFunction<NetworkResult> change = NetworkResult::relativeWeightChange;
        ToDoubleFunction<NetworkResult> time = NetworkResult::time;
        double[] sizes = sweep.sizes();
        double[][] changes = sweep.againstSize(chosen, change);
        double[][] times = sweep.againstSize(chosen, time);
        double[][] updates = sweep.againstSize(chosen, NetworkResult::activeUpdates);
        String name = "bootstrap/lazy/" + sweep.name() + "/";
        Estimate growth = board.bootstrap(
                name + "growth", sweep.replicas(), r -> (slope(sizes, times, r) - 1) / slope(sizes, changes, r));
        Estimate kicks = board.bootstrap(
                name + "kicks", sweep.replicas(), r -> 2 * slope(sizes, changes, r) / slope(sizes, updates, r));
        return new LazyScaling(
                sweep,
                PowerFit.of(chosen, sweep.againstTemperature(chosen, change), board.stream(name + "delta")),
                PowerFit.of(sizes, changes, board.stream(name + "gamma")),
                PowerFit.of(chosen, sweep.againstTemperature(chosen, time), board.stream(name + "time")),
                PowerFit.of(sizes, times, board.stream(name + "b")),
                growth,
                kicks);
    }

    /**
     * Panels and claims of all sweeps: weight change over T, weight change and time against P, and exponents that should be one.
     */
    static List<LazyScaling> tell(Board board, List<LazySweep> sweeps) {
        List<LazyScaling> scalings =
                sweeps.stream().map(sweep -> of(board, sweep, sweep.fitted())).toList();
        tellCollapse(board, sweeps);
        Axis change = Axis.log10("weight change per noise");
        Plot weights = board.plot(WEIGHTS, "More points: weights move further", NetworkCells.SIZES, change);
        Axis times = Axis.log10("training time per noise");
        Plot time = board.plot(TIME, "More points: training takes longer", NetworkCells.SIZES, times);
        for (LazyScaling one : scalings) {
            int width = one.sweep.base().network().width();
            one.plotSizes(weights, "γ", NetworkResult::relativeWeightChange, one.gamma, width);
            one.plotSizes(time, "b", NetworkResult::time, one.b, 1);
        }
        List<Estimate[]> found = scalings.stream()
                .map(one -> new Estimate[] {one.delta.exponent(), one.timeDelta.exponent(), one.growth, one.kicks})
                .toList();
        Axis over = Axis.linear("measured over predicted");
        String title = "Exponents: 1 is as predicted";
        Plot ones = plotOverTheory(board, ONES, title, LAWS, over, sweeps, found);
        scalings.forEach(one -> one.claim(weights, ones));
        board.stamp(replicas(sweeps));
        return scalings;
    }

    /** A panel of the quantities of every sweep that are one in theory. */
    static Plot plotOverTheory(
            Board board,
            String name,
            String title,
            List<String> names,
            Axis over,
            List<LazySweep> sweeps,
            List<Estimate[]> found) {
        double end = names.size() + 0.5;
        double reached = IntStream.rangeClosed(1, names.size())
                .filter(k -> found.stream().anyMatch(one -> !Double.isNaN(one[k - 1].mean())))
                .max()
                .orElse(1);
        Plot plot = board.plot(name, title, Axis.named("", names).range(0.5, reached + 0.5), over)
                .colour(Plot.GREY)
                .band("theory ± 10 %", 0.5, end, 1 - Claim.STANDARD_WINDOW, 1 + Claim.STANDARD_WINDOW)
                .level(LineKind.THEORY, "theory", 1, 0.5, end);
        for (LazySweep sweep : sweeps) {
            Estimate[] here = found.get(sweeps.indexOf(sweep));
            plot.colour(sweep.colour())
                    .named(sweep.words())
                    .points(sweep.name(), numbered(names.size()), here, sweep.replicas());
        }
        return plot;
    }

    /** A panel of weight change over T, relative to each replica's value in the fit; in theory it is one while training is lazy. */
    private static void tellCollapse(Board board, List<LazySweep> sweeps) {
        Axis relative = Axis.linear("weight change / noise, relative");
        Plot plot = board.plot("collapse", "Weight change per noise", Axis.log2("noise per width T/h"), relative);
        for (LazySweep sweep : sweeps) {
            double[] fitted = sweep.fitted();
            double[][] lazy = sweep.againstTemperature(fitted, NetworkResult::relativeWeightChange);
            double[] own = new double[sweep.replicas()];
            Arrays.setAll(
                    own,
                    r -> StrictMath.exp(IntStream.range(0, fitted.length)
                            .mapToDouble(k -> StrictMath.log(lazy[k][r] / fitted[k]))
                            .average()
                            .orElse(Double.NaN)));
            double width = sweep.base().network().width();
            double[] whole = sweep.whole();
            double[][] changes = sweep.againstTemperature(whole, NetworkResult::relativeWeightChange);
            Estimate[] over = new Estimate[whole.length];
            for (int t = 0; t < over.length; t++) {
                double[] here = changes[t].clone();
                double warm = whole[t];
                Arrays.setAll(here, r -> here[r] / warm / own[r]);
                over[t] = Estimate.ofGeometricMeanOrNone(here);
                whole[t] = warm / width;
            }
            plot.named("proportional")
                    .level(LineKind.THEORY, "proportional", 1, whole[0], whole[whole.length - 1])
                    .colour(sweep.colour())
                    .named(sweep.words())
                    .points(sweep.name(), whole, over, sweep.replicas());
        }
    }

    /** Plots a quantity divided by T per {@code width} against P, with the fitted power law. */
    private void plotSizes(
            Plot plot, String symbol, ToDoubleFunction<NetworkResult> value, PowerFit fit, double width) {
        double temperature = StrictMath.exp(Arrays.stream(sweep.fitted())
                        .map(StrictMath::log)
                        .average()
                        .orElse(Double.NaN))
                / width;
        Estimate[] means = Arrays.stream(sweep.againstSize(sweep.fitted(), value))
                .map(values -> Estimate.ofGeometricMeanOrNone(values).times(1 / temperature))
                .toArray(Estimate[]::new);
        plot.named(sweep.words() + ": exponent " + Words.exponent(fit.exponent()));
        String series = sweep.name() + ": " + symbol + " = " + Words.exponent(fit.exponent());
        plot.colour(sweep.colour())
                .points(series, sweep.sizes(), means, sweep.replicas())
                .fit(series, sweep.sizes(), size -> fit.at(size) / temperature);
    }

    /** The claims of theory on the exponents. */
    private void claim(Plot weights, Plot ones) {
        String key = sweep.key();
        ones.claim("delta-" + key, "the lazy weight change grows as T^δ with δ = 1, " + sweep.name())
                .says(LINEAR)
                .theory(1)
                .judge(delta.exponent(), "perceptron theory, exact symmetry (η, κ) → (cη, cκ) at κ ≪ T");
        ones.claim("time-" + key, "the lazy training time grows as T (exponent 1), " + sweep.name())
                .says(LINEAR)
                .theory(1)
                .judge(timeDelta.exponent(), "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: t* ~ T P^b");
        ones.claim("growth-" + key, "(b − 1)/γ is below 2, its value for independent equal kicks, " + sweep.name())
                .says("Time grows more slowly than with independent kicks | (b − 1)/γ of t ~ P^b, Δw ~ P^γ")
                .below(2)
                .judge(growth, "perceptron theory, b − 1 = 2γ; the source gives no value for networks");
        ones.claim(
                        "kicks-" + key,
                        "the weights perform a random walk, |Δw|² ~ N, with N updates that change them: the ratio of 2γ to the exponent of N is 1 (2 if all updates had one direction), "
                                + sweep.name())
                .says("Weights perform a random walk")
                .theory(1)
                .judge(kicks, "the norm of N independent kicks of one size is √N kicks");
        weights.claim(
                        "gamma-" + key,
                        "the lazy weight change grows with the number of points as P^γ with γ above 0, " + sweep.name())
                .says("Time and weight change grow alike with the points | exponent of growth with the points")
                .above(0)
                .judge(
                        gamma.exponent(),
                        "arXiv 2301.13703; perceptron theory, γ = 1/(1+χ) for a density exponent χ ≥ 0 at the boundary");
    }

    /** Sets the caption; {@code setting} comes first and gives α and the data. */
    static void caption(Board board, String setting, String temperatures, List<LazySweep> sweeps) {
        board.caption(
                "{} (a) Weight change at the stop over T = η/B, relative to that of the same replica over the"
                        + " range of the fit; geometric means. (b) Weight change and training time are fitted as powers of T and P, T from 4{}/α to where weights of"
                        + " some P move by 2 %, at which all replicas fitted: exponents of weight change and time against T,"
                        + " (b − 1)/γ, and 2γ over the exponent of the number of updates that move weights, with 95 % bootstrap"
                        + " intervals over replicas; (b − 1)/γ = 1 is a conjecture, the perceptron has 2. {}. Replicas: {}.",
                setting, temperatures, describe(sweeps), replicas(sweeps));
    }

    /** The settings of all sweeps, for captions. */
    static String describe(List<LazySweep> sweeps) {
        return sweeps.stream()
                .map(s -> s.name() + ": D = " + s.base().network().depth() + ", h = "
                        + s.base().network().width() + ", B = " + s.base().batchSize())
                .collect(Collectors.joining("; "));
    }

    /** The numbers of replicas of all sweeps, for captions. */
    static String replicas(List<LazySweep> sweeps) {
        return sweeps.stream().map(s -> s.replicas() + " " + s.words()).collect(Collectors.joining(", "));
    }
}
