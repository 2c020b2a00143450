package org.noisebook.papers.anagrams;

import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.pictures;
import static org.noisebook.paper.Grammar.shown;
import static org.noisebook.paper.Grammar.stopIfInterrupted;
import static org.noisebook.paper.Grammar.sum;
import static org.noisebook.paper.Grammar.zip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.ValueCache;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.PixelMap;
import org.noisebook.linalg.PixelMap.Motion;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Pictures that are one digit upright and another when turned by 180°, made by DDIM with a combination of the noise predicted for both views.
 *
 * <p>Two predictions of variance 1 and correlation ρ have a mean of variance (1 + ρ)/2, which the factor √(2/(1 + ρ)) rectifies.
 * Each digit is a Gaussian, so the law of pictures that are both is their product, also a Gaussian.
 */
@Paper(
        key = "2412.02693",
        title = "Diffusion-based Visual Anagram as Multi-task Learning",
        cite = {
            "Xu et al. 2024, arXiv 2412.02693",
            "Geng, Park, Owens 2024, Visual Anagrams, arXiv 2311.17919",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        },
        study = "anagrams",
        version = 1,
        does = "Pictures that are another digit when turned, from the noise predicted for both views",
        figure = "visual-anagrams",
        shows = "Pictures that are another digit when turned",
        streams = {"start", "shuffle"})
public final class VisualAnagrams extends OnePaper<VisualAnagrams.Config, VisualAnagrams.Result> {
    /** How the noise predicted for the two views is combined. */
    public enum Combine {
        /** Their mean. */
        MEAN,
        /** The mean times √(2/(1 + ρ)). */
        RECTIFIED,
        /** The mean times the same factors in random order of the steps. */
        SHUFFLED,
        /** A mean with more weight for the view whose digit is less likely. */
        BALANCED,
        /** Balanced and rectified. */
        BOTH,
        /** The noise predicted by the product of the two laws. */
        PRODUCT
    }

    /** Pictures of two digits. */
    public record Config(
            @Parameter(standard = "mean", value = "mean, rectified, shuffled, balanced, both or product")
            Combine combine,

            @Parameter(standard = "0", range = "[0, 9]", value = "digit upright")
            int upright,

            @Parameter(standard = "1", range = "[0, 9]", value = "digit when turned by 180°")
            int turned,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "50", range = "[2, 1000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "64", range = "[6, 10000]", value = "pictures")
            int particles) {}

