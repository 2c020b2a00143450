package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
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
public final class SeedGolden implements Figure {
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
    private record Recorded(
            double spread, SeedCells.Row row, int golden, int inferior, double splitHalf, double gain) {}

    private static final List<Recorded> RECORDED = List.of(
            new Recorded(0.5, SeedCells.FLOW, 56, 51, 0.974, 1.44),
            new Recorded(0.5, SeedCells.SHARED, 62, 43, 0.966, 1.32),
            new Recorded(0.5, SeedCells.LITTLE, 38, 33, 0.851, 0.78),
            new Recorded(0.5, SeedCells.MUCH, 0, 0, 0.02, -0.14),
            new Recorded(0.5, SeedCells.NULL, 0, 0, -0.01, -0.02),
            new Recorded(2, SeedCells.FLOW, 52, 46, 0.955, 1.24),
            new Recorded(2, SeedCells.SHARED, 59, 38, 0.959, 1.38),
            new Recorded(2, SeedCells.LITTLE, 36, 28, 0.805, 0.74),
            new Recorded(2, SeedCells.MUCH, 0, 0, 0.04, -0.25),
            new Recorded(2, SeedCells.NULL, 0, 0, 0.01, 0.02));

    private static final List<String> CARRY_NAMES = List.of("P2a", "P2b", "P1", "wide", "new", "digits");

    @Override
    public String id() {
        return "seed-golden";
    }

    @Override
    public String title() {
        return "Golden seeds, their null, and whether they carry over";
    }

    @Override
    public List<String> sources() {
        return SeedCells.sources();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Results<SeedGeneratorConfig, SeedGeneratorResult> results = SeedCells.run(
                preset,
                experiment,
                SeedCells.otherModel(SeedCells.SPREADS[0]),
                SeedCells.digits(preset, SeedCells.FLOW),
                SeedCells.digitsMixture(preset));
        Sheet sheet = new Sheet();
        addRanking(sheet, SeedCells.FLOW, 11, results, experiment);
        addRanking(sheet, SeedCells.MUCH, 4, results, experiment);
        addGains(sheet, results);
        addCarry(sheet, preset, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                "(a, b) Effects of every " + STRIDE
                        + "th of 128 seeds on log density over 32 conditions, ranked, one draw, spread 0.5: points with the 95 % t interval of"
                        + " their conditions; line: shrunk by the reliability; band: 95 % of the effects of each rank when the values of"
                        + " each condition are dealt to the seeds at random (" + PERMUTATIONS
                        + " deals). (c) Gain of the best six seeds"
                        + " over the average seed, in standard deviations within a condition, spread 0.5: under the half of conditions"
                        + " that chose them, and under the other; line: predicted there, the first times the reliability of a half. (d) Correlation"
                        + " of effects of seeds under P0, spread 0.5, with those under other policies, of targets with spread 2 (wide), of another"
                        + " model fed the same noise (new), and, by distance from the nearest picture, of learned with exact digits. "
                        + SeedCells.POLICIES + " "
                        + "Points in (c, d): means over " + SeedCells.replicas(preset)
                        + " draws of targets and noise with 95 % t intervals.",
                Integer.toString(SeedCells.replicas(preset)),
                claims(preset, results));
    }

