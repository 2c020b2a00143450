package org.noisebook.papers.onemorestep;

import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
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
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** The brightness bias caused by signal left at the end of a noise schedule, and its repair by one more step. */
public final class OneMoreStep extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final int STEPS = 1000;
    private static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    private static final Diffusion SCALED = new Diffusion.Ddpm(STEPS, new Diffusion.ScaledLinearBetas(0.00085, 0.012));
    private static final Diffusion ZERO = new Diffusion.Ddpm(STEPS, Diffusion.ZeroTerminalBetas.standard());
    private static final Target.Brightness LAW = Target.Brightness.standard();
    private static final String SOURCE = "arXiv 2311.15744";
    private static final String BIAS = "|m| √ᾱ √(λ/(ᾱλ + 1 − ᾱ)), the exact flow from N(0, 1), λ = 64 σ_b² + texture";

    /** Largest difference between means of equal distributions: five standard errors of (s − s′) z̄ for the fewest particles. */
    private static final double NOISE = 5e-4;

    /** The figure. */
    public OneMoreStep() {
        super(
                "one-more-step",
                "Signal left at the end of the schedule makes samples grey",
                List.of("One More Step, " + SOURCE, "Common diffusion noise schedules are flawed, arXiv 2305.08891"));
    }

    /** Bias towards 0 of the mean brightness that the exact flow gives to samples started from N(0, 1). */
    public static double bias(Diffusion diffusion, double mean, double variance) {
        return -mean * diffusion.meanCoefficient(1) * shrink(diffusion, variance);
    }

    /** The factor √(λ/(ᾱλ + V)) by which the flow multiplies the standard deviation of the initial noise. */
    public static double shrink(Diffusion diffusion, double variance) {
        double a = diffusion.meanCoefficient(1);
        return Math.sqrt(variance / (a * a * variance + diffusion.variance(1)));
    }

    private static double brightness(DiffusionResult run) {
        return run.mean().get(0) / Math.sqrt(LAW.pixels());
    }

    private static double spread(DiffusionResult run) {
        return Math.sqrt(run.variance().get(0));
    }

    /** The target along the brightness axis alone, which is decoupled from the rest. */
    private static Target axis(double m) {
        double root = Math.sqrt(LAW.pixels());
        return new Target.Brightness(1, root * m, root * LAW.stdDev(), LAW.texture());
    }

    private static Cell<DiffusionConfig, DiffusionResult> at(
            Board board, Diffusion diffusion, DiffusionStart start, double m, int steps, int particles) {
        Object[] how = {"diffusion", diffusion, "method", DDIM, "grid", TimeGrid.UNIFORM, "steps", steps, "start", start
        };
        DiffusionConfig base = Schema.with(DiffusionConfig.ofSamples(), how);
        return board.cell(
                STUDY, Schema.with(base, "target", axis(m), "end", 0, "particles", particles, "energyPoints", 2));
    }

    /** Ratio of DDIM's standard deviation from the exact start to that of the data; its map is linear, so two points determine it. */
    static double kept(int steps) {
        GaussianMixture law = axis(LAW.mean()).mixture().orElseThrow();
        double[][] x = {{0, 1}};
        double[] times = TimeGrid.UNIFORM.times(1, 0, steps);
        Ensemble.run(
                DDIM.sampler(SCALED, SCALED.marginals(law).score()), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return (x[0][1] - x[0][0]) / shrink(SCALED, LAW.variance());
    }

    private static Line<DiffusionConfig, DiffusionResult> along(
            Board board, Diffusion diffusion, DiffusionStart start, int steps, double... means) {
        return board.lineOf(means, m -> at(board, diffusion, start, m, steps, board.choose(2048, 1 << 14)));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: coarse");
        board.title(
                "Dark data come out too bright when sampling starts from pure noise",
                "Sampling from pure noise does not brighten dark data",
                "Sampling from pure noise may brighten dark data");
        board.subtitle("Brightness of samples with 7 % of the signal left at the schedule's end, and of data");
        int n = board.replicas(4, 16);
        double[] means = board.choose(new double[] {-0.6, 0, 0.6}, new double[] {-0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9});
        var plain = along(board, SCALED, new DiffusionStart.Standard(), 100, means);
        var more = along(board, SCALED, new DiffusionStart.OneMoreStep(), 100, means);
        var exact = along(board, SCALED, new DiffusionStart.Exact(), 100, means);
        var zero = along(board, ZERO, new DiffusionStart.OneMoreStep(), 100, means);
        List<String> shown = new ArrayList<>();
        for (var line : List.of(plain, more)) {
            for (double m : new double[] {-0.6, 0, 0.6}) {
                String name = m < 0 ? "Dark data, " : m > 0 ? "Bright data, " : "Mid data, ";
                shown.add(name + (line == plain ? "pure noise" : "one more step"));
                tellBrightness(board, shown.get(shown.size() - 1), line.at(m), difference(line, exact, m));
            }
        }
        board.show(shown.toArray(String[]::new));
        Axis x = Axis.linear("brightness of the data, m");
        Plot plot = board.plot("bias", "Bias of the brightness", x, Axis.linear("mean brightness of samples minus m"));
        double[] all = Line.even(means[0], means[means.length - 1], 41);
        plot.law("from pure noise", all, m -> bias(SCALED, m, LAW.variance()))
                .points("from pure noise", plain, less(plain, exact))
                .points("one more step", more, less(more, exact))
                .named("zero-terminal-SNR schedule")
                .points("chain that ends at 0", zero, less(zero, exact));
        String where = ", 64 pixels, scaled linear schedule, 100 steps of DDIM, m = ";
        plot.claim("plain", "mean brightness from pure noise minus that from the exact start" + where + "−0.6")
                .says("With 7 % of the signal left, dark samples are too bright | brightness − from the exact start")
                .theory(bias(SCALED, LAW.mean(), LAW.variance()))
                .judge(difference(plain, exact, -0.6), BIAS);
        String repair =
                "One more step, or a schedule that ends at 0, removes that error | brightness − from the exact start";
        judgeRepair(plot, "more", "one more step", repair, more, exact);
        judgeRepair(plot, "zero-terminal", "a schedule rescaled to end at 0", repair, zero, exact);
        plot.claim("control", "mean brightness from pure noise minus that from the exact start" + where + "0")
                .identity(0, NOISE)
                .judge(difference(plain, exact, 0), "data of mean 0 have nothing to lose, by symmetry");
        int few = board.choose(2048, 1 << 14);
        plot.claim("coarse", "mean brightness, pure noise minus exact start, m = −0.6, 4 steps of DDIM")
                .below(0.9 * bias(SCALED, LAW.mean(), LAW.variance()))
                .of(at(board, SCALED, new DiffusionStart.Standard(), LAW.mean(), 4, few)
                        .less(
                                at(board, SCALED, new DiffusionStart.Exact(), LAW.mean(), 4, few),
                                OneMoreStep::brightness))
                .from("control: the window of the exact flow must be missed by steps too coarse to follow it");
        tellSpread(board);
        board.caption(
                "Gaussian pictures of 64 pixels, brightness N(m, 0.3²) plus texture of variance 0.52, by their exact score: scaled linear"
                        + " schedule of T = 1000, at whose end √ᾱ = 0.068 of the signal is left; 100 steps of DDIM. Pure noise has none of it; one"
                        + " more step starts from √ᾱ times the mean of the data plus noise. Shares of samples and of the data in 40 bins, m = −0.6, 0"
                        + " and 0.6; off: mean brightness minus that from exact starts with the same noise. In the table: that against m, also for a schedule"
                        + " rescaled to end at 0 (arXiv 2305.08891); spread of brightness over that of the data: one more step restores the mean,"
                        + " only an exact start the spread, of which DDIM loses 1 % in 100 steps. Run along one axis. Means over {} replicas, 95 % t intervals.",
                n);
    }

    /** Plots the brightness distribution of samples over that of the data. */
    private static void tellBrightness(
            Board board, String name, Cell<DiffusionConfig, DiffusionResult> cell, Estimate off) {
        DiffusionResult law = cell.runs().get(0);
        double[] edges = DiffusionStudy.binEdges(law);
        Arrays.setAll(edges, k -> edges[k] / Math.sqrt(LAW.pixels()));
        boolean more = name.endsWith("step");
        Axis x = Axis.linear("brightness").range(-1.6, 1.6);
        board.plot(name, name, x, Axis.linear("density").range(0, 1.5))
                .colour(more ? 1 : 0)
                .named(more ? "samples, one more step" : "samples from pure noise")
                .histogram("samples", edges, cell.means(DiffusionResult::shares))
                .colour(Plot.GREY)
                .outline("data", edges, law.lawShares().toArray())
                .note(Words.say("mean off by {}", Math.rint(100 * off.mean()) / 100 + 0.0));
    }

    private static Estimate[] less(
            Line<DiffusionConfig, DiffusionResult> line, Line<DiffusionConfig, DiffusionResult> exact) {
        return line.less(exact, OneMoreStep::brightness);
    }

    private static Estimate difference(
            Line<DiffusionConfig, DiffusionResult> line, Line<DiffusionConfig, DiffusionResult> exact, double m) {
        return line.at(m).less(exact.at(m), OneMoreStep::brightness);
    }

    private static void judgeRepair(
            Plot plot,
            String name,
            String words,
            String says,
            Line<DiffusionConfig, DiffusionResult> line,
            Line<DiffusionConfig, DiffusionResult> exact) {
        plot.claim(name, "mean brightness from " + words + " minus that from the exact start, m = −0.6")
                .says(says)
                .identity(0, NOISE)
                .judge(
                        difference(line, exact, -0.6),
                        SOURCE + "; the mean of a Gaussian stays on its path in every step");
    }

    private static void tellSpread(Board board) {
        int many = 1 << board.choose(14, 17);
        var exact = new DiffusionStart.Exact();
        var step = new DiffusionStart.OneMoreStep();
        var cells = List.of(
                at(board, SCALED, new DiffusionStart.Standard(), LAW.mean(), 100, many),
                at(board, SCALED, step, LAW.mean(), 100, many),
                at(board, ZERO, step, LAW.mean(), 100, many),
                at(board, SCALED, exact, LAW.mean(), 100, many),
                at(board, SCALED, exact, LAW.mean(), 400, many));
        double target = Math.sqrt(LAW.variance());
        ToDoubleFunction<DiffusionResult> ratio = run -> spread(run) / target;
        double theory = shrink(SCALED, LAW.variance()) / target;
        double meanOnly = theory * SCALED.stdDev(1);
        List<String> names =
                List.of("pure\nnoise", "one more\nstep", "zero SNR\nat the end", "exact\nstart", "exact, 400\nsteps");
        Axis x = Axis.named("start", names);
        Axis y = Axis.linear("standard deviation over the data's");
        Plot plot = board.plot("spread", "Spread of the brightness", x, y)
                .level(LineKind.THEORY, "data", 1, 0.6, 5.4)
                .points("samples", Line.of(Line.numbered(5), cells), mean(ratio));
        String statement = "standard deviation of brightness relative to that from the exact start, same noise, from ";
        plot.claim("spread-plain", statement + "pure noise")
                .identity(theory, 1e-9)
                .of(cells.get(0).over(cells.get(3), OneMoreStep::spread))
                .from("√(1/(ᾱλ + 1 − ᾱ)): DDIM is linear along one axis; both starts are multiples of one noise");
        plot.claim("spread-more", statement + "one more step")
                .says("One more step keeps the spread of the exact start")
                .identity(meanOnly, 1e-9)
                .of(cells.get(1).over(cells.get(3), OneMoreStep::spread))
                .from("√((1 − ᾱ)/(ᾱλ + 1 − ᾱ)), the same");
        String exactly = "brightness spread from the exact start relative to √(λ/64), without sampling, DDIM steps: ";
        for (int steps : new int[] {100, 400}) {
            plot.claim("spread-exact-" + steps, exactly + steps)
                    .control("claim: spread-exact-20")
                    .says("From the exact start, the spread is right in 100 and 400 steps")
                    .theory(1, 0.01)
                    .of(kept(steps))
                    .from(SOURCE + "; window 1 % set before the run");
        }
        board.claim("spread-exact-20", exactly + 20)
                .below(0.99)
                .of(kept(20))
                .from("control: steps too coarse must miss that window");
    }
}
