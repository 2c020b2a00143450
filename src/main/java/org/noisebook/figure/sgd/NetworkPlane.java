package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * The (α, T) plane of the network phase diagram: its settings, its cells, and maps of them with the border of
 * convergence and the line below which noise is hidden by the margin.
 *
 * <p>The learning rates of the full preset are 2^-12 to 2^10, of the authors 2^-15 to 2^15.
 *
 * @param <C> what is run
 * @param <R> what a run gives
 */
public final class NetworkPlane<C extends Record, R extends Record> {
    /** Kernel change that parts lazy from rich. */
    static final double LAZY_LIMIT = 0.5;

    private static final NetworkConfig FASHION = Schema.with(
            NetworkConfig.standard(),
            "dataset=fashionMnist, trainSize=1024, testSize=2^15, batchSize=16, sampleCap=2^20,"
                    + " network=fullyConnected(depth=5, width=128, activation=gelu)");

    static final Axis X = Axis.log2("output scale α");
    static final Axis Y = Axis.log2("temperature T = η/B");

    private final NetworkConfig base;
    private final Plane<C, R> cells;

    private NetworkPlane(NetworkConfig base, Plane<C, R> cells) {
        this.base = base;
        this.cells = cells;
    }

    /** Declares the plane of a preset, its cells by their training. */
    public static <C extends Record, R extends Record> NetworkPlane<C, R> of(
            Board board, Study<C, R> study, Function<NetworkConfig, C> config) {
        double[] outputScales = board.choose(powers(0x1p-10, 4, 12), powers(0x1p-12, 4, 12), powers(0x1p-14, 2, 26));
        double[] temperatures = board.choose(powers(0x1p-13, 4, 12), powers(0x1p-16, 4, 12), powers(0x1p-19, 2, 31));
        NetworkConfig base = base(board.preset());
        return new NetworkPlane<>(
                base,
                board.plane(study, outputScales, temperatures, (a, t) -> config.apply(NetworkCells.at(base, a, t))));
    }

    /** Declares the plane of a training at these α and T, with replicas by cell. */
    static NetworkPlane<NetworkConfig, NetworkResult> of(
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

    /** What is trained in the plane of a preset. */
    public static NetworkConfig base(Preset preset) {
        return preset.choose(NetworkCells.DIGITS, FASHION);
    }

    /** Its cells, α along x and T along y. */
    public Plane<C, R> cells() {
        return cells;
    }

    /** A map of the cells with the borders of the plane. */
    public Plot map(Board board, String name, String title, ColourBar bar, double[][] value) {
        return borders(board.map(name, title, X, Y, bar, cells, value));
    }

    /** The borders of the plane in a map of its cells. */
    Plot borders(Plot plot) {
        int width = base.network().width();
        plot.column(NetworkCells.PER_WIDTH, "y", t -> t / width);
        double[] edge = cells.upperEdge();
        plot.colour(0).named("Tₘₐₓ (edge of the fitted cells)").border("T_max", cells.xs(), edge);
        if (base.network() instanceof FullyConnected network) {
            theory(plot, network, edge);
        }
        return plot;
    }

    /** The same with logarithmic colours over whole decades. */
    public Plot logMap(Board board, String name, String title, String label, double[][] value) {
        return map(board, name, title, ColourBar.decades(label, value), value);
    }

    /**
     * A map of the change of the tangent kernel with the regimes of the fitted cells, lazy below the limit; each name
     * stands in the middle of its cells.
     *
     * @return how many cells are lazy, rich by α and rich by T
     */
    String regimes(Board board, String name, String title, double[][] kernel) {
        Plot plot = logMap(board, name, title, "|ΔΘ|/|Θ₀|", kernel).contour(LAZY_LIMIT, "");
        return name(plot, regimes(kernel), List.of("lazy", "features\nby α", "by T"));
    }

    /** Writes each regime's name into the middle of its cells; how many there are. */
    String name(Plot plot, double[][] regimes, List<String> names) {
        double[][] sums = new double[names.size()][3];
        for (int j = 0; j < cells.ys().length; j++) {
            for (int i = 0; i < cells.xs().length; i++) {
                if (cells.at(j, i).isWhole()) {
                    double[] sum = sums[(int) regimes[j][i] - 1];
                    sum[0] += StrictMath.log(cells.xs()[i]);
                    sum[1] += StrictMath.log(cells.ys()[j]);
                    sum[2]++;
                }
            }
        }
        for (int k = 0; k < sums.length; k++) {
            if (sums[k][2] > 0) {
                plot.text(
                        StrictMath.exp(sums[k][0] / sums[k][2]), StrictMath.exp(sums[k][1] / sums[k][2]), names.get(k));
            }
        }
        return Arrays.stream(sums)
                .map(sum -> String.format(Locale.ROOT, "%.0f", sum[2]))
                .collect(Collectors.joining(", "));
    }

    /** Of each cell of which a replica fitted 1 if lazy, 2 if rich even at the lowest T that fits, 3 if only noise makes it so; else NaN. */
    double[][] regimes(double[][] kernel) {
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

    /** The colours of test errors: whole hundredths around all of them. */
    public static ColourBar errorBar(double[][]... errors) {
        return ColourBar.around("test error", 100, errors);
    }

    /** Both laws hold where every path from input to output passes all layers, and the read-out is over h. */
    private void theory(Plot plot, FullyConnected network, double[] edge) {
        double[] outputScales = cells.xs();
        double[] temperatures = cells.ys();
        double[] feature = Arrays.stream(outputScales).filter(a -> a <= 1).toArray();
        if (feature.length > 1) {
            plot.colour(3)
                    .named("Tₘₐₓ ∝ α^k, k = (D−1)/(D+1), prefactor measured")
                    .line(
                            LineKind.ANCHORED,
                            "T_max law",
                            feature,
                            NetworkCells.law(feature, edge, NetworkCells.featureExponent(network.depth())));
        }
        int width = network.width();
        double half = StrictMath.sqrt(temperatures[1] / temperatures[0]);
        double lowest = temperatures[0] / half;
        double highest = temperatures[temperatures.length - 1] * half;
        double[] hidden = Arrays.stream(outputScales)
                .filter(a -> width / a >= lowest && width / a <= highest)
                .toArray();
        plot.colour(4).named("T = h/α: noise shows above").law("hidden noise", hidden, a -> width / a);
    }
}
