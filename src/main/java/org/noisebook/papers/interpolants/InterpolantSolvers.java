package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.rng.Stream;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Error of ODE and SDE methods on exact fields against their cost, with fitted orders of convergence. */
public final class InterpolantSolvers extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final double DIFFUSION = 1;
    private static final OdeMethod[] ODES = {OdeMethod.EULER, OdeMethod.MIDPOINT, OdeMethod.HEUN, OdeMethod.RK4};
    private static final String[] ODE_NAMES = {"Euler", "midpoint", "Heun", "RK4"};
    private static final SdeMethod[] SDES = {SdeMethod.EULER_MARUYAMA, SdeMethod.HEUN};
    private static final String[] SDE_NAMES = {"Euler–Maruyama", "stochastic Heun"};
    private static final Pair GAUSSIANS = Pair.Gaussians.standard();
    private static final PathSchedule LAW_SCHEDULE = PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC);
    private static final int FITTED = 5;
    private static final Reduction<InterpolantStudy.Result> ERROR = mean(InterpolantStudy.Result::pathError);
    private static final Reduction<InterpolantStudy.Result> MOMENT = mean(InterpolantStudy.Result::momentError);
    private static final Reduction<InterpolantStudy.Result> WORK = mean(InterpolantStudy.Result::evaluations);

    /** The figure. */
    public InterpolantSolvers() {
        super(
                "interpolant-solvers",
                "Error against work of ODE and SDE methods on the exact fields of an interpolant",
                List.of(
                        "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797",
                        "Hairer, Nørsett, Wanner 1993, Solving ODEs I, doi:10.1007/978-3-540-78862-1",
                        "Kloeden, Platen 1992, Numerical Solution of SDEs, doi:10.1007/978-3-662-12616-5"));
    }

    /** The motion, with its paths compared to an accurate method with {@code finer} times as many steps. */
    private static InterpolantStudy.Config config(Motion motion, double steps, int finer, int particles) {
        return Schema.with(
                Schema.with(STUDY.defaults(), "motion", motion, "particles", particles),
                Words.say("steps={}, fineSteps={}", (int) steps, finer * (int) steps));
    }

    private static InterpolantStudy.Config law(InterpolantStudy.Config config) {
        return Schema.with(config, "pair", GAUSSIANS, "schedule", LAW_SCHEDULE);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the method of the other order, which misses the window");
        board.title(
                "Without noise, every solver converges at its theoretical order",
                "Not every solver converges at its theoretical order",
                "Solvers converge at their theoretical orders, as far as resolved");
        board.subtitle("Error against evaluations of the field: paths without noise, paths with noise, averages");
        board.sixDigits();
        int n = board.replicas(8, 32);
        int few = board.choose(256, 1024);
        int many = board.choose(2000, 8000);
        var odes = Arrays.stream(ODES)
                .map(method -> board.along(
                        STUDY, Line.powers(8, 2, 8), count -> config(new Motion.Ode(method), count, 2, few)))
                .toList();
        double[] steps = Line.powers(8, 2, board.choose(6, 8));
        var motions = Arrays.stream(SDES)
                .map(method -> new Motion.Sde(method, DIFFUSION))
                .toList();
        var sdes = each(motions, motion -> board.along(STUDY, steps, count -> config(motion, count, 4, many)));
        int most = board.choose(4000, 20_000);
        double[] coarse = Line.powers(4, 2, 6);
        var laws = each(motions, motion -> board.along(STUDY, coarse, k -> law(config(motion, k, 4, most))));
        tellOdes(board, odes);
        tellPaths(board, sdes);
        tellLaws(board, laws);
        board.caption(
                "Two modes to three along linear paths, γ² = 2t(1 − t), exact fields; work in evaluations of the field"
                        + " for a particle; means over {} replicas with 95 % t intervals; orders of the five finest steps. (a) Mean"
                        + " distance of X₁ to RK4 in steps half as long. (b) SDE, ε = 1: to stochastic Heun in steps a quarter as"
                        + " long on the same Brownian path. (c) SDE, ε = 1, from N(−1, ½) to N(2, 3) along the trigonometric path,"
                        + " γ = 0: error of E X₁²; lines: exact; points: simulation minus that in finer steps, where resolved.",
                n);
    }

    /** Plots the errors of a method and fits its order through the finest steps. */
    private static Estimate fitted(Board board, String panel, String name, Line<?, InterpolantStudy.Result> line) {
        Stream stream = board.stream("bootstrap").part(31 * panel.hashCode() + name.hashCode());
        PowerFit fit = line.last(FITTED).power(stream, InterpolantStudy.Result::pathError);
        Estimate order = fit.exponent().times(-1);
        board.plot(panel).points(label(name), line.against(WORK), ERROR);
        return order;
    }

    private static String label(String name) {
        return name.replace("–Maruyama", "").replace("stochastic ", "");
    }

    private static void tellOdes(Board board, List<? extends Line<?, InterpolantStudy.Result>> odes) {
        Axis x = Axis.log10("calls of the field per path");
        Axis y = Axis.log10("mean error of a path").range(1e-12, 10);
        Plot plot = board.plot("ode", "Without noise", x, y);
        for (int k = 0; k < ODES.length; k++) {
            Estimate order = fitted(board, "ode", ODE_NAMES[k], odes.get(k));
            plot.claim(ODES[k].card().id(), "order of convergence of " + ODE_NAMES[k] + " in the mean error of X₁")
                    .says("Without noise, each method has its theoretical order | order of convergence")
                    .theory(ODES[k].order(), 0.15)
                    .judge(order, ODES[k].card().source() + "; window ± 0.15");
        }
    }

    private static void tellPaths(Board board, List<? extends Line<?, InterpolantStudy.Result>> sdes) {
        Axis x = Axis.log10("calls of the field per path");
        Axis y = Axis.log10("mean error of a path").range(1e-3, 1);
        Plot plot = board.plot("paths", "With noise: single paths", x, y);
        for (int k = 0; k < SDES.length; k++) {
            plot.colour(2 * k);
            Estimate order = fitted(board, "paths", SDE_NAMES[k], sdes.get(k));
            plot.claim("strong-" + SDES[k].card().id(), "strong order of " + SDE_NAMES[k] + ", noise independent of x")
                    .says("With noise, single paths of Euler and Heun have order 1 | order of convergence")
                    .theory(SDES[k].strongOrder(), 0.3)
                    .judge(order, SDES[k].card().source() + "; window ± 0.3");
        }
    }

    /** Plots errors of averages, without latent noise: with γ² = 2t(1 − t), the leading error of Heun nearly vanishes at ε = 1. */
    private static void tellLaws(Board board, List<? extends Line<?, InterpolantStudy.Result>> laws) {
        Axis x = Axis.log10("calls of the field per path");
        Axis y = Axis.log10("error of the mean square").range(1e-5, 1);
        Plot plot = board.plot("laws", "With noise: averages", x, y);
        MixtureInterpolant pair = GAUSSIANS.interpolant(LAW_SCHEDULE);
        double truth = pair.end().mean()[0] * pair.end().mean()[0] + pair.end().covariance()[0][0];
        for (int k = 0; k < SDES.length; k++) {
            Line<?, InterpolantStudy.Result> line = laws.get(k);
            Motion.Sde motion = new Motion.Sde(SDES[k], DIFFUSION);
            DoubleUnaryOperator error = steps -> AffineMoments.second(pair, motion, (int) steps) - truth;
            double[] errors = Arrays.stream(line.x()).map(error).map(Math::abs).toArray();
            Estimate order = order(line.x(), errors);
            double sign = Math.signum(error.applyAsDouble(line.x()[0]));
            String label = label(SDE_NAMES[k]);
            var sure =
                    line.where(steps -> !line.at(steps).the(MOMENT).covers(0)).against(WORK);
            plot.colour(2 * k)
                    .line(LineKind.THEORY, label, line.against(WORK).x(), errors)
                    .points(label, sure, mean(run -> sign * run.momentError()));
            plot.claim("weak-" + SDES[k].card().id(), "weak order of " + SDE_NAMES[k] + " in E X₁², without sampling")
                    .says("For averages over the noise, Heun has order 2, Euler order 1 | order of convergence")
                    .theory(SDES[k].weakOrder(), 0.3)
                    .judge(order, SDES[k].card().source() + "; window ± 0.3; interval of the regression");
        }
    }

    /** The slope through the five finest steps with its t interval. */
    private static Estimate order(double[] steps, double[] errors) {
        SimpleRegression line = new SimpleRegression();
        for (int k = steps.length - FITTED; k < steps.length; k++) {
            line.addData(StrictMath.log(steps[k]), StrictMath.log(errors[k]));
        }
        // One degree of freedom less than a mean.
        return Estimate.ofStdError(-line.getSlope(), line.getSlopeStdErr(), FITTED - 1);
    }
}
