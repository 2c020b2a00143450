package org.noisebook.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
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
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * One small phase diagram of networks on two engines: whether an engine with different rounding gives the same.
 *
 * <p>A replica has the same points, weights and batches on both, so that differences are taken replica by replica, over
 * the replicas that fitted on both. A cell agrees if the 95 % t interval of the mean difference holds 0; of engines that
 * differ by rounding alone 95 % of the cells should, and more where both give the same number.
 *
 * <p><b>Special cases</b>: a cell with fewer than two such replicas has no difference (NaN); equal differences have no
 * standard error, and are 0 or infinitely many of it. <b>Cost</b>: that of the runs which the experiments' caches lack.
 */
public final class EngineComparison {
    /** Digits by parity, D = 2, h = 32, ReLU, P = 256, B = 16. */
    public static final NetworkConfig DIGITS = Schema.with(
            NetworkConfig.standard(),
            "trainSize=256, testSize=1024, network=fullyConnected(depth=2, width=32, activation=relu), batchSize=16,"
                    + " sampleCap=2^18, probeSize=0");

    private static final double[] OUTPUT_SCALES = Line.powers(0x1p-8, 16, 5);
    private static final double[] TEMPERATURES = Line.powers(0x1p-5, 4, 4);
    private static final int REPLICAS = 8;
    /** Smallest end of the colour scale of differences. */
    private static final double SMALLEST_BOUND = 1e-3;

    private static final String ID = "engine-comparison";
    private static final String COLUMNS = "quantity outputScale temperature temperaturePerWidth n endedAlike"
            + " reference other difference stdError low high z";

    /** What is compared. */
    private record Quantity(String text, ToDoubleFunction<NetworkResult> value) {}

    private static final Quantity ERROR = new Quantity("testError", NetworkResult::testError);
    private static final List<Quantity> QUANTITIES =
            List.of(ERROR, new Quantity("relativeWeightChange", NetworkResult::relativeWeightChange));

    /** The runs of an engine and the seconds that they took. */
    private record Side(
            String engine,
            Experiment experiment,
            NetworkPlane<NetworkConfig, NetworkResult> plane,
            Plane<NetworkConfig, NetworkResult> cells,
            double seconds) {
        /** Declares the plane on a board of its own, and runs it. */
        static Side of(
                NetworkConfig base, double[] outputScales, double[] temperatures, int replicas, Experiment experiment) {
            Board board = new Board(ID, Preset.QUICK, experiment);
            var plane = NetworkPlane.of(board, base, outputScales, temperatures, (a, t) -> replicas);
            long start = System.nanoTime();
            plane.cells().ends();
            return new Side(
                    experiment.engineClass(), experiment, plane, plane.cells(), 1e-9 * (System.nanoTime() - start));
        }
    }

    private final int replicas;
    private final Side reference;
    private final Side other;
    /** Row by row, by their cells of the reference. */
    private final Map<Cell<NetworkConfig, NetworkResult>, Pairs> cells = new LinkedHashMap<>();

    private EngineComparison(int replicas, Side reference, Side other) {
        this.replicas = replicas;
        this.reference = reference;
        this.other = other;
        for (int j = 0; j < reference.cells().ys().length; j++) {
            for (int i = 0; i < reference.cells().xs().length; i++) {
                Pairs pairs =
                        new Pairs(reference.cells().at(j, i), other.cells().at(j, i));
                cells.put(pairs.reference, pairs);
            }
        }
    }

    /** Runs {@link #DIGITS} at five α and four T, eight replicas each, on both. */
    public static EngineComparison of(Experiment reference, Experiment other) {
        return of(DIGITS, OUTPUT_SCALES, TEMPERATURES, REPLICAS, reference, other);
    }

    /**
     * Runs a plane on both, at two or more α and T in ascending order.
     *
     * @throws IllegalArgumentException if there are fewer, or fewer replicas, or if the root seeds differ
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
                replicas,
                Side.of(base, outputScales, temperatures, replicas, reference),
                Side.of(base, outputScales, temperatures, replicas, other));
    }

    private static void check(String name, int count) {
        if (count < 2) {
            throw new IllegalArgumentException(name + " must be at least 2, got " + count);
        }
    }

    /** A cell on both engines, replica by replica. */
    private record Pairs(Cell<NetworkConfig, NetworkResult> reference, Cell<NetworkConfig, NetworkResult> other) {
        IntStream where(BiPredicate<NetworkResult, NetworkResult> condition) {
            List<NetworkResult> one = reference.runs();
            List<NetworkResult> two = other.runs();
            return IntStream.range(0, one.size()).filter(r -> condition.test(one.get(r), two.get(r)));
        }

        /** A number on one of them, of the replicas that fitted on both. */
        double[] values(Cell<NetworkConfig, NetworkResult> side, Quantity quantity) {
            return where((one, two) -> one.fitted() && two.fitted())
                    .mapToDouble(r -> quantity.value.applyAsDouble(side.runs().get(r)))
                    .toArray();
        }

        Estimate difference(Quantity quantity) {
            double[] differences = values(other, quantity);
            double[] before = values(reference, quantity);
            Arrays.setAll(differences, r -> differences[r] - before[r]);
            return differences.length < 2 ? Estimate.NONE : Estimate.ofMeanOrNone(differences);
        }
    }

    /** A mean difference over its standard error. */
    private static double z(Estimate difference) {
        return difference.mean() == 0 ? 0 : difference.mean() / difference.stdError();
    }

