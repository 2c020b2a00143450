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
import java.util.function.DoubleSupplier;
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
import org.noisebook.figure.Box;
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
import org.noisebook.paper.Setting;
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
        version = 2,
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
        FRESH,
        /** The authors' code: noise is split over the pixel where it lands and the holes that look back at it. */
        SPLIT,
        /** The same, but holes get fresh noise. */
        REFILLED;

        /** Whether frames are made by {@link SplitWarp}, not by a linear map and fresh holes. */
        boolean splits() {
            return this == SPLIT || this == REFILLED;
        }

        /** The maps that make the frames, from the previous one or, for {@link #DIRECT}, from the first. */
        Supplier<PixelMap> maps(int side, Motion motion) {
            Aggregation moving = new Aggregation(
                    side, this == ROUNDED ? Positions.ROUNDED : this == DIRECT ? Positions.FIRST : Positions.KEPT);
            PixelMap fixed = switch (this) {
                case FORWARD, ROUNDED, DIRECT, SPLIT, REFILLED -> null;
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
            @Parameter(
                    standard = "forward",
                    value = "forward, rounded, direct, nearest, bilinear, rescaled, fresh, split or refilled")
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
            int digit,

            @Parameter(
                    standard = "1",
                    omit = "1",
                    range = "[1, 64]",
                    value = "pixels of split noise per pixel and direction, whose sums are the noise")
            int factor,

            @Parameter(
                    standard = "3",
                    omit = "3",
                    range = "[1, frames]",
                    value = "frames between the digits that are compared")
            int lag) {}

    /** Whiteness and motion of the noise, and of the digits made from it. */
    public record Result(
            @Parameter(length = "frames", value = "variance of each frame")
            Doubles variance,

            @Parameter(length = "frames", value = "correlation of adjacent pixels of each frame")
            Doubles neighbours,

            @Parameter(length = "frames", value = "correlation of each frame with the first along the flow")
            Doubles followed,

            @Parameter(length = "frames", value = "correlation of each frame with the first at the same pixel")
            Doubles stayed,

            @Parameter("share of the first 16 films whose last frame Kolmogorov and Smirnov's test at 1 % rejects")
            double rejected,

            @Parameter("variance of the digits after the first frame over that of their law")
            double detail,

            @Parameter("mean squared change of a digit from frame to frame over twice the variance of its law")
            double flicker,

            @Parameter("correlation of a digit with that of lag frames before along the flow")
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
        int[][] flow = PixelMap.flow(c.side(), motion(c), c.frames());
        int[] there = IntStream.range(0, c.side() * c.side()).toArray();
        double[][] fine = new double[there.length * scale(c) * scale(c)][c.films()];
        for (double[] row : fine) {
            Arrays.setAll(row, k -> start.nextGaussian());
        }
        double[][] first = new SplitWarp(fine, true, () -> 0).coarse(scale(c));
        UnaryOperator<double[][]> next = next(c, fine, holes::nextGaussian);
        GaussianMixture law = law(c);
        UnaryOperator<double[][]> digits = digits(c, law);
        double[][][] film = new double[c.frames() + 1][][];
        film[0] = digits.apply(window(c, first));
        double[] variance = new double[c.frames()];
        double[] neighbours = new double[c.frames()];
        double[] followed = new double[c.frames()];
        double[] stayed = new double[c.frames()];
        double[][] now = first;
        for (int frame = 0; frame < c.frames(); frame++) {
            stopIfInterrupted();
            now = next.apply(now);
            variance[frame] = squares(now) / now.length / c.films();
            neighbours[frame] = correlation(now, now, PixelMap.beside(c.side()));
            followed[frame] = correlation(first, now, flow[frame]);
            stayed[frame] = correlation(first, now, there);
            film[frame + 1] = digits.apply(window(c, now));
        }
        double[][] last = finite(now);
        double[] mean = law.mean();
        double[][] covariance = law.covariance();
        double all = sum(covariance.length, j -> covariance[j][j]) * film[0][0].length;
        int[] still = IntStream.range(0, law.dimension()).toArray();
        int[] moved = PixelMap.flow(DIGIT, Motion.about(DIGIT, c.angle(), c.zoom(), c.shear(), c.shift()), c.lag())[
                c.lag() - 1];
        return new Result(
                Doubles.of(variance),
                Doubles.of(neighbours),
                Doubles.of(followed),
                Doubles.of(stayed),
                share(Math.min(TESTED, c.films()), k -> rejected(last, k)),
                mean(c.frames(), k -> squares(film[k + 1]) / all),
                mean(c.frames(), k -> squares(zip(film[k + 1], film[k], (a, b) -> a - b)) / all / 2),
                mean(c.frames() - c.lag() + 1, k -> correlation(film[k], film[k + c.lag()], moved)),
                mean(c.frames() - c.lag() + 1, k -> correlation(film[k], film[k + c.lag()], still)),
                Doubles.of(IntStream.range(0, SHOWN)
                        .mapToObj(k -> film[Math.min(EVERY * k, c.frames())])
                        .flatMapToDouble(frame -> Arrays.stream(still).mapToDouble(j -> mean[j] + frame[j][0]))
                        .toArray()));
    }

    /** Only split noise has a finer resolution of its own. */
    private static int scale(Config c) {
        return c.warp().splits() ? c.factor() : 1;
    }

    private static Motion fine(Config c) {
        return Motion.about(c.side() * scale(c), c.angle(), c.zoom(), c.shear(), c.shift() * scale(c));
    }

    /** Makes each frame of that before it. */
    private static UnaryOperator<double[][]> next(Config c, double[][] fine, DoubleSupplier fresh) {
        if (c.warp().splits()) {
            SplitWarp warp = new SplitWarp(fine, c.warp() == Warp.SPLIT, fresh);
            return now -> {
                warp.move(fine(c));
                return warp.coarse(scale(c));
            };
        }
        Supplier<PixelMap> maps = c.warp().maps(c.side(), motion(c));
        return now -> {
            PixelMap map = maps.get();
            double[][] image = map.of(c.warp() == Warp.DIRECT ? fine : now);
            IntStream.range(0, image.length)
                    .filter(map::isHole)
                    .forEach(i -> Arrays.setAll(image[i], k -> fresh.getAsDouble()));
            return image;
        };
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
            if (c.warp().splits()) {
                return split(c);
            }
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

        /** What remains of unit noise at one fine pixel, for all of them; the noise stays white. */
        private static Exact split(Config c) {
            int[][] flow = PixelMap.flow(c.side(), motion(c), c.frames());
            double[][] unit = PixelMap.Law.white(c.side() * c.side() * scale(c) * scale(c))
                    .covariance();
            UnaryOperator<double[][]> next = next(c, unit, () -> 0);
            double[] followed = new double[c.frames()];
            for (int k = 0; k < c.frames(); k++) {
                double[][] withFirst =
                        transposed(new SplitWarp(transposed(next.apply(unit)), true, () -> 0).coarse(scale(c)));
                followed[k] = new PixelMap.Law(
                                PixelMap.Law.white(c.side() * c.side()).covariance(), withFirst)
                        .followed(flow[k]);
            }
            double[] ones = new double[c.frames()];
            Arrays.fill(ones, 1);
            return new Exact(ones, new double[c.frames()], followed);
        }

        private static double[][] transposed(double[]... x) {
            return IntStream.range(0, x[0].length)
                    .mapToObj(j -> Arrays.stream(x).mapToDouble(row -> row[j]).toArray())
                    .toArray(double[][]::new);
        }

        /**
         * Correlation along the flow if white noise moves without loss: the part of each pixel that comes to the pixel in which its middle lands,
         * times the root of the growth of areas; what has left the picture is lost.
         */
        static double[] ideal(Config c) {
            int grid = 8;
            double[] followed = new double[c.frames()];
            int[] count = new int[c.frames()];
            Motion motion = motion(c);
            int[][] flow = PixelMap.flow(c.side(), motion, c.frames());
            double growth = Math.sqrt(Math.abs(motion.a() * motion.d() - motion.b() * motion.c()));
            for (int i = 0; i < c.side() * c.side(); i++) {
                for (int point = 0; point < grid * grid; point++) {
                    double x = i % c.side() + (point % grid + 0.5) / grid - 0.5;
                    double y = i / c.side() + (point / grid + 0.5) / grid - 0.5;
                    boolean inside = true;
                    double factor = 1;
                    for (int k = 0; k < c.frames(); k++) {
                        double[] at = motion.of(x, y);
                        x = at[0];
                        y = at[1];
                        factor *= growth;
                        int to = PixelMap.pixel(c.side(), x, y);
                        inside &= to >= 0;
                        if (flow[k][i] >= 0) {
                            count[k]++;
                            followed[k] += inside && to == flow[k][i] ? factor : 0;
                        }
                    }
                }
            }
            return IntStream.range(0, c.frames())
                    .mapToDouble(k -> followed[k] / count[k])
                    .toArray();
        }
    }

    @Override
    public double work(Config c) {
        double pixels = (double) c.side()
                * c.side()
                * scale(c)
                * scale(c)
                * (c.films() + (c.warp().splits() ? 3 : 0));
        return c.frames() * (40 * pixels + 1e4 * c.steps() * Math.min(SAMPLED, c.films())) + 1e3 * pixels;
    }

    @Override
    public long memory(Config c) {
        return 40L
                        * c.side()
                        * c.side()
                        * scale(c)
                        * scale(c)
                        * (c.films() + (c.warp().splits() ? 6 : 0))
                + 8L * c.frames() * c.side() * c.side()
                + (1L << 24);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }

    // The figure.

    private static final double[] FRAMES = {1, 2, 3, 5, 7, 10, 15, 20, 25, 30};
    /** No multiple of 2.7° up to 81° permutes the pixels, and a picture that shrinks makes them meet. */
    private static final List<String> MOTIONS =
            List.of("angle=2.7", "angle=0, zoom=0.97", "angle=0, shear=0.05", "angle=0, shift=0.3");

    private static final List<String> NAMES = List.of("rotation", "zoom", "shear", "shift");
    /** Smallest difference of correlations that counts. */
    private static final double RESOLVED = 0.1;

    private static final List<String> CURVES =
            List.of("target", "one warp", "whole pixels, remembered", "whole pixels, rounded", "split, 16-fold grid");

    private static final List<String> WORDS =
            List.of("rotation of 2.7°", "zoom of 0.97", "shear of 0.05", "shift of 0.3 pixels");

    /** Ways whose variance and digits are claimed within a few per cent, so that more films are pooled. */
    private static final List<Warp> PRECISE = List.of(Warp.FORWARD, Warp.BILINEAR, Warp.FRESH);

    private static final String REMEMBERED = "whole pixels with remembered positions";
    private static final String BEFORE = "bound set before the run";
    private static final String LOOKED = "bound set after a look";

    private Line<Config, Result> cell(Board board, String name, Warp warp, String words, String changes) {
        return setting(board, name, warp, words, changes).cell();
    }

    private Setting<Config, Result> setting(Board board, String name, Warp warp, String words, String changes) {
        return on(board, name + ", " + words + " per frame")
                .with("warp=" + warp.name().toLowerCase(Locale.ROOT) + (PRECISE.contains(warp) ? "" : ", films=16"))
                .with(changes);
    }

    private List<Line<Config, Result>> all(Board board, String name, Warp warp) {
        return IntStream.range(0, MOTIONS.size())
                .mapToObj(k -> cell(board, name, warp, WORDS.get(k), MOTIONS.get(k)))
                .toList();
    }

    private static ToDoubleFunction<Result> at(Function<Result, Doubles> curve, int frame) {
        return run -> curve.apply(run).get(frame - 1);
    }

    /** Correlation after 30 frames, divided by that without loss. */
    private static ToDoubleFunction<Result> kept(Config c) {
        double ideal = Exact.ideal(c)[29];
        return run -> run.followed().get(29) / ideal;
    }

    /** How much more digits of a film are alike along the flow than where they are. */
    private static double motion(Result run) {
        return run.along() - run.still();
    }

    /** Whether noise, and pictures made of it, follow a flow; the rival is the same noise that stays where it is. */
    private void decide(Board board, Setting<Config, Result> at) {
        var split = at.cell();
        board.claim(
                        "follows",
                        "After ten frames the noise is more correlated with the first frame along the flow than at the same pixel.",
                        split)
                .in("followed")
                .says("Split noise follows the flow | correlation at frame 10, along the flow − at rest")
                .paper()
                .above(0)
                .control("claim: fresh-follows")
                .of(split.last(), run -> run.followed().get(9) - run.stayed().get(9))
                .from(source() + ", abstract", "the sign, from the paper's words 'correlated warped noise'");
        board.claim(
                        "pictures-follow",
                        "Digits made of the noise are more correlated with those of ten frames before along the flow than at the same pixel.",
                        split)
                .in("pictures")
                .says(
                        "Digits made of split noise follow the flow | correlation, 10 frames apart, along the flow − at rest")
                .paper()
                .above(0)
                .control("claim: moves-rounded")
                .of(split.last(), WarpedNoise::motion)
                .from(source() + ", abstract", "the sign, from the paper's words 'effective motion control'");
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Noise moved on a 16-fold finer grid keeps 30 frames of rotation",
                "Noise moved on a 16-fold finer grid loses the motion",
                "Noise moved on a 16-fold finer grid may keep the motion");
        board.subtitle("Four ways to turn noise by 2.7° per frame, shown on a pattern and by correlation");
        board.show("pictures", "followed");
        int n = board.replicas(8, 32);
        var turning = setting(
                board, "split noise, 16-fold grid", Warp.SPLIT, WORDS.get(0), "factor=16, films=2, lag=10, angle=2.7");
        board.headline(
                        "abstract",
                        "replaces random temporal Gaussianity with correlated warped noise derived from optical flow fields, while preserving the spatial Gaussianity")
                .decidedBy("follows", "pictures-follow")
                .lacks(
                        "a video model and viewers, so that motion control is not tested; that the noise stays Gaussian is judged apart")
                // Shifts up to half a pixel, not one: in ten frames a shift of one takes a digit of 8 pixels out of its
                // window.
                .vary(
                        turning,
                        Box.of("zoom", 0.97, 1.03)
                                .even("angle", 0, 5)
                                .even("shift", 0, 0.5)
                                .even("shear", 0, 0.1),
                        this::decide);
        var split = turning.cell();
        String eight = "8-fold grid";
        var grown = cell(
                board,
                "split noise, " + eight,
                Warp.SPLIT,
                "zoom of 1.03",
                "factor=8, films=1, angle=0, zoom=1.03, frames=10");
        var refilled = cell(
                board,
                "the same with fresh holes, " + eight,
                Warp.REFILLED,
                "zoom of 1.03",
                "factor=8, films=1, angle=0, zoom=1.03, frames=10");
        var drifting = cell(
                board,
                "split noise, " + eight,
                Warp.SPLIT,
                WORDS.get(3),
                "factor=8, films=1, frames=10, " + MOTIONS.get(3));
        var forward = all(board, REMEMBERED, Warp.FORWARD);
        String steps = "whole pixels with rounded positions";
        var rounded = IntStream.range(0, MOTIONS.size())
                .mapToObj(k ->
                        cell(board, steps, Warp.ROUNDED, WORDS.get(k), MOTIONS.get(k) + (k > 0 ? ", frames=10" : "")))
                .toList();
        var direct =
                all(board, "noise warped from the first frame", Warp.DIRECT).subList(0, 2);
        var bilinear = cell(board, "bilinear interpolation", Warp.BILINEAR, WORDS.get(0), MOTIONS.get(0));
        var rescaled = cell(board, "rescaled bilinear", Warp.RESCALED, WORDS.get(0), MOTIONS.get(0));
        var turned = cell(board, "fresh noise", Warp.FRESH, WORDS.get(0), MOTIONS.get(0));
        String whole = "shift of 1 pixel";
        var exactly = cell(board, REMEMBERED, Warp.FORWARD, whole, "angle=0, shift=1, frames=10");
        var wholly = cell(board, steps, Warp.ROUNDED, whole, "angle=0, shift=1, frames=10");
        var shrunk = cell(
                board, REMEMBERED, Warp.FORWARD, "rotation of 10° and zoom of 0.9", "angle=10, zoom=0.9, frames=10");
        var enlarged = cell(
                board,
                "nearest pixel",
                Warp.NEAREST,
                "rotation of 10° and zoom of 1.1",
                "angle=10, zoom=1.1, frames=10");
        var ways = List.of(direct.get(0), forward.get(0), rounded.get(0), split);
        double[] ideal = Exact.ideal(split.last().config());
        pictures(board, ways);
        Axis frames = Axis.linear("frame (2.7° each)").range(0, 31);
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
        draw(variance, "whole pixels", forward.get(0), Result::variance, own.variance());
        draw(variance, "bilinear", bilinear, Result::variance, smooth.variance());
        for (int k = 0; k < ways.size(); k++) {
            boolean fine = ways.get(k).equals(split);
            draw(
                    followed,
                    CURVES.get(k + 1),
                    ways.get(k),
                    Result::followed,
                    fine ? ideal : Exact.of(ways.get(k).last().config()).followed());
        }
        followed.text(11, 0.64, "line: without loss");
        followed.claim(
                        "transport",
                        "After 30 frames the correlation with the first frame is within 10 % of that of noise moved without loss.",
                        split)
                .says("Split noise loses less than 10 % in 30 frames | correlation / that without loss")
                .theory(1)
                .control("claim: late-rotation")
                .of(split.last(), kept(split.last().config()))
                .from(
                        "overlap of a moved pixel with the pixel that its middle reaches, times the root of the growth of areas");
        followed.claim(
                        "finer",
                        "After 30 frames split noise on a 16-fold grid is more correlated with the first frame, by 0.1 or more, than whole pixels with remembered positions.",
                        split)
                .says("A 16-fold grid keeps more motion than whole pixels | difference of correlations, frame 30")
                .above(RESOLVED)
                .control("claim: whole")
                .of(split.last().less(forward.get(0).last(), at(Result::followed, 30)))
                .from("noise that is moved by whole pixels mixes where pixels meet; " + LOOKED);
        board.claim(
                        "shared",
                        "After ten frames in which the picture grows, split noise is more correlated with the first frame than noise whose holes are fresh.",
                        grown)
                .says("In a zoom of 1.03 shared holes keep more than fresh ones | difference of correlations, frame 10")
                .above(0)
                .control("claim: whole")
                .of(grown.last().less(refilled.last(), at(Result::followed, 10)))
                .from("copies of a pixel sum to its noise, fresh noise does not");
        board.claim(
                        "drifts",
                        "After ten frames of a steady shift split noise is less correlated with the first frame, by 0.1 or more, than whole pixels with remembered positions.",
                        drifting)
                .says("In a shift of 0.3 pixels rounding drifts | correlation at frame 10, split − remembered")
                .below(-RESOLVED)
                .control("claim: whole")
                .of(drifting.last().less(forward.get(3).last(), at(Result::followed, 10)))
                .from("2.4 fine pixels are always rounded to 2, so that noise lags by half a pixel; " + LOOKED);
        for (int k = 0; k < 2; k++) {
            followed.claim(
                            "late-" + NAMES.get(k),
                            "After 30 frames the correlation with the first frame is less than half of that without loss.",
                            forward.get(k))
                    .below(0.5)
                    .control("claim: transport")
                    .of(forward.get(k).last(), kept(forward.get(k).last().config()))
                    .from("every meeting of whole pixels mixes their noise for good; " + LOOKED);
        }
        followed.claim(
                        "direct-rotation",
                        "After 30 frames the correlation with the first frame exceeds 0.8.",
                        direct.get(0))
                .above(0.8)
                .control("claim: direct-zoom")
                .of(direct.get(0).last(), at(Result::followed, 30))
                .from("each position is rounded only once; bound 0.8 set before the run");
        followed.claim(
                        "direct-zoom",
                        "After 30 frames in which the picture shrinks the correlation with the first frame is below 0.5.",
                        direct.get(1))
                .below(0.5)
                .control("claim: direct-rotation")
                .of(direct.get(1).last(), at(Result::followed, 30))
                .from("six pixels share one, so that each has at most the root of 1/6; " + LOOKED);
        for (int k = 0; k < NAMES.size(); k++) {
            followed.claim(
                            "kept-" + NAMES.get(k),
                            "After ten frames remembered positions keep a correlation with the first frame above that of rounded ones by 0.1 or more.",
                            forward.get(k))
                    .above(RESOLVED)
                    .control("claim: whole")
                    .of(forward.get(k).last().less(rounded.get(k).last(), at(Result::followed, 10)))
                    .from(
                            "noise that is rounded in every frame stands still below half a pixel; bound set after a pilot");
            String where = NAMES.get(k);
            white(board, where, forward.get(k), 0.01);
        }
        white(board, "split", split, 0.05);
        followed.claim(
                        "whole",
                        "After ten shifts by whole pixels remembered positions keep no more correlation than rounded ones.",
                        exactly)
                .below(RESOLVED)
                .of(exactly.last().less(wholly.last(), at(Result::followed, 10)))
                .from("control: shifts by whole pixels need no memory");
        followed.claim("fresh-follows", "After 30 frames the correlation with the first frame is below 0.1.", turned)
                .below(RESOLVED)
                .of(turned.last(), at(Result::followed, 30))
                .from("control: fresh noise is white but follows nothing");
        String one = "After one frame the correlation along the flow exceeds 0.8.";
        followed.claim("one", one, shrunk)
                .above(0.8)
                .control("claim: fresh-follows")
                .of(shrunk.last(), at(Result::followed, 1))
                .from("few pixels meet in one frame; " + BEFORE);
        followed.claim("frozen", one, rounded.get(0))
                .above(0.8)
                .of(rounded.get(0).last(), at(Result::followed, 1))
                .from("control: noise that hardly moves passes the same bound, so one frame proves little");
        followed.claim(
                        "followed-exact",
                        "After ten frames the correlation with the first frame is that of the covariance carried through ten maps, within 10 %.",
                        forward.get(0))
                .theory(own.followed()[9])
                .control("claim: kept-rotation")
                .of(forward.get(0).last(), at(Result::followed, 10))
                .from("covariance carried exactly through ten maps");
        for (int frame : new int[] {1, 30}) {
            variance.claim("bilinear-" + frame, "After frame " + frame + " the variance is below 0.6.", bilinear)
                    .below(0.6)
                    .control("claim: white-rotation")
                    .of(bilinear.last(), at(Result::variance, frame))
                    .from("means of four independent numbers vary less; " + BEFORE);
        }
        variance.claim(
                        "bilinear-exact",
                        "After 30 frames the variance is that of the covariance carried through 30 maps, within 10 %.",
                        bilinear)
                .theory(smooth.variance()[29])
                .control("claim: white-rotation")
                .of(bilinear.last(), at(Result::variance, 30))
                .from("covariance carried exactly through 30 maps");
        board.claim("rescaled-30", "After 30 frames the variance exceeds 10.", rescaled)
                .above(10)
                .of(rescaled.last().the(geometric(at(Result::variance, 30))))
                .from("control: the second frame's input is not white, so the same weights inflate it");
        String beside = "After one frame the correlation of adjacent pixels exceeds 0.05.";
        board.claim("rescaled-adjacent", beside, rescaled)
                .above(0.05)
                .of(rescaled.last(), at(Result::neighbours, 1))
                .from("control: variance 1 is not whiteness");
        board.claim("nearest", beside, enlarged)
                .above(0.05)
                .control("claim: ks")
                .of(enlarged.last(), at(Result::neighbours, 1))
                .from("magnified pixels are repeated; " + BEFORE);
        board.claim("ks", "A test at 1 % rejects fewer than 5 % of films as not normal.", forward.get(0))
                .below(0.05, 0, 1)
                .control("claim: ks-bilinear")
                .of(forward.get(0).last(), Result::rejected)
                .from(source() + "; " + BEFORE);
        board.claim("ks-bilinear", "A test at 1 % rejects more than 95 % of films as not normal.", bilinear)
                .above(0.95, 0, 1)
                .of(bilinear.last(), Result::rejected)
                .from("control: the test has the power to reject; " + BEFORE);
        tellDigits(board, forward, rounded, direct, bilinear, turned);
        board.caption("""
                Noise of 32 × 32 pixels that turns by 2.7° per frame about its middle. Split: the authors' way; each pixel has 16 × 16 fine ones that move by whole steps, holes share the noise of the \
                fine pixel they look back at. Whole pixels: those that meet are summed over the root of their count, holes are fresh, positions between pixels are remembered or rounded. One warp: from frame 0 by \
                all motions at once. (a) What remains of a pattern; corr.: correlation of the noise after 30 frames. (b) Correlation of a pixel with that in which its middle lands; \
                lines: exact, for split noise that of white noise moved without loss, which is below 1 because a turned pixel covers parts of several. {} films per replica, 2 for split noise, means over {}, 95 % t intervals.""", bilinear.last().config().films(), n);
    }

    private static void white(Board board, String where, Line<Config, Result> line, double half) {
        board.claim("white-" + where, "After 30 frames the variance is 1.", line)
                .identity(1, half)
                .of(line.last(), at(Result::variance, 30))
                .from("sums of independent numbers with weights of unit length");
        board.claim("adjacent-" + where, "After 30 frames adjacent pixels are uncorrelated.", line)
                .identity(0, half)
                .of(line.last(), at(Result::neighbours, 30))
                .from("they share no noise");
    }

    /** A digit moved like the noise, without fresh noise. */
    private static void pictures(Board board, List<Line<Config, Result>> ways) {
        Config c = ways.get(0).last().config();
        double[] digit = Arrays.stream(Digits.LAW.means()[c.digit()])
                .map(ink -> (1 + ink) / 2)
                .toArray();
        double[][] pattern = PixelMap.enlarged(c.side(), 3, digit);
        int[] step = {0};
        Supplier<PixelMap> turn =
                () -> PixelMap.nearest(c.side(), Motion.about(c.side(), ++step[0] * c.angle(), 1, 0, 0));
        List<double[]> pixels = PixelMap.film(turn, true, 30, 10, pattern);
        for (var line : ways) {
            Config its = line.last().config();
            int scale = scale(its);
            double[][] now = PixelMap.enlarged(its.side() * scale, 3 * scale, digit);
            UnaryOperator<double[][]> next = next(its, now, () -> 0);
            now = pattern;
            for (int k = 0; k <= 30; k++) {
                now = k == 0 ? now : next.apply(now);
                if (k % 10 == 0) {
                    double whole = k == 0 ? 1 : scale;
                    pixels.add(Arrays.stream(now)
                            .mapToDouble(row -> row[0] / whole)
                            .toArray());
                }
            }
        }
        double[][] all = pixels.toArray(double[][]::new);
        var cells = ways.stream().map(Line::last).toList();
        Plot shown = board.pictures("pictures", "Pattern moved like the noise", CURVES, 4, c.side(), all, 0, 1)
                .beside(0, "noise corr.\nat 81°", cells, at(Result::followed, 30));
        for (int k = 0; k < 4; k++) {
            shown.text(k, -1, 27 * k + "°");
        }
    }

    private void tellDigits(
            Board board,
            List<Line<Config, Result>> forward,
            List<Line<Config, Result>> rounded,
            List<Line<Config, Result>> direct,
            Line<Config, Result> bilinear,
            Line<Config, Result> turned) {
        String moves =
                "Digits are more correlated with those of three frames before along the flow than at the same pixel, by 0.1 or more.";
        String rests =
                "Digits are not more correlated with those of three frames before along the flow than at the same pixel, by 0.1 or more.";
        board.claim("moves", moves, forward.get(3))
                .above(RESOLVED)
                .control("claim: moves-rounded")
                .of(forward.get(3).last(), WarpedNoise::motion)
                .from("a frame-wise sampler answers its noise; bound set after a pilot");
        board.claim("moves-rounded", rests, rounded.get(3))
                .below(RESOLVED)
                .of(rounded.get(3).last(), WarpedNoise::motion)
                .from("control: noise that stands still moves nothing");
        board.claim("moves-fresh", rests, turned)
                .below(RESOLVED)
                .of(turned.last(), WarpedNoise::motion)
                .from("control: fresh noise moves nothing");
        board.claim("fades", "The variance of digits is less than half of that from fresh noise.", bilinear)
                .below(0.5)
                .control("claim: keeps")
                .of(bilinear.last().over(turned.last(), Result::detail))
                .from("a digit's variance falls with that of its noise; bound set after a pilot");
        board.claim("keeps", "The variance of digits is that from fresh noise, within 10 %.", forward.get(0))
                .theory(1)
                .control("claim: fades")
                .of(forward.get(0).last().over(turned.last(), Result::detail))
                .from("white noise, whatever its history; window 10 %");
        board.claim(
                        "steady",
                        "Digits change from frame to frame by less than half of independent ones.",
                        forward.get(0))
                .below(0.5)
                .control("run: fresh noise, of which it is a fraction")
                .of(forward.get(0).last().over(turned.last(), Result::flicker))
                .from(source() + "; bound set after a pilot");
        board.claim(
                        "direct-flickers",
                        "Digits change from frame to frame by more than with whole pixels and remembered positions.",
                        direct.get(0))
                .above(1)
                .control("claim: steady")
                .of(direct.get(0).last().over(forward.get(0).last(), Result::flicker))
                .from("holes are filled anew in every frame; bound set after a pilot");
    }

    private static void draw(
            Plot plot, String series, Line<Config, Result> line, Function<Result, Doubles> curve, double... exact) {
        plot.points(series, FRAMES, line.last(), k -> mean(at(curve, (int) FRAMES[k])))
                .law(series, Line.even(1, exact.length, exact.length), frame -> exact[(int) Math.round(frame) - 1]);
    }

    @Override
    protected String says() {
        return """
                # Does warped noise follow the motion of a video?

                Yes, if noise moves on a grid 16 times finer than the picture: after 30 frames of rotation its correlation with the first frame is 96 % of what motion without loss allows. Moved by whole pixels of the
                picture it keeps 16 %.

                ## The question

                A video model starts each frame from noise. If the noise of all frames is independent, nothing ties them together. Noise that moves with the picture might carry motion into the video, but each frame's noise
                must stay white: independent from pixel to pixel, of variance 1.

                ## What the paper says

                The method "replaces random temporal Gaussianity with correlated warped noise derived from optical flow fields, while preserving the spatial Gaussianity" and "leads to effective motion control" (abstract).

                ## What we did

                Noise of 32 × 32 pixels turns, zooms, shears or shifts for 30 frames. *Split noise* is the authors' way, written anew after their public code: each pixel has 16 × 16 fine ones, which move by whole steps; those
                that meet are added, and a hole shares the noise of the pixel it looks back at. Rivals move whole pixels, remembering or rounding positions between them. We measure the correlation of a pixel with that
                in which its middle lands, *along the flow*. Without loss it is about 0.5, since a turned pixel covers parts of several. Digits are made of the middle 8 × 8 pixels, frame by frame. Missing are a
                video model and viewers.

                ## What we found

                - **Control.** Fresh noise is white but follows nothing: whiteness is algebra and shows no motion. Noise with rounded positions has a correlation of 0.998 after one frame because it stands still, so a test of
                  one frame proves little.
                - **Limit.** Rounding drifts in a steady shift: on an 8-fold grid 2.4 fine pixels are always 2, and after ten frames the correlation is 0.36 below that with remembered positions.
                - **Corrected.** An earlier edition concluded that no variant follows for 30 frames. It had tried only whole pixels, at angles that add up to 90°, which permute the pixels.

                ## What it means

                Move noise on a grid finer than the picture (16 pixels for each of its own sufficed) and test motion over ten frames or more. For slow steady shifts remember positions between pixels.

                ## Try it

                environment/noisebook vary warped-noise   # other motions

                ## What else was found

                Bilinear interpolation loses 96 % of the variance in 30 frames and 75 % of the variance of the digits. Weights rescaled for white input repair only the first frame, correlate neighbours by 0.32, and then
                inflate the noise without limit, because their next input is not white. Copying the nearest pixel repeats noise when the picture grows.

                Whole pixels that remember positions have a correlation of 0.38 after ten frames of rotation, 0.19 of a shrinking zoom, 0.87 of a shear or a shift; each meeting of pixels mixes their noise for good. Warping the first
                frame at once by the whole motion keeps 0.99 after a rotation by 81° and 0.43 after a zoom to 0.4, where six pixels share one; digits then change from frame to frame by 21 % more.

                When the picture grows, shared holes matter: after ten frames of a zoom of 1.03 on an 8-fold grid the correlation is 0.12 higher than with fresh holes. The headline's digits are ten frames apart; three frames of
                rotation, compared before, move no pixel of a digit by more than 0.7. Digits of whole pixels with remembered positions follow a shift by 0.3 pixels per frame after three frames (0.33), and their change
                from frame to frame is 0.15 of that of independent ones.

                The authors' code moves noise at 8, 16 or 32 pixels for each one of the picture or latent; 16 is used here, and remembered positions are off, as in the code. In the box of settings shifts end at half a pixel
                per frame: in ten frames a shift of one takes a digit out of its window.""";
    }
}
