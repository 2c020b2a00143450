package org.noisebook.figure.seeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.seeds.PolicyCells.ASIDE;
import static org.noisebook.figure.seeds.PolicyCells.SEEDS;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.seeds.PolicyCells.Policy;
import org.noisebook.figure.seeds.PolicyCells.Spread;
import org.noisebook.model.Ends;
import org.noisebook.seeds.FalseDiscovery;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.NullBand;
import org.noisebook.seeds.Ranks;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.generator.SeedEffects;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedResponse;
import org.noisebook.stats.Estimate;

/** Golden seeds with their null, what they gain under conditions that did not choose them, and where they stay golden. */
public final class SeedGolden extends Story {
    private static final double LEVEL = 0.05;
    private static final int PERMUTATIONS = 400;
    /** Of the ranking, so that intervals can be told apart. */
    private static final int STRIDE = 4;

    private static final double NOTHING = 0.1;
    /** A quality that carries over to other models does so at least by this correlation. */
    private static final double CARRIED = 0.5;

    /**
     * What a run of the same design gave.
     *
     * @param gain of the best six seeds under the other conditions
     */
    private record Recorded(int golden, int inferior, double splitHalf, double gain) {}

    /** By policy. */
    private static final Map<Spread, List<Recorded>> RECORDED = Map.of(
            Spread.NARROW,
            List.of(
                    new Recorded(56, 51, 0.974, 1.44),
                    new Recorded(62, 43, 0.966, 1.32),
                    new Recorded(38, 33, 0.851, 0.78),
                    new Recorded(0, 0, 0.02, -0.14),
                    new Recorded(0, 0, -0.01, -0.02)),
            Spread.WIDE,
            List.of(
                    new Recorded(52, 46, 0.955, 1.24),
                    new Recorded(59, 38, 0.959, 1.38),
                    new Recorded(36, 28, 0.805, 0.74),
                    new Recorded(0, 0, 0.04, -0.25),
                    new Recorded(0, 0, 0.01, 0.02)));

    /** Two cells whose seeds start from the same noise in each replica. */
    private record Carry(
            String name,
            Cell<SeedGeneratorConfig, SeedGeneratorResult> first,
            Cell<SeedGeneratorConfig, SeedGeneratorResult> second,
            SeedResponse response) {
        /** Correlation of the effects of seeds. */
        Estimate correlation(boolean beyondNorm) {
            return Estimate.ofMean(IntStream.range(0, first.runs().size())
                    .mapToDouble(r -> Ranks.pearson(effects(first, r, beyondNorm), effects(second, r, beyondNorm)))
                    .toArray());
        }

        private double[] effects(Cell<SeedGeneratorConfig, SeedGeneratorResult> cell, int replica, boolean beyondNorm) {
            SeedGeneratorResult run = cell.runs().get(replica);
            int seeds = cell.config().seeds();
            return beyondNorm ? run.effectsBeyondNorm(response, seeds) : run.effects(response, seeds);
        }
    }

