package org.noisebook.papers.warped;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.share;
import static org.noisebook.paper.Grammar.stopIfInterrupted;
import static org.noisebook.paper.Grammar.sum;
import static org.noisebook.paper.Grammar.zip;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.ValueCache;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.PixelMap;
import org.noisebook.linalg.PixelMap.Aggregation;
import org.noisebook.linalg.PixelMap.Motion;
import org.noisebook.linalg.PixelMap.Positions;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.KolmogorovSmirnov;

/**
 * Noise of a film that moves with a flow: whether each frame is white, how far it follows the flow, and what a frame-wise sampler makes of it.
 *
 * <p>Forward aggregation moves every noise pixel and adds those that meet. They are disjoint sets of independent numbers, so their sums
 * over root counts are white by algebra. All maps are linear, so variance and correlations are known exactly.
 */
@Paper(
        key = "2501.08331",
        title = "Go-with-the-Flow: Motion-Controllable Video Diffusion Models Using Real-Time Warped Noise",
        cite = {
            "Burgert et al. 2025, arXiv 2501.08331",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        },
        study = "warped",
        version = 1,
        does = "Noise that moves with a film, and digits sampled from it frame by frame",
        figure = "warped-noise",
        shows = "Noise that moves with a film",
        streams = {"start", "holes"})
public final class WarpedNoise extends OnePaper<WarpedNoise.Config, WarpedNoise.Result> {
    /** How a frame's noise is made from that of the previous frame; pixels without a source get fresh noise. */
    public enum Warp {
        /** Pixels that meet are summed over the root of their count; positions between pixels are remembered. */
        FORWARD,
        /** The same, with positions rounded in every frame. */
        ROUNDED,
        /** Aggregation of the first frame, moved by all motions so far. */
        DIRECT,
        /** Each pixel copies the pixel nearest to where it came from. */
        NEAREST,
        /** Each pixel interpolates four pixels. */
        BILINEAR,
        /** The same with weights of unit length, so that the variance is 1. */
        RESCALED,
        /** Independent noise in every frame. */
        FRESH;

        /** The maps that make the frames, from the previous one or, for {@link #DIRECT}, from the first. */
        Supplier<PixelMap> maps(int side, Motion motion) {
            Aggregation moving = new Aggregation(
                    side, this == ROUNDED ? Positions.ROUNDED : this == DIRECT ? Positions.FIRST : Positions.KEPT);
            PixelMap fixed = switch (this) {
                case FORWARD, ROUNDED, DIRECT -> null;
                case NEAREST -> PixelMap.nearest(side, motion);
                case BILINEAR -> PixelMap.bilinear(side, motion);
                case RESCALED -> PixelMap.bilinear(side, motion).unit();
                case FRESH -> new PixelMap(new int[side * side][0], new double[side * side][0]);
            };
            return () -> fixed == null ? moving.move(motion) : fixed;
        }
    }