    /** The differences of one quantity, of the cells that have one. */
    private List<Estimate> differences(Quantity quantity) {
        return cells.values().stream()
                .map(cell -> cell.difference(quantity))
                .filter(difference -> !Double.isNaN(difference.mean()))
                .toList();
    }

    private static long agreeing(List<Estimate> differences) {
        return differences.stream().filter(difference -> difference.covers(0)).count();
    }

    private static double largest(List<Estimate> differences, ToDoubleFunction<Estimate> value) {
        return differences.stream().mapToDouble(value).map(Math::abs).max().orElse(0);
    }

    /** The test error on the reference, and the difference of the other from it. */
    public Story.Drawing drawing() {
        Board board = new Board(ID, Preset.QUICK, other.experiment);
        board.replicas(replicas);
        double[][] error = reference.cells().means(NetworkResult::testError);
        ColourBar errors = NetworkPlane.errorBar(error, other.cells().means(NetworkResult::testError));
        reference.plane.map(board, "reference", "Test error, " + reference.engine, errors, error);
        Estimate[][] change = reference
                .cells()
                .lines()
                .map(row -> row.cells().stream()
                        .map(cell -> cells.get(cell).difference(ERROR))
                        .toArray(Estimate[]::new))
                .toArray(Estimate[][]::new);
        List<Estimate> differences = differences(ERROR);
        double bound = Math.max(SMALLEST_BOUND, largest(differences, Estimate::mean));
        ColourBar bar = ColourBar.differences("difference of test error", bound);
        reference.plane.changeMap(board, "difference", "Difference, " + other.engine, bar, change);
        NetworkConfig config = cells.keySet().iterator().next().config();
        board.caption(
                "(a) Test error of one phase diagram on the engine {}, means over the replicas that fitted on it, and (b) the"
                        + " difference of {} from it. Differences are paired, n = {}: a replica has the same points, weights, batches"
                        + " and test points on both, so they contain amplified rounding but no sampling error. Dark grey: the"
                        + " 95 % t interval of the difference contains 0. The largest is {} standard errors; {} of {} cells agree (95 %"
                        + " would by chance, more where both give the same number). Data: {}, {}.",
                reference.engine,
                other.engine,
                replicas,
                Numbers.brief(largest(differences, EngineComparison::z), 2),
                agreeing(differences),
                differences.size(),
                Schema.formatValue(config.dataset()),
                NetworkCells.describe(config));
        board.footer(stamp());
        return board.drawing("");
    }

    private String stamp() {
        Experiment experiment = other.experiment;
        List<NetworkConfig> configs = cells.keySet().stream().map(Cell::config).toList();
        String hash = Provenance.of(
                        List.of(Sweep.of(NetworkCells.STUDY, configs, replicas)), experiment.rootSeed(), other.engine)
                .configHash();
        String title = ID + " · " + reference.engine + " and " + other.engine;
        return Edition.stamp(title, hash, experiment.rootSeed(), String.valueOf(replicas));
    }

    /**
     * The numbers of both engines, a row a quantity and cell: {@code n} replicas fitted on both, and all numbers are their means;
     * {@code endedAlike} replicas ended for one reason.
     */
    public Frame frame() {
        Frame frame = new Frame(COLUMNS.split(" "));
        for (Quantity quantity : QUANTITIES) {
            cells.values().forEach(cell -> {
                NetworkConfig config = cell.reference.config();
                Estimate difference = cell.difference(quantity);
                frame.add(
                        quantity.text,
                        config.outputScale(),
                        config.temperature(),
                        config.temperaturePerWidth(),
                        cell.values(cell.other, ERROR).length,
                        (int) cell.where((one, two) -> one.stopReason() == two.stopReason())
                                .count(),
                        Estimate.ofMeanOrNone(cell.values(cell.reference, quantity))
                                .mean(),
                        Estimate.ofMeanOrNone(cell.values(cell.other, quantity)).mean(),
                        difference.mean(),
                        difference.stdError(),
                        difference.low(),
                        difference.high(),
                        z(difference));
            });
        }
        return frame;
    }

    /**
     * A row a quantity: the cells with a difference, the share that agrees and the share that would by chance, the largest
     * |z| and the largest |difference|.
     */
    public Frame summary() {
        Frame frame = new Frame("quantity", "cells", "agree", "expected", "largestZ", "largestDifference");
        for (Quantity quantity : QUANTITIES) {
            List<Estimate> differences = differences(quantity);
            frame.add(
                    quantity.text,
                    differences.size(),
                    (double) agreeing(differences) / differences.size(),
                    Estimate.LEVEL,
                    largest(differences, EngineComparison::z),
                    largest(differences, Estimate::mean));
        }
        return frame;
    }

    /** The number of runs whose results agree in every bit on both. */
    public long identical() {
        return cells.values().stream()
                .mapToLong(cell -> cell.where(NetworkResult::equals).count())
                .sum();
    }

    /** The wall times of this machine at this moment, which are no result, of caches that were empty: a row an engine. */
    public Frame timings() {
        Frame frame = new Frame("engine", "threads", "runs", "seconds", "runsPerSecond");
        int runs = replicas * cells.size();
        for (Side side : List.of(reference, other)) {
            frame.add(side.engine, side.experiment.threads(), runs, side.seconds, runs / side.seconds);
        }
        return frame;
    }
}
