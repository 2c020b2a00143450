package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.ExactPair;
import org.noisebook.interpolant.InterpolantLikelihoodConfig;
import org.noisebook.interpolant.InterpolantLikelihoodConfig.End;
import org.noisebook.interpolant.InterpolantLikelihoodResult;
import org.noisebook.interpolant.InterpolantLikelihoodStudy;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.interpolant.PathSchedule;

/** Log densities along the ODE, by Hutchinson's divergence and over paths of the SDE, against exact ones. */
public final class InterpolantLikelihood extends Story {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final String RECORDED = "closed form; recorded elsewhere with the same steps";

    private static final PathSchedule STILL = PathSchedule.linear(0);
    private static final PathSchedule NOISY = PathSchedule.linear(2);
    private static final PathSchedule ENCODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());
    private static final PathSchedule PLANE = PathSchedule.linear(1);
    private static final double CUT = 1e-5;
    private static final String[] PROBE_NAMES = {"±1", "Gaussian"};
    private static final double[] PATH_POINTS = Line.even(-2, 6, 9);

    /** A way from the first time to the last, and the density taken there. */
    private record Course(String name, PathSchedule schedule, double cut, End end) {}

    private static final Course NOISY_COURSE = new Course("γ² = 2t(1−t)", NOISY, 0, End.DENSITY);
    private static final List<Course> COURSES = List.of(
            new Course("γ = 0", STILL, 0, End.DENSITY),
            NOISY_COURSE,
            new Course("encoding–decoding", ENCODING, 0, End.DENSITY),
            new Course("γ² = 2t(1−t), cut, ρ(0)", NOISY, CUT, End.BASE),
            new Course("γ² = 2t(1−t), cut, ρ(t)", NOISY, CUT, End.DENSITY));
    private static final List<Course> RECORDED_COURSES = List.of(
            new Course("linear, γ = 0", STILL, CUT, End.BASE),
            new Course("linear, γ² = 2t(1−t)", NOISY, CUT, End.BASE),
            new Course("", NOISY, CUT, End.DENSITY),
            new Course("encoding–decoding", ENCODING, CUT, End.BASE));

    /** The figure. */
    public InterpolantLikelihood() {
        super(
                "interpolant-likelihood",
                "Likelihoods of an interpolant along the ODE, by probes and over paths, against exact ones",
                STUDY.sources());
    }

    private static InterpolantLikelihoodConfig along(Course course, double steps) {
        InterpolantLikelihoodConfig config =
                Schema.with(InterpolantLikelihoodConfig.standard(), "schedule", course.schedule, "steps", (int) steps);
        return Schema.with(config, "cut", course.cut, "end", course.end);
    }

    private static InterpolantLikelihoodConfig probed(Probe probe, double probes, int sets) {
        return new InterpolantLikelihoodConfig(
                ExactPair.PLANE, PLANE, Doubles.of(1, 0), 40, 0, End.DENSITY, probe, (int) probes, 0, sets);
    }

    private static InterpolantLikelihoodConfig walk(int steps, int paths) {
        return new InterpolantLikelihoodConfig(
                ExactPair.GAUSSIANS,
                NOISY,
                Doubles.of(PATH_POINTS),
                steps,
                0,
                End.DENSITY,
                Probe.RADEMACHER,
                0,
                0.3,
                paths);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(8, 16);
        int sets = board.choose(1000, 10_000);
        int paths = board.choose(1000, 25_000);
        board.replicas(1);
        double[] places = SixDigits.of(Line.even(-8, 8, 81));
        Cell<?, InterpolantLikelihoodResult> curve =
                board.cell(STUDY, Schema.with(along(NOISY_COURSE, 200), "points", places));
        List<? extends Line<?, InterpolantLikelihoodResult>> courses = COURSES.stream()
                .map(course -> board.along(STUDY, Line.powers(32, 2, 7), steps -> along(course, steps)))
                .toList();
        List<? extends Cell<?, InterpolantLikelihoodResult>> recorded = RECORDED_COURSES.stream()
                .map(course -> board.cell(STUDY, along(course, 400)))
                .toList();
        board.replicas(n);
        Cell<?, InterpolantLikelihoodResult> walks = board.cell(STUDY, walk(board.choose(100, 400), paths));
        List<Line<?, InterpolantLikelihoodResult>> probes = new ArrayList<>();
        for (Probe probe : Probe.values()) {
            probes.add(board.along(STUDY, Line.powers(1, 2, 5), count -> probed(probe, count, sets)));
        }
        tellCurve(board, curve);
        tellSteps(board, courses, recorded);
        tellProbes(board, probes);
        tellPaths(board, walks);
        board.caption(
                "(a) Log density of the 2→3-mode pair, exact (line) and along the ODE (points; γ² = 2t(1−t), 200 steps of RK4)."
                        + " (b) Largest error at x = −6.5, −3, 0, 1.5, 3.2, 6 against steps of RK4, from t = 1 to 0, and from 1 − 10⁻⁵"
                        + " to 10⁻⁵ with the density of t = 0 or of the last time; dashed: slope −4 through the point at 128. (c)"
                        + " Standard deviation of the log density of a Gaussian pair in the plane at (1, 0) over {} sets of probes that"
                        + " serve a whole path. Lines: √(2 Σ_{i≠j} S_ij²/m) (±1) and √(2 Σ S_ij²/m) (Gaussian), S the symmetric Jacobian"
                        + " integrated along it. (d) Density of N(2, 3) by the mean over {} paths a point, from N(−1, 0.5), ε = 0.3."
                        + " Points: means with 95 % t intervals over {} replicas; in (a, b) nothing is random.",
                sets, paths, n);
    }

    private static void tellCurve(Board board, Cell<?, InterpolantLikelihoodResult> curve) {
        double[] x = SixDigits.of(Line.even(-8, 8, 121));
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
                .line(LineKind.THEORY, "exact", x, out[0])
                .points(
                        "ODE",
                        Line.even(-8, 8, 41),
                        curve,
                        k -> exact(run -> run.logDensity().get(2 * k)));
    }

    private static void tellSteps(
            Board board,
            List<? extends Line<?, InterpolantLikelihoodResult>> courses,
            List<? extends Cell<?, InterpolantLikelihoodResult>> recorded) {
        Plot plot = board.plot(
                "steps",
                "Error of log ρ",
                Axis.log2("steps of RK4 (log scale)").range(24, 2800),
                Axis.log10("largest error (nats, log scale)").range(1e-11, 10));
        Reduction<InterpolantLikelihoodResult> largest = exact(InterpolantLikelihoodResult::largestError);
        for (int k = 0; k < COURSES.size(); k++) {
            plot.points(COURSES.get(k).name, courses.get(k), largest);
        }
        Line<?, InterpolantLikelihoodResult> finest = courses.get(1).last(5);
        double first = finest.means(largest)[0];
        plot.colour(7).anchored("slope −4", new double[] {128, 2048}, steps -> first * StrictMath.pow(128 / steps, 4));
        String[] names = {"still", "noisy", "", "encoding"};
        double[] errors = {1.6e-4, 1.4e-3, Double.NaN, 8e-7};
        for (int k : new int[] {0, 1, 3}) {
            plot.claim(
                            names[k],
                            "largest error of log ρ(1) at six points, " + RECORDED_COURSES.get(k).name
                                    + ", 400 steps of RK4 from 1 − 10⁻⁵ to 10⁻⁵ and ρ(0)")
                    .theory(errors[k])
                    .of(SixDigits.exact(recorded.get(k).runs().get(0).largestEndError()))
                    .from(RECORDED);
        }
        double slope = finest.power(
                        board.stream("bootstrap/likelihood-order"), InterpolantLikelihoodResult::largestError)
                .exponent()
                .mean();
        plot.claim("order", "slope of log error against log steps of RK4, 128 to 2048, γ² = 2t(1−t)")
                .theory(-4, 0.15)
                .of(SixDigits.exact(slope))
                .from("order of RK4");
        double base = recorded.get(1).the(largest).mean();
        double density = recorded.get(2).the(largest).mean();
        plot.claim(
                        "truncation",
                        "error with the density of the last time over that with ρ(0), from 1 − 10⁻⁵ to 10⁻⁵, is below 0.1")
                .below(Claim.STANDARD_WINDOW)
                .of(SixDigits.exact(density / base))
                .from(RECORDED);
    }

    private static void tellProbes(Board board, List<Line<?, InterpolantLikelihoodResult>> probes) {
        Plot plot = board.plot(
                "probes",
                "Hutchinson's divergence",
                Axis.log2("probes m (log scale)").range(0.8, 20),
                Axis.log10("standard deviation (nats, log scale)").range(0.05, 2));
        for (Probe probe : Probe.values()) {
            Line<?, InterpolantLikelihoodResult> line = probes.get(probe.ordinal());
            String series = PROBE_NAMES[probe.ordinal()];
            String name = probe.name().toLowerCase(Locale.ROOT);
            double variance = Likelihood.probeVariance(ExactPair.PLANE.by(PLANE).velocity(), probe);
            plot.law(series, line, m -> Math.sqrt(variance / m))
                    .points(series, line, mean(run -> run.stdDev().get(0)));
            plot.claim(
                            name,
                            "variance of a log density over one probe a path over its closed form, " + name + " probes")
                    .theory(1)
                    .of(line.at(1)
                            .the(mean(run -> run.stdDev().get(0) * run.stdDev().get(0) / variance)))
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
            plot.claim(name + "-unbiased", "mean log density over probes less the exact one, " + name + " probes")
                    .theory(0, Claim.STANDARD_WINDOW)
                    .of(line.at(1)
                            .the(mean(run ->
                                    run.logDensity().get(0) - run.startExact().get(0))))
                    .from("Hutchinson 1990, doi:10.1080/03610919008812866");
        }
    }

    private static void tellPaths(Board board, Cell<?, InterpolantLikelihoodResult> walks) {
        DoubleUnaryOperator law = x -> StrictMath.exp(ExactPair.GAUSSIANS.end().logDensity(x));
        Plot plot = board.plot(
                        "paths",
                        "Over paths, ε = 0.3",
                        Axis.linear("x").range(-3.2, 7.2),
                        Axis.linear("density ρ(1, x)").range(0, 0.25))
                .law("exact", SixDigits.of(Line.even(-3, 7, 121)), law)
                .points("Feynman–Kac", PATH_POINTS, walks, InterpolantLikelihood::density);
        for (double x : new double[] {0, 2, 4}) {
            plot.claim(
                            String.format(Locale.ROOT, "paths-%.0f", x),
                            String.format(Locale.ROOT, "density of N(2, 3) at %.0f by Feynman–Kac, ε = 0.3", x))
                    .theory(law.applyAsDouble(x))
                    .of(walks.the(density(Arrays.binarySearch(PATH_POINTS, x))))
                    .from("Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, section 2");
        }
    }

    private static Reduction<InterpolantLikelihoodResult> density(int point) {
        return mean(run -> StrictMath.exp(run.logDensity().get(point)));
    }
}
