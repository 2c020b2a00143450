package org.noisebook.papers.certificate;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.ClopperPearson;
import org.noisebook.stats.LogPhi;

/**
 * Certified radii of points from n noisy draws each, for a linear classifier whose margin is known and for digits.
 *
 * <p>A point of margin m is hit with p = Φ(m/σ), so its radius tends to m; from n draws at error 0.001 it is about
 * m − 3.09 σ√(p(1 − p)/n)/φ(m/σ), and at most σΦ⁻¹(0.001^{1/n}).
 */
@Paper(
        key = "2501.13094",
        title = "Robust Representation Consistency Model via Contrastive Denoising",
        cite = {
            "Lei, Berner, Wang, Chen, Ba, Zhang, Anandkumar 2025, arXiv 2501.13094",
            "Cohen, Rosenfeld, Kolter 2019, Certified adversarial robustness via randomized smoothing, arXiv 1902.02918"
        },
        study = "certificate",
        version = 1,
        does = "Certified radii from noisy draws, for a linear classifier and for digits",
        figure = "certificate",
        shows = "Certified radii by draws, and certified digits by classifier",
        streams = {"points", "draws", "init", "training"})
public final class CertifiedRadius extends OnePaper<CertifiedRadius.Config, CertifiedRadius.Result> {
    /** What sees the noisy draws. */
    public enum Method {
        /** A half-space at a known distance. */
        LINEAR,
        /** The classifier of clean digits. */
        CLEAN,
        /** The same after the posterior mean. */
        DENOISED,
        /** The most probable class given the noisy picture. */
        ONE_PASS,
        /** A network trained on noisy pictures. */
        NOISY_NET,
        /** The same, its first half of the steps by contrast. */
        CONSISTENT_NET
    }

    /** Points, draws and classifier. */
    public record Config(
            @Parameter(
                    standard = "linear",
                    value = "linear, or for digits: clean, denoised, onePass, noisyNet or consistentNet")
            Method method,

            @Parameter(
                    standard = "0.85",
                    range = "[0, 100]",
                    symbol = "m",
                    value = "distance of linear points to the boundary")
            double margin,

            @Parameter(standard = "1", range = "[0.01, 100]", symbol = "σ", value = "standard deviation of the noise")
            double sigma,

            @Parameter(standard = "1000", range = "[1, 1000000]", symbol = "n", value = "draws a point")
            int draws,

            @Parameter(standard = "0.001", range = "[1e-9, 0.5]", symbol = "α", value = "error of a certificate")
            double error,

            @Parameter(standard = "50", range = "[1, 100000]", value = "points")
            int points,

            @Parameter(
                    standard = "1.02",
                    range = "[0, 10]",
                    value = "length of an attack on linear points in units of the margin")
            double attack,

            @Parameter(standard = "0.5", range = "[0, 100]", symbol = "r", value = "radius at which points are counted")
            double asked,

            @Parameter(standard = "200", range = "[1, 1000000]", value = "training steps of networks, 32 pictures each")
            int steps) {
        double p() {
            return LogPhi.phi(margin / sigma);
        }

        /** m − z σ√(p(1 − p)/n)/φ(m/σ), z = −Φ⁻¹(α). */
        double price() {
            double z = ClopperPearson.radius(1 - error, 1);
            return margin - z * sigma * Math.sqrt(p() * (1 - p()) / draws) / LogPhi.density(margin / sigma);
        }
    }

