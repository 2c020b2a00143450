package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Provenance;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * One small phase diagram of networks on two engines: whether one that only rounds otherwise shows the same.
 *
 * <p>A replica has the same points, weights and batches on both, so that differences are taken replica by replica, over
 * the replicas that fitted on both. A cell agrees if the 95 % t interval of the mean difference holds 0; of engines that
 * differ by rounding alone 95 % of the cells should, and more where both give the same number.
 *
 * <p><b>Special cases</b>: a cell with fewer than two such replicas has no difference (NaN); equal differences have no standard error, and
 * are 0 or infinitely many of it. <b>Cost</b>: that of the runs which the experiments' caches do not hold, so that {@link #timings} tell
 * something only of caches that were empty.
 */
public final class EngineComparison {
    /** Digits by parity, D = 2, h = 32, ReLU, P = 256, B = 16. */
    public static final NetworkConfig DIGITS = Schema.with(
            NetworkConfig.standard(),
            "trainSize",
            256,
            "testSize",
            1024,
            "network",
            new FullyConnected(2, 32, Activation.RELU),
            "batchSize",
            16,
            "sampleCap",
            1 << 18,
            "probeSize",
            0);

    private static final double[] OUTPUT_SCALES = Line.powers(0x1p-8, 16, 5);
    private static final double[] TEMPERATURES = Line.powers(0x1p-7, 4, 5);
    private static final int REPLICAS = 8;
    private static final String ID = "engine-comparison";

    /** What is compared. */
    private enum Quantity {
        TEST_ERROR("testError", NetworkResult::testError),
        WEIGHT_CHANGE("relativeWeightChange", NetworkResult::relativeWeightChange);

        private final String text;
        private final ToDoubleFunction<NetworkResult> value;

        Quantity(String text, ToDoubleFunction<NetworkResult> value) {
            this.text = text;
            this.value = value;
        }
    }

    /** The runs of an engine. */
    private record Side(
            String engineClass, int threads, NetworkPlane<NetworkConfig, NetworkResult> plane, double seconds) {
        /** Declares the plane on a board of its own, and runs it. */
        static Side of(
                NetworkConfig base, double[] outputScales, double[] temperatures, int replicas, Experiment experiment) {
            Board board = new Board(ID, Preset.QUICK, experiment);
            var plane = NetworkPlane.of(board, base, outputScales, temperatures, (a, t) -> replicas);
            long start = System.nanoTime();
            plane.cells().ends();
            return new Side(experiment.engineClass(), experiment.threads(), plane, 1e-9 * (System.nanoTime() - start));
        }
    }

    private final NetworkConfig base;
    private final int replicas;
    private final Side reference;
    private final Side other;
    private final Experiment experiment;
    private final List<Pairs> cells = new ArrayList<>();

    private EngineComparison(NetworkConfig base, int replicas, Side reference, Side other, Experiment experiment) {
        this.base = base;
        this.replicas = replicas;
        this.reference = reference;
        this.other = other;
        this.experiment = experiment;
        for (int j = 0; j < reference.plane.cells().ys().length; j++) {
            for (int i = 0; i < reference.plane.cells().xs().length; i++) {
                cells.add(Pairs.of(
                        j,
                        i,
                        reference.plane.cells().at(j, i),
                        other.plane.cells().at(j, i)));
            }
        }
    }

    /** Runs {@link #DIGITS} at five α and five T, eight replicas each, on both. */
    public static EngineComparison of(Experiment reference, Experiment other) {
        return of(DIGITS, OUTPUT_SCALES, TEMPERATURES, REPLICAS, reference, other);
    }

    /**
     * Runs a plane on both.
     *
     * @param base at any α and T
     * @param outputScales ascending, two or more
     * @param temperatures ascending, two or more
     * @param replicas two or more
     * @throws IllegalArgumentException if there are fewer, or if the root seeds differ
     */
    public static EngineComparison of(
            NetworkConfig base,
            double[] outputScales,
            double[] temperatures,
            int replicas,
            Experiment reference,
            Experiment other) {
        check("outputScales.length", outputScales.length);
        check("temperatures.length", temperatures.length);
        check("replicas", replicas);
        if (reference.rootSeed() != other.rootSeed()) {
            throw new IllegalArgumentException(
                    "the root seeds must be equal, got " + reference.rootSeed() + " and " + other.rootSeed());
        }
        return new EngineComparison(
                base,
                replicas,
                Side.of(base, outputScales, temperatures, replicas, reference),
                Side.of(base, outputScales, temperatures, replicas, other),
                other);
    }

