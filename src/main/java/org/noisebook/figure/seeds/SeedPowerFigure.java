package org.noisebook.figure.seeds;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.seeds.SeedCalibrationConfig;
import org.noisebook.seeds.SeedCalibrationResult;
import org.noisebook.seeds.SeedCalibrationStudy;
import org.noisebook.seeds.SeedComparisonConfig;
import org.noisebook.seeds.SeedComparisonResult;
import org.noisebook.seeds.SeedComparisonStudy;
import org.noisebook.seeds.SeedPower;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/** Seeds needed and power against effect size, exact and simulated; what picking seeds gains, and how many golden ones are false. */
public final class SeedPowerFigure extends Story {
    private static final SeedComparisonStudy COMPARISONS = new SeedComparisonStudy();
    private static final SeedCalibrationStudy TABLES = new SeedCalibrationStudy();
    private static final String TESTS = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 2";
    private static final String RECORDED = "recorded elsewhere: 2000 data sets of the same design";

    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;
    /** Pairs of ten configurations. */
    private static final int PAIRS = 45;

    private static final double[] NEEDED_EFFECTS = {0.6, 0.8, 1.2, 2};
    private static final int JUDGED_NEED = 1;
    /** Of the exact number, where the simulated power is looked at to find where it crosses 80 %. */
    private static final double[] AROUND = {0.7, 0.85, 1, 1.15, 1.3};

    private static final double[] POWER_EFFECTS = {0.5, 1, 2};
    private static final int[] POWER_COLOURS = {5, 0, 3};
    private static final double[] POWER_SEEDS = {3, 4, 6, 8, 10, 14, 20, 30, 40};

    private static final SeedCalibrationConfig TABLE = TABLES.defaults();
    /** λ of half of the conditions. */
    private static final double[] RELIABILITIES = {0, 0.3, 0.5, 0.8};

    private static final double JUDGED_RELIABILITY = 0.5;
    private static final double[] PLANTED = {0, 0.2, 0.4, 0.8};

    /** The figure. */
    public SeedPowerFigure() {
        super(
                "seed-power",
                "Seeds needed against effect size, power of comparisons, gains and errors of picking seeds",
                Stream.concat(COMPARISONS.sources().stream(), TABLES.sources().stream())
                        .toList());
    }

    private static SeedCalibrationConfig tables(double seedStdDev, double affected, int splits, int dataSets) {
        return Schema.with(
                TABLE, "seedStdDev", seedStdDev, "affected", affected, "splits", splits, "dataSets", dataSets);
    }

    /** One of so many pairs, at its share of the level; correlation ½, where d_z is the effect on one response. */
    private static SeedComparisonConfig comparison(Board board, double seeds, double effect, int pairs) {
        return new SeedComparisonConfig((int) seeds, effect, 0.5, LEVEL / pairs, board.choose(120, 2500));
    }

    /** About the exact number of seeds that are needed. */
    private static Line<SeedComparisonConfig, SeedComparisonResult> around(Board board, double effect, int pairs) {
        int needed = SeedPower.seedsNeeded(effect, POWER, LEVEL, pairs);
        double[] seeds = Arrays.stream(AROUND)
                .map(factor -> Math.max(3, Math.round(factor * needed)))
                .distinct()
                .toArray();
        return board.along(COMPARISONS, seeds, n -> comparison(board, n, effect, pairs));
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        int replicas = board.replicas(8, 16);
        Map<Integer, List<Line<SeedComparisonConfig, SeedComparisonResult>>> needed = new LinkedHashMap<>();
        for (double effect : NEEDED_EFFECTS) {
            for (int pairs : new int[] {1, PAIRS}) {
                needed.computeIfAbsent(pairs, unseen -> new ArrayList<>()).add(around(board, effect, pairs));
            }
        }
        var powers =
                board.plane(COMPARISONS, POWER_SEEDS, POWER_EFFECTS, (n, effect) -> comparison(board, n, effect, 1));
        var nothing = board.cell(TABLES, tables(0, 1, 0, board.choose(250, 1000)));
        var planted = board.cell(TABLES, tables(TABLE.seedStdDevOf(JUDGED_RELIABILITY), 1, 0, board.choose(100, 1000)));
        // More where claims look.
        var picked = board.along(
                TABLES,
                RELIABILITIES,
                l -> tables(TABLE.seedStdDevOf(l), 1, 1, board.choose(l == JUDGED_RELIABILITY ? 60 : 20, 250)));
        var half = board.along(TABLES, PLANTED, v -> tables(v, 0.5, 0, board.choose(40, 500)));
        tellNeeded(board, needed);
        tellPower(board, powers);
        tellGains(board, picked);
        tellErrors(board, half);
        claimCalibration(board, nothing, planted);
        board.caption(
                "(a) Seeds with which configurations that differ by d_z standard deviations of their difference over seeds are told apart"
                        + " with probability 80 % at a level of 5 %: exact (lines, noncentral t) for one pair, each of the 45 pairs of ten"
                        + " configurations, and one pair with other seeds for each where responses of a seed correlate by 0.5; points: where"
                        + " the probit of the simulated power, straight in √n, crosses 80 %. (b) Power of the paired t test, exact and"
                        + " simulated, sign flips and signed ranks. (c) Gain of the best 6 of 128 seeds by half of 32 conditions, there"
                        + " and on the other half, against the reliability λ of a half; lines: order statistics, and λ times those."
                        + " (d) Half of the seeds without an effect, half with N(0, V_S), V_E = 1: share of golden seeds (Benjamini–Hochberg,"
                        + " q < 5 %) without one above 0. Points: means with 95 % t intervals over {} replicas, in (b) Wilson of {} comparisons.",
                replicas, replicas * powers.at(0, 0).config().dataSets());
    }

