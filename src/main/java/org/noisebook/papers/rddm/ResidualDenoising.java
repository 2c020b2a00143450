package org.noisebook.papers.rddm;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GaussianRestoration;
import org.noisebook.diffusion.ObservedMixture;
import org.noisebook.diffusion.Prediction;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Noisy digits restored along a path that removes the residual y − x and added noise together, or one before the other.
 *
 * <p>The posterior of a digit given y = x + N(0, v) is a mixture in closed form, so the predictors of residual and noise are exact. For
 * Gaussian lines with covariance e^(−Δ/3) the law of restorations is carried without samples.
 */
@Paper(
        key = "2308.13712",
        title = "Residual Denoising Diffusion Models",
        cite = {
            "Liu, Wang, Fan, Wang, Tang, Qu 2024, arXiv 2308.13712",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        },
        study = "rddm",
        version = 1,
        does = "Restoration along a path that removes residual and noise in a chosen order",
        figure = "rddm",
        shows = "Residual and noise removed together or one first",
        streams = {"digits", "observed", "start"})
public final class ResidualDenoising extends OnePaper<ResidualDenoising.Config, ResidualDenoising.Result> {
    /** What is restored. */
    public enum Prior {
        /** 8 × 8 digits, one Gaussian per class. */
        DIGITS,
        /** Lines of 16 pixels with covariance e^(−Δ/3). */
        GAUSSIAN
    }

    /** A restoration. */
    public record Config(
            @Parameter(standard = "digits", value = "what is restored: digits or gaussian, exact without samples")
            Prior prior,

            @Parameter(standard = "0.25", range = "[0.0001, 100]", symbol = "v", value = "variance of the noise in y")
            double variance,

            @Parameter(standard = "joint", value = "what a run removes first: joint, residualFirst or noiseFirst")
            Diffusion.Removal order,

            @Parameter(
                    standard = "1",
                    range = "[0.01, 100]",
                    symbol = "b",
                    value = "standard deviation of the noise added to y at the start")
            double added,

            @Parameter(
                    standard = "0",
                    range = "[0, added]",
                    value = "least standard deviation of the added noise while the residual goes, with the noise first")
            double floor,

            @Parameter(standard = "100", range = "[1, 10000]", value = "steps of equal length")
            int steps,

            @Parameter(standard = "16", range = "[2, 100000]", value = "digits that are restored")
            int digits) {
        Diffusion path() {
            return new Diffusion.Residual(order, added, floor);
        }

        Diffusion joint() {
            return new Diffusion.Residual(Diffusion.Removal.JOINT, added, 0);
        }
    }

