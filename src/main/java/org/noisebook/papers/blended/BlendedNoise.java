package org.noisebook.papers.blended;

import static org.noisebook.paper.Grammar.argmax;
import static org.noisebook.paper.Grammar.distances;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.shown;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * Interpolation between pictures by blending their noise codes: when slerp gives artefacts, what repairs them, and what that costs.
 *
 * <p>A deterministic sampler takes two pictures to a noise level, their codes are blended, and the sampler denoises the blend. Pictures
 * follow {@link GuidedLaw.DigitsMixture} with its exact score, so the density of every result is known.
 *
 * <p><b>Cost</b>: 3 × particles × steps evaluations of the score of ten Gaussians.
 */
@Paper(
        key = "2403.08840",
        title = "NoiseDiffusion: Correcting Noise for Image Interpolation with Diffusion Models beyond Spherical Linear"
                + " Interpolation",
        cite = {
            "Zheng and others 2024, arXiv 2403.08840",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        },
        study = "blend",
        version = 4,
        does = "Interpolation of pairs of digits by blending their noise codes",
        figure = "blended-noise",
        shows = "Interpolation between pictures by blending their noise",
        streams = {"pairs", "saturated", "fresh", "reference"})
public final class BlendedNoise extends OnePaper<BlendedNoise.Config, BlendedNoise.Result> {
    /** The source of the pictures. */
    public enum Source {
        /** Samples of the distribution whose score drives the sampler. */
        SAMPLES,
        /** Handwritten digits. */
        DIGITS
    }

    /** Interpolation between pairs of digits in the codes of a deterministic sampler. */
    public record Config(
            @Parameter(standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))", value = "the diffusion")
            Diffusion diffusion,

            @Parameter(standard = "ddim(eta=0)", value = "deterministic sampler, used both ways")
            DiffusionMethod method,

            @Parameter(standard = "50", range = "[1, 100000]", value = "steps each way, of equal length")
            int steps,

            @Parameter(standard = "digits", value = "what is blended: model samples or digits")
            Source source,

            @Parameter(standard = "0.15", range = "[0, 1]", value = "share of pixels set to black or white")
            double saturated,

            @Parameter(standard = "interpolated", value = "how and where codes are blended")
            Interpolated start,