    private static void tellNeeded(
            Board board, Map<Integer, List<Line<SeedComparisonConfig, SeedComparisonResult>>> needed) {
        double[] x = SixDigits.of(powers(0.22, StrictMath.pow(3.6 / 0.22, 1 / 80.0), 81));
        Plot plot = board.plot(
                        "needed",
                        "Seeds for 80 % power",
                        Axis.log10("effect d_z (log scale)").range(0.2, 4),
                        Axis.log2("seeds n (log scale)").range(2, 1024))
                .colour(0)
                .named("")
                .law("one pair", x, d -> SeedPower.crossing(d, POWER, LEVEL, 1))
                .colour(3)
                .named("")
                .law("each of 45 pairs", x, d -> SeedPower.crossing(d, POWER, LEVEL, PAIRS))
                .colour(2)
                .named("one pair, other seeds for each")
                .law("seeds not paired", x, d -> SeedPower.unpairedCrossing(d, POWER, LEVEL, 1))
                .legend(Corner.BELOW);
        needed.forEach((pairs, lines) -> {
            Estimate[] seeds = lines.stream().map(SeedPowerFigure::crossing).toArray(Estimate[]::new);
            plot.points(pairs == 1 ? "one pair" : "each of 45 pairs", NEEDED_EFFECTS, seeds);
            board.claim(
                            pairs == 1 ? "needed" : "needed-of-45",
                            "seeds where simulated power of the paired t test crosses 80 % at d_z = 0.8, level 5 %"
                                    + (pairs == 1 ? "" : "/45 of one of 45 pairs"))
                    .in("needed")
                    .theory(SixDigits.of(SeedPower.crossing(NEEDED_EFFECTS[JUDGED_NEED], POWER, LEVEL, pairs)))
                    .of(seeds[JUDGED_NEED])
                    .from(TESTS);
        });
    }

    /** Where the simulated power crosses 80 %; a half more of either, so that none or all is no infinite probit. */
    private static Estimate crossing(Line<SeedComparisonConfig, SeedComparisonResult> line) {
        int sets = line.cells().get(0).config().dataSets();
        return Estimate.ofMean(line.perReplica(
                run -> (run.paired() + 0.5) / (sets + 1.0),
                powers -> SeedPower.fittedCrossing(line.x(), powers, POWER)));
    }

    /** The share of all trials of all replicas. */
    private static <R> Reduction<R> rate(ToIntFunction<R> count, int trials) {
        return Reduction.by(runs ->
                Estimate.ofProportion(runs.stream().mapToInt(count::applyAsInt).sum(), runs.size() * trials));
    }

    private static void tellPower(Board board, Plane<SeedComparisonConfig, SeedComparisonResult> powers) {
        Plot plot = board.plot(
                        "power",
                        "Power at a level of 5 %",
                        Axis.log2("seeds n (log scale)").range(2, 64),
                        Axis.linear("probability to find the effect").range(-0.03, 1.03))
                .legend(Corner.BELOW);
        int sets = powers.at(0, 0).config().dataSets();
        Reduction<SeedComparisonResult> paired = rate(SeedComparisonResult::paired, sets);
        for (int e = 0; e < POWER_EFFECTS.length; e++) {
            double effect = POWER_EFFECTS[e];
            String name = "t, d_z = " + Schema.formatValue(effect);
            plot.colour(POWER_COLOURS[e])
                    .named("")
                    .law(name, Line.even(2, 48, 47), n -> SeedPower.power(effect, (int) n, LEVEL))
                    .points(name, powers.row(e), paired);
        }
        var judged = powers.rowAt(1);
        plot.colour(1)
                .points("sign flips, d_z = 1", judged, rate(SeedComparisonResult::signFlip, sets))
                .colour(6)
                .points("signed ranks, d_z = 1", judged, rate(SeedComparisonResult::wilcoxon, sets));
        board.claim(
                        "paired",
                        "simulated power of the paired t test with 10 seeds at d_z = 1, level 5 %, normal responses")
                .in("power")
                .theory(SeedPower.power(1, 10, LEVEL))
                .of(judged.at(10).the(paired))
                .from(TESTS);
        board.claim(
                        "unpaired",
                        "simulated power of the unpaired t test with 10 other seeds for the second configuration, the same effect where responses of"
                                + " a seed correlate by 0.5")
                .theory(SeedPower.unpairedPower(1, 10, LEVEL))
                .of(judged.at(10).the(rate(SeedComparisonResult::unpaired, sets)))
                .from(TESTS);
    }

