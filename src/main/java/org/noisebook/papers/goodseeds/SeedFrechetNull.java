package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.SixDigits;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.Shuffle;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * Fréchet distances of seeds without an effect: the ratio of the largest to the smallest, and the seed effect that exceeds it.
 *
 * <p>Seeds have normal outputs x = τ u_s + z, u and z standard normal. Their distances to N(δ e₁, I) are compared with those of groups into
 * which the same outputs are dealt at random. The distance of n outputs is biased by about c/n and scatters ({@link FrechetDistance}), so
 * the best and the worst of many seeds differ widely without any effect, and only the null distribution at the same n gives a distance
 * its meaning. Without regroupings, {@link FrechetLaw} draws the distances. Streams {@code data} (parts by seed) and {@code regroup}; 40 μs
 * per distance at d = 8, 200 μs at d = 16, in parallel.
 */
@Paper(
        key = "2405.14828",
        cite = {
            "Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828",
            "Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter 2017, GANs Trained by a Two Time-Scale Update Rule,"
                    + " arXiv 1706.08500",
            "Dumitriu, Edelman 2002, Matrix Models for Beta Ensembles, doi:10.1063/1.1507823",
            "Dowson, Landau 1982, The Fréchet Distance between Multivariate Normal Distributions,"
                    + " doi:10.1016/0047-259X(82)90077-X"
        },
        study = "seed-frechet",
        version = 1,
        does = "Fréchet distance of each seed, with and without a seed effect, and under random regrouping",
        figure = "seed-frechet-null",
        shows = "Fréchet distances of seeds: chance alone, and planted effects",
        streams = {"data", "regroup"})
