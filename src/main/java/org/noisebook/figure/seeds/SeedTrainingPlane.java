package org.noisebook.figure.seeds;

import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Story;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.seeds.training.Learner;
import org.noisebook.seeds.training.SeedLevels;
import org.noisebook.seeds.training.SeedShares;
import org.noisebook.seeds.training.SeedTrainingConfig;
import org.noisebook.seeds.training.SeedTrainingResult;
import org.noisebook.seeds.training.SeedTrainingStudy;

/** Whose variance the test error of a network has, initialisation, order or data, across the (α, T) plane. */
public final class SeedTrainingPlane extends Story {
    /** The figure. */
    public SeedTrainingPlane() {
        super(
                "seed-training-plane",
                "Shares of initialisation, order and data seeds across output scale and temperature",
                new SeedTrainingStudy().sources());
    }

    @Override
    protected void tell(Board board) {
        int replicas = board.replicas(3, 6);
        SeedLevels levels = SeedLevels.of(board.choose(4, 8));
        int cap = board.choose(1 << 16, 1 << 18);
        var plane = board.plane(
                new SeedTrainingStudy(),
                board.choose(Line.powers(0x1p-6, 8, 5), Line.powers(0x1p-8, 4, 9)),
                board.choose(Line.powers(0x1p-4, 4, 4), Line.powers(0x1p-5, 4, 5)),
                (alpha, t) ->
                        Schema.with(SeedTrainingVariance.network(levels, alpha, t), "learner.training.sampleCap", cap));
        for (SeedTrainingVariance.Source source : SeedTrainingVariance.TOTALS) {
            map(
                    board,
                    source.name(),
                    "Total share: " + source.name(),
                    ColourBar.of("total share", 0, 1),
                    plane,
                    source.share());
        }
        map(
                board,
                "spread",
                "Spread of ln error",
                ColourBar.of("standard deviation", 0, 0.2),
                plane,
                shares -> StrictMath.sqrt(shares.variance()));
        var network = Learner.Network.standard().training();
        board.caption(
                "Every initialisation is trained in every order on every data set: {} × {} × {} seeds. (a–c) Total share of a source: of the variance"
                        + " of ln test error that it has part in, alone or with others; totals may add up to more than 1. The order seed permutes"
                        + " indices, which mean nothing from one data set to the next, so its effect shows with the data. (d) Root of that"
                        + " variance. Centred network, x ~ N(0, 1), d = {}, y = sign(x₁), {}. Its {} test points are the same for all; their"
                        + " sampling error is in. Means over {} replicas with seeds of their own; a cell counts all its trainings.",
                levels.init(),
                levels.order(),
                levels.data(),
                network.dimension(),
                NetworkCells.describe(network),
                network.testSize(),
                replicas);
    }

    /** Means over replicas, however their trainings ended. */
    private static void map(
            Board board,
            String name,
            String title,
            ColourBar bar,
            Plane<SeedTrainingConfig, SeedTrainingResult> plane,
            ToDoubleFunction<SeedShares> value) {
        board.map(
                name,
                title,
                Axis.log2("output scale α"),
                Axis.log2("temperature T = η/B"),
                bar,
                plane,
                plane.numbers(cell -> cell.mean(run -> value.applyAsDouble(run.shares()))));
    }
}