    private static void addRanking(
            Sheet sheet,
            SeedCells.Row row,
            double range,
            Results<SeedGeneratorConfig, SeedGeneratorResult> results,
            Experiment experiment) {
        String panel = "ranking-" + row.id();
        SeedGeneratorResult run =
                results.of(SeedCells.config(SeedCells.SPREADS[0], row)).get(0);
        SeedTable table = SeedTable.of(run.cells(SeedResponse.LOG_DENSITY, SeedCells.SEEDS));
        GoldenSeeds golden = GoldenSeeds.of(table, LEVEL, FalseDiscovery.Correction.BENJAMINI_HOCHBERG);
        NullBand band = NullBand.of(table, PERMUTATIONS, experiment.streams().at("bootstrap/" + panel));
        sheet.panel(
                panel,
                row.name() + ": " + golden.golden().length + " golden, " + golden.inferior().length + " inferior",
                Axis.linear("rank of seed").range(0, SeedCells.SEEDS + 1),
                Axis.linear("effect on log density").range(-range, range));
        double[] x = IntStream.rangeClosed(1, SeedCells.SEEDS).asDoubleStream().toArray();
        sheet.band(panel, "no seed effect", 7, x, SixDigits.of(band.low()), SixDigits.of(band.high()));
        List<GoldenSeeds.Seed> ranked = Arrays.stream(golden.ranking())
                .mapToObj(s -> golden.seeds().get(s))
                .toList();
        int[] shown = IntStream.range(0, SeedCells.SEEDS)
                .filter(rank -> rank % STRIDE == 0)
                .toArray();
        sheet.points(
                panel,
                "seed",
                0,
                Arrays.stream(shown).mapToDouble(rank -> x[rank]).toArray(),
                Arrays.stream(shown)
                        .mapToObj(rank -> SixDigits.of(ranked.get(rank).interval()))
                        .toArray(Estimate[]::new),
                SixDigits.ends(shown.length, 1));
        sheet.line(
                panel,
                "shrunk",
                "shrunk",
                1,
                x,
                ranked.stream().mapToDouble(seed -> SixDigits.of(seed.shrunk())).toArray(),
                Sheet.Kind.FIT);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addGains(Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "gain",
                "Gain of the best six seeds",
                SeedCells.policies(),
                Axis.linear("gain in standard deviations").range(-0.3, 1.8));
        double[] ends = {0.5, SeedCells.ROWS.size() + 0.5};
        sheet.line("gain", "none", "", 7, ends, new double[2], Sheet.Kind.THEORY);
        double spread = SeedCells.SPREADS[0];
        SeedCells.policyPoints(
                sheet,
                "gain",
                "where chosen",
                0,
                spread,
                results,
                run -> run.quality().selectedGain());
        SeedCells.policyPoints(
                sheet,
                "gain",
                "other conditions",
                1,
                spread,
                results,
                run -> run.quality().heldOutGain());
        double[] predicted = SeedCells.ROWS.stream()
                .mapToDouble(row -> SixDigits.of(Estimate.ofMean(results.values(
                                SeedCells.config(spread, row),
                                run -> run.quality().predictedGain()))
                        .mean()))
                .toArray();
        sheet.line(
                "gain",
                "predicted",
                "predicted",
                2,
                SeedCells.places(SeedCells.ROWS.size(), 1),
                predicted,
                Sheet.Kind.FIT);
        sheet.legend("gain", Corner.BELOW);
    }

    /** Pairs of runs of one replica, whose seeds start from the same noise. */
    private record Carry(SeedGeneratorConfig first, SeedGeneratorConfig second, SeedResponse response) {
        double[] correlations(Results<SeedGeneratorConfig, SeedGeneratorResult> results, boolean beyondNorm) {
            List<SeedGeneratorResult> a = results.of(first);
            List<SeedGeneratorResult> b = results.of(second);
            return IntStream.range(0, a.size())
                    .mapToDouble(r -> Ranks.pearson(
                            effects(a.get(r), first.seeds(), beyondNorm),
                            effects(b.get(r), second.seeds(), beyondNorm)))
                    .toArray();
        }

        private double[] effects(SeedGeneratorResult run, int seeds, boolean beyondNorm) {
            double[] effects = SeedCells.effects(run, response, seeds);
            return beyondNorm ? SeedCells.beyondNorm(effects, run.squaredNorm(seeds)) : effects;
        }
    }

    private static List<Carry> carries(Preset preset) {
        double narrow = SeedCells.SPREADS[0];
        SeedGeneratorConfig flow = SeedCells.config(narrow, SeedCells.FLOW);
        Function<SeedGeneratorConfig, Carry> from = other -> new Carry(flow, other, SeedResponse.LOG_DENSITY);
        return List.of(
                from.apply(SeedCells.config(narrow, SeedCells.LITTLE)),
                from.apply(SeedCells.config(narrow, SeedCells.MUCH)),
                from.apply(SeedCells.config(narrow, SeedCells.SHARED)),
                from.apply(SeedCells.config(SeedCells.SPREADS[1], SeedCells.FLOW)),
                from.apply(SeedCells.otherModel(narrow)),
                digits(preset));
    }

    /** By distance from the nearest picture, since log density of the exact one is |z|² and nothing else. */
    private static Carry digits(Preset preset) {
        return new Carry(
                SeedCells.digits(preset, SeedCells.FLOW), SeedCells.digitsMixture(preset), SeedResponse.DISTANCE);
    }

