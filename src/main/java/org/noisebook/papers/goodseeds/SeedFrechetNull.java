package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.seeds.generator.FrechetNull;
import org.noisebook.seeds.generator.SeedFrechetConfig;
import org.noisebook.seeds.generator.SeedFrechetResult;
import org.noisebook.seeds.generator.SeedFrechetStudy;

/** Fréchet distances of seeds that do nothing: how far best and worst lie apart, and from which effect on they tell. */
public final class SeedFrechetNull extends Story {
    private static final SeedFrechetStudy STUDY = new SeedFrechetStudy();
    private static final String RECORDED = "recorded elsewhere: 1024 null seeds";
    private static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828: FID 31.97 and 21.60 of 1024 seeds";
    /** Worst over best FID of the paper. */
    private static final double PAPER_RATIO = 31.97 / 21.60;

    private static final int DIMENSION = 8;
    /** Outputs a dimension in the paper: about 22,500 pictures a seed, 2048 features. */
    private static final int LOAD = 11;

    private static final int PAPER_DIMENSION = 2048;
    private static final int PAPER_SEEDS = 1024;
    private static final int JUDGED_DIMENSION = 32;
    private static final int RATIO_SEEDS = 256;
    private static final String LUCK = "luck, " + RATIO_SEEDS + " seeds";
    private static final int PLANTED_SEEDS = 128;
    private static final int PLANTED_SAMPLES = 200;
    /** τ √n: standard deviation of a seed's mean in standard errors of its mean. */
    private static final double[] SHIFTS = powers(0.125, 2, 6);

    private static final double JUDGED_SHIFT = 2;
    private static final String FIRST_ORDER = "quantiles of (χ²_d + ½ χ²_{d(d+1)/2})/n";
    private static final String HERE = ", this generator, not a text-to-image model";

    /** The figure. */
    public SeedFrechetNull() {
        super("seed-frechet-null", "Fréchet distances of seeds: luck alone, and planted effects", STUDY.sources());
    }

    /** Seeds without an effect, n = 11 d, along d. */
    private static Line<SeedFrechetConfig, SeedFrechetResult> along(Board board, double[] d, int regroupings) {
        return board.along(
                STUDY, d, at -> new SeedFrechetConfig(RATIO_SEEDS, LOAD * (int) at, (int) at, 0, 0, regroupings));
    }

    private static SeedFrechetConfig planted(double shift) {
        double tau = SixDigits.of(shift / StrictMath.sqrt(PLANTED_SAMPLES));
        return new SeedFrechetConfig(PLANTED_SEEDS, PLANTED_SAMPLES, DIMENSION, tau, 0, 2);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        int replicas = board.replicas(4, 32);
        var none = board.cell(STUDY, new SeedFrechetConfig(PAPER_SEEDS, 200, DIMENSION, 0, 0, 1));
        var line = board.cell(STUDY, new SeedFrechetConfig(PAPER_SEEDS, 1000, 1, 0, 0, 1));
        var off = board.cell(STUDY, new SeedFrechetConfig(RATIO_SEEDS, 1600, DIMENSION, 0, 2, 1));
        var sizes = along(board, powers(2, 2, board.choose(5, 7)), 1);
        var large = along(board, powers(64, 2, 6), 0);
        var paper = board.cell(STUDY, new SeedFrechetConfig(PAPER_SEEDS, 22_500, PAPER_DIMENSION, 0, 0, 0));
        // More for planted effects, whose ratio scatters most.
        board.replicas(2 * replicas);
        var planted = board.along(STUDY, SHIFTS, SeedFrechetNull::planted);
        tellDimension(board, sizes, large, paper);
        board.claim(
                        "ratio-of-nothing",
                        "worst over best distance of 1024 null seeds, n = 200, d = 8, over its first order" + HERE)
                .theory(1)
                .of(none.the(mean(run -> run.ratio() / FrechetNull.ratio(PAPER_SEEDS, DIMENSION))))
                .from(FIRST_ORDER);
        board.claim(
                        "ratio-off-target",
                        "worst over best of 256 null seeds, n = 1600, d = 8, target off by 2, stays below 1.48" + HERE)
                .below(PAPER_RATIO)
                .judge(off.the(mean(SeedFrechetResult::ratio)), PAPER);
        tellPlanted(board, planted);
        board.claim("bias", "mean distance of 1024 null seeds, n = 200, d = 8, over its first order in 1/n")
                .theory(1, 0.03)
                .of(none.the(mean(run -> run.meanDistance() / FrechetNull.bias(200, DIMENSION))))
                .from("mean of the quadratic form of W₂² over Wishart fluctuations");
        recorded(board, "mean", "mean distance", 0.1313, none, SeedFrechetResult::meanDistance);
        recorded(board, "std-dev", "standard deviation of distances", 0.0281, none, SeedFrechetResult::stdDev);
        recorded(board, "min", "least distance", 0.066, none, run -> distance(run, 0));
        recorded(board, "max", "greatest distance", 0.2261, none, run -> distance(run, PAPER_SEEDS - 1));
        recorded(board, "line-mean", "mean distance", 0.00151, line, SeedFrechetResult::meanDistance);
        recorded(board, "line-std-dev", "standard deviation of distances", 0.00155, line, SeedFrechetResult::stdDev);
        board.caption(
                "Seeds put out n vectors each of N(0, I) in d dimensions; the ratio is that of the largest to the smallest Fréchet distance of a"
                        + " seed's outputs to N(0, I). (a) Without a seed effect at n = 11 d, as the paper has it with n about 22,500 and"
                        + " d = 2048: measured for {} seeds, and medians to first order in 1/n, where distances follow"
                        + " (χ²_d + ½ χ²_{d(d+1)/2})/n, for 256 and the paper's 1024 seeds; from d = 64 on distances are drawn by their exact law, not from outputs; the published FIDs"
                        + " are 31.97 and 21.60. (b) The same"
                        + " ratio at n = {}, d = {} of {} seeds whose means are drawn from N(0, τ² I), and when their outputs are dealt to"
                        + " seeds at random. Points: geometric means with 95 % t intervals over {} replicas, in (b) {}.",
                RATIO_SEEDS, PLANTED_SAMPLES, DIMENSION, PLANTED_SEEDS, replicas, 2 * replicas);
        board.where(
                "seeds: random starts of a generator; worst over best: ratio of the largest to the least distance of a seed's"
                        + " outputs from the data");
    }

