package org.noisebook.papers.ambient;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.field.MixtureEm;
import org.noisebook.field.MixtureEm.Batch;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The separation of two Gaussians ±μ learned from clean and noisy samples, by EM, by moments, and against the information in them.
 *
 * <p>EM runs on the samples and their negatives, which keeps the means opposite and the variances equal.
 */
@Paper(
        key = "2411.02780",
        title = "How much is a noisy image worth? Data Scaling Laws for Ambient Diffusion",
        cite = {
            "Daras, Cherapanamjeri, Daskalakis 2024, arXiv 2411.02780",
            "Bickel, Klaassen, Ritov, Wellner 1993, Efficient and Adaptive Estimation for Semiparametric Models"
        },
        study = "ambient-scaling",
        version = 1,
        does = "The separation of a mixture from clean and noisy samples, against their information",
        figure = "ambient-scaling",
        shows = "What a noisy sample is worth",
        streams = {"samples", "noise"})
public final class AmbientScaling extends OnePaper<AmbientScaling.Config, AmbientScaling.Result> {
    /** What must be learned. */
    public enum Unknown {
        /** μ. */
        SEPARATION,
        /** μ and the variance. */
        VARIANCE,
        /** Three free means −2μ, 0 and 2μ; information only. */
        MEANS
    }

    /** Clean and noisy samples of a mixture. */
    public record Config(
            @Parameter(standard = "1", range = "[0.1, 10]", symbol = "μ", value = "means are ±μ")
            double mean,

            @Parameter(standard = "0.25", range = "[0.01, 10]", symbol = "v", value = "variance about each")
            double variance,

            @Parameter(standard = "1", range = "[0.01, 100]", symbol = "σ", value = "standard deviation of the noise")
            double sigma,

            @Parameter(standard = "300", range = "[10, 100000]", symbol = "n", value = "samples")
            int samples,

            @Parameter(standard = "0.1", range = "[0, 1]", symbol = "f", value = "share of clean samples")
            double clean,

            @Parameter(standard = "separation", value = "what must be learned: separation, variance as well, or means")
            Unknown unknown,

            @Parameter(standard = "100", range = "[0, 10000]", value = "data sets; 0 for the information alone")
            int repeats) {
        /** Rejects data with three means. */
        public Config {
            if (unknown == Unknown.MEANS && repeats > 0) {
                throw new IllegalArgumentException("repeats must be 0 if means are unknown, got " + repeats);
            }
        }

        int cleanSamples() {
            return (int) Math.rint(clean * samples);
        }

        Information information() {
            return Information.valueOf(unknown.name());
        }

        /** The information in all samples. */
        double total() {
            int n = cleanSamples();
            double[][] seen = information().of(mean, variance, sigma);
            return Information.first(Information.sum(n, information().of(mean, variance, 0), samples - n, seen));
        }
    }

    /** Mean squared errors of μ over data sets. */
    public record Result(
            @Parameter("mean squared error of EM") double square,
            @Parameter("mean error of EM") double bias,

            @Parameter("mean squared error of the second moment, with the variance known")
            double moments,

            @Parameter("the Cramér–Rao bound of unbiased estimates")
            double bound,

            @Parameter("noisy samples alone that are worth a clean one")
            double rate,

            @Parameter("what each noisy sample adds to the clean ones, over what one is worth alone")
            double gain,

            @Parameter("logarithm of a noisy sample's worth alone, over a clean one's")
            double alone,

            @Parameter("logarithm of what each noisy sample adds to the clean ones, over a clean one's")
            double beside)
            implements Outcome {
        double ratio() {
            return square / bound;
        }
    }

    // The study.