    private static void addCarry(
            Sheet sheet, Preset preset, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "carry",
                "Golden elsewhere",
                Axis.named("compared with the ODE under", CARRY_NAMES),
                Axis.linear("correlation of seed effects").range(-0.4, 1.1));
        sheet.line(
                "carry", "none", "", 7, new double[] {0.5, CARRY_NAMES.size() + 0.5}, new double[2], Sheet.Kind.THEORY);
        List<Carry> carries = carries(preset);
        for (int k = 0; k < 2; k++) {
            boolean beyond = k == 1;
            Estimate[] y = carries.stream()
                    .map(carry -> SixDigits.of(Estimate.ofMean(carry.correlations(results, beyond))))
                    .toArray(Estimate[]::new);
            Ends[] ends = carries.stream()
                    .map(carry -> TrainingCells.ends(results.of(carry.second())))
                    .toArray(Ends[]::new);
            sheet.points(
                    "carry",
                    beyond ? "less regression on |z|²" : "quality",
                    k,
                    SeedCells.places(CARRY_NAMES.size(), k),
                    y,
                    ends);
        }
        sheet.legend("carry", Corner.BELOW);
    }

    private static List<Claim> claims(Preset preset, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (Recorded recorded : RECORDED) {
            SeedGeneratorConfig config = SeedCells.config(recorded.spread, recorded.row);
            String id = "seed-golden-" + SeedCells.spreadId(recorded.spread) + "-" + recorded.row.id();
            String of = "exact mixture generator, " + recorded.row.meaning() + ", "
                    + SeedCells.spreadName(recorded.spread) + ": ";
            claims.add(SeedCells.recorded(
                    id + "-golden",
                    of + "golden seeds of 128",
                    recorded.golden,
                    0.5,
                    values(results, config, SeedEffects::golden)));
            claims.add(SeedCells.recorded(
                    id + "-inferior",
                    of + "inferior seeds of 128",
                    recorded.inferior,
                    0.5,
                    values(results, config, SeedEffects::inferior)));
            claims.add(SeedCells.recorded(
                    id + "-split-half",
                    of + "rank correlation of seeds between halves of the conditions",
                    recorded.splitHalf,
                    0.005,
                    values(results, config, SeedEffects::splitHalf)));
            claims.add(SeedCells.recorded(
                    id + "-gain",
                    of
                            + "gain of the best six seeds under other conditions, mean of ten halvings, in standard deviations",
                    recorded.gain,
                    0.005,
                    values(results, config, SeedEffects::heldOutGain)));
        }
        for (double spread : SeedCells.SPREADS) {
            claims.add(Claim.theory(
                    "seed-golden-" + SeedCells.spreadId(spread) + "-null",
                    "exact mixture generator, all noise fresh, " + SeedCells.spreadName(spread)
                            + ": the best six seeds gain nothing under other conditions",
                    0,
                    NOTHING,
                    Estimate.ofMean(
                            values(results, SeedCells.config(spread, SeedCells.NULL), SeedEffects::heldOutGain)),
                    "no seed effect"));
        }
        List<Carry> carries = carries(preset);
        claims.add(carried(
                "seed-golden-model",
                "exact mixture generator, ODE: golden seeds are golden for another model, correlation of effects at least 0.5",
                carries.get(4).correlations(results, false)));
        claims.add(carried(
                "seed-golden-model-beyond",
                "exact mixture generator, ODE: golden seeds are golden for another model beyond |z|², correlation of effects at least 0.5",
                carries.get(4).correlations(results, true)));
        claims.add(carried(
                "seed-golden-digits",
                "digits, ODE: seeds close to real pictures are so for a learned and an exact model, correlation at least 0.5",
                digits(preset).correlations(results, false)));
        return claims;
    }

    private static double[] values(
            Results<SeedGeneratorConfig, SeedGeneratorResult> results,
            SeedGeneratorConfig config,
            ToDoubleFunction<SeedEffects> effect) {
        return results.values(config, run -> effect.applyAsDouble(run.quality()));
    }

    private static Claim carried(String id, String statement, double[] correlations) {
        return SeedCells.between(
                id, statement, CARRIED, Double.POSITIVE_INFINITY, Estimate.ofMean(correlations), SeedCells.ASKED);
    }
}
