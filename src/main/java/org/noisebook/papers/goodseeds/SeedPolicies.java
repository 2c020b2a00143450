package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.Reduction.share;
import static org.noisebook.papers.goodseeds.PolicyCells.SEEDS;
import static org.noisebook.papers.goodseeds.PolicyCells.all;

import java.util.Arrays;
import java.util.function.BiFunction;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.PolicyCells.Policy;
import org.noisebook.papers.goodseeds.PolicyCells.Spread;
import org.noisebook.stats.Estimate;

/** How well a seed is recognised and how much of the variance in quality it explains, for each noise policy. */
public final class SeedPolicies extends Story {
    private static final double CHANCE = 1.0 / SEEDS;
    /** Relative half-width of the window around chance: 5 replicas of 2048 samples measure chance to about 15 %. */
    private static final double CHANCE_WINDOW = 0.3;
    /** Accuracy reported in the paper. */
    private static final double RECOGNISED = 0.999;

    private static final double NOTHING = 0.02;
    private static final String MESSAGE =
            "message of the run recorded elsewhere: injected noise that is not the seed's erases it as ε grows";

    /** Values of a recorded run of the same design, by spread and policy: top-1 and top-5 accuracy, consistency. */
    private static final double[][] RECORDED_1 = {{1, 0.999, 0.866, 0.0078, 0.0078}, {0.486, 0.310, 0.380, 0.020, 0.010}
    };

    private static final double[][] RECORDED_5 = {{1, 1, 0.985, 0.064, 0.042}, {0.793, 0.612, 0.730, 0.103, 0.040}};
    private static final double[][] RECORDED_ICC = {
        {0.712, 0.721, 0.267, -0.001, 0.001}, {0.579, 0.694, 0.200, 0.001, 0.003}
    };
    /** Widths of the 95 % intervals of top-1 accuracy, stated or binomial; used for top-5 too, which has none. */
    private static final double[][] WIDTHS = {{0.002, 0.003, 0.029, 0.008, 0.008}, {0.043, 0.040, 0.042, 0.013, 0.009}};

    private static final Reduction<SeedGeneratorStudy.Result> TOP1 =
            share(SeedGeneratorStudy.Result::top1, PolicyCells.ANSWERS);
    private static final Reduction<SeedGeneratorStudy.Result> TOP5 =
            share(SeedGeneratorStudy.Result::top5, PolicyCells.ANSWERS);
    private static final Reduction<SeedGeneratorStudy.Result> CONSISTENCY =
            mean(run -> run.quality().consistency());

