package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.papers.goodseeds.PolicyCells.DIMENSION;
import static org.noisebook.papers.goodseeds.PolicyCells.SEEDS;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.PolicyCells.Policy;
import org.noisebook.papers.goodseeds.PolicyCells.Spread;
import org.noisebook.stats.Estimate;

/** Whether a golden seed is more than a short noise vector: log density against |z|², and the residual of that regression. */
public final class SeedNorm extends Story {
    /** Largest error allowed for the steps of RK4. */
    private static final double DEVIATION = 1e-8;

    private static final double RECORDED_CORRELATION = 0.985;
    /** Standard error of the recorded correlation, which is given as between 0.98 and 0.99. */
    private static final double RECORDED_ERROR = 0.0025;

    private static final double LEAST_BEYOND = 0.1;
    private static final String MORE = "golden seeds are more than short noise, ICC(3,1) beyond |z|² at least 0.1";
    private static final ToDoubleFunction<SeedGeneratorStudy.Result> QUALITY =
            run -> run.quality().consistency();
    private static final ToDoubleFunction<SeedGeneratorStudy.Result> REST =
            run -> run.beyondNorm().consistency();
    private static final String DERIVED = "closed form: x = m + √V z";

    /** The figure. */
    public SeedNorm() {
        super("seed-norm", "Golden seeds and the norm of their noise", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: gaussian-deviation");
        board.title(
                "With deterministic sampling, shorter initial noise gives better samples",
                "Shorter initial noise does not give better samples",
                "Shorter initial noise may give better samples");
        board.subtitle("Effect of a seed on quality against the squared norm of its noise, and what is left");
        PolicyCells cells = new PolicyCells(board);
        var digits = cells.digits(Policy.P0);
        var exactDigits = cells.exactDigits();
        Plot norm = tellNorm(board, cells);
        Axis y = Axis.linear("seed's share of the variance of quality").range(-0.05, 0.9);
        Plot rest = cells.plot("beyond", "Variance share, by injected noise", y, 0)
                .named("quality")
                .points("log density", cells.mixtures(Spread.NARROW), mean(QUALITY))
                .colour(3)
                .named("quality beyond the norm |z|")
                .points(PolicyCells.BEYOND, cells.mixtures(Spread.NARROW), mean(REST));
        for (Spread spread : Spread.values()) {
            var flow = cells.mixture(spread, Policy.P0);
            String of = "exact mixture generator, ODE, " + spread.text() + ": ";
            norm.claim(spread.id() + "-correlation", of + "correlation between a seed's mean log density and −|z|²/2")
                    .says("Quality falls with the squared norm of the noise | correlation with −|z|²/2")
                    .regression(RECORDED_CORRELATION, RECORDED_ERROR)
                    .ofRuns(1)
                    .judge(flow.the(mean(SeedGeneratorStudy.Result::normCorrelation)), PolicyCells.RECORDED);
            rest.claim(spread.id() + "-beyond", of + MORE)
                    .says("Beyond its norm, a seed explains over 10 % of the variance")
                    .above(LEAST_BEYOND)
                    .judge(flow.the(mean(REST)), PolicyCells.ASKED);
        }
        board.claim("digits-beyond", "learned digits, ODE: " + MORE)
                .above(LEAST_BEYOND)
                .judge(digits.the(mean(REST)), PolicyCells.ASKED);
        board.claim(
                        "digits-exact",
                        "one Gaussian per digit class, ODE: effects of seed and class on log density are additive, ICC(3,1) = 1")
                .identity(1, DEVIATION)
                .of(exactDigits.the(mean(QUALITY)))
                .from("x = m + C^½ z, so log density is −|z|²/2 plus a constant per class");
        claimGaussian(board, cells.gaussian());
        board.caption(
                "(a) Mean log density of each of 128 seeds over 32 conditions, minus the mean of all seeds, against the squared norm of its noise,"
                        + " overlapping modes, one draw. Line: Gaussian conditions, where log density is −|z|²/2 plus a constant per condition, so"
                        + " golden seeds are just short noise vectors. (b) Consistency ICC(3,1) of log density, the seed's"
                        + " share of its variance within a condition, before and after regression on |z|²; line: no effect. {}"
                        + " Points in (b): means over {} draws of targets and noise with 95 % t intervals. Overlapping and separated modes: components"
                        + " of a mixture whose means have standard deviation 0.5 and 2.",
                PolicyCells.POLICIES, cells.replicas());
    }

    private static Plot tellNorm(Board board, PolicyCells cells) {
        Axis x = Axis.linear("squared norm |z|² of a seed's noise").range(0, 38);
        Axis y = Axis.linear("effect of a seed on quality").range(-12, 9);
        Plot plot = board.plot("norm", "Quality by norm", x, y);
        for (Policy policy : List.of(Policy.P2B, Policy.P0)) {
            var run = cells.mixture(Spread.NARROW, policy).runs().get(0);
            double[] effects = run.effects(SeedResponse.LOG_DENSITY, SEEDS);
            plot.colour(policy == Policy.P0 ? 0 : Plot.GREY).points(policy.words(), run.squaredNorm(SEEDS), effects);
        }
        return plot.colour(2)
                .named("exact for one Gaussian: (d − |z|²)/2")
                .law("Gaussian conditions", new double[] {2, 36}, norm -> (DIMENSION - norm) / 2);
    }

    private static void claimGaussian(Board board, Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> cell) {
        int seeds = cell.config().seeds();
        double[] deviations = cell.values(run -> SixDigits.of(run.deviationFromNorm(seeds)));
        Arrays.sort(deviations);
        double worst = deviations[deviations.length - 1];
        board.claim(
                        "gaussian-deviation",
                        "Gaussian conditions: largest deviation of log density from −|z|²/2 plus a constant per condition, all draws;"
                                + " interval: range over draws")
                .identity(0, DEVIATION)
                .judge(new Estimate(worst, Double.NaN, deviations[0], worst, deviations.length), DERIVED);
        board.claim("gaussian-variance", "Gaussian conditions: ratio of the variance of seed effects to d/2")
                .control("run: the mixture, whose seed effects have a different variance")
                .theory(1)
                .judge(cell.the(mean(run -> variance(run, seeds) / (DIMENSION / 2.0))), DERIVED);
    }

    private static double variance(SeedGeneratorStudy.Result run, int seeds) {
        return Arrays.stream(run.effects(SeedResponse.LOG_DENSITY, seeds))
                        .map(e -> e * e)
                        .sum()
                / (seeds - 1);
    }
}
