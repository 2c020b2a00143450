package org.noisebook.papers.polynomial;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.paper.Grammar.stopIfInterrupted;
import static org.noisebook.paper.Grammar.sum;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.papers.polynomial.ClosedState.Points;
import org.noisebook.regime.KernelChange;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * A two-layer network that fits first and generalises later unless it is linearised or too lazy, and whether it is lazy while it fits.
 *
 * <p>Full-batch gradient descent on the squared loss of f(x) = α/N Σ_i φ(w_i·x), φ(z) = z + εz²/2, for y = (β·x)²/2 with x ~ N(0, 1/D),
 * β ~ N(0, 1), w ~ N(0, 1) and a fixed read-out, by {@link ClosedState}. The initial output is subtracted, so α alone tunes from lazy to
 * rich. The linearised twin takes the same steps with the initial tangent kernel Θ₀: along an eigenvector of eigenvalue λ, its residual
 * shrinks as (1 − 2ηλ/P)^t. Its limit is kernel regression, where eigenvalues below 10⁻¹⁰ of the largest count as 0.
 *
 * <p><b>Streams</b>: one part per neuron or point. <b>Special cases</b>: if M does not change, the share along the target is 0.
 * <b>Error</b>: rounding. <b>Cost</b>: 2 P D² + 2 D³ multiply-adds per step, P² D/2 + testSize (D² + P) per record, about P³ for the spectrum.
 */
@Paper(
        key = "2310.06110",
        title = "Grokking as the transition from lazy to rich training dynamics",
        cite = "Kumar, Bordelon, Gershman, Pehlevan 2023, arXiv 2310.06110",
        study = "polynomial-grokking",
        version = 2,
        does = "A two-layer network and its linearisation on the square of a direction, step by step",
        figure = "polynomial-grokking",
        shows = "A network fits first and generalises later; if too lazy, never",
        streams = {"init", "data", "test", "teacher"})
public final class PolynomialGrokking extends OnePaper<PolynomialGrokking.Config, PolynomialGrokking.Result> {
    /** Gradient descent of a two-layer network with a fixed second layer on a polynomial of one direction. */
    public record Config(
            @Parameter(standard = "40", symbol = "D", range = "[1, 2000]", value = "dimension of the points")
            int dimension,

            @Parameter(standard = "220", symbol = "P", range = "[1, 4000]", value = "number of training points")
            int trainSize,

            @Parameter(standard = "1000", range = "[1, 10000]", value = "number of test points")
            int testSize,

            @Parameter(standard = "500", symbol = "N", range = "[1, 100000]", value = "number of neurons at the start")
            int width,

            @Parameter(standard = "1", symbol = "α", range = "[1e-6, 1e9]", value = "output scale: large is lazy")
            double outputScale,

            @Parameter(
                    standard = "0.25",
                    symbol = "ε",
                    range = "[0, 1000]",
                    value = "curvature of the activation z + εz²/2")
            double curvature,

            @Parameter(standard = "8", symbol = "ηα²/N", range = "(0, 1e9]", value = "learning rate in units of N/α²")
            double learningRate,

            @Parameter(standard = "2000", range = "[1, 1000000]", value = "steps of gradient descent")
            int steps,

            @Parameter(standard = "24", range = "[1, 100]", value = "records per decade of steps")
            int recordsPerDecade) {
        /** The steps that are recorded, from 0 to the last, evenly spaced in their logarithm. */
        public double[] recordSteps() {
            int count = (int) Math.ceil(recordsPerDecade * StrictMath.log10(steps));
            DoubleStream between = DoubleStream.iterate(0, k -> k + 1)
                    .limit(count)
                    .map(k -> Math.floor(StrictMath.pow(10, k / recordsPerDecade)))
                    .filter(step -> step < steps);
            return DoubleStream.concat(DoubleStream.of(0), DoubleStream.concat(between, DoubleStream.of(steps)))
                    .distinct()
                    .toArray();
        }
    }

