package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.List;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
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
    private static final Reduction<NetworkResult> WEIGHTS = Reduction.geometric(NetworkResult::relativeWeightChange);
    /** NaN unless all replicas fitted. */
    private static final Reduction<NetworkResult> CHANGE = WEIGHTS.ofWhole();

    /** Level lines stand at the decades from here to −1; between them and the borders stand the names of the phases. */
    private static final int LOWEST_LEVEL = -2;

    static final String PAPER = "Sclocchi and Wyart 2024, arXiv 2309.10688";
    private static final String PHASES = PAPER
            + ": the phases differ in test error; the sign is that of the perceptron with χ = 1, computed apart from this"
            + " kit, whose signal-to-noise ratio at the stop is 12.0 after a first step at B = P, 9.45 with gradient"
            + " descent and 8.3 with noise";

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

        /** Along η at B = P. */
        Line<NetworkConfig, NetworkResult> full() {
            return plane.columnAt(base.trainSize());
        }

        /** At B = 1 over the learning rates that the exponents of lazy scaling are fitted at. */
        Line<NetworkConfig, NetworkResult> noisy() {
            return plane.columnAt(1)
                    .where(rate -> rate >= LazySweep.FIT_LOW * width() && rate <= LazySweep.FIT_HIGH * width());
        }

        double descent() {
            return change(full().cells().get(0));
        }

        /** Weight change a unit of learning rate in the first step at B = P. */
        double firstStepNorm() {
            return firstStep.the(WEIGHTS).mean() / firstStep.config().learningRate();
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
        double rate = LARGE_RATE_PER_WIDTH * base.network().width();
        return Schema.with(Schema.with(base, "outputScale=2^15, precision=float64, probeSize=0"), "learningRate", rate);
    }

    /** Measured on the planes of the quick preset: samples a run drew, as a share of its cap. */
    @Override
    protected double shareOfWork() {
        return 0.05;
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(3, 3);
        NetworkConfig base = lazy(board);
        Grid lazy = Grid.of(board, base, board.choose(powers(0x1p-12, 4, 10), powers(0x1p-10, 4, 10)));
        Grid feature = Grid.of(
                board, Schema.with(base, "outputScale", 1.0), board.choose(powers(0x1p-2, 4, 6), powers(0x1p-4, 4, 7)));
        int corners = board.replicas(16, 8);
        NetworkConfig tested = Schema.with(base, "testSize", board.choose(16_384, 32_768));
        int size = base.trainSize();
        var noise = corner(board, tested, 1, NOISY_PER_WIDTH * lazy.width());
        var firstStep = corner(board, tested, size, LARGE_RATE_PER_WIDTH * lazy.width());
        var descent = corner(board, tested, size, lazy.plane.ys()[1]);
        List<BatchCrossover> crossovers = BatchCrossover.of(board);
        plotLazy(board, lazy);
        plotFeature(board, feature);
        claimPlane(board, lazy);
        String raises = "noise at the stop raises the test error over gradient descent";
        claimError(board, "error-noise", raises, "above", noise, descent)
                .above(0)
                .from(PHASES);
        String lowers = "a large first step at B = P lowers the test error under gradient descent";
        claimError(board, "error-first-step", lowers, "below", firstStep, descent)
                .below(0)
                .from(PHASES);
        String higher = "noise at the stop gives a higher test error than a large first step at B = P";
        claimError(board, "error-phases", higher, "above", noise, firstStep)
                .above(0)
                .from(PHASES);
        BatchCrossover.plot(board, crossovers);
        int many = crossovers.get(0).replicas();
        board.stamp(n + " (a–d), " + many + " (e, f), " + corners + " (errors of the claims)");
        board.layout(Plate::sharedLegend);
        FullyConnected network = (FullyConnected) base.network();
        board.caption(
                "(a–d) {}, D = {}, h = {}, P = {}, {}, float64, at most {} steps; means over {} replicas, of logarithms in"
                        + " (a, c), on the same {} test points. Short dashes: where |Δw| = c T at B = 1, c′ η at B = P, and its value"
                        + " at B = P and the lowest η meet. Solid: T = h/α. Long dashes: the first step alone, one step at B = P,"
                        + " meets c T and gradient descent. (e, f) α = 2²⁰: {}. (e) Weight change over that of the first"
                        + " step at B = P, geometric means over {} replicas with 95 % t intervals of the logarithms; dashed: the law"
                        + " of noise ∝ 1/B, measured at B = 1 and 2, and 1. (f) B where the weight change is twice that at B = P,"
                        + " with 95 % bootstrap intervals; dashed: B where the law of noise meets the first step. Note: exponents"
                        + " with 95 % bootstrap half-widths.",
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
        var plane = grid.plane;
        double[][] change = plane.means(run -> StrictMath.log10(run.relativeWeightChange()));
        double[][] errors = plane.means(NetworkResult::testError);
        Axis batches = Axis.log2("batch size B");
        Axis rates = Axis.log2("learning rate η");
        ColourBar changeBar = ColourBar.around("log₁₀ weight change |Δw|/|w₀|", 1, plane.ofWhole(change));
        board.map(weights, "Weight change, " + words, batches, rates, changeBar, plane, change);
        ColourBar errorBar = NetworkPlane.errorBar(plane.ofWhole(errors));
        board.map(error, "Test error, " + words, batches, rates, errorBar, plane, errors);
    }

    /** The asymptotes w = noise · T, w = plateau · η and w = descent, where they meet, and where the first step meets them. */
    private static void plotLazy(Board board, Grid grid) {
        plotMaps(board, grid, "weights", "error", "α = " + NetworkCells.power(NetworkCells.LAZY));
        Plot weights = board.plot("weights");
        for (int level = LOWEST_LEVEL; level < 0; level++) {
            weights.contour(level, "−" + -level);
        }
        var noisy = grid.noisy();
        double noise = NetworkCells.prefactor(noisy.x(), noisy.means(CHANGE), 1);
        double large = LARGE_RATE_PER_WIDTH * grid.width();
        double plateau = change(grid.full().at(large)) / large;
        double descent = grid.descent();
        double first = grid.firstStepNorm();
        BatchBorders measured = new BatchBorders(descent / noise, noise / plateau, descent / plateau);
        BatchBorders predicted = new BatchBorders(grid.width() * grid.base.margin(), noise / first, descent / first);
        for (String panel : List.of("weights", "error")) {
            measured.draw(
                    board.plot(panel),
                    grid.plane,
                    new String[] {"", "where the asymptotes meet", ""},
                    " (asymptotes)",
                    LineKind.BORDER,
                    LineKind.BORDER);
            predicted.draw(
                    board.plot(panel),
                    grid.plane,
                    new String[] {"T = h/α", "noise = first step", "gradient descent = first step"},
                    " (predicted)",
                    LineKind.THEORY,
                    LineKind.ANCHORED);
        }
        if (measured.crossover() > 0 && measured.firstStepRate() > 0) {
            double[] batches = grid.plane.xs();
            double size = grid.base.trainSize();
            double rightEdge = size * StrictMath.sqrt(size / batches[batches.length - 2]);
            double level = StrictMath.pow(10, LOWEST_LEVEL);
            double middle = StrictMath.sqrt(measured.crossover());
            weights.text(middle, middle * StrictMath.sqrt(measured.onset() * level / noise), "noise")
                    .text(
                            StrictMath.sqrt(predicted.crossover() * rightEdge),
                            StrictMath.sqrt(predicted.firstStepRate() * level / plateau),
                            "first\nstep")
                    .text(
                            StrictMath.sqrt(measured.crossover() * size),
                            StrictMath.sqrt(
                                    measured.firstStepRate() * grid.plane.ys()[0]),
                            "gradient\ndescent");
        }
    }

    /** With features the borders of the first step and of T = h/α lie where no run fits, or next to it. */
    private static void plotFeature(Board board, Grid grid) {
        plotMaps(board, grid, "feature", "feature error", "α = 1");
        double rate = grid.descent() / grid.firstStepNorm();
        double onset = grid.width() * grid.base.margin();
        for (String panel : List.of("feature", "feature error")) {
            new BatchBorders(onset, rate / onset, rate)
                    .draw(
                            board.plot(panel),
                            grid.plane,
                            new String[] {"T = h/α", "", "gradient descent = first step"},
                            " (predicted)",
                            LineKind.THEORY,
                            LineKind.ANCHORED);
        }
    }

    private static void claimPlane(Board board, Grid grid) {
        String where = ", " + NetworkCells.describe(grid.base).replaceAll(", B = \\d+", "");
        Estimate growth = grid.noisy()
                .power(board.stream("bootstrap/batch/rate"), NetworkResult::relativeWeightChange)
                .exponent();
        String rate = "noise-dominated: at B = 1 the lazy weight change grows as η, exponent 1";
        claimOne(board, "noise-rate", rate + where, growth, "only T = η/B matters, |Δw| ~ T");
        double size = grid.base.trainSize();
        var lowest = grid.plane.row(0);
        var descent = lowest.at(size);
        claimOne(
                board,
                "descent-rate",
                "gradient descent: at B = P the lazy weight change does not depend on η: its value at four times"
                        + " the lowest η over that at the lowest is 1" + where,
                grid.full().cells().get(1).over(descent, NetworkResult::relativeWeightChange),
                "gradient descent");
        claimOne(
                board,
                "descent-batch",
                "gradient descent: at the lowest η the lazy weight change does not depend on B: its value at"
                        + " B = P/4 over that at B = P is 1" + where,
                lowest.at(size / 4).over(descent, NetworkResult::relativeWeightChange),
                "gradient descent");
    }

    private static void claimOne(Board board, String name, String statement, Estimate measured, String why) {
        board.claim(name, statement).in("weights").theory(1).of(measured).from(PAPER + ": " + why);
    }

    /** The claim that one of two cells has the higher test error. */
    private static ClaimDraft claimError(
            Board board,
            String name,
            String statement,
            String difference,
            Cell<NetworkConfig, NetworkResult> one,
            Cell<NetworkConfig, NetworkResult> other) {
        NetworkConfig base = other.config();
        return board.claim(
                        name,
                        statement + ", lazy, on this test set: the paired difference is " + difference + " 0, "
                                + text(one) + " against " + text(other) + ", α = "
                                + NetworkCells.power(base.outputScale()) + ", "
                                + NetworkCells.describe(base).replaceAll(", B = \\d+", "") + ", test set of "
                                + base.testSize() + " points, whose sampling error is not in the interval")
                .of(one.less(other, NetworkResult::testError));
    }

    private static String text(Cell<NetworkConfig, NetworkResult> cell) {
        return "B = " + cell.config().batchSize() + ", η = "
                + NetworkCells.power(cell.config().learningRate());
    }
}
