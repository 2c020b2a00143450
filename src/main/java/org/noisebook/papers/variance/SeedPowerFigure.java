package org.noisebook.papers.variance;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.commons.math3.stat.inference.TTest;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.PairedComparison;
import org.noisebook.seeds.SeedPower;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Size and power of the tests of {@link PairedComparison} and of the unpaired t test by simulation: the number of seeds needed, the gain by
 * picking seeds, and the share of false golden seeds.
 *
 * <p>x_s = √ρ a_s + √(1 − ρ) e_s + d_z √(2(1 − ρ)), y_s = √ρ a_s + √(1 − ρ) e′_s, all a and e standard normal; the unpaired test compares x
 * with responses of other seeds. Streams have parts by data set; more seeds extend a data set. Beyond 20 seeds 999 sign flips are drawn, which
 * keeps the level and loses about a hundredth of the power. A data set takes 30 to 50 µs up to 20 seeds, then 2 µs a seed more.
 */
@Paper(
        key = "2103.03098",
        cite = {
            "Student 1908, The Probable Error of a Mean, doi:10.2307/2331554",
            "Fisher 1935, The Design of Experiments",
            "Wilcoxon 1945, Individual Comparisons by Ranking Methods, doi:10.2307/3001968"
        },
        study = "seed-comparison",
        version = 1,
        does = "Power of paired and unpaired tests that compare two configurations over seeds",
        figure = "seed-power",
        shows = "Seeds needed, power of comparisons, gain of picking seeds",
        streams = {"data", "flip"},
        with = SeedCalibration.class)
public final class SeedPowerFigure extends OnePaper<SeedPowerFigure.Config, SeedPowerFigure.Result> {
    /** Comparisons of two configurations that differ by d_z standard deviations of their difference over seeds, √(2(1 − ρ)). */
    public record Config(
            @Parameter(standard = "10", value = "seeds per comparison", symbol = "n", range = "[2, 100000]")
            int seeds,

            @Parameter(
                    standard = "1",
                    value = "mean difference in standard deviations of differences",
                    symbol = "d_z",
                    range = "[-100, 100]")
            double effect,

            @Parameter(
                    standard = "0.5",
                    value = "correlation of the two responses of a seed",
                    symbol = "ρ",
                    range = "[0, 0.999999]")
            double correlation,

            @Parameter(standard = "0.05", value = "level of the tests", range = "[1e-6, 0.5]")
            double level,

            @Parameter(standard = "1000", value = "comparisons simulated", range = "[1, 10000000]")
            int dataSets) {}

    /** How often each test found a difference. */
    public record Result(
            @Parameter("comparisons in which the paired t test found a difference")
            int paired,

            @Parameter("comparisons in which the sign-flip test found one")
            int signFlip,

            @Parameter("comparisons in which the signed-rank test found one")
            int wilcoxon,

            @Parameter(
                    "comparisons in which the unpaired t test found one, with fresh seeds for the second configuration")
            int unpaired)
            implements Outcome {}

    // The study.

    private static final int FLIPS = 999;

    @Override
    protected Result measure(Config c, Streams streams) {
        int n = c.seeds();
        double shared = StrictMath.sqrt(c.correlation());
        double own = StrictMath.sqrt(1 - c.correlation());
        double shift = c.effect() * StrictMath.sqrt(2) * own;
        double[] x = new double[n];
        double[] fresh = new double[n];
        double[] d = new double[n];
        TTest unpairedTest = new TTest();
        int paired = 0;
        int signFlip = 0;
        int wilcoxon = 0;
        int unpaired = 0;
        for (int i = 0; i < c.dataSets(); i++) {
            stopIfInterrupted();
            Stream data = streams.at("data").part(i);
            for (int s = 0; s < n; s++) {
                double seed = shared * data.nextGaussian();
                x[s] = seed + own * data.nextGaussian() + shift;
                d[s] = x[s] - (seed + own * data.nextGaussian());
                fresh[s] = data.nextGaussian();
            }
            double level = c.level();
            paired += PairedComparison.tTest(d) <= level ? 1 : 0;
            signFlip += PairedComparison.signFlip(d, FLIPS, streams.at("flip").part(i)) <= level ? 1 : 0;
            wilcoxon += PairedComparison.wilcoxon(d) <= level ? 1 : 0;
            unpaired += unpairedTest.homoscedasticTTest(x, fresh) <= level ? 1 : 0;
        }
        return new Result(paired, signFlip, wilcoxon, unpaired);
    }

