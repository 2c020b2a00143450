package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.ColourMap;
import org.noisebook.chart.Scale;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.RegimeResult;
import org.noisebook.sgd.NetworkConfig;

/** How far a network moves in the (α, T) plane, with the boundary of lazy training. */
public final class RegimeMap extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final int PROBES = 256;
    private static final String LAZY_LIMIT =
            "lazy limit, α → ∞ at small noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    private static final String LAZY = "At large α and little noise, training is lazy";

    /** The figure. */
    public RegimeMap() {
        super("regime-map", "How far a network moves in the (α, T) plane", STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the smallest α of the same plane, whose kernel changes by more than its norm");
        board.title(
                "Networks learn features at small output scales, stay lazy at large ones",
                "Networks are not lazy at large output scale",
                "Networks may be lazy at large output scale");
        board.subtitle("Similarity to the initial representation, and test error, against output scale and noise");
        int n = board.replicas(3);
        NetworkConfig base = Schema.with(NetworkCells.DIGITS, "probeSize", PROBES);
        Plane<RegimeStudy.Config, RegimeResult> cells = board.plane(
                STUDY,
                board.choose(powers(0x1p-9, 8, 8), powers(0x1p-10, 4, 12)),
                board.choose(powers(0x1p-7, 4, 6), powers(0x1p-11, 4, 11)),
                (a, t) -> new RegimeStudy.Config(NetworkCells.at(base, a, t), 0, false));
        double[][] error = cells.means(run -> run.training().testError());
        double[][] alignment = cells.means(run -> run.movement().centredRepresentationAlignment());
        ColourBar bar = new ColourBar("similarity to the initial network", Scale.LINEAR, 0, 1, ColourMap.DIVERGING);
        tellMap(board, "representation", "Blue: features; red: lazy", bar, cells, alignment)
                .verdict(STUDY, cells);
        tellMap(board, "error", "Test error", NetworkPlane.errorBar(error), cells, error);
        int last = cells.xs().length - 1;
        int lowest = cells.lowestWhole(last);
        double[] boundary = boundary(cells, error[lowest][last]);
        for (String panel : List.of("representation", "error")) {
            board.plot(panel)
                    .colour(1)
                    .named("test error half-way from lazy to best")
                    .line(LineKind.BORDER, "error boundary", boundary, cells.ys());
        }
        var lazy = cells.at(lowest, last);
        board.claim("lazy-kernel", "relative kernel change at the largest α and the lowest T that fits")
                .says(LAZY)
                .below(KernelChange.SMALL)
                .judge(lazy.the(geometric(run -> run.movement().relativeKernelChange())), LAZY_LIMIT);
        board.plot("representation")
                .claim(
                        "lazy-representation",
                        "centred representation alignment at the largest α and the lowest T that fits")
                .says(LAZY)
                .theory(1, 0.01)
                .range(-1, 1)
                .judge(lazy.the(mean(run -> run.movement().centredRepresentationAlignment())), LAZY_LIMIT);
        board.caption(
                "Digits by parity, {}, at most {} samples; means over {} replicas on {} test points. (a) Linear CKA of the last"
                        + " hidden layer before and after training. (b) On test points that all replicas share."
                        + " Dashes: for each T the α where it first passes half-way between the best cell and the lazy corner.",
                NetworkCells.describe(base),
                base.sampleCap(),
                n,
                PROBES);
    }

    /** Plots a map, without rows in which nothing fitted. */
    private static Plot tellMap(
            Board board,
            String name,
            String title,
            ColourBar bar,
            Plane<RegimeStudy.Config, RegimeResult> cells,
            double[][] value) {
        double half = StrictMath.sqrt(cells.ys()[1] / cells.ys()[0]);
        Axis y = Axis.log2("noise T = rate / batch size").range(cells.ys()[0] / half, board.choose(0x1p4, 0x1p6));
        return board.map(name, title, NetworkCells.ALPHA, y, bar, cells, value)
                .column(
                        NetworkCells.PER_WIDTH,
                        "y",
                        t -> t / NetworkCells.DIGITS.network().width())
                .text(0x1p-5, 0x1p-5, "features")
                .text(0x1p9, 0x1p-4, "lazy");
    }

    /** For each temperature, the α at which the test error first is half-way between the best and the lazy one, or NaN. */
    private static double[] boundary(Plane<RegimeStudy.Config, RegimeResult> cells, double lazy) {
        Reduction<RegimeResult> error = mean(run -> run.training().testError());
        double best = cells.lines()
                .flatMapToDouble(row -> Arrays.stream(row.whole().means(error)))
                .min()
                .orElse(Double.NaN);
        return cells.lines()
                .mapToDouble(row -> row.whole().crossing(error, (best + lazy) / 2))
                .toArray();
    }
}