    /** How well the pictures are both digits, and the variance of the noise predicted for them. */
    public record Result(
            @Parameter("mean probability of the upright digit, by Bayes' rule among ten")
            double first,

            @Parameter("mean probability of the turned digit when turned")
            double second,

            @Parameter("mean of the smaller of the two") double both,

            @Parameter("mean of (x − m)ᵀ C⁻¹ (x − m)/d under the product of the two laws: 1 for its samples")
            double shell,

            @Parameter("distance of the mean picture from that of the product over its rms")
            double offset,

            @Parameter(length = "steps", value = "correlation ρ of the two predictions at each step")
            Doubles correlation,

            @Parameter("largest |variance of their mean, each divided by its rms, − (1 + correlation)/2| of all steps")
            double unitError,

            @Parameter(length = "steps", value = "variance of their mean, each divided by its rms")
            Doubles unitVariance,

            @Parameter(length = "steps", value = "variance of their mean")
            Doubles variance,

            @Parameter(length = "steps", value = "variance of the combined prediction")
            Doubles combined,

            @Parameter("three pictures") Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int SIDE = 8;
    private static final int SHOWN = 3;
    /** Largest departure of a balanced weight from ½. */
    private static final double BALANCE = 0.25;

    private static final PixelMap TURN = PixelMap.nearest(SIDE, Motion.about(SIDE, 180, 1, 0, 0));

    /** The law of all digits, read once. */
    private static final class Digits {
        static final GaussianMixture LAW =
                Target.PictureClasses.standard().mixture().orElseThrow();
        /** A diffusion that leaves the data unchanged at time 0. */
        static final Field CLASS =
                new Diffusion.VariancePreserving(0.1, 20).marginals(LAW).responsibilities();
    }

    static GaussianMixture law(int digit) {
        return GaussianMixture.of(Digits.LAW.means()[digit], Digits.LAW.covariances()[digit]);
    }

    /** The Gaussian proportional to the density of one digit times that of another when turned. */
    static GaussianMixture product(int upright, int turned) {
        GaussianMixture one = law(upright);
        GaussianMixture other = law(turned);
        GaussianMixture back =
                GaussianMixture.of(column(TURN.of(rows(other.mean()))), TURN.covariance(other.covariance(), 0));
        int d = one.dimension();
        double[][] first = inverse(one.covariance());
        double[][] second = inverse(back.covariance());
        double[][] precision = zip(first, second, Double::sum);
        double[][] covariance = inverse(precision);
        double[] pull = new double[d];
        Arrays.setAll(pull, j -> Dot.inOrder(first[j], one.mean()) + Dot.inOrder(second[j], back.mean()));
        double[] mean = new double[d];
        Arrays.setAll(mean, j -> Dot.inOrder(covariance[j], pull));
        return GaussianMixture.of(mean, covariance);
    }

    private record Asked(Diffusion diffusion, int upright, int turned) {}

    /** The noise predicted for each digit and for their product; the fields keep their inverse covariances for every run. */
    private record Laws(Field one, Field other, Field joint) {
        static Laws of(Asked a) {
            return new Laws(
                    noise(a, law(a.upright())), noise(a, law(a.turned())), noise(a, product(a.upright(), a.turned())));
        }

        private static Field noise(Asked a, GaussianMixture law) {
            return a.diffusion().marginals(law).startMean();
        }
    }

    private static final ValueCache<Asked, Laws> LAWS = new ValueCache<>();

    private static double[][] inverse(double[][] matrix) {
        int d = matrix.length;
        double[] flat = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
        double[] inverse = Cholesky.of(d, flat).orElseThrow().inverse();
        return IntStream.range(0, d)
                .mapToObj(i -> Arrays.copyOfRange(inverse, i * d, (i + 1) * d))
                .toArray(double[][]::new);
    }

    private static double[][] rows(double... column) {
        return Arrays.stream(column).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }

    private static double[] column(double[][] rows) {
        return Arrays.stream(rows).mapToDouble(row -> row[0]).toArray();
    }

    /** The probabilities of the upright digit, and of the other digit when turned, for each picture. */
    private static double[][] chances(Config c, Field.Evaluator digits, double[][] x) {
        int count = x[0].length;
        double[][] out = new double[Digits.LAW.components()][count];
        digits.at(0, x, count, out);
        double[] upright = out[c.upright()].clone();
        digits.at(0, TURN.of(x), count, out);
        return new double[][] {upright, out[c.turned()]};
    }

    /** Mean product of two predictions, over pixels and pictures. */
    private static double moment(double[][] x, double[][] y) {
        return mean(x.length, j -> Dot.inOrder(x[j], y[j])) / x[0].length;
    }

    /** The pictures and what was measured on the way, {@code [quantity][step]}. */
    private record Made(double[][] x, double[][] measured, double[] factors) {}

    private static Made make(Config c, Combine combine, double[][] start, double... given) {
        Laws laws = LAWS.of(new Asked(c.diffusion(), c.upright(), c.turned()), Laws::of);
        Field one = laws.one();
        Field other = laws.other();
        Field joint = laws.joint();
        Field.Evaluator digits = Digits.CLASS.evaluator(c.particles());
        double[] times = TimeGrid.UNIFORM.times(1, 0, c.steps());
        double[][] measured = new double[4][c.steps()];
        double[] factors = new double[c.steps()];
        double[][] x = start;
        for (int k = 0; k < c.steps(); k++) {
            stopIfInterrupted();
            double a = c.diffusion().meanCoefficient(times[k]);
            double root = c.diffusion().stdDev(times[k]);
            double[][] mine = one.at(times[k], x);
            double[][] theirs = TURN.of(other.at(times[k], TURN.of(x)));
            double own = moment(mine, mine);
            double their = moment(theirs, theirs);
            double cross = moment(mine, theirs);
            double correlation = cross / Math.sqrt(own * their);
            double[][] noise = zip(mine, theirs, (u, v) -> (u + v) / 2);
            measured[0][k] = correlation;
            double[][] unit = zip(mine, theirs, (u, v) -> (u / Math.sqrt(own) + v / Math.sqrt(their)) / 2);
            measured[1][k] = moment(unit, unit);
            measured[2][k] = moment(noise, noise);
            if (combine == Combine.BALANCED || combine == Combine.BOTH) {
                double[][] mean = clean(x, noise, a, root);
                double[][] chances = chances(c, digits, mean);
                for (int j = 0; j < noise.length; j++) {
                    for (int n = 0; n < c.particles(); n++) {
                        double weight = 0.5 + BALANCE * (chances[1][n] - chances[0][n]);
                        noise[j][n] = weight * mine[j][n] + (1 - weight) * theirs[j][n];
                    }
                }
            } else if (combine == Combine.PRODUCT) {
                noise = joint.at(times[k], x);
            }
            boolean rectifies = combine == Combine.RECTIFIED || combine == Combine.BOTH;
            double factor = given.length > 0 ? given[k] : rectifies ? Math.sqrt(2 / (1 + correlation)) : 1;
            factors[k] = factor;
            noise = zip(noise, noise, (u, v) -> factor * u);
            measured[3][k] = moment(noise, noise);
            double next = c.diffusion().meanCoefficient(times[k + 1]);
            double nextRoot = c.diffusion().stdDev(times[k + 1]);
            x = zip(clean(x, noise, a, root), noise, (u, v) -> next * u + nextRoot * v);
        }
        return new Made(finite(x), measured, factors);
    }

    /** The clean picture that a prediction of the noise implies. */
    private static double[][] clean(double[][] x, double[][] noise, double a, double root) {
        return zip(x, noise, (u, v) -> (u - root * v) / a);
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        double[][] start = c.diffusion().prior(SIDE * SIDE).sample(streams.at("start"), c.particles());
        Made made;
        if (c.combine() == Combine.SHUFFLED) {
            double[] factors = make(c, Combine.RECTIFIED, start).factors();
            int[] order = IntStream.range(0, c.steps()).toArray();
            streams.at("shuffle").shuffle(order);
            made = make(
                    c,
                    Combine.SHUFFLED,
                    start,
                    Arrays.stream(order).mapToDouble(k -> factors[k]).toArray());
        } else {
            made = make(c, c.combine(), start);
        }
        double[][] x = made.x();
        double[][] chances = chances(c, Digits.CLASS.evaluator(c.particles()), x);
        double[] first = chances[0];
        double[] second = chances[1];
        GaussianMixture product = product(c.upright(), c.turned());
        double[] squares = product.mahalanobis(x, new int[c.particles()]);
        double[] mean = product.mean();
        double off = sum(x.length, j -> Math.pow(Arrays.stream(x[j]).average().orElseThrow() - mean[j], 2));
        return new Result(
                mean(first.length, n -> first[n]),
                mean(second.length, n -> second[n]),
                mean(first.length, n -> Math.min(first[n], second[n])),
                mean(squares.length, n -> squares[n] / x.length),
                Math.sqrt(off / Dot.inOrder(mean, mean)),
                Doubles.of(made.measured()[0]),
                IntStream.range(0, c.steps())
                        .mapToDouble(k -> Math.abs(made.measured()[1][k] - (1 + made.measured()[0][k]) / 2))
                        .max()
                        .orElseThrow(),
                Doubles.of(made.measured()[1]),
                Doubles.of(made.measured()[2]),
                Doubles.of(made.measured()[3]),
                shown(SHOWN, x));
    }

    @Override
    public double work(Config c) {
        double balance = c.combine() == Combine.BALANCED || c.combine() == Combine.BOTH ? 20 : 0;
        return (c.combine() == Combine.SHUFFLED ? 2 : 1) * c.steps() * (c.particles() * (3 + balance) + 1000) * 8e3;
    }

    @Override
    public long memory(Config c) {
        return 8L * 64 * 16 * c.particles() + (1L << 25);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }

    // The figure.

    private static final List<String> PAIRS = List.of("0 and 1", "3 and 8", "6 and 9");
    private static final List<String> DIGITS =
            List.of("upright=0, turned=1", "upright=3, turned=8", "upright=6, turned=9");
    private static final List<String> WAYS =
            List.of("average", "rectified", "shuffled", "balanced", "rectified\n+ balanced", "exact\nproduct");

    private List<Line<Config, Result>> ways(Board board, int pair, Combine... combine) {
        return Arrays.stream(combine)
                .map(way -> on(board, WAYS.get(way.ordinal()).replace('\n', ' ') + ", digits " + PAIRS.get(pair))
                        .with("combine=" + way.name().toLowerCase(Locale.ROOT) + ", " + DIGITS.get(pair))
                        .cell())
                .toList();
    }

    private static Cell<Config, Result> of(List<Line<Config, Result>> ways, Combine way) {
        return ways.get(way.ordinal()).last();
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Restoring lost variance helps anagrams only at the right steps",
                "Restoring lost variance helps anagrams, even at the wrong steps",
                "Restoring lost variance may help anagrams even at the wrong steps");
        board.subtitle(
                "One picture, 0 upright and 1 turned, by two denoisers; shuffled: the same rescaling at random steps");
        board.show("pictures", "both");
        int n = board.replicas(6, 32);
        var hard = ways(board, 0, Combine.values());
        var middle = ways(board, 1, Combine.values());
        var easy = ways(board, 2, Combine.MEAN, Combine.RECTIFIED);
        List<double[]> pixels = new ArrayList<>();
        List<Combine> rows = List.of(Combine.MEAN, Combine.RECTIFIED, Combine.SHUFFLED, Combine.BOTH, Combine.PRODUCT);
        for (Combine row : rows) {
            double[][] some = pictures(of(hard, row).runs().get(0).pictures(), SIDE * SIDE, 0, SHOWN);
            pixels.addAll(List.of(some));
            Arrays.stream(some).forEach(one -> pixels.add(column(TURN.of(rows(one)))));
        }
        double[][] all = pixels.toArray(double[][]::new);
        List<String> names = rows.stream().map(row -> WAYS.get(row.ordinal())).toList();
        var cells = rows.stream().map(row -> of(hard, row)).toList();
        board.pictures("pictures", "Three anagrams, upright and turned", names, 2 * SHOWN, SIDE, all, -1, 1)
                .grouped(SHOWN)
                .text(1, -1, "upright: 0")
                .text(SHOWN + 1, -1, "turned: 1")
                .beside(0, "weaker\ndigit", cells, Result::both);
        double[] places = Line.numbered(WAYS.size());
        Plot plot = board.plot(
                "both",
                "Is the weaker digit seen?",
                Axis.named(
                        "combination",
                        List.of(
                                "average",
                                "rectified: its\nvariance restored",
                                "shuffled",
                                "balanced: weaker\ndigit weighs more",
                                "rectified\n+ balanced",
                                "exact product\nof densities")),
                Axis.linear("probability of the weaker digit").range(0, 1));
        var pairs = List.of(hard, middle);
        for (int k = 0; k < pairs.size(); k++) {
            Estimate[] both = pairs.get(k).stream()
                    .map(line -> line.last().the(Reduction.mean(Result::both)))
                    .toArray(Estimate[]::new);
            plot.named(k == 0 ? "pair 0/1" : "pair 3/8").points(PAIRS.get(k), places, both, n);
        }
        tellGain(board, plot, hard, middle, easy);
        tellVariance(board, hard);
        tellBalance(board, pairs);
        board.caption(
                """
                8 × 8 digits, one Gaussian per class with an exact score, {} steps of DDIM, linear schedule of T = 1000. The noise predicted for the digit \
                upright and for the other digit turned by 180° is combined. Average: plain mean. Rectified: times √(2/(1 + ρ)), with ρ the measured \
                correlation of the predictions. Shuffled: the same factors in random order of the steps. Balanced: more weight for the less likely digit. \
                Exact product: noise of the product of the two Gaussians. (a) Three pictures from the same noise, and the same turned; numbers: as in b. (b) Mean over pictures of the smaller of two \
                probabilities by Bayes' rule among ten digits, each in its view. {} pictures per replica, means over {}, 95 % t intervals.""",
                hard.get(0).last().config().steps(), hard.get(0).last().config().particles(), n);
    }

