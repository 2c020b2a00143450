package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.regime.PolynomialGrokkingConfig;
import org.noisebook.regime.PolynomialGrokkingResult;
import org.noisebook.regime.PolynomialGrokkingStudy;
import org.noisebook.regime.RegimeReport;

/** A network fits its training points first and generalises later; linearised or too lazy it never does. Was it lazy first? */
public final class PolynomialGrokking extends Story {
    private static final PolynomialGrokkingStudy STUDY = new PolynomialGrokkingStudy();
    /** The level of training and of test error. */
    private static final double LEVEL = 0.1;

    private static final double RICH = 1;
    private static final double LAZY = 64;
    private static final String PAPER =
            "arXiv 2310.06110; bound set before the run, after a pilot at another root seed";
    private static final String CONTROL = "control that could have made it false; bound set before the run";

    /** The figure. */
    public PolynomialGrokking() {
        super("polynomial-grokking", "A network fits first and generalises later; too lazy, never", STUDY.sources());
    }

    /** The record at which errors are first below the level; the last where they never are. */
    private static int first(Doubles errors) {
        int k = 0;
        while (k < errors.size() - 1 && !(errors.get(k) < LEVEL)) {
            k++;
        }
        return k;
    }

    private static double last(Doubles values) {
        return values.get(values.size() - 1);
    }

    /** From the first step on, for the axis is logarithmic. */
    private static void draw(
            Plot plot,
            String name,
            Cell<PolynomialGrokkingConfig, PolynomialGrokkingResult> cell,
            Function<PolynomialGrokkingResult, Doubles> column) {
        double[] all = cell.config().recordSteps();
        double[] steps = Arrays.copyOfRange(all, 1, all.length);
        plot.points(
                        name,
                        steps,
                        cell,
                        k -> geometric((PolynomialGrokkingResult run) ->
                                column.apply(run).get(k + 1)))
                .joined(name);
    }

