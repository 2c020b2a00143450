package org.noisebook.papers.wgan;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Wasserstein;

/**
 * Histories of the displacement at the middle of a bar, recorded in runs of the whole, generated, and used to drive its right half.
 *
 * <p>A bar of length 1, free at the right, struck at a quarter by half a sine of duration 0.2 at a random time; the left half has a random
 * modulus, and the left end is held or loose. The middle is recorded 32 times until t = 2. Quantities of interest: the tip's displacement at
 * t = 2 and its maximum. Errors: W₁ to fresh runs over their standard deviation.
 */
@Paper(
        key = "2110.13680",
        title = "Uncertainty quantification in a mechanical submodel driven by a Wasserstein-GAN",
        cite = {
            "Boukraichi, Razaaly, Akkari, Casenave, Ryckelynck 2021, arXiv 2110.13680",
            "Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville 2017, arXiv 1704.00028"
        },
        study = "wgan-submodel",
        version = 1,
        does = "Random loads of a mechanical submodel from a GAN and from simpler generators",
        figure = "wgan-submodel",
        shows = "Random loads of a mechanical submodel, generated and resampled",
        streams = {"data", "fresh", "init", "batch", "samples"})
public final class GeneratedLoads extends OnePaper<GeneratedLoads.Config, GeneratedLoads.Result> {
    /** Where histories come from. */
    public enum Source {
        /** Runs of the bar. */
        BAR,
        /** A normal law with the mean and covariance of runs of the bar. */
        GAUSSIAN
    }

    /** Runs, generators and a bar. */
    public record Config(
            @Parameter(standard = "2000", range = "[30, 100000]", symbol = "n", value = "recorded runs")
            int runs,

            @Parameter(standard = "2000", range = "[30, 100000]", value = "fresh runs, and samples of each generator")
            int fresh,

            @Parameter(standard = "1000", range = "[1, 100000]", value = "training steps of the GAN's generator")
            int training,

            @Parameter(standard = "10", range = "[2, 24]", value = "principal components that are generated")
            int components,

            @Parameter(standard = "0.4", range = "[0, 1]", value = "probability that the left end is loose")
            double loose,

            @Parameter(
                    standard = "0.1",
                    range = "[0, 1]",
                    value = "standard deviation of the logarithm of the left modulus")
            double spread,

            @Parameter(standard = "24", range = "[8, 400]", value = "elements of the bar, a multiple of 4")
            int elements,

            @Parameter(standard = "bar", value = "histories: bar, or gaussian with the same mean and covariance")
            Source source) {}

    /** Errors of the generators, W₁ over standard deviation of the tip's last and largest displacement, and checks of the bar. */
    public record Result(
            @Parameter("W₁/sd of the tip's last displacement: GAN")
            double ganEnd,

            @Parameter("of its largest: GAN") double ganMax,

            @Parameter("of its last: runs drawn again") double againEnd,

            @Parameter("of its largest: runs drawn again") double againMax,

            @Parameter("of its last: normal scores") double normalEnd,

            @Parameter("of its largest: normal scores") double normalMax,

            @Parameter("of its last: a normal law for each support")
            double pairEnd,

            @Parameter("of its largest: a normal law for each support")
            double pairMax,

            @Parameter("mean norm of the critic's gradient halfway between data and samples")
            double norm,

            @Parameter("share of the GAN's histories nearer to the mean loose one, minus that of fresh runs")
            double share,

            @Parameter("largest relative error of three frequencies of the held bar")
            double frequencyError,

            @Parameter("largest relative change of the energy of free vibration")
            double drift)
            implements Outcome {}

    // The study.

    private static final int TIMES = 32;
    private static final int STEPS = 128;
    private static final double END = 2;
    private static final double DT = END / STEPS;

    /** Histories [run][32], and whether the end was loose. */
    private record Recorded(double[][] histories, boolean[] loose) {}

