package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.logarithmic;
import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.ColourBar;
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
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of a fully connected network in one look: its three regimes with the borders of theory, and where noise
 * helps or hurts against the coldest training at the same α.
 *
 * <p>Regimes are told apart by the change of the tangent kernel alone, never by the error, so that the changes of the error
 * over a regime are not chosen by what they show. Every replica has a test set of its own.
 */
public final class SgdRegimes extends Story {
    /** Weight change at which T_c is read in the laziest column. */
    private static final double ESCAPE = 0.05;
    /** Noise is far below the margin where T is below this share of hκ. */
    private static final double COLD = 0.25;
    /** A change of the error that would matter: two in a thousand points. */
    private static final double SMALL_CHANGE = 0.002;

    private static final String PHASES =
            "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: SGD noise can be detrimental or useful depending on the regime";

    /** The figure. */
    public SgdRegimes() {
        super("sgd-regimes", "Three regimes of SGD, and where its noise helps or hurts", NetworkCells.SOURCES);
    }

    @Override
    protected double shareOfWork() {
        return 0.1;
    }

    @Override
    protected void tell(Board board) {
        NetworkConfig base = Schema.with(
                Schema.with(NetworkConfig.standard(), "batchSize=16, testDraw=own"),
                board.choose(
                        "dataset=fashionTest14, trainSize=256, testSize=1024, sampleCap=2^16,"
                                + " network=fullyConnected(depth=5, width=32, activation=relu)",
                        "dataset=mnist, trainSize=1024, testSize=4096, sampleCap=2^19,"
                                + " network=fullyConnected(depth=5, width=128, activation=relu)"));
        int width = base.network().width();
        double[] outputScales = board.choose(powers(0x1p-7, 4, 12), powers(0x1p-8, 2, 24));
        double[] temperatures =
                board.choose(powers(0x1p-14 * width, 2, 12), logarithmic(0x1p-18 * width, 0x1p-2 * width, 25));
        int n = board.replicas(4, 8);
        NetworkPlane<NetworkConfig, NetworkResult> plane =
                NetworkPlane.of(board, base, outputScales, temperatures, (a, t) -> n);
        Plane<NetworkConfig, NetworkResult> cells = plane.cells();
        double[][] regimes = plane.regimes(cells.geometricMeans(NetworkResult::relativeKernelChange));
        Plot map = plane.map(board, "regimes", "Three regimes", ColourBar.classes(), regimes);
        String counts = plane.name(map, regimes, List.of("lazy", "features\nby α", "features\nby noise"));
        tellEscape(map, cells, width);
        double[][][] changes = changes(cells);
        Estimate[][] change = Arrays.stream(changes)
                .map(row -> Arrays.stream(row).map(Estimate::ofMean).toArray(Estimate[]::new))
                .toArray(Estimate[][]::new);
        ColourBar around = ColourBar.around(
                "",
                100,
                Arrays.stream(change)
                        .map(row ->
                                Arrays.stream(row).mapToDouble(Estimate::mean).toArray())
                        .toArray(double[][]::new));
        Plot signs = plane.borders(board.map(
                "signs",
                "Noise helps or hurts",
                NetworkPlane.X,
                NetworkPlane.Y,
                ColourBar.differences("change of test error by noise", Math.max(around.max(), -around.min())),
                cells,
                change));
        double[] coldest = IntStream.range(0, outputScales.length)
                .mapToDouble(i -> temperatures[cells.lowestWhole(i)])
                .toArray();
        signs.colour(6).named("reference: coldest fitted T").line(LineKind.BORDER, "coldest", outputScales, coldest);
        claim(board, cells, regimes, changes);
        board.layout(plate -> plate.size(plate.widthMm(), 0.62).sharedLegend());
        board.caption(
                "{} by parity, {}, ReLU, float32, at most {} samples, {} × {} cells of {} replicas, each with its own {} test"
                        + " points. (a) Lazy: the tangent kernel changes by less than ½ (geometric mean); features by α: by more even"
                        + " at the lowest T that fits; features by noise: only noise makes it so ({} cells). (b) Test error less that of"
                        + " the coldest fitted cell at the same α, paired; dark grey: the 95 % t interval holds 0 (of cells"
                        + " without any effect 5 % are coloured). Solid: T = hκ = h/α, below which theory sees no noise, no free"
                        + " number. Short dashes: Tₘₐₓ, edge of the cells where all replicas fitted. Long dashes: theory's exponents with"
                        + " measured prefactors: Tₘₐₓ ∝ α^((D−1)/(D+1)) for α ≤ 1; T_c, independent of α, where the weight change"
                        + " at the largest α is {}.",
                board.choose("Fashion-MNIST test file at 14 × 14 pixels", "MNIST"),
                NetworkCells.describe(base),
                base.sampleCap(),
                outputScales.length,
                temperatures.length,
                n,
                base.testSize(),
                counts,
                ESCAPE);
    }

