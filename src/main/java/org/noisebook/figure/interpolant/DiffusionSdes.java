package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.NamedDiffusion;
import org.noisebook.diffusion.StepMoments;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** VE, VP and sub-VP of a mixture of two Gaussians: marginals and forward moments. */
public final class DiffusionSdes extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final GaussianMixture DATA =
            DiffusionConfig.standard().target().mixture().orElseThrow();
    /** Standard deviation of (x − mean)² of the data: √(9.0837 − 2.19²). */
    private static final double VARIANCE_SCATTER = 2.0706;

    private static final double[] TIMES = IntStream.rangeClosed(1, DiffusionStudy.FORWARD_TIMES)
            .mapToDouble(k -> (double) k / DiffusionStudy.FORWARD_TIMES)
            .toArray();
    private static final int MAP_TIMES = 25;
    private static final int MAP_PLACES = 36;
    private static final double MAP_RANGE = 3.6;
    private static final double[] FINE = SixDigits.of(Line.even(0, 1, 31));

    /** Of {@link NamedDiffusion}, in its order. */
    static final int[] COLOURS = {0, 1, 5};

    /** The figure. */
    public DiffusionSdes() {
        super("diffusion-sdes", "Three diffusions of one mixture: marginals and moments", STUDY.sources());
    }

    /** The reverse equation, which also runs the forward one. */
    static DiffusionConfig reverse(Board board, NamedDiffusion named) {
        DiffusionMethod method = new DiffusionMethod.ReverseEquation(SdeMethod.EULER_MARUYAMA, 1);
        DiffusionConfig base =
                DiffusionConfig.ofSamples().by(named.diffusion(), method, TimeGrid.UNIFORM, board.choose(500, 1000));
        return Schema.with(base, board.choose("particles=4096, forwardSteps=20", "particles=32768, forwardSteps=100"));
    }

    /** That samples have the variance which the method's own steps give, within five standard errors of as many samples of the law. */
    static void judgeVariance(ClaimDraft claim, Cell<DiffusionConfig, DiffusionResult> cell) {
        int samples = cell.config().particles() * cell.runs().size();
        claim.theory(StepMoments.of(cell.config()).variance(), 5 * VARIANCE_SCATTER / Math.sqrt(samples))
                .of(cell.the(mean(run -> run.variance().get(0))))
                .from(Words.say(
                        "recursion of these steps, StepMoments (the law: {}); window: 5 standard errors of {} samples, 2.4 of the"
                                + " interval and 2.6 for what wins 99 times of 100",
                        Numbers.brief(cell.runs().get(0).lawVariance().get(0), 4),
                        samples));
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(8, 32);
        Map<NamedDiffusion, Cell<DiffusionConfig, DiffusionResult>> cells = new EnumMap<>(NamedDiffusion.class);
        for (NamedDiffusion named : NamedDiffusion.values()) {
            cells.put(named, board.cell(STUDY, reverse(board, named)));
        }
        for (NamedDiffusion named : NamedDiffusion.values()) {
            tellMap(board, named);
        }
        tellMeans(board, cells);
        tellDeviations(board, cells);
        DiffusionConfig config = cells.get(NamedDiffusion.VP).config();
        board.caption(
                "Diffusions of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36): VE with σ from 0.01 to 50, VP and sub-VP with β from 0.1 to 20."
                        + " (a–c) Exact density of x_τ less its mean, over its standard deviation. (d, e) Mean and standard deviation"
                        + " of x_τ started at x₀ = 1: closed forms, and the forward equation simulated by Heun's method in {} steps;"
                        + " (d) ends VE at τ = 0.6, since later its noise, σ = 3.9 to 50, drowns a mean of 1."
                        + " Points: means over {} replicas of {} particles with 95 % t intervals, mostly smaller than the marks.",
                10 * config.forwardSteps(), n, config.particles());
    }

    private static void tellMeans(Board board, Map<NamedDiffusion, Cell<DiffusionConfig, DiffusionResult>> cells) {
        Plot plot = board.plot(
                "mean",
                "Mean",
                Axis.linear("time τ").range(0, 1.03),
                Axis.linear("mean of x_τ given x₀ = 1").range(-0.05, 1.1));
        cells.forEach((named, cell) -> plot.named("")
                .law(named.text(), FINE, named.diffusion()::meanCoefficient)
                .points(
                        named.text(),
                        Arrays.copyOf(TIMES, named == NamedDiffusion.VE ? 6 : TIMES.length),
                        cell,
                        k -> mean(run -> run.forwardMean().get(k))));
        judge(plot, "mean", NamedDiffusion.VP, 5, 0.28118288, cells, DiffusionResult::forwardMean);
    }

    private static void tellDeviations(Board board, Map<NamedDiffusion, Cell<DiffusionConfig, DiffusionResult>> cells) {
        Plot plot = board.plot(
                "std",
                "Standard deviation",
                Axis.linear("time τ").range(0, 1.03),
                Axis.log10("standard deviation of x_τ given x₀").range(0.005, 100));
        cells.forEach((named, cell) -> plot.named("")
                .law(named.text(), FINE, tau -> positive(named.diffusion().stdDev(tau)))
                .points(
                        named.text(),
                        TIMES,
                        cell,
                        k -> mean(run -> run.forwardStdDev().get(k))));
        double[][] expected = {{0.70710678, 50}, {0.32205254, 0.9596542}, {0.10371784, 0.92093619}};
        cells.forEach((named, cell) -> {
            int[] tenths = named == NamedDiffusion.VE ? new int[] {5, 10} : new int[] {1, 5};
            for (int k = 0; k < 2; k++) {
                double value = expected[named.ordinal()][k];
                judge(plot, "std", named, tenths[k], value, cells, DiffusionResult::forwardStdDev);
            }
        });
        Estimate least = IntStream.range(0, DiffusionStudy.FORWARD_TIMES / 2)
                .mapToObj(k -> cells.get(NamedDiffusion.VP)
                        .less(
                                cells.get(NamedDiffusion.SUB_VP),
                                run -> run.forwardStdDev().get(k)))
                .min(Comparator.comparingDouble(Estimate::low))
                .orElseThrow();
        plot.claim(
                        "subvp-variance",
                        "standard deviation of VP less that of sub-VP, same noise, at τ = 0.1, 0.2, … 0.5, is above 0"
                                + " (shown: the time with the lowest interval)")
                .above(0)
                .of(least)
                .from("Song et al. 2021, arXiv 2011.13456, appendix B: variance of sub-VP ≤ that of VP");
    }

    /** A deviation of 0 has no place on a log scale. */
    private static double positive(double value) {
        return value == 0 ? Double.NaN : value;
    }

    private static void tellMap(Board board, NamedDiffusion named) {
        MixtureInterpolant marginals = named.diffusion().marginals(DATA);
        double[] tau = SixDigits.of(Line.centres(0, 1, MAP_TIMES));
        double[] place = SixDigits.of(Line.centres(-MAP_RANGE, MAP_RANGE, MAP_PLACES));
        double[][] density = new double[MAP_PLACES][MAP_TIMES];
        for (int i = 0; i < MAP_TIMES; i++) {
            GaussianMixture law = marginals.marginal(tau[i]);
            double mean = law.mean()[0];
            double width = Math.sqrt(law.covariance()[0][0]);
            for (int j = 0; j < MAP_PLACES; j++) {
                double value = width * StrictMath.exp(law.logDensity(new double[] {Math.fma(width, place[j], mean)}));
                density[j][i] = Math.rint(value * 1e3) / 1e3;
            }
        }
        board.exactMap(
                named.key(),
                named.text() + ": density of x_τ",
                Axis.linear("time τ, from data to noise").range(0, 1),
                Axis.linear("(x − mean)/std").range(-MAP_RANGE, MAP_RANGE),
                ColourBar.of("density of (x − mean)/std", 0, 0.75),
                tau,
                place,
                density);
    }

    /** A moment of x_τ given x₀ in tenths of τ against the source's. */
    private static void judge(
            Plot plot,
            String moment,
            NamedDiffusion named,
            int tenths,
            double expected,
            Map<NamedDiffusion, Cell<DiffusionConfig, DiffusionResult>> cells,
            Function<DiffusionResult, Doubles> course) {
        String word = moment.equals("std") ? "standard deviation" : moment;
        plot.claim(
                        named.key() + "-" + moment + "-" + tenths,
                        word + " of x_τ given x₀ = 1 of " + named.text() + ", forward equation, τ = " + tenths / 10.0)
                .theory(expected)
                .of(cells.get(named).the(mean(run -> course.apply(run).get(tenths - 1))))
                .from("Song et al. 2021, arXiv 2011.13456, section 3.4");
    }
}