    /** Means over the points. */
    public record Result(
            @Parameter("certified radius, 0 without a certificate or for a wrong class")
            double radius,

            @Parameter("expected radius of linear points by the binomial law, NaN for digits")
            double expected,

            @Parameter("share of linear points whose radius exceeds the margin, NaN for digits")
            double beyond,

            @Parameter("share of linear points whose vote of n fresh draws an attack flips, NaN for digits")
            double flipped,

            @Parameter("share of points whose class is right and certified")
            double certified,

            @Parameter("share of points certified at the radius asked")
            double certifiedAt,

            @Parameter("share of draws of the right class") double accuracy)
            implements Outcome {}

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream points = streams.at("points");
        Stream draws = streams.at("draws");
        boolean linear = c.method() == Method.LINEAR;
        ToIntFunction<double[]> classifier = linear ? x -> 0 : classifier(c, streams);
        double[] radius = new double[c.points()];
        double hits = 0;
        double flipped = 0;
        for (int k = 0; k < radius.length; k++) {
            Grammar.stopIfInterrupted();
            int count = 0;
            if (linear) {
                count = hits(c.margin() / c.sigma(), c.draws(), draws);
                flipped += 2 * hits((1 - c.attack()) * c.margin() / c.sigma(), c.draws(), points) < c.draws() ? 1 : 0;
            } else {
                int label = NoisyDigits.label(points);
                double[] x = NoisyDigits.draw(points, label);
                for (int d = 0; d < c.draws(); d++) {
                    count += classifier.applyAsInt(NoisyDigits.noised(x, c.sigma(), draws)) == label ? 1 : 0;
                }
            }
            radius[k] = ClopperPearson.radius(count, c.draws(), c.error(), c.sigma());
            hits += count;
        }
        int n = radius.length;
        return new Result(
                Grammar.mean(n, k -> radius[k]),
                linear ? expected(c) : Double.NaN,
                linear ? Grammar.share(n, k -> radius[k] > c.margin()) : Double.NaN,
                linear ? flipped / n : Double.NaN,
                Grammar.share(n, k -> radius[k] > 0),
                Grammar.share(n, k -> radius[k] > c.asked()),
                hits / n / c.draws());
    }

    private static int hits(double away, int n, Stream stream) {
        int count = 0;
        for (int d = 0; d < n; d++) {
            count += stream.nextGaussian() < away ? 1 : 0;
        }
        return count;
    }

    private static ToIntFunction<double[]> classifier(Config c, Streams streams) {
        double variance = c.sigma() * c.sigma();
        switch (c.method()) {
            case CLEAN:
                return x -> NoisyDigits.classify(0, x);
            case DENOISED:
                return x -> NoisyDigits.denoisedFirst(variance, x);
            case ONE_PASS:
                return x -> NoisyDigits.classify(variance, x);
            default:
                return new NoisyDigits.Net(
                        c.steps(),
                        c.method() == Method.CONSISTENT_NET ? 0.5 : 0,
                        c.sigma(),
                        streams.at("init"),
                        streams.at("training"))::classify;
        }
    }

    /** Σ P(k) R(k)/Σ P(k) over hits k within eight deviations of their mean, by steps of an eighth of one. */
    private static double expected(Config c) {
        int n = c.draws();
        double p = c.p();
        BinomialDistribution law = new BinomialDistribution(null, n, p);
        double deviation = Math.sqrt(n * p * (1 - p));
        int stride = (int) Math.max(1, deviation / 8);
        double sum = 0;
        double weights = 0;
        for (int k = (int) Math.max(0, n * p - 8 * deviation - 8);
                k <= Math.min(n, n * p + 8 * deviation + 8);
                k += stride) {
            double weight = law.probability(k);
            weights += weight;
            sum += weight * ClopperPearson.radius(k, n, c.error(), c.sigma());
        }
        return sum / weights;
    }

    @Override
    public double work(Config c) {
        double draw = c.method() == Method.LINEAR ? 20 : c.method() == Method.DENOISED ? 1.5e5 : 5e4;
        return draw * c.points() * c.draws() + (c.method().ordinal() >= 4 ? 2e6 * c.steps() : 1e6);
    }

    @Override
    public long memory(Config c) {
        return 16L * c.points() + (1L << 25);
    }

    // The figure.

    private static final double[] SIGMAS = {0.5, 1, 2};
    private static final List<String> NAMES = List.of("clean classifier", "denoise, classify", "one pass");

    @Override
    protected void tell(Board board) {
        board.title(
                "A certificate from 1,000 draws costs a sixth of the radius",
                "A certificate from 1,000 draws does not cost what theory says",
                "A certificate from 1,000 draws may cost a sixth of the radius");
        board.subtitle("Radius within which no attack changes a smoothed class, certified with error 0.001");
        board.show("price", "digits");
        int n = board.replicas(10, 32);
        double[] counts = {100, 1000, 10_000, 100_000};
        List<Line<Config, Result>> linear = Arrays.stream(SIGMAS)
                .mapToObj(s ->
                        on(board, "margin 0.85, σ = " + s).with("sigma=" + s).along("draws", counts))
                .toList();
        int pictures = board.choose(8, 32);
        int few = board.replicas(4, 32);
        List<Line<Config, Result>> digits = List.of(
                digits(board, "clean").along("sigma", SIGMAS),
                digits(board, "denoised").along("sigma", SIGMAS),
                digits(board, "onePass").along("sigma", SIGMAS));
        var nets = on(board, "networks on digits, σ = 1, 200 steps of training")
                .with("points=40, draws=40")
                .each("method", "noisyNet", "consistentNet");
        var near = on(board, "margin 0.85, σ = 1, n = 100,000, attack of 0.98 margins")
                .with("draws=100000, attack=0.98")
                .cell();
        board.stamp(n + " × 50 points (a), " + few + " to " + pictures + " × 8 digits (b)");

        Plot price = board.plot(
                "price",
                "Linear classifier",
                Axis.log10("noisy draws n").range(80, 1.3e5),
                Axis.linear("certified radius").range(0, 0.95));
        double[] fine = Line.logarithmic(100, 1e5, 40);
        for (int k = 0; k < 3; k++) {
            Config c = linear.get(k).last().config();
            String name = "σ = " + (k == 0 ? "0.5" : Integer.toString((int) SIGMAS[k]));
            double[] shown = Arrays.stream(fine).filter(d -> price(c, d) > 0).toArray();
            price.points(name, linear.get(k), Reduction.mean(Result::radius)).law(name, shown, d -> price(c, d));
        }
        price.level("exact margin", 0.85, 80, 1.3e5);
        Plot plot = board.plot(
                "digits",
                "Digits, 160 draws each",
                Axis.log10("noise σ").range(0.45, 2.2),
                Axis.linear("share right and certified").range(0, 1.02));
        for (int k = 0; k < 3; k++) {
            plot.points(NAMES.get(k), digits.get(k), Reduction.mean(Result::certified))
                    .joined(NAMES.get(k));
        }

        String set = "set before the run";
        for (int k : new int[] {1, 0, 2}) {
            for (double d : new double[] {1000, 100_000}) {
                double law = price(linear.get(k).last().config(), d);
                price.claim("price-" + k + "-" + (int) d, "mean certified radius", linear.get(k), d)
                        .says("The price of n draws is that of theory | mean radius")
                        .theory(law)
                        .within(0.02)
                        .control(d == 1000 ? "claim: price-" + k + "-100000" : "claim: price-" + k + "-1000")
                        .of(linear.get(k).at(d), Result::radius)
                        .from("m − 3.09 σ√(p(1 − p)/n)/φ(m/σ); window 0.02 " + set);
            }
        }
        plot.claim("equal", "share certified, one pass minus denoising first, σ = 1", digits.get(2))
                .says("σ = 1: denoising first does as well | one pass − two passes")
                .theory(0, 0.1)
                .control("claim: better")
                .of(digits.get(2).at(1).less(digits.get(1).at(1), Result::certified))
                .from("both know the exact law; window " + set);
        plot.claim("better", "share certified, one pass minus denoising first, σ = 2", digits.get(2))
                .says("σ = 2: one pass certifies more | one pass − two passes")
                .above(0)
                .control("claim: equal")
                .of(digits.get(2).at(2).less(digits.get(1).at(2), Result::certified))
                .from(source(), "no bound in the paper: 0 in place of 0.05 since a first run");
        plot.claim("straw", "share certified by the clean classifier, σ = 1", digits.get(0), 1)
                .says("The clean classifier is a straw man | share at σ = 1")
                .below(0.5)
                .control("claim: equal")
                .of(digits.get(0).at(1), Result::certified)
                .from(source(), "bound " + set);
        board.claim("beyond", "share of radii beyond the margin", linear.get(1), 1000)
                .below(0.02)
                .control("run: an error of 0.5 puts half of the radii beyond")
                .of(linear.get(1).at(1000).the(Reduction.share(Result::beyond, 50)))
                .from("0.001 by construction; bound 0.02 is what 500 points can tell");
        board.claim("attack", "share of votes flipped by an attack of 1.02 margins", linear.get(1), 100_000)
                .above(0.98)
                .control("claim: near")
                .of(linear.get(1).at(100_000).the(Reduction.share(Result::flipped, 50)))
                .from("no larger radius can be certified; bound " + set);
        board.claim("near", "share of votes flipped by an attack of 0.98 margins", near, 1)
                .below(0.02)
                .control("claim: attack")
                .of(near.at(1).the(Reduction.share(Result::flipped, 50)))
                .from("within the margin; bound " + set);
        board.claim(
                        "consistent",
                        "share of noisy draws classified right, contrast for half of the steps minus none",
                        nets)
                .above(0)
                .control("none: equal steps, pictures and first weights")
                .of(nets.at(2).less(nets.at(1), Result::accuracy))
                .from(source());
        board.claim("ideal", "share of noisy draws classified right, network minus one pass, σ = 1", nets)
                .below(0)
                .control("run: the network without noise in training")
                .of(nets.at(1).less(digits.get(2).at(1), Result::accuracy))
                .from("the posterior has the least error");
        board.caption("""
                Each point is drawn n times with noise N(0, σ²); its radius is σΦ⁻¹ of Clopper and Pearson's lower bound at error 0.001 on the share of its class, 0 if that is below ½. \
                (a) Points at 0.85 from the boundary of a half-space. Lines: 0.85 − 3.09 σ√(p(1 − p)/n)/φ(0.85/σ), p = Φ(0.85/σ). (b) Digits of 8 × 8 pixels on [−1, 1] from one \
                Gaussian a class, 160 draws each: classified as if clean, after the posterior mean, or by the exact posterior given the noisy picture. In the table: attacks \
                towards the boundary, and networks trained on noisy digits, one with half of its steps spent on contrast between neighbours on a path of noise. Means of \
                {} (a) and {} (b; {} at σ = 1 and 2 but for the clean classifier) replicas, 95 % intervals.""", n, few, pictures);
    }

    private Setting<Config, Result> digits(Board board, String method) {
        return on(board, "digits, " + method)
                .with("points=8, draws=160, method=" + method)
                .replicas(
                        c -> c.sigma() >= 1 && c.method() != Method.CLEAN ? board.choose(8, 32) : board.choose(4, 32));
    }

    private double price(Config c, double draws) {
        return config("sigma=" + c.sigma(), "margin=" + c.margin(), "draws=" + (int) draws)
                .price();
    }

    @Override
    protected String says() {
        return """
                Add noise many times, count the class that wins: if it wins often enough, no small change of the input can alter it. Such certificates need a classifier that works on heavy noise.
                Denoising before a clean classifier is one; the paper trains networks that classify noisy inputs in one pass, after pretraining by contrast along paths of noise.

                Where the margin is known, the price of finite draws is a formula: at margin 0.85 and σ = 1, 1,000 draws certify 0.710 on average and 100,000 draws 0.836; no more than
                2.463 σ comes out of 1,000 draws. Radii beyond the margin are as rare as promised, and an attack 2 % beyond it always flips the vote. On digits with a known law, a classifier that
                knows only clean pictures is a straw man: at σ = 1 it certifies a sixth of them, and denoising first as many as the best one pass. At σ = 2 one pass certifies more, since the
                posterior mean of several classes looks like none of them. The gain of consistency is not seen here: of two small networks with 200 steps each, that with half of
                its steps spent on contrast is 5 points worse on noisy pictures than plain training with noise. The paper's networks are larger and train longer on unlabelled pictures; here every
                picture has its label. In practice: choose σ near the margin you hope for, count the price of n first, and compare with plain training of equal budget. The command
                `noisebook certify counts.csv` turns counts of your own classifier into radii.""";
    }
}