    @Override
    public double work(Config c) {
        return (double) c.dataSets() * (20 + c.seeds());
    }

    // The figure.

    private static final SeedCalibration TABLES = new SeedCalibration();
    private static final String TESTS = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 2";
    private static final String RECORDED = "recorded elsewhere: 2000 data sets of the same design";
    private static final String FOUND = "run: tables with a seed effect, which the test finds";

    private static final String NEEDED =
            "number of seeds at which the simulated power of the paired t test reaches 80 %, d_z = 0.8, level 5 %";
    private static final String SAME = "the same seeds for both";
    private static final String SAME_OF_45 = "the same, each of 45 pairs";
    private static final String FOR_45 = "the same, at 5 %/45 for 45 pairs";
    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;
    /** Number of pairs among ten configurations. */
    private static final int PAIRS = 45;

    private static final double[] NEEDED_EFFECTS = {0.6, 0.8, 1.2, 2};
    private static final int JUDGED_NEED = 1;
    /** Multiples of the exact number of seeds at which power is simulated to find where it reaches 80 %. */
    private static final double[] AROUND = {0.7, 0.85, 1, 1.15, 1.3};

    private static final SeedCalibration.Config TABLE = TABLES.defaults();
    /** Reliabilities λ of half of the conditions. */
    private static final double[] RELIABILITIES = {0, 0.3, 0.5, 0.8};

    private static final double JUDGED_RELIABILITY = 0.5;

    private static SeedCalibration.Config tables(double seedStdDev, double affected, int splits, int dataSets) {
        return Schema.with(
                TABLE, "seedStdDev", seedStdDev, "affected", affected, "splits", splits, "dataSets", dataSets);
    }

    /** One of a number of pairs, at its share of the level; at correlation ½, d_z is the effect in units of one response's deviation. */
    private static Config comparison(Board board, double seeds, double effect, int pairs) {
        return new Config((int) seeds, effect, 0.5, LEVEL / pairs, board.choose(120, 2500));
    }