    /** The figure. */
    public SeedPolicies() {
        super("seed-policies", "Whether the seed is recognised and determines quality", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Without injected noise, outputs reveal their seed",
                "With separated modes, outputs often do not reveal their seed",
                "Without injected noise, outputs may reveal their seed");
        board.subtitle("How often the seed is recognised, and the seed's share of the variance in quality");
        PolicyCells cells = new PolicyCells(board);
        var digits = cells.digits(Policy.P0);
        var noisyDigits = cells.digits(Policy.P2B);
        var more = cells.moreConditions();
        Axis y = Axis.log10("share of outputs whose seed is recognised").range(0.003, 1.4);
        Plot top1 = cells.plot("recognised", "Seed recognised, by injected noise", y, CHANCE);
        cells.addPoints(top1, TOP1);
        Axis up = Axis.linear("seed's share of the variance of quality").range(-0.05, 1);
        Plot icc = cells.plot("consistency", "Share, by injected noise", up, 0);
        cells.addPoints(icc, CONSISTENCY);
        double[][] error = Arrays.stream(WIDTHS)
                .map(row -> Arrays.stream(row).map(width -> width / 3.92).toArray())
                .toArray(double[][]::new);
        String named = "top-1 accuracy of a classifier that names the seed";
        String among = "top-5 accuracy of a classifier that names the seed";
        cells.recorded(guarded(top1::claim), "top1", named, TOP1, RECORDED_1, error);
        cells.recorded(guarded(board::claim), "top5", among, TOP5, RECORDED_5, error);
        cells.recorded(guarded(icc::claim), "icc", "ICC(3,1) of log density", CONSISTENCY, RECORDED_ICC, all(0.0005));
        for (Spread spread : Spread.values()) {
            claim(cells, spread, top1, icc);
        }
        String trained =
                "exact mixture generator, spread 2: a classifier recovers the seed with an accuracy of at least 99.9 %, after ";
        board.claim("wide-recognised-more", trained + PolicyCells.MORE_CONDITIONS / 2 + " training conditions")
                .control("claim: wide-chance")
                .says("With 256 training conditions, outputs reveal 99.9 % of the seeds | share of seeds recognised")
                .above(RECOGNISED)
                .judge(more.the(mean(run -> run.accuracy().get(run.accuracy().size() - 1))), PolicyCells.PAPER);
        String five =
                "learned digits, ODE: a classifier trained on five classes recovers the seed under the other five";
        board.claim("digits-recognised", five + " with an accuracy of 99.9 %, within 0.4 %")
                .control("claim: digits-hidden")
                .theory(RECOGNISED, 0.004)
                .range(0, 1)
                .judge(recognised(digits), PolicyCells.PAPER);
        board.claim(
                        "digits-hidden",
                        "learned digits, SDE with injected noise of ε = 1 − t redrawn in each cell: the classifier recovers the seed of fewer than half of the"
                                + " samples")
                .control("claim: digits-recognised")
                .below(0.5)
                .judge(recognised(noisyDigits), MESSAGE);
        board.caption(
                "(a) Share of samples whose seed, one of 128, a linear classifier names under 16 conditions unseen in training on 16 others;"
                        + " line: chance, 1/128. (b) Consistency ICC(3,1) of the exact log density over 32 conditions: the seed's share of"
                        + " its variance within a condition; line: none. Exact mixtures of three components in 16 dimensions, their means a"
                        + " common layout of standard deviation 0.5 (overlapping modes) or 2 (separated modes) and a shift of the condition of half of"
                        + " it. {} Points: means over {} draws of targets and noise with 95 % t intervals.",
                PolicyCells.POLICIES, cells.replicas());
    }

    private static Estimate recognised(Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> cell) {
        int answers = cell.config().seeds() * cell.config().scene().conditions() / 2;
        return cell.the(share(SeedGeneratorStudy.Result::top1, answers));
    }

    private static BiFunction<String, String, ClaimDraft> guarded(BiFunction<String, String, ClaimDraft> draft) {
        return (name, statement) ->
                draft.apply(name, statement).control("claim: " + name.substring(0, name.indexOf('-')) + "-null");
    }

    private static void claim(PolicyCells cells, Spread spread, Plot top1, Plot icc) {
        String of = "exact mixture generator, " + spread.text() + ": ";
        String id = spread.id();
        boolean narrow = spread == Spread.NARROW;
        String recognised = "claim: " + id + "-recognised";
        String ode =
                "a classifier recovers the seed of the ODE with an accuracy of at least 99.9 %, as reported of text-to-image models";
        top1.claim(id + "-recognised", of + ode)
                .says("Without injected noise, outputs reveal their seed")
                .control("claim: " + id + "-chance")
                .above(RECOGNISED)
                .judge(cells.mixture(spread, Policy.P0).the(TOP1), PolicyCells.PAPER);
        icc.claim(
                        id + "-erased",
                        of + "redrawing injected noise of ε = 1 removes the seed's effect on log density, ICC(3,1) = 0")
                .says("With strong injected noise, quality does not depend on the seed")
                .control(narrow ? recognised : "claim: wide-null")
                .theory(0, NOTHING)
                .judge(cells.mixture(spread, Policy.P2B).the(CONSISTENCY), MESSAGE);
        top1.claim(id + "-chance", of + "with all noise redrawn, seeds are recognised at the rate of chance, 1/128")
                .control(narrow ? recognised : "run: the ODE, recognised far above chance")
                .theory(CHANCE, CHANCE_WINDOW * CHANCE)
                .judge(cells.mixture(spread, Policy.P3).the(TOP1), "1/S");
        icc.claim(id + "-null", of + "with all noise redrawn, ICC(3,1) of log density is 0")
                .control(narrow ? recognised : "run: the ODE, whose ICC is far above 0")
                .theory(0, NOTHING)
                .judge(cells.mixture(spread, Policy.P3).the(CONSISTENCY), "no seed effect");
    }
}