    private void tellGain(
            Board board,
            Plot plot,
            List<Line<Config, Result>> hard,
            List<Line<Config, Result>> middle,
            List<Line<Config, Result>> easy) {
        Cell<Config, Result> plain = of(hard, Combine.MEAN);
        Cell<Config, Result> rectified = of(hard, Combine.RECTIFIED);
        Cell<Config, Result> shuffled = of(hard, Combine.SHUFFLED);
        String gain = "probability of the less likely digit, rectified minus mean";
        var line = hard.get(Combine.RECTIFIED.ordinal());
        Estimate less = rectified.less(plain, Result::both);
        Estimate own = rectified.less(shuffled, Result::both);
        plot.claim("steps", "gain of rectification minus that of the same factors shuffled, over the gain", line)
                .says("Shuffling the steps loses half the gain | share lost, 0/1")
                .above(0.5)
                .control("claim: hard")
                .of(own.times(1 / less.mean()))
                .from("rectification restores a variance step by step; bound set after a pilot: most of the gain");
        plot.claim("hard", gain, line)
                .says("Rectification helps the pair 0/1 by 0.1 | difference")
                .above(0.1)
                .control("claim: same")
                .of(less)
                .from(source() + ", bound of the atlas");
        plot.claim("easy", gain, easy.get(Combine.RECTIFIED.ordinal()))
                .between(-0.05, 0.05)
                .control("claim: hard")
                .of(of(easy, Combine.RECTIFIED).less(of(easy, Combine.MEAN), Result::both))
                .from(source() + ", window of the atlas: an easy pair has nothing to gain");
        plot.claim("middle", gain, middle.get(Combine.RECTIFIED.ordinal()))
                .says("Rectification helps the pair 3/8 | difference")
                .above(0)
                .control("claim: hard")
                .of(of(middle, Combine.RECTIFIED).less(of(middle, Combine.MEAN), Result::both))
                .from(source());
        plot.claim(
                        "product",
                        "probability of the less likely digit",
                        hard.get(Combine.PRODUCT.ordinal()),
                        1,
                        Result::both)
                .says("The exact product shows both digits | probability, 0/1")
                .above(0.85, 0, 1)
                .control("claim: plain")
                .from("the exact law of pictures that are both; bound set after a pilot");
        plot.claim("plain", "probability of the less likely digit", hard.get(0), 1, Result::both)
                .below(0.5, 0, 1)
                .from("control: the pair is hard for plain averages");
        board.claim(
                        "same",
                        "squared distance per pixel from the product, of its own samples",
                        hard.get(Combine.PRODUCT.ordinal()),
                        1,
                        Result::shell)
                .says("50 steps of DDIM sample the exact product | squared distance per pixel")
                .theory(1)
                .control("claim: far")
                .from("law of χ², less what 50 steps lose; window 10 %");
        board.claim("far", "squared distance per pixel from the product, of rectified pictures", line, 1, Result::shell)
                .above(1.1)
                .from("control: no factor makes the average of two scores their sum");
    }

