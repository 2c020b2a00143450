package org.noisebook.papers.goldennoise;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Streams;

/**
 * Golden noise, initial noise that already carries a class: noise denoised with strong guidance and inverted with weak guidance, or an
 * affine map per class that has learned this round trip by ridge regression, in place of the paper's network.
 *
 * <p>{@link GuidanceStudy} with {@code start=golden} measures samples from such noise. <b>Streams</b>: {@code pairs} for training, {@code
 * start} for the test. <b>Cost</b>: two scores per particle, step and direction.
 */
@Paper(
        key = "2411.09502",
        title = "Golden Noise for Diffusion Models: A Learning Framework",
        cite = {
            "Zhou, Shao, Bai and others 2024, arXiv 2411.09502",
            "Ho, Salimans 2022, Classifier-Free Diffusion Guidance, arXiv 2207.12598"
        },
        study = "golden-noise",
        version = 1,
        does = "Noise that carries a class already, and the map that makes it",
        figure = "golden-noise",
        shows = "Noise that carries a class",
        streams = {"pairs", "start"})
public final class GoldenNoise extends OnePaper<GoldenNoise.Config, GoldenNoise.Result> {
    /** Golden noise and the original noise that it is made from. */
    public record Config(
            @Parameter(standard = "digitsMixture", value = "distribution with classes, in pixels")
            GuidedLaw law,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "ddim(eta=0)", value = "deterministic sampler, used both ways")
            DiffusionMethod method,

            @Parameter(standard = "20", range = "[1, 100000]", value = "steps each way, of equal length")
            int steps,

            @Parameter(standard = "golden", value = "how noise becomes golden")
            Golden start,

