package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.numbered;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Whether noise and a smaller α, the two ways out of the lazy regime, change the test error in opposite directions, while training is
 * lazy and after it has left the lazy regime.
 *
 * <p>Both ways begin at the largest α and T ≤ hκ, where theory predicts no effect of noise: noise at T/h = 2⁻¹⁸, far below, a smaller α
 * at T = hκ. At hκ/2 half of the crossover from gradient descent to SGD, which is not T_c, is over. The change of the tangent kernel, never
 * the error, decides which temperatures count as lazy. Below T/h = 2⁻¹⁸ float32 would simulate an effect; at that value it changes the
 * error of the quick networks by −0.0004 ± 0.0006 and 0.0002 ± 0.0007 relative to float64.
 */
public sealed class OppositeEffects extends Story permits OppositeEffectsCnn {
    private static final double LAZY = 0.1;
    /** Least number of replicas at which a claim can be decided. */
    private static final int FEWEST = 8;
    /** Number of intervals per network, three stages of noise and α, with joint 95 % coverage. */
    private static final int TOGETHER = 4;

    private static final double LEFT = NetworkPlane.LAZY_LIMIT;
    private static final Reduction<NetworkResult> KERNEL = Reduction.geometric(NetworkResult::relativeKernelChange);
    private static final List<String> ARMS =
            List.of("noise, still lazy", "noise, just past lazy", "strongest noise", "smaller output scale α");
    private static final int[] COLOURS = {0, 2, 1, 3};
    private static final double POINTS = 100;
    /** The stages at which noise is judged. */
    private static final List<String> STAGES = List.of(
            "while lazy (largest T with ΔΘ < " + LAZY + ")",
            "just past the lazy regime (smallest T with ΔΘ > " + LEFT + ")",
            "after leaving the lazy regime (largest T that fits)");

    private static final List<String> NOISES =
            List.of("Noise, still lazy", "Noise, just past lazy", "The strongest noise");

    private static final List<String> KEYS = List.of("lazy", "past", "left");
    private static final String ESCAPE =
            "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: raising T and lowering α both leave"
                    + " the lazy regime but can have opposite effects on performance";

    /** The figure. */
    public OppositeEffects() {
        this("opposite-effects", "Two ways out of the lazy regime: does noise do the opposite of a smaller α?");
    }

    /** Sets titles, subtitle and panels. */
    void head(Board board) {
        board.title(
                "Noise changes the error in the opposite way to a smaller α",
                "Noise and a smaller output scale do not act oppositely",
                "Strong noise lowers the error less than a smaller output scale");
        board.subtitle(
                "Change of test error of lazy networks by noise of three strengths and by a smaller output scale");
        board.show("fashion-p256", "alike-p256", "mnist-p1024", "fashion-p1024");
    }

    OppositeEffects(String id, String title) {
        super(id, title, CnnPhaseDiagram.SOURCES);
    }

    /** A panel: one task at one P for several widths, with the α of the second way, the lazy one first. */
    record Task(String key, String title, NetworkConfig base, double[] outputScales, int... widths) {}

    static Task task(String key, String title, NetworkConfig base, int size, double[] outputScales, int... widths) {
        return new Task(key + "-p" + size, title, Schema.with(base, "trainSize", size), outputScales, widths);
    }

    /** The panels. */
    List<Task> tasks(Board board) {
        String alike = "task=labelSets(plus=6, minus=2+4)";
        NetworkConfig base = Schema.with(
                NetworkConfig.standard(),
                "batchSize=16, testSize=4096, testDraw=own, sampleCap=2^22,"
                        + " network=fullyConnected(depth=5, width=128, activation=relu)");
        NetworkConfig small = Schema.with(base, "dataset=fashionTest14, testSize=1024, sampleCap=2^19");
        double[] two = {0x1p12, 0x1p-5};
        double[] three = {0x1p15, 0x1p11, 0x1p-5};
        NetworkConfig mnist = Schema.with(base, "dataset=mnist");
        NetworkConfig fashion = Schema.with(base, "dataset=fashionMnist");
        return board.choose(
                List.of(
                        task("fashion", "Fashion, parity", small, 256, two, 32, 64),
                        task("alike", "Shirt or not", Schema.with(small, alike), 256, two, 32, 64)),
                List.of(
                        task("mnist", "MNIST, parity", mnist, 1024, three, 32, 128, 512),
                        task("mnist", "MNIST, parity", mnist, 4096, three, 32, 128, 512),
                        task("fashion", "Fashion, parity", fashion, 1024, three, 32, 128, 512),
                        task("fashion", "Fashion, parity", fashion, 4096, three, 32, 128, 512),
                        task("alike", "Shirt or not", Schema.with(fashion, alike), 1024, three, 128)));
    }