    /**
     * Errors of a network and of its linearisation during training, relative to the mean square of the targets. A network has fitted at the
     * first record with a training error below 0.1, and learned at the first with a test error below 0.1; else at the last record.
     */
    public record Result(
            @Parameter(
                    "test error of kernel regression with the initial tangent kernel: the linearised network after infinitely many steps")
            double kernelTestError,

            @Parameter("step at which the training error reaches the level")
            int fitStep,

            @Parameter("step at which it has learned") int learnStep,

            @Parameter("test error at the fitting step, over that of kernel regression")
            double fitOverKernel,

            @Parameter("relative change of the kernel at the fitting step")
            double fitKernelChange,

            @Parameter(
                    "test error after the last step over that of kernel regression; 1 is what the initial kernel achieves")
            double lastOverKernel,

            @Parameter("the same when linearised") double twinOverKernel,

            @Parameter(length = "recordSteps", value = "training error at the records")
            Doubles trainError,

            @Parameter(length = "recordSteps", value = "test error at the records")
            Doubles testError,

            @Parameter(length = "recordSteps", value = "training error of the linearised network at the records")
            Doubles twinTrainError,

            @Parameter(length = "recordSteps", value = "test error of the linearised network at the records")
            Doubles twinTestError,

            @Parameter(
                    length = "recordSteps",
                    symbol = "‖Θ−Θ₀‖/‖Θ₀‖",
                    value = "relative change of the tangent kernel of the training points")
            Doubles kernelChange,

            @Parameter(length = "recordSteps", symbol = "KA", value = "alignment of that kernel with the initial one")
            Doubles kernelAlignment,

            @Parameter(length = "recordSteps", value = "share of the change of ⟨ww'⟩ along the direction of the target")
            Doubles targetShare)
            implements Outcome {}

