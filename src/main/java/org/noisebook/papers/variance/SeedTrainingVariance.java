package org.noisebook.papers.variance;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.model.StopReason;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/**
 * Trains under every combination of initialisation, order and data seeds and decomposes the variance of the test error; also how much the
 * variance of a mean grows if its runs share a seed.
 *
 * <p>A cell is one deterministic training of another study with streams {@code init}, {@code order} and {@code data} pinned to its seeds;
 * all cells share one test set; the stream {@code teacher} is for students. Model: Y_ijk = μ + A_i + B_j + D_k + AB + AD + BD + E, all
 * random (Searle, Casella and McCulloch 1992, doi:10.1002/9780470316856).
 */
@Paper(
        key = "2103.03098",
        cite = {
            "Searle, Casella, McCulloch 1992, Variance Components, doi:10.1002/9780470316856",
            "Bouthillier et al. 2021, Accounting for Variance in Machine Learning Benchmarks, arXiv 2103.03098",
            "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep Learning,"
                    + " arXiv 2301.13703"
        },
        study = "seed-training",
        version = 1,
        does =
                "Trainings with crossed seeds of initialisation, order and data: sources of the variance of the test error",
        figure = "seed-training-variance",
        shows = "Sources of variance in training",
        streams = {"init", "order", "data", "teacher"},
        with = SeedMistakes.class)
public final class SeedTrainingVariance extends OnePaper<SeedTrainingVariance.Config, SeedTrainingVariance.Result> {
    /** One training under all combinations of initialisation, order and data seeds. */
    public record Config(
            @Parameter(
                    standard = "network",
                    value = "learner: network(training=…), perceptron(training=…), student(hidden=0)")
            Learner learner,

            @Parameter(standard = "seedLevels(init=6, order=6, data=6)", value = "seeds of each source, fully crossed")
            SeedLevels levels) {}

