package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.even;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.sgd.PerceptronScaling;
import org.noisebook.stats.Estimate;

/**
 * Weights and training time at the end of training against the number of points P: the exponents γ and b for four densities at the
 * label boundary, a noise independent of P and, in the full preset, whether the exponents approach theory.
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

    /** Ratios of the exponents of w_1* and t* to theory with repeated data, in the reference: d = 64, up to P = 65536. */
    private static final double[][] REPEATED = {{0.88, 0.94}, {0.85, 0.91}};

    /** Number of sizes in a factor of 16 in P. */
    private static final int WINDOW = 5;

    /** Sizes of the full preset, from 512 by factors of 2, chosen by their cost. */
    private static final int[] SIZES = {7, 12, 11, 12};

    private static final String THEORY = "Sclocchi and Wyart 2024, arXiv 2309.10688; stop argument P n(λ*) = const";

    /** The figure. */
    public PerceptronExponents() {
        super("perceptron-exponents", "Growth of signal, noise and time with the data", PerceptronCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other χ, whose exponents lie outside the window");
        board.title(
                "Signal over noise grows as predicted; training time grows more slowly",
                "Signal over noise does not grow as predicted",
                "Signal over noise grows roughly as predicted; training time more slowly");
        board.subtitle("Exponents of growth with the training points, against the rarity χ of points at the boundary");
        board.show("exponents");
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
            board.sixDigits();
            tellLocal(board, "signal", REPEATED[0], lines, PerceptronResult::signal, PerceptronScaling::gamma);
            tellLocal(board, "time", REPEATED[1], lines, PerceptronResult::time, PerceptronScaling::b);
        }
        String n = few == many ? Integer.toString(many) : few + " (χ = 0), " + many + " (χ ≥ 1)";
        board.stamp(n);
        board.caption(
                "Perceptron with hinge loss, d = {}, B = 2, T = η/B = 1, κ = 2⁻¹⁵, when its last point is fitted; the density"
                        + " of points at a distance x from the label boundary is ∝ x^χ. (a) Exponents against the number of"
                        + " training points P, from 512 on, with 95 % bootstrap intervals over whole replicas; solid: theory for"
                        + " P → ∞ and data that never repeat; band: reference for the time with repeated data, d = 64, P up to 65536."
                        + " (b) Signal w₁* over noise |w⊥|, geometric means over {} replicas with 95 % t intervals of the logarithms.{}",
                dimension,
                n,
                board.choose("", " (c, d) Exponents of w₁* and t* over factors of 16 in P, t intervals."));
    }

    private static void tellExponents(Board board, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot = board.plot(
                "exponents",
                "Exponents of growth, theory as lines",
                Axis.linear("χ: how rare points are at the boundary").range(-0.2, 3.2),
                Axis.linear("exponent of growth with the points P"));
        double[] chis = even(0, 3, 61);
        double[] times =
                Arrays.stream(chis).map(chi -> PerceptronScaling.of(chi).b()).toArray();
        plot.colour(CHIS.length + 2)
                .band(
                        "time, expected as data repeat",
                        chis,
                        Arrays.stream(times).map(b -> REPEATED[1][0] * b).toArray(),
                        Arrays.stream(times).map(b -> REPEATED[1][1] * b).toArray());
        Estimate[] ratio = exponents(board, lines, "ratio", PerceptronResult::ratio);
        Estimate[] noise = exponents(board, lines, "noise", PerceptronResult::noise);
        Estimate[] time = exponents(board, lines, "time", PerceptronResult::time);
        double[] x = even(0, 3, CHIS.length);
        plot.colour(CHIS.length)
                .named("signal over noise")
                .points("signal over noise λ*", x, ratio)
                .law(
                        "signal over noise λ*",
                        chis,
                        chi -> PerceptronScaling.of(chi).gamma())
                .colour(CHIS.length + 1)
                .named("noise")
                .points("noise |w⊥|", x, noise)
                .law("noise |w⊥|", chis, chi -> 0)
                .colour(CHIS.length + 2)
                .named("training time")
                .points("training time t*", x, time)
                .line(LineKind.THEORY, "training time t*", chis, times);
        var small = lines.stream()
                .map(line -> line.where(size -> size <= REFERENCE_SIZE))
                .toList();
        Estimate[] signalThere = exponents(board, small, "signal", PerceptronResult::signal);
        Estimate[] timeThere = exponents(board, small, "time", PerceptronResult::time);
        for (int chi : CHIS) {
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            plot.claim("gamma-chi" + chi, "λ* grows as P^γ with γ = 1/(1+χ), χ = " + chi)
                    .says("Signal over noise grows as P^(1/(1+χ))")
                    .theory(scaling.gamma())
                    .judge(ratio[chi], THEORY);
            plot.claim("noise-constant-chi" + chi, "the noise |w⊥| at the end does not depend on P, χ = " + chi)
                    .says("Noise does not depend on P")
                    .theory(0, ZERO_EXPONENT_WINDOW)
                    .judge(noise[chi], "stationary noise c⊥ T √d; window ± 0.1, a tenth of the largest exponent");
            plot.claim("b-chi" + chi, "the training time t* grows as P^b with b = (3+χ)/(1+χ), χ = " + chi)
                    .says("Training time grows as P^((3+χ)/(1+χ))")
                    .theory(scaling.b())
                    .judge(time[chi], THEORY);
            board.claim(
                            "signal-exponent-chi" + chi,
                            Words.say(
                                    "the signal w₁* grows with P to the power {}, χ = {}",
                                    REFERENCE_SIGNAL[chi][0],
                                    chi))
                    .regression(REFERENCE_SIGNAL[chi][0], REFERENCE_SIGNAL[chi][1])
                    .judge(signalThere[chi], PerceptronCells.REFERENCE);
            board.claim(
                            "time-exponent-chi" + chi,
                            Words.say(
                                    "the training time t* grows with P to the power {}, χ = {}",
                                    REFERENCE_TIME[chi][0],
                                    chi))
                    .regression(REFERENCE_TIME[chi][0], REFERENCE_TIME[chi][1])
                    .judge(timeThere[chi], PerceptronCells.REFERENCE);
            if (board.preset() == Preset.QUICK) {
                claimWalk(board, chi, small.get(chi));
            }
        }
    }

    /** Claims that the weights perform a random walk in the updates, and that time grows accordingly. */
    private static void claimWalk(Board board, int chi, Line<PerceptronConfig, PerceptronResult> line) {
        double[] sizes = line.x();
        double[][] change = line.values(PerceptronResult::relativeWeightChange);
        double[][] updates = line.values(PerceptronResult::activeUpdates);
        double[][] time = line.values(PerceptronResult::time);
        String stream = "bootstrap/walk/χ = " + chi;
        Estimate kicks = board.bootstrap(
                stream + "/kicks",
                change[0].length,
                r -> 2 * NetworkCells.slope(sizes, change, r) / NetworkCells.slope(sizes, updates, r));
        Estimate growth = board.bootstrap(
                stream + "/growth",
                change[0].length,
                r -> (NetworkCells.slope(sizes, time, r) - 1) / NetworkCells.slope(sizes, change, r));
        String random =
                "the weights perform a random walk, |Δw|² ~ N with N updates that move them: 2γ over the exponent of N is 1";
        board.claim("kicks-chi" + chi, random + ", χ = " + chi)
                .theory(1)
                .judge(kicks, "the norm of N independent kicks of one size is √N kicks");
        board.claim("growth-chi" + chi, "b = 1 + 2γ as for a random walk, γ of |Δw|: (b − 1)/γ is 2, χ = " + chi)
                .says("Training time grows as for a random walk of the weights | (b − 1)/γ of t ~ P^b, Δw ~ P^γ")
                .theory(2)
                .judge(growth, THEORY + ", where γ is that of the signal, which outgrows the noise");
    }

    /** The exponent of a quantity in P for every χ. */
    private static Estimate[] exponents(
            Board board,
            List<Line<PerceptronConfig, PerceptronResult>> lines,
            String name,
            ToDoubleFunction<PerceptronResult> value) {
        Estimate[] exponents = new Estimate[CHIS.length];
        Arrays.setAll(
                exponents,
                chi -> lines.get(chi)
                        .power(board.stream("bootstrap/" + name + "/χ = " + chi), value)
                        .exponent());
        return exponents;
    }

    private static void tellRatio(Board board, int dimension, List<Line<PerceptronConfig, PerceptronResult>> lines) {
        Plot plot =
                board.plot("ratio", "Signal over noise, by data", NetworkCells.SIZES, Axis.log10("signal over noise"));
        for (int chi : CHIS) {
            String series = "χ = " + chi;
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            var line = lines.get(chi);
            plot.points(series, line, geometric(PerceptronResult::ratio))
                    .reference(
                            series,
                            line.x(),
                            size -> scaling.signalToNoiseAtStop((long) size, dimension)
                                    .orElse(Double.NaN));
            if (board.preset() != Preset.QUICK) {
                plot.claim("error-chi" + chi, "test error n_χ(λ*), exact from the angle, ~ 1/P, χ = " + chi)
                        .says("Test error falls as 1/P | exponent of growth with P")
                        .theory(-1)
                        .of(line.power(board.stream("bootstrap/error/" + series), PerceptronResult::testError)
                                .exponent())
                        .from(THEORY);
            }
        }
    }

    /** Plots exponents over factors of 16 in P at the smallest, middle and largest sizes, relative to theory. */
    private static void tellLocal(
            Board board,
            String name,
            double[] repeated,
            List<Line<PerceptronConfig, PerceptronResult>> lines,
            ToDoubleFunction<PerceptronResult> value,
            ToDoubleFunction<PerceptronScaling> theory) {
        Plot plot = board.plot(
                        name + "-local",
                        "Local exponents of the " + name + ": do they rise?",
                        Axis.log2("middle of a factor of 16 in P"),
                        Axis.linear("exponent over theory's"))
                .colour(Plot.GREY)
                .named("repeated data (reference)")
                .band("repeated data, reference", 0x1p10, 0x1p19, repeated)
                .named("theory, fresh data")
                .level(LineKind.THEORY, "theory, fresh data", 1, 0x1p10, 0x1p19);
        double[] mean = new double[lines.get(0).last().runs().size()];
        for (int chi : CHIS) {
            var line = lines.get(chi);
            double[] x = line.x();
            int last = x.length - WINDOW;
            int[] starts = {0, last / 2, last};
            double exponent = theory.applyAsDouble(PerceptronScaling.of(chi));
            double[][] local = new double[starts.length][];
            Arrays.setAll(
                    local,
                    k -> line.where(size -> size >= x[starts[k]] && size <= x[starts[k] + WINDOW - 1])
                            .perReplica(value, PerceptronExponents::slope));
            double[] middles =
                    Arrays.stream(starts).mapToDouble(start -> x[start + 2]).toArray();
            plot.named("")
                    .points(
                            "χ = " + chi,
                            middles,
                            Arrays.stream(local)
                                    .map(each -> Estimate.ofMeanOrNone(each).times(1 / exponent))
                                    .toArray(Estimate[]::new),
                            mean.length);
            double[] change = mean.clone();
            Arrays.setAll(change, r -> (local[2][r] - local[0][r]) / exponent);
            Arrays.setAll(mean, r -> mean[r] + change[r] / CHIS.length);
            claimNearer(board, name + "-nearer-chi" + chi, "χ = " + chi, change);
        }
        claimNearer(board, name + "-nearer", "mean over χ", mean);
    }

    private static double slope(double... curve) {
        return NetworkCells.slope(powers(1, 2, WINDOW), curve);
    }

    private static void claimNearer(Board board, String id, String of, double[] change) {
        board.claim(id, "exponent of the last minus the first five sizes, relative to theory, is above 0, " + of)
                .says("Exponents come closer to theory with more points | change of exponent / theory's")
                .above(0)
                .judge(Estimate.ofMeanOrNone(change), THEORY + "; exponents for P → ∞");
    }
}
