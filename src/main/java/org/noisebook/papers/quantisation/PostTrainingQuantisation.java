package org.noisebook.papers.quantisation;

import static org.noisebook.figure.Reduction.geometric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionInterpolant;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearnedField;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Reduction;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * A trained denoiser with weights and activations quantised to few bits after training, and the times from which its ranges are
 * taken.
 *
 * <p>The network is dense, 79–256–256–64, and learns the mean clean picture of noised 8 × 8 digits. With b bits a number a becomes s · round(a/s), clipped
 * to |a| ≤ s (2^(b−1) − 1); each matrix and the inputs of each layer have one s (symmetric, per tensor), biases none. The s of a matrix
 * covers its largest entry; that of activations comes from calibration paths of the full-precision sampler.
 *
 * <p><b>Streams</b>: those of training; {@code start} for the samples, {@code calibration} for the calibration paths and their times.
 * <b>Cost</b>: the training, once for all configs; two samplings.
 */
@Paper(
        key = "2211.15736",
        title = "Post-training Quantization on Diffusion Models",
        cite = "Shang, Yuan, Xie, Wu, Yan 2023, arXiv 2211.15736",
        study = "quantisation",
        version = 1,
        does = "A denoiser with weights and activations quantised after training, by the times that set its ranges",
        figure = "quantisation",
        shows = "A denoiser quantised after training, by its calibration",
        streams = {"data", "base", "time", "init", "start", "calibration"})
