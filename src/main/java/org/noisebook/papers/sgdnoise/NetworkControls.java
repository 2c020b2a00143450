package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.numbered;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.model.GradientNoise;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Whether the temperature alone or also the shape of the noise matters: weight change, time and test error for other batch sizes and
 * other noise, relative to minibatches at equal T = η/B, replica by replica, at large and at small α.
 *
 * <p>If only the mean and the covariance of a step matter, dw = g dt + √(T Σ) dW, then minibatches of any size B ≪ P and
 * Gaussian noise are the same process. Unfitted points alone are the same process in the time dt′ = (P/U) dt for U ≫ B and
 * up to ḡ ḡᵀ, because drift and second moment both grow by P/U.
 */
public final class NetworkControls extends Story {
    private static final Arm REFERENCE = new Arm(GradientNoise.MINIBATCH, 4);
    private static final Arm SINGLE = new Arm(GradientNoise.MINIBATCH, 1);
    private static final Arm LARGE = new Arm(GradientNoise.MINIBATCH, 16);
    private static final Arm GAUSSIAN = new Arm(GradientNoise.GAUSSIAN, 4);
    private static final Arm UNFITTED = new Arm(GradientNoise.UNFITTED, 4);
    private static final Arm UNFITTED_SINGLE = new Arm(GradientNoise.UNFITTED, 1);
    private static final Arm[] ARMS = {REFERENCE, SINGLE, LARGE, GAUSSIAN, UNFITTED, UNFITTED_SINGLE};
    /** The cases compared with the reference. */
    private static final List<Arm> SHOWN = List.of(SINGLE, LARGE, GAUSSIAN, UNFITTED);

    private static final List<String> NAMES = List.of("batch 1", "batch 16", "Gaussian noise", "unfitted points only");
    /** Half-width of the window in which two errors count as equal. */
    private static final double EQUIVALENCE = 0.01;

    private static final String THEORY =
            "dw = g dt + √(T Σ) dW: only the mean and covariance of a step matter (arXiv 2301.13703)";
    private static final String GAUSSIAN_THEORY =
            THEORY + "; Gaussian noise of the minibatch's own covariance is this kit's control, after the authors'";
    private static final String SAYS_BATCH = "At equal noise, the batch size does not matter";
    private static final String SAYS_GAUSSIAN = "Gaussian noise acts like minibatches";
    private static final String SAYS_UNFITTED = "Unfitted points alone give the same change in less time";

    /** A noise and a batch size. */
    private record Arm(GradientNoise noise, int batchSize) {}

    /** The runs of all cases in one regime, with its name and its setting in claims. */
    private record Runs(String name, String setting, Map<Arm, Cell<NetworkConfig, NetworkResult>> arms) {
        static Runs of(Board board, String name, String setting, NetworkConfig base, Arm... arms) {
            return new Runs(name, setting, Arrays.stream(arms).collect(Collectors.toMap(arm -> arm, arm -> {
                NetworkConfig config = Schema.with(base, "batchSize", arm.batchSize, "noise", arm.noise);
                return board.cell(NetworkCells.STUDY, NetworkCells.at(config, base.outputScale(), base.temperature()));
            })));
        }

        String series() {
            return name.equals("lazy") ? "large α = 2¹⁴, lazy" : "small α = 2⁻⁴, features";
        }

        /** Ratio of a quantity between two cases, replica by replica. */
        Estimate ratio(Arm arm, Arm against, ToDoubleFunction<NetworkResult> value) {
            return arms.get(arm).over(arms.get(against), value);
        }
    }

