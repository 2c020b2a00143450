package org.noisebook.papers.fasterdiffusion;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.noisebook.field.Objective;
import org.noisebook.field.ReusePlan;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.UNet;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * A U-Net that denoises in every step of DDIM, but computes a part of itself only at key steps and takes it over until the next
 * one, against fewer whole steps.
 *
 * <p>The network learns the mean clean picture of noised pictures. Its encoder is the way down with the lowest block, its decoder the
 * way up, which receives the time of every step. A network evaluated at K of S steps whole and else without the part costs K + r (S − K)
 * whole evaluations, r the share that is left.
 *
 * <p><b>Streams</b>: those of training; {@code start} for the samples, {@code keys} for random key steps. <b>Cost</b>: the training, once
 * for all configs; one sampling.
 */
@Paper(
        key = "2312.09608",
        title = "Faster Diffusion: Rethinking the Role of UNet Encoder in Diffusion Models",
        cite = "Li, Hu, Khan, Li, Yang, Wang, Cheng, Yang 2023, arXiv 2312.09608",
        study = "faster-diffusion",
        version = 1,
        does = "A sampler that computes a part of its U-Net only at key steps",
        figure = "faster-diffusion",
        shows = "A U-Net's encoder reused from step to step",
        streams = {"data", "base", "time", "init", "start", "keys"})
public final class FasterDiffusion extends OnePaper<FasterDiffusion.Config, FasterDiffusion.Result> {
    /** What is left out between key steps. */
    public enum Part {
        /** The encoder. */
        ENCODER,
        /** All maps below full resolution. */
        DEEP,
        /** The whole step. */
        STEP;

        /** What a network takes over; of a step that is left out, nothing. */
        UNet.Reuse reuse() {
            return switch (this) {
                case ENCODER -> UNet.Reuse.ENCODER;
                case DEEP -> UNet.Reuse.DEEP;
                case STEP -> UNet.Reuse.NOTHING;
            };
        }
    }

    /** Which steps are key steps; the first one always. */
    public enum Spacing {
        /** At equal distances. */
        UNIFORM,
        /** At distances that grow in proportion to the step. */
        EARLY,
        /** At the same distances in reverse order. */
        LATE,
        /** Drawn at random. */
        RANDOM;

        int[] keys(int steps, int count, Stream stream) {
            int[] others = IntStream.range(1, steps).toArray();
            for (int k = 0; k < count - 1; k++) {
                int other = k + stream.nextIndex(others.length - k);
                int kept = others[k];
                others[k] = others[other];
                others[other] = kept;
            }
            int[] early = new int[count + 1];
            for (int k = 1; k <= count; k++) {
                int wanted = (int) Math.rint((double) steps * k * k / (count * count));
                early[k] = Math.min(steps - count + k, Math.max(early[k - 1] + 1, wanted));
            }
            return switch (this) {
                case UNIFORM ->
                    IntStream.range(0, count)
                            .map(k -> (int) ((long) k * steps / count))
                            .toArray();
                case EARLY -> Arrays.copyOf(early, count);
                case LATE ->
                    IntStream.range(0, count).map(k -> steps - early[count - k]).toArray();
                case RANDOM ->
                    IntStream.concat(IntStream.of(0), Arrays.stream(others, 0, count - 1))
                            .sorted()
                            .toArray();
            };
        }
    }

