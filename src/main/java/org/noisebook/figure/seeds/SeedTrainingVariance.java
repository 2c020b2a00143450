package org.noisebook.figure.seeds;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.seeds.training.CrossedResult;
import org.noisebook.seeds.training.Learner;
import org.noisebook.seeds.training.SeedLevels;
import org.noisebook.seeds.training.SeedMistakesConfig;
import org.noisebook.seeds.training.SeedMistakesResult;
import org.noisebook.seeds.training.SeedMistakesStudy;
import org.noisebook.seeds.training.SeedShares;
import org.noisebook.seeds.training.SeedTrainingConfig;
import org.noisebook.seeds.training.SeedTrainingResult;
import org.noisebook.seeds.training.SeedTrainingStudy;
import org.noisebook.seeds.training.Student;
import org.noisebook.sgd.NetworkConfig;

/** Whose variance the test error of a training has, and by what means vary whose replicas share a seed. */
public final class SeedTrainingVariance extends Story {
    private static final SeedTrainingStudy TRAINING = new SeedTrainingStudy();
    private static final SeedMistakesStudy MISTAKES = new SeedMistakesStudy();

    private static final double LAZY = 0x1p6;
    private static final double RICH = 0x1p-3;
    private static final double TEMPERATURE = 0x1p-2;
    /** κ of the perceptron; its runs are at κ/8 and 8 κ. */
    private static final double MARGIN = 0x1p-3;

    private static final double APART = 8;
    private static final int REFERENCE_REPEATS = 5;
    /** Mean test error and shares of I, O, D, IO, ID, OD, rest of the reference, a row a config. */
    private static final double[][] TABLE = {
        {0.194, 0, 0.043, 0.146, 0, 0, 0.811, 0},
        {0.192, 0.031, 0.015, 0.144, 0.008, 0.068, 0.173, 0.561},
        {0.253, 0.382, 0.001, 0.054, 0.001, 0.377, 0.018, 0.166},
        {0.110, 0.001, 0.001, 0.844, 0.001, 0.005, 0.002, 0.146}
    };
    /** Smaller shares of the reference, often cut at 0, are no claims. */
    private static final double SMALLEST = 0.1;

    private static final double HALF = 0.5;
    private static final String REFERENCE =
            "mistake-driven perceptron, 8 × 8 × 8 seeds, mean of 5 repeats, computed apart from"
                    + " this kit; its standard error is taken from the scatter of our repeats; I initialisation, O order, D data, E all";
    private static final String MESSAGE = "message of a study of training seeds, computed apart from this kit";

    /** A source of variance. */
    record Source(String name, ToDoubleFunction<SeedShares> share) {}

    static final List<Source> TOTALS = List.of(
            new Source("initialisation", SeedShares::initTotal),
            new Source("order", SeedShares::orderTotal),
            new Source("data", SeedShares::dataTotal));
    private static final int[] TOTAL_COLOURS = {0, 1, 5};
    private static final List<Source> COMPONENTS = List.of(
            new Source("I", SeedShares::init),
            new Source("O", SeedShares::order),
            new Source("D", SeedShares::data),
            new Source("IO", SeedShares::initOrder),
            new Source("ID", SeedShares::initData),
            new Source("OD", SeedShares::orderData),
            new Source("E", SeedShares::rest));
    /** Learners that are shown; the others are for claims. */
    private static final List<String> SHOWN = List.of("cold", "lazy", "rich", "ReLU");

    /** The figure. */
    public SeedTrainingVariance() {
        super(
                "seed-training-variance",
                "Whose variance it is: initialisation, order and data seeds in the test error of trainings",
                Stream.concat(TRAINING.sources().stream(), MISTAKES.sources().stream())
                        .toList());
    }

    private static SeedMistakesConfig mistakes(int epochs, double initScale) {
        return Schema.with(MISTAKES.defaults(), "epochs", epochs, "initScale", initScale);
    }

    static SeedTrainingConfig network(SeedLevels levels, double outputScale, double temperature) {
        NetworkConfig base = Learner.Network.standard().training();
        NetworkConfig training =
                Schema.with(base, "outputScale", outputScale, "learningRate", temperature * base.batchSize());
        return new SeedTrainingConfig(new Learner.Network(training), levels);
    }

    private static SeedTrainingConfig perceptron(double temperature) {
        Learner.Perceptron base = Learner.Perceptron.standard();
        Learner.Perceptron small =
                Schema.with(base, "training.dimension", 16, "training.trainSize", 256, "training.margin", MARGIN);
        double rate = temperature * base.training().batchSize();
        return new SeedTrainingConfig(Schema.with(small, "training.learningRate", rate), SeedLevels.standard());
    }

    private static SeedTrainingConfig student(int hidden) {
        return new SeedTrainingConfig(Schema.with(Student.standard(), "hidden", hidden), SeedLevels.standard());
    }

