package org.noisebook.papers.asg;

import static org.noisebook.paper.Grammar.finite;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianLaw;

/**
 * Large pictures from the denoiser of a patch, with and without the guidance of a low-resolution picture, which may be some steps old.
 *
 * <p>The field is stationary with a long and a short correlation length, c e^(−Δ²/2L²) + (1 − c) e^(−Δ/ℓ), in two dimensions a product of
 * such terms along both axes. The exact denoiser of a patch knows the statistics within the patch only. All steps are linear in the
 * noise, so the covariance of the pictures is exact.
 *
 * <p><b>Streams</b>: {@code noise} for the pictures that are drawn.
 */
@Paper(
        key = "2412.06163",
        title = "ASGDiffusion: Parallel High-Resolution Generation with Asynchronous Structure Guidance",
        cite = {
            "Li, Jia, Hong, Jia, She, Zhao, Lu, Zhang 2024, arXiv 2412.06163",
            "Bar-Tal, Yariv, Lipman, Dekel 2023, MultiDiffusion, arXiv 2302.08113"
        },
        study = "asg",
        version = 1,
        does = "Large pictures from patches guided by a low-resolution picture that may be old",
        figure = "asg",
        shows = "Large pictures from patches with old or new guidance",
        streams = "noise")
public final class StructureGuidance extends OnePaper<StructureGuidance.Config, StructureGuidance.Result> {
    /** Where the guidance comes from. */
    public enum Guide {
        /** No guidance. */
        NONE,
        /** A low-resolution picture of its own, started at the block means of the same noise. */
        OWN,
        /** The block means of the large picture. */
        BLOCKS,
        /** A low-resolution picture of its own, started at other noise. */
        STRANGER
    }

    /** A large picture sampled patch by patch. */
    public record Config(
            @Parameter(standard = "1", range = "[1, 2]", value = "dimensions of the picture: a line or a square")
            int axes,

            @Parameter(standard = "64", range = "[2, 256]", value = "pixels along an axis")
            int side,

            @Parameter(standard = "16", range = "[1, side]", value = "pixels of a patch along an axis")
            int patch,

            @Parameter(standard = "4", range = "[1, patch]", value = "pixels between the starts of patches")
            int stride,

            @Parameter(
                    standard = "4",
                    range = "[1, side]",
                    value = "pixels of a block along an axis, a divisor of side")
            int block,

            @Parameter(standard = "0.6", range = "[0, 1)", symbol = "c", value = "variance of the coarse structure")
            double coarse,

            @Parameter(standard = "20", range = "[0.1, 1000]", symbol = "L", value = "its correlation length")
            double length,

            @Parameter(standard = "2", range = "[0.1, 1000]", symbol = "ℓ", value = "correlation length of the detail")
            double grain,

            @Parameter(standard = "own", value = "what guides the patches: none, own, blocks or stranger")
            Guide guide,

            @Parameter(standard = "0", range = "[0, 10000]", value = "steps by which the guidance is old")
            int stale,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "50", range = "[1, 10000]", value = "steps of DDIM")
            int steps,

            @Parameter(
                    standard = "24",
                    range = "[1, side)",
                    value = "lag along an axis at which covariances are compared")
            int lag,