    /** In standard deviations of a cell within its condition. */
    private static double expectedGain(double reliability) {
        SeedCalibrationConfig config = tables(TABLE.seedStdDevOf(reliability), 1, 1, 1);
        return config.expectedGain() / config.spread();
    }

    private static void tellGains(Board board, Line<SeedCalibrationConfig, SeedCalibrationResult> picked) {
        double[] x = SixDigits.of(Line.even(0, 0.95, 61));
        board.plot(
                        "gains",
                        "Gain of the best 6 of 128",
                        Axis.linear("reliability of a half λ").range(-0.03, 1),
                        Axis.linear("gain (standard deviations)").range(-0.1, 1.4))
                .colour(3)
                .named("")
                .law("where picked", x, SeedPowerFigure::expectedGain)
                .colour(0)
                .named("")
                .law("held out", x, l -> l * expectedGain(l))
                .points(
                        "where picked",
                        picked,
                        l -> mean(run -> run.inSample() / picked.at(l).config().spread()))
                .points(
                        "held out",
                        picked,
                        l -> mean(run -> run.heldOut() / picked.at(l).config().spread()))
                .legend(Corner.BELOW);
        double[] heldOut = picked.at(JUDGED_RELIABILITY).values(SeedCalibrationResult::heldOut);
        double[] predicted = picked.at(JUDGED_RELIABILITY).values(SeedCalibrationResult::predicted);
        double[] inSample = picked.at(JUDGED_RELIABILITY).values(SeedCalibrationResult::inSample);
        String theory = "order statistics of normal effects; shrinkage λ";
        board.claim("held-out", "held-out gain of the best 6 of 128 seeds over the gain predicted by λ")
                .in("gains")
                .theory(1)
                .of(Jackknife.ratio(heldOut, predicted))
                .from(theory);
        board.claim("overstated", "gain where picked over held-out gain, reliability of a half 0.5")
                .in("gains")
                .theory(1 / JUDGED_RELIABILITY)
                .of(Jackknife.ratio(inSample, heldOut))
                .from(theory);
    }

    private static void tellErrors(Board board, Line<SeedCalibrationConfig, SeedCalibrationResult> half) {
        Reduction<SeedCalibrationResult> wrong = mean(SeedCalibrationResult::falseDiscoveries);
        board.plot(
                        "errors",
                        "False golden seeds",
                        Axis.linear("seed effect √(V_S/V_E)").range(-0.05, 0.85),
                        Axis.linear("share of golden seeds").range(0, 0.08))
                .colour(2)
                .named("5 %")
                .law("bound", new double[] {-0.05, 0.85}, v -> LEVEL)
                .colour(0)
                .points("false among golden", half, wrong)
                .legend(Corner.BELOW);
        board.claim(
                        "false-golden",
                        "share of golden seeds without an effect above 0 is at most 5 %, half of the seeds without one, √(V_S/V_E) = 0.4")
                .in("errors")
                .below(LEVEL)
                .of(half.at(0.4).the(wrong))
                .from("Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x");
    }

    private static void claimCalibration(
            Board board,
            Cell<SeedCalibrationConfig, SeedCalibrationResult> nothing,
            Cell<SeedCalibrationConfig, SeedCalibrationResult> planted) {
        int sets = nothing.config().dataSets();
        int plantedSets = planted.config().dataSets();
        Estimate rejected = nothing.the(rate(SeedCalibrationResult::rejected, sets));
        String size = "simulated tables without a seed effect in which the F test finds one at 5 %, S = 128, C = 32";
        board.claim("f-size", size).theory(LEVEL).within(0.02).of(rejected).from("level of an exact test");
        claimRecorded(board, "f-size", size + ", against one recorded", 0.047, rejected);
        claimRecorded(
                board,
                "any-golden",
                "simulated tables without a seed effect that have a golden seed (q < 5 %), S = 128, C = 32",
                0.04,
                nothing.the(rate(SeedCalibrationResult::withGolden, sets)));
        board.claim(
                        "icc-cover",
                        "95 % intervals of ICC(3,1) that hold it, seeds with N(0, V_S), reliability of a half 0.5")
                .theory(Estimate.LEVEL)
                .within(0.03)
                .of(planted.the(rate(SeedCalibrationResult::covered, plantedSets)))
                .from("McGraw, Wong 1996, doi:10.1037/1082-989X.1.1.30");
    }

    private static void claimRecorded(Board board, String name, String statement, double value, Estimate measured) {
        board.claim(name + "-recorded", statement)
                .regression(value, StrictMath.sqrt(value * (1 - value) / 2000))
                .of(measured)
                .from(RECORDED);
    }
}