    private static void drawErrors(Plot plot, Cell<PolynomialGrokkingConfig, PolynomialGrokkingResult> cell) {
        plot.named("level 0.1")
                .level(LineKind.THEORY, "level", LEVEL, 1, cell.config().steps());
        draw(plot, "network, training", cell, PolynomialGrokkingResult::trainError);
        draw(plot, "network, test", cell, PolynomialGrokkingResult::testError);
        draw(plot, "linearised, training", cell, PolynomialGrokkingResult::twinTrainError);
        draw(plot, "linearised, test", cell, PolynomialGrokkingResult::twinTestError);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(4, 8);
        var main = Schema.with(
                PolynomialGrokkingConfig.standard(),
                "dimension",
                board.choose(40, 100),
                "trainSize",
                board.choose(220, 550),
                "steps",
                board.choose(1000, 4000),
                "recordsPerDecade",
                board.choose(12, 24));
        var line = board.line(STUDY, main, "outputScale", board.choose(new double[] {RICH, 4, 16, LAZY}, new double[] {
            RICH, 2, 4, 8, 16, 32, LAZY
        }));
        var rich = line.at(RICH);
        var lazy = line.at(LAZY);
        double end = main.steps();
        double[] steps = main.recordSteps();
        Axis step = Axis.log10("step of gradient descent");
        String grokking = "At α = 1 the network fits its points first and learns the rule only later";
        String never = "Linearised at its start, or too lazy at α = 64, it fits the points and never learns the rule";
        Axis error = Axis.log10("error (1: no better than answering 0)");

        Plot course = board.plot("rich", "α = 1: the test error falls late", step, error);
        drawErrors(course, rich);
        course.claim("fit", "test error over kernel regression's when the training error comes below 0.1, α = 1")
                .says(grokking)
                .above(0.5)
                .judge(rich, run -> run.testError().get(first(run.trainError())) / run.kernelTestError(), PAPER);
        course.claim("delay", "steps to a test error below 0.1 over those to such a training error, α = 1, at least")
                .says(grokking)
                .above(2)
                .judge(
                        rich.the(geometric(run -> steps[first(run.testError())] / steps[first(run.trainError())])),
                        PAPER);
        course.claim("end", "test error after the last step over kernel regression's, α = 1")
                .says(grokking)
                .at("network, test", end)
                .below(0.5)
                .judge(rich, PolynomialGrokkingResult::lastOverKernel, PAPER);
        course.claim("twin", "the same of the network linearised at its start")
                .says(never)
                .at("linearised, test", end)
                .theory(1, 0.05)
                .judge(rich, run -> last(run.twinTestError()) / run.kernelTestError(), CONTROL);
        course.claim("twin-train", "training error of the linearised network after the last step")
                .below(0.01)
                .judge(rich, run -> last(run.twinTrainError()), "it fits as well");

        Plot still = board.plot("lazy", "α = 64: the test error does not fall", step, error);
        drawErrors(still, lazy);
        still.claim("lazy-end", "test error after the last step over kernel regression's, α = 64")
                .says(never)
                .at("network, test", end)
                .above(0.75)
                .judge(lazy, PolynomialGrokkingResult::lastOverKernel, CONTROL);
        still.claim("lazy-train", "training error after the last step, α = 64")
                .below(0.01)
                .judge(lazy, run -> last(run.trainError()), "it fits as well");

        Plot scales = board.plot(
                        "scale",
                        "In the end: the smaller α, the more is learned",
                        Axis.log2("output scale α (lazy to the right)"),
                        Axis.linear("test error over that of the start's kernel"))
                .named("kernel of the start")
                .level(LineKind.THEORY, "kernel", 1, RICH, LAZY)
                .points("network", line, mean(PolynomialGrokkingResult::lastOverKernel))
                .points(
                        "linearised",
                        line,
                        mean((PolynomialGrokkingResult run) -> last(run.twinTestError()) / run.kernelTestError()));
        scales.claim("order", "the network's at α = 16 less that at α = 4")
                .above(0)
                .judge(line.at(16).less(line.at(4), PolynomialGrokkingResult::lastOverKernel), PAPER);

        Axis change = Axis.log10("relative change of the tangent kernel");
        Plot moved = board.plot("kernel", "At α = 1 the kernel moves from the start", step, change)
                .named("lazy below 0.1")
                .level(LineKind.THEORY, "rule", RegimeReport.LAZY, 1, end);
        draw(moved, "α = 1", rich, PolynomialGrokkingResult::kernelChange);
        draw(moved, "α = 64", lazy, PolynomialGrokkingResult::kernelChange);
        ToDoubleFunction<PolynomialGrokkingResult> lastChange = run -> last(run.kernelChange());
        moved.claim("change-rich", "relative kernel change after the last step, α = 1")
                .at("α = 1", end)
                .above(RegimeReport.LAZY)
                .judge(rich, lastChange, "not lazy by the rule of the study regime");
        moved.claim("change-lazy", "relative kernel change after the last step, α = 64")
                .at("α = 64", end)
                .below(RegimeReport.LAZY)
                .judge(lazy, lastChange, "lazy by the rule of the study regime");
        moved.claim("lazy-first", "relative kernel change when the training error comes below 0.1, α = 1")
                .says("It is lazy first: its kernel has changed by only {} of itself when the points are fitted")
                .or(
                        "It is not lazy first: its kernel has changed by {} of itself when the points are fitted",
                        "Open: is it lazy first? Its kernel has changed by {} of itself when the points are fitted")
                .below(RegimeReport.LAZY)
                .judge(
                        rich,
                        run -> run.kernelChange().get(first(run.trainError())),
                        "arXiv 2310.06110: from lazy to rich; lazy by the rule of the study regime");
        moved.claim("cosine", "alignment of the kernel with that of the start after the last step, α = 1")
                .above(0.85)
                .judge(
                        rich,
                        run -> last(run.kernelAlignment()),
                        "a cosine sees little of it; bound set before the run");
        moved.claim("target", "share of the change of weights along the direction of the target, α = 1")
                .above(0.9)
                .judge(rich, run -> last(run.targetShare()), PAPER);
        board.where("fits: training error below 0.1; α scales the output; lazy: the tangent kernel hardly changes");
        board.caption(
                "Gradient descent on squares of f = α/N Σ (z + z²/8), z = w·x, N = 500, less its start, on y = (β·x)²/2 in {} dimensions from"
                        + " {} points, η = 8 N/α²; 1,000 test points. Errors over Σ y². (a) At α = 1 training and test error reach the same level, fixed beforehand, at unlike"
                        + " times. Linearised: the same start and steps with the tangent kernel held. (b) At α = 64 the network fits too, and hardly leaves its kernel."
                        + " (c) In between. (d) How far the kernel moved. The delay counts to the last step where a test error never came to the level."
                        + " Means over {} replicas, each with its own points, target and weights (curves: geometric), 95 % t intervals.",
                main.dimension(), main.trainSize(), n);
    }
}