            @Parameter(standard = "4", range = "[1, 10000]", value = "pictures that are drawn")
            int samples) {
        /** Rejects blocks that do not tile. */
        public Config {
            if (block > 0 && side % block != 0) {
                throw new IllegalArgumentException("block must divide side=" + side + ", got " + block);
            }
        }

        int pixels() {
            return axes == 1 ? side : side * side;
        }

        private double along(int lag, boolean structure) {
            return structure ? StrictMath.exp(-lag * lag / (2 * length * length)) : StrictMath.exp(-lag / grain);
        }

        /** Covariance of two pixels of a picture of this width, by their numbers in row-major order. */
        double covariance(int width, int i, int j) {
            int rows = axes == 1 ? 0 : Math.abs(i / width - j / width);
            int columns = axes == 1 ? Math.abs(i - j) : Math.abs(i % width - j % width);
            return coarse * along(rows, true) * along(columns, true)
                    + (1 - coarse) * along(rows, false) * along(columns, false);
        }

        double[][] matrix(int width) {
            return GaussianLaw.covariance(
                    axes == 1 ? width : width * width, (i, j) -> covariance(width, (int) i, (int) j));
        }

        GaussianMixture law(int width) {
            double[][] matrix = matrix(width);
            return GaussianMixture.of(new double[matrix.length], matrix);
        }

        int[] blocks() {
            int across = side / block;
            return IntStream.range(0, pixels())
                    .map(i -> axes == 1 ? i / block : i / side / block * across + i % side / block)
                    .toArray();
        }

        /** The law of B x, block means times the root of the block's size. */
        GaussianMixture coarseLaw() {
            int[] blocks = blocks();
            int count = 1 + blocks[blocks.length - 1];
            double size = Math.pow(block, axes);
            double[][] matrix = new double[count][count];
            for (int i = 0; i < blocks.length; i++) {
                for (int j = 0; j < blocks.length; j++) {
                    matrix[blocks[i]][blocks[j]] += covariance(side, i, j) / size;
                }
            }
            return GaussianMixture.of(new double[count], matrix);
        }

        int inputs() {
            return pixels() + (guide == Guide.STRANGER ? coarseLaw().dimension() : 0);
        }
    }

    /** The covariance of the pictures against that of the data. */
    public record Result(
            @Parameter("relative error of the covariance, in the Frobenius norm; NaN beyond 256 pixels")
            double error,

            @Parameter("covariance of pixels at the lag, exact up to 256 pixels, else that of the pictures drawn")
            double far,

            @Parameter("that of the data") double realFar,

            @Parameter("largest difference of pictures drawn by four threads from those drawn by one")
            double threadError,

            @Parameter("the first four pictures drawn") Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int SHOWN = 4;
    private static final int EXACT = 256;
    private static final int THREADS = 4;

    @Override
    protected Result measure(Config c, Streams streams) {
        GuidedPatches sampler = new GuidedPatches(c);
        var stream = streams.at("noise");
        double[][] noise = new double[c.inputs()][c.samples()];
        for (int k = 0; k < c.samples(); k++) {
            for (double[] row : noise) {
                row[k] = stream.nextGaussian();
            }
        }
        double[][] x = finite(sampler.run(noise, 1));
        double[][] parallel = sampler.run(
                Arrays.stream(noise).map(row -> Grammar.first(1, row)).toArray(double[][]::new), THREADS);
        double off = 0;
        for (int i = 0; i < x.length; i++) {
            off = Math.max(off, Math.abs(x[i][0] - parallel[i][0]));
        }
        double error = Double.NaN;
        double far;
        if (c.pixels() <= EXACT) {
            double[][] covariance = covariance(c);
            error = GaussianLaw.error(covariance, c.matrix(c.side()));
            far = far(c, (i, j) -> covariance[(int) i][(int) j]);
        } else {
            far = far(c, (i, j) -> Grammar.mean(c.samples(), k -> x[(int) i][k] * x[(int) j][k]));
        }
        return new Result(
                error, far, far(c, (i, j) -> c.covariance(c.side(), (int) i, (int) j)), off, Grammar.shown(SHOWN, x));
    }

    /** The exact covariance of the pictures. */
    private static double[][] covariance(Config c) {
        GuidedPatches sampler = new GuidedPatches(c);
        return GaussianLaw.white(c.inputs(), 0).through(z -> sampler.run(z, 1)).covariance();
    }

    /** The mean over all pairs at the lag along an axis. */
    private static double far(Config c, DoubleBinaryOperator pairs) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < c.pixels(); i++) {
            if (i % c.side() + c.lag() < c.side()) {
                sum += pairs.applyAsDouble(i, i + c.lag());
                count++;
            }
            if (c.axes() == 2 && i / c.side() + c.lag() < c.side()) {
                sum += pairs.applyAsDouble(i, i + c.lag() * c.side());
                count++;
            }
        }
        return sum / count;
    }

    @Override
    public double work(Config c) {
        double size = Math.pow(c.patch(), c.axes());
        double patches = Math.pow(1 + Math.ceil((c.side() - c.patch()) / (double) c.stride()), c.axes());
        double columns = c.samples() + 1 + (c.pixels() <= EXACT ? c.inputs() : 0);
        return 4 * size * size * patches * c.steps() * columns;
    }

    @Override
    public long memory(Config c) {
        double size = Math.pow(c.patch(), c.axes());
        double patches = Math.pow(1 + Math.ceil((c.side() - c.patch()) / (double) c.stride()), c.axes());
        long columns = c.samples() + (c.pixels() <= EXACT ? c.inputs() : 0);
        return (long) (8 * columns * (size * patches + c.steps() * (double) c.pixels() / c.block()))
                + 24L * (long) (size * size)
                + (1L << 26);
    }

    // The figure.

    private static final String TEXTURE = "axes=2, side=32, patch=8, length=10, grain=1, lag=12, samples=24";
    private static final int OLD = 10;
    private final Map<Config, double[][]> known = new ConcurrentHashMap<>();

    @Override
    protected void tell(Board board) {
        board.title(
                "A separate low-resolution guide tolerates delay; block means do not",
                "Guidance does not tolerate delay, not even from a separate guide",
                "A separate low-resolution guide may tolerate delay");
        board.subtitle(
                "64-pixel lines from 16-pixel patches, guided by a separate coarse line or by the line's block means");
        board.show("covariance", "stale");
        board.replicas(1);
        double[] ages = {0, 1, 2, 5, OLD};
        var own = on(board, "own low-resolution picture, 50 steps, linear schedule")
                .along("stale", ages);
        var blocks = on(board, "block means of the large picture, 50 steps, linear schedule")
                .with("guide=blocks")
                .along("stale", ages);
        var none = on(board, "no guidance, 50 steps, linear schedule")
                .with("guide=none")
                .along("stale", 0);
        var stranger = on(board, "low-resolution picture from other noise, 50 steps, linear schedule")
                .with("guide=stranger")
                .along("stale", 0);
        var cosine = on(board, "own low-resolution picture, 50 steps, cosine schedule")
                .with(Grammar.COSINE)
                .along("stale", ages);
        var whole = on(board, "one patch of the whole picture, no guidance, 50 steps")
                .with("guide=none, patch=64")
                .along("stale", 0);
        int n = board.choose(4, 16);
        board.replicas(n);
        var plain = on(board, "textures of 32 × 32 pixels, patches of 8 × 8, no guidance")
                .with(TEXTURE)
                .with("guide=none")
                .along("stale", 0);
        var guided = on(board, "textures of 32 × 32 pixels, patches of 8 × 8, own low-resolution picture")
                .with(TEXTURE)
                .along("stale", 0);
        board.stamp("1 (exact); textures " + n);

        List<Cell<Config, Result>> shown = List.of(own.at(OLD), none.at(0), blocks.at(OLD));
        List<String> kinds =
                List.of("data", "separate guide,\n10 steps late", "no guide", "block means,\n10 steps late");
        double[][] data = own.at(0).config().matrix(64);
        double[][] pixels = Stream.concat(
                        Stream.<double[][]>of(data),
                        shown.stream().map(cell -> known.computeIfAbsent(cell.config(), StructureGuidance::covariance)))
                .flatMap(c -> Stream.<double[][]>of(c, Grammar.zip(c, data, (a, b) -> Math.abs(a - b))))
                .map(c -> IntStream.range(0, 1024)
                        .mapToDouble(i -> c[2 * (i / 32)][2 * (i % 32)])
                        .toArray())
                .toArray(double[][]::new);
        board.pictures("covariance", "Covariance (white 0, black 1)", kinds, 2, 32, pixels, 0, 1)
                .text(0, -1, "result")
                .text(1, -1, "|error|")
                .beside(0, "relative\nerror", shown, Result::error);
        Plot plot = board.plot(
                        "stale",
                        "Error by delay",
                        Axis.linear("delay of the guidance (of 50 steps)").range(-0.5, 10.5),
                        Axis.linear("relative error of the covariance").range(0, 0.7))
                .curve("block means", blocks, Result::error)
                .curve("separate guide", own, Result::error)
                .named("no guide")
                .level("no guidance", none.at(0).mean(Result::error));

        String fixed = "bound set before the run";
        String error = "relative error of the covariance";
        plot.claim("none", error, none, 0)
                .above(0.4)
                .of(none.at(0).mean(Result::error))
                .from("control: patches do not know what lies outside them");
        plot.claim("late", error + ", one step late minus in time", own, 1)
                .says("One step late, a separate guide is as accurate | difference of errors")
                .theory(0, 0.02)
                .control("claim: late-blocks")
                .of(own.at(1).mean(Result::error) - own.at(0).mean(Result::error))
                .from(source(), "window set before the run");
        plot.claim("guided", error, own, 0)
                .says("Without delay, it gives the right covariance | relative error")
                .below(0.12)
                .control("claim: none")
                .of(own.at(0).mean(Result::error))
                .from(source(), fixed);
        plot.claim("late-blocks", error + ", one step late minus in time", blocks, 1)
                .above(0.02)
                .of(blocks.at(1).mean(Result::error) - blocks.at(0).mean(Result::error))
                .from("control: the picture's own block means, if old, hold it back");
        plot.claim("old", error + ", ten steps late over in time", own, OLD)
                .says("Ten steps late, its error grows at least 1.2-fold | ratio of errors")
                .above(1.2)
                .control("claim: late")
                .of(own.at(OLD).mean(Result::error) / own.at(0).mean(Result::error))
                .from(source(), fixed);
        plot.claim("old-blocks", error + ", ten steps late minus without guidance", blocks, OLD)
                .says("Ten steps late, block means are worse than no guide | difference of errors")
                .above(0)
                .control("claim: old")
                .of(blocks.at(OLD).mean(Result::error) - none.at(0).mean(Result::error))
                .from("each step is pulled back to the structure of an earlier one");
        plot.claim("old-cosine", error + ", ten steps late over in time", cosine, OLD)
                .above(1)
                .control("claim: late")
                .of(cosine.at(OLD).mean(Result::error) / cosine.at(0).mean(Result::error))
                .from("reported for the other schedule: " + fixed);
        double real = own.at(0).mean(Result::realFar);
        String far = "covariance at a lag of 24, over that of the data";
        plot.claim("far", far, own, 0)
                .theory(1)
                .control("claim: far-none")
                .of(own.at(0).mean(Result::far) / real)
                .from(source(), "window 10 %");
        plot.claim("far-none", far, none, 0)
                .below(0.2)
                .of(none.at(0).mean(Result::far) / real)
                .from("control: patches share noise with their neighbours only");
        plot.claim("stranger", error, stranger, 0)
                .below(0.12)
                .control("claim: none")
                .of(stranger.at(0).mean(Result::error))
                .from("detail and structure may come from different noise; bound of the guided picture");
        plot.claim("whole", error, whole, 0)
                .below(0.12)
                .control("claim: none")
                .of(whole.at(0).mean(Result::error))
                .from("control: a denoiser of the whole picture needs no guidance");
        plot.claim("same", error + ", block means of the picture minus own low-resolution picture", blocks, 0)
                .identity(0, 1e-9)
                .of(blocks.at(0).mean(Result::error) - own.at(0).mean(Result::error))
                .from("in time, the picture's block means are those of the low-resolution picture");
        plot.claim("threads", "largest difference of pictures from four threads and one", own, 1)
                .identity(0, 0)
                .of(own.at(1).mean(Result::threadError))
                .from("parts are added in the order of the patches");
        String texture = "covariance at a lag of 12 pixels, over that of the data";
        board.claim("texture", texture, guided, 0, r -> r.far() / r.realFar())
                .above(0.5)
                .control("claim: texture-none")
                .from("half of the data's; " + fixed);
        board.claim("texture-none", texture, plain, 0, r -> r.far() / r.realFar())
                .below(0.5)
                .from("control: patches do not know what lies outside them");
        board.caption("""
                Lines with covariance 0.6 exp(−lag²/800) + 0.4 exp(−lag/2); exact denoisers of overlapping patches, one every 4 pixels, are averaged in 50 steps of \
                DDIM (linear schedule of T = 1000). Low-resolution guide: block means of 4 pixels are replaced by those of a low-resolution picture with its own exact denoiser, \
                started at the block means of the same noise. Picture itself: the low-resolution denoiser sees the block means of the large picture. (a) Exact covariance of every \
                second pixel, from 0 (white) to 1, and the size of its error. (b) Error in the Frobenius norm, relative to the data. In the table: covariance at a lag of 24, other \
                noise for the low-resolution picture, the cosine schedule, four threads, and textures of 32 × 32 pixels, {} replicas of 24.""", n);
    }

    @Override
    protected String says() {
        return """
                The paper denoises a large picture patch by patch and gives the patches a common structure by a low-resolution picture, whose guidance may be one step old, so that
                both are computed at once. Here pictures are Gaussian fields with a long and a short correlation length. The exact denoiser of a patch knows the statistics within
                the patch, all steps are linear, and the covariance of the pictures is exact.

                Patches alone know nothing beyond their width: the covariance is wrong by 0.54, and at 1.5 patches 8 % of it is left. With guidance these are
                0.071 and 94 %. Guidance one step late gives 0.072 and ten steps late 0.111; on the cosine schedule, 0.118 becomes 0.126 in ten steps. What matters is where the guidance looks. If the
                low-resolution denoiser sees the block means of the large picture itself, the result is the same in time, but 0.168 one step late and 0.640 ten steps late,
                worse than no guidance: the picture is held at the structure it had. A low-resolution picture of its own does not look back, so it never waits for the
                patches. It need not even start from the same noise (0.077). Parallel and sequential runs give the same bits. In practice: sample the
                low-resolution picture by itself, as far ahead as you like; let its guidance be a few per cent of the run late; and never guide by old means of
                the picture that is guided.""";
    }
}