    @Override
    protected Result measure(Config c, Streams streams) {
        if (c.elements() % 4 != 0) {
            throw new IllegalArgumentException("elements must be a multiple of 4, got " + c.elements());
        }
        Recorded data = record(c, c.runs(), streams.at("data"));
        Recorded fresh = record(c, c.fresh(), streams.at("fresh"));
        if (c.source() == Source.GAUSSIAN) {
            Normal law = Normal.of(data.histories());
            data = new Recorded(law.sample(c.runs(), streams.at("data").part(-1)), new boolean[c.runs()]);
            fresh = new Recorded(law.sample(c.fresh(), streams.at("fresh").part(-1)), new boolean[c.fresh()]);
        }
        double[][] tips = tips(c.elements());
        double[][] truth = interest(tips, fresh.histories());
        double[] sd = {deviation(truth[0]), deviation(truth[1])};
        Scores scores = Scores.of(data.histories(), c.components());
        double[][] known = scores.of(data.histories());
        Stream draws = streams.at("samples");

        GradientPenaltyGan gan = new GradientPenaltyGan(c.components(), streams.at("init"));
        gan.train(transposed(known), c.training(), streams.at("batch"));
        double[][] made = scores.histories(transposed(gan.sample(c.fresh(), draws.part(0))));
        Grammar.finite(made[0][0]);

        double[][] histories = data.histories();
        Stream again = draws.part(1);
        double[][] resampled = IntStream.range(0, c.fresh())
                .mapToObj(k -> histories[again.nextIndex(histories.length)])
                .toArray(double[][]::new);
        double[][] normal = scores.histories(Normal.of(known).sample(c.fresh(), draws.part(2)));
        double[][] pair = scores.histories(pair(known, data.loose(), c.fresh(), draws.part(3)));
        double[][] all = new double[4][];
        List<double[][]> sets = List.of(made, resampled, normal, pair);
        for (int k = 0; k < 4; k++) {
            double[][] got = interest(tips, sets.get(k));
            all[k] = new double[] {Wasserstein.w1(got[0], truth[0]) / sd[0], Wasserstein.w1(got[1], truth[1]) / sd[1]};
        }
        return new Result(
                all[0][0],
                all[0][1],
                all[1][0],
                all[1][1],
                all[2][0],
                all[2][1],
                all[3][0],
                all[3][1],
                gan.norm(transposed(known), draws.part(4)),
                share(fresh, made) - share(fresh, fresh.histories()),
                frequencyError(c.elements()),
                bar(c.elements(), 1).drift(mode(c.elements(), 2), STEPS));
    }

    static ElasticBar bar(int elements, double left) {
        return ElasticBar.of(
                1,
                DT,
                IntStream.range(0, elements)
                        .mapToDouble(i -> i < elements / 2 ? left : 1)
                        .toArray());
    }

    static double[] mode(int elements, int n) {
        return IntStream.rangeClosed(0, elements)
                .mapToDouble(i -> StrictMath.sin((2 * n - 1) * Math.PI * i / (2 * elements)))
                .toArray();
    }

    static double frequencyError(int elements) {
        return IntStream.rangeClosed(1, 3)
                .mapToDouble(n -> Math.abs(
                        Math.sqrt(bar(elements, 1).rayleigh(mode(elements, n))) / ((2 * n - 1) * Math.PI / 2) - 1))
                .max()
                .orElseThrow();
    }

    /** Displacements [steps + 1][node] of the whole bar. */
    static double[][] whole(int elements, double left, boolean loose, double struck) {
        double[] rest = new double[elements + 1];
        DoubleUnaryOperator force =
                t -> t > struck && t < struck + 0.2 ? StrictMath.sin(Math.PI * (t - struck) / 0.2) : 0;
        ElasticBar bar = bar(elements, left);
        return loose
                ? bar.loose(rest, STEPS, elements / 4, force)
                : bar.driven(rest, elements / 4, force, new double[STEPS + 1]);
    }

    private static Recorded record(Config c, int count, Stream stream) {
        double[][] histories = new double[count][TIMES];
        boolean[] loose = new boolean[count];
        for (int k = 0; k < count; k++) {
            Grammar.stopIfInterrupted();
            Stream one = stream.part(k);
            loose[k] = one.nextDouble() < c.loose();
            double struck = 0.4 * one.nextDouble();
            double[][] u = whole(c.elements(), StrictMath.exp(c.spread() * one.nextGaussian()), loose[k], struck);
            Arrays.setAll(histories[k], i -> u[(i + 1) * STEPS / TIMES][c.elements() / 2]);
        }
        return new Recorded(histories, loose);
    }

