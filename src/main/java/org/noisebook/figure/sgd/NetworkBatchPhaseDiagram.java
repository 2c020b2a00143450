package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The three phases of SGD of a lazy network in the (B, η) plane, noise-dominated, dominated by the first step and
 * gradient descent, their borders by their asymptotes and by the first step, what is left of them with features, and
 * the growth of the batch size B* between the first two with P.
 */
public final class NetworkBatchPhaseDiagram extends Story {
    /** η/h of the cell of the first step, T/h of the noisy one of the errors. */
    private static final double LARGE_RATE_PER_WIDTH = 0x1p-3;

    private static final double NOISY_PER_WIDTH = 0x1p-7;
    /** Measured on the planes of the quick preset: samples a run drew, as a share of its cap. */
    private static final double SHARE_OF_WORK = 0.05;

    /** The slope in B is taken up to here. */
    private static final double LARGEST_SLOPE_BATCH = 4;

    /** NaN unless all replicas fitted. */
    private static final Reduction<NetworkResult> CHANGE = Reduction.<NetworkResult>geometric(
                    NetworkResult::relativeWeightChange)
            .ofWhole();

    /** Level lines stand at the decades from here to −1; between them and the borders stand the names of the phases. */
    private static final int LOWEST_LEVEL = -2;

    /** Colours of the borders of (a–d) stand for phases; (e, f) have others. */
    private static final int[] SERIES_COLOURS = {2, 5, 6};

    private static final String PAPER = "Sclocchi and Wyart 2024, arXiv 2309.10688";
    private static final String PHASES = PAPER
            + ": the phases differ in test error; the sign is that of the perceptron with χ = 1, computed apart from this"
            + " kit, whose signal-to-noise ratio at the stop is 12.0 after a first step at B = P, 9.45 with gradient"
            + " descent and 8.3 with noise";
    private static final String WEIGHTS = "weights";
    private static final String ERROR = "error";
    private static final String FEATURE = "feature";
    private static final String FEATURE_ERROR = "feature error";
    private static final String CURVES = "curves";
    private static final String CROSSOVER = "crossover";

    /** The figure. */
    public NetworkBatchPhaseDiagram() {
        super(
                "network-batch-phase-diagram",
                "Three phases of SGD on networks in the plane of batch size and learning rate",
                PerceptronCells.SOURCES);
    }

    /** One plane of B and η, and the first step alone at B = P. */
    private record Grid(
            NetworkConfig base,
            Plane<NetworkConfig, NetworkResult> plane,
            Cell<NetworkConfig, NetworkResult> firstStep) {
        static Grid of(Board board, NetworkConfig base, double[] rates) {
            double[] batches = board.choose(powers(1, 2, 9), powers(1, 4, 6));
            var plane = board.plane(
                    NetworkCells.STUDY, batches, rates, (batch, rate) -> at(base, batch, rate, mostSteps(board)));
            return new Grid(base, plane, board.cell(NetworkCells.STUDY, BatchCrossover.firstStep(base)));
        }

        int width() {
            return base.network().width();
        }

        double largestBatch() {
            return base.trainSize();
        }

        /** Along η at B = 1. */
        Line<NetworkConfig, NetworkResult> single() {
            return plane.column(0);
        }

        /** Along η at B = P. */
        Line<NetworkConfig, NetworkResult> full() {
            return plane.column(plane.xs().length - 1);
        }

        /** At B = 1 over the learning rates that the exponents of lazy scaling are fitted at. */
        Line<NetworkConfig, NetworkResult> noisy() {
            return single().where(rate -> rate >= LazySweep.FIT_LOW * width() && rate <= LazySweep.FIT_HIGH * width());
        }

        double descent() {
            return change(full().cells().get(0));
        }

        /** Weight change a unit of learning rate in the first step at B = P. */
        double firstStepNorm() {
            return firstStep
                            .the(Reduction.geometric(NetworkResult::relativeWeightChange))
                            .mean()
                    / firstStep.config().learningRate();
        }
    }

    private static double change(Cell<NetworkConfig, NetworkResult> cell) {
        return cell.the(CHANGE).mean();
    }

    private static long mostSteps(Board board) {
        return board.choose(1L << 15, 1L << 17);
    }

    private static NetworkConfig at(NetworkConfig base, double batch, double rate, long mostSteps) {
        return Schema.with(base, "batchSize", (int) batch, "learningRate", rate, "sampleCap", mostSteps * (long) batch);
    }