    /** A sampler with key steps. */
    public record Config(
            @Parameter(standard = "digits", value = "square grey pictures that are learned")
            DataSource dataset,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "20", symbol = "S", range = "[2, 1000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "10", symbol = "K", range = "[2, steps]", value = "key steps")
            int keys,

            @Parameter(standard = "uniform", value = "where the key steps lie: uniform, early, late or random")
            Spacing spacing,

            @Parameter(standard = "encoder", value = "what is left out between key steps: encoder, deep or step")
            Part part,

            @Parameter(
                    standard = "0",
                    range = "[0, 1]",
                    value = "multiple of the initial noise that is added after every step of the second half")
            double prior,

            @Parameter(standard = "200", range = "[65, 100000]", value = "samples")
            int particles,

            @Parameter(standard = "8", range = "[4, 256]", value = "channels at full resolution, a multiple of 4")
            int channels,

            @Parameter(standard = "32", range = "[1, 4096]", value = "units of the embedding of time")
            int width,

            @Parameter(standard = "1600", range = "[1, 1000000]", value = "updates of training")
            int updates,

            @Parameter(standard = "32", range = "[2, 65536]", value = "pictures per update")
            int batchSize) {
        Target.Pictures target() {
            return new Target.Pictures(dataset, Math.min(MOST_SEEN, dataset.points()));
        }

        int side() {
            return (int) Math.rint(Math.sqrt(target().dimension()));
        }

        /** Maps of the encoder; the decoder has one less. */
        int levels() {
            return UNet.levels(side());
        }

        /** Steps at which the network is evaluated. */
        int evaluated() {
            return part == Part.STEP ? keys : steps;
        }

        /** Number of recorded changes, a map and step each. */
        public int changed() {
            return (2 * levels() - 1) * (evaluated() - 1);
        }

        /** Numbers of the pictures that are kept. */
        public int shown() {
            return SHOWN * target().dimension();
        }

        FieldConfig field() {
            return new FieldConfig(
                    target(),
                    new BaseDensity.Noise(),
                    PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                    Objective.DENOISER,
                    new FieldConfig.Network(levels(), width, Activation.SILU, 7, false, false, channels),
                    new FieldConfig.Training(
                            updates, batchSize, new LearningRate.Cosine(2e-3), 0.999, false, true, 1e-4, 0));
        }
    }