    private static void check(String name, int count) {
        if (count < 2) {
            throw new IllegalArgumentException(name + " must be at least 2, got " + count);
        }
    }

    /**
     * A cell: its pairs of replicas.
     *
     * @param reference the runs of the replicas that fitted on both
     * @param other those of the other engine
     * @param ends of the pairs: both fitted, neither diverged, one diverged
     * @param endedAlike pairs with one stop reason
     */
    private record Pairs(
            int j,
            int i,
            NetworkConfig config,
            List<NetworkResult> reference,
            List<NetworkResult> other,
            Ends ends,
            int endedAlike) {
        static Pairs of(
                int j, int i, Cell<NetworkConfig, NetworkResult> left, Cell<NetworkConfig, NetworkResult> right) {
            List<NetworkResult> before = new ArrayList<>();
            List<NetworkResult> after = new ArrayList<>();
            int diverged = 0;
            int alike = 0;
            int replicas = left.runs().size();
            for (int r = 0; r < replicas; r++) {
                NetworkResult one = left.runs().get(r);
                NetworkResult two = right.runs().get(r);
                if (one.fitted() && two.fitted()) {
                    before.add(one);
                    after.add(two);
                }
                diverged += one.ends().and(two.ends()).diverged() > 0 ? 1 : 0;
                alike += one.stopReason() == two.stopReason() ? 1 : 0;
            }
            int capped = replicas - before.size() - diverged;
            return new Pairs(j, i, left.config(), before, after, new Ends(before.size(), capped, diverged), alike);
        }

        private static double[] values(List<NetworkResult> runs, Quantity quantity) {
            return runs.stream().mapToDouble(quantity.value).toArray();
        }

        Estimate difference(Quantity quantity) {
            double[] differences = values(other, quantity);
            double[] before = values(reference, quantity);
            Arrays.setAll(differences, r -> differences[r] - before[r]);
            return Estimate.ofMean(differences.length < 2 ? new double[0] : differences);
        }

        /** The mean difference over its standard error. */
        double z(Quantity quantity) {
            Estimate difference = difference(quantity);
            return difference.mean() == 0 ? 0 : difference.mean() / difference.stdError();
        }
    }

    /** What the cells of one quantity say together. */
    private record Verdict(int cells, int agree, double largestZ, double largestDifference) {
        static Verdict of(List<Pairs> all, Quantity quantity) {
            int cells = 0;
            int agree = 0;
            double largestZ = 0;
            double largest = 0;
            for (Pairs cell : all) {
                Estimate difference = cell.difference(quantity);
                if (!Double.isNaN(difference.mean())) {
                    cells++;
                    agree += difference.covers(0) ? 1 : 0;
                    largestZ = Math.max(largestZ, Math.abs(cell.z(quantity)));
                    largest = Math.max(largest, Math.abs(difference.mean()));
                }
            }
            return new Verdict(cells, agree, largestZ, largest);
        }
    }

    /** The test error on both engines, and the difference of the second from the first in units of its standard error. */
    public Figure.Drawing drawing() {
        Board board = new Board(ID, Preset.QUICK, experiment);
        board.replicas(replicas);
        double[][] before = reference.plane.cells().means(NetworkResult::testError);
        double[][] after = other.plane.cells().means(NetworkResult::testError);
        ColourBar bar = NetworkPlane.errorBar(before, after);
        reference.plane.map(board, "reference", "Test error, " + reference.engineClass, bar, before);
        other.plane.map(board, "other", "Test error, " + other.engineClass, bar, after);
        tellDifferences(board);
        Verdict verdict = Verdict.of(cells, Quantity.TEST_ERROR);
        board.caption(
                "Test error of one phase diagram on the engines {} (a) and {} (b), means over the replicas that fitted,"
                        + " and (c) the difference b − a in units of"
                        + " its standard error. Differences are paired, n = {}"
                        + ": a replica has the same points, weights, batches and test points on both, so that they hold what"
                        + " rounding grows into and no sampling error. The colours end where the 95 % t interval of the"
                        + " difference leaves 0; + and − mark the cells beyond. The largest is {} standard errors; {} of {}"
                        + " cells agree (95 % would by chance, more where both give one number). Data: {}, {}.",
                reference.engineClass,
                other.engineClass,
                replicas,
                Numbers.brief(verdict.largestZ, 2),
                verdict.agree,
                verdict.cells,
                Schema.formatValue(base.dataset()),
                NetworkCells.describe(base));
        String stamp = stamp();
        board.layout(plate -> plate.sharedLegend().footer(stamp));
        return board.drawing();
    }