public final class SeedFrechetNull extends OnePaper<SeedFrechetNull.Config, SeedFrechetNull.Result> {
    /** The outputs of seeds, and the target distribution. */
    public record Config(
            @Parameter(standard = "1024", value = "seeds", symbol = "S", range = "[2, 100000]")
            int seeds,

            @Parameter(standard = "200", value = "outputs per seed", symbol = "n", range = "[2, 1000000]")
            int samples,

            @Parameter(standard = "8", value = "dimension of an output", symbol = "d", range = "[1, 4096]")
            int dimension,

            @Parameter(standard = "0", value = "standard deviation of a seed's mean", symbol = "τ", range = "[0, 1000]")
            double seedShift,

            @Parameter(standard = "0", value = "distance of the target's mean", symbol = "δ", range = "[0, 1000]")
            double targetOffset,

            @Parameter(
                    standard = "1",
                    value =
                            "random regroupings of all outputs; 0 for none: distances are drawn from their distribution, not"
                                    + " from outputs, and samples must be at least 8 × dimension",
                    range = "[0, 10000]")
            int regroupings) {
        private static final int LEAST_LOAD = 8;

        /** Rejects more outputs than an array can hold, and too few for the exact distribution. */
        public Config {
            if ((long) seeds * samples > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "seeds × samples must be in [1, " + Integer.MAX_VALUE + "], got " + (long) seeds * samples);
            }
            if (regroupings == 0 && samples < LEAST_LOAD * dimension) {
                throw new IllegalArgumentException("samples must be in [" + LEAST_LOAD + " × dimension="
                        + LEAST_LOAD * dimension + ", 1000000] for regroupings=0, got " + samples);
            }
        }
    }

    /** Distances of seeds to the target, and of random groups of the same outputs. */
    public record Result(
            @Parameter(length = "seeds", value = "Fréchet distances of the seeds, ascending")
            Doubles distances,

            @Parameter("mean distance of random groups of the same outputs; NaN without regroupings")
            double nullMean,

            @Parameter("standard deviation of those distances")
            double nullStdDev,

            @Parameter("smallest distance of the random groups, mean over regroupings")
            double nullMin,

            @Parameter("largest distance of the random groups, mean over regroupings")
            double nullMax)
            implements Outcome {
        /** Ratio of the largest to the smallest distance of the seeds. */
        double ratio() {
            return distances.last() / distances.get(0);
        }

        /** The same ratio for random groups. */
        double nullRatio() {
            return nullMax / nullMin;
        }

        /** Mean distance of the seeds. */
        double meanDistance() {
            return distances.stream().sum() / distances.size();
        }

        /** Standard deviation of the distances of the seeds. */
        double stdDev() {
            double mean = meanDistance();
            double squares =
                    distances.stream().map(v -> (v - mean) * (v - mean)).sum();
            return StrictMath.sqrt(squares / (distances.size() - 1.0));
        }

        @Override
        public EndCounts ends() {
            return EndCounts.all(1);
        }
    }

    // The study.

    /** Cost per dimension of a drawn distance, in units of one computed from outputs. */
    private static final double STEPS = 100;

    @Override
    protected Result measure(Config c, Streams streams) {
        return c.regroupings() == 0 ? drawn(c, streams) : ofOutputs(c, streams);
    }

    /** Draws the distances from their exact distribution, without outputs. */
    private static Result drawn(Config c, Streams streams) {
        FrechetLaw law = new FrechetLaw(c);
        double[] distances = new double[c.seeds()];
        for (int s = 0; s < distances.length; s++) {
            stopIfInterrupted();
            distances[s] = law.draw(streams.at("data").part(s));
        }
        Arrays.sort(distances);
        return new Result(Doubles.of(distances), Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    private static Result ofOutputs(Config c, Streams streams) {
        int d = c.dimension();
        int n = c.samples();
        double[][] x = new double[c.seeds() * n][d];
        for (int s = 0; s < c.seeds(); s++) {
            stopIfInterrupted();
            Stream data = streams.at("data").part(s);
            double[] shift = new double[d];
            Arrays.setAll(shift, j -> c.seedShift() * data.nextGaussian());
            for (int k = 0; k < n; k++) {
                Arrays.setAll(x[s * n + k], j -> shift[j] + data.nextGaussian());
            }
        }
        double[] mean = new double[d];
        mean[0] = c.targetOffset();
        double[][] identity = new double[d][d];
        for (int j = 0; j < d; j++) {
            identity[j][j] = 1;
        }
        GaussianFit target = GaussianFit.exact(mean, identity);
        double[][] none = new double[c.regroupings()][];
        for (int r = 0; r < none.length; r++) {
            int[] place = Shuffle.of(x.length, streams.at("regroup").part(r));
            none[r] = distances(c, target, k -> x[place[k]]);
        }
        PermutationNull pooled = new PermutationNull(
                Doubles.of(Arrays.stream(none).flatMapToDouble(Arrays::stream).toArray()));
        return new Result(
                Doubles.of(distances(c, target, k -> x[k])),
                pooled.mean(),
                pooled.stdDev(),
                mean(none.length, r -> none[r][0]),
                mean(none.length, r -> none[r][c.seeds() - 1]));
    }

    /** Distances of as many groups as there are seeds, ascending; the outputs of a group are consecutive. */
    private static double[] distances(Config c, GaussianFit target, IntFunction<double[]> output) {
        return IntStream.range(0, c.seeds())
                .parallel()
                .mapToDouble(s -> {
                    double[][] byFeature = new double[c.dimension()][c.samples()];
                    for (int k = 0; k < c.samples(); k++) {
                        double[] one = output.apply(s * c.samples() + k);
                        for (int j = 0; j < byFeature.length; j++) {
                            byFeature[j][k] = one[j];
                        }
                    }
                    return FrechetDistance.of(target, GaussianFit.of(byFeature));
                })
                .sorted()
                .toArray();
    }

    @Override
    public double work(Config c) {
        double d = c.dimension();
        return c.regroupings() == 0
                ? c.seeds() * d * STEPS
                : (1.0 + c.regroupings()) * c.seeds() * d * d * (c.samples() + 20 * d);
    }

    @Override
    public long memory(Config c) {
        long distances = 2L * (1 + c.regroupings()) * c.seeds();
        return Double.BYTES
                * (distances
                        + (c.regroupings() == 0
                                ? 2L * c.dimension()
                                : (long) c.seeds() * c.samples() * (c.dimension() + 3L)));
    }

    // The figure.

    private static final String RECORDED = "recorded elsewhere: 1024 null seeds";
    private static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828: FID 31.97 and 21.60 of 1024 seeds";
    /** Ratio of the worst to the best FID in the paper. */
    private static final double PAPER_RATIO = 31.97 / 21.60;

    private static final int DIMENSION = 8;
    /** Outputs per dimension in the paper: about 22,500 pictures per seed, 2048 features. */
    private static final int LOAD = 11;

    private static final int PAPER_DIMENSION = 2048;
    private static final int PAPER_SEEDS = 1024;
    private static final int JUDGED_DIMENSION = 32;
    private static final int RATIO_SEEDS = 256;
    private static final String LUCK = "chance, " + RATIO_SEEDS + " seeds";
    private static final int PLANTED_SEEDS = 128;
    private static final int PLANTED_SAMPLES = 200;
    /** Planted effects τ √n: scatter of the seeds' means in standard errors of a mean. */
    private static final double[] SHIFTS = powers(0.125, 2, 6);

    private static final double JUDGED_SHIFT = 2;
    private static final String FIRST_ORDER = "quantiles of (χ²_d + ½ χ²_{d(d+1)/2})/n";
    private static final String HERE = ", this generator, not a text-to-image model";

    /** Seeds without an effect for several dimensions d, n = 11 d. */
    private Line<Config, Result> along(Board board, double[] d, int regroupings) {
        return board.along(this, d, at -> new Config(RATIO_SEEDS, LOAD * (int) at, (int) at, 0, 0, regroupings));
    }

    private static Config planted(double shift) {
        double tau = SixDigits.of(shift / StrictMath.sqrt(PLANTED_SAMPLES));
        return new Config(PLANTED_SEEDS, PLANTED_SAMPLES, DIMENSION, tau, 0, 2);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: planted");
        board.title(
                "Chance alone explains the published gap between seeds",
                "Chance alone cannot explain the published gap between seeds",
                "Chance alone may explain the published gap between seeds");
        board.subtitle("Largest over smallest Fréchet distance of seeds, against dimension and planted effect");
        board.sixDigits();
        int replicas = board.replicas(4, 32);
        var none = board.cell(this, new Config(PAPER_SEEDS, 200, DIMENSION, 0, 0, 1));
        var line = board.cell(this, new Config(PAPER_SEEDS, 1000, 1, 0, 0, 1));
        var off = board.cell(this, new Config(RATIO_SEEDS, 1600, DIMENSION, 0, 2, 1));
        var sizes = along(board, powers(2, 2, board.choose(5, 7)), 1);
        var large = along(board, powers(64, 2, 6), 0);
        var paper = board.cell(this, new Config(PAPER_SEEDS, 22_500, PAPER_DIMENSION, 0, 0, 0));
        // More replicas for planted effects, whose ratio scatters most.
        board.replicas(2 * replicas);
        var planted = board.along(this, SHIFTS, SeedFrechetNull::planted);
        tellDimension(board, sizes, large, paper);
        board.claim(
                        "ratio-of-nothing",
                        "max/min distance ratio of 1024 null seeds relative to first order, n = 200, d = 8" + HERE)
                .control("run: groups of another size, whose first order lies outside the window")
                .says(
                        "The best and worst of 1024 equal seeds differ as chance predicts | worst / best seed, over predicted")
                .theory(1)
                .of(none.the(mean(run -> run.ratio() / FrechetNull.ratio(PAPER_SEEDS, DIMENSION))))
                .from(FIRST_ORDER);
        board.claim(
                        "ratio-off-target",
                        "max/min distance ratio of 256 null seeds is below 1.48, target off by 2, n = 1600, d = 8"
                                + HERE)
                .below(PAPER_RATIO)
                .judge(off.the(mean(Result::ratio)), PAPER);
        tellPlanted(board, planted);
        board.claim("bias", "mean distance of 1024 null seeds relative to first order in 1/n, n = 200, d = 8")
                .theory(1, 0.03)
                .of(none.the(mean(run -> run.meanDistance() / FrechetNull.bias(200, DIMENSION))))
                .from("mean of the quadratic form of W₂² over Wishart fluctuations");
        recorded(board, "mean", "mean distance", 0.1313, none, Result::meanDistance);
        recorded(board, "std-dev", "standard deviation of distances", 0.0281, none, Result::stdDev);
        recorded(board, "min", "smallest distance", 0.066, none, run -> distance(run, 0));
        recorded(board, "max", "largest distance", 0.2261, none, run -> distance(run, PAPER_SEEDS - 1));
        recorded(board, "line-mean", "mean distance", 0.00151, line, Result::meanDistance);
        recorded(board, "line-std-dev", "standard deviation of distances", 0.00155, line, Result::stdDev);
        board.caption(
                "Each seed gives n vectors from N(0, I) in d dimensions; the ratio is that of the largest to the smallest"
                        + " Fréchet distance between a seed's outputs and N(0, I). (a) Without a seed effect at n = 11 d, as"
                        + " in the paper, where n is about 22,500 and d = 2048: measured for {} seeds, and medians to first order in 1/n, where distances follow"
                        + " (χ²_d + ½ χ²_{d(d+1)/2})/n, for 256 and the paper's 1024 seeds; from d = 64 on distances are drawn from their exact distribution, not from outputs; the published FIDs"
                        + " are 31.97 and 21.60. (b) The same ratio at n = {}, d = {} for {} seeds whose means are drawn from"
                        + " N(0, τ² I), and with their outputs dealt to seeds at random. Points: geometric means with 95 % t intervals over {} replicas, in (b) {}.",
                RATIO_SEEDS, PLANTED_SAMPLES, DIMENSION, PLANTED_SEEDS, replicas, 2 * replicas);
    }

    private static void tellDimension(
            Board board, Line<Config, Result> sizes, Line<Config, Result> large, Cell<Config, Result> paper) {
        double[] dimensions = Arrays.stream(Line.logarithmic(3, PAPER_DIMENSION, 100))
                .map(Math::rint)
                .distinct()
                .toArray();
        Axis x = Axis.log2("dimension d of an output, 11 d outputs per seed").range(2.8, 3000);
        Axis y = Axis.log10("worst over best seed").range(0.9, 40);
        board.plot("dimension", "Chance alone", x, y)
                .points(LUCK, sizes.where(d -> d > 2), geometric(Result::ratio))
                .law(LUCK, dimensions, d -> FrechetNull.ratio(RATIO_SEEDS, (int) d))
                .law("chance, 1024 seeds", dimensions, d -> FrechetNull.ratio(PAPER_SEEDS, (int) d))
                .colour(0)
                .named("")
                .points("chance, 256 seeds, of the law", large, geometric(Result::ratio))
                .colour(3)
                .named("published, 1024 seeds, d = 2048: 1.48")
                .points("published: 1.48 of 1024 seeds", new double[] {PAPER_DIMENSION}, SixDigits.point(PAPER_RATIO));
        double expected = FrechetNull.ratio(RATIO_SEEDS, JUDGED_DIMENSION);
        board.claim(
                        "ratio-dimension",
                        "max/min distance ratio of 256 null seeds relative to first order, n = 352, d = 32")
                .in("dimension")
                .theory(1)
                .of(sizes.at(JUDGED_DIMENSION).the(mean(run -> run.ratio() / expected)))
                .from(FIRST_ORDER);
        board.claim(
                        "ratio-paper-size",
                        "max/min distance ratio of 1024 null seeds reaches the published 1.48, n = 22,500,"
                                + " d = 2048, independent features distributed as the target")
                .in("dimension")
                .says("Chance alone gives the published ratio of 1.48 for 1024 seeds | distance, worst / best seed")
                .above(PAPER_RATIO)
                .judge(paper.the(mean(Result::ratio)), PAPER);
        double spread = FrechetNull.spread(PAPER_DIMENSION);
        board.claim(
                        "spread-paper-size",
                        "relative standard deviation of the distances of 1024 null seeds, relative to first order, n = 22,500,"
                                + " d = 2048")
                .control("run: groups of another size, whose first order lies outside the window")
                .theory(1)
                .judge(paper.the(mean(run -> run.stdDev() / run.meanDistance() / spread)), "FrechetNull.spread");
    }

    private static void tellPlanted(Board board, Line<Config, Result> planted) {
        Axis x = Axis.log2("planted scatter of means, standard errors").range(0.1, 5);
        Axis y = Axis.log10("worst over best seed").range(2, 20);
        board.plot("planted", "Seeds with a planted effect", x, y)
                .colour(5)
                .points("seeds", planted, geometric(Result::ratio))
                .colour(0)
                .points("outputs dealt at random", planted, geometric(Result::nullRatio));
        board.claim(
                        "planted",
                        "max/min distance ratio is at least 1.5 times as large for seeds as for random groups, means scattered by 2 standard errors, n = 200, d = 8"
                                + HERE)
                .control("run: random groups of the same pictures, the denominator")
                .in("planted")
                .says("A scatter of 2 standard errors stands out from chance | ratio, seeds / random groups")
                .above(1.5)
                .judge(planted.at(JUDGED_SHIFT).the(mean(run -> run.ratio() / run.nullRatio())), "planted");
    }

    private static double distance(Result run, int rank) {
        return run.distances().get(rank);
    }

    /** A regression claim; the recorded value comes from one draw. */
    private static void recorded(
            Board board,
            String name,
            String what,
            double value,
            Cell<Config, Result> cell,
            ToDoubleFunction<Result> number) {
        boolean line = cell.config().dimension() == 1;
        board.claim(name, what + (line ? " of null seeds, n = 1000, d = 1" : " of 1024 null seeds, n = 200, d = 8"))
                .regression(value, 0)
                .ofRuns(1)
                .judge(cell.the(mean(number)), RECORDED);
    }
}
