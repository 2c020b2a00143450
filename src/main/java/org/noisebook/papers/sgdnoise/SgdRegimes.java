package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of a fully connected network: its three regimes with their theoretical boundaries, and where noise helps or
 * hurts relative to the lowest T at the same α.
 *
 * <p>Regimes are defined by the change of the tangent kernel alone, never by the error, so the cells of a regime are not
 * selected by the change of the error they show. Every replica has its own test set.
 */
public final class SgdRegimes extends Story {
    /** Noise counts as far below the margin if T is below this share of hκ. */
    private static final double COLD = 0.25;
    /** Smallest change of the error that matters: two in a thousand points. */
    private static final double SMALL_CHANGE = 0.002;
    /** Least share of the cells of a regime on which a claim about it may rest. */
    private static final double LEAST_SHARE = 0.25;
    /** End of the colour scale of the change. */
    private static final double LARGE_CHANGE = 0.03;

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
        board.control("run: the lowest T that fits at the same α, subtracted");
        board.title(
                "Noise lowers the error at small α, raises it in lazy networks",
                "Noise does not change the test error as predicted",
                "A small output scale or strong noise makes a network learn features");
        board.subtitle("Regimes by change of the tangent kernel, and change of the test error by noise");
        NetworkConfig base = Schema.with(
                Schema.with(NetworkConfig.standard(), "batchSize=16, testDraw=own"),
                board.choose(
                        "dataset=fashionTest14, trainSize=256, testSize=1024, sampleCap=2^16,"
                                + " network=fullyConnected(depth=5, width=32, activation=relu)",
                        "dataset=mnist, trainSize=1024, testSize=4096, sampleCap=2^19,"
                                + " network=fullyConnected(depth=5, width=128, activation=relu)"));
        int width = base.network().width();
        int n = board.replicas(4, 8);
        NetworkPlane<NetworkConfig, NetworkResult> plane = NetworkPlane.of(
                board,
                base,
                board.choose(powers(0x1p-7, 4, 12), powers(0x1p-8, 4, 12)),
                board.choose(powers(0x1p-14 * width, 2, 12), powers(0x1p-18 * width, 2, 17)),
                (a, t) -> n);
        Plane<NetworkConfig, NetworkResult> cells = plane.cells();
        double[][] regimes = plane.regimes(cells.geometricMeans(NetworkResult::relativeKernelChange));
        Plot map = plane.regimeMap(board, "regimes", "Three regimes", ColourBar.classes(), regimes, regimes);
        plane.escape(map, regimes);
        Noise noise = new Noise(board, cells, regimes, plane.escapes(regimes));
        if (board.preset() == Preset.QUICK) { // too few replicas for the sign of a cell
            tellMeans(board, noise);
        } else {
            Estimate[][] change = noise.changes();
            ColourBar bar = ColourBar.differences("change of test error by noise", LARGE_CHANGE);
            plane.changeMap(board, "signs", "Change of test error", bar, change)
                    .region(cells, (j, i) -> change[j][i].high() < 0, "noise\nhelps")
                    .region(cells, (j, i) -> change[j][i].low() > 0, "noise\nhurts");
        }
        claim(board, noise);
        double[] coldest = noise.coldest();
        board.caption(
                "{} by parity, {}, ReLU, float32, cells of {} replicas, each with its own {} test"
                        + " points. (a) Lazy: the tangent kernel changes by less than ½ (geometric mean); features by small α:"
                        + " by more even at the lowest T that fits; features by noise: by more only with noise. (b) Test error"
                        + " minus that at the lowest T that fits, at the same α (T = {} to {}), paired{} Dashed, height"
                        + " measured: Tₘₐₓ, the edge of the cells that fit, with the predicted exponent (D − 1)/(D + 1), for α"
                        + " ≤ 1; T_c, level where T is above 4 h/α.",
                board.choose("Fashion-MNIST test file at 14 × 14 pixels", "MNIST"),
                NetworkCells.describe(base),
                n,
                base.testSize(),
                Numbers.brief(coldest[0], 2),
                Numbers.brief(coldest[coldest.length - 1], 2),
                board.choose(
                        ": means over a regime with 95 % t intervals, of lazy cells those with T above h/α.",
                        "; dark grey: the 95 % t interval contains 0. Solid: T = h/α, below which theory predicts no effect of noise."));
    }

    /** Plots the mean change in each regime. */
    private static void tellMeans(Board board, Noise noise) {
        Axis names = Axis.named(
                "mean over a regime",
                List.of("lazy", "features\nby small α", "features by\nnoise, T < 4 T_c", "features by\nnoise, above"));
        Estimate[] means = {
            noise.taken(1, noise.warm()).mean(),
            noise.taken(2, Noise.ALL).mean(),
            noise.taken(3, noise.past()).mean(),
            noise.taken(3, noise.farPast()).mean()
        };
        board.plot("signs", "Change of test error", names, Axis.linear("change of test error by noise"))
                .named("")
                .points("mean change", numbered(4), means)
                .level(LineKind.BORDER, "no change", 0, 0.5, 4.5);
    }

    private static void claim(Board board, Noise noise) {
        Plane<NetworkConfig, NetworkResult> cells = noise.cells;
        String helps = "Noise helps at small α; above its onset it hurts lazy networks";
        noise.claim("alpha", "cells with features by small α", 2, Noise.ALL)
                .says(helps)
                .below(0)
                .from(PHASES);
        noise.claim("lazy", "lazy cells, those with T above hκ", 1, noise.warm())
                .says(helps)
                .above(0)
                .from(PHASES);
        if (board.preset() != Preset.QUICK) { // too few replicas to win
            String where = ", those with T below a quarter of hκ, where theory predicts no effect";
            String nothing = "Noise far below the theoretical onset changes nothing, ";
            String theory = "perceptron theory, noise below the margin; a change of 0.002 would matter";
            noise.claim("cold-lazy", "lazy cells" + where, 1, noise.cold())
                    .says(nothing + "lazy networks")
                    .theory(0, SMALL_CHANGE)
                    .from(theory);
            noise.claim("cold-alpha", "cells with features by small α" + where, 2, noise.cold())
                    .says(nothing + "small α")
                    .theory(0, SMALL_CHANGE)
                    .from(theory);
        }
        String made = "Where noise creates the features, it lowers the error";
        noise.claim("noise-past", "cells with features by noise, those up to 4 T_c", 3, noise.past())
                .says(made)
                .below(0)
                .from(PHASES);
        noise.claim(
                        "noise-far",
                        "cells in which noise causes feature learning, namely those above 4 T_c",
                        3,
                        noise.farPast())
                .says(made)
                .below(0)
                .from(PHASES);
        int depth = cells.at(0, 0).config().network().depth();
        Line<NetworkConfig, NetworkResult> row = cells.row(0).where(a -> a <= 1);
        double[] slopes = IntStream.range(0, cells.at(0, 0).runs().size())
                .mapToDouble(r -> NetworkCells.slope(row.x(), highest(cells, row.size(), r)))
                .toArray();
        board.claim(
                        "t-max",
                        "T_max, the highest T of the plane that fits, grows as α^k with k = (D − 1)/(D + 1) at α ≤ 1")
                .control("run: α above 1, where T_max does not depend on it")
                .in("regimes")
                .says("The largest trainable noise grows with α as predicted | exponent of growth with α")
                .theory(NetworkCells.featureExponent(depth))
                .of(Estimate.ofMeanOrNone(slopes))
                .from("Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003, scaling argument");
    }

    /** The highest temperature at which a replica fits in each of the first columns. */
    private static double[] highest(Plane<NetworkConfig, NetworkResult> cells, int columns, int replica) {
        return IntStream.range(0, columns)
                .mapToDouble(i -> IntStream.range(0, cells.ys().length)
                        .filter(j -> cells.at(j, i).runs().get(replica).ends().allFitted())
                        .mapToDouble(j -> cells.ys()[j])
                        .max()
                        .orElse(Double.NaN))
                .toArray();
    }

    /** The ratio T/(hκ). */
    private static double overMargin(Cell<NetworkConfig, NetworkResult> cell) {
        return cell.config().temperaturePerWidth() / cell.config().margin();
    }

    /** Changes in the cells of a regime that count, replica by replica, and the number of all its cells. */
    private record Taken(List<double[]> changes, int all) {
        boolean isEnough() {
            return changes.size() >= LEAST_SHARE * all;
        }

        /** The mean over these cells; none if they are too few. */
        Estimate mean() {
            int replicas = isEnough() && all > 0 ? changes.get(0).length : 0;
            return Estimate.ofMeanOrNone(IntStream.range(0, replicas)
                    .mapToDouble(r -> changes.stream()
                            .mapToDouble(cell -> cell[r])
                            .average()
                            .orElseThrow())
                    .toArray());
        }
    }

    /** Change of the test error by noise, relative to the coldest cell of a column in which all replicas fitted. */
    private record Noise(
            Board board, Plane<NetworkConfig, NetworkResult> cells, double[][] regimes, double... escapes) {
        static final Plane.Region ALL = (j, i) -> true;

        /** The change in a cell, replica by replica; empty unless all fitted. */
        double[] change(int j, int i) {
            var coldest = cells.at(cells.lowestWhole(i), i);
            return cells.at(j, i).paired(coldest, NetworkResult::testError, (mine, cold) -> mine - cold);
        }

        /** The temperature of the coldest cell of every column in which all replicas fitted. */
        double[] coldest() {
            return IntStream.range(0, cells.xs().length)
                    .mapToDouble(i -> cells.ys()[cells.lowestWhole(i)])
                    .sorted()
                    .toArray();
        }

        Estimate[][] changes() {
            return IntStream.range(0, cells.ys().length)
                    .mapToObj(j -> IntStream.range(0, cells.xs().length)
                            .mapToObj(i ->
                                    cells.at(j, i).less(cells.at(cells.lowestWhole(i), i), NetworkResult::testError))
                            .toArray(Estimate[]::new))
                    .toArray(Estimate[][]::new);
        }

        /** A claim on the mean change over cells of one regime above the coldest, replica by replica. */
        ClaimDraft claim(String name, String where, int regime, Plane.Region region) {
            Taken taken = taken(regime, region);
            String few = taken.isEnough() ? "" : "; fewer than a quarter, so undecided";
            String over =
                    "mean change of the test error by noise, relative to the lowest T that fits at the same α, over "
                            + taken.changes.size() + " of the " + taken.all + " " + where + few;
            return board.claim(name, over).in("signs").of(taken.mean());
        }

        /** The cells with T above hκ. */
        Plane.Region warm() {
            return (j, i) -> overMargin(cells.at(j, i)) > 1;
        }

        /** The cells with T far below hκ. */
        Plane.Region cold() {
            return (j, i) -> overMargin(cells.at(j, i)) <= COLD;
        }

        /** The cells with T up to {@link NetworkPlane#WELL_ABOVE} times T_c of the column. */
        Plane.Region past() {
            return (j, i) -> cells.ys()[j] <= NetworkPlane.WELL_ABOVE * escapes[i];
        }

        /** The cells with T above {@link NetworkPlane#WELL_ABOVE} times T_c of the column. */
        Plane.Region farPast() {
            return (j, i) -> escapes[i] > 0 && cells.ys()[j] > NetworkPlane.WELL_ABOVE * escapes[i];
        }

        /** The cells of a regime above the coldest one in which all replicas fitted, out of all cells of the regime. */
        Taken taken(int regime, Plane.Region region) {
            List<double[]> changes = IntStream.range(0, cells.xs().length)
                    .boxed()
                    .flatMap(i -> IntStream.range(cells.lowestWhole(i) + 1, cells.ys().length)
                            .filter(j -> regimes[j][i] == regime && region.holds(j, i))
                            .mapToObj(j -> change(j, i)))
                    .filter(change -> change.length > 0)
                    .toList();
            int all = (int) Arrays.stream(regimes)
                    .flatMapToDouble(Arrays::stream)
                    .filter(r -> r == regime)
                    .count();
            return new Taken(changes, all);
        }
    }
}
