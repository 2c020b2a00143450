package org.noisebook.papers.sgdphases;

import static org.noisebook.figure.Line.powers;

import java.util.List;
import java.util.stream.Collectors;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.cells.PerceptronCells;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The three phases of SGD of a lazy network in the (B, η) plane (noise-dominated, dominated by the first step, and gradient
 * descent), their boundaries, and the growth of the crossover batch size B* with P.
 */
public final class NetworkBatchPhaseDiagram extends Story {
    /** For the test errors: η/h of the cell with a large first step, and T/h of the noisy one. */
    private static final double LARGE_RATE_PER_WIDTH = 0x1p-3;

    private static final double NOISY_PER_WIDTH = 0x1p-7;
    /** Range at B = 1 of lazy noise-dominated training: from 32 margins to a relative weight change of a tenth. */
    private static final double NOISY_LOW = 0x1p-10;

    private static final double NOISY_HIGH = 0x1p-6;
    private static final Reduction<NetworkResult> WEIGHTS = Reduction.geometric(NetworkResult::relativeWeightChange);
    /** The weight change, NaN unless all replicas fitted. */
    private static final Reduction<NetworkResult> CHANGE = WEIGHTS.ofWhole();

    static final String PAPER = "Sclocchi and Wyart 2024, arXiv 2309.10688";
    private static final String PHASES =
            PAPER + ": the phases differ in test error; the sign is that of the perceptron with"
                    + " χ = 1, whose signal-to-noise ratio at the stop is 12.0 after a first step at B = P, 9.45 with gradient descent,"
                    + " 8.3 with noise";

    /** The figure. */
    public NetworkBatchPhaseDiagram() {
        super(
                "network-batch-phase-diagram",
                "Three phases of SGD on networks in the plane of batch size and learning rate",
                PerceptronCells.SOURCES);
    }

    private static NetworkConfig at(Board board, NetworkConfig base, double batch, double rate) {
        long cap = board.choose(1L << 15, 1L << 17) * (long) batch;
        return Schema.with(base, "batchSize", (int) batch, "learningRate", rate, "sampleCap", cap);
    }

    private static NetworkConfig lazy(Board board) {
        NetworkConfig base = board.preset() == Preset.QUICK
                ? Schema.with(NetworkCells.GAUSSIAN, "testSize", 4096)
                : Schema.with(NetworkPlane.base(board.preset()), "dataset=mnist, testSize=16384");
        double rate = LARGE_RATE_PER_WIDTH * base.network().width();
        return Schema.with(Schema.with(base, "outputScale=2^15, precision=float64, probeSize=0"), "learningRate", rate);
    }

    /** Samples drawn per run as a share of the cap, measured on the planes of the quick preset. */
    @Override
    protected double shareOfWork() {
        return 0.05;
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other end of B, where the same quantity leaves the window");
        board.title(
                "Small batches: the weight change falls as one over the batch size",
                "Small batches: the weight change does not fall as predicted",
                "Small batches: the weight change falls roughly as predicted");
        board.subtitle("Weight change of lazy networks over that of a first full-batch step, against batch size");
        board.show("curves", "crossover");
        int n = board.replicas(3, 3);
        NetworkConfig base = lazy(board);
        int size = base.trainSize();
        int width = base.network().width();
        Plane<NetworkConfig, NetworkResult> plane = board.plane(
                NetworkCells.STUDY,
                board.choose(powers(1, 2, 9), powers(1, 4, 6)),
                board.choose(powers(0x1p-12, 4, 10), powers(0x1p-10, 4, 10)),
                (batch, rate) -> at(board, base, batch, rate));
        var firstStep = board.cell(NetworkCells.STUDY, BatchCrossover.firstStep(base));
        int corners = board.replicas(16, 8);
        NetworkConfig tested = Schema.with(base, "testSize", board.choose(16_384, 32_768));
        var noise = board.cell(NetworkCells.STUDY, at(board, tested, 1, NOISY_PER_WIDTH * width));
        var large = board.cell(NetworkCells.STUDY, at(board, tested, size, LARGE_RATE_PER_WIDTH * width));
        var descent = board.cell(NetworkCells.STUDY, at(board, tested, size, plane.ys()[1]));
        List<BatchCrossover> crossovers = BatchCrossover.of(board);
        BatchCrossover.tell(board, crossovers);
        String raises = "noise gives a higher test error than gradient descent, lazy network";
        claimError(
                board,
                "error-noise",
                raises,
                true,
                noise,
                descent,
                "Noise raises the test error | difference of test errors");
        String lowers = "a large first step at B = P gives a lower test error than gradient descent, lazy network";
        claimError(
                board,
                "error-first-step",
                lowers,
                false,
                large,
                descent,
                "A large first step lowers the test error | difference of test errors");
        String higher = "noise gives a higher test error than a large first step at B = P, lazy network";
        claimError(
                board,
                "error-phases",
                higher,
                true,
                noise,
                large,
                "Noise gives more error than a large first step | difference of test errors");
        tellPlane(board, plane, firstStep);
        BatchCrossover last = crossovers.get(crossovers.size() - 1);
        int most = crossovers.get(0).replicas();
        String many = most + (last.replicas() == most ? "" : ", " + last.data() + " " + last.replicas());
        board.stamp(many + ", " + corners + " (errors)");
        board.caption(
                "(a, b) α = 2²⁰: {}. (a) Weight change over that of the first step at B = P, geometric means over {} replicas with 95 %"
                        + " t intervals of the logarithms; dashed: ∝ 1/B, measured at B = 1 and 2, and 1. (b) B where the weight change"
                        + " is twice that at B = P, and its exponent, with 95 % bootstrap intervals; dashed: where the power law of the noise phase meets the first"
                        + " step. (c) {}, α = {}, {}: geometric means over {} replicas. Solid: T = h/α. Dashed: the first step"
                        + " alone meets c T, measured at B = 1, and gradient descent, at B = P and the lowest η.",
                crossovers.stream()
                        .map(c -> c.name() + ", h = " + c.base().network().width())
                        .collect(Collectors.joining("; ")),
                many,
                board.choose("x ~ N(0, 1₁₀), y = sign(x₁)", "MNIST by parity"),
                NetworkCells.power(NetworkCells.LAZY),
                describe(base),
                n);
    }