    private String stamp() {
        Sweep<NetworkConfig, NetworkResult> sweep =
                Sweep.of(NetworkCells.STUDY, cells.stream().map(Pairs::config).toList(), replicas);
        return Edition.stamp(
                ID + " · " + reference.engineClass + " and " + other.engineClass,
                Provenance.of(List.of(sweep), experiment.rootSeed(), other.engineClass)
                        .configHash(),
                experiment.rootSeed(),
                String.valueOf(replicas));
    }

    private void tellDifferences(Board board) {
        var plane = reference.plane.cells();
        double[][] z = new double[plane.ys().length][plane.xs().length];
        Ends[][] ends = new Ends[z.length][plane.xs().length];
        for (Pairs cell : cells) {
            z[cell.j][cell.i] = cell.z(Quantity.TEST_ERROR);
            ends[cell.j][cell.i] = cell.ends;
        }
        int width = base.network().width();
        Plot plot = board.map(
                        "difference",
                        "Difference b − a",
                        Axis.log2("output scale α"),
                        Axis.log2("temperature T = η/B"),
                        ColourBar.differences(
                                "b − a, in standard errors",
                                Estimate.ofStdError(0, 1, replicas).high()),
                        plane.xs(),
                        plane.ys(),
                        z,
                        ends)
                .column(NetworkCells.PER_WIDTH, "y", t -> t / width);
        for (Pairs cell : cells) {
            Estimate difference = cell.difference(Quantity.TEST_ERROR);
            if (!Double.isNaN(difference.mean()) && !difference.covers(0)) {
                plot.text(cell.config.outputScale(), cell.config.temperature(), difference.mean() > 0 ? "+" : "−");
            }
        }
    }

    /**
     * The numbers of both engines, a row a quantity and cell: {@code n} replicas fitted on both, and all numbers are their means;
     * {@code endedAlike} replicas ended for one reason.
     */
    public Frame frame() {
        Frame frame = new Frame(
                "quantity",
                "outputScale",
                "temperature",
                NetworkCells.PER_WIDTH,
                "n",
                "endedAlike",
                "reference",
                "other",
                "difference",
                "stdError",
                "low",
                "high",
                "z");
        for (Quantity quantity : Quantity.values()) {
            for (Pairs cell : cells) {
                Estimate difference = cell.difference(quantity);
                frame.add(
                        quantity.text,
                        cell.config.outputScale(),
                        cell.config.temperature(),
                        cell.config.temperature() / base.network().width(),
                        cell.ends.fitted(),
                        cell.endedAlike,
                        Estimate.ofMean(Pairs.values(cell.reference, quantity)).mean(),
                        Estimate.ofMean(Pairs.values(cell.other, quantity)).mean(),
                        difference.mean(),
                        difference.stdError(),
                        difference.low(),
                        difference.high(),
                        cell.z(quantity));
            }
        }
        return frame;
    }

    /**
     * A row a quantity: the cells with a difference, the share that agrees and the share that would by chance, the largest
     * |z| and the largest |difference|.
     */
    public Frame summary() {
        Frame frame = new Frame("quantity", "cells", "agree", "expected", "largestZ", "largestDifference");
        for (Quantity quantity : Quantity.values()) {
            Verdict verdict = Verdict.of(cells, quantity);
            frame.add(
                    quantity.text,
                    verdict.cells,
                    (double) verdict.agree / verdict.cells,
                    Estimate.LEVEL,
                    verdict.largestZ,
                    verdict.largestDifference);
        }
        return frame;
    }

    /** The wall times of this machine at this moment, which are no result: a row an engine. */
    public Frame timings() {
        Frame frame = new Frame("engine", "threads", "runs", "seconds", "runsPerSecond");
        int runs = replicas * cells.size();
        for (Side side : List.of(reference, other)) {
            frame.add(side.engineClass, side.threads, runs, side.seconds, runs / side.seconds);
        }
        return frame;
    }
}