            @Parameter(standard = "64", range = "[2, 512]", value = "pairs")
            int particles) {
        /** Rejects samplers that cannot invert a picture. */
        public Config {
            start.check(diffusion, method);
        }
    }

    /** How well the blends follow the model, and how close they stay to their pair. */
    public record Result(
            @Parameter("negative log density per pixel, minus that of model samples")
            double excess,

            @Parameter("mean of (x − μ)ᵀ Σ⁻¹ (x − μ)/d under the likeliest Gaussian: 1 for model samples")
            double shell,

            @Parameter("the same for the mean picture of each pair")
            double pairShell,

            @Parameter("rms distance per pixel from the mean of the pair")
            double distance,

            @Parameter("variance of blended codes over that of the codes")
            double variance,

            @Parameter("largest value of a code") double largestCode,

            @Parameter("eight pictures, their partners and their blends, pixel by pixel")
            Doubles pictures)
            implements Outcome {}

    /** Two pictures of each pair, {@code [pixel][pair]}, their codes, and mean coefficient a and √V at the codes' time, a x_0 + √V z. */
    record Codes(double[][] a, double[][] b, double[][] first, double[][] second, double mean, double root) {
        static Codes of(Diffusion diffusion, Sampler sampler, double[] times, double[][] a, double[][] b) {
            double[] up = IntStream.range(0, times.length)
                    .mapToDouble(i -> times[times.length - 1 - i])
                    .toArray();
            return new Codes(
                    a,
                    b,
                    moved(sampler, up, a),
                    moved(sampler, up, b),
                    diffusion.meanCoefficient(times[0]),
                    diffusion.stdDev(times[0]));
        }
    }

    private static double[][] weighed(double[][] a, double[][] b, IntToDoubleFunction weight) {
        double[][] x = new double[a.length][a[0].length];
        for (int k = 0; k < a[0].length; k++) {
            double w = weight.applyAsDouble(k);
            for (int j = 0; j < x.length; j++) {
                x[j][k] = w * (a[j][k] + b[j][k]);
            }
        }
        return x;
    }

    private static double[][] moved(Sampler sampler, double[] times, double[][] from) {
        double[][] x = Arrays.stream(from).map(double[]::clone).toArray(double[][]::new);
        Ensemble.run(sampler, times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return x;
    }

    /** A way to blend the codes of two pictures. */
    public sealed interface Blend {
        /** The initial noise of each pair. */
        double[][] of(Codes codes, Stream fresh);
    }

    /** Mean of the two codes, which halves the variance of independent noise. */
    public record Linear() implements Blend {
        @Override
        public double[][] of(Codes codes, Stream fresh) {
            return weighed(codes.first, codes.second, k -> 0.5);
        }
    }

    /** Midpoint of the great circle through both codes, which preserves the variance of independent noise. */
    public record Slerp() implements Blend {
        /** Multiplies each code by sin(θ/2)/sin θ = 1/(2 cos(θ/2)), θ the angle between them. */
        @Override
        public double[][] of(Codes codes, Stream fresh) {
            return weighed(codes.first, codes.second, k -> {
                double dot = 0;
                double one = 0;
                double other = 0;
                for (int j = 0; j < codes.first.length; j++) {
                    dot = Math.fma(codes.first[j][k], codes.second[j][k], dot);
                    one = Math.fma(codes.first[j][k], codes.first[j][k], one);
                    other = Math.fma(codes.second[j][k], codes.second[j][k], other);
                }
                double cosine = Math.max(-1, Math.min(1, dot / Math.sqrt(one * other)));
                return 1 / Math.sqrt(2 * (1 + cosine));
            });
        }
    }

    /**
     * Equation 8 of the paper at equal weights, a (x_A + x_B)/2 + √V (α e_A + α e_B + γ z): noise e = (code − a x)/√V is truncated at ±c,
     * z is fresh noise and 2α² + γ² = 1. With γ = 1 only fresh noise is added to the mean picture.
     */
    public record Corrected(
            @Parameter(standard = "2", symbol = "c", range = "(0, 100]", value = "threshold at which noise is cut")
            double cut,

            @Parameter(standard = "0.6", symbol = "γ", range = "[0, 1]", value = "share of fresh noise")
            double fresh)
            implements Blend {
        @Override
        public double[][] of(Codes codes, Stream noise) {
            double[][] x = new double[codes.a.length][codes.a[0].length];
            double old = Math.sqrt((1 - fresh * fresh) / 2);
            for (int k = 0; k < x[0].length; k++) {
                for (int j = 0; j < x.length; j++) {
                    double one = cut(codes.first[j][k] - codes.mean * codes.a[j][k], codes.root);
                    double other = cut(codes.second[j][k] - codes.mean * codes.b[j][k], codes.root);
                    x[j][k] = codes.mean * (codes.a[j][k] + codes.b[j][k]) / 2
                            + codes.root * (old * (one + other) + fresh * noise.nextGaussian());
                }
            }
            return x;
        }

        private double cut(double off, double root) {
            return Math.max(-cut, Math.min(cut, off / root));
        }
    }

    /** Initial noise between the codes of two data points, which the sampler itself takes to a noise level. */
    public record Interpolated(
            @Parameter(standard = "slerp", value = "how two codes are blended: linear, slerp or corrected")
            Blend blend,

            @Parameter(standard = "0.5", symbol = "τ", range = "(0, 1]", value = "time of the codes")
            double level)
            implements DiffusionStart {
        void check(Diffusion diffusion, DiffusionMethod method) {
            if (!method.stepsBothWays()) {
                throw new IllegalArgumentException(
                        "method must be invertible and deterministic, got " + Schema.formatValue(method));
            }
            diffusion.mustHaveSignal(level);
        }

        @Override
        public double first() {
            return level;
        }

        @Override
        public void check(DiffusionConfig config) {
            check(config.diffusion(), config.method());
            boolean free = config.condition() instanceof DiffusionCondition.None;
            if (config.pathParticles() > 0 || !free || config.end() >= level) {
                throw new IllegalArgumentException(
                        "start=interpolated must have pathParticles=0, condition=none and end below level=" + level
                                + ", got " + config.pathParticles() + ", " + Schema.formatValue(config.condition())
                                + " and " + config.end());
            }
        }

        @Override
        public double[][] draw(
                DiffusionConfig config, Score score, GaussianMixture law, double[] times, Streams streams) {
            Stream points = streams.at("pairs");
            Sampler sampler = config.method().sampler(config.diffusion(), score);
            double[][] a = law.sample(points, config.particles());
            double[][] b = law.sample(points, config.particles());
            return blend.of(Codes.of(config.diffusion(), sampler, times, a, b), streams.at("start"));
        }
    }

    // The study.

    /** Number of pairs whose pictures are kept. */
    private static final int SHOWN = 8;

    private static final int SIDE = 8;
    private static final GuidedLaw LAW = GuidedLaw.DigitsMixture.standard();

    @Override
    protected Result measure(Config c, Streams streams) {
        double[][] a = pictures(c, streams, 0);
        double[][] b = pictures(c, streams, 1);
        double[] times = TimeGrid.UNIFORM.times(c.start().level(), 0, c.steps());
        Score score = LAW.pixelScores(c.diffusion()).unconditional();
        Sampler sampler = c.method().sampler(c.diffusion(), score);
        Codes codes = Codes.of(c.diffusion(), sampler, times, a, b);
        double[][] start = c.start().blend().of(codes, streams.at("fresh"));
        double[][] x = finite(moved(sampler, times, start));
        double[][] reference = LAW.data().sample(streams.at("reference"), c.particles());
        double[][] pair = weighed(a, b, k -> 0.5);
        double[] off = distances(x, pair);
        return new Result(
                information(x) - information(reference),
                shell(x),
                shell(pair),
                mean(off.length, k -> off[k]) / Math.sqrt(x.length),
                squares(start) / ((squares(codes.first()) + squares(codes.second())) / 2),
                Grammar.numbers(codes.first(), codes.second())
                        .map(Math::abs)
                        .max()
                        .orElseThrow(),
                shown(SHOWN, a, b, x));
    }

    private static double[][] pictures(Config c, Streams streams, int part) {
        Stream stream = streams.at("pairs").part(part);
        double[][] x = c.source() == Source.SAMPLES
                ? LAW.data().sample(stream, c.particles())
                : LAW.draw(stream, new int[c.particles()]);
        Stream salt = streams.at("saturated").part(part);
        for (int k = 0; k < c.particles(); k++) {
            for (double[] row : x) {
                boolean hit = salt.nextDouble() < c.saturated();
                double value = salt.nextDouble() < 0.5 ? -1 : 1;
                row[k] = hit ? value : row[k];
            }
        }
        return x;
    }

    /** Mean −log p per pixel. */
    private static double information(double[][] x) {
        double[] log = new Diffusion.VariancePreserving(0.1, 20)
                .marginals(LAW.data())
                .logDensity()
                .at(0, x)[0];
        return -mean(log.length, k -> log[k]) / x.length;
    }

    private static double shell(double[][] x) {
        int[] best = argmax(new Diffusion.VariancePreserving(0.1, 20)
                .marginals(LAW.data())
                .responsibilities()
                .at(0, x));
        double[] squares = LAW.data().mahalanobis(x, best);
        return mean(squares.length, k -> squares[k]) / x.length;
    }

    private static double squares(double[][] x) {
        return Grammar.numbers(x).map(value -> value * value).average().orElseThrow();
    }

    @Override
    public double work(Config c) {
        return 3.0 * c.steps() * c.particles() * c.method().card().evaluations() * 8e4;
    }

    @Override
    public long memory(Config c) {
        return 1L << 27;
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }

    // The figure.

    private static final String MENDED =
            "Corrupted digits blend into digits only with truncated noise | squared distance from its class";

    /** Ways to blend, in the order of picture rows and of points. */
    private static final List<String> WAYS =
            List.of("linear", "slerp", "truncated and fresh", "fresh noise", "truncated");

    private static final String[] BLENDS = {"linear", "slerp", "corrected", "corrected(fresh=1)", "corrected(fresh=0)"};

    private Line<Config, Result> blends(Board board, String condition, String changes, int ways) {
        return on(board, condition).with("particles=20, " + changes).each("start.blend", Arrays.copyOf(BLENDS, ways));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: uncut");
        board.title(
                "Blends of corrupted digits need truncated noise to remain digits",
                "Truncated noise does not turn blends of corrupted digits into digits",
                "Truncated noise may turn blends of corrupted digits into digits");
        board.subtitle(
                "Two corrupted digits and five blends of them; distance of blends from the nearest class of digits");
        board.show("pictures", "shell");
        // Eight times 20 pictures resolve 0.06 of a distance that scatters by √(2/64) per picture.
        int n = board.replicas(8);
        var samples = blends(board, "between samples of the model", "source=samples, saturated=0", board.choose(3, 5));
        var clean = blends(board, "between clean digits", "saturated=0", board.choose(3, 5));
        var spoilt = blends(board, "between digits with 15 % of pixels saturated", "saturated=0.15", 5);
        var uncut = on(board, "blend = corrected(cut=100), between digits with 15 % of pixels saturated")
                .with("start.blend=corrected(cut=100), particles=20")
                .cell();
        var top = on(board, "codes at τ = 1 of samples of the model")
                .with("source=samples, saturated=0, start.level=1, particles=" + board.choose(32, 128))
                .each("start.blend", "linear", "slerp");
        tellPictures(board, spoilt);
        Axis x = Axis.named("blend", WAYS);
        var plot = board.plot(
                        "shell", "Distance from a digit", x, Axis.log10("squared distance from its class (1: a digit)"))
                .named("digits")
                .level(LineKind.THEORY, "the law", 1, 0.6, 5.4)
                .named("samples of the model")
                .means("between samples of the law", samples, Result::shell)
                .named("clean digits")
                .means("between clean digits", clean, Result::shell)
                .named("corrupted digits")
                .means("between spoilt digits", spoilt, Result::shell);
        Axis y = Axis.linear("rms distance from mean of pair").range(0, 0.8);
        var far = board.plot("distance", "How far from the pair?", x, y)
                .named("between samples of the model")
                .means("between samples of the law", samples, Result::distance)
                .means("between clean digits", clean, Result::distance)
                .means("between spoilt digits", spoilt, Result::distance);
        String shell = "squared distance per pixel of blends from the likeliest class";
        String paper = source() + ", on a substitute model; bound set before the run";
        String window = "; a model sample has 1, window 10 %";
        plot.claim("slerp", shell, spoilt, 2, Result::shell)
                .says(MENDED)
                .above(1.1)
                .from(paper);
        plot.claim("corrected", shell, spoilt, 3, Result::shell)
                .control("claim: pair")
                .says(MENDED)
                .theory(1)
                .from(source() + window);
        plot.claim("uncut", shell, uncut, 1, Result::shell)
                .above(1.1)
                .from("control: fresh noise alone must not do it, or truncation explains nothing");
        plot.claim("cut-alone", shell, spoilt, 5, Result::shell)
                .control("claim: uncut")
                .says("Truncation alone also blends them into digits | squared distance from its class")
                .theory(1)
                .from("against the paper: truncation gives digits without fresh noise too" + window);
        plot.claim("pair", "squared distance per pixel of the mean of two digits", clean, 1, Result::pairShell)
                .below(0.9)
                .from("control: the mean of two digits is not a digit and must miss the window");
        plot.claim("slerp-samples", shell, samples, 2, Result::shell)
                .control("claim: pair")
                .says("Slerp between samples of the model gives digits | squared distance from its class")
                .theory(1)
                .from("codes of samples are valid noise, so slerp should give samples" + window);
        plot.claim("slerp-clean", shell, clean, 2, Result::shell)
                .control("claim: slerp")
                .says("Slerp between clean digits gives artefacts | squared distance from its class")
                .above(1.1)
                .from(source() + ": codes of natural pictures are not valid noise; on a substitute model");
        far.claim("cut-nearer", "distance from the pair, truncated noise alone minus with fresh noise", spoilt)
                .control("claim: no-gain")
                .below(0)
                .of(spoilt.at(5).less(spoilt.at(3), Result::distance))
                .from("against the paper: fresh noise only moves the picture away from its pair");
        far.claim("nearer", "distance from the pair, noise truncated at ±2 minus fresh noise on the mean", spoilt)
                .control("claim: no-gain")
                .says("Truncated noise stays closer to the pair than fresh noise | difference of rms distances")
                .below(0)
                .of(spoilt.at(3).less(spoilt.at(4), Result::distance))
                .from(paper);
        far.claim("no-gain", "ratio of distances from the pair, noise truncated at ±2 to slerp", samples)
                .above(1)
                .of(samples.at(3).over(samples.at(2), Result::distance))
                .from("control: a correction of valid noise only removes information; bound set before the run");
        String variance = "ratio of the variance of blended codes to that of the codes";
        board.claim("variance-linear", variance, top, 1, Result::variance)
                .control("claim: variance-slerp")
                .theory(0.5, 0.03)
                .from("independent N(0, 1): linear blending halves the variance; window set before the run");
        board.claim("variance-slerp", variance, top, 2, Result::variance)
                .control("claim: variance-linear")
                .theory(1, 0.03)
                .from("independent N(0, 1): slerp keeps the variance; window set before the run");
        board.caption("""
                Two digits each, 15 % of pixels black or white at random, are taken half-way to noise with the linear schedule of T = 1000 by \
                50 steps of DDIM, with the exact score of one Gaussian per class; their noise is blended and denoised again. Truncated: \
                noise cut at ±2, the mean picture added back (arXiv 2403.08840); truncated and fresh: γ = 0.6 of fresh noise added too; fresh \
                noise: added to the mean picture, without blending. (a) Eight pairs of one replica, and their blends. (b) (x − μ)ᵀΣ⁻¹(x − μ)/64 under the likeliest class: above \
                1 unlike any digit, below 1 smoother than a digit; also between clean digits and between model samples. {} pairs per \
                replica, means over {}, 95 % t intervals.""", spoilt.at(1).config().particles(), n);
    }

    /** Shows the pairs of one replica and, between their two digits, every blend. */
    private static void tellPictures(Board board, Line<Config, Result> line) {
        List<Result> ways =
                line.cells().stream().map(cell -> cell.runs().get(0)).toList();
        List<double[][]> rows = new ArrayList<>();
        rows.add(part(ways.get(0), 0));
        ways.forEach(way -> rows.add(part(way, 2)));
        rows.add(part(ways.get(0), 1));
        List<String> labels = new ArrayList<>(List.of("first digit"));
        WAYS.forEach(way -> labels.add(way.replace('\n', ' ')));
        labels.add("second digit");
        double[][] pixels = rows.stream().flatMap(Arrays::stream).toArray(double[][]::new);
        board.pictures("pictures", "Blends of eight pairs", labels, SHOWN, SIDE, pixels, -1, 1);
    }

    private static double[][] part(Result run, int part) {
        return Grammar.pictures(run.pictures(), SIDE * SIDE, part, SHOWN);
    }

    @Override
    protected String says() {
        return """
                The paper says that natural pictures, taken up to noise by a deterministic sampler, become codes that are not valid Gaussian noise, so spherical interpolation (slerp)
                between two codes gives artefacts. Cutting extreme values, adding some fresh noise at unit variance and adding the pictures back gives clean results. Here each class of
                digits is a Gaussian with an exact score, so the distance of a result from its class is known: 1 for a digit, 0.8 for the mean of two, which −log p would take for a digit.
                Pairs are model samples, clean digits, and digits with 15 % of their pixels saturated. Controls are the correction without its cut, and the mean picture with fresh noise.

                Slerp fails on corrupted pictures, whose codes reach 12 standard deviations. The cut repairs this, alone as well as with fresh noise, and stays closer to the pair. The
                paper's own case, unchanged pictures, does not fail that way: between clean digits slerp gives pictures smoother than digits, not artefacts, and half-way up it does so
                even between model samples. Linear blending halves the variance of the noise: smoother still. In practice: look at the largest value of a code before interpolating, cut if
                it exceeds about 4, and otherwise leave the code alone.""";
    }
}
