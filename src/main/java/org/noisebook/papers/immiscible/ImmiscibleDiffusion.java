package org.noisebook.papers.immiscible;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.finite;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionInterpolant;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.experiment.Parameter;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearnedField;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Matching;
import org.noisebook.field.Objective;
import org.noisebook.field.TimeLaw;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Streams;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * A diffusion model trained on noise that an exact assignment gives, within each batch, to the pictures that are near it.
 *
 * <p>A dense network learns from the pictures of a step and as much noise, permuted by {@link Matching}; DDIM then draws samples, as for
 * independent noise. The pairs themselves are measured on batches of their own.
 *
 * <p><b>Streams</b>: those of training; {@code pairs} for the batches that are measured, {@code start} for the samples.
 * <b>Cost</b>: the training, once for all numbers of steps; a sampling.
 */
@Paper(
        key = "2406.12303",
        title = "Immiscible Diffusion: Accelerating Diffusion Training with Noise Assignment",
        cite = {
            "Li, Jiang, Kodaira, Tomizuka, Keutzer, Xu 2024, arXiv 2406.12303",
            "Jonker, Volgenant 1987, doi:10.1007/BF02278710"
        },
        study = "immiscible",
        version = 1,
        does = "A diffusion model trained on noise assigned to near pictures within each batch",
        figure = "immiscible",
        shows = "Samples after training on assigned noise, by steps",
        streams = {"data", "base", "time", "init", "pairs", "start"})
