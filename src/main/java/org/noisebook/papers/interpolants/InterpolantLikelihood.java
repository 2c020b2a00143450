package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.papers.interpolants.InterpolantLikelihoodStudy.End;
import org.noisebook.stats.PowerFit;

/** Log densities along the ODE, with exact and with Hutchinson's divergence, and from paths of the SDE, compared with exact ones. */
public final class InterpolantLikelihood extends Story {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final String RECORDED =
            "closed form; recorded elsewhere with the same steps; cut: from 1 − 10⁻⁵ to 10⁻⁵";
    private static final PathSchedule NOISY = PathSchedule.linear(2);
    private static final PathSchedule ENCODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());
    private static final PathSchedule PLANE = PathSchedule.linear(1);
    private static final double CUT = 1e-5;
    private static final int CUT_STEPS = 400;
    private static final double[] PATH_POINTS = Line.even(-2, 6, 9);
    private static final Reduction<InterpolantLikelihoodStudy.Result> LARGEST =
            exact(InterpolantLikelihoodStudy.Result::largestError);

    /** A schedule, and its recorded error in {@value #CUT_STEPS} steps from 1 − 10⁻⁵ to 10⁻⁵ with the density of t = 0. */
    private record Way(String id, String name, String label, PathSchedule schedule, double cutError) {}

    private static final List<Way> WAYS = List.of(
            new Way("still", "linear, γ = 0", "straight path", PathSchedule.linear(0), 1.6e-4),
            new Way("noisy", "linear, γ² = 2t(1−t)", "with latent noise", NOISY, 1.4e-3),
            new Way("encoding", "encoding–decoding", "by way of one Gaussian", ENCODING, 8e-7));

    /** The figure. */
    public InterpolantLikelihood() {
        super("interpolant-likelihood", "Likelihoods along the ODE and by probes", STUDY.sources());
    }

    private static InterpolantLikelihoodStudy.Config along(PathSchedule schedule, double steps, double cut, End end) {
        InterpolantLikelihoodStudy.Config config =
                Schema.with(STUDY.defaults(), "schedule", schedule, "steps", (int) steps);
        return Schema.with(config, "cut", cut, "end", end);
    }

    private static InterpolantLikelihoodStudy.Config probed(Probe probe, double probes, int sets) {
        return new InterpolantLikelihoodStudy.Config(
                ExactPair.PLANE, PLANE, Doubles.of(1, 0), 40, 0, End.DENSITY, probe, (int) probes, 0, sets);
    }

    private static InterpolantLikelihoodStudy.Config walk(int steps, int paths) {
        Doubles points = Doubles.of(PATH_POINTS);
        return new InterpolantLikelihoodStudy.Config(
                ExactPair.GAUSSIANS, NOISY, points, steps, 0, End.DENSITY, Probe.RADEMACHER, 0, 0.3, paths);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: truncation");
        board.title(
                "A wrong initial density leaves an error that more steps cannot remove",
                "A wrong initial density leaves no lasting error",
                "A wrong initial density may leave a lasting error");
        board.subtitle(
                "Error of log densities against steps of RK4 (its slope nears −4), and scatter by random probes");
        board.sixDigits();
        int n = board.replicas(8, 16);
        int sets = board.choose(1000, 10_000);
        board.replicas(1);
        double[] steps = Line.powers(32, 2, 7);
        var lines = each(WAYS, way -> board.along(STUDY, steps, k -> along(way.schedule, k, 0, End.DENSITY)));
        var wrong = board.along(STUDY, steps, count -> along(NOISY, count, CUT, End.BASE));
        var cuts = each(WAYS, way -> board.cell(STUDY, along(way.schedule, CUT_STEPS, CUT, End.BASE)));
        var right = board.cell(STUDY, along(NOISY, CUT_STEPS, CUT, End.DENSITY));
        board.replicas(n);
        var walks = board.cell(STUDY, walk(board.choose(100, 400), board.choose(1000, 25_000)));
        var probes = Arrays.stream(Probe.values())
                .map(probe -> board.along(STUDY, Line.powers(1, 2, 5), count -> probed(probe, count, sets)))
                .toList();
        Axis x = Axis.log2("steps of the solver").range(24, 2800);
        Axis y = Axis.log10("largest error of log density").range(1e-10, 1);
        Plot plot = board.plot("steps", "Error of the solver", x, y);
        WAYS.forEach(way -> plot.named(way.label).points(way.name, lines.get(WAYS.indexOf(way)), LARGEST));
        plot.points("wrong start density", wrong, LARGEST);
        tellSteps(board, plot, lines.get(1).last(5), cuts, right);
        tellProbes(board, probes);
        tellPaths(board, walks);
        board.caption(
                "(a) Largest error of the log density of the 2→3-mode pair at six points, from t = 1 to 0, linear, with γ² = 2t(1−t),"
                        + " or encoding–decoding; wrong start: from 1 − 10⁻⁵ to 10⁻⁵ with the density of t = 0. Nothing is"
                        + " random. (b) Standard deviation of the log density"
                        + " of a Gaussian pair in the plane at (1, 0) over {} sets of m probes in Hutchinson's estimate. Lines:"
                        + " √(2 Σ_{i≠j} S_ij²/m) (±1) and √(2 Σ S_ij²/m) (Gaussian), S the symmetric Jacobian integrated along the"
                        + " path; points: means with 95 % t intervals over {} replicas.",
                sets, n);
    }

    private static void tellSteps(
            Board board,
            Plot plot,
            Line<?, InterpolantLikelihoodStudy.Result> finest,
            List<? extends Cell<?, InterpolantLikelihoodStudy.Result>> cuts,
            Cell<?, InterpolantLikelihoodStudy.Result> right) {
        double first = finest.means(LARGEST)[0];
        plot.colour(Plot.GREY)
                .anchored("slope −4", new double[] {128, 2048}, steps -> first * StrictMath.pow(128 / steps, 4));
        for (Way way : WAYS) {
            double error = cuts.get(WAYS.indexOf(way)).runs().get(0).largestEndError();
            plot.claim(way.id, "largest error of log ρ(1) at six points, 400 RK4 steps, cut at 10⁻⁵, ρ(0), " + way.name)
                    .theory(way.cutError)
                    .judge(error, RECORDED);
        }
        PowerFit fit = finest.power(
                board.stream("bootstrap/likelihood-order"), InterpolantLikelihoodStudy.Result::largestError);
        double ratio = right.the(LARGEST).mean() / cuts.get(1).the(LARGEST).mean();
        plot.claim("truncation", "ratio of log-density errors, density of the last time to ρ(0), is below 0.1")
                .control("run: ρ(0) of the cut path, the denominator")
                .says("Only a wrong initial density leaves a floor of error | error, right / wrong density")
                .below(Claim.STANDARD_WINDOW)
                .judge(ratio, RECORDED);
        plot.claim("order", "slope of log error against log steps of RK4, 128 to 2048, γ² = 2t(1−t)")
                .control("run: 128 steps against 2,048; a method of another order has a different slope")
                .says(Words.say(
                        "Check of the solver: fitted slope −4 ± 0.15 | fit {}, local slopes {} to {}",
                        slope(fit.exponent().mean(), 4),
                        slope(local(finest, 0), 3),
                        slope(local(finest, 3), 3)))
                .theory(-4, 0.15)
                .judge(fit.exponent().mean(), "order of RK4");
    }

    private static String slope(double slope, int digits) {
        return Numbers.typeset(Numbers.brief(slope, digits));
    }

    /** The slope from the k-th number of steps to twice as many. */
    private static double local(Line<?, InterpolantLikelihoodStudy.Result> line, int k) {
        double[] error = line.means(LARGEST);
        return StrictMath.log(error[k + 1] / error[k]) / StrictMath.log(2);
    }

    private static void tellProbes(Board board, List<? extends Line<?, InterpolantLikelihoodStudy.Result>> probes) {
        Axis x = Axis.log2("probes m").range(0.8, 20);
        Axis y = Axis.log10("scatter of log density").range(0.04, 2);
        Plot plot = board.plot("probes", "Scatter by random probes", x, y);
        String[] names = {"probes ±1", "Gaussian probes"};
        for (Probe probe : Probe.values()) {
            Line<?, InterpolantLikelihoodStudy.Result> line = probes.get(probe.ordinal());
            String series = names[probe.ordinal()];
            String name = probe.name().toLowerCase(Locale.ROOT);
            String control = "run: " + (name.equals("rademacher") ? "Gaussian" : "Rademacher")
                    + " probes, whose variance differs";
            double variance = Likelihood.probeVariance(ExactPair.PLANE.by(PLANE).velocity(), probe);
            plot.law(series, line, m -> Math.sqrt(variance / m))
                    .points(series, line, mean(run -> run.stdDev().get(0)));
            plot.claim(name, "ratio of a one-probe log density's variance to its closed form, " + name + " probes")
                    .control(control)
                    .says("The scatter of one probe follows its closed form | variance / closed form")
                    .theory(1)
                    .of(line.at(1), run -> run.stdDev().get(0) * run.stdDev().get(0) / variance)
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
            plot.claim(name + "-unbiased", "bias of the log density averaged over probes, " + name + " probes")
                    .control(control)
                    .theory(0, Claim.STANDARD_WINDOW)
                    .of(
                            line.at(1),
                            run -> run.logDensity().get(0) - run.startExact().get(0))
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
        }
    }

    private static void tellPaths(Board board, Cell<?, InterpolantLikelihoodStudy.Result> walks) {
        for (double x : new double[] {0, 2, 4}) {
            int point = Arrays.binarySearch(PATH_POINTS, x);
            String at = String.valueOf((int) x);
            board.claim("paths-" + at, "density of N(2, 3) at " + at + " averaged over paths (Feynman–Kac), ε = 0.3")
                    .control("run: other points, whose density lies outside the window")
                    .theory(StrictMath.exp(ExactPair.GAUSSIANS.end().logDensity(x)))
                    .of(walks, run -> StrictMath.exp(run.logDensity().get(point)))
                    .from("Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, section 2");
        }
    }
}