    private void tellVariance(Board board, List<Line<Config, Result>> hard) {
        var mean = hard.get(0);
        var rectified = on(board, "rectified, digits " + PAIRS.get(0))
                .with("combine=rectified, particles=512")
                .cell();
        board.claim(
                        "unit",
                        "largest |variance of the mean of unit predictions − (1 + ρ)/2| of all steps",
                        mean,
                        1,
                        Result::unitError)
                .identity(0, 1e-10)
                .from("algebra, once each prediction is divided by its rms");
        for (int step : new int[] {1, 50}) {
            board.claim("restored-" + step, "variance of the rectified prediction, step " + step, rectified)
                    .says("Rectification restores variance 1 at the first and last step | variance of the prediction")
                    .theory(1, 0.03)
                    .control("claim: unrestored")
                    .of(rectified.last(), run -> run.combined().get(step - 1))
                    .from(source() + ", window of the atlas");
        }
        board.claim("unrestored", "variance of the mean prediction, step 50", mean)
                .below(0.97)
                .of(mean.last(), run -> run.variance().get(49))
                .from("control: the plain mean is too small");
    }

    private void tellBalance(Board board, List<List<Line<Config, Result>>> all) {
        var hard = all.get(0);
        ToDoubleFunction<Result> gap = run -> Math.abs(run.first() - run.second());
        board.claim(
                        "balance",
                        "probability of the less likely digit, balanced minus mean",
                        hard.get(Combine.BALANCED.ordinal()))
                .says("Balanced weights help more than rectification | difference of probabilities")
                .above(0)
                .control("claim: steps")
                .of(of(hard, Combine.BALANCED).less(of(hard, Combine.RECTIFIED), Result::both))
                .from(source() + "; sign set after a pilot");
        for (int k = 0; k < 2; k++) {
            board.claim(
                            "gap-" + k,
                            "gap between the digits' probabilities, balanced minus mean",
                            all.get(k).get(Combine.BALANCED.ordinal()))
                    .says("Balanced weights narrow the gap between the digits | difference of gaps")
                    .below(0)
                    .control("claim: balance")
                    .of(of(all.get(k), Combine.BALANCED).less(of(all.get(k), Combine.MEAN), gap))
                    .from(source() + ", check of the atlas");
        }
    }