    /** Values of T/h on the way of noise, from the lowest that float32 allows. */
    double[] perWidth(Board board) {
        return board.choose(
                new double[] {0x1p-18, 0x1p-13, 0x1p-10, 0x1p-8, 0x1p-6, 0x1p-5, 0x1p-4},
                new double[] {0x1p-18, 0x1p-16, 0x1p-14, 0x1p-12, 0x1p-10, 0x1p-8, 0x1p-6, 0x1p-5, 0x1p-4, 0x1p-3});
    }

    /** Number of replicas per cell. */
    int count(Board board) {
        return 16;
    }

    /** The networks and tasks in words, for the caption. */
    String describe() {
        return "Fully connected, D = 5, B = 16, ReLU, float32. Shirt or not: shirts against pullovers and coats.";
    }

    @Override
    protected final void tell(Board board) {
        board.control("run: the two other values of T, where the sign differs");
        head(board);
        int n = board.replicas(count(board));
        List<Task> tasks = tasks(board);
        double[] perWidth = perWidth(board);
        List<List<Ways>> ways = tasks.stream()
                .map(task -> Arrays.stream(task.widths)
                        .mapToObj(h ->
                                Ways.of(board, Schema.with(task.base, "network.width", h), perWidth, task.outputScales))
                        .toList())
                .toList();
        for (int k = 0; k < tasks.size(); k++) {
            tell(board, tasks.get(k), ways.get(k), n >= FEWEST);
        }
        double[] outputScales = tasks.get(0).outputScales;
        board.caption(
                "Change of the test error on two ways out of the lazy regime, which begin at α = {} and T ≤ hκ. By noise, T/h from {}"
                        + " up: at the largest T at which the tangent kernel changes by less than {} (still lazy), and at the smallest (just past"
                        + " lazy) and the largest (strongest) at which it changes by more than {}. By a smaller α: {} at T = hκ of the largest. Paired"
                        + " differences from the start of each way, n = {}, own test points; t intervals with joint 95 % coverage for the four of a"
                        + " network. {}",
                NetworkCells.power(outputScales[0]),
                NetworkCells.power(perWidth[0]),
                LAZY,
                LEFT,
                NetworkCells.power(outputScales[outputScales.length - 1]),
                n,
                describe());
    }

    /** The two ways out of the lazy regime for one network. */
    private record Ways(Line<NetworkConfig, NetworkResult> noise, Line<NetworkConfig, NetworkResult> alpha) {
        static Ways of(Board board, NetworkConfig base, double[] perWidth, double[] outputScales) {
            int width = base.network().width();
            double cold = width / outputScales[0];
            return new Ways(
                    board.along(NetworkCells.STUDY, perWidth, t -> NetworkCells.at(base, outputScales[0], t * width)),
                    board.along(NetworkCells.STUDY, outputScales, a -> NetworkCells.at(base, a, cold)));
        }

        /** Change of the error by noise in a stage; none if no temperature belongs to it. */
        Estimate byNoise(int stage) {
            return at(stage).stream()
                    .mapToObj(t -> noise.at(t)
                            .less(noise.wholeRange().cells().get(0), NetworkResult::testError)
                            .oneOf(TOGETHER))
                    .findFirst()
                    .orElse(Estimate.NONE);
        }