public final class PostTrainingQuantisation
        extends OnePaper<PostTrainingQuantisation.Config, PostTrainingQuantisation.Result> {
    /** The times from which calibration takes activations, one time for each path of the sampler. */
    public enum Calibration {
        /** The start, pure noise. */
        NOISE,
        /** All times alike. */
        MIXED,
        /** A Gaussian in time, mean 0.4 from the clean end and standard deviation 0.5, kept inside (section 3.3). */
        SKEWED,
        /** The last step of sampling, when the samples are clean. */
        CLEAN,
        /** The training pictures at the time of the end, as for a network without noise. */
        PICTURES;

        int step(int steps, Stream stream) {
            double uniform = stream.nextDouble();
            double noise;
            do {
                noise = 0.4 + 0.5 * stream.nextGaussian();
            } while (!(noise > 0 && noise < 1));
            return (int)
                    switch (this) {
                        case NOISE -> 0;
                        case MIXED -> (steps + 1) * uniform;
                        case SKEWED -> (steps + 1) * (1 - noise);
                        case CLEAN, PICTURES -> steps;
                    };
        }
    }

    /** What the largest representable activity is. */
    public enum Clipping {
        /** The largest activation of the calibration. */
        LARGEST,
        /** The eightieth part of it that gives the least squared error. */
        SQUARE
    }

    /** A sampler with a quantised network, beside the full-precision one from the same noise. */
    public record Config(
            @Parameter(standard = "8", symbol = "b", range = "[2, 24]", value = "bits of weights and activations")
            int bits,

            @Parameter(standard = "mixed", value = "times that set the ranges: noise, mixed, skewed, clean or pictures")
            Calibration calibration,

            @Parameter(
                    standard = "largest",
                    value = "largest activation kept: largest, or square for the least squared error")
            Clipping clipping,

            @Parameter(standard = "20", range = "[1, 1000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "1000", range = "[65, 100000]", value = "samples")
            int particles,

            @Parameter(standard = "256", range = "[1, 10000]", value = "calibration paths")
            int paths,

            @Parameter(standard = "4000", range = "[1, 1000000]", value = "updates of training")
            int updates) {
        /** Number of recorded ranges, a layer and time each. */
        public int recorded() {
            return LAYERS * (steps + 1);
        }
    }

    /** Distances of samples from the digits, and ranges of activations. */
    public record Result(
            @Parameter("Fréchet distance of the full-precision network's samples from the digits")
            double unrounded,

            @Parameter("Fréchet distance of the quantised network's samples from the digits")
            double rounded,

            @Parameter("root mean square per pixel of the difference of the two samples from the same noise")
            double moved,

            @Parameter("largest ratio, over layers, of the range at the start to that at the end")
            double rangeRatio,

            @Parameter(
                    length = "recorded",
                    value =
                            "largest absolute input of each layer at each time of the calibration paths, layer by layer")
            Doubles ranges)
            implements Outcome {}

    // The study.

    private static final int LAYERS = 3;
    /** Clips tried for the least squared error. */
    private static final int PARTS = 80;

    private static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    private static final Diffusion DIFFUSION = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));

    private static FieldConfig field(Config c) {
        return new FieldConfig(
                Target.Pictures.standard(),
                new BaseDensity.Noise(),
                PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                Objective.DENOISER,
                new FieldConfig.Network(LAYERS - 1, 256, Activation.SILU, 7, false, false),
                new FieldConfig.Training(c.updates(), 256, new LearningRate.Cosine(2e-3), 0.999, false, true, 1e-4, 0));
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        LearnedField field = FieldLibrary.standard().field(field(c), streams);
        double[] times = TimeGrid.UNIFORM.times(1, 0, c.steps());
        Stream calibration = streams.at("calibration");
        double[][][] path = paths(DiffusionInterpolant.score(DIFFUSION, field), times, c.paths(), calibration);
        double[] ranges = new double[c.recorded()];
        for (int step = 0; step < times.length; step++) {
            List<double[]> seen = inputs(field, times[step], path[step]);
            for (int l = 0; l < LAYERS; l++) {
                ranges[l * times.length + step] = largest(seen.get(l));
            }
        }
        if (c.calibration() == Calibration.PICTURES) {
            ClassPoints pictures = Target.Pictures.standard().images(streams);
            for (int k = 0; k < c.paths(); k++) {
                int picture = calibration.nextIndex(pictures.count());
                for (int j = 0; j < pictures.dimension(); j++) {
                    path[c.steps()][j][k] = pictures.x(picture, j);
                }
            }
        }
        double[] clips = clips(c, field, times, path, calibration);
        LearnedField few = field.changed(
                (l, weights) -> round(weights, largest(weights), c.bits()), (l, a) -> round(a, clips[l], c.bits()));
        double[][] unrounded = sample(c, field, streams);
        double[][] rounded = sample(c, few, streams);
        GaussianFit digits = new GuidedLaw.LearnedDigits().fit();
        double[][] squares = Grammar.zip(unrounded, rounded, (a, b) -> (a - b) * (a - b));
        return new Result(
                FrechetDistance.of(GaussianFit.of(unrounded), digits),
                FrechetDistance.of(GaussianFit.of(Grammar.finite(rounded)), digits),
                Math.sqrt(Grammar.mean(squares.length, j -> Grammar.mean(c.particles(), k -> squares[j][k]))),
                IntStream.range(0, LAYERS)
                        .mapToDouble(l -> ranges[l * times.length] / ranges[(l + 1) * times.length - 1])
                        .max()
                        .orElseThrow(),
                Doubles.of(ranges));
    }

    /** Samples of DDIM at every time of the grid, [time][pixel][sample]. */
    private static double[][][] paths(Score score, double[] times, int count, Stream start) {
        double[][] x = DIFFUSION.prior(score.dimension()).sample(start, count);
        double[][][] all = new double[times.length][x.length][count];
        Ensemble.run(DDIM.sampler(DIFFUSION, score), times, x, Noise.NONE, 1, (first, step, t, block, size) -> {
            for (int j = 0; j < block.length; j++) {
                System.arraycopy(block[j], 0, all[step][j], first, size);
            }
        });
        return all;
    }

    private static double[][] sample(Config c, LearnedField field, Streams streams) {
        Stream start = streams.at("start"); // DDIM draws nothing on its path
        return DIFFUSION.sample(
                DDIM, DiffusionInterpolant.score(DIFFUSION, field), c.steps(), c.particles(), start, start);
    }

    /** The inputs of each layer for points at a time of the diffusion. */
    private static List<double[]> inputs(LearnedField field, double time, double[][] x) {
        List<double[]> seen = new ArrayList<>();
        LearnedField watched = field.changed((l, weights) -> {}, (l, a) -> seen.add(a.clone()));
        DiffusionInterpolant.score(DIFFUSION, watched).at(time, x);
        return seen;
    }

    /** The largest activation kept in each layer. */
    private static double[] clips(Config c, LearnedField field, double[] times, double[][][] path, Stream stream) {
        int[] step = IntStream.range(0, c.paths())
                .map(k -> c.calibration().step(c.steps(), stream))
                .toArray();
        double[][] seen = new double[LAYERS][];
        for (int now = 0; now < times.length; now++) {
            int current = now;
            double[][] x = Grammar.where(path[now], k -> step[k] == current);
            List<double[]> inputs = x[0].length == 0 ? List.of() : inputs(field, times[now], x);
            for (int l = 0; l < inputs.size(); l++) {
                double[] earlier = seen[l] == null ? new double[0] : seen[l];
                seen[l] = DoubleStream.concat(Arrays.stream(earlier), Arrays.stream(inputs.get(l)))
                        .toArray();
            }
        }
        return Arrays.stream(seen)
                .mapToDouble(a -> c.clipping() == Clipping.LARGEST ? largest(a) : leastSquares(a, c.bits()))
                .toArray();
    }

    static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    /** The part of the largest value whose clip gives the least squared rounding error. */
    static double leastSquares(double[] values, int bits) {
        double largest = largest(values);
        double best = largest;
        double least = Double.POSITIVE_INFINITY;
        for (int part = PARTS; part > 0; part--) {
            double clip = largest * part / PARTS;
            double[] rounded = values.clone();
            round(rounded, clip, bits);
            double error = Grammar.sum(values.length, i -> (values[i] - rounded[i]) * (values[i] - rounded[i]));
            if (error < least) {
                least = error;
                best = clip;
            }
        }
        return best;
    }

    /** Rounds to the nearest of the 2^b − 1 multiples of a step from −clip to clip. */
    static void round(double[] values, double clip, int bits) {
        double most = (1 << (bits - 1)) - 1;
        double step = clip / most;
        for (int i = 0; i < values.length; i++) {
            values[i] = step == 0 ? 0 : step * Math.max(-most, Math.min(most, Math.rint(values[i] / step)));
        }
    }

    @Override
    public double work(Config c) {
        double weights = 80 * 256 + 257 * 256 + 257 * 64;
        return weights * (6.0 * 256 * c.updates() + 2.0 * c.steps() * (2 * c.particles() + 3 * c.paths()));
    }

    @Override
    public long memory(Config c) {
        return (1L << 26) + 8L * 64 * (2L * c.particles() + (c.steps() + 1L) * c.paths()) + 8L * 4 * 600 * c.paths();
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }

    // The figure.

    private static final String BOTH = "Where on the sampling path one calibrates matters | ratios of errors";
    private static final List<String> PLACES = List.of(
            "initial noise\n(first step)",
            "all noise levels\n(all steps alike)",
            "mostly low noise\n(late steps more often)",
            "finished samples\n(last step)",
            "training pictures\n(clean, not sampled)");
    private static final String[] CALIBRATIONS = {"noise", "mixed", "skewed", "clean", "pictures"};

    @Override
    protected void tell(Board board) {
        board.title(
                "Calibrating on training pictures doubles an 8-bit denoiser's error",
                "Training pictures calibrate an 8-bit denoiser as well as its samples",
                "Training pictures may calibrate an 8-bit denoiser worse than samples");
        board.subtitle(
                "Error of samples from a quantised network, by the inputs that set the range of its activations");
        board.show("calibration");
        int n = board.replicas(3, 10);
        var setting = on(board, "8 bits, 20 steps");
        var places = setting.each("calibration", CALIBRATIONS);
        var longer = setting.called("8 bits, 50 steps").with("steps=50").each("calibration", CALIBRATIONS);
        var square = setting.called("8 bits, 20 steps, least squared error")
                .with("clipping=square")
                .each("calibration", "noise", "mixed");
        var bits = on(board, "all times, 20 steps").along("bits", 4, 5, 6, 8);
        Axis where = Axis.named("calibration", PLACES);
        board.plot(
                        "calibration",
                        "8 bits, by calibration",
                        where,
                        Axis.log10("error relative to full precision (Fréchet distance, log scale)")
                                .range(0.8, 2.6)
                                .ticks(0.8, 1, 1.5, 2, 2.5))
                .named("20 steps")
                .points("20 steps", places, OVER)
                .named("50 steps")
                .points("50 steps", longer, OVER)
                .level("full precision", 1, 0.5, PLACES.size() + 0.5);
        board.plot(
                        "bits",
                        "All times, by bits",
                        Axis.linear("bits").range(3.5, 8.5),
                        Axis.log10("error relative to full precision"))
                .points("quantised", bits, OVER)
                .joined("quantised")
                .level("full precision", 1, 3.5, 8.5);
        tellPlaces(board, places, longer, square);
        tellRanges(board, places.at(2));
        for (int b : new int[] {6, 5, 4}) {
            board.claim(
                            "bits-" + b,
                            "ratio of Fréchet distances, " + b + " bits to " + (b == 6 ? 8 : b + 1)
                                    + "; all times, 20 steps")
                    .says("Fewer bits are farther from the digits | ratio of Fréchet distances")
                    .above(1)
                    .control("run: the full-precision network from the same noise, whose distance no bits change")
                    .judge(bits.at(b).over(bits.at(b == 6 ? 8 : b + 1), Result::rounded), source() + ", table 5");
        }
        board.caption(
                "A dense network, 79–256–256–64, learned the clean picture of noised 8 × 8 digits in {} updates; then its weights and the inputs of its layers are"
                        + " quantised, symmetric and per tensor. Ranges of activations come from {} paths of the full-precision sampler at the named noise"
                        + " levels, one level per path, or from training pictures at the level of the last step. Error: Fréchet distance of {} samples from the"
                        + " digits, relative to the full-precision network from the same noise. In the table: 4 to 8 bits, and the largest input of each layer along"
                        + " DDIM in 20 steps. Geometric means over {} trainings with 95 % t intervals.",
                places.at(1).config().updates(),
                places.at(1).config().paths(),
                places.at(1).config().particles(),
                n);
    }

    private static final Reduction<Result> OVER = geometric(run -> run.rounded() / run.unrounded());

    private static void tellRanges(Board board, Cell<Config, Result> cell) {
        int times = cell.config().steps() + 1;
        var plot = board.plot(
                "range", "Range of each layer's input", Axis.linear("step of DDIM"), Axis.log10("largest input"));
        for (int l = 0; l < LAYERS; l++) {
            int from = l * times;
            plot.points(
                            "layer " + (l + 1),
                            Line.even(0, times - 1, times),
                            cell,
                            k -> geometric(run -> run.ranges().get(from + k)))
                    .joined("layer " + (l + 1));
        }
        board.claim("ranges", "largest ratio over layers of the range at the start to that at the end; 20 steps")
                .in("range")
                .says("Ranges shrink more than twofold along the way | range at the start / at the end")
                .above(2)
                .control("run: the last layer, whose range is judged with the others and need not shrink")
                .of(cell.the(geometric(Result::rangeRatio)))
                .from(
                        "arXiv 2211.15736, figure 2: distributions of activations change with time; factor set before the run");
    }

    private void tellPlaces(
            Board board, Line<Config, Result> places, Line<Config, Result> longer, Line<Config, Result> square) {
        Cell<Config, Result> mixed = places.at(2);
        String distance = "ratio of Fréchet distances, ";
        String paper = source() + ", section 3.3";
        board.control("claim: pictures");
        for (var line : List.of(places, longer)) {
            int steps = line.at(1).config().steps();
            board.claim(
                            "pictures" + (steps == 20 ? "" : "-" + steps),
                            distance + "calibrated on pictures to all times; 8 bits, " + steps + " steps")
                    .in("calibration")
                    .says("Training pictures give at least 1.5 times the error | ratio to all levels")
                    .above(1.5)
                    .control("claim: clean")
                    .of(line.at(5).over(line.at(2), Result::rounded))
                    .from(paper + ", observation 2; factor from a pilot");
        }
        board.claim("noise", distance + "calibrated on noise to all times; 8 bits, 20 steps")
                .in("calibration")
                .says(BOTH)
                .above(1)
                .of(places.at(1).over(mixed, Result::rounded))
                .from(paper + ", observation 4");
        board.claim("clean", distance + "calibrated on finished samples to all times; 8 bits, 20 steps")
                .in("calibration")
                .says(BOTH)
                .above(1)
                .of(places.at(4).over(mixed, Result::rounded))
                .from(paper + ", observation 4");
        board.claim("nearer", distance + "calibrated on noise to finished samples; 8 bits, 20 steps")
                .in("calibration")
                .says(BOTH)
                .above(1)
                .of(places.at(1).over(places.at(4), Result::rounded))
                .from(paper + ", observation 3");
        board.claim("skewed", distance + "calibrated at all times to times skewed to the clean end; 8 bits, 20 steps")
                .in("calibration")
                .says(BOTH)
                .above(1)
                .of(mixed.over(places.at(3), Result::rounded))
                .from(paper);
        board.claim("near", distance + "8 bits calibrated at all times to full precision; 20 steps")
                .in("calibration")
                .says("Calibrated on all noise levels, 8 bits add less than 60 % | ratio to full precision")
                .below(1.6)
                .of(mixed.the(OVER))
                .from("arXiv 2211.15736; a bound set before the run; the paper loses little at 8 bits");
        board.claim("square", distance + "largest activation kept to least squared error; 8 bits, all times, 20 steps")
                .says("A clip of least squared error beats the largest activation | ratio of Fréchet distances")
                .above(1)
                .of(mixed.over(square.at(2), Result::rounded))
                .from(source() + ", table 4");
    }

    @Override
    protected String says() {
        return """
                The paper quantises the weights and activations of a trained denoiser to 8 bits without training it again. The ranges to be covered come from a calibration set, and
                the paper finds that it should hold inputs that the sampler itself meets, at many times, rather nearer to the finished picture than to the noise. Here a small dense
                denoiser of 8 × 8 digits is quantised in the same way, with calibration on pure noise, on all times, on times skewed to the clean end, on finished samples, and on
                training pictures; the full-precision network starts from the same noise. Not studied are convolutions, larger pictures and the paper's other measures of clipping.

                Calibration on training pictures about doubles the distance from the digits: their pixels end at ±1, the sampler's inputs reach ±4, and all between is clipped. Where on
                the sampler's path the inputs are taken makes no difference that three trainings could show: even finished samples, whose range is half that of noise, lose nothing
                visible. At 8 bits the quantised network then draws as well as the full-precision one; below 6 bits it fails. In practice: calibrate on inputs of the sampler, never on the data,
                and look at the number of bits before the choice of times.""";
    }
}