    /** Distance, cost and changes of the maps. */
    public record Result(
            @Parameter("Fréchet distance of the samples from the training pictures")
            double distance,

            @Parameter("multiply-adds of a sample over those of a whole evaluation")
            double cost,

            @Parameter("relative excess of the counted multiply-adds over those of the model")
            double miscount,

            @Parameter("mean relative change per step of the encoder's maps")
            double encoderChange,

            @Parameter("mean relative change per step of the decoder's maps")
            double decoderChange,

            @Parameter(
                    length = "changed",
                    value =
                            "relative change of each map at each step after the first, map by map: encoder from full resolution down, decoder up")
            Doubles changes,

            @Parameter(length = "shown", value = "five samples")
            Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int MOST_SEEN = 60_000;
    private static final int MOST_FITTED = 10_000;
    private static final int MOST_WATCHED = 1 << 14;
    private static final int SHOWN = 5;
    private static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();

    /** The plan of a sampling, which records changes of the maps of the first points and counts multiply-adds. */
    private static final class Walk implements ReusePlan {
        private final Map<Double, Integer> steps = new HashMap<>();
        private final boolean[] key;
        private final UNet.Reuse reuse;
        private final double[][] last;
        private final int[] next;
        private final double[][] changes;
        private long spent;

        Walk(Config c, DiffusionInterpolant clock, double[] times, int[] keys) {
            for (int step = 0; step < c.evaluated(); step++) {
                steps.put(clock.interpolantTime(times[step]), step);
            }
            key = new boolean[c.evaluated()];
            for (int k = 0; k < keys.length; k++) {
                key[c.part() == Part.STEP ? k : keys[k]] = true;
            }
            reuse = c.part().reuse();
            int maps = 2 * c.levels() - 1;
            last = new double[maps][];
            next = new int[maps];
            changes = new double[maps][c.evaluated() - 1];
        }

        @Override
        public UNet.Reuse reused(double t) {
            return key[steps.get(t)] ? UNet.Reuse.NOTHING : reuse;
        }

        @Override
        public void seen(double t, int map, double[] values) {
            int step = steps.get(t);
            if (step == next[map]) {
                double[] before = last[map];
                int count = Math.min(values.length, MOST_WATCHED);
                if (step > 0) {
                    double moved = Grammar.sum(count, i -> (values[i] - before[i]) * (values[i] - before[i]));
                    double size = Grammar.sum(count, i -> before[i] * before[i]);
                    changes[map][step - 1] = Math.sqrt(moved / size);
                }
                last[map] = values;
                next[map]++;
            }
        }

        @Override
        public void spent(double t, int points, long multiplyAdds) {
            spent += multiplyAdds;
        }

        double change(int from, int to) {
            return Grammar.mean(to - from, m -> Grammar.mean(changes[from + m].length, i -> changes[from + m][i]));
        }
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        LearnedField field = FieldLibrary.standard().field(c.field(), streams);
        int[] keys = c.spacing().keys(c.steps(), c.keys(), streams.at("keys"));
        double[] all = TimeGrid.UNIFORM.times(1, 0, c.steps());
        double[] times = c.part() == Part.STEP
                ? IntStream.rangeClosed(0, keys.length)
                        .mapToDouble(k -> k < keys.length ? all[keys[k]] : 0)
                        .toArray()
                : all;
        var clock = new DiffusionInterpolant(c.diffusion(), c.field().schedule());
        Walk walk = new Walk(c, clock, times, keys);
        double[][] start = c.diffusion().prior(field.dimension()).sample(streams.at("start"), c.particles());
        double[][] x = Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
        var sampler = DDIM.sampler(
                c.diffusion(), clock.diffusionScore(field.reusing(walk).score()));
        Ensemble.run(sampler, times, x, Noise.NONE, 1, (first, step, t, block, count) -> {
            for (int j = 0; t > 0 && t <= 0.5 && j < block.length; j++) {
                for (int k = 0; k < count; k++) {
                    block[j][k] += c.prior() * start[j][first + k];
                }
            }
        });
        UNet.Shape shape = c.field().shape();
        double whole = shape.multiplyAdds();
        double model = c.keys() * whole
                + (c.evaluated() - c.keys()) * shape.multiplyAdds(c.part().reuse());
        return new Result(
                FrechetDistance.of(GaussianFit.of(Grammar.finite(x)), fit(c, streams)),
                walk.spent / (whole * c.particles()),
                walk.spent / (model * c.particles()) - 1,
                walk.change(0, c.levels()),
                walk.change(c.levels(), 2 * c.levels() - 1),
                Doubles.of(Grammar.numbers(walk.changes).toArray()),
                Grammar.shown(SHOWN, x));
    }

    private static GaussianFit fit(Config c, Streams streams) {
        ClassPoints pictures = c.target().images(streams);
        return GaussianFit.of(pictures.columns(
                IntStream.range(0, Math.min(MOST_FITTED, pictures.count())).toArray()));
    }

    @Override
    public double work(Config c) {
        double whole = c.field().shape().multiplyAdds();
        return whole * (6.0 * c.batchSize() * c.updates() + 2.0 * c.evaluated() * c.particles());
    }

    @Override
    public long memory(Config c) {
        long pixels = c.target().dimension();
        return (1L << 26)
                + 8L * pixels * (3L * c.particles() + 3L * MOST_FITTED + 10 * pixels)
                + 4L * 60 * pixels * Math.max(16, c.channels()) * (c.batchSize() + 512L);
    }

    @Override
    public List<String> inputs(Config c) {
        return c.target().files();
    }

    // The figure.

    private static final String CLOTHES = "dataset=fashionMnist, particles=500, updates=3000";

    /** Where the words of a point stand, over its height. */
    private static final double ABOVE = 1.15;

    @Override
    protected void tell(Board board) {
        board.title(
                "A reused encoder beats fewer steps at equal cost",
                "At the lowest cost, fewer steps beat a reused encoder",
                "A reused encoder may beat fewer steps at equal cost");
        board.subtitle(
                "Encoder computed at some steps, reused at the others, against fewer whole steps; linear schedule");
        board.show("samples", "linear");
        boolean quick = board.preset() == Preset.QUICK;
        int n = board.replicas(3, 5);
        var digits = on(board, "digits").with(quick ? "particles=100, updates=400" : "particles=1000");
        var shown = quick ? digits : digits.with(CLOTHES).called("clothes").replicas(c -> 3);
        Cells linear = new Cells(shown, "linear", 13, 15, 20, 40);
        Cells cosine =
                new Cells(shown.with(Grammar.COSINE), "cosine", quick ? new double[] {15} : new double[] {15, 20});
        show(board, linear, cosine);
        tellClaims(board, linear, cosine, "");
        if (!quick) {
            board.stamp("3, digits " + n);
            Cells straight = new Cells(digits, "linear", 13, 15, 20, 40);
            tellClaims(board, straight, new Cells(digits.with(Grammar.COSINE), "cosine", 15, 20), "-digits");
        }
        Config c = shown.config();
        UNet.Shape shape = c.field().shape();
        double left = shape.multiplyAdds(UNet.Reuse.ENCODER) / shape.multiplyAdds();
        board.caption(
                "A U-Net with {} channels at full resolution learned the mean clean picture of noised pictures, {} pixels wide, in {}"
                        + " updates. Error: Fréchet distance of {} samples from"
                        + " the training pictures. The encoder is computed at 5 of 20, 10 of 20 or 20 of 40 steps and taken over until the next; the decoder costs {} of a whole step."
                        + " Linear schedule. (a) First samples of the first training. (b) Means over {} trainings with 95 % t intervals.",
                c.channels(), c.side(), c.updates(), c.particles(), Math.rint(100 * left) / 100, quick ? n : 3);
    }

    /** The cells on one kind of picture and one schedule. */
    private static final class Cells {
        private final String name;
        private final String where;
        private final Setting<Config, Result> setting;
        private final Line<Config, Result> whole;
        /** The encoder at every second of 20 steps. */
        private final Cell<Config, Result> half;

        Cells(Setting<Config, Result> setting, String schedule, double... steps) {
            name = schedule;
            where = "; " + setting.condition() + ", " + schedule + " schedule";
            this.setting = setting;
            whole = setting.board().lineOf(steps, k -> cell("steps=" + (int) k + ", keys=" + (int) k));
            half = cell("keys=10");
        }

        private Cell<Config, Result> cell(String changes) {
            return setting.with(changes).cell().last();
        }

        private Plot draw(Board board, String title, List<Cell<Config, Result>> reused) {
            Axis cost = Axis.linear("cost of a sample, in whole steps").range(10, 42);
            Axis error = Axis.log10("error (Fréchet distance)");
            error = board.choose(
                    error.range(2.5, 6).ticks(3, 4, 5, 6), error.range(35, 75).ticks(40, 50, 60, 70));
            var plot = board.plot(name, title, cost, error);
            for (var line : List.of(whole, Line.of(Line.numbered(reused.size()), reused))) {
                String series = line == whole ? "whole steps" : "encoder reused";
                plot.points(series, line.against(mean(Result::cost)), geometric(Result::distance))
                        .joined(series);
            }
            return plot;
        }
    }

    private static void show(Board board, Cells linear, Cells cosine) {
        var whole = linear.whole.at(20);
        var quarter = linear.cell("keys=5");
        var longer = linear.cell("steps=40, keys=20");
        var rows = List.of(linear.whole.at(13), quarter, linear.whole.at(15), linear.half, linear.whole.at(40));
        String some = "encoder at\n%d of 20 steps";
        List<String> names =
                List.of("13 whole steps", some.formatted(5), "15 whole steps", some.formatted(10), "40 whole steps");
        int side = whole.config().side();
        double[][] pixels = rows.stream()
                .flatMap(cell ->
                        Arrays.stream(Grammar.pictures(cell.runs().get(0).pictures(), side * side, 0, SHOWN)))
                .toArray(double[][]::new);
        board.pictures("samples", "Samples of the same noise", names, SHOWN, side, pixels, -1, 1)
                .beside(0, "cost", rows, Result::cost)
                .beside(1, "error", rows, Result::distance);
        linear.draw(board, "Error by cost", List.of(quarter, linear.half, longer))
                .text(quarter.mean(Result::cost), quarter.mean(Result::distance), "encoder at 5 of 20")
                .text(
                        linear.half.mean(Result::cost),
                        board.choose(1 / ABOVE, ABOVE) * linear.half.mean(Result::distance),
                        "10 of 20")
                .text(longer.mean(Result::cost), longer.mean(Result::distance) / ABOVE, "20 of 40");
        cosine.draw(board, "Cosine schedule", List.of(cosine.half));
        int levels = whole.config().levels();
        int steps = whole.config().steps() - 1;
        double[] at = Line.even(1, steps, steps);
        board.plot("change", "Change per step", Axis.linear("step of DDIM"), Axis.log10("relative change"))
                .points("encoder", at, whole, k -> geometric(run -> change(run, 0, levels, steps, k)))
                .points("decoder", at, whole, k -> geometric(run -> change(run, levels, levels - 1, steps, k)));
    }

    /** Mean relative change of some maps at a step. */
    private static double change(Result run, int from, int count, int steps, int k) {
        return Grammar.mean(count, m -> run.changes().get((from + m) * steps + k));
    }

    /** Claims on one kind of picture; those without a suffix are shown, in a panel if one is named. */
    private record Claims(Board board, String suffix) {
        ClaimDraft of(String name, Cells cells, String panel, String words, String quantity) {
            var claim = board.claim(name + suffix, quantity + cells.where);
            claim = suffix.isEmpty() && !words.isEmpty() ? claim.says(words) : claim;
            return suffix.isEmpty() && !panel.isEmpty() ? claim.in(panel) : claim;
        }
    }

    private void tellClaims(Board board, Cells linear, Cells cosine, String suffix) {
        Claims claims = new Claims(board, suffix);
        String paper = source();
        var whole = linear.whole.at(20);
        var forty = linear.whole.at(40);
        var longer = linear.cell("steps=40, keys=20");
        var quarter = linear.cell("keys=5");
        var deep = linear.cell("part=deep");
        for (var cell : List.of(linear.half, quarter, cosine.half)) {
            Cells of = cell == cosine.half ? cosine : linear;
            int keys = cell.config().keys();
            int steps = keys == 5 ? 13 : 15;
            claims.of(
                            of.name + "-" + keys,
                            of,
                            of.name,
                            of == linear
                                    ? "At equal cost, reuse beats fewer steps | difference of errors"
                                    : "Cosine schedule: reuse beats fewer steps | difference of errors",
                            "Fréchet distance, encoder at " + keys + " of 20 steps minus " + steps
                                    + " whole steps, which cost no more")
                    .below(0)
                    .control("claim: deep" + suffix)
                    .of(cell.less(of.whole.at(steps), Result::distance))
                    .from(paper + " reuses the encoder where others take fewer steps");
        }
        claims.of(
                        "loss",
                        linear,
                        "linear",
                        "At 40 steps reuse adds less than a tenth | ratio of errors",
                        "ratio of Fréchet distances, encoder at 20 of 40 steps to 40 whole steps")
                .below(1.1)
                .control("claim: linear-5" + suffix)
                .of(longer.over(forty, Result::distance))
                .from(paper + ": quality on a par; a tenth set before the run");
        double[] few = linear.half.paired(whole, Result::distance, (a, b) -> a - b);
        double[] many = longer.paired(forty, Result::distance, (a, b) -> a - b);
        claims.of(
                        "shrinks",
                        linear,
                        "linear",
                        "From 20 to 40 steps, its extra error falls to 1/3 | extra at 20 − 3 × at 40",
                        "excess of Fréchet distance by reuse at every second of 20 steps minus three times that of 40")
                .above(0)
                .control("run: keys=steps, for which reuse is the whole sampler and every excess 0")
                .of(Estimate.ofMeanOrNone(IntStream.range(0, Math.min(few.length, many.length))
                        .mapToDouble(r -> few[r] - 3 * many[r])
                        .toArray()))
                .from("a pilot on another network: 0.175 and 0.035");
        claims.of(
                        "change",
                        linear,
                        "change",
                        "The encoder changes less than the decoder | ratio of changes",
                        "ratio of mean relative changes per step, encoder to decoder; 20 whole steps")
                .below(1)
                .control("run: encoder and decoder exchanged, which gives the inverse")
                .of(whole.the(geometric(run -> run.encoderChange() / run.decoderChange())))
                .from(paper + ": the encoder's features hardly change");
        for (String spacing : List.of("early", "late")) {
            boolean early = spacing.equals("early");
            claims.of(
                            spacing,
                            linear,
                            "",
                            early
                                    ? "Most encoder steps at the start beat uniform ones | difference of distances"
                                    : "Most encoder steps at the end beat uniform ones | difference of distances",
                            "Fréchet distance, encoder at 5 of 20 steps, dense " + spacing + " minus uniform")
                    .below(0)
                    .control("claim: " + (early ? "late" : "early") + suffix)
                    .of(linear.cell("keys=5, spacing=" + spacing).less(quarter, Result::distance))
                    .from(early ? paper + ": non-uniform key steps" : "maps change late; set after a pilot");
        }
        claims.of(
                        "deep",
                        linear,
                        "",
                        "",
                        "Fréchet distance, encoder minus all below full resolution, at 10 of 20 steps")
                .below(0)
                .of(linear.half.less(deep, Result::distance))
                .from("control: most of the decoder is reused too, which the paper advises against");
        for (var cell : List.of(linear.half, deep)) {
            String part = cell == deep ? "deep" : "encoder";
            claims.of(
                            "count-" + part,
                            linear,
                            "",
                            "",
                            "excess of counted multiply-adds over their model, part = " + part)
                    .identity(0, 1e-12)
                    .of(cell, Result::miscount)
                    .from("a count where products are done, against K + r (S − K) whole steps");
        }
        if (board.preset() != Preset.QUICK) {
            claims.of("prior", linear, "", "", "Fréchet distance, encoder at 5 of 20 steps, prior = 0.003 minus 0")
                    .below(0)
                    .control("run: prior=0")
                    .of(linear.cell("keys=5, prior=0.003").less(quarter, Result::distance))
                    .from(paper + ": prior noise restores texture; strength as in the authors' code");
        }
    }

    @Override
    protected String says() {
        return """
                The encoder of a U-Net, says the paper, hardly changes from one step of the sampler to the next, while the decoder does. So the encoder is computed at a few
                key steps only, its maps are kept for the steps between, and the decoder runs on with the time of each step; without new training Stable Diffusion
                runs 1.8 times as fast, at a quality on a par. Key steps should lie densely at the start, and a trace of the initial noise, added late, restores texture.

                Which network? The kit's dense denoiser receives the time at its input only: to keep its first layers is to keep the time, and after the last hidden layer a linear map
                is left, so that reuse would be the same as a longer step. A U-Net receives the time in every block, as the paper's does. A small one, with maps of 8 × 8, 4 × 4
                and 2 × 2 pixels, learns the digits in 400 updates; the full edition takes 1,600 and adds clothes of 28 × 28 pixels. The encoder is the way down with the
                lowest block; the decoder is left with 53 % of the multiply-adds, so that reuse can never save more than 47 %. The same cost buys fewer whole steps,
                and that is the comparison made here; the paper does not make it.

                On the linear schedule fewer steps win. With the encoder at 5 of 20 steps, samples are clearly farther from the digits than those of 13 whole
                steps; with 10 of 20 the difference to 15 whole steps includes 0 with three trainings. At 40 steps, where reuse loses nothing, whole steps
                lose nothing either, and 15 of them are as good. On the cosine schedule the order turns: 10 of 20 beats 15 whole steps. So the loss of reuse is a fact about
                the schedule as much as about the network. Encoder and decoder change alike here, up to a few per cent; both hardly change in the first third of the linear schedule and
                move most towards its end. Key steps dense at the start, the paper's choice for large latent pictures, are therefore the worst; dense at the end they do no harm, and in the full edition they are the best
                for digits, though still behind whole steps. The control holds: with most of the decoder reused as well, samples get worse.

                The full edition, five trainings on digits and three on clothes, decides the open cases. On the linear schedule reuse loses on both: 0.97 and 0.12 on digits, 20 and 5 on clothes, whose
                whole steps are at 40 to 42. On the cosine schedule it wins on both, by 0.09 and by 26. On clothes the encoder changes more than the decoder, not less (1.14 [1.01, 1.29]), late key steps
                do not help, and the control fails: reusing most of the decoder as well is better there than reusing the encoder. Prior noise helps digits a little (0.06); on clothes its effect is open.

                In practice: compare any reuse with a sampler of fewer steps before use; plot the change of the maps along the sampler, and place key steps where it is large.
                Not studied are attention, text, latent pictures and decoders that run in parallel.""";
    }
}
