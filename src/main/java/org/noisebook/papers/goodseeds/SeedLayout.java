package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.papers.goodseeds.PolicyCells.SEEDS;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.PolicyCells.Policy;
import org.noisebook.papers.goodseeds.PolicyCells.Spread;
import org.noisebook.seeds.generator.SeedGeneratorResult;

/** Do seeds that start from like noise give like layouts: which components they choose over conditions. */
public final class SeedLayout extends Story {
    private static final Map<Policy, Integer> COLOURS =
            new EnumMap<>(Map.of(Policy.P0, 5, Policy.P2B, 3, Policy.P3, 2));
    private static final int BINS = 8;
    private static final double RECORDED_MANTEL = 0.34;
    private static final double RECORDED_NULL = 0.010;
    private static final double NOTHING = 0.05;
    private static final double HALF = 0.5;
    private static final String ALIKE = "Similar noise gives similar modes, but not if redrawn";

    /** The figure. */
    public SeedLayout() {
        super("seed-layout", "Layouts of seeds: like noise, like components", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "With deterministic sampling, similar noise lands in the same mode",
                "Similar initial noise does not land in the same mode",
                "Similar initial noise may land in the same mode");
        board.subtitle("Share of conditions in which two seeds reach different modes, against distance of their noise");
        PolicyCells cells = new PolicyCells(board);
        var digits = cells.digits(Policy.P0);
        tellDistance(board, cells);
        tellMantel(board, cells);
        String fixed = "learned digits, ODE: the seed fixes most of the ";
        board.claim("digits-ink", fixed + "ink, as some seeds are said to give pale images, ICC(3,1) at least 0.5")
                .above(HALF)
                .judge(digits.the(mean(run -> run.ink().consistency())), PolicyCells.PAPER);
        board.claim("digits-centre", fixed + "place of the ink, as seeds are said to fix places, ICC(3,1) at least 0.5")
                .says("The seed fixes where the ink of a digit lies")
                .above(HALF)
                .judge(digits.the(mean(run -> run.layout().consistency())), PolicyCells.PAPER);
        board.caption(
                "(a) Share of 32 conditions under which two of 128 seeds choose different components of an exact mixture, against the distance of"
                        + " their noise, in {} equal groups of pairs, groups of outputs apart; at 1 two noise vectors are as unlike as chance has it."
                        + " (b) Rank correlation of the two distances over all pairs of seeds (Mantel); grey: ±1.96 standard deviations for"
                        + " shuffled seeds. {} Means over {} draws of targets and noise with 95 % t intervals. Groups overlap, lie apart: means of"
                        + " components with standard deviation 0.5, 2.",
                BINS, PolicyCells.POLICIES, cells.replicas());
    }

    private static void tellDistance(Board board, PolicyCells cells) {
        Axis across = Axis.linear("distance of two seeds' noise").range(0.5, 1.5);
        Axis y = Axis.linear("share of conditions with different groups").range(0.48, 0.84);
        Plot plot = board.plot("distance", "Modes of similar noise", across, y);
        COLOURS.forEach((policy, colour) -> {
            var cell = cells.mixture(Spread.WIDE, policy);
            double[] x = new double[BINS];
            Arrays.setAll(x, b -> cell.mean(run -> run.componentsByNoise(SEEDS, BINS)[0][b]));
            plot.colour(colour)
                    .points(policy.words(), x, cell, b -> mean(run -> run.componentsByNoise(SEEDS, BINS)[1][b]));
        });
    }

    private static void tellMantel(Board board, PolicyCells cells) {
        Axis y = Axis.linear("rank correlation of choices and noise").range(-0.05, 0.4);
        Plot plot = cells.plot("mantel", "Do choices follow the noise?", y, 0);
        double half = 1.96 * cells.mixture(Spread.WIDE, Policy.P3).mean(SeedGeneratorResult::mantelNull);
        plot.colour(Plot.GREY).named("seeds shuffled").band("renamed seeds", 0.5, 5.5, -half, half);
        cells.addPoints(plot, mean(SeedGeneratorResult::mantel));
        for (Spread spread : Spread.values()) {
            var flow = cells.mixture(spread, Policy.P0);
            String of = "exact mixture generator, " + spread.text() + ": ";
            plot.claim(spread.id() + "-mantel", of + "ODE, rank correlation of distances by component and by noise")
                    .says(ALIKE)
                    .regression(RECORDED_MANTEL, 0.005)
                    .ofRuns(1)
                    .judge(flow.the(mean(SeedGeneratorResult::mantel)), PolicyCells.RECORDED);
            plot.claim(spread.id() + "-mantel-null", of + "its standard deviation for renamed seeds")
                    .regression(RECORDED_NULL, 0.0005)
                    .ofRuns(1)
                    .judge(flow.the(mean(SeedGeneratorResult::mantelNull)), PolicyCells.RECORDED);
            plot.claim(spread.id() + "-null", of + "all noise fresh, the correlation is 0")
                    .says(ALIKE)
                    .theory(0, NOTHING)
                    .judge(cells.mixture(spread, Policy.P3).the(mean(SeedGeneratorResult::mantel)), "no seed effect");
        }
    }
}
