package org.noisebook.papers.scoresde;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.StepMoments;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** Forward moments of the VE, VP and sub-VP diffusions of a mixture of two Gaussians. */
public final class DiffusionSdes extends Story {
    static final DiffusionStudy STUDY = new DiffusionStudy();
    static final GaussianMixture DATA =
            DiffusionConfig.standard().target().mixture().orElseThrow();
    /** Names of the diffusions, in the order of {@link NamedDiffusion}. */
    static final int[] COLOURS = {0, 1, 5};
    /** Variance of the samples. */
    static final Reduction<DiffusionResult> VARIANCE =
            mean(run -> run.variance().get(0));

    private static final String SOURCE = "Song et al. 2021, arXiv 2011.13456";
    /** Standard deviation of (x − mean)² of the data: √(9.0837 − 2.19²). */
    private static final double VARIANCE_SCATTER = 2.0706;

    private static final Axis TIME = Axis.linear("time τ, from data to noise").range(0, 1);
    private static final double[] TIMES = Line.even(0.1, 1, DiffusionStudy.FORWARD_TIMES);

    /** A moment of x_τ given x₀ = 1: its closed form, and its value in a run at each tenth of τ. */
    private record Moment(
            String key,
            String words,
            ToDoubleBiFunction<Diffusion, Double> law,
            Function<DiffusionResult, Doubles> course) {
        Reduction<DiffusionResult> at(int tenth) {
            return mean(run -> course.apply(run).get(tenth - 1));
        }
    }

    /** The figure. */
    public DiffusionSdes() {
        super("diffusion-sdes", "Three diffusions: memory of the initial value, and noise", STUDY.sources());
    }

    /** One cell per diffusion, at 1, 2, 3 in the order of {@link NamedDiffusion}. */
    static Line<DiffusionConfig, DiffusionResult> each(Board board, Function<NamedDiffusion, DiffusionConfig> config) {
        return board.along(STUDY, Line.numbered(3), k -> config.apply(NamedDiffusion.values()[(int) k - 1]));
    }

    /** A run of the reverse SDE, which also runs the forward SDE. */
    static DiffusionConfig reverse(Board board, NamedDiffusion named) {
        DiffusionMethod method = DiffusionMethod.ReverseEquation.standard();
        DiffusionConfig base =
                DiffusionConfig.ofSamples().by(named.diffusion(), method, TimeGrid.UNIFORM, board.choose(500, 1000));
        return Schema.with(base, board.choose("particles=4096, forwardSteps=20", "particles=32768, forwardSteps=100"));
    }

    /** Claims that samples have the variance predicted for the method's own steps, within five standard errors of exact samples. */
    static void judgeVariance(ClaimDraft claim, Cell<DiffusionConfig, DiffusionResult> cell) {
        int samples = cell.config().particles() * cell.runs().size();
        claim.theory(StepMoments.of(cell.config()).variance(), 5 * VARIANCE_SCATTER / Math.sqrt(samples))
                .of(cell.the(VARIANCE))
                .from(Words.say(
                        "recursion of these steps, StepMoments (the target: {}); window: 5 standard errors of {} samples, 2.4 of the"
                                + " interval and 2.6 to pass 99 times of 100",
                        Numbers.brief(cell.runs().get(0).lawVariance().get(0), 4),
                        samples));
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other two equations, whose moments at the same τ lie outside the window");
        board.title(
                "VP and sub-VP diffusions forget their initial value; VE only adds noise",
                "Some diffusions do not forget their initial value as predicted",
                "Diffusions forget their initial value roughly as predicted");
        board.subtitle("Mean and standard deviation of three diffusions that start at 1, against time");
        board.sixDigits();
        int n = board.replicas(8, 32);
        var cells = each(board, named -> reverse(board, named));
        Axis left = Axis.linear("mean, from initial value 1").range(-0.05, 1.1);
        Plot mean = board.plot("mean", "Mean", TIME, left);
        Moment first = new Moment("mean", "mean", Diffusion::meanCoefficient, DiffusionResult::forwardMean);
        tellMoment(mean, first, cells, 6, new double[][] {{2, 5, 0.28118288}});
        Axis noise = Axis.log10("standard deviation").range(0.005, 100);
        Plot std = board.plot("std", "Standard deviation", TIME, noise);
        double[][] known = {
            {1, 5, 0.70710678},
            {1, 10, 50},
            {2, 1, 0.32205254},
            {2, 5, 0.9596542},
            {3, 1, 0.10371784},
            {3, 5, 0.92093619}
        };
        Moment second = new Moment("std", "standard deviation", Diffusion::stdDev, DiffusionResult::forwardStdDev);
        tellMoment(std, second, cells, TIMES.length, known);
        String less = "standard deviation of VP minus that of sub-VP, same noise, is above 0 at τ = 0.1, 0.2, … 0.5"
                + " (shown: the time with the lowest interval)";
        std.claim("subvp-variance", less)
                .control("none: the sign of a difference on the same noise; equal equations would give 0")
                .says("sub-VP carries less noise than VP in between | difference of standard deviations")
                .above(0)
                .of(IntStream.range(0, 5)
                        .mapToObj(k -> cells.at(2)
                                .less(cells.at(3), run -> run.forwardStdDev().get(k)))
                        .min(Comparator.comparingDouble(Estimate::low))
                        .orElseThrow())
                .from(SOURCE + ", appendix B: variance of sub-VP ≤ that of VP");
        DiffusionConfig config = cells.at(1).config();
        board.caption(
                "Diffusions of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36): VE with σ from 0.01 to 50, VP and sub-VP with β from 0.1 to 20."
                        + " Started at x₀ = 1. Lines: closed forms, in (a) one for VP and sub-VP. Points: the"
                        + " forward equation by Heun's method in {} steps, means over {} replicas of {} particles with 95 % t intervals,"
                        + " mostly smaller than the marks; (a) stops VE at τ = 0.6, because later its noise hides a mean of 1.",
                10 * config.forwardSteps(), n, config.particles());
    }

    /** Plots a moment; each known row has the cell, tenths of τ, and the moment there. */
    private static void tellMoment(
            Plot plot, Moment moment, Line<?, DiffusionResult> cells, int timesOfVe, double[][] known) {
        for (NamedDiffusion named : NamedDiffusion.values()) {
            double[] times = named == NamedDiffusion.VE ? Arrays.copyOf(TIMES, timesOfVe) : TIMES;
            plot.colour(COLOURS[named.ordinal()])
                    .law(named.text(), Line.even(0, 1, 101), tau -> moment.law.applyAsDouble(named.diffusion(), tau))
                    .points(named.text(), times, cells.at(named.ordinal() + 1), k -> moment.at(k + 1));
        }
        for (double[] one : known) {
            NamedDiffusion named = NamedDiffusion.values()[(int) one[0] - 1];
            int tenth = (int) one[1];
            String where = " of x_τ given x₀ = 1, forward SDE of " + named.text() + ", τ = " + tenth / 10.0;
            plot.claim(named.key() + "-" + moment.key + "-" + tenth, moment.words + where)
                    .says("VP and sub-VP forget the initial value; VE keeps it")
                    .theory(one[2])
                    .judge(cells.at(one[0]).the(moment.at(tenth)), SOURCE + ", section 3.4");
        }
    }
}