    private static NetworkConfig lazy(Board board) {
        NetworkConfig base = board.preset() == Preset.QUICK
                ? Schema.with(NetworkCells.GAUSSIAN, "testSize", 4096)
                : Schema.with(NetworkPlane.base(board.preset()), "testSize", 16_384);
        return Schema.with(
                base,
                "outputScale",
                NetworkCells.LAZY,
                "precision",
                Precision.FLOAT64,
                "probeSize",
                0,
                "learningRate",
                LARGE_RATE_PER_WIDTH * base.network().width());
    }

    @Override
    protected void tell(Board board) {
        board.shareOfWork(SHARE_OF_WORK);
        int n = board.replicas(3, 3);
        NetworkConfig base = lazy(board);
        Grid lazy = Grid.of(board, base, board.choose(powers(0x1p-12, 4, 10), powers(0x1p-10, 4, 10)));
        Grid feature = Grid.of(
                board, Schema.with(base, "outputScale", 1.0), board.choose(powers(0x1p-2, 4, 6), powers(0x1p-4, 4, 7)));
        int corners = board.replicas(16, 8);
        NetworkConfig tested = Schema.with(base, "testSize", board.choose(16_384, 32_768));
        double size = lazy.largestBatch();
        var noise = corner(board, tested, 1, NOISY_PER_WIDTH * lazy.width());
        var firstStep = corner(board, tested, size, LARGE_RATE_PER_WIDTH * lazy.width());
        var descent = corner(board, tested, size, lazy.plane.ys()[1]);
        List<BatchCrossover> crossovers = BatchCrossover.of(board);
        plotLazy(board, lazy);
        plotFeature(board, feature);
        claimPlane(board, lazy);
        claimErrors(board, noise, firstStep, descent);
        plotCurves(board, crossovers);
        plotCrossovers(board, crossovers);
        int many = crossovers.get(0).replicas();
        board.stamp(n + " (a–d), " + many + " (e, f), " + corners + " (errors of the claims)");
        board.layout(Plate::sharedLegend);
        FullyConnected network = (FullyConnected) base.network();
        board.caption(
                "(a–d) {}, D = {}, h = {}, P = {}, {}, float64, at most {} steps; means over {} replicas, of logarithms in"
                        + " (a, c), on the same {} test points. Short dashes: where |Δw| = c T at B = 1, c′ η at B = P, and its value"
                        + " at B = P and the lowest η meet. Solid: T = h/α. Long dashes: the first step alone, one step at B = P,"
                        + " meets c T and gradient descent. (e, f) α = 2²⁰: {}. (e) Weight change over that of the first"
                        + " step at B = P, geometric means over {} replicas with 95 % t intervals of the logarithms;"
                        + " dashed: the law of noise ∝ 1/B, measured at B = 1 and 2, and 1. (f) B where the weight change"
                        + " is twice that at B = P, with 95 % bootstrap intervals; dashed: B where the"
                        + " law of noise meets the first step. Note: exponents with 95 % bootstrap half-widths.",
                base.dataset() == DataSource.SIGN ? "x ~ N(0, 1₁₀), y = sign(x₁)" : "Fashion-MNIST by parity",
                network.depth(),
                network.width(),
                base.trainSize(),
                network.activation() == Activation.RELU ? "ReLU" : "GELU",
                mostSteps(board),
                n,
                base.testSize(),
                crossovers.stream()
                        .map(c -> c.name() + ", h = " + c.base().network().width() + ", η = "
                                + NetworkCells.power(c.base().learningRate()))
                        .collect(Collectors.joining("; ")),
                many);
    }

    /** A cell deep in a phase, with more replicas and test points. */
    private static Cell<NetworkConfig, NetworkResult> corner(
            Board board, NetworkConfig tested, double batch, double rate) {
        return board.cell(NetworkCells.STUDY, at(tested, batch, rate, mostSteps(board)));
    }

    private static void plotMaps(Board board, Grid grid, String weights, String error, String words) {
        double[][] change = grid.plane.means(run -> StrictMath.log10(run.relativeWeightChange()));
        double[] range = range(grid.plane, change);
        Axis batches = Axis.log2("batch size B");
        Axis rates = Axis.log2("learning rate η");
        board.map(
                weights,
                "Weight change, " + words,
                batches,
                rates,
                ColourBar.of("log₁₀ weight change |Δw|/|w₀|", Math.floor(range[0]), Math.ceil(range[1])),
                grid.plane,
                change);
        double[][] errors = grid.plane.means(NetworkResult::testError);
        double[] errorRange = range(grid.plane, errors);
        board.map(
                error,
                "Test error, " + words,
                batches,
                rates,
                ColourBar.of("test error", Math.floor(100 * errorRange[0]) / 100, Math.ceil(100 * errorRange[1]) / 100),
                grid.plane,
                errors);
    }

