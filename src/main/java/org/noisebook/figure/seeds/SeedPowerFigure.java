package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.SeedCalibrationConfig;
import org.noisebook.seeds.SeedCalibrationResult;
import org.noisebook.seeds.SeedCalibrationStudy;
import org.noisebook.seeds.SeedComparisonConfig;
import org.noisebook.seeds.SeedComparisonResult;
import org.noisebook.seeds.SeedComparisonStudy;
import org.noisebook.seeds.SeedPower;
import org.noisebook.stats.Estimate;

/** Seeds needed and power against effect size, exact and simulated; what picking seeds gains, and how many golden ones are false. */
public final class SeedPowerFigure implements Figure {
    private static final SeedComparisonStudy COMPARISONS = new SeedComparisonStudy();
    private static final SeedCalibrationStudy TABLES = new SeedCalibrationStudy();
    private static final String TESTS = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 2";
    private static final String RECORDED = "recorded elsewhere: 2000 data sets of the same design";

    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;
    /** Pairs of ten configurations. */
    private static final int PAIRS = 45;
    /** At it d_z equals the effect in standard deviations of one response. */
    private static final double CORRELATION = 0.5;

    private static final double[] NEEDED_EFFECTS = {0.6, 0.8, 1.2, 2};
    /** Of the exact number, where the simulated power is looked at to find where it crosses 80 %. */
    private static final double[] AROUND = {0.7, 0.85, 1, 1.15, 1.3};

    private static final double[] POWER_EFFECTS = {0.5, 1, 2};
    private static final int[] POWER_SEEDS = {3, 4, 6, 8, 10, 14, 20, 30, 40};
    private static final double JUDGED_EFFECT = 1;
    private static final int JUDGED_SEEDS = 10;
    private static final double JUDGED_NEED = 0.8;

    private static final int SEEDS = 128;
    private static final int CONDITIONS = 32;
    private static final int CHOSEN = 6;
    private static final double CONDITION_STD_DEV = 2;
    /** λ of half of the conditions. */
    private static final double[] RELIABILITIES = {0, 0.3, 0.5, 0.8};

    private static final double JUDGED_RELIABILITY = 0.5;
    private static final double[] PLANTED = {0, 0.2, 0.4, 0.8};
    private static final double JUDGED_PLANTED = 0.4;
    private static final int LINE_POINTS = 81;

    @Override
    public String id() {
        return "seed-power";
    }

    @Override
    public String title() {
        return "Seeds needed against effect size, power of comparisons, gains and errors of picking seeds";
    }

    @Override
    public List<String> sources() {
        List<String> sources = new ArrayList<>(COMPARISONS.sources());
        sources.addAll(TABLES.sources());
        return sources;
    }

    private static SeedComparisonConfig comparison(Preset preset, int seeds, double effect, int comparisons) {
        return new SeedComparisonConfig(seeds, effect, CORRELATION, LEVEL / comparisons, preset.choose(120, 2500));
    }

    private static int[] seedsAround(int needed) {
        return Arrays.stream(AROUND)
                .mapToInt(factor -> Math.max(3, (int) Math.round(factor * needed)))
                .distinct()
                .toArray();
    }

    private static SeedCalibrationConfig nothing(Preset preset) {
        return tables(0, 1, 0, preset.choose(250, 1000));
    }

    private static SeedCalibrationConfig picked(Preset preset, double reliability) {
        // More where claims look.
        int quick = reliability == JUDGED_RELIABILITY ? 60 : 20;
        return tables(seedStdDev(reliability), 1, 1, preset.choose(quick, 250));
    }

    private static SeedCalibrationConfig planted(Preset preset) {
        return tables(seedStdDev(JUDGED_RELIABILITY), 1, 0, preset.choose(100, 1000));
    }

    private static SeedCalibrationConfig half(Preset preset, double seedStdDev) {
        return tables(seedStdDev, 0.5, 0, preset.choose(40, 500));
    }

    private static SeedCalibrationConfig tables(double seedStdDev, double affected, int splits, int dataSets) {
        return new SeedCalibrationConfig(
                seedStdDev, affected, CONDITION_STD_DEV, 1, SEEDS, CONDITIONS, CHOSEN, splits, dataSets);
    }

    /** √V_S at which half of the conditions have reliability λ = V_S/(V_S + V_E/(C/2)), V_E = 1. */
    private static double seedStdDev(double reliability) {
        return StrictMath.sqrt(reliability / (1 - reliability) / (CONDITIONS / 2.0));
    }