    @Override
    protected void tell(Board board) {
        int replicas = board.replicas(8, 32);
        List<SeedMistakesConfig> configs = List.of(mistakes(1, 0), mistakes(1, 3), mistakes(1, 10), mistakes(50, 3));
        var driven = board.along(MISTAKES, numbered(configs.size()), k -> configs.get((int) k - 1));
        var cold = board.cell(TRAINING, perceptron(MARGIN / APART));
        var hot = board.cell(TRAINING, perceptron(MARGIN * APART));
        var lazy = board.cell(TRAINING, network(SeedLevels.standard(), LAZY, TEMPERATURE));
        var rich = board.cell(TRAINING, network(SeedLevels.standard(), RICH, TEMPERATURE));
        var linear = board.cell(TRAINING, student(0));
        var relu = board.cell(TRAINING, student(Student.standard().hidden()));
        var shown = Line.of(numbered(SHOWN.size()), List.of(cold, lazy, rich, relu));
        List<String> names = configs.stream().map(SeedTrainingVariance::name).toList();
        tellTotals(
                board, "mistakes", "Mistake-driven perceptron", Axis.named("epochs, initial scale s", names), driven);
        tellTotals(board, "trained", "Trained to the end", Axis.named("learner", SHOWN), shown);
        tellComponents(board, driven, shown);
        tellErrorBars(board, shown, lazy);
        control(board, "cold", "κ/8", cold).in("trained").from(MESSAGE);
        control(board, "hot", "8 κ", hot).from(MESSAGE);
        for (int k = 0; k < configs.size(); k++) {
            claimTable(board, driven.cells().get(k), TABLE[k]);
        }
        board.claim("one-pass", "one pass: order × data has more than half of the variance, mistakes from w = 0")
                .in("components")
                .above(HALF)
                .of(driven.cells().get(0).the(share(SeedShares::orderData)))
                .from(MESSAGE);
        String perceptron50 = "mistake-driven perceptron of 50 epochs";
        claimData(board, "mistakes", perceptron50, driven.cells().get(3))
                .in("components")
                .from(MESSAGE);
        claimData(board, "cold", "centred perceptron", cold).in("components").from(MESSAGE);
        claimData(board, "linear", "linear student", linear).from(MESSAGE);
        claimData(board, "lazy", "lazy network", lazy).in("components").from(MESSAGE);
        claimBoth(board, "relu", "ReLU student", relu);
        claimBoth(board, "rich", "rich network", rich);
        NetworkConfig network = Learner.Network.standard().training();
        SeedMistakesConfig perceptron = MISTAKES.defaults();
        board.caption(
                "Every initialisation is trained in every order on every data set. (a, b) Total share of a source: of the variance that it has"
                        + " part in, alone or with others. (a) w ← w + y x at mistakes, x ~ N(0, 1), d = {}, n = {}, w₀ ~ s N(0, 1), 8³"
                        + " seeds; exact test error. (b) ln test error, 6³ seeds. cold: centred hinge perceptron, χ = 1, d = 16, P = 256,"
                        + " κ = 2⁻³, T = κ/8. lazy, rich: centred network, d = {}, y = sign(x₁), {}, T = 2⁻², α = 2⁶ and 2⁻³. ReLU:"
                        + " regression on 5 ReLU units by 20, d = 30, n = 120. Test points ({}; regression {}) are the"
                        + " same for all. (c) Shares of sources alone and of interactions. (d) Variance of a mean over R replicas that share"
                        + " one data set over that of replicas which redraw all: 1 + (R − 1) × share of D in (c); of I where they share one"
                        + " initialisation. Means over {} replicas with seeds of their own, 95 % t intervals, cut at 0 and 1.",
                perceptron.dimension(),
                perceptron.trainSize(),
                network.dimension(),
                NetworkCells.describe(network),
                network.testSize(),
                Student.standard().testSize(),
                replicas);
    }

    private static String name(SeedMistakesConfig config) {
        return config.epochs() + ", " + Math.round(config.initScale());
    }

    private static Reduction<CrossedResult> share(ToDoubleFunction<SeedShares> value) {
        return mean(run -> value.applyAsDouble(run.shares()));
    }

    /** Its interval ends where shares end. */
    private static Reduction<CrossedResult> clipped(ToDoubleFunction<SeedShares> value) {
        return share(value).then(e -> e.cut(0, 1));
    }

    private static <R extends Record & CrossedResult> void tellTotals(
            Board board, String name, String title, Axis x, Line<?, R> line) {
        Plot plot = board.plot(
                        name,
                        title,
                        x,
                        Axis.linear("total share of the variance").range(-0.04, 1.04))
                .legend(Corner.BELOW);
        for (int s = 0; s < TOTALS.size(); s++) {
            Source source = TOTALS.get(s);
            plot.colour(TOTAL_COLOURS[s]).aside((s - 1) * 0.2).points(source.name, line, clipped(source.share));
        }
    }

