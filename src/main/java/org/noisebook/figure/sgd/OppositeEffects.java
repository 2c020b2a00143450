package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Whether noise and a smaller α, the two ways out of the lazy regime, move the test error in opposite directions: while lazy,
 * and after leaving the lazy regime.
 *
 * <p>Both ways begin where theory sees no noise, at the largest α and T ≤ hκ: noise on the way from T = hκ/2, a smaller α at T = hκ.
 * Above hκ/2 lies the crossover from gradient descent to SGD, not T_c. Which temperatures count as lazy is decided by the change of
 * the tangent kernel, never by the error. Below T/h = 2⁻¹⁸ float32 would feign an effect at this α.
 */
public sealed class OppositeEffects extends Story permits OppositeEffectsCnn {
    private static final int NARROW = 32;
    private static final int WIDE = 512;
    private static final double LAZY = 0.1;
    /** Replicas from which a claim can be won. */
    private static final int FEWEST = 8;

    private static final double LEFT = NetworkPlane.LAZY_LIMIT;
    private static final Reduction<NetworkResult> KERNEL = Reduction.geometric(NetworkResult::relativeKernelChange);
    private static final Reduction<NetworkResult> WEIGHTS = Reduction.geometric(NetworkResult::relativeWeightChange);
    private static final String ESCAPE =
            "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: raising T and lowering α both leave"
                    + " the lazy regime but can have opposite effects on performance";

    /** The figure. */
    public OppositeEffects() {
        this("opposite-effects", "Two ways out of the lazy regime: does noise do the opposite of a smaller α?");
    }

    OppositeEffects(String id, String title) {
        super(id, title, CnnPhaseDiagram.SOURCES);
    }

    /** A panel: one task at one P, for several networks, and the α of its second way, the lazy one first. */
    record Task(String key, String title, NetworkConfig base, double[] outputScales, int... widths) {}

