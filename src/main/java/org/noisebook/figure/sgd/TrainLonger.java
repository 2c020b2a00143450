package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.jackknife;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.model.Ends;
import org.noisebook.sgd.SinaiWalkConfig;
import org.noisebook.sgd.SinaiWalkResult;
import org.noisebook.sgd.SinaiWalkStudy;
import org.noisebook.sgd.TrainLongerConfig;
import org.noisebook.sgd.TrainLongerResult;
import org.noisebook.sgd.TrainLongerStudy;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Diffusion in a random potential, the distance of weights from their start while the rate is high, and how much of the
 * gap between small and large batches a larger rate, ghost normalisation and more updates close.
 */
public final class TrainLonger extends Story {
    private static final TrainLongerStudy STUDY = new TrainLongerStudy();
    private static final SinaiWalkStudy WALK = new SinaiWalkStudy();
    private static final SinaiWalkConfig SINAI = WALK.defaults();
    /** Up to where the other walk's panel ends. */
    private static final SinaiWalkConfig FREE =
            Schema.with(SINAI, "disorder", 0, "firstTime", 100, "lastTime", 1e6, "times", 5, "environments", 1);

    private static final TrainLongerConfig SMALL = STUDY.defaults();
    private static final TrainLongerConfig LARGE = Schema.with(SMALL, "batchSize=1024, updates=47");
    private static final TrainLongerConfig RATE =
            Schema.with(LARGE, "learningRate", SMALL.learningRate() * StrictMath.sqrt(1024.0 / 32));
    private static final TrainLongerConfig GHOST = Schema.with(RATE, "ghostBatch=32");
    private static final TrainLongerConfig LONG = Schema.with(RATE, "updates", SMALL.updates());
    /** The last is in the full preset alone. */
    private static final List<TrainLongerConfig> REGIMES =
            List.of(SMALL, LARGE, RATE, GHOST, LONG, Schema.with(GHOST, "updates", SMALL.updates()));

    private static final List<String> NAMES = List.of("small", "large", "√B", "ghost", "longer", "both");

    private static final double CLOSED = 0.75;
    /** Test accuracy of a pilot run on 6000 test images. */
    private static final double PILOT = 0.842;
    /** Standard deviation of that accuracy between trainings on one test set, measured once at root seed 2. */
    private static final double SPREAD = 0.0012;

    /** With the sampling error of the test set, which all replicas share. */
    private static final Reduction<TrainLongerResult> ACCURACY =
            Reduction.<TrainLongerResult>mean(TrainLongerResult::testAccuracy).onSharedPoints(SMALL.testSize());

    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";

