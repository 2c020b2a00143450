package org.noisebook.papers.freenoise;

import static org.noisebook.paper.Grammar.finite;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.WindowScore;
import org.noisebook.stats.KolmogorovSmirnov;

/**
 * Long video from the denoiser of a short window: what later frames share with the first ones if they share their noise.
 *
 * <p>Each pixel is a Gaussian process in time of unit variance, c + (1 − c) e^(−|Δ|/τ): content that stays and motion that fades. The
 * exact denoiser of a window knows no more than its own frames. DDIM is then a linear map of the noise, so all numbers but the test
 * of the noise are exact for the shuffle that was drawn.
 *
 * <p><b>Streams</b>: {@code shuffle}; {@code noise} for the pixels that are drawn and tested.
 */
@Paper(
        key = "2310.15169",
        title = "FreeNoise: Tuning-Free Longer Video Diffusion via Noise Rescheduling",
        cite = {
            "Qiu, Xia, Zhang, He, Wang, Shan, Liu 2024, arXiv 2310.15169",
            "Bar-Tal, Yariv, Lipman, Dekel 2023, MultiDiffusion, arXiv 2302.08113"
        },
        study = "freenoise",
        version = 1,
        does = "Long video from overlapping windows that share their noise",
        figure = "freenoise",
        shows = "Long video from the denoiser of a short window",
        streams = {"shuffle", "noise"})
public final class FreeNoise extends OnePaper<FreeNoise.Config, FreeNoise.Result> {
    /** The noise of the frames after the first window. */
    public enum Start {
        /** Drawn anew. */
        INDEPENDENT,
        /** That of the frame one window before. */
        REPEATED,
        /** That of the frames one window before, shuffled within units. */
        SHUFFLED,
        /** The mean of two frames one window before, which has half the variance. */
        BLENDED
    }

    /** A long video, sampled window by window. */
    public record Config(
            @Parameter(standard = "64", range = "[4, 1024]", value = "frames of the video")
            int frames,

            @Parameter(standard = "16", range = "[2, frames]", value = "frames that the denoiser sees")
            int window,

            @Parameter(standard = "4", range = "[1, window]", value = "frames between the starts of windows")
            int stride,

            @Parameter(
                    standard = "shuffled",
                    value = "noise of later frames: independent, repeated, shuffled or blended")
            Start noise,

            @Parameter(standard = "4", range = "[1, window]", value = "frames that are shuffled among each other")
            int unit,

            @Parameter(standard = "0.7", range = "[0, 0.99]", symbol = "c", value = "variance of what stays")
            double content,

            @Parameter(standard = "3", range = "[0.1, 1000]", symbol = "τ", value = "frames in which motion fades")
            double memory,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "50", range = "[1, 10000]", value = "steps of DDIM")
            int steps,

            @Parameter(
                    standard = "16",
                    range = "[2, frames]",
                    value = "frames at either end that are compared; at most half of all")
            int span,