public final class ImmiscibleDiffusion extends OnePaper<ImmiscibleDiffusion.Config, ImmiscibleDiffusion.Result> {
    /** A training and the samples of its network. */
    public record Config(
            @Parameter(standard = "digits", value = "dataset of images")
            DataSource dataset,

            @Parameter(
                    standard = "assigned",
                    value = "which noise goes to which picture: independent, assigned or permuted")
            Matching matching,

            @Parameter(
                    standard = "192",
                    symbol = "h",
                    range = "[1, 4096]",
                    value = "units of each of two hidden layers")
            int width,

            @Parameter(standard = "96", symbol = "B", range = "[2, 512]", value = "pictures per update")
            int batch,

            @Parameter(standard = "800", range = "[1, 1000000]", value = "updates of training")
            int updates,

            @Parameter(standard = "3", range = "[1, 1000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "1000", range = "[100, 100000]", value = "samples")
            int particles) {
        Target.Pictures pictures() {
            return new Target.Pictures(dataset, dataset.points());
        }

        /** Number of pixels of the samples in the result. */
        public int shown() {
            return SHOWN * dataset.inputDimension(0);
        }

        /** Weights of the network, without biases. */
        double weights() {
            double d = dataset.inputDimension(0);
            return width * (d + 2 * FREQUENCIES + 1.0 + width + d);
        }

        FieldConfig field() {
            return new FieldConfig(
                    pictures(),
                    new BaseDensity.Noise(),
                    PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                    Objective.DENOISER,
                    new FieldConfig.Network(2, width, Activation.SILU, FREQUENCIES, false, false),
                    new FieldConfig.Training(
                            updates,
                            batch,
                            new LearningRate.Cosine(2e-3),
                            0.99,
                            false,
                            true,
                            1e-4,
                            0,
                            new TimeLaw.Uniform(),
                            matching));
        }
    }

    /** Samples against the pictures, and the pairs of noise and pictures. */
    public record Result(
            @Parameter("Fréchet distance of the samples from the pictures")
            double distance,

            @Parameter("root mean square per pixel of the change of a sample from these steps to 50")
            double curvature,

            @Parameter("mean squared distance of noise and picture over that of the same batches unassigned")
            double pairDistance,

            @Parameter("largest difference of the sorted noise of a pixel from that before it was assigned")
            double lawError,

            @Parameter("operations of the assignment over multiply-adds of the update")
            double assignmentShare,

            @Parameter(length = "shown", value = "first samples")
            Doubles samples)
            implements Outcome {}

    // The study.

    private static final int SHOWN = 4;
    private static final int SIDE = 8;
    private static final int FREQUENCIES = 7;
    private static final int FINE = 50;
    private static final int FEW = 100;
    private static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    private static final Diffusion DIFFUSION = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));

    @Override
    protected Result measure(Config c, Streams streams) {
        LearnedField field = FieldLibrary.standard().field(c.field(), streams);
        double[][] x = finite(sample(field, c.steps(), c.particles(), streams));
        double[][] fine = sample(field, FINE, FEW, streams);
        double[][] squares = Grammar.zip(Grammar.where(x, k -> k < FEW), fine, (a, b) -> (a - b) * (a - b));
        ClassPoints pictures = c.pictures().images(streams);
        double[][] all = pictures.columns(IntStream.range(0, pictures.count()).toArray());
        var stream = streams.at("pairs");
        double[][] batch = pictures.columns(IntStream.generate(() -> stream.nextIndex(pictures.count()))
                .limit(c.batch())
                .toArray());
        double[][] noise = DIFFUSION.prior(batch.length).sample(stream, c.batch());
        double[][] drawn = sorted(noise);
        double before = squared(noise, batch);
        long scanned = c.matching().permute(noise, batch, c.batch(), stream);
        double[][] change = Grammar.zip(drawn, sorted(noise), (a, b) -> Math.abs(a - b));
        return new Result(
                FrechetDistance.of(GaussianFit.of(x), GaussianFit.of(all)),
                Math.sqrt(Grammar.mean(squares.length, j -> Grammar.mean(FEW, k -> squares[j][k]))),
                squared(noise, batch) / before,
                Grammar.numbers(change).max().orElseThrow(),
                operations(c, scanned) / (3 * c.weights() * c.batch()),
                Grammar.shown(SHOWN, x));
    }

    private static double[][] sample(LearnedField field, int steps, int count, Streams streams) {
        var start = streams.at("start"); // DDIM draws nothing on its path
        return DIFFUSION.sample(DDIM, DiffusionInterpolant.score(DIFFUSION, field), steps, count, start, start);
    }

    /** Multiply-adds of the squared distances, and comparisons. */
    private static double operations(Config c, long scanned) {
        double distances = (double) c.dataset().inputDimension(0) * c.batch() * c.batch();
        return c.matching() == Matching.ASSIGNED ? distances + scanned : 0;
    }

    static double squared(double[][] noise, double[][] x) {
        return Grammar.mean(
                x[0].length, k -> Grammar.sum(x.length, j -> (noise[j][k] - x[j][k]) * (noise[j][k] - x[j][k])));
    }

    private static double[][] sorted(double[][] noise) {
        return Arrays.stream(noise)
                .map(row -> Arrays.stream(row).sorted().toArray())
                .toArray(double[][]::new);
    }

    @Override
    public double work(Config c) {
        double d = c.dataset().inputDimension(0);
        return c.weights() * (6.0 * c.batch() * c.updates() + 2.0 * (c.steps() * c.particles() + FINE * FEW))
                + 2.0 * c.updates() * c.batch() * c.batch() * d;
    }

    @Override
    public long memory(Config c) {
        long d = c.dataset().inputDimension(0);
        return (1L << 26)
                + 8 * d * (4L * c.particles() + 2L * c.dataset().points())
                + 8L * c.batch() * c.batch()
                + 80 * d * d;
    }

    @Override
    public List<String> inputs(Config c) {
        return c.pictures().files();
    }

    // The figure.

    private static final double GAIN = 0.85;
    private static final Reduction<Result> DISTANCE = geometric(Result::distance);

    @Override
    protected void tell(Board board) {
        board.title(
                "Pairing pictures with nearby noise improves few-step sampling",
                "Pairing pictures with nearby noise does not improve few-step sampling",
                "Pairing pictures with nearby noise may improve few-step sampling");
        board.subtitle("Assigned noise: permuted within each training batch so that it lies closest to the pictures");
        int n = board.replicas(3, 5);
        double[] steps = board.choose(new double[] {3, 5, 20}, new double[] {3, 5, 10, 20});
        String size = board.choose("updates=400", "updates=4000");
        var digits = new Arms(on(board, "digits").with(size), steps);
        List<Arms> both = board.preset() == Preset.QUICK
                ? List.of(digits)
                : List.of(digits, new Arms(on(board, "Fashion").with(size).with("dataset=fashionTest14"), steps));
        var permuted = digits.setting.with("matching=permuted").along("steps", steps);
        List<String> rows = List.of("independent, 3 steps", "assigned, 3 steps", "independent, 20", "assigned, 20");
        var cells = List.of(
                digits.independent.at(3), digits.assigned.at(3), digits.independent.at(20), digits.assigned.at(20));
        double[][] pixels = cells.stream()
                .flatMap(cell ->
                        Arrays.stream(Grammar.pictures(cell.runs().get(0).samples(), SIDE * SIDE, 0, SHOWN)))
                .toArray(double[][]::new);
        board.show(board.choose(new String[] {"digits"}, new String[] {"samples", "digits", "fashion"}));
        board.pictures("samples", "|3−20 steps| (black: 0.5)", rows, SHOWN, SIDE, pixels, -1, 1)
                .differences(0.5, 2, 3, -1, -1)
                .beside(0, "distance", cells, Result::distance);
        digits.plot(board, "digits", "Digits, 8 × 8")
                .points("random permutation (control)", permuted, DISTANCE)
                .joined("random permutation (control)");
        both.stream().skip(1).forEach(arms -> arms.plot(board, "fashion", "Fashion, 14 × 14"));

        for (double few : new double[] {3, 5}) {
            for (Arms arms : both) {
                arms.ratio(board, "few-" + (int) few, arms.assigned, few)
                        .says(
                                arms == digits
                                        ? "Digits, 3 or 5 steps: assigned noise is 15 % better | distance, assigned / independent"
                                        : "Fashion, 3 or 5 steps: assigned noise is 15 % better | distance, assigned / independent")
                        .below(GAIN)
                        .control("claim: permuted-" + (int) few)
                        .from(source(), "bound of a pilot on digits, set before the run");
            }
        }
        for (Arms arms : both) {
            arms.ratio(board, "half-20", arms.half, 20)
                    .says("20 steps: assigned noise needs half the updates | distance, assigned / independent")
                    .below(1)
                    .control("claim: half-3")
                    .from(source() + ", abstract: up to three times as fast");
            arms.ratio(board, "half-3", arms.half, 3)
                    .says("3 steps: assigned noise needs half the updates | distance, assigned / independent")
                    .below(1)
                    .control("claim: permuted-3")
                    .from(source() + ", abstract: up to three times as fast");
            arms.ratio(board, "many", arms.assigned, 20)
                    .says("20 steps: assigned noise is better | distance, assigned / independent")
                    .below(1)
                    .control("claim: permuted-20")
                    .from(source());
            tellPairs(board, arms);
        }
        for (double some : new double[] {3, 5, 20}) {
            digits.ratio(board, "permuted-" + (int) some, permuted, some)
                    .says("A random permutation of the noise changes nothing | distance, permuted / independent")
                    .theory(1, 1 - GAIN)
                    .control("claim: few-3")
                    .from("permuted independent noise is independent noise; window as wide as the gain claimed");
        }
        board.caption(
                "A dense network with two layers of {} units learns the clean picture from noised ones in {} updates of {} pictures. In each update, an exact"
                        + " assignment permutes the noise so that the sum of squared distances of noise and picture is least. DDIM draws {} samples."
                        + "{} Fréchet distance in pixels; half the updates: a shorter"
                        + " training with its own decay of the learning rate; random permutation: the control. Assignment leaves {} of the squared distance of digits{}."
                        + " Operations of the assignment are counted, not timed. Geometric means over {} trainings, 95 % t intervals.",
                digits.setting.config().width(),
                digits.setting.config().updates(),
                digits.setting.config().batch(),
                digits.setting.config().particles(),
                board.choose(
                        "", " (a) First samples of the first training, from the same noise, and their change. (b, c)"),
                Words.say("{}", digits.assigned.at(3).the(mean(Result::pairDistance))),
                both.size() == 1
                        ? ""
                        : Words.say(
                                " and {} of Fashion", both.get(1).assigned.at(3).the(mean(Result::pairDistance))),
                n);
    }

    /** The arms on one dataset, along the steps of the sampler. */
    private static final class Arms {
        private final Setting<Config, Result> setting;
        private final Line<Config, Result> assigned;
        private final Line<Config, Result> independent;
        private final Line<Config, Result> half;

        Arms(Setting<Config, Result> setting, double... steps) {
            this.setting = setting;
            String name = setting.condition();
            assigned =
                    setting.called(name + ", assigned over independent noise").along("steps", steps);
            independent = setting.with("matching=independent").along("steps", steps);
            half = setting.called(name + ", assigned noise and half the updates over independent noise and all")
                    .with("updates=" + setting.config().updates() / 2)
                    .along("steps", steps);
        }

        String suffix() {
            return setting.config().dataset() == DataSource.DIGITS ? "" : "-fashion";
        }

        Plot plot(Board board, String name, String title) {
            return board.plot(
                            name,
                            title,
                            Axis.log10("steps of DDIM").range(2.5, 25).ticks(3, 5, 10, 20),
                            Axis.log10("Fréchet distance of samples").range(board.choose(1.0, 0.5), 20))
                    .points("independent", independent, DISTANCE)
                    .joined("independent")
                    .points("assigned", assigned, DISTANCE)
                    .joined("assigned")
                    .points("assigned, half the updates", half, DISTANCE)
                    .joined("assigned, half the updates");
        }

        ClaimDraft ratio(Board board, String name, Line<Config, Result> line, double steps) {
            return board.claim(name + suffix(), "ratio of Fréchet distances", line, steps)
                    .in(suffix().isEmpty() ? "digits" : "fashion")
                    .of(line.at(steps).over(independent.at(steps), Result::distance));
        }
    }

    private void tellPairs(Board board, Arms arms) {
        var line = arms.assigned;
        board.claim("straight" + arms.suffix(), "ratio of the change from 3 to 50 steps", line, 3)
                .says("Assignment straightens the sampler's paths | change from 3 to 50 steps, ratio")
                .below(1)
                .control("run: matching=permuted, which leaves the paths")
                .of(line.at(3).over(arms.independent.at(3), Result::curvature))
                .from("each picture comes from nearby noise only, " + source());
        board.claim(
                        "pairs" + arms.suffix(),
                        "squared distance of noise and picture over that before assignment",
                        line,
                        3)
                .says("Assignment brings noise and picture ≥ 2 % nearer | squared distance, after / before")
                .below(0.98)
                .control("run: matching=permuted, whose ratio is 1 on average")
                .of(line.at(3), Result::pairDistance)
                .from(source(), "its fall at 32 × 32 pixels; fewer pixels allow more");
        board.claim("cost" + arms.suffix(), "operations of the assignment over multiply-adds of an update", line, 3)
                .says("Assignment costs less than a tenth of an update | operations, assignment / update")
                .below(0.1)
                .control("run: width=16, a network cheaper than its assignment")
                .of(line.at(3), Result::assignmentShare)
                .from(source() + ", abstract: negligible; a tenth");
        board.claim(
                        "law" + arms.suffix(),
                        "largest difference of the sorted noise of a pixel, assigned minus drawn",
                        line,
                        3)
                .identity(0, 0)
                .of(line.at(3), Result::lawError)
                .from("a permutation keeps the values of every pixel");
    }

    @Override
    protected String says() {
        return """
                The paper assigns noise to pictures before they are noised: in each batch, an exact assignment permutes the noise so that the squared distances of noise and picture
                add up to the least. Each picture is then mixed with nearby noise only. The paper reports up to threefold faster training. Here a small dense network is trained
                on 8 × 8 digits and, in the full edition, on Fashion-MNIST at 14 × 14, with noise assigned, independent, or permuted at random, which is independent noise again. The distance is between
                Gaussian fits in pixels. Not studied are convolutions, consistency models, classes, and the paper's rounding of the distances.

                Assignment helps most when the sampler takes few steps. After 400 updates on digits, samples of three steps are at 0.57 of the distance that independent noise gives, those of 20 steps
                at 0.86. The sampler's paths are straighter: going from three steps to 50 moves a pixel a tenth less. Training is not faster in the usual
                sense: at 20 steps, half the updates with assignment leave samples 1.5 times as far away as all updates without; at three steps they leave them about as
                far. The full edition trains ten times as long (4,000 updates, five trainings): at three steps assignment leaves 0.32 of the distance on digits
                and 0.47 on Fashion, at 20 steps 0.93 [0.88, 0.98] and 0.92 [0.89, 0.96]; half the updates suffice for three steps on both, and for 20 steps on neither (1.42 and 1.22 times as far).
                A pilot had seen the opposite sign at 20 steps and 4,000 updates (0.96 against 0.82); five trainings do not confirm it.

                The distribution of the noise stays, since it is only permuted, but given its picture the noise is no longer normal: the network gives a
                flow, not a score, so samplers that inject noise are not covered.

                The assignment makes 4 to 6 % of the operations of an update of this network, and less for a larger one. These are counted, because times differ between machines; a comparison takes
                longer than a multiply-add of a matrix product, so the share in time is larger. In practice: assign noise if few steps are wanted; expect
                little for many steps; and do not count on shorter training.""";
    }
}