    /** The tip's displacement [step] for each of 32 unit records: the submodel is linear. */
    static double[][] tips(int elements) {
        double[] half = new double[elements / 2];
        Arrays.fill(half, 1);
        ElasticBar sub = ElasticBar.of(0.5, DT, half);
        return IntStream.range(0, TIMES)
                .mapToObj(i -> {
                    double[] left = IntStream.rangeClosed(0, STEPS)
                            .mapToDouble(k -> Math.max(0, 1 - Math.abs((double) k * TIMES / STEPS - i - 1)))
                            .toArray();
                    double[][] u = sub.driven(new double[half.length + 1], 0, t -> 0, left);
                    return Arrays.stream(u).mapToDouble(row -> row[half.length]).toArray();
                })
                .toArray(double[][]::new);
    }

    /** The tip's last and largest displacement for each history. */
    static double[][] interest(double[][] tips, double[][] histories) {
        double[][] out = new double[2][histories.length];
        for (int k = 0; k < histories.length; k++) {
            double[] tip = new double[STEPS + 1];
            for (int i = 0; i < TIMES; i++) {
                for (int t = 0; t <= STEPS; t++) {
                    tip[t] += histories[k][i] * tips[i][t];
                }
            }
            out[0][k] = tip[STEPS];
            out[1][k] = Arrays.stream(tip).max().orElseThrow();
        }
        return out;
    }

    private static double deviation(double... x) {
        double mean = Grammar.mean(x.length, k -> x[k]);
        return Math.sqrt(Grammar.mean(x.length, k -> (x[k] - mean) * (x[k] - mean)));
    }

    private static double[][] transposed(double[][] x) {
        return IntStream.range(0, x[0].length)
                .mapToObj(j -> Arrays.stream(x).mapToDouble(row -> row[j]).toArray())
                .toArray(double[][]::new);
    }

    /** The share of histories nearer to the mean loose one than to the mean held one; 0 without both. */
    private static double share(Recorded fresh, double[][] histories) {
        double[][] means = new double[2][TIMES];
        int[] counts = new int[2];
        for (int k = 0; k < fresh.loose().length; k++) {
            int kind = fresh.loose()[k] ? 1 : 0;
            counts[kind]++;
            for (int i = 0; i < TIMES; i++) {
                means[kind][i] += fresh.histories()[k][i];
            }
        }
        if (counts[0] * counts[1] == 0) {
            return 0;
        }
        return Grammar.share(
                histories.length,
                k -> away(histories[k], means[1], counts[1]) < away(histories[k], means[0], counts[0]));
    }

    private static double away(double[] history, double[] sum, int count) {
        return Grammar.sum(TIMES, i -> StrictMath.pow(history[i] - sum[i] / count, 2));
    }

    /** Samples of a normal law for each support, in proportion; of one law if a support has fewer runs than components + 2. */
    private static double[][] pair(double[][] known, boolean[] loose, int count, Stream stream) {
        double[][][] parts = new double[2][][];
        for (int kind = 0; kind < 2; kind++) {
            boolean own = kind == 1;
            parts[kind] = IntStream.range(0, loose.length)
                    .filter(k -> loose[k] == own)
                    .mapToObj(k -> known[k])
                    .toArray(double[][]::new);
        }
        if (Math.min(parts[0].length, parts[1].length) < known[0].length + 2) {
            return Normal.of(known).sample(count, stream);
        }
        int second = (int) Math.rint((double) count * parts[1].length / loose.length);
        return java.util.stream.Stream.of(
                        Normal.of(parts[0]).sample(count - second, stream.part(0)),
                        Normal.of(parts[1]).sample(second, stream.part(1)))
                .flatMap(Arrays::stream)
                .toArray(double[][]::new);
    }

    /** A normal law with the mean and covariance of rows. */
    private record Normal(double[] mean, double[] lower) {
        static Normal of(double[][] rows) {
            int d = rows[0].length;
            double[] mean = new double[d];
            Arrays.setAll(mean, j -> Grammar.mean(rows.length, k -> rows[k][j]));
            double[] covariance = covariance(rows, mean);
            double trace = Grammar.sum(d, j -> covariance[j * d + j]);
            for (int j = 0; j < d; j++) {
                covariance[j * d + j] += 1e-9 * trace;
            }
            return new Normal(
                    mean,
                    Cholesky.of(d, covariance)
                            .orElseThrow(Outcome.Diverged::new)
                            .lower());
        }