    /** Comparisons around the exact number of seeds needed, one line per effect. */
    private List<Line<Config, Result>> around(Board board, int pairs) {
        return Arrays.stream(NEEDED_EFFECTS)
                .mapToObj(effect -> {
                    int needed = SeedPower.seedsNeeded(effect, POWER, LEVEL, pairs);
                    double[] seeds = Arrays.stream(AROUND)
                            .map(factor -> Math.max(3, Math.round(factor * needed)))
                            .distinct()
                            .toArray();
                    return board.along(this, seeds, n -> comparison(board, n, effect, pairs));
                })
                .toList();
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other designs of the figure, whose closed form lies outside the window");
        board.title(
                "Tests on shared seeds need as few seeds as predicted",
                "Tests on shared seeds do not need the predicted number of seeds",
                "Tests on shared seeds need roughly the predicted number of seeds");
        board.subtitle("Seeds needed for 80 % power, by difference, and gain of the best six of 128");
        board.sixDigits();
        int replicas = board.replicas(8, 16);
        var one = around(board, 1);
        var all = around(board, PAIRS);
        var ten = board.cell(this, comparison(board, 10, 1, 1));
        var nothing = board.cell(TABLES, tables(0, 1, 0, board.choose(250, 1000)));
        var planted = board.cell(TABLES, tables(TABLE.seedStdDevOf(JUDGED_RELIABILITY), 1, 0, board.choose(100, 1000)));
        // More tables at the reliability of the claims.
        var picked = board.along(
                TABLES,
                RELIABILITIES,
                l -> tables(TABLE.seedStdDevOf(l), 1, 1, board.choose(l == JUDGED_RELIABILITY ? 60 : 20, 250)));
        var half = board.cell(TABLES, tables(0.4, 0.5, 0, board.choose(40, 500)));
        double[] x = SixDigits.of(Line.logarithmic(0.25, 2, 81));
        Axis across = Axis.log10("their difference, in its standard deviations").range(0.24, 2.1);
        Axis y = Axis.log2("seeds n for 80 % power").range(3, 400);
        Plot plot = board.plot("needed", "Seeds needed", across, y)
                .law(SAME, x, d -> SeedPower.crossing(d, POWER, LEVEL, 1))
                .colour(2)
                .law("other seeds for each", x, d -> SeedPower.unpairedCrossing(d, POWER, LEVEL, 1))
                .colour(3)
                .named(FOR_45)
                .law(SAME_OF_45, x, d -> SeedPower.crossing(d, POWER, LEVEL, PAIRS));
        plot.points(SAME, NEEDED_EFFECTS, crossings(one))
                .claim("needed", NEEDED)
                .says("A difference of 0.8 s.d. takes the predicted number of seeds")
                .theory(SixDigits.of(SeedPower.crossing(NEEDED_EFFECTS[JUDGED_NEED], POWER, LEVEL, 1)))
                .judge(crossings(one)[JUDGED_NEED], TESTS);
        plot.named(FOR_45)
                .points(SAME_OF_45, NEEDED_EFFECTS, crossings(all))
                .claim("needed-of-45", NEEDED + "/45 for one of 45 pairs")
                .says("Corrected for 45 pairs, the number is also as predicted")
                .theory(SixDigits.of(SeedPower.crossing(NEEDED_EFFECTS[JUDGED_NEED], POWER, LEVEL, PAIRS)))
                .judge(crossings(all)[JUDGED_NEED], TESTS);
        plot.claim("paired", "simulated power of the paired t test with 10 seeds, d_z = 1, level 5 %, normal responses")
                .theory(SeedPower.power(1, 10, LEVEL))
                .judge(rate(ten, Config::dataSets, Result::paired), TESTS);
        plot.claim(
                        "unpaired",
                        "simulated power of the unpaired t test with 10 different seeds per configuration, same effect, correlation 0.5 between responses to one seed")
                .theory(SeedPower.unpairedPower(1, 10, LEVEL))
                .judge(rate(ten, Config::dataSets, Result::unpaired), TESTS);
        tellGains(board, picked);
        board.claim(
                        "false-golden",
                        "share of golden seeds whose true effect is not above 0 is at most 5 %, half of the seeds without an effect, √(V_S/V_E) = 0.4")
                .below(LEVEL)
                .of(half.the(mean(SeedCalibration.Result::falseDiscoveries)))
                .from("Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x");
        claimCalibration(board, nothing, planted);
        board.caption(
                "(a) Number of seeds that separates configurations differing by d_z standard deviations of their difference over"
                        + " seeds with 80 % power at a level of 5 % (each of 45 pairs: 5 %/45); other seeds: responses of a"
                        + " seed correlate by 0.5. Lines:"
                        + " noncentral t; points: where the probit of the simulated power crosses 80 %. (b) Gain of the best 6 of 128 seeds, selected on half of"
                        + " 32 conditions, on that half and on the other, in standard deviations within a condition, against the share λ of the variance of a seed's mean that is"
                        + " due to the seed; lines: order statistics, and λ times those. Means with 95 % t intervals over {} replicas.",
                replicas);
    }

    /** The number of seeds at which simulated power reaches 80 %; half a count is added to either outcome to keep probits finite. */
    private static Estimate[] crossings(List<Line<Config, Result>> lines) {
        return lines.stream()
                .map(line -> Estimate.ofMeanOrNone(line.perReplica(
                        run -> (run.paired() + 0.5) / (line.last().config().dataSets() + 1.0),
                        powers -> SeedPower.fittedCrossing(line.x(), powers, POWER))))
                .toArray(Estimate[]::new);
    }

    /** The share of all trials of all replicas. */
    private static <C extends Record, R extends Record> Estimate rate(
            Cell<C, R> cell, ToIntFunction<C> trials, ToIntFunction<R> count) {
        List<R> runs = cell.runs();
        int all = runs.size() * trials.applyAsInt(cell.config());
        return Estimate.ofProportion(runs.stream().mapToInt(count).sum(), all);
    }