    private static final double ROUNDING = 1e-10;
    private static final int COLUMNS = 7;
    /** The error below which a network has fitted or learned. */
    private static final double LEVEL = 0.1;

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        return measure(c, streams, MatrixKernels.fastest());
    }

    /** Runs on given kernels; the result does not depend on them. */
    Result measure(Config c, Streams streams, MatrixKernels products) {
        Stream teacher = streams.at("teacher");
        double[] beta = new double[c.dimension()];
        Arrays.setAll(beta, k -> teacher.nextGaussian());
        ClosedState state = new ClosedState(c, streams.at("init"), products);
        Points train = new Points(c.trainSize(), beta, streams.at("data"));
        Points test = new Points(c.testSize(), beta, streams.at("test"));
        state.look(train);
        state.look(test);
        double[] start = state.moments.clone();
        double[] trainStart = train.output.clone();
        double[] testStart = test.output.clone();
        double[] kernel = state.kernel(train, train);
        Twin twin = new Twin(c, SymmetricSpectrum.of(train.size, kernel), train, state.kernel(test, train), test);
        double[] steps = c.recordSteps();
        double[][] columns = new double[COLUMNS][steps.length];
        int record = 0;
        for (int step = 0; step <= c.steps(); step++) {
            stopIfInterrupted();
            state.look(train);
            double trainError = train.error(trainStart);
            if (!Double.isFinite(trainError)) {
                throw new Outcome.Diverged();
            }
            if (step == steps[record]) {
                state.look(test);
                double[] now = state.kernel(train, train);
                double norm = Dot.inOrder(kernel, kernel);
                double nowNorm = Dot.inOrder(now, now);
                double along = Dot.inOrder(kernel, now);
                double[] row = {
                    trainError,
                    test.error(testStart),
                    twin.trainError(step),
                    twin.testError(step),
                    Math.sqrt(Math.max(0, norm + nowNorm - 2 * along) / norm),
                    along / Math.sqrt(norm * nowNorm),
                    state.share(start, beta)
                };
                for (int k = 0; k < COLUMNS; k++) {
                    columns[k][record] = row[k];
                }
                record++;
            }
            state.step(train);
        }
        int fitted = first(columns[0]);
        Doubles[] by = Arrays.stream(columns).map(Doubles::of).toArray(Doubles[]::new);
        double regression = twin.endTestError();
        return new Result(
                regression,
                (int) steps[fitted],
                (int) steps[first(columns[1])],
                columns[1][fitted] / regression,
                columns[4][fitted],
                by[1].last() / regression,
                by[3].last() / regression,
                by[0],
                by[1],
                by[2],
                by[3],
                by[4],
                by[5],
                by[6]);
    }

    /** The first record with an error below the level, or the last if there is none. */
    private static int first(double... errors) {
        return IntStream.range(0, errors.length)
                .filter(k -> errors[k] < LEVEL)
                .findFirst()
                .orElse(errors.length - 1);
    }

    /** The network linearised at its initial weights, by the spectrum of its tangent kernel. */
    private static final class Twin {
        private final double rate;
        private final SymmetricSpectrum spectrum;
        private final double[] values;
        private final double[] parts;
        private final double square;
        private final double[] across;
        private final Points test;

        Twin(Config c, SymmetricSpectrum spectrum, Points train, double[] across, Points test) {
            this.rate = 2 * c.learningRate() / train.size;
            this.spectrum = spectrum;
            this.values = spectrum.values();
            this.parts = spectrum.parts(train.targets);
            this.square = Dot.inOrder(train.targets, train.targets);
            this.across = across;
            this.test = test;
        }

        /** The remaining share of the residual along an eigenvector. */
        private double left(int k, int step) {
            return StrictMath.pow(1 - rate * values[k], step);
        }

        double trainError(int step) {
            return sum(parts.length, k -> parts[k] * left(k, step) * (parts[k] * left(k, step))) / square;
        }

        double testError(int step) {
            return testError(k -> 1 - left(k, step));
        }

        double endTestError() {
            return testError(k -> 1);
        }

        private double testError(IntToDoubleFunction done) {
            double[] pull = new double[parts.length];
            Arrays.setAll(
                    pull, k -> values[k] > ROUNDING * values[0] ? parts[k] * done.applyAsDouble(k) / values[k] : 0);
            return test.error(across, spectrum.vector(pull));
        }
    }

    @Override
    public double work(Config c) {
        double d = c.dimension();
        double p = c.trainSize();
        return c.steps() * 2 * d * d * (p + d)
                + c.recordSteps().length * (p * p * d + c.testSize() * (d * d + p))
                + 4 * p * p * p
                + p * c.testSize() * d
                + c.width() * d * d;
    }

    @Override
    public long memory(Config c) {
        long stride = Kernels.padded(c.dimension());
        long points = c.trainSize() + (long) c.testSize();
        long kernels = c.trainSize() * (4L * c.trainSize() + c.testSize());
        return (kernels + (2 * points + c.trainSize() + 5L * c.dimension()) * stride) * Double.BYTES;
    }

    // The figure.

    private static final double RICH = 1;
    private static final double LAZY = 64;
    private static final String PILOT = "bound set before the run, after a pilot at another root seed";
    private static final String CONTROL = "control that could have made it false; bound set before the run";
    private static final String RULE = "by convention: a kernel that changed by less than a tenth";
    private static final Axis STEP = Axis.log10("step of gradient descent");

    @Override
    protected void tell(Board board) {
        board.control("claim: lazy-end");
        board.title(
                "The network fits first and generalises later; lazy networks never do",
                "The network does not generalise later than it fits",
                "The network may generalise later than it fits");
        board.subtitle("Training and test error against gradient steps, at output scales α = 1 and 64");
        board.show("rich", "lazy");
        int n = board.replicas(4, 8);
        int dimension = board.choose(40, 100);
        int points = board.choose(220, 550);
        var line = on(board, points + " points in " + dimension + " dimensions")
                .with("dimension=" + dimension + ", trainSize=" + points)
                .with(board.choose("steps=1000, recordsPerDecade=12", "steps=4000"))
                .along(
                        "outputScale",
                        board.choose(new double[] {RICH, 4, 16, LAZY}, new double[] {RICH, 2, 4, 8, 16, 32, LAZY}));
        var rich = line.at(RICH);
        var lazy = line.at(LAZY);
        double end = rich.config().steps();
        String grokking = "At α = 1, the network fits first and learns the rule later | ratio of errors or of steps";
        String never = "Linearised, or at α = 64, it fits and never learns the rule | test error / kernel regression's";
        String over = "test error relative to kernel regression";
        String fitting = " when the training error falls below 0.1";
        String last = " after the last step";

        Plot course = tellErrors(board, "rich", "α = 1", rich);
        course.claim("fit", over + fitting, line, RICH, Result::fitOverKernel)
                .says(grokking)
                .above(0.5)
                .from(source(), PILOT);
        course.claim(
                        "delay",
                        "ratio of steps to a test error below 0.1 to steps to a training error below 0.1 (lower bound)",
                        line,
                        RICH)
                .control("claim: lazy-end")
                .says(grokking)
                .above(2)
                .of(rich.the(geometric(run -> (double) run.learnStep() / run.fitStep())))
                .from(source(), PILOT);
        course.claim("end", over + last, line, RICH, Result::lastOverKernel)
                .says(grokking)
                .below(0.5)
                .from(source(), PILOT);
        course.claim("twin", over + last + ", linearised network", line, RICH, Result::twinOverKernel)
                .control("claim: end")
                .says(never)
                .theory(1, 0.05)
                .from(CONTROL);
        course.claim(
                        "twin-train",
                        "training error of the linearised network" + last,
                        line,
                        RICH,
                        run -> run.twinTrainError().last())
                .control("none: a condition on the linearised network; it would fail for a network that did not learn")
                .below(0.01)
                .from("it fits as well");

        Plot still = tellErrors(board, "lazy", "α = 64", lazy);
        still.claim("lazy-end", over + last, line, LAZY, Result::lastOverKernel)
                .control("claim: end")
                .says(never)
                .above(0.75)
                .from(CONTROL);
        still.claim(
                        "lazy-train",
                        "training error" + last,
                        line,
                        LAZY,
                        run -> run.trainError().last())
                .control("none: a condition of the lazy run; it would fail for a network that did not learn")
                .below(0.01)
                .from("it fits as well");

        board.plot(
                        "scale",
                        "Final test error",
                        Axis.log2("output scale α (lazy to the right)"),
                        Axis.linear("test error over that of the initial kernel"))
                .named("kernel of the start")
                .level(LineKind.THEORY, "kernel", 1, RICH, LAZY)
                .means("network", line, Result::lastOverKernel)
                .means("linearised", line, Result::twinOverKernel)
                .claim("order", over + " at α = 16 minus that at α = 4", line)
                .above(0)
                .of(line.at(16).less(line.at(4), Result::lastOverKernel))
                .from(source(), PILOT);

        Axis change = Axis.log10("relative change of the tangent kernel");
        Plot moved = board.plot("kernel", "Change of the kernel", STEP, change)
                .named("lazy below 0.1")
                .level(LineKind.THEORY, "rule", KernelChange.SMALL, 1, end);
        draw(moved, "α = 1", rich, Result::kernelChange);
        draw(moved, "α = 64", lazy, Result::kernelChange);
        String relative = "relative change of the tangent kernel";
        moved.claim(
                        "change-rich",
                        relative + last,
                        line,
                        RICH,
                        run -> run.kernelChange().last())
                .control("claim: change-lazy")
                .above(KernelChange.SMALL)
                .from("not lazy " + RULE);
        moved.claim(
                        "change-lazy",
                        relative + last,
                        line,
                        LAZY,
                        run -> run.kernelChange().last())
                .control("claim: change-rich")
                .below(KernelChange.SMALL)
                .from("lazy " + RULE);
        moved.claim("lazy-first", relative + fitting, line, RICH, Result::fitKernelChange)
                .says("The network is lazy while it fits: its kernel hardly changes")
                .below(KernelChange.SMALL)
                .from(source() + ": from lazy to rich", "lazy " + RULE);
        moved.claim(
                        "cosine",
                        "alignment of the tangent kernel with the initial one" + last,
                        line,
                        RICH,
                        run -> run.kernelAlignment().last())
                .above(0.85)
                .from("a cosine hardly detects the change; bound set before the run");
        moved.claim(
                        "target",
                        "share of the change of ⟨ww'⟩ along the target's direction",
                        line,
                        RICH,
                        run -> run.targetShare().last())
                .above(0.9)
                .from(source(), PILOT);
        board.caption("""
                Gradient descent on the squared loss of f = α/N Σ (z + z²/8), z = w·x, N = 500, minus its initial value, on y = (β·x)²/2 in {} dimensions from {} \
                points, η = 8 N/α²; 1,000 test points. Errors over Σ y². (a) At α = 1 training and test error reach the same level, \
                fixed beforehand, at different times. Linearised: the same initial weights and steps with a fixed tangent kernel. (b) At \
                α = 64 the network also fits but hardly leaves its kernel. (c) In between. (d) How far the kernel moved. If a test error \
                never reaches the level, the delay counts to the last step. Means over {} replicas, each with its own points, target and weights (curves: geometric), 95 % t \
                intervals.""", dimension, points, n);
    }

    private static Plot tellErrors(Board board, String name, String title, Cell<Config, Result> cell) {
        Plot plot = board.plot(name, title, STEP, Axis.log10("error (1: no better than answering 0)"))
                .named("level 0.1")
                .level(LineKind.THEORY, "level", LEVEL, 1, cell.config().steps());
        draw(plot, "network, training", cell, Result::trainError);
        draw(plot, "network, test", cell, Result::testError);
        draw(plot, "linearised, training", cell, Result::twinTrainError);
        draw(plot, "linearised, test", cell, Result::twinTestError);
        return plot;
    }

    /** Plots an error from the first step on, because the axis is logarithmic. */
    private static void draw(Plot plot, String name, Cell<Config, Result> cell, Function<Result, Doubles> column) {
        double[] all = cell.config().recordSteps();
        double[] steps = Arrays.copyOfRange(all, 1, all.length);
        plot.points(
                        name,
                        steps,
                        cell,
                        k -> geometric((Result run) -> column.apply(run).get(k + 1)))
                .joined(name);
    }

    @Override
    protected String says() {
        return """
                The paper says that a network groks if it first fits its training points lazily, with the tangent kernel of its initial weights,
                which does not generalise, and later learns features that do. Its example is a two-layer network with a fixed second layer that
                learns the square of one direction. There the means of w and of wwᵀ over neurons obey closed equations, which reproduce the
                dynamics of all weights exactly. Here the initial output is subtracted, so kernel regression is the same at every α.

                Training and test error must both fall below the same level, 0.1, fixed beforehand. At α = 1 they do so at different times: when
                the training points are fitted, the test error is still more than half that of kernel regression, and later it is far below. Two
                controls must not show this: the network linearised at its initial weights, with the same steps, and α = 64, where the network
                fits and hardly leaves its kernel. That the network was *lazy* while it fitted is a separate claim, judged by the rule of the
                study `regime`: a relative change of the tangent kernel below 0.1. In forty dimensions the kernel has moved further than that by
                then. A cosine, the alignment of the kernel with its initial value, hardly shows this even at the end. The paper's own sizes are
                the full preset.""";
    }
}