    /** A film of noise under one motion per frame. */
    public record Config(
            @Parameter(standard = "forward", value = "forward, rounded, direct, nearest, bilinear, rescaled or fresh")
            Warp warp,

            @Parameter(standard = "3", range = "[-180, 180]", value = "rotation in degrees per frame")
            double angle,

            @Parameter(standard = "1", range = "[0.5, 2]", value = "zoom per frame")
            double zoom,

            @Parameter(standard = "0", range = "[-1, 1]", value = "shear per frame")
            double shear,

            @Parameter(standard = "0", range = "[-8, 8]", value = "shift in pixels per frame")
            double shift,

            @Parameter(standard = "30", range = "[3, 1000]", value = "frames after the first")
            int frames,

            @Parameter(standard = "32", range = "[8, 256]", value = "side of the noise in pixels, even")
            int side,

            @Parameter(standard = "64", range = "[1, 10000]", value = "films that are pooled")
            int films,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that makes a digit of the middle of each frame")
            Diffusion diffusion,

            @Parameter(standard = "20", range = "[1, 1000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "3", range = "[0, 9]", value = "digit")
            int digit) {}

    /** Whiteness and motion of the noise, and of the digits made from it. */
    public record Result(
            @Parameter(length = "frames", value = "variance of each frame")
            Doubles variance,

            @Parameter(length = "frames", value = "correlation of adjacent pixels of each frame")
            Doubles neighbours,

            @Parameter(length = "frames", value = "correlation of each frame with the first along the flow")
            Doubles followed,

            @Parameter("share of the first 16 films whose last frame Kolmogorov and Smirnov's test at 1 % rejects")
            double rejected,

            @Parameter("variance of the digits after the first frame over that of their law")
            double detail,

            @Parameter("mean squared change of a digit from frame to frame over twice the variance of its law")
            double flicker,

            @Parameter("correlation of a digit with that of three frames before along the flow")
            double along,

            @Parameter("the same correlation without motion")
            double still,

            @Parameter("six frames of the digits of one film")
            Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int DIGIT = 8;
    private static final int SHOWN = 6;
    private static final int EVERY = 6;
    /** Frames between the digits that are compared. */
    private static final int LAG = 3;
    /** Films whose frames become digits, and films that are tested. */
    private static final int SAMPLED = 8;

    private static final int TESTED = 16;

    static Motion motion(Config c) {
        return Motion.about(c.side(), c.angle(), c.zoom(), c.shear(), c.shift());
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream start = streams.at("start");
        Stream holes = streams.at("holes");
        Supplier<PixelMap> maps = c.warp().maps(c.side(), motion(c));
        int[][] flow = PixelMap.flow(c.side(), motion(c), c.frames());
        double[][] first = new double[c.side() * c.side()][c.films()];
        for (double[] row : first) {
            Arrays.setAll(row, k -> start.nextGaussian());
        }
        GaussianMixture law = law(c);
        UnaryOperator<double[][]> digits = digits(c, law);
        double[][][] film = new double[c.frames() + 1][][];
        film[0] = digits.apply(window(c, first));
        double[] variance = new double[c.frames()];
        double[] neighbours = new double[c.frames()];
        double[] followed = new double[c.frames()];
        double[][] now = first;
        for (int frame = 0; frame < c.frames(); frame++) {
            stopIfInterrupted();
            PixelMap map = maps.get();
            now = map.of(c.warp() == Warp.DIRECT ? first : now);
            for (int i = 0; i < now.length; i++) {
                if (map.isHole(i)) {
                    Arrays.setAll(now[i], k -> holes.nextGaussian());
                }
            }
            variance[frame] = squares(now) / now.length / c.films();
            neighbours[frame] = correlation(now, now, PixelMap.beside(c.side()));
            followed[frame] = correlation(first, now, flow[frame]);
            film[frame + 1] = digits.apply(window(c, now));
        }
        double[][] last = finite(now);
        double[] mean = law.mean();
        double[][] covariance = law.covariance();
        double all = sum(covariance.length, j -> covariance[j][j]) * film[0][0].length;
        int[] still = IntStream.range(0, law.dimension()).toArray();
        int[] moved =
                PixelMap.flow(DIGIT, Motion.about(DIGIT, c.angle(), c.zoom(), c.shear(), c.shift()), LAG)[LAG - 1];
        return new Result(
                Doubles.of(variance),
                Doubles.of(neighbours),
                Doubles.of(followed),
                share(Math.min(TESTED, c.films()), k -> rejected(last, k)),
                mean(c.frames(), k -> squares(film[k + 1]) / all),
                mean(c.frames(), k -> squares(zip(film[k + 1], film[k], (a, b) -> a - b)) / all / 2),
                mean(c.frames() - LAG + 1, k -> correlation(film[k], film[k + LAG], moved)),
                mean(c.frames() - LAG + 1, k -> correlation(film[k], film[k + LAG], still)),
                Doubles.of(IntStream.range(0, SHOWN)
                        .mapToObj(k -> film[Math.min(EVERY * k, c.frames())])
                        .flatMapToDouble(frame -> Arrays.stream(still).mapToDouble(j -> mean[j] + frame[j][0]))
                        .toArray()));
    }

    private static double squares(double[][] x) {
        return Arrays.stream(x).mapToDouble(row -> Dot.inOrder(row, row)).sum();
    }

    /** Correlation of each pixel with another of the second field, pooled over pixels and samples; the means are 0. */
    private static double correlation(double[][] x, double[][] y, int... other) {
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            if (other[i] >= 0) {
                double[] mine = x[i];
                double[] theirs = y[other[i]];
                xx += Dot.inOrder(mine, mine);
                yy += Dot.inOrder(theirs, theirs);
                xy += Dot.inOrder(mine, theirs);
            }
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static boolean rejected(double[][] field, int film) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        double[] x = Arrays.stream(field).mapToDouble(row -> row[film]).toArray();
        return KolmogorovSmirnov.oneSample(x, normal::cumulativeProbability).pValue() < 0.01;
    }

    /** The middle of the first films. */
    private static double[][] window(Config c, double[][] field) {
        int corner = (c.side() - DIGIT) / 2;
        return IntStream.range(0, DIGIT * DIGIT)
                .mapToObj(j -> Arrays.copyOf(
                        field[(corner + j / DIGIT) * c.side() + corner + j % DIGIT], Math.min(SAMPLED, c.films())))
                .toArray(double[][]::new);
    }

    /** The law of all digits, read once. */
    private static final class Digits {
        static final GaussianMixture LAW =
                Target.PictureClasses.standard().mixture().orElseThrow();
    }

    private static GaussianMixture law(Config c) {
        return GaussianMixture.of(Digits.LAW.means()[c.digit()], Digits.LAW.covariances()[c.digit()]);
    }

    private record Asked(Diffusion diffusion, int steps, int digit) {}

    private static final ValueCache<Asked, double[][]> ENDS = new ValueCache<>();

    private static double[][] ends(Config c, GaussianMixture law) {
        int pixels = law.dimension();
        double[][] x = new double[pixels][pixels + 1];
        IntStream.range(0, pixels).forEach(j -> x[j][j] = 1);
        var sampler = new DiffusionMethod.Ddim(0)
                .sampler(c.diffusion(), c.diffusion().marginals(law).score());
        Ensemble.run(sampler, TimeGrid.UNIFORM.times(1, 0, c.steps()), x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return finite(x);
    }

    /** Makes digits less their mean of noise; the sampler of a Gaussian is affine, so it runs only on 0 and unit vectors. */
    private static UnaryOperator<double[][]> digits(Config c, GaussianMixture law) {
        int pixels = law.dimension();
        double[][] x = ENDS.of(new Asked(c.diffusion(), c.steps(), c.digit()), asked -> ends(c, law));
        double[] mean = law.mean();
        return noise -> IntStream.range(0, pixels)
                .mapToObj(i -> IntStream.range(0, noise[0].length)
                        .mapToDouble(k ->
                                x[i][pixels] - mean[i] + sum(pixels, j -> (x[i][j] - x[i][pixels]) * noise[j][k]))
                        .toArray())
                .toArray(double[][]::new);
    }

    /**
     * Variance, correlation of adjacent pixels, and correlation with the first frame along the flow, without sampling; aggregation is known
     * to keep the covariance of white noise.
     */
    record Exact(double[] variance, double[] neighbours, double[] followed) {
        private static final Map<Config, Exact> KNOWN = new ConcurrentHashMap<>();

        /** Computed once a config. */
        static Exact of(Config c) {
            return KNOWN.computeIfAbsent(c, Exact::computed);
        }

        private static Exact computed(Config c) {
            Supplier<PixelMap> maps = c.warp().maps(c.side(), motion(c));
            int[][] flow = PixelMap.flow(c.side(), motion(c), c.frames());
            Exact exact = new Exact(new double[c.frames()], new double[c.frames()], new double[c.frames()]);
            PixelMap.Law white = PixelMap.Law.white(c.side() * c.side());
            PixelMap.Law law = white;
            for (int k = 0; k < c.frames(); k++) {
                PixelMap.Law from = c.warp() == Warp.DIRECT ? white : law;
                law = c.warp().compareTo(Warp.DIRECT) > 0
                        ? from.through(maps.get())
                        : new PixelMap.Law(white.covariance(), maps.get().of(from.withFirst()));
                exact.variance[k] = law.variance();
                exact.neighbours[k] = law.correlation(PixelMap.beside(c.side()));
                exact.followed[k] = law.followed(flow[k]);
            }
            return exact;
        }
    }

    @Override
    public double work(Config c) {
        double pixels = (double) c.side() * c.side() * c.films();
        return c.frames() * (40 * pixels + 1e4 * c.steps() * Math.min(SAMPLED, c.films())) + 1e3 * pixels;
    }

    @Override
    public long memory(Config c) {
        return 40L * c.side() * c.side() * c.films() + 8L * c.frames() * c.side() * c.side() + (1L << 24);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }

    // The figure.

    private static final double[] FRAMES = {1, 2, 3, 5, 7, 10, 15, 20, 25, 30};
    private static final List<String> MOTIONS =
            List.of("angle=3", "angle=0, zoom=1.03", "angle=0, shear=0.05", "angle=0, shift=0.3");
    private static final List<String> NAMES = List.of("rotation", "zoom", "shear", "shift");
    /** Smallest difference of correlations that counts. */
    private static final double RESOLVED = 0.1;

    private static final List<String> CURVES =
            List.of("target", "one warp", "per frame, bilinear", "per frame, sub-pixel", "per frame, rounded");

    private static final List<String> WORDS =
            List.of("rotation of 3°", "zoom of 1.03", "shear of 0.05", "shift of 0.3 pixels");

    private Line<Config, Result> cell(Board board, String name, Warp warp, String words, String changes) {
        return on(board, name + ", " + words + " per frame")
                .with("warp=" + warp.name().toLowerCase(Locale.ROOT) + ", " + changes)
                .cell();
    }

    private List<Line<Config, Result>> all(Board board, String name, Warp warp) {
        return IntStream.range(0, MOTIONS.size())
                .mapToObj(k -> cell(board, name, warp, WORDS.get(k), MOTIONS.get(k)))
                .toList();
    }

    private static ToDoubleFunction<Result> at(Function<Result, Doubles> curve, int frame) {
        return run -> curve.apply(run).get(frame - 1);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Frame-by-frame warping loses the motion; one warp from frame 0 keeps it",
                "Noise loses the motion, even if warped from frame 0 at once",
                "One warp from frame 0 may keep the motion");
        board.subtitle("Four ways to turn noise by 3° per frame, shown on a pattern and by correlation");
        board.show("pictures", "followed");
        int n = board.replicas(8, 32);
        var forward = all(board, "warped noise", Warp.FORWARD);
        var rounded = all(board, "warped noise with rounded positions", Warp.ROUNDED);
        var direct =
                all(board, "noise warped from the first frame", Warp.DIRECT).subList(0, 2);
        var bilinear = cell(board, "bilinear interpolation", Warp.BILINEAR, WORDS.get(0), MOTIONS.get(0));
        var rescaled = cell(board, "rescaled bilinear", Warp.RESCALED, WORDS.get(0), MOTIONS.get(0));
        var turned = cell(board, "fresh noise", Warp.FRESH, WORDS.get(0), MOTIONS.get(0));
        String whole = "shift of 1 pixel";
        var exactly = cell(board, "warped noise", Warp.FORWARD, whole, "angle=0, shift=1, frames=10");
        var wholly =
                cell(board, "warped noise with rounded positions", Warp.ROUNDED, whole, "angle=0, shift=1, frames=10");
        String fast = "rotation of 10° and zoom of 0.9";
        var shrunk = cell(board, "warped noise", Warp.FORWARD, fast, "angle=10, zoom=0.9, frames=10");
        var grown = cell(
                board,
                "nearest pixel",
                Warp.NEAREST,
                "rotation of 10° and zoom of 1.1",
                "angle=10, zoom=1.1, frames=10");
        var ways = List.of(direct.get(0), bilinear, forward.get(0), rounded.get(0));
        Config c = turned.last().config();
        double[] digit = Digits.LAW.means()[c.digit()];
        double[][] pattern = PixelMap.enlarged(
                c.side(), 3, Arrays.stream(digit).map(ink -> (1 + ink) / 2).toArray());
        int[] step = {0};
        Supplier<PixelMap> turn =
                () -> PixelMap.nearest(c.side(), Motion.about(c.side(), ++step[0] * c.angle(), 1, 0, 0));
        List<double[]> pixels = PixelMap.film(turn, true, 30, 10, pattern);
        for (var line : ways) {
            Config its = line.last().config();
            var maps = its.warp().maps(its.side(), motion(its));
            pixels.addAll(PixelMap.film(maps, its.warp() == Warp.DIRECT, 30, 10, pattern));
        }
        double[][] all = pixels.toArray(double[][]::new);
        var cells = ways.stream().map(Line::last).toList();
        Plot shown = board.pictures("pictures", "Pattern moved like the noise", CURVES, 4, c.side(), all, 0, 1)
                .beside(0, "noise corr.\nat 90°", cells, at(Result::followed, 30));
        for (int k = 0; k < 4; k++) {
            shown.text(k, -1, 30 * k + "°");
        }
        Axis frames = Axis.linear("frame (3° each)").range(0, 31);
        Plot variance = board.plot(
                "variance",
                "Variance of the noise",
                frames,
                Axis.log10("variance").range(0.03, 2));
        Plot followed = board.plot(
                "followed",
                "Noise along the motion",
                frames,
                Axis.linear("correlation with frame 0").range(-0.1, 1.1));
        Exact own = Exact.of(forward.get(0).last().config());
        Exact smooth = Exact.of(bilinear.last().config());
        draw(variance, "warped", forward.get(0), Result::variance, own.variance());
        draw(variance, "bilinear", bilinear, Result::variance, smooth.variance());
        for (int k = 0; k < ways.size(); k++) {
            double[] law = Exact.of(ways.get(k).last().config()).followed();
            draw(followed, CURVES.get(k + 1), ways.get(k), Result::followed, law);
        }
        String paper = source() + ", bound of the atlas";
        String difference = "correlation with the first frame after 10 frames, minus that with rounded positions";
        String late = "correlation with the first frame after 30 frames";
        for (var line : direct) {
            followed.claim("direct-" + NAMES.get(direct.indexOf(line)), late, line)
                    .says("One warp from frame 0 keeps 30 frames of motion | correlation, 2 motions")
                    .above(0.8)
                    .control("claim: fresh-follows")
                    .of(line.last(), at(Result::followed, 30))
                    .from("only one rounding of each position; the bound for one frame, asked of the whole film");
        }
        for (int k = 0; k < NAMES.size(); k++) {
            followed.claim("kept-" + NAMES.get(k), difference, forward.get(k))
                    .above(RESOLVED)
                    .control("claim: whole")
                    .of(forward.get(k).last().less(rounded.get(k).last(), at(Result::followed, 10)))
                    .from(
                            "noise that is rounded in every frame stands still below half a pixel; bound set after a pilot");
        }
        followed.claim("whole", difference, exactly)
                .below(RESOLVED)
                .of(exactly.last().less(wholly.last(), at(Result::followed, 10)))
                .from("control: shifts by whole pixels need no memory");
        for (int k = 0; k < NAMES.size(); k++) {
            followed.claim("late-" + NAMES.get(k), late, forward.get(k))
                    .says("Per-frame sub-pixel warping keeps 30 frames of motion | correlation, 4 motions")
                    .above(0.8)
                    .control("claim: fresh-follows")
                    .of(forward.get(k).last(), at(Result::followed, 30))
                    .from("the atlas's bound for one frame, asked of the whole film");
            String where = NAMES.get(k);
            board.claim("white-" + where, "variance after 30 frames", forward.get(k))
                    .identity(1, 0.01)
                    .of(forward.get(k).last(), at(Result::variance, 30))
                    .from("sums of disjoint sets over their root counts; window of the atlas");
            board.claim("adjacent-" + where, "correlation of adjacent pixels after 30 frames", forward.get(k))
                    .identity(0, 0.01)
                    .of(forward.get(k).last(), at(Result::neighbours, 30))
                    .from("disjoint sets share no noise; window of the atlas");
        }
        followed.claim("fresh-follows", late, turned)
                .below(RESOLVED)
                .of(turned.last(), at(Result::followed, 30))
                .from("control: fresh noise is white but follows nothing");
        followed.claim("one", "correlation with the previous frame along the flow", shrunk)
                .above(0.8)
                .control("claim: fresh-follows")
                .of(shrunk.last(), at(Result::followed, 1))
                .from(paper);
        followed.claim("frozen", "correlation with the previous frame along the flow", rounded.get(0))
                .says("A one-frame test does not expose rounding | correlation, frame 1")
                .above(0.8)
                .of(rounded.get(0).last(), at(Result::followed, 1))
                .from("control: noise that hardly moves passes the same bound, so one frame proves little");
        followed.claim("followed-exact", "correlation with the first frame after 10 frames", forward.get(0))
                .says("Sub-pixel, 10 frames: the predicted correlation | correlation, rotation")
                .theory(own.followed()[9])
                .control("claim: kept-rotation")
                .of(forward.get(0).last(), at(Result::followed, 10))
                .from("covariance carried exactly through ten maps");
        for (int frame : new int[] {1, 30}) {
            variance.claim("bilinear-" + frame, "variance after frame " + frame, bilinear)
                    .below(0.6)
                    .control("claim: white-rotation")
                    .of(bilinear.last(), at(Result::variance, frame))
                    .from(paper);
        }
        variance.claim("bilinear-exact", "variance after 30 frames", bilinear)
                .theory(smooth.variance()[29])
                .control("claim: white-rotation")
                .of(bilinear.last(), at(Result::variance, 30))
                .from("covariance carried exactly through 30 maps");
        board.claim("rescaled-30", "variance after 30 frames", rescaled)
                .above(10)
                .of(rescaled.last().the(geometric(at(Result::variance, 30))))
                .from("control: the second frame's input is not white, so the same weights inflate it");
        board.claim("rescaled-adjacent", "correlation of adjacent pixels after one frame", rescaled)
                .above(0.05)
                .of(rescaled.last(), at(Result::neighbours, 1))
                .from("control: variance 1 is not whiteness");
        board.claim("nearest", "correlation of adjacent pixels after one frame", grown)
                .above(0.05)
                .control("claim: ks")
                .of(grown.last(), at(Result::neighbours, 1))
                .from(paper + ": magnified pixels are repeated");
        board.claim("ks", "share of films rejected as not normal", forward.get(0))
                .below(0.05, 0, 1)
                .control("claim: ks-bilinear")
                .of(forward.get(0).last(), Result::rejected)
                .from(paper);
        board.claim("ks-bilinear", "share of films rejected as not normal", bilinear)
                .above(0.95, 0, 1)
                .of(bilinear.last(), Result::rejected)
                .from("control: the test has the power to reject; " + paper);
        tellDigits(board, forward, rounded, direct, bilinear, turned);
        board.caption(
                """
                Noise of 32 × 32 pixels that turns by 3° per frame about its middle. Every noise pixel is moved, those that meet are summed \
                over the root of their count, holes get fresh noise; in every frame with positions kept between pixels (sub-pixel) or rounded, or from frame 0 by all motions at once. \
                Bilinear: interpolation between four pixels. (a) The same linear maps applied to a pattern in frame 0, a digit; holes are white; corr.: correlation of the noise \
                after 30 frames. (b) Correlation of a pixel with where the flow has taken it. Lines: covariance carried exactly through all maps. In the table: variance. In claims: digits \
                made from the middle 8 × 8 pixels by {} steps of DDIM. {} films per replica, means over {}, 95 % t intervals.""", bilinear.last().config().steps(), bilinear.last().config().films(), n);
    }

    private void tellDigits(
            Board board,
            List<Line<Config, Result>> forward,
            List<Line<Config, Result>> rounded,
            List<Line<Config, Result>> direct,
            Line<Config, Result> bilinear,
            Line<Config, Result> turned) {
        String moves = "correlation of digits three frames apart along the flow, minus that without motion";
        ToDoubleFunction<Result> motion = run -> run.along() - run.still();
        board.claim("moves", moves, forward.get(3))
                .above(RESOLVED)
                .control("claim: moves-rounded")
                .of(forward.get(3).last(), motion)
                .from(source() + ", for a frame-wise sampler; bound set after a pilot");
        board.claim("moves-turned", moves, forward.get(0))
                .above(RESOLVED)
                .control("claim: moves-rounded")
                .of(forward.get(0).last(), motion)
                .from(
                        "the same bound for a rotation, which moves no pixel of a digit by more than 0.8 in three frames");
        board.claim("moves-rounded", moves, rounded.get(3))
                .below(RESOLVED)
                .of(rounded.get(3).last(), motion)
                .from("control: noise that stands still moves nothing");
        board.claim("moves-fresh", moves, turned)
                .below(RESOLVED)
                .of(turned.last(), motion)
                .from("control: fresh noise moves nothing");
        board.claim("fades", "variance of digits over that from fresh noise", bilinear)
                .below(0.5)
                .control("claim: keeps")
                .of(bilinear.last().over(turned.last(), Result::detail))
                .from("a digit's variance falls with that of its noise; bound set after a pilot");
        board.claim("keeps", "variance of digits over that from fresh noise", forward.get(0))
                .theory(1)
                .control("claim: fades")
                .of(forward.get(0).last().over(turned.last(), Result::detail))
                .from("white noise, whatever its history; window 10 %");
        board.claim("steady", "change of digits per frame, relative to independent ones", forward.get(0))
                .below(0.5)
                .control("run: fresh noise, of which it is a fraction")
                .of(forward.get(0).last().over(turned.last(), Result::flicker))
                .from(source() + "; bound set after a pilot");
        board.claim("direct-flickers", "change of digits per frame, over that of warped noise", direct.get(1))
                .above(1)
                .control("claim: steady")
                .of(direct.get(1).last().over(forward.get(1).last(), Result::flicker))
                .from("its holes are filled anew in every frame; bound set after a pilot");
    }

    private static void draw(
            Plot plot, String series, Line<Config, Result> line, Function<Result, Doubles> curve, double... exact) {
        plot.points(series, FRAMES, line.last(), k -> mean(at(curve, (int) FRAMES[k])))
                .law(series, Line.even(1, exact.length, exact.length), frame -> exact[(int) Math.round(frame) - 1]);
    }

    @Override
    protected String says() {
        return """
                The paper says that the noise of a video can be moved with the optical flow so that every frame is still white, and that a model whose noise moves makes
                pictures that move along. Here pixels are moved forward: those that meet are summed over the root of their count, holes get fresh noise. Pictures are digits
                from the exact score of a Gaussian. All maps are linear, so variance and correlations are known without sampling.

                Whiteness is algebra: sums over disjoint pixels stay independent, under any flow that does not depend on the noise. It holds after 30 frames of rotation, zoom, shear
                and shift; a test of normality rejects no more films than it should. Fresh noise has it too, so whiteness alone shows nothing. Bilinear interpolation loses
                95 % of the variance and three quarters of the variance of the digits. Weights rescaled for white input repair only the first frame, still correlate neighbours by 0.3, and
                then inflate the noise without limit, because their next input is not white. Copying the nearest pixel repeats noise when the picture grows.

                The correlation of one frame with the previous one, 0.89 in a fast shrinking rotation, is easily misread: at 3° per frame noise whose positions are rounded in every
                frame has 0.998, because most of it stands still. After ten frames it has lost the flow, while noise that remembers positions between pixels keeps a correlation of 0.37
                in a rotation and 0.87 in a shift. No variant follows for all 30 frames: every meeting of pixels mixes noise for good. Warping the first frame at once by the whole
                motion does follow, but its holes are new in every frame, and digits flicker five times as much in a zoom. The digits change less from frame to frame than with fresh noise. They
                move with a shift of 0.3 pixels per frame, but do not turn: a rotation moves no pixel of an 8 × 8 digit by more than 0.8 in the three frames compared.

                In practice: keep sub-pixel positions and counts beside the noise, test motion over ten frames and not one, never interpolate noise, and start anew from a key frame
                before the memory is lost.""";
    }
}
