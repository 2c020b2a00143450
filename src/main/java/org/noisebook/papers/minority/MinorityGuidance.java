package org.noisebook.papers.minority;

import static org.noisebook.paper.Grammar.argmax;
import static org.noisebook.paper.Grammar.distances;
import static org.noisebook.paper.Grammar.each;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.first;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.pictures;
import static org.noisebook.paper.Grammar.share;
import static org.noisebook.paper.Grammar.sum;
import static org.noisebook.paper.Grammar.where;

import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.stats.RankCorrelation;

/**
 * Guidance towards rare samples: which data it reaches at each weight, and how far it drives samples away from the data.
 *
 * <p>A point's rarity is the distance between the point and its Tweedie estimate under noise. The exact classifier infers only the
 * component of a noised point, p(level | x) = Σ_k p(k | x) P(level | k), so at w = 1 the guided score is that of the mixture with weights
 * π_k P(level | k). The kernel classifier puts a Gaussian on every point of a level.
 */
@Paper(
        key = "2301.12334",
        title = "Don't Play Favorites: Minority Guidance for Diffusion Models",
        cite = {
            "Um, Lee, Ye 2023, arXiv 2301.12334",
            "Dhariwal, Nichol 2021, Diffusion Models Beat GANs on Image Synthesis, arXiv 2105.05233"
        },
        study = "minority",
        version = 3,
        does = "Samples of a diffusion steered to rare ones by how much Tweedie's mean misses",
        figure = "minority-guidance",
        shows = "Guidance to rare samples: whom it reaches",
        streams = {"points", "rarity", "start", "path", "check"})
public final class MinorityGuidance extends OnePaper<MinorityGuidance.Config, MinorityGuidance.Result> {
    /** Three unit Gaussians in the plane, or the Gaussians of ten digits, five of them rare. */
    public enum Data {
        PLANE,
        DIGITS;

        GaussianMixture law() {
            return this == PLANE
                    ? GaussianMixture.unit(new double[] {0.90, 0.08, 0.02}, new double[][] {{0, 0}, {5, 0}, {0, 6}})
                    : Target.PictureClasses.standard().mixture().orElseThrow().reweighed(k -> k < 5 ? 0.18 : 0.02);
        }
    }

    /** Exact components, weighted by how often each has the level; or kernels on the points that define the levels. */
    public enum Classifier {
        EXACT,
        KERNEL
    }

    /** Samples guided to a level of rarity. */
    public record Config(
            @Parameter(standard = "plane", value = "uneven mixture: plane or digits")
            Data data,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "exponentialMultistep", value = "sampling method")
            DiffusionMethod method,

            @Parameter(standard = "50", range = "[1, 10000]", value = "steps of equal length")
            int steps,

            @Parameter(standard = "exact", value = "classifier of the levels: exact or kernel")
            Classifier classifier,

            @Parameter(standard = "10", range = "[2, 20]", value = "levels of rarity, equally frequent")
            int levels,

            @Parameter(standard = "10", range = "[1, levels]", value = "requested level, 1 the commonest")
            int level,

            @Parameter(standard = "1", range = "[0, 20]", symbol = "w", value = "weight of guidance")
            double weight,

            @Parameter(standard = "0.5", range = "[0.01, 0.9]", value = "noise time at which rarity is measured")
            double rarityTime,

            @Parameter(standard = "16", range = "[1, 1000]", value = "noise draws per point")
            int draws,

            @Parameter(standard = "4000", range = "[5 levels, 100000]", value = "points that set the levels")
            int points,

