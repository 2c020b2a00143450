package org.noisebook.figure.seeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.seeds.PolicyCells.ASIDE;
import static org.noisebook.figure.seeds.PolicyCells.DIMENSION;
import static org.noisebook.figure.seeds.PolicyCells.SEEDS;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.seeds.PolicyCells.Policy;
import org.noisebook.figure.seeds.PolicyCells.Spread;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedResponse;
import org.noisebook.stats.Estimate;

/** Is a golden seed more than a short noise vector: log density against |z|², and what a regression on it leaves. */
public final class SeedNorm extends Story {
    private static final double LEAST_NORM = 2;
    private static final double MOST_NORM = 36;
    /** What the steps of RK4 may leave. */
    private static final double DEVIATION = 1e-8;

    private static final double RECORDED_CORRELATION = 0.985;
    /** Between .98 and .99. */
    private static final double RECORDED_ERROR = 0.0025;

    private static final double LEAST_BEYOND = 0.1;
    private static final String DERIVED = "closed form: x = m + √V z";

    /** The figure. */
    public SeedNorm() {
        super("seed-norm", "Golden seeds and the length of their noise", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        PolicyCells cells = new PolicyCells(board);
        var digits = cells.digits(Policy.P0);
        var exactDigits = cells.exactDigits();
        tellNorm(board, cells);
        tellCorrelation(board, cells);
        for (Spread spread : Spread.values()) {
            tellBeyond(board, cells, spread);
        }
        board.claim(
                        "digits-beyond",
                        "learned digits, ODE: golden is more than short noise, ICC(3,1) beyond |z|² at least 0.1")
                .above(LEAST_BEYOND)
                .of(digits.the(mean(run -> run.beyondNorm().consistency())))
                .from(PolicyCells.ASKED);
        board.claim(
                        "digits-exact",
                        "Gaussians of the classes of digits, ODE: seed and class add up though their covariances are not round, ICC(3,1)")
                .identity(1, DEVIATION)
                .of(exactDigits.the(mean(run -> run.quality().consistency())))
                .from("x = m + C^½ z, so log density is −|z|²/2 and a constant of the class");
        claimGaussian(board, cells.gaussian());
        board.caption(
                "(a) Mean log density of each of 128 seeds over 32 conditions, less the mean of all seeds, against |z|² of its noise, spread 0.5, one draw. Line:"
                        + " Gaussian conditions, where log density is −|z|²/2 and a constant of the condition, so that golden seeds are short"
                        + " noise vectors and nothing else. (b) Correlation of a seed's mean log density with −|z|²/2. (c, d) Consistency"
                        + " ICC(3,1) of log density as it is and less its regression on |z|². {}"
                        + " Points in (b–d): means over {} draws of targets and noise with 95 % t intervals.",
                PolicyCells.POLICIES, cells.replicas());
    }

    private static void tellNorm(Board board, PolicyCells cells) {
        Plot plot = board.plot(
                "norm",
                "Log density and length of noise",
                Axis.linear("squared length of noise |z|²").range(0, 38),
                Axis.linear("seed effect on log density").range(-14, 10));
        for (Policy policy : List.of(Policy.P0, Policy.P2B)) {
            SeedGeneratorResult run =
                    cells.mixture(Spread.NARROW, policy).runs().get(0);
            plot.points(
                    policy.label(),
                    run.squaredNorm(SEEDS),
                    Arrays.stream(run.effects(SeedResponse.LOG_DENSITY, SEEDS))
                            .mapToObj(SixDigits::point)
                            .toArray(Estimate[]::new),
                    1);
        }
        plot.named("Gaussian: (d − |z|²)/2")
                .law("Gaussian conditions", new double[] {LEAST_NORM, MOST_NORM}, norm -> (DIMENSION - norm) / 2)
                .legend(Corner.BELOW);
    }

    private static void tellCorrelation(Board board, PolicyCells cells) {
        Plot plot = cells.plotWithZero(
                "correlation",
                "Quality and short noise",
                Axis.linear("correlation with −|z|²/2").range(-0.4, 1.1));
        for (Spread spread : Spread.values()) {
            cells.addMeans(plot, spread, SeedGeneratorResult::normCorrelation);
            board.claim(
                            spread.id() + "-correlation",
                            "exact mixture generator, ODE, " + spread.text()
                                    + ": correlation of a seed's mean log density with −|z|²/2")
                    .in("correlation")
                    .regression(RECORDED_CORRELATION, RECORDED_ERROR)
                    .ofRuns(1)
                    .of(cells.mixture(spread, Policy.P0).the(mean(SeedGeneratorResult::normCorrelation)))
                    .from(PolicyCells.RECORDED);
        }
    }

    private static void tellBeyond(Board board, PolicyCells cells, Spread spread) {
        String panel = "beyond-" + spread.id();
        cells.plotWithZero(
                        panel,
                        "Beyond |z|², " + spread.text(),
                        Axis.linear("consistency ICC(3,1)").range(-0.1, 0.9))
                .aside(-ASIDE)
                .points(
                        "log density",
                        cells.mixtures(spread),
                        mean(run -> run.quality().consistency()))
                .aside(ASIDE)
                .points(
                        "less regression on |z|²",
                        cells.mixtures(spread),
                        mean(run -> run.beyondNorm().consistency()));
        board.claim(
                        spread.id() + "-beyond",
                        "exact mixture generator, ODE, " + spread.text()
                                + ": golden is more than short noise, ICC(3,1) beyond |z|² at least 0.1")
                .in(panel)
                .above(LEAST_BEYOND)
                .of(cells.mixture(spread, Policy.P0)
                        .the(mean(run -> run.beyondNorm().consistency())))
                .from(PolicyCells.ASKED);
    }

    private static void claimGaussian(Board board, Cell<SeedGeneratorConfig, SeedGeneratorResult> cell) {
        int seeds = cell.config().seeds();
        DoubleSummaryStatistics worst = cell.runs().stream()
                .mapToDouble(run -> SixDigits.of(run.deviationFromNorm(seeds)))
                .summaryStatistics();
        board.claim(
                        "gaussian-deviation",
                        "Gaussian conditions: largest deviation of log density from −|z|²/2 and a constant of the condition, all draws;"
                                + " interval: range over draws")
                .identity(0, DEVIATION)
                .of(new Estimate(
                        worst.getMax(),
                        Double.NaN,
                        worst.getMin(),
                        worst.getMax(),
                        cell.runs().size()))
                .from(DERIVED);
        board.claim("gaussian-icc", "Gaussian conditions: ICC(3,1) of log density")
                .identity(1, DEVIATION)
                .of(cell.the(mean(run -> run.quality().consistency())))
                .from(DERIVED);
        board.claim("gaussian-rest", "Gaussian conditions: share of what neither seed nor condition fixes")
                .identity(0, DEVIATION)
                .of(cell.the(mean(run -> run.quality().restShare())))
                .from(DERIVED);
        board.claim("gaussian-variance", "Gaussian conditions: variance of seed effects over d/2")
                .theory(1)
                .of(cell.the(mean(run -> variance(run.effects(SeedResponse.LOG_DENSITY, seeds)) / (DIMENSION / 2.0))))
                .from(DERIVED);
    }

    private static double variance(double[] effects) {
        return Arrays.stream(effects).map(e -> e * e).sum() / (effects.length - 1);
    }
}
