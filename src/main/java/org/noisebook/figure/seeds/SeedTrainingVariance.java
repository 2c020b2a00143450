package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.model.Ends;
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
import org.noisebook.stats.Estimate;

/**
 * Whose variance the test error of a training has: initialisation, order or data, by learner and across the (α, T) plane, and what a mean
 * over replicas that share one of them still varies by.
 */
public final class SeedTrainingVariance implements Figure {
    private static final SeedTrainingStudy TRAINING = new SeedTrainingStudy();
    private static final SeedMistakesStudy MISTAKES = new SeedMistakesStudy();

    private static final double LAZY = 0x1p6;

    private static final double RICH = 0x1p-3;
    private static final double TEMPERATURE = 0x1p-2;
    /** κ of the perceptron; its runs are at κ/8 and 8 κ. */
    private static final double MARGIN = 0x1p-3;

    private static final double APART = 8;
    private static final int COLD = 0;
    private static final int HOT = 1;
    private static final int LAZY_NET = 2;
    private static final int RICH_NET = 3;
    private static final int LINEAR = 4;
    private static final int RELU = 5;
    private static final List<String> NAMES = List.of("cold", "hot", "lazy", "rich", "linear", "ReLU");

    /** Learners that are shown; the others are for claims. */
    private static final int[] SHOWN = {COLD, LAZY_NET, RICH_NET, RELU};

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
    /** Room for markers at 0 and 1. */
    private static final double LOWEST = -0.04;

    private static final double HIGHEST = 1.04;
    /** Of initialisation, order and data. */
    private static final int[] COLOURS = {0, 1, 5};

    private static final String REFERENCE =
            "mistake-driven perceptron, 8 × 8 × 8 seeds, mean of 5 repeats, computed apart from"
                    + " this kit; its standard error is taken from the scatter of our repeats; I initialisation, O order, D data, E all";
    private static final String MESSAGE = "message of a study of training seeds, computed apart from this kit";

    private static final List<Source> TOTALS = List.of(
            new Source("initialisation", SeedShares::initTotal),
            new Source("order", SeedShares::orderTotal),
            new Source("data", SeedShares::dataTotal));
    private static final List<Source> COMPONENTS = List.of(
            new Source("I", SeedShares::init),
            new Source("O", SeedShares::order),
            new Source("D", SeedShares::data),
            new Source("IO", SeedShares::initOrder),
            new Source("ID", SeedShares::initData),
            new Source("OD", SeedShares::orderData),
            new Source("E", SeedShares::rest));

    /** A source of variance. */
    private record Source(String name, ToDoubleFunction<SeedShares> share) {}

    /** Shares of one learner, one a replica, and how its trainings ended. */
    private record Line(String name, List<SeedShares> shares, Ends ends) {
        Estimate mean(ToDoubleFunction<SeedShares> value) {
            return Estimate.ofMean(shares.stream().mapToDouble(value).toArray());
        }

        /** A mean whose interval ends where shares end. */
        Estimate of(ToDoubleFunction<SeedShares> share) {
            Estimate e = mean(share);
            return new Estimate(e.mean(), e.stdError(), Math.max(0, e.low()), Math.min(1, e.high()), e.n());
        }
    }

    @Override
    public String id() {
        return "seed-training-variance";
    }

    @Override
    public String title() {
        return "Whose variance it is: initialisation, order and data seeds in the test error of trainings";
    }

    @Override
    public List<String> sources() {
        return Stream.concat(TRAINING.sources().stream(), MISTAKES.sources().stream())
                .toList();
    }

    private static SeedMistakesConfig mistakes(int epochs, double initScale) {
        return Schema.with(MISTAKES.defaults(), "epochs", epochs, "initScale", initScale);
    }

    private static SeedTrainingConfig network(SeedLevels levels, double outputScale, double temperature) {
        NetworkConfig base = Learner.Network.standard().training();
        NetworkConfig training =
                Schema.with(base, "outputScale", outputScale, "learningRate", temperature * base.batchSize());
        return new SeedTrainingConfig(new Learner.Network(training), levels);
    }

    private static SeedTrainingConfig perceptron(double temperature) {
        Learner.Perceptron base = Learner.Perceptron.standard();
        return new SeedTrainingConfig(
                Schema.with(
                        base,
                        "training.dimension",
                        16,
                        "training.trainSize",
                        256,
                        "training.margin",
                        MARGIN,
                        "training.learningRate",
                        temperature * base.training().batchSize()),
                SeedLevels.standard());
    }

    private static SeedTrainingConfig student(int hidden) {
        return new SeedTrainingConfig(Schema.with(Student.standard(), "hidden", hidden), SeedLevels.standard());
    }