    /** Standard deviation of a cell within its condition. */
    private static double stdDev(double reliability) {
        return tables(TABLE.seedStdDevOf(reliability), 1, 1, 1).spread();
    }

    /** Expected gain in these standard deviations. */
    private static double expectedGain(double reliability) {
        return tables(TABLE.seedStdDevOf(reliability), 1, 1, 1).expectedGain() / stdDev(reliability);
    }

    private static void tellGains(Board board, Line<SeedCalibration.Config, SeedCalibration.Result> picked) {
        double[] x = SixDigits.of(Line.even(0, 0.93, 61));
        Axis across = Axis.linear("reliability λ of the selection scores").range(-0.03, 0.93);
        Axis y = Axis.linear("their gain in standard deviations").range(-0.1, 1.5);
        Plot plot = board.plot("gains", "Gain of picked seeds", across, y)
                .colour(1)
                .named("by the selection scores")
                .law("where picked", x, SeedPowerFigure::expectedGain)
                .colour(5)
                .named("by new scores")
                .law("held out", x, l -> l * expectedGain(l))
                .named("by the selection scores")
                .points("where picked", picked, l -> mean(run -> run.inSample() / stdDev(l)))
                .named("by new scores")
                .points("held out", picked, l -> mean(run -> run.heldOut() / stdDev(l)));
        var judged = picked.at(JUDGED_RELIABILITY);
        double[] heldOut = judged.values(SeedCalibration.Result::heldOut);
        String theory = "order statistics of normal effects; shrinkage λ";
        plot.claim("held-out", "ratio of the held-out gain of the best 6 of 128 seeds to the gain predicted from λ")
                .theory(1)
                .judge(Jackknife.ratio(heldOut, judged.values(SeedCalibration.Result::predicted)), theory);
        plot.claim("overstated", "ratio of the gain by the selection scores to the held-out gain, reliability λ = 0.5")
                .control("claim: held-out")
                .says(
                        "At reliability ½, picked seeds look twice as good as they are | gain by selection / by new scores")
                .theory(1 / JUDGED_RELIABILITY)
                .judge(Jackknife.ratio(judged.values(SeedCalibration.Result::inSample), heldOut), theory);
    }

    private static void claimCalibration(
            Board board,
            Cell<SeedCalibration.Config, SeedCalibration.Result> nothing,
            Cell<SeedCalibration.Config, SeedCalibration.Result> planted) {
        Estimate rejected = rate(nothing, SeedCalibration.Config::dataSets, SeedCalibration.Result::rejected);
        Estimate golden = rate(nothing, SeedCalibration.Config::dataSets, SeedCalibration.Result::withGolden);
        String tables = "share of simulated tables without a seed effect ";
        String size = tables + "in which the F test finds one at level 5 %, S = 128, C = 32";
        board.claim("f-size", size)
                .control(FOUND)
                .theory(LEVEL, 0.02)
                .of(rejected)
                .from("level of an exact test");
        claimRecorded(board, "f-size", size + ", against a recorded share", 0.047, rejected);
        claimRecorded(board, "any-golden", tables + "that have a golden seed (q < 5 %), S = 128, C = 32", 0.04, golden);
        String cover = "coverage of 95 % intervals of ICC(3,1), normal seed effects, reliability λ = 0.5";
        board.claim("icc-cover", cover)
                .theory(Estimate.LEVEL, 0.03)
                .of(rate(planted, SeedCalibration.Config::dataSets, SeedCalibration.Result::covered))
                .from("McGraw, Wong 1996, doi:10.1037/1082-989X.1.1.30");
    }

    private static void claimRecorded(Board board, String name, String statement, double value, Estimate measured) {
        board.claim(name + "-recorded", statement)
                .control(name.equals("f-size") ? FOUND : "")
                .regression(value, StrictMath.sqrt(value * (1 - value) / 2000))
                .judge(measured, RECORDED);
    }
}