    private static void tellEscape(Plot map, Plane<NetworkConfig, NetworkResult> cells, int width) {
        double[] outputScales = cells.xs();
        double escape = cells.column(outputScales.length - 1)
                .wholeRange()
                .crossing(Reduction.geometric(NetworkResult::relativeWeightChange), ESCAPE);
        double[] lazy =
                Arrays.stream(outputScales).filter(a -> width / a < escape).toArray();
        if (lazy.length > 1) {
            map.colour(5).named("T_c, independent of α, level measured").anchored("T_c", lazy, a -> escape);
        }
    }

    /** Test error less that of the coldest cell of the column in which all replicas fitted, by row, column and replica. */
    private static double[][][] changes(Plane<NetworkConfig, NetworkResult> cells) {
        double[][][] changes = new double[cells.ys().length][cells.xs().length][];
        for (int i = 0; i < cells.xs().length; i++) {
            Cell<NetworkConfig, NetworkResult> coldest = cells.at(cells.lowestWhole(i), i);
            for (int j = 0; j < cells.ys().length; j++) {
                changes[j][i] = cells.at(j, i).paired(coldest, NetworkResult::testError, (mine, cold) -> mine - cold);
            }
        }
        return changes;
    }

    private static void claim(
            Board board, Plane<NetworkConfig, NetworkResult> cells, double[][] regimes, double[][][] changes) {
        if (board.preset() != Preset.QUICK) { // too few replicas to win
            change(
                            board,
                            cells,
                            changes,
                            "cold",
                            "T below a quarter of hκ, where theory sees no noise",
                            (j, i) -> overMargin(cells.at(j, i)) <= COLD)
                    .theory(0, SMALL_CHANGE)
                    .from("perceptron theory, noise below the margin; a change of 0.002 would matter");
        }
        change(
                        board,
                        cells,
                        changes,
                        "lazy",
                        "lazy cells with T above hκ",
                        (j, i) -> regimes[j][i] == 1 && overMargin(cells.at(j, i)) > 1)
                .above(0)
                .from(PHASES);
        change(
                        board,
                        cells,
                        changes,
                        "alpha",
                        "cells rich by α with T above hκ",
                        (j, i) -> regimes[j][i] == 2 && overMargin(cells.at(j, i)) > 1)
                .below(0)
                .from(PHASES);
        change(board, cells, changes, "noise", "cells that noise makes rich", (j, i) -> regimes[j][i] == 3)
                .below(0)
                .from(PHASES);
        int depth = cells.at(0, 0).config().network().depth();
        Line<NetworkConfig, NetworkResult> row = cells.row(0).where(a -> a <= 1);
        double[] slopes = IntStream.range(0, cells.at(0, 0).runs().size())
                .mapToDouble(r -> NetworkCells.slope(row.x(), highest(cells, row.size(), r)))
                .toArray();
        board.claim(
                        "t-max",
                        "T_max ~ α^k with k = (D − 1)/(D + 1) at α ≤ 1, T_max the highest T of the plane that fits")
                .in("regimes")
                .theory(NetworkCells.featureExponent(depth))
                .of(Estimate.ofMean(slopes))
                .from("Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003, scaling argument");
    }

    /** The highest temperature that one replica fits in each of the first columns. */
    private static double[] highest(Plane<NetworkConfig, NetworkResult> cells, int columns, int replica) {
        return IntStream.range(0, columns)
                .mapToDouble(i -> IntStream.range(0, cells.ys().length)
                        .filter(j -> cells.at(j, i).runs().get(replica).ends().allFitted())
                        .mapToDouble(j -> cells.ys()[j])
                        .max()
                        .orElse(Double.NaN))
                .toArray();
    }

    /** Whether a cell, by row and column, takes part. */
    @FunctionalInterface
    private interface Chosen {
        boolean holds(int row, int column);
    }

    /** T/(hκ). */
    private static double overMargin(Cell<NetworkConfig, NetworkResult> cell) {
        return cell.config().temperaturePerWidth() / cell.config().margin();
    }

    /** The mean change of the error by noise over chosen cells above the coldest that fitted, replica by replica. */
    private static ClaimDraft change(
            Board board,
            Plane<NetworkConfig, NetworkResult> cells,
            double[][][] changes,
            String name,
            String where,
            Chosen chosen) {
        List<double[]> taken = new ArrayList<>();
        for (int i = 0; i < cells.xs().length; i++) {
            for (int j = cells.lowestWhole(i) + 1; j < cells.ys().length; j++) {
                if (changes[j][i].length > 0 && chosen.holds(j, i)) {
                    taken.add(changes[j][i]);
                }
            }
        }
        int n = taken.isEmpty() ? 0 : taken.get(0).length;
        return board.claim(
                        name,
                        "mean change of the test error by noise, against the coldest fitted cell at the same α, over the "
                                + taken.size() + " " + where)
                .in("signs")
                .of(Estimate.ofMean(IntStream.range(0, n)
                        .mapToDouble(r -> taken.stream()
                                .mapToDouble(cell -> cell[r])
                                .average()
                                .orElse(Double.NaN))
                        .toArray()));
    }
}