    /** Each config once, as a sweep demands. */
    private static List<SeedComparisonConfig> comparisons(Preset preset) {
        List<SeedComparisonConfig> configs = new ArrayList<>();
        for (double effect : NEEDED_EFFECTS) {
            for (int comparisons : new int[] {1, PAIRS}) {
                for (int n : seedsAround(SeedPower.seedsNeeded(effect, POWER, LEVEL, comparisons))) {
                    configs.add(comparison(preset, n, effect, comparisons));
                }
            }
        }
        for (double effect : POWER_EFFECTS) {
            for (int n : POWER_SEEDS) {
                configs.add(comparison(preset, n, effect, 1));
            }
        }
        return configs.stream().distinct().toList();
    }

    private static List<SeedCalibrationConfig> tables(Preset preset) {
        List<SeedCalibrationConfig> configs = new ArrayList<>(List.of(nothing(preset), planted(preset)));
        for (double reliability : RELIABILITIES) {
            configs.add(picked(preset, reliability));
        }
        for (double planted : PLANTED) {
            configs.add(half(preset, planted));
        }
        return configs;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(8, 16);
        Results<SeedComparisonConfig, SeedComparisonResult> power =
                experiment.run(Sweep.of(COMPARISONS, comparisons(preset), replicas));
        Results<SeedCalibrationConfig, SeedCalibrationResult> found =
                experiment.run(Sweep.of(TABLES, tables(preset), replicas));
        Sheet sheet = new Sheet();
        addNeeded(sheet, preset, power);
        addPower(sheet, preset, power);
        addGains(sheet, preset, found);
        addErrors(sheet, preset, found);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas),
                Integer.toString(replicas),
                claims(preset, power, found));
    }

    private static String caption(Preset preset, int replicas) {
        return String.format(
                Locale.ROOT,
                "(a) Seeds with which two configurations that differ by d_z standard deviations of their difference over seeds are told apart"
                        + " with probability 80 %% at a level of 5 %%: exact (lines, noncentral t) for one pair, for each of the %d pairs of ten"
                        + " configurations (level 5 %%/%d), and for one pair with other seeds for each configuration where responses of a seed"
                        + " correlate by 0.5; points: where the probit of the simulated power, a straight line in √n over up to five n, crosses"
                        + " 80 %%. (b) Power of the paired t test, exact and simulated, and of sign flips and signed ranks at d_z = 1."
                        + " (c) Gain of the best %d of %d seeds by half of %d conditions, on that half and on the other half, in standard"
                        + " deviations of a cell within its condition, against the reliability λ of a half; lines: order statistics of normal"
                        + " effects, and λ times those. (d) Half of the seeds without an effect, half with N(0, V_S), V_E = 1: share of golden"
                        + " seeds (Benjamini–Hochberg, q < 5 %%) that have no effect above 0, and the 5 %% that it may have. Points: means with"
                        + " 95 %% t intervals over %d replicas, in (b) Wilson intervals of all %d comparisons.",
                PAIRS,
                PAIRS,
                CHOSEN,
                SEEDS,
                CONDITIONS,
                replicas,
                replicas * comparison(preset, 3, 1, 1).dataSets());
    }

    private static double[] grid(double low, double high) {
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> SixDigits.of(low * StrictMath.pow(high / low, i / (LINE_POINTS - 1.0))))
                .toArray();
    }

    private static void line(
            Sheet sheet, String panel, String name, String legend, int colour, double[] x, DoubleUnaryOperator law) {
        double[] y = SixDigits.of(Arrays.stream(x).map(law).toArray());
        sheet.line(panel, name, legend, colour, x, y, Sheet.Kind.THEORY);
    }

    private static void addNeeded(
            Sheet sheet, Preset preset, Results<SeedComparisonConfig, SeedComparisonResult> power) {
        String panel = "needed";
        sheet.panel(
                panel,
                "Seeds for 80 % power",
                Axis.log10("effect d_z (log scale)").range(0.2, 4),
                Axis.log2("seeds n (log scale)").range(2, 1024));
        double[] x = grid(0.22, 3.6);
        line(sheet, panel, "one pair", "", 0, x, d -> crossing(d, 1, false));
        line(sheet, panel, "each of 45 pairs", "", 3, x, d -> crossing(d, PAIRS, false));
        line(sheet, panel, "seeds not paired", "one pair, other seeds for each", 2, x, d -> crossing(d, 1, true));
        addCrossings(sheet, panel, "one pair", 0, preset, power, 1);
        addCrossings(sheet, panel, "each of 45 pairs", 3, preset, power, PAIRS);
        sheet.legend(panel, Corner.BELOW);
    }

    /** Where the exact power crosses 80 %, between whole numbers of seeds straight in √n, at least 2. */
    static double crossing(double effect, int comparisons, boolean unpaired) {
        int above = unpaired
                ? SeedPower.unpairedSeedsNeeded(effect, POWER, LEVEL, comparisons)
                : SeedPower.seedsNeeded(effect, POWER, LEVEL, comparisons);
        if (above == 2) {
            return 2;
        }
        double high = power(effect, above, comparisons, unpaired);
        double low = power(effect, above - 1, comparisons, unpaired);
        double share = (POWER - low) / (high - low);
        double root = StrictMath.sqrt(above - 1.0) * (1 - share) + StrictMath.sqrt(above) * share;
        return root * root;
    }

    private static double power(double effect, int seeds, int comparisons, boolean unpaired) {
        double level = LEVEL / comparisons;
        return unpaired ? SeedPower.unpairedPower(effect, seeds, level) : SeedPower.power(effect, seeds, level);
    }

    private static void addCrossings(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            Preset preset,
            Results<SeedComparisonConfig, SeedComparisonResult> power,
            int comparisons) {
        Estimate[] crossings = Arrays.stream(NEEDED_EFFECTS)
                .mapToObj(effect -> SixDigits.of(simulatedCrossing(preset, power, effect, comparisons)))
                .toArray(Estimate[]::new);
        sheet.points(
                panel, series, colour, NEEDED_EFFECTS, crossings, SixDigits.ends(crossings.length, crossings[0].n()));
    }

    private static Estimate simulatedCrossing(
            Preset preset, Results<SeedComparisonConfig, SeedComparisonResult> power, double effect, int comparisons) {
        int[] seeds = seedsAround(SeedPower.seedsNeeded(effect, POWER, LEVEL, comparisons));
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        int replicas =
                power.of(comparison(preset, seeds[0], effect, comparisons)).size();
        double[] crossings = new double[replicas];
        for (int r = 0; r < replicas; r++) {
            SimpleRegression probits = new SimpleRegression();
            for (int n : seeds) {
                SeedComparisonConfig config = comparison(preset, n, effect, comparisons);
                // A half more of either, so that none of all is no infinite probit.
                double share = (power.of(config).get(r).paired() + 0.5) / (config.dataSets() + 1.0);
                probits.addData(StrictMath.sqrt(n), normal.inverseCumulativeProbability(share));
            }
            double root = (normal.inverseCumulativeProbability(POWER) - probits.getIntercept()) / probits.getSlope();
            crossings[r] = root * root;
        }
        return Estimate.ofMean(crossings);
    }

    private static Estimate rate(
            Results<SeedComparisonConfig, SeedComparisonResult> power,
            SeedComparisonConfig config,
            ToIntFunction<SeedComparisonResult> count) {
        List<SeedComparisonResult> runs = power.of(config);
        return Estimate.ofProportion(runs.stream().mapToInt(count).sum(), runs.size() * config.dataSets());
    }

    private static void addPower(
            Sheet sheet, Preset preset, Results<SeedComparisonConfig, SeedComparisonResult> power) {
        String panel = "power";
        sheet.panel(
                panel,
                "Power at a level of 5 %",
                Axis.log2("seeds n (log scale)").range(2, 64),
                Axis.linear("probability to find the effect").range(-0.03, 1.03));
        double[] seeds = IntStream.rangeClosed(2, 48).asDoubleStream().toArray();
        int[] colours = {5, 0, 3};
        for (int e = 0; e < POWER_EFFECTS.length; e++) {
            double effect = POWER_EFFECTS[e];
            String name = String.format(Locale.ROOT, "t, d_z = %s", effect == 0.5 ? "0.5" : (int) effect);
            line(sheet, panel, name, "", colours[e], seeds, n -> SeedPower.power(effect, (int) n, LEVEL));
            addRates(sheet, panel, name, colours[e], preset, effect, power, SeedComparisonResult::paired);
        }
        addRates(sheet, panel, "sign flips, d_z = 1", 1, preset, JUDGED_EFFECT, power, SeedComparisonResult::signFlip);
        addRates(
                sheet, panel, "signed ranks, d_z = 1", 6, preset, JUDGED_EFFECT, power, SeedComparisonResult::wilcoxon);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addRates(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            Preset preset,
            double effect,
            Results<SeedComparisonConfig, SeedComparisonResult> power,
            ToIntFunction<SeedComparisonResult> count) {
        Estimate[] rates = Arrays.stream(POWER_SEEDS)
                .mapToObj(n -> SixDigits.of(rate(power, comparison(preset, n, effect, 1), count)))
                .toArray(Estimate[]::new);
        sheet.points(
                panel,
                series,
                colour,
                Arrays.stream(POWER_SEEDS).asDoubleStream().toArray(),
                rates,
                SixDigits.ends(
                        rates.length,
                        power.of(comparison(preset, POWER_SEEDS[0], effect, 1)).size()));
    }

    private static Estimate mean(
            Results<SeedCalibrationConfig, SeedCalibrationResult> found,
            SeedCalibrationConfig config,
            ToDoubleFunction<SeedCalibrationResult> value) {
        return Estimate.ofMean(found.values(config, value));
    }

    /** √(V_S + V_E) of a cell within its condition. */
    private static double within(double reliability) {
        double seed = seedStdDev(reliability);
        return StrictMath.sqrt(seed * seed + 1);
    }

    /** Mean of the best of as many normal seed means over half of the conditions, less the mean of all. */
    private static double expectedGain(double reliability) {
        double seed = seedStdDev(reliability);
        double spread = StrictMath.sqrt((seed * seed + 2.0 / CONDITIONS) * (1 - 1.0 / SEEDS));
        return spread * ExtremeNull.expectedTop(SEEDS, CHOSEN) / within(reliability);
    }

    private static void addGains(
            Sheet sheet, Preset preset, Results<SeedCalibrationConfig, SeedCalibrationResult> found) {
        String panel = "gains";
        sheet.panel(
                panel,
                "Gain of the best 6 of 128",
                Axis.linear("reliability of a half λ").range(-0.03, 1),
                Axis.linear("gain (standard deviations)").range(-0.1, 1.4));
        double[] x = IntStream.rangeClosed(0, 60)
                .mapToDouble(i -> SixDigits.of(0.95 * i / 60))
                .toArray();
        line(sheet, panel, "where picked", "", 3, x, SeedPowerFigure::expectedGain);
        line(sheet, panel, "held out", "", 0, x, l -> l * expectedGain(l));
        addGain(sheet, panel, "where picked", 3, preset, found, SeedCalibrationResult::inSample);
        addGain(sheet, panel, "held out", 0, preset, found, SeedCalibrationResult::heldOut);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addGain(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            Preset preset,
            Results<SeedCalibrationConfig, SeedCalibrationResult> found,
            ToDoubleFunction<SeedCalibrationResult> gain) {
        Estimate[] gains = Arrays.stream(RELIABILITIES)
                .mapToObj(l -> SixDigits.of(mean(found, picked(preset, l), run -> gain.applyAsDouble(run) / within(l))))
                .toArray(Estimate[]::new);
        sheet.points(panel, series, colour, RELIABILITIES, gains, SixDigits.ends(gains.length, gains[0].n()));
    }

    private static void addErrors(
            Sheet sheet, Preset preset, Results<SeedCalibrationConfig, SeedCalibrationResult> found) {
        String panel = "errors";
        sheet.panel(
                panel,
                "False golden seeds",
                Axis.linear("seed effect √(V_S/V_E)").range(-0.05, 0.85),
                Axis.linear("share of golden seeds").range(0, 0.08));
        line(sheet, panel, "bound", "5 %", 2, new double[] {-0.05, 0.85}, v -> LEVEL);
        Estimate[] rates = Arrays.stream(PLANTED)
                .mapToObj(v -> SixDigits.of(mean(found, half(preset, v), SeedCalibrationResult::falseDiscoveries)))
                .toArray(Estimate[]::new);
        sheet.points(panel, "false among golden", 0, PLANTED, rates, SixDigits.ends(rates.length, rates[0].n()));
        sheet.legend(panel, Corner.BELOW);
    }

    private static Estimate share(
            Results<SeedCalibrationConfig, SeedCalibrationResult> found,
            SeedCalibrationConfig config,
            ToIntFunction<SeedCalibrationResult> count) {
        List<SeedCalibrationResult> runs = found.of(config);
        return Estimate.ofProportion(runs.stream().mapToInt(count).sum(), runs.size() * config.dataSets());
    }

    private static Claim recorded(String id, String statement, double value, Estimate measured) {
        return Claim.regression(id, statement, value, StrictMath.sqrt(value * (1 - value) / 2000), measured, RECORDED);
    }

    private static List<Claim> claims(
            Preset preset,
            Results<SeedComparisonConfig, SeedComparisonResult> power,
            Results<SeedCalibrationConfig, SeedCalibrationResult> found) {
        SeedComparisonConfig judged = comparison(preset, JUDGED_SEEDS, JUDGED_EFFECT, 1);
        Estimate paired = rate(power, judged, SeedComparisonResult::paired);
        Estimate golden = share(found, nothing(preset), SeedCalibrationResult::withGolden);
        Estimate rejected = share(found, nothing(preset), SeedCalibrationResult::rejected);
        SeedCalibrationConfig picked = picked(preset, JUDGED_RELIABILITY);
        String theory = "order statistics of normal effects; shrinkage λ";
        return List.of(
                Claim.theory(
                        "seed-power-paired",
                        "simulated power of the paired t test with 10 seeds at d_z = 1, level 5 %, normal responses",
                        SeedPower.power(JUDGED_EFFECT, JUDGED_SEEDS, LEVEL),
                        paired,
                        TESTS),
                Claim.theory(
                        "seed-power-unpaired",
                        "simulated power of the unpaired t test with 10 other seeds for the second configuration, the same effect where responses of"
                                + " a seed correlate by 0.5",
                        SeedPower.unpairedPower(JUDGED_EFFECT, JUDGED_SEEDS, LEVEL),
                        rate(power, judged, SeedComparisonResult::unpaired),
                        TESTS),
                Claim.theory(
                        "seed-power-needed",
                        "seeds where simulated power of the paired t test crosses 80 % at d_z = 0.8, level 5 %",
                        SixDigits.of(crossing(JUDGED_NEED, 1, false)),
                        simulatedCrossing(preset, power, JUDGED_NEED, 1),
                        TESTS),
                Claim.theory(
                        "seed-power-needed-of-45",
                        "seeds where simulated power of the paired t test crosses 80 % at d_z = 0.8, level 5 %/45 of one of 45 pairs",
                        SixDigits.of(crossing(JUDGED_NEED, PAIRS, false)),
                        simulatedCrossing(preset, power, JUDGED_NEED, PAIRS),
                        TESTS),
                Claim.theory(
                        "seed-power-f-size",
                        "simulated tables without a seed effect in which the F test finds one at 5 %, S = 128, C = 32",
                        LEVEL,
                        0.02,
                        rejected,
                        "level of an exact test"),
                recorded(
                        "seed-power-f-size-recorded",
                        "simulated tables without a seed effect in which the F test finds one at 5 %, S = 128, C = 32, against one recorded",
                        0.047,
                        rejected),
                recorded(
                        "seed-power-any-golden-recorded",
                        "simulated tables without a seed effect that have a golden seed (q < 5 %), S = 128, C = 32",
                        0.04,
                        golden),
                new Claim(
                        "seed-power-false-golden",
                        Claim.Kind.THEORY,
                        "share of golden seeds without an effect above 0 is at most 5 %, half of the seeds without one, √(V_S/V_E) = 0.4",
                        LEVEL,
                        Double.NEGATIVE_INFINITY,
                        LEVEL,
                        mean(found, half(preset, JUDGED_PLANTED), SeedCalibrationResult::falseDiscoveries),
                        "Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x"),
                Claim.theory(
                        "seed-power-icc-cover",
                        "95 % intervals of ICC(3,1) that hold it, seeds with N(0, V_S), reliability of a half 0.5",
                        Estimate.LEVEL,
                        0.03,
                        share(found, planted(preset), SeedCalibrationResult::covered),
                        "McGraw, Wong 1996, doi:10.1037/1082-989X.1.1.30"),
                Claim.theory(
                        "seed-power-held-out",
                        "held-out gain of the best 6 of 128 seeds over the gain predicted by λ",
                        1,
                        ratio(found.of(picked), SeedCalibrationResult::heldOut, SeedCalibrationResult::predicted),
                        theory),
                Claim.theory(
                        "seed-power-overstated",
                        "gain where picked over held-out gain, reliability of a half 0.5",
                        1 / JUDGED_RELIABILITY,
                        ratio(found.of(picked), SeedCalibrationResult::inSample, SeedCalibrationResult::heldOut),
                        theory));
    }

    /** Of means over all tables, by the jackknife over replicas. */
    private static Estimate ratio(
            List<SeedCalibrationResult> runs,
            ToDoubleFunction<SeedCalibrationResult> above,
            ToDoubleFunction<SeedCalibrationResult> below) {
        double a = runs.stream().mapToDouble(above).sum();
        double b = runs.stream().mapToDouble(below).sum();
        double[] pseudo = runs.stream()
                .mapToDouble(run -> runs.size() * a / b
                        - (runs.size() - 1) * (a - above.applyAsDouble(run)) / (b - below.applyAsDouble(run)))
                .toArray();
        return Estimate.ofMean(pseudo);
    }
}