    /** The lowest and the highest value of the cells where all replicas fitted; 0 and 1 if there is none. */
    private static double[] range(Plane<NetworkConfig, NetworkResult> plane, double[][] value) {
        DoubleSummaryStatistics whole = IntStream.range(0, value.length)
                .boxed()
                .flatMapToDouble(j -> IntStream.range(0, value[j].length)
                        .filter(i -> plane.at(j, i).isWhole())
                        .mapToDouble(i -> value[j][i]))
                .summaryStatistics();
        return whole.getCount() == 0 ? new double[] {0, 1} : new double[] {whole.getMin(), whole.getMax()};
    }

    /** The asymptotes w = noise · T, w = plateau · η and w = descent, where they meet, and where the first step meets them. */
    private static void plotLazy(Board board, Grid grid) {
        plotMaps(board, grid, WEIGHTS, ERROR, "α = " + NetworkCells.power(NetworkCells.LAZY));
        Plot weights = board.plot(WEIGHTS);
        for (int level = LOWEST_LEVEL; level < 0; level++) {
            weights.contour(level, "−" + -level);
        }
        double log = 0;
        var noisy = grid.noisy();
        for (double rate : noisy.x()) {
            log += StrictMath.log(change(noisy.at(rate)) / rate) / noisy.size();
        }
        double noise = noisy.size() == 0 ? Double.NaN : StrictMath.exp(log);
        double large = LARGE_RATE_PER_WIDTH * grid.width();
        double plateau = change(grid.full().at(large)) / large;
        double descent = grid.descent();
        double first = grid.firstStepNorm();
        BatchBorders measured = new BatchBorders(descent / noise, noise / plateau, descent / plateau);
        BatchBorders predicted = new BatchBorders(grid.width() * grid.base.margin(), noise / first, descent / first);
        for (String panel : List.of(WEIGHTS, ERROR)) {
            measured.draw(
                    board.plot(panel),
                    grid.plane,
                    new String[] {"", "where the asymptotes meet", ""},
                    " (asymptotes)",
                    Sheet.Kind.BORDER,
                    Sheet.Kind.BORDER);
            predicted.draw(
                    board.plot(panel),
                    grid.plane,
                    new String[] {"T = h/α", "noise = first step", "gradient descent = first step"},
                    " (predicted)",
                    Sheet.Kind.THEORY,
                    Sheet.Kind.ANCHORED);
        }
        if (measured.crossover() > 0 && measured.firstStepRate() > 0) {
            double[] batches = grid.plane.xs();
            double rightEdge = grid.largestBatch() * StrictMath.sqrt(grid.largestBatch() / batches[batches.length - 2]);
            double level = StrictMath.pow(10, LOWEST_LEVEL);
            double middle = StrictMath.sqrt(measured.crossover());
            weights.text(middle, middle * StrictMath.sqrt(measured.onset() * level / noise), "noise")
                    .text(
                            StrictMath.sqrt(predicted.crossover() * rightEdge),
                            StrictMath.sqrt(predicted.firstStepRate() * level / plateau),
                            "first\nstep")
                    .text(
                            StrictMath.sqrt(measured.crossover() * grid.largestBatch()),
                            StrictMath.sqrt(
                                    measured.firstStepRate() * grid.plane.ys()[0]),
                            "gradient\ndescent");
        }
    }

    /** With features the borders of the first step and of T = h/α lie where no run fits, or next to it. */
    private static void plotFeature(Board board, Grid grid) {
        plotMaps(board, grid, FEATURE, FEATURE_ERROR, "α = 1");
        double rate = grid.descent() / grid.firstStepNorm();
        double onset = grid.width() * grid.base.margin();
        for (String panel : List.of(FEATURE, FEATURE_ERROR)) {
            new BatchBorders(onset, rate / onset, rate)
                    .draw(
                            board.plot(panel),
                            grid.plane,
                            new String[] {"T = h/α", "", "gradient descent = first step"},
                            " (predicted)",
                            Sheet.Kind.THEORY,
                            Sheet.Kind.ANCHORED);
        }
    }

