package org.noisebook.cells;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The (α, T) plane of the network phase diagram: its settings and cells, and maps with the theoretical boundary of
 * convergence, the line below which the margin hides the noise, and the names of the regimes.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class NetworkPlane<C extends Record, R extends Record> {
    /** Kernel change that separates lazy from rich. */
    public static final double LAZY_LIMIT = 0.5;

    /** Names of the regimes, in the order of their numbers. */
    private static final List<String> REGIMES = List.of("lazy", "features\nby small α", "features\nby noise");
    /** T over hκ from which the margin has no visible effect. */
    public static final double WELL_ABOVE = 4;
    /** The colour scale ends at this factor above and below the limit. */
    private static final double KERNEL_RANGE = 100;

    private static final NetworkConfig FASHION = Schema.with(
            NetworkConfig.standard(),
            "dataset=fashionMnist, trainSize=1024, testSize=2^15, batchSize=16, sampleCap=2^20,"
                    + " network=fullyConnected(depth=5, width=128, activation=gelu)");

    private final NetworkConfig base;
    private final Plane<C, R> cells;

    private NetworkPlane(NetworkConfig base, Plane<C, R> cells) {
        this.base = base;
        this.cells = cells;
    }

    /** Declares the plane of a training config at these α and T, with the number of replicas set per cell. */
    public static NetworkPlane<NetworkConfig, NetworkResult> of(
            Board board,
            NetworkConfig base,
            double[] outputScales,
            double[] temperatures,
            Plane.Point<Integer> replicas) {
        return new NetworkPlane<>(
                base,
                board.plane(
                        NetworkCells.STUDY,
                        outputScales,
                        temperatures,
                        (a, t) -> NetworkCells.at(base, a, t),
                        replicas));
    }

    /** The training config in the plane of a preset. */
    public static NetworkConfig base(Preset preset) {
        return preset.choose(NetworkCells.DIGITS, FASHION);
    }

    /** The cells, α along x and T along y. */
    public Plane<C, R> cells() {
        return cells;
    }

    /** A map of the cells with the line above which noise has an effect. */
    public Plot map(Board board, String name, String title, ColourBar bar, double[][] value) {
        return margin(plain(board, name, title, bar, value));
    }

    private Plot plain(Board board, String name, String title, ColourBar bar, double[][] value) {
        return board.map(name, title, NetworkCells.ALPHA, y(), bar, cells, value)
                .column(NetworkCells.PER_WIDTH, "y", this::perWidth);
    }

    /** A map of the three {@link #regimes}, with their names and the boundary of convergence. */
    public Plot regimeMap(Board board, String name, String title, ColourBar bar, double[][] value, double[][] regimes) {
        Plot plot = border(plain(board, name, title, bar, value));
        int across = cells.xs().length;
        int free = across < 6 ? 1 : 0; // for the verdicts of few cells
        for (int k = 1; k <= REGIMES.size(); k++) {
            int regime = k;
            Plane.Region here = (j, i) -> i >= free
                    && i < across - free
                    && regimes[j][i] == regime
                    && cells.at(j, i).isWhole();
            plot.region(cells, here, REGIMES.get(k - 1));
        }
        return plot;
    }

    /** A map of the change of the tangent kernel, white at the limit of the lazy regime, with regimes and boundary. */
    public Plot kernelMap(Board board, String name, String title, ToDoubleFunction<R> kernel) {
        double[][] change = cells.geometricMeans(kernel);
        ColourBar bar = ColourBar.ratios("change of the kernel", LAZY_LIMIT, KERNEL_RANGE);
        return regimeMap(board, name, title, bar, change, regimes(change));
    }

    /** A map of changes with their intervals, with the line above which noise has an effect. */
    public Plot changeMap(Board board, String name, String title, ColourBar bar, Estimate[][] change) {
        return margin(board.map(name, title, NetworkCells.ALPHA, y(), bar, cells, change)
                .column(NetworkCells.PER_WIDTH, "y", this::perWidth));
    }

    private double perWidth(double temperature) {
        return temperature / base.network().width();
    }

    /** The temperature axis, up to one step above the highest temperature at which something fitted. */
    private Axis y() {
        double[] ys = cells.ys();
        double half = StrictMath.sqrt(ys[1] / ys[0]);
        int top = IntStream.range(0, ys.length - 1)
                .filter(j -> cells.row(j).cells().stream()
                        .anyMatch(cell -> cell.ends().fitted() > 0))
                .max()
                .orElse(ys.length - 2);
        return Axis.log2("noise T = rate / batch size").range(ys[0] / half, ys[top + 1] * half);
    }

    /** Whether the theory applies: every path from input to output passes all layers, and the read-out is over h. */
    private boolean hasLaws() {
        return base.network() instanceof FullyConnected;
    }

    /** Draws the boundary of convergence with the predicted exponent. */
    private Plot border(Plot plot) {
        double[] feature = Arrays.stream(cells.xs()).filter(a -> a <= 1).toArray();
        if (hasLaws() && feature.length > 1) {
            double exponent = NetworkCells.featureExponent(base.network().depth());
            plot.colour(2)
                    .named("slope of the upper edge (theory)")
                    .line(
                            LineKind.ANCHORED,
                            "T_max law",
                            feature,
                            NetworkCells.law(feature, cells.upperEdge(), exponent));
        }
        return plot;
    }

    /** Draws T_c, where noise ends the lazy regime: in theory equal for all α with T_c ≫ hκ; its height is measured. */
    public void escape(Plot plot, double[][] regimes) {
        double[] xs = cells.xs();
        double[] edges = escapes(regimes);
        int width = base.network().width();
        int[] far = IntStream.range(0, xs.length)
                .filter(i -> edges[i] * xs[i] > WELL_ABOVE * width)
                .toArray();
        if (far.length > 1) {
            double height = Arrays.stream(far)
                    .mapToDouble(i -> StrictMath.log(edges[i]))
                    .average()
                    .orElseThrow();
            plot.colour(4)
                    .named("level edge of lazy (theory)")
                    .level(LineKind.ANCHORED, "T_c law", StrictMath.exp(height), xs[far[0]], xs[far[far.length - 1]]);
        }
    }

    /**
     * T_c of every column, between the last lazy cell and the first with features through noise; 0 if there is none.
     */
    public double[] escapes(double[][] regimes) {
        double[] ys = cells.ys();
        double[] edges = new double[cells.xs().length];
        for (int i = 0; i < edges.length; i++) {
            for (int j = 1; j < ys.length; j++) {
                if (regimes[j - 1][i] == 1 && regimes[j][i] == 3) {
                    edges[i] = StrictMath.sqrt(ys[j - 1] * ys[j]);
                }
            }
        }
        return edges;
    }

    /** Draws the line above which noise has an effect, up to the highest temperature that fits. */
    private Plot margin(Plot plot) {
        double[] xs = cells.xs();
        double top = Arrays.stream(cells.upperEdge()).filter(t -> t > 0).max().orElse(Double.NaN);
        double low = Math.max(xs[0], base.network().width() / top);
        double high = Math.min(xs[xs.length - 1], base.network().width() / cells.ys()[0]);
        return hasLaws() && low < high
                ? plot.colour(0)
                        .named("above: noise should count (theory)")
                        .law(
                                "hidden noise",
                                new double[] {low, high},
                                a -> base.network().width() / a)
                : plot;
    }

    /**
     * The regime of each cell with a fitted replica: 1 if lazy, 2 if rich even at the lowest T that fits, 3 if rich
     * only because of noise; NaN for other cells.
     */
    public double[][] regimes(double[][] kernel) {
        double[][] regimes = new double[cells.ys().length][cells.xs().length];
        for (int i = 0; i < cells.xs().length; i++) {
            boolean lazyBelow = kernel[cells.lowestWhole(i)][i] < LAZY_LIMIT;
            for (int j = 0; j < cells.ys().length; j++) {
                regimes[j][i] =
                        Double.isNaN(kernel[j][i]) ? Double.NaN : kernel[j][i] < LAZY_LIMIT ? 1 : lazyBelow ? 3 : 2;
            }
        }
        return regimes;
    }

    /** The colour bar for test errors, its ends rounded outwards to whole hundredths. */
    public static ColourBar errorBar(double[][]... errors) {
        return ColourBar.around("test error", 100, errors);
    }
}