        /** The temperature of a stage, if there is one. */
        OptionalDouble at(int stage) {
            var whole = noise.wholeRange();
            var warmer = whole.last(whole.size() - 1);
            double[] chosen = warmer.where(t -> {
                        double kernel = warmer.at(t).the(KERNEL).mean();
                        return stage == 0 ? kernel < LAZY : kernel > LEFT;
                    })
                    .x();
            return Arrays.stream(chosen)
                    .skip(stage == 1 || chosen.length == 0 ? 0 : chosen.length - 1)
                    .findFirst();
        }

        /** Change of the error at the smallest α at which all replicas fit; none if there is none. */
        Estimate byAlpha() {
            var smaller = alpha.last(alpha.size() - 1).whole();
            return smaller.size() == 0
                    ? Estimate.NONE
                    : smaller.last()
                            .less(alpha.cells().get(0), NetworkResult::testError)
                            .oneOf(TOGETHER);
        }

        /** Change by noise, positive if opposite to that by a smaller α; none if the direction of α is not resolved. */
        Estimate opposite(int stage) {
            Estimate byAlpha = byAlpha();
            boolean helps = byAlpha.high() < 0;
            return helps || byAlpha.low() > 0 ? byNoise(stage).times(helps ? 1 : -1) : Estimate.NONE;
        }

        /** The temperatures compared and, if the direction of α is not resolved, the effects of noise and α. */
        String words(int stage) {
            OptionalDouble at = at(stage);
            if (at.isEmpty()) {
                return ", no such T";
            }
            String where = ", T/h = " + NetworkCells.power(at.orElseThrow()) + " against "
                    + NetworkCells.power(noise.wholeRange().x()[0]);
            if (opposite(stage).n() > 0) {
                return where;
            }
            String open = byAlpha().n() == 0 ? "; no smaller α fits" : "; effect of α is open, " + words(byAlpha());
            return where + open + ", noise alone " + words(byNoise(stage));
        }

        private static String words(Estimate change) {
            return change.brief().replace('-', '−');
        }
    }

    private static void tell(Board board, Task task, List<Ways> ways, boolean judges) {
        int size = task.base.trainSize();
        String title = task.title + ", " + size + " points";
        double[] widths = Arrays.stream(task.widths).asDoubleStream().toArray();
        boolean few = widths.length < 3;
        double[] x = few ? numbered(widths.length) : widths;
        List<String> names =
                Arrays.stream(task.widths).mapToObj(h -> "width " + h).toList();
        Axis across = few ? Axis.named("", names) : Axis.log2("network width").range(widths[0] / 2, 2 * widths[2]);
        Plot plot =
                board.plot(task.key, title, across, Axis.linear("change of test error in points (below 0: better)"));
        plot.named("").level(LineKind.BORDER, "no change", 0, across.min(), across.max());
        for (int arm = 0; arm < ARMS.size(); arm++) {
            int stage = arm;
            Estimate[] changes = ways.stream()
                    .map(both -> stage < 3 ? both.byNoise(stage) : both.byAlpha())
                    .map(change -> change.times(POINTS))
                    .toArray(Estimate[]::new);
            if (Arrays.stream(changes).anyMatch(change -> change.n() > 0)) {
                plot.colour(COLOURS[arm]).points(ARMS.get(arm), x, changes);
            }
        }
        for (int k = 0; k < ways.size(); k++) {
            Ways both = ways.get(k);
            int width = task.widths[k];
            for (int stage = 0; judges && stage < 3; stage++) {
                Estimate opposite = both.opposite(stage);
                String statement = "noise " + STAGES.get(stage)
                        + " changes the test error in the opposite direction to a smaller α (change against that direction above 0), "
                        + task.title + ", P = " + size + ", h = " + width + both.words(stage);
                plot.claim(task.key + "-h" + width + "-" + KEYS.get(stage), statement)
                        .says(NOISES.get(stage) + ": the opposite of a smaller α | change of error, against that by α")
                        .above(0)
                        .judge(opposite, ESCAPE);
            }
        }
    }
}
