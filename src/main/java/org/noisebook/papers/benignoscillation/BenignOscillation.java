package org.noisebook.papers.benignoscillation;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.share;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.share;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Single-sample SGD of a patch network with squared ReLU. At a large learning rate the output on the strong feature oscillates, which
 * teaches the weak feature; at a small rate the strong feature and the noise fit the data, and the weak feature is not learned.
 *
 * <p>f(x) = (1/m) Σ_j a_j Σ_p max(0, w_j·x_p)² with m neurons of a_j = 1 and m of a_j = −1, loss ½ (y − f)². A point has the patches {@code
 * weakStrength} y ê₁, {@code strongStrength} y ê₂ (some lack it) and normal noise orthogonal to ê₁ and ê₂; a test point has the first and
 * fresh noise. Sizes, rates and noise are those of a small experiment, not of the paper's theorems, and points are reshuffled every
 * epoch. A step multiplies the component of a neuron along a strong patch that it sees by 1 + 2(η/m) v² e, so above η = m/(2v²) the
 * strong feature oscillates as in {@link FeatureOscillation} with η replaced by η v²/m.
 */
@Paper(
        key = "2310.17074",
        title = "Benign Oscillation of Stochastic Gradient Descent with Large Learning Rates",
        cite = "Lu, Wu, Yang, Zou 2023, arXiv 2310.17074",
        study = "benign-oscillation",
        version = 2,
        does = "Single-sample SGD of a patch network on a weak feature, a strong feature and noise",
        figure = "benign-oscillation",
        shows = "Benign oscillation: a learning rate too large for the strong feature teaches the weak one",
        streams = {"init", "data", "order", "test"},
        with = FeatureOscillation.class)
public final class BenignOscillation extends OnePaper<BenignOscillation.Config, BenignOscillation.Result> {
    /** A patch network and its training points, most of which have the strong feature. */
    public record Config(
            @Parameter(standard = "100", value = "dimension of a patch", symbol = "d", range = "[3, 100000]")
            int dimension,

            @Parameter(standard = "20", value = "number of training points", symbol = "n", range = "[1, 4096]")
            int trainSize,

            @Parameter(standard = "1000", value = "number of test points", range = "[1, 100000]")
            int testSize,

            @Parameter(standard = "8", value = "number of neurons of each sign", symbol = "m", range = "[1, 4096]")
            int width,

            @Parameter(standard = "0.2", value = "length of the weak patch", range = "[0, 1e30]")
            double weakStrength,

            @Parameter(standard = "1", value = "length of the strong patch", range = "[0, 1e30]")
            double strongStrength,

            @Parameter(standard = "0.1", value = "share of points without the strong patch", range = "[0, 1]")
            double missingShare,

            @Parameter(
                    standard = "0.6",
                    value = "root mean square length of the noise patch of training points",
                    symbol = "σ",
                    range = "[0, 1e30]")
            double noiseNorm,

            @Parameter(
                    standard = "0.6",
                    value = "root mean square length of the noise patch of test points",
                    range = "[0, 1e30]")
            double testNoiseNorm,

            @Parameter(standard = "5", value = "learning rate", symbol = "η", range = "(0, 1e30]")
            double learningRate,

            @Parameter(
                    standard = "0.01",
                    value = "standard deviation of the weights at the start",
                    range = "[1e-100, 1e30]")
            double initialScale,

            @Parameter(standard = "6000", value = "steps of single-sample SGD", range = "[1, 10000000]")
            int steps,

            @Parameter(standard = "1000", value = "first steps, left out of means", range = "[0, steps)")
            int discard,

            @Parameter(standard = "20", value = "steps between records", range = "[1, steps]")
            int recordEvery) {
        /** η v²/m, v the strong patch: the rate at which {@link FeatureOscillation} has the dynamics of the strong feature. */
        double strongRate() {
            return learningRate * strongStrength * strongStrength / width;
        }

        /** m/(2 v²): the stability threshold of the learning rate for a fit by the strong patch alone. */
        double border() {
            return FeatureOscillation.BORDER * width / (strongStrength * strongStrength);
        }

        int records() {
            return steps / recordEvery + 1;
        }
    }