            @Parameter(standard = "2000", range = "[16, 100000]", value = "samples")
            int particles) {}

    /** Composition of the samples; minorities are components with less than half of an equal share. */
    public record Result(
            @Parameter("rank correlation of rarity and -log p")
            double ranks,

            @Parameter("weight of the minorities") double prior,

            @Parameter("share of minorities by Bayes' rule, Σ π_k P(level | k), minorities over all")
            double bayes,

            @Parameter("share of minorities among samples, each under its likeliest component")
            double share,

            @Parameter("mean of (x − μ)ᵀ Σ⁻¹ (x − μ)/d under that component: 1 for its own samples")
            double distance,

            @Parameter("share of samples whose own rarity is of the level")
            double levelShare,

            @Parameter("the first 400 samples in the plane, x₁ of all and then x₂; none of digits")
            Doubles samples)
            implements Outcome {}

    /** Kernel width relative to Scott's rule for one Gaussian; number of points in the rank correlation. */
    private static final double WIDTH = 0.5;

    private static final int RANKED = 2000;
    /** Number of samples kept for display. */
    private static final int SHOWN = 400;
    /** The radius that contains 95 % of a unit Gaussian in the plane. */
    private static final double REACH = Math.sqrt(2 * StrictMath.log(20));

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        GaussianMixture law = c.data().law();
        double[][] points = law.sample(streams.at("points"), c.points());
        double[] rarity = rarity(c, law, points, streams.at("rarity"));
        Levels levels = new Levels(rarity, c.levels());
        boolean[] asked = each(rarity, r -> levels.of(r) == c.level());
        var marginals = c.diffusion().marginals(law);
        double[] chance = chances(marginals.responsibilities().at(0, points), asked);
        Score score = guided(c, law, marginals.score(), points, asked, chance);
        double[][] x = finite(c.diffusion()
                .sample(c.method(), score, c.steps(), c.particles(), streams.at("start"), streams.at("path")));
        int[] best = likeliest(c, x);
        double[] w = law.weights();
        boolean[] minor = minorities(law);
        double[] squares = law.mahalanobis(x, best);
        double[] own = rarity(c, law, x, streams.at("check"));
        return new Result(
                -RankCorrelation.of(
                        first(RANKED, rarity),
                        first(RANKED, marginals.logDensity().at(0, points)[0])),
                sum(w.length, k -> minor[k] ? w[k] : 0),
                sum(w.length, k -> minor[k] ? w[k] * chance[k] : 0) / sum(w.length, k -> w[k] * chance[k]),
                share(best.length, n -> minor[best[n]]),
                mean(best.length, n -> squares[n] / x.length),
                share(own.length, n -> levels.of(own[n]) == c.level()),
                Doubles.of(Arrays.stream(x)
                        .flatMapToDouble(row -> Arrays.stream(first(c.data() == Data.PLANE ? SHOWN : 0, row)))
                        .toArray()));
    }

    /** The likeliest component of each point if all had equal weight. */
    private static int[] likeliest(Config c, double[][] x) {
        return argmax(c.diffusion()
                .marginals(c.data().law().reweighed(k -> 1))
                .responsibilities()
                .at(0, x));
    }

    /** Levels of rarity, counted from 1, at the quantiles of the points. */
    private record Levels(double[] sorted, int count) {
        Levels {
            sorted = sorted.clone();
            Arrays.sort(sorted);
        }

        int of(double rarity) {
            int level = 1;
            while (level < count && rarity >= sorted[level * sorted.length / count]) {
                level++;
            }
            return level;
        }
    }

    static boolean[] minorities(GaussianMixture law) {
        return each(law.weights(), w -> w < 0.5 / law.components());
    }

    /** Mean distance between each point and its Tweedie estimates over noise draws. */
    private static double[] rarity(Config c, GaussianMixture law, double[][] x, Stream stream) {
        Field denoiser = c.diffusion().marginals(law).endMean();
        double[] sum = new double[x[0].length];
        for (int draw = 0; draw < c.draws(); draw++) {
            double[] misses =
                    distances(x, denoiser.at(c.rarityTime(), c.diffusion().noised(c.rarityTime(), x, stream)));
            Arrays.setAll(sum, n -> sum[n] + misses[n] / c.draws());
        }
        return sum;
    }

    /** The probabilities P(level | k), estimated from the points with responsibilities as weights. */
    private static double[] chances(double[][] component, boolean... asked) {
        return Arrays.stream(component)
                .mapToDouble(of -> {
                    double all = sum(of.length, n -> of[n]);
                    return all > 0 ? sum(of.length, n -> asked[n] ? of[n] : 0) / all : 0;
                })
                .toArray();
    }

    private static Score guided(
            Config c, GaussianMixture law, Score plain, double[][] points, boolean[] asked, double... chance) {
        if (c.classifier() == Classifier.EXACT) {
            Score level = c.diffusion()
                    .marginals(law.reweighed(k -> law.weights()[k] * chance[k]))
                    .score();
            return new Guidance(plain, level, c.weight());
        }
        double width = WIDTH * StrictMath.pow(c.points(), -1.0 / (points.length + 4));
        Score some = kernels(c, where(points, n -> asked[n]), width);
        return Score.sum(new double[] {1, c.weight(), -c.weight()}, plain, some, kernels(c, points, width));
    }

    private static Score kernels(Config c, double[][] points, double width) {
        return c.diffusion().marginals(GaussianMixture.kernels(points, width)).score();
    }

    @Override
    public double work(Config c) {
        double d = c.data() == Data.PLANE ? 2 : 64;
        double kernels = c.classifier() == Classifier.KERNEL ? 10.0 * c.points() : 0;
        return (double) c.steps() * c.particles() * (10 * d * d + kernels) + 10.0 * c.draws() * c.points() * d * d;
    }

    @Override
    public long memory(Config c) {
        return (8L * c.points() + 8L * c.particles()) * 64 * Double.BYTES + (1L << 26);
    }

    @Override
    public List<String> inputs(Config c) {
        return c.data() == Data.DIGITS ? Target.Pictures.standard().files() : List.of();
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.control("claim: prior");
        board.title(
                "Guidance of weight 1 finds the minorities; stronger guidance overshoots",
                "Guidance does not draw minorities above their weight",
                "Guidance may draw minorities above their weight");
        board.subtitle("Samples in the plane, guided to rare data with weight w; grey: where the data lie");
        board.show("w = 0", "w = 0.5", "w = 1", "w = 2", "w = 4");
        int n = board.replicas(4);
        int digits = board.choose(350, 1000);
        int many = board.choose(6, n);
        board.stamp(n + ", digits " + many);
        var exact = on(board, "exact classifier, plane with mode weights 0.90, 0.08, 0.02, rarest of ten levels")
                .with("particles=2000")
                .along("weight", 0, 0.5, 1, 2, 4);
        var learned = on(
                        board,
                        "kernel classifier on 1000 points, plane with mode weights 0.90, 0.08, 0.02, rarest of ten levels")
                .with("classifier=kernel, points=1000, particles=250")
                .along("weight", board.choose(new double[] {1}, new double[] {0.5, 1, 2, 4}));
        var pixels = on(board, "exact classifier, Gaussian digits, 5 to 9 with weight 0.02 each, rarest of ten levels")
                .with("data=digits, points=1000, draws=4, steps=20, particles=" + digits)
                .replicas(c -> many)
                .along("weight", 0, 1);
        var times = on(
                        board,
                        "w = 1, exact classifier, Gaussian digits, 5 to 9 with weight 0.02 each, rarest of ten levels")
                .with("data=digits, points=1000, draws=4, steps=20, particles=" + digits)
                .replicas(c -> many)
                .along("rarityTime", 0.2, 0.35, 0.5);
        for (double w : exact.x()) {
            tellSamples(board, w, exact.at(w));
        }
        Axis weight = Axis.linear("guidance weight w").range(-0.2, 4.2);
        var share = board.plot(
                        "share",
                        "Share of minorities",
                        weight,
                        Axis.linear("share of minorities").range(0, 1.05))
                .means("exact classifier", exact, Result::share)
                .means("learned classifier", learned, Result::share)
                .named("exact classifier, digits")
                .means("digits, exact", pixels, Result::share)
                .named("Bayes' rule, w = 1")
                .level("Bayes at w = 1", exact.at(1).mean(Result::bayes));
        var far = board.plot("distance", "Distance from the data", weight, Axis.log10("squared distance, 1: as data"))
                .means("exact classifier", exact, Result::distance)
                .means("learned classifier", learned, Result::distance)
                .level("data", 1);
        var swept = board.plot(
                        "times",
                        "Rarity measured at other times",
                        Axis.linear("noise time τ of the rarity"),
                        Axis.linear("share of rare digits, w = 1").range(0, 0.5))
                .means("digits", times, Result::share)
                .level("their weight", 0.1);

        String atlas = "bound of the atlas";
        for (var line : List.of(exact, pixels)) {
            String of = line == pixels ? "-digits" : "";
            share.claim("bayes" + of, "minority share minus Bayes' prediction", line, 1, r -> r.share() - r.bayes())
                    .identity(0, 0.03)
                    .from("Σ π_k P(level | k) over minorities over that of all; window of the atlas");
            share.claim("prior" + of, "minority share minus weight in the data", line, 0, r -> r.share() - r.prior())
                    .theory(0, 0.03)
                    .from("control: no guidance, no change");
        }
        share.claim("more", "minority share minus weight in the data", exact, 1, r -> r.share() - r.prior())
                .above(0.1)
                .says(
                        "Guidance of weight 1 draws more minorities than the data contain | share of minorities − in the data")
                .from(source(), "bound set before the run");
        for (double tau : new double[] {0.5, 0.35, 0.2}) {
            String of = tau == 0.5 ? "" : "-" + tau;
            swept.claim(
                            "more-digits" + of,
                            "minority share minus weight in the data",
                            times,
                            tau,
                            r -> r.share() - r.prior())
                    .control("claim: prior-digits")
                    .above(0.1)
                    .says("Weight 1 draws more rare digits at three noise times | share of rare digits − in the data")
                    .from(source(), "bound set before the run");
        }
        for (double w : new double[] {2, 4}) {
            share.claim("reached-" + (int) w, "minority share", exact, w, Result::share)
                    .above(0.99, 0, 1)
                    .from(source(), atlas);
        }
        share.claim("learned", "minority share minus Bayes' prediction", learned, 1, r -> r.share() - r.bayes())
                .theory(0, 0.05)
                .from("window set before the run");
        for (double w : new double[] {0.5, 2, 4}) {
            String name = w < 1 ? "half" : Integer.toString((int) w);
            far.claim("thrown-" + name, "squared distance per coordinate from its mode", exact, w, Result::distance)
                    .control("claim: kept")
                    .above(1.3)
                    .says("Weights of ½, 2 and 4 drive samples away from the data")
                    .from("only at w = 0 and 1 does guidance sample a distribution of the data", atlas);
        }
        far.claim("kept", "squared distance per coordinate from its mode", exact, 1, Result::distance)
                .identity(1, 0.1)
                .from("at w = 1 the exact classifier's score is that of a mixture of the same components");
        far.claim("kept-prior", "squared distance per coordinate from its mode", exact, 0, Result::distance)
                .theory(1, 0.1)
                .from("control: no guidance");
        board.claim("ranks", "rank correlation between rarity and −log p", exact, 1, Result::ranks)
                .control("claim: ranks-digits")
                .above(0.9, -1, 1)
                .from(source(), atlas);
        board.claim("ranks-digits", "rank correlation between rarity and −log p", pixels, 1, Result::ranks)
                .control("claim: ranks")
                .above(0.9, -1, 1)
                .says("A denoiser's error tells how rare a digit is | rank correlation with −log p")
                .from(source(), atlas);

        board.caption("""
                Samples of three Gaussians in the plane, of weight 0.90, 0.08 and 0.02, by 50 steps of order 2, steered with weight w to \
                the rarest tenth of points. Rarity: mean distance of Tweedie's estimate from a point under noise, τ = 0.5. Minorities: \
                the two lighter Gaussians. Shown: 400 samples of one replica by the exact classifier, coloured by their likeliest Gaussian, \
                and the share of minorities over all replicas. The classifier knows the Gaussian a point came from, not where it lies: at w = 1 a \
                share of {} has the level asked for. In the table: share and squared distance (x − μ)ᵀΣ⁻¹(x − μ)/d against w, also by a \
                classifier of kernels on 1000 points; rare digits (5 to 9, of weight 0.02 each) against τ. {} replicas of 2000 samples (250 \
                learned; digits: {} of {}), 95 % t intervals.""", exact.at(1).mean(Result::levelShare), n, many, digits);
    }

    /** Plots the samples of one replica over the contours of the data. */
    private static void tellSamples(Board board, double w, Cell<Config, Result> cell) {
        String name = Words.say("w = {}", w);
        Axis up = Axis.linear("x₂").range(-4, 14);
        Plot plot = board.plot(name, name.replace("0.5", "½"), Axis.linear("x₁").range(-4, 14), up);
        double[] turn = Line.even(-Math.PI, Math.PI, 41);
        double[][] means = Data.PLANE.law().means();
        for (double[] mean : means) {
            double[] across = Arrays.stream(turn)
                    .map(a -> mean[0] + REACH * StrictMath.cos(a))
                    .toArray();
            double[] height = Arrays.stream(turn)
                    .map(a -> mean[1] + REACH * StrictMath.sin(a))
                    .toArray();
            double[] below = Arrays.stream(height).map(y -> 2 * mean[1] - y).toArray();
            plot.colour(Plot.GREY)
                    .named(mean == means[0] ? "data, 95 % of each mode" : "")
                    .band("data", across, below, height)
                    .line(LineKind.SAMPLE, "data", across, height);
        }
        Doubles kept = cell.runs().get(0).samples();
        double[][] x = pictures(kept, kept.size() / 2, 0, 2);
        int[] best = kept.size() < 2 ? new int[0] : likeliest(cell.config(), x);
        boolean[] minor = minorities(Data.PLANE.law());
        double[][] most = where(x, n -> !minor[best[n]]);
        double[][] few = where(x, n -> minor[best[n]]);
        plot.named("samples from the majority")
                .points("majority", most[0], most[1])
                .named("from minorities")
                .points("minorities", few[0], few[1])
                .note(Math.round(100 * cell.mean(Result::share)) + " % minority");
    }

    @Override
    protected String says() {
        return """
                The paper measures how rare a point is by how far its Tweedie estimate under noise misses it, sorts the data into levels \
                of that number, and steers samples to a level by the gradient of a classifier. Measured here on three Gaussians in the \
                plane, two of them light, where the classifier that knows the components makes the guided score at w = 1 that of a \
                mixture: the rarity ranks points nearly as −log p does, and the share of minorities at w = 1 is Bayes', by algebra. That \
                classifier knows the component, not the place: one sample in five at w = 1 misses the level asked for. One learned from \
                a thousand points does about as well; from w = 2 on nearly all samples are from minorities, but they lie outside the \
                data, more so with every unit of weight, and at w = ½ samples lie between the modes, outside as well. On unbalanced \
                digits it depends on the noise of rarity: at τ = 0.5 guidance to the rarest tenth scarcely reaches rare classes, at 0.35 \
                and 0.2 it does: the rarity must measure what is meant by rare. In practice: sweep τ, check the ranking on data whose density you know something about, stay near w = 1, and count how many samples \
                are still data.""";
    }
}