    private static void tellDimension(
            Board board,
            Line<SeedFrechetConfig, SeedFrechetResult> sizes,
            Line<SeedFrechetConfig, SeedFrechetResult> large,
            Cell<SeedFrechetConfig, SeedFrechetResult> paper) {
        double[] dimensions = Arrays.stream(Line.logarithmic(3, PAPER_DIMENSION, 100))
                .map(Math::rint)
                .distinct()
                .toArray();
        Axis x = Axis.log2("dimension d of an output, 11 d outputs a seed").range(2.8, 3000);
        Axis y = Axis.log10("worst over best seed").range(0.9, 40);
        board.plot("dimension", "No effect: luck alone (lines: theory)", x, y)
                .points(LUCK, sizes.where(d -> d > 2), geometric(SeedFrechetResult::ratio))
                .law(LUCK, dimensions, d -> FrechetNull.ratio(RATIO_SEEDS, (int) d))
                .law("luck, 1024 seeds", dimensions, d -> FrechetNull.ratio(PAPER_SEEDS, (int) d))
                .colour(0)
                .named("")
                .points("luck, 256 seeds, of the law", large, geometric(SeedFrechetResult::ratio))
                .colour(3)
                .named("published, 1024 seeds, d = 2048: 1.48")
                .points("published: 1.48 of 1024 seeds", new double[] {PAPER_DIMENSION}, SixDigits.point(PAPER_RATIO))
                .legend(Corner.TOP_RIGHT);
        double expected = FrechetNull.ratio(RATIO_SEEDS, JUDGED_DIMENSION);
        board.claim(
                        "ratio-dimension",
                        "worst over best distance of 256 null seeds, n = 352, d = 32, over its first order")
                .in("dimension")
                .theory(1)
                .of(sizes.at(JUDGED_DIMENSION).the(mean(run -> run.ratio() / expected)))
                .from(FIRST_ORDER);
        board.claim(
                        "ratio-paper-size",
                        "worst over best distance of 1024 null seeds, n = 22,500, d = 2048, reaches the published 1.48 without a"
                                + " seed effect; independent features on target")
                .in("dimension", "luck, 1024 seeds, d = 2048")
                .says("Luck gives 1024 seeds the published ratio 1.48 even if their 2048 features are independent")
                .or(
                        "Luck gives 1024 seeds a ratio of {} if their 2048 features are independent, not the published 1.48",
                        "")
                .above(PAPER_RATIO)
                .judge(paper.the(mean(SeedFrechetResult::ratio)), PAPER);
        double spread = FrechetNull.spread(PAPER_DIMENSION);
        board.claim(
                        "spread-paper-size",
                        "standard deviation over mean of the distances of 1024 null seeds, n = 22,500, d = 2048, over its first"
                                + " order")
                .theory(1)
                .judge(paper.the(mean(run -> run.stdDev() / run.meanDistance() / spread)), "FrechetNull.spread");
    }

    private static void tellPlanted(Board board, Line<SeedFrechetConfig, SeedFrechetResult> planted) {
        Axis x = Axis.log2("planted effect: scatter of seeds' means, in standard errors")
                .range(0.1, 5);
        Axis y = Axis.log10("worst over best seed").range(2, 20);
        board.plot("planted", "Seeds with a planted effect", x, y)
                .colour(5)
                .points("seeds", planted, geometric(SeedFrechetResult::ratio))
                .colour(0)
                .points("outputs dealt at random", planted, geometric(SeedFrechetResult::nullRatio))
                .legend(Corner.TOP_LEFT);
        board.claim(
                        "planted",
                        "worst over best of seeds is at least 1.5 times that of random groups, means scattered by 2 standard errors, n = 200, d = 8"
                                + HERE)
                .in("planted", "ratio over that of random dealing, effect 2")
                .says("Seeds whose means scatter by 2 standard errors differ more than outputs dealt at random")
                .above(1.5)
                .judge(planted.at(JUDGED_SHIFT).the(mean(run -> run.ratio() / run.nullRatio())), "planted");
    }

    private static double distance(SeedFrechetResult run, int rank) {
        return run.distances().get(rank);
    }

    /** The recorded value is of one draw. */
    private static void recorded(
            Board board,
            String name,
            String what,
            double value,
            Cell<SeedFrechetConfig, SeedFrechetResult> cell,
            ToDoubleFunction<SeedFrechetResult> number) {
        boolean line = cell.config().dimension() == 1;
        board.claim(name, what + (line ? " of null seeds, n = 1000, d = 1" : " of 1024 null seeds, n = 200, d = 8"))
                .regression(value, 0)
                .ofRuns(1)
                .judge(cell.the(mean(number)), RECORDED);
    }
}