    /** Errors per pixel. */
    public record Result(
            @Parameter("mean square error of the posterior mean")
            double mmse,

            @Parameter("mean square error of the restorations, that of the mean plus their square distance from it")
            double error,

            @Parameter("root mean square difference from the posterior mean; NaN for gaussian")
            double fromMean,

            @Parameter("root mean square difference from joint removal, same noise and steps; NaN for gaussian")
            double fromJoint,

            @Parameter("KL from restorations to posterior; NaN for digits")
            double divergence,

            @Parameter("squared Wasserstein distance to the posterior; NaN for digits")
            double transport,

            @Parameter("largest difference of generated digits, the paper's update against DDIM; NaN for gaussian")
            double ddimGap,

            @Parameter("eight digits: original, seen, restored")
            Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int SHOWN = 8;
    private static final int SIDE = 8;
    private static final int LENGTH = 16;
    private static final Diffusion CHAIN = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));

    @Override
    protected Result measure(Config c, Streams streams) {
        double[] times = TimeGrid.UNIFORM.times(1, 0, c.steps());
        if (c.prior() == Prior.GAUSSIAN) {
            return gaussian(c, times);
        }
        ObservedMixture seen = ObservedMixture.digits(c.variance());
        int n = c.digits();
        double[][] x = seen.data().sample(streams.at("digits"), n);
        double[][] noise = normal(streams.at("observed"), n);
        double root = Math.sqrt(c.variance());
        double[][] y = Grammar.zip(x, noise, (a, e) -> Math.fma(root, e, a));
        double[][] z = normal(streams.at("start"), n);
        double[][] restored = Grammar.finite(seen.restored(ObservedMixture.Start.OBSERVED, c.path(), times, x, y, z));
        double[][] joint = c.order() == Diffusion.Removal.JOINT
                ? restored
                : seen.restored(ObservedMixture.Start.OBSERVED, c.joint(), times, x, y, z);
        double[][] mean = seen.mean(y);
        double mmse = Grammar.meanSquare(mean, x);
        return new Result(
                mmse,
                mmse + Grammar.meanSquare(restored, mean),
                Math.sqrt(Grammar.meanSquare(restored, mean)),
                Math.sqrt(Grammar.meanSquare(restored, joint)),
                Double.NaN,
                Double.NaN,
                ddimGap(seen.score(CHAIN), c.steps(), z),
                Grammar.shown(SHOWN, x, y, restored));
    }

    private static double[][] normal(Stream stream, int n) {
        return GaussianMixture.standard(SIDE * SIDE).sample(stream, n);
    }

    private static Result gaussian(Config c, double... times) {
        GaussianRestoration line = new GaussianRestoration(
                GaussianLaw.covariance(LENGTH, (i, j) -> StrictMath.exp(-Math.abs(i - j) / 3)),
                GaussianLaw.covariance(LENGTH, (i, j) -> i == j ? c.variance() : 0));
        GaussianLaw law = line.restored(ObservedMixture.Start.OBSERVED, c.path(), line.flow(c.path()), times);
        double none = Double.NaN;
        return new Result(
                line.mmse(),
                line.error(law),
                none,
                none,
                line.divergence(law),
                line.transport(law),
                none,
                Doubles.of());
    }

    /** Generation, y = 0: I ← I − (ᾱ − ᾱ′) I_res − (β̄ − β̄′) ε with ᾱ = 1 − √ā, β̄ = √(1 − ā), I_res = −x̂. */
    static double ddimGap(Score score, int steps, double[]... z) {
        var denoiser = Prediction.SCORE.to(Prediction.DENOISER, CHAIN, score).evaluator(2);
        var ddim = DiffusionMethod.Ddim.standard().sampler(CHAIN, score).begin(2);
        double[][] theirs = Arrays.stream(z).map(row -> Grammar.first(2, row)).toArray(double[][]::new);
        double[][] ours = Arrays.stream(theirs).map(double[]::clone).toArray(double[][]::new);
        double[][] clean = new double[z.length][2];
        double[] times = TimeGrid.UNIFORM.times(1, 0, Math.min(steps, 20));
        for (int i = 1; i < times.length; i++) {
            double from = CHAIN.meanCoefficient(times[i - 1]);
            double to = CHAIN.meanCoefficient(times[i]);
            double fall = CHAIN.stdDev(times[i - 1]) - CHAIN.stdDev(times[i]);
            denoiser.at(times[i - 1], theirs, 2, clean);
            double root = CHAIN.stdDev(times[i - 1]);
            theirs = Grammar.zip(theirs, clean, (now, x) -> now + (to - from) * x - fall * (now - from * x) / root);
            ddim.step(times[i - 1], times[i], ours, 2, new double[0][][]);
        }
        return Grammar.numbers(Grammar.zip(ours, theirs, (a, b) -> Math.abs(a - b)))
                .max()
                .orElseThrow();
    }

    @Override
    public double work(Config c) {
        return c.prior() == Prior.GAUSSIAN
                ? 1e4 * c.steps()
                : 2e5 * c.steps() * c.digits() * (c.order() == Diffusion.Removal.JOINT ? 1 : 2) + 1e8;
    }

    @Override
    public long memory(Config c) {
        return 8L * SIDE * SIDE * 24 * c.digits() + (1L << 26);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.PictureClasses.standard().files();
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "One step restores the posterior mean, 100 steps a posterior sample",
                "100 steps do not restore a posterior sample",
                "100 steps may restore a posterior sample");
        board.subtitle("Residual (noisy − clean digit) and added noise are removed together or one after the other");
        board.show("pictures", "error");
        int n = board.replicas(12, 64);
        String digits = ", v = 0.25, digits";
        double[] steps = board.choose(new double[] {1, 2, 5, 20, 100}, new double[] {1, 2, 5, 20, 100, 400});
        var joint = on(board, "removed together" + digits).along("steps", steps);
        var later = on(board, "residual first" + digits)
                .with("order=residualFirst")
                .along("steps", board.choose(new double[] {5, 20, 100}, new double[] {5, 20, 100, 400}));
        var mean = on(board, "noise first" + digits).with("order=noiseFirst").along("steps", 2, 20, 100);
        var floored = on(board, "noise first down to 0.01" + digits)
                .with("order=noiseFirst, floor=0.01")
                .along("steps", board.choose(new double[] {20, 100}, new double[] {20, 100, 400}));
        board.replicas(1);
        double[] fine = {1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 100, 400};
        var exact = on(board, "removed together, v = 0.25, Gaussian lines")
                .with("prior=gaussian")
                .along("steps", fine);
        board.stamp(n + "; Gaussian lines 1 (exact)");

        List<Cell<Config, Result>> shown = List.of(joint.at(1), joint.at(5), joint.at(100), mean.at(100));
        List<String> kinds = List.of("original", "noisy", "1 step", "5 steps", "100 steps", "100 steps,\nnoise first");
        double[][] pixels = new double[kinds.size() * SHOWN][];
        for (int row = 0; row < kinds.size(); row++) {
            Doubles all = shown.get(Math.max(0, row - 2)).runs().get(0).pictures();
            double[][] part = Grammar.pictures(all, SIDE * SIDE, Math.min(row, 2), SHOWN);
            System.arraycopy(part, 0, pixels, row * SHOWN, SHOWN);
        }
        board.pictures("pictures", "|Restored−mean| (black: 0.6)", kinds, SHOWN, SIDE, pixels, -1, 1)
                .differences(0.6, -1, -1, -1, 2, 2, 2)
                .beside(0, "error /\nMMSE", shown, r -> r.error() / r.mmse());
        Plot plot = board.plot(
                        "error",
                        "Error against steps",
                        Axis.log10("steps").range(0.9, 450),
                        Axis.linear("error / error of the posterior mean (MMSE)")
                                .range(0.9, 2.2))
                .named("together")
                .points("digits, together", joint, ratio(Result::error))
                .named("residual first")
                .points("digits, residual first", later, ratio(Result::error))
                .named("noise first")
                .points("digits, noise first", mean, ratio(Result::error));
        plot.colour(0)
                .named("together, exact for a Gaussian law")
                .law("Gaussian lines", fine, k -> {
                    Result r = exact.at(k).runs().get(0);
                    return r.error() / r.mmse();
                })
                .level(LineKind.THEORY, "posterior mean", 1, 0.9, 450)
                .level(LineKind.THEORY, "posterior sample", 2, 0.9, 450)
                .text(8, 0.95, "posterior mean")
                .text(1, 2.06, "posterior sample");

        String set = "set before the run";
        String over = "mean square error over that of the posterior mean";
        plot.claim("sample", over, joint, 100)
                .says("100 steps end in a posterior sample | error / error of the mean")
                .theory(2, 0.1)
                .control("claim: few")
                .of(joint.at(100).the(ratio(Result::error)))
                .from(source(), "a sample has twice the error of the mean; window 5 % " + set);
        plot.claim("few", over, joint, 5)
                .says("5 steps stay between mean and sample | error / error of the mean")
                .below(1.9)
                .of(joint.at(5).the(ratio(Result::error)))
                .from("control: the flow of 5 steps has not reached the posterior; bound " + set);
        plot.claim("noise-first", "root mean square difference from the posterior mean", mean, 100)
                .says("Removing the noise first ends in the mean | rms difference from the mean")
                .identity(0, 1e-9)
                .of(mean.at(100), Result::fromMean)
                .from("once y is bare the flow sees nothing but y: x̂ = E[x | y] ever after");
        plot.claim("one", "root mean square difference from the posterior mean", joint, 1)
                .identity(0, 1e-9)
                .of(joint.at(1), Result::fromMean)
                .from("without signal at the start, one step is E[x | y]");
        for (double k : new double[] {5, 20}) {
            board.claim("orders-" + (int) k, "rms difference between orders, residual first and together", later, k)
                    .above(0)
                    .of(later.at(k), Result::fromJoint)
                    .from("control: coarse steps leave the common flow");
        }
        board.claim("orders", "the same in 100 steps over 20 steps", later, 100)
                .theory(0.2, 0.07)
                .control("claim: orders-floored")
                .of(later.at(100).over(later.at(20), Result::fromJoint))
                .from(
                        "flows of equal (1 − ᾱ)/β̄ agree, DDIM has order 1: 20/100; window as of an order in [0.81, 1.27], "
                                + set);
        board.claim("apart", "mean square difference, noise first and together, over MMSE", mean, 100)
                .theory(1, 0.1)
                .control("claim: orders")
                .of(mean.at(100).the(ratio(r -> r.fromJoint() * r.fromJoint())))
                .from("a mean and a sample differ by the MMSE: the third order is not the same flow; window 10 %");
        board.claim(
                        "orders-floored",
                        "mean square difference, noise first down to 0.01 and together, over MMSE",
                        floored,
                        100)
                .above(0.01)
                .of(floored.at(100).the(ratio(r -> r.fromJoint() * r.fromJoint())))
                .from(
                        "control: with a floor the flow is the same, but its signal comes in few steps; bound of the square since a first run");
        board.claim("floor", "rms difference, noise first down to 0.01 and together, 100 steps over 20", floored, 100)
                .below(1)
                .control("claim: apart")
                .of(floored.at(100).over(floored.at(20), Result::fromJoint))
                .from("with a floor the ratio (1 − ᾱ)/β̄ has its ends, so fine steps return to the sample");
        board.claim("ddim", "largest difference of generated digits, the paper's update and DDIM", joint, 100)
                .identity(0, 1e-11)
                .of(joint.at(100)
                        .the(Reduction.by(runs -> Estimate.ofLargest(
                                runs.stream().mapToDouble(Result::ddimGap).toArray()))))
                .from(source() + ", ᾱ = 1 − √ā and β̄ = √(1 − ā): one is the other in other words");
        board.claim("gaussian", over, exact, 400)
                .theory(2, 0.02)
                .control("claim: gaussian-few")
                .of(exact.at(400).mean(r -> r.error() / r.mmse()))
                .from("the exact law; window 1 %");
        board.claim("gaussian-few", over, exact, 5)
                .below(1.9)
                .of(exact.at(5).mean(r -> r.error() / r.mmse()))
                .from("control: coarse steps do not reach the posterior");
        board.claim("divergence", "KL from restorations to posterior, 100 steps over 400", exact, 100)
                .theory(16, 4)
                .control("claim: gaussian-few")
                .of(exact.at(100).runs().get(0).divergence()
                        / exact.at(400).runs().get(0).divergence())
                .from("KL is quadratic in an error of order 1/steps: 4²; window 25 % " + set);
        board.caption("""
                Digits drawn from one Gaussian per class are seen with noise of variance 0.25; the posterior is known exactly. A run starts at y plus noise of standard deviation 1 and removes \
                residual and noise in DDIM steps of the exact predictors: together (ᾱ = β̄ = τ), the residual first, or the noise first. (a) Eight digits of one replica, from 5 steps on the size of the difference from the mean; error / MMSE: mean square error over that of \
                the posterior mean. (b) The same against steps: 1 for the mean, 2 for a posterior sample. Line: exact law for Gaussian lines. Ratios of means over {} replicas of {} digits, 95 % t intervals. In the table: \
                differences between the orders, a floor of 0.01 under the noise, DDIM in the paper's notation.""", n, joint.at(1).config().digits());
    }

    private static Reduction<Result> ratio(ToDoubleFunction<Result> above) {
        return Reduction.jackknife(runs -> Grammar.sum(runs.size(), k -> above.applyAsDouble(runs.get(k)))
                / Grammar.sum(runs.size(), k -> runs.get(k).mmse()));
    }

    @Override
    protected String says() {
        return """
                The paper splits degradation into a residual, which leads from the clean picture to the degraded one, and noise, each with a schedule of its own, and says that restoration then works in
                any order and in few steps. Here digits from one Gaussian per class are seen with noise of variance 0.25. The posterior is a mixture in closed form, so the predictors of residual and
                noise are exact, and what remains is the sampler.

                One step ends in the posterior mean, for every order: an identity, since at the start nothing but y is known. Many steps end in a sample of the posterior, whose error is twice as
                large. In between the number of steps only chooses between the two, so a small error in few steps is not a merit of the path: it is shrinkage towards the mean. The flow depends on the
                ratio (1 − ᾱ)/β̄ alone. Removing both together and the residual first give the same pictures, up to the error of the steps, which falls as 1/steps. Removing the noise first keeps that
                ratio at 0, and ends in the posterior mean in any number of steps. With a floor of 0.01 under the noise it is the same flow again, but most of the signal then arrives in a
                few steps, and it returns slowly. In generation the paper's update is DDIM in other notation.

                A claim that the paper's own baseline would also win: DDIM started from pure noise has the same two ends. In practice: say whether you want the mean or a sample; take one
                step for the first, choose the order freely for the second except noise first.""";
    }
}