    /** Results per cell and the variance shares of the sources; lists are {@code [init][order][data]}, row-major. */
    public record Result(
            @Parameter("trainings that fitted every point or took all their steps")
            int fitted,

            @Parameter("trainings stopped by the step limit")
            int capped,

            @Parameter("trainings that diverged") int diverged,

            @Parameter("variance shares of the logarithm of the test error")
            SeedShares shares,

            @Parameter(
                    value =
                            "share of test points with y F ≤ 0, or relative square error, of every cell; NaN after divergence",
                    symbol = "ε")
            Doubles testError,

            @Parameter(value = "training time of every cell", symbol = "t*")
            Doubles time,

            @Parameter(value = "relative weight change of every cell; NaN after divergence", symbol = "|Δw|/|w₀|")
            Doubles relativeWeightChange)
            implements CrossedResult, Outcome {
        @Override
        public EndCounts ends() {
            return new EndCounts(fitted, capped, diverged);
        }
    }

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        List<Learner.Training> cells = IntStream.range(0, c.levels().cells())
                .mapToObj(cell -> c.learner().train(c.levels().at(streams, cell)))
                .toList();
        double[] testError = numbers(cells, Learner.Training::testError);
        double[] response = Arrays.stream(testError).map(c.learner()::response).toArray();
        return new Result(
                count(cells, StopReason.FITTED) + count(cells, StopReason.COMPLETED),
                count(cells, StopReason.SAMPLE_CAP),
                count(cells, StopReason.DIVERGED),
                SeedShares.of(c.levels(), response, streams.at("bootstrap")),
                Doubles.of(testError),
                Doubles.of(numbers(cells, Learner.Training::time)),
                Doubles.of(numbers(cells, Learner.Training::relativeWeightChange)));
    }

    private static double[] numbers(List<Learner.Training> cells, ToDoubleFunction<Learner.Training> number) {
        return cells.stream().mapToDouble(number).toArray();
    }

    private static int count(List<Learner.Training> cells, StopReason reason) {
        return (int) cells.stream().filter(cell -> cell.stopReason() == reason).count();
    }

    @Override
    public double work(Config c) {
        return c.levels().cells() * c.learner().work();
    }

    @Override
    public long memory(Config c) {
        return c.learner().memory() + 3L * Double.BYTES * c.levels().cells();
    }

    @Override
    public List<String> inputs(Config c) {
        return c.learner().inputs();
    }

    // The figure.

    private static final SeedMistakes MISTAKES = new SeedMistakes();

    private static final SeedLevels SIX = SeedLevels.of(6);
    private static final double LAZY = 0x1p6;
    private static final double RICH = 0x1p-3;
    private static final double TEMPERATURE = 0x1p-2;
    /** Margin κ of the perceptron, which runs at T = κ/8 and 8 κ. */
    private static final double MARGIN = 0x1p-3;

    private static final double APART = 8;
    private static final int REFERENCE_REPEATS = 5;
    /** The {@link #NUMBERS} of the reference, one row per config. */
    private static final double[][] TABLE = {
        {0.194, 0, 0.043, 0.146, 0, 0, 0.811, 0},
        {0.192, 0.031, 0.015, 0.144, 0.008, 0.068, 0.173, 0.561},
        {0.253, 0.382, 0.001, 0.054, 0.001, 0.377, 0.018, 0.166},
        {0.110, 0.001, 0.001, 0.844, 0.001, 0.005, 0.002, 0.146}
    };
    /** Smaller shares of the reference, often cut at 0, give no claims. */
    private static final double SMALLEST = 0.1;

    private static final double HALF = 0.5;
    private static final String REFERENCE =
            "mistake-driven perceptron, 8 × 8 × 8 seeds, mean of 5 repeats, computed independently of this kit; standard error"
                    + " from the spread of our repeats";
    private static final String CONVEX = "For convex learners, the data make over half of the variance";
    private static final String MESSAGE = "statement of a study of training seeds, computed independently of this kit";

    /** A quantity of the reference, with its name in ids of claims. */
    private record Number(String name, String words, ToDoubleFunction<SeedShares> of) {}

    private static final List<Number> NUMBERS = List.of(
            new Number("error", "mean test error", SeedShares::mean),
            new Number("i", "share of the error variance due to the initialisation", SeedShares::init),
            new Number("o", "share of the error variance due to the order", SeedShares::order),
            new Number("d", "share of the error variance due to the data", SeedShares::data),
            new Number("io", "share of the error variance due to initialisation × order", SeedShares::initOrder),
            new Number("id", "share of the error variance due to initialisation × data", SeedShares::initData),
            new Number("od", "share of the error variance due to order × data", SeedShares::orderData),
            new Number("e", "share of the error variance due to the three-way interaction", SeedShares::rest));
    /** One dot in a row. */
    private record Part(String name, ToDoubleFunction<SeedShares> share) {}

    private static final List<Part> PARTS = List.of(
            new Part("data", SeedShares::data),
            new Part("initialisation", SeedShares::init),
            new Part("order", SeedShares::order),
            new Part("their interactions", shares -> 1 - shares.data() - shares.init() - shares.order()));
    private static final List<String> SHOWN = List.of(
            "one pass",
            "50 passes, convex",
            "hinge loss, convex",
            "linear, convex",
            "lazy network",
            "rich network",
            "ReLU network");

    static Config network(SeedLevels levels, double outputScale, double temperature) {
        NetworkConfig base = Learner.Network.standard().training();
        NetworkConfig training =
                Schema.with(base, "outputScale", outputScale, "learningRate", temperature * base.batchSize());
        return new Config(new Learner.Network(training), levels);
    }

    private static Config perceptron(double temperature) {
        Learner.Perceptron base = Learner.Perceptron.standard();
        Learner.Perceptron small =
                Schema.with(base, "training.dimension", 16, "training.trainSize", 256, "training.margin", MARGIN);
        double rate = temperature * base.training().batchSize();
        return new Config(Schema.with(small, "training.learningRate", rate), SIX);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: control-cold");
        board.title(
                "The data drawn make most of the variance of convex learners",
                "The data drawn do not make most of every convex learner's variance",
                "The data drawn may make most of the variance of convex learners");
        board.subtitle("Share of the variance of the test error due to data, initialisation and order alone");
        board.show("shares");
        int replicas = board.replicas(8, 32);
        var driven = Stream.of("initScale=0", "initScale=3", "initScale=10", "epochs=50, initScale=3")
                .map(changes -> board.cell(MISTAKES, MISTAKES.config(changes)))
                .toList();
        var cold = board.cell(this, perceptron(MARGIN / APART));
        var hot = board.cell(this, perceptron(MARGIN * APART));
        var lazy = board.cell(this, network(SIX, LAZY, TEMPERATURE));
        var rich = board.cell(this, network(SIX, RICH, TEMPERATURE));
        var linear = board.cell(this, config("learner=student(hidden=0)"));
        var relu = board.cell(this, config("learner=student"));
        tellShares(board, List.of(driven.get(0), driven.get(3), cold, linear, lazy, rich, relu));
        Axis x = Axis.log2("runs R").range(1.8, 70);
        Axis y = Axis.log10("variance of the mean relative to fresh seeds").range(0.9, 80);
        Plot inflated = board.plot("error bars", "Runs that share a seed", x, y);
        addInflation(inflated.colour(2), "hinge, one data set", cold, SeedShares::data);
        addInflation(inflated.colour(3), "rich net, one data set", rich, SeedShares::data);
        addInflation(inflated.colour(4), "lazy net, one data set", lazy, SeedShares::data);
        addInflation(inflated.colour(0), "lazy net, one initialisation", lazy, SeedShares::init);
        String control = "variance share involving the initialisation is 0 for the centred perceptron, T = ";
        board.claim("control-cold", control + "κ/8")
                .identity(0, 0)
                .judge(cold.the(share(SeedShares::initTotal)), MESSAGE);
        board.claim("control-hot", control + "8 κ")
                .identity(0, 0)
                .judge(hot.the(share(SeedShares::initTotal)), MESSAGE);
        for (int k = 0; k < driven.size(); k++) {
            claimTable(board, driven.get(k), TABLE[k]);
        }
        claimData(board, "mistakes", "mistake-driven perceptron of 50 epochs", driven.get(3), CONVEX);
        claimData(board, "cold", "centred perceptron", cold, CONVEX);
        claimData(board, "linear", "linear student", linear, CONVEX);
        claimData(
                board,
                "lazy",
                "lazy network",
                lazy,
                "In the lazy network too, the data make over half of the variance");
        board.claim("one-pass", "in one pass, order × data makes more than half of the variance, mistakes from w = 0")
                .control("claim: data-mistakes")
                .in("shares")
                .says("In one pass, order × data makes over half of the variance")
                .above(HALF)
                .judge(driven.get(0).the(share(SeedShares::orderData)), MESSAGE);
        claimBoth(board, "relu", "ReLU student", relu);
        claimBoth(board, "rich", "rich network", rich);
        NetworkConfig network = Learner.Network.standard().training();
        board.caption(
                "Every initialisation is trained in every order on every data set. Shares of the variance of the error. One pass, 50 passes: w ← w + y x at mistakes, x ~ N(0, 1),"
                        + " d = {}, n = {}, w₀ = 0 and w₀ ~ 3 N(0, 1), 8³ seeds, exact test error. Else ln test error, 6³ seeds: centred hinge"
                        + " perceptron, χ = 1, d = 16, P = 256, κ = 2⁻³, T = κ/8; centred networks, d = {}, y = sign(x₁), {}, T = 2⁻²,"
                        + " α = 2⁶ (lazy), 2⁻³ (rich); regression on 5 ReLU units by a linear map or 20 ReLU units, d = 30, n = 120. Test"
                        + " points are the same for all. Means over {} replicas, 95 % t intervals, cut at 0 and 1.",
                MISTAKES.defaults().dimension(),
                MISTAKES.defaults().trainSize(),
                network.dimension(),
                NetworkCells.describe(network),
                replicas);
    }

    private static Reduction<CrossedResult> share(ToDoubleFunction<SeedShares> value) {
        return mean(run -> value.applyAsDouble(run.shares()));
    }

    /** A share with its interval clipped to [0, 1]. */
    private static Reduction<CrossedResult> clipped(ToDoubleFunction<SeedShares> value) {
        return share(value).then(e -> e.cut(0, 1));
    }

    private static void tellShares(Board board, List<Cell<?, ? extends CrossedResult>> cells) {
        Axis x = Axis.named("three perceptrons, a linear map, three networks", SHOWN);
        Axis y = Axis.linear("share of the variance").range(0, 1.03);
        Plot plot = board.plot("shares", "Sources of the variance of the error", x, y);
        for (Part part : PARTS) {
            plot.points(
                    part.name,
                    Line.numbered(cells.size()),
                    cells.stream()
                            .map(cell -> clipped(part.share).of(cell.runs()))
                            .toArray(Estimate[]::new),
                    cells.stream().map(Cell::ends).toArray(EndCounts[]::new));
        }
    }

    /** Adds the variance inflation [V_S + (V − V_S)/R]/(V/R) = 1 + (R − 1) V_S/V for shared seeds S. */
    private static void addInflation(
            Plot plot, String name, Cell<?, Result> cell, ToDoubleFunction<SeedShares> shared) {
        double[] runs = powers(2, 2, 6);
        plot.points(
                name,
                runs,
                cell,
                k -> clipped(shared).then(e -> e.times(runs[k] - 1).plus(1)));
    }

    private static void claimTable(Board board, Cell<SeedMistakes.Config, SeedMistakes.Result> cell, double[] row) {
        String config = cell.config().epochs() + ", " + Math.round(cell.config().initScale());
        for (int k = 0; k < row.length; k++) {
            if (row[k] >= SMALLEST) {
                Number number = NUMBERS.get(k);
                String of = "mistake-driven perceptron, epochs = " + config.replace(", ", ", initial scale = ") + ": ";
                board.claim("mistakes-" + config.replace(", ", "-") + "-" + number.name, of + number.words)
                        .regression(row[k], 0)
                        .ofRuns(REFERENCE_REPEATS)
                        .judge(cell.the(share(number.of)), REFERENCE);
            }
        }
    }

    private static void claimData(
            Board board, String name, String learner, Cell<?, ? extends CrossedResult> cell, String says) {
        String alone = "convex, trained to the end: the data alone make more than half of the variance, ";
        board.plot("shares")
                .claim("data-" + name, alone + learner)
                .control("claim: one-pass")
                .says(says)
                .above(HALF)
                .judge(share(SeedShares::data).of(cell.runs()), MESSAGE);
    }

    private static void claimBoth(Board board, String name, String learner, Cell<?, Result> cell) {
        String less = "not convex: initialisation × data has a larger share than initialisation alone, ";
        board.plot("shares")
                .claim("init-data-" + name, less + learner)
                .control(
                        "none: the sign of a difference of two shares; the ReLU student and the rich network can differ, and do")
                .says("Initialisation acts mostly through the data it meets | difference of shares")
                .above(0)
                .judge(cell.the(share(shares -> shares.initData() - shares.init())), MESSAGE);
    }
}
