package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.PolicyCells.Policy;
import org.noisebook.papers.goodseeds.PolicyCells.Spread;

/** Whether similar initial noise gives similar layouts, that is, reaches the same components over conditions. */
public final class SeedLayout extends Story {
    private static final SeedSlice SLICE = new SeedSlice();
    private static final double[] INJECTED = {0, 1, 10};
    private static final Axis ACROSS = Axis.linear("initial noise z₁").range(-4, 4);
    private static final Axis UP = Axis.linear("initial noise z₂").range(-4, 4);
    private static final double RECORDED_MANTEL = 0.34;
    private static final double RECORDED_NULL = 0.010;
    private static final double NOTHING = 0.05;
    private static final double HALF = 0.5;
    private static final String ALIKE = "Similar noise reaches similar modes | rank correlation, deterministic";

    /** The figure. */
    public SeedLayout() {
        super("seed-layout", "Layouts of seeds: similar noise, similar components", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: narrow-null");
        board.title(
                "With deterministic sampling, similar noise tends to reach the same mode",
                "Similar initial noise does not tend to reach the same mode",
                "Similar initial noise may tend to reach the same mode");
        board.subtitle(
                "Mode reached from a plane of noise; ε: injected noise; d: distances of seeds, noise against modes");
        PolicyCells cells = new PolicyCells(board);
        var digits = cells.digits(Policy.P0);
        tellMaps(
                board,
                SLICE.on(board, "")
                        .replicas(one -> 1)
                        .along("diffusion", INJECTED)
                        .cells());
        tellMantel(cells);
        String fixed = "learned digits, ODE: the seed determines most of the ";
        board.claim("digits-ink", fixed + "amount of ink, ICC(3,1) at least 0.5")
                .above(HALF)
                .judge(digits.the(mean(run -> run.ink().consistency())), PolicyCells.PAPER);
        board.claim("digits-centre", fixed + "position of the ink, ICC(3,1) at least 0.5")
                .says("The seed determines where the ink of a digit lies | consistency, ICC(3,1)")
                .above(HALF)
                .judge(digits.the(mean(run -> run.layout().consistency())), PolicyCells.PAPER);
        board.caption(
                "(a–c) Component that each of 48 × 48 starts reaches, of one of the mixtures with separated modes: two of the 16 coordinates of"
                        + " initial noise, the others 0; injected noise of strength ε is drawn afresh for each start. (d) Rank correlation, over all"
                        + " pairs of 128 seeds, of the distance of their noise with the share of 32 conditions under which they choose different"
                        + " components (Mantel); grey: ±1.96 standard deviations for shuffled seeds. {} Means over {} draws of targets and noise"
                        + " with 95 % t intervals. Overlapping, separated modes: means with standard deviation 0.5, 2.",
                PolicyCells.POLICIES, cells.replicas());
    }

    private static void tellMaps(Board board, List<Cell<SeedSlice.Config, SeedSlice.Result>> slices) {
        for (var slice : slices) {
            double[] z = slice.config().places();
            Doubles component = slice.runs().get(0).component();
            double[][] modes = new double[z.length][z.length];
            EndCounts[][] ends = new EndCounts[z.length][z.length];
            for (int k = 0; k < component.size(); k++) {
                modes[k / z.length][k % z.length] = component.get(k) + 1;
                ends[k / z.length][k % z.length] = EndCounts.all(1);
            }
            String strength = Schema.formatValue(slice.config().diffusion());
            String title = strength.equals("0") ? "Deterministic" : "Injected, ε = " + strength;
            board.map("slice-" + strength, title, ACROSS, UP, ColourBar.classes(), z, z, modes, ends);
        }
        board.plot("slice-0").text(-2, -2, "mode 1").text(-1, 3, "mode 2").text(2, -2, "mode 3");
    }

    private static void tellMantel(PolicyCells cells) {
        Axis y = Axis.linear("rank correlation").range(-0.05, 0.4);
        Plot plot = cells.plot("mantel", "By injected noise", y, 0);
        double half = 1.96 * cells.mixture(Spread.WIDE, Policy.P3).mean(SeedGeneratorStudy.Result::mantelNull);
        plot.colour(Plot.GREY).named("").band("renamed seeds", 0.5, 5.5, -half, half);
        cells.addPoints(plot, mean(SeedGeneratorStudy.Result::mantel));
        for (Spread spread : Spread.values()) {
            var flow = cells.mixture(spread, Policy.P0);
            String of = "exact mixture generator, " + spread.text() + ": ";
            plot.claim(spread.id() + "-mantel", of + "ODE, Mantel correlation of noise and component distances")
                    .says(ALIKE)
                    .regression(RECORDED_MANTEL, 0.005)
                    .ofRuns(1)
                    .judge(flow.the(mean(SeedGeneratorStudy.Result::mantel)), PolicyCells.RECORDED);
            plot.claim(
                            spread.id() + "-mantel-null",
                            of + "ODE, Mantel correlation's standard deviation, seeds shuffled")
                    .regression(RECORDED_NULL, 0.0005)
                    .ofRuns(1)
                    .judge(flow.the(mean(SeedGeneratorStudy.Result::mantelNull)), PolicyCells.RECORDED);
            plot.claim(spread.id() + "-null", of + "with all noise redrawn, the Mantel correlation is 0")
                    .control("run: the ODE, whose correlation is far above 0")
                    .says("With all noise redrawn, no similarity is left | rank correlation, all redrawn")
                    .theory(0, NOTHING)
                    .judge(
                            cells.mixture(spread, Policy.P3).the(mean(SeedGeneratorStudy.Result::mantel)),
                            "no seed effect");
        }
    }
}