        static double[] covariance(double[][] rows, double... mean) {
            int d = mean.length;
            double[] covariance = new double[d * d];
            for (double[] row : rows) {
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        covariance[i * d + j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.length;
                    }
                }
            }
            return covariance;
        }

        double[][] sample(int count, Stream stream) {
            int d = mean.length;
            return IntStream.range(0, count)
                    .mapToObj(k -> {
                        double[] z = new double[d];
                        Arrays.setAll(z, j -> stream.nextGaussian());
                        double[] x = mean.clone();
                        for (int i = 0; i < d; i++) {
                            for (int j = 0; j <= i; j++) {
                                x[i] += lower[i * d + j] * z[j];
                            }
                        }
                        return x;
                    })
                    .toArray(double[][]::new);
        }
    }

    /** Scores on the first principal components, all over the standard deviation of the first. */
    private record Scores(double[] mean, SymmetricSpectrum axes, double scale, int count) {
        static Scores of(double[][] histories, int count) {
            double[] mean = new double[TIMES];
            Arrays.setAll(mean, j -> Grammar.mean(histories.length, k -> histories[k][j]));
            SymmetricSpectrum axes = SymmetricSpectrum.of(TIMES, Normal.covariance(histories, mean));
            return new Scores(mean, axes, Math.sqrt(axes.values()[0]), count);
        }

        double[][] of(double[][] histories) {
            return Arrays.stream(histories)
                    .map(history -> {
                        double[] centred = history.clone();
                        Arrays.setAll(centred, i -> (history[i] - mean[i]) / scale);
                        return Grammar.first(count, axes.parts(centred));
                    })
                    .toArray(double[][]::new);
        }

        double[][] histories(double[][] scores) {
            return Arrays.stream(scores)
                    .map(row -> {
                        double[] history = axes.vector(Arrays.copyOf(row, TIMES));
                        Arrays.setAll(history, i -> mean[i] + scale * history[i]);
                        return history;
                    })
                    .toArray(double[][]::new);
        }
    }

    @Override
    public double work(Config c) {
        return 6e6 * c.training() + 30.0 * STEPS * c.elements() * (c.runs() + c.fresh()) + 5e4 * c.fresh();
    }

    @Override
    public long memory(Config c) {
        return 2_000L * (c.runs() + 4L * c.fresh()) + (1L << 25);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        boolean full = board.choose(false, true);
        if (full) {
            board.title(
                    "A GAN trained on recorded loads loses to redrawing the records",
                    "A GAN trained on recorded loads beats redrawing the records",
                    "A GAN trained on recorded loads may beat redrawing the records");
        } else {
            board.title(
                    "Redrawing the records cuts the error of one Gaussian 14- to 17-fold",
                    "Redrawing the records does not halve the error of one Gaussian",
                    "Redrawing the records may halve the error of one Gaussian");
        }
        board.subtitle(
                full
                        ? "Tip of a bar driven by generated loads, compared with fresh runs; sd: their spread"
                        : "Tip of a bar driven by generated loads. The GAN is untrained: 200 of 15,000 steps");
        int n = board.replicas(4, 5);
        int steps = board.choose(200, 15_000);
        String fresh = board.choose("fresh=1000, ", "");
        double[] sizes = {50, 200, 2000};
        double[] trained = board.choose(new double[] {2000}, sizes);
        var gan = on(board, "GAN of " + steps + " steps")
                .with(fresh + "training=" + steps)
                .along("runs", trained);
        var few = on(board, "no GAN")
                .with(fresh + "training=1")
                .along("runs", board.choose(new double[] {50, 200}, new double[0]));
        var simple = Line.of(
                        sizes,
                        java.util.stream.Stream.concat(few.cells().stream(), gan.cells().stream())
                                .toList())
                .placed(size -> ", n = " + (int) size);
        var gaussian = on(board, "Gaussian histories, " + board.choose(1, steps) + " steps")
                .with(fresh + "source=gaussian, training=" + board.choose(1, steps))
                .along("runs", board.choose(500, 2000));
        board.replicas(1);
        var meshes =
                on(board, "uniform bar").with("fresh=30, runs=30, training=1").along("elements", 20, 24);
        board.stamp(n + " sets of records");
        String name = board.choose("GAN, 200 of 15,000 steps", "GAN");
        Axis runs = Axis.log10("number of recorded runs").range(35, 3500);
        Axis error = Axis.log10("error W₁ / sd").range(0.01, 2);
        List<ToDoubleFunction<Result>> last =
                List.of(Result::ganEnd, Result::againEnd, Result::normalEnd, Result::pairEnd);
        List<ToDoubleFunction<Result>> largest =
                List.of(Result::ganMax, Result::againMax, Result::normalMax, Result::pairMax);
        for (int k = 0; k < 2; k++) {
            var numbers = k == 0 ? last : largest;
            String id = k == 0 ? "end" : "max";
            String what = k == 0 ? "last" : "largest";
            Plot plot = board.plot(id, k == 0 ? "Last position of the tip" : "Largest position", runs, error)
                    .points("one Gaussian", simple, Reduction.mean(numbers.get(2)))
                    .joined("one Gaussian")
                    .named("two Gaussians: end held, end loose")
                    .points("a Gaussian per support", simple, Reduction.mean(numbers.get(3)))
                    .joined("a Gaussian per support")
                    .named("redrawn records")
                    .points("records drawn again", simple, Reduction.mean(numbers.get(1)))
                    .joined("records drawn again")
                    .named(board.choose("untrained GAN", "GAN"))
                    .points(name, gan, Reduction.mean(numbers.get(0)));
            if (full) {
                tellGan(plot, id, what, gan, gaussian, numbers);
            }
            ratio(
                            plot,
                            "again-half-" + id,
                            what + ", records drawn again over one Gaussian",
                            simple,
                            numbers.get(1),
                            numbers.get(2))
                    .says(
                            full
                                    ? ""
                                    : "Redrawn records halve the " + what
                                            + " position's error | error / one Gaussian's")
                    .control("claim: gaussian-data-" + id)
                    .from("what is asked of the GAN");
            ratio(
                            plot,
                            "pair-half-" + id,
                            what + ", a Gaussian per support over one Gaussian",
                            simple,
                            numbers.get(3),
                            numbers.get(2))
                    .says(full ? "" : "Two Gaussians halve the " + what + " position's error | error / one Gaussian's")
                    .control("claim: gaussian-data-" + id)
                    .from("what is asked of the GAN; it needs to know the support");
            board.claim(
                            "gaussian-data-" + id,
                            "W₁/sd, " + what + ", one Gaussian",
                            gaussian,
                            gaussian.x()[0],
                            numbers.get(2))
                    .below(0.2)
                    .control("claim: again-half-" + id)
                    .from(
                            "control: on Gaussian histories one Gaussian is right; bound, set after runs: half its error on the bar's");
        }
        board.claim("norm", "mean norm of the critic's gradient between data and samples", gan, 2000, Result::norm)
                .between(0.85, 1.15)
                .control("none: without the penalty the norm grows without bound")
                .from(source());
        if (full) {
            board.claim(
                            "share",
                            "share of loose histories of the GAN minus that of fresh runs",
                            gan,
                            2000,
                            Result::share)
                    .between(-0.05, 0.05)
                    .control("run: training=1000, a share wrong by a tenth")
                    .from("both modes, weight ± 0.05");
        }
        board.claim("mesh-24", "largest relative error of three frequencies", meshes, 24)
                .below(0.005)
                .control("claim: mesh-20")
                .of(meshes.at(24).mean(Result::frequencyError))
                .from("(2n − 1)πc/2L, n ≤ 3");
        board.claim("mesh-20", "largest relative error of three frequencies", meshes, 20)
                .above(0.005)
                .of(meshes.at(20).mean(Result::frequencyError))
                .from("control: a coarser mesh");
        board.claim("energy", "largest relative change of the energy of free vibration", meshes, 24)
                .identity(0, 1e-9)
                .of(meshes.at(24).mean(Result::drift))
                .from("average acceleration conserves it: β = 1/4, γ = 1/2");
        board.caption("""
                A bar with a random modulus of its left half, struck at a random time, its left end loose in 40 % of the runs (24 elements, average acceleration). The motion of its middle, 32 records, drives the right half. Generators: \
                one Gaussian on 10 principal scores; one for each support; records drawn again with replacement; a Wasserstein GAN with gradient penalty on the scores over one common scale, {} steps. \
                W₁ between 1,000 or more generated and fresh tips over the standard deviation of the fresh. Means of {} sets, 95 % t intervals.""", steps, n);
    }

    private static ClaimDraft ratio(
            Plot plot,
            String id,
            String words,
            Line<Config, Result> line,
            ToDoubleFunction<Result> above,
            ToDoubleFunction<Result> below) {
        return plot.claim(id, "W₁, " + words, line, 2000)
                .below(0.5)
                .of(line.at(2000).the(Reduction.mean(r -> above.applyAsDouble(r) / below.applyAsDouble(r))));
    }

    private static void tellGan(
            Plot plot,
            String id,
            String what,
            Line<Config, Result> gan,
            Line<Config, Result> gaussian,
            List<ToDoubleFunction<Result>> numbers) {
        for (double n : new double[] {2000, 200, 50}) {
            plot.claim("less-" + id + "-" + (int) n, "W₁/sd, " + what + ", GAN minus records drawn again", gan, n)
                    .says((n < 2000 ? "50 or 200" : "2,000") + " runs, " + what
                            + " position: the GAN loses | GAN − redrawn records, W₁ / sd")
                    .above(0)
                    .control("claim: gan-half-" + id)
                    .of(gan.at(n)
                            .the(Reduction.mean(r -> numbers.get(0).applyAsDouble(r)
                                    - numbers.get(1).applyAsDouble(r))))
                    .from("a generator that learns the law should beat a finite sample of it");
        }
        ratio(plot, "gan-half-" + id, what + ", GAN over one Gaussian", gan, numbers.get(0), numbers.get(2))
                .says("The GAN halves the " + what + " position's error | error / one Gaussian's")
                .control("claim: again-half-" + id)
                .from("2110.13680", "half");
        plot.claim("gaussian-gan-" + id, "W₁/sd, " + what + ", GAN minus one Gaussian", gaussian, 2000)
                .says("Gaussian loads, " + what + " position: the GAN loses | GAN − one Gaussian, W₁ / sd")
                .above(0)
                .control("claim: gan-half-" + id)
                .of(gaussian.at(2000)
                        .the(Reduction.mean(r ->
                                numbers.get(0).applyAsDouble(r) - numbers.get(2).applyAsDouble(r))))
                .from("control: on Gaussian histories the GAN is not better");
    }

    @Override
    protected String says() {
        return """
                A large model of a structure gives random motions at the edge of a small part, and the paper learns their law with a Wasserstein GAN, so that the small part alone can be simulated many times. Here the structure is
                a bar whose left end is held or loose, struck at a random time; the motion of its middle, 32 records, drives its right half, and W₁ between the tip's law and that of fresh runs, over its standard
                deviation, is the error.

                One Gaussian on principal scores is wrong however many runs there are (0.49 for the last position, 0.42 for the largest), because the law has two modes. With 2,000 runs, drawing the recorded motions again has 0.03
                and 0.03, and a Gaussian for each support 0.02 and 0.17. So the paper's bar, half the error of a Gaussian, is cleared without any training. On Gaussian histories one Gaussian is right. The mesh of 24
                elements has three frequencies within 0.5 %, 20 elements have not. The step's energy is an identity.

                The quick edition trains the GAN for 200 of 15,000 steps: it shows that the critic's slope is 1 from early on (1.03), and nothing about what the GAN can do, so that no claim there judges it. The full edition
                trains 20 GANs, about 45 CPU seconds each. Trained on 2,000 runs, five GANs have mean errors of 0.048 (last position) and 0.102 (largest position), a tenth and a quarter of one Gaussian's error, and draw 2 % too few loose histories. The records drawn again
                have 0.026 and 0.028 on the same fresh runs: GAN minus records is +0.022 [0.014, 0.030] and +0.074 [0.062, 0.087]. The GAN learns the law and clears the bar, and does not beat its own data. With
                50 and 200 runs the difference of the last positions is +0.015 [−0.006, 0.035] and +0.022 [−0.018, 0.062]: undecided with five sets. On Gaussian histories the GAN and one Gaussian err alike.

                In practice: draw your records again first; a GAN has to beat that on fresh runs. Train it on scores over one common scale, not on whitened ones. In Java: `new GradientPenaltyGan(d, init).train(data, 15_000, batch)`
                and `ElasticBar.of(length, dt, moduli)`.""";
    }
}