            @Parameter(standard = "256", range = "[16, 512]", value = "fresh noises")
            int particles) {
        /** Rejects configs without a round trip. */
        public Config {
            DiffusionStart.Learned.check(law, method);
            diffusion.mustHaveSignal(1);
        }
    }

    /** Golden noise compared with the original noise. */
    public record Result(
            @Parameter("root mean square of the original noise")
            double plainSize,

            @Parameter("root mean square of golden noise") double size,

            @Parameter("mean cosine between golden and original noise")
            double cosine,

            @Parameter("mean square error of the map on fresh noise over that of the identity")
            double mapError)
            implements Outcome {}

    /**
     * Golden initial noise: noise is denoised with strong guidance to its class and inverted with weak guidance, or mapped as the ridge
     * regression for its class, trained on such pairs, predicts.
     */
    public record Golden(
            @Parameter(standard = "1.5", range = "[-100, 100]", value = "guidance weight of denoising")
            double strong,

            @Parameter(standard = "0", range = "[-100, 100]", value = "guidance weight of inversion")
            double weak,

            @Parameter(
                    standard = "256",
                    range = "[0, 100000]",
                    value = "training pairs per class for the map; 0 for the round trip itself")
            int pairs,

            @Parameter(
                    standard = "0.01",
                    range = "(0, 1000]",
                    value = "ridge of the map, added to the second moments of noise")
            double ridge,

            @Parameter(standard = "0", range = "[0, 1000]", value = "shift of the class for which the noise is made")
            int shift)
            implements DiffusionStart.Learned {
        @Override
        public List<String> inputs() {
            return List.of(GoldenTrips.NAME);
        }

        @Override
        public double[][] moved(GuidanceConfig c, int[] labels, double[][] noise, Streams streams) {
            return new GoldenTrips(this, c.law(), c.diffusion(), c.method(), c.steps()).golden(noise, labels, streams);
        }
    }

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        GoldenTrips trips = new GoldenTrips(c.start(), c.law(), c.diffusion(), c.method(), c.steps());
        double[][] noise = c.diffusion().prior(c.law().dimension()).sample(streams.at("start"), c.particles());
        int classes = c.law().data().components();
        int[] labels = IntStream.range(0, c.particles()).map(k -> k % classes).toArray();
        double[][] golden = trips.golden(noise, labels, streams);
        double[][] truth = c.start().pairs() == 0
                ? golden
                : trips.with(Schema.with(c.start(), "pairs", 0)).golden(noise, labels, streams);
        return new Result(
                Math.sqrt(squares(noise, 0, noise)),
                Math.sqrt(squares(golden, 0, noise)),
                IntStream.range(0, c.particles())
                        .mapToDouble(k -> cosine(noise, golden, k))
                        .average()
                        .orElseThrow(),
                squares(golden, 1, truth) / squares(noise, 1, truth));
    }

    /** Mean square of x − f y. */
    private static double squares(double[][] x, double f, double[][] y) {
        return IntStream.range(0, x.length)
                .mapToDouble(j -> IntStream.range(0, x[j].length)
                        .mapToDouble(k -> x[j][k] - f * y[j][k])
                        .map(off -> off * off / x[j].length / x.length)
                        .sum())
                .sum();
    }

    private static double cosine(double[][] x, double[][] y, int k) {
        double both = 0;
        double one = 0;
        double other = 0;
        for (int j = 0; j < x.length; j++) {
            both = Math.fma(x[j][k], y[j][k], both);
            one = Math.fma(x[j][k], x[j][k], one);
            other = Math.fma(y[j][k], y[j][k], other);
        }
        return both / Math.sqrt(one * other);
    }

    @Override
    public double work(Config c) {
        double trips = 2.0 * c.particles() + 10.0 * c.start().pairs();
        return trips * 2 * c.steps() * c.method().card().evaluations() * 9e4;
    }

    @Override
    public long memory(Config c) {
        return 20L * c.law().dimension() * (c.particles() + c.start().pairs()) * Double.BYTES + (1L << 27);
    }

    @Override
    public List<String> inputs(Config c) {
        return c.law().files();
    }

    // The figure.

    private static final int CLASSES = 10;
    private static final int SIDE = 8;
    /** Number of samples shown per class. */
    private static final int SHOWN = 3;

    private static double posterior(GuidanceResult run) {
        return 1 - run.classDoubt();
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: stranger");
        board.title(
                "Golden noise yields the requested digit without guidance",
                "Golden noise does not yield the requested digit without guidance",
                "Golden noise may yield the requested digit without guidance");
        board.subtitle("Samples at guidance 0, probability of their class; golden noise: initial noise for a digit");
        board.show("digits", "class");
        int n = board.replicas(3);
        int pairs = board.choose(128, 256);
        Setting<GuidanceConfig, GuidanceResult> samples =
                Setting.of(board, new GuidanceStudy(), "plain noise").with("steps=20, particles=256");
        var plain = samples.along("weight", 0, 0.25, 1);
        var map = samples.with("start=golden(pairs=" + pairs + ")")
                .called("golden noise from the learned map")
                .along("weight", 0, 0.25, 1);
        var trip = samples.with("start=golden(pairs=0)")
                .called("golden noise from the round trip")
                .along("weight", 0);
        var stranger = samples.with("start=golden(shift=1, pairs=" + pairs + ")")
                .called("golden noise for the next class")
                .along("weight", 0);
        Reduction<GuidanceResult> posterior =
                Reduction.mean(GoldenNoise::posterior).then(e -> e.cut(0, 1));
        ToDoubleFunction<GuidanceResult> spread = GuidanceResult::variance;
        Setting<GuidanceConfig, GuidanceResult> fine =
                samples.with("steps=150, particles=32").called("150 steps of DDIM");
        var free = samples.with("start=golden(strong=0, pairs=0)").along("weight", 1);
        var plainFine = fine.along("weight", 1);
        var tripFine = fine.with("start=golden(pairs=0)").along("weight", 0);
        tellPictures(board, Stream.of(plain, map, stranger).map(line -> line.at(0)));
        Axis x = Axis.linear("guidance weight w").range(-0.1, 1.1);
        Axis chance = Axis.linear("probability of the requested class").range(0, 1.05);
        Plot plot = board.plot("class", "Probability of the digit", x, chance)
                .points("plain noise", plain, posterior)
                .points("golden, learned map", map, posterior)
                .named("golden, round trip")
                .points("golden, the trip itself", trip, posterior)
                .named("golden, next digit")
                .points("golden for the next digit", stranger, posterior);
        Axis y = Axis.linear("variance within a class, all pixels").range(0, 20);
        Plot variety = board.plot("spread", "Variety within a class", x, y)
                .points("plain noise", plain, mean(spread))
                .points("golden, learned map", map, mean(spread))
                .named("golden, by a guided round trip")
                .points("golden, the trip itself", trip, mean(spread))
                .points("golden for the next digit", stranger, mean(spread))
                .points("the trip without guidance", free, mean(spread));
        board.plot("fine", "Variety in 150 steps", x, y)
                .points("plain noise", plainFine, mean(spread))
                .points("the trip itself", tripFine, mean(spread));
        String of = "mean exact probability of the requested class";
        String paper = source() + ", on a substitute model; bound set before the run";
        plot.claim("plain", of, plain, 0, GoldenNoise::posterior)
                .theory(0.1, 0.02)
                .range(0, 1)
                .from("control: the prior, Σ of squared shares of classes = 0.100; window set before the run");
        plot.claim("trip", of, trip, 0, GoldenNoise::posterior)
                .above(0.99, 0, 1)
                .from(paper);
        plot.claim("map", of, map, 0, GoldenNoise::posterior)
                .says("Golden noise for a digit gives that digit without guidance")
                .above(0.8, 0, 1)
                .from(paper);
        plot.claim("stranger", of, stranger, 0, GoldenNoise::posterior)
                .says("Golden noise for another digit misses this one")
                .below(0.05, 0, 1)
                .from("control: mismatched prompts, noise of the same length; bound set before the run");
        plot.claim("quarter", "mean probability of the requested class at w = 0.25, learned golden minus plain noise")
                .control("claim: plain")
                .above(0.5)
                .judge(map.at(0.25).less(plain.at(0.25), GoldenNoise::posterior), paper);
        String window = "window 10 %";
        variety.claim("spread", "ratio of within-class variances, guided round trip (w = 0) to unguided one (w = 1)")
                .control("claim: spread-free")
                .says("Guidance on the round trip reduces variety | variance in a class, guided / not")
                .below(0.9)
                .of(trip.at(0).over(free.at(1), spread))
                .from("the effect of guidance on the round trip", window);
        variety.claim(
                        "spread-fine",
                        "ratio of within-class variances, guided round trip (w = 0) to plain noise (w = 1), 150 steps")
                .control("claim: spread-free")
                .says("In 150 steps, golden digits still vary less | variance in a class, golden / plain")
                .below(0.9)
                .of(tripFine.at(0).over(plainFine.at(1), spread))
                .from("what is lost with fine steps", window);
        variety.claim("spread-free", "within-class variance ratio, unguided round trip to plain noise, w = 1, 20 steps")
                .below(0.9)
                .of(free.at(1).over(plain.at(1), spread))
                .from("control: if guidance were the cause, nothing would be lost without it");
        tellNoise(board, paper, pairs, board.choose(64, 256));
        board.caption("""
                Digits from exact scores of one Gaussian per class, linear schedule of T = 1000, 20 steps of DDIM. Golden noise was \
                denoised with guidance w = 1.5 and inverted at w = 0; the map, affine for each class, learned this from {} pairs per \
                class. At w = 0 only the noise can carry the class. (a) The first sample of each class in three replicas, w = 0: from plain \
                noise, from golden noise by the learned map, and from golden noise for the next digit. (b) Exact probability of the requested \
                class, mean over samples. 256 samples per replica, means over {} replicas, each with its own map, 95 % t intervals.""", pairs, n);
    }

    /** Shows one sample per class from each of the first replicas, grouped by the initial noise. */
    private static void tellPictures(Board board, Stream<Cell<GuidanceConfig, GuidanceResult>> starts) {
        double[][] pixels = starts.flatMap(cell -> cell.runs().stream().limit(SHOWN))
                .flatMap(run -> Arrays.stream(Grammar.pictures(run.pictures(), SIDE * SIDE, 0, CLASSES)))
                .toArray(double[][]::new);
        List<String> rows = List.of("", "plain noise", "", "", "golden noise", "", "", "for the next digit", "");
        board.pictures("digits", "Unguided digits 0 to 9", rows, CLASSES, SIDE, pixels, -1, 1);
    }

    private void tellNoise(Board board, String paper, int pairs, int particles) {
        var map = on(board, "learned map")
                .with("start.pairs=" + pairs + ", particles=" + particles)
                .cell();
        var trip = on(board, "round trip")
                .with("start=golden(pairs=0), particles=" + particles)
                .cell();
        board.claim("cosine", "mean cosine between golden and original noise", trip, 1, Result::cosine)
                .control("run: two independent noises, whose cosine is 0")
                .above(0.8, -1, 1)
                .from(paper);
        var free = on(board, "round trip without guidance")
                .with("start=golden(strong=0, pairs=0), particles=" + particles)
                .cell();
        var fine = on(board, "round trip, 150 steps")
                .with("start=golden(pairs=0), steps=150, particles=32")
                .cell();
        String before = "ratio of rms, golden to original noise";
        board.claim("size", "ratio of rms, golden noise to the same noise after an unguided round trip")
                .control("claim: size-free")
                .says("Guidance on the round trip shortens the noise | rms, guided / unguided round trip")
                .below(0.9)
                .of(trip.last().over(free.last(), Result::size))
                .from("the effect of guidance on the round trip; window 10 %");
        board.claim("size-free", before, free, 1, run -> run.size() / run.plainSize())
                .below(0.8)
                .from("control: if guidance were the cause, nothing would shrink without it");
        board.claim("size-fine", before, fine, 1, run -> run.size() / run.plainSize())
                .theory(1)
                .from("control: a round trip without step errors keeps the norm; window 10 %");
        board.claim(
                        "map-error",
                        "ratio of mean squared errors on fresh noise, learned map to identity",
                        map,
                        1,
                        Result::mapError)
                .control("run: the identity map, whose relative error is 1")
                .below(0.1)
                .from("a map that learned nothing gives 1; bound set before the run");
    }

    @Override
    protected String says() {
        return """
                The paper says that noise which was denoised with strong guidance and inverted with weak guidance carries its prompt, and that a small network can learn this from pairs and be
                placed before any sampler. Here prompts are classes of digits with exact scores, the network is one affine map per class, and samples are judged by their exact class. At w = 0
                only the noise can carry the class. Golden noise for another class, equally short and made in the same way, is the control.

                The round trip always carries its class, the learned map nearly always; for the wrong class both do harm. In 20 steps golden noise is little more than half as long as the noise it
                came from, and its digits vary a third less than those of guidance at w = 1. Guidance is not the cause: after a round trip without it, noise is as short and digits vary even less.
                DDIM steps contract both ways; in 150 steps golden noise keeps nine tenths of its length and all but a thirtieth of the variety. In practice: golden noise saves the second score
                at each step but adds nothing that guidance cannot give. Compare with a round trip without guidance, and with finer steps, before crediting the noise with an effect of the steps.""";
    }
}
