package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
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

    private static final String LOCAL = " (c, d) Exponents over factors of 16 in P at the smallest, middle and largest sizes"
            + " over theory's, with t intervals over replicas; grey: what repeated data leave in the reference at d = 64.";

    private static final String THEORY = "Sclocchi and Wyart 2024, arXiv 2309.10688; stop argument P n(λ*) = const";

    /** What grows with P, and its exponent in theory. */
    private record Quantity(
            String name,
            String words,
            ToDoubleFunction<PerceptronResult> value,
            ToDoubleFunction<PerceptronScaling> exponent) {
        double theory(double chi) {
            return exponent.applyAsDouble(PerceptronScaling.of(chi));
        }

        Estimate fit(Board board, int chi, Line<PerceptronConfig, PerceptronResult> line) {
            return line.power(board.stream("bootstrap/" + name + "/χ = " + chi), value)
                    .exponent();
        }
    }

    private static final Quantity SIGNAL =
            new Quantity("signal", "signal w₁*", PerceptronResult::signal, PerceptronScaling::gamma);
    private static final Quantity RATIO =
            new Quantity("ratio", "ratio λ*", PerceptronResult::ratio, PerceptronScaling::gamma);
    private static final Quantity NOISE =
            new Quantity("noise", "noise |w⊥|", PerceptronResult::noise, PerceptronScaling::noiseSizeExponent);
    private static final Quantity TIME =
            new Quantity("time", "time t*", PerceptronResult::time, PerceptronScaling::b);

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
        tellExponents(board, lines);
        tellRatio(board, dimension, lines);
        if (board.preset() != Preset.QUICK) {
            tellLocal(board, SIGNAL, lines, REPEATED[0]);
            tellLocal(board, TIME, lines, REPEATED[1]);
        }
        String n = few == many ? Integer.toString(many) : few + " (χ = 0), " + many + " (χ ≥ 1)";
        board.stamp(n);
        board.caption(
                "Perceptron with hinge loss, d = {}, B = 2, T = η/B = 1, κ = 2⁻¹⁵, when its last point is fitted; the density"
                        + " of points at a distance x from the label boundary is ∝ x^χ. (a) Exponents against the number of"
                        + " training points P, from 512 on by least squares, with 95 % bootstrap intervals over whole"
                        + " replicas; solid: theory for P → ∞ and data that never repeat. (b) Ratio of signal w₁* to noise |w⊥|,"
                        + " geometric means over {} replicas (data, order and initialisation redrawn) with 95 % t"
                        + " intervals of the logarithms; dash-dotted: theory's power law, its prefactor measured apart.{}",
                dimension, n, board.choose("", LOCAL));
    }

    private static void tellExponents(Board board, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot = board.plot(
                        "exponents",
                        "Exponents of growth with P",
                        Axis.linear("χ: how rare points are at the boundary").range(-0.2, 3.2),
                        Axis.linear("exponent"));
        for (Quantity quantity : List.of(TIME, RATIO, NOISE)) {
            Estimate[] found = new Estimate[CHIS.length];
            Arrays.setAll(found, chi -> quantity.fit(board, chi, lines.get(chi)));
            plot.points(quantity.words, Arrays.stream(CHIS).asDoubleStream().toArray(), found)
                    .law(quantity.words, Line.even(0, 3, 61), quantity::theory);
            for (int chi : CHIS) {
                claimTheory(board, quantity, chi, found[chi]);
            }
        }
        for (int chi : CHIS) {
            claimReference(board, SIGNAL, chi, lines.get(chi), "exponent of w₁*, χ = " + chi, REFERENCE_SIGNAL[chi]);
            claimReference(board, TIME, chi, lines.get(chi), "exponent of t*, χ = " + chi, REFERENCE_TIME[chi]);
        }
    }

    private static void tellRatio(
            Board board, int dimension, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot = board.plot(
                        RATIO.name,
                        "Ratio of signal to noise",
                        Axis.log2("training points P"),
                        Axis.log10("ratio λ* = w₁*/|w⊥|"));
        for (int chi : CHIS) {
            String series = "χ = " + chi;
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            var line = lines.get(chi);
            plot.points(series, line, geometric(RATIO.value))
                    .reference(
                            series,
                            line.x(),
                            size -> scaling.signalToNoiseAtStop((long) size, dimension)
                                    .orElse(Double.NaN));
            if (board.preset() != Preset.QUICK) {
                plot.claim("error-chi" + chi, "test error n_χ(λ*), exact from the angle, ~ 1/P, χ = " + chi)
                        .theory(-1)
                        .of(line.power(board.stream("bootstrap/error/" + series), PerceptronResult::testError)
                                .exponent())
                        .from(THEORY);
            }
        }
    }

    /** Exponents over factors of 16 at the smallest, middle and largest sizes, as shares of theory's. */
    private static void tellLocal(
            Board board, Quantity quantity, List<Line<PerceptronConfig, PerceptronResult>> lines, double[] repeated) {
        Plot plot = board.plot(
                        quantity.name + "-local",
                        "Local exponent of the " + quantity.words,
                        Axis.log2("middle of a factor of 16 in P"),
                        Axis.linear("exponent over theory's"))
                .colour(Plot.GREY)
                .band("repeated data, reference", 512, 0x1p20, repeated)
                .named("theory, fresh data")
                .level(LineKind.THEORY, "theory, fresh data", 1, 512, 0x1p20);
        double[] mean = new double[lines.get(0).last().runs().size()];
        for (int chi : CHIS) {
            var line = lines.get(chi);
            double theory = quantity.theory(chi);
            int last = line.size() - WINDOW.length;
            int[] starts = {0, last / 2, last};
            double[] x = {line.x()[2], line.x()[last / 2 + 2], line.x()[last + 2]};
            double[][] local = new double[starts.length][];
            Arrays.setAll(local, k -> line.perReplica(quantity.value, curve -> slope(curve, starts[k]) / theory));
            Estimate[] shares = Arrays.stream(local).map(Estimate::ofMean).toArray(Estimate[]::new);
            plot.colour(chi).points("χ = " + chi, x, shares, line.together());
            double[] change = mean.clone();
            Arrays.setAll(change, r -> local[2][r] - local[0][r]);
            Arrays.setAll(mean, r -> mean[r] + change[r] / CHIS.length);
            claimNearer(plot, quantity.name + "-nearer-chi" + chi, "χ = " + chi, change);
        }
        claimNearer(plot, quantity.name + "-nearer", "mean over χ", mean);
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

    private static void claimTheory(Board board, Quantity quantity, int chi, Estimate found) {
        if (quantity == NOISE) {
            board.claim("noise-constant-chi" + chi, "|w⊥| at the stop does not depend on P, χ = " + chi)
                    .in("exponents")
                    .says("The noise at the end does not depend on P")
                    .theory(0)
                    .within(ZERO_EXPONENT_WINDOW)
                    .of(found)
                    .from("stationary noise c⊥ T √d; window ± 0.1, a tenth of the largest exponent");
            return;
        }
        ClaimDraft claim = quantity == RATIO
                ? board.claim("gamma-chi" + chi, "λ* ~ P^γ with γ = 1/(1+χ), χ = " + chi)
                        .says("Signal over noise grows as P^(1/(1+χ))")
                : board.claim("b-chi" + chi, "t* ~ P^b with b = (3+χ)/(1+χ), χ = " + chi)
                        .says("Training time grows as P^((3+χ)/(1+χ))");
        claim.in("exponents").theory(quantity.theory(chi)).of(found).from(THEORY);
    }

    /** Regressions are over the sizes that the reference ran. */
    private static void claimReference(
            Board board,
            Quantity quantity,
            int chi,
            Line<PerceptronConfig, PerceptronResult> line,
            String statement,
            double... reference) {
        board.claim(quantity.name + "-exponent-chi" + chi, statement)
                .regression(reference[0], reference[1])
                .of(quantity.fit(board, chi, line.where(size -> size <= REFERENCE_SIZE)))
                .from(PerceptronCells.REFERENCE);
    }
}