    private static double[] outputScales(Preset preset) {
        return preset.choose(TrainingCells.powers(0x1p-6, 8, 5), TrainingCells.powers(0x1p-8, 4, 9));
    }

    private static double[] temperatures(Preset preset) {
        return preset.choose(TrainingCells.powers(0x1p-4, 4, 4), TrainingCells.powers(0x1p-5, 4, 5));
    }

    private static SeedLevels planeLevels(Preset preset) {
        return SeedLevels.of(preset.choose(4, 8));
    }

    private static List<SeedTrainingConfig> plane(Preset preset) {
        List<SeedTrainingConfig> plane = new ArrayList<>();
        for (double temperature : temperatures(preset)) {
            for (double outputScale : outputScales(preset)) {
                SeedTrainingConfig cell = network(planeLevels(preset), outputScale, temperature);
                plane.add(Schema.with(cell, "learner.training.sampleCap", preset.choose(1 << 16, 1 << 18)));
            }
        }
        return plane;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(8, 32);
        int planeReplicas = preset.choose(3, 6);
        List<SeedMistakesConfig> mistakes = List.of(mistakes(1, 0), mistakes(1, 3), mistakes(1, 10), mistakes(50, 3));
        Results<SeedMistakesConfig, SeedMistakesResult> driven = experiment.run(Sweep.of(MISTAKES, mistakes, replicas));
        List<SeedTrainingConfig> main = List.of(
                perceptron(MARGIN / APART),
                perceptron(MARGIN * APART),
                network(SeedLevels.standard(), LAZY, TEMPERATURE),
                network(SeedLevels.standard(), RICH, TEMPERATURE),
                student(0),
                student(Student.standard().hidden()));
        List<SeedTrainingConfig> plane = plane(preset);
        Results<SeedTrainingConfig, SeedTrainingResult> trained =
                experiment.run(Sweep.of(TRAINING, main, replicas).and(Sweep.of(TRAINING, plane, planeReplicas)));
        List<Line> rows = IntStream.range(0, mistakes.size())
                .mapToObj(k -> driven(mistakes.get(k), driven.of(mistakes.get(k))))
                .toList();
        List<Line> lines = IntStream.range(0, main.size())
                .mapToObj(k -> trained(NAMES.get(k), trained.of(main.get(k))))
                .toList();
        Sheet sheet = new Sheet();
        addTotals(sheet, "mistakes", "Mistake-driven perceptron", "epochs, initial scale s", rows);
        addTotals(
                sheet,
                "trained",
                "Trained to the end",
                "learner",
                Arrays.stream(SHOWN).mapToObj(lines::get).toList());
        addComponents(sheet, rows, lines);
        addErrorBars(sheet, lines);
        addPlanes(
                sheet,
                preset,
                plane.stream().map(config -> trained("", trained.of(config))).toList());
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas, planeReplicas),
                planeReplicas + " to " + replicas,
                claims(rows, lines));
    }

    private static String caption(Preset preset, int replicas, int planeReplicas) {
        Learner.Network standard = Learner.Network.standard();
        NetworkConfig network = standard.training();
        SeedMistakesConfig mistakes = MISTAKES.defaults();
        return String.format(
                Locale.ROOT,
                "Every initialisation is trained in every order on every data set. (a, b) Total share of a source: of the variance that it"
                        + " has part in, alone or with others; totals may add up to more than 1. The order seed permutes indices, which mean"
                        + " nothing from one data set to the next, so its effect shows with the data. (a) w ← w + y x at mistakes,"
                        + " x ~ N(0, 1), d = %d, n = %d, w₀ ~ s N(0, 1), 8 × 8 × 8 seeds; exact test error. (b) ln test error,"
                        + " 6 × 6 × 6 seeds. cold: centred hinge perceptron, χ = 1, d = 16, P = 256, κ = 2⁻³, T = κ/8, exact error."
                        + " lazy, rich: centred network, x ~ N(0, 1), d = %d, y = sign(x₁), %s, T = 2⁻², α = 2⁶ and 2⁻³. ReLU: regression on 5"
                        + " ReLU units by 20, d = 30, n = 120. Test points (%d of networks, %d of the regression) are the same for all;"
                        + " their sampling error is in. (c) Shares of sources alone and"
                        + " of their interactions. (d) Variance of a mean over R replicas that share one data set, over that of replicas"
                        + " which redraw all, as in the phase diagram: 1 + (R − 1) × share of D in (c); of I where they share one"
                        + " initialisation. (a–d) Means over %d replicas with seeds of their own, 95 %% t intervals, cut at 0 and 1. (e–h) The"
                        + " network of (b), %s seeds, means over %d replicas; a cell counts all its trainings.",
                mistakes.dimension(),
                mistakes.trainSize(),
                network.dimension(),
                NetworkCells.describe(network),
                network.testSize(),
                Student.standard().testSize(),
                replicas,
                cross(planeLevels(preset)),
                planeReplicas);
    }

    private static String cross(SeedLevels levels) {
        return levels.init() + " × " + levels.order() + " × " + levels.data();
    }

    private static Line driven(SeedMistakesConfig config, List<SeedMistakesResult> results) {
        return new Line(
                config.epochs() + ", " + Math.round(config.initScale()),
                results.stream().map(SeedMistakesResult::shares).toList(),
                new Ends(results.size() * config.levels().cells(), 0, 0));
    }

    private static Line trained(String name, List<SeedTrainingResult> results) {
        return new Line(
                name,
                results.stream().map(SeedTrainingResult::shares).toList(),
                new Ends(
                        results.stream().mapToInt(SeedTrainingResult::fitted).sum(),
                        results.stream().mapToInt(SeedTrainingResult::capped).sum(),
                        results.stream().mapToInt(SeedTrainingResult::diverged).sum()));
    }

    private static void addTotals(Sheet sheet, String panel, String title, String axis, List<Line> lines) {
        sheet.panel(
                panel,
                title,
                Axis.named(axis, lines.stream().map(Line::name).toList()),
                Axis.linear("total share of the variance").range(LOWEST, HIGHEST));
        for (int s = 0; s < TOTALS.size(); s++) {
            double shift = (s - 1) * 0.2;
            Source source = TOTALS.get(s);
            sheet.points(
                    panel,
                    source.name,
                    COLOURS[s],
                    IntStream.rangeClosed(1, lines.size())
                            .mapToDouble(k -> k + shift)
                            .toArray(),
                    lines.stream().map(line -> line.of(source.share)).toArray(Estimate[]::new),
                    lines.stream().map(Line::ends).toArray(Ends[]::new));
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addComponents(Sheet sheet, List<Line> rows, List<Line> lines) {
        String panel = "components";
        sheet.panel(
                panel,
                "Sources alone and together",
                Axis.named(
                        "initialisation, order, data; E: all three",
                        COMPONENTS.stream().map(Source::name).toList()),
                Axis.linear("share of the variance").range(LOWEST, HIGHEST));
        addShares(sheet, panel, "1 epoch, s = 0", 0, rows.get(0));
        addShares(sheet, panel, "50 epochs, s = 3", 1, rows.get(3));
        for (int k = 0; k < SHOWN.length; k++) {
            addShares(sheet, panel, NAMES.get(SHOWN[k]), 2 + k, lines.get(SHOWN[k]));
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addShares(Sheet sheet, String panel, String name, int place, Line line) {
        double shift = (place - (SHOWN.length + 1) / 2.0) * 0.14;
        sheet.points(
                panel,
                name,
                place,
                IntStream.rangeClosed(1, COMPONENTS.size())
                        .mapToDouble(c -> c + shift)
                        .toArray(),
                COMPONENTS.stream().map(c -> line.of(c.share)).toArray(Estimate[]::new),
                copies(line.ends, COMPONENTS.size()));
    }

    private static Ends[] copies(Ends ends, int count) {
        Ends[] copies = new Ends[count];
        Arrays.fill(copies, ends);
        return copies;
    }

    private static void addErrorBars(Sheet sheet, List<Line> lines) {
        String panel = "error bars";
        sheet.panel(
                panel,
                "Means that share a seed",
                Axis.log2("replicas R (log scale)").range(1.6, 80),
                Axis.log10("variance ratio (log scale)").range(0.8, 100));
        for (int k = 0; k < SHOWN.length; k++) {
            addErrorBar(sheet, panel, NAMES.get(SHOWN[k]), 2 + k, lines.get(SHOWN[k]), SeedShares::data);
        }
        addErrorBar(sheet, panel, "lazy, shared init", 0, lines.get(LAZY_NET), SeedShares::init);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addErrorBar(
            Sheet sheet, String panel, String name, int colour, Line line, ToDoubleFunction<SeedShares> shared) {
        Estimate share = line.of(shared);
        double[] replicas = TrainingCells.powers(2, 2, 6);
        sheet.points(
                panel,
                name,
                colour,
                replicas,
                Arrays.stream(replicas).mapToObj(r -> inflation(share, r)).toArray(Estimate[]::new),
                copies(line.ends, replicas.length));
        sheet.line(
                panel,
                name,
                name,
                colour,
                replicas,
                Arrays.stream(replicas).map(r -> 1 + (r - 1) * share.mean()).toArray(),
                Sheet.Kind.ANCHORED);
    }

    /** [V_D + (V − V_D)/R]/(V/R) = 1 + (R − 1) V_D/V. */
    static Estimate inflation(Estimate share, double replicas) {
        Estimate grown = share.times(replicas - 1);
        return new Estimate(1 + grown.mean(), grown.stdError(), 1 + grown.low(), 1 + grown.high(), grown.n());
    }

    private static void addPlanes(Sheet sheet, Preset preset, List<Line> cells) {
        for (Source source : TOTALS) {
            ColourBar bar = ColourBar.of("total share", 0, 1);
            addPlane(sheet, preset, source.name, "Total share: " + source.name, bar, cells, source.share);
        }
        addPlane(
                sheet,
                preset,
                "spread",
                "Spread of ln error",
                ColourBar.of("standard deviation", 0, 0.2),
                cells,
                shares -> StrictMath.sqrt(shares.variance()));
    }

    private static void addPlane(
            Sheet sheet,
            Preset preset,
            String name,
            String title,
            ColourBar bar,
            List<Line> cells,
            ToDoubleFunction<SeedShares> value) {
        double[] x = outputScales(preset);
        double[] y = temperatures(preset);
        double[][] values = new double[y.length][x.length];
        Ends[][] ends = new Ends[y.length][x.length];
        for (int j = 0; j < y.length; j++) {
            for (int i = 0; i < x.length; i++) {
                Line line = cells.get(j * x.length + i);
                ends[j][i] = line.ends;
                values[j][i] = line.shares.stream().mapToDouble(value).average().orElse(Double.NaN);
            }
        }
        sheet.cells(
                name, title, Axis.log2("output scale α"), Axis.log2("temperature T = η/B"), bar, x, y, values, ends);
    }

    private static List<Claim> claims(List<Line> rows, List<Line> lines) {
        List<Claim> claims = new ArrayList<>();
        for (int control : new int[] {COLD, HOT}) {
            claims.add(message(
                    "control-" + NAMES.get(control),
                    "centred perceptron, T = " + (control == COLD ? "κ/8" : "8 κ")
                            + ": total share of the initialisation, which must be 0",
                    0,
                    0,
                    0,
                    lines.get(control),
                    SeedShares::initTotal));
        }
        for (int k = 0; k < rows.size(); k++) {
            claims.add(regression(rows.get(k), "error", TABLE[k][0], SeedShares::mean));
            for (int c = 0; c < COMPONENTS.size(); c++) {
                Source source = COMPONENTS.get(c);
                if (TABLE[k][c + 1] >= SMALLEST) {
                    claims.add(regression(rows.get(k), source.name, TABLE[k][c + 1], source.share));
                }
            }
        }
        String order = "one pass: order × data has more than half of the variance, mistakes from w = 0";
        claims.add(message("one-pass", order, Double.NaN, HALF, 1, rows.get(0), SeedShares::orderData));
        String data = "trained to the end, convex: the data alone has more than half of the variance, ";
        claims.add(message(
                "data-mistakes",
                data + "mistake-driven perceptron of 50 epochs",
                Double.NaN,
                HALF,
                1,
                rows.get(3),
                SeedShares::data));
        claims.add(message(
                "data-cold", data + "centred perceptron", Double.NaN, HALF, 1, lines.get(COLD), SeedShares::data));
        claims.add(message(
                "data-linear", data + "linear student", Double.NaN, HALF, 1, lines.get(LINEAR), SeedShares::data));
        claims.add(message(
                "data-lazy", data + "lazy network", Double.NaN, HALF, 1, lines.get(LAZY_NET), SeedShares::data));
        String both = "not convex: share of initialisation × data less that of the initialisation alone is above 0, ";
        ToDoubleFunction<SeedShares> more = shares -> shares.initData() - shares.init();
        claims.add(message("init-data-relu", both + "ReLU student", Double.NaN, 0, 1, lines.get(RELU), more));
        claims.add(message("init-data-rich", both + "rich network", Double.NaN, 0, 1, lines.get(RICH_NET), more));
        return claims;
    }

    private static Claim message(
            String name,
            String statement,
            double expected,
            double low,
            double high,
            Line line,
            ToDoubleFunction<SeedShares> value) {
        return new Claim(
                "seed-training-" + name, Claim.Kind.THEORY, statement, expected, low, high, line.mean(value), MESSAGE);
    }

    private static Claim regression(Line row, String what, double expected, ToDoubleFunction<SeedShares> value) {
        Estimate measured = row.mean(value);
        return Claim.regression(
                "seed-mistakes-"
                        + (row.name + " " + what).toLowerCase(Locale.ROOT).replaceAll("[ ,]+", "-"),
                "mistake-driven perceptron, epochs and initial scale " + row.name + ": "
                        + (what.equals("error") ? "mean test error" : "share of " + what + " in its variance"),
                expected,
                measured.stdError() * StrictMath.sqrt((double) measured.n() / REFERENCE_REPEATS),
                measured,
                REFERENCE);
    }
}