    private static Task task(
            String key, String title, NetworkConfig base, int size, double[] outputScales, int... widths) {
        return new Task(
                key + "-p" + size, title + ", P = " + size, Schema.with(base, "trainSize", size), outputScales, widths);
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

    /** T/h on the way of noise, from κ/2. */
    double[] perWidth(Board board) {
        return board.choose(
                new double[] {0x1p-13, 0x1p-10, 0x1p-8, 0x1p-6, 0x1p-5, 0x1p-4},
                new double[] {0x1p-16, 0x1p-14, 0x1p-12, 0x1p-10, 0x1p-8, 0x1p-6, 0x1p-5, 0x1p-4, 0x1p-3});
    }

    /** Replicas of each cell. */
    int count(Board board) {
        return 16;
    }

    /** The networks and tasks in words. */
    String describe(Board board, NetworkConfig base) {
        return Words.say(
                "D = {}, B = {}, ReLU, float32, fully connected. {}Shirt or not: shirts against pullovers and coats.",
                base.network().depth(),
                base.batchSize(),
                board.choose("14 × 14 pixels. ", ""));
    }

    @Override
    protected final void tell(Board board) {
        int n = board.replicas(count(board));
        List<Task> tasks = tasks(board);
        double[] perWidth = perWidth(board);
        List<List<Ways>> ways = new ArrayList<>();
        for (Task task : tasks) {
            ways.add(Arrays.stream(task.widths)
                    .mapToObj(h ->
                            Ways.of(board, Schema.with(task.base, "network.width", h), perWidth, task.outputScales))
                    .toList());
        }
        for (int k = 0; k < tasks.size(); k++) {
            tell(board, tasks.get(k), ways.get(k));
        }
        NetworkConfig base = tasks.get(0).base;
        board.layout(plate -> plate.sharedLegend());
        board.caption(
                "Change of the test error against that of the weights on two ways out of the lazy regime, α = {} and T ≤ hκ:"
                        + " noise, T/h from {} up to the highest at which all replicas fit; and a smaller α, to {}, at T = hκ of the"
                        + " largest. Paired differences from the start of each way, n = {}, each replica with its own {} test points;"
                        + " bars: 95 % intervals that hold along a whole way at once (Bonferroni), without test sets in common."
                        + " Claims take the warmest T at which the kernel changes by less than {}, lazy, and the coldest and the warmest"
                        + " at which it changes by more than {}. {}",
                NetworkCells.power(tasks.get(0).outputScales[0]),
                NetworkCells.power(perWidth[0]),
                NetworkCells.power(tasks.get(0).outputScales[tasks.get(0).outputScales.length - 1]),
                n,
                base.testSize(),
                LAZY,
                LEFT,
                describe(board, base));
    }

    /** Both ways of one network. */
    private record Ways(Line<NetworkConfig, NetworkResult> noise, Line<NetworkConfig, NetworkResult> alpha) {
        static Ways of(Board board, NetworkConfig base, double[] perWidth, double[] outputScales) {
            int width = base.network().width();
            double cold = width / outputScales[0];
            return new Ways(
                    board.along(NetworkCells.STUDY, perWidth, t -> NetworkCells.at(base, outputScales[0], t * width)),
                    board.along(NetworkCells.STUDY, outputScales, a -> NetworkCells.at(base, a, cold)));
        }

        /** Changes along a way from its start, without the start. */
        static Estimate[] changes(Line<NetworkConfig, NetworkResult> way) {
            return Arrays.stream(way.last(way.size() - 1).less(way.cells().get(0), NetworkResult::testError))
                    .map(change -> change.oneOf(way.size() - 1))
                    .toArray(Estimate[]::new);
        }

        /** What noise did to the error at a cell, against the direction of a smaller α; none where that is not resolved. */
        Estimate opposite(Optional<Cell<NetworkConfig, NetworkResult>> noisy) {
            Estimate byAlpha = alpha.whole().last().less(alpha.cells().get(0), NetworkResult::testError);
            boolean helps = byAlpha.high() < 0;
            return helps || byAlpha.low() > 0
                    ? noisy.map(cell -> cell.less(noise.cells().get(0), NetworkResult::testError)
                                    .times(helps ? 1 : -1))
                            .orElse(Estimate.ofMean())
                    : Estimate.ofMean();
        }
    }

    private static void tell(Board board, Task task, List<Ways> ways) {
        Plot plot = board.plot(
                task.key, task.title, Axis.log10("weight change |Δw|/|w₀|"), Axis.linear("change of test error"));
        for (int k = 0; k < ways.size(); k++) {
            Ways both = ways.get(k);
            String h = ", h = " + task.widths[k];
            int colour = task.widths[k] == NARROW ? 0 : task.widths[k] == WIDE ? 4 : 2;
            var noise = both.noise.wholeRange();
            var alpha = both.alpha.wholeRange();
            plot.colour(colour)
                    .points("noise" + h, noise.last(noise.size() - 1).against(WEIGHTS), Ways.changes(noise))
                    .colour(colour + 1)
                    .points("smaller α" + h, alpha.last(alpha.size() - 1).against(WEIGHTS), Ways.changes(alpha));
            if (both.noise.cells().get(0).runs().size() >= FEWEST) {
                claim(board, task, both, task.widths[k]);
            }
        }
        double[] moved = ways.stream()
                .flatMap(both -> Stream.of(both.noise.wholeRange(), both.alpha.wholeRange()))
                .flatMapToDouble(way -> Arrays.stream(way.means(WEIGHTS)))
                .sorted()
                .toArray();
        if (moved.length > 0) {
            plot.level(LineKind.BORDER, "no change", 0, moved[0], moved[moved.length - 1]);
        }
    }

    private static void claim(Board board, Task task, Ways both, int width) {
        var whole = both.noise.wholeRange();
        var noise = whole.last(whole.size() - 1);
        var lazy = noise.where(t -> noise.at(t).the(KERNEL).mean() < LAZY);
        var left = noise.where(t -> noise.at(t).the(KERNEL).mean() > LEFT);
        String key = task.key + "-h" + width + "-";
        String start = ": change of the error by noise, counted against the direction of a smaller α, is above 0, "
                + task.title + ", h = " + width;
        claim(
                board,
                task,
                key + "lazy",
                "while lazy, at the warmest T with ΔΘ < " + LAZY + start,
                both.opposite(lazy.cells().stream().reduce((before, last) -> last)));
        claim(
                board,
                task,
                key + "past",
                "just past the lazy regime, at the coldest T with ΔΘ > " + LEFT + start,
                both.opposite(left.cells().stream().findFirst()));
        claim(
                board,
                task,
                key + "left",
                "after leaving the lazy regime, at the warmest T that fits" + start,
                both.opposite(left.cells().stream().reduce((before, last) -> last)));
    }

    private static void claim(Board board, Task task, String id, String statement, Estimate opposite) {
        board.claim(id, "opposite effects " + statement)
                .in(task.key)
                .above(0)
                .of(opposite)
                .from(ESCAPE);
    }
}