    /** Weight change of the largest P over the first step against B, with the two asymptotes. */
    private static void plotCurves(Board board, List<BatchCrossover> crossovers) {
        String largest = crossovers.stream()
                .map(c -> String.valueOf((int) c.sizes()[c.sizes().length - 1]))
                .distinct()
                .collect(Collectors.joining(", "));
        Plot plot = board.plot(
                CURVES,
                "Over the first step, P = " + largest,
                Axis.log2("batch size B"),
                Axis.log2("over first step |Δw|/|Δw₁|"));
        for (int k = 0; k < crossovers.size(); k++) {
            BatchCrossover crossover = crossovers.get(k);
            BatchCrossover.Curves curves = crossover.curves();
            int last = crossover.sizes().length - 1;
            double size = crossover.sizes()[last];
            double meeting = curves.predicted(NetworkCells.all(crossover.replicas()))[last];
            plot.colour(SERIES_COLOURS[k])
                    .points(
                            crossover.name(),
                            crossover.largest(),
                            Arrays.stream(curves.overFirstSteps())
                                    .map(Estimate::ofGeometricMean)
                                    .toArray(Estimate[]::new))
                    .named(crossover.name())
                    .line(Sheet.Kind.ANCHORED, crossover.name(), new double[] {1, meeting, size}, new double[] {
                        meeting, 1, 1
                    });
        }
        plot.key("(e, f): law of noise and first step", Sheet.Kind.ANCHORED);
    }

    private static void plotCrossovers(Board board, List<BatchCrossover> crossovers) {
        Plot plot = board.plot(
                CROSSOVER,
                "Crossover B*",
                Axis.log2("training points P"),
                Axis.log2("batch size B*").range(1, board.choose(256, 1024)));
        List<String> notes = new ArrayList<>();
        for (int k = 0; k < crossovers.size(); k++) {
            BatchCrossover crossover = crossovers.get(k);
            BatchCrossover.Curves curves = crossover.curves();
            double[] sizes = crossover.sizes();
            int n = crossover.replicas();
            String name = "bootstrap/batch/" + crossover.key() + "/";
            Estimate[] measured = new Estimate[sizes.length];
            Arrays.setAll(
                    measured, s -> board.bootstrap(name + (int) sizes[s], n, chosen -> curves.measured(chosen)[s]));
            Estimate exponent =
                    board.bootstrap(name + "exponent", n, chosen -> NetworkCells.slope(sizes, curves.measured(chosen)));
            String series = crossover.name();
            notes.add(String.format(
                    Locale.ROOT,
                    "%s: %.2f ± %.2f",
                    series.replace("Gaussian, ", "").replaceAll(", D.*", ""),
                    exponent.mean(),
                    (exponent.high() - exponent.low()) / 2));
            plot.colour(SERIES_COLOURS[k])
                    .points(series, sizes, measured, crossover.ends())
                    .named(series)
                    .line(Sheet.Kind.ANCHORED, series, sizes, curves.predicted(NetworkCells.all(n)));
            claimCrossover(board, crossover, curves, name);
        }
        plot.note(String.join("\n", notes));
    }

    private static void claimCrossover(
            Board board, BatchCrossover crossover, BatchCrossover.Curves curves, String name) {
        String key = "-" + crossover.key();
        String where =
                ", " + crossover.name() + ", h = " + crossover.base().network().width();
        double[] sizes = crossover.sizes();
        int n = crossover.replicas();
        String atLargest = where + ", P = " + (int) sizes[sizes.length - 1];
        int last = crossover.largest().size() - 1;
        board.claim(
                        "noise" + key,
                        "noise-dominated: at fixed η the lazy weight change falls as 1/B, exponent −1 over B = 1, 2, 4"
                                + atLargest)
                .in(CURVES)
                .theory(-1)
                .of(crossover
                        .largest()
                        .where(batch -> batch <= LARGEST_SLOPE_BATCH)
                        .power(board.stream(name + "slope"), NetworkResult::relativeWeightChange)
                        .exponent())
                .from(PAPER + ": only T = η/B matters, |Δw| ~ T");
        board.claim(
                        "plateau" + key,
                        "above B* the lazy weight change does not depend on B: its value at B = P/2 over that at B = P is"
                                + " 1" + atLargest)
                .in(CURVES)
                .theory(1)
                .of(curves.plateau(last - 1, last))
                .from(PAPER + ": first-step-dominated SGD");
        board.claim(
                        "first-step" + key,
                        "above B* the lazy weight change is that of the first step: their ratio at B = P is 1"
                                + atLargest)
                .in(CURVES)
                .theory(1)
                .of(curves.overFirstStep())
                .from(PAPER + ": first-step-dominated SGD");
        board.claim(
                        "crossover" + key,
                        "B* ~ P^γ: the exponent of B*, where the weight change is twice that at B = P, over γ of |Δw| ~ T"
                                + " P^γ is 1" + where)
                .in(CROSSOVER)
                .theory(1)
                .of(board.bootstrap(
                        name + "ratio",
                        n,
                        chosen -> NetworkCells.slope(sizes, curves.measured(chosen)) / curves.gamma(chosen)))
                .from(PAPER + ": B* ~ P^γ");
        board.claim(
                        "prediction" + key,
                        "B* ~ P^γ: the exponent of B*, where the law of noise meets the first step, over γ of |Δw| ~ T"
                                + " P^γ is 1" + where)
                .in(CROSSOVER)
                .theory(1)
                .of(board.bootstrap(
                        name + "prediction",
                        n,
                        chosen -> NetworkCells.slope(sizes, curves.predicted(chosen)) / curves.gamma(chosen)))
                .from(PAPER + ": B* ~ P^γ");
    }

