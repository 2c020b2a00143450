package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.ExactPair;
import org.noisebook.interpolant.FieldError;
import org.noisebook.interpolant.InterpolantErrorConfig;
import org.noisebook.interpolant.InterpolantErrorResult;
import org.noisebook.interpolant.InterpolantErrorStudy;
import org.noisebook.interpolant.InterpolantLikelihoodConfig;
import org.noisebook.interpolant.InterpolantLikelihoodConfig.End;
import org.noisebook.interpolant.InterpolantLikelihoodResult;
import org.noisebook.interpolant.InterpolantLikelihoodStudy;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.stats.Estimate;

/** Log densities along the ODE, by Hutchinson's divergence and over paths of the SDE, and two estimators of a divergence, against exact ones. */
public final class InterpolantLikelihood extends Story {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final String PAPER = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String RECORDED = "closed form; recorded elsewhere with the same steps";

    private static final PathSchedule STILL = PathSchedule.linear(0);
    private static final PathSchedule NOISY = PathSchedule.linear(2);
    private static final PathSchedule ENCODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());
    private static final double CUT = 1e-5;
    private static final int RECORDED_STEPS = 400;
    private static final double[] STEPS = Line.powers(32, 2, 7);
    /** The finest of the steps, since an order is a limit. */
    private static final int FITTED = 5;

    private static final double[] PROBES = Line.powers(1, 2, 5);
    private static final String[] PROBE_NAMES = {"±1", "Gaussian"};
    private static final double PATH_DIFFUSION = 0.3;
    private static final double[] PATH_POINTS = Line.even(-2, 6, 9);
    private static final double[] JUDGED_POINTS = {0, 2, 4};
    private static final double[] SHIFTS = {0.05, 0.1, 0.2, 0.5, 1};
    private static final double JUDGED_SHIFT = 0.5;
    private static final int LINE_POINTS = 121;

    /** An estimator of KL from y = ρ̂/ρ: its variance over points, measured and in closed form where log y is normal with variance a². */
    private record Estimator(String name, ToDoubleFunction<InterpolantErrorResult> variance, DoubleUnaryOperator law) {}

    private static final Estimator PLAIN = new Estimator("−log y", InterpolantErrorResult::plainVariance, a -> a * a);
    private static final Estimator CONTROLLED = new Estimator(
            "−log y + (y − 1)", InterpolantErrorResult::controlledVariance, a -> StrictMath.expm1(a * a) - a * a);
    private static final Estimator PRINTED = new Estimator(
            "−log y − (y − 1), as printed",
            InterpolantErrorResult::printedVariance,
            a -> StrictMath.expm1(a * a) + 3 * (a * a));

    /** The figure. */
    public InterpolantLikelihood() {
        super(
                "interpolant-likelihood",
                "Likelihoods of an interpolant along the ODE, by probes and over paths, against exact ones",
                STUDY.sources());
    }

    private static InterpolantLikelihoodConfig along(PathSchedule schedule, double steps, double cut, End end) {
        return Schema.with(
                InterpolantLikelihoodConfig.standard(),
                "schedule",
                schedule,
                "steps",
                (int) steps,
                "cut",
                cut,
                "end",
                end);
    }

    private static InterpolantLikelihoodConfig probed(Probe probe, double probes, int sets) {
        return new InterpolantLikelihoodConfig(
                ExactPair.PLANE,
                PathSchedule.linear(1),
                new double[] {1, 0},
                40,
                0,
                End.DENSITY,
                probe,
                (int) probes,
                0,
                sets);
    }

    /** The flow that moves N(0, 1) by a shift: KL = shift²/2. */
    private static InterpolantErrorConfig shifted(double shift, int points) {
        return new InterpolantErrorConfig(
                ExactPair.STANDARD,
                PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                new FieldError.Growing(shift, 0),
                new FieldError.None(),
                new double[0],
                20,
                points);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        int n = board.replicas(8, 16);
        int sets = board.choose(1000, 10_000);
        int paths = board.choose(1000, 25_000);
        int points = board.choose(4000, 40_000);
        board.replicas(1);
        double[] places =
                IntStream.rangeClosed(-40, 40).mapToDouble(i -> i / 5.0).toArray();
        Cell<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> curve =
                board.cell(STUDY, Schema.with(along(NOISY, 200, 0, End.DENSITY), "points", places));
        var still = board.along(STUDY, STEPS, steps -> along(STILL, steps, 0, End.DENSITY));
        var noisy = board.along(STUDY, STEPS, steps -> along(NOISY, steps, 0, End.DENSITY));
        var encoding = board.along(STUDY, STEPS, steps -> along(ENCODING, steps, 0, End.DENSITY));
        var cutBase = board.along(STUDY, STEPS, steps -> along(NOISY, steps, CUT, End.BASE));
        var cutDensity = board.along(STUDY, STEPS, steps -> along(NOISY, steps, CUT, End.DENSITY));
        var recordedStill = board.cell(STUDY, along(STILL, RECORDED_STEPS, CUT, End.BASE));
        var recordedNoisy = board.cell(STUDY, along(NOISY, RECORDED_STEPS, CUT, End.BASE));
        var recordedDensity = board.cell(STUDY, along(NOISY, RECORDED_STEPS, CUT, End.DENSITY));
        var recordedEncoding = board.cell(STUDY, along(ENCODING, RECORDED_STEPS, CUT, End.BASE));
        board.replicas(n);
        Cell<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> walks = board.cell(
                STUDY,
                new InterpolantLikelihoodConfig(
                        ExactPair.GAUSSIANS,
                        NOISY,
                        PATH_POINTS,
                        board.choose(100, 400),
                        0,
                        End.DENSITY,
                        Probe.RADEMACHER,
                        0,
                        PATH_DIFFUSION,
                        paths));
        List<Line<InterpolantLikelihoodConfig, InterpolantLikelihoodResult>> probes = new ArrayList<>();
        for (Probe probe : Probe.values()) {
            probes.add(board.along(STUDY, PROBES, count -> probed(probe, count, sets)));
        }
        Line<InterpolantErrorConfig, InterpolantErrorResult> shifts =
                board.along(new InterpolantErrorStudy(), SHIFTS, shift -> shifted(shift, points));

        tellCurve(board, curve);
        Plot plot = board.plot(
                "steps",
                "Error of log ρ",
                Axis.log2("steps of RK4 (log scale)").range(24, 2800),
                Axis.log10("largest error (nats, log scale)").range(1e-11, 10));
        Reduction<InterpolantLikelihoodResult> largest = exact(InterpolantLikelihoodResult::largestError);
        double first = noisy.last(FITTED).cells().get(0).the(largest).mean();
        plot.points("γ = 0", still, largest)
                .points("γ² = 2t(1−t)", noisy, largest)
                .points("encoding–decoding", encoding, largest)
                .points("γ² = 2t(1−t), cut, ρ(0)", cutBase, largest)
                .points("γ² = 2t(1−t), cut, ρ(t)", cutDensity, largest)
                .colour(7)
                .anchored("slope −4", new double[] {128, 2048}, steps -> first * StrictMath.pow(128 / steps, 4))
                .legend(Corner.BELOW);
        recorded(board, "still", "linear, γ = 0", 1.6e-4, recordedStill);
        recorded(board, "noisy", "linear, γ² = 2t(1−t)", 1.4e-3, recordedNoisy);
        recorded(board, "encoding", "encoding–decoding", 8e-7, recordedEncoding);
        double slope = noisy.last(FITTED)
                .power(board.stream("bootstrap/likelihood-order"), InterpolantLikelihoodResult::largestError)
                .exponent()
                .mean();
        board.claim("order", "slope of log error against log steps of RK4, 128 to 2048, γ² = 2t(1−t)")
                .in("steps")
                .theory(-4)
                .within(0.15)
                .of(SixDigits.exact(slope))
                .from("order of RK4");
        board.claim(
                        "truncation",
                        "error with the density of the last time over that with ρ(0), from 1 − 10⁻⁵ to 10⁻⁵, is below 0.1")
                .in("steps")
                .below(Claim.STANDARD_WINDOW)
                .of(SixDigits.exact(recordedDensity.the(largest).mean()
                        / recordedNoisy.the(largest).mean()))
                .from(RECORDED);
        tellProbes(board, probes);
        tellPaths(board, walks);
        tellEstimators(board, shifts);
        board.caption(
                "(a) Log density of the 2→3-mode pair, exact (line) and along the ODE (points; γ² = 2t(1−t), 200 steps of RK4)."
                        + " (b) Largest error at x = −6.5, −3, 0, 1.5, 3.2, 6 against steps of RK4, from t = 1 to 0, and from 1 − 10⁻⁵"
                        + " to 10⁻⁵ with the density of t = 0 or of the last time; dashed: slope −4 through the point at 128. (c)"
                        + " Standard deviation of the log density of a Gaussian pair in the plane at (1, 0) over {} sets of probes that"
                        + " serve a whole path. Lines: √(2 Σ_{i≠j} S_ij²/m) (±1) and √(2 Σ S_ij²/m) (Gaussian), S the symmetric Jacobian"
                        + " integrated along it. (d) Density of N(2, 3) by the mean over {} paths a point, from N(−1, 0.5), ε = 0.3."
                        + " (e, f) KL(ρ ‖ ρ̂) of a flow whose error shifts N(0, 1), from {} points: variance of a point and estimate over"
                        + " exact value; y = ρ̂/ρ. Lines in (e): closed forms. Points: means with 95 % t intervals over {} replicas; in"
                        + " (a, b) nothing is random.",
                sets, paths, points, n);
    }

    private static void tellCurve(Board board, Cell<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> curve) {
        double[] x = SixDigits.of(Line.even(-8, 8, LINE_POINTS));
        double[][] out = new double[1][x.length];
        ExactPair.TWO_TO_THREE_MODES
                .by(STILL)
                .logDensity()
                .evaluator(x.length)
                .at(1, new double[][] {x}, x.length, out);
        board.plot(
                        "density",
                        "Along the ODE",
                        Axis.linear("x").range(-8.2, 8.2),
                        Axis.linear("log density log ρ(1, x)").range(-14, 0))
                .line(Sheet.Kind.THEORY, "exact", x, out[0])
                .points("ODE", Line.even(-8, 8, 41), curve, k -> exact(run -> run.logDensity()[2 * k]))
                .legend(Corner.BELOW);
    }

    private static void recorded(
            Board board,
            String name,
            String schedule,
            double expected,
            Cell<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> cell) {
        board.claim(
                        name,
                        "largest error of log ρ(1) at six points, " + schedule
                                + ", 400 steps of RK4 from 1 − 10⁻⁵ to 10⁻⁵ and ρ(0)")
                .in("steps")
                .theory(expected)
                .of(SixDigits.exact(cell.runs().get(0).largestEndError()))
                .from(RECORDED);
    }

    private static void tellProbes(
            Board board, List<Line<InterpolantLikelihoodConfig, InterpolantLikelihoodResult>> probes) {
        Plot plot = board.plot(
                        "probes",
                        "Hutchinson's divergence",
                        Axis.log2("probes m (log scale)").range(0.8, 20),
                        Axis.log10("standard deviation (nats, log scale)").range(0.05, 2))
                .legend(Corner.BELOW);
        for (Probe probe : Probe.values()) {
            Line<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> line = probes.get(probe.ordinal());
            String series = PROBE_NAMES[probe.ordinal()];
            String name = probe.name().toLowerCase(Locale.ROOT);
            double variance = Likelihood.probeVariance(
                    ExactPair.PLANE.by(PathSchedule.linear(1)).velocity(), probe);
            plot.law(series, line, m -> Math.sqrt(variance / m)).points(series, line, mean(run -> run.stdDev()[0]));
            board.claim(
                            name,
                            "variance of a log density over one probe a path over its closed form, " + name + " probes")
                    .in("probes")
                    .theory(1)
                    .of(line.at(1).the(mean(run -> run.stdDev()[0] * run.stdDev()[0] / variance)))
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
            board.claim(name + "-unbiased", "mean log density over probes less the exact one, " + name + " probes")
                    .in("probes")
                    .theory(0)
                    .within(Claim.STANDARD_WINDOW)
                    .of(line.at(1).the(mean(run -> run.logDensity()[0] - run.startExact()[0])))
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
        }
    }

    private static void tellPaths(Board board, Cell<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> walks) {
        DoubleUnaryOperator law = x -> StrictMath.exp(ExactPair.GAUSSIANS.end().logDensity(x));
        board.plot(
                        "paths",
                        "Over paths, ε = 0.3",
                        Axis.linear("x").range(-3.2, 7.2),
                        Axis.linear("density ρ(1, x)").range(0, 0.25))
                .law("exact", SixDigits.of(Line.even(-3, 7, LINE_POINTS)), law)
                .points("Feynman–Kac", PATH_POINTS, walks, InterpolantLikelihood::density)
                .legend(Corner.BELOW);
        for (double x : JUDGED_POINTS) {
            board.claim(
                            String.format(Locale.ROOT, "paths-%.0f", x),
                            String.format(Locale.ROOT, "density of N(2, 3) at %.0f by Feynman–Kac, ε = 0.3", x))
                    .in("paths")
                    .theory(law.applyAsDouble(x))
                    .of(walks.the(density(Arrays.binarySearch(PATH_POINTS, x))))
                    .from(PAPER + ", section 2");
        }
    }

    private static Reduction<InterpolantLikelihoodResult> density(int point) {
        return mean(run -> StrictMath.exp(run.logDensity()[point]));
    }

    private static void tellEstimators(Board board, Line<InterpolantErrorConfig, InterpolantErrorResult> shifts) {
        Plot plot = board.plot(
                        "variances",
                        "Estimators of KL",
                        Axis.log10("shift a = √(2 KL) (log scale)").range(0.04, 1.2),
                        Axis.log10("variance of a point (log scale)").range(1e-6, 10))
                .legend(Corner.BELOW);
        double[] fine = IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> 0.05 * StrictMath.pow(1 / 0.05, i / (LINE_POINTS - 1.0)))
                .toArray();
        for (Estimator one : List.of(PLAIN, CONTROLLED, PRINTED)) {
            plot.law(one.name, fine, one.law).points(one.name, shifts, mean(one.variance));
        }
        board.plot(
                        "estimates",
                        "KL over exact KL",
                        Axis.log10("shift a = √(2 KL) (log scale)").range(0.04, 1.2),
                        Axis.linear("estimate over a²/2").range(0.4, 2))
                .colour(7)
                .law("exact", new double[] {0.04, 1.2}, a -> 1)
                .colour(0)
                .points(PLAIN.name, shifts, a -> overExact(a, InterpolantErrorResult::plainDivergence))
                .colour(1)
                .points(CONTROLLED.name, shifts, a -> overExact(a, InterpolantErrorResult::controlledDivergence))
                .legend(Corner.BELOW);
        Cell<InterpolantErrorConfig, InterpolantErrorResult> judged = shifts.at(JUDGED_SHIFT);
        String source = PAPER + "; the text read prints −(y − 1)";
        double plain = PLAIN.law.applyAsDouble(JUDGED_SHIFT);
        board.claim("control", "variance of −log y + y − 1 over that of −log y at KL = 1/8")
                .in("variances")
                .theory(CONTROLLED.law.applyAsDouble(JUDGED_SHIFT) / plain)
                .of(judged.the(mean(run -> run.controlledVariance() / run.plainVariance())))
                .from(source);
        board.claim("control-mean", "mean of −log y + y − 1 over the exact KL = 1/8")
                .in("estimates")
                .theory(1)
                .of(judged.the(mean(run -> run.controlledDivergence() * 2 / plain)))
                .from(source);
        board.claim(
                        "printed",
                        "variance of −log y − (y − 1), the printed sign, over that of −log y at KL = 1/8: it gains nothing")
                .in("variances")
                .theory(PRINTED.law.applyAsDouble(JUDGED_SHIFT) / plain)
                .of(judged.the(mean(run -> run.printedVariance() / run.plainVariance())))
                .from(source);
        board.claim("control-sign", "least value of −log y + y − 1 over points is at least 0")
                .in("variances")
                .above(0)
                .of(judged.the(least(InterpolantErrorResult::controlledLeast)))
                .from(source);
        board.claim("printed-sign", "least value of −log y − (y − 1) over points is below 0")
                .in("variances")
                .below(0)
                .of(judged.the(least(InterpolantErrorResult::printedLeast)))
                .from(source);
    }

    private static Reduction<InterpolantErrorResult> overExact(
            double shift, ToDoubleFunction<InterpolantErrorResult> divergence) {
        return mean(divergence).then(e -> e.times(1 / (shift * shift / 2)));
    }

    /** The least over replicas, a fact about these points and no estimate. */
    private static Reduction<InterpolantErrorResult> least(ToDoubleFunction<InterpolantErrorResult> value) {
        return Reduction.by(runs -> {
            double least = runs.stream().mapToDouble(value).min().orElse(Double.NaN);
            return new Estimate(least, Double.NaN, least, least, runs.size());
        });
    }
}