    private static String describe(NetworkConfig config) {
        return NetworkCells.describe(config).replaceAll(", B = \\d+", "");
    }

    /** The map, with boundaries where w = noise · T, w = first · η and w = descent intersect. */
    private static void tellPlane(
            Board board, Plane<NetworkConfig, NetworkResult> plane, Cell<NetworkConfig, NetworkResult> firstStep) {
        NetworkConfig base = plane.at(0, 0).config();
        double size = base.trainSize();
        int width = base.network().width();
        var full = plane.columnAt(size);
        var noisy = plane.columnAt(1).where(rate -> rate >= NOISY_LOW * width && rate <= NOISY_HIGH * width);
        double noise = NetworkCells.prefactor(noisy.x(), noisy.means(CHANGE), 1);
        double first = firstStep.the(WEIGHTS).mean() / firstStep.config().learningRate();
        double onset = width * base.margin();
        double crossover = noise / first;
        double rate = full.cells().get(0).the(CHANGE).mean() / first;
        double[][] change = plane.geometricMeans(NetworkResult::relativeWeightChange);
        ColourBar bar = ColourBar.decades("weight change", plane.ofWhole(change));
        Axis batches = Axis.log2("batch size B");
        Plot map = board.map("weights", "Three phases", batches, Axis.log2("learning rate η"), bar, plane, change);
        new BatchBorders(onset, crossover, rate).draw(map, plane, LineKind.THEORY);
        double[] xs = plane.xs();
        double[] ys = plane.ys();
        map.region(plane, (j, i) -> xs[i] < crossover && ys[j] > onset * xs[i], "noise")
                .region(plane, (j, i) -> xs[i] > crossover && ys[j] > rate, "first\nstep")
                .region(plane, (j, i) -> ys[j] < onset * xs[i] && ys[j] < rate, "gradient\ndescent");
        String where = ", " + describe(base);
        Estimate growth = noisy.power(board.stream("bootstrap/batch/rate"), NetworkResult::relativeWeightChange)
                .exponent();
        String grows = "in the noise phase at B = 1, the lazy weight change grows as η (exponent 1)";
        claimOne(board, "noise-rate", grows + where, growth, "only T = η/B matters, |Δw| ~ T");
        var descent = full.cells().get(0);
        String rates =
                "in gradient descent at B = P, the lazy weight change does not depend on η (ratio of four times the lowest"
                        + " η to the lowest is 1)" + where;
        Estimate overRates = full.cells().get(1).over(descent, NetworkResult::relativeWeightChange);
        claimOne(board, "descent-rate", rates, overRates, "gradient descent");
        String sizes =
                "in gradient descent at the lowest η, the lazy weight change does not depend on B (ratio of B = P/4 to"
                        + " B = P is 1)" + where;
        Estimate overSizes = plane.row(0).at(size / 4).over(descent, NetworkResult::relativeWeightChange);
        claimOne(board, "descent-batch", sizes, overSizes, "gradient descent");
    }

    private static void claimOne(Board board, String name, String statement, Estimate measured, String why) {
        board.claim(name, statement).in("weights").theory(1).judge(measured, PAPER + ": " + why);
    }

    /** Claims that one of two cells has the higher test error. */
    private static void claimError(
            Board board,
            String name,
            String statement,
            boolean above,
            Cell<NetworkConfig, NetworkResult> one,
            Cell<NetworkConfig, NetworkResult> other,
            String words) {
        NetworkConfig base = other.config();
        String difference = statement + ": the paired difference is " + (above ? "above" : "below")
                + " 0, " + text(one) + " against " + text(other) + ", α = "
                + NetworkCells.power(base.outputScale()) + ", "
                + describe(base) + ", test set of " + base.testSize()
                + " points, whose sampling error is not in the interval";
        ClaimDraft claim = board.claim(name, difference)
                .control("run: gradient descent at the lowest rate on the same replicas, subtracted")
                .of(one.less(other, NetworkResult::testError));
        (above ? claim.above(0) : claim.below(0)).says(words).from(PHASES);
    }

    private static String text(Cell<NetworkConfig, NetworkResult> cell) {
        return "B = " + cell.config().batchSize() + ", η = "
                + NetworkCells.power(cell.config().learningRate());
    }
}