    /** The figure. */
    public TrainLonger() {
        super(
                "train-longer",
                "Train longer: diffusion of weights at a high rate, and what closes the gap of large batches",
                Stream.concat(STUDY.sources().stream(), WALK.sources().stream()).toList());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 16);
        int count = board.choose(5, 6);
        var regimes = board.lineOf(numbered(count), k -> board.cell(STUDY, REGIMES.get((int) k - 1)));
        double[] budgets = board.choose(new double[] {47, 94}, new double[] {47, 188, 1500});
        List<Line<TrainLongerConfig, TrainLongerResult>> normalised = Stream.of(0, LARGE.batchSize(), 32)
                .map(cases -> board.line(STUDY, Schema.with(RATE, "ghostBatch", cases), "updates", budgets))
                .toList();
        regimes.ends(); // the trainings run first
        int walks = board.replicas(16, 64);
        var walk = board.cell(WALK, SINAI);
        var free = board.cell(WALK, FREE, 1);
        board.sixDigits();
        tellWalks(board, walk, free);
        WeightDistance.tell(board, regimes.at(1), regimes.at(5));
        Axis accuracies = Axis.linear("test accuracy");
        board.plot("accuracy", "Test accuracy", Axis.named("", NAMES.subList(0, count)), accuracies)
                .points("accuracy", regimes, ACCURACY)
                .legend(Corner.NONE);
        List<Line<TrainLongerConfig, TrainLongerResult>> gaps = IntStream.rangeClosed(3, count)
                .mapToObj(cure -> regimes.where(k -> k <= 2 || k == cure))
                .toList();
        Axis closed = Axis.linear("share of the gap closed").range(-0.1, 1.2);
        Plot gap = board.plot("gap", "Gap closed", Axis.named("", NAMES.subList(2, count)), closed)
                .points(
                        "gap closed",
                        numbered(gaps.size()),
                        gaps.stream().map(TrainLonger::closed).toArray(Estimate[]::new),
                        gaps.stream().map(Line::together).toArray(Ends[]::new));
        for (double level : new double[] {0, CLOSED, 1}) {
            gap.level(LineKind.THEORY, "level", level, 0.5, gaps.size() + 0.5);
        }
        gap.legend(Corner.NONE);
        tellNormalisation(board, budgets, normalised);
        claimGaps(board, regimes, gaps);
        board.stamp(n + " and " + walks);
        board.caption(
                "(a) Root-mean-square displacement of a walk in a Brownian potential of steps N(0, σ²), σ = 2, and of a free"
                        + " one; {} × {} potentials, jackknife. (b) Distance of the weights from their start at the first rate;"
                        + " dotted: fits, (c) what they leave. (d) Accuracy on {} test images, with that error. (e) Share of the gap"
                        + " between small and large that is closed, jackknife. (f) B = 1024, √B rate: paired differences of accuracy of"
                        + " normalisation over the batch to none, and of ghost batches of 32 to it. Fashion-MNIST at 14 × 14, {} images,"
                        + " 196–{}–{}–10, cross-entropy, momentum {}, rate to a tenth after 1/2 and 3/4 of the updates."
                        + " small: B = 32, η = {}, {} updates; large: B = 1024, same η and epochs, {} updates; √B: η √(1024/32);"
                        + " ghost: √B, normalised over 32; longer: √B, updates as small{}. (b–f) Means over {} replicas;"
                        + " all 95 % t intervals.",
                walks,
                SINAI.environments(),
                SMALL.testSize(),
                SMALL.trainSize(),
                SMALL.firstWidth(),
                SMALL.secondWidth(),
                SMALL.momentum(),
                SMALL.learningRate(),
                SMALL.updates(),
                LARGE.updates(),
                board.choose("", "; both: ghost and longer"),
                n);
    }

    private static void tellWalks(
            Board board, Cell<SinaiWalkConfig, SinaiWalkResult> walk, Cell<SinaiWalkConfig, SinaiWalkResult> free) {
        double[] logs = logs(SINAI);
        board.plot(
                        "walks",
                        "Walk in a random potential",
                        Axis.log2("logarithm of time, ln t").range(4, 80),
                        Axis.log10("rms displacement").range(1, 1e4))
                .points("random potential", logs, walk, k -> jackknife(runs -> SinaiWalkResult.rms(runs, k)))
                .points("free", logs(FREE), free, k -> exact(run -> SinaiWalkResult.rms(List.of(run), k)))
                .colour(0)
                .law("√(61/45) ln² t/σ²", between(4.2, 75), SINAI::limit)
                .colour(1)
                .law("√t", between(4.2, 18), log -> StrictMath.exp(log / 2))
                .legend(Corner.BELOW);
        int last = logs.length - 1;
        board.claim(
                        "sinai",
                        "exponent of the rms displacement against ln t in a Brownian potential, σ = 2, t = 10² to 10³⁰")
                .in("walks")
                .theory(2)
                .window(1.5, 2.2)
                .of(walk.the(jackknife(runs -> exponent(logs, runs))))
                .from("Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2");
        board.claim("sinai-prefactor", "rms displacement times σ²/ln² t in a Brownian potential at t = 10³⁰")
                .in("walks")
                .theory(SinaiWalkStudy.LIMIT)
                .of(walk.the(jackknife(
                        runs -> SinaiWalkResult.rms(runs, last) * SinaiWalkStudy.LIMIT / SINAI.limit(logs[last]))))
                .from("√(61/45), from the limit law of Golosov and Kesten 1986");
        board.claim("free", "exponent of the rms displacement against t of a free walk, t = 10² to 10⁶")
                .in("walks")
                .identity(0.5, 0.02)
                .of(SixDigits.exact(exponent(FREE.timeGrid(), free.runs())))
                .from("⟨x²⟩ = t, here without any drawn walker; window 0.02");
    }

    private static double[] logs(SinaiWalkConfig config) {
        return Arrays.stream(config.timeGrid()).map(StrictMath::log).toArray();
    }

    private static double[] between(double from, double to) {
        return SixDigits.of(powers(from, StrictMath.pow(to / from, 1.0 / 60), 61));
    }

    /** What normalisation does, and what ghost batches add to it; {@code lines}: none, whole batch, ghost. */
    private static void tellNormalisation(
            Board board, double[] budgets, List<Line<TrainLongerConfig, TrainLongerResult>> lines) {
        double[] places = numbered(budgets.length);
        String[] names = {"whole batch less none", "ghost less whole batch"};
        Plot plot = board.plot(
                        "normalisation",
                        "Normalisation at B = 1024",
                        Axis.named(
                                "updates",
                                Arrays.stream(budgets)
                                        .mapToObj(b -> Words.say("{}", b))
                                        .toList()),
                        Axis.linear("difference of test accuracy"))
                .legend(Corner.BELOW);
        for (int k = 0; k < names.length; k++) {
            var with = lines.get(k + 1);
            var without = lines.get(k);
            Estimate[] gains = with.less(without, TrainLongerResult::testAccuracy);
            plot.aside(0.1 * k).points(names[k], places, gains, with.ends());
            for (int b = 0; b < budgets.length; b++) {
                board.claim(
                                Words.say(k == 0 ? "normalised-{}" : "ghost-adds-{}", budgets[b]),
                                Words.say(
                                        (k == 0
                                                        ? "normalisation over the whole batch raises the test accuracy of batches of"
                                                                + " 1024 at the √B rate over none"
                                                        : "ghost batches of 32 raise the test accuracy of batches of 1024 at the √B rate"
                                                                + " over normalisation of the whole batch")
                                                + ", {} updates; paired interval" + WITHOUT_TEST_ERROR,
                                        budgets[b]))
                        .in("normalisation")
                        .above(0)
                        .of(gains[b])
                        .from(k == 0 ? "Ioffe and Szegedy 2015, arXiv 1502.03167" : PAPER + ", section 4, table 1");
            }
        }
        plot.level(LineKind.BORDER, "none", 0, 0.5, budgets.length + 0.5);
    }

    /** (third − large)/(small − large), of mean accuracies over replicas. */
    private static Estimate closed(Line<TrainLongerConfig, TrainLongerResult> three) {
        return Jackknife.ratio(
                three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[2] - accuracy[1]),
                three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[0] - accuracy[1]));
    }

    /** Slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalkResult> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(SinaiWalkResult.rms(runs, k)))
                .toArray();
        return WeightDistance.regression(x, logs, StrictMath::log).getSlope();
    }

    private static void claimGaps(
            Board board,
            Line<TrainLongerConfig, TrainLongerResult> regimes,
            List<Line<TrainLongerConfig, TrainLongerResult>> gaps) {
        var small = regimes.at(1);
        String paired = "; paired interval" + WITHOUT_TEST_ERROR;
        String gap = "test accuracy with batches of 32 less that with batches of 1024, same rate and epochs,";
        board.claim("gap", gap + " is at least 0.02" + paired)
                .in("accuracy")
                .above(0.02)
                .of(small.less(regimes.at(2), TrainLongerResult::testAccuracy))
                .from(PAPER + ", section 2; window from two points up");
        claimClosed(board, "closed", "the √B rate and as many updates as the small batch close", gaps.get(2));
        board.claim(
                        "small-accuracy",
                        "test accuracy with batches of 32, order of magnitude: the pilot's rate and epochs are not recorded")
                .in("accuracy")
                .regression(PILOT, Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / 6000), SPREAD))
                .of(small.the(ACCURACY))
                .from("pilot run; its error: sampling of its 6000 test images and, the spread of trainings,"
                        + " 0.0012 at root seed 2");
        if (gaps.size() > 3) {
            String both = "the √B rate, as many updates and ghost normalisation close";
            claimClosed(board, "closed-ghost", both, gaps.get(3));
        }
    }

    private static void claimClosed(
            Board board, String name, String cure, Line<TrainLongerConfig, TrainLongerResult> three) {
        String share = "share of the gap that " + cure + " is at least 0.75; jackknife interval" + WITHOUT_TEST_ERROR;
        board.claim(name, share)
                .in("gap")
                .above(CLOSED)
                .of(closed(three))
                .from(PAPER + ", section 5: as many updates close the gap; window from three quarters up");
    }
}
