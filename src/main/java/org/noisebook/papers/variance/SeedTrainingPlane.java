package org.noisebook.papers.variance;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Story;

/** Shares of initialisation, order and data in the variance of a network's test error, across the (α, T) plane. */
public final class SeedTrainingPlane extends Story {
    private static final SeedTrainingVariance STUDY = new SeedTrainingVariance();
    private static final List<String> NAMES = List.of("initialisation", "order", "data");
    private static final List<String> TITLES = List.of("Initialisation", "Order of the points", "Data");
    private static final List<ToDoubleFunction<SeedShares>> SHARES =
            List.of(SeedShares::initTotal, SeedShares::orderTotal, SeedShares::dataTotal);

    /** The figure. */
    public SeedTrainingPlane() {
        super("seed-training-plane", "Initialisation, order and data seeds in the (α, T) plane", STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.title("Data decide the error of rich networks, initialisation that of lazy ones");
        board.subtitle(
                "Share of the test error's variance in which each source has part, against output scale and noise");
        int replicas = board.replicas(3, 6);
        SeedLevels levels = SeedLevels.of(board.choose(4, 8));
        int cap = board.choose(1 << 16, 1 << 18);
        var plane = board.plane(
                STUDY,
                board.choose(Line.powers(0x1p-6, 8, 5), Line.powers(0x1p-8, 4, 9)),
                board.choose(Line.powers(0x1p-4, 4, 4), Line.powers(0x1p-5, 4, 5)),
                (alpha, t) ->
                        Schema.with(SeedTrainingVariance.network(levels, alpha, t), "learner.training.sampleCap", cap));
        for (int k = 0; k < NAMES.size(); k++) {
            var share = SHARES.get(k);
            board.map(
                            NAMES.get(k),
                            TITLES.get(k),
                            NetworkCells.ALPHA,
                            Axis.log2("noise T = rate / batch size"),
                            ColourBar.of("share of the error's variance", 0, 1),
                            plane,
                            plane.numbers(cell -> cell.mean(run -> share.applyAsDouble(run.shares()))))
                    .text(0x1p-4, 0x1p-3, "rich")
                    .text(0x1p4, 0x1p-3, "lazy");
        }
        var network = Learner.Network.standard().training();
        board.caption(
                "Every initialisation is trained in every order on every data set: {} × {} × {} seeds. Share of the variance of ln test error in which a source is"
                        + " involved, alone or with others; a joint effect of two counts for both. The order seed permutes"
                        + " indices, which are unrelated between data sets, so its effect shows with the data. Centred network, x ~ N(0, 1), d = {}, y = sign(x₁), {}. Its {} test points are the same for all; their sampling"
                        + " error is included. Means over {} replicas with separate seeds; a cell counts all its trainings.",
                levels.init(),
                levels.order(),
                levels.data(),
                network.dimension(),
                NetworkCells.describe(network),
                network.testSize(),
                replicas);
    }
}