    /**
     * What the network learned. The output on a feature is y f on its patch alone, averaged over both labels; the output on noise is the
     * mean of y f over the noise patches of the training points. A point with all patches is fitted when the three outputs add up to 1.
     */
    public record Result(
            @Parameter("mean of half the squared residual over the training points")
            double trainLoss,

            @Parameter("share of training points with y f > 0")
            double trainAccuracy,

            @Parameter("accuracy on points without the strong patch")
            double testAccuracy,

            @Parameter(
                    value = "mean of e = 1 − y f before a step on a point with the strong patch; NaN without any",
                    symbol = "⟨e⟩")
            double meanResidual,

            @Parameter(value = "mean of its square", symbol = "⟨e²⟩")
            double meanSquaredResidual,

            @Parameter("output on the strong patch alone") double strongOutput,

            @Parameter("output on the weak patch alone") double weakOutput,

            @Parameter("mean output on the noise patches of the training points")
            double noiseOutput,

            @Parameter("output on the strong patch alone, by record")
            Doubles strongCourse,

            @Parameter("output on the weak patch alone, by record")
            Doubles weakCourse,

            @Parameter("mean output on the noise patches of the training points, by record")
            Doubles noiseCourse)
            implements Outcome {}

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        PatchNetwork network = new PatchNetwork(c, streams);
        Stream orders = streams.at("order");
        int n = c.trainSize();
        int[] order = IntStream.range(0, n).toArray();
        double[][] courses = new double[c.records()][];
        courses[0] = network.outputs();
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int step = 1; step <= c.steps(); step++) {
            int place = (step - 1) % n;
            if (place == 0) {
                stopIfInterrupted();
                orders.shuffle(order);
            }
            int i = order[place];
            double residual = finite(1 - network.margin(i));
            if (step > c.discard() && network.hasStrong(i)) {
                sum += residual;
                squares += residual * residual;
                count++;
            }
            network.step(i, residual);
            if (step % c.recordEvery() == 0) {
                courses[step / c.recordEvery()] = network.outputs();
            }
        }
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double residual = 1 - network.margin(i);
            loss += residual * residual / (2 * n);
        }
        double[] end = network.outputs();
        return new Result(
                finite(loss),
                share(n, i -> network.margin(i) > 0),
                network.testAccuracy(streams.at("test")),
                sum / count,
                squares / count,
                end[0],
                end[1],
                end[2],
                course(courses, 0),
                course(courses, 1),
                course(courses, 2));
    }

    private static Doubles course(double[][] courses, int part) {
        return Doubles.of(
                Arrays.stream(courses).mapToDouble(outputs -> outputs[part]).toArray());
    }

    @Override
    public double work(Config c) {
        double n = c.trainSize();
        return c.width() * (c.steps() * n + c.dimension() * (n + c.testSize()));
    }

    @Override
    public long memory(Config c) {
        long n = c.trainSize();
        long neurons = 2L * c.width();
        return (n * n + (n + 2 * neurons) * c.dimension() + 2 * n * neurons + 9L * c.records()) * Double.BYTES;
    }

    // The figure.

    private static final double[] CYCLE_RATES = {0.56, 0.6, 0.7};
    private static final double STABLE_RATE = 0.4;
    private static final double CYCLE_RATE = 0.6;
    /** Learning rates of the weak weight's time courses: one below the threshold, two on two-step cycles. */
    private static final double[] COURSE_RATES = {STABLE_RATE, 0.55, CYCLE_RATE};

    private static final double JENSEN_WINDOW = 0.15;
    private static final double LARGE_RATE = 5;
    private static final double[] SMALL_RATES = {0.5, 1, 2, 3};
    private static final double[] CONTROL_RATES = {0.5, 1, 2, 3, LARGE_RATE};

    private static final String ABOVE =
            "With noisy data, oscillating training learns the weak feature | accuracy above the threshold";
    private static final String BELOW =
            "With noisy data, settling training misses the weak feature | accuracy below the threshold";
    private static final String ANYWAY =
            "With little noise, settling training learns the weak feature | accuracy below the threshold";
    private static final String SOURCE = "Lu et al. 2023, arXiv 2310.17074";
    private static final String DERIVED = "closed form, derived for the mechanism of " + SOURCE;

    @Override
    protected void tell(Board board) {
        board.title(
                "With noisy data, only oscillating training learns the weak feature",
                "With noisy data, oscillating training does not learn the weak feature",
                "With noisy data, oscillating training may learn the weak feature");
        board.subtitle(
                "Accuracy on points with the weak feature alone; above the threshold, the strong feature oscillates");
        int n = board.replicas(32, 256);
        board.sixDigits();
        var features = new FeatureOscillation().on(board, "two features");
        // A weak feature so weak that its weight stays small at every rate.
        var probe = features.with("weakStrength=0.02");
        var stable = probe.along("learningRate", STABLE_RATE).last();
        var cycles = probe.along("learningRate", CYCLE_RATES);
        var courses = features.with("steps=20000, recordEvery=500").along("learningRate", COURSE_RATES);
        var patches = on(board, "patch network");
        var quiet = patches.with("noiseNorm=0.03");
        var noisy = patches.along("learningRate", 0.5, 1, 2, 3, 4, 4.5, 5, 5.5, 6);
        var control = quiet.with("testNoiseNorm=0.03").along("learningRate", CONTROL_RATES);
        var mixed = quiet.along("learningRate", CONTROL_RATES);
        // At twice the width, the stability threshold is at twice the rate.
        var wide = patches.with("width=16").along("learningRate", 4, 6, 8, 9, 10);
        Config base = patches.config();
        Reduction<Result> right = share(Result::testAccuracy, base.testSize());
        Axis rates =
                Axis.linear("learning rate / threshold of the strong feature").range(0, 1.35);
        Axis share = Axis.linear("accuracy (½: chance)").range(0.3, 1.02);
        Plot accuracy = board.plot("accuracy", "Accuracy: weak feature alone", rates, share)
                .named("noisy data")
                .points("noisy, m = 8", overBorder(noisy), right)
                .named("noisy, twice the width")
                .points("noisy, m = 16", overBorder(wide), right)
                .points("little noise", overBorder(control), right)
                .named("little noise in training only")
                .points("in training only", overBorder(mixed), right)
                .colour(Plot.GREY)
                .named("")
                .line(LineKind.THEORY, "border", new double[] {1, 1}, new double[] {0.3, 1.02})
                .text(0.62, 0.52, "settles")
                .text(1.02, 0.52, "oscillates");
        claimLearned(accuracy, true, ABOVE, "large", "", noisy, LARGE_RATE, "", "claim: small-3");
        String strong = "run: the same rates with the strong patch and noise 0.6, which learn no weak feature";
        for (double rate : SMALL_RATES) {
            String at = "-" + Numbers.format(rate);
            claimLearned(accuracy, false, BELOW, "small" + at, "", noisy, rate, "", "claim: control" + at);
            claimLearned(accuracy, true, ANYWAY, "control" + at, " with noise 0.03", control, rate, "", strong);
            claimLearned(
                    accuracy,
                    true,
                    ANYWAY,
                    "mixed" + at,
                    " trained with noise 0.03 and tested with 0.6",
                    mixed,
                    rate,
                    "",
                    "run: the same test with networks trained at noise 0.6, which fail it");
        }
        claimLearned(accuracy, false, BELOW, "wide-small", " of twice the width", wide, 4, "", "claim: wide-large");
        claimLearned(
                accuracy,
                true,
                ABOVE,
                "wide-large",
                " of twice the width",
                wide,
                10,
                ", as far above the threshold",
                "claim: wide-small");
        tellWeakWeights(board, courses);
        claimResiduals(board, stable, cycles, noisy.at(LARGE_RATE));
        board.caption(
                """
                (a) Single-sample SGD of a patch network, squared ReLU, m = {} or {} neurons of each sign, weak and strong patch (absent \
                in {} % of points), and noise of root mean square length {}, little: {}. Accuracy without \
                strong patch; line: above η = m/2, no fit by the strong patch alone is stable. (b) Gradient descent on two \
                features, F = s² + w², e = 1 − F, s ← s(1 + 2ηe), w ← w(1 + 2ηu²e), u = {}; threshold η = 1/2; dashed: logistic growth. Means over {} replicas, in (b) geometric, 95 % t intervals, of Wilson where all are 1.""",
                base.width(),
                2 * base.width(),
                100 * base.missingShare(),
                base.noiseNorm(),
                quiet.config().noiseNorm(),
                features.config().weakStrength(),
                n);
    }

    /** The same line against the learning rate in units of the stability threshold for its width. */
    private static Line<Config, Result> overBorder(Line<Config, Result> line) {
        double border = line.last().config().border();
        return line.against(Arrays.stream(line.x()).map(rate -> rate / border).toArray());
    }

    /** Claims that the networks have, or have not, learned the weak feature. */
    private static void claimLearned(
            Plot plot,
            boolean learned,
            String says,
            String name,
            String setting,
            Line<Config, Result> networks,
            double rate,
            String so,
            String control) {
        String level = "accuracy on the weak feature alone is " + (learned ? "above 0.9" : "below 0.65");
        Cell<Config, Result> cell = networks.at(rate);
        ClaimDraft claim = plot.claim(
                        name,
                        "patch network" + setting + ": " + level + " at learning rate " + Numbers.format(rate) + so)
                .says(says)
                .control(control)
                .range(0, 1)
                .of(cell.the(share(Result::testAccuracy, cell.config().testSize())));
        (learned ? claim.above(0.9) : claim.below(0.65)).from(SOURCE);
    }

    private static void claimResiduals(
            Board board,
            Cell<FeatureOscillation.Config, FeatureOscillation.Result> stable,
            Line<FeatureOscillation.Config, FeatureOscillation.Result> cycles,
            Cell<Config, Result> networks) {
        for (double rate : CYCLE_RATES) {
            String at = Numbers.format(rate);
            String ratio = "two features: ratio ⟨e⟩/(η⟨e²⟩) of the residual e during the oscillation, η = " + at;
            board.claim("jensen-" + at, ratio)
                    .control("run: η = 0.4, below the threshold, where the residual is 0 and the ratio is undefined")
                    .theory(1, JENSEN_WINDOW)
                    .of(cycles.at(rate), run -> run.jensenRatio(rate))
                    .from("⟨ln(1 + 2ηe)⟩ = 0 to second order; exact 2/(1 + 2η) on the cycle of two steps; window 15 %");
        }
        board.claim("cycle", "two features: mean residual on the two-step cycle, (2η − 1)/(4η), η = " + CYCLE_RATE)
                .control("claim: stable")
                .theory(FeatureOscillation.cycleResidual(CYCLE_RATE))
                .judge(cycles.at(CYCLE_RATE), FeatureOscillation.Result::meanResidual, DERIVED);
        board.claim("stable", "two features: rms residual for η below the stability threshold 1/2, η = " + STABLE_RATE)
                .control("claim: cycle")
                .theory(0, 1e-8)
                .of(stable, run -> Math.sqrt(run.meanSquaredResidual()))
                .from("stability threshold of F = 1, derived here; window 1e-8");
        double step = networks.config().strongRate();
        String ratio = "patch network: ratio m⟨e⟩/(η⟨e²⟩) of the residual e on points with the strong patch from"
                + " step 1001 on, learning rate 5";
        board.claim("network-jensen", ratio)
                .control("run: learning rates below the threshold, where the residual does not oscillate")
                .theory(1, JENSEN_WINDOW)
                .of(networks, run -> run.meanResidual() / (step * run.meanSquaredResidual()))
                .from("⟨ln(1 + 2(η/m)e)⟩ = 0 to second order; window 15 %");
    }

    private static void tellWeakWeights(
            Board board, Line<FeatureOscillation.Config, FeatureOscillation.Result> courses) {
        FeatureOscillation.Config course = courses.last().config();
        double u = course.weakStrength();
        Axis time = Axis.linear("step of gradient descent").range(0, course.steps());
        Axis weight = Axis.log10("weight of the weak feature").range(1e-5, 1);
        Plot plot = board.plot("weak weight", "Growth of the weak feature", time, weight);
        int[] records = IntStream.range(1, course.records())
                .filter(k -> k % 2 == 0 || k == 1)
                .toArray();
        double[] steps = Arrays.stream(records)
                .mapToDouble(k -> k * course.recordEvery())
                .toArray();
        for (double rate : COURSE_RATES) {
            String series = "η = " + Numbers.format(rate);
            boolean above = rate > FeatureOscillation.BORDER;
            plot.named(Numbers.brief(rate / FeatureOscillation.BORDER, 2) + " of the threshold"
                            + (above ? ": oscillates" : ": settles"))
                    .points(
                            series,
                            steps,
                            courses.at(rate),
                            k -> geometric(run -> run.weakCourse().orNaN(records[k])));
            if (above) {
                plot.anchored(
                        series,
                        steps,
                        step -> courses.at(rate)
                                .the(geometric(run -> FeatureOscillation.weak(
                                        u, rate, run.weakCourse().orNaN(1), step - steps[0])))
                                .mean());
            }
        }
        var cycle = courses.at(CYCLE_RATE);
        String gain = "two features: after 4000 steps the weak weight at η = " + CYCLE_RATE
                + " is at least 20 times that at η = " + STABLE_RATE;
        plot.claim("gain", gain)
                .control("claim: stable")
                .says(
                        "Oscillation makes the weak weight grow at least 20-fold | weight at 1.2 / at 0.8 of the threshold")
                .above(20)
                .of(cycle.over(courses.at(STABLE_RATE), run -> run.weakCourse().orNaN(4000 / course.recordEvery())))
                .from(SOURCE);
        plot.claim("limit", "two features: weak weight after the oscillation, η = " + CYCLE_RATE + ", u = " + u)
                .control("run: η = 0.4, below the threshold, where the weak weight does not grow at all")
                .theory(FeatureOscillation.weakLimit(u, CYCLE_RATE))
                .judge(cycle, FeatureOscillation.Result::weak, DERIVED);
    }

    @Override
    protected String says() {
        return """
                The paper says that a learning rate too large for a strong feature makes the output on it oscillate, and that the oscillation
                teaches a weak feature, which smaller rates never learn. Here the two-step cycle of two isolated features has a closed form,
                and a patch network with squared ReLU is trained on single samples. Its sizes and strengths were chosen after trials to show
                the effect; only the doubled width is a prediction.

                Above the stability threshold η = m/2 the mean residual is positive and teaches the weak feature; at twice the width the
                threshold is twice as high. With short noise patches every rate learns the weak feature: small rates miss it only where they
                can identify the points by their noise instead. At rates a third above the threshold some runs diverge.""";
    }
}