            @Parameter(standard = "1000", range = "[12, 100000]", value = "pixels whose noise is drawn and tested")
            int pixels) {
        /** Rejects ends that overlap. */
        public Config {
            if (2 * span > frames) {
                throw new IllegalArgumentException("span must be at most half of frames=" + frames + ", got " + span);
            }
        }

        double covariance(double lag) {
            return content + (1 - content) * StrictMath.exp(-lag / memory);
        }

        double[][] law(int length) {
            return GaussianLaw.covariance(length, (i, j) -> covariance(Math.abs(i - j)));
        }
    }

    /** What the frames share; correlations are those of the exact law of a pixel. */
    public record Result(
            @Parameter("correlation of the mean of the first frames with that of the last")
            double contentKept,

            @Parameter("correlation of the first frames with the next ones, each less their mean")
            double motionKept,

            @Parameter("the correlation of means in real video")
            double realContent,

            @Parameter("the correlation of motion in real video")
            double realMotion,

            @Parameter("smallest variance of a frame; 1 in real video")
            double leastVariance,

            @Parameter("largest mean square change from one frame to the next, over that of real video")
            double jump,

            @Parameter("largest Kolmogorov–Smirnov distance of a frame's noise from N(0, 1), times √pixels")
            double noiseDistance,

            @Parameter("calls of the denoiser a step") double calls,

            @Parameter(length = "frames", value = "correlation of each frame with the first")
            Doubles fromFirst,

            @Parameter("twelve pixels of the video, one after the other")
            Doubles film)
            implements Outcome {}

    // The study.

    private static final int SHOWN = 12;
    private static final NormalDistribution NORMAL_LAW = new NormalDistribution(null, 0, 1);

    @Override
    protected Result measure(Config c, Streams streams) {
        int[][] sources = sources(c, streams);
        AtomicLong calls = new AtomicLong();
        Sampler sampler = sampler(c, calls);
        double[] times = TimeGrid.UNIFORM.times(1, 0, c.steps());
        int drawn =
                1 + Arrays.stream(sources).flatMapToInt(Arrays::stream).max().orElse(0);
        GaussianLaw video =
                GaussianLaw.white(drawn, 0).through(z -> frames(sources, z)).through(sampler, times);
        double perStep = (double) calls.get() / c.steps();
        GaussianLaw real = GaussianLaw.of(c.law(c.frames()), 0);

        Stream stream = streams.at("noise");
        double[][] noise = new double[drawn][c.pixels()];
        for (double[] frame : noise) {
            Arrays.setAll(frame, k -> stream.nextGaussian());
        }
        double[][] x = frames(sources, noise);
        double distance = Arrays.stream(x)
                .mapToDouble(frame -> distance(frame.clone()))
                .max()
                .orElseThrow();
        double[][] shown =
                Arrays.stream(x).map(frame -> Arrays.copyOf(frame, SHOWN)).toArray(double[][]::new);
        Ensemble.run(sampler, times, shown, Noise.NONE, 1, Ensemble.Observer.NONE);
        finite(shown);
        double[][] cov = video.covariance();
        return new Result(
                content(c, video),
                motion(c, video),
                content(c, real),
                motion(c, real),
                IntStream.range(0, c.frames()).mapToDouble(k -> cov[k][k]).min().orElseThrow(),
                jump(video) / jump(real),
                distance * Math.sqrt(c.pixels()),
                perStep,
                Doubles.of(IntStream.range(0, c.frames())
                        .mapToDouble(k -> cov[0][k] / Math.sqrt(cov[0][0] * cov[k][k]))
                        .toArray()),
                Grammar.shown(SHOWN, shown));
    }

    /** For each frame the frames of drawn noise of which it is the mean. */
    static int[][] sources(Config c, Streams streams) {
        int n = c.frames();
        int[][] sources = new int[n][];
        for (int k = 0; k < n; k++) {
            sources[k] = new int[] {k};
        }
        Stream stream = streams.at("shuffle");
        for (int first = c.window(); first < n && c.noise() != Start.INDEPENDENT; first += c.unit()) {
            int[] before = IntStream.range(first, Math.min(n, first + c.unit()))
                    .map(k -> k - c.window())
                    .toArray();
            int[] order = before.clone();
            if (c.noise() == Start.SHUFFLED) {
                stream.shuffle(order);
            }
            for (int i = 0; i < order.length; i++) {
                sources[first + i] = c.noise() == Start.BLENDED
                        ? new int[] {before[i] % c.window(), before[(i + 1) % before.length] % c.window()}
                        : sources[order[i]];
            }
        }
        return sources;
    }

    private static double[][] frames(int[][] sources, double[]... noise) {
        double[][] x = new double[sources.length][noise[0].length];
        for (int k = 0; k < x.length; k++) {
            for (int source : sources[k]) {
                for (int i = 0; i < x[k].length; i++) {
                    x[k][i] += noise[source][i] / sources[k].length;
                }
            }
        }
        return x;
    }

    /** DDIM with the denoisers of all windows, whose calls are counted. */
    static Sampler sampler(Config c, AtomicLong calls) {
        Score exact =
                new SpectralMixture(GaussianMixture.of(new double[c.window()], c.law(c.window()))).score(c.diffusion());
        Score counted = new Score() {
            @Override
            public int dimension() {
                return exact.dimension();
            }

            @Override
            public Evaluator evaluator(int capacity) {
                Evaluator inner = exact.evaluator(capacity);
                return (t, x, count, out) -> {
                    calls.incrementAndGet();
                    inner.at(t, x, count, out);
                };
            }
        };
        int[][] windows = WindowScore.windows(1, c.frames(), c.window(), c.stride());
        return DiffusionMethod.Ddim.standard()
                .sampler(c.diffusion(), new WindowScore(counted, windows, WindowScore.triangle(c.window())));
    }

    private static double distance(double... frame) {
        return KolmogorovSmirnov.oneSample(frame, NORMAL_LAW::cumulativeProbability)
                .statistic();
    }

    /** Weights of frames: 1/span for those chosen. */
    private static double[] mean(Config c, IntPredicate chosen) {
        return IntStream.range(0, c.frames())
                .mapToDouble(k -> chosen.test(k) ? 1.0 / c.span() : 0)
                .toArray();
    }

    private static double content(Config c, GaussianLaw law) {
        return law.correlation(mean(c, k -> k < c.span()), mean(c, k -> k >= c.frames() - c.span()));
    }

    private static double motion(Config c, GaussianLaw law) {
        double across = 0;
        double early = 0;
        double late = 0;
        for (int k = 0; k < c.span(); k++) {
            double[] one = mean(c, j -> j < c.span());
            double[] next = mean(c, j -> j >= c.span() && j < 2 * c.span());
            one[k] -= 1;
            next[k + c.span()] -= 1;
            across += law.covariance(one, next);
            early += law.covariance(one, one);
            late += law.covariance(next, next);
        }
        return across / Math.sqrt(early * late);
    }

    private static double jump(GaussianLaw law) {
        double[][] c = law.covariance();
        return IntStream.range(1, c.length)
                .mapToDouble(k -> c[k][k] + c[k - 1][k - 1] - 2 * c[k][k - 1])
                .max()
                .orElseThrow();
    }

    @Override
    public double work(Config c) {
        double windows = 1 + Math.ceil((c.frames() - c.window()) / (double) c.stride());
        return 4.0 * c.window() * c.window() * windows * c.steps() * (c.frames() + SHOWN)
                + 20.0 * c.pixels() * c.frames();
    }

    @Override
    public long memory(Config c) {
        return 8L * c.frames() * (4L * c.frames() + 2L * c.pixels()) + (1L << 24);
    }

    // The figure.

    private static final String MEAN = "correlation of the mean of the first 16 frames with that of the last 16";
    private static final String MOTION = "correlation of the first 16 frames with the next 16, each minus their mean";
    private static final String CONTENT = "Shared noise keeps the content to the end | correlation of content";
    private static final double KEPT = 0.9;
    /** Largest √n D of 64 frames at a level of 5 % over all of them. */
    private static final double NORMAL = 1.98;

    @Override
    protected void tell(Board board) {
        board.title(
                "Shared noise keeps content; shuffling all 16 frames renews motion",
                "Shared noise does not keep a long video's content",
                "Shared noise may keep a long video's content");
        board.subtitle(
                "Windows of 16 frames in 64-frame videos, compared by their mean (content) and by the rest (motion)");
        board.show("film", "units");
        int n = board.replicas(8, 32);
        var noise = on(board, "13 windows of 16 frames, 50 steps")
                .each("noise", "independent", "repeated", "shuffled", "blended");
        var units =
                on(board, "shuffled noise, 13 windows of 16 frames, 50 steps").along("unit", 1, 2, 4, 8, 16);
        var whole = on(board, "independent noise, one window of 64 frames, 50 steps")
                .with("noise=independent, window=64")
                .cell();
        var apart = on(board, "shuffled noise, four windows side by side, 50 steps")
                .with("stride=16")
                .cell();
        var cosine = on(board, "shuffled noise, 13 windows of 16 frames, 50 steps, cosine schedule")
                .with(Grammar.COSINE)
                .cell();
        var fine = on(board, "13 windows of 16 frames, 200 steps")
                .with("steps=200")
                .each("noise", "independent", "shuffled");

        List<Cell<Config, Result>> rows = List.of(noise.at(1), noise.at(2), noise.at(3), units.at(16), whole.last());
        double[][] pixels = rows.stream().map(FreeNoise::film).toArray(double[][]::new);
        List<String> kinds = List.of(
                "independent", "repeated", "shuffled,\n4 frames", "shuffled,\n16 frames", "target: 64-frame\ndenoiser");
        Plot film = board.pictures("film", "5 pixels over 64 frames", kinds, 1, 64, pixels, -2, 2)
                .beside(0, "content\ncorr.", rows, Result::contentKept)
                .beside(1, "motion\ncorr.", rows, Result::motionKept);
        for (int k : new int[] {0, 16, 32, 48}) {
            film.text((k + 0.5) / 64 - 0.5, rows.size(), "" + k);
        }
        film.text(-0.65, rows.size(), "frame");
        Axis frame = Axis.linear("frame").range(0, 64);
        Plot first = board.plot(
                "first",
                "Likeness to frame 0",
                frame,
                Axis.linear("correlation with frame 0").range(-0.1, 1.1));
        double[] at = IntStream.range(0, 64).asDoubleStream().toArray();
        Config real = defaults();
        for (int k = 1; k <= 3; k++) {
            String name = List.of("independent", "repeated", "shuffled").get(k - 1);
            first.points(
                            name,
                            at,
                            noise.at(k),
                            i -> Reduction.mean(run -> run.fromFirst().get(i)))
                    .joined(name);
        }
        first.colour(Plot.GREY).law("real video", at, real::covariance);
        Plot unit = board.plot(
                        "units",
                        "Wider shuffles renew the motion",
                        Axis.log2("frames shuffled together (1: repeated)")
                                .range(0.9, 17)
                                .ticks(1, 2, 4, 8, 16),
                        Axis.linear("correlation between windows").range(-0.4, 1.1))
                .curve("content", units, Result::contentKept)
                .curve("motion", units, Result::motionKept)
                .named("content, target")
                .level(LineKind.THEORY, "real content", whole.last().mean(Result::realContent), 1, 16)
                .named("motion, target")
                .level(LineKind.THEORY, "real motion", whole.last().mean(Result::realMotion), 1, 16);

        String atlas = "bound set before the run";
        board.control("claim: content-independent");
        for (int k : new int[] {3, 2}) {
            unit.claim("content-" + (k == 2 ? "repeated" : "shuffled"), MEAN, noise, k, Result::contentKept)
                    .says(CONTENT)
                    .above(KEPT, -1, 1)
                    .from(source(), atlas);
        }
        board.claim("content-cosine", MEAN, cosine, 1, Result::contentKept)
                .says(CONTENT)
                .above(KEPT, -1, 1)
                .from(source(), atlas);
        first.claim("content-independent", MEAN, noise, 1, Result::contentKept)
                .below(0.1, -1, 1)
                .control("claim: whole")
                .from("control: windows that share neither frames nor noise are independent");
        first.claim("whole", MEAN, whole, 1, Result::contentKept)
                .theory(0.8833)
                .control("claim: content-independent")
                .from(
                        "control: 0.7/(0.7 + variance of the mean of 16 frames); a denoiser of the whole video needs no shared noise");
        unit.claim("motion-shuffled", MOTION, units, 4, Result::motionKept)
                .below(0.7, -1, 1)
                .control("claim: motion-repeated")
                .from(source(), atlas);
        unit.claim("motion-real", MOTION, units, 4, Result::motionKept)
                .says("Shuffled in fours, motion is that of the target | correlation of motion")
                .theory(-0.043, 0.1)
                .control("claim: motion-new")
                .from(source() + ": a shuffle adds new motion; value of real video, window 0.1 set before the run");
        first.claim("motion-repeated", MOTION, noise, 2, Result::motionKept)
                .control("claim: content-independent")
                .above(KEPT, -1, 1)
                .from("control: without a shuffle the same motion returns");
        unit.claim("motion-new", MOTION, units, 16, Result::motionKept)
                .says("Shuffled in sixteens, motion does not repeat | correlation of motion")
                .below(0.1, -1, 1)
                .control("claim: motion-repeated")
                .from("frames of a random order less their mean are correlated by −1/15 on average; " + atlas);
        unit.claim("content-whole-window", MEAN, units, 16, Result::contentKept)
                .says(CONTENT)
                .above(KEPT, -1, 1)
                .from("a shuffle leaves the mean of the noise as it is; " + atlas);
        String jump = "largest mean square change between two frames, over that of real video";
        board.claim("jump", jump, noise, 3, Result::jump)
                .below(1.2)
                .control("claim: jump-apart")
                .from(source(), atlas);
        board.claim("jump-apart", jump, apart, 1, Result::jump)
                .control("claim: content-independent")
                .above(1.2)
                .from("control: windows side by side do not know of each other");
        String least = "smallest variance of a frame";
        board.claim("variance", least, fine, 2, Result::leastVariance)
                .theory(1)
                .control("claim: variance-independent")
                .from("windows that agree average nothing away; steps of DDIM lose a few per cent");
        board.claim("variance-independent", least, fine, 1, Result::leastVariance)
                .control("claim: content-independent")
                .below(KEPT)
                .from("control: the mean of windows that disagree has less variance");
        String normal = "largest √n D of the noise of a frame, 1,000 pixels, 64 frames";
        board.claim("normal", normal, noise, 3, Result::noiseDistance)
                .below(NORMAL)
                .control("claim: normal-blended")
                .from("Kolmogorov's law at a level of 5 % for 64 frames");
        board.claim("normal-blended", normal, noise, 4, Result::noiseDistance)
                .control("claim: content-independent")
                .above(NORMAL)
                .from("control: the mean of two frames of noise has half the variance");
        board.claim("calls", "calls of the denoiser per step, shuffled noise", noise, 3, Result::calls)
                .identity(13, 0.01)
                .from("one for each window: shared noise costs none");
        board.claim("calls-apart", "calls of the denoiser per step", apart, 1, Result::calls)
                .identity(4, 0.01)
                .from("one for each window: the overlap costs a factor 13/4");
        board.caption("""
                Each pixel is a Gaussian process in time with covariance 0.7 (content) + 0.3 exp(−lag/3) (motion); windows of 16 frames, one every 4, are denoised \
                exactly and averaged with triangular weights in each of 50 steps of DDIM (linear schedule, T = 1000). Later frames start from \
                fresh noise, from that of the frame 16 before, or from that shuffled among 4 or 16 frames. (a) Six pixels (lines) of one video; 64-frame denoiser: independent noise and a denoiser of \
                all 64 frames. Content: correlation of the mean of the first 16 frames with that of the last 16. Motion: of the first 16 with the next 16, each minus their mean. \
                (b) Both against the number of frames shuffled together. In the table: correlation of each frame with frame 0. Means over {} shuffles, 95 % t intervals.""", n);
    }

    /** Every other pixel over the frames, as two rows of a picture each. */
    private static double[] film(Cell<Config, Result> cell) {
        double[] film = cell.runs().get(0).film().toArray();
        int frames = cell.config().frames();
        double[] rows = new double[SHOWN * frames];
        for (int i = 0; i < rows.length; i++) {
            int from = i / (2 * frames) * 2 * frames + i % frames;
            rows[i] = from < film.length ? film[from] : Double.NaN;
        }
        return rows;
    }

    @Override
    protected String says() {
        return """
                The paper makes a video model trained on 16 frames produce longer clips without training: later frames start from the noise of the first window, shuffled
                within short units, and the predictions of overlapping windows are averaged. Here each pixel is a Gaussian process in time, content that stays plus motion
                that fades, so the denoiser of a window is exact, DDIM is a linear map of the noise, and every correlation is known without sampling.

                With independent noise the last window has nothing in common with the first, and frames lose up to a quarter of their variance, because windows that
                disagree are averaged. With shared noise the content correlates by 0.998, more than the 0.88 of real video. It is the denoiser's short view that makes
                shared noise necessary: one that sees all 64 frames keeps the content from independent noise. Repeated noise brings the same motion back every 16 frames.
                Shuffling in units of 4 still leaves half of that (0.52); shuffling over the whole window leaves none, and the content still correlates by 0.96. The overlap of windows,
                not the noise, removes jumps: across the border of windows side by side, frames change three times as much as in real video. Shared noise costs no
                call of the denoiser; the overlap costs 13 calls per step instead of 4. In practice: share the noise, shuffle over more than four frames, overlap the windows, and check that motion
                does not return after one window.""";
    }
}
