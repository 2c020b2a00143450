package org.noisebook.papers.formulations;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Target;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Tests how DDPM, annealed Langevin dynamics and SDEs agree: up to rounding, up to 1/steps or only in the limit, and on a posterior. */
public final class ThreeFormulations extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final String SOURCE = "arXiv 2211.07804, section 2; bound set before the run";
    private static final DiffusionMethod DDPM = new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.FORWARD);
    private static final DiffusionMethod LESS = DiffusionMethod.Ancestral.standard();
    private static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    private static final DiffusionMethod SDE = DiffusionMethod.ReverseEquation.standard();
    /** Largest rounding error allowed between two equivalent computations of about a hundred steps. */
    private static final double ROUNDING = 1e-10;

    private static final String WEIGHTS =
            "10 Langevin steps per level weigh the modes wrongly, 300 rightly | share of the left mode − its weight";
    private static final double LEVELS = 10;
    private static final double STEP = 0.1;
    /** A point between the two modes. */
    private static final double BETWEEN = -0.6;

    private static final DiffusionCondition.Linear SEEN =
            new DiffusionCondition.Linear(DiffusionCondition.Cosines.standard(), 0.05);
    /** The figure. */
    public ThreeFormulations() {
        super(
                "three-formulations",
                "DDPM, annealed Langevin dynamics and SDEs compared",
                List.of(
                        "Kazerouni, Aghdam, Heidari and others 2023, Diffusion Models in Medical Imaging: A Comprehensive"
                                + " Survey, arXiv 2211.07804",
                        "Song, Ermon 2019, Generative Modeling by Estimating Gradients of the Data Distribution, arXiv"
                                + " 1907.05600",
                        "Song and others 2021, arXiv 2011.13456"));
    }

    private static DiffusionConfig line(Board board) {
        return Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(1024, 8192));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: coarse");
        board.title(
                "Too few Langevin steps give the smaller mode too many samples",
                "Few Langevin steps do not give the smaller mode too many samples",
                "Few Langevin steps may give the smaller mode too many samples");
        board.subtitle("Langevin with the given number of steps at each of 10 noise levels; DDPM with 64 in all");
        board.show("Langevin, 10 steps", "Langevin, 100 steps", "Langevin, 300 steps", "DDPM, 64 steps");
        board.sixDigits();
        int n = board.replicas(8, 32);
        DiffusionConfig base = line(board);
        var ladder = board.along(
                STUDY, board.choose(new double[] {10, 30, 100, 300}, new double[] {3, 10, 30, 100, 300, 1000}), c -> {
                    DiffusionMethod method = new DiffusionMethod.AnnealedLangevin(STEP, (int) c);
                    return Schema.with(
                            base.by(new Diffusion.VarianceExploding(0.01, 50), method, TimeGrid.LOG_SNR, (int) LEVELS),
                            "end",
                            0.0);
                });
        int few = board.replicas(8, 16);
        DiffusionConfig digits = Schema.with(
                DiffusionConfig.ofSamples(),
                "target",
                Target.PictureClasses.standard(),
                "condition",
                SEEN,
                "particles",
                board.choose(32, 512));
        int each = board.choose(60, 200);
        Object[][] ways = {
            {"method", DDPM, "steps", board.choose(40, 200)},
            {"method", new DiffusionMethod.AnnealedLangevin(2 * STEP, each), "steps", (int) LEVELS},
            {"method", new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN), "steps", board.choose(20, 60)}
        };
        var posteriors = board.along(STUDY, Line.numbered(ways.length), k -> Schema.with(digits, ways[(int) k - 1]));
        var coarse = board.cell(STUDY, Schema.with(digits, "method", LESS, "steps", 4));
        var wide = board.cell(STUDY, Schema.with(digits, "method", DDPM, "steps", 8));
        board.replicas(8, 32);
        judgeIdentities(board, base);
        tellLadder(board, ladder);
        tellLimit(board, base);
        tellPosteriors(board, posteriors, coarse, wide);
        if (few != n) {
            board.stamp(few + " to " + n);
        }
        board.caption(
                "Exact scores; the target is 0.3 N(−2, 0.16) + 0.7 N(1, 0.36). (a to c) Langevin steps of size 0.1 V at 10 levels σ = 50 … 0.01,"
                        + " (d) VP diffusion: shares of samples in 40 bins, and left of −0.6, where the modes part. In the table: the share"
                        + " against steps; mean distance between {} particles of DDPM and of the reverse SDE (Euler–Maruyama) with the"
                        + " same noise; digits from one Gaussian per class, 16 of 64 cosine coefficients seen with noise 0.05: squared error of the mean of {}"
                        + " samples over that of exact ones, by {} steps of DDPM, 10 levels of {} Langevin steps of size 0.2 V, {} of Heun's for the"
                        + " flow. Means, of distances geometric, 95 % t intervals, {} replicas (digits: {}).",
                base.particles(),
                digits.particles(),
                posteriors.at(1).config().steps(),
                each,
                posteriors.at(3).config().steps(),
                n,
                few);
    }

    /** The largest difference between the samples of two runs, the first multiplied by a factor. */
    static double apart(double[][] x, double factor, double[][] y) {
        return IntStream.range(0, x.length)
                .mapToDouble(j -> IntStream.range(0, x[j].length)
                        .mapToDouble(k -> Math.abs(factor * x[j][k] - y[j][k]))
                        .max()
                        .orElseThrow())
                .max()
                .orElseThrow();
    }

    private static double worst(Cell<DiffusionConfig, ?> one, double factor, Cell<DiffusionConfig, ?> other) {
        List<double[][]> x = one.known(DiffusionStudy::samples);
        List<double[][]> y = other.known(DiffusionStudy::samples);
        return IntStream.range(0, x.size())
                .mapToDouble(r -> apart(x.get(r), factor, y.get(r)))
                .max()
                .orElseThrow();
    }

    /** Compares VP and VE with the same σ = √V/a at each step, the same initial points and the same noise. */
    private static void judgeIdentities(Board board, DiffusionConfig base) {
        Diffusion vp = base.diffusion();
        Diffusion ve = new Diffusion.VarianceExploding(vp.sigma(base.end()), vp.sigma(1));
        DiffusionConfig from = Schema.with(base, "particles", 256, "start", new DiffusionStart.Exact());
        var ddim = board.cell(STUDY, Schema.with(from, "method", DDIM), 2);
        var euler =
                board.cell(STUDY, Schema.with(from, "method", new DiffusionMethod.ProbabilityFlow(OdeMethod.EULER)), 2);
        board.claim("ddim-euler", "largest difference between samples of DDIM and Euler in (x/√ᾱ, σ), 50 steps")
                .identity(0, ROUNDING)
                .judge(worst(ddim, 1, euler), "Song, Meng, Ermon 2021, equation 14, arXiv 2010.02502");
        List<DiffusionMethod> methods = List.of(DDIM, LESS, new DiffusionMethod.AnnealedLangevin(STEP, 5));
        List<String> names = List.of("DDIM", "DDPM", "Langevin");
        for (int k = 0; k < names.size(); k++) {
            DiffusionConfig one = Schema.with(from, "method", methods.get(k));
            board.claim(
                            "change-" + names.get(k).toLowerCase(Locale.ROOT),
                            "largest difference of VP samples over √ᾱ from VE samples, " + names.get(k) + ", 50 steps")
                    .identity(0, ROUNDING)
                    .of(worst(
                            board.cell(STUDY, one, 2),
                            1 / vp.meanCoefficient(base.end()),
                            board.cell(STUDY, Schema.with(one, "diffusion", ve, "end", 0.0), 2)))
                    .from("x_VE = x_VP/√ᾱ, σ = √((1 − ᾱ)/ᾱ)");
        }
    }

    /** Mean distance between the particles of two methods, {@code [steps][replica]}. */
    private static double[][] gaps(Line<DiffusionConfig, ?> one, Line<DiffusionConfig, ?> other) {
        return IntStream.range(0, one.size())
                .mapToObj(i -> {
                    List<double[][]> x = one.cells().get(i).known(DiffusionStudy::samples);
                    List<double[][]> y = other.cells().get(i).known(DiffusionStudy::samples);
                    return IntStream.range(0, x.size())
                            .mapToDouble(r -> IntStream.range(0, x.get(r)[0].length)
                                    .mapToDouble(k -> Math.abs(x.get(r)[0][k] - y.get(r)[0][k]))
                                    .average()
                                    .orElseThrow())
                            .toArray();
                })
                .toArray(double[][]::new);
    }

    private static void tellLimit(Board board, DiffusionConfig base) {
        double[] steps = Line.powers(16, 2, board.choose(4, 7));
        List<Line<DiffusionConfig, DiffusionResult>> lines = List.of(DDPM, LESS, SDE).stream()
                .map(method -> board.along(
                        STUDY, steps, count -> base.by(base.diffusion(), method, TimeGrid.UNIFORM, (int) count)))
                .toList();
        tellSamples(board, "DDPM, 64 steps", lines.get(0).at(64));
        double[][] full = gaps(lines.get(0), lines.get(2));
        double[][] less = gaps(lines.get(1), lines.get(2));
        PowerFit fit = PowerFit.of(steps, full, board.stream("bootstrap/limit"));
        Axis y = Axis.log10("distance of DDPM from SDE, same noise");
        Plot plot = board.plot("limit", "DDPM converges to its SDE", Axis.log10("steps"), y)
                .named("DDPM")
                .points("full variance β", steps, estimates(full))
                .named("DDPM, smaller variance")
                .points("smaller variance", steps, estimates(less))
                .anchored("1/steps", steps, count -> estimates(full)[0].mean() * steps[0] / count);
        plot.claim(
                        "limit",
                        "exponent in steps of the distance between DDPM with variance β and the reverse SDE, same noise")
                .control("claim: smaller-variance")
                .says("DDPM with variance β converges to its SDE as 1/steps | exponent of growth with the steps")
                .theory(-1)
                .judge(fit.exponent(), "both are x + dτ (…) + g √dτ z to first order");
        int end = steps.length - 1;
        double[] ratio = IntStream.range(0, less[end].length)
                .mapToDouble(r -> less[end][r] / full[end][r])
                .toArray();
        plot.claim(
                        "smaller-variance",
                        "ratio of DDPM's distances from the reverse SDE, β̃ to β, " + (int) steps[end] + " steps")
                .above(1.5)
                .of(Estimate.ofGeometricMeanOrNone(ratio))
                .from("control: β̃/β stays below 1 in the last steps, however many, and this must be seen");
    }

    private static Estimate[] estimates(double[][] values) {
        return Arrays.stream(values).map(Estimate::ofGeometricMeanOrNone).toArray(Estimate[]::new);
    }

    private static double left(DiffusionResult run, double... shares) {
        return IntStream.range(0, DiffusionStudy.BINS)
                .filter(bin -> DiffusionStudy.binCentre(
                                run.lawMean().get(0), run.lawVariance().get(0), bin)
                        < BETWEEN)
                .mapToDouble(bin -> shares[bin])
                .sum();
    }

    /** Plots samples over their target density and notes the share of the left mode. */
    private static void tellSamples(Board board, String name, Cell<DiffusionConfig, DiffusionResult> cell) {
        DiffusionResult any = cell.runs().get(0);
        double[] edges = DiffusionStudy.binEdges(any);
        double[] law = any.lawShares().toArray();
        double[] shares = cell.means(DiffusionResult::shares);
        Axis density = Axis.linear("density").range(0, 0.5);
        board.plot(name, name, Axis.linear("x").range(-4.6, 4.2), density)
                .histogram("samples", edges, shares)
                .colour(Plot.GREY)
                .named("target, " + Math.round(100 * left(any, law)) + " % left")
                .outline("target", edges, law)
                .note(Math.round(100 * left(any, shares)) + " % left");
    }

    private static void tellLadder(Board board, Line<DiffusionConfig, DiffusionResult> ladder) {
        Reduction<DiffusionResult> share = mean(run -> left(run, run.shares().toArray()));
        DiffusionResult any = ladder.last().runs().get(0);
        double law = left(any, any.lawShares().toArray());
        double[] x = ladder.x();
        for (int steps : new int[] {10, 100, 300}) {
            tellSamples(board, "Langevin, " + steps + " steps", ladder.at(steps));
        }
        Axis y = Axis.linear("share of the left mode").range(0, 0.6);
        Plot plot = board.plot("ladder", "Weight of a mode", Axis.log10("Langevin steps per level"), y)
                .points("Langevin", ladder, share)
                .named("target")
                .level(LineKind.THEORY, "law", law, x[0], x[x.length - 1]);
        plot.claim("weights", "share of samples in the left mode minus its weight, 10 Langevin steps per level")
                .control("claim: weights-many")
                .says(WEIGHTS)
                .above(0.05)
                .of(ladder.at(10).the(mean(run -> left(run, run.shares().toArray()) - law)))
                .from("atlas: an error above 0.05 with few steps; Song and Ermon 2019, section 3.2.2");
        plot.claim("weights-many", "share of samples in the left mode minus its weight, 300 Langevin steps per level")
                .control("claim: weights")
                .says(WEIGHTS)
                .theory(0, 0.02)
                .of(ladder.at(300).the(mean(run -> left(run, run.shares().toArray()) - law)))
                .from("the density of each level is stationary up to the step size; window set before the run");
        String above = "W₁ between samples and target minus that between two exact samples, ";
        board.claim("floor", above + "300 Langevin steps per level")
                .control("claim: floor-few")
                .below(0.05)
                .judge(ladder.at(300).the(mean(run -> run.distance() - run.sampleDistance())), SOURCE);
        board.claim("floor-few", above + "10 Langevin steps per level")
                .above(0.05)
                .of(ladder.at(10).the(mean(run -> run.distance() - run.sampleDistance())))
                .from("control: few steps must be seen to miss the floor");
    }

    private static double spread(DiffusionResult run) {
        return Arrays.stream(run.variance().toArray()).sum()
                / Arrays.stream(run.lawVariance().toArray()).sum();
    }

    /** Squared error of the sample mean over its expectation for exact samples, averaged over coordinates. */
    private static Reduction<DiffusionResult> meanSquare(int particles) {
        return mean(run -> {
            int d = run.mean().size();
            return IntStream.range(0, d)
                            .mapToDouble(j -> {
                                double off = run.mean().get(j) - run.lawMean().get(j);
                                return off * off / run.lawVariance().get(j);
                            })
                            .sum()
                    * particles
                    / d;
        });
    }

    /** The variance of {@link #meanSquare} for exact samples, whose mean is 1: 2 Σρ²/d² for correlations ρ of d coordinates. */
    static double exactVariance(double[]... covariance) {
        int d = covariance.length;
        return IntStream.range(0, d * d)
                        .mapToDouble(k -> covariance[k / d][k % d]
                                * covariance[k / d][k % d]
                                / (covariance[k / d][k / d] * covariance[k % d][k % d]))
                        .sum()
                * 2
                / d
                / d;
    }

    /**
     * Half-width of a window around 1 that this number of replicas can resolve: twice the half-width of their interval for exact samples, so
     * that exact samples pass in 95 of 100 cases.
     */
    private static double resolvable(Cell<DiffusionConfig, DiffusionResult> cell) {
        List<Double> variances = cell.known((config, streams) -> exactVariance(config.condition()
                .wanted(config.target().mixture().orElseThrow(), DiffusionStudy.observed(config, streams))
                .covariance()));
        double all = variances.stream().mapToDouble(v -> v).sum();
        Estimate exact = Estimate.ofStdError(1, Math.sqrt(all) / variances.size(), variances.size());
        return exact.high() - exact.low();
    }

    private static void tellPosteriors(
            Board board,
            Line<DiffusionConfig, DiffusionResult> ways,
            Cell<DiffusionConfig, DiffusionResult> coarse,
            Cell<DiffusionConfig, DiffusionResult> wide) {
        List<String> names = List.of("DDPM", "Langevin", "flow");
        int particles = coarse.config().particles();
        Reduction<DiffusionResult> square = meanSquare(particles);
        double window = resolvable(coarse);
        List<String> shown = List.of("DDPM", "Langevin", "flow", "DDPM, β̃,\n4 steps", "DDPM,\n8 steps");
        Axis up = Axis.log10("squared error of the mean over that of exact samples")
                .range(0.1, 10);
        Plot plot = board.plot("posterior", "Error of posterior means", Axis.named("", shown), up)
                .points("digits", ways, square)
                .points("coarse", new double[] {4, 5}, coarse.the(square), wide.the(square))
                .level("exact samples", 1, 0.5, shown.size() + 0.5);
        String off = "ratio of squared errors of the mean of " + particles + " samples, method to exact sampling";
        for (int k = 0; k < names.size(); k++) {
            String of = ", posterior of digits given 16 cosine coefficients, " + names.get(k);
            String key = names.get(k).toLowerCase(Locale.ROOT);
            var cell = ways.cells().get(k);
            plot.claim("mean-" + key, off + of)
                    .control("claim: mean-coarse")
                    .says(
                            "Means of samples have the same error as those of exact samples | squared error / of exact samples")
                    .theory(1, window)
                    .judge(
                            cell.the(square),
                            "exact posterior; window: twice the 95 % half-width for exact samples at this n");
            board.claim("spread-" + key, "ratio of variances, samples to posterior" + of)
                    .says("Samples have the variance of the posterior | variance / that of the posterior")
                    .between(0.75, 1.25)
                    .of(cell.the(mean(ThreeFormulations::spread)))
                    .from("exact posterior covariance; at 1 one sample has twice the least mean square error");
        }
        plot.claim("mean-coarse", off + ", DDPM with the smaller variance in 4 steps")
                .below(1 - window)
                .judge(coarse.the(square), "control: too few steps must fall below the window");
        plot.claim("mean-wide", off + ", DDPM with variance β in 8 steps")
                .above(1 + window)
                .judge(wide.the(square), "control: too few steps must fall above the window");
        board.claim("coarse", "ratio of variances, samples to posterior, DDPM in 4 steps")
                .below(0.75)
                .judge(coarse.the(mean(ThreeFormulations::spread)), "control: too few steps must be seen");
    }
}