    /** The figure. */
    public SeedGolden() {
        super("seed-golden", "Golden seeds, their null, and whether they carry over", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        PolicyCells cells = new PolicyCells(board);
        var flow = cells.mixture(Spread.NARROW, Policy.P0);
        List<Carry> carries = List.of(
                new Carry("P2a", flow, cells.mixture(Spread.NARROW, Policy.P2A), SeedResponse.LOG_DENSITY),
                new Carry("P2b", flow, cells.mixture(Spread.NARROW, Policy.P2B), SeedResponse.LOG_DENSITY),
                new Carry("P1", flow, cells.mixture(Spread.NARROW, Policy.P1), SeedResponse.LOG_DENSITY),
                new Carry("wide", flow, cells.mixture(Spread.WIDE, Policy.P0), SeedResponse.LOG_DENSITY),
                new Carry("new", flow, cells.otherModel(), SeedResponse.LOG_DENSITY),
                // By distance from the nearest picture, since log density of the exact one is |z|² and nothing else.
                new Carry("digits", cells.digits(Policy.P0), cells.exactDigits(), SeedResponse.DISTANCE));
        tellRanking(board, cells, Policy.P0, 11);
        tellRanking(board, cells, Policy.P2B, 4);
        tellGain(cells);
        for (Spread spread : Spread.values()) {
            claim(board, cells, spread);
        }
        tellCarry(board, carries);
        board.caption(
                "(a, b) Effects of every {}th of 128 seeds on log density over 32 conditions, ranked, one draw; line: shrunk;"
                        + " band: 95 % of each rank's effects when values are dealt to seeds at random within conditions ({} deals). (c) Gain"
                        + " of the best six seeds in standard deviations within a condition, where chosen and under the other half of conditions;"
                        + " line: predicted by the reliability of a half. (d) Correlation of effects under P0 with those under other policies, of"
                        + " spread 2 (wide), of another model fed the same noise (new), and, by distance from the nearest picture, of learned"
                        + " with exact digits. Spread 0.5 unless said. {} (c, d): means over {} draws of targets and noise. Intervals: 95 % t.",
                STRIDE, PERMUTATIONS, PolicyCells.POLICIES, cells.replicas());
    }

    private static void tellRanking(Board board, PolicyCells cells, Policy policy, double range) {
        String panel = "ranking-" + policy.id();
        SeedGeneratorResult run = cells.mixture(Spread.NARROW, policy).runs().get(0);
        SeedTable table = SeedTable.of(run.cells(SeedResponse.LOG_DENSITY, SEEDS));
        GoldenSeeds golden = GoldenSeeds.of(table, LEVEL, FalseDiscovery.Correction.BENJAMINI_HOCHBERG);
        NullBand band = NullBand.of(table, PERMUTATIONS, board.stream("bootstrap/" + panel));
        List<GoldenSeeds.Seed> ranked =
                Arrays.stream(golden.ranking()).mapToObj(golden.seeds()::get).toList();
        int[] shown =
                IntStream.range(0, SEEDS).filter(rank -> rank % STRIDE == 0).toArray();
        double[] x = Line.numbered(SEEDS);
        board.plot(
                        panel,
                        policy.label() + ": " + golden.golden().length + " golden, " + golden.inferior().length
                                + " inferior",
                        Axis.linear("rank of seed").range(0, SEEDS + 1),
                        Axis.linear("effect on log density").range(-range, range))
                .colour(Plot.GREY)
                .band("no seed effect", x, band.low().toArray(), band.high().toArray())
                .points(
                        "seed",
                        Arrays.stream(shown).mapToDouble(rank -> x[rank]).toArray(),
                        Arrays.stream(shown)
                                .mapToObj(rank -> ranked.get(rank).interval())
                                .toArray(Estimate[]::new),
                        1)
                .fit("shrunk", x, rank -> ranked.get((int) rank - 1).shrunk())
                .legend(Corner.BELOW);
    }

    private static Reduction<SeedGeneratorResult> quality(ToDoubleFunction<SeedEffects> effect) {
        return mean(run -> effect.applyAsDouble(run.quality()));
    }

    private static void tellGain(PolicyCells cells) {
        var line = cells.mixtures(Spread.NARROW);
        cells.plotWithZero(
                        "gain",
                        "Gain of the best six seeds",
                        Axis.linear("gain in standard deviations").range(-0.3, 1.8))
                .aside(-ASIDE)
                .points("where chosen", line, quality(SeedEffects::selectedGain))
                .aside(ASIDE)
                .points("other conditions", line, quality(SeedEffects::heldOutGain))
                .aside(ASIDE)
                .line(LineKind.FIT, "predicted", line.x(), line.means(quality(SeedEffects::predictedGain)));
    }

    private static void claim(Board board, PolicyCells cells, Spread spread) {
        for (Policy policy : Policy.values()) {
            Recorded recorded = RECORDED.get(spread).get(policy.ordinal());
            String id = spread.id() + "-" + policy.id();
            String of = "exact mixture generator, " + policy.text() + ", " + spread.text() + ": ";
            var cell = cells.mixture(spread, policy);
            board.claim(id + "-golden", of + "golden seeds of 128")
                    .regression(recorded.golden, 0.5)
                    .ofRuns(1)
                    .of(cell.the(quality(SeedEffects::golden)))
                    .from(PolicyCells.RECORDED);
            board.claim(id + "-inferior", of + "inferior seeds of 128")
                    .regression(recorded.inferior, 0.5)
                    .ofRuns(1)
                    .of(cell.the(quality(SeedEffects::inferior)))
                    .from(PolicyCells.RECORDED);
            board.claim(id + "-split-half", of + "rank correlation of seeds between halves of the conditions")
                    .regression(recorded.splitHalf, 0.005)
                    .ofRuns(1)
                    .of(cell.the(quality(SeedEffects::splitHalf)))
                    .from(PolicyCells.RECORDED);
            inGain(
                            spread,
                            board.claim(
                                    id + "-gain",
                                    of
                                            + "gain of the best six seeds under other conditions, mean of ten halvings, in standard deviations"))
                    .regression(recorded.gain, 0.005)
                    .ofRuns(1)
                    .of(cell.the(quality(SeedEffects::heldOutGain)))
                    .from(PolicyCells.RECORDED);
        }
        inGain(
                        spread,
                        board.claim(
                                spread.id() + "-null",
                                "exact mixture generator, all noise fresh, " + spread.text()
                                        + ": the best six seeds gain nothing under other conditions"))
                .theory(0)
                .within(NOTHING)
                .of(cells.mixture(spread, Policy.P3).the(quality(SeedEffects::heldOutGain)))
                .from("no seed effect");
    }

    /** Gains are shown of narrow mixtures. */
    private static ClaimDraft inGain(Spread spread, ClaimDraft claim) {
        return spread == Spread.NARROW ? claim.in("gain") : claim;
    }

    private static void tellCarry(Board board, List<Carry> carries) {
        double[] x = Line.numbered(carries.size());
        Ends[] ends = carries.stream().map(carry -> carry.second().ends()).toArray(Ends[]::new);
        board.plot(
                        "carry",
                        "Golden elsewhere",
                        Axis.named(
                                "compared with the ODE under",
                                carries.stream().map(Carry::name).toList()),
                        Axis.linear("correlation of seed effects").range(-0.4, 1.1))
                .level(LineKind.THEORY, "none", 0, 0.5, carries.size() + 0.5)
                .aside(-ASIDE)
                .points("quality", x, correlations(carries, false), ends)
                .aside(ASIDE)
                .points("less regression on |z|²", x, correlations(carries, true), ends)
                .legend(Corner.BELOW);
        claimCarried(
                board,
                "model",
                "exact mixture generator, ODE: golden seeds are golden for another model, correlation of effects at least 0.5",
                carries.get(4).correlation(false));
        claimCarried(
                board,
                "model-beyond",
                "exact mixture generator, ODE: golden seeds are golden for another model beyond |z|², correlation of effects at least 0.5",
                carries.get(4).correlation(true));
        claimCarried(
                board,
                "digits",
                "digits, ODE: seeds close to real pictures are so for a learned and an exact model, correlation at least 0.5",
                carries.get(5).correlation(false));
    }

    private static Estimate[] correlations(List<Carry> carries, boolean beyondNorm) {
        return carries.stream().map(carry -> carry.correlation(beyondNorm)).toArray(Estimate[]::new);
    }

    private static void claimCarried(Board board, String name, String statement, Estimate measured) {
        board.claim(name, statement).in("carry").above(CARRIED).of(measured).from(PolicyCells.ASKED);
    }
}