    @Override
    protected String says() {
        return """
                The paper makes pictures that read as one thing upright and as another when turned, by averaging the noise predicted for both views, and treats the views as
                tasks. An average has too little variance, so it is multiplied by √(2/(1 + ρ)), with ρ the correlation of the predictions; and the view that lags gets more weight.
                Here the views are digits, each a Gaussian with an exact score, so the law of pictures that are both is known: the product of the two Gaussians. Attention, which the
                paper also treats, has no analogue.

                That two predictions of variance 1 have a mean of variance (1 + ρ)/2 is algebra, and it holds at every step. But exact predictions do not have variance 1: theirs
                falls towards the clean picture, and so the factor does not restore 1 there but 0.15. It still helps: for 0 and 1, the hardest pair, the probability of the less likely
                digit rises from 0.37 to 0.53, for 3 and 8 by 0.02, and for 6 and 9, where nothing is left to gain, not at all. Yet the same factors in random order of the steps give nearly the same gain. So the factor
                acts as a gain of the whole guidance, not by mending the variance of a step. Balanced weights help more, and both together come near the exact
                product, which has 0.91. Balance narrows the gap between the digits for 3 and 8; for 0 and 1 it raises both alike. No factor makes an average of scores their sum: rectified
                pictures stay twice as far from the product as its own samples, which 50 steps of DDIM already shrink by a third.

                In practice: balance the views first; treat the rectifying factor as one number to tune, above 1 towards the end; and compare with the sum of the scores, which is the product.""";
    }
}
