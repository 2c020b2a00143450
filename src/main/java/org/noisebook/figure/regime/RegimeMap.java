package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.figure.sgd.NetworkPlane;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;

/** The (α, T) plane of a network by how far it moves, against the border where lazy training ends. */
public final class RegimeMap extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final int PROBES = 256;
    private static final double LAZY_WINDOW = 0.01;
    private static final String LAZY_LIMIT =
            "lazy limit, α → ∞ at small noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeMap() {
        super(
                "regime-map",
                "How far a network moves in the (α, T) plane: kernel, representation, weights",
                STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(3, 3);
        var plane = NetworkPlane.of(
                board, STUDY, training -> new RegimeConfig(Schema.with(training, "probeSize", PROBES), 0, false));
        Plane<RegimeConfig, RegimeResult> cells = plane.cells();
        double[][] error = cells.means(run -> run.training().testError());
        plane.logMap(
                board,
                "kernel",
                "Kernel change",
                "|ΔΘ|/|Θ₀|",
                cells.geometricMeans(run -> run.movement().relativeKernelChange()));
        board.plot("kernel")
                .contour(RegimeReport.LAZY, "0.1")
                .contour(RegimeReport.RICH, "1")
                .verdict(STUDY, cells);
        plane.map(
                board,
                "representation",
                "Representation alignment, centred",
                ColourBar.of("CKA", 0, 1),
                cells.means(run -> run.movement().centredRepresentationAlignment()));
        plane.logMap(
                board,
                "weights",
                "Weight change",
                "|Δw|/|w₀|",
                cells.geometricMeans(run -> run.movement().relativeWeightChange()));
        plane.map(board, "error", "Test error", NetworkPlane.errorBar(error), error);
        int last = cells.xs().length - 1;
        int lowest = cells.lowestWhole(last);
        double[] crossings = crossings(cells, error[lowest][last]);
        int[] crossed = IntStream.range(0, crossings.length)
                .filter(j -> !Double.isNaN(crossings[j]))
                .toArray();
        double[] alphas = Arrays.stream(crossed).mapToDouble(j -> crossings[j]).toArray();
        double[] temperatures =
                Arrays.stream(crossed).mapToDouble(j -> cells.ys()[j]).toArray();
        for (String panel : List.of("kernel", "representation", "weights", "error")) {
            board.plot(panel)
                    .colour(1)
                    .named("test error half-way from lazy to best")
                    .border("error boundary", alphas, temperatures);
        }
        var lazy = cells.at(lowest, last);
        board.claim("lazy-kernel", "relative kernel change at the largest α and the lowest T that fits")
                .in("kernel")
                .below(RegimeReport.LAZY)
                .of(lazy.the(mean(run -> run.movement().relativeKernelChange())))
                .from(LAZY_LIMIT);
        board.claim("lazy-representation", "centred representation alignment there")
                .in("representation")
                .theory(1)
                .within(LAZY_WINDOW)
                .of(lazy.the(mean(run -> run.movement().centredRepresentationAlignment())))
                .from(LAZY_LIMIT);
        board.layout(Plate::sharedLegend);
        NetworkConfig base = NetworkPlane.base(board.preset());
        board.caption(
                "{} by parity, {}, at most {} samples; means over {} replicas on {} test points. (a) Change of the tangent"
                        + " kernel, geometric means; black: 0.1 and 1, lazy below and rich above by convention (column verdict,"
                        + " without the tangent model). (b) Linear CKA of the last hidden layer. (c) Weight change, so too."
                        + " (d) Test error on {} points that all replicas share. Orange dashes in all: for each T the α where"
                        + " the test error first passes half-way between the best cell and the lazy corner (largest α, lowest"
                        + " T that fits). The best cell is the lowest of many means, so the level is a little low. Blue"
                        + " dashes: upper edge of the cells where all replicas fitted, Tₘₐₓ; red: theory's exponent with a"
                        + " fitted prefactor; light blue: T = h/α, above which noise shows. Hatched cells show the mean over"
                        + " those replicas that fitted.",
                board.preset() == Preset.QUICK ? "Digits" : "Fashion-MNIST",
                NetworkCells.describe(base),
                base.sampleCap(),
                n,
                PROBES,
                base.testSize());
    }

    /** For each temperature the α where the test error first passes half-way between the best and the lazy one, or NaN. */
    private static double[] crossings(Plane<RegimeConfig, RegimeResult> cells, double lazy) {
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