    private static void tellComponents(
            Board board,
            Line<SeedMistakesConfig, SeedMistakesResult> driven,
            Line<SeedTrainingConfig, SeedTrainingResult> shown) {
        Plot plot = board.plot(
                        "components",
                        "Sources alone and together",
                        Axis.named(
                                "initialisation, order, data; E: all three",
                                COMPONENTS.stream().map(Source::name).toList()),
                        Axis.linear("share of the variance").range(-0.04, 1.04))
                .legend(Corner.BELOW);
        addComponents(plot, 0, "1 epoch, s = 0", driven.cells().get(0));
        addComponents(plot, 1, "50 epochs, s = 3", driven.cells().get(3));
        for (int k = 0; k < SHOWN.size(); k++) {
            addComponents(plot, 2 + k, SHOWN.get(k), shown.cells().get(k));
        }
    }

    private static <R extends Record & CrossedResult> void addComponents(
            Plot plot, int place, String series, Cell<?, R> cell) {
        plot.aside((place - 2.5) * 0.14)
                .points(series, numbered(COMPONENTS.size()), cell, k -> clipped(COMPONENTS.get(k).share));
    }

    private static void tellErrorBars(
            Board board,
            Line<SeedTrainingConfig, SeedTrainingResult> shown,
            Cell<SeedTrainingConfig, SeedTrainingResult> lazy) {
        Plot plot = board.plot(
                        "error bars",
                        "Means that share a seed",
                        Axis.log2("replicas R (log scale)").range(1.6, 80),
                        Axis.log10("variance ratio (log scale)").range(0.8, 100))
                .legend(Corner.BELOW);
        for (int k = 0; k < SHOWN.size(); k++) {
            addErrorBar(plot.colour(2 + k), SHOWN.get(k), shown.cells().get(k), SeedShares::data);
        }
        addErrorBar(plot.colour(0), "lazy, shared init", lazy, SeedShares::init);
    }

    private static void addErrorBar(
            Plot plot,
            String name,
            Cell<SeedTrainingConfig, SeedTrainingResult> cell,
            ToDoubleFunction<SeedShares> shared) {
        Reduction<CrossedResult> share = clipped(shared);
        double[] replicas = powers(2, 2, 6);
        double mean = cell.the(share).mean();
        // [V_D + (V − V_D)/R]/(V/R) = 1 + (R − 1) V_D/V.
        plot.points(
                        name,
                        replicas,
                        cell,
                        k -> share.then(e -> e.times(replicas[k] - 1).plus(1)))
                .named(name)
                .anchored(name, replicas, r -> 1 + (r - 1) * mean);
    }

    private static ClaimDraft control(
            Board board, String name, String temperature, Cell<SeedTrainingConfig, SeedTrainingResult> cell) {
        return board.claim(
                        "control-" + name,
                        "centred perceptron, T = " + temperature
                                + ": total share of the initialisation, which must be 0")
                .identity(0, 0)
                .of(cell.the(share(SeedShares::initTotal)));
    }

    private static void claimTable(Board board, Cell<SeedMistakesConfig, SeedMistakesResult> cell, double[] row) {
        claimReference(board, cell, "error", "mean test error", row[0], SeedShares::mean);
        for (int c = 0; c < COMPONENTS.size(); c++) {
            Source source = COMPONENTS.get(c);
            if (row[c + 1] >= SMALLEST) {
                String what = "share of " + source.name + " in its variance";
                claimReference(board, cell, source.name.toLowerCase(Locale.ROOT), what, row[c + 1], source.share);
            }
        }
    }

    private static void claimReference(
            Board board,
            Cell<SeedMistakesConfig, SeedMistakesResult> cell,
            String name,
            String what,
            double expected,
            ToDoubleFunction<SeedShares> value) {
        String config = name(cell.config());
        board.claim(
                        "mistakes-" + config.replace(", ", "-") + "-" + name,
                        "mistake-driven perceptron, epochs and initial scale " + config + ": " + what)
                .regression(expected, 0)
                .ofRuns(REFERENCE_REPEATS)
                .of(cell.the(share(value)))
                .from(REFERENCE);
    }

    private static ClaimDraft claimData(
            Board board, String name, String learner, Cell<?, ? extends CrossedResult> cell) {
        return board.claim(
                        "data-" + name,
                        "trained to the end, convex: the data alone has more than half of the variance, " + learner)
                .above(HALF)
                .of(share(SeedShares::data).of(cell.runs()));
    }

    private static void claimBoth(
            Board board, String name, String learner, Cell<SeedTrainingConfig, SeedTrainingResult> cell) {
        board.claim(
                        "init-data-" + name,
                        "not convex: share of initialisation × data less that of the initialisation alone is above 0, "
                                + learner)
                .in("components")
                .above(0)
                .of(cell.the(share(shares -> shares.initData() - shares.init())))
                .from(MESSAGE);
    }
}