    private static void claimPlane(Board board, Grid grid) {
        String where = ", " + NetworkCells.describe(grid.base).replaceAll(", B = \\d+", "");
        board.claim("noise-rate", "noise-dominated: at B = 1 the lazy weight change grows as η, exponent 1" + where)
                .in(WEIGHTS)
                .theory(1)
                .of(grid.noisy()
                        .power(board.stream("bootstrap/batch/rate"), NetworkResult::relativeWeightChange)
                        .exponent())
                .from(PAPER + ": only T = η/B matters, |Δw| ~ T");
        var lowest = grid.plane.row(0);
        var descent = lowest.at(grid.largestBatch());
        board.claim(
                        "descent-rate",
                        "gradient descent: at B = P the lazy weight change does not depend on η: its value at four times"
                                + " the lowest η over that at the lowest is 1" + where)
                .in(WEIGHTS)
                .theory(1)
                .of(grid.full().cells().get(1).over(descent, NetworkResult::relativeWeightChange))
                .from(PAPER + ": gradient descent");
        board.claim(
                        "descent-batch",
                        "gradient descent: at the lowest η the lazy weight change does not depend on B: its value at"
                                + " B = P/4 over that at B = P is 1" + where)
                .in(WEIGHTS)
                .theory(1)
                .of(lowest.at(grid.largestBatch() / 4).over(descent, NetworkResult::relativeWeightChange))
                .from(PAPER + ": gradient descent");
    }

    private static void claimErrors(
            Board board,
            Cell<NetworkConfig, NetworkResult> noise,
            Cell<NetworkConfig, NetworkResult> firstStep,
            Cell<NetworkConfig, NetworkResult> descent) {
        NetworkConfig base = descent.config();
        String where = ", α = " + NetworkCells.power(base.outputScale()) + ", "
                + NetworkCells.describe(base).replaceAll(", B = \\d+", "") + ", test set of " + base.testSize()
                + " points, whose sampling error is not in the interval";
        board.claim(
                        "error-noise",
                        "noise at the stop raises the test error over gradient descent, lazy, on this test set: the"
                                + " paired difference is above 0, " + text(noise) + " against " + text(descent) + where)
                .above(0)
                .of(noise.less(descent, NetworkResult::testError))
                .from(PHASES);
        board.claim(
                        "error-first-step",
                        "a large first step at B = P lowers the test error under gradient descent, lazy, on this test"
                                + " set: the paired difference is below 0, " + text(firstStep) + " against "
                                + text(descent) + where)
                .below(0)
                .of(firstStep.less(descent, NetworkResult::testError))
                .from(PHASES);
        board.claim(
                        "error-phases",
                        "noise at the stop gives a higher test error than a large first step at B = P, lazy, on this test"
                                + " set: the paired difference is above 0, " + text(noise) + " against "
                                + text(firstStep) + where)
                .above(0)
                .of(noise.less(firstStep, NetworkResult::testError))
                .from(PHASES);
    }

    private static String text(Cell<NetworkConfig, NetworkResult> cell) {
        return "B = " + cell.config().batchSize() + ", η = "
                + NetworkCells.power(cell.config().learningRate());
    }
}