    private static final int MOST = 2000;
    private static final double ENOUGH = 1e-7;

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream samples = streams.at("samples");
        Stream noise = streams.at("noise");
        double square = 0;
        double bias = 0;
        double moments = 0;
        for (int r = 0; r < c.repeats(); r++) {
            Grammar.stopIfInterrupted();
            double[][] y = data(c, samples, noise);
            double second = Math.sqrt(Math.max(0, secondMoment(c, y)));
            double error = em(c, y, second) - c.mean();
            square += error * error / c.repeats();
            bias += error / c.repeats();
            moments += (second - c.mean()) * (second - c.mean()) / c.repeats();
        }
        boolean none = c.repeats() == 0;
        Information of = c.information();
        double alone = of.alone(c.mean(), c.variance(), c.sigma());
        double beside = c.clean() == 1 ? Double.NaN : of.beside(c.clean(), c.mean(), c.variance(), c.sigma());
        return new Result(
                none ? Double.NaN : Grammar.finite(square),
                none ? Double.NaN : bias,
                none ? Double.NaN : moments,
                1 / c.total(),
                1 / alone,
                beside / alone,
                StrictMath.log(alone),
                StrictMath.log(beside));
    }

    /** Clean samples, then noisy ones. */
    private static double[][] data(Config c, Stream samples, Stream noise) {
        int clean = c.cleanSamples();
        double[][] y = {new double[clean], new double[c.samples() - clean]};
        double root = Math.sqrt(c.variance());
        for (int k = 0; k < c.samples(); k++) {
            double x = (samples.nextDouble() < 0.5 ? -c.mean() : c.mean()) + root * samples.nextGaussian();
            double z = c.sigma() * noise.nextGaussian();
            if (k < clean) {
                y[0][k] = x;
            } else {
                y[1][k - clean] = x + z;
            }
        }
        return y;
    }

    /** E y² less the variance and the noise, pooled with weights 1/(2s² + 4sμ²), the inverse variances of y² with μ² of a first pass. */
    private static double secondMoment(Config c, double[]... y) {
        double square = 0;
        for (int pass = 0; pass < 2; pass++) {
            double sum = 0;
            double weights = 0;
            for (int g = 0; g < 2; g++) {
                double s = c.variance() + g * c.sigma() * c.sigma();
                double w = 1 / (2 * s * s + 4 * s * Math.max(0, square));
                for (double one : y[g]) {
                    sum += (one * one - s) * w;
                    weights += w;
                }
            }
            square = sum / weights;
        }
        return square;
    }

    private static double em(Config c, double[][] y, double start) {
        List<Batch> batches = new ArrayList<>();
        for (int g = 0; g < 2; g++) {
            int n = y[g].length;
            double[] both = new double[2 * n];
            for (int k = 0; k < n; k++) {
                both[2 * k] = y[g][k];
                both[2 * k + 1] = -y[g][k];
            }
            if (n > 0) {
                batches.add(Batch.whole(new double[] {g * c.sigma() * c.sigma()}, new double[][] {both}));
            }
        }
        MixtureEm em = new MixtureEm(batches);
        double from = Math.max(start, 0.1 * Math.sqrt(c.variance()));
        GaussianMixture law = GaussianMixture.onLine(
                new double[] {0.5, 0.5}, new double[] {-from, from}, new double[] {c.variance(), c.variance()});
        return (c.unknown() == Unknown.SEPARATION ? em.covariancesHeld() : em)
                .fit(law, MOST, ENOUGH)
                .means()[1][0];
    }

    @Override
    public double work(Config c) {
        return 2000.0 * c.samples() * c.repeats() + 1e5;
    }

    @Override
    public long memory(Config c) {
        return 200L * c.samples() + (1L << 24);
    }

    // The figure.

    private static final double[] ALL = {1, 2, 3, 4, 6, 8, 12, 16, 24};

    @Override
    protected void tell(Board board) {
        board.title(
                "Beside clean samples, noisy ones are worth far more than alone",
                "Beside clean samples, noisy ones are worth no more than alone",
                "Beside clean samples, noisy ones may be worth more than alone");
        board.subtitle("Learning the separation of two Gaussians ±1 of variance 0.25 from samples with noise σ");
        board.show("worth", "share");
        int n = board.replicas(10, 100);
        double[] shares = {0, 0.1, 1};
        var known = on(board, "variance known, σ = 1, n = 300").along("clean", shares);
        Setting<Config, Result> learned =
                on(board, "variance learned, σ = 1, n = 300").with("unknown=variance");
        var free = learned.along("clean", 0.1);
        var half = on(board, "variance known, noisy samples alone, n = 300")
                .with("clean=0")
                .along("sigma", 0.5, 1);
        var halfFree = learned.with("clean=0")
                .called("variance learned, noisy samples alone, n = 300")
                .along("sigma", 0.5);
        var part = on(board, "variance known, the clean tenth alone, n = 30")
                .with("samples=30, clean=1")
                .cell();
        var information =
                on(board, "variance known, a tenth clean").with("repeats=0").replicas(c -> 1);
        Line<Config, Result> ofKnown = information.along("sigma", ALL);
        Line<Config, Result> ofVariance = information
                .called("variance learned, a tenth clean")
                .with("unknown=variance")
                .along("sigma", ALL);
        Line<Config, Result> ofMeans =
                information.called("three free means").with("unknown=means").along("sigma", ALL);
        board.stamp(n + " of 100 data sets");
        double[] sigma = Line.logarithmic(0.4, 8, 40);
        Information sep = Information.SEPARATION;
        Information var = Information.VARIANCE;
        Plot worth = board.plot(
                        "worth",
                        "Worth of a noisy sample",
                        Axis.log10("noise σ").range(0.4, 8),
                        Axis.log10("information / that of a clean one").range(1e-8, 1))
                .law("variance known", sigma, s -> sep.alone(1, 0.25, s))
                .law("learned, alone", sigma, s -> var.alone(1, 0.25, s))
                .colour(0)
                .named("")
                .points("EM, known", half, worthOf(300))
                .colour(1)
                .named("")
                .points("EM, learned", halfFree, worthOf(300))
                .colour(2)
                .law("learned, beside clean", sigma, s -> var.beside(0.1, 1, 0.25, s))
                .slope("σ⁻⁴", 2.6, 2e-1, 2, -4)
                .slope("σ⁻⁸", 1.1, 3e-4, 1.7, -8);
        double[] fine = Line.logarithmic(0.02, 1, 30);
        double bound = 1 / (300 * Information.first(sep.of(1, 0.25, 0)));
        Plot mix = board.plot(
                        "share",
                        "Both together, σ = 1",
                        Axis.linear("share of clean samples").range(0, 1.02),
                        Axis.log10("error / that of 300 clean ones").range(0.8, 30))
                .law("variance known", Line.even(0, 1, 30), f -> 1 / (f + (1 - f) * sep.alone(1, 0.25, 1)))
                .law("variance learned", Line.even(0, 1, 30), f -> 1 / total(var, f) * ratioAtOne(var, sep))
                .colour(0)
                .named("")
                .points("EM, known", known, Reduction.mean(r -> r.square() / bound))
                .colour(1)
                .named("")
                .points("EM, learned", free, Reduction.mean(r -> r.square() / bound))
                .colour(3)
                .law("the clean ones alone", fine, f -> 1 / f);

        String window = "window 10 %";
        String fixed = "set before the run";
        worth.claim("beside", "worth of a noisy sample beside clean ones over that alone", ofVariance, 3)
                .says("Clean samples make noisy ones useful | worth beside / alone, σ = 3")
                .above(10)
                .control("claim: beside-known")
                .of(ofVariance.at(3).mean(Result::gain))
                .from(source(), "bound " + fixed);
        board.claim("beside-known", "worth of a noisy sample beside clean ones over that alone", ofKnown, 3)
                .identity(1, 1e-9)
                .of(ofKnown.at(3).mean(Result::gain))
                .from("control: information on one parameter adds");
        board.claim("beside-slope", "slope of log worth beside clean samples on log σ, σ = 8 to 24", ofVariance)
                .theory(-4, 0.4)
                .control("claim: slope-variance")
                .of(slope(ofVariance, 8, 24, Result::beside))
                .from("clean samples tell the variance, so the law is that of a known one; window " + fixed);
        List<Line<Config, Result>> lines = List.of(ofKnown, ofVariance, ofMeans);
        for (Unknown one : Unknown.values()) {
            int limit = List.of(-4, -8, -6).get(one.ordinal());
            Line<Config, Result> line = lines.get(one.ordinal());
            String name = one.name().toLowerCase(Locale.ROOT);
            String other = Unknown.values()[(one.ordinal() + 1) % 3].name().toLowerCase(Locale.ROOT);
            String of = "slope of log worth alone on log σ over " + limit + ", σ = 8 to 24";
            (one == Unknown.MEANS ? board.claim("slope-" + name, of, line) : worth.claim("slope-" + name, of, line))
                    .says("Alone, worth falls as σ⁻⁴; variance learned, σ⁻⁸ | slope / limit")
                    .theory(1)
                    .control("claim: slope-" + other)
                    .of(slope(line, 8, 24, Result::alone) / limit)
                    .from("twice the order of the first moment that tells; " + window);
            board.claim("near-" + name, "slope of log worth alone on log σ, σ = 2, 3, 4, 6, 8", line)
                    .theory(List.of(-3.69, -7.46, -4.87).get(one.ordinal()), 0.05)
                    .control("claim: slope-" + name)
                    .of(slope(line, 2, 8, Result::alone))
                    .from("computed independently of this kit; window " + fixed);
        }
        double[] rates = {7.3, 50.58, 201.77};
        for (int k = 1; k <= 3; k++) {
            board.claim("rate-" + k, "noisy samples worth a clean one, alone", ofKnown, k)
                    .theory(rates[k - 1])
                    .within(0.05 * rates[k - 1])
                    .control("claim: rate-learned")
                    .of(ofKnown.at(k).mean(Result::rate))
                    .from("computed independently of this kit; window 5 %");
        }
        board.claim("rate-learned", "noisy samples worth a clean one, alone", ofVariance, 3)
                .above(1000)
                .of(ofVariance.at(3).mean(Result::rate))
                .from("control: the rate depends on what is known; bound " + fixed);
        String over = "mean squared error of EM over the Cramér–Rao bound";
        bound(mix, "mixed", over, known, 0.1);
        bound(mix, "clean", over, known, 1);
        bound(mix, "noisy", over, known, 0);
        bound(mix, "learned", over, free, 0.1);
        Cell<Config, Result> mixed = known.at(0.1);
        board.claim("part", "mean squared error of EM on the clean tenth over the bound of all samples", part, 1)
                .above(1.2)
                .control("claim: bound-mixed")
                .of(part.at(1).the(Reduction.mean(Result::square)).times(1 / mixed.mean(Result::bound)))
                .from("the clean samples alone hold 45 % of the information; bound of the window of 20 %");
        board.claim(
                        "moments",
                        "mean squared error of the second moment over the Cramér–Rao bound, as good as EM",
                        known,
                        0.1)
                .theory(1, 0.2)
                .control("claim: part")
                .of(mixed.the(Reduction.mean(r -> r.moments() / r.bound())))
                .from("baseline: with the variance known, one moment does as well; window 20 %");
        mix.claim("total", "error of 300 clean samples over that of 30 clean and 270 noisy ones", known, 0.1)
                .says("A tenth clean is far from all clean | information / all clean")
                .theory(0.1 + 0.9 * sep.alone(1, 0.25, 1))
                .within(0.2 * (0.1 + 0.9 * sep.alone(1, 0.25, 1)))
                .control("claim: part")
                .of(known.at(1).over(mixed, Result::square))
                .from("f + (1 − f)/rate; window 20 %");
        board.caption("""
                Samples of an equal mixture of N(±1, 0.25); noise N(0, σ²) of known σ is added to all but a share f. (a) Fisher information on the means in a noisy sample, over a \
                clean one's. Learned: the variance is unknown as well, so that J⁻¹ counts; a tenth clean: what 90 % noisy samples add to 10 % clean ones, for each. Slopes of \
                theory: twice the order of the first moment that tells μ, 2 if the variance is known, else 4. Dots: EM on 300 noisy samples. (b) Mean \
                squared error of EM over the bound of 300 clean samples, variance known. Lines: f + (1 − f)/7.3, the same from the matrices, and 1/f. In the table: three \
                free means, exchange rates, the second moment. {} replicas of 100 data sets, 95 % intervals.""", n);
    }

    private static void bound(Plot plot, String name, String over, Line<Config, Result> line, double share) {
        plot.claim("bound-" + name, over, line, share)
                .says("EM reaches the information bound | mean squared error / bound")
                .theory(1, 0.2)
                .control("claim: part")
                .of(line.at(share), Result::ratio)
                .from("efficiency of maximum likelihood; window 20 %");
    }

    private static double total(Information of, double share) {
        return Information.first(Information.sum(share, of.of(1, 0.25, 0), 1 - share, of.of(1, 0.25, 1)))
                / Information.first(of.of(1, 0.25, 0));
    }

    /** Information on μ in a clean sample with variance known over that with variance learned. */
    private static double ratioAtOne(Information learned, Information known) {
        return Information.first(known.of(1, 0.25, 0)) / Information.first(learned.of(1, 0.25, 0));
    }

    private static double slope(Line<Config, Result> line, double from, double to, ToDoubleFunction<Result> worth) {
        Line<Config, Result> part = line.where(s -> s >= from && s <= to);
        return Information.slope(part.x(), part.means(Reduction.mean(worth)));
    }

    private static Reduction<Result> worthOf(int samples) {
        double clean = samples * Information.first(Information.SEPARATION.of(1, 0.25, 0));
        return Reduction.mean(r -> 1 / (clean * r.square()));
    }

    @Override
    protected String says() {
        return """
                How many noisy samples is a clean one worth? The paper learns diffusion models from both and finds noisy pictures worth little alone and much beside a few clean
                ones; its theory is that of Gaussian mixtures. Here the mixture is ±μ with variance ¼, its Fisher information is an integral, and EM on 300 samples reaches the
                bound (mean squared error 1.0 to 1.1 of it).

                There is no one exchange rate. With the variance known, a clean sample is worth 7.3, 51 and 202 noisy ones at σ = 1, 2 and 3, and the rate grows as σ⁴; with three free
                means as σ⁶, with the variance unknown as σ⁸, and 15,000 at σ = 3. The rule is simple: noise is Gaussian, so only the moments beyond those that it can
                imitate tell μ, and a moment of order k costs σ²ᵏ. Over the range that one would fit, σ = 2 to 8, the slopes are still −3.7, −4.9 and −7.5.

                That explains the paper's finding. Clean samples tell the variance; then the second moment of the noisy ones is enough. Beside a tenth of clean
                samples, a noisy one is worth 70 times what it is alone at σ = 3, and its worth falls as σ⁻⁴ again. If the variance is known, nothing of the kind happens: information
                adds, and that a mixture of both beats each part is no finding. Nor does the tenth come near to all clean: at σ = 1 it holds 22 % of the information.
                And with the variance known, EM is no better than the second moment, pooled with the right weights (1.1 times the bound): this baseline would win EM's claim.
                In practice: ask what your noise could imitate; get enough clean data to fix that, and noisy data for the rest.""";
    }
}