    /** The figure. */
    public NetworkControls() {
        super(
                "network-controls",
                "Temperature or shape of the noise? Controls of SGD noise at equal T",
                NetworkCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control(
                "run: minibatches of B = 1 on the same replicas, the denominator; batches of 16 show what leaves the window");
        board.title(
                "At equal noise, the batch size does not matter",
                "At equal noise, larger batches move a lazy network further",
                "At equal noise, the batch size hardly matters");
        board.subtitle("Weight change and training time relative to batches of 4, at equal rate / batch size");
        int n = board.replicas(24, 96);
        NetworkConfig base = Schema.with(NetworkCells.GAUSSIAN, "testSize", board.choose(4096, 16_384), "probeSize", 0);
        String large = "Gaussian points, lazy, α = 2¹⁴, T = 2⁻²";
        String warm = "Gaussian points, α = 2¹⁴, T = 2² (noise ends the lazy regime)";
        String small = "Gaussian points, feature, α = 2⁻⁴, T = 2⁻²";
        Runs lazy = Runs.of(board, "lazy", large, NetworkCells.at(base, 0x1p14, 0.25), ARMS);
        Runs noisy = Runs.of(board, "lazy", warm, NetworkCells.at(base, 0x1p14, 4), REFERENCE, GAUSSIAN);
        Runs feature = Runs.of(board, "feature", small, NetworkCells.at(base, 0x1p-4, 0.25), ARMS);
        List<Runs> both = List.of(lazy, feature);
        Axis change = Axis.linear("ratio to batches of 4").range(0.5, 2);
        Plot weights = tell(board, "weights", "Weight change", change, both, NetworkResult::relativeWeightChange);
        Axis times = Axis.linear("ratio to batches of 4").range(0, 1.5);
        Plot time = tell(board, "time", "Training time", times, both, NetworkResult::time);
        claimWeights(weights, SAYS_BATCH, "batch-4", "B = 4 to B = 1", lazy, SINGLE, REFERENCE);
        String first = "B = 16 to B = 4 (the first step takes over above B*)";
        claimWeights(weights, SAYS_BATCH, "batch-16", first, lazy, REFERENCE, LARGE);
        String idle = "one unfitted point per step to one of all points per step (the same process without idle steps)";
        claimWeights(weights, "", "unfitted-one", idle, lazy, SINGLE, UNFITTED_SINGLE);
        tellClaims(board, weights, time, lazy, noisy);
        tellClaims(board, weights, time, feature, feature);
        board.caption(
                "Other noises and batches against the minibatch of B = {} at equal temperature T = η/B = ¼: (a) ratio of the weight"
                        + " changes at the stop, (b) ratio of the times t*, geometric means with 95 % t intervals of the logarithms,"
                        + " replica by replica, n = {}, on the same points and weights. Solid: no difference, as in theory for"
                        + " B ≪ P, B below B* and U ≫ B; in (b) theory does not cover unfitted points. Gaussian: the full gradient plus noise of"
                        + " the minibatch's covariance; unfitted only: min(B, U) of the U points that do not fit yet, over B. x ~ N(0, 1₁₀), y = sign(x₁), D = 3, h = 32, P = 256, ReLU,"
                        + " float32.",
                REFERENCE.batchSize, n);
    }

    /** Plots the cases relative to the reference, one series per regime. */
    private static Plot tell(
            Board board, String name, String title, Axis ratio, List<Runs> all, ToDoubleFunction<NetworkResult> value) {
        Plot plot = board.plot(name, title, Axis.named("instead of minibatches of 4, at equal noise T", NAMES), ratio);
        for (Runs runs : all) {
            plot.named(runs.name.equals("lazy") ? "lazy network" : "network that learns features");
            plot.points(
                    runs.series(),
                    numbered(SHOWN.size()),
                    SHOWN.stream().map(arm -> runs.ratio(arm, REFERENCE, value)).toArray(Estimate[]::new),
                    SHOWN.stream().map(arm -> runs.arms.get(arm).ends()).toArray(EndCounts[]::new));
        }
        return plot.named("as minibatches of 4").level(LineKind.THEORY, "as minibatch", 1, 0.5, SHOWN.size() + 0.5);
    }

    private static void tellClaims(Board board, Plot weights, Plot time, Runs runs, Runs noisy) {
        String gaussian = "Gaussian noise of the minibatch's covariance";
        String unfitted = "training on unfitted points to minibatches";
        String same = gaussian + " to minibatches";
        claimWeights(weights, SAYS_GAUSSIAN, "gaussian-weights-" + runs.name, same, runs, REFERENCE, GAUSSIAN);
        time.claim("gaussian-time-" + runs.name, "ratio of times, " + same + ", is 1, " + runs.setting)
                .says(SAYS_GAUSSIAN)
                .theory(1)
                .judge(runs.ratio(GAUSSIAN, REFERENCE, NetworkResult::time), GAUSSIAN_THEORY);
        String equal = gaussian + " gives the test error of minibatches within " + EQUIVALENCE + ", " + noisy.setting;
        board.claim("gaussian-error-" + runs.name, equal)
                .says("Gaussian noise also gives the same test error | difference of test errors")
                .theory(0, EQUIVALENCE)
                .of(noisy.arms.get(GAUSSIAN).less(noisy.arms.get(REFERENCE), NetworkResult::testError))
                .from(GAUSSIAN_THEORY);
        String clock = unfitted + " (same process in a faster time, U ≫ B)";
        claimWeights(weights, SAYS_UNFITTED, "unfitted-weights-" + runs.name, clock, runs, REFERENCE, UNFITTED);
        time.claim("unfitted-time-" + runs.name, "ratio of times, " + unfitted + ", is below 1, " + runs.setting)
                .says(SAYS_UNFITTED)
                .below(1)
                .judge(runs.ratio(UNFITTED, REFERENCE, NetworkResult::time), THEORY + ", with dt′ = (P/U) dt");
    }

    /** Claims that two cases move the weights equally far. */
    private static void claimWeights(
            Plot plot, String says, String name, String statement, Runs runs, Arm from, Arm to) {
        plot.claim(name, "ratio of weight changes, " + statement + ", is 1, " + runs.setting)
                .says(says)
                .theory(1)
                .of(runs.ratio(to, from, NetworkResult::relativeWeightChange))
                .from(to.equals(GAUSSIAN) ? GAUSSIAN_THEORY : THEORY);
    }
}
